"""Shots, casts and boards for the tests of the artist, as short as a test needs them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cinecore.ports import ReferencePicture
from vidpipe.providers.draft.artist import draw_board
from vidpipe.providers.draft.board import Board, Layer

Picture = npt.NDArray[np.uint8]
LOOKS = ("ink", "paper", "noir")

KEEPER: Mapping[str, Any] = {
    "tag": "CHAR_01",
    "asset_type": "CHARACTER",
    "name": "The keeper",
    "label": "old man",
    "description": "an old lighthouse keeper with a white beard, a red coat and a cap",
}
GIRL: Mapping[str, Any] = {
    "tag": "CHAR_02",
    "asset_type": "CHARACTER",
    "name": "The girl",
    "label": "girl",
    "description": "a small girl with braids and a blue dress",
}
CAST = (KEEPER, GIRL)


def placed(label: str, tag: str | None = None, **more: str) -> dict[str, Any]:
    """One placement."""
    return {"label": label, "tag": tag, "role": "subject", "position": "center", "facing": "camera", **more}


def shot(shot_type: str, setting: str, *placements: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """One shot by day, outdoors where nothing else is said."""
    return {"shot_type": shot_type, "setting": setting, "placements": list(placements), **more}


def board(
    of: Mapping[str, Any],
    *,
    look: str = "ink",
    cast: Sequence[Mapping[str, Any]] = CAST,
    references: Sequence[ReferencePicture] = (),
    size: tuple[int, int] = (640, 360),
    seed: int = 1,
    palette: Sequence[str] = (),
    extras: Sequence[tuple[str, str, str, str | None]] = (),
) -> Board:
    """The shot's board."""
    style = {"look": look, "palette": list(palette)}
    return draw_board(of, style, cast, references, size[0], size[1], seed, extras=extras)


def frame(of: Board) -> Picture:
    """The board's frame without a camera."""
    return np.asarray(of.flatten())


def layer_named(of: Board, ending: str) -> Layer:
    """The one layer whose name ends so."""
    found = [layer for layer in of.layers if layer.name.endswith(ending)]
    assert len(found) == 1, [layer.name for layer in of.layers]
    return found[0]


def painted(layer: Layer) -> Picture:
    """The colours of what is solid in a layer: n × 3."""
    pixels = np.asarray(layer.image)
    return pixels[pixels[:, :, 3] > 250][:, :3]


def main_tone(layer: Layer) -> npt.NDArray[np.float64]:
    """The median colour of what is solid in a layer."""
    return np.median(painted(layer).astype(float), axis=0)


def digest(of: Board) -> str:
    """Equal where every layer is."""
    found = hashlib.sha256()
    for layer in of.layers:
        found.update(f"{layer.name}|{layer.x}|{layer.y}|{layer.depth}|{layer.phase}|{layer.motion}".encode())
        found.update(layer.image.tobytes())
    return found.hexdigest()
