"""Where shots change, decided from measured figures: hard cuts found here, gradual ones joined in.

A hard cut is a frame whose evidence (how little the luma correlates with the frame before, times how far the
colour histogram moved: both blind to how dark a scene is) stands out of the frames round it. A flash is a step
of light or likeness that comes back to the former picture within a few frames. Not here: what a shot shows.
"""

from __future__ import annotations

import numpy as np

from cinecore.analysis.changes import (
    BLACK_CONTRAST,
    SHORTEST_SHOT_FRAMES,
    Boundaries,
    Change,
    Floats,
    Mask,
    runs,
)
from cinecore.analysis.gradual import find_dissolves, find_fades, light_dips
from cinecore.analysis.picture import BACK, PictureMeasures

NEIGHBOURS = 8
"""Frames on each side that make up the background of a hard cut."""

WINDOWS_HELD = 16_384
"""Neighbourhoods copied at once, 1 MiB: those of a whole film would take 17 MiB an hour."""

EVIDENCE_MIN = 0.34
EVIDENCE_ABOVE = 0.20
EVIDENCE_FAR_ABOVE = 0.37
"""A cut's evidence, how far it stands above the third strongest of its neighbours (two may be cuts), and above
the fourth (a flash makes two jumps more)."""

UNLIKE_MIN = 0.33
"""Light that comes or goes, a flash's edges and a slow pan leave two pictures more alike than this."""

STANDS_OUT_MIN, CALM_EVIDENCE_MIN = 18.0, 0.15
"""A weaker jump is a cut where it stands out this much. Measured: true cuts 19 and more, others up to 17."""

SETTLED_FRAMES = 8
SETTLED_UNLIKE_MIN, SETTLED_APART_MIN = 0.5, 0.1
"""Two views that each keep to themselves for so many frames: how unlike the nearest pictures from both sides are, and by how
much that exceeds the most unlike ones of one side. Measured where no cut is: to .05; rain keeps pictures of one night
scene unlike each other by .3 to .6 from each frame to the next, and those of two by .84."""

DIFFERENCE_MIN = 0.0035
"""Least mean difference of a cut, 0..1: below it lies the noise of a black picture."""

FLASH_RETURN = 0.45
"""A jump is a flash when the picture after it is this much less unlike the one before than the jump was."""

FLASH_NEAR, FLASH_NEAR_LIKE = 0.15, 0.5
"""A picture this near to the former one, against the jump's distance, is it, even where noise hides likeness."""

FLASH_LIKE = 0.15
"""Pictures no more unlike than this are one view, however much or little the flash hid of it."""

FLASH_STEP_UNLIKE_MAX = 0.3
"""Light alone leaves likeness: where no step into, inside and out of a flash is more unlike than this, the view
stayed, even if a moving camera took it further meanwhile. Measured: steps of flashes to .22, of cuts in them from .78."""

LIGHT_STEP_MIN, LIGHT_STEP_ABOVE, LIGHT_STEP_RANK = 0.05, 3.0, 7
"""A step of mean luma that may begin a flash, and how many times it exceeds the strongest but six round it:
lightning comes in threes."""

DISSOLVE_EDGE_FRAMES = 3
"""A jump this near to a dissolve belongs to it."""

BLACK_SHARE = 0.98
BLACK_LUMA_MEAN = 0.03

WHITE_SHARE = 0.97


def find_boundaries(measures: PictureMeasures) -> Boundaries:
    """The shot changes of a film."""
    frames = len(measures.luma)
    if frames < 2:
        return Boundaries((), (), ())
    black = black_runs(measures)
    white = runs((measures.bright_share >= WHITE_SHARE) & (measures.inner_contrast <= 0.03))
    cuts, flashes = _hard_cuts(measures)
    light = measures.inner_luma + measures.inner_contrast
    fades = find_fades(black, light, cuts)
    fades += find_fades(light_dips(black, light), light, cuts, is_dip=True)
    in_flash = np.zeros(frames, bool)
    for begin, end in flashes:
        in_flash[begin:end] = True
    pale = [run for run in white if run[1] - run[0] >= 3 and not in_flash[run[0] : run[1]].any()]
    fades += find_fades(pale, 1 - measures.inner_luma + measures.inner_contrast, cuts, is_dip=True)
    dissolves = find_dissolves(measures, fades, cuts)
    changes = _merged(cuts, fades, dissolves, frames)
    return Boundaries(tuple(changes), tuple(flashes), tuple(black))


