"""Luma of high-dynamic-range pictures brought to the scale of ordinary ones, for measuring; not for showing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

REFERENCE_WHITE_NITS = 203.0
"""Diffuse white of HDR programmes (ITU-R BT.2408)."""

_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32


def luma_table(transfer: str) -> npt.NDArray[np.uint8] | None:
    """256 code values (limited range) that turn PQ luma into gamma luma; None where none is needed.

    PQ (SMPTE ST 2084) is made linear, its highlights rolled off above diffuse white, and written with the
    gamma of 2.4 at which films are seen. HLG is made to be seen as it is on ordinary screens.
    """
    if transfer != "smpte2084":
        return None
    code = np.clip((np.arange(256) - 16) / 219, 0, 1)
    root = code ** (1 / _M2)
    nits = 10_000 * (np.maximum(root - _C1, 0) / (_C2 - _C3 * root)) ** (1 / _M1)
    light = nits / REFERENCE_WHITE_NITS
    rolled = light * (1 + light / 16) / (1 + light)
    rolled /= 1.0625 / 2  # diffuse white stays near three quarters of full light
    table: npt.NDArray[np.uint8] = np.clip(
        np.rint(16 + 219 * np.clip(rolled * 0.75, 0, 1) ** (1 / 2.4)), 16, 235
    )
    return table.astype(np.uint8)
