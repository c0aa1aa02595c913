"""A small film in a folder of its own, what an undisturbed run makes of it, and programs put in ffmpeg's place."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.command_line import cinecut
from tests.durability.small_film import make_film
from tests.stand_ins import forget_programs, script
from tests.surroundings.small_run import ASK, Undisturbed, results

from cinecore.ffmpeg import binaries


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    parent = tmp_path_factory.mktemp("undisturbed")
    film = make_film(parent / "film.mp4")
    place = parent / "place"
    place.mkdir()
    shutil.copy2(film, place)
    done = cinecut(place / "film.mp4", *ASK)
    assert done.exit_code == 0, done.output
    return Undisturbed(film, place, results(place))


@pytest.fixture
def place(undisturbed: Undisturbed, tmp_path: Path) -> Path:
    """A folder with the film in it."""
    folder = tmp_path / "place"
    folder.mkdir()
    shutil.copy2(undisturbed.film, folder)
    return folder


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Puts a shell script in the place of ffmpeg or ffprobe; `$REAL` is the true program."""
    real = {program: binaries.find(program).path for program in ("ffmpeg", "ffprobe")}
    forget_programs()

    def put(body: str, program: str = "ffmpeg") -> Path:
        path = script(tmp_path / "programs", program, f"REAL={real[program]}\n{body}")
        monkeypatch.setenv(f"CINECUT_{program.upper()}", str(path))
        return path

    yield put
    forget_programs()
