"""What goes wrong at the maker's or in the eyes: a note, gentler words, a named gap; never a second submission."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.vidpipe.small_projects import Place, ordered, with_faults
from tests.vidpipe.survival import ASK, STORY, assert_same_end, generate_words, resumed

pytestmark = [pytest.mark.media, pytest.mark.model]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("undisturbed"))
    place.generate(STORY, *ASK)
    return place


def test_a_failing_look_is_a_note_and_the_video_is_whole(undisturbed: Place, tmp_path: Path) -> None:
    place = Place(tmp_path)
    done = place.process(*generate_words(place), **with_faults(ordered(fail_analysis=[2])))
    assert done.status == 0, done
    assert "Scene 2: CV analysis failed (non-fatal): RuntimeError: a failure on order" in done.errors
    said = done.said
    assert said["project"]["status"] == "complete"
    assert [note["kind"] for note in said["scenes"][1]["notes"]] == ["analysis_failed"]
    assert all(scene["clip"] for scene in said["scenes"])
    seen = place.rows(
        "SELECT cv_analysis_json FROM scene_manifests m JOIN scenes s ON s.id = m.scene_id ORDER BY s.scene_index"
    )
    assert [row["cv_analysis_json"] is None for row in seen] == [False, True, False]


def test_without_a_manifest_nobody_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> None:
        raise AssertionError("somebody looked")

    monkeypatch.setattr("vidpipe.pipeline.video_gen._get_cv_analysis_service", never)
    place = Place(tmp_path)
    said = place.generate(STORY, *ASK, "--no-manifest")
    assert said["project"]["status"] == "complete"
    assert said["registry"] == []
    assert all(scene["notes"] == [] for scene in said["scenes"])


def test_a_refused_scene_is_asked_for_in_gentler_words_and_then_with_another_end(tmp_path: Path) -> None:
    place = Place(tmp_path)
    faults = ordered(refuse=[{"scene": 2, "until_safety": 2}])
    done = place.process(*generate_words(place), **with_faults(faults))
    assert done.status == 0, done
    assert done.said["project"]["status"] == "complete"
    takes = place.rows(
        "SELECT c.take, c.status, c.safety, c.request FROM video_clips c JOIN scenes s ON s.id = c.scene_id "
        "WHERE s.scene_index = 1 ORDER BY c.take"
    )
    assert [(row["status"], row["safety"]) for row in takes] == [
        ("refused", 0),
        ("refused", 1),
        ("complete", 2),
    ]
    prompts = [json.loads(str(row["request"]))["prompt"] for row in takes]
    assert len(set(prompts)) == 3
    trace = tmp_path / "trace"
    resumed(place, CINECUT_FAILPOINT=f"trace:{trace}")
    assert "video.mp4" in trace.read_text()
    assert ".png" not in trace.read_text(), "no still is made again for a clip that is kept"
    trace.unlink()


def test_a_notice_about_what_was_asked_is_in_the_answer(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (tmp_path / "shots.csv").write_text("action,seconds,colour\nA dog runs in a park.,2,red\n")
    said = place.generate(str(tmp_path / "shots.csv"), "--seed", "4", "--through", "storyboard")
    assert any("colour" in notice for notice in said["notices"])


def test_a_scene_that_stays_refused_is_a_named_gap_and_can_be_tried_again(tmp_path: Path) -> None:
    place = Place(tmp_path)
    faults = ordered(refuse=[{"scene": 2, "until_safety": 3}])
    done = place.process(*generate_words(place), **with_faults(faults))
    assert done.status == 0, done
    assert done.said["project"]["status"] == "complete_with_gaps"
    assert done.said["scenes"][1]["status"] == "refused"
    assert done.said["scenes"][1]["notes"][-1]["kind"] == "refused"
    assert done.said["project"]["measured"]["duration_s"] == pytest.approx(4, abs=0.05)
    again = resumed(place)
    assert again["project"]["status"] == "complete"
    assert again["project"]["measured"]["duration_s"] == pytest.approx(6, abs=0.05)


def test_a_job_that_never_ends_is_given_up_after_the_time_allowed(tmp_path: Path) -> None:
    place = Place(tmp_path)
    done = place.process(
        *generate_words(place), VIDPIPE_CLIP_TIMEOUT="15", **with_faults(ordered(never_finish=[3]))
    )
    assert done.status == 0, done
    assert done.said["project"]["status"] == "complete_with_gaps"
    assert done.said["scenes"][2]["status"] == "timed_out"


def test_a_lost_reply_and_a_dead_worker_cost_no_second_submission(undisturbed: Place, tmp_path: Path) -> None:
    place = Place(tmp_path)
    done = place.process(*generate_words(place), **with_faults(ordered(lose_reply=[2], kill_worker=[3])))
    assert done.status == 0, done
    assert_same_end(place, undisturbed)
