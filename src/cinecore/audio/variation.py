"""What keeps a composed bed from being a loop: how bars differ from one another; pure figures from a seed.

Every fourth bar turns, every eighth closes; strokes are uneven as hands are; the second half of a full
section is not its first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cinecore.audio.palette import Palette

PHRASE_BARS = 4
TURNS = {1: 4, 2: 5, 3: 6, 4: 2, 5: 7, 6: 4, 7: 5}
"""Which degree stands in for the last chord of every second phrase, so that eight bars go by before one returns."""

_UNEVEN = 0.14
"""By how much a stroke is louder or softer than written, at most."""


@dataclass(frozen=True)
class BarTurn:
    """How one bar of a section is played."""

    degree: int
    """Its chord, 1..7."""
    figure_shift: int
    """Steps by which a repeated figure is begun later."""
    is_lifted: bool
    """Whether the lead plays an octave higher."""
    has_counter: bool
    """Whether a second voice answers."""
    has_turn: bool
    """Whether the drums turn at its end."""
    brightness: float
    """Factor on the instruments' brightness: of few values, so that notes can be used again."""


def bar_turn(palette: Palette, section: str, bar: int, bars: int) -> BarTurn:
    """Bar `bar` of `bars` in a section."""
    cycle = palette.progression
    phrase = bar // len(cycle)
    degree = cycle[bar % len(cycle)]
    is_last = bar % len(cycle) == len(cycle) - 1
    if phrase % 2 == 1 and is_last and section in {"build", "drive", "drop"}:
        degree = TURNS[degree]
    part = bar / max(1, bars - 1)
    is_late = bars >= PHRASE_BARS and part >= 0.5
    is_full = section in {"drive", "drop"}
    return BarTurn(
        degree=degree,
        figure_shift=2 * (bar // 2 % 4) if section != "intro" else 0,
        is_lifted=is_full and bar // PHRASE_BARS % 2 == 1 and bar % PHRASE_BARS >= PHRASE_BARS // 2,
        has_counter=is_full and is_late,
        has_turn=bar % PHRASE_BARS == PHRASE_BARS - 1,
        brightness=1.2 if is_late and section in {"build", "drive"} else 1.0,
    )


def unevenness(seed: int, bars: int, steps: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Factors on the strength of each step of each bar, (bars, steps); the first step of a bar is as written."""
    random = np.random.default_rng([seed, 77])
    made = 1.0 + _UNEVEN * random.uniform(-1.0, 1.0, (max(1, bars), steps))
    made[:, 0] = 1.0
    return made
