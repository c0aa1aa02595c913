"""Versions of a real run: each its own file and manifest, and a kill between two of them loses nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.durability.small_film import PLAIN, Place, make_film, new_place

from cinecut.compose import clean_work, work_status
from cinecut.settings import TrailerSettings

pytestmark = pytest.mark.media

COMMON = ("--vision", "none", "--spoilers", "full", *PLAIN, "--versions")
TWO, THREE = (*COMMON, "2"), (*COMMON, "3")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("small") / "film.mp4")


@pytest.fixture(scope="module")
def undisturbed(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = new_place(tmp_path_factory.mktemp("versions"), "undisturbed", small)
    ended = place.here(*TWO)
    assert ended.status == 0, ended
    assert [Path(one["output"]).name for one in ended.said["versions"]] == [
        "film_trailer_action_A.mp4",
        "film_trailer_action_B.mp4",
    ]
    return place


def results(place: Place) -> dict[str, bytes]:
    files = [*place.folder.glob("film_trailer_*.mp4"), *place.work.glob("version_*/*_MANIFEST.json")]
    return {str(path.relative_to(place.folder)): path.read_bytes() for path in sorted(files)}


def test_each_version_is_another_trailer_with_a_manifest_of_its_own(undisturbed: Place) -> None:
    found = results(undisturbed)
    assert len(found) == 6
    assert found["film_trailer_action_A.mp4"] != found["film_trailer_action_B.mp4"]
    one, two = (
        json.loads(found[f"film_cinecut_work/version_{letter}/TRAILER_MANIFEST.json"]) for letter in "AB"
    )
    assert one["clips"][0]["source_start_s"] != two["clips"][0]["source_start_s"]
    assert not (undisturbed.work / "TRAILER_MANIFEST.json").exists()
    status = work_status(TrailerSettings(undisturbed.film, undisturbed.folder / "film.srt", vision="none"))
    assert [(one.letter, one.output is not None) for one in status.versions] == [("A", True), ("B", True)]
    again = undisturbed.here(*TWO, "--dry-run").said["plan"]
    assert all(state["is_done"] for state in again)
    third = [state for state in undisturbed.here(*THREE, "--dry-run").said["plan"] if not state["is_done"]]
    assert third[0]["reason"] == "of version C: it has not been done yet"
    assert not (undisturbed.work / "version_C").exists()
    assert undisturbed.temporaries() == []


def test_a_kill_between_two_versions_loses_nothing(small: Path, undisturbed: Place, tmp_path: Path) -> None:
    place = new_place(tmp_path, "undisturbed", small)
    assert place.run(*TWO, failpoint="publish.rename@action_B:1:kill").status == -9
    first = place.folder / "film_trailer_action_A.mp4"
    made = first.stat()
    assert not (place.folder / "film_trailer_action_B.mp4").exists()
    ended = place.here(*TWO)
    assert ended.status == 0, ended
    assert (first.stat().st_ino, first.stat().st_mtime_ns) == (made.st_ino, made.st_mtime_ns)
    assert results(place) == results(undisturbed)
    assert place.temporaries() == []
    assert clean_work(TrailerSettings(place.film), ["all"])["segments"] > 0
    assert not place.work.exists()
