"""How far the rest of a mix gives way to speech, and how far music swells between lines: curves, nothing else.

A step is 10 ms. Levels are K-weighted, and besides measured in the band in which words are understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from cinecore.audio.loudness import convolve, weighted
from cinecore.audio.wave import Pcm
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import Stem

Curve = npt.NDArray[np.float64]

SPEECH_STEMS = frozenset({Stem.DIALOGUE, Stem.NARRATION})

SPEECH_BAND_HZ = (300.0, 3400.0)
"""Where words are understood, as telephones have it (ITU-T G.712); what lies over them there hides them."""

_TICK = SAMPLE_RATE // 100
"""Samples of one step of the ducking envelope: 10 ms."""

_BAND_TAPS = 1023
_SILENT = 1e-12


@dataclass(frozen=True)
class Balance:
    """Levels of a mix before its loudness is set; all figures are relative to each other."""

    speech_lufs: float = -20.0
    """Each line is brought here."""
    most_line_gain_db: float = 12.0
    """A line is raised or lowered by no more than this."""
    music_lufs: float = -20.0
    """The music stem as a whole, before it gives way to speech; None-like quiet music is left alone."""
    most_music_gain_db: float = 18.0
    ambience_lufs: float = -27.0
    """A film's own sound under a picture is lowered to this where it is louder, never raised."""
    margin_db: float = 7.0
    """How far speech lies over the rest while it sounds."""
    band_margin_db: float = 7.5
    """The same in `SPEECH_BAND_HZ`, where 6 dB are promised of every line."""
    least_duck_db: float = 3.0
    most_duck_db: float = 26.0
    attack_s: float = 0.08
    """The rest is down by the time a word begins; it starts to go this much before."""
    hold_s: float = 0.06
    release_s: float = 0.38
    """With `hold_s` under half a second: fully back by then."""
    bridge_s: float = 0.45
    """Pauses shorter than this stay ducked; music does not jump up between words."""
    swell_db: float = 1.5
    """How far music rises between two lines that lie far apart."""
    swell_from_s: float = 3.0
    """The shortest such gap."""
    swell_ramp_s: float = 1.2


