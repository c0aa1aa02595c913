"""The mix of one timeline: its film's sound read in one go, music and effects made, all laid together once."""

from __future__ import annotations

from pathlib import Path

from cinecore.audio.buried_speech import freed
from cinecore.audio.mix import Mix, mix
from cinecore.audio.sources import sound_source
from cinecore.audio.wave import Pcm
from cinecore.media import MediaFile
from cinecore.timeline import AudioCue, FilmSound, Timeline
from cinecut.conform.voices import KeptVoices
from cinecut.places import name_for


def mix_timeline(timeline: Timeline, media: MediaFile, kept: KeptVoices | None = None) -> Mix:
    """The whole mix of a timeline, stems included, not yet brought to its loudness.

    With `kept`, lines that are to be enhanced are; without it every line is heard as the film has it.

    Raises:
        ToolError: The film's sound could not be read.
        InputError: A music file could not be read.
    """
    source = sound_source(timeline, {source.key: media for source in timeline.sources})
    buried = enhanced_cues(timeline)
    if kept is None or not buried:
        return mix(timeline, source)
    voices = dict(zip(buried, kept.voices(buried), strict=True))

    def render(cue: AudioCue) -> Pcm:
        sound = source(cue)
        if cue in voices and isinstance(cue.sound, FilmSound):
            return freed(sound, voices[cue], cue.sound.enhance_db)
        return sound

    return mix(timeline, render)


def enhanced_cues(timeline: Timeline) -> list[AudioCue]:
    """The sounds of the film in which a voice is to stand out."""
    return [cue for cue in timeline.cues if isinstance(cue.sound, FilmSound) and cue.sound.enhance_db > 0]


def stems_folder(output: Path) -> Path:
    """Where the parts of a trailer's mix are saved when they are asked for."""
    return output.with_name(name_for(output.stem, "_stems"))
