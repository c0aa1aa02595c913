"""Whether a line is buried in what lies under it, and that taken back by a bounded amount.

Who finds the voice is a `SpeechEnhancer`'s. What it removes is never removed whole: the rest stays under the voice, as
much quieter as asked, so that it neither pumps nor leaves holes.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from cinecore.audio.ducking import STEP_SAMPLES, step_powers
from cinecore.audio.wave import Pcm

Mono = npt.NDArray[np.float32]

BURIED_UNDER_DB = 7.0
"""A voice less than this over the rest in its band is buried. The figure is the enhancer's own, some 1 dB under the truth
with noises and 2 with music: lines at +6 dB are buried, lines at +12 never (bench/speech_enhancement.py)."""

NO_VOICE_UNDER_DB = -9.0
"""Under this hardly any voice was found: a song, a whisper, a roar. What an enhancer does not know it would remove."""

REMOVED_DB = 12.0
"""By how much the rest is lowered under a buried line: more leaves the voice alone in a hole, and its flaws bare."""

_SOUNDS_FROM_DB = -35.0
"""Under the voice's loudest moment: there it pauses."""

_PAUSE_STEPS = 20
"""Steps of 10 ms that pauses must have in all to say what lies under the voice."""

_OVER_PAUSES = 4.0
"""As a ratio of powers."""


def over_the_rest_db(lines: Iterable[tuple[Pcm, Mono]]) -> float | None:
    """How far voices lie over what else is in their lines, in the band of words, while they sound; None for silence.

    Each line comes with the voice that was found in it, as long; a little of what is heard around it helps. What
    was not taken for voice counts no more than 6 dB over what is there while the voice pauses: an enhancer that does
    not know a voice well leaves parts of it behind, and those fall silent with it.
    """
    spoken = rest = 0.0
    for line, voice in lines:
        heard, other = (_in_band(one) for one in (voice, middle(line) - voice))
        sounding = heard > heard.max(initial=0.0) * 10 ** (_SOUNDS_FROM_DB / 10)
        spoken += float(heard[sounding].sum())
        beside = float(other[sounding].sum())
        if (~sounding).sum() >= _PAUSE_STEPS:
            beside = min(beside, _OVER_PAUSES * float(other[~sounding].mean()) * int(sounding.sum()))
        rest += beside
    if spoken + rest <= 0:
        return None
    return float(10 * np.log10(max(spoken, 1e-12) / max(rest, 1e-12)))


def removal_db(over_db: float | None) -> float:
    """How far the rest is to be lowered under a voice that lies so far over it; 0 where the line stays as it is."""
    is_buried = over_db is not None and NO_VOICE_UNDER_DB <= over_db < BURIED_UNDER_DB
    return REMOVED_DB if is_buried else 0.0


def freed(line: Pcm, voice: Mono, by_db: float) -> Pcm:
    """The line with all that is not its voice lowered by `by_db`; 0 gives the line back as it is."""
    if by_db <= 0:
        return line
    kept = np.float32(10 ** (-by_db / 20))
    centre = voice + kept * (middle(line) - voice)
    side = kept * (line[:, 0] - line[:, 1]) / 2
    return np.stack([centre + side, centre - side], axis=1).astype(np.float32)


def middle(line: Pcm) -> Mono:
    """What both channels share: where films put their voices."""
    return np.asarray(line.mean(axis=1), np.float32)


def _in_band(sound: Mono) -> npt.NDArray[np.float64]:
    """Power in the band of words at every step of 10 ms."""
    both = np.repeat(sound[:, None], 2, axis=1)
    return np.asarray(step_powers(both, np.ones(-(-len(sound) // STEP_SAMPLES), np.bool_))[1], np.float64)
