"""Describing a film again: another model, the first one once more, stills that failed, caches and journals gone bad."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import msgpack
import pytest
from tests.durability.described_film import (
    VIEWS,
    Place,
    asking,
    keys_of,
    looks_at_pictures,
    make_film,
    picture_of,
    planned,
)
from tests.model_server import Behaviour, Exchange, ModelServer, refuses

from cinecore.errors import EngineGoneError, OutputError
from cinecut.checkpoint import load_checkpoint
from cinecut.inference.journal import journal_path, view_key

pytestmark = [pytest.mark.media, pytest.mark.service]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Path]:
    """A film that was described once, and a copy of all that came of it."""
    film = make_film(tmp_path_factory.mktemp("described") / "film.mp4")
    with ModelServer(looks_at_pictures()) as server:
        planned(film, asking(server.url))
        assert len(server.chats) == VIEWS
        place = Place(film, asking(server.url).identity)
    copy = tmp_path_factory.mktemp("kept") / "work"
    shutil.copytree(place.work, copy)
    return place, copy


@pytest.fixture
def place(described: tuple[Place, Path]) -> Iterator[Place]:
    """The described film, as it was left, under its own name: paths are part of what is remembered."""
    found, copy = described
    status = found.film.stat()
    yield found
    os.utime(found.film, ns=(status.st_atime_ns, status.st_mtime_ns))
    shutil.rmtree(found.work)
    shutil.copytree(copy, found.work)


def journal_of(place: Place) -> Path:
    return journal_path(place.film, place.work, place.engine)


def failing_at(*keys: str) -> Behaviour:
    """Fails at these pictures and answers about others."""

    def act(exchange: Exchange) -> None:
        is_bad = view_key(picture_of(exchange.asked)) in keys
        (refuses(500, "the grammar broke") if is_bad else looks_at_pictures())(exchange)

    return act


def dying_at(number: int) -> Behaviour:
    """Answers until it is asked for the so-manieth time; then the server is gone."""

    def act(exchange: Exchange) -> None:
        if len(exchange.server.chats) >= number:
            Thread(target=exchange.server.stop).start()  # not from here: it waits for nobody, but for itself
            exchange.server.is_ending.wait()
            exchange.hang_up()
        else:
            looks_at_pictures()(exchange)

    return act


def some_keys(place: Place, count: int) -> list[str]:
    stills = sorted((place.work / "keyframes").glob("*.jpg"))
    return [view_key(path.read_bytes()) for path in stills[3 : 3 + count]]


def test_another_model_uses_no_word_of_the_first_and_going_back_asks_nothing(place: Place) -> None:
    first = place.results()
    with ModelServer(looks_at_pictures()) as server:
        outcome = planned(place.film, asking(server.url, model="other"))
        assert len(server.chats) == VIEWS
        assert {"inference", "narrative"} <= set(outcome.stages_run)
        other = Place(place.film, asking(server.url, model="other").identity)
        assert all(found and found.visual_content.endswith("by other") for found in other.descriptions())
        assert place.results() != first
        back = planned(place.film, asking(server.url))
        assert len(server.chats) == VIEWS, "the first model's journal knows it all"
        assert {"inference", "narrative"} <= set(back.stages_run)
    assert place.results() == first


def test_a_touched_film_is_described_anew(place: Place) -> None:
    os.utime(place.film, ns=(0, 1_000_000_000_000_000_007))
    with ModelServer(looks_at_pictures()) as server:
        planned(place.film, asking(server.url))
        assert len(server.chats) == VIEWS


def cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def rewritten(**metadata: object) -> Callable[[Path], None]:
    """A whole cache whose head says something else."""

    def change(path: Path) -> None:
        payload = msgpack.unpackb(path.read_bytes(), raw=False)
        payload["metadata"] |= metadata
        path.write_bytes(msgpack.packb(payload))

    return change


def one_still_less(path: Path) -> None:
    payload = msgpack.unpackb(path.read_bytes(), raw=False)
    del payload["results"][2]
    path.write_bytes(msgpack.packb(payload))


def as_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


BAD_CACHES: dict[str, Callable[[Path], None]] = {
    "half": cut,
    "another version": rewritten(format=99),
    "another engine": rewritten(engine="somebody/1"),
    "one still less": one_still_less,
    "a pipe": as_a_pipe,
}


@pytest.mark.parametrize("damage", BAD_CACHES.values(), ids=BAD_CACHES)
def test_a_bad_cache_is_made_again_from_the_journal_without_a_question(
    place: Place, damage: Callable[[Path], None]
) -> None:
    expected = place.results()
    damage(place.cache)
    with ModelServer(looks_at_pictures()) as server:
        planned(place.film, asking(server.url))
        assert server.chats == []
    assert place.results() == expected


BAD_JOURNALS: dict[str, tuple[Callable[[Path], None], int]] = {
    "garbage": (lambda path: path.write_bytes(b"\xc1\x00nothing" * 999) and None, VIEWS),
    "half": (cut, VIEWS - VIEWS // 2 + 1),
}


@pytest.mark.parametrize(("damage", "most"), BAD_JOURNALS.values(), ids=BAD_JOURNALS)
def test_what_a_bad_journal_lost_is_asked_again_and_no_more(
    place: Place, damage: Callable[[Path], None], most: int
) -> None:
    expected = place.results()
    place.cache.unlink()
    damage(journal_of(place))
    with ModelServer(looks_at_pictures()) as server:
        planned(place.film, asking(server.url))
        assert 0 < len(server.chats) <= most
    assert place.results() == expected


def test_something_else_in_the_journals_place_is_said_and_left_alone(place: Place) -> None:
    journal, letter = journal_of(place), place.film.parent / "letter.txt"
    place.cache.unlink()
    journal.unlink()
    letter.write_text("Dear all")
    journal.symlink_to(letter)
    with ModelServer(looks_at_pictures()) as server, pytest.raises(OutputError, match="in the way"):
        planned(place.film, asking(server.url))
    assert letter.read_text() == "Dear all"


def test_a_server_that_dies_half_way_is_an_error_and_the_next_run_asks_only_for_the_rest(
    place: Place,
) -> None:
    expected = place.results()
    place.forget()
    with ModelServer(dying_at(VIEWS // 2)) as server, pytest.raises(EngineGoneError):
        planned(place.film, asking(server.url))
    assert not place.cache.exists(), "a dead server is no reason to keep half of the descriptions as all"
    written = place.journaled()
    assert VIEWS // 2 - 2 <= len(written) < VIEWS
    with ModelServer(looks_at_pictures()) as server:
        planned(place.film, asking(server.url))
        assert len(server.chats) == VIEWS - len(written)
    assert place.results() == expected


def test_stills_that_failed_are_said_and_tried_again_and_then_the_plan_is_new(place: Place) -> None:
    expected = place.results()
    place.forget()
    bad = some_keys(place, 3)
    with ModelServer(failing_at(*bad)) as server:
        outcome = planned(place.film, asking(server.url))
    told = [notice for notice in outcome.notices if "could not be described" in notice]
    assert len(told) == 1
    assert told[0].startswith(f"3 of {VIEWS} stills could not be described; the next run tries them again.")
    assert place.descriptions().count(None) == 3
    checkpoint = load_checkpoint(place.work)
    assert checkpoint is not None
    assert checkpoint.inference_complete is False
    with ModelServer(failing_at(*bad)) as server:
        again = planned(place.film, asking(server.url))
        assert set(keys_of(server.chats)) == set(bad)
    assert "inference" in again.stages_run
    assert "narrative" in again.stages_reused, "the same descriptions leave the plan as it is"
    with ModelServer(looks_at_pictures()) as server:
        last = planned(place.film, asking(server.url))
        assert set(keys_of(server.chats)) == set(bad)
    assert "narrative" in last.stages_run
    assert place.results() == expected


def test_a_plan_that_a_person_edited_is_not_set_aside_for_stills_that_failed(place: Place) -> None:
    place.forget()
    bad = some_keys(place, 2)
    with ModelServer(failing_at(*bad)) as server:
        planned(place.film, asking(server.url))
    path = place.work / "TRAILER_MANIFEST.json"
    document = json.loads(path.read_text())
    document["title"] = "My own words"
    path.write_text(json.dumps(document))
    edited = path.read_bytes()
    with ModelServer(looks_at_pictures()) as server:
        planned(place.film, asking(server.url))
        assert server.chats == []
    assert path.read_bytes() == edited
    assert list(place.work.glob("TRAILER_MANIFEST.*.json")) == []


def test_an_engine_that_is_away_is_no_error_where_only_failed_stills_are_left(place: Place) -> None:
    place.forget()
    with ModelServer(failing_at(*some_keys(place, 2))) as server:
        planned(place.film, asking(server.url))
        away = asking(server.url)
    before = place.results()
    outcome = planned(place.film, away)
    assert any("could not be tried again" in notice for notice in outcome.notices)
    assert place.results() == before
