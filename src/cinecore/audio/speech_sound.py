"""A spoken line's raw sound made ready: resampled to 48 kHz, trimmed, levelled, written; and read back.

Nothing here knows which engine spoke.
"""

from __future__ import annotations

import math
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cinecore.audio.extract import read_sound_file
from cinecore.audio.loudness import gated_loudness, limit
from cinecore.audio.wave import Pcm, write_wav
from cinecore.errors import ToolError
from cinecore.timebase import SAMPLE_RATE

Mono = npt.NDArray[np.float32]

SILENCE_DB = -38.0
"""Level under the line's peak at which it begins and ends."""
ENVELOPE_SECONDS = 0.005
RAMP_SECONDS = 0.004

LINE_LUFS = -20.0
"""Loudness of every line; the mix takes lines at this level too."""
LINE_CEILING_DBTP = -2.0

_SAMPLE_BYTES = 6
"""Of our own WAV files: two channels of 24 bits."""


def resampled(sound: Mono, rate: int) -> Mono:
    """The sound at 48 kHz, band-limited, by one Fourier transform; `rate` is in whole Hz."""
    if rate == SAMPLE_RATE or not len(sound):
        return sound.astype(np.float32)
    # a length that both rates divide, with silence behind: what the transform wraps round is silence
    step = rate // math.gcd(rate, SAMPLE_RATE) * 64
    padded = np.zeros((len(sound) // step + 2) * step, np.float32)
    padded[: len(sound)] = sound
    count = len(padded) * SAMPLE_RATE // rate
    whole = np.fft.irfft(np.fft.rfft(padded), count) * (count / len(padded))
    return np.asarray(whole[: -(-len(sound) * SAMPLE_RATE // rate)], np.float32)


def trimmed(sound: Mono, text: str) -> Mono:
    """The sound from its first to its last loud sample, with soft ends, padded to a whole millisecond.

    Raises:
        ToolError: It is silent.
    """
    size = round(ENVELOPE_SECONDS * SAMPLE_RATE)
    power = (
        np.convolve(sound.astype(np.float64) ** 2, np.full(size, 1 / size), "same") if len(sound) else sound
    )
    loudest = float(power.max(initial=0.0))
    if loudest < 1e-8:
        raise ToolError("The voice said nothing.", text, "The line gets a caption alone.")
    loud = np.flatnonzero(power >= loudest * 10 ** (SILENCE_DB / 10))
    part = sound[int(loud[0]) : int(loud[-1]) + 1].astype(np.float32)
    millisecond = SAMPLE_RATE // 1000
    padded = np.zeros(-(-len(part) // millisecond) * millisecond, np.float32)
    padded[: len(part)] = part
    edge = min(len(part) // 2, round(RAMP_SECONDS * SAMPLE_RATE))
    ramp = np.linspace(0, 1, edge, dtype=np.float32)
    padded[:edge] *= ramp
    padded[len(part) - edge : len(part)] *= ramp[::-1]
    return padded


def write_line(sound: Mono, rate: int, text: str, output: Path) -> float:
    """Write a line spoken at `rate` as WAV, trimmed, at -20 LUFS; its length in seconds.

    Raises:
        ToolError: It is silent.
        OutputError: The place cannot be written.
    """
    line = trimmed(resampled(sound, rate), text)
    both = np.repeat(line[:, None], 2, axis=1)
    loudness = gated_loudness(both)
    gain_db = LINE_LUFS - loudness if loudness is not None else 0.0
    levelled = limit(both * np.float32(10 ** (gain_db / 20)), LINE_CEILING_DBTP)
    write_wav(output, levelled)
    return len(levelled) / SAMPLE_RATE


def line_length_s(path: Path) -> float | None:
    """Seconds of a WAV file such as `write_line` writes; None for any other."""
    try:
        with path.open("rb") as stream, wave.open(stream) as sound:
            shape = (sound.getframerate(), sound.getnchannels(), sound.getsampwidth())
            if shape != (SAMPLE_RATE, 2, 3):
                return None
            return float(sound.getnframes() / SAMPLE_RATE)
    except (OSError, EOFError, wave.Error):
        return None


def read_line(path: Path) -> Pcm:
    """A spoken line's samples; our own files are read here, any other sound by ffmpeg.

    Raises:
        InputError: It cannot be read as a sound.
    """
    if line_length_s(path) is None:
        return read_sound_file(path)
    with path.open("rb") as stream, wave.open(stream) as sound:
        data = sound.readframes(sound.getnframes())
    whole = np.frombuffer(data[: len(data) // _SAMPLE_BYTES * _SAMPLE_BYTES], np.uint8).reshape(-1, 3)
    wide = np.zeros((len(whole), 4), np.uint8)
    wide[:, 1:] = whole  # in the upper three bytes of 32 bits, so that the sign is kept
    return (wide.view("<i4").reshape(-1, 2) / np.float64(2**31)).astype(np.float32)
