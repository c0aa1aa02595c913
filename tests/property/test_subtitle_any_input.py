"""Whatever bytes or captions come in: lines in order with possible times, or one clear refusal."""

import contextlib

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cinecut.errors import SubtitleParseError
from cinecut.ingestion.encodings import decode
from cinecut.ingestion.parsing import parse_subtitles

words = st.text(alphabet="abc ÄñЖ字♪[]()<>{}&;:-–\\N\n0123456789!?", max_size=60)
times = st.integers(min_value=-(10**5), max_value=4 * 10**8)
captions = st.lists(st.tuples(times, times, words), min_size=1, max_size=12)


def clock(ms: int) -> str:
    sign, ms = ("-", -ms) if ms < 0 else ("", ms)
    return f"{sign}{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d},{ms % 1000:03d}"


@settings(max_examples=60)
@given(captions, st.none() | st.floats(min_value=0.1, max_value=10_000))
def test_every_line_that_comes_back_has_possible_times_and_words(
    items: list[tuple[int, int, str]], film_duration_s: float | None
) -> None:
    text = "".join(
        f"{n}\n{clock(a)} --> {clock(b)}\n{body}\n\n" for n, (a, b, body) in enumerate(items, start=1)
    )
    try:
        found = parse_subtitles(text.encode(), "x.srt", film_duration_s=film_duration_s)
    except SubtitleParseError:
        return
    starts = [event.start_ms for event in found.events]
    assert starts == sorted(starts)
    for place, event in enumerate(found.events):
        assert 0 <= event.start_ms < event.end_ms
        assert film_duration_s is None or event.end_s <= film_duration_s
        assert event.index == place
        assert event.text == event.text.strip() != ""
        assert (event.emotion == "neutral") == (event.emotion_strength == 0)


@settings(max_examples=60)
@given(st.binary(max_size=400))
@example(b"\x00" * 64)
@example(b"\xff\xfe\x00")
@example(b"WEBVTT\n\n00:00.000 --> \xff\n")
@example(b"[Events]\nDialogue: 0,0:0:0.0,0:0:0.0\nDialogue:")
def test_any_bytes_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    decode(data)
    for head in (
        b"",
        b"WEBVTT\n\n",
        b"[Script Info]\n[Events]\nDialogue: 0,0:00:00.00,0:00:01.00,a,b,0,0,0,,",
        b"1\n00:00:00,000 --> 00:00:01,000\n",
    ):
        with contextlib.suppress(SubtitleParseError):
            assert parse_subtitles(head + data, "x", film_duration_s=10.0).format in {"srt", "vtt", "ass"}


@settings(max_examples=60)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\ufeff"), min_size=1, max_size=80))
def test_unicode_text_comes_back_as_it_was(text: str) -> None:
    for codec in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        head = "1\n00:00:00,000 --> 00:00:01,000\n"
        if "\x1b" in text or "\x00" in text:
            return
        assert decode((head + text).encode(codec)).text == head + text
