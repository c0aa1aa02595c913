"""The first moment of a program: Ctrl-C ends it quietly even while the command line is being read in.

Only `sys` is imported here, so that this stands round everything else. Deliberately not here: signals from then on
(process.py).
"""

from __future__ import annotations

import sys

STOPPED_STATUS = 130


class QuietStop:
    """A context in which Ctrl-C is an exit status and no traceback."""

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        """Ends the program where Ctrl-C got this far: before the command line could say it better."""
        if kind is KeyboardInterrupt:
            sys.exit(STOPPED_STATUS)
