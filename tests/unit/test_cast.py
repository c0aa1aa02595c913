"""Who is who over a film: told apart by faces, where those fail by hair, clothes, palette and shape, and said so."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
import pytest

from cinecore.vision.colors import SIGNATURE_LENGTH
from cinecore.vision.sighting import FaceSeen, Sighting, ThingSeen
from cinecut.inference import same_somebody
from cinecut.inference.cast import BY_EMBEDDING, cast_of, told_apart
from cinecut.inference.eyes import BY_FACE, BY_FIGURE, BY_LOOK, FilmEyes, StillSighting

PLACE = (0.4, 0.2, 0.2, 0.3)
LEFT, RIGHT = (0.1, 0.2, 0.2, 0.3), (0.6, 0.2, 0.2, 0.3)


def face_of(who: int, view: int = 0, *, noise: float = 0.2, **more: object) -> FaceSeen:
    """A face some .2 to .3 from others of the same person and .7 from anybody else's, as the network's are."""
    person = np.random.default_rng(1000 + who).normal(size=128)
    changed = np.random.default_rng(who * 97 + view).normal(size=128)
    vector = 0.5 * person / np.linalg.norm(person) + noise * changed / np.linalg.norm(changed)
    told = {"box": PLACE, "score": 0.9, "embedding": vector.astype(np.float32), "drawn": -0.4, **more}
    return FaceSeen(**told)  # type: ignore[arg-type]  # a table of its fields


def signature_of(color: int) -> np.ndarray:
    """A palette that shares nothing with that of another number."""
    signature = np.zeros(SIGNATURE_LENGTH, np.float32)
    signature[20 + 3 * color] = 1.0
    signature[-2:] = 0.5, 0.5
    return signature


def still(
    time_s: float, *faces: FaceSeen, shot: int | None = None, things: Sequence[ThingSeen] = (), look: int = 0
) -> StillSighting:
    number = int(time_s) if shot is None else shot
    vector = np.random.default_rng(look).normal(size=32).astype(np.float32) + 9
    return StillSighting(
        number, Sighting(time_s, tuple(faces), tuple(things), "", vector), time_s - 0.5, time_s + 0.5
    )


def test_people_are_put_together_over_all_shots_and_never_mixed_up() -> None:
    order = np.random.default_rng(4).permutation([who for who in range(12) for _ in range(6)])
    sightings = [still(float(at), face_of(int(who), at)) for at, who in enumerate(order)]
    people = told_apart(sightings)
    assert len(people) == 12
    for person in people:
        assert len({order[one.still] for one in person.seen}) == 1
        assert len(person.seen) == 6
        assert person.rests_on == BY_FACE


def test_two_in_one_picture_are_two_however_alike_they_are() -> None:
    twins = [
        still(float(at), face_of(1, 1, box=LEFT), face_of(1, 2, box=RIGHT), shot=at // 2) for at in range(8)
    ]
    people = told_apart(twins)
    assert len(people) == 2
    assert all(len(person.seen) == 8 for person in people)


def test_looks_that_lead_from_one_person_to_another_step_by_step_do_not_make_them_one() -> None:
    ends = 2 * face_of(1, noise=0.0).embedding, 2 * face_of(2, noise=0.0).embedding
    steps = [(1 - part) * ends[0] + part * ends[1] for part in np.linspace(0, 1, 9)]
    gaps = [float(np.linalg.norm(two - one)) for one, two in pairwise(steps)]
    assert max(gaps) < BY_EMBEDDING.threshold / 2
    faces = [FaceSeen(PLACE, 0.9, vector.astype(np.float32), drawn=-0.4) for vector in steps]
    people = told_apart([still(float(at), face) for at, face in enumerate(faces)])
    first = next(person for person in people if any(one.still == 0 for one in person.seen))
    assert 8 not in [one.still for one in first.seen]


def test_a_face_turned_away_is_somebodys_only_where_that_is_sure() -> None:
    seen = [still(float(at), face_of(1, at)) for at in range(3)]
    sure = still(5.0, face_of(1, 9, is_frontal=False))
    unsure = still(6.0, face_of(2, 9, is_frontal=False))
    (person,) = told_apart([*seen, sure, unsure])
    assert [one.still for one in person.seen] == [0, 1, 2, 3]


def views_of(photograph: int, count: int, *, apart: float) -> list[FaceSeen]:
    """Views of one person in one of two photographs whose means lie `apart` from each other."""
    person, change = np.random.default_rng(5).normal(size=(2, 128))
    middle = 0.5 * person / np.linalg.norm(person) + photograph * apart * change / np.linalg.norm(change)
    noise = np.random.default_rng(50 + photograph).normal(size=(count, 128))
    rows = middle + 0.24 * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    return [FaceSeen(PLACE, 0.9, row.astype(np.float32), drawn=-0.4) for row in rows]


def test_two_photographs_of_somebody_are_one_person_by_their_means_though_single_looks_are_too_far_apart() -> (
    None
):
    for apart, people in ((0.335, 1), (0.45, 2)):
        faces = [*views_of(0, 6, apart=apart), *views_of(1, 6, apart=apart)]
        between = [
            float(np.linalg.norm(one.embedding - two.embedding)) for one in faces[:6] for two in faces[6:]
        ]
        assert np.mean(between) > BY_EMBEDDING.threshold, "or nothing but single looks would be tried"
        assert len(told_apart([still(float(at), face) for at, face in enumerate(faces)])) == people
        together = [still(float(at), *pair) for at, pair in enumerate(zip(faces[:6], faces[6:], strict=True))]
        assert len(told_apart(together)) == 2, "two in one picture are two"


def test_who_is_only_seen_from_the_side_is_somebody_where_the_looks_are_surely_alike() -> None:
    seen = [still(float(at), face_of(1, at)) for at in range(3)]
    alike = [still(5.0 + at, face_of(2, at, is_frontal=False)) for at in range(3)]
    less_alike = [still(9.0 + at, face_of(3, at, noise=0.28, is_frontal=False)) for at in range(3)]
    found = told_apart([*seen, *alike, *less_alike])
    assert [[one.still for one in person.seen] for person in found] == [[0, 1, 2], [3, 4, 5]]


def test_the_cast_says_who_is_seen_how_long_with_whom_where_and_first() -> None:
    sightings = [
        still(1.0, face_of(1, 1)),
        still(2.0, face_of(1, 2, box=LEFT), face_of(2, 2, box=RIGHT)),
        still(3.0, face_of(1, 3)),
        still(4.0, face_of(2, 4, box=LEFT)),
        still(5.0, face_of(3, 5)),
    ]
    people = told_apart(sightings)
    assert len(people) == 3
    first, second = cast_of(sightings, people)
    assert (first.id, first.screen_time_s, first.first_seen_s) == ("person 1", 3.0, 1.0)
    assert (second.id, second.screen_time_s, second.first_seen_s) == ("person 2", 2.0, 2.0)
    assert first.still_times_s == (1.0, 2.0, 3.0)
    assert first.shots == (1, 2, 3)
    assert first.areas == (PLACE, LEFT, PLACE)
    assert second.areas == (RIGHT, LEFT)
    assert first.with_whom == {"person 2": 1.0}
    assert second.with_whom == {"person 1": 1.0}
    assert 0 < second.certainty < first.certainty < 1
    film = FilmEyes(tuple(sightings), (first, second))
    assert film.people_in(1.5, 2.5) == ("person 1", "person 2")
    assert film.people_in(3.6, 3.9) == ("person 2",), "the still that speaks for the moment"
    assert film.people_in(4.8, 5.2) == (), "who is seen once is no cast"
    assert film.people_in(9.0, 9.5) == ()


def test_drawn_faces_are_told_by_hair_and_clothes_and_never_by_their_faces() -> None:
    alike = face_of(1, 1).embedding
    looks = [np.concatenate([signature_of(who), signature_of(who + 9)]) for who in (0, 1)]
    sightings = [
        still(
            float(at),
            FaceSeen(PLACE, 0.8, alike, is_drawn=True, drawn=0.3, figure=looks[at % 2].astype(np.float32)),
        )
        for at in range(8)
    ]
    people = told_apart(sightings)
    assert len(people) == 2
    for person in people:
        assert len({one.still % 2 for one in person.seen}) == 1
        assert (person.rests_on, person.is_drawn) == (BY_FIGURE, True)
    photographed = [still(float(at), FaceSeen(PLACE, 0.8, alike, drawn=-0.3)) for at in range(8)]
    assert len(told_apart(photographed)) == 1


def test_where_faces_fail_palette_and_shape_stand_in_and_are_trusted_less() -> None:
    def animal(who: int) -> ThingSeen:
        shape = np.random.default_rng(who).normal(size=32)
        vector = np.concatenate([signature_of(who), shape]).astype(np.float32)
        return ThingSeen("dog", "animal", 0.6, PLACE, vector)

    sightings = [still(float(at), things=[animal(at % 3)]) for at in range(12)]
    people = told_apart(sightings)
    assert [(len(person.seen), person.rests_on) for person in people] == [(4, BY_LOOK)] * 3
    members = cast_of(sightings, people)
    faces = [still(float(at), face_of(at % 3, at)) for at in range(12)]
    known = cast_of(faces, told_apart(faces))
    assert max(member.certainty for member in members) < min(member.certainty for member in known)
    with_faces = [still(float(at), face_of(at % 2, at), things=[animal(at % 3)]) for at in range(12)]
    assert {person.rests_on for person in told_apart(with_faces)} == {BY_FACE}


def test_many_more_looks_than_fit_into_memory_are_still_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    order = [at % 5 for at in range(60)]
    sightings = [still(float(at), face_of(who, at)) for at, who in enumerate(order)]
    monkeypatch.setattr(same_somebody, "TRACKS_AT_MOST", 20)
    people = told_apart(sightings)
    assert sorted(len(person.seen) for person in people) == [12] * 5


def test_an_empty_film_has_no_cast() -> None:
    assert told_apart([]) == []
    assert cast_of([still(1.0)], told_apart([still(1.0)])) == ()
    assert FilmEyes(()).people_in(0.0, 9.0) == ()
    assert FilmEyes(()).looks.shape == (0, 0)


def test_looks_are_measured_against_the_films_own() -> None:
    film = FilmEyes(tuple(still(float(at), look=at // 2) for at in range(8)))
    raw = np.stack([seen.sighting.look for seen in film.sightings])
    unit = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    assert min(float(unit[a] @ unit[b]) for a, b in combinations(range(8), 2)) > 0.9, "a high floor"
    alike = [float(film.looks[at] @ film.looks[at + 1]) for at in range(0, 8, 2)]
    others = [float(film.looks[a] @ film.looks[b]) for a, b in combinations(range(0, 8, 2), 2)]
    assert min(alike) > 0.99
    assert max(others) < 0.5
    assert np.allclose(np.linalg.norm(film.looks, axis=1), 1)


def test_stills_in_which_only_faces_were_looked_for_have_no_look() -> None:
    bare = StillSighting(9, Sighting(9.0, (face_of(1),)), 8.5, 9.5)
    film = FilmEyes((*(still(float(at), look=at) for at in range(4)), bare))
    assert film.looks.shape == (5, 32)
    assert not film.looks[4].any()
    assert np.allclose(np.linalg.norm(film.looks[:4], axis=1), 1)
