"""Flashes that may harm: counted in a finished file's pictures, and taken out of a shot.

The rule is that of WCAG 2.3.1 and ITU-R BT.1702: no more than three in any second over a quarter of the picture, of
general flashes and of red ones, each kind counted for itself. A general flash is a pair of opposing changes of luminance
by a tenth of its range where the darker of the two is under .8. A red one is a pair of opposing changes of how red
something is, to or from a saturated red, however light or dark it is.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from cinecore.ffmpeg.graph import Filter, filter_

LOOKED_AT = (48, 28)
"""Size at which pictures are compared; averages over a fiftieth of the width tell what a quarter of it does."""

LEAST_CHANGE = 0.1
"""Of relative luminance, as a part of its range."""

DARKER_UNDER = 0.8

SATURATED_RED = 0.8
"""Part of red in R + G + B, of linear light, from which on a red is saturated (WCAG 2.3.1, ITU-R BT.1702)."""

LEAST_RED_CHANGE = 20 / 320
"""Of R - G - B, of linear light and not under zero (Harding and Binnie 2002, as WCAG 2.1 has it). The younger reading
(ISO 9241-391) asks for .2 of chromaticity instead: it is blind to red that comes out of black and goes back there."""

LEAST_AREA = 0.25
TOGETHER_FRAMES = 2
"""Changes that come so many frames after each other are one: flashes rise over two or three pictures."""

MOST_CHANGES = 6
"""Three flashes: opposing changes of luminance in one second."""

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Of linear red, green and blue (ITU-R BT.709)."""

RED_OF_CR, GREEN_OF_CB, GREEN_OF_CR, BLUE_OF_CB = 1.5748, -0.1873, -0.4681, 1.8556
"""What colour difference adds to luma for each primary (ITU-R BT.709)."""


def linear_light(picture: Bytes) -> Floats:
    """Linear red, green and blue 0..1, shape (3, places), of a limited-range BT.709 picture.

    Args:
        picture: Y, Cb and Cr of one size, (3, height, width); or luma alone, (height, width), taken for grey.
    """
    is_grey = picture.ndim == 2
    luma = ((picture if is_grey else picture[0]).astype(np.float32).ravel() - 16) / 219
    if is_grey:
        signal = np.broadcast_to(luma, (3, luma.size))
    else:
        cb, cr = (picture[1:].reshape(2, -1).astype(np.float32) - 128) / 224
        signal = np.stack(
            [luma + RED_OF_CR * cr, luma + GREEN_OF_CB * cb + GREEN_OF_CR * cr, luma + BLUE_OF_CB * cb]
        )
    signal = np.clip(signal, 0, 1)
    linear: Floats = np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)
    return linear.astype(np.float32)


def flashing(pictures: Iterable[Bytes], frames_per_second: float) -> tuple[tuple[int, int], ...]:
    """Stretches of frames, half-open, in which a quarter of the picture flashes more than three times a second.

    Each place is followed from one extreme to the next: it changes where a rise or a fall has reached a tenth (or what
    counts for red), however many frames that took. A change counts where a quarter of the picture more becomes brighter
    than darker at about the same time, or darker than brighter (a strobe), and not where things move: they brighten one
    place and darken another.
    So a pattern whose halves change places is not seen as flashing; a rabbit that skips before dark trees, and leaves
    that fall towards the camera, are not either (counting each direction alone took both for strobes).

    Args:
        pictures: As `linear_light` takes them, all of one size.
        frames_per_second: At which they follow each other.
    """
    kinds = (_Turns(LEAST_CHANGE), _Turns(LEAST_RED_CHANGE))
    for picture in pictures:
        light = linear_light(picture)
        luminance = LUMINANCE @ light
        kinds[0].add(luminance, luminance < DARKER_UNDER)
        red, others = light[0], light[1] + light[2]
        kinds[1].add(np.maximum(red - others, 0), red >= SATURATED_RED * np.maximum(red + others, 1e-6))
    return _joined([stretch for kind in kinds for stretch in kind.too_many(frames_per_second)])


def _joined(stretches: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """In order, those that touch made one."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(stretches):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return tuple(found)


class _Turns:
    """When each place of the pictures turned from one extreme of something to the other."""

    def __init__(self, least_change: float) -> None:
        self._least_change = least_change
        self._places: _Places | None = None
        self._rises: list[Mask] = []
        self._falls: list[Mask] = []

    def add(self, values: Floats, may_count: Mask) -> None:
        """The next picture."""
        if self._places is None:
            self._places = _Places(values, may_count, self._least_change)
            rises = falls = np.zeros(len(values), bool)
        else:
            rises, falls = self._places.turned(values, may_count)
        self._rises.append(rises)
        self._falls.append(falls)

    def too_many(self, frames_per_second: float) -> list[tuple[int, int]]:
        """Stretches of frames in which a quarter of the places turned more than `MOST_CHANGES` times a second."""
        if len(self._rises) <= MOST_CHANGES:
            return []
        counted = _together(np.stack(self._rises), np.stack(self._falls))
        summed = np.cumsum(counted, axis=0, dtype=np.int32)
        span = max(1, round(frames_per_second))
        found: list[tuple[int, int]] = []
        for last in range(len(summed)):
            first = max(0, last - span)
            within = summed[last] - summed[first]
            if (within > MOST_CHANGES).mean() < LEAST_AREA:
                continue
            active = np.flatnonzero(counted[first + 1 : last + 1].any(axis=1)) + first + 1
            found.append((int(active[0]), int(active[-1]) + 1))
        return list(_joined(found))


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
    """Each place of the picture on its way between extremes of some value."""

    def __init__(self, values: Floats, may_count: Mask, least_change: float) -> None:
        self._least_change = least_change
        self._low, self._high = values.copy(), values.copy()
        self._low_counts, self._high_counts = may_count.copy(), may_count.copy()
        self._heading = np.zeros(len(values), np.int8)

    def turned(self, values: Floats, may_count: Mask) -> tuple[Mask, Mask]:
        """Where it has just risen by the least change, and where fallen; one end of the change must be one that counts."""
        for is_further, extreme, counts in (
            (values < self._low, self._low, self._low_counts),
            (values > self._high, self._high, self._high_counts),
        ):
            extreme[is_further], counts[is_further] = values[is_further], may_count[is_further]
        least = self._least_change
        rises = (self._heading <= 0) & (values - self._low >= least) & (may_count | self._low_counts)
        falls = (self._heading >= 0) & (self._high - values >= least) & (may_count | self._high_counts)
        falls &= ~rises
        self._heading[rises], self._heading[falls] = 1, -1
        # from here on the other extreme is looked for
        self._high[rises], self._high_counts[rises] = values[rises], may_count[rises]
        self._low[falls], self._low_counts[falls] = values[falls], may_count[falls]
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
