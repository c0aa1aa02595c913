"""Other runs, signals and streams: who works here, who wants an end, and whether anybody listens."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.command_line import SECONDS, cinecut, refused, start
from tests.durability.small_film import guarded_processes, wait_until
from tests.stand_ins import ON
from tests.surroundings.small_run import ASK, TRAILER, Undisturbed, results, temporaries

from cinecore.terminal.process import PATIENCE_SECONDS, Stop

pytestmark = pytest.mark.media

GONE_SECONDS = 3.0


@pytest.fixture
def done_place(undisturbed: Undisturbed) -> Path:
    """A folder in which the trailer is made already; tests may look, not touch."""
    return undisturbed.folder


def read_until(running: subprocess.Popen[str], begin: str) -> None:
    assert running.stdout is not None
    for line in running.stdout:
        if line.startswith(begin):
            return
    pytest.fail(f"the run ended without saying {begin!r}")


def test_a_second_run_is_told_who_works_in_the_folder(place: Path, undisturbed: Undisturbed) -> None:
    with start(place, "film.mp4", *ASK) as first:
        read_until(first, "Stage 2/")
        first.send_signal(signal.SIGSTOP)
        try:
            words = (f"process {first.pid}", "--work-dir")
            refused(cinecut(place / "film.mp4", *ASK), 75, *words)
            refused(cinecut(place / "film.mp4", *ASK, "--vibe", "horror"), 75, *words)
            refused(cinecut("clean", place / "film.mp4"), 75, *words)
            assert cinecut("status", place / "film.mp4").exit_code == 0
        finally:
            first.send_signal(signal.SIGCONT)
        first.communicate(timeout=SECONDS)
    assert first.returncode == 0
    assert results(place) == undisturbed.results


STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def test_a_run_that_is_told_to_stop_at_any_stage_keeps_its_work_and_the_next_goes_on(
    place: Path, undisturbed: Undisturbed
) -> None:
    for stage in range(1, 8):
        with start(place, "film.mp4", *ASK) as running:
            read_until(running, f"Stage {stage}/")
            running.send_signal(STOPS[stage % len(STOPS)])
            _, errors = running.communicate(timeout=SECONDS)
        assert running.returncode == 130
        assert errors == "Stopped. Finished work is kept: run the same command again to go on from here.\n"
        assert wait_until(lambda: not guarded_processes(place), GONE_SECONDS)
        assert not (place / TRAILER).exists()
        if stage > 1:
            done = json.loads((place / "film_cinecut_work" / "pipeline_checkpoint.json").read_text())
            assert len(done["stages_complete"]) >= stage - 1
    again = json.loads(cinecut(place / "film.mp4", *ASK, "--json").stdout)
    assert len(again["stages_reused"]) >= 6
    assert results(place) == undisturbed.results
    assert temporaries(place) == []


def test_ctrl_c_pressed_twice_is_one_wish_and_an_earlier_trailer_stays(
    place: Path, undisturbed: Undisturbed
) -> None:
    assert cinecut(place / "film.mp4", *ASK, "--title", "Earlier").exit_code == 0
    earlier = (place / TRAILER).read_bytes()
    assert earlier != undisturbed.results[TRAILER]
    with start(place, "film.mp4", *ASK) as running:
        read_until(running, "Stage 7/")
        for _ in range(5):
            running.send_signal(signal.SIGINT)
            time.sleep(0.05)
        _, errors = running.communicate(timeout=SECONDS)
    assert running.returncode == 130
    assert "Traceback" not in errors
    assert errors.count("Stopped.") == 1
    assert (place / TRAILER).read_bytes() == earlier


def test_a_signal_soon_after_the_first_interrupts_nothing_again() -> None:
    stop = Stop()
    with pytest.raises(KeyboardInterrupt):
        stop(signal.SIGINT, None)
    stop(signal.SIGINT, None)
    stop(signal.SIGTERM, None)


def test_a_second_wish_to_stop_waits_for_no_stubborn_program(
    place: Path, tmp_path: Path, stand_in: Callable[..., Path]
) -> None:
    started = tmp_path / "started"
    stand_in(
        f"case \"$*\" in *rawvideo*) trap '' TERM; touch {started}; while :; do sleep 1; done;; esac; {ON}"
    )
    with start(place, "film.mp4", *ASK) as running:
        assert wait_until(started.exists, SECONDS)
        running.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):  # the program gets its time to end
            running.wait(PATIENCE_SECONDS + 0.5)
        running.send_signal(signal.SIGINT)
        output, errors = running.communicate(timeout=SECONDS)
    assert running.returncode == 130
    assert "Stopped at once." in errors
    assert "Traceback" not in output + errors
    assert wait_until(lambda: not guarded_processes(place), 2 * GONE_SECONDS)


def test_a_closed_terminal_does_not_end_what_was_started_to_outlive_it(done_place: Path) -> None:
    def outlive() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with start(done_place, "film.mp4", *ASK, before=outlive) as running:
        read_until(running, "Stage 3/")
        running.send_signal(signal.SIGHUP)
        running.communicate(timeout=SECONDS)
    assert running.returncode == 0


@pytest.mark.parametrize("ending", ["| head -1", "<&- >&- 2>&-"])
def test_a_run_that_nobody_listens_to_makes_its_trailer(
    ending: str, place: Path, undisturbed: Undisturbed
) -> None:
    words = " ".join(f"'{word}'" for word in (sys.executable, "-m", "cinecut", "film.mp4", *ASK))
    done = subprocess.run(
        ["bash", "-c", f"{words} {ending}; exit ${{PIPESTATUS[0]}}"],
        cwd=place,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert results(place) == undisturbed.results


def test_a_list_whose_reader_went_away_ends_quietly(tmp_path: Path) -> None:
    words = f"'{sys.executable}' -m cinecut vibes --json"
    command = ["bash", "-c", f"{words} | true; exit ${{PIPESTATUS[0]}}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_words_that_cannot_be_written_are_an_error_where_they_are_the_result(done_place: Path) -> None:
    for words, status in (
        (("film.mp4", *ASK), 0),
        (("film.mp4", *ASK, "--json"), 73),
        (("vibes",), 73),
        (("--help",), 73),
        (("x.mkv",), 65),
    ):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "cinecut", *words],
                cwd=done_place,
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
            )
        assert (done.returncode, done.stderr.count(b"Error: ")) == (status, min(status, 1)), done.stderr
        assert b"Traceback" not in done.stderr
