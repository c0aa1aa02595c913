"""Titles and captions that stand over a picture: bright letters that hold still for a second, new or over moving ground.

Method. An edge along a row is *standing* when it is there in every sampled frame of a second and its bright side is near
white and constant. Rows with many such edges of alternating direction, close to each other, are made of letters,
pickets or blossoms. Only letters come where the rest of the picture stays (`appeared`), or stand while the ground right
beside them moves (`overlaid`): a camera that comes to rest makes all edges new, and what is in the picture moves with
its ground. Where it fails: dark letters, letters that move, titles from cut to cut over a ground that does not move
(`fences` knows those on calm grounds). Deliberately not here: what is fenced.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

WINDOW = 6
"""Sampled frames that letters stand still: a second at 24 frames a second."""

BEFORE = (11, 7)
"""Sampled frames before the window in which an edge must not have been to be new; a fade-in lies between."""

LOOKS_BACK = WINDOW - 1 + BEFORE[0]
"""Sampled frames that are held."""

EDGE = 40
"""Code values over two pixels from which an edge is one of letters (titles of two films and captions of ours: 45 to 200)."""

BRIGHT, CONSTANT, MOVING = 190, 14, 24
"""Code values: how bright letters are at least (at 160 sunlit grass counts too), how much they may flicker, and how much ground
that moves does at least."""

GAP = 20
"""Pixels between two edges of a line of letters at most, of some 320."""

EDGES_IN_ROW = 6
ROWS_NEAR = 6
"""Of every second row, so many lie in the height in which rows of letters are counted together: that of a small line."""

FEWEST_EDGES = 40
"""Standing edges in the whole picture under which no letters are looked for."""

STAYS_FROM = 0.45
"""Part of the standing edges that must be old where letters are new: a camera that comes to rest leaves .2."""

GOES_ON_FROM, NOISE = 0.4, 0.5
"""Part of the former change that a picture must keep, less what a codec's noise makes of one that stands, in code values."""


@dataclass(frozen=True)
class BurntIn:
    """By sampled frame, for the second that ends with it: rows of letters (0 to `ROWS_NEAR`)."""

    standing: Floats
    """That hold still, whatever they are."""
    appeared: Floats
    """That were not there a second before, while the rest of the picture was."""
    overlaid: Floats
    """Beside which the ground moves."""


class BurntInMeter:
    """Takes luma of the inner picture, one array of sampled frames after the other."""

    def __init__(self) -> None:
        self._held: Bytes | None = None

    def add(self, luma: Bytes) -> BurntIn:
        """Figures of so many sampled frames as are given; the first `WINDOW` of a film have none."""
        rows = np.ascontiguousarray(luma[:, ::2])
        held = self._held
        line = rows if held is None else np.concatenate([held, rows])
        self._held = line[-LOOKS_BACK:].copy()
        found = [np.zeros(len(rows), np.float32) for _ in range(3)]
        if len(line) >= WINDOW and line.shape[2] > 2 * GAP:
            for values, measured in zip(found, _measured(line), strict=True):
                new = measured[-len(rows) :]
                values[len(rows) - len(new) :] = new
        return BurntIn(*found)


