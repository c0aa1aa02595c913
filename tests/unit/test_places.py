"""Where results go: beside the film, elsewhere when they must, under names that a disk takes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cinecore.errors import InputError, OutputError
from cinecut import cli
from cinecut.places import name_for, setup_work_folder, trailer_file, work_folder


@pytest.fixture
def shut_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that cannot be written; the superuser, whom no mode stops, is told so by the system call."""
    folder = tmp_path / "shut"
    folder.mkdir()
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != folder and real(path, mode))
    return folder


def test_work_lies_beside_the_film(tmp_path: Path) -> None:
    place = work_folder(tmp_path / "My Film.part1.mkv")
    assert place.path == tmp_path / "My Film.part1_cinecut_work"
    assert place.notice == ""


def test_the_trailer_lies_beside_the_film_and_bears_the_vibe(tmp_path: Path) -> None:
    assert trailer_file(tmp_path / "film.mkv", "sci-fi").path == tmp_path / "film_trailer_sci-fi.mp4"


def test_a_read_only_film_folder_sends_work_to_the_cache_and_the_trailer_here(
    shut_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    film = shut_folder / "film.mkv"
    work, trailer = work_folder(film), trailer_file(film, "war")
    assert Path.home() in work.path.parents
    assert trailer.path == tmp_path / "film_trailer_war.mp4"
    assert str(work.path) in work.notice
    assert str(trailer.path) in trailer.notice
    assert work.path != work_folder(shut_folder.parent / "other" / "film.mkv").path


@pytest.mark.parametrize("letter", ["a", "é", "映", "🎬"])
def test_a_name_past_255_bytes_is_shortened_and_stays_its_own(letter: str) -> None:
    stem = letter * 250
    name = name_for(stem, "_trailer_thriller.mp4")
    assert len(name.encode()) <= 255
    assert name.endswith("_trailer_thriller.mp4")
    assert "\ufffd" not in name
    assert name != name_for(stem + "2", "_trailer_thriller.mp4")
    assert name_for("short", ".mp4") == "short.mp4"


def test_a_shortened_name_can_really_be_made(tmp_path: Path) -> None:
    folder = setup_work_folder(work_folder(tmp_path / ("映" * 84 + ".mkv")).path)
    assert (folder / "keyframes").is_dir()


def test_a_name_that_is_no_utf8_has_a_place(tmp_path: Path) -> None:
    film = tmp_path / os.fsdecode(b"caf\xe9" * 80 + b".mkv")
    assert setup_work_folder(work_folder(film).path).is_dir()


def test_an_output_without_an_ending_gets_one_and_a_folder_takes_the_usual_name(tmp_path: Path) -> None:
    film = tmp_path / "f.mkv"
    assert trailer_file(film, "war", tmp_path / "cut").path == tmp_path / "cut.mp4"
    assert trailer_file(film, "war", tmp_path).path == tmp_path / "f_trailer_war.mp4"
    with pytest.raises(InputError, match="mp4"):
        trailer_file(film, "war", tmp_path / "cut.avi")


def test_an_output_in_a_folder_that_is_not_there_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        trailer_file(tmp_path / "f.mkv", "war", tmp_path / "none" / "cut.mp4")
    assert caught.value.exit_status == 73


def test_something_in_the_way_of_the_work_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "film_cinecut_work").write_text("mine")
    with pytest.raises(OutputError) as caught:
        cli._setup_work_dir(tmp_path / "film.mkv")
    assert caught.value.exit_status == 73
    assert (tmp_path / "film_cinecut_work").read_text() == "mine"


def test_the_public_door_makes_the_folder_and_its_keyframes(tmp_path: Path) -> None:
    folder = cli._setup_work_dir(tmp_path / "film.mkv")
    assert folder == tmp_path / "film_cinecut_work"
    assert (folder / "keyframes").is_dir()
    assert cli._setup_work_dir(tmp_path / "film.mkv") == folder
    assert cli.TOTAL_STAGES == 7
