"""Places: what lies beside a film, stands in the way, may not be written, or is not there."""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.command_line import cinecut, process, refused
from tests.surroundings.small_run import ASK, TRAILER, Undisturbed, results

pytestmark = pytest.mark.media


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
