"""Figures of every picture of a film, measured in batches as they stream by; nothing is decided here.

Held for each frame: a few dozen figures. Pictures are held only for the longest dissolve looked for
(`SPANS`), as vectors of about thirteen hundred numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from cinecore.analysis.burnt_in import BurntInMeter
from cinecore.analysis.camera import GlobalShift

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
AnyNumber = TypeVar("AnyNumber", np.uint8, np.float32)

SAMPLE_EVERY = 4
"""Sharpness, look and text are measured on every fourth frame: a sixth of a second at 24."""

BACK = (1, 2, 3, 4, 5, 6, 8)
"""Frames back to which each frame is compared: cuts, and flashes that come back to the former picture."""

SPANS = (6, 10, 16, 24, 36, 52, 76)
"""Frames over which a straight blend is looked for: dissolves of a quarter of a second to three."""

EDGE_PART = 0.08
"""Each border left out where letters, black and likeness are judged: titles keep inside of it (SMPTE RP 2046);
a running time code outside of it would make a dark picture unlike itself."""

HISTOGRAM_BINS = 16 * 8 * 8
SIGNATURE_COLOURS = 4 * 3 * 3
LAYOUT = (3, 4)
"""Rows and columns of the signature's layout."""

_LUMA_BINS = np.clip(np.sqrt(np.clip(np.arange(256) - 15, 0, 220) / 221) * 16, 0, 15).astype(np.int64)
"""Sixteen bins that are finer in the dark, where a night scene has all its light."""

BLACK_LUMA = 16 + round(0.10 * 219)
"""A pixel as dark as this counts as black (the usual `pix_th=0.10`)."""

LIT_LUMA = BLACK_LUMA - 8
"""A row or column with a pixel brighter than this is lit: bars are darker than a night."""


@dataclass(frozen=True)
class LitLines:
    """How often each row and column of the sampled frames is lit, counted as they come.

    The lines themselves would take 120 bytes a frame, and nothing but a film's bars is seen in them.
    """

    frames: int
    """Sampled frames that are not black."""
    rows: npt.NDArray[np.int64]
    """In how many of them some pixel of the row is brighter than black."""
    columns: npt.NDArray[np.int64]


@dataclass(frozen=True)
class PictureMeasures:
    """Figures by frame (first axis), and by sampled frame where the name says so."""

    luma: Floats
    contrast: Floats
    """Standard deviation of luma, 0..0.5."""
    saturation: Floats
    dark_share: Floats
    """Share of the picture's inner part that is black."""
    bright_share: Floats
    """Share of the picture's inner part that is near white."""
    inner_luma: Floats
    """Mean luma of the inner part."""
    inner_contrast: Floats
    """Standard deviation of luma in the inner part."""
    change: Floats
    """Mean luma difference to the frame before, 0..1."""
    motion: Floats
    """The same once the global shift is taken out."""
    shift_x: Floats
    """Global shift to the right since the frame before, as a part of the width."""
    shift_y: Floats
    histogram: Floats
    """Colour histogram distance to the frame before, 0..1."""
    distance: Floats
    """(frames, len(BACK)): mean difference in luma and colour to earlier frames."""
    unlike: Floats
    """(frames, len(BACK)): 1 − normalised correlation of luma with earlier frames, 0..2."""
    blend_change: Floats
    """(frames, len(SPANS)): difference between the ends of the span that ends here."""
    blend_error: Floats
    """(frames, len(SPANS)): how far the three quarter points lie from a straight blend of the ends."""
    blend_unlike: Floats
    """(frames, len(SPANS)): 1 − correlation of the two ends."""
    sharpness: Floats
    """By sampled frame: standard deviation of the Laplacian, 0..1."""
    signature: Floats
    """By sampled frame: (samples, colours + layout), not normed."""
    detail: Floats
    """By sampled frame: standard deviation of the second difference along rows, 0..1; blind to letterbox edges."""
    strokes: Floats
    """By sampled frame: share of pixels that lie on thin bright strokes, as letters are made of."""
    lines: Floats
    """By sampled frame: variance over mean of the strokes in a row: lines of text crowd them, snow scatters them."""
    clutter: Floats
    """By sampled frame: share of pixels with an edge beside them, away from strokes."""
    bars: Floats
    """By sampled frame: how much the picture is made of upright, saturated, flat bars, 0..1."""
    standing: Floats
    """By sampled frame, as the two after it: rows of bright letters that stood still for a second (`burnt_in`)."""
    appeared: Floats
    """Of these, rows that were not there before while the rest of the picture was."""
    overlaid: Floats
    """Of these, rows beside which the ground moves."""
    lit: LitLines
    """Of the whole film: where its pictures are, inside black bars."""


