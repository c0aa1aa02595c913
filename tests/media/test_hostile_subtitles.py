"""Subtitles in any encoding, format, number, with any times and rubbish: the right letters at the right times."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.command_line import cinecut, refused
from tests.media.subtitled_film import (
    ASK,
    ENGLISH,
    FILM_S,
    TEXTS,
    Line,
    ass,
    at_places,
    film_of_places,
    heard_lines,
    lines_read,
    srt,
    vtt,
)

from cinecore.ffmpeg.probe import probe
from cinecut.ingestion.encodings import decode

pytestmark = pytest.mark.media


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film_of_places(tmp_path_factory.mktemp("film") / "film.mkv")


@pytest.fixture(scope="module")
def work(film: Path) -> Path:
    """A work folder in which the film is analysed already: what differs below are the subtitles alone."""
    assert cinecut(film, *ASK, "--review").exit_code == 0
    return film.with_name("film_cinecut_work")


def manifest_with(
    film: Path, work: Path, subtitles: Path, *words: object
) -> tuple[dict[str, Any], list[Line]]:
    """What a run with these subtitles says, and the lines it read; heard lines are checked against those."""
    done = cinecut(film, *ASK, "--subtitle", subtitles, "--review", *words)
    assert done.exit_code == 0, done.output
    lines = lines_read(work)
    heard = heard_lines(work)
    assert set(heard) <= set(lines)
    return json.loads(done.stdout), lines


WORLD = "Zażółć gęślą jaźń.|Мы здесь. Δεν ξέρω.|なぜ来たのか。 我知道。|שלום, مرحبا 👋"

UNICODE = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
    "utf-16-be with a mark",
)


DAILY = {"cp1251", "cp1256", "cp932", "utf-8-sig", "utf-16", "utf-16-be with a mark"}
"""Run through to the plan; the others in the sweeps. `test_subtitle_encodings` decodes them all."""


@pytest.mark.parametrize(
    "codec",
    [
        pytest.param(codec, marks=[] if codec in DAILY else [pytest.mark.sweep])
        for codec in (*TEXTS, *UNICODE)
    ],
)
def test_lines_in_any_encoding_have_their_letters_and_their_times(
    codec: str, film: Path, work: Path, tmp_path: Path
) -> None:
    lines = at_places(TEXTS.get(codec, WORLD))
    text = ("\ufeff" if codec.endswith("mark") else "") + srt(lines)
    file = tmp_path / "lines.srt"
    file.write_bytes(text.encode(codec.split(maxsplit=1)[0]))
    said, read = manifest_with(film, work, file)
    assert read == lines
    assert heard_lines(work)
    guess = decode(file.read_bytes())
    assert guess.is_guess == (codec in TEXTS)
    assert guess.is_guess == ("read best as" in " ".join(said["notices"]))


FORMATS = {
    "srt": srt([(start, end, f'<font color="#fff"><i>{text}</i></font>') for start, end, text in ENGLISH]),
    "ass": ass(ENGLISH, "ass"),
    "ssa": ass(ENGLISH, "ssa"),
    "vtt": vtt(ENGLISH),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_each_format_gives_the_same_lines_whatever_the_file_is_called(
    kind: str, film: Path, work: Path, tmp_path: Path
) -> None:
    file = tmp_path / "lines, [1]; it's 100%.txt"
    file.write_text(FORMATS[kind], "utf-8")
    _, read = manifest_with(film, work, file)
    assert read == ENGLISH
    assert heard_lines(work)


PAST = int(FILM_S * 1000)

TIMES: dict[str, tuple[list[Line], list[Line], str]] = {
    "wholly past": (
        [(start + 3_600_000, end + 3_600_000, text) for start, end, text in ENGLISH],
        [],
        "12 subtitle lines lay past the film's end and were left out.",
    ),
    "partly past": (
        [*ENGLISH, (PAST - 500, PAST + 5000, "Over the end."), (PAST + 200, PAST + 900, "Gone.")],
        [*ENGLISH, (PAST - 500, PAST + 5000, "Over the end.")],
        "1 subtitle line lay past the film's end and was left out.",
    ),
    "out of order": (ENGLISH[::-1], ENGLISH, "11 subtitle lines stood out of order and were sorted."),
    "backwards": (
        [(2300, 1300, "This line has its times swapped."), *ENGLISH[1:]],
        [(2300, 4220, "This line has its times swapped."), *ENGLISH[1:]],
        "1 subtitle line ended before or as it started and was given the time it takes to read.",
    ),
    "two at once": (
        [*ENGLISH, (1800, 3900, "I speak while you speak.")],
        sorted([*ENGLISH, (1800, 3900, "I speak while you speak.")]),
        "",
    ),
    "all day long": (
        [*ENGLISH[:3], (17_300, 23_000_000, "I will never leave you.")],
        [*ENGLISH[:3], (17_300, 37_300, "I will never leave you.")],
        "1 subtitle line stood on for far longer than reading takes and was shortened.",
    ),
}


@pytest.mark.parametrize("name", TIMES)
def test_impossible_times_are_mended_or_left_out_and_it_is_said(
    name: str, film: Path, work: Path, tmp_path: Path
) -> None:
    given, meant, notice = TIMES[name]
    file = tmp_path / "lines.srt"
    file.write_text(srt(given), "utf-8")
    said, read = manifest_with(film, work, file)
    film_ms = int(probe(film).duration * 1000)
    assert read == [(start, min(end, film_ms), text) for start, end, text in meant]
    assert notice in " ".join(said["notices"])
    if not meant:
        assert "these may be the subtitles of another film" in " ".join(said["notices"])
        assert heard_lines(work) == []


TALKING = ("--vibe", "documentary", "--duration", "12s", "--seed", "1")
"""A trailer that surely speaks."""


def test_rubbish_inside_lines_reaches_neither_the_trailer_nor_the_terminal(
    film: Path, tmp_path: Path
) -> None:
    """A whole trailer: control characters, marks of direction, markup, and lines of 100,000 letters."""
    texts = (
        "We \x1b]0;owned\x07must\x08 \x1b[31mgo\u202e before\u200f \u2066night\u2069.\x00",
        "{\\an8}<b onclick='x'>Nobody</b> will <script>ever</script> know &lt;i&gt;now&lt;/i&gt;.",
        "Never " * 20_000,
        "x" * 100_000,
        "$(reboot) `id` %s %n {0} ' ; -- \\' v;a, drawtext=text=hi",
    )
    lines = [(start, end, text) for (start, end, _), text in zip(ENGLISH, texts, strict=False)]
    file = tmp_path / "lines.srt"
    file.write_text(srt(lines), "utf-8")
    own = tmp_path / "work"
    done = cinecut(film, *TALKING, "-s", file, "--work-dir", own, "--output", tmp_path / "t.mp4", "--explain")
    assert done.exit_code == 0, done.output
    read = [text for _, _, text in lines_read(own)]
    assert read[0] == "We ]0;ownedmust [31mgo before night."
    assert read[1] == "Nobody will ever know now."
    assert [len(text) <= 2000 for text in read] == [True] * 5
    assert read[4] == lines[4][2]
    assert all(letter == "\n" or letter.isprintable() for letter in done.output)
    assert heard_lines(own)
    measured = json.loads(
        cinecut(
            film, *TALKING, "--json", "-s", file, "--work-dir", own, "--output", tmp_path / "t.mp4"
        ).stdout
    )
    assert abs(measured["measured"]["duration_s"] - 12) <= 0.5


def many_lines(count: int, step_ms: float) -> str:
    words = [
        "We",
        "must",
        "go",
        "before",
        "night",
        "falls",
        "and",
        "nobody",
        "will",
        "ever",
        "know",
        "what",
        "happened",
        "here",
    ]
    return srt(
        [
            (int(n * step_ms) + 500, int(n * step_ms) + 1700, " ".join(words[(n + k) % 14] for k in range(5)))
            for n in range(count)
        ]
    )


def test_fifty_thousand_lines_give_what_those_inside_the_film_give(
    film: Path, work: Path, tmp_path: Path
) -> None:
    few, many = tmp_path / "few.srt", tmp_path / "many.srt"
    few.write_text(many_lines(16, 3000))
    many.write_text(many_lines(50_000, 3000))
    _, read = manifest_with(film, work, few)
    alone = (work / "TRAILER_MANIFEST.json").read_bytes()
    said, again = manifest_with(film, work, many)
    assert len(read) == 16
    assert again == read
    assert (work / "TRAILER_MANIFEST.json").read_bytes() == alone
    assert "49984 subtitle lines lay past the film's end and were left out." in said["notices"]


def test_lines_that_leave_no_place_for_a_cut_are_one_message(film: Path, work: Path, tmp_path: Path) -> None:
    file = tmp_path / "all at once.srt"
    file.write_text(many_lines(50_000, 0.96))
    done = cinecut(film, *ASK[:-1], "-s", file, "--review")
    refused(done, 65, "The subtitle lines leave no place for cuts", "--subtitle")
    assert 1000 < len(lines_read(work)) < 5000


@pytest.mark.sweep
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("step_ms", [3000, 0.048])
def test_a_million_lines_are_read(step_ms: float, film: Path, work: Path, tmp_path: Path) -> None:
    file = tmp_path / "million.srt"
    file.write_text(many_lines(1_000_000, step_ms))
    done = cinecut(film, *ASK[:-1], "-s", file, "--review")
    assert done.exit_code == (0 if step_ms > 1 else 65), done.output
    assert 16 <= len(lines_read(work)) < 5000


def test_nothing_of_a_recap_is_shown_and_that_is_said(film: Path, work: Path, tmp_path: Path) -> None:
    file = tmp_path / "lines.srt"
    file.write_text(srt([(1300, 2300, "Previously on Harbour Lights"), *ENGLISH[1:]]), "utf-8")
    said, _ = manifest_with(film, work, file)
    assert "From 0 to 12 s other episodes are told again" in " ".join(said["notices"])
    clips = json.loads((work / "TRAILER_MANIFEST.json").read_text("utf-8"))["clips"]
    assert min(clip["source_start_s"] for clip in clips) >= 12
