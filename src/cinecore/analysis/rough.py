"""A film known by its keyframes alone, spread over its frames: what a preview is chosen from.

Each keyframe stands for all frames up to the next one. Encoders put keyframes on most cuts, so the
stretches are near the shots; what happens inside them is not looked at, and a stretch may hold a cut.
"""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from cinecore.analysis.changes import Boundaries, Change
from cinecore.analysis.cuts import black_runs, evidence
from cinecore.analysis.picture import SAMPLE_EVERY, PictureMeasures
from cinecore.timebase import FrameRate

SAME_VIEW_EVIDENCE = 0.12
"""Two keyframes with less evidence of a cut between them show one view; more may be a cut or much motion."""

GLARE = 0.2
"""How much brighter, 0..1, than both its neighbours a keyframe is that caught a flash."""

BURNT_IN = ("standing", "appeared", "overlaid")
"""Letters that stand still for a second: keyframes are too far apart to tell, so none are known."""

SAMPLED = frozenset({"sharpness", "signature", "detail", "strokes", "lines", "clutter", "bars", *BURNT_IN})
"""Figures of every fourth frame; the others are of every frame."""

OF_THE_FILM = frozenset({"lit"})


def spread(
    keys: PictureMeasures, key_pts: npt.NDArray[np.int64], time_base: Fraction, rate: FrameRate, end_s: float
) -> tuple[PictureMeasures, npt.NDArray[np.int64], Boundaries]:
    """Figures by frame, the frames' times, and the boundaries, from figures by keyframe.

    Args:
        keys: Figures of the keyframes in order, sampled at every one.
        key_pts: The keyframes' times in `time_base`.
        time_base: Seconds of one step.
        rate: The rate on which the film's frames lie.
        end_s: Where the film ends.
    """
    count = max(1, round((end_s - float(key_pts[0] * time_base)) * float(rate.fps)))
    step = 1 / (rate.fps * time_base)
    frame_pts = key_pts[0] + (np.arange(count) * step.numerator + step.denominator // 2) // step.denominator
    # the frame nearest to each keyframe is the first that it stands for
    firsts = np.clip(np.searchsorted(frame_pts, key_pts - int(step) // 2), 0, count - 1)
    owner = np.clip(np.searchsorted(firsts, np.arange(count), side="right") - 1, 0, len(key_pts) - 1)
    arrays = {
        field.name: getattr(keys, field.name)[owner[::SAMPLE_EVERY] if field.name in SAMPLED else owner]
        for field in fields(keys)
        if field.name not in OF_THE_FILM
    }
    jumps = evidence(keys)[: len(key_pts)]
    is_new = (jumps >= SAME_VIEW_EVIDENCE) & (firsts > 0)
    ends = np.append(firsts[1:], count)
    glares = _glares(keys.luma[: len(key_pts)])
    # nothing of a flash that was caught by a keyframe may stand for seconds
    clean = {int(first): int(ends[key]) if glares[key] else int(first) for key, first in enumerate(firsts)}
    is_new |= glares | np.append(False, glares[:-1])
    cuts = sorted({int(first) for first in firsts[is_new & (firsts > 0)]})
    spread_out = PictureMeasures(**arrays, lit=keys.lit)
    between = keys.change[: len(key_pts)]
    motion = np.where(jumps < SAME_VIEW_EVIDENCE, between, np.median(between)) / np.float32(4)
    return (
        replace(
            spread_out,
            motion=motion[owner].astype(np.float32),
            # a held picture does not change, nor does the camera move in it
            change=np.where(np.isin(np.arange(count), firsts), spread_out.change, np.float32(0)),
            shift_x=np.zeros(count, np.float32),
            shift_y=np.zeros(count, np.float32),
            **{name: np.zeros_like(arrays[name]) for name in BURNT_IN},
        ),
        frame_pts,
        Boundaries(
            tuple(Change("hard", cut, cut, clean[cut]) for cut in cuts), (), tuple(black_runs(spread_out))
        ),
    )


def _glares(luma: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Keyframes far brighter than both their neighbours: encoders put keyframes on flashes."""
    padded = np.concatenate((luma[:1], luma, luma[-1:]))
    found: npt.NDArray[np.bool_] = luma - np.maximum(padded[:-2], padded[2:]) > GLARE
    return found
