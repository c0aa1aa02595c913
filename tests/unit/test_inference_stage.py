"""Asking about stills: several at once, each view once, nothing twice, and every way in which it can go wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from cinecore.errors import (
    Cancelled,
    EngineGoneError,
    EngineLateError,
    InputError,
    RemoteError,
    ReplyError,
    SetupError,
)
from cinecore.ports import Description, Progress, StillView
from cinecut.errors import InferenceError
from cinecut.inference import SCENE_DESCRIPTION_SCHEMA, SceneDescription, validate_scene_description
from cinecut.inference.journal import DescriptionJournal, JournalHead
from cinecut.inference.stage import FAILURES_AT_FIRST, FAILURES_IN_A_ROW, MOST_LETTERS, describe_keyframes
from cinecut.models import KeyframeRecord

HEAD = JournalHead(mtime_ns=1, size=2, engine="counting/1")
SEEN = SceneDescription("A room", "calm", "none", "inside")


class CountingDescriber:
    """Describes by the file's name and counts; meets stills as it was told to."""

    name = "counting"
    identity = "counting/1"

    def __init__(self, meet: Callable[[str], None] = lambda _: None, in_flight: int = 1) -> None:
        self.in_flight = in_flight
        self.asked: list[str] = []
        self.begun = self.ended = 0
        self._meet = meet

    @contextmanager
    def serving(self) -> Iterator[None]:
        self.begun += 1
        try:
            yield
        finally:
            self.ended += 1

    def describe(self, still: StillView) -> Description:
        assert self.begun == self.ended + 1, "asked while it did not serve"
        self.asked.append(still.path.name)
        self._meet(still.path.name)
        return Description(still.path.name, "calm", "none", "inside")


def failing(kind: type[Exception], *names: str) -> Callable[[str], None]:
    """Meets these stills with an error; all of them where none is named."""

    def meet(name: str) -> None:
        if not names or name in names:
            raise kind(f"No answer about {name}.")

    return meet


def stills(folder: Path, count: int) -> list[KeyframeRecord]:
    records = []
    for number in range(count):
        path = folder / f"s{number}.jpg"
        path.write_bytes(b"picture %d" % number)
        records.append(KeyframeRecord(float(number), str(path), "scene_change"))
    return records


def journal(folder: Path) -> DescriptionJournal:
    return DescriptionJournal(folder / "film.journal", HEAD)


def described(folder: Path, records: list[KeyframeRecord], describer: CountingDescriber) -> list[str | None]:
    """What was seen in each still."""
    with journal(folder) as open_journal:
        results = describe_keyframes(records, describer, journal=open_journal)
    assert [record for record, _ in results] == records
    return [None if description is None else description.visual_content for _, description in results]


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


def test_without_a_journal_everything_is_described_too(tmp_path: Path) -> None:
    results = describe_keyframes(stills(tmp_path, 2), CountingDescriber())
    assert [description.visual_content for _, description in results if description] == ["s0.jpg", "s1.jpg"]


def test_a_film_without_stills_starts_no_engine(tmp_path: Path) -> None:
    describer = CountingDescriber()
    assert described(tmp_path, [], describer) == []
    assert describer.begun == 0


def test_a_second_run_asks_about_nothing_and_starts_no_engine(tmp_path: Path) -> None:
    records = stills(tmp_path, 5)
    first, second = CountingDescriber(), CountingDescriber()
    assert described(tmp_path, records, first) == described(tmp_path, records, second)
    assert (len(first.asked), first.begun, first.ended) == (5, 1, 1)
    assert (second.asked, second.begun) == ([], 0)


def test_as_many_are_asked_at_once_as_the_engine_bears_and_the_order_stays(tmp_path: Path) -> None:
    together = threading.Barrier(4, timeout=20)
    now, most, lock = 0, 0, threading.Lock()

    def meet(_: str) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        together.wait()  # breaks where fewer than four are under way
        with lock:
            now -= 1

    names = described(tmp_path, stills(tmp_path, 12), CountingDescriber(meet, in_flight=4))
    assert names == [f"s{n}.jpg" for n in range(12)]
    assert most == 4
    assert not [thread for thread in threading.enumerate() if thread.name == "question"]


def test_an_answer_is_written_down_before_the_next_question(tmp_path: Path) -> None:
    records = stills(tmp_path, 3)
    known: list[int] = []
    with journal(tmp_path) as open_journal:
        describe_keyframes(
            records, CountingDescriber(lambda _: known.append(len(open_journal.known))), journal=open_journal
        )
    assert known == [0, 1, 2]


