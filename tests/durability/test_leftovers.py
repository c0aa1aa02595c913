"""What dead runs left under temporary names goes; whatever only looks like it stays."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from cinecore.files import write_atomic
from cinecore.work.leftovers import remove_leftovers, scraps_prefix, unfinished
from cinecore.work.store import Store


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "work" / "segments").mkdir(parents=True)
    return tmp_path / "work"


@pytest.fixture
def dead() -> int:
    """The number of a process that is over."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def fill(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


def leftovers(work: Path, number: int) -> list[Path]:
    """One of every kind that a run with this process id may leave."""
    folder = work / f".conform-{number}-a1b2c3d4"
    fill(folder / "mix.wav")
    still = work / "keyframes" / f".kf_{number}-zz_90abc"
    fill(still / "still.jpg")
    output = unfinished(work.parent / "film_trailer_action.mp4", work)
    return [
        fill(work / f".{number}-abcd_123.tmp"),
        fill(work / f".{number}-abcd_123.ckpt.tmp"),
        fill(work / f".{number}-abcd_123.cache.tmp"),
        fill(work / "segments" / f".0f0f0f.{number}-140.partial.mp4"),
        folder,
        still,
        fill(output.with_name(output.name.replace(f"-{os.getpid()}.", f"-{number}."))),
    ]


@pytest.mark.parametrize("is_owned", [True, False])
def test_every_kind_of_leftover_of_a_dead_run_goes(work: Path, dead: int, is_owned: bool) -> None:
    left = leftovers(work, dead)
    removed = remove_leftovers(work, [work.parent], is_owned=is_owned)
    assert sorted(removed) == sorted(left)
    assert [path for path in left if path.exists()] == []


def test_without_a_lock_what_a_living_process_writes_stays(work: Path) -> None:
    left = leftovers(work, os.getppid())
    assert remove_leftovers(work, [work.parent], is_owned=False) == ()
    assert all(path.exists() for path in left)


def test_what_only_looks_like_a_leftover_stays(work: Path, dead: int) -> None:
    other = work.parent / "other_work"
    other.mkdir()
    output = work.parent / "film_trailer_action.mp4"
    elsewhere = unfinished(output, other).name.replace(str(os.getpid()), str(dead))
    kept = [
        fill(work / "notes.tmp"),
        fill(work / ".mine.tmp"),
        fill(work / f".{dead}.tmp"),
        fill(work / f"{dead}-abcd_123.tmp"),
        fill(work / f".{dead}-abcd_123.tmp.mp4"),
        fill(work / "segments" / "0f0f0f.mp4"),
        fill(work / "deep" / "deeper" / f".{dead}-abcd_123.tmp"),
        fill(work.parent / f".{dead}-abcd_123.tmp"),
        fill(work.parent / f".film.{dead}.partial.mp4"),
        fill(work.parent / elsewhere),
    ]
    assert remove_leftovers(work, [work.parent], is_owned=True) == ()
    assert all(path.exists() for path in kept)


def test_a_link_is_removed_and_not_followed(work: Path, tmp_path: Path, dead: int) -> None:
    mine = fill(tmp_path / "mine" / "film.mp4")
    (work / f".conform-{dead}-a1b2c3d4").symlink_to(mine.parent, target_is_directory=True)
    (work / f".{dead}-abcd_123.tmp").symlink_to(mine)
    (work / "linked").symlink_to(mine.parent, target_is_directory=True)
    fill(mine.parent / f".{dead}-abcd_123.tmp")
    remove_leftovers(work, [work.parent], is_owned=True)
    assert mine.read_bytes() == b"x"
    assert (mine.parent / f".{dead}-abcd_123.tmp").exists(), "what lies behind a link is not ours"
    assert not (work / f".{dead}-abcd_123.tmp").is_symlink()


def test_the_names_that_are_written_are_the_names_that_are_cleared(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []

    def died(source: str, target: str) -> None:
        seen.append(Path(source))
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", died)
    for suffix in (".tmp", ".ckpt.tmp", ".cache.tmp"):
        with pytest.raises(KeyboardInterrupt):
            write_atomic(work / "x.json", b"x", suffix=suffix)
    with pytest.raises(KeyboardInterrupt):
        Store(work / "segments", ".mp4").make("0f0f", lambda path: path.write_bytes(b"x"))
    monkeypatch.undo()
    assert len(seen) == 4
    written = [fill(path) for path in seen]
    written += [
        Path(tempfile.mkdtemp(prefix=scraps_prefix(kind), dir=work))
        for kind in ("conform", "render", "still", "clip", "kf_")
    ]
    written.append(fill(unfinished(work.parent / ("é" * 120 + ".mp4"), work)))
    assert sorted(remove_leftovers(work, [work.parent], is_owned=True)) == sorted(written)
