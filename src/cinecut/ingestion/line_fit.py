"""Whether lines and speech belong together, and by which shift and stretch: one answer for all lines of a film.

Lines and speech are laid over each other at every shift, for the stretches that frame rates make (25 to 23.976 and
the like); where they truly belong together one place stands out from all others. Deliberately not here: single lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from cinecore.analysis.film import VOICE_STEP_S
from cinecut.ingestion.heard_speech import HeardSpeech

_FILM, _NTSC_FILM, _PAL = Fraction(24), Fraction(24000, 1001), Fraction(25)
STRETCHES = (
    Fraction(1),
    _PAL / _NTSC_FILM,
    _NTSC_FILM / _PAL,
    _PAL / _FILM,
    _FILM / _PAL,
    _FILM / _NTSC_FILM,
    _NTSC_FILM / _FILM,
)
"""What the times of subtitles made for one frame rate are multiplied by to fit a film of another."""

FARTHEST_S = 120.0
"""The largest shift that is looked for: logos, a cold open, an advertisement before the film."""

STEP_S = VOICE_STEP_S
CLEAR_PEAK = 5.0
"""How many standard deviations the best place must stand over all places. Measured over lines laid on the speech of
other films: at most 4.3; over their own: 6 and more from 25 lines on, 9 from 50."""

SURE_PEAK = 6.0
"""How clear it must be before every line of a film is moved."""

GAIN_OVER_FILM_RATE = 1.03
"""A stretch is believed only where it fits better than none by this factor."""

FINE_REACH_S = 1.0
FINE_WIDTH_S = 0.12
FINE_SHARE = 0.4
"""Part of the lines that must begin within twice that of one difference before it is believed over the whole fit."""

Curve = npt.NDArray[np.float64]
Spans = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class LineFit:
    """Where lines belong: film seconds = `stretch` · line seconds + `shift_s`."""

    stretch: Fraction
    shift_s: float
    peak: float
    """Standard deviations by which this place stands over all others."""

    @property
    def is_clear(self) -> bool:
        """Whether lines and speech belong together at all."""
        return self.peak >= CLEAR_PEAK

    def placed(self, seconds: float) -> float:
        """A line's time as the film counts."""
        return float(self.stretch) * seconds + self.shift_s


def fit_lines(spans: Spans, speech: HeardSpeech, begin_s: float, end_s: float) -> LineFit:
    """The best shift and stretch for lines given as (start, end) in seconds; the part of the film that was heard
    lies between `begin_s` and `end_s`.
    """
    count = max(1, round((end_s - begin_s) / STEP_S))
    margin = round(FARTHEST_S / STEP_S)
    size = 1 << int(np.ceil(np.log2(count + 2 * margin + 1)))
    heard = _laid(list(zip(speech.starts_s, speech.ends_s, strict=True)), begin_s, count, 0)
    level = heard - heard.mean()
    spectrum = np.fft.rfft(level, size)
    best = LineFit(Fraction(1), 0.0, 0.0)
    for stretch in STRETCHES:
        lines = _laid([(float(stretch) * a, float(stretch) * b) for a, b in spans], begin_s, count, margin)
        overlap = np.fft.irfft(spectrum * np.conj(np.fft.rfft(lines, size)), size)
        # index k of the product is a shift of k - margin steps; negative k lie at the end
        places = np.arange(-margin, margin + 1)
        scores = overlap[(places - margin) % size]
        spread = float(scores.std())
        top = int(scores.argmax())
        peak = float(scores[top] - np.median(scores)) / spread if spread > 0 else 0.0
        needed = best.peak * (GAIN_OVER_FILM_RATE if best.stretch == 1 else 1.0)
        if peak > needed:
            best = LineFit(stretch, float(places[top] * STEP_S), peak)
    return _fine(best, spans, speech)


def _laid(spans: Spans, begin_s: float, count: int, margin: int) -> Curve:
    """1 where a span lies, in steps, with `margin` more steps before and after."""
    laid = np.zeros(count + 2 * margin)
    for start_s, end_s in spans:
        first = round((start_s - begin_s) / STEP_S) + margin
        last = round((end_s - begin_s) / STEP_S) + margin
        laid[max(0, first) : max(0, last)] = 1.0
    return laid


def _fine(fit: LineFit, spans: Spans, speech: HeardSpeech) -> LineFit:
    """The shift to a hundredth of a second, by where lines begin: their ends stand on for reading and would pull it."""
    differences = np.array(
        [
            difference
            for start_s, _ in spans
            for begun in speech.starts_near(fit.placed(start_s), FINE_REACH_S)
            for difference in (begun - fit.placed(start_s),)
        ]
    )
    if not len(differences):
        return fit
    centres = np.arange(-FINE_REACH_S, FINE_REACH_S + 0.005, 0.01)
    near = np.exp(-0.5 * ((differences[None, :] - centres[:, None]) / FINE_WIDTH_S) ** 2).sum(axis=1)
    centre = float(centres[int(near.argmax())])
    if (np.abs(differences - centre) < 2 * FINE_WIDTH_S).sum() < FINE_SHARE * len(spans):
        return fit
    return LineFit(fit.stretch, round(fit.shift_s + centre, 3), fit.peak)
