"""Describing stills: measured words, a journal that survives kills, failures that are tried again."""

import os
import re
import signal
import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cinecore.errors import Cancelled, InputError, RemoteError
from cinecore.ports import Description, Progress, StillView
from cinecut.errors import InferenceError
from cinecut.inference import SCENE_DESCRIPTION_SCHEMA, SceneDescription, validate_scene_description
from cinecut.inference.journal import DescriptionJournal, JournalHead, journal_path, view_key
from cinecut.inference.pixels import ACTION_UNKNOWN, MOODS, PixelDescriber, measure
from cinecut.inference.stage import describe_keyframes
from cinecut.models import KeyframeRecord

HEAD = JournalHead(mtime_ns=1, size=2, engine="counting/1")
SEEN = SceneDescription("A room", "calm", "none", "inside")


class CountingDescriber:
    """Describes by the file's name and counts; says no to what it was told to say no to."""

    name = "counting"
    identity = "counting/1"
    in_flight = 1

    def __init__(self, refused: str = "", dies_at: str = "") -> None:
        self.asked: list[str] = []
        self.refused, self.dies_at = refused, dies_at

    def serving(self) -> AbstractContextManager[None]:
        return nullcontext()

    def describe(self, still: StillView) -> Description:
        self.asked.append(still.path.name)
        if still.path.name == self.refused:
            raise InputError("Cannot read it.", still.path)
        if still.path.name == self.dies_at:
            raise RemoteError("The server died.")
        return Description(still.path.name, "calm", "none", "inside")


def stills(folder: Path, count: int) -> list[KeyframeRecord]:
    records = []
    for number in range(count):
        path = folder / f"s{number}.jpg"
        path.write_bytes(b"picture %d" % number)
        records.append(KeyframeRecord(float(number), str(path), "scene_change"))
    return records


def journal(folder: Path, head: JournalHead = HEAD) -> DescriptionJournal:
    return DescriptionJournal(folder / "film.journal", head)


def test_every_still_is_described_in_order_and_progress_is_told(tmp_path: Path) -> None:
    heard: list[Progress] = []
    records = stills(tmp_path, 5)
    with journal(tmp_path) as open_journal:
        results = describe_keyframes(
            records, CountingDescriber(), journal=open_journal, progress=heard.append
        )
    assert [record for record, _ in results] == records
    assert [description.visual_content for _, description in results if description] == [
        f"s{n}.jpg" for n in range(5)
    ]
    assert [(event.done, event.total) for event in heard] == [(n, 5) for n in range(1, 6)]


def test_a_second_run_asks_about_nothing(tmp_path: Path) -> None:
    records = stills(tmp_path, 5)
    first, second = CountingDescriber(), CountingDescriber()
    with journal(tmp_path) as open_journal:
        before = describe_keyframes(records, first, journal=open_journal)
    with journal(tmp_path) as open_journal:
        after = describe_keyframes(records, second, journal=open_journal)
    assert (len(first.asked), second.asked) == (5, [])
    assert before == after


def test_a_failed_still_is_none_and_tried_again_next_time(tmp_path: Path) -> None:
    records = stills(tmp_path, 3)
    with journal(tmp_path) as open_journal:
        results = describe_keyframes(records, CountingDescriber(refused="s1.jpg"), journal=open_journal)
    assert [description is None for _, description in results] == [False, True, False]
    again = CountingDescriber()
    with journal(tmp_path) as open_journal:
        results = describe_keyframes(records, again, journal=open_journal)
    assert again.asked == ["s1.jpg"]
    assert all(description for _, description in results)


def test_an_engine_that_died_is_an_error_and_what_it_said_is_kept(tmp_path: Path) -> None:
    records = stills(tmp_path, 4)
    with pytest.raises(RemoteError), journal(tmp_path) as open_journal:
        describe_keyframes(records, CountingDescriber(dies_at="s2.jpg"), journal=open_journal)
    again = CountingDescriber()
    with journal(tmp_path) as open_journal:
        describe_keyframes(records, again, journal=open_journal)
    assert again.asked == ["s2.jpg", "s3.jpg"]


def test_a_hundred_empty_descriptions_are_an_error(tmp_path: Path) -> None:
    records = [KeyframeRecord(float(n), str(tmp_path / "gone.jpg"), "scene_change") for n in range(100)]
    with journal(tmp_path) as open_journal, pytest.raises(InferenceError, match="None of the 100 stills"):
        describe_keyframes(records, CountingDescriber(), journal=open_journal)


