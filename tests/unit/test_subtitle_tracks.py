"""Text tracks inside films: the right one, its exact times, and a plain word where there is none."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run, spawn_count
from cinecore.media import AudioStream, MediaFile, SubtitleStream
from cinecut.errors import SubtitleParseError
from cinecut.ingestion.subtitles import extract_subtitle_track
from cinecut.ingestion.tracks import choose_text_track

ENGLISH = (
    "1\n00:00:00,500 --> 00:00:01,250\nHello <i>there</i>.\n\n2\n00:00:02,001 --> 00:00:03,999\nWatch out!\n"
)
GERMAN = ENGLISH.replace("Hello", "Hallo").replace("Watch out!", "Vorsicht!")
ASS = (
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\n"
    "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
    "Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, "
    "MarginV, Encoding\n"
    "Style: Default,Arial,20,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,2,2,10,10,10,1\n\n"
    "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Dialogue: 0,0:00:00.50,0:00:01.25,Default,ANNA,0,0,0,,{\\an8}Hello, you.\n"
)


def stream(
    index: int, codec: str = "subrip", language: str = "", title: str = "", **flags: bool
) -> SubtitleStream:
    return SubtitleStream(index, codec, language, title, **flags)


def media(*subtitles: SubtitleStream, spoken: str = "") -> MediaFile:
    audio = AudioStream(1, "aac", 2, "stereo", 48000, Fraction(0), None, language=spoken, is_default=True)
    return MediaFile(Path("film.mkv"), "matroska", Fraction(0), Fraction(10), 1, None, (audio,), subtitles)


@pytest.mark.parametrize(
    ("tracks", "spoken", "best"),
    [
        ([stream(2), stream(3, is_default=True)], "", 1),
        ([stream(2, is_default=True, is_forced=True), stream(3)], "", 1),
        ([stream(2, title="English (Forced)"), stream(3, title="English")], "", 1),
        ([stream(2, title="Director's commentary"), stream(3)], "", 1),
        ([stream(2, language="ger", is_default=True), stream(3, language="eng")], "eng", 1),
        ([stream(2, language="ger"), stream(3, language="eng")], "und", 0),
        ([stream(2, title="English SDH"), stream(3, title="English")], "", 1),
        ([stream(2, is_for_the_deaf=True), stream(3)], "", 1),
        ([stream(2, "hdmv_pgs_subtitle", is_default=True), stream(3)], "", 1),
        ([stream(2), stream(3)], "", 0),
    ],
)
def test_the_best_track_is_taken(tracks: list[SubtitleStream], spoken: str, best: int) -> None:
    assert choose_text_track(media(*tracks, spoken=spoken)) == (best, tracks[best])


def test_the_track_asked_for_is_taken_or_refused() -> None:
    film = media(stream(2), stream(3, "dvd_subtitle"), stream(4, is_forced=True))
    assert choose_text_track(film, 2)[1].index == 4
    with pytest.raises(SubtitleParseError, match="Track 2 holds pictures of letters"):
        choose_text_track(film, 1)
    with pytest.raises(SubtitleParseError, match="no subtitle track 4; the film has 3"):
        choose_text_track(film, 3)


def test_picture_subtitles_alone_give_no_line_and_a_plain_word() -> None:
    found = extract_subtitle_track(media(stream(2, "hdmv_pgs_subtitle")))
    assert found.events == ()
    assert "pictures of letters (hdmv_pgs_subtitle)" in found.notices[0]
    assert "--subtitle" in found.notices[0]
    with pytest.raises(SubtitleParseError):
        extract_subtitle_track(media(stream(2, "hdmv_pgs_subtitle")), 0)


def film_with(
    folder: Path, name: str, *tracks: tuple[str, str], codec: str, options: tuple[str, ...] = ()
) -> MediaFile:
    """A five-second film with the given (language, text) tracks."""
    inputs: list[str] = []
    maps: list[str] = ["-map", "0:v"]
    for place, (language, text) in enumerate(tracks):
        source = folder / f"track{place}.{'ass' if text.startswith('[') else 'srt'}"
        source.write_text(text, "utf-8")
        inputs += ["-i", str(source)]
        maps += ["-map", str(place + 1), f"-metadata:s:s:{place}", f"language={language}"]
    path = folder / name
    run(
        [
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "color=c=gray:s=64x36:r=25:d=5",
            *inputs,
            *maps,
            "-c:v",
            "mpeg4",
            "-c:s",
            codec,
            *options,
            "-y",
            str(path),
        ]
    )
    return probe(path)


@pytest.mark.media
@pytest.mark.parametrize(
    ("name", "codec"), [("a.mkv", "srt"), ("film's [x]; 100%.mp4", "mov_text"), ("c.mkv", "webvtt")]
)
def test_the_lines_of_a_track_come_back_with_their_exact_times(tmp_path: Path, name: str, codec: str) -> None:
    film = film_with(tmp_path, name, ("eng", ENGLISH), ("ger", GERMAN), codec=codec)
    before = spawn_count()
    found = extract_subtitle_track(film)
    assert spawn_count() == before + 1
    assert [(event.start_ms, event.end_ms, event.text) for event in found.events] == [
        (500, 1250, "Hello there."),
        (2001, 3999, "Watch out!"),
    ]
    assert found.notices[0].startswith("Subtitles are taken from track 1 inside the film (eng")
    assert extract_subtitle_track(film, 1).events[1].text == "Vorsicht!"


@pytest.mark.media
def test_names_in_an_ass_track_are_kept(tmp_path: Path) -> None:
    found = extract_subtitle_track(film_with(tmp_path, "a.mkv", ("eng", ASS), codec="ass"))
    (event,) = found.events
    assert (event.text, event.speaker, event.start_ms, event.end_ms) == ("Hello, you.", "ANNA", 500, 1250)
    assert found.format == "ass"


@pytest.mark.media
def test_times_count_from_the_containers_start_as_a_players_do(tmp_path: Path) -> None:
    film = film_with(tmp_path, "late.mkv", ("eng", ENGLISH), codec="srt", options=("-output_ts_offset", "7"))
    assert film.start == 7
    assert [event.start_ms for event in extract_subtitle_track(film).events] == [500, 2001]


@pytest.mark.media
def test_lines_past_the_end_of_the_film_are_dropped(tmp_path: Path) -> None:
    film = film_with(tmp_path, "a.mkv", ("eng", ENGLISH), codec="srt")
    found = extract_subtitle_track(film, film_duration_s=1.5)
    assert [event.text for event in found.events] == ["Hello there."]
    assert "past the film's end" in found.notices[1]


@pytest.mark.media
def test_a_film_that_is_gone_is_one_clear_error(tmp_path: Path) -> None:
    film = film_with(tmp_path, "a.mkv", ("eng", ENGLISH), codec="srt")
    film.path.unlink()
    with pytest.raises(SubtitleParseError, match="cannot be taken out of the film"):
        extract_subtitle_track(replace(film), 0)
