"""Ask the web server how it is, the way a load balancer would."""

import http.client
import json
import socket
import sys
from contextlib import closing
from urllib.parse import urlsplit

ANSWER_SECONDS = 5


def is_free(host: str, port: int) -> bool:
    with closing(socket.socket()) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return False
    return True


def is_alive(host: str, port: int) -> bool:
    return ask(host, port, "/healthz")[0] == 200


def complaints(host: str, port: int) -> list[str]:
    """Return what keeps the platform from being ready, as sentences; nothing when it is."""
    status, body = ask(host, port, "/readyz")
    if status == 200:
        return []
    if not body:
        return ["The web server does not answer."]
    return [check["says"] for check in json.loads(body)["checks"].values() if not check["ok"]]


def ask(host: str, port: int, path: str) -> tuple[int, bytes]:
    """Return status and body, or 0 when nobody answers."""
    with closing(http.client.HTTPConnection(reachable(host), port, timeout=ANSWER_SECONDS)) as connection:
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""


def main(url: str) -> int:
    """Ask as a container's health check: exit code 0 when the answer is 200."""
    address = urlsplit(url)
    status, body = ask(address.hostname, address.port or 80, address.path)
    print(body.decode(errors="replace") or "nobody answers")
    return 0 if status == 200 else 1


def reachable(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", ""} else host  # noqa: S104  that address is for listening only


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
