"""Loudness, onsets, speech and music from the film's sound, as it streams by; no file is kept.

One short-time spectrum serves loudness and onsets; speech and music are the ears' (`ears`). Its sine window at
half overlap has squares that add up to one, so the energies of its frames add up to the sound's energy exactly, and K-weighting is a product
with the squared response of the two BS.1770 filters (Parseval), computed for 48 kHz where the
standard's coefficients hold as printed. Deliberately not here: true peak, and any mixing.
"""

from __future__ import annotations

from typing import IO

import numpy as np
import numpy.typing as npt

from cinecore.analysis.ears import Ears
from cinecore.analysis.film import FloatCurve, SoundCurves

SAMPLE_RATE = 48_000
HOP = 800
"""Samples from one spectrum to the next: 60 a second."""
WINDOW = 1600
FRAMES_A_STEP = 6
STEP_S = 0.1
SILENCE_LUFS = -70.0
"""The absolute gate of BS.1770-4; nothing is given as quieter."""
BLOCK_FRAMES = 120
"""Spectra computed at once: two seconds."""

_CHANNEL_WEIGHTS = {
    1: (1.0,),
    2: (1.0, 1.0),
    6: (1.0, 1.0, 1.0, 0.0, 1.41, 1.41),
}
"""BS.1770-4 table 3 for mono, stereo and 5.1 (the effects channel does not count)."""

# BS.1770-4 tables 1 and 2, for 48 kHz
_SHELF_B = (1.53512485958697, -2.69169618940638, 1.19839281085285)
_SHELF_A = (1.0, -1.69065929318241, 0.73248077421585)
_HIGHPASS_B = (1.0, -2.0, 1.0)
_HIGHPASS_A = (1.0, -1.99004745483398, 0.99007225036621)

_ONSET_BANDS = 24
_ONSET_LOW_HZ, _ONSET_HIGH_HZ = 40.0, 12_000.0


