"""Pictures made by two processes at once, handed over in their order: the even ones here, the odd ones by a copy of us.

The copy shares all that is drawn already, without a second copy in memory. It dies with us: the first picture that
nobody reads ends it. Deliberately not here: what a picture shows.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator

from cinecore.settings import processors

PIPE_BYTES = 1 << 20
"""Asked of the system for the pipe between the two (it may give less): fewer switches a picture."""

_SET_PIPE_SIZE = 1031
"""F_SETPIPE_SZ of Linux; elsewhere the pipe stays as it is."""


def by_two(picture: Callable[[int], bytes], count: int) -> Iterator[bytes]:
    """Pictures 0 to `count` − 1, every one of the same size; by one process where two would not help.

    What `picture` needs must be at hand before: the copy begins where we are now. Only for a process without
    threads of its own, which a copy would not have.
    """
    # the first one is made before the parting, so that both stand on what it leaves behind
    first = picture(0)
    if count < 3 or processors() < 2 or not hasattr(os, "fork") or threading.active_count() > 1:
        return _alone(first, picture, count)
    reader, writer = os.pipe()
    with contextlib.suppress(ImportError, OSError):
        import fcntl

        fcntl.fcntl(writer, _SET_PIPE_SIZE, PIPE_BYTES)
    try:
        copy = os.fork()
    except OSError:  # no room for another process: one does all
        os.close(reader)
        os.close(writer)
        return _alone(first, picture, count)
    if copy == 0:
        _make_odd(picture, count, writer)
    os.close(writer)
    return _together(first, picture, count, reader, copy)


def _alone(first: bytes, picture: Callable[[int], bytes], count: int) -> Iterator[bytes]:
    yield first
    for number in range(1, count):
        yield picture(number)


def _together(
    first: bytes, picture: Callable[[int], bytes], count: int, reader: int, copy: int
) -> Iterator[bytes]:
    try:
        with os.fdopen(reader, "rb") as stream:
            yield first
            for number in range(1, count):
                if number % 2 == 0:
                    yield picture(number)
                    continue
                data = stream.read(len(first))
                # a copy that died has made nothing that we cannot make
                yield data if len(data) == len(first) else picture(number)
    finally:
        with contextlib.suppress(OSError):
            os.kill(copy, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.waitpid(copy, 0)


def _make_odd(picture: Callable[[int], bytes], count: int, writer: int) -> None:
    """The copy's whole life; it never returns."""
    try:
        # neither the job's lock nor an encoder's end of a pipe is ours to hold
        keep = 3
        os.dup2(writer, keep) if writer != keep else None
        os.closerange(keep + 1, os.sysconf("SC_OPEN_MAX"))
        for number in range(1, count, 2):
            data = memoryview(picture(number))
            while data:
                data = data[os.write(keep, data) :]
    finally:
        os._exit(0)
