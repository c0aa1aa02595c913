"""The sounds of a timeline: read from the film in one go, from files, or composed."""

from __future__ import annotations

import json
from collections.abc import Callable

from cinecore.audio.effects import make_effect
from cinecore.audio.extract import read_film_sounds, read_sound_file
from cinecore.audio.mix import Mix, mix
from cinecore.audio.recipe import score_plan
from cinecore.audio.score import compose
from cinecore.audio.wave import Pcm, silence
from cinecore.media import MediaFile
from cinecore.timebase import SAMPLE_RATE, round_half_up
from cinecore.timeline import AudioCue, FileSound, FilmSound, MadeSound, Timeline


def mix_timeline(timeline: Timeline, media: MediaFile) -> Mix:
    """The whole mix of a timeline, stems included, not yet brought to its loudness.

    Raises:
        ToolError: The film's sound could not be read.
        InputError: A music file could not be read.
    """
    film = [cue for cue in timeline.cues if isinstance(cue.sound, FilmSound)]
    read = dict(zip(film, read_film_sounds(media, film), strict=True)) if film else {}
    files: dict[str, Pcm] = {}

    def render(cue: AudioCue) -> Pcm:
        if isinstance(cue.sound, FilmSound):
            return read[cue]
        if isinstance(cue.sound, FileSound):
            return _from_file(cue, cue.sound, files)
        return _made(cue, cue.sound)

    return mix(timeline, render)


def _from_file(cue: AudioCue, sound: FileSound, files: dict[str, Pcm]) -> Pcm:
    key = str(sound.path)
    if key not in files:
        files[key] = read_sound_file(sound.path)
    start = round_half_up(sound.start_s * SAMPLE_RATE)
    piece = silence(cue.length)
    part = files[key][start : start + cue.length]
    piece[: len(part)] = part
    return piece


def _made(cue: AudioCue, sound: MadeSound) -> Pcm:
    makers: dict[str, Callable[[], Pcm]] = {
        "score": lambda: compose(score_plan(sound.recipe)),
        "effect": lambda: _effect(cue, sound),
    }
    return makers[sound.maker]()


def _effect(cue: AudioCue, sound: MadeSound) -> Pcm:
    recipe = json.loads(sound.recipe)
    return make_effect(str(recipe["kind"]), cue.length, int(recipe["seed"]))
