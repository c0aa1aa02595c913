"""Disks: too small, full on the way, another one, without locks, with limits; and what a run says it will fill."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import resource
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.command_line import cinecut, process, refused
from tests.durability.small_film import RESULTS
from tests.surroundings.small_run import ASK, TRAILER, Undisturbed, temporaries

from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.run import run as run_ffmpeg

pytestmark = pytest.mark.media


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


def test_a_folder_and_another_disk_take_the_trailer(
    place: Path, undisturbed: Undisturbed, small_disk: Callable[[int], Path]
) -> None:
    disk = small_disk(3_000_000)
    done = cinecut(place / "film.mp4", *ASK, "--output", disk, "--json")
    assert done.exit_code == 0, done.output
    assert (disk / TRAILER).read_bytes() == undisturbed.results[TRAILER]
    page = f"{Path(TRAILER).stem}.report.html"
    assert sorted(path.name for path in disk.iterdir()) == sorted([TRAILER, page])
    need = json.loads(done.stdout)["disk"]
    assert need["is_one_disk"] is False
    assert 2_000_000 < need["output_free_bytes"] < 3_100_000


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
