"""A film looked at by the embedded eyes, in a run like a person's: made, kept, cleaned, left out where that is asked."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from samples.film import FilmSpec, make_film

from cinecut.compose import clean_work, make_trailer, work_status
from cinecut.inference.cache import load_cache
from cinecut.pipeline.outcome import Outcome
from cinecut.settings import TrailerSettings

pytestmark = [pytest.mark.media, pytest.mark.model]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> TrailerSettings:
    sample = make_film(FilmSpec(5, 60, 256, 144), tmp_path_factory.mktemp("sample"))
    return TrailerSettings(
        sample.film, sample.srt, "thriller", Fraction(8), vision="embedded", review=True, jobs=2
    )


def run(settings: TrailerSettings) -> tuple[Outcome, list[str]]:
    said: list[str] = []
    return make_trailer(settings, listen=lambda _: None, say=said.append), said


def eyes_files(outcome: Outcome) -> list[str]:
    return sorted(path.name.split(".", 1)[1] for path in outcome.work_dir.glob("*.eyes.*"))


def test_eyes_see_once_are_kept_and_are_cleaned_with_the_descriptions(settings: TrailerSettings) -> None:
    made, _ = run(settings)
    assert "inference" in made.stages_run
    assert eyes_files(made) == ["eyes.journal", "eyes.msgpack"]
    assert settings.film is not None
    words = load_cache(settings.film, made.work_dir)
    assert words is not None
    assert all(description is not None for _, description in words)
    seen = (made.work_dir / next(made.work_dir.glob("*.eyes.msgpack")).name).read_bytes()
    again, said = run(settings)
    assert again.stages_run == ()
    assert any("embedded eyes inference skipped" in line for line in said)
    for path in made.work_dir.glob("*.eyes.*"):
        path.unlink()
    third, _ = run(settings)
    assert third.stages_run == ("inference",), "what was seen is made again, and only that"
    assert next(made.work_dir.glob("*.eyes.msgpack")).read_bytes() == seen
    kept = work_status(settings).bytes_by_kind["descriptions"]
    freed = clean_work(settings, ["descriptions"])
    assert freed["descriptions"] == kept > len(seen)
    assert eyes_files(made) == []


@pytest.mark.parametrize("change", [{"vision": "none"}, {"vision": "auto", "preview": True}])
def test_pixels_alone_and_previews_leave_the_eyes_closed(
    settings: TrailerSettings, change: dict[str, object], tmp_path: Path
) -> None:
    closed = replace(settings, work_dir=tmp_path / "work", **change)  # type: ignore[arg-type]  # fields of it
    made, _ = run(closed)
    assert eyes_files(made) == []
