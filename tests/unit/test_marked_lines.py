"""Speech is told from sounds, songs, credits and advertising in lines that were marked by hand, in twelve languages."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from tests.unit.test_alignment import heard, words_of

from cinecut.ingestion.alignment import Verdict, align_lines
from cinecut.ingestion.parsing import Subtitles, parse_subtitles
from cinecut.ingestion.subtitles import read_subtitles
from cinecut.models import LineKind

KINDS = {
    "s": LineKind.SPEECH,
    "t": LineKind.SOUND_TAG,
    "l": LineKind.LYRICS,
    "c": LineKind.CREDIT,
    "a": LineKind.ADVERT,
}
NEEDED = 0.98
MARKED: dict[str, list[tuple[str, str]]] = {
    name: [(kind, text) for kind, text in file["lines"]]
    for name, file in tomllib.loads(
        Path(__file__).with_name("marked_lines.toml").read_text(encoding="utf-8")
    ).items()
}


def read(lines: list[tuple[str, str]]) -> Subtitles:
    """The lines as a file, one every four seconds."""
    blocks = []
    for place, (_, text) in enumerate(lines):
        at = f"{place * 4 // 3600:02}:{place * 4 // 60 % 60:02}:{place * 4 % 60:02}"
        blocks.append(f"{place + 1}\n{at},000 --> {at},900\n{text.replace('|', chr(10))}\n")
    return parse_subtitles("\n".join(blocks).encode(), "marked.srt", film_duration_s=None)


def told() -> list[tuple[str, str, LineKind, LineKind]]:
    """File, text, kind as marked, kind as told."""
    found = []
    for name, lines in MARKED.items():
        events = read(lines).events
        by_place = {event.start_ms // 4000: event.kind for event in events}
        for place, (mark, text) in enumerate(lines):
            found.append((name, text, KINDS[mark], by_place.get(place, LineKind.SOUND_TAG)))
    return found


def test_dialogue_is_told_from_everything_else_in_marked_lines() -> None:
    lines = told()
    assert len(lines) > 170
    wrong = [line for line in lines if (line[2] is LineKind.SPEECH) != (line[3] is LineKind.SPEECH)]
    assert 1 - len(wrong) / len(lines) >= NEEDED, wrong


def test_every_kind_of_line_is_told_in_marked_lines() -> None:
    lines = told()
    wrong = [line for line in lines if line[2] is not line[3]]
    assert 1 - len(wrong) / len(lines) >= NEEDED, wrong
    misses = Counter(line[2] for line in wrong)
    counts = Counter(line[2] for line in lines)
    assert all(misses[kind] <= max(1, counts[kind] * 0.1) for kind in counts), wrong


def test_a_file_of_sounds_alone_holds_no_dialogue_and_is_not_checked_against_speech() -> None:
    found = read(MARKED["nothing_but_sounds"])
    assert found.speech == ()
    aligned = align_lines(found.events, heard(words_of(1)), 0.0, 900.0)
    assert aligned.verdict is Verdict.TOO_FEW
    assert aligned.events == found.events
    assert aligned.notices == ()


@pytest.mark.shared
def test_dialogue_is_told_from_everything_else_in_real_files(media_folder: Path) -> None:
    """Marked by reading them: all is speech but what is named here. Songs without a mark are left out: only the sound
    could tell them (`pysubs2_ttml_example_apple.ass`).
    """
    folder = media_folder / "subs"
    unspoken = {
        "Test",
        "Produced By Ton Roosendaal Copyright 2006 Netherlands Media Art Institute / Montevideo Blender Foundation",
    }
    right = count = 0
    for path in sorted(folder.glob("*.*t*")):
        if path.suffix not in {".srt", ".vtt"} or "chapters" in path.name:
            continue
        for event in read_subtitles(path, film_duration_s=None).events:
            count += 1
            right += (event.kind is LineKind.SPEECH) == (event.text not in unspoken)
    assert count > 600
    assert right / count >= NEEDED
