"""Look after the children: pass on what they print, start again what crashed, stop all in reverse order."""

import os
import selectors
import signal
import socket
import time
from collections.abc import Callable

from vocplatform.supervisor.child import Child, Part

TICK_SECONDS = 0.2
READ_BYTES = 65536
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Watch:
    """`say(name, line)` prints what a part said, or the watch itself under the name "run".

    Use it as a context: leaving stops everything.
    """

    def __init__(self, say: Callable[[str, str], None]) -> None:
        self.say = say
        self.children: list[Child] = []
        self.selector = selectors.DefaultSelector()
        self.unfinished: dict[int, bytes] = {}
        self.stop_requests = 0
        self.exit_code = 0

    def __enter__(self) -> "Watch":
        # A signal interrupts no system call in Python: it writes into this socket, which wakes the selector.
        self.wake_reader, self.wake_writer = socket.socketpair()
        self.wake_reader.setblocking(False)
        self.wake_writer.setblocking(False)
        signal.set_wakeup_fd(self.wake_writer.fileno())
        self.selector.register(self.wake_reader, selectors.EVENT_READ, None)
        self.former = {number: signal.signal(number, self.request_stop) for number in STOP_SIGNALS}
        return self

    def __exit__(self, *_) -> None:
        self.stop_all()
        signal.set_wakeup_fd(-1)
        for number, handler in self.former.items():
            signal.signal(number, handler)
        self.selector.close()
        self.wake_reader.close()
        self.wake_writer.close()

    def request_stop(self, *_) -> None:
        self.stop_requests += 1

    def start(self, part: Part) -> Child:
        child = Child(part)
        self.children.append(child)
        self.listen(child)
        return child

    def listen(self, child: Child) -> None:
        self.say("run", f"{child.part.name} started as process {child.process.pid}")
        self.unfinished[child.output] = b""
        self.selector.register(child.output, selectors.EVENT_READ, child)

    @property
    def is_stopping(self) -> bool:
        return self.stop_requests > 0

    def run_until_stopped(self) -> int:
        """Return 0 after a signal, and the exit code of a vital part that ended by itself."""
        while not self.is_stopping:
            self.keep_going(TICK_SECONDS)
        return self.exit_code

    def wait_for(self, is_ready: Callable[[], bool], *, seconds: float, ask_every: float = 0.05) -> bool:
        """Keep the children going until the condition holds, the time is over or somebody asked to stop."""
        deadline = time.monotonic() + seconds
        while not self.is_stopping and time.monotonic() < deadline:
            if is_ready():
                return True
            self.keep_going(ask_every)
        return False

    def keep_going(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.is_stopping and (left := until - time.monotonic()) > 0:
            self.pump(min(left, TICK_SECONDS))
            self.look_after()

    def look_after(self) -> None:
        for child in list(self.children):
            if child.restart_at is not None:
                if child.clock() >= child.restart_at:
                    child.start()
                    self.listen(child)
            elif child.has_ended:
                self.settle(child)

    def settle(self, child: Child) -> None:
        self.drain(child)
        code = child.process.returncode
        if child.part.is_vital:
            self.children.remove(child)
            child.kill_group()
            self.say("run", f"{child.part.name} ended with code {code}; stopping everything")
            self.exit_code = 1
            self.stop_requests += 1
            return
        pause = child.plan_restart()
        self.say("run", f"{child.part.name} ended with code {code}; starting it again in {pause:g} s")

    def pump(self, seconds: float) -> None:
        """Pass on what was printed, waiting at most this long for something."""
        for key, _ in self.selector.select(seconds):
            if key.data is None:
                self.wake_reader.recv(READ_BYTES)
            else:
                self.read(key.data, key.fd)

    def read(self, child: Child, output: int) -> bool:
        try:
            chunk = os.read(output, READ_BYTES)
        except BlockingIOError:
            return False
        *lines, rest = (self.unfinished[output] + chunk).split(b"\n")
        self.unfinished[output] = rest
        if not chunk:
            self.selector.unregister(output)
            lines += [rest] if rest else []
        for line in lines:
            self.say(child.part.name, line.decode(errors="replace"))
        return bool(chunk)

    def drain(self, child: Child) -> None:
        """Print the rest of an ended process and let go of its pipe, which its orphans may still hold."""
        output = child.output
        while output in self.selector.get_map() and self.read(child, output):
            pass
        if output in self.selector.get_map():
            self.selector.unregister(output)
        self.unfinished.pop(output, None)
        child.process.stdout.close()

    def stop_all(self) -> None:
        """Stop in reverse order, each with its own patience; a second signal kills what is left."""
        patience = max(self.stop_requests, 1)
        while self.children:
            child = self.children.pop()
            if child.restart_at is not None:
                continue
            child.ask_to_stop()
            deadline = time.monotonic() + child.part.stop_seconds
            while not child.has_ended and time.monotonic() < deadline and self.stop_requests <= patience:
                self.pump(0.05)
            if not child.has_ended:
                self.say("run", f"{child.part.name} did not stop in time and is killed")
            child.kill_group()
            child.process.wait()
            self.drain(child)
