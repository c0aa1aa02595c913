"""What is heard in a joined video, as cues, and where each cue's sound comes from; nothing is mixed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cinecore.audio.sources import sound_source
from cinecore.audio.speech_sound import read_line
from cinecore.audio.wave import Pcm, silence
from cinecore.files import digest_file
from cinecore.media import MediaFile
from cinecore.timebase import SAMPLE_RATE, Span, round_half_up
from cinecore.timeline import AudioCue, FileSound, FilmSound, MadeSound, Stem, Timeline
from vidpipe.schemas.kinds import LineKind
from vidpipe.services.line_timing import SpokenLine
from vidpipe.services.surroundings import MAKER, make_surroundings

CUT_OFF_FADE = SAMPLE_RATE // 20
"""How a line ends that the video's end cuts off."""


@dataclass(frozen=True)
class ClipSound:
    """What a clip sounds of itself, and where it lies in the whole, in samples."""

    source: str
    """The clip's key in the timeline; empty where it is silent."""
    start_s: Fraction
    """Where in the clip its picture begins."""
    span: Span
    fade_in: int
    fade_out: int
    is_speech: bool
    """Whether it speaks the scene's lines itself."""


def line_cues(lines: Sequence[SpokenLine], samples: int) -> list[AudioCue]:
    """The spoken ones of lines that are timed in seconds of the whole.

    Raises:
        InputError: A line's sound cannot be read.
    """
    cues: list[AudioCue] = []
    for line in lines:
        if line.path is None:
            continue
        start = round_half_up(Fraction(str(line.start_s)) * SAMPLE_RATE)
        end = min(samples, round_half_up(Fraction(str(line.end_s)) * SAMPLE_RATE))
        if end <= start:
            continue
        stem = Stem.NARRATION if line.kind is LineKind.NARRATION else Stem.DIALOGUE
        sound = FileSound(line.path, digest_file(line.path))
        fade = min(CUT_OFF_FADE, (end - start) // 2) if end == samples else 0
        cues.append(AudioCue(stem, start, end - start, sound, fade_out=fade, text=line.text))
    return cues


def clip_cues(clips: Sequence[ClipSound]) -> list[AudioCue]:
    """What clips sound of themselves: surroundings, or the speech where nobody else speaks their lines."""
    return [
        AudioCue(
            Stem.DIALOGUE if clip.is_speech else Stem.AMBIENCE,
            clip.span.start,
            clip.span.length,
            FilmSound(clip.source, clip.start_s),
            fade_in=clip.fade_in,
            fade_out=clip.fade_out,
            picture=number,
        )
        for number, clip in enumerate(clips)
        if clip.source
    ]


def sound_renderer(timeline: Timeline, clips: Mapping[str, MediaFile]) -> Callable[[AudioCue], Pcm]:
    """What the mixer asks for each cue's sound; clips' own sounds are read here, at once.

    Raises:
        ToolError: ffmpeg failed.
    """
    others = sound_source(timeline, clips)

    def render(cue: AudioCue) -> Pcm:
        if isinstance(cue.sound, FileSound):
            return _fitted(read_line(cue.sound.path), cue.length)
        if isinstance(cue.sound, MadeSound) and cue.sound.maker == MAKER:
            return make_surroundings(cue.sound, cue.length)
        return others(cue)

    return render


def _fitted(sound: Pcm, length: int) -> Pcm:
    if len(sound) >= length:
        return sound[:length]
    whole = silence(length)
    whole[: len(sound)] = sound
    return whole
