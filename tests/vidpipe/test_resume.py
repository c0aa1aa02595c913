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
from tests.command_line import vidpipe
from tests.vidpipe.small_projects import SMALL, Place, ordered, with_faults
from tests.vidpipe.survival import (
    ASK,
    STORY,
    assert_same_end,
    generate_words,
    resume_words,
    resumed,
    undisturbed_place,
)

pytestmark = [pytest.mark.media, pytest.mark.model]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return undisturbed_place(tmp_path_factory)


def test_a_run_killed_at_one_boundary_after_the_other_ends_as_an_undisturbed_one(
    undisturbed: Place, tmp_path: Path
) -> None:
    """Each kill strikes the run that goes on after the one before; the sweep below tries each by itself."""
    place = Place(tmp_path)
    killed_at_random(place, random.Random(0).uniform(1.0, 4.0))
    for point in ("clip.intent:1", "clip.accepted:1", "clip.complete:1", "publish.rename@video:1"):
        words = resume_words(place) if has_begun(place) else generate_words(place)
        killed = place.process(*words, CINECUT_FAILPOINT=f"{point}:kill")
        assert killed.status == -signal.SIGKILL, killed
    resumed(place)
    assert_same_end(place, undisturbed)


@pytest.mark.sweep
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


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(10))
def test_a_run_killed_at_a_random_moment_ends_as_an_undisturbed_one(
    seed: int, undisturbed: Place, tmp_path: Path
) -> None:
    place = Place(tmp_path)
    killed_at_random(place, random.Random(seed).uniform(1.0, 9.0))
    if has_begun(place):
        resumed(place)
    else:
        place.generate(STORY, *ASK)
    assert_same_end(place, undisturbed)


def killed_at_random(place: Place, wait_s: float) -> None:
    with place.start(*generate_words(place)) as running:
        time.sleep(wait_s)
        running.kill()


def has_begun(place: Place) -> bool:
    """Whether there is a project to go on with."""
    with contextlib.suppress(sqlite3.OperationalError):  # killed before there were tables
        return (place.data / "vidpipe.db").exists() and bool(place.rows("SELECT id FROM projects"))
    return False


def test_a_finished_project_is_looked_through_and_nothing_is_made_again(undisturbed: Place) -> None:
    before = undisturbed.video.read_bytes()
    resumed(undisturbed)
    assert undisturbed.video.read_bytes() == before
    assert len(undisturbed.submissions()) == 3


def test_of_two_resumes_at_once_one_wins_and_the_other_is_told_who(tmp_path: Path) -> None:
    place = Place(tmp_path)
    slow = with_faults(ordered(slow=[{"scene": 1, "seconds": 6}]))
    asked = (*SMALL, "--no-manifest", "--total", "2", "--output", place.video)
    words = ("generate", "A dog runs in a park.", *asked)
    with place.start(*words, **slow) as running:
        wait_for(place, "video_gen")
        other = vidpipe(*place.words(*resume_words(place)))
        assert other.exit_code == 75
        assert str(running.pid) in other.stderr
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


def test_a_run_stopped_in_one_state_after_the_other_submits_nothing_more_and_goes_on_each_time(
    undisturbed: Place, tmp_path: Path
) -> None:
    """What was begun is finished: a video whose clips are all there is joined, and counts as complete."""
    place = Place(tmp_path)
    stopped_in("storyboarding", place, generate_words(place), submitted=0)
    stopped_in("keyframing", place, (*resume_words(place), "--through", "keyframes"), submitted=0)
    stopped_while_a_clip_is_made(place)
    stopped_in("stitching", place, resume_words(place), submitted=3, end="complete")
    assert_same_end(place, undisturbed)


def stopped_in(
    state: str, place: Place, words: tuple[object, ...], *, submitted: int, end: str = "stopped"
) -> None:
    with place.start(*words) as running:
        wait_for(place, state)
        hold(running, place)  # so that the stop surely comes in this state
        try:
            stills = count_stills(place)
            assert len(place.submissions()) == submitted
            assert place.rows("SELECT status FROM projects") == [{"status": state}]
            stop(place)
        finally:
            running.send_signal(signal.SIGCONT)
        assert running.wait(timeout=120) == 0
    assert place.rows("SELECT status FROM projects") == [{"status": end}]
    assert len(place.submissions()) == submitted
    # a still that was being drawn is drawn to its end; the scene's other one may belong to it
    assert count_stills(place) - stills <= 2


def stopped_while_a_clip_is_made(place: Place) -> None:
    slow = with_faults(ordered(slow=[{"scene": 2, "seconds": 15}]))
    with place.start(*resume_words(place), **slow) as running:
        give_up = time.monotonic() + 60
        while len(place.submissions()) < 2 and time.monotonic() < give_up:
            time.sleep(0.05)
        ended = jobs_ended(place)
        stop(place)
        assert running.wait(timeout=60) == 0
        assert jobs_ended(place) == ended, "within a poll, not at the end of the job"
    assert place.rows("SELECT status FROM projects") == [{"status": "stopped"}]
    submitted = len(place.submissions())
    time.sleep(1)
    assert len(place.submissions()) == submitted == 2


def stop(place: Place) -> None:
    told = vidpipe(*place.words("stop", place.project_id()[:6]))
    assert told.exit_code == 0, told.output


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


def jobs_ended(place: Place) -> int:
    return len(list((place.data / "jobs").rglob("outcome.json")))


def count_stills(place: Place) -> int:
    return len(place.rows("SELECT id FROM keyframes"))