def black_runs(measures: PictureMeasures) -> list[tuple[int, int]]:
    """Half-open runs of frames that show nothing."""
    return runs(
        (measures.dark_share >= BLACK_SHARE)
        & (measures.inner_luma <= BLACK_LUMA_MEAN)
        & (measures.inner_contrast <= BLACK_CONTRAST)
    )


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
    glares = _light_steps(measures.luma)
    flashes = _flashes(measures, sorted({*jumps, *glares}))
    for begin, end in flashes:
        calm[begin : end + 1] = False
    if flashes:  # once more, with the flashes out of the background against which cuts stand
        jumps = sorted({*jumps, *_jumps(measures, strength, calm)})
        flashes = _flashes(measures, sorted({*jumps, *glares}))
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
    is_jump |= (stands_out | _two_views(measures)) & (strength >= CALM_EVIDENCE_MIN)
    is_jump &= measures.unlike[:, 0] >= UNLIKE_MIN
    is_jump[:SHORTEST_SHOT_FRAMES] = False
    return [int(frame) for frame in np.flatnonzero(is_jump)]


def _background(values: Floats, rank: int) -> Floats:
    """The `rank`-th largest of each value's neighbours: a few of them may be cuts and flashes too."""
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, NEIGHBOURS), 2 * NEIGHBOURS + 1)
    strongest = np.empty(len(values), values.dtype)
    for first in range(0, len(values), WINDOWS_HELD):
        beside = np.delete(windows[first : first + WINDOWS_HELD], NEIGHBOURS, axis=1)
        strongest[first : first + WINDOWS_HELD] = np.partition(beside, -rank, axis=1)[:, -rank]
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


def _two_views(measures: PictureMeasures) -> Mask:
    """Frames before and after which all pictures are far more like each other than any is like one of the other side.

    It finds the cuts between two views of one place where rain or snow makes each frame unlike the next: there one jump
    stands out little, but what lies on both sides of it stays apart.
    """
    frames = len(measures.unlike)
    across = np.full(frames, np.inf, np.float32)
    within = np.zeros(frames, np.float32)
    for position, back in enumerate(BACK):
        unlike = np.clip(measures.unlike[:, position], 0, 2)
        for later in range(-SETTLED_FRAMES, SETTLED_FRAMES):
            # the picture `later` than the frame in question, against the one `back` before it
            first, last = max(0, -later), min(frames, frames - later)
            seen, here = unlike[first + later : last + later], slice(first, last)
            if 0 <= later < back:
                across[here] = np.minimum(across[here], seen)
            elif later >= back or later - back >= -SETTLED_FRAMES:
                within[here] = np.maximum(within[here], seen)
    result: Mask = (across >= SETTLED_UNLIKE_MIN) & (across - within >= SETTLED_APART_MIN)
    result[frames - SETTLED_FRAMES + 1 :] = False
    return result


def _light_steps(luma: Floats) -> list[int]:
    """Frames whose light leaves that of the frame before far behind, as it does not round them."""
    steps = np.abs(np.diff(luma, prepend=luma[:1]))
    is_step = (steps >= LIGHT_STEP_MIN) & (steps >= LIGHT_STEP_ABOVE * _background(steps, LIGHT_STEP_RANK))
    return [int(frame) for frame in np.flatnonzero(is_step)]


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
            is_like |= float(measures.unlike[frame : after + 1, 0].max()) < FLASH_STEP_UNLIKE_MAX
            is_same = near < DIFFERENCE_MIN or (near < FLASH_NEAR * jump_distance and left < FLASH_NEAR_LIKE)
            if near < FLASH_RETURN * jump_distance and (is_like or is_same):
                found.append((frame, after))
                break
    return found


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
