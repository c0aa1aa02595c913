"""Where shots change, decided from measured figures: hard cuts, dissolves, fades; flashes told apart.

Methods. A hard cut is a frame whose evidence (how little the luma correlates with the frame before,
times how far the colour histogram moved: both blind to how dark a scene is) stands out of the frames
round it. A flash is such a jump that comes back to the former picture within a few frames. A dissolve is a
span whose quarter points lie on the straight blend of its ends while the ends differ in structure. A
fade is a ramp of light into or out of a black or white run. Not here: what a shot shows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cinecore.analysis.picture import BACK, SPANS, PictureMeasures

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

NEIGHBOURS = 8
"""Frames on each side that make up the background of a hard cut."""

EVIDENCE_MIN = 0.26
EVIDENCE_ABOVE = 0.20
EVIDENCE_FAR_ABOVE = 0.37
"""A cut's evidence, how far it stands above the third strongest of its neighbours (two may be cuts), and above
the fourth (a flash makes two jumps more)."""

STANDS_OUT_MIN, CALM_UNLIKE_MIN, CALM_EVIDENCE_MIN = 12.0, 0.28, 0.15
"""A weaker jump is a cut where it stands out this much. A cut too many only splits
a shot; a cut missed would flash up inside a clip. Measured: true cuts 13 and more, one other of 18, else up to 9."""

DIFFERENCE_MIN = 0.0035
"""Least mean difference of a cut, 0..1: below it lies the noise of a black picture."""

SHORTEST_SHOT_FRAMES = 5

FLASH_RETURN = 0.45
"""A jump is a flash when the picture after it is this much less unlike the one before than the jump was."""

FLASH_NEAR, FLASH_NEAR_LIKE = 0.15, 0.5
"""A picture this near to the former one, against the jump's distance, is it, even where noise hides likeness."""

FLASH_LIKE = 0.15
"""Pictures no more unlike than this are one view, however much or little the flash hid of it."""

BLEND_RATIO_MAX = 0.25
BLEND_CHANGE_MIN = 0.02
BLEND_UNLIKE_MIN = 0.5
"""A dissolve's distance from a straight blend over the change between its ends; that change; and how
unlike the ends are. A hard cut in the middle of a span has a ratio of .33, motion of .5 and more."""

DISSOLVE_GAP_FRAMES = 4
DISSOLVE_SCRAP_FRAMES = 12
"""Pieces this close, one of them this short, are one dissolve; two whole ones may follow each other."""

DISSOLVE_EDGE_FRAMES = 3
"""A jump this near to a dissolve belongs to it."""

BLACK_SHARE = 0.98
BLACK_LUMA_MEAN = 0.03
BLACK_CONTRAST = 0.012
"""A night scene has little light too, but it has contrast."""

WHITE_SHARE = 0.97
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


@dataclass(frozen=True)
class Change:
    """A shot change: no frame of `[first, clean)` shows one shot alone; the next shot is counted from `cut`."""

    kind: str
    """hard | dissolve | fade"""
    first: int
    cut: int
    clean: int


@dataclass(frozen=True)
class Boundaries:
    """All shot changes in order, and the frames that are flashes or black."""

    changes: tuple[Change, ...]
    flashes: tuple[tuple[int, int], ...]
    """Half-open runs of frames."""
    black: tuple[tuple[int, int], ...]


def find_boundaries(measures: PictureMeasures) -> Boundaries:
    """The shot changes of a film."""
    frames = len(measures.luma)
    if frames < 2:
        return Boundaries((), (), ())
    black = runs(
        (measures.dark_share >= BLACK_SHARE)
        & (measures.inner_luma <= BLACK_LUMA_MEAN)
        & (measures.inner_contrast <= BLACK_CONTRAST)
    )
    white = runs((measures.bright_share >= WHITE_SHARE) & (measures.inner_contrast <= 0.03))
    cuts, flashes = _hard_cuts(measures)
    light = measures.inner_luma + measures.inner_contrast
    fades = _fades(black, light, cuts)
    fades += _fades(_dips(black, light), light, cuts, is_dip=True)
    in_flash = np.zeros(frames, bool)
    for begin, end in flashes:
        in_flash[begin:end] = True
    pale = [run for run in white if run[1] - run[0] >= 3 and not in_flash[run[0] : run[1]].any()]
    fades += _fades(pale, 1 - measures.inner_luma + measures.inner_contrast, cuts, is_dip=True)
    dissolves = _dissolves(measures, fades, cuts)
    changes = _merged(cuts, fades, dissolves, frames)
    return Boundaries(tuple(changes), tuple(flashes), tuple(black))


def evidence(measures: PictureMeasures) -> Floats:
    """How much each frame looks like the first of another shot, 0..1."""
    unlike = np.clip(measures.unlike[:, 0], 0, 1)
    strength: Floats = np.sqrt(unlike * np.clip(measures.histogram, 0, 1))
    strength[measures.distance[:, 0] < DIFFERENCE_MIN] = 0
    strength[0] = 0
    return strength


def _hard_cuts(measures: PictureMeasures) -> tuple[list[int], list[tuple[int, int]]]:
    strength = evidence(measures)
    calm = np.ones(len(strength), bool)
    jumps = _jumps(measures, strength, calm)
    flashes = _flashes(measures, jumps)
    for begin, end in flashes:
        calm[begin : end + 1] = False
    if flashes:  # once more, with the flashes out of the background against which cuts stand
        jumps = sorted({*jumps, *_jumps(measures, strength, calm)})
        flashes = _flashes(measures, jumps)
    in_flash = {frame for begin, end in flashes for frame in range(begin, end + 1)}
    cuts: list[int] = []
    for frame in jumps:
        if frame in in_flash:
            continue
        if cuts and frame - cuts[-1] < SHORTEST_SHOT_FRAMES:
            # a flash on a cut leaves two jumps: the shot changes at the stronger one
            if strength[frame] > strength[cuts[-1]]:
                cuts[-1] = frame
            continue
        cuts.append(frame)
    return cuts, flashes