@pytest.mark.parametrize("kind", [InputError, ReplyError, EngineLateError])
def test_a_failed_still_is_none_and_tried_again_next_time(tmp_path: Path, kind: type[Exception]) -> None:
    records = stills(tmp_path, 4)
    heard: list[str] = []
    with journal(tmp_path) as open_journal:
        results = describe_keyframes(
            records,
            CountingDescriber(failing(kind, "s1.jpg", "s2.jpg")),
            journal=open_journal,
            notice=heard.append,
        )
    assert [description is None for _, description in results] == [False, True, True, False]
    (said,) = heard
    assert said == (
        "2 of 4 stills could not be described; the next run tries them again. "
        "The first reason: No answer about s1.jpg."
    )
    again = CountingDescriber()
    assert None not in described(tmp_path, records, again)
    assert again.asked == ["s1.jpg", "s2.jpg"]


@pytest.mark.parametrize("kind", [EngineGoneError, SetupError, RemoteError, RuntimeError, OSError])
def test_an_engine_that_failed_for_good_is_an_error_and_what_it_said_is_kept(
    tmp_path: Path, kind: type[Exception]
) -> None:
    records = stills(tmp_path, 4)
    describer = CountingDescriber(failing(kind, "s2.jpg"))
    expected = RemoteError if kind is OSError else kind
    with pytest.raises(expected, match=r"No answer about s2\.jpg"):
        described(tmp_path, records, describer)
    assert describer.asked == ["s0.jpg", "s1.jpg", "s2.jpg"]
    assert describer.ended == 1
    again = CountingDescriber()
    described(tmp_path, records, again)
    assert again.asked == ["s2.jpg", "s3.jpg"]


def test_what_was_under_way_when_the_engine_failed_is_still_kept(tmp_path: Path) -> None:
    failed = threading.Event()

    def meet(name: str) -> None:
        if name == "s0.jpg":
            failed.set()
            raise EngineGoneError("Gone.")
        failed.wait(20)

    records = stills(tmp_path, 6)
    describer = CountingDescriber(meet, in_flight=3)
    with pytest.raises(EngineGoneError):
        described(tmp_path, records, describer)
    assert sorted(describer.asked) == ["s0.jpg", "s1.jpg", "s2.jpg"]
    again = CountingDescriber()
    described(tmp_path, records, again)
    assert again.asked == ["s0.jpg", "s3.jpg", "s4.jpg", "s5.jpg"]


def test_an_engine_that_cannot_be_had_is_said_and_nothing_is_asked(tmp_path: Path) -> None:
    describer = CountingDescriber()

    @contextmanager
    def serving() -> Iterator[None]:
        raise SetupError("No weights.")
        yield

    describer.serving = serving  # type: ignore[method-assign]  # this one engine is not to be had
    with pytest.raises(SetupError, match="No weights"):
        described(tmp_path, stills(tmp_path, 3), describer)
    assert describer.asked == []


@pytest.mark.parametrize("kind", [ReplyError, EngineLateError])
def test_an_engine_that_never_answers_well_is_given_up_after_a_few(
    tmp_path: Path, kind: type[Exception]
) -> None:
    describer = CountingDescriber(failing(kind))
    with pytest.raises(InferenceError, match=r"95 of 100|None of the 100.*No answer about s0\.jpg"):
        described(tmp_path, stills(tmp_path, 100), describer)
    assert len(describer.asked) == FAILURES_AT_FIRST
    assert describer.ended == 1


def test_an_engine_that_answered_before_is_given_more_patience(tmp_path: Path) -> None:
    records = stills(tmp_path, 100)
    good = [f"s{n}.jpg" for n in range(60)]
    heard: list[str] = []
    describer = CountingDescriber(failing(ReplyError, *(f"s{n}.jpg" for n in range(60, 100))))
    with journal(tmp_path) as open_journal:
        results = describe_keyframes(records, describer, journal=open_journal, notice=heard.append)
    assert [d.visual_content for _, d in results if d] == good
    assert len(describer.asked) == 60 + FAILURES_IN_A_ROW
    assert "40 of 100 stills could not be described" in heard[0]
    assert "After 20 failures in a row no more were asked about." in heard[0]


