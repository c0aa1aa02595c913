"""SRT, VTT and ASS as they are found in the wild, told apart by what is in them."""

from pathlib import Path

import pytest

from cinecut.errors import SubtitleParseError
from cinecut.ingestion.parsing import Subtitles, parse_subtitles
from cinecut.ingestion.subtitles import read_subtitles
from cinecut.models import LineKind


def read(text: str, film_duration_s: float | None = None) -> Subtitles:
    return parse_subtitles(text.encode(), "film.srt", film_duration_s=film_duration_s)


def shown(text: str) -> list[tuple[int, int, str]]:
    return [(event.start_ms, event.end_ms, event.text) for event in read(text).events]


SRT = """1
00:00:01,001 --> 00:00:02,999
First line
and its second half.

2
00:00:03,500 --> 00:00:05,000
Another.
"""


def test_times_are_exact_to_the_millisecond() -> None:
    first, second = read(SRT).events
    assert (first.start_ms, first.end_ms) == (1001, 2999)
    assert (first.start_s, first.end_s, first.midpoint_s) == (1.001, 2.999, 2.0)
    assert first.text == "First line and its second half."
    assert (second.index, second.start_s) == (1, 3.5)


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n", "\r\n\r\n", "\r\r\n"])
def test_any_line_ending_gives_the_same_lines(ending: str) -> None:
    assert shown(SRT.replace("\n", ending)) == shown(SRT)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("00:00:01,000 --> 00:00:02,000", (1000, 2000)),
        ("0:00:01.000 --> 0:00:02.000", (1000, 2000)),
        ("00:01,000 --> 00:02,000", (1000, 2000)),
        ("00:00:01:000 --> 00:00:02:000", (1000, 2000)),
        ("00: 00: 01, 000 --> 00: 00: 02, 000", (1000, 2000)),
        ("00:00:01,000-->00:00:02,000", (1000, 2000)),
        ("00:00:01,000 -> 00:00:02,000", (1000, 2000)),
        ("00:00:01,000 –> 00:00:02,000", (1000, 2000)),
        ("00:00:01 --> 00:00:02", (1000, 2000)),
        ("00:00:01,5 --> 00:00:02,25", (1500, 2250)),
        ("00:00:01,000 --> 00:00:02,000 X1:100 X2:200 Y1:10 Y2:20", (1000, 2000)),
        ("  00:00:01,000 --> 00:00:02,000  ", (1000, 2000)),
        ("100:00:01,000 --> 100:00:02,000", (360_001_000, 360_002_000)),
        ("٠٠:٠٠:٠١,٠٠٠ --> ٠٠:٠٠:٠٢,٠٠٠", (1000, 2000)),
        ("00:00:01,123456 --> 00:00:02,999999", (1123, 2999)),
    ],
)
def test_a_timing_line_is_read_however_it_was_typed(line: str, expected: tuple[int, int]) -> None:
    assert shown(f"1\n{line}\nHello there.\n") == [(*expected, "Hello there.")]


def test_words_on_the_timing_line_are_words() -> None:
    assert shown("1\n00:00:01,000 --> 00:00:02,000 Hello there.\n")[0][2] == "Hello there."


def test_a_number_that_is_spoken_is_not_taken_for_the_next_ones_number() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nWhich year?\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\n1984\n\n"
        "3\n00:00:05,000 --> 00:00:06,000\nIt was\n1985\n\n"
        "4\n00:00:07,000 --> 00:00:08,000\nThen\n2001\n"
    )
    assert [line for _, _, line in shown(text)] == ["Which year?", "1984", "It was 1985", "Then 2001"]


def test_a_file_without_numbers_keeps_every_word() -> None:
    text = "00:00:01,000 --> 00:00:02,000\nRoom\n101\n\n00:00:03,000 --> 00:00:04,000\n7\n\n00:00:05,000 --> 00:00:06,000\nEnd\n"
    assert [line for _, _, line in shown(text)] == ["Room 101", "7", "End"]


def test_captions_without_empty_lines_between_them_are_told_apart() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nOne\n2\n00:00:03,000 --> 00:00:04,000\nTwo\n3\n00:00:05,000 --> 00:00:06,000\nThree"
    assert [line for _, _, line in shown(text)] == ["One", "Two", "Three"]


def test_an_empty_line_inside_a_caption_loses_no_words() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nOne\n\nstill one\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo\n"
    assert [line for _, _, line in shown(text)] == ["One still one", "Two"]


def test_an_empty_caption_is_left_out() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo\n"
    assert [line for _, _, line in shown(text)] == ["Two"]


VTT = """WEBVTT - a title
Kind: captions

STYLE
::cue(b) { color: red }

REGION
id:fred

NOTE 00:00:00.000 is the start
and this is still the note

intro
00:01.000 --> 00:02.500 align:start position:0%
<v.loud Anna Lee>Hello <b>there</b> &amp; welcome</v>

NOTE another

00:00:03.000 --> 00:00:04.000
<c.yellow>We<00:00:03.200><c> go</c><00:00:03.600><c> now</c></c>

chapter two
00:00:05.000 --> 00:00:06.000
5 &lt; 6 and <ruby>漢<rt>かん</rt></ruby>字
"""


def test_vtt_notes_styles_and_names_are_not_spoken() -> None:
    found = read(VTT)
    assert found.format == "vtt"
    assert [event.text for event in found.events] == ["Hello there & welcome", "We go now", "5 < 6 and 漢字"]
    assert found.events[0].speaker == "Anna Lee"
    assert (found.events[0].start_ms, found.events[0].end_ms) == (1000, 2500)