def test_a_stop_is_heard_before_the_next_still(tmp_path: Path) -> None:
    describer = CountingDescriber()
    with journal(tmp_path) as open_journal, pytest.raises(Cancelled):
        describe_keyframes(
            stills(tmp_path, 9), describer, journal=open_journal, cancelled=lambda: len(describer.asked) == 3
        )
    assert len(describer.asked) == 3


def test_stills_with_the_same_bytes_are_asked_about_once(tmp_path: Path) -> None:
    records = stills(tmp_path, 3)
    (tmp_path / "s2.jpg").write_bytes((tmp_path / "s0.jpg").read_bytes())
    describer = CountingDescriber()
    with journal(tmp_path) as open_journal:
        describe_keyframes(records, describer, journal=open_journal)
    assert describer.asked == ["s0.jpg", "s1.jpg"]


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
    "reply",
    [
        None,
        [],
        "text",
        {},
        {"mood": "a"},
        {**vars(SEEN), "extra": "x"},
        {**vars(SEEN), "mood": 7},
        {**vars(SEEN), "mood": None},
    ],
)
def test_a_reply_of_another_shape_is_refused(reply: object) -> None:
    with pytest.raises(InferenceError):
        validate_scene_description(reply)


def test_a_good_reply_becomes_a_description() -> None:
    assert validate_scene_description(dict(vars(SEEN))) == SEEN
    assert SCENE_DESCRIPTION_SCHEMA["required"] == list(vars(SEEN))
    assert SCENE_DESCRIPTION_SCHEMA["additionalProperties"] is False


def described(folder: Path, pixels: np.ndarray) -> Description:
    path = folder / "still.png"
    Image.fromarray(pixels.astype(np.uint8)).save(path)
    return PixelDescriber().describe(StillView(0.0, path))


def flat(*rgb: int) -> np.ndarray:
    return np.broadcast_to(np.array(rgb), (180, 320, 3)).copy()


def test_words_follow_light_and_colour(tmp_path: Path) -> None:
    assert described(tmp_path, flat(0, 0, 0)).visual_content == "A black picture; nothing to be seen."
    blue = described(tmp_path, flat(10, 20, 60))
    assert "dark" in blue.visual_content or "black" in blue.visual_content
    assert "cool" in blue.visual_content
    assert "mostly blue" in blue.visual_content
    assert blue.mood == "sombre"
    orange = described(tmp_path, flat(250, 160, 60))
    assert "warm" in orange.visual_content
    assert "mostly orange" in orange.visual_content
    assert "greys only" in described(tmp_path, flat(128, 128, 128)).visual_content


def test_words_follow_where_light_and_detail_lie(tmp_path: Path) -> None:
    picture = flat(220, 220, 220)
    picture[120:] = 40
    assert described(tmp_path, picture).setting == "bright above, darker below"
    assert described(tmp_path, picture[::-1]).setting == "bright below, darker above"
    busy = flat(120, 120, 120)
    busy[130:, ::8] = 255
    assert "lower third" in described(tmp_path, busy).visual_content


def test_letterbox_bars_change_no_word(tmp_path: Path) -> None:
    picture = flat(200, 180, 90)
    picture[60:90, 100:200] = (30, 60, 160)
    barred = np.zeros((240, 320, 3))
    barred[30:210] = picture
    assert described(tmp_path, barred) == described(tmp_path, picture)


def test_nothing_is_said_of_what_a_single_still_cannot_tell(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    for _ in range(20):
        base = rng.integers(0, 256, (6, 8, 3))
        seen = described(tmp_path, np.kron(base, np.ones((30, 40, 1))))
        assert seen.action == ACTION_UNKNOWN
        assert seen.mood in MOODS


def test_a_measure_is_what_it_says() -> None:
    checks = np.indices((90, 160)).sum(axis=0) % 2
    figures = measure(np.repeat(checks[..., None], 3, axis=2).astype(np.float32))
    assert figures.brightness == pytest.approx(0.5, abs=0.01)
    assert figures.contrast == pytest.approx(1.0, abs=0.01)
    assert figures.saturation == 0
    assert sum(figures.row_detail) == pytest.approx(1.0, abs=1e-4)


def test_a_still_that_is_no_picture_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"\xff\xd8\xff nothing")
    with pytest.raises(InputError):
        PixelDescriber().describe(StillView(1.0, path))
