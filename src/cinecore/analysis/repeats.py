"""Shots that the film has shown before: memories, recaps and loops, told by their light, motion and look together.

Two takes of one set-up look alike, but their light and motion wander each in its own way; the same footage wanders the
same way frame by frame. Where one shot comes back and the next one follows it as it did before, a weaker likeness is
enough. Where it fails: footage that comes back in other light, at another speed, or from the middle of its shot; pictures
in which nothing moves at all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cinecore.analysis.film import Fence, Shot

Floats = npt.NDArray[np.float32]

LEAST_FRAMES = 12
"""Half a second at 24 frames: fewer frames wander alike by chance."""

SAME_LOOK, FOLLOWING_LOOK = 0.985, 0.99
"""Dot products of two shots' signatures: the same pictures have .9999, other takes of one set-up up to .9999 too; and
of a shot that follows one that came back. Measured on drawn films and on *Big Buck Bunny*."""

SAME_LIGHT = 0.0015
"""Root mean square of the difference of their light, 0..1: a third of a code value, what encoding leaves."""

SAME_WANDERING = 1.15
"""Sum of the correlations of their light and of their motion. Measured: the same footage 1.3 to 1.9, other takes up to .7."""

LEAST_WANDERING = 0.0002
"""Spread of the light under which nothing wanders."""

MOST_BLACK = 0.5
"""Part of a shot that shows nothing, above which its coming back says nothing."""

BLOCK = 512
"""Shots compared with all before them at once."""


def find_repeats(
    shots: Sequence[Shot], luma: Floats, motion: Floats, times: npt.NDArray[np.floating]
) -> tuple[Fence, ...]:
    """Fences of kind `repeat` over shots that show footage again; the first showing stays.

    Args:
        shots: All shots in order.
        luma: Mean light of each frame, 0..1.
        motion: Motion of each frame since the one before.
        times: When each frame is shown, and the film's end.
    """
    width = min((len(shot.signature) for shot in shots), default=0)
    if not width:
        return ()
    looks = np.array([shot.signature[:width] for shot in shots], np.float32)
    source: dict[int, int] = {}
    for first in range(0, len(shots), BLOCK):
        alike = looks[first : first + BLOCK] @ looks.T
        for row, later in enumerate(range(first, min(first + BLOCK, len(shots)))):
            for earlier in np.flatnonzero(alike[row, :later] >= SAME_LOOK):
                if _is_same_footage(shots[int(earlier)], shots[later], luma, motion, times):
                    source[later] = int(earlier)
                    break
    _join_neighbours(source, looks)
    return tuple(
        Fence(float(times[shots[later].first_frame]), float(times[shots[later].end_frame]), "repeat")
        for later in sorted(source)
    )


def _join_neighbours(source: dict[int, int], looks: Floats) -> None:
    """Add the shots beside those that came back, where they look like the ones beside the first showing."""
    for step in (1, -1):
        for later in sorted(source, reverse=step < 0):
            number, of = later + step, source[later] + step
            while 0 <= of < number < len(looks) and number not in source:
                if float(looks[number] @ looks[of]) < FOLLOWING_LOOK:
                    break
                source[number] = of
                number, of = number + step, of + step


def _is_same_footage(
    one: Shot, two: Shot, luma: Floats, motion: Floats, times: npt.NDArray[np.floating]
) -> bool:
    """Whether two shots wander alike from their first frames on, as far as both are clear of what opens and ends them."""
    if max(one.black, two.black) > MOST_BLACK:
        return False
    spans = [
        (
            int(np.searchsorted(times, shot.clean_start_s - 1e-6)) - shot.first_frame,
            int(np.searchsorted(times, shot.clean_end_s - 1e-6)) - shot.first_frame,
        )
        for shot in (one, two)
    ]
    low, high = max(spans[0][0], spans[1][0]), min(spans[0][1], spans[1][1])
    # a memory often opens in a flash or out of white, which no clean span leaves out whole
    starts = (low, low + (high - low) // 3)
    return any(_wander_alike(one, two, luma, motion, start, high) for start in starts)


def _wander_alike(one: Shot, two: Shot, luma: Floats, motion: Floats, low: int, high: int) -> bool:
    """Whether their frames from `low` to `high`, counted from each shot's first, have one light and one motion."""
    if high - low < LEAST_FRAMES:
        return False
    light = [luma[s.first_frame + low : s.first_frame + high].astype(np.float64) for s in (one, two)]
    if float(np.sqrt(np.mean((light[0] - light[1]) ** 2))) > SAME_LIGHT:
        return False
    if min(float(curve.std()) for curve in light) < LEAST_WANDERING:
        return False
    # the first frame's motion is the cut's
    moved = [motion[s.first_frame + low + 1 : s.first_frame + high].astype(np.float64) for s in (one, two)]
    return _correlation(*light) + _correlation(*moved) >= SAME_WANDERING


def _correlation(one: npt.NDArray[np.float64], two: npt.NDArray[np.float64]) -> float:
    one, two = one - one.mean(), two - two.mean()
    power = float((one**2).sum() * (two**2).sum())
    return float((one * two).sum()) / power**0.5 if power > 1e-18 else 0.0
