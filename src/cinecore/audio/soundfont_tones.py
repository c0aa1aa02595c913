"""The melodic instruments of a palette, played by a SoundFont: one tone at a time, by General MIDI programs.

A tone is held, not let go: its end, its level and its place are the score's, as with the built-in instruments.
Chorus, reverberation and the format's modulators are left out: the score has one room for all.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from cinecore.audio.instruments import tone_maker
from cinecore.audio.soundfont import SoundFont, Voice
from cinecore.audio.synth import Mono
from cinecore.timebase import SAMPLE_RATE

PROGRAMS: dict[tuple[str, str], int] = {
    ("lead", "piano"): 0,
    ("lead", "felt_piano"): 0,
    ("lead", "celesta"): 8,
    ("lead", "music_box"): 10,
    ("lead", "marimba"): 12,
    ("lead", "bells"): 9,
    ("lead", "pluck"): 15,
    ("lead", "harp"): 46,
    ("lead", "guitar"): 24,
    ("lead", "twang"): 27,
    ("lead", "ukulele"): 24,
    ("lead", "pizzicato"): 45,
    ("lead", "strings"): 48,
    ("lead", "cello"): 42,
    ("lead", "horn"): 60,
    ("lead", "brass"): 61,
    ("lead", "muted_trumpet"): 59,
    ("lead", "clarinet"): 71,
    ("lead", "oboe"): 68,
    ("lead", "whistle"): 78,
    ("lead", "harmonica"): 22,
    ("lead", "voice"): 53,
    ("lead", "synth"): 81,
    ("lead", "saw"): 81,
    ("bass", "saw"): 38,
    ("bass", "synth"): 39,
    ("bass", "upright"): 32,
    ("bass", "bowed"): 43,
    ("bass", "piano"): 0,
    ("bass", "guitar"): 33,
    ("bass", "brass"): 58,
    ("pad", "strings"): 48,
    ("pad", "low_strings"): 49,
    ("pad", "choir"): 52,
    ("pad", "warm"): 89,
    ("pad", "analogue"): 90,
    ("pad", "brass"): 61,
    ("pad", "organ"): 19,
    ("pad", "rhodes"): 4,
    ("pad", "dark"): 91,
}
"""General MIDI programs from 0, by part and word; bowed metal, glass, drones and sub-basses have none that fits."""

_SOFTEST, _HARDEST = 50, 115
"""MIDI velocities of the darkest and the brightest tone."""
_ATTENUATION_SHARE = 0.4
"""How much of a written attenuation hardware and players apply."""
_SILENT_DB = 100.0
_FARTHEST_CENTS = 7_200
"""Six octaves: farther from its own pitch no recording is played."""
_NO_FILTER_CENTS = 13_500
_CENTS_OF_8_HZ = 8.176
"""Hertz of 0 absolute cents."""
_BLOCK = 64
"""Samples between two points of an envelope or a wavering pitch."""


@dataclass
class SoundFontTones:
    """Makes tones as `instruments.tone_maker`'s makers do, from a SoundFont where it has the program."""

    font: SoundFont
    played: set[str] = field(default_factory=set)
    """Instruments that the SoundFont has played."""
    _recorded: dict[tuple[int, int], npt.NDArray[np.float32]] = field(default_factory=dict)

    def tone(self, part: str, name: str, pitch: int, length: int, brightness: float, seed: int) -> Mono:
        """A tone of `length` samples, not let go: (length,), of any level."""
        program = PROGRAMS.get((part, name))
        velocity = round(_SOFTEST + (_HARDEST - _SOFTEST) * min(1.0, max(0.0, brightness)))
        voices = () if program is None else self.font.voices(program, pitch, velocity)
        out = np.zeros(length, np.float32)
        for voice in voices:
            out += self._voice(voice, pitch, length)
        if not out.any():
            return tone_maker(part, name)(pitch, length, brightness, seed)
        self.played.add(name)
        return out

    def _voice(self, voice: Voice, pitch: int, length: int) -> Mono:
        sound = _filtered(self._pitched(voice, pitch, length), voice, pitch)
        sound *= _volume(voice, pitch, length)
        return sound

    def _pitched(self, voice: Voice, pitch: int, length: int) -> Mono:
        """The recorded sound at the pitch, going round its loop for as long as it takes."""
        sample = voice.sample
        begin = sample.start + voice.get(0, 0) + 32_768 * voice.get(4, 0)
        end = sample.end + voice.get(1, 0) + 32_768 * voice.get(12, 0)
        begin, end = max(0, begin), min(len(self.font.samples), end)
        loop_begin = sample.loop_start + voice.get(2, 0) + 32_768 * voice.get(45, 0) - begin
        loop_end = sample.loop_end + voice.get(3, 0) + 32_768 * voice.get(50, 0) - begin
        if end - begin < 2:
            return np.zeros(length, np.float32)
        recorded = self._read(begin, end)
        places = self._places(voice, pitch, length)
        if voice.get(54, 0) & 1 and 0 <= loop_begin < loop_end <= end - begin:
            over = places >= loop_end
            places[over] = loop_begin + (places[over] - loop_begin) % (loop_end - loop_begin)
            after = np.arange(loop_end, loop_end + 3)
            recorded = recorded.copy()
            # what follows the loop's end is its beginning, for the curve between samples too
            inside = after[after < end - begin]
            recorded[inside] = recorded[loop_begin + (inside - loop_end) % (loop_end - loop_begin)]
        return _read_between(recorded, places)

    def _read(self, begin: int, end: int) -> npt.NDArray[np.float32]:
        if (begin, end) not in self._recorded:
            made = np.zeros(end - begin + 4, np.float32)
            made[: end - begin] = self.font.samples[begin:end]
            made /= 32_768
            self._recorded[begin, end] = made
        return self._recorded[begin, end]

    def _places(self, voice: Voice, pitch: int, length: int) -> npt.NDArray[np.float64]:
        """Where in the recorded sound each sample is read."""
        root = voice.get(58, -1)
        root = voice.sample.key if not 0 <= root <= 127 else root
        root = 60 if root > 127 else root
        cents = (pitch - root) * voice.get(56, 100) + voice.sample.cents
        cents += 100 * voice.get(51, 0) + voice.get(52, 0)
        cents = min(_FARTHEST_CENTS, max(-_FARTHEST_CENTS, cents))
        pace = voice.sample.rate / SAMPLE_RATE * 2 ** (cents / 1200)
        depth = min(1_200, max(-1_200, voice.get(6, 0)))
        if not depth:
            return np.arange(length, dtype=np.float64) * np.float64(pace)
        at = np.arange(-(-length // _BLOCK)) * (_BLOCK / SAMPLE_RATE)
        since = np.maximum(0.0, at - _seconds(voice.get(23, -12_000)))
        hertz = _CENTS_OF_8_HZ * 2 ** (min(4_500, max(-16_000, voice.get(24, 0))) / 1200)
        paces = pace * 2 ** (depth * _triangle(since * hertz) / 1200)
        begins = np.concatenate([[0.0], np.cumsum(paces[:-1])]) * _BLOCK
        places = begins[:, None] + np.multiply.outer(paces, np.arange(_BLOCK))
        return np.asarray(places.ravel()[:length], np.float64)


def _triangle(cycles: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """A triangle wave from 0 up, between −1 and 1."""
    wave: npt.NDArray[np.float64] = 1 - 4 * np.abs((cycles + 0.25) % 1.0 - 0.5)
    return wave


def _seconds(timecents: int) -> float:
    """Timecents as seconds; the least means none."""
    return 0.0 if timecents <= -12_000 else float(2 ** (min(timecents, 8_000) / 1200))


def _keyed_seconds(voice: Voice, pitch: int, time: int, by_key: int) -> float:
    """A time that is longer for low keys: generator `time` in timecents, `by_key` in timecents a key under 60."""
    written = voice.get(time, -12_000)
    return 0.0 if written <= -12_000 else _seconds(written + (60 - pitch) * voice.get(by_key, 0))


def _read_between(recorded: npt.NDArray[np.float32], places: npt.NDArray[np.float64]) -> Mono:
    """Samples between samples, on a cubic through four of them (Catmull and Rom); silence past the end."""
    last = len(recorded) - 4
    index = places.astype(np.intp)
    part = (places - index).astype(np.float32)
    is_over = index > last
    index[is_over] = last
    before, here, after, later = (
        recorded[np.maximum(index - 1, 0)], recorded[index], recorded[index + 1], recorded[index + 2]
    )  # fmt: skip
    half = np.float32(0.5)
    out = here + half * part * (
        after
        - before
        + part * (2 * before - 5 * here + 4 * after - later + part * (3 * (here - after) + later - before))
    )
    out[is_over] = 0.0
    return np.asarray(out, np.float32)


def _volume(voice: Voice, pitch: int, length: int) -> Mono:
    """The volume envelope while the key is held: delay, rise, hold, and a fall in decibels to the level held."""
    begins = _seconds(voice.get(33, -12_000))
    rise = max(0.001, _seconds(voice.get(34, -12_000)))
    hold = _keyed_seconds(voice, pitch, 35, 39)
    fall = max(0.001, _keyed_seconds(voice, pitch, 36, 40))
    held_db = min(_SILENT_DB, max(0.0, voice.get(37, 0) / 10))
    points_s = np.array(
        [0.0, begins + rise, begins + rise + hold, begins + rise + hold + fall * held_db / 100]
    )
    at = np.arange(-(-length // _BLOCK) + 1) * _BLOCK
    levels_db = np.interp(at / SAMPLE_RATE, points_s, [0.0, 0.0, 0.0, -held_db])
    levels_db -= max(0.0, voice.get(48, 0) / 10) * _ATTENUATION_SHARE
    points = 10 ** (levels_db / 20) * (levels_db > -_SILENT_DB)
    points *= np.clip((at / SAMPLE_RATE - begins) / rise, 0.0, 1.0)
    steps = np.diff(points)[:, None] * (np.arange(_BLOCK) / _BLOCK)
    return (points[:-1, None] + steps).ravel()[:length].astype(np.float32)


def _filtered(sound: Mono, voice: Voice, pitch: int) -> Mono:
    """The sound through the voice's low-pass; where an envelope moves it, crossing from its open to its held state."""
    cents = voice.get(8, _NO_FILTER_CENTS)
    moved = min(12_000, max(-12_000, voice.get(11, 0)))
    peak = cents + moved
    held = cents + moved * (1 - min(1000, max(0, voice.get(29, 0))) / 1000)
    if min(peak, held) >= _NO_FILTER_CENTS:
        return sound
    size = 1 << int(np.ceil(np.log2(len(sound) + 2048)))
    spectrum = np.fft.rfft(sound, size)
    quality_db = min(960, max(0, voice.get(9, 0))) / 10
    open_ = np.fft.irfft(spectrum * _low_pass(peak, quality_db, size), size)[: len(sound)]
    if abs(peak - held) < 50:
        return np.asarray(open_, np.float32)
    closed = np.fft.irfft(spectrum * _low_pass(held, quality_db, size), size)[: len(sound)]
    rise = _seconds(voice.get(25, -12_000)) + max(0.001, _seconds(voice.get(26, -12_000)))
    hold = _keyed_seconds(voice, pitch, 27, 31)
    fall = max(0.001, _keyed_seconds(voice, pitch, 28, 32))
    at = np.arange(len(sound)) / SAMPLE_RATE
    share = np.interp(at, [0.0, rise, rise + hold, rise + hold + fall], [0.0, 1.0, 1.0, 0.0])
    return np.asarray(closed + (open_ - closed) * share.astype(np.float32), np.float32)


def _low_pass(cents: float, quality_db: float, size: int) -> npt.NDArray[np.complex64]:
    """A two-pole low-pass at a cut-off in absolute cents, with a peak of `quality_db` there."""
    cutoff = _CENTS_OF_8_HZ * 2 ** (min(max(cents, 1_500), _NO_FILTER_CENTS) / 1200)
    at = np.fft.rfftfreq(size, 1 / SAMPLE_RATE) / cutoff
    quality = 10 ** ((quality_db - 3.01) / 20)
    return np.asarray(1 / (1 - at**2 + 1j * at / quality), np.complex64)
