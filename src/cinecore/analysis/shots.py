"""Shots with the means of what was measured in them, from boundaries and figures; nothing is decided here."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from cinecore.analysis.changes import Boundaries, Change
from cinecore.analysis.film import Shot
from cinecore.analysis.picture import SAMPLE_EVERY, SIGNATURE_COLOURS, LitLines, PictureMeasures

LAYOUT_WEIGHT = 0.5
"""How much the layout counts in a signature beside the colours."""

DARK_SHARE = 0.98


def build_shots(
    measures: PictureMeasures,
    boundaries: Boundaries,
    frame_pts: npt.NDArray[np.int64],
    time_base: Fraction,
    duration_s: float,
) -> tuple[Shot, ...]:
    """The film's shots in order; they tile it without gaps."""
    frames = len(frame_pts)
    if not frames:
        return ()
    times = np.append(frame_pts * float(time_base), duration_s)
    changes: list[Change | None] = [None, *boundaries.changes, None]
    shots: list[Shot] = []
    for index in range(len(changes) - 1):
        opening, closing = changes[index], changes[index + 1]
        first = opening.cut if opening else 0
        end = closing.cut if closing else frames
        clean_first = min(max(opening.clean if opening else 0, first), end)
        clean_end = max(min(closing.first if closing else frames, end), first)
        clean_first, clean_end = _without_flashes(clean_first, clean_end, boundaries.flashes)
        if clean_end <= clean_first:
            clean_first = clean_end = (first + end) // 2
        shots.append(
            _shot(
                index,
                opening.kind if opening else "start",
                (first, end),
                (float(times[clean_first]), float(times[clean_end])),
                (float(times[first]), float(times[end])),
                measures,
            )
        )
    return tuple(shots)


def _without_flashes(first: int, end: int, flashes: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    """The inside of a shot less the flashes near its edges; one in its middle stays, as part of the story."""
    reach = max(3, (end - first) // 6)
    for begin, stop in flashes:
        if first <= begin < first + reach and stop < end:
            first = stop
        elif end - reach < stop <= end and begin > first:
            end = begin
    return first, end


def _shot(
    index: int,
    opens_with: str,
    span: tuple[int, int],
    clean: tuple[float, float],
    times: tuple[float, float],
    measures: PictureMeasures,
) -> Shot:
    first, end = span
    inside = slice(first, end)
    moving = slice(min(first + 1, end - 1), end)
    samples = slice(-(-first // SAMPLE_EVERY), max(-(-end // SAMPLE_EVERY), -(-first // SAMPLE_EVERY) + 1))
    sharpness = measures.sharpness[samples]
    shift = np.hypot(measures.shift_x[moving], measures.shift_y[moving])
    motion = measures.motion[moving]
    return Shot(
        index=index,
        first_frame=first,
        end_frame=end,
        start_s=round(times[0], 6),
        end_s=round(times[1], 6),
        opens_with=opens_with,
        motion=_figure(motion.mean()),
        motion_peak=_figure(np.percentile(motion, 95)),
        camera=_figure(shift.mean()),
        brightness=_figure(measures.luma[inside].mean()),
        contrast=_figure(min(1.0, 2 * float(measures.contrast[inside].mean()))),
        saturation=_figure(measures.saturation[inside].mean()),
        sharpness=_figure(np.median(sharpness) if len(sharpness) else 0.0),
        black=_figure((measures.dark_share[inside] >= DARK_SHARE).mean()),
        signature=signature(measures.signature[samples]),
        clean_start_s=round(clean[0], 6),
        clean_end_s=round(clean[1], 6),
    )


def signature(samples: npt.NDArray[np.float32]) -> tuple[float, ...]:
    """The mean look of sampled frames, L2-normed: square roots of colour shares, then layout about its mean."""
    if not len(samples):
        return ()
    mean = samples.mean(axis=0, dtype=np.float64)
    colours, layout = mean[:SIGNATURE_COLOURS], mean[SIGNATURE_COLOURS:]
    joined = np.concatenate([colours, LAYOUT_WEIGHT * (layout - layout.mean())])
    norm = float(np.sqrt((joined**2).sum()))
    return tuple(round(float(value) / norm, 5) for value in joined) if norm > 1e-9 else ()


def _figure(value: np.floating | float) -> float:
    return round(float(value), 6)


def picture_box(lit: LitLines) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of the picture inside black bars, as parts of the frame.

    A row or column belongs to the picture when it is lit in more than 1 % of the sampled frames that are not
    black themselves. Letters laid over the bars count as picture.
    """
    if lit.frames < 8:
        return (0.0, 0.0, 1.0, 1.0)
    top, bottom = _edges(lit.rows > 0.01 * lit.frames)
    left, right = _edges(lit.columns > 0.01 * lit.frames)
    return (left, top, right, bottom)


def _edges(is_picture: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """First and last picture line as parts; bars are two alike, each of 2 to 40 %."""
    lines = np.flatnonzero(is_picture)
    if not len(lines):
        return 0.0, 1.0
    low, high = float(lines[0]) / len(is_picture), float(lines[-1] + 1) / len(is_picture)
    bar = min(low, 1 - high)
    # a dark side of a scene is no bar: bars come in pairs
    if bar < 0.02 or bar > 0.4 or abs(low - (1 - high)) > 0.03:
        return 0.0, 1.0
    return round(low, 4), round(high, 4)
