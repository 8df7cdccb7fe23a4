"""Children that end with their parent, even when it is killed."""

import ctypes
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def end_with_parent() -> Callable[[], None] | None:
    """Return what a new child calls before its program starts, or None where the kernel has no such promise."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # loaded here: between fork and exec nothing may be imported
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
