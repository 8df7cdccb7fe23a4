"""Many small browsers: each opens a page, fills it in and sends it, over one kept connection. Bounded by count."""

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

LENGTH = re.compile(rb"\r\nContent-Length: (\d+)", re.IGNORECASE)
COOKIE = re.compile(rb"\r\nSet-Cookie: ([^;\r]+)", re.IGNORECASE)
HIDDEN = re.compile(rb'<input type="hidden" name="(\w+)" value="([^"]*)"')
SECONDS = 30


@dataclass
class Tally:
    """What one run came to. Times are seconds per completed submission, GET and POST together."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds

    def percentile_ms(self, percent: int) -> float:
        times = sorted(self.times)
        return 1000 * times[min(len(times) - 1, len(times) * percent // 100)]


class Browser:
    def __init__(self, port: int) -> None:
        self.port = port
        self.connection: socket.socket | None = None

    def submit(self, path: str, answers: dict[str, str]) -> str:
        """Open a page and send its form with these answers; return what went wrong, nothing when it was taken."""
        status, headers, body = self.request(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        if status != 200:
            return f"GET {status}"
        hidden = {name.decode(): value.decode() for name, value in HIDDEN.findall(body)}
        form = urlencode(hidden | answers, quote_via=quote).encode()
        cookies = b"; ".join(COOKIE.findall(headers))
        status, _, _ = self.request(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(form)}\r\n".encode()
            + (b"Cookie: " + cookies + b"\r\n" if cookies else b"")
            + b"\r\n"
            + form
        )
        return "" if status in {302, 303} else f"POST {status}"

    def request(self, raw: bytes) -> tuple[int, bytes, bytes]:
        if self.connection is None:
            self.connection = socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS)
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.sendall(raw)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._receive()
        headers, _, body = data.partition(b"\r\n\r\n")
        found = LENGTH.search(headers)
        wanted = int(found[1]) if found else 0
        while len(body) < wanted:
            body += self._receive()
        if b"connection: close" in headers.lower():
            self.connection.close()
            self.connection = None
        return int(headers[9:12]), headers, body

    def _receive(self) -> bytes:
        data = self.connection.recv(65536)
        if not data:
            raise ConnectionResetError("the server closed the connection")
        return data


class Sender(Browser):
    """Another program: posts one answer as JSON, without opening a page first."""

    key = ""

    def submit(self, path: str, answers: dict[str, str]) -> str:
        """`path` may carry a fragment: it becomes the sender's id, new for each answer."""
        path, _, number = path.partition("#")
        body = json.dumps({"response_id": number} | answers if number else answers).encode()
        status, _, _ = self.request(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self.key}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        return "" if status == 201 else f"POST {status}"


def run(
    port: int, paths: Iterator[str], answers: dict[str, str], *, clients: int, browser: type[Browser] = Browser
) -> Tally:
    """Let `clients` browsers work through `paths`, one submission each, and count."""
    tally, lock = Tally(), threading.Lock()

    def work() -> None:
        mine = browser(port)
        while True:
            with lock:
                path = next(paths, None)
            if path is None:
                return
            started = time.perf_counter()
            try:
                problem = mine.submit(path, answers)
            except (OSError, ValueError) as error:
                problem, mine = type(error).__name__, browser(port)
            if problem:
                tally.failures.append(problem)
            else:
                tally.times.append(time.perf_counter() - started)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.seconds = time.perf_counter() - started
    return tally
