"""Where vectors lie that mean nothing by themselves: means and axes measured once, on pictures of many kinds.

`scripts/measure_vision_spaces.py` measures them; the file ships beside the networks.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from cinecore.errors import SetupError

FILE = "spaces.npz"
DIGEST = "007ef9394822afb367dabb625a021d5693d99572c6aeed94f1c29a4586219403"
"""SHA-256 of the file."""

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Spaces:
    """What was measured."""

    look_mean: Vector
    """1024: the floor that all looks share."""
    look_axes: Vector
    """1024 × 32: the directions in which looks differ most, scaled to equal spread."""
    drawn_face: Vector
    """128: the middle of drawn faces in the face embedding; photographed faces lie further out."""


@cache
def spaces() -> Spaces:
    """The measured means and axes.

    Raises:
        SetupError: The file is missing or another than it should be.
    """
    path = resources.files("cinecore.vision") / "models" / FILE
    advice = "Install the program again."
    try:
        data = path.read_bytes()
    except OSError:
        raise SetupError("A file that ships with the eyes is not there.", str(path), advice) from None
    if hashlib.sha256(data).hexdigest() != DIGEST:
        raise SetupError("A file that ships with the eyes has been changed.", str(path), advice)
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return Spaces(
            look_mean=arrays["look_mean"].astype(np.float32),
            look_axes=arrays["look_axes"].astype(np.float32),
            drawn_face=arrays["drawn_face"].astype(np.float32),
        )
