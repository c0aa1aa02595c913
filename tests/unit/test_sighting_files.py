"""What was seen of a film lies whole in one file, and nothing damaged or foreign is believed."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cinecore.vision.sighting import FaceSeen, Sighting, ThingSeen
from cinecut.inference.eyes import CastMember, FilmEyes, StillSighting
from cinecut.inference.sighting_files import (
    EyesHead,
    eyes_path,
    load_eyes,
    open_eyes_journal,
    packed,
    rounded,
    save_eyes,
)

HEAD = EyesHead(1, 2, "eyes/1", "stills")


def sighting(time_s: float = 1.5) -> Sighting:
    random = np.random.default_rng(3)
    face = FaceSeen(
        (0.1, 0.2, 0.3, 0.4),
        0.9,
        random.normal(size=128).astype(np.float32),
        is_drawn=True,
        drawn=0.25,
        figure=random.random(690).astype(np.float32),
        is_frontal=False,
    )
    thing = ThingSeen("dog", "animal", 0.6, (0.5, 0.5, 0.2, 0.2), random.normal(size=377).astype(np.float32))
    look = random.normal(size=32).astype(np.float32)
    return rounded(Sighting(time_s, (face,), (thing,), "close-up", look, ("#102030", "#ffffff")))


def film() -> FilmEyes:
    member = CastMember(
        "person 1", 4.0, 1.5, (1.5, 3.0), (0, 2), {"person 2": 1.0}, ((0.0, 0.0, 0.5, 0.5),) * 2, "face", 0.4
    )
    return FilmEyes(
        (
            StillSighting(0, sighting(), 1.0, 2.0, "kf_1.jpg"),
            StillSighting(2, Sighting(3.0), 2.5, 4.0, "b.jpg"),
        ),
        (member, replace(member, id="person 2", is_drawn=True)),
        is_drawn=True,
        notices=("Most faces are drawn.",),
    )


def test_what_was_seen_is_read_back_as_it_was(tmp_path: Path) -> None:
    path = eyes_path("/films/Ünicöde film.mkv", tmp_path)
    assert path == tmp_path / "Ünicöde film.eyes.msgpack"
    save_eyes(film(), HEAD, path)
    again = load_eyes(HEAD, path)
    assert again is not None
    assert again.cast == film().cast
    assert (again.is_drawn, again.notices) == (True, ("Most faces are drawn.",))
    for one, other in zip(again.sightings, film().sightings, strict=True):
        assert (one.shot, one.start_s, one.end_s, one.still) == (
            other.shot, other.start_s, other.end_s, other.still,
        )  # fmt: skip
        assert packed(one.sighting) == packed(other.sighting)
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_sightings_are_the_same_bytes(tmp_path: Path) -> None:
    save_eyes(film(), HEAD, tmp_path / "a")
    kept = load_eyes(HEAD, tmp_path / "a")
    assert kept is not None
    save_eyes(kept, HEAD, tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    "head",
    [
        replace(HEAD, mtime_ns=9),
        replace(HEAD, size=9),
        replace(HEAD, eyes="eyes/2"),
        replace(HEAD, stills="x"),
    ],
)
def test_sightings_of_another_film_other_eyes_or_other_stills_do_not_hold(
    tmp_path: Path, head: EyesHead
) -> None:
    save_eyes(film(), HEAD, tmp_path / "kept")
    assert load_eyes(head, tmp_path / "kept") is None


def test_a_damaged_file_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    assert load_eyes(HEAD, path) is None
    save_eyes(film(), HEAD, path)
    data = path.read_bytes()
    for length in range(0, len(data) - 1, 37):
        path.write_bytes(data[:length])
        assert load_eyes(HEAD, path) is None
    for document in (b"\xc0", b"\x93\x01\x02\x03", b"\x81\xa6format\x01", b"<html>"):
        path.write_bytes(document)
        assert load_eyes(HEAD, path) is None
    path.unlink()
    os.mkfifo(path)
    assert load_eyes(HEAD, path) is None


def test_the_journal_gives_back_what_was_seen_and_passes_over_what_is_none(tmp_path: Path) -> None:
    film_file = tmp_path / "film.mkv"
    film_file.write_bytes(b"film")
    with open_eyes_journal(film_file, tmp_path, "eyes/1") as journal:
        journal.append("a", sighting())
        journal._write({"key": "b", "sighting": {"time_s": "soon"}})
        journal.append("c", sighting(2.0))
    with open_eyes_journal(film_file, tmp_path, "eyes/1") as journal:
        assert sorted(journal.known) == ["a", "c"]
        assert packed(journal.known["a"]) == packed(sighting())
    with open_eyes_journal(film_file, tmp_path, "eyes/2") as journal:
        assert journal.known == {}
