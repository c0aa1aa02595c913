"""Stretches that a trailer must not show: black, test cards, text cards, titles over pictures, opening titles, credits.

Method. A sampled frame is *lettered* when its fine detail is out of proportion to its edges away from thin
strokes (letters are sharp and small on a calm ground, where a photographed or drawn scene of the same
sharpness has edges everywhere), and *surely lettered* when its strokes also crowd into lines, which snow,
rain and stars do not. Closing credits are the longest late stretch between surely lettered frames, bridged
over short gaps and over lettered ones; surely lettered frames on a dark or flat ground are a logo early in
the film, a card elsewhere. A test card is upright flat saturated bars. Borders are not looked at.
Titles and captions over a picture are those of `burnt_in` that come within a shot or stand over moving ground; where they
fill much of a film they are subtitles that belong to its pictures, and stay. Where it fails: letters without contrast, in
script across the whole picture, or over a busy ground that does not move, from cut to cut; logos without letters. A wrong
card costs the trailer some footage; a missed one would be shown in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cinecore.analysis.burnt_in import LOOKS_BACK, WINDOW
from cinecore.analysis.changes import Boundaries, runs
from cinecore.analysis.film import Fence, Shot
from cinecore.analysis.picture import SAMPLE_EVERY, PictureMeasures

BLACK_SECONDS = 0.4
CARD_SECONDS = 0.4
TEST_CARD_SECONDS = 0.3
BARS_MIN = 0.5
LETTERED_MIN = 2.6
SURE_MIN, SURE_LINES = 5.0, 5.0
"""Detail over clutter, and variance over mean of strokes by row. Measured: credits of two films and of the
samples 2.8 to 18 with lines 4 to 42; photographed-like scenes up to 2.5; drawn snow and rain up to 5.4, lines 3."""

CLUTTER_FLOOR = 0.05
STROKES_MIN = 0.0007
CALM_CLUTTER = 0.03
DARK_GROUND = 0.8
CREDITS_FROM = 0.6
"""Closing credits begin in the film's last two fifths."""

CREDITS_JOIN_S = 8.0
CREDITS_BRIDGE_SHARE = 0.6
"""Longer gaps are bridged where this share of their frames is lettered."""

CREDITS_SECONDS_MIN = 1.5
SUBTITLES_SECONDS_MOST = 8.0
"""What stands or runs on for longer without a gap is no subtitle; broadcasters allow six or seven seconds."""

LOGO_UNTIL = 0.08
TITLE_ROWS = 3.0
"""Rows of letters that appear in a standing picture. In *Big Buck Bunny* its titles have 3 to 5, sunlit grass 2."""

OVERLAID_ROWS, OVERLAID_SAMPLES = 2.0, 4
"""Rows over moving ground, and sampled frames in which they must be: a picket fence at which a camera slows down has 3 in 2."""

TITLE_LEFT = 0.5
"""Part of a title's rows that is left while it still stands."""

FADE_S = 0.9
"""Letters come and go within this long, too faint to be seen as letters by then."""

SUBTITLED_SHARE, SUBTITLED_TIMES = 0.2, 10
"""Part of the film, and how often, from which on letters over pictures are subtitles burnt into it."""

SUBTITLED_EARLY_TIMES, SUBTITLED_EARLY_SHARE = 6, 0.08
"""The same of stretches with lines of letters before credits may begin; opening titles are fewer or fill less."""

LEAD_PART, LEAD_MOST_S = 0.015, 8.0
"""So much before the credits is fenced with them: the very last images give the ending away."""

SUBTITLED_NOTICE = (
    "Letters stand over much of this film: they are taken for subtitles that belong to its pictures, and will be seen in "
    "the trailer. A copy without them makes a better one."
)

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class FoundFences:
    """What must not be shown, and what a person should know of it."""

    fences: tuple[Fence, ...]
    notices: tuple[str, ...] = ()


def find_fences(
    measures: PictureMeasures,
    boundaries: Boundaries,
    times: npt.NDArray[np.float64],
    shots: tuple[Shot, ...],
    span_s: tuple[float, float],
) -> FoundFences:
    """All fences in order. `times` holds each frame's second and the end; `span_s` what part was analysed."""
    if len(times) < 2:
        return FoundFences(())
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
    titles = _titles(measures, times, shots)
    is_subtitled = _is_subtitled(measures, titles, times, span_s)
    found += _lettered(measures, times, shots, span_s, is_subtitled=is_subtitled)
    if not is_subtitled:
        closing = [fence for fence in found if fence.kind == "credits"]
        found += [
            title
            for title in titles
            if not any(fence.start_s <= title.start_s and title.end_s <= fence.end_s for fence in closing)
        ]
    fences = tuple(sorted(found, key=lambda fence: (fence.start_s, fence.end_s, fence.kind)))
    return FoundFences(fences, (SUBTITLED_NOTICE,) if is_subtitled else ())


def _is_subtitled(
    measures: PictureMeasures,
    titles: list[Fence],
    times: npt.NDArray[np.float64],
    span_s: tuple[float, float],
) -> bool:
    """Whether letters come and go over so much of a film that they are its subtitles: as titles, or long before any credits."""
    begin_s, end_s = span_s
    seconds = sum(title.end_s - title.start_s for title in titles)
    if len(titles) >= SUBTITLED_TIMES and seconds > SUBTITLED_SHARE * (end_s - begin_s):
        return True
    early_s = begin_s + CREDITS_FROM * (end_s - begin_s)
    has_lines = (_steadied(lettered(measures)) >= LETTERED_MIN) & (_steadied(measures.lines) >= SURE_LINES)
    early = [
        stop - start
        for start, stop in _stretches(has_lines, times, join_s=0.7)
        if stop < early_s and 0.5 < stop - start < SUBTITLES_SECONDS_MOST
    ]
    return len(early) >= SUBTITLED_EARLY_TIMES and sum(early) > SUBTITLED_EARLY_SHARE * (early_s - begin_s)


