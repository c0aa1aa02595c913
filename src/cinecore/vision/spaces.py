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
DIGEST = "43a475d818463c625d76827724276a4406130194ab7ef9d9b0fa3f155fb21d89"
"""SHA-256 of the file."""

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Spaces:
    """What was measured."""

    look_mean: Vector
    """1024: the floor that all looks share."""
    look_axes: Vector
    """1024 × 32: the directions in which looks differ most, scaled to equal spread."""
    drawn_axis: Vector
    """130: 128 of the face embedding, one of its gradients, an offset: above zero a face is drawn."""


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
            drawn_axis=arrays["drawn_axis"].astype(np.float32),
        )
