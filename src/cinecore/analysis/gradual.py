"""Gradual shot changes from measured figures: dissolves, and fades into and out of black or white.

A dissolve is a span whose quarter points lie on the straight blend of its ends while the ends differ in
structure. A fade is a ramp of light into or out of a black or white run. Not here: hard cuts and flashes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cinecore.analysis.changes import BLACK_CONTRAST, SHORTEST_SHOT_FRAMES, Change, Floats, runs
from cinecore.analysis.picture import SPANS, PictureMeasures

BLEND_RATIO_MAX = 0.23
BLEND_CHANGE_MIN = 0.02
BLEND_UNLIKE_MIN = 0.55
"""A dissolve's distance from a straight blend over the change between its ends, for ends wholly unlike (less in
proportion for ends less unlike); that change; and how unlike the ends are. A hard cut in the middle of a span has a
ratio of .33, most motion of .5 and more; slow even pans have .2 to .25 with ends .5 to .75 unlike."""

LOOSE_RATIO_MAX, LOOSE_UNLIKE_MIN, CONTRAST_LOST_MIN = 0.3, 0.5, 0.35
"""Where the camera moves in it, a dissolve is less straight. But two pictures laid over each other lose contrast, as
a part of what two that unlike must lose; a moving camera loses none. Measured: most dissolves .4 to 1, pans up to .15."""

DISSOLVE_GAP_FRAMES = 4
DISSOLVE_SCRAP_FRAMES = 12
"""Pieces this close, one of them this short, are one dissolve; two whole ones may follow each other."""

FADE_STEP_MAX = 0.6
"""A ramp in which one frame brings more than this part of its light is a jump with something slow beside it."""

DIP_REACH = 16
DIP_PART = 0.3
DIP_LIGHT_MAX = 0.2
"""A dip to black may touch it for less than a frame: light (mean and contrast) under this part of both sides."""

SHORTEST_FADE_FRAMES = 4
FADE_FIRST_MAX = 0.6
"""Beside a black run a fade's first frame has less than this part of its light; more is a cut."""

LONGEST_FADE_FRAMES = 120

BLOCK = 16_384
"""Frames in which dissolves are looked for at once: what is reckoned for it takes 400 bytes a frame."""


