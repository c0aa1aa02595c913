"""A person given as a photograph is known again in the scene that shows them; a stranger beside them is new."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.vidpipe.small_projects import Place, ordered

pytestmark = [pytest.mark.media, pytest.mark.model, pytest.mark.shared]

STORY = "1. A city street at noon, nobody is there.\n2. Ada stands in a park.\n"


@pytest.fixture(scope="module")
def place(media_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Ada is the astronaut; a stranger is planted beside her in the second scene."""
    place = Place(tmp_path_factory.mktemp("photographed"))
    stranger = {"scene": 2, "photo": str(media_folder / "faces/fr_obama.jpg"), "position": "right"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIDPIPE_DRAFT_FAULTS", ordered(plant=[stranger]))
        place.generate(
            STORY,
            *("--total", "4", "--lines", "720", "--seed", "5"),
            *("--cast", f"Ada={media_folder / 'photos/astronaut.png'}"),
        )
    return place


def test_she_is_recognised_by_her_face_in_her_scene_and_in_no_other(place: Place) -> None:
    (ada,) = place.rows("SELECT * FROM assets WHERE name = 'Ada'")
    assert (ada["asset_type"], ada["source"]) == ("CHARACTER", "uploaded")
    seen = [
        json.loads(str(row["cv_analysis_json"]))
        for row in place.rows(
            "SELECT m.cv_analysis_json FROM scene_manifests m JOIN scenes s ON s.id = m.scene_id ORDER BY s.scene_index"
        )
    ]
    assert seen[0]["face_matches"] == []
    matched = {match["tag"]: match for match in seen[1]["face_matches"]}
    assert set(matched) == {ada["tag"]}
    match = matched[ada["tag"]]
    assert match["distance"] < match["threshold"]
    assert match["space"].startswith("dlib")
    shown = place.rows("SELECT DISTINCT scene_index FROM asset_appearances WHERE asset_id = ?", ada["id"])
    assert [row["scene_index"] for row in shown] == [1]


def test_the_stranger_beside_her_is_registered_as_somebody_new(place: Place) -> None:
    new = place.rows("SELECT * FROM assets WHERE found_in_scene = 1 AND asset_type = 'CHARACTER'")
    assert len(new) == 1
    assert new[0]["face_embedding"] is not None
    assert (place.data / str(new[0]["reference_image"])).is_file()


def test_her_face_was_compared_before_the_clip_was_asked_for(place: Place) -> None:
    checks = [
        json.loads(str(row["checks"]))
        for row in place.rows(
            "SELECT k.checks FROM keyframes k JOIN scenes s ON s.id = k.scene_id "
            "WHERE s.scene_index = 1 AND k.position = 'start'"
        )
    ]
    assert checks
    assert checks[0]["is_good"]
    assert checks[0]["face_distances"]
