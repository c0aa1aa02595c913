"""Loudness measured by ffmpeg's ebur128 and set by one gain and a true-peak limiter; no dynamics beyond that.

The limiter is our own because ffmpeg's delays the sound by its look-ahead: here every sample stays
where it was. Terms: ITU-R BS.1770-4 (LUFS, dBTP), EBU Tech 3342 (loudness range).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from cinecore.audio.true_peaks import TICK, true_peaks
from cinecore.audio.wave import Pcm, checked
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.run import run
from cinecore.timebase import SAMPLE_RATE

Curve = npt.NDArray[np.float64]

FLOOR_DB = -120.0
"""What digital silence reads as a peak or a momentary level."""

CEILING_DBTP = -1.5
"""Half a dB under the −1 dBTP that delivery asks for: an AAC encode raises peaks by a little."""

_EBUR128_READS_DB = -0.005
"""What ebur128 reads of a sound less what `_gated` does (six trailers: -.0042 to -.0055)."""

_EBUR128_FRAME = SAMPLE_RATE // 10
_ABSOLUTE_GATE_LUFS = -70.0
_LOOK_AHEAD_TICKS = 4
_DECAY_BLOCK = 4096
_RELEASE_S = 0.12
_MARGIN_DB = 0.1
"""Room for what a moving gain adds between the samples that were looked at."""
_MOST_DRIVE_DB = 12.0
"""How far over the plain gain the limiter may be driven to make up for what it takes away."""
_USUAL_DRIVE_DB = 3.0
"""What it seldom passes: sounds too quiet to reach the ceiling by this are not oversampled."""
_CLOSE_LU = 0.03


@dataclass(frozen=True)
class Loudness:
    """What a meter says about a sound."""

    integrated_lufs: float | None
    """None where nothing rises over the absolute gate of −70 LUFS, or the sound is under 0.4 s."""
    true_peak_dbtp: float
    loudness_range_lu: float
    momentary_max_lufs: float
    short_term_max_lufs: float = FLOOR_DB
    """Of any three seconds, as EBU R 128 s1 limits it."""


@dataclass(frozen=True)
class Normalised:
    """A sound brought to a loudness."""

    pcm: Pcm
    gain_db: float
    """The gain in front of the limiter; 0 for silence."""
    after: Loudness


def measure(pcm: Pcm) -> Loudness:
    """Loudness and true peak of a sound.

    Raises:
        InputError: The sound has the wrong shape.
        ToolError: ffmpeg failed.
    """
    sound = checked(pcm)
    if not len(sound):
        return Loudness(None, FLOOR_DB, 0.0, FLOOR_DB)
    source = ["-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "2", "-i", "pipe:0"]
    frames, data = len(sound) // _EBUR128_FRAME, sound.astype("<f4").tobytes()
    # our own peaks: within .01 dB of ffmpeg's, at a third of the cost, and not rounded to three decimals
    metered = _metered(source, "0:a:0", frames, data, peaks="none")
    loudest = float(np.abs(sound).max())
    return replace(metered, true_peak_dbtp=_decibels(float(true_peaks(sound, loudest).max(initial=0.0))))


def measure_file(path: Path, *, stream_index: int | None = None) -> Loudness:
    """Loudness and true peak of a file's first sound track, or of the stream of that index, as decoded.

    Raises:
        ToolError: ffmpeg cannot decode it.
    """
    chosen = "0:a:0" if stream_index is None else f"0:{stream_index}"
    return _metered(["-vn", *local_input(path)], chosen, None, None)


def integrated_loudness_of_file(path: Path) -> float | None:
    """Integrated loudness in LUFS of a file's first sound track, at half the cost: true peaks are not looked for.

    Raises:
        ToolError: ffmpeg cannot decode it.
    """
    return _metered(["-vn", *local_input(path)], "0:a:0", None, None, peaks="none").integrated_lufs


def _metered(
    source: list[str],
    chosen: str,
    whole_frames: int | None,
    data: bytes | None,
    *,
    peaks: Literal["true", "none"] = "true",
) -> Loudness:
    """Read ebur128's figures, one set every 100 ms.

    The meter speaks only after a whole 100 ms, so silence is put behind: peaks come from the last set,
    loudness from the last set that holds no padding (where the sound's length is known).
    """
    keys = ("I", "LRA", "M", "S", "true_peaks_ch")
    chain = f"aresample={SAMPLE_RATE},apad=pad_len={_EBUR128_FRAME},ebur128=metadata=1:peak={peaks},ametadata=mode=print:file=-"
    printed = run(
        [*PREAMBLE, *source, "-map", chosen, "-af", chain, "-f", "null", "-"], input_bytes=data
    ).decode("ascii", "replace")
    sets: list[dict[str, float]] = []
    for line in printed.splitlines():
        if line.startswith("frame:"):
            sets.append({})
        match = re.match(r"lavfi\.r128\.(\w+?)(\d*)=(\S+)", line)
        if match and sets and match[1] in keys:
            value = float(match[3])
            name = match[1]
            sets[-1][name] = max(value, sets[-1].get(name, value))
    if not sets:
        return Loudness(None, FLOOR_DB, 0.0, FLOOR_DB)
    whole = sets if whole_frames is None else sets[:whole_frames]
    last = whole[-1] if whole else {}
    integrated = last.get("I", FLOOR_DB)
    is_silent = not np.isfinite(integrated) or integrated <= _ABSOLUTE_GATE_LUFS
    momentary, short_term = (
        max((item.get(key, FLOOR_DB) for item in whole), default=FLOOR_DB) for key in ("M", "S")
    )
    return Loudness(
        integrated_lufs=None if is_silent else integrated,
        true_peak_dbtp=_decibels(sets[-1].get("true_peaks_ch", 0.0)),
        loudness_range_lu=last.get("LRA", 0.0),
        momentary_max_lufs=max(FLOOR_DB, momentary) if np.isfinite(momentary) else FLOOR_DB,
        short_term_max_lufs=max(FLOOR_DB, short_term) if np.isfinite(short_term) else FLOOR_DB,
    )


def normalise(pcm: Pcm, target_lufs: float, ceiling_dbtp: float = CEILING_DBTP) -> Normalised:
    """The sound at `target_lufs` with true peaks at or under `ceiling_dbtp`, every sample where it was.

    One gain → limiter → measure → at most two corrections. The gain is found on control curves (power and peak
    every 0.67 ms), so that one pass nearly always lands. Silence comes back untouched, with
    `after.integrated_lufs` None. Where a sound is all peaks, the target may be out of reach: `after` says what was
    reached.

    Raises:
        InputError: The sound has the wrong shape.
    """
    sound = checked(pcm)
    powers = _tick_powers(sound)
    loudness = _gated(powers) + _EBUR128_READS_DB if len(sound) else FLOOR_DB
    if loudness <= _ABSOLUTE_GATE_LUFS:
        return Normalised(sound, 0.0, measure(sound))
    plain_db = target_lufs - loudness
    ceiling = 10 ** ((ceiling_dbtp - _MARGIN_DB) / 20)
    driven_db = _USUAL_DRIVE_DB
    peaks = true_peaks(sound, ceiling / 10 ** ((plain_db + driven_db) / 20))
    aim, result = target_lufs, None
    for _ in range(3):
        gain_db = _gain_for(aim - _EBUR128_READS_DB, plain_db, peaks, powers, ceiling)
        if (
            gain_db > plain_db + driven_db
        ):  # what was too quiet to be looked at closely may reach the ceiling now
            driven_db = _MOST_DRIVE_DB + _USUAL_DRIVE_DB
            peaks = true_peaks(sound, ceiling / 10 ** ((plain_db + driven_db) / 20))
            gain_db = _gain_for(aim - _EBUR128_READS_DB, plain_db, peaks, powers, ceiling)
        gain = 10 ** (gain_db / 20)
        limited = _apply(sound, gain, _limiter_curve(peaks * gain, ceiling))
        after = measure(limited)
        result = Normalised(limited, gain_db, after)
        missed = target_lufs - (after.integrated_lufs if after.integrated_lufs is not None else target_lufs)
        over_db = after.true_peak_dbtp - ceiling_dbtp
        if abs(missed) <= _CLOSE_LU and over_db <= 0:
            break
        aim += missed
        ceiling *= 10 ** (-max(0.0, over_db + 0.02) / 20) if over_db > 0 else 1.0
    assert result is not None  # noqa: S101 - the loop runs at least once
    return result


def limit(pcm: Pcm, ceiling_dbtp: float = CEILING_DBTP) -> Pcm:
    """The sound with true peaks at or under the ceiling; nothing is delayed, quiet parts stay equal."""
    sound = checked(pcm)
    ceiling = 10 ** ((ceiling_dbtp - _MARGIN_DB) / 20)
    return _apply(sound, 1.0, _limiter_curve(true_peaks(sound), ceiling))


def gated_loudness(pcm: Pcm) -> float | None:
    """Integrated loudness in LUFS after BS.1770-4, without a spawn; None under the gate.

    For many short sounds (lines levelled against each other). Under 0.4 s the whole sound is one block.
    """
    sound = checked(pcm)
    if not len(sound):
        return None
    level = _gated(_tick_powers(sound))
    return level if level > _ABSOLUTE_GATE_LUFS else None


def weighted(pcm: Pcm) -> Pcm:
    """The sound through the K-weighting of BS.1770-4 (two biquads at 48 kHz, applied as one response)."""
    length = 1 << int(np.ceil(np.log2(max(2, min(len(pcm) + 4800, 1 << 18)))))
    return convolve(np.ascontiguousarray(pcm, np.float32), _k_weighting(length))[: len(pcm)]


@lru_cache(maxsize=32)
def _k_weighting(length: int) -> npt.NDArray[np.float32]:
    """The first 4,800 taps of the weighting's response, worked out once for each FFT length (a power of two)."""
    taps = np.fft.irfft(k_response(length), length)[:4800].astype(np.float32)
    taps.flags.writeable = False
    return taps


def k_response(length: int) -> npt.NDArray[np.complex128]:
    """The K-weighting's response in each bin of a real spectrum of `length` samples at 48 kHz (BS.1770-4)."""
    omega = 2j * np.pi * np.fft.rfftfreq(length)
    z1, z2 = np.exp(-omega), np.exp(-2 * omega)
    shelf = (1.53512485958697 - 2.69169618940638 * z1 + 1.19839281085285 * z2) / (
        1 - 1.69065929318241 * z1 + 0.73248077421585 * z2
    )
    high = (1 - 2 * z1 + z2) / (1 - 1.99004745483398 * z1 + 0.99007225036621 * z2)
    return np.asarray(shelf * high, np.complex128)


def convolve(pcm: Pcm, impulse: npt.NDArray[np.float32]) -> Pcm:
    """Each channel with one impulse response (taps,) or its own (taps, 2), by FFT blocks; full length."""
    taps = impulse[:, None] if impulse.ndim == 1 else impulse
    block = 1 << int(np.ceil(np.log2(max(2 * len(taps), min(len(pcm) + len(taps), 1 << 16)))))
    step = block - len(taps) + 1
    response = np.fft.rfft(taps, block, axis=0).astype(np.complex64)
    out = np.zeros((len(pcm) + len(taps) - 1, 2), np.float32)
    for start in range(0, len(pcm), step):
        heard = pcm[start : start + step]
        if not heard.any():  # stems are silent for long
            continue
        part = np.fft.rfft(heard, block, axis=0)
        piece = np.fft.irfft(part * response, block, axis=0)
        end = min(start + block, len(out))
        out[start:end] += piece[: end - start].astype(np.float32)
    return out


def _tick_powers(sound: Pcm) -> Curve:
    """K-weighted power of both channels together, mean of every control step."""
    heard = weighted(sound)
    power = np.einsum("ij,ij->i", heard, heard).astype(np.float64)
    ticks = -(-len(power) // TICK)
    padded = np.zeros(ticks * TICK)
    padded[: len(power)] = power
    return np.asarray(padded.reshape(-1, TICK).mean(axis=1), np.float64)


def _gated(powers: Curve) -> float:
    """Integrated loudness of a power curve: blocks of 400 ms every 100 ms, two gates (BS.1770-4)."""
    step, width = SAMPLE_RATE / 10 / TICK, SAMPLE_RATE * 4 / 10 / TICK
    sums = np.concatenate([[0.0], np.cumsum(powers)])
    count = max(1, int((len(powers) - width) // step) + 1)
    starts = np.rint(np.arange(count) * step).astype(np.int64)
    ends = np.minimum(starts + round(width), len(powers))
    blocks = (sums[ends] - sums[starts]) / np.maximum(1, ends - starts)
    gate = 10 ** ((_ABSOLUTE_GATE_LUFS + 0.691) / 10)
    loud = blocks[blocks > gate]
    if not len(loud):
        return FLOOR_DB
    loud = loud[loud > loud.mean() / 10]
    return float(-0.691 + 10 * np.log10(loud.mean()))


def _limiter_curve(peaks: Curve, ceiling: float) -> Curve:
    """A gain for every control step: down before each peak, back within about 0.3 s, never above need.

    Lowest need over the look-ahead on both sides, then a mean over a shorter window: the mean of values
    that are all low enough is low enough, and smooth.
    """
    need = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    if need.min(initial=1.0) >= 1.0:
        return np.ones_like(need)
    released = -_falling(-np.log10(need), float(np.exp(-TICK / SAMPLE_RATE / _RELEASE_S)))
    reach = _LOOK_AHEAD_TICKS + 2
    padded = np.pad(released, reach, mode="edge")
    lowest = padded[: len(released)].copy()
    for shift in range(1, 2 * reach + 1):
        np.minimum(lowest, padded[shift : shift + len(lowest)], out=lowest)
    window = np.hanning(2 * _LOOK_AHEAD_TICKS + 3)[1:-1]
    smooth = np.convolve(np.pad(lowest, _LOOK_AHEAD_TICKS, mode="edge"), window / window.sum(), "valid")
    return np.asarray(10**smooth, np.float64)


def _falling(values: Curve, keep: float) -> Curve:
    """Each value (≥ 0), or what is left of the one before where that is more: `keep` of it from step to step.

    Worked out in blocks in which the decay fits a float many times over: there it is a running maximum of what was
    divided by the decay.
    """
    blocks = -(-len(values) // _DECAY_BLOCK)
    padded = np.zeros(blocks * _DECAY_BLOCK)
    padded[: len(values)] = values
    decay = keep ** np.arange(_DECAY_BLOCK)
    held = np.maximum.accumulate(padded.reshape(blocks, _DECAY_BLOCK) / decay, axis=1) * decay
    left = 0.0
    for block in held:
        np.maximum(block, left * keep * decay, out=block)
        left = float(block[-1])
    return np.asarray(held.reshape(-1)[: len(values)], np.float64)


def _gain_for(aim: float, plain_db: float, peaks: Curve, powers: Curve, ceiling: float) -> float:
    """The gain in dB after which limiter and gates together read `aim` (bisection on control curves)."""

    def reached(gain_db: float) -> float:
        gain = 10 ** (gain_db / 20)
        return _gated(powers * (gain * _limiter_curve(peaks * gain, ceiling)) ** 2)

    low, high = plain_db - 3.0, plain_db + 0.5
    while reached(high) < aim and high < plain_db + _MOST_DRIVE_DB:
        high += 1.5
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if reached(middle) < aim else (low, middle)
    return (low + high) / 2


def _apply(sound: Pcm, gain: float, curve: Curve) -> Pcm:
    """The sound times the gain and the curve, straight lines between the middles of control steps."""
    if float(curve.min(initial=1.0)) >= 1.0:
        return np.asarray(sound * np.float32(gain), np.float32)
    middles = np.arange(len(curve)) * TICK + (TICK - 1) / 2
    fine = np.interp(np.arange(len(sound)), middles, curve * gain).astype(np.float32)
    return np.asarray(sound * fine[:, None], np.float32)


def _decibels(ratio: float) -> float:
    return max(FLOOR_DB, 20 * float(np.log10(ratio))) if ratio > 0 else FLOOR_DB
