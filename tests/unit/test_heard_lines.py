"""What is said in a trailer and when: read off its timeline, J- and L-cuts and voice-overs included."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from cinecore.language.captions import captions_of
from cinecore.timebase import FrameRate
from cinecore.timeline import AudioCue, Card, FilmSound, FilmSource, Picture, Stem, Timeline
from cinecut.assembly.captions import HeardLine, heard_lines
from cinecut.manifest.schema import Clip, Manifest, SpokenLine

RATE = FrameRate(Fraction(25))
SECOND = 48_000


def clip(start_s: float, *lines: tuple[float, float, str], sound: str = "line") -> Clip:
    return Clip(
        source_start_s=start_s,
        source_end_s=start_s + 4,
        beat_type="escalation_beat",
        act="act1",
        narrative_zone="BEGINNING",
        sound=sound,  # type: ignore[arg-type]  # one of three words
        lines=tuple(SpokenLine(start_s=a, end_s=b, text=text) for a, b, text in lines),
    )


def cue(at_s: float, film_s: float, length_s: float, stem: Stem = Stem.DIALOGUE, text: str = "") -> AudioCue:
    sound = FilmSound("film", Fraction(str(film_s)))
    return AudioCue(stem, int(at_s * SECOND), int(length_s * SECOND), sound, text=text)


def heard(clips: list[Clip], *cues: AudioCue) -> list[tuple[float, float, str]]:
    timeline = Timeline(
        RATE, 64, 36, (FilmSource("film", Path("film.mp4"), "x"),), (Picture(0, 1000, Card()),), cues=cues
    )
    manifest = Manifest(source_file="film.mp4", vibe="drama", clips=tuple(clips))
    return [(line.start_s, line.end_s, line.text) for line in heard_lines(manifest, timeline)]


def test_a_line_stands_where_its_sound_lies_and_not_where_its_picture_does() -> None:
    clips = [clip(100, (101, 103, "We leave tonight."))]
    assert heard(clips, cue(10, 100.5, 3)) == [(10.5, 12.5, "We leave tonight.")]
    # a J-cut: the same stretch, heard half a second sooner than its clip is seen
    assert heard(clips, cue(9.5, 100.5, 3)) == [(10.0, 12.0, "We leave tonight.")]


def test_what_is_not_heard_is_not_written() -> None:
    clips = [clip(100, (101, 103, "We leave tonight.")), clip(200, (201, 203, "Never."), sound="none")]
    assert heard(clips, cue(10, 102.5, 3), cue(20, 200.5, 3), cue(30, 100, 3, Stem.AMBIENCE)) == []
    assert heard(clips) == []


def test_a_voice_over_is_written_where_it_is_spoken() -> None:
    found = heard([clip(100)], cue(7, 301, 2.5, Stem.NARRATION, "I was young then."))
    assert found == [(7.0, 9.5, "I was young then.")]


def test_several_lines_of_one_stretch_are_told_apart() -> None:
    clips = [clip(100, (100.5, 101.5, "Who is it?"), (101.8, 103, "Nobody."))]
    assert heard(clips, cue(0, 100, 4)) == [(0.5, 1.5, "Who is it?"), (1.8, 3.0, "Nobody.")]


def test_two_lines_are_never_up_at_once() -> None:
    late = [clip(100, (100.5, 103, "A long sentence.")), clip(200, (200, 201, "Stop!"))]
    assert heard(late, cue(0, 100, 4), cue(2, 200, 1)) == [
        (0.5, 2.0, "A long sentence."),
        (2.0, 3.0, "Stop!"),
    ]
    together = [clip(100, (100.5, 102, "Yes!")), clip(200, (200, 201.5, "No!"))]
    assert heard(together, cue(0, 100, 4), cue(0.7, 200, 2)) == [(0.5, 2.2, "– Yes! – No!")]
    twice = [clip(100, (100.5, 102, "Yes!")), clip(100.2, (100.5, 102, "Yes!"))]
    assert heard(twice, cue(0, 100, 4)) == [(0.5, 2.0, "Yes!")]


def test_captions_of_a_trailer_end_with_it_and_stay_a_second_where_there_is_room() -> None:
    lines = [HeardLine(1, 1.3, "No."), HeardLine(5, 5.4, "Yes."), HeardLine(5.6, 7, "Why?")]
    first, second, last = captions_of(lines, 6.5)
    assert (first.start_s, first.end_s) == (1, 2)
    assert second.end_s <= last.start_s
    assert last.end_s == 6.5
