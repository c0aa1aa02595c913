"""An ffmpeg that each test tells what to do, and programs looked for anew."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from samples.film import FilmSpec, SampleFilm, make_film
from tests.made_once import made_once
from tests.stand_ins import forget_programs, script


@pytest.fixture(scope="session")
def sample_film(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], SampleFilm]:
    """A film of 150 s at 320×180 for each seed, made once for all tests, which write nothing beside it."""

    def film(seed: int) -> SampleFilm:
        def make(folder: Path) -> None:
            (folder / "known").write_bytes(pickle.dumps(make_film(FilmSpec(seed, 150, 320, 180), folder)))

        known = made_once(tmp_path_factory, f"film{seed}", make) / "known"
        return pickle.loads(known.read_bytes())  # type: ignore[no-any-return] # noqa: S301 - our own bytes

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
