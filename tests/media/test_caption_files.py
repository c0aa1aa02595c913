"""Caption files of a real run: beside the trailer, of what is heard in it, and never over a stranger's file."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pysubs2
import pytest
from tests.media.subtitled_film import ENGLISH, film_of_places, srt

from cinecore.errors import OutputError
from cinecut.compose import make_trailer
from cinecut.pipeline.outcome import Outcome
from cinecut.settings import TrailerSettings

pytestmark = pytest.mark.media


def run(settings: TrailerSettings) -> Outcome:
    return make_trailer(settings, listen=lambda _: None, say=lambda _: None)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> TrailerSettings:
    folder = tmp_path_factory.mktemp("said")
    film = film_of_places(folder / "film.mp4")
    (folder / "film.srt").write_text(srt(ENGLISH), "utf-8")
    return TrailerSettings(
        film,
        folder / "film.srt",
        vibe="documentary",
        duration_s=Fraction(16),
        spoilers="full",
        vision="none",
        music="none",
        effects=False,
    )


@pytest.fixture
def made(asked: TrailerSettings) -> Outcome:
    """The trailer with its captions, whatever another test left of them; most of it is kept from run to run."""
    return run(asked)


def test_every_line_that_is_heard_is_written_where_it_is_heard(made: Outcome) -> None:
    assert [file.name for file in made.captions] == [
        "film_trailer_documentary.srt",
        "film_trailer_documentary.vtt",
    ]
    found = [pysubs2.load(str(file)) for file in made.captions]
    assert [(one.start, one.end, one.plaintext) for one in found[0]] == [
        (one.start, one.end, one.plaintext) for one in found[1]
    ]
    assembled = json.loads((made.work_dir / "ASSEMBLY_MANIFEST.json").read_text("utf-8"))
    heard = {line["text"] for clip in assembled["clips"] if clip["sound"] != "none" for line in clip["lines"]}
    heard |= {voice["text"] for voice in assembled["voice_overs"]}
    written = {" ".join(one.plaintext.split()) for one in found[0]}
    assert heard
    assert written == heard
    assert all(one.end <= made.measured["duration_s"] * 1000 + 1 for one in found[0])
    assert all(before.end <= after.start for before, after in zip(found[0], found[0][1:], strict=False))
    assert all(len(row) <= 42 for one in found[0] for row in one.plaintext.splitlines())


def test_a_second_run_writes_nothing_and_a_strangers_file_stays(
    asked: TrailerSettings, made: Outcome
) -> None:
    first = [file.stat().st_mtime_ns for file in made.captions]
    assert [file.stat().st_mtime_ns for file in run(asked).captions] == first
    mine = made.captions[0]
    kept = mine.read_bytes()
    mine.write_text("My own words.", "utf-8")
    again = run(asked)
    assert mine.read_text("utf-8") == "My own words."
    assert [file.suffix for file in again.captions] == [".vtt"]
    assert any("film_trailer_documentary.srt" in notice for notice in again.notices)
    with pytest.raises(OutputError, match="was not made here"):
        run(replace(asked, named=frozenset({"captions"})))
    assert run(replace(asked, overwrite=True)).captions == made.captions
    assert mine.read_bytes() == kept


def test_captions_that_nobody_wants_any_more_go(asked: TrailerSettings, made: Outcome) -> None:
    assert run(asked).captions == made.captions
    without = run(replace(asked, captions="none"))
    assert without.captions == ()
    assert without.stages_run == ()
    assert not any(file.exists() for file in made.captions)
