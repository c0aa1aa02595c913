"""Designed sounds for cuts, titles and the breath, each made anew from a seed; where they lie is decided elsewhere.

Struck sounds (`HITS`) have their onset at sample 0 and ring out; passages (`riser`, `reverse`, `swell`,
`roll`) lead up to their last sample; breaths last as long as asked. All end in silence; `LEVELS_DB` holds their peaks.
"""

from __future__ import annotations

import numpy as np

from cinecore.audio.breaths import BREATH_MAKERS
from cinecore.audio.hits import HIT_MAKERS
from cinecore.audio.palette import BREATHS, EFFECTS, HITS, PASSAGES
from cinecore.audio.passages import PASSAGE_MAKERS
from cinecore.audio.synth import add, faded, peak_at, seconds_to_samples, stereo
from cinecore.audio.wave import Pcm, silence
from cinecore.errors import InputError
from cinecore.timebase import SAMPLE_RATE

LEVELS_DB: dict[str, float] = (
    dict.fromkeys(HITS, -6.0)
    | dict.fromkeys(PASSAGES, -9.0)
    | dict.fromkeys(BREATHS, -15.0)
    | {"room": -34.0, "tone": -26.0, "hum": -20.0, "rain": -20.0, "breathing": -20.0}
)
"""Highest sample of each kind in dBFS; a breath is heard in a stop, not over music."""

USUAL_SECONDS: dict[str, float] = {
    "sweep": 0.4,
    "long_sweep": 1.25,
    "riser": 3.0,
    "reverse": 1.2,
    "swell": 2.0,
    "stop": 0.6,
    "roll": 1.5,
    "braam": 3.0,
    "gong": 4.0,
    "bell": 3.5,
    "cannon": 3.0,
    "boom": 2.5,
    "sub_drop": 2.0,
    "woodblock": 0.4,
    "pluck_hit": 1.0,
    "whip": 0.5,
    "shutter": 0.3,
    "slam": 1.2,
} | dict.fromkeys(BREATHS, 4.0)
"""How long a kind is when its maker asks for nothing else; 2 s where not named."""


def usual_length(kind: str) -> int:
    """Samples that a kind usually lasts.

    Raises:
        InputError: No such kind.
    """
    _check(kind)
    return seconds_to_samples(USUAL_SECONDS.get(kind, 2.0))


def make_effect(kind: str, length_samples: int, seed: int, *, root_pitch: int = 2) -> Pcm:
    """A designed sound of exactly `length_samples`, peak as in `LEVELS_DB`, soft at both ends.

    `root_pitch` (semitones above C) tunes the kinds that have a pitch to the music's key. The same
    arguments give the same samples.

    Raises:
        InputError: No such kind, or no length.
    """
    _check(kind)
    if length_samples < 1:
        raise InputError("An effect needs a length.", str(length_samples), "Give at least one sample.")
    sound = {**HIT_MAKERS, **PASSAGE_MAKERS, **BREATH_MAKERS}[kind](length_samples, seed, 36.0 + root_pitch)
    made = silence(length_samples)
    add(made, sound if sound.ndim == 2 else stereo(sound), 0)
    if kind in HITS:
        ring = min(length_samples, max(96, length_samples // 4))
        made[-ring:] *= (np.cos(0.5 * np.pi * np.arange(1, ring + 1) / ring) ** 2).astype(np.float32)[:, None]
        made = faded(made, 0.0005)
    elif kind in BREATHS:
        made = faded(made, min(0.25, length_samples / SAMPLE_RATE / 4))
    else:
        made = faded(made, 0.004)
    return peak_at(made, LEVELS_DB[kind])


def _check(kind: str) -> None:
    if kind not in EFFECTS:
        raise InputError("There is no such effect.", kind, f"Known: {', '.join(EFFECTS)}.")
