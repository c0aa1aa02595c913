"""Probabilities of speech as stretches in which somebody speaks; where they begin and end is what lines are checked by.

Deliberately not here: lines, and what to do where the two disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cinecore.analysis.film import SoundCurves

BEGINS_AT = 0.5
"""Probability from which somebody speaks: the network's own threshold."""

ENDS_BELOW = 0.4
"""A stretch goes on until the probability falls below this: no flicker at the threshold."""

BEGIN_LATE_S = 0.012
"""How much later than the first loud sample a stretch begins by the probabilities alone. Median over espeak-ng and
flite voices, clean: .011 s (5th to 95th of a hundred: -.01 to .04)."""

END_LATE_S = 0.06
"""The same for its end: .062 s (.02 to .10), since the network waits whether a pause is one."""

KNOWN_TO_S, KNOWN_OVER_MUSIC_TO_S = 0.035, 0.075
"""Half of all lines set exactly, or within 50 ms, lie this near to heard edges where nothing else sounds; over music 6 to
12 dB under the voices this is so up to 100 ms, and heard edges are known no better."""

SHORTEST_S = 0.06
"""A shorter stretch is a click."""

Times = npt.NDArray[np.float64]


@dataclass(frozen=True)
class HeardSpeech:
    """Stretches of speech in film seconds, in order, apart from each other."""

    starts_s: Times
    ends_s: Times
    known_to_s: float = KNOWN_TO_S
    """How well their edges are known."""

    @property
    def seconds(self) -> float:
        """How long somebody speaks in all."""
        return float((self.ends_s - self.starts_s).sum())

    def inside(self, start_s: float, end_s: float) -> float:
        """Seconds of speech between two times; 0 where they stand the wrong way round."""
        first = int(np.searchsorted(self.ends_s, start_s, side="right"))
        last = int(np.searchsorted(self.starts_s, end_s, side="left"))
        total = 0.0
        for place in range(first, last):
            total += min(end_s, float(self.ends_s[place])) - max(start_s, float(self.starts_s[place]))
        return max(0.0, total)

    def starts_near(self, at_s: float, reach_s: float) -> list[float]:
        """Where stretches begin, at most `reach_s` from a time."""
        return _near(self.starts_s, at_s, reach_s)

    def ends_near(self, at_s: float, reach_s: float) -> list[float]:
        """Where stretches end, at most `reach_s` from a time."""
        return _near(self.ends_s, at_s, reach_s)


def heard_speech(sound: SoundCurves) -> HeardSpeech:
    """The stretches of a film's sound in which somebody speaks."""
    starts: list[float] = []
    ends: list[float] = []
    begun: int | None = None
    step = sound.voice_step_s
    for place, probability in enumerate(np.append(sound.voice, 0.0)):
        if begun is None and probability >= BEGINS_AT:
            begun = place
        elif begun is not None and probability < ENDS_BELOW:
            start, end = max(0.0, begun * step - BEGIN_LATE_S), place * step - END_LATE_S
            if end - start >= SHORTEST_S:
                starts.append(start)
                ends.append(end)
            begun = None
    return HeardSpeech(np.array(starts), np.array(ends), _known_to_s(sound))


def _known_to_s(sound: SoundCurves) -> float:
    """How well edges are known, by how much of the speech has music under it."""
    if not len(sound.music):
        return KNOWN_TO_S
    spoken = np.flatnonzero(sound.voice >= BEGINS_AT)
    if not len(spoken):
        return KNOWN_TO_S
    at = np.minimum((spoken * sound.voice_step_s / sound.step_s).astype(np.int64), len(sound.music) - 1)
    share = float((sound.music[at] > 0.5).mean())
    return KNOWN_TO_S + share * (KNOWN_OVER_MUSIC_TO_S - KNOWN_TO_S)


def _near(times: Times, at_s: float, reach_s: float) -> list[float]:
    first, last = np.searchsorted(times, (at_s - reach_s, at_s + reach_s))
    return [float(time) for time in times[first:last]]
