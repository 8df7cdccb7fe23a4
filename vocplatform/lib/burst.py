"""One message for a rush of news, where the task it goes to takes in whoever else waits."""

import time
from collections.abc import Callable
from threading import Lock, Timer


class Burst:
    """Sends the first nudge at once and, of those that come within the next moment, only the last.

    A nudge held back is lost with its process, as any nudge may be: the sweep finds the row.
    """

    def __init__(
        self,
        send: Callable[[int], None],
        send_later: Callable[[int], None],
        *,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`send` may raise to whoever nudges; `send_later` runs in a thread of its own and must not."""
        self._send, self._send_later, self._seconds, self._clock = send, send_later, seconds, clock
        self._lock = Lock()
        self._free_at = 0.0
        self._waiting = 0
        self._timer: Timer | None = None

    def nudge(self, pk: int) -> None:
        with self._lock:
            self._waiting = pk
            if self._timer is not None and self._timer.is_alive():  # a fork leaves its timers behind, dead
                return
            pause = self._free_at - self._clock()
            if pause > 0:
                self._timer = Timer(pause, self._end_of_moment)
                self._timer.start()
                return
            self._free_at = self._clock() + self._seconds
        self._send(pk)

    def _end_of_moment(self) -> None:
        with self._lock:
            pk, self._timer = self._waiting, None
            self._free_at = self._clock() + self._seconds
        self._send_later(pk)
