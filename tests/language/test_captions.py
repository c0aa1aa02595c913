"""Captions: never wider than 42 letters, never more than two rows, exact in time, readable by others."""

from __future__ import annotations

import string

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinecore.language.captions import _width, captions_of, split_caption, srt_text, vtt_text
from vidpipe.services.line_timing import SpokenLine

LONG = (
    "We should have left before the rain came, my friend, and now the road is gone. "
    "I told you so, but you would not listen to an old man."
)


@given(st.text(max_size=400))
def test_no_row_is_wider_and_no_page_longer_than_can_be_read(text: str) -> None:
    pages = split_caption(text)
    assert all(1 <= len(page) <= 2 for page in pages)
    assert all(_width(row) <= 42 and row == row.strip() and row for page in pages for row in page)


@given(st.lists(st.text(string.ascii_letters + ",.!?'", min_size=1, max_size=30), max_size=60))
def test_no_word_of_a_line_is_lost(words: list[str]) -> None:
    pages = split_caption(" ".join(words))
    assert [word for page in pages for row in page for word in row.split()] == words


def test_lines_are_parted_at_sentences_and_phrases() -> None:
    assert split_caption(LONG) == (
        ("We should have left before the rain came,", "my friend, and now the road is gone."),
        ("I told you so,", "but you would not listen to an old man."),
    )
    assert split_caption("Hi.") == (("Hi.",),)


def test_wide_letters_count_twice() -> None:
    rows = [row for page in split_caption("今日は天気がいいですね" * 5) for row in page]
    assert max(len(row) for row in rows) == 21


def test_a_long_line_shares_its_time_by_its_letters() -> None:
    first, second = captions_of([SpokenLine(None, 10.0, 18.0, LONG, "Keeper")])
    assert first.start_s == 10.0
    assert first.end_s <= second.start_s == pytest.approx(10 + 8 * 77 / 130, abs=0.1)
    assert second.end_s == 18.0


def test_a_short_caption_stays_readable_but_never_into_the_next() -> None:
    alone, close, last = captions_of(
        [
            SpokenLine(None, 1.0, 1.3, "No!"),
            SpokenLine(None, 5.0, 5.2, "Yes."),
            SpokenLine(None, 5.4, 7.0, "What do you mean?"),
        ]
    )
    assert (alone.start_s, alone.end_s) == (1.0, 2.0)
    assert close.end_s < last.start_s == 5.4


def test_the_files_are_read_by_others_as_they_were_meant() -> None:
    lines = [
        SpokenLine(None, 1.25, 3.5, "Is it 3 < 5 & <b>bold</b> --> or {\\an8}not?", "MARA <x>"),
        SpokenLine(None, 3661.0, 3663.5, "שלום, חבר.", ""),
    ]
    captions = captions_of(lines)
    srt, vtt = srt_text(captions), vtt_text(captions)
    for text, kind in ((srt, "srt"), (vtt, "vtt")):
        read = pysubs2.SSAFile.from_string(text, format_=kind)
        assert [(event.start, event.end) for event in read] == [(1250, 3500), (3_661_000, 3_663_500)]
    read = pysubs2.SSAFile.from_string(srt, format_="srt")
    assert "bold" in read[0].plaintext
    assert "<b>" not in srt
    assert "{\\" not in srt
    assert srt.count("-->") == vtt.count("-->") == 2
    assert "<v MARA x>" in vtt
    assert "&lt;b&gt;" in vtt
    assert "\u202bשלום, חבר.\u202c" in srt
    assert "\u202bשלום, חבר.\u202c" in vtt


def test_no_lines_make_no_captions() -> None:
    assert captions_of([]) == ()
    assert captions_of([SpokenLine(None, 0, 1, " \n ")]) == ()
    assert srt_text(()) == ""
