"""One mix over the whole timeline on its 48 kHz grid: fades, levelled lines, stems, all given way to speech.

How far is `ducking`'s. The sounds themselves come from the caller; loudness of the whole is `loudness.normalise`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from cinecore.audio.ducking import (
    SPEECH_STEMS,
    Balance,
    Curve,
    as_factor,
    duck_curve,
    hear_speech,
    raised_cosine,
    swell_curve,
)
from cinecore.audio.loudness import gated_loudness
from cinecore.audio.wave import Pcm, checked, silence
from cinecore.errors import ToolError
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import AudioCue, MadeSound, Stem, Timeline

EDGE_FADE_SAMPLES = SAMPLE_RATE * 15 // 1000
"""Fade of a recorded sound whose cue names none: cuts never click."""

MADE_EDGE_FADE_SAMPLES = SAMPLE_RATE // 1000
"""The same for sounds made by us: they begin and end softly themselves, and their attack is meant."""


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
    swell_db: Curve = field(default_factory=lambda: np.zeros(0))
    """How far the music was raised between lines, one figure (≥ 0) for every 10 ms."""

    def scaled(self, gain_db: float) -> Mix:
        """The same mix with every stem and the sum changed by one gain."""
        gain = np.float32(10 ** (gain_db / 20))
        stems = {stem: pcm * gain for stem, pcm in self.stems.items()}
        return Mix(stems, self.pcm * gain, self.line_gains_db, self.duck_db, self.swell_db)


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
    speech = hear_speech(stems, timeline.samples, levels)
    swell = swell_curve(speech, timeline.samples, levels)
    if Stem.MUSIC in stems and swell.max(initial=0.0) > 0:
        stems[Stem.MUSIC] *= as_factor(swell, timeline.samples)[:, None]
    duck = duck_curve(speech, stems, timeline.samples, levels)
    if duck.min(initial=0.0) < 0:
        fine = as_factor(duck, timeline.samples)
        for name in stems:
            if name not in SPEECH_STEMS:
                stems[name] *= fine[:, None]
    ordered = {stem: stems[stem] for stem in Stem if stem in stems}
    total = silence(timeline.samples)
    for pcm in ordered.values():
        total += pcm
    return Mix(ordered, total, tuple(gains), duck, swell)


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
    shaped[:fade_in] *= raised_cosine(fade_in)[:, None]
    if fade_out:
        shaped[-fade_out:] *= raised_cosine(fade_out)[::-1, None]
    return np.asarray(shaped, np.float32)
