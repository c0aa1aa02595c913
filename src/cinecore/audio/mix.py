"""One mix over the whole timeline on its 48 kHz grid: fades, levelled lines, ducking, stems.

The sounds themselves come from the caller; loudness of the whole is `loudness.normalise`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from cinecore.audio.loudness import gated_loudness, weighted
from cinecore.audio.wave import Pcm, checked, silence
from cinecore.errors import ToolError
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import AudioCue, MadeSound, Stem, Timeline

Curve = npt.NDArray[np.float64]

SPEECH_STEMS = frozenset({Stem.DIALOGUE, Stem.NARRATION})

EDGE_FADE_SAMPLES = SAMPLE_RATE * 15 // 1000
"""Fade of a recorded sound whose cue names none: cuts never click."""

MADE_EDGE_FADE_SAMPLES = SAMPLE_RATE // 1000
"""The same for sounds made by us: they begin and end softly themselves, and their attack is meant."""

_TICK = SAMPLE_RATE // 100
"""Samples of one step of the ducking envelope: 10 ms."""


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
    margin_db: float = 9.0
    """How far speech lies over the rest while it sounds."""
    least_duck_db: float = 3.0
    most_duck_db: float = 26.0
    attack_s: float = 0.08
    """The rest is down by the time a word begins; it starts to go this much before."""
    hold_s: float = 0.06
    release_s: float = 0.38
    """With `hold_s` under half a second: fully back by then."""
    bridge_s: float = 0.45
    """Pauses shorter than this stay ducked; music does not jump up between words."""


@dataclass(frozen=True)
class Mix:
    """A mixed timeline."""

    stems: dict[Stem, Pcm]
    """Only stems that hold a cue, in the order of `Stem`; they add up to `pcm`."""
    pcm: Pcm
    line_gains_db: tuple[float | None, ...] = ()
    """For each cue: the gain that levelled it, None where it was not levelled."""
    duck_db: Curve = field(default_factory=lambda: np.zeros(0))
    """How far the rest was lowered, one figure (≤ 0) for every 10 ms."""

    def scaled(self, gain_db: float) -> Mix:
        """The same mix with every stem and the sum changed by one gain."""
        gain = np.float32(10 ** (gain_db / 20))
        stems = {stem: pcm * gain for stem, pcm in self.stems.items()}
        return Mix(stems, self.pcm * gain, self.line_gains_db, self.duck_db)


def mix(
    timeline: Timeline,
    render_sound: Callable[[AudioCue], Pcm],
    balance: Balance | None = None,
) -> Mix:
    """The sound of the whole timeline, `timeline.samples` long, not yet brought to a loudness.

    `render_sound` gives each cue's sound without gain and fades, exactly `cue.length` samples.

    Raises:
        ToolError: A sound came back with another length.
        InputError: A sound has the wrong shape.
    """
    levels = balance or Balance()
    stems: dict[Stem, Pcm] = {}
    gains: list[float | None] = []
    for cue in timeline.cues:
        sound = checked(render_sound(cue))
        if len(sound) != cue.length:
            raise ToolError(
                f"A sound of {cue.length} samples came back with {len(sound)}.",
                f"{cue.stem} at sample {cue.start}",
                "Report this.",
            )
        levelling = _levelling(cue, sound, levels)
        gains.append(levelling)
        shaped = _shaped(cue, sound, cue.gain_db + (levelling or 0.0))
        stem = stems.setdefault(cue.stem, silence(timeline.samples))
        stem[cue.start : cue.end] += shaped
    if Stem.MUSIC in stems:
        stems[Stem.MUSIC] *= np.float32(_music_gain(timeline, stems[Stem.MUSIC], levels))
    duck = duck_curve(stems, timeline.samples, levels)
    if duck.min(initial=0.0) < 0:
        fine = _fine(duck, timeline.samples)
        for name in stems:
            if name not in SPEECH_STEMS:
                stems[name] *= fine[:, None]
    ordered = {stem: stems[stem] for stem in Stem if stem in stems}
    total = silence(timeline.samples)
    for pcm in ordered.values():
        total += pcm
    return Mix(ordered, total, tuple(gains), duck)


def _levelling(cue: AudioCue, sound: Pcm, levels: Balance) -> float | None:
    """The gain in dB that puts a line or an ambience where it belongs."""
    if cue.stem in SPEECH_STEMS:
        loudness = gated_loudness(sound)
        if loudness is None:
            return None
        return float(
            np.clip(levels.speech_lufs - loudness, -levels.most_line_gain_db, levels.most_line_gain_db)
        )
    if cue.stem is Stem.AMBIENCE:
        loudness = gated_loudness(sound)
        return None if loudness is None else min(0.0, levels.ambience_lufs - loudness)
    return None


def _music_gain(timeline: Timeline, music: Pcm, levels: Balance) -> float:
    """One factor for the whole music stem, so that its own dynamics and the cues' gains stay."""
    cues = [cue for cue in timeline.cues if cue.stem is Stem.MUSIC]
    loudness = gated_loudness(music)
    if loudness is None:
        return 1.0
    asked = max(cue.gain_db for cue in cues)
    change = np.clip(
        levels.music_lufs + asked - loudness, -levels.most_music_gain_db, levels.most_music_gain_db
    )
    return float(10 ** (change / 20))


