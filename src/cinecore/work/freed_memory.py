"""Handing memory that nobody uses any more back to the system, between two pieces of work that hold much.

The GNU C library keeps what threads let go for their next wish: after a look at a clip 60 to 100 MiB, which then lie
beside what the encoders need. Deliberately not here: what is held, and letting it go.
"""

from __future__ import annotations

import ctypes
import sys


def give_back_memory() -> None:
    """Nothing is lost; where the C library is another one, nothing happens either."""
    if not sys.platform.startswith("linux"):
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # None: what this process is linked with
    if trim is not None:
        trim(0)