def test_most_stills_without_a_description_are_an_error_where_answers_keep_failing(tmp_path: Path) -> None:
    describer = CountingDescriber(failing(ReplyError, *(f"s{n}.jpg" for n in range(40, 100))))
    with pytest.raises(InferenceError, match="60 of 100 stills have no description"):
        described(tmp_path, stills(tmp_path, 100), describer)


def test_stills_that_failed_before_and_fail_again_do_not_stop_the_next_run(tmp_path: Path) -> None:
    bad = [f"s{n}.jpg" for n in range(0, 20, 3)]
    records = stills(tmp_path, 20)
    first, second = (CountingDescriber(failing(ReplyError, *bad)) for _ in range(2))
    assert described(tmp_path, records, first) == described(tmp_path, records, second)
    assert second.asked == bad
    assert len(bad) > FAILURES_AT_FIRST


def test_failures_between_good_answers_are_no_reason_to_give_up(tmp_path: Path) -> None:
    bad = [f"s{n}.jpg" for n in range(1, 60, 2)]
    describer = CountingDescriber(failing(ReplyError, *bad))
    assert described(tmp_path, stills(tmp_path, 60), describer).count(None) == len(bad)
    assert len(bad) > FAILURES_IN_A_ROW
    assert len(describer.asked) == 60


def test_stills_that_are_no_pictures_say_nothing_against_the_engine(tmp_path: Path) -> None:
    bad = [f"s{n}.jpg" for n in range(30)]
    describer = CountingDescriber(failing(InputError, *bad))
    assert described(tmp_path, stills(tmp_path, 40), describer).count(None) == 30
    assert len(describer.asked) == 40


def test_a_hundred_empty_descriptions_are_an_error(tmp_path: Path) -> None:
    records = [KeyframeRecord(float(n), str(tmp_path / "gone.jpg"), "scene_change") for n in range(100)]
    describer = CountingDescriber()
    with pytest.raises(InferenceError, match=r"None of the 100 stills.*'gone\.jpg'"):
        described(tmp_path, records, describer)
    assert describer.begun == 0


def test_a_still_that_was_removed_is_none_and_the_others_are_described(tmp_path: Path) -> None:
    records = stills(tmp_path, 3)
    picture = tmp_path / "s1.jpg"
    kept = picture.read_bytes()
    picture.unlink()
    assert described(tmp_path, records, CountingDescriber()) == ["s0.jpg", None, "s2.jpg"]
    picture.write_bytes(kept)
    assert described(tmp_path, records, CountingDescriber()) == ["s0.jpg", "s1.jpg", "s2.jpg"]


def test_a_still_that_was_replaced_is_asked_about_again(tmp_path: Path) -> None:
    records = stills(tmp_path, 3)
    described(tmp_path, records, CountingDescriber())
    (tmp_path / "s1.jpg").write_bytes(b"another picture")
    again = CountingDescriber()
    described(tmp_path, records, again)
    assert again.asked == ["s1.jpg"]


def test_a_stop_is_heard_before_the_next_still(tmp_path: Path) -> None:
    describer = CountingDescriber()
    with journal(tmp_path) as open_journal, pytest.raises(Cancelled):
        describe_keyframes(
            stills(tmp_path, 9), describer, journal=open_journal, cancelled=lambda: len(describer.asked) == 3
        )
    assert len(describer.asked) == 3
    assert describer.ended == 1


@pytest.mark.parametrize("error", [Cancelled, KeyboardInterrupt])
def test_a_stop_does_not_wait_for_a_slow_answer_and_keeps_the_others(
    tmp_path: Path, error: type[BaseException]
) -> None:
    let_go, is_slow = threading.Event(), threading.Event()

    def meet(name: str) -> None:
        if name == "s1.jpg":
            is_slow.set()
            let_go.wait(60)

    def cancelled() -> bool:
        if len(describer.asked) < 5:
            return False
        if error is KeyboardInterrupt:
            raise KeyboardInterrupt  # as a signal does, wherever we are
        return True

    records = stills(tmp_path, 9)
    describer = CountingDescriber(meet, in_flight=2)
    try:
        with journal(tmp_path) as open_journal, pytest.raises(error):
            describe_keyframes(records, describer, journal=open_journal, cancelled=cancelled)
        assert is_slow.is_set()
        assert not let_go.is_set(), "nobody waited for the slow one"
        assert describer.ended == 1
    finally:
        let_go.set()
    again = CountingDescriber()
    described(tmp_path, records, again)
    assert again.asked[0] == "s1.jpg"
    assert len(again.asked) <= 6


