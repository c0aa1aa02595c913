"""Flashes that may harm: counted in a finished file's pictures, and taken out of a shot.

The rule is that of WCAG 2.3.1 and ITU-R BT.1702 for general flashes: no more than three in any second over a quarter of
the picture. A flash is a pair of opposing changes of luminance by a tenth of its range where the darker of the two is
under .8. Saturated red, which those texts limit as well, is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from cinecore.ffmpeg.graph import Filter, filter_

FLASHES_VERSION = 2
LOOKED_AT = (48, 28)
"""Size at which pictures are compared; averages over a fiftieth of the width tell what a quarter of it does."""

LEAST_CHANGE = 0.1
"""Of relative luminance, as a part of its range."""

DARKER_UNDER = 0.8
LEAST_AREA = 0.25
TOGETHER_FRAMES = 2
"""Changes that come so many frames after each other are one: flashes rise over two or three pictures."""

MOST_CHANGES = 6
"""Three flashes: opposing changes of luminance in one second."""

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


def luminance_of(luma: npt.NDArray[np.uint8]) -> Floats:
    """Relative luminance 0..1 of limited-range luma; grey is taken for the colour, which errs to the bright side."""
    signal = np.clip((luma.astype(np.float32) - 16) / 219, 0, 1)
    linear: Floats = np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)
    return linear.astype(np.float32)


def flashing(
    pictures: Iterable[npt.NDArray[np.uint8]], frames_per_second: float
) -> tuple[tuple[int, int], ...]:
    """Stretches of frames, half-open, in which a quarter of the picture flashes more than three times a second.

    Each place is followed from one extreme to the next: it changes where a rise or a fall has reached a tenth, however
    many frames that took. A change counts where a quarter of the picture more becomes brighter than darker at about the
    same time, or darker than brighter (a strobe), and not where things move: they brighten one place and darken another.
    So a pattern whose halves change places is not seen as flashing; a rabbit that skips before dark trees, and leaves
    that fall towards the camera, are not either (counting each direction alone took both for strobes).

    Args:
        pictures: Luma of limited range, all of one size.
        frames_per_second: At which they follow each other.
    """
    places: _Places | None = None
    turned: tuple[list[Mask], list[Mask]] = ([], [])
    for picture in pictures:
        light = luminance_of(picture).ravel()
        if places is None:
            places = _Places(light)
            rises = falls = np.zeros(len(light), bool)
        else:
            rises, falls = places.turned(light)
        turned[0].append(rises)
        turned[1].append(falls)
    if len(turned[0]) <= MOST_CHANGES:
        return ()
    counted = _together(np.stack(turned[0]), np.stack(turned[1]))
    summed = np.cumsum(counted, axis=0, dtype=np.int32)
    span = max(1, round(frames_per_second))
    found: list[tuple[int, int]] = []
    for last in range(len(summed)):
        first = max(0, last - span)
        within = summed[last] - summed[first]
        if (within > MOST_CHANGES).mean() < LEAST_AREA:
            continue
        active = np.flatnonzero(counted[first + 1 : last + 1].any(axis=1)) + first + 1
        begin, end = int(active[0]), int(active[-1]) + 1
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return tuple(found)


def _together(rises: Mask, falls: Mask) -> npt.NDArray[np.int32]:
    """The changes that a quarter of the picture makes in one direction, more than in the other, within a few frames."""
    upward, downward = np.zeros(rises.shape, np.int32), np.zeros(rises.shape, np.int32)
    for frame in range(len(rises)):
        window = slice(max(0, frame - TOGETHER_FRAMES), frame + 1)
        heading = np.zeros(rises.shape[1], np.int8)
        for rose, fell in zip(rises[window], falls[window], strict=True):
            heading[rose], heading[fell] = (
                1,
                -1,
            )  # the latest counts: the fastest strobes turn with every frame
        more = float(heading.mean())
        if more >= LEAST_AREA:
            upward[window] |= rises[window]
        elif -more >= LEAST_AREA:
            downward[window] |= falls[window]
    return upward + downward


class _Places:
    """Each place of the picture on its way between extremes."""

    def __init__(self, light: Floats) -> None:
        self._low, self._high = light.copy(), light.copy()
        self._heading = np.zeros(len(light), np.int8)

    def turned(self, light: Floats) -> tuple[Mask, Mask]:
        """Where it has just become brighter by a tenth, and where darker."""
        self._low, self._high = np.minimum(self._low, light), np.maximum(self._high, light)
        rises = (self._heading <= 0) & (light - self._low >= LEAST_CHANGE) & (self._low < DARKER_UNDER)
        falls = (self._heading >= 0) & (self._high - light >= LEAST_CHANGE) & (light < DARKER_UNDER) & ~rises
        self._heading[rises], self._heading[falls] = 1, -1
        # from here on the other extreme is looked for
        self._high[rises] = light[rises]
        self._low[falls] = light[falls]
        return rises, falls


CALMING_FILTER = "photosensitivity"
"""Not in every build of ffmpeg."""

CALMER = {1: (30, 1.0), 2: (30, 0.4)}
"""Frames that ffmpeg's `photosensitivity` looks back on, and its threshold, by how strongly flashes are taken out.
Measured on full strobes of 6 and 4 a second: 18 and 26 changes become 2 and 1 with the first, none with the second."""


def calming_filters(strength: int) -> list[Filter]:
    """What takes flashes out of a shot, in delivery colours: pictures that flash are held back towards those before."""
    if not strength:
        return []
    frames, threshold = CALMER[min(strength, max(CALMER))]
    return [
        filter_("scale", in_color_matrix="bt709", in_range="tv", out_range="pc"),
        filter_("format", pix_fmts="rgb24"),
        filter_(CALMING_FILTER, frames=frames, threshold=threshold),
        filter_("scale", out_color_matrix="bt709", in_range="pc", out_range="tv"),
        filter_("format", pix_fmts="yuv420p"),
    ]