def k_weighting_power(frequencies_hz: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Squared magnitude of the K-weighting at 48 kHz."""
    z = np.exp(-2j * np.pi * frequencies_hz / SAMPLE_RATE)
    shelf = np.polyval(_SHELF_B[::-1], z) / np.polyval(_SHELF_A[::-1], z)
    highpass = np.polyval(_HIGHPASS_B[::-1], z) / np.polyval(_HIGHPASS_A[::-1], z)
    power: npt.NDArray[np.float64] = np.abs(shelf * highpass) ** 2
    return power


class SoundMeter:
    """Takes interleaved float32 sound at 48 kHz and keeps a few figures for each 1/60 s."""

    def __init__(self, channels: int, *, start_step: int = 0) -> None:
        self._channels = channels
        self._start_step = start_step
        self._window = np.sin(np.pi * (np.arange(WINDOW) + 0.5) / WINDOW).astype(np.float32)
        frequencies = np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE)
        doubled = np.full(len(frequencies), 2.0)
        doubled[[0, -1]] = 1.0
        weights = np.array(_CHANNEL_WEIGHTS[channels])
        kernel = k_weighting_power(frequencies) * doubled / WINDOW
        self._kernel = np.stack([kernel * weight for weight in weights]).astype(np.float32)
        self._band_starts = _band_starts(frequencies)
        self._left = np.zeros((0, channels), np.float32)
        self._previous: npt.NDArray[np.float32] | None = None
        self._energy: list[FloatCurve] = []
        self._flux: list[FloatCurve] = []
        self._has_begun = False
        self._samples = 0
        self._ears = Ears(channels, start_s=start_step * STEP_S)

    def drain(self, pipe: IO[bytes]) -> None:
        """Read the stream to its end, then close the last window."""
        size = 4 * self._channels
        held = b""
        while block := pipe.read(BLOCK_FRAMES * HOP * size):
            held += block
            whole = len(held) // size * size
            self.add(np.frombuffer(held[:whole], np.float32).reshape(-1, self._channels))
            held = held[whole:]
        self.close()

    def add(self, samples: npt.NDArray[np.float32]) -> None:
        """More sound, shape (samples, channels)."""
        if not self._has_begun:
            # half a window of silence in front puts frame k's centre on sample k · HOP
            self._left = np.zeros((WINDOW - HOP, self._channels), np.float32)
            self._has_begun = True
        self._samples += len(samples)
        samples = np.nan_to_num(samples)
        self._ears.add(samples)
        self._measure_all(samples)

    def _measure_all(self, samples: npt.NDArray[np.float32]) -> None:
        self._left = np.concatenate([self._left, samples])
        frames = (len(self._left) - WINDOW) // HOP + 1
        while frames > 0:
            count = min(frames, BLOCK_FRAMES)
            self._measure(self._left[: (count - 1) * HOP + WINDOW], count)
            self._left = self._left[count * HOP :]
            frames -= count

    def close(self) -> None:
        """The sound has ended: measure what the last windows hold."""
        if self._samples:
            self._measure_all(np.zeros((WINDOW, self._channels), np.float32))

    def _measure(self, sound: npt.NDArray[np.float32], count: int) -> None:
        power_sum = np.zeros((count, WINDOW // 2 + 1), np.float32)
        energy = np.zeros(count, np.float32)
        for channel in range(self._channels):
            line = np.ascontiguousarray(sound[:, channel])
            framed = np.lib.stride_tricks.sliding_window_view(line, WINDOW)[::HOP]
            spectrum = np.fft.rfft(framed * self._window, axis=1)
            power = spectrum.real**2 + spectrum.imag**2
            energy += np.einsum("ij,j->i", power, self._kernel[channel])
            power_sum += power
        # sums by slices, not matrix products: those would spin up the linear algebra's threads for nothing
        bands = np.log1p(np.add.reduceat(power_sum, self._band_starts, axis=1)[:, :-1] * np.float32(1e3))
        before = bands[0] if self._previous is None else self._previous
        rises = np.diff(bands, axis=0, prepend=before[None])
        self._previous = bands[-1]
        self._flux.append(np.maximum(rises, 0).sum(axis=1, dtype=np.float32))
        self._energy.append(energy)

    def curves(self) -> SoundCurves | None:
        """The whole film's curves in steps of 0.1 s from its start; None where no sound came. To be asked once.

        Step i of the loudness is the 400 ms that begin with step i, cut off at the sound's end.
        """
        if not self._samples:
            return None
        steps = -(-self._samples // (HOP * FRAMES_A_STEP))
        frames = steps * FRAMES_A_STEP
        energy, flux = _fitted(self._energy, frames), _fitted(self._flux, frames)
        step_energy = energy.reshape(steps, FRAMES_A_STEP).sum(axis=1, dtype=np.float64)
        mean = step_energy / (HOP * FRAMES_A_STEP)
        loudness = _lufs(_momentary(mean))
        onset = flux.reshape(steps, FRAMES_A_STEP).max(axis=1)
        onset = np.clip(onset / max(float(np.percentile(onset, 99)), 1e-6), 0, 1)
        spoken, music = self._ears.close(steps, STEP_S)
        return SoundCurves(
            STEP_S,
            self._from_start(loudness, SILENCE_LUFS),
            self._from_start(onset, 0.0),
            _integrated(mean),
            voice=spoken,
            music=self._from_start(music, 0.0),
        )

    def _from_start(self, curve: npt.NDArray[np.floating], silence: float) -> FloatCurve:
        return np.concatenate([np.full(self._start_step, silence), curve]).astype(np.float32)


def _band_starts(frequencies: npt.NDArray[np.floating]) -> npt.NDArray[np.int64]:
    """First bins of bands that widen with frequency, and the bin past the last; no band is empty."""
    edges = np.geomspace(_ONSET_LOW_HZ, _ONSET_HIGH_HZ, _ONSET_BANDS + 1)
    return np.unique(np.searchsorted(frequencies, edges)).astype(np.int64)


def _fitted(parts: list[FloatCurve], frames: int) -> FloatCurve:
    joined = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    return np.pad(joined[:frames], (0, max(0, frames - len(joined))))


def _momentary(mean: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Mean power of the four steps that begin at each step, fewer at the end."""
    sums = np.concatenate([[0.0], np.cumsum(mean)])
    ends = np.minimum(np.arange(len(mean)) + 4, len(mean))
    power: npt.NDArray[np.float64] = (sums[ends] - sums[:-1]) / (ends - np.arange(len(mean)))
    return np.maximum(power, 0)


def _lufs(power: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """BS.1770-4 equation 2, floored at the absolute gate."""
    level: npt.NDArray[np.float64] = np.maximum(
        -0.691 + 10 * np.log10(np.maximum(power, 1e-12)), SILENCE_LUFS
    )
    return level


def _integrated(mean: npt.NDArray[np.float64]) -> float | None:
    """Gated loudness over 400 ms blocks at 75 % overlap (BS.1770-4, equations 3 to 7); None for silence."""
    if len(mean) < 4:
        blocks = mean.mean(keepdims=True)
    else:
        blocks = np.lib.stride_tricks.sliding_window_view(mean, 4).mean(axis=1)
    blocks = blocks[_lufs(blocks) > SILENCE_LUFS]
    if not len(blocks):
        return None
    gate = float(_lufs(blocks.mean(keepdims=True))[0]) - 10.0
    kept = blocks[_lufs(blocks) > gate]
    return float(_lufs(kept.mean(keepdims=True))[0])
