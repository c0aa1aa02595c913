"""A project outlives its process: killed, stopped, refused or failed, it goes on without sending anything twice."""

from __future__ import annotations

import contextlib
import random
import signal
import sqlite3
import subprocess
import time
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


@pytest.mark.parametrize(
    "point",
    [
        "clip.intent:2",
        "clip.accepted:2",
        pytest.param("clip.submitted:1", marks=pytest.mark.sweep),
        pytest.param("clip.fetched:3", marks=pytest.mark.sweep),
        pytest.param("clip.stored:2", marks=pytest.mark.sweep),
        "clip.complete:2",
        pytest.param("clip.analysed:1", marks=pytest.mark.sweep),
        "publish.rename@video:1",
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
    "seed", [pytest.param(seed, marks=[] if seed < 1 else pytest.mark.sweep) for seed in range(10)]
)
def test_a_run_killed_at_a_random_moment_ends_as_an_undisturbed_one(
    seed: int, undisturbed: Place, tmp_path: Path
) -> None:
    place = Place(tmp_path)
    wait_s = random.Random(seed).uniform(1.0, 9.0)
    with place.start(*generate_words(place)) as running:
        time.sleep(wait_s)
        running.kill()
    projects: list[object] = []
    with contextlib.suppress(sqlite3.OperationalError):  # killed before there were tables
        projects += place.rows("SELECT id FROM projects") if (place.data / "vidpipe.db").exists() else []
    if not projects:
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


@pytest.mark.parametrize(
    ("state", "words", "end"),
    [
        ("storyboarding", (), "stopped"),
        ("keyframing", ("--through", "keyframes"), "stopped"),
        ("stitching", (), "complete"),
    ],
)
def test_a_stop_in_any_other_state_asks_no_maker_for_anything_more(
    state: str, words: tuple[str, ...], end: str, undisturbed: Place, tmp_path: Path
) -> None:
    """What was begun is finished: a video whose clips are all there is joined, and counts as complete."""
    place = Place(tmp_path)
    with place.start(*generate_words(place), *words) as running:
        wait_for(place, state)
        hold(running, place)  # so that the stop surely comes in this state
        try:
            submitted, stills = len(place.submissions()), count_stills(place)
            assert place.rows("SELECT status FROM projects") == [{"status": state}]
            told = place.process("stop", place.project_id()[:6])
        finally:
            running.send_signal(signal.SIGCONT)
        assert told.status == 0, told
        assert running.wait(timeout=120) == 0
    assert place.rows("SELECT status FROM projects") == [{"status": end}]
    assert len(place.submissions()) == submitted == (3 if state == "stitching" else 0)
    # a still that was being drawn is drawn to its end; the scene's other one may belong to it
    assert count_stills(place) - stills <= 2
    if end == "stopped":
        resumed(place)
    assert_same_end(place, undisturbed)


def hold(running: subprocess.Popen[str], place: Place) -> None:
    """Stop the process at a moment at which it holds nothing that another one needs."""
    while True:
        running.send_signal(signal.SIGSTOP)
        connection = sqlite3.connect(place.data / "vidpipe.db", timeout=0.2)
        with contextlib.closing(connection), contextlib.suppress(sqlite3.OperationalError):
            connection.execute("BEGIN IMMEDIATE")
            return
        running.send_signal(signal.SIGCONT)
        time.sleep(0.002)


def count_stills(place: Place) -> int:
    return len(place.rows("SELECT id FROM keyframes"))
