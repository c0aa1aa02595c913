"""Where each cue's sound comes from: the film, a file, or one of our makers; levels and fades are `mix.py`'s.

A made sound travels as a recipe in canonical JSON, so that equal recipes have equal fingerprints and
the timeline stays a plain value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from cinecore.audio.effects import make_effect
from cinecore.audio.extract import read_film_sounds
from cinecore.audio.music_file import SILENT, read_stretches
from cinecore.audio.palette import Palette
from cinecore.audio.score import PlayedBy, ScoreHit, ScorePlan, ScoreSection, compose, player_seed
from cinecore.audio.score_notes import TonePlayers
from cinecore.audio.soundfont import open_soundfont
from cinecore.audio.soundfont_tones import SoundFontTones
from cinecore.audio.wave import Pcm, silence
from cinecore.errors import InputError
from cinecore.media import MediaFile
from cinecore.timebase import SAMPLE_RATE, round_half_up
from cinecore.timeline import AudioCue, BeatGrid, FileSound, FilmSound, MadeSound, Timeline

SCORE_MAKER = "score/3"
EFFECT_MAKER = "effect/3"
"""Makers' names carry a version: a change in how they sound is a change of every fingerprint."""


def score_sound(plan: ScorePlan) -> MadeSound:
    """The recipe of a composed bed."""
    grid = plan.grid
    recipe = {
        "samples": plan.samples,
        "bpm": str(grid.bpm),
        "offset_s": str(grid.offset_s),
        "beats_per_bar": grid.beats_per_bar,
        "sections": [[part.name, part.start, part.end] for part in plan.sections],
        "hits": [[hit.sample, hit.kind, hit.gain_db] for hit in plan.hits],
        "palette": asdict(plan.palette),
        "seed": plan.seed,
    }
    if plan.soundfont is not None:
        recipe["soundfont"] = asdict(plan.soundfont)
    return MadeSound(SCORE_MAKER, _canonical(recipe))


def effect_sound(kind: str, seed: int, *, root_pitch: int = 2) -> MadeSound:
    """The recipe of a designed sound; it is made as long as its cue."""
    return MadeSound(EFFECT_MAKER, _canonical({"kind": kind, "seed": seed, "root_pitch": root_pitch}))


def score_plan(sound: MadeSound) -> ScorePlan:
    """The plan that `score_sound` wrote.

    Raises:
        InputError: The recipe is not one of a score, or not whole.
    """
    try:
        recipe: dict[str, Any] = json.loads(sound.recipe)
        return ScorePlan(
            samples=int(recipe["samples"]),
            grid=BeatGrid(
                Fraction(recipe["bpm"]), Fraction(recipe["offset_s"]), int(recipe["beats_per_bar"])
            ),
            sections=tuple(
                ScoreSection(str(name), int(start), int(end)) for name, start, end in recipe["sections"]
            ),
            palette=Palette.from_table(recipe["palette"]),
            hits=tuple(ScoreHit(int(at), str(kind), float(gain)) for at, kind, gain in recipe["hits"]),
            seed=int(recipe["seed"]),
            soundfont=PlayedBy(**recipe["soundfont"]) if "soundfont" in recipe else None,
        )
    except (ValueError, KeyError, TypeError, ZeroDivisionError) as error:
        raise InputError(
            "A score's recipe cannot be read.", sound.recipe[:80], "Make the cut again."
        ) from error


def make_sound(sound: MadeSound, length: int) -> Pcm:
    """A made sound of exactly `length` samples; a longer recipe is cut off, a shorter one ends in silence.

    Raises:
        InputError: No such maker, a recipe that it cannot read, or a SoundFont that is not what it was.
    """
    if sound.maker == SCORE_MAKER:
        plan = score_plan(sound)
        made = compose(plan, _players(plan))
    elif sound.maker == EFFECT_MAKER:
        try:
            recipe: dict[str, Any] = json.loads(sound.recipe)
            kind, seed, pitch = str(recipe["kind"]), int(recipe["seed"]), int(recipe["root_pitch"])
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                "An effect's recipe cannot be read.", sound.recipe[:80], "Make the cut again."
            ) from error
        made = make_effect(kind, length, seed, root_pitch=pitch)
    else:
        raise InputError("Nobody makes this sound.", sound.maker, f"Known: {SCORE_MAKER}, {EFFECT_MAKER}.")
    return _fitted(made, length)


def _players(plan: ScorePlan) -> TonePlayers | None:
    """Who plays a plan's melodic parts; None: the built-in instruments.

    Raises:
        InputError: The plan's SoundFont cannot be read, or is another one by now.
    """
    if plan.soundfont is None:
        return None
    font = open_soundfont(Path(plan.soundfont.path))
    if font.digest != plan.soundfont.digest:
        raise InputError(
            "The SoundFont was changed meanwhile.", font.path, "Run again when it stays as it is."
        )
    return TonePlayers(player_seed(plan), SoundFontTones(font).tone)


def sound_source(
    timeline: Timeline,
    films: Mapping[str, MediaFile],
    *,
    cancelled: Callable[[], bool] | None = None,
) -> Callable[[AudioCue], Pcm]:
    """What `mix.mix` asks for each cue's sound.

    All stretches of one film are read at once, here (one spawn for up to 40); files and made sounds
    when they are asked for.

    Raises:
        InputError: A cue names a film that `films` lacks, or a sound track that the film lacks.
        ToolError: ffmpeg failed.
    """
    read: dict[AudioCue, Pcm] = {}
    keys = sorted({cue.sound.source for cue in timeline.cues if isinstance(cue.sound, FilmSound)})
    for key in keys:
        if key not in films:
            raise InputError("The timeline names a film that was not opened.", key, "Report this.")
        cues = [cue for cue in timeline.cues if isinstance(cue.sound, FilmSound) and cue.sound.source == key]
        read |= dict(zip(cues, read_film_sounds(films[key], cues, cancelled=cancelled), strict=True))
    for path in sorted({cue.sound.path for cue in timeline.cues if isinstance(cue.sound, FileSound)}):
        cues = [cue for cue in timeline.cues if isinstance(cue.sound, FileSound) and cue.sound.path == path]
        read |= dict(zip(cues, _file_sounds(path, cues, cancelled), strict=True))

    def render(cue: AudioCue) -> Pcm:
        match cue.sound:
            case FilmSound():
                return read[cue]
            case FileSound():
                return read[cue]
            case made:
                return make_sound(made, cue.length)

    return render


def _file_sounds(path: Path, cues: Sequence[AudioCue], cancelled: Callable[[], bool] | None) -> list[Pcm]:
    """What each cue takes from a sound file, in one decode; silence where the file has ended.

    Raises:
        InputError: The file cannot be read, or all that is taken of it is silent.
    """
    stretches = [
        (round_half_up(cue.sound.start_s * SAMPLE_RATE), cue.length)
        for cue in cues
        if isinstance(cue.sound, FileSound)
    ]
    sounds = read_stretches(path, stretches, cancelled=cancelled)
    if all(float(np.abs(sound).max(initial=0.0)) < SILENT for sound in sounds):
        raise InputError("This sound file is silent.", path, "Give another one, or --music none.")
    return sounds


def _fitted(sound: Pcm, length: int) -> Pcm:
    """The sound with exactly `length` samples."""
    if len(sound) >= length:
        return sound[:length]
    out = silence(length)
    out[: len(sound)] = sound
    return out


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