def duck_curve(stems: Mapping[Stem, Pcm], samples: int, levels: Balance) -> Curve:
    """How far (dB, ≤ 0) the rest must give way to speech, one figure for every 10 ms.

    It follows the speech itself: down before the first word, through short pauses, back after the last.
    Its depth is what the rest needs to lie `margin_db` under the lines.
    """
    ticks = -(-samples // _TICK) + 1
    curve = np.zeros(ticks)
    speech_sound = _sum([stems[name] for name in Stem if name in stems and name in SPEECH_STEMS])
    rest_sound = _sum([stems[name] for name in Stem if name in stems and name not in SPEECH_STEMS])
    if speech_sound is None or rest_sound is None:
        return curve
    speech = _level_db(weighted(speech_sound), ticks)
    runs = _spoken_runs(speech, levels)
    near = _near(runs, samples, ticks)
    rest = _level_db(weighted(rest_sound * near), ticks)
    speech_band, rest_band = (
        _level_db(_in_speech_band(one * near), ticks) for one in (speech_sound, rest_sound)
    )
    attack, hold, release = (round(s * 100) for s in (levels.attack_s, levels.hold_s, levels.release_s))
    for first, end in runs:
        depth = np.maximum(
            _depths(speech[first:end], rest[first:end], levels.margin_db, levels),
            _depths(speech_band[first:end], rest_band[first:end], levels.band_margin_db, levels),
        )
        shape = np.concatenate(
            [
                depth[0] * raised_cosine(attack),
                depth,
                np.full(hold, depth[-1]),
                depth[-1] * raised_cosine(release)[::-1],
            ]
        )
        start = first - attack
        begin, stop = max(0, start), min(ticks, start + len(shape))
        curve[begin:stop] = np.minimum(curve[begin:stop], -shape[begin - start : stop - start])
    return curve


def swell_curve(stems: Mapping[Stem, Pcm], samples: int, levels: Balance) -> Curve:
    """How far (dB, ≥ 0) music rises between lines that lie far apart, one figure for every 10 ms."""
    ticks = -(-samples // _TICK) + 1
    curve = np.zeros(ticks)
    speech = _sum([stems[name] for name in Stem if name in stems and name in SPEECH_STEMS])
    if speech is None:
        return curve
    runs = _spoken_runs(_level_db(weighted(speech), ticks), levels)
    back = round((levels.hold_s + levels.release_s) * 100)
    ramp = raised_cosine(round(levels.swell_ramp_s * 100))
    for (_, end), (begin, _) in pairwise(runs):
        first, last = end + back, begin - round(levels.attack_s * 100)
        if last - first < levels.swell_from_s * 100:
            continue
        shape = np.concatenate([ramp, np.ones(last - first - 2 * len(ramp)), ramp[::-1]])
        curve[first:last] = levels.swell_db * shape
    return curve


def _sum(sounds: list[Pcm]) -> Pcm | None:
    """Sounds of one length added up; None where there is none."""
    if not sounds:
        return None
    total = sounds[0]
    for other in sounds[1:]:
        total = total + other
    return total


def _spoken_runs(speech_db: Curve, levels: Balance) -> list[tuple[int, int]]:
    """Half-open runs of steps in which somebody speaks, short pauses counted in."""
    active = _bridged(speech_db > levels.speech_lufs - 22.0, round(levels.bridge_s * 100))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], active.astype(np.int8), [0]])))
    return [(int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def _near(runs: list[tuple[int, int]], samples: int, ticks: int) -> npt.NDArray[np.float32]:
    """1 for samples within a quarter second of speech, else 0: the rest need not be looked at. Shape (samples, 1)."""
    near = np.zeros(ticks, np.float32)
    for first, end in runs:
        near[max(0, first - 25) : end + 25] = 1.0
    return np.repeat(near, _TICK)[:samples, None]


def _in_speech_band(pcm: Pcm) -> Pcm:
    """What of a sound lies in `SPEECH_BAND_HZ`, in step with it."""
    half = _BAND_TAPS // 2
    return convolve(pcm, _band_taps())[half : half + len(pcm)]


@lru_cache(maxsize=1)
def _band_taps() -> npt.NDArray[np.float32]:
    """A linear-phase band-pass: the difference of two windowed sincs."""
    at = np.arange(_BAND_TAPS) - _BAND_TAPS // 2
    low, high = (2 * hertz / SAMPLE_RATE for hertz in SPEECH_BAND_HZ)
    taps = (high * np.sinc(high * at) - low * np.sinc(low * at)) * np.hamming(_BAND_TAPS)
    made: npt.NDArray[np.float32] = taps.astype(np.float32)
    made.flags.writeable = False
    return made


def _depths(speech: Curve, rest: Curve, margin_db: float, levels: Balance) -> Curve:
    """Depth in dB for every step of one run of speech: slow enough not to pump, deep enough at once.

    The speech counts by its level over a second or so (a line's weight), the rest by its highest
    level within half a second.
    """
    line = 10 * np.log10(_around(10 ** (speech / 10), 60, "mean"))
    need = rest - (line - margin_db)
    depth = np.clip(_around(need, 25, "max"), levels.least_duck_db, levels.most_duck_db)
    return _around(depth, 12, "mean")


def _around(values: Curve, reach: int, how: str) -> Curve:
    """Mean or highest of each value's neighbourhood of `reach` steps to both sides."""
    reach = min(reach, max(1, len(values) - 1))
    padded = np.pad(values, reach, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return np.asarray(windows.max(axis=1) if how == "max" else windows.mean(axis=1), np.float64)


def _level_db(heard: Pcm, ticks: int) -> Curve:
    """Level of a sound in LUFS-like dB (where it is K-weighted), every 10 ms over 50 ms."""
    power = np.zeros(ticks * _TICK)
    power[: len(heard)] = np.einsum("ij,ij->i", heard, heard)
    smooth = np.convolve(power.reshape(-1, _TICK).mean(axis=1), np.full(5, 0.2), "same")
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(smooth, _SILENT)), np.float64)


def _bridged(active: npt.NDArray[np.bool_], longest: int) -> npt.NDArray[np.bool_]:
    """The same with pauses of up to `longest` steps filled."""
    out = active.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[0], active.astype(np.int8), [0]])))
    for end, begin in zip(edges[1:-1:2], edges[2::2], strict=True):
        if begin - end <= longest:
            out[end:begin] = True
    return out


def raised_cosine(length: int) -> npt.NDArray[np.float32]:
    """From 0 to 1 along half a cosine."""
    return (0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / max(1, length))).astype(np.float32)


def as_factor(curve: Curve, samples: int) -> npt.NDArray[np.float32]:
    """A curve of dB every 10 ms as a factor for every sample."""
    return np.interp(
        np.arange(samples), np.arange(len(curve)) * _TICK + _TICK / 2, 10 ** (curve / 20)
    ).astype(np.float32)
