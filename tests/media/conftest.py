"""An ffmpeg that each test tells what to do, and programs looked for anew."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from samples.film import FilmSpec, SampleFilm, make_film
from tests.stand_ins import forget_programs, script


@pytest.fixture(scope="session")
def sample_film(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], SampleFilm]:
    """A film of 150 s at 320×180 for each seed, made once for all tests; they write beside it at their own risk."""

    @cache
    def film(seed: int) -> SampleFilm:
        return make_film(FilmSpec(seed, 150, 320, 180), tmp_path_factory.mktemp(f"film{seed}"))

    return film


@pytest.fixture
def _forgetful() -> Iterator[None]:
    """Programs are looked for anew before and after the test."""
    forget_programs()
    yield
    forget_programs()


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _forgetful: None) -> Path:
    """An ffmpeg whose behaviour each test writes into `act.py`: a real process, told what to do."""
    act = tmp_path / "act.py"
    script(
        tmp_path / "bin",
        "ffmpeg",
        f'[ "$1" = -version ] && echo "ffmpeg version 6.0 test" && exit 0\nexec {sys.executable} {act} "$@"',
    )
    monkeypatch.setenv("CINECUT_FFMPEG", str(tmp_path / "bin" / "ffmpeg"))
    return act
