"""The voices in lines of a film, as an enhancer finds them, kept in the work folder: one file for each stretch of sound.

Deliberately not here: which lines are enhanced and how far (`cinecore.audio.buried_speech`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cinecore.audio.buried_speech import middle
from cinecore.audio.extract import read_film_sounds
from cinecore.audio.wave import Pcm
from cinecore.files import digest_bytes, write_atomic, write_error
from cinecore.media import MediaFile
from cinecore.ports import SpeechEnhancer
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import AudioCue, FilmSound

Mono = npt.NDArray[np.float32]

VOICES_FOLDER = "voices"

AROUND_S = Fraction(1, 2)
"""Listened to before and after a line, so that the enhancer knows what lies under it when it begins."""


class KeptVoices:
    """Finds the voice in each line of one film, once."""

    def __init__(self, media: MediaFile, identity: str, enhancer: SpeechEnhancer, folder: Path) -> None:
        """`identity` is the film's digest; `folder` its work folder."""
        self._media = media
        self._identity = identity
        self._enhancer = enhancer
        self._folder = folder / VOICES_FOLDER

    def voices(self, cues: Sequence[AudioCue]) -> list[Mono]:
        """The voice in each cue's sound of the film, one channel of `cue.length` samples.

        Raises:
            InputError: A cue is no sound of the film.
            SetupError: The enhancer cannot be loaded.
            ToolError: The film's sound cannot be read, or the enhancer failed.
            OutputError: The work folder cannot be written.
        """
        wide = self._wide_voices(cues)
        return [wide[cue][_ahead(cue) : _ahead(cue) + cue.length] for cue in cues]

    def lines(self, cues: Sequence[AudioCue]) -> list[tuple[Pcm, Mono]]:
        """Each cue's sound as the film has it with half a second around it, and the voice in that.

        Raises:
            InputError: A cue is no sound of the film.
            SetupError: The enhancer cannot be loaded.
            ToolError: The film's sound cannot be read, or the enhancer failed.
            OutputError: The work folder cannot be written.
        """
        sounds = read_film_sounds(self._media, [_with_surroundings(cue) for cue in cues])
        voices = self._wide_voices(cues)
        return [(sound, voices[cue]) for cue, sound in zip(cues, sounds, strict=True)]

    def _wide_voices(self, cues: Sequence[AudioCue]) -> dict[AudioCue, Mono]:
        """The voice in each cue's sound and around it."""
        found: dict[AudioCue, Mono] = {}
        for cue in cues:
            kept = self._kept(cue)
            if kept is not None:
                found[cue] = kept
        lacking = [cue for cue in dict.fromkeys(cues) if cue not in found]
        sounds = (
            read_film_sounds(self._media, [_with_surroundings(cue) for cue in lacking]) if lacking else []
        )
        for cue, sound in zip(lacking, sounds, strict=True):
            found[cue] = self._enhancer.voice(middle(sound))
            self._keep(cue, found[cue])
        return found

    def _place(self, cue: AudioCue) -> Path:
        sound = cue.sound
        assert isinstance(sound, FilmSound)  # noqa: S101 - reading the film refused others
        what = (self._identity, self._enhancer.identity, str(sound.start_s), sound.track)
        whole = repr((*what, sound.prefers_center, cue.length))
        return self._folder / f"{digest_bytes(whole.encode())[:24]}.f32"

    def _kept(self, cue: AudioCue) -> Mono | None:
        if not isinstance(cue.sound, FilmSound):
            return None
        try:
            voice = np.frombuffer(self._place(cue).read_bytes(), "<f4").astype(np.float32)
        except (OSError, ValueError):
            return None
        return voice if len(voice) == _with_surroundings(cue).length and np.isfinite(voice).all() else None

    def _keep(self, cue: AudioCue, voice: Mono) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomic(self._place(cue), voice.astype("<f4").tobytes())
        except OSError as error:
            raise write_error(error, self._folder) from error


def _ahead(cue: AudioCue) -> int:
    """How many samples of film are listened to before a cue."""
    return int(min(AROUND_S, cue.sound.start_s) * SAMPLE_RATE) if isinstance(cue.sound, FilmSound) else 0


def _with_surroundings(cue: AudioCue) -> AudioCue:
    """The cue with half a second of film more on both sides, as far as there is film before it."""
    if not isinstance(cue.sound, FilmSound):
        return cue
    ahead = _ahead(cue)
    sound = replace(cue.sound, start_s=cue.sound.start_s - Fraction(ahead, SAMPLE_RATE))
    return replace(cue, sound=sound, length=cue.length + ahead + int(AROUND_S * SAMPLE_RATE))
