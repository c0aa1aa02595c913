"""A second opinion on a finished file's sound, by code that the product does not use.

Loudness after BS.1770-4 over one transform of the whole sound, with gates written out once more, and true peaks of the sound
at eight times its rate (the product reads ffmpeg's `ebur128`, which looks at four times); Leq(m) from the published table
of ITU-R BS.468-4 (the product convolves with a response made from the network's formula). ffmpeg only decodes.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BS468_DB = ((31.5, -29.9), (63, -23.9), (100, -19.8), (200, -13.8), (400, -7.8), (800, -1.9), (1000, 0.0), (2000, 5.6), (3150, 9.0), (4000, 10.5), (5000, 11.7), (6300, 12.2), (7100, 12.0), (8000, 11.4), (9000, 10.1), (10000, 8.1), (12500, 0.0), (14000, -5.3), (16000, -11.7), (20000, -22.2))  # fmt: skip
"""ITU-R BS.468-4, table 1."""

AT_2_KHZ_DB = 5.6


@dataclass(frozen=True)
class Opinion:
    """What the second meter says."""

    integrated_lufs: float | None
    true_peak_dbtp: float | None
    leq_m_db: float | None


def second_opinion(path: Path) -> Opinion:
    """Loudness, true peak and Leq(m) of a file's first sound track."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", f"file:{path}", "-map", "0:a:0"]
    raw = subprocess.run(
        [*command, "-f", "f32le", "-ac", "2", "-ar", "48000", "-"], capture_output=True, check=True
    ).stdout
    sound = np.frombuffer(raw, "<f4").reshape(-1, 2).astype(np.float64)
    return Opinion(_loudness(sound), _true_peak(sound), _leq_m(sound))


def _loudness(sound: np.ndarray) -> float | None:
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(2 * len(sound)))
    head = (1.53512485958697 - 2.69169619 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    low_cut = (1 - 2 * z + z**2) / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    spectrum = np.fft.rfft(sound, 2 * len(sound), axis=0) * (head * low_cut)[:, None]
    heard = np.fft.irfft(spectrum, axis=0)[: len(sound)]
    power = np.concatenate([[0.0], np.cumsum((heard**2).sum(axis=1))])
    starts = np.arange(0, len(sound) - 19_200 + 1, 4_800)
    blocks = (power[starts + 19_200] - power[starts]) / 19_200
    loud = blocks[-0.691 + 10 * np.log10(np.maximum(blocks, 1e-15)) > -70]
    if not len(loud):
        return None
    loud = loud[loud > loud.mean() / 10]
    return float(-0.691 + 10 * np.log10(loud.mean()))


def _true_peak(sound: np.ndarray) -> float | None:
    """The highest value between samples too, in parts of ten seconds that overlap."""
    highest = 0.0
    for start in range(0, len(sound), 432_000):
        part = sound[start : start + 480_000]
        size = len(part)
        fine = np.fft.irfft(np.fft.rfft(part, axis=0), 8 * size, axis=0) * 8
        inner = (
            fine[8 * 240 : -8 * 240] if size > 960 else fine
        )  # a transform wraps round: its ends are not the sound's
        highest = max(highest, float(np.abs(inner).max()), float(np.abs(part).max()))
    return float(20 * np.log10(highest)) if highest else None


def _leq_m(sound: np.ndarray) -> float | None:
    if not sound.any():
        return None
    spectrum = np.fft.rfft(sound, axis=0)
    hertz = np.fft.rfftfreq(len(sound), 1 / 48_000)
    table_hertz, table_db = (np.array(column) for column in zip(*BS468_DB, strict=True))
    weight_db = np.interp(np.log10(np.maximum(hertz, 1)), np.log10(table_hertz), table_db) - AT_2_KHZ_DB
    power = (np.abs(spectrum) ** 2).sum(axis=1) * 10 ** (weight_db / 10)
    mean = 2 * power.sum() / len(sound) ** 2
    # a sine at full scale stands at 0 dBFS, and −20 dBFS is played at 85 dB
    return float(10 * np.log10(mean) + 3.01 + 20 + 85)
