"""What goes wrong at the maker's or in the eyes: a note, gentler words, a named gap; never a second submission."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.command_line import vidpipe
from tests.vidpipe.small_projects import SMALL, Place, ordered
from tests.vidpipe.survival import (
    ASK,
    STORY,
    assert_same_end,
    resume_words,
    resumed,
    undisturbed_place,
)

pytestmark = [pytest.mark.media, pytest.mark.model]

ONE, TWO = (
    ("A dog runs in a park.", "--total", "2", "--seed", "4"),
    ("".join(STORY.splitlines(True)[:2]), "--total", "4", "--seed", "4"),
)
"""Stories of one scene and of two, where a third would prove nothing."""


UNSEEN = "--no-manifest"
"""Where nothing is proven of eyes: a look at a clip takes as long as the clip."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return undisturbed_place(tmp_path_factory)


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts faults on order for what runs in this process; none takes them back."""

    def put(**faults: object) -> None:
        if faults:
            monkeypatch.setenv("VIDPIPE_DRAFT_FAULTS", ordered(**faults))
        else:
            monkeypatch.delenv("VIDPIPE_DRAFT_FAULTS")

    return put


def test_a_failing_look_is_a_note_and_the_video_is_whole(order: Callable[..., None], tmp_path: Path) -> None:
    place = Place(tmp_path)
    order(fail_analysis=[2])
    done = vidpipe(*place.words("generate", *TWO, *SMALL, "--output", place.video))
    assert done.exit_code == 0, done.output
    assert "Scene 2: CV analysis failed (non-fatal): RuntimeError: a failure on order" in done.stderr
    said = json.loads(done.stdout)
    assert said["project"]["status"] == "complete"
    assert [note["kind"] for note in said["scenes"][1]["notes"]] == ["analysis_failed"]
    assert all(scene["clip"] for scene in said["scenes"])
    seen = place.rows(
        "SELECT cv_analysis_json FROM scene_manifests m JOIN scenes s ON s.id = m.scene_id ORDER BY s.scene_index"
    )
    assert [row["cv_analysis_json"] is None for row in seen] == [False, True]


def test_without_a_manifest_nobody_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> None:
        raise AssertionError("somebody looked")

    monkeypatch.setattr("vidpipe.pipeline.video_gen._get_cv_analysis_service", never)
    place = Place(tmp_path)
    said = place.generate(*ONE, UNSEEN)
    assert said["project"]["status"] == "complete"
    assert said["registry"] == []
    assert all(scene["notes"] == [] for scene in said["scenes"])


def test_a_refused_scene_is_asked_for_in_gentler_words_and_then_with_another_end(
    order: Callable[..., None], tmp_path: Path
) -> None:
    place = Place(tmp_path)
    order(refuse=[{"scene": 1, "until_safety": 2}])
    said = place.generate(*ONE, UNSEEN)
    assert said["project"]["status"] == "complete"
    takes = place.rows("SELECT take, status, safety, request FROM video_clips ORDER BY take")
    assert [(row["status"], row["safety"]) for row in takes] == [
        ("refused", 0),
        ("refused", 1),
        ("complete", 2),
    ]
    prompts = [json.loads(str(row["request"]))["prompt"] for row in takes]
    assert len(set(prompts)) == 3
    order()
    trace = tmp_path / "trace"
    done = place.process(*resume_words(place), CINECUT_FAILPOINT=f"trace:{trace}")
    assert done.status == 0, done
    assert "video.mp4" in trace.read_text()
    assert ".png" not in trace.read_text(), "no still is made again for a clip that is kept"
    trace.unlink()


def test_a_notice_about_what_was_asked_is_in_the_answer(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (tmp_path / "shots.csv").write_text("action,seconds,colour\nA dog runs in a park.,2,red\n")
    said = place.generate(str(tmp_path / "shots.csv"), "--seed", "4", "--through", "storyboard")
    assert any("colour" in notice for notice in said["notices"])


def test_a_scene_that_stays_refused_and_a_job_that_never_ends_are_named_gaps_and_can_be_tried_again(
    order: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path)
    order(refuse=[{"scene": 2, "until_safety": 3}], never_finish=[3])
    with monkeypatch.context() as patch:
        patch.setenv("VIDPIPE_CLIP_TIMEOUT", "15")
        said = place.generate(STORY, *ASK, UNSEEN)
    assert said["project"]["status"] == "complete_with_gaps"
    assert [scene["status"] for scene in said["scenes"]] == ["complete", "refused", "timed_out"]
    assert said["scenes"][1]["notes"][-1]["kind"] == "refused"
    assert said["project"]["measured"]["duration_s"] == pytest.approx(2, abs=0.05)
    order()
    again = resumed(place)
    assert again["project"]["status"] == "complete"
    assert again["project"]["measured"]["duration_s"] == pytest.approx(6, abs=0.05)


def test_a_lost_reply_and_a_dead_worker_cost_no_second_submission(
    order: Callable[..., None], undisturbed: Place, tmp_path: Path
) -> None:
    place = Place(tmp_path)
    order(lose_reply=[2], kill_worker=[3])
    place.generate(STORY, *ASK)
    assert_same_end(place, undisturbed)
