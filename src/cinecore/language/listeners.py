"""Who listens on a port of this machine, as the system tells it, so that nobody else is talked to by mistake.

Linux tells by `/proc`; elsewhere the answer is "not known" and a secret decides. Deliberately not here: talking.
"""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"
_LISTENING = "0A"
_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")


def is_free(port: int) -> bool:
    """Whether a server could listen there; one that closed a moment ago does not count as there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        if os.name == "posix":
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((LOOPBACK, port))
            one.listen(1)
        except (OSError, OverflowError):
            return False
    return True


def free_port() -> int:
    """A port where nobody listens now.

    Raises:
        OSError: The system gives none.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        one.bind((LOOPBACK, 0))
        return int(one.getsockname()[1])


def listener_is_of_group(port: int, group: int) -> bool | None:
    """Whether all who listen on a port belong to a process group; None where nobody listens or nobody tells."""
    sockets = _listening(port)
    if not sockets:
        return None
    return sockets <= _sockets_of_group(group)


def tells_listeners() -> bool:
    """Whether this system tells who listens."""
    return Path(_TABLES[0]).exists()


def _listening(port: int) -> set[str]:
    """The inodes of the sockets that listen on a port."""
    found: set[str] = set()
    for table in _TABLES:
        with contextlib.suppress(OSError):
            for line in Path(table).read_text("ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    found.add(fields[9])
    return found


def _sockets_of_group(group: int) -> set[str]:
    """The inodes of all sockets that a process group holds."""
    found: set[str] = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError, IndexError, ValueError):
            # after the name in brackets, which may hold anything: state, parent, group
            if int((entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[2]) != group:
                continue
            for link in (entry / "fd").iterdir():
                with contextlib.suppress(OSError):
                    target = os.readlink(link)  # noqa: PTH115 - it is no path
                    if target.startswith("socket:["):
                        found.add(target[8:-1])
    return found