ASS = """[Script Info]
Title: anything
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,not a number

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.25,0:00:02.50,Default,ANNA,0,0,0,,{\\an8\\i1}Hello,{\\i0} you\\Nthere
Comment: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,not shown
Dialogue: 0,0:00:03.00,0:00:04.00,Default,Bert,0,0,0,,{\\p1}m 0 0 l 100 0 100 100{\\p0}Drawn{a comment} over
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0{\\p0}
Dialogue: 0,nonsense,0:00:06.00,Default,,0,0,0,,lost
Dialogue: 0,0:00:07.00,0:00:08.00,OP-romaji,,0,0,0,,kimi no koe ga
Dialogue: 0,0:00:09.00,0:00:10.00,Signs,,0,0,0,,POLICE STATION
"""


def test_ass_keeps_names_and_drops_overrides_drawings_and_comments() -> None:
    found = read(ASS)
    assert found.format == "ass"
    assert [(event.text, event.speaker, event.kind) for event in found.events] == [
        ("Hello, you there", "ANNA", LineKind.SPEECH),
        ("Drawn over", "Bert", LineKind.SPEECH),
        ("kimi no koe ga", "", LineKind.LYRICS),
        ("POLICE STATION", "", LineKind.CREDIT),
    ]
    assert (found.events[0].start_ms, found.events[0].end_ms) == (1250, 2500)
    assert found.notices == ("1 subtitle line had no readable time and was left out.",)


def test_ssa_and_columns_in_another_order_are_read_by_their_own_format_line() -> None:
    ssa = (
        "[Script Info]\nScriptType: v4.00\n\n[V4 Styles]\n\n[Events]\n"
        "Format: Marked, Start, End, Actor, Style, Text\n"
        "Dialogue: Marked=0,0:00:01.00,0:00:02.00,Cleo,Default,One, two, three\n"
    )
    (event,) = read(ssa).events
    assert (event.text, event.speaker, event.start_ms) == ("One, two, three", "Cleo", 1000)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{\\an8}Up there", "Up there"),
        ('<i>Slanted</i> and <font color="#ff0000">red</font>', "Slanted and red"),
        ("< i >Loose</ i > tags", "Loose tags"),
        ("I <3 you and 2 < 3 > 1", "I <3 you and 2 < 3 > 1"),
        ("Cats &amp; dogs&nbsp;&#8211; &quot;friends&quot;", 'Cats & dogs – "friends"'),
        ("&lt;i&gt;Escaped twice&lt;/i&gt;", "Escaped twice"),
        ("AT&T and Q&A", "AT&T and Q&A"),
        ("{y:i}Old italics", "Old italics"),
        ("Broken <i", "Broken"),
        ("Line\\Nbreak", "Line break"),
        ("\u202bمرحبا\u202c", "مرحبا"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("cafe\u0301", "café"),
        ("wide\u3000space", "wide space"),
    ],
)
def test_markup_goes_and_words_stay(written: str, expected: str) -> None:
    assert shown(f"1\n00:00:01,000 --> 00:00:02,000\n{written}\n")[0][2] == expected


def test_the_format_is_told_by_content_not_by_the_name(tmp_path: Path) -> None:
    for text, name, format_ in ((SRT, "a.vtt", "srt"), (VTT, "a.ass", "vtt"), (ASS, "a.txt", "ass")):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        assert read_subtitles(path, film_duration_s=None).format == format_


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n \n", "empty"),
        (b"\xff\xfe\n\x00\n\x00", "empty"),
        (b"\x1aE\xdf\xa3" + bytes(400), "Matroska"),
        (b"PK\x03\x04" + bytes(100), "zip"),
        (b"PG\x00\x00" + bytes(100), "picture subtitles"),
        (b"# VobSub index file, v7\n", "picture subtitles"),
        (bytes(range(256)) * 20, "not text"),
        (bytes(5000), "empty"),
        (b"Dear diary, today nothing happened.\n", "Nothing in it looks like the times"),
        (b"{10}{50}Hello|there\n", "MicroDVD"),
        (b'<tt xmlns="http://www.w3.org/ns/ttml"></tt>', "TTML"),
        (b"<SAMI><BODY></BODY></SAMI>", "SAMI"),
        (b"WEBVTT\n\nNOTE nothing\n", "not one caption"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n\n", "not one caption"),
        (b"[Script Info]\n[Events]\n", "not one caption"),
    ],
)
def test_what_cannot_be_used_is_refused_with_one_message(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "film's [subs].srt"
    path.write_bytes(data)
    with pytest.raises(SubtitleParseError) as caught:
        read_subtitles(path, film_duration_s=100.0)
    assert said in caught.value.detail
    assert caught.value.exit_status == 65
    assert str(caught.value).startswith("The subtitles cannot be read.\n  Cause: ")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.srt", tmp_path):
        with pytest.raises(SubtitleParseError):
            read_subtitles(path, film_duration_s=None)


def test_a_caption_of_a_megabyte_is_cut_not_choked_on() -> None:
    for filling in (
        "<v " * 300_000,
        "{" * 900_000,
        "a:" * 400_000,
        "[" * 900_000,
        "♪" * 300_000,
        "- " * 400_000,
    ):
        found = read(
            f"1\n00:00:01,000 --> 00:00:02,000\n{filling}\n\n2\n00:00:03,000 --> 00:00:04,000\nEnd\n"
        )
        assert found.events[-1].text == "End"
        assert all(len(event.text) <= 2_000 for event in found.events)
