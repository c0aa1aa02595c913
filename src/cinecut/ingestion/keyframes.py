"""Which stills of the film a describer is asked about, and those stills in a folder of their own.

Points of interest are the middle of every heard line, the middle of every shot, and every 30 s in gaps
longer than that; the nearest still inside the same shot serves each. Deliberately not here: decoding
(the analysis kept the stills) and describing.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from cinecore.analysis.film import FilmAnalysis, Still
from cinecore.failpoints import hit
from cinecore.files import write_atomic, write_error
from cinecore.work.leftovers import scraps_prefix
from cinecut.errors import KeyframeExtractionError
from cinecut.models import DialogueEvent, KeyframeRecord, LineKind

GAP_S = 30.0
"""Longest stretch without a point; in longer ones there is one every so many seconds."""

MAX_LINES = 420
"""Height of a keyframe at most, in lines."""

SAME_VIEW_DIFFERENCE = 0.045
"""Mean difference of two small pictures (0..1) under which stills of one shot count as one view."""

LOOK_SIZE = (24, 16)
"""Size at which two stills are compared: people moving a little do not matter, a new framing does."""

HEARD_KINDS = frozenset({LineKind.SPEECH, LineKind.LYRICS, LineKind.SOUND_TAG})
"""Lines that belong to the film; credits and advertising do not."""

JPEG_QUALITY = 88
NAME_PATTERN = "kf_*.jpg"

_PRIORITY = {"subtitle_midpoint": 0, "scene_change": 1, "interval_fallback": 2}


@dataclass(frozen=True)
class _Point:
    time_s: float
    source: str


def choose_keyframes(
    analysis: FilmAnalysis, events: Iterable[DialogueEvent], stills_dir: Path, out_dir: Path
) -> list[KeyframeRecord]:
    """The keyframes of a film, sorted by time, each a JPEG in `out_dir` named by its own time.

    One still a view: stills of one shot that look alike are asked about once, a line's before a shot's
    before a gap's. Points inside fences (credits, logos, black) are left out. Keyframes of an earlier
    choice that are no longer wanted are removed from `out_dir`.

    Raises:
        KeyframeExtractionError: A still is missing from `stills_dir` or is no picture.
        OutputError: `out_dir` cannot be written.
    """
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(error, out_dir) from error
    served = _served(analysis, _points(analysis, events))
    chosen = _one_a_view(served, stills_dir)
    wanted: dict[str, KeyframeRecord] = {}
    for still, source in chosen:
        name = keyframe_name(still.time_s)
        wanted[name] = KeyframeRecord(still.time_s, str(out_dir / name), source)
        _place(stills_dir / still.file, out_dir / name, still.time_s)
    for stale in sorted(out_dir.glob(NAME_PATTERN)):
        if stale.name not in wanted:
            stale.unlink(missing_ok=True)
    return sorted(wanted.values(), key=lambda record: record.timestamp_s)


def keyframe_name(time_s: float) -> str:
    """`kf_000123.450.jpg` for 123.45 s: names sort as times do."""
    return f"kf_{time_s:010.3f}.jpg"


def _points(analysis: FilmAnalysis, events: Iterable[DialogueEvent]) -> list[_Point]:
    """Points of interest in the order in which they claim stills: by source, then by time."""
    if not analysis.shots:
        return []
    start_s, end_s = analysis.shots[0].start_s, analysis.shots[-1].end_s
    points = [
        _Point(event.midpoint_s, "subtitle_midpoint")
        for event in events
        if event.kind in HEARD_KINDS and start_s <= event.midpoint_s < end_s
    ]
    points += [_Point((shot.start_s + shot.end_s) / 2, "scene_change") for shot in analysis.shots]
    times = sorted({start_s, end_s, *(point.time_s for point in points)})
    points += [_Point(time_s, "interval_fallback") for time_s in _in_gaps(times)]
    fences = [(fence.start_s, fence.end_s) for fence in analysis.fences]
    open_points = [point for point in points if not any(start <= point.time_s < end for start, end in fences)]
    return sorted(set(open_points), key=lambda point: (_PRIORITY[point.source], point.time_s))


def _in_gaps(times: Sequence[float]) -> Iterator[float]:
    """Every 30 s after a point that the next one follows more than 30 s later."""
    for earlier, later in pairwise(times):
        steps = 1
        while earlier + steps * GAP_S < later - 1e-9:
            yield earlier + steps * GAP_S
            steps += 1


def _served(analysis: FilmAnalysis, points: Sequence[_Point]) -> list[tuple[Still, str]]:
    """The nearest still inside each point's shot, each still once under the first source that asked."""
    by_shot: dict[int, list[Still]] = defaultdict(list)
    for still in sorted(analysis.stills, key=lambda still: still.time_s):
        by_shot[still.shot].append(still)
    served: dict[str, tuple[Still, str]] = {}
    for point in points:
        shot = analysis.shot_at(point.time_s)
        candidates = by_shot.get(shot.index)
        if not candidates or not shot.start_s <= point.time_s < shot.end_s:
            continue
        still = _nearest(candidates, point.time_s)
        served.setdefault(still.file, (still, point.source))
    return list(served.values())


