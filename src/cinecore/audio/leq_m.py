"""Leq(m), the loudness of trailers in cinemas (ISO 21727): the mean power of the whole sound, ears' annoyance weighted.

Nothing is gated: a trailer that is quiet for long may be loud at its end. The weighting is that of ITU-R BS.468-4
with 0 dB at 2 kHz; channels are added as powers; a cinema at reference level plays −20 dBFS at 85 dB.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cinecore.audio.loudness import convolve
from cinecore.audio.wave import Pcm, checked
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.run import run
from cinecore.timebase import SAMPLE_RATE

REFERENCE_DB = 85 + 20 + 10 * float(np.log10(2))
"""What a mean power of 1 is played at: dBFS count from a sine at full scale, whose mean power is 1/2."""

_TAPS = 4096
"""Length of the weighting's impulse response: its lowest octave, 31 Hz, is 30 dB down and needs no more."""

_SILENT_POWER = 1e-12
"""Under −120 dBFS nothing is heard."""


def leq_m(pcm: Pcm) -> float | None:
    """DB Leq(m) of a stereo sound; None where it is silent.

    Raises:
        InputError: The sound has the wrong shape.
    """
    sound = checked(pcm)
    heard = convolve(sound, _weighting())
    power = float(np.einsum("ij,ij->", heard, heard, dtype=np.float64)) / max(1, len(sound))
    return REFERENCE_DB + 10 * float(np.log10(power)) if power > _SILENT_POWER else None


def leq_m_of_file(path: Path) -> float | None:
    """The same of a file's first sound track, as decoded.

    Raises:
        ToolError: ffmpeg cannot decode it.
    """
    wanted = ["-map", "0:a:0", "-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "2", "-"]
    decoded = run([*PREAMBLE, "-vn", *local_input(path), *wanted])
    return leq_m(np.frombuffer(decoded, "<f4").reshape(-1, 2))


def weight_db(hertz: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The weighting in dB at some frequencies: 0 at 2 kHz, about −5.6 at 1 kHz, +6.6 at 6.3 kHz."""
    return np.asarray(20 * np.log10(np.maximum(_gain(hertz) / _gain(np.array([2000.0])), 1e-9)), np.float64)


def _gain(hertz: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The network of BS.468-4 as the quotient of polynomials that its components give."""
    f = np.asarray(hertz, np.float64)
    real = -4.737338981378384e-24 * f**6 + 2.043828333606125e-15 * f**4 - 1.363894795463638e-7 * f**2 + 1
    imaginary = 1.306612257412824e-19 * f**5 - 2.118150887518656e-11 * f**3 + 5.559488023498642e-4 * f
    return np.asarray(1.246332637532143e-4 * f / np.hypot(real, imaginary), np.float64)


@lru_cache(maxsize=1)
def _weighting() -> npt.NDArray[np.float32]:
    """A linear-phase response of the weighting: the mean power does not know about phase."""
    hertz = np.asarray(np.fft.rfftfreq(_TAPS, 1 / SAMPLE_RATE), np.float64)
    gains = _gain(hertz) / _gain(np.array([2000.0]))
    centred = np.roll(np.fft.irfft(gains, _TAPS), _TAPS // 2) * np.hanning(_TAPS + 1)[:-1]
    taps: npt.NDArray[np.float32] = centred.astype(np.float32)
    taps.flags.writeable = False
    return taps
