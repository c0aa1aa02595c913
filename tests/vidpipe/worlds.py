"""Small worlds of plain colours for the tests of the camera, and where a colour lies in what was filmed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from vidpipe.providers.draft.board import Board, Layer
from vidpipe.providers.draft.camera import frame_count, picture_maker

WIDTH, HEIGHT, OVERSCAN = 320, 180, 1.35
WORLD = (432, 244)
MIDDLE = (216.0, 122.0)
SKY, RED, BLUE, GREEN = (90, 90, 90), (230, 20, 20), (20, 20, 230), (20, 230, 20)


def block(name: str, size: tuple[int, int], color: tuple[int, int, int], **more: object) -> Layer:
    """A filled rectangle in the middle of the world, unless said otherwise."""
    settings = {"depth": 0.5, "x": MIDDLE[0], "y": MIDDLE[1], **more}
    return Layer(name, Image.new("RGBA", size, (*color, 255)), **settings)  # type: ignore[arg-type]  # mixed on purpose


def world(*layers: Layer, sky: tuple[int, int, int] = SKY, **more: object) -> Board:
    """A board of 320 × 180 with a grey sky behind these layers."""
    behind = Layer("sky", Image.new("RGBA", WORLD, (*sky, 255)), 0.0, *MIDDLE)
    return Board(*WORLD, (behind, *layers), "ink", OVERSCAN, WIDTH, HEIGHT, **more)  # type: ignore[arg-type]  # see block


def shot(movement: str = "static") -> dict[str, str]:
    """A shot with this movement of the camera."""
    return {"camera_movement": movement}


def weight(frame: np.ndarray, color: tuple[int, int, int]) -> np.ndarray:
    """How much each pixel is of a pure colour over the grey sky, 0 to 1."""
    channel = int(np.argmax(color))
    rest = frame.astype(float)
    return np.clip((rest[..., channel] - SKY[0]) / (color[channel] - SKY[0]), 0, 1)


def middle_of(frame: np.ndarray, color: tuple[int, int, int]) -> tuple[float, float]:
    """Centre of gravity of a colour, finer than pixels: right, down."""
    part = weight(frame, color)
    rows, columns = np.indices(part.shape)
    return float((part * columns).sum() / part.sum()), float((part * rows).sum() / part.sum())


def filmed(board: Board, shot: Mapping[str, str], seconds: float, fps: int, **more: Any) -> list[np.ndarray]:
    """Every frame of a shot, each (height, width, 3)."""
    picture = picture_maker(board, shot, seconds, fps, **more)
    return [np.asarray(picture(number)) for number in range(frame_count(seconds, fps))]


def path_of(
    board: Board, movement: str, color: tuple[int, int, int], seconds: float = 4.0, fps: int = 24
) -> np.ndarray:
    """Where a colour lies in each frame of a shot: (frames, 2)."""
    return np.array([middle_of(frame, color) for frame in filmed(board, shot(movement), seconds, fps)])
