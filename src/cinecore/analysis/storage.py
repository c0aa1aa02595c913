"""A film's analysis on disk, whole or absent, and the same bytes for the same values; the stills lie beside it.

Two files: `analysis.json` for what people may read, `analysis.npz` for curves. The first holds the digest of
the second, so that halves of two runs are never joined.
"""

from __future__ import annotations

import io
import json
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cinecore.analysis.film import Fence, FilmAnalysis, Shot, SoundCurves, Still
from cinecore.files import digest_bytes, write_atomic, write_error, write_json

FORMAT = 3
"""Raised with any change of method or layout: older files are then measured anew."""

JSON_NAME = "analysis.json"
CURVES_NAME = "analysis.npz"
_CURVES = ("frame_pts", "luma", "motion", "change")
_SOUND_CURVES = ("loudness_lufs", "onset", "voice", "music")


def save_analysis(analysis: FilmAnalysis, folder: Path) -> None:
    """Write the two files into `folder`.

    Raises:
        OutputError: The place cannot be written.
    """
    arrays: dict[str, npt.NDArray[Any]] = {name: getattr(analysis, name) for name in _CURVES}
    document: dict[str, Any] = {
        "format": FORMAT,
        "time_base": str(analysis.time_base),
        "duration_s": analysis.duration_s,
        "picture_box": list(analysis.picture_box),
        "notices": list(analysis.notices),
        "shots": [vars(shot) for shot in analysis.shots],
        "stills": [vars(still) for still in analysis.stills],
        "fences": [vars(fence) for fence in analysis.fences],
        "sound": None,
    }
    if analysis.sound is not None:
        arrays |= {f"sound_{name}": getattr(analysis.sound, name) for name in _SOUND_CURVES}
        document["sound"] = {
            "step_s": analysis.sound.step_s,
            "voice_step_s": analysis.sound.voice_step_s,
            "integrated_lufs": analysis.sound.integrated_lufs,
        }
    curves = _packed(arrays)
    document["curves"] = digest_bytes(curves)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(folder / CURVES_NAME, curves)
    except OSError as error:
        raise write_error(error, folder / CURVES_NAME) from error
    write_json(folder / JSON_NAME, document)


def load_analysis(folder: Path) -> FilmAnalysis | None:
    """The stored analysis; None where it is missing, broken, of another format, or a still is gone."""
    try:
        document = json.loads((folder / JSON_NAME).read_text("utf-8"))
        if document["format"] != FORMAT:
            return None
        curves = (folder / CURVES_NAME).read_bytes()
        if digest_bytes(curves) != document["curves"]:
            return None
        analysis = _restored(document, curves)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, EOFError):
        return None
    if any(not (folder / "stills" / still.file).is_file() for still in analysis.stills):
        return None
    return analysis


def _restored(document: dict[str, Any], curves: bytes) -> FilmAnalysis:
    with np.load(io.BytesIO(curves), allow_pickle=False) as arrays:
        table = {name: arrays[name] for name in arrays.files}
    sound = None
    if document["sound"] is not None:
        sound = SoundCurves(
            step_s=document["sound"]["step_s"],
            voice_step_s=document["sound"]["voice_step_s"],
            integrated_lufs=document["sound"]["integrated_lufs"],
            **{name: table[f"sound_{name}"] for name in _SOUND_CURVES},
        )
    left, top, right, bottom = document["picture_box"]
    return FilmAnalysis(
        **{name: table[name] for name in _CURVES},
        time_base=Fraction(document["time_base"]),
        duration_s=document["duration_s"],
        shots=tuple(Shot(**{**shot, "signature": tuple(shot["signature"])}) for shot in document["shots"]),
        stills=tuple(Still(**still) for still in document["stills"]),
        fences=tuple(Fence(**fence) for fence in document["fences"]),
        picture_box=(left, top, right, bottom),
        sound=sound,
        notices=tuple(document["notices"]),
    )


def _packed(arrays: dict[str, npt.NDArray[Any]]) -> bytes:
    """An npz with fixed dates, so that equal curves give equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(arrays):
            single = io.BytesIO()
            np.lib.format.write_array(single, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), single.getvalue())
    return packed.getvalue()