def test_answers_that_came_before_a_stop_are_kept_even_unread(tmp_path: Path) -> None:
    together = threading.Barrier(2, timeout=20)

    def meet(_: str) -> None:
        together.wait()

    def cancelled() -> bool:
        if len(describer.asked) < 2:
            return False
        time.sleep(0.5)  # both have answered by now, and only one of them can have been heard
        return True

    describer = CountingDescriber(meet, in_flight=2)
    with journal(tmp_path) as open_journal:
        with pytest.raises(Cancelled):
            describe_keyframes(stills(tmp_path, 9), describer, journal=open_journal, cancelled=cancelled)
        assert len(open_journal.known) == 2


def test_stills_with_the_same_bytes_are_asked_about_once(tmp_path: Path) -> None:
    records = stills(tmp_path, 3)
    (tmp_path / "s2.jpg").write_bytes((tmp_path / "s0.jpg").read_bytes())
    describer = CountingDescriber()
    assert described(tmp_path, records, describer) == ["s0.jpg", "s1.jpg", "s0.jpg"]
    assert describer.asked == ["s0.jpg", "s1.jpg"]


def pictures(folder: Path) -> list[KeyframeRecord]:
    """Six stills of three views (a ball on the left, on the right, a night), each compressed in two ways."""
    records = []
    for number in range(6):
        view, quality = number % 3, (90, 60)[number // 3]
        picture = Image.linear_gradient("L").resize((320, 180)).convert("RGB")
        if view == 2:
            picture = picture.point(lambda value: value // 12)
        left = 200 if view else 40
        ImageDraw.Draw(picture).ellipse(
            (left, 60, left + 70, 130), (30, 30, 40) if view == 2 else (200, 60, 40)
        )
        path = folder / f"v{number}.jpg"
        picture.save(path, quality=quality)
        records.append(KeyframeRecord(float(number), str(path), "scene_change"))
    return records


def test_stills_of_one_view_are_asked_about_once_whatever_their_order(tmp_path: Path) -> None:
    records = pictures(tmp_path)
    describer = CountingDescriber()
    heard: list[Progress] = []
    with journal(tmp_path) as open_journal:
        results = describe_keyframes(records, describer, journal=open_journal, progress=heard.append)
    names = [description.visual_content for _, description in results if description]
    assert len(describer.asked) == 3
    assert names[:3] == names[3:]
    assert sorted(names[:3]) == sorted(describer.asked)
    assert [event.done for event in heard] == [2, 4, 6]
    (tmp_path / "film.journal").unlink()
    assert described(tmp_path, records[::-1], CountingDescriber()) == names[::-1]


def test_other_stills_of_the_same_film_use_what_the_journal_knows(tmp_path: Path) -> None:
    records = stills(tmp_path, 8)
    described(tmp_path, records[:5], CountingDescriber())
    describer = CountingDescriber()
    assert described(tmp_path, records[3:], describer) == [f"s{n}.jpg" for n in range(3, 8)]
    assert describer.asked == ["s5.jpg", "s6.jpg", "s7.jpg"]


def test_a_description_is_one_line_a_part_that_no_terminal_obeys(tmp_path: Path) -> None:
    class Odd(CountingDescriber):
        def describe(self, still: StillView) -> Description:  # noqa: ARG002 - it says the same of all
            return Description(
                "a \x1b[2Jroom\n\n with\u202e \ud800 walls ", "calm\x00", "x" * 5000, " inside "
            )

    with journal(tmp_path) as open_journal:
        ((_, description),) = describe_keyframes(stills(tmp_path, 1), Odd(), journal=open_journal)
    assert description == SceneDescription("a [2Jroom with walls", "calm", "x" * MOST_LETTERS, "inside")


def test_a_description_that_leaves_a_part_empty_is_a_failure(tmp_path: Path) -> None:
    class Silent(CountingDescriber):
        def describe(self, still: StillView) -> Description:
            return Description(
                "a room", "\n\x00" if still.path.name == "s1.jpg" else "calm", "none", "inside"
            )

    with journal(tmp_path) as open_journal:
        results = describe_keyframes(stills(tmp_path, 3), Silent(), journal=open_journal)
    assert [description is None for _, description in results] == [False, True, False]


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
