"""The music of the eighteen vibes, measured: no two sound alike."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt

from cinecore.audio.onsets import colour_curves, onset_curves
from cinecore.audio.score import ScorePlan, ScoreSection, compose
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import BeatGrid
from cinecut.manifest.vibe import load_vibe, vibe_names

LEAST_APART = 0.8
"""The nearest two that were seen (science fiction, thriller) lie 1.14 apart, the median pair 3.1."""

Features = tuple[npt.NDArray[np.float64], float, npt.NDArray[np.float64], float]


def features(name: str) -> Features:
    """Of eight seconds of its full music: spectrum (dB), strong onsets (%), notes above the root, tempo."""
    vibe = load_vibe(name)
    samples = 8 * SAMPLE_RATE
    bed = compose(
        ScorePlan(samples, BeatGrid(vibe.bpm_exact), (ScoreSection("drive", 0, samples),), vibe.music, seed=1)
    )
    mono = bed.mean(axis=1)
    bands, notes = colour_curves(mono)
    power = np.mean(10 ** (bands / 10), axis=0)
    spectrum = 10 * np.log10(power / power.sum() + 1e-6)
    busy = 100 * float((onset_curves(mono)[0] > 1.5).mean())
    tones = np.roll(notes.mean(axis=0), -vibe.music.root_pitch)
    return spectrum, busy, tones / tones.sum(), vibe.bpm


def apart(one: Features, other: Features) -> float:
    """1 is 3 dB of spectrum, 1.5 % of strong onsets, a quarter of the notes, or a quarter of an octave of tempo."""
    return float(
        np.linalg.norm(
            [
                np.abs(one[0] - other[0]).mean() / 3,
                (one[1] - other[1]) / 1.5,
                4 * np.abs(one[2] - other[2]).sum(),
                4 * np.log2(one[3] / other[3]),
            ]
        )
    )


def test_no_two_of_the_eighteen_vibes_sound_alike() -> None:
    found = {name: features(name) for name in vibe_names()}
    assert len(found) == 18
    pairs = {(a, b): apart(found[a], found[b]) for a, b in combinations(found, 2)}
    nearest = min(pairs, key=lambda pair: pairs[pair])
    assert pairs[nearest] >= LEAST_APART, (nearest, pairs[nearest])