def find_fades(
    dark_runs: list[tuple[int, int]],
    level: Floats,
    cuts: list[int],
    *,
    is_dip: bool = False,
) -> list[Change]:
    """The ramps into and out of each run; a run in the film's middle gives two changes, a short one a single."""
    changes: list[Change] = []
    frames = len(level)
    for begin, end in dark_runs:
        before = _ramp(level[max(0, begin - LONGEST_FADE_FRAMES) : begin][::-1]) if begin else 0
        after = _ramp(level[end : end + LONGEST_FADE_FRAMES]) if end < frames else 0
        inside_before = [cut for cut in cuts if begin - before < cut < begin - 1]
        inside_after = [cut for cut in cuts if end + 1 < cut < end + after]
        if inside_before:
            before = begin - max(inside_before)
        if inside_after:
            after = min(inside_after) - end
        out = Change("fade" if before >= SHORTEST_FADE_FRAMES else "hard", begin - before, begin, begin)
        back = Change("fade" if after >= SHORTEST_FADE_FRAMES else "hard", end, end, end + after)
        if is_dip and min(before, after) < SHORTEST_FADE_FRAMES - 1:
            continue
        if is_dip or end - begin < SHORTEST_SHOT_FRAMES:
            if before < SHORTEST_FADE_FRAMES and after < SHORTEST_FADE_FRAMES:
                continue
            kind = "fade"
            if begin > 0 and end < frames:
                changes.append(Change(kind, out.first, (begin + end) // 2, back.clean))
            continue
        if begin:
            changes.append(out)
        if end < frames:
            changes.append(back)
    return changes


def light_dips(black: list[tuple[int, int]], light: Floats) -> list[tuple[int, int]]:
    """Moments where the light falls for a moment to a small part of what is on both sides, black runs apart."""
    padded = np.pad(light, DIP_REACH, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, DIP_REACH)
    before, after = windows[: len(light)].max(axis=1), windows[DIP_REACH + 1 :].max(axis=1)
    return [
        run
        for run in runs((light < DIP_PART * np.minimum(before, after)) & (light < DIP_LIGHT_MAX))
        if run[1] - run[0] <= DIP_REACH
        and not any(run[0] <= end + 1 and begin <= run[1] + 1 for begin, end in black)
    ]


def _ramp(level: Floats) -> int:
    """Frames from a run's edge outward until the light stops rising."""
    if not len(level):
        return 0
    top = np.maximum.accumulate(level)
    stop = len(level)
    for frame in range(len(level)):
        ahead = level[frame + 1 : frame + 7]
        if not len(ahead) or ahead.max() <= top[frame] * 1.02 + 0.002:
            stop = frame
            break
    reached = level[: stop + 1]
    if level[0] >= FADE_FIRST_MAX * reached.max():
        return 0
    length = int(np.argmax(reached >= 0.95 * reached.max()))
    steps = np.diff(level[: length + 1])
    is_jump = len(steps) > 0 and steps.max() > FADE_STEP_MAX * (level[length] - level[0])
    return 0 if is_jump else length


def find_dissolves(measures: PictureMeasures, fades: list[Change], cuts: list[int]) -> list[Change]:
    """The dissolves in order, clear of the fades and hard cuts that are known."""
    frames = len(measures.blend_change)
    blocks = [_blends(measures, first, min(first + BLOCK, frames)) for first in range(0, frames, BLOCK)]
    ends, spans, scores = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    taken = np.zeros(frames + 1, bool)
    for fade in fades:
        taken[fade.first : fade.clean + 1] = True
    for cut in cuts:
        taken[cut] = True
    found: list[Change] = []
    for order in np.argsort(-scores, kind="stable"):
        end, span = int(ends[order]), SPANS[int(spans[order])]
        begin = end - span
        if begin < 0 or taken[begin + 1 : end + 1].any():
            continue
        if min(measures.inner_contrast[begin], measures.inner_contrast[end]) < BLACK_CONTRAST:
            continue
        taken[begin + 1 : end + 1] = True
        found.append(Change("dissolve", begin + 1, (begin + end + 1) // 2, end))
    return _joined(sorted(found, key=lambda item: item.first))


def _blends(
    measures: PictureMeasures, first: int, end: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]:
    """The spans that end in these frames and blend their ends: last frames, numbers in `SPANS`, scores."""
    begin = max(0, first - SPANS[-1])
    change = measures.blend_change[first:end]
    unlike = np.clip(measures.blend_unlike[begin:end], 0, 1)
    lost = _contrast_lost(measures.inner_contrast[begin:end], unlike)[first - begin :]
    unlike = unlike[first - begin :]
    ratio = measures.blend_error[first:end] / (change + 1e-4)
    limit = np.float32(BLEND_RATIO_MAX) * np.maximum(unlike, np.float32(0.01))
    is_blend = (ratio < limit) & (unlike > BLEND_UNLIKE_MIN)
    is_blend |= (ratio < LOOSE_RATIO_MAX) & (unlike > LOOSE_UNLIKE_MIN) & (lost > CONTRAST_LOST_MIN)
    score = change * unlike * (1 - ratio / np.float32(1.1 * LOOSE_RATIO_MAX))
    ends, spans = np.nonzero(is_blend & (change > BLEND_CHANGE_MIN) & (score != 0))
    return ends + first, spans, score[ends, spans].astype(np.float32)


def _contrast_lost(contrast: Floats, unlike: Floats) -> Floats:
    """(frames, spans): contrast lost in a span's middle, over what a blend of ends that unlike would lose."""
    lost = np.zeros_like(unlike)
    for index, span in enumerate(SPANS):
        if span >= len(contrast):
            continue
        first, last, middle = contrast[:-span], contrast[span:], contrast[span // 2 : span // 2 - span]
        ends = (first + last) / 2
        # the variance of the mean of two pictures that correlate by 1 - unlike
        blended = np.sqrt((first**2 + last**2) / 4 + (1 - unlike[span:, index]) * first * last / 2)
        lost[span:, index] = (ends - middle) / np.maximum(ends - blended, 0.001)
    return lost


def _frames(change: Change) -> int:
    return change.clean - change.first


def _joined(dissolves: list[Change]) -> list[Change]:
    """Pieces of one long dissolve, found apart because something moves in it, made one again."""
    joined: list[Change] = []
    for piece in dissolves:
        is_scrap = bool(joined) and min(_frames(piece), _frames(joined[-1])) <= DISSOLVE_SCRAP_FRAMES
        if is_scrap and piece.first - joined[-1].clean <= DISSOLVE_GAP_FRAMES:
            first, clean = joined[-1].first, piece.clean
            joined[-1] = Change("dissolve", first, (first + clean) // 2, clean)
        else:
            joined.append(piece)
    return joined