def _measured(line: Bytes) -> tuple[Floats, Floats, Floats]:
    """Figures of each window in a line of frames."""
    count = len(line) - WINDOW + 1
    low, high = line[:count].copy(), line[:count].copy()
    for step in range(1, WINDOW):
        np.minimum(low, line[step : step + count], out=low)
        np.maximum(high, line[step : step + count], out=high)
    rising = line[:, :, 2:] >= np.minimum(line[:, :, :-2], 255 - EDGE) + np.uint8(EDGE)
    falling = line[:, :, :-2] >= np.minimum(line[:, :, 2:], 255 - EDGE) + np.uint8(EDGE)
    # code values of 216 and more beside brighter ones: nothing is 40 brighter than they are
    rising &= line[:, :, :-2] <= 255 - EDGE
    falling &= line[:, :, 2:] <= 255 - EDGE
    all_rising, all_falling = _in_all(rising, count), _in_all(falling, count)
    is_still = (high - low <= CONSTANT) & (low >= BRIGHT)
    up, down = all_rising & is_still[:, :, 2:], all_falling & is_still[:, :, :-2]
    standing, appeared, overlaid = (np.zeros(count, np.float32) for _ in range(3))
    enough = np.flatnonzero(up.sum(axis=(1, 2)) + down.sum(axis=(1, 2)) >= FEWEST_EDGES)
    if not len(enough):
        return standing, appeared, overlaid
    standing[enough] = _lettered_rows(up[enough], down[enough])
    enough = enough[standing[enough] > 0]
    moves = (high[enough] - low[enough]) >= MOVING
    on_left, on_right = np.zeros_like(moves), np.zeros_like(moves)
    for step in (2, 4, 6):
        on_left[:, :, step:] |= moves[:, :, :-step]
        on_right[:, :, :-step] |= moves[:, :, step:]
    overlaid[enough] = _lettered_rows(up[enough] & on_left[:, :, 2:], down[enough] & on_right[:, :, :-2])
    enough = enough[enough >= BEFORE[0]]
    if len(enough):
        was_rising, was_falling = _in_any_before(rising, enough), _in_any_before(falling, enough)
        old_rising, old_falling = all_rising[enough] & was_rising, all_falling[enough] & was_falling
        old, total = _count(old_rising, old_falling), _count(all_rising[enough], all_falling[enough])
        # bright letters on a smooth ground are most of all edges: then the others decide
        others_rising, others_falling = all_rising[enough] & ~up[enough], all_falling[enough] & ~down[enough]
        others = _count(others_rising, others_falling)
        old_others = _count(others_rising & was_rising, others_falling & was_falling)
        stays = (old >= STAYS_FROM * total) | (old_others >= STAYS_FROM * others)
        stays &= _is_going_on(line, enough)
        rows = _lettered_rows(up[enough] & ~was_rising, down[enough] & ~was_falling)
        appeared[enough] = np.where(stays, rows, 0)
    return standing, appeared, overlaid


def _is_going_on(line: Bytes, windows: npt.NDArray[np.intp]) -> Mask:
    """Whether the picture moves in a window as it did before: a camera that has come to rest does not."""
    span = BEFORE[0] - BEFORE[1]
    before, during = (
        np.abs(line[start + span].astype(np.int16) - line[start]).mean(axis=(1, 2))
        for start in (windows - BEFORE[0], windows)
    )
    going: Mask = during >= GOES_ON_FROM * before - NOISE
    return going


def _count(up: Mask, down: Mask) -> npt.NDArray[np.int64]:
    """Edges in each frame."""
    both: npt.NDArray[np.int64] = np.count_nonzero(up, axis=(1, 2)) + np.count_nonzero(down, axis=(1, 2))
    return both


def _in_all(edges: Mask, count: int) -> Mask:
    """Edges that are in every frame of a window."""
    every = edges[:count].copy()
    for step in range(1, WINDOW):
        every &= edges[step : step + count]
    return every


def _in_any_before(edges: Mask, windows: npt.NDArray[np.intp]) -> Mask:
    """Edges that were in some frame well before a window."""
    some = edges[windows - BEFORE[0]].copy()
    for back in range(BEFORE[1], BEFORE[0]):
        some |= edges[windows - back]
    return some


def _lettered_rows(up: Mask, down: Mask) -> Floats:
    """The most rows near each other in which edges up and down alternate as in a line of letters."""
    sign = up.astype(np.int8) - down.astype(np.int8)
    columns = np.arange(sign.shape[2], dtype=np.int16)
    last = np.maximum.accumulate(np.where(sign != 0, columns, np.int16(-1)), axis=2)
    before = np.full_like(last, -1)
    before[:, :, 1:] = last[:, :, :-1]
    sign_before = np.take_along_axis(sign, np.maximum(before, 0).astype(np.int64), axis=2)
    turns = (sign != 0) & (before >= 0) & (sign_before == -sign) & (columns - before <= GAP)
    is_lettered = turns.sum(axis=2) >= EDGES_IN_ROW
    sums = np.cumsum(np.pad(is_lettered, ((0, 0), (1, 0))), axis=1)
    near = sums[:, ROWS_NEAR:] - sums[:, :-ROWS_NEAR]
    most: Floats = near.max(axis=1, initial=0).astype(np.float32)
    return most
