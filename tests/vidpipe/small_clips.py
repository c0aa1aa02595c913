"""Small clips and scenes for tests of joining: plain colours, tones, any size and rate; what is in them is in the call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.run import run
from vidpipe.schemas.storyboard import SceneSpec

WIDTH, HEIGHT, FPS = 160, 90, 24


def clip(
    path: Path,
    color: str,
    seconds: float,
    *,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    fps: str = "24",
    tone_hz: int | None = None,
) -> Path:
    """A clip of one colour, with a tone where one is asked for."""
    source = f"color=c={color}:s={size[0]}x{size[1]}:r={fps}:d={seconds}"
    sound = ["-f", "lavfi", "-i", f"sine=f={tone_hz}:r=48000:d={seconds}"] if tone_hz else []
    run(
        [
            *(*PREAMBLE, "-f", "lavfi", "-i", source, *sound),
            *("-c:v", "libx264", "-preset", "ultrafast", "-crf", "10", "-pix_fmt", "yuv420p"),
            *("-c:a", "aac", "-b:a", "128k", "-f", "mp4", f"file:{path}"),
        ]
    )
    return path


def scene(index: int, seconds: float = 2.0, **more: Any) -> SceneSpec:
    """A scene that says no more than it must."""
    values: dict[str, Any] = {
        "description": "",
        "start_frame_prompt": "",
        "end_frame_prompt": "",
        "motion_prompt": "",
    }
    return SceneSpec(scene_index=index, duration_s=seconds, **(values | more))


def pictures(path: Path, size: tuple[int, int] = (WIDTH, HEIGHT)) -> npt.NDArray[np.uint8]:
    """Every frame as RGB: (frames, height, width, 3)."""
    command = [
        *PREAMBLE,
        "-i",
        f"file:{path}",
        "-map",
        "0:v:0",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "pipe:1",
    ]
    return np.frombuffer(run(command), np.uint8).reshape(-1, size[1], size[0], 3)


def sound(path: Path) -> npt.NDArray[np.float32]:
    """The sound as mono at 48 kHz."""
    command = [*PREAMBLE, "-i", f"file:{path}", "-map", "0:a:0", "-ac", "1", "-ar", "48000"]
    return np.frombuffer(run([*command, "-f", "f32le", "pipe:1"]), np.float32)


def name_of(color: npt.NDArray[np.float64]) -> str:
    """The nearest plain colour."""
    known = {
        "red": (255, 0, 0),
        "green": (0, 128, 0),
        "blue": (0, 0, 255),
        "yellow": (255, 255, 0),
        "white": (255, 255, 255),
        "black": (0, 0, 0),
        "magenta": (255, 0, 255),
        "cyan": (0, 255, 255),
    }
    return min(known, key=lambda name: float(np.abs(np.asarray(known[name]) - color).sum()))
