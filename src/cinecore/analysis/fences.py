"""Stretches that a trailer must not show: black, test cards, text cards, opening titles, closing credits.

Method. A sampled frame is *lettered* when its fine detail is out of proportion to its edges away from thin
strokes: letters are sharp and small on a calm ground, where a photographed or drawn scene of the same
sharpness has edges everywhere. Lettered frames of one second at least make a stretch; those that reach
into the film's last part become credits, early ones logo, others card if their ground is dark or flat.
Where it fails: credits over moving scenes, letters without contrast, logos without letters; a scene of
stars or snow on black may be taken for a card (lost to the trailer, not shown in it).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cinecore.analysis.cuts import Boundaries, runs
from cinecore.analysis.film import Fence, Shot
from cinecore.analysis.picture import SAMPLE_EVERY, PictureMeasures

BLACK_SECONDS = 0.4
CARD_SECONDS = 0.4
TEST_CARD_SECONDS = 0.3
BARS_MIN = 0.55
LETTERED_MIN = 2.3
"""Detail over clutter from which a frame counts as lettered; measured: credits 2.8 and more, scenes under 1.8."""

CLUTTER_FLOOR = 0.05
STROKES_MIN = 0.0007
CALM_CLUTTER = 0.06
CREDITS_FROM = 0.6
"""Closing credits begin in the film's last two fifths."""

CREDITS_JOIN_S = 8.0
CREDITS_SECONDS_MIN = 2.0
LOGO_UNTIL = 0.08
LEAD_PART, LEAD_MOST_S = 0.01, 6.0
"""Before the credits the same part of the film is fenced: its very last image gives the ending away."""

Mask = npt.NDArray[np.bool_]


def find_fences(
    measures: PictureMeasures,
    boundaries: Boundaries,
    times: npt.NDArray[np.float64],
    shots: tuple[Shot, ...],
    span_s: tuple[float, float],
) -> tuple[Fence, ...]:
    """All fences in order. `times` holds each frame's second and the end; `span_s` what part was analysed."""
    if len(times) < 2:
        return ()
    found = [
        Fence(round(float(times[begin]), 6), round(float(times[end]), 6), "black")
        for begin, end in boundaries.black
        if times[end] - times[begin] >= BLACK_SECONDS
    ]
    is_bars = measures.bars >= BARS_MIN
    found += [
        Fence(*_snapped(begin, end, shots), "test_card")
        for begin, end in _stretches(is_bars, times, join_s=0.5)
        if end - begin >= TEST_CARD_SECONDS
    ]
    found += _lettered(measures, times, shots, span_s)
    return tuple(sorted(found, key=lambda fence: (fence.start_s, fence.end_s, fence.kind)))


def lettered(measures: PictureMeasures) -> npt.NDArray[np.float32]:
    """How lettered each sampled frame is; over `LETTERED_MIN` counts."""
    value: npt.NDArray[np.float32] = measures.detail / (CLUTTER_FLOOR + measures.clutter)
    return np.where(measures.strokes >= STROKES_MIN, value, np.float32(0))


def _lettered(
    measures: PictureMeasures,
    times: npt.NDArray[np.float64],
    shots: tuple[Shot, ...],
    span_s: tuple[float, float],
) -> list[Fence]:
    value = lettered(measures)
    width = min(5, len(value) // 2 * 2 - 1)
    if width >= 3:
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(value, width // 2, mode="edge"), width)
        value = np.median(windows, axis=1).astype(np.float32)
    is_lettered = value >= LETTERED_MIN
    begin_s, end_s = span_s
    length = end_s - begin_s
    dark = measures.dark_share[::SAMPLE_EVERY][: len(value)]
    is_calm = (measures.clutter <= CALM_CLUTTER) & ((dark >= 0.8) | (measures.clutter <= CALM_CLUTTER / 3))
    fences: list[Fence] = []
    closing = _credits(is_lettered, times, shots, begin_s + CREDITS_FROM * length)
    if closing:
        lead = min(LEAD_MOST_S, LEAD_PART * length)
        fences.append(Fence(round(max(begin_s, closing[0] - lead), 6), round(closing[1], 6), "credits"))
    for start, stop in _stretches(is_lettered & is_calm, times, join_s=0.7):
        if stop - start < CARD_SECONDS or (
            closing and start >= closing[0] - 1e-6 and stop <= closing[1] + 1e-6
        ):
            continue
        kind = "logo" if start < begin_s + LOGO_UNTIL * length else "card"
        fences.append(Fence(*_snapped(start, stop, shots), kind))
    return fences


def _credits(
    is_lettered: Mask, times: npt.NDArray[np.float64], shots: tuple[Shot, ...], from_s: float
) -> tuple[float, float] | None:
    """The longest lettered stretch that begins late in the film, gaps of a few seconds bridged."""
    late = [
        stretch
        for stretch in _stretches(is_lettered, times, join_s=CREDITS_JOIN_S)
        if stretch[0] >= from_s and stretch[1] - stretch[0] >= CREDITS_SECONDS_MIN
    ]
    if not late:
        return None
    start, stop = max(late, key=lambda stretch: (stretch[1] - stretch[0], stretch[0]))
    start, stop = _snapped(start, stop, shots)
    return start, stop


def _stretches(mask: Mask, times: npt.NDArray[np.float64], *, join_s: float) -> list[tuple[float, float]]:
    """Runs of sampled frames in seconds; neighbours closer than `join_s` become one."""
    joined: list[tuple[float, float]] = []
    last = len(times) - 1
    for begin, end in runs(mask):
        start, stop = (
            float(times[min(begin * SAMPLE_EVERY, last)]),
            float(times[min(end * SAMPLE_EVERY, last)]),
        )
        if joined and start - joined[-1][1] <= join_s:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return joined


def _snapped(start: float, stop: float, shots: tuple[Shot, ...]) -> tuple[float, float]:
    """The stretch widened to the edges of the shots that it mostly fills, else by a sample on each side."""
    for shot in shots:
        inside = min(stop, shot.end_s) - max(start, shot.start_s)
        if inside > 0.5 * shot.seconds or (inside > 0 and shot.seconds - inside < 1.5):
            start, stop = min(start, shot.start_s), max(stop, shot.end_s)
    return round(start, 6), round(stop, 6)