def _jumps(measures: PictureMeasures, strength: Floats, calm: Mask) -> list[int]:
    """Frames that differ from the one before far more than those round them do."""
    quiet = np.where(calm, strength, np.float32(0))
    is_jump = (strength >= EVIDENCE_MIN) & (strength - _background(quiet, 3) >= EVIDENCE_ABOVE)
    is_jump |= strength - _background(quiet, 4) >= EVIDENCE_FAR_ABOVE
    stands_out = _standing_out(measures, calm) >= STANDS_OUT_MIN
    is_jump |= stands_out & (measures.unlike[:, 0] >= CALM_UNLIKE_MIN) & (strength >= CALM_EVIDENCE_MIN)
    is_jump[:SHORTEST_SHOT_FRAMES] = False
    return [int(frame) for frame in np.flatnonzero(is_jump)]


def _background(values: Floats, rank: int) -> Floats:
    """The `rank`-th largest of each value's neighbours: a few of them may be cuts and flashes too."""
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, NEIGHBOURS), 2 * NEIGHBOURS + 1)
    beside = np.delete(windows, NEIGHBOURS, axis=1)
    strongest: Floats = np.partition(beside, -rank, axis=1)[:, -rank]
    return strongest


def _standing_out(measures: PictureMeasures, calm: Mask) -> Floats:
    """How many times distance, histogram and unlikeness, multiplied, exceed those of the neighbours.

    It finds the cuts inside one place and one light, where neither colours nor layout change much but
    everything else stands still. The floors are the noise of each measure.
    """
    result = np.ones(len(measures.luma), np.float32)
    for values, floor in (
        (measures.distance[:, 0], 0.001),
        (measures.histogram, 0.02),
        (np.clip(measures.unlike[:, 0], 0, 1), 0.05),
    ):
        beside = _background(np.where(calm, values, np.float32(0)), 3)
        result *= (values + np.float32(floor)) / (beside + np.float32(floor))
    return result


def _flashes(measures: PictureMeasures, jumps: list[int]) -> list[tuple[int, int]]:
    """Runs of frames after a jump that end with the former picture coming back."""
    found: list[tuple[int, int]] = []
    for frame in jumps:
        if found and frame <= found[-1][1]:
            continue
        jump_unlike = float(measures.unlike[frame, 0])
        jump_distance = float(measures.distance[frame, 0])
        for position, back in enumerate(BACK[1:], start=1):
            after = frame + back - 1
            if after >= len(measures.luma):
                break
            left = float(measures.unlike[after, position])
            near = float(measures.distance[after, position])
            is_like = left < FLASH_RETURN * jump_unlike or left < FLASH_LIKE
            is_same = near < DIFFERENCE_MIN or (near < FLASH_NEAR * jump_distance and left < FLASH_NEAR_LIKE)
            if near < FLASH_RETURN * jump_distance and (is_like or is_same):
                found.append((frame, after))
                break
    return found


def _fades(
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


def _dips(black: list[tuple[int, int]], light: Floats) -> list[tuple[int, int]]:
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


def _dissolves(measures: PictureMeasures, fades: list[Change], cuts: list[int]) -> list[Change]:
    change, unlike = measures.blend_change, np.clip(measures.blend_unlike, 0, 1)
    ratio = measures.blend_error / (change + 1e-4)
    is_blend = (ratio < BLEND_RATIO_MAX) & (change > BLEND_CHANGE_MIN) & (unlike > BLEND_UNLIKE_MIN)
    score = np.where(is_blend, change * unlike * (1 - ratio / BLEND_RATIO_MAX), 0)
    taken = np.zeros(len(score) + 1, bool)
    for fade in fades:
        taken[fade.first : fade.clean + 1] = True
    for cut in cuts:
        taken[cut] = True
    found: list[Change] = []
    ends, spans = np.nonzero(score)
    for order in np.argsort(-score[ends, spans], kind="stable"):
        end, span = int(ends[order]), SPANS[int(spans[order])]
        begin = end - span
        if begin < 0 or taken[begin + 1 : end + 1].any():
            continue
        if min(measures.inner_contrast[begin], measures.inner_contrast[end]) < BLACK_CONTRAST:
            continue
        taken[begin + 1 : end + 1] = True
        found.append(Change("dissolve", begin + 1, (begin + end + 1) // 2, end))
    return _joined(sorted(found, key=lambda item: item.first))


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


def _merged(cuts: list[int], fades: list[Change], dissolves: list[Change], frames: int) -> list[Change]:
    """One change at a place: fades before dissolves before hard cuts; none at the film's very edges."""
    kept: list[Change] = []
    hard = [Change("hard", cut, cut, cut) for cut in cuts]
    for change in (*fades, *dissolves, *hard):
        if not 0 < change.cut < frames:
            continue
        close = any(
            abs(change.cut - other.cut) < SHORTEST_SHOT_FRAMES
            or (change.kind == "hard" and other.kind != "hard" and _covers(other, change.cut))
            for other in kept
        )
        if not close:
            kept.append(change)
    return sorted(kept, key=lambda change: change.cut)


def _covers(change: Change, frame: int) -> bool:
    """Whether a jump at `frame` is part of a gradual change."""
    slack = DISSOLVE_EDGE_FRAMES if change.kind == "dissolve" else 0
    return change.first - slack < frame < change.clean + slack


def runs(mask: Mask) -> list[tuple[int, int]]:
    """Half-open runs of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(begin), int(end)) for begin, end in zip(edges[::2], edges[1::2], strict=True)]