class PictureMeter:
    """Takes batches of yuv420p pictures (limited range, both sides multiples of 8)."""

    def __init__(
        self, width: int, height: int, luma_table: Bytes | None = None, *, sample_every: int = SAMPLE_EVERY
    ) -> None:
        self._sample_every = sample_every
        self._width, self._height = width, height
        self._table = luma_table
        self._frames = 0
        self._parts: dict[str, list[npt.NDArray[np.generic]]] = {}
        self._shift = GlobalShift(height // 4, width // 4)
        self._burnt_in = BurntInMeter()
        self._lit = LitLines(0, np.zeros(height, np.int64), np.zeros(width, np.int64))
        self._last_luma: Floats | None = None
        self._last_histogram: Floats | None = None
        self._history: Floats | None = None
        rows, columns = height // 8, width // 8
        self._inner_rows, self._inner_columns = _inner(np.empty((1, rows, columns), np.uint8), 1).shape[1:]
        self._luma_length = self._inner_rows * self._inner_columns

    def add(self, batch: Bytes) -> None:
        """More pictures, shape (n, width · height · 3 / 2)."""
        width, height = self._width, self._height
        area = width * height
        luma = batch[:, :area].reshape(-1, height, width)
        if self._table is not None:
            luma = self._table[luma]
        chroma = batch[:, area:].reshape(-1, 2, height // 2, width // 2)
        blocks = _block_sums(luma, 4)  # uint16, sums of 16
        small = blocks.astype(np.float32) * np.float32(1 / 16)
        colour = _block_sums(chroma.reshape(-1, height // 2, width // 2), 2)
        colour = (colour >> np.uint16(2)).reshape(-1, 2, height // 4, width // 4)
        self._light(small, colour)
        self._histograms((blocks >> 4).astype(np.uint8), colour.astype(np.uint8))
        self._moves(small)
        self._vectors(small, colour)
        every = self._sample_every
        first = -self._frames % every
        if first < len(luma):
            self._samples(luma[first::every], small[first::every], colour[first::every])
        self._frames += len(luma)

    def _keep(self, name: str, values: npt.NDArray[np.generic]) -> None:
        self._parts.setdefault(name, []).append(values)

    def _light(self, small: Floats, colour: npt.NDArray[np.uint16]) -> None:
        flat = small.reshape(len(small), -1)
        mean = flat.mean(axis=1)
        self._keep("luma", np.clip((mean - 16) / 219, 0, 1).astype(np.float32))
        self._keep("contrast", (flat.std(axis=1) / 219).astype(np.float32))
        offset = colour.astype(np.float32) - np.float32(128)
        strength = np.hypot(offset[:, 0], offset[:, 1]).reshape(len(small), -1).mean(axis=1) / 112
        self._keep("saturation", np.clip(strength, 0, 1).astype(np.float32))
        inner = _inner(small, 1).reshape(len(small), -1)
        self._keep("dark_share", (inner <= BLACK_LUMA).mean(axis=1, dtype=np.float32))
        self._keep("bright_share", (inner >= 215).mean(axis=1, dtype=np.float32))
        self._keep("inner_luma", np.clip((inner.mean(axis=1) - 16) / 219, 0, 1).astype(np.float32))
        self._keep("inner_contrast", (inner.std(axis=1) / 219).astype(np.float32))

    def _histograms(self, luma: Bytes, colour: Bytes) -> None:
        count = len(luma)
        index = _LUMA_BINS[luma] * 64
        # colours crowd round grey: eight bins between 64 and 192
        for plane, step in ((0, 8), (1, 1)):
            index += (np.clip(colour[:, plane].astype(np.int64) - 64, 0, 127) >> 4) * step
        index += (np.arange(count) * HISTOGRAM_BINS)[:, None, None]
        counts = np.bincount(index.ravel(), minlength=count * HISTOGRAM_BINS)
        table = (counts.reshape(count, HISTOGRAM_BINS) / luma[0].size).astype(np.float32)
        before = self._last_histogram if self._last_histogram is not None else table[:1]
        joined = np.concatenate([before, table])
        self._keep("histogram", np.abs(np.diff(joined, axis=0)).sum(axis=1) / np.float32(2))
        self._last_histogram = table[-1:].copy()
        coarse = table.reshape(count, 4, 4, 8, 8).sum(axis=2)
        grouped = np.stack(
            [coarse[:, :, :3].sum(axis=2), coarse[:, :, 3:5].sum(axis=2), coarse[:, :, 5:].sum(axis=2)],
            axis=2,
        )
        grouped = np.stack(
            [grouped[..., :3].sum(-1), grouped[..., 3:5].sum(-1), grouped[..., 5:].sum(-1)], axis=-1
        )
        self._coarse = grouped.reshape(count, SIGNATURE_COLOURS).astype(np.float32)

    def _moves(self, small: Floats) -> None:
        before = self._last_luma if self._last_luma is not None else small[:1]
        joined = np.concatenate([before, small])
        change = np.abs(joined[1:] - joined[:-1]).mean(axis=(1, 2)) / 219
        motion, shift_x, shift_y = self._shift.measure(joined)
        self._keep("change", change.astype(np.float32))
        self._keep("motion", motion)
        self._keep("shift_x", shift_x)
        self._keep("shift_y", shift_y)
        self._last_luma = small[-1:].copy()

    def _vectors(self, small: Floats, colour: npt.NDArray[np.uint16]) -> None:
        """Compare each picture, as a short vector, with earlier ones and with blends of them."""
        count = len(small)
        luma = (small[:, 0::2] + small[:, 1::2])[:, :, 0::2] + (small[:, 0::2] + small[:, 1::2])[:, :, 1::2]
        luma = _inner(luma, 1).reshape(count, -1) / np.float32(4 * 219)
        pairs = colour[:, :, 0::2] + colour[:, :, 1::2]
        quads = pairs[..., 0::2] + pairs[..., 1::2]
        quads = _inner(quads.reshape(-1, *quads.shape[2:]), 1).reshape(count, -1)
        new = np.concatenate([luma, quads.astype(np.float32) / np.float32(4 * 224)], axis=1)
        reach = max(SPANS[-1], BACK[-1])
        held = self._history if self._history is not None else np.repeat(new[:1], reach, axis=0)
        line = np.concatenate([held, new])
        # less the mean of each row and column: letterbox bars would make any two pictures alike
        planes = line[:, : self._luma_length].reshape(-1, self._inner_rows, self._inner_columns)
        planes = planes - planes.mean(axis=2, keepdims=True)
        planes -= planes.mean(axis=1, keepdims=True)
        centred = planes.reshape(len(line), -1)
        # noise of one code value would look like structure in a black picture
        norms = np.sqrt((centred**2).mean(axis=1) + np.float32(0.002**2))
        here = slice(reach, reach + count)

        def unlike(back: int) -> Floats:
            there = slice(reach - back, reach - back + count)
            product = np.einsum("ij,ij->i", centred[here], centred[there]) / self._luma_length
            value: Floats = (1 - (product + 0.002**2) / (norms[here] * norms[there])).astype(np.float32)
            return value

        distance = [np.abs(new - line[reach - back : reach - back + count]).mean(axis=1) for back in BACK]
        self._keep("distance", np.stack(distance, axis=1))
        self._keep("unlike", np.stack([unlike(back) for back in BACK], axis=1))
        changes, errors, unlikes = [], [], []
        for span in SPANS:
            start = line[reach - span : reach - span + count]
            difference = new - start
            error = np.zeros(count, np.float32)
            for quarter in (1, 2, 3):
                back = span - round(span * quarter / 4)
                middle = line[reach - back : reach - back + count]
                share = np.float32((span - back) / span)
                error += np.abs(middle - start - difference * share).mean(axis=1)
            changes.append(np.abs(difference).mean(axis=1))
            errors.append(error / np.float32(3))
            unlikes.append(unlike(span))
        self._keep("blend_change", np.stack(changes, axis=1))
        self._keep("blend_error", np.stack(errors, axis=1))
        self._keep("blend_unlike", np.stack(unlikes, axis=1))
        self._history = line[-reach:].copy()

    def _samples(self, luma: Bytes, small: Floats, colour: npt.NDArray[np.uint16]) -> None:
        count = len(luma)
        centre = luma[:, 1:-1, 1:-1].astype(np.int16) << 2
        laplacian = centre - luma[:, :-2, 1:-1] - luma[:, 2:, 1:-1] - luma[:, 1:-1, :-2] - luma[:, 1:-1, 2:]
        flat = laplacian.reshape(count, -1).astype(np.float32)
        power = np.einsum("ij,ij->i", flat, flat) / flat.shape[1]
        # 64 code values of Laplacian is as crisp as a natural picture of 320 pixels gets
        self._keep("sharpness", np.clip(np.sqrt(power) / 64, 0, 1).astype(np.float32))
        rows, columns = LAYOUT
        trimmed = small[:, : small.shape[1] // rows * rows, : small.shape[2] // columns * columns]
        tiles = trimmed.reshape(count, rows, trimmed.shape[1] // rows, columns, -1).mean(axis=(2, 4))
        first = -self._frames % self._sample_every
        colours = np.sqrt(self._coarse[first :: self._sample_every])
        layout = (tiles.reshape(count, -1) - 16) / 219
        self._keep("signature", np.concatenate([colours, layout], axis=1).astype(np.float32))
        self._count_lit(luma)
        self._letters(_inner(luma, 4))
        self._keep("bars", _bars(small, colour))
        burnt_in = self._burnt_in.add(_inner(luma, 4))
        self._keep("standing", burnt_in.standing)
        self._keep("appeared", burnt_in.appeared)
        self._keep("overlaid", burnt_in.overlaid)

    def _count_lit(self, luma: Bytes) -> None:
        rows, columns = luma.max(axis=2), luma.max(axis=1)
        seen = rows.max(axis=1) > LIT_LUMA + 24
        lit = self._lit
        self._lit = LitLines(
            lit.frames + int(seen.sum()),
            lit.rows + (rows[seen] > LIT_LUMA).sum(axis=0),
            lit.columns + (columns[seen] > LIT_LUMA).sum(axis=0),
        )

    def _letters(self, luma: Bytes) -> None:
        """Thin bright strokes: much brighter than what lies 4 pixels to the left and to the right."""
        left, middle, right = luma[:, :, :-8], luma[:, :, 4:-4], luma[:, :, 8:]
        beside = np.maximum(left, right)
        is_stroke = middle > np.minimum(beside, 215) + np.uint8(32)
        low, high = np.minimum(left, middle), np.maximum(left, middle)
        is_edge = (high - low) > 10
        curve = (luma[:, ::2, 1:-1].astype(np.int16) << 1) - luma[:, ::2, :-2] - luma[:, ::2, 2:]
        flat = curve.reshape(len(luma), -1).astype(np.float32)
        power = np.einsum("ij,ij->i", flat, flat) / flat.shape[1]
        self._keep("detail", np.clip(np.sqrt(power) / 32, 0, 1).astype(np.float32))
        self._keep("strokes", is_stroke.mean(axis=(1, 2), dtype=np.float32))
        in_row = is_stroke.sum(axis=2, dtype=np.float32)
        self._keep("lines", (in_row.var(axis=1) / np.maximum(in_row.mean(axis=1), 0.05)).astype(np.float32))
        near = is_stroke.copy()
        for step in (2, 4, 6):
            near[:, :, step:] |= is_stroke[:, :, :-step]
            near[:, :, :-step] |= is_stroke[:, :, step:]
        self._keep("clutter", (is_edge & ~near).mean(axis=(1, 2), dtype=np.float32))

    def result(self) -> PictureMeasures:
        """All figures so far."""
        if not self._frames:
            self.add(np.zeros((1, self._width * self._height * 3 // 2), np.uint8))
            self._parts = {name: [parts[0][:0]] for name, parts in self._parts.items()}
        # each list is let go once it is joined: of a long film both would be twice as much
        joined = {name: np.concatenate(self._parts.pop(name)) for name in list(self._parts)}
        return PictureMeasures(**joined, lit=self._lit)


def _block_sums(planes: Bytes, side: int) -> npt.NDArray[np.uint16]:
    """Sums over side × side blocks, shape (n, height / side, width / side)."""
    vertical = planes[:, 0::side].astype(np.uint16)
    for row in range(1, side):
        vertical += planes[:, row::side]
    sums = vertical[:, :, 0::side].copy()
    for column in range(1, side):
        sums += vertical[:, :, column::side]
    return sums


def _inner(planes: npt.NDArray[AnyNumber], scale: int) -> npt.NDArray[AnyNumber]:
    """The part inside `EDGE_PART`: station logos, time codes and sprocket holes live outside it.

    `scale` is the planes' size in blocks of 4 pixels.
    """
    rows = round(planes.shape[1] / scale * EDGE_PART) * scale
    columns = round(planes.shape[2] / scale * EDGE_PART) * scale
    return planes[:, rows:-rows, columns:-columns]


def _bars(small: Floats, colour: npt.NDArray[np.uint16]) -> Floats:
    """Share of columns whose upper part is flat from top to bottom, times how saturated and varied they are.

    Flat means that eight rows in ten keep to the column's median: a circle or a label may lie over it.
    """
    upper = slice(small.shape[1] // 12, small.shape[1] * 3 // 5)
    part = small[:, upper, 2:-2]
    off = np.abs(part - np.median(part, axis=1, keepdims=True))
    is_flat = ((off < 4.0).mean(axis=1) >= 0.8).mean(axis=1, dtype=np.float32)
    tint = colour[:, :, upper, 2:-2].astype(np.float32) - np.float32(128)
    strength = np.clip(np.hypot(tint[:, 0], tint[:, 1]).mean(axis=(1, 2)) / 40, 0, 1)
    tint_spread = np.clip(np.median(tint, axis=2).std(axis=2).mean(axis=1) / 25, 0, 1)
    jumps = np.abs(np.diff(np.median(tint, axis=2), axis=2)).max(axis=1) > 12
    borders = (jumps[:, 1:] & ~jumps[:, :-1]).sum(axis=1)
    # bars of a test card have six and more borders between them, a sky has none
    value: Floats = (is_flat * strength * tint_spread * np.clip(borders / 5, 0, 1)).astype(np.float32)
    return value
