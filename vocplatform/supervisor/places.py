"""Where the embedded parts keep their files, below STATE_DIR."""

import hashlib
import os
import tempfile
from pathlib import Path

SOCKET_BYTES = 103  # macOS ends a socket's path there, Linux four bytes later


def broker_home(state_dir: Path) -> Path:
    return state_dir / "broker"


def broker_socket(state_dir: Path) -> Path:
    """Return the broker's private socket: in the state folder, or in the temporary one when that path is too long.

    The same folder gives the same path, so that every command finds the broker that `run` started.
    """
    wanted = broker_home(state_dir) / "valkey.sock"
    if len(os.fsencode(wanted)) <= SOCKET_BYTES:
        return wanted
    digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"voc-{digest}" / "valkey.sock"


def broker_url(state_dir: Path) -> str:
    return f"unix://{broker_socket(state_dir)}"


def make_private(folder: Path) -> None:
    """Create a folder for us alone. Raises PermissionError when it belongs to somebody else."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to another user")
    folder.chmod(0o700)
