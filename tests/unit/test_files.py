"""Files are whole or absent, folders have one owner, and a film is told from another without reading it whole."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cinecore.errors import BusyError, InputError, OutputError
from cinecore.files import (
    IDENTITY_BLOCK_BYTES,
    IDENTITY_BLOCKS_BETWEEN,
    digest_bytes,
    digest_file,
    film_identity,
    folder_lock,
    free_bytes,
    publish,
    write_atomic,
    write_error,
    write_json,
)

GIB = 1 << 30


def failing(number: int) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.mark.parametrize("step", ["write", "fsync", "replace", "fchmod"])
@pytest.mark.parametrize("existed", [True, False])
def test_a_file_is_whole_or_as_it_was_whichever_step_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, existed: bool
) -> None:
    target = tmp_path / "result.json"
    if existed:
        target.write_bytes(b"as it was")
    with monkeypatch.context() as patch:
        patch.setattr(os, step, failing(errno.ENOSPC))
        with pytest.raises(OSError, match="No space left") as caught:
            write_atomic(target, b"new")
    assert caught.value.errno == errno.ENOSPC
    assert [path.name for path in tmp_path.iterdir()] == (["result.json"] if existed else [])
    assert not existed or target.read_bytes() == b"as it was"


def test_a_disk_that_takes_bytes_in_small_pieces_still_gets_them_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:7]))
    write_atomic(tmp_path / "a", bytes(range(256)))
    monkeypatch.undo()
    assert (tmp_path / "a").read_bytes() == bytes(range(256))


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_a_written_file_has_the_rights_that_the_umask_leaves(tmp_path: Path, mask: int) -> None:
    os.umask(mask)
    write_atomic(tmp_path / "a", b"x")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o666 & ~mask


@pytest.mark.usefixtures("umask")
def test_files_written_side_by_side_leave_the_umask_as_it_was(tmp_path: Path) -> None:
    os.umask(0o022)

    def write(number: int) -> None:
        for again in range(40):
            write_atomic(tmp_path / f"{number}-{again}", b"x")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert os.umask(0o022) == 0o022
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o644}


def test_json_is_indented_unescaped_and_ends_with_a_newline(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"title": "Die Fähre ⛴", "n": [1, 2.5, None, True]})
    text = (tmp_path / "a.json").read_text("utf-8")
    assert "Die Fähre ⛴" in text
    assert text.endswith("}\n")
    assert json.loads(text) == {"title": "Die Fähre ⛴", "n": [1, 2.5, None, True]}


def test_a_name_that_is_not_utf8_is_read_back_from_json_as_it_was(tmp_path: Path) -> None:
    name = os.fsdecode(b"film \xff\xfe.mkv")
    write_json(tmp_path / "a.json", {name: name})
    assert json.loads((tmp_path / "a.json").read_bytes().decode("utf-8")) == {name: name}


def test_a_figure_that_is_no_number_is_not_written_as_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json(tmp_path / "a.json", float("inf"))
    assert list(tmp_path.iterdir()) == []


def test_writing_where_a_folder_stands_is_one_clear_message(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    with pytest.raises(OutputError, match="in the way"):
        write_json(tmp_path / "a.json", {})
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_writing_below_a_file_is_one_clear_message(tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(b"x")
    with pytest.raises(OutputError, match="in the way"):
        write_json(tmp_path / "film" / "a.json", {})


def test_a_name_too_long_for_the_disk_is_one_clear_message(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="too long"):
        write_json(tmp_path / ("x" * 300), {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_real_full_disk_is_called_full() -> None:
    with pytest.raises(OSError, match="No space left") as caught, Path("/dev/full").open("wb", 0) as stream:
        stream.write(b"x")
    assert "The disk is full" in str(write_error(caught.value, Path("out.mp4")))


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="this system has no read-only /proc")
def test_a_place_that_takes_no_files_is_said_to_be_so() -> None:
    with pytest.raises(OutputError) as caught:
        write_json(Path("/proc/a.json"), {})
    assert "'/proc/a.json'" in str(caught.value)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EDQUOT, "The disk is full"),
        (errno.EROFS, "cannot be written"),
        (errno.EACCES, "cannot be written"),
        (errno.EPERM, "cannot be written"),
        (errno.ENOTDIR, "in the way"),
        (errno.EISDIR, "in the way"),
        (errno.ENAMETOOLONG, "too long"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_each_way_of_failing_to_write_says_what_to_do(number: int, words: str) -> None:
    error = write_error(OSError(number, os.strerror(number)), Path("a b.mp4"))
    assert words in str(error)
    assert "'a b.mp4'" in str(error)
    assert error.advice.endswith(".")
    assert error.exit_status == 73


def test_publishing_gives_a_finished_file_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.partial").write_bytes(b"new")
    (tmp_path / "a").write_bytes(b"old")
    publish(tmp_path / "a.partial", tmp_path / "a")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"new"}


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_publishing_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    (tmp_path / "a.partial").write_bytes(b"new")
    (tmp_path / "a").write_bytes(b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os, step, failing(errno.ENOSPC))
        with pytest.raises(OutputError, match="disk is full"):
            publish(tmp_path / "a.partial", tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"old"


HOLDER = """
import sys, time
from pathlib import Path
from cinecore.files import folder_lock
with folder_lock(Path(sys.argv[1])) as has_lock:
    print("held" if has_lock else "no locks", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that owns `tmp_path`."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_folder_has_one_owner_and_the_message_names_it(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    with pytest.raises(BusyError, match=f"process {holder.pid}"), folder_lock(tmp_path):
        pytest.fail("two owners")


def test_a_killed_owner_frees_its_folder(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with folder_lock(tmp_path) as has_lock:
        assert has_lock
        assert (tmp_path / ".lock").read_text() == f"{os.getpid()}\n"


def test_a_folder_is_free_again_after_its_block_and_after_an_error_in_it(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), folder_lock(tmp_path):
        raise RuntimeError
    with folder_lock(tmp_path), pytest.raises(BusyError), folder_lock(tmp_path):
        pytest.fail("two owners in one process")
    with folder_lock(tmp_path) as has_lock:
        assert has_lock


def test_a_lock_never_empties_what_a_link_leads_to(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("a person's own")
    (tmp_path / ".lock").symlink_to(precious)
    with pytest.raises(OutputError, match="in the way"), folder_lock(tmp_path):
        pytest.fail("locked through a link")
    assert precious.read_text() == "a person's own"


def test_a_lock_in_a_folder_that_is_not_there_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(OutputError), folder_lock(tmp_path / "none"):
        pytest.fail("locked nothing")


def test_a_film_of_forty_gigabytes_is_told_by_a_megabyte_of_it(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    size = 40 * GIB + 12345
    with film.open("wb") as stream:
        stream.truncate(size)
    before = read_so_far()
    first = film_identity(film)
    assert first.size == size
    assert read_so_far() - before < (IDENTITY_BLOCKS_BETWEEN + 4) * IDENTITY_BLOCK_BYTES * 2
    last = size - IDENTITY_BLOCK_BYTES
    for step in range(IDENTITY_BLOCKS_BETWEEN + 2):
        offset = last * step // (IDENTITY_BLOCKS_BETWEEN + 1)
        poke(film, offset + 77, b"\x01")
        assert film_identity(film).blocks != first.blocks, f"block {step}"
        poke(film, offset + 77, b"\x00")
    assert film_identity(film).blocks == first.blocks


def read_so_far() -> int:
    """Bytes that this process has read in its life."""
    path = Path("/proc/self/io")
    if not path.exists():
        pytest.skip("this system does not count what a process reads")
    return int(path.read_text().splitlines()[0].split()[1])


def poke(film: Path, offset: int, data: bytes) -> None:
    """Write in the middle and keep the modification time: only content may tell."""
    status = film.stat()
    with film.open("r+b") as stream:
        stream.seek(offset)
        stream.write(data)
    os.utime(film, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_a_film_is_another_when_its_time_or_size_changes(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(bytes(500_000))
    os.utime(film, ns=(0, 1_000_000_000))
    first = film_identity(film)
    assert film_identity(film).digest == first.digest
    os.utime(film, ns=(0, 1_000_000_001))
    later = film_identity(film)
    assert later.blocks == first.blocks
    assert later.digest != first.digest
    with film.open("ab") as stream:
        stream.write(b"\x00")
    os.utime(film, ns=(0, 1_000_000_000))
    longer = film_identity(film)
    assert longer.digest not in {first.digest, later.digest}


@pytest.mark.parametrize("size", [0, 1, IDENTITY_BLOCK_BYTES - 1, IDENTITY_BLOCK_BYTES, 200_000])
def test_every_byte_of_a_small_film_counts(tmp_path: Path, size: int) -> None:
    film = tmp_path / "film"
    film.write_bytes(bytes(size))
    first = film_identity(film)
    for offset in {0, size // 2, size - 1} if size else ():
        poke(film, offset, b"\x01")
        assert film_identity(film).blocks != first.blocks
        poke(film, offset, b"\x00")
    assert film_identity(film) == first


def test_what_cannot_be_read_is_an_input_error(tmp_path: Path) -> None:
    for read in (film_identity, digest_file):
        with pytest.raises(InputError, match="Cannot read"):
            read(tmp_path / "none")
        with pytest.raises(InputError, match="Cannot read"):
            read(tmp_path)


def test_no_two_splits_of_the_same_bytes_have_one_digest() -> None:
    splits = [(b"ab", b"c"), (b"a", b"bc"), (b"abc",), (b"abc", b""), (b"", b"abc")]
    assert len({digest_bytes(*parts) for parts in splits}) == len(splits)


def test_free_space_is_told(tmp_path: Path) -> None:
    assert 0 < free_bytes(tmp_path) < 1 << 60
