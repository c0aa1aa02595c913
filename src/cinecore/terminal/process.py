"""The process around a command: streams that are there, and signals that end a run once and politely.

Deliberately not here: the command line, and what a run does when it is told to stop.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from typing import Any

from cinecore.errors import CineError
from cinecore.terminal.beginning import STOPPED_STATUS
from cinecore.terminal.group import STOPPED
from cinecore.terminal.words import tell, words_lost

PATIENCE_SECONDS = 1.0
"""Signals this soon after the first are the same wish: a terminal and a wrapper both pass on one Ctrl-C."""

AT_ONCE = b"Stopped at once. The next run clears what is left half done.\n"

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class Stop:
    """What a signal does: the first one asks the run to end, one that comes later ends it at once.

    At once is safe: the guardian ends the programs we started, and the next run clears what is left.
    """

    def __init__(self) -> None:
        self._first_s: float | None = None

    def __call__(self, _number: int, _frame: Any) -> None:
        """Hears a signal.

        Raises:
            KeyboardInterrupt: The first time.
        """
        now_s = time.monotonic()
        if self._first_s is None:
            self._first_s = now_s
            raise KeyboardInterrupt
        if now_s - self._first_s > PATIENCE_SECONDS:
            with contextlib.suppress(OSError):
                os.write(2, AT_ONCE)
            os._exit(STOPPED_STATUS)


@contextlib.contextmanager
def whole_process() -> Iterator[None]:
    """Around everything that the console script does; whatever gets here has become an exit status."""
    _open_streams()
    # what our parent had us ignore (`nohup`, a shell's background job) stays ignored
    numbers = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    heard = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    stop = Stop()
    for number in heard:
        signal.signal(number, stop)
    try:
        yield
    except KeyboardInterrupt:
        with contextlib.suppress(CineError):
            tell(sys.stderr, f"{STOPPED}\n")
        sys.exit(STOPPED_STATUS)
    except OSError as error:  # help or usage for a stream that takes no words
        lost = words_lost(error)
        with contextlib.suppress(CineError):
            tell(sys.stderr, f"Error: {lost}\n")
        sys.exit(lost.exit_status)
    finally:
        for number in heard:  # all is done: an end by a signal now would say that it was not
            signal.signal(number, signal.SIG_IGN)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(CineError):
                tell(stream, "")


def _open_streams() -> None:
    """Make sure that 0, 1 and 2 are open, and take words in any alphabet.

    A number that is closed would be given to the next file opened, and words meant for a person would go
    into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free, which is this one
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - lives as long as we do
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - lives as long as we do
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - lives as long as we do
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a name that the terminal cannot show is no reason to fall over
            stream.reconfigure(errors="backslashreplace")
