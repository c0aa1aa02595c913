"""PCM to WAV bytes and files, the same bytes for the same samples; reading is `extract.py`'s."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from cinecore.errors import InputError
from cinecore.files import write_atomic, write_error
from cinecore.timebase import SAMPLE_RATE

Pcm = npt.NDArray[np.float32]
"""Sound as (samples, 2) float32 at 48 kHz; full scale is ±1."""


def silence(length: int) -> Pcm:
    """`length` samples of nothing."""
    return np.zeros((max(0, length), 2), np.float32)


def checked(pcm: Pcm) -> Pcm:
    """The same sound, if it has the shape that everything here counts on.

    Raises:
        InputError: Not (samples, 2), or holds a value that is no number.
    """
    if pcm.ndim != 2 or pcm.shape[1] != 2:
        raise InputError("A sound must be (samples, 2).", str(pcm.shape), "Make mono sound stereo first.")
    if pcm.size and not np.isfinite(pcm).all():
        raise InputError("A sound holds values that are no numbers.", None, "Decode it again.")
    return np.ascontiguousarray(pcm, np.float32)


def wav_bytes(pcm: Pcm, *, kind: Literal["float32", "int24"] = "int24") -> bytes:
    """A whole WAV file; `int24` rounds to the nearest step and clips at full scale, without dither.

    Raises:
        InputError: The sound has the wrong shape, or is too long for a WAV file (4 GiB).
    """
    sound = checked(pcm)
    if kind == "float32":
        data = sound.astype("<f4").tobytes()
        tag, bits = 3, 32
    else:
        steps = np.clip(np.rint(sound.astype(np.float64) * 8_388_607), -8_388_608, 8_388_607).astype("<i4")
        data = steps.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
        tag, bits = 1, 24
    if len(data) > 0xFFFF_FF00:
        raise InputError("Too long for a WAV file.", f"{len(sound)} samples", "Write it in parts.")
    width = 2 * bits // 8
    header = struct.pack("<4sIHHIIHH", b"fmt ", 16, tag, 2, SAMPLE_RATE, SAMPLE_RATE * width, width, bits)
    fact = struct.pack("<4sII", b"fact", 4, len(sound)) if tag == 3 else b""
    body = b"WAVE" + header + fact + struct.pack("<4sI", b"data", len(data)) + data
    return struct.pack("<4sI", b"RIFF", len(body)) + body


def write_wav(path: Path, pcm: Pcm, *, kind: Literal["float32", "int24"] = "int24") -> None:
    """Write a WAV file, whole or not at all.

    Raises:
        InputError: The sound has the wrong shape.
        OutputError: The place cannot be written.
    """
    data = wav_bytes(pcm, kind=kind)
    try:
        write_atomic(path, data)
    except OSError as error:
        raise write_error(error, path) from error
