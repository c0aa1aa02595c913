"""What one scene teaches, the next one uses: a planted car is found, carried and drawn, and nothing else changes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.command_line import vidpipe
from tests.vidpipe.small_projects import Place, frames, ordered

pytestmark = [pytest.mark.media, pytest.mark.model]

STORY = "1. A city street at noon, nobody is there.\n2. A car stands on a road in the desert.\n"
"""Scene 1 names no car; scene 2 names one without a colour; no place comes twice."""

RED = {"scene": 1, "label": "car", "color": "red", "position": "right"}
BLUE = {**RED, "color": "blue"}


def made(folder: Path, monkeypatch: pytest.MonkeyPatch, plant: object, *words: str) -> Place:
    place = Place(folder)
    if plant:
        monkeypatch.setenv("VIDPIPE_DRAFT_FAULTS", ordered(plant=[plant]))
    else:
        monkeypatch.delenv("VIDPIPE_DRAFT_FAULTS", raising=False)
    said = place.generate(STORY, "--total", "4", "--seed", "4", *words)
    assert said["project"]["status"] == "complete"
    return place


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Place]:
    """The same story with a red car, a blue one, none, and with a red one that nobody may use."""
    folder = tmp_path_factory.mktemp("loop")
    with pytest.MonkeyPatch.context() as patch:
        return {
            "red": made(folder / "red", patch, RED),
            "blue": made(folder / "blue", patch, BLUE),
            "none": made(folder / "none", patch, None),
            "off": made(folder / "off", patch, RED, "--no-enrichment"),
        }


def vehicles(place: Place) -> list[dict[str, object]]:
    return place.rows("SELECT * FROM assets WHERE asset_type = 'VEHICLE' ORDER BY tag")


def crop_color(place: Place) -> np.ndarray:
    """The strongest colour in the middle of the registered crop."""
    (car,) = vehicles(place)
    with Image.open(place.data / str(car["reference_image"])) as opened:
        crop = np.asarray(opened.convert("RGB"), float)
    height, width = crop.shape[:2]
    middle = crop[height // 4 : 3 * height // 4, width // 4 : 3 * width // 4].reshape(-1, 3)
    strength = middle.max(axis=1) - middle.min(axis=1)
    return np.median(middle[strength >= np.quantile(strength, 0.6)], axis=0)


@pytest.mark.parametrize("color", ["red", "blue"])
def test_a_planted_car_is_registered_with_a_crop_before_the_next_scene_is_submitted(
    places: dict[str, Place], color: str
) -> None:
    place = places[color]
    (car,) = vehicles(place)
    assert (car["found_in_scene"], car["source"]) == (0, "CLIP_EXTRACT")
    assert (place.data / str(car["reference_image"])).is_file()
    assert color in str(car["visual_description"])
    (second,) = place.rows(
        "SELECT c.intent_at FROM video_clips c JOIN scenes s ON s.id = c.scene_id WHERE s.scene_index = 1"
    )
    assert str(car["created_at"]) < str(second["intent_at"])


@pytest.mark.parametrize("color", ["red", "blue"])
def test_the_next_scenes_request_carries_the_crop(places: dict[str, Place], color: str) -> None:
    place = places[color]
    (car,) = vehicles(place)
    (second,) = place.rows(
        "SELECT c.request, c.idempotency_key FROM video_clips c JOIN scenes s ON s.id = c.scene_id "
        "WHERE s.scene_index = 1"
    )
    carried = json.loads(str(second["request"]))["references"]
    assert [(item["tag"], item["image"]) for item in carried if item["tag"].startswith("VEH")] == [
        (car["tag"], car["reference_image"])
    ]
    sent = [
        json.loads(path.read_text())
        for path in (place.data / "jobs" / "draft").rglob("*.json")
        if str(second["idempotency_key"]) in path.read_text()
    ]
    assert any(str(place.data / str(car["reference_image"])) in json.dumps(job) for job in sent)


@pytest.mark.parametrize("color", ["red", "blue"])
def test_the_next_scenes_pixels_move_towards_the_crops_colours(places: dict[str, Place], color: str) -> None:
    taught, untaught = frames(places[color].clip(2)), frames(places["off"].clip(2))
    assert taught.shape == untaught.shape
    middle = len(taught) // 2
    before, after = untaught[middle].astype(float), taught[middle].astype(float)
    changed = np.abs(after - before).max(axis=2) > 40
    assert changed.mean() > 0.005
    wanted = crop_color(places[color])
    distance_before = np.linalg.norm(before[changed].mean(axis=0) - wanted)
    distance_after = np.linalg.norm(after[changed].mean(axis=0) - wanted)
    assert distance_after < 0.8 * distance_before


def test_where_nothing_was_planted_or_nothing_may_be_used_the_scene_is_the_same(
    places: dict[str, Place],
) -> None:
    assert places["none"].clip(2).read_bytes() == places["off"].clip(2).read_bytes()
    assert vehicles(places["off"])[0]["found_in_scene"] == 0


@pytest.mark.parametrize("color", ["red", "blue"])
def test_the_car_appears_in_the_scene_that_taught_it_and_in_the_next(
    places: dict[str, Place], color: str
) -> None:
    place = places[color]
    seen = place.rows(
        "SELECT DISTINCT p.scene_index FROM asset_appearances p JOIN assets a ON a.id = p.asset_id "
        "WHERE a.asset_type = 'VEHICLE' ORDER BY p.scene_index"
    )
    assert [row["scene_index"] for row in seen] == [0, 1]


def test_what_was_seen_and_how_well_it_agrees_is_kept_for_each_scene(places: dict[str, Place]) -> None:
    rows = places["red"].rows("SELECT cv_analysis_json, continuity_score FROM scene_manifests")
    assert len(rows) == 2
    for row in rows:
        seen = json.loads(str(row["cv_analysis_json"]))
        assert "clip_embeddings" not in seen
        assert len(seen["frames_sampled"]) <= 8
        parts = seen["continuity"].values()
        assert all(part["score"] is not None or part["evidence"] for part in parts)
        measured = [part for part in parts if part["score"] is not None]
        total = sum(part["weight"] for part in measured)
        mean = sum(part["score"] * part["weight"] for part in measured) / total
        assert row["continuity_score"] == pytest.approx(mean, abs=0.05)


def test_another_project_begins_with_what_this_one_learnt(places: dict[str, Place], tmp_path: Path) -> None:
    shutil.copytree(places["red"].data, tmp_path / "data")
    place = Place(tmp_path)
    (learnt,) = vehicles(place)
    first = json.loads(vidpipe(*place.words("status", place.project_id()[:6], "--json")).stdout)
    library = str(first["project"]["manifest"])
    assert library[:8] in vidpipe(*place.words("status", place.project_id()[:6])).stdout
    said = place.generate(
        "1. A car stands on a road in the desert.", "--total", "2", "--seed", "4", "--manifest", library[:8]
    )
    copies = {asset["tag"]: asset for asset in said["registry"]}
    copy = copies[learnt["tag"]]
    assert (copy["source"], copy["found_in_scene"]) == ("project_import", None)
    assert learnt["tag"] in said["scenes"][0]["references"], "known from the first scene on"
    again = json.loads(vidpipe(*place.words("status", said["project"]["id"], "--json")).stdout)
    assert [asset["tag"] for asset in again["registry"]] == list(copies), "and nothing took it away"