def lettered(measures: PictureMeasures) -> npt.NDArray[np.float32]:
    """How lettered each sampled frame is; over `LETTERED_MIN` counts."""
    value: npt.NDArray[np.float32] = measures.detail / (CLUTTER_FLOOR + measures.clutter)
    return np.where(measures.strokes >= STROKES_MIN, value, np.float32(0))


def _lettered(
    measures: PictureMeasures,
    times: npt.NDArray[np.float64],
    shots: tuple[Shot, ...],
    span_s: tuple[float, float],
    *,
    is_subtitled: bool,
) -> list[Fence]:
    value = _steadied(lettered(measures))
    is_sure = (value >= SURE_MIN) & (_steadied(measures.lines) >= SURE_LINES)
    begin_s, end_s = span_s
    length = end_s - begin_s
    dark = measures.dark_share[::SAMPLE_EVERY][: len(value)]
    is_calm = (dark >= DARK_GROUND) | (measures.clutter <= CALM_CLUTTER)
    fences: list[Fence] = []
    closing = _credits(
        is_sure,
        value >= LETTERED_MIN,
        times,
        shots,
        begin_s + CREDITS_FROM * length,
        is_subtitled=is_subtitled,
    )
    if closing:
        lead = min(LEAD_MOST_S, LEAD_PART * length)
        fences.append(Fence(round(max(begin_s, closing[0] - lead), 6), round(closing[1], 6), "credits"))
    for start, stop in _stretches(is_sure & is_calm, times, join_s=0.7):
        if stop - start < CARD_SECONDS or (
            closing and start >= closing[0] - 1e-6 and stop <= closing[1] + 1e-6
        ):
            continue
        kind = "logo" if start < begin_s + LOGO_UNTIL * length else "card"
        fences.append(Fence(*_snapped(start, stop, shots), kind))
    return fences


def _titles(
    measures: PictureMeasures,
    times: npt.NDArray[np.float64],
    shots: tuple[Shot, ...],
) -> list[Fence]:
    """Titles and captions over pictures, each within its shot."""
    fences: list[Fence] = []
    ends = times[np.minimum(np.arange(len(measures.standing)) * SAMPLE_EVERY, len(times) - 1)]
    for shot in shots:
        first, last = (int(at) for at in np.searchsorted(ends, (shot.start_s - 1e-6, shot.end_s - 1e-6)))
        # what is looked back on must lie in the shot too, or all of it would be new
        is_title = np.zeros(last, bool)
        is_title[first + LOOKS_BACK :] = measures.appeared[first + LOOKS_BACK : last] >= TITLE_ROWS
        over = measures.overlaid[:last] >= OVERLAID_ROWS
        over[: first + WINDOW - 1] = False
        for begin, end in runs(over):
            if end - begin >= OVERLAID_SAMPLES and measures.overlaid[begin:end].max() > OVERLAID_ROWS:
                is_title[begin:end] = True
        reached = first
        for at in np.flatnonzero(is_title):
            if at < reached:
                continue
            reached = int(at) + 1
            left = max(1.0, TITLE_LEFT * float(measures.standing[at]))
            while reached < last and measures.standing[reached] >= left:
                reached += 1
            begin_s = float(ends[max(first, int(at) - WINDOW + 1)]) - FADE_S
            end_s = float(ends[min(reached, last - 1)]) + FADE_S
            fences.append(
                Fence(*_snapped(max(shot.start_s, begin_s), min(shot.end_s, end_s), (shot,)), "card")
            )
    return fences


def _steadied(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Medians of three, so that a single frame decides nothing."""
    if len(values) < 3:
        return values
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, 1, mode="edge"), 3)
    middle: npt.NDArray[np.float32] = np.median(windows, axis=1).astype(np.float32)
    return middle


def _credits(
    is_sure: Mask,
    is_lettered: Mask,
    times: npt.NDArray[np.float64],
    shots: tuple[Shot, ...],
    from_s: float,
    *,
    is_subtitled: bool,
) -> tuple[float, float] | None:
    """The longest late stretch from a surely lettered frame to another; without a gap where subtitles have letters too."""
    sample_times = times[:-1:SAMPLE_EVERY][: len(is_sure)]
    groups: list[tuple[float, float]] = []
    for start, stop in _stretches(is_sure & (sample_times >= from_s), times, join_s=0.7):
        if groups and not is_subtitled:
            between = is_lettered[(sample_times >= groups[-1][1]) & (sample_times < start)]
            is_short = start - groups[-1][1] <= CREDITS_JOIN_S
            if is_short or (len(between) and between.mean() >= CREDITS_BRIDGE_SHARE):
                groups[-1] = (groups[-1][0], stop)
                continue
        groups.append((start, stop))
    shortest_s = SUBTITLES_SECONDS_MOST if is_subtitled else CREDITS_SECONDS_MIN
    groups = [group for group in groups if group[1] - group[0] >= shortest_s]
    if not groups:
        return None
    start, stop = max(groups, key=lambda group: (group[1] - group[0], group[0]))
    return _snapped(start, stop, shots)


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