def _shaped(cue: AudioCue, sound: Pcm, gain_db: float) -> Pcm:
    """The sound with gain and raised-cosine fades."""
    shaped = sound * np.float32(10 ** (gain_db / 20))
    edge = MADE_EDGE_FADE_SAMPLES if isinstance(cue.sound, MadeSound) else EDGE_FADE_SAMPLES
    edge = min(edge, cue.length // 2)
    fade_in, fade_out = cue.fade_in or edge, cue.fade_out or edge
    shaped[:fade_in] *= _ramp(fade_in)[:, None]
    if fade_out:
        shaped[-fade_out:] *= _ramp(fade_out)[::-1, None]
    return np.asarray(shaped, np.float32)


def _ramp(length: int) -> npt.NDArray[np.float32]:
    """From 0 to 1 along half a cosine."""
    return (0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / max(1, length))).astype(np.float32)


def duck_curve(stems: Mapping[Stem, Pcm], samples: int, levels: Balance) -> Curve:
    """How far (dB, ≤ 0) the rest must give way to speech, one figure for every 10 ms.

    It follows the speech itself: down before the first word, through short pauses, back after the last.
    Its depth is what the rest needs to lie `margin_db` under the lines.
    """
    ticks = -(-samples // _TICK) + 1
    speech = _level_db([stems[name] for name in Stem if name in stems and name in SPEECH_STEMS], ticks)
    rest = _level_db([stems[name] for name in Stem if name in stems and name not in SPEECH_STEMS], ticks)
    if speech is None or rest is None:
        return np.zeros(ticks)
    active = _bridged(speech > levels.speech_lufs - 22.0, round(levels.bridge_s * 100))
    curve = np.zeros(ticks)
    attack, hold, release = (round(s * 100) for s in (levels.attack_s, levels.hold_s, levels.release_s))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], active.astype(np.int8), [0]])))
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        depth = _depths(speech[first:end], rest[first:end], levels)
        shape = np.concatenate(
            [
                depth[0] * _ramp(attack),
                depth,
                np.full(hold, depth[-1]),
                depth[-1] * _ramp(release)[::-1],
            ]
        )
        start = first - attack
        begin, stop = max(0, start), min(ticks, start + len(shape))
        curve[begin:stop] = np.minimum(curve[begin:stop], -shape[begin - start : stop - start])
    return curve


def _depths(speech: Curve, rest: Curve, levels: Balance) -> Curve:
    """Depth in dB for every step of one run of speech: slow enough not to pump, deep enough at once.

    The speech counts by its level over a second or so (a line's weight), the rest by its highest
    level within half a second.
    """
    line = 10 * np.log10(_around(10 ** (speech / 10), 60, "mean"))
    need = rest - (line - levels.margin_db)
    depth = np.clip(_around(need, 25, "max"), levels.least_duck_db, levels.most_duck_db)
    return _around(depth, 12, "mean")


def _around(values: Curve, reach: int, how: str) -> Curve:
    """Mean or highest of each value's neighbourhood of `reach` steps to both sides."""
    reach = min(reach, max(1, len(values) - 1))
    padded = np.pad(values, reach, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return np.asarray(windows.max(axis=1) if how == "max" else windows.mean(axis=1), np.float64)


def _level_db(sounds: list[Pcm], ticks: int) -> Curve | None:
    """K-weighted level of a sum in LUFS-like dB, every 10 ms over 50 ms; None where there is no sound."""
    if not sounds:
        return None
    total = sounds[0]
    for other in sounds[1:]:
        total = total + other
    heard = weighted(total)
    power = np.zeros(ticks * _TICK)
    power[: len(heard)] = np.einsum("ij,ij->i", heard, heard)
    smooth = np.convolve(power.reshape(-1, _TICK).mean(axis=1), np.full(5, 0.2), "same")
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(smooth, 1e-12)), np.float64)


def _bridged(active: npt.NDArray[np.bool_], longest: int) -> npt.NDArray[np.bool_]:
    """The same with pauses of up to `longest` steps filled."""
    out = active.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[0], active.astype(np.int8), [0]])))
    for end, begin in zip(edges[1:-1:2], edges[2::2], strict=True):
        if begin - end <= longest:
            out[end:begin] = True
    return out


def _fine(curve: Curve, samples: int) -> npt.NDArray[np.float32]:
    """A curve of dB every 10 ms as a factor for every sample."""
    return np.interp(
        np.arange(samples), np.arange(len(curve)) * _TICK + _TICK / 2, 10 ** (curve / 20)
    ).astype(np.float32)
