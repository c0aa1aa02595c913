"""A project outlives its process: killed, stopped, refused or failed, it goes on without sending anything twice."""

from __future__ import annotations

import contextlib
import json
import random
import signal
import sqlite3
import time
from collections import Counter
from pathlib import Path

import pytest
from tests.vidpipe.small_projects import SMALL, Place, ordered, with_faults

pytestmark = [pytest.mark.media, pytest.mark.model]

STORY = (
    "1. An old man walks along a wide empty field in the morning.\n"
    "2. The old man looks at the sea from a beach.\n"
    "3. A dog runs in a park.\n"
)
ASK = ("--total", "6", "--seed", "4")


def generate_words(place: Place) -> tuple[object, ...]:
    return ("generate", STORY, *SMALL, *ASK, "--output", place.video)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("undisturbed"))
    place.generate(STORY, *ASK)
    return place


def resumed(place: Place, **variables: str) -> dict[str, object]:
    done = place.process("resume", place.project_id()[:6], "--json", **variables)
    assert done.status == 0, done
    return done.said


def assert_same_end(place: Place, undisturbed: Place) -> None:
    assert place.video.read_bytes() == undisturbed.video.read_bytes()
    assert Counter(place.submissions()) == {0: 1, 1: 1, 2: 1}
    analysed = place.rows(
        "SELECT scene_index, COUNT(*) AS times FROM events WHERE kind = 'clip_analysed' GROUP BY scene_index"
    )
    assert [(row["scene_index"], row["times"]) for row in analysed] == [(0, 1), (1, 1), (2, 1)]


@pytest.mark.parametrize(
    "point",
    [
        "clip.intent:2",
        "clip.accepted:2",
        "clip.submitted:1",
        "clip.fetched:3",
        "clip.stored:2",
        "clip.complete:2",
        "clip.analysed:1",
    ],
)
def test_a_run_killed_at_a_boundary_ends_as_an_undisturbed_one(
    point: str, undisturbed: Place, tmp_path: Path
) -> None:
    place = Place(tmp_path)
    killed = place.process(*generate_words(place), CINECUT_FAILPOINT=f"{point}:kill")
    assert killed.status == -signal.SIGKILL, killed
    resumed(place)
    assert_same_end(place, undisturbed)


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=[] if seed < 2 else pytest.mark.sweep) for seed in range(10)]
)
def test_a_run_killed_at_a_random_moment_ends_as_an_undisturbed_one(
    seed: int, undisturbed: Place, tmp_path: Path
) -> None:
    place = Place(tmp_path)
    wait_s = random.Random(seed).uniform(1.0, 9.0)
    with place.start(*generate_words(place)) as running:
        time.sleep(wait_s)
        running.kill()
    if not (place.data / "vidpipe.db").exists() or not place.rows("SELECT id FROM projects"):
        place.generate(STORY, *ASK)
    else:
        resumed(place)
    assert_same_end(place, undisturbed)


def test_a_finished_project_is_looked_through_and_nothing_is_made_again(
    undisturbed: Place, tmp_path: Path
) -> None:
    before = undisturbed.video.read_bytes()
    resumed(undisturbed)
    assert undisturbed.video.read_bytes() == before
    assert len(undisturbed.submissions()) == 3


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
        *generate_words(place), VIDPIPE_CLIP_TIMEOUT="3", **with_faults(ordered(never_finish=[3]))
    )
    assert done.status == 0, done
    assert done.said["project"]["status"] == "complete_with_gaps"
    assert done.said["scenes"][2]["status"] == "timed_out"


def test_a_lost_reply_and_a_dead_worker_cost_no_second_submission(undisturbed: Place, tmp_path: Path) -> None:
    place = Place(tmp_path)
    done = place.process(*generate_words(place), **with_faults(ordered(lose_reply=[2], kill_worker=[3])))
    assert done.status == 0, done
    assert_same_end(place, undisturbed)


def test_of_two_resumes_at_once_one_wins_and_the_other_is_told_who(tmp_path: Path) -> None:
    place = Place(tmp_path)
    slow = with_faults(ordered(slow=[{"scene": 1, "seconds": 6}]))
    with place.start(*generate_words(place), **slow) as running:
        wait_for(place, "video_gen")
        other = place.process("resume", place.project_id()[:6])
        assert other.status == 75
        assert str(running.pid) in other.errors
        assert running.wait(timeout=120) == 0


def wait_for(place: Place, state: str) -> None:
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        # the tables may not be there yet
        with contextlib.suppress(sqlite3.OperationalError):
            if (place.data / "vidpipe.db").exists() and place.rows("SELECT status FROM projects") == [
                {"status": state}
            ]:
                return
        time.sleep(0.05)
    pytest.fail(f"never {state}")


def test_a_stopped_run_submits_nothing_more_and_goes_on_later(undisturbed: Place, tmp_path: Path) -> None:
    place = Place(tmp_path)
    slow = with_faults(ordered(slow=[{"scene": 2, "seconds": 5}]))
    with place.start(*generate_words(place), **slow) as running:
        give_up = time.monotonic() + 60
        while len(place.submissions()) < 2 and time.monotonic() < give_up:
            time.sleep(0.05)
        told = place.process("stop", place.project_id()[:6])
        assert told.status == 0, told
        begin = time.monotonic()
        assert running.wait(timeout=60) == 0
        assert time.monotonic() - begin < 5  # within a poll, not at the end of the job
    assert place.rows("SELECT status FROM projects")[0]["status"] == "stopped"
    submitted = len(place.submissions())
    time.sleep(1)
    assert len(place.submissions()) == submitted == 2
    resumed(place)
    assert_same_end(place, undisturbed)
