"""Runs that describe stills and are killed at random moments: nothing that was said is ever asked for again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from samples.tiny_llava import write_pair
from tests.durability.described_film import (
    VIEWS,
    Place,
    asking,
    keys_of,
    looks_at_pictures,
    make_film,
    start,
    start_ours,
)
from tests.durability.small_film import guarded_processes, wait_until
from tests.llama import odd_server
from tests.llama.serving import server_program, why_not
from tests.model_server import ModelServer, waits

from cinecut.inference.llama import LlamaDescriber

pytestmark = [pytest.mark.media, pytest.mark.service]

THINKING_S = 0.02
"""What the stand-in model takes for a picture."""

LATEST_S = 0.5
"""After all was asked, how long the last killed run may have lived on."""

PATIENCE_S = 60.0
"""When a run that should end is taken to hang."""


@dataclass(frozen=True)
class Undisturbed:
    """A run that nothing happened to."""

    place: Place
    results: dict[str, bytes]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    film = make_film(tmp_path_factory.mktemp("described") / "film.mp4")
    with ModelServer(looks_at_pictures()) as server:
        place = Place(film, asking(server.url).identity)
        finished(start(film, server.url, in_flight=1))
        assert len(server.chats) == VIEWS
    assert None not in place.descriptions()
    return Undisturbed(place, place.results())


def finished(run: subprocess.Popen[str]) -> None:
    """Wait for a good end."""
    with run:
        _, errors = run.communicate(timeout=PATIENCE_S)
    assert run.returncode == 0, errors


def killed_at(place: Place, server: ModelServer, *, asked: int, later_s: float, in_flight: int) -> None:
    """A run that dies as by kill -9 a while after the server was asked so often in all."""
    with start(place.film, server.url, in_flight=in_flight) as run:
        wait_until(lambda: len(server.chats) >= asked or run.poll() is not None, PATIENCE_S)
        time.sleep(later_s)
        run.send_signal(signal.SIGKILL)
        _, errors = run.communicate(timeout=PATIENCE_S)
    assert run.returncode in {0, -signal.SIGKILL}, errors


def kill_again_and_again(undisturbed: Undisturbed, seed: int, *, kills: int, in_flight: int) -> set[int]:
    """Several kills in one work folder and then a run to the end, all promises asserted; how many stills were written down at each."""
    chance = random.Random(seed)
    place = undisturbed.place
    place.forget()
    met: set[int] = set()
    with ModelServer(looks_at_pictures(THINKING_S)) as server:
        written: set[str] = set()
        for number in range(kills):
            before, left = len(server.chats), VIEWS - len(written)
            # the last one dies when all was asked: while the last answers, the cache or the plan are written
            is_last = number == kills - 1
            more = left if is_last else chance.randint(0, max(1, left // 2))
            later_s = chance.uniform(0, LATEST_S if is_last else 2 * THINKING_S)
            killed_at(place, server, asked=before + more, later_s=later_s, in_flight=in_flight)
            assert wait_until(lambda: not guarded_processes(place.film.parent), PATIENCE_S)
            assert not written & set(keys_of(server.chats[before:])), (
                "a journaled still was asked about again"
            )
            assert written <= place.journaled(), "something written down was lost"
            assert place.is_whole_or_absent()
            written = place.journaled()
            met.add(len(written))
        before = len(server.chats)
        finished(start(place.film, server.url, in_flight=in_flight))
        assert not written & set(keys_of(server.chats[before:]))
        assert len(server.chats) <= VIEWS + kills * in_flight
        assert server.peak <= in_flight
    assert place.results() == undisturbed.results
    return met


@pytest.mark.timeout(300)
def test_after_kills_at_random_moments_nothing_is_asked_again_and_the_end_is_the_same(
    undisturbed: Undisturbed,
) -> None:
    met = kill_again_and_again(undisturbed, seed=1, kills=6, in_flight=2)
    assert len(met) > 3, "the kills fell at different moments"


@pytest.mark.sweep
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("seed", "in_flight"), [(2, 1), (3, 1), (4, 3), (5, 8)])
def test_thirty_kills_change_nothing_either(undisturbed: Undisturbed, seed: int, in_flight: int) -> None:
    kill_again_and_again(undisturbed, seed, kills=6, in_flight=in_flight)


def of_ours(weights: Path) -> list[int]:
    """Processes that were told of these weights: runs, servers, guardians."""
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and os.fsencode(weights) in command_line_of(entry)
    ]


def command_line_of(entry: Path) -> bytes:
    try:
        return (entry / "cmdline").read_bytes()
    except OSError:
        return b""


def kill_with_a_server_of_ours(place: Place, program: str, weights: tuple[Path, Path], *, kills: int) -> None:
    """A run that starts a llama-server, killed at random moments; then one to the end."""
    chance = random.Random(kills)
    place.forget()
    written: set[str] = set()
    for _ in range(kills):
        goal = len(written) + chance.randint(1, max(1, (VIEWS - len(written)) // 2))
        with start_ours(place.film, program, weights) as run:
            assert wait_until(lambda goal=goal: len(place.journaled()) >= goal, PATIENCE_S)
            time.sleep(chance.uniform(0, 2 * THINKING_S))
            run.send_signal(signal.SIGKILL)
            run.communicate(timeout=PATIENCE_S)
        assert wait_until(lambda: not of_ours(weights[0]), PATIENCE_S), "its server outlived it"
        assert written < place.journaled()
        assert place.is_whole_or_absent()
        written = place.journaled()
    finished(start_ours(place.film, program, weights))
    assert written <= place.journaled()
    assert None not in place.descriptions()
    assert of_ours(weights[0]) == []


def with_weights(undisturbed: Undisturbed, folder: Path) -> tuple[Place, tuple[Path, Path]]:
    weights = write_pair(folder)
    return Place(undisturbed.place.film, LlamaDescriber(*weights, log=folder / "log").identity), weights


@pytest.mark.timeout(300)
def test_a_killed_run_leaves_no_server_of_its_own(
    undisturbed: Undisturbed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, weights = with_weights(undisturbed, tmp_path)
    program = tmp_path / "llama-server"
    source = Path(odd_server.__file__).read_text("utf-8")
    program.write_text(f"#!{sys.executable} -IS\n{source}", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("ODD_MARK", str(tmp_path / "started"))
    kill_with_a_server_of_ours(place, str(program), weights, kills=1)


@pytest.mark.model
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kills", [1, pytest.param(6, marks=pytest.mark.sweep)])
def test_a_real_llama_server_says_the_same_after_kills(
    undisturbed: Undisturbed, tmp_path: Path, kills: int
) -> None:
    if reason := why_not():
        pytest.skip(reason)
    place, weights = with_weights(undisturbed, tmp_path)
    program = server_program() or ""
    kill_with_a_server_of_ours(place, program, weights, kills=kills)
    results = place.results()
    place.forget()
    finished(start_ours(place.film, program, weights))
    assert place.results() == results


def test_a_run_that_is_told_to_stop_waits_for_no_answer_and_keeps_what_it_has(
    undisturbed: Undisturbed,
) -> None:
    place = undisturbed.place
    place.forget()
    quick = [looks_at_pictures() for _ in range(5)]
    with ModelServer(*quick, waits(10 * PATIENCE_S)) as server:
        with start(place.film, server.url, in_flight=2) as run:
            assert wait_until(lambda: len(server.chats) >= 7 and len(place.journaled()) == 5, PATIENCE_S)
            run.send_signal(signal.SIGINT)
            _, errors = run.communicate(timeout=PATIENCE_S / 2)  # the server would take far longer
        assert run.returncode == 130, errors
        assert "Traceback" not in errors
        assert len(server.chats) == 7
        assert len(place.journaled()) == 5
        assert guarded_processes(place.film.parent) == []
