"""The journal of descriptions: nothing that was written down is lost, nothing damaged is believed."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import zlib
from pathlib import Path

import msgpack
import pytest

from cinecut.inference.journal import (
    JOURNAL_FORMAT,
    DescriptionJournal,
    JournalHead,
    journal_path,
    view_key,
)
from cinecut.models import SceneDescription

HEAD = JournalHead(mtime_ns=1, size=2, engine="counting/1")
SEEN = SceneDescription("A room", "calm", "none", "inside")


def journal(folder: Path, head: JournalHead = HEAD) -> DescriptionJournal:
    return DescriptionJournal(folder / "film.journal", head)


def framed(document: object) -> bytes:
    """A record as it lies in the file, its checksum right."""
    body = msgpack.packb(document)
    return msgpack.packb([zlib.crc32(body), body])


GOOD_HEAD = {"format": JOURNAL_FORMAT, "mtime_ns": 1, "size": 2, "engine": "counting/1"}


@pytest.mark.parametrize(
    "other", [JournalHead(9, 2, "counting/1"), JournalHead(1, 9, "counting/1"), JournalHead(1, 2, "llava")]
)
def test_a_journal_of_another_film_or_engine_is_started_anew(tmp_path: Path, other: JournalHead) -> None:
    with journal(tmp_path) as first:
        first.append("a", SEEN)
    with journal(tmp_path, other) as second:
        assert second.known == {}
    with journal(tmp_path) as third:
        assert third.known == {}


def test_a_journal_cut_at_any_byte_keeps_all_whole_records(tmp_path: Path) -> None:
    path = tmp_path / "film.journal"
    ends = []
    with journal(tmp_path) as whole:
        for key in "abc":
            whole.append(key, SEEN)
            ends.append(path.stat().st_size)
    data = path.read_bytes()
    for length in range(len(data) + 1):
        path.write_bytes(data[:length])
        with journal(tmp_path) as torn:
            assert len(torn.known) == sum(length >= end for end in ends)
            torn.append("new", SEEN)
        with journal(tmp_path) as again:
            assert "new" in again.known


@pytest.mark.parametrize("tail", [bytes(4096), b"\xc1\xc1", b"\xff" * 100, b"{}"])
def test_a_damaged_tail_is_cut_off(tmp_path: Path, tail: bytes) -> None:
    with journal(tmp_path) as whole:
        whole.append("a", SEEN)
    path = tmp_path / "film.journal"
    size = path.stat().st_size
    with path.open("ab") as stream:
        stream.write(tail)
    with journal(tmp_path) as again:
        assert list(again.known) == ["a"]
    assert path.stat().st_size == size


KILLED = """
import os, signal, sys
from pathlib import Path
from cinecut.inference.journal import DescriptionJournal, JournalHead
from cinecut.models import SceneDescription
journal = DescriptionJournal(Path(sys.argv[1]), JournalHead(1, 2, "counting/1"))
for number in range(7):
    journal.append(str(number), SceneDescription("a", "b", "c", "d"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_loses_nothing_that_was_appended(tmp_path: Path) -> None:
    path = tmp_path / "film.journal"
    died = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert died.returncode == -signal.SIGKILL
    with journal(tmp_path) as again:
        assert sorted(again.known) == [str(number) for number in range(7)]


def test_the_journal_stands_by_the_films_name_and_identity(tmp_path: Path) -> None:
    film = tmp_path / "a.film.mkv"
    film.write_bytes(b"x" * 10)
    names = [journal_path(film, tmp_path, engine).name for engine in ("llava", "pixels/1", "llava")]
    assert names[0] == names[2] != names[1]
    assert all(re.fullmatch(r"a\.film\.[0-9a-f]{8}\.descriptions\.journal", name) for name in names)
    head = JournalHead.of(film, "e")
    assert head == JournalHead(film.stat().st_mtime_ns, 10, "e")
    os.utime(film, ns=(0, 5))
    assert JournalHead.of(film, "e") != head
    assert view_key(b"a") != view_key(b"b")


@pytest.mark.parametrize(
    "head",
    [
        {**GOOD_HEAD, "format": JOURNAL_FORMAT + 1},
        {**GOOD_HEAD, "format": None},
        {**GOOD_HEAD, "mtime_ns": "1"},
        {**GOOD_HEAD, "engine": 7},
        {"format": JOURNAL_FORMAT},
        [],
        "head",
        None,
    ],
)
def test_a_journal_of_another_version_or_shape_is_started_anew(tmp_path: Path, head: object) -> None:
    path = tmp_path / "film.journal"
    path.write_bytes(framed(head) + framed({"key": "a", "description": vars(SEEN)}))
    with journal(tmp_path) as anew:
        assert anew.known == {}
        anew.append("b", SEEN)
    with journal(tmp_path) as again:
        assert again.known == {"b": SEEN}


@pytest.mark.parametrize(
    "record",
    [
        {"key": "bad"},
        {"description": vars(SEEN)},
        {"key": "bad", "description": {**vars(SEEN), "mood": 7}},
        {"key": "bad", "description": None},
        {"key": "bad", "description": {"mood": "calm"}},
        [],
        7,
        None,
    ],
)
def test_a_record_of_another_shape_is_passed_over_and_the_rest_is_kept(
    tmp_path: Path, record: object
) -> None:
    good = {"key": "good", "description": vars(SEEN)}
    (tmp_path / "film.journal").write_bytes(framed(GOOD_HEAD) + framed(record) + framed(good))
    with journal(tmp_path) as again:
        assert again.known == {"good": SEEN}


def test_a_record_with_a_changed_byte_is_passed_over_and_the_rest_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "film.journal"
    with journal(tmp_path) as whole:
        whole.append("a", SEEN)
        start = path.stat().st_size
        whole.append("b", SceneDescription("A flower", "calm", "none", "outside"))
        whole.append("c", SEEN)
    data = bytearray(path.read_bytes())
    at = data.index(b"flower", start)
    data[at] ^= 1
    path.write_bytes(data)
    for _ in range(2):
        with journal(tmp_path) as again:
            assert again.known == {"a": SEEN, "c": SEEN}


def test_a_byte_changed_anywhere_costs_records_and_never_invents_one(tmp_path: Path) -> None:
    path = tmp_path / "film.journal"
    with journal(tmp_path) as whole:
        for key in "abc":
            whole.append(key, SEEN)
    data = path.read_bytes()
    for at in range(0, len(data), 2):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        with journal(tmp_path) as again:
            assert set(again.known) < set("abc")
            assert all(description == SEEN for description in again.known.values())
            again.append("new", SEEN)
        with journal(tmp_path) as after:
            assert "new" in after.known


def test_a_write_that_stopped_half_way_hides_nothing_that_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with journal(tmp_path) as torn:
        torn.append("a", SEEN)
        whole = torn._stream

        class FullDisk:
            """Takes ten bytes, then no more."""

            def __getattr__(self, name: str) -> object:
                return getattr(whole, name)

            def write(self, data: memoryview) -> int:
                if len(data) < length:
                    raise OSError(errno.ENOSPC, "No space left on device")
                return whole.write(data[:10]) or 0

        length = len(framed({"key": "b", "description": vars(SEEN)}))
        with monkeypatch.context() as patch:
            patch.setattr(torn, "_stream", FullDisk())
            with pytest.raises(OSError, match="No space"):
                torn.append("b", SEEN)
        assert "b" not in torn.known
        torn.append("c", SEEN)
    with journal(tmp_path) as again:
        assert sorted(again.known) == ["a", "c"]


def test_nothing_is_read_or_emptied_through_a_link(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear all")
    (tmp_path / "film.journal").symlink_to(letter)
    with pytest.raises(OSError) as told:  # noqa: PT011 - the number is what matters
        journal(tmp_path)
    assert told.value.errno == errno.ELOOP
    assert letter.read_text() == "Dear all"


def test_a_pipe_or_folder_in_its_place_is_an_error_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "film.journal")
    with pytest.raises(FileExistsError):
        journal(tmp_path)
    (tmp_path / "film.journal").unlink()
    (tmp_path / "film.journal").mkdir()
    with pytest.raises(IsADirectoryError):
        journal(tmp_path)