def _nearest(stills: Sequence[Still], time_s: float) -> Still:
    """The still nearest in time; of two as near the earlier."""
    right = bisect_left(stills, time_s, key=lambda still: still.time_s)
    around = stills[max(0, right - 1) : right + 1]
    return min(around, key=lambda still: (abs(still.time_s - time_s), still.time_s))


def _one_a_view(served: Sequence[tuple[Still, str]], stills_dir: Path) -> list[tuple[Still, str]]:
    """Without stills that look like one already chosen in the same shot."""
    by_shot: dict[int, list[tuple[Still, str]]] = defaultdict(list)
    for still, source in served:
        by_shot[still.shot].append((still, source))
    chosen: list[tuple[Still, str]] = []
    for group in by_shot.values():
        if len(group) == 1:  # nothing to compare with: its picture need not be opened
            chosen += group
            continue
        looks: list[npt.NDArray[np.float32]] = []
        for still, source in group:
            look = _look(stills_dir / still.file, still.time_s)
            if all(float(np.abs(look - other).mean()) >= SAME_VIEW_DIFFERENCE for other in looks):
                looks.append(look)
                chosen.append((still, source))
    return chosen


def _look(path: Path, time_s: float) -> npt.NDArray[np.float32]:
    """A still made small, shape (16, 24, 3), values 0..1."""
    try:
        with Image.open(path) as picture:
            picture.draft("RGB", (LOOK_SIZE[0] * 4, LOOK_SIZE[1] * 4))
            small = picture.convert("RGB").resize(LOOK_SIZE, Image.Resampling.BOX)
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError) as error:
        raise KeyframeExtractionError(time_s, f"The still {path.name!r} cannot be read: {error}.") from error
    return (np.asarray(small) / np.float32(255)).astype(np.float32)


def _place(still: Path, target: Path, time_s: float) -> None:
    """The still under its keyframe name: linked where the disk can, copied elsewhere, made smaller if too tall."""
    try:
        if target.exists() and target.samefile(still):
            return
        with Image.open(still) as picture:
            height = picture.height
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise KeyframeExtractionError(time_s, f"The still {still.name!r} cannot be read: {error}.") from error
    try:
        if height > MAX_LINES:
            write_atomic(target, _smaller(still))
        else:
            _link(still, target)
    except OSError as error:
        raise write_error(error, target) from error


def _smaller(still: Path) -> bytes:
    """The still at 420 lines as a JPEG."""
    import io

    with Image.open(still) as picture:
        width = max(1, round(picture.width * MAX_LINES / picture.height))
        small = picture.convert("RGB").resize((width, MAX_LINES), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    small.save(stream, "JPEG", quality=JPEG_QUALITY)
    return stream.getvalue()


def _link(still: Path, target: Path) -> None:
    """`target` as another name of `still`, or as a copy; whole or absent."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=scraps_prefix("kf_")) as folder:
        temporary = Path(folder) / target.name
        try:
            os.link(still, temporary)
        except OSError:  # another disk, or one without links
            shutil.copyfile(still, temporary)
        hit("still.link", target)
        os.replace(temporary, target)
