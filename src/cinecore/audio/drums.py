"""Drums and the patterns that a palette's percussion word stands for; where bars lie is the score's.

A pattern is one bar of sixteen steps for each drum: `.` rests, 1..9 is how hard. Each has a half-density
form (build) and a full one (drive, drop). Bars of other lengths read the steps round and round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cinecore.audio.synth import Mono, band, fall, noise, partials, seconds_to_samples, thump


def _kick(length: int, seed: int) -> Mono:
    click = band(noise(length, seed), 800, 6000) * fall(length, 0.004)
    return thump(length, 160, 50, 0.16) + 0.4 * click


def _deep(length: int, seed: int) -> Mono:
    skin = band(noise(length, seed), 60, 1200) * fall(length, 0.03)
    return thump(length, 105, 52, 0.42) + 0.7 * skin


def _heart(length: int, seed: int) -> Mono:
    return band(thump(length, 80, 44, 0.1), 20, 240) + 0.15 * band(noise(length, seed), 60, 400) * fall(
        length, 0.02
    )


def _tom(hertz: float) -> Callable[[int, int], Mono]:
    def make(length: int, seed: int) -> Mono:
        skin = band(noise(length, seed), 100, 2500) * fall(length, 0.02)
        return thump(length, hertz * 1.5, hertz, 0.2) + 0.5 * skin

    return make


def _snare(length: int, seed: int) -> Mono:
    wires = band(noise(length, seed), 1200, 9000) * fall(length, 0.085)
    return 1.4 * wires + 0.7 * thump(length, 260, 185, 0.06)


def _field(length: int, seed: int) -> Mono:
    wires = band(noise(length, seed), 700, 6000) * fall(length, 0.05)
    return 1.3 * wires + 0.8 * thump(length, 300, 210, 0.04)


def _rim(length: int, seed: int) -> Mono:
    wood = partials(length, 480, ((1.0, 0.8, 0.02), (3.55, 0.6, 0.012)))
    return wood + 0.6 * band(noise(length, seed), 1500, 7000) * fall(length, 0.006)


def _clap(length: int, seed: int) -> Mono:
    out = np.zeros(length, np.float32)
    for number, at_s in enumerate((0.0, 0.011, 0.023)):
        at = seconds_to_samples(at_s)
        out[at:] += band(noise(length - at, seed + number), 900, 6500) * fall(
            length - at, 0.012 if number < 2 else 0.07
        )
    return out


def _brush(length: int, seed: int) -> Mono:
    rise = np.minimum(1, np.arange(length) / 700).astype(np.float32)
    return band(noise(length, seed), 1800, 9000) * fall(length, 0.06) * rise


def _hat(decay_s: float) -> Callable[[int, int], Mono]:
    def make(length: int, seed: int) -> Mono:
        return band(noise(length, seed), 6500, 16_000) * fall(length, decay_s)

    return make


def _tick(hertz: float) -> Callable[[int, int], Mono]:
    def make(length: int, seed: int) -> Mono:
        wheel = partials(length, hertz, ((1.0, 1.0, 0.009), (1.93, 0.5, 0.006)))
        return wheel + 0.4 * band(noise(length, seed), 2500, 9000) * fall(length, 0.003)

    return make


def _crash(length: int, seed: int) -> Mono:
    return band(noise(length, seed), 3000, 15_000) * fall(length, 0.7)


def _anvil(length: int, seed: int) -> Mono:
    tones = ((1.0, 0.8, 0.25), (1.41, 0.7, 0.2), (2.32, 0.6, 0.15), (3.7, 0.5, 0.1), (5.1, 0.4, 0.06))
    return partials(length, 830, tones) + 0.5 * band(noise(length, seed), 2500, 12_000) * fall(length, 0.01)


def _stomp(length: int, seed: int) -> Mono:
    boards = band(noise(length, seed), 70, 900) * fall(length, 0.045)
    return thump(length, 120, 62, 0.12) + 1.3 * boards


def _lash(length: int, seed: int) -> Mono:
    return band(noise(length, seed), 1800, 14_000) * fall(length, 0.012)


def _zap(length: int, seed: int) -> Mono:
    return thump(length, 900, 170, 0.05) + 0.4 * band(noise(length, seed), 2000, 9000) * fall(length, 0.03)


@dataclass(frozen=True)
class Drum:
    """One drum: its sound, how long it lasts, how loud, where it stands."""

    make: Callable[[int, int], Mono]
    seconds: float
    gain: float
    pan: float = 0.0


DRUMS: dict[str, Drum] = {
    "kick": Drum(_kick, 0.5, 1.0),
    "deep": Drum(_deep, 1.2, 1.0, -0.1),
    "deep2": Drum(_tom(78), 0.8, 0.9, 0.25),
    "heart": Drum(_heart, 0.5, 1.1),
    "tom1": Drum(_tom(155), 0.5, 0.7, 0.35),
    "tom2": Drum(_tom(110), 0.6, 0.8, 0.0),
    "tom3": Drum(_tom(82), 0.7, 0.9, -0.35),
    "snare": Drum(_snare, 0.4, 0.6, 0.05),
    "field": Drum(_field, 0.3, 0.5, 0.15),
    "rim": Drum(_rim, 0.15, 0.5, -0.2),
    "clap": Drum(_clap, 0.35, 0.5, 0.1),
    "brush": Drum(_brush, 0.3, 0.35, 0.2),
    "hat": Drum(_hat(0.03), 0.15, 0.28, 0.3),
    "open_hat": Drum(_hat(0.13), 0.4, 0.28, 0.3),
    "tick": Drum(_tick(2700), 0.1, 0.4, 0.25),
    "tock": Drum(_tick(2100), 0.1, 0.4, -0.25),
    "crash": Drum(_crash, 2.5, 0.4, -0.15),
    "anvil": Drum(_anvil, 0.8, 0.3, 0.4),
    "stomp": Drum(_stomp, 0.5, 1.0),
    "lash": Drum(_lash, 0.15, 0.5, 0.45),
    "zap": Drum(_zap, 0.25, 0.5, -0.3),
}

Pattern = dict[str, str]

PATTERNS: dict[str, tuple[Pattern, Pattern]] = {
    "none": ({}, {}),
    "heartbeat": (
        {"heart": "9..6............"},
        {"heart": "9..6....9..6...."},
    ),
    "ticking": (
        {"tick": "7.......7.......", "tock": "....5.......5..."},
        {"tick": "7...6...7...6...", "tock": "..5...5...5...5.", "heart": "9.......7......."},
    ),
    "soft_pulse": (
        {"heart": "7.......5......."},
        {"heart": "8...5...7...5...", "brush": "....4.......4..."},
    ),
    "brushes": (
        {"brush": "6...4...6...4..."},
        {"brush": "6..46..46..46..4", "heart": "7.......6.......", "rim": "....3.......3..4"},
    ),
    "claps": (
        {"clap": "....7.......7...", "heart": "7.......7......."},
        {"clap": "....8.......8..5", "kick": "8.....6.8.......", "hat": "..5...5...5...5."},
    ),
    "light_kit": (
        {"kick": "7.......6.......", "hat": "..4...4...4...4."},
        {"kick": "8.....5.8.......", "rim": "....7.......7...", "hat": "5.4.5.4.5.4.5.4."},
    ),
    "full_kit": (
        {"kick": "8.......8.......", "hat": "5...5...5...5..."},
        {
            "kick": "9..6..7.9.....6.",
            "snare": "....9.......9...",
            "hat": "6.4.6.4.6.4.6.4.",
            "open_hat": "..............5.",
        },
    ),
    "four_on_the_floor": (
        {"kick": "8...8...8...8..."},
        {
            "kick": "9...9...9...9...",
            "clap": "....7.......7...",
            "open_hat": "..6...6...6...6.",
            "hat": "4.4.4.4.4.4.4.4.",
        },
    ),
    "electronic": (
        {"kick": "8.......8.......", "hat": "....4.......4..."},
        {
            "kick": "9...7...9..6....",
            "snare": "....7.......7...",
            "hat": "5.354.355.354.35",
            "zap": "......4.......5.",
        },
    ),
    "toms": (
        {"tom3": "8.......7...6...", "tom2": "......5........."},
        {
            "tom3": "9..6..8..6..8...",
            "tom2": "...5......6...7.",
            "tom1": "......5......5.6",
            "anvil": "....6.......6...",
            "kick": "9.......8.......",
        },
    ),
    "taiko": (
        {"deep": "9.......6......."},
        {"deep": "9.....7.8...6...", "deep2": "...5......6...66", "rim": "..4.4...4...4..."},
    ),
    "field_drum": (
        {"field": "6..45...6..45...", "deep": "7..............."},
        {"field": "7.457.457.457445", "deep": "9.......8.......", "crash": "...............3"},
    ),
    "marching": (
        {"field": "6...5.5.6...5.5.", "deep": "6.......5......."},
        {"field": "7..47.4.7..47444", "deep": "9...7...9...7..."},
    ),
    "stomps": (
        {"stomp": "8.......8......."},
        {"stomp": "9...7...9...7...", "lash": "....6.......6...", "clap": "....4.......5..4"},
    ),
    "irregular": (
        {"deep": "8..........5...."},
        {
            "deep": "9.....6......7..",
            "deep2": "..........5.....",
            "anvil": "...............4",
            "heart": "7...7...7...7...",
        },
    ),
    "ticks_to_full": (
        {"tick": "7...5...7...5...", "tock": "..4...4...4...4."},
        {
            "tick": "6.4.6.4.6.4.6.4.",
            "kick": "9.....7.9..7....",
            "snare": "....8.......8...",
            "tom3": ".............6.7",
        },
    ),
    "rim": (
        {"rim": "....5.......5...", "heart": "7.......6......."},
        {"rim": "....7..4....7.4.", "kick": "8.....6.8.......", "hat": "4.4.4.4.4.4.4.4."},
    ),
}
"""Half-density and full form of every word in `palette.PERCUSSION`."""

FILLS: dict[str, str] = {
    "toms": "tom1",
    "taiko": "deep2",
    "field_drum": "field",
    "marching": "field",
    "full_kit": "snare",
    "four_on_the_floor": "clap",
    "electronic": "snare",
    "light_kit": "rim",
    "ticks_to_full": "tom2",
    "stomps": "stomp",
    "claps": "clap",
    "rim": "rim",
}
"""Which drum rolls into a stronger section; patterns not named here have no fill."""


def drum_hit(name: str, seed: int) -> Mono:
    """One stroke at full strength, peak 0.5."""
    drum = DRUMS[name]
    length = seconds_to_samples(drum.seconds)
    out = drum.make(length, seed)
    edge = length // 5
    out[-edge:] *= (np.cos(0.5 * np.pi * np.arange(1, edge + 1) / edge) ** 2).astype(np.float32)
    return np.asarray(out * np.float32(0.5 / max(1e-6, float(np.abs(out).max()))), np.float32)


def strength(pattern: str, step: int) -> float:
    """How hard step `step` of a bar is struck, 0..1."""
    mark = pattern[step % len(pattern)]
    return 0.0 if mark == "." else int(mark) / 9
