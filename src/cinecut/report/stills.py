"""Finds the still nearest to a moment among those that the analysis kept, and makes it small enough for a page.

Pictures that cannot be read are left out: a report without a still is still a report.
"""

from __future__ import annotations

import base64
import io
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from cinecore.analysis.film import Still
from cinecut.report.facts import StillPicture

BUDGET_BYTES = 2_500_000
"""All stills of a page together, as base64; the page should stay under 3 MB."""

MOST_SIDES_APART = 4.0
"""Times that one side of a still may be the other: a wider one is cut to that about its middle."""


@dataclass(frozen=True)
class Rung:
    """How large stills are, and how well they are kept: the first rung that the budget takes is used."""

    still_px: int
    """Longer side of a clip's still."""
    runner_up_px: int
    """Of a runner-up's; 0 leaves those out."""
    thumb_px: int
    """Of the one on the strip."""
    quality: int
    """As JPEG counts it, 1..95."""


RUNGS = (
    Rung(400, 200, 120, 72),
    Rung(320, 176, 104, 64),
    Rung(256, 136, 88, 58),
    Rung(200, 96, 72, 50),
    Rung(160, 0, 64, 46),
    Rung(112, 0, 48, 40),
)

SOURCE_BYTES_AT_MOST = 4 << 20
"""Of one still; ours have 420 lines and take a fiftieth of it."""


class StillShelf:
    """The stills of one film by time."""

    def __init__(self, stills: Sequence[Still], folder: Path) -> None:
        self._stills = sorted(stills, key=lambda still: (still.time_s, still.file))
        self._times = [still.time_s for still in self._stills]
        self._folder = folder

    def nearest(self, start_s: float, end_s: float) -> Path | None:
        """The still nearest to the middle of a stretch, which is one from inside it if there is any; None without stills."""
        middle = (start_s + end_s) / 2
        after = bisect_left(self._times, middle)
        near = [place for place in (after - 1, after) if 0 <= place < len(self._stills)]
        if not near:
            return None
        best = min(near, key=lambda place: (abs(self._times[place] - middle), place))
        return self._folder / self._stills[best].file


def small_pictures(wanted: Sequence[tuple[Path, int]], quality: int) -> dict[tuple[Path, int], StillPicture]:
    """Each still at each longest side that is wanted, in pixels; those that cannot be read are missing."""
    made: dict[tuple[Path, int], StillPicture] = {}
    by_file: dict[Path, list[int]] = {}
    for path, side in dict.fromkeys(wanted):
        if side > 0:
            by_file.setdefault(path, []).append(side)
    for path, sides in by_file.items():
        picture = _opened(path, max(sides))
        if picture is None:
            continue
        for side in sides:
            made[path, side] = _small(picture, side, quality)
    return made


def on_first_rung(
    stills: Sequence[Path], runners_up: Sequence[Path], budget_bytes: int = BUDGET_BYTES
) -> tuple[Rung, Mapping[tuple[Path, int], StillPicture]]:
    """The largest stills that the budget takes; on the last rung whatever comes out.

    Args:
        stills: One for each clip; a still that serves two clips stands in the page twice.
        runners_up: One for each runner-up that is shown.
        budget_bytes: Of all of them together, as base64.
    """
    made: dict[tuple[Path, int], StillPicture] = {}
    for rung in RUNGS:
        uses = [
            *((path, rung.still_px) for path in stills),
            *((path, rung.thumb_px) for path in stills),
            *((path, rung.runner_up_px) for path in runners_up),
        ]
        made = small_pictures(uses, rung.quality)
        if sum(len(made[use].uri) for use in uses if use in made) <= budget_bytes:
            return rung, made
    return RUNGS[-1], made


def _opened(path: Path, side: int) -> Image.Image | None:
    """The picture, decoded no larger than it is needed."""
    try:
        if path.stat().st_size > SOURCE_BYTES_AT_MOST:
            return None
        with Image.open(path, formats=["JPEG"]) as picture:
            picture.draft("RGB", (side, side))
            return picture.convert("RGB")
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError):
        return None


def _small(picture: Image.Image, side: int, quality: int) -> StillPicture:
    longest = max(picture.size)
    if longest > MOST_SIDES_APART * min(picture.size):
        width, height = (min(each, round(MOST_SIDES_APART * min(picture.size))) for each in picture.size)
        left, top = (picture.width - width) // 2, (picture.height - height) // 2
        picture = picture.crop((left, top, left + width, top + height))
        longest = max(picture.size)
    scale = min(1.0, side / longest)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    written = io.BytesIO()
    picture.resize(size, Image.Resampling.LANCZOS).save(written, "JPEG", quality=quality, optimize=True)
    return StillPicture(
        f"data:image/jpeg;base64,{base64.b64encode(written.getvalue()).decode('ascii')}", *size
    )
