"""Names that nobody knows yet, a hero who comes late, and people first met in act 3: each costs what it should."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from cinecore.timebase import FrameRate
from cinecut.manifest.vibe import load_vibe
from cinecut.models import DialogueEvent
from cinecut.narrative.acquaintance import (
    COST_OF_HERO_LATE,
    COST_OF_STRANGER_NAMED,
    COST_OF_UNMET,
    Acquaintance,
    Known,
)
from cinecut.narrative.brief import Brief
from cinecut.narrative.candidates import Candidate
from cinecut.narrative.judgement import Judged
from cinecut.narrative.protagonist import Protagonist
from synthetic_film import make_film

HERO = Protagonist("Mara", "person 1", 3, 60.0, "lines and faces", is_sure=True)


@dataclass(frozen=True)
class Someone:
    id: str
    screen_time_s: float
    first_seen_s: float = 0.0
    still_times_s: tuple[float, ...] = ()
    rests_on: str = "face"
    certainty: float = 1.0


class Faces:
    """A cast of two."""

    cast = (Someone("person 1", 60.0), Someone("person 2", 30.0))
    is_drawn = False

    def people_in(self, start_s: float, end_s: float) -> tuple[str, ...]:
        return ("person 1",) if start_s > end_s else ()

    def size_in(self, start_s: float, end_s: float) -> str:
        return "close-up" if start_s > end_s else ""


SAID = (
    ("Mara", "I will find the tower."),
    ("Mara", "Only Odile knows the way."),
    ("Bram", "Ask Odile about the key."),
    ("Odile", "The tower is not on any map."),
    ("Bram", "Mara is on her own now."),
)


def lines() -> tuple[DialogueEvent, ...]:
    return tuple(
        DialogueEvent(
            at * 5000, at * 5000 + 2000, at * 5.0, at * 5.0 + 2, at * 5.0 + 1, text, "neutral", speaker=name
        )
        for at, (name, text) in enumerate(SAID)
    )


def clip(*spoken: int, people: tuple[str, ...] = ()) -> Judged:
    return Judged(
        Candidate(0, 0, 48, 0, 96, 0, spoken),
        0.5, 0.5, 0.5, 0, 1.0, (), "neutral", 0.0, "", "", "", people=people,
    )  # fmt: skip


def known_by(*judged: Judged, hero: Protagonist | None = HERO, speaks: bool = True) -> Acquaintance:
    analysis, _ = make_film(60.0)
    events = lines() if speaks else ()
    brief = Brief("film.mp4", analysis, events, (), load_vibe("drama"), FrameRate(Fraction(24)), eyes=Faces())
    return Acquaintance(brief, judged, hero)


def test_somebody_named_before_she_was_met_costs_and_afterwards_does_not() -> None:
    film = known_by(clip(1), clip(3))
    cost, _ = film.meet(Known(), 0, "act1", is_heard=True, opens_act=False)
    assert cost == COST_OF_STRANGER_NAMED
    _, met = film.meet(Known(), 1, "act1", is_heard=True, opens_act=False)
    cost, _ = film.meet(replace(met, faces=0), 0, "act1", is_heard=True, opens_act=False)
    assert cost == 0


def test_a_name_is_known_once_it_was_said() -> None:
    film = known_by(clip(1), clip(2))
    _, once = film.meet(Known(), 0, "act1", is_heard=True, opens_act=False)
    cost, _ = film.meet(once, 1, "act1", is_heard=True, opens_act=False)
    assert cost == 0


def test_a_muted_line_names_nobody() -> None:
    film = known_by(clip(1))
    cost, known = film.meet(Known(), 0, "act1", is_heard=False, opens_act=False)
    assert (cost, known.met) == (0, 0)


def test_the_hero_is_in_by_the_second_face() -> None:
    film = known_by(clip(people=("person 2",)), clip(people=("person 1",)))
    cost, first = film.meet(Known(), 0, "act1", is_heard=False, opens_act=False)
    assert cost == 0
    late, _ = film.meet(first, 0, "act1", is_heard=False, opens_act=False)
    assert late == COST_OF_HERO_LATE
    cost, met = film.meet(first, 1, "act1", is_heard=False, opens_act=False)
    assert cost == 0
    after, _ = film.meet(met, 0, "act1", is_heard=False, opens_act=False)
    assert after == 0


def test_the_heros_voice_and_face_are_one_person() -> None:
    film = known_by(clip(0), clip(4))
    _, heard = film.meet(Known(), 0, "act1", is_heard=True, opens_act=False)
    cost, _ = film.meet(heard, 1, "act1", is_heard=True, opens_act=False)
    assert cost == 0


def test_who_carries_the_film_is_met_before_act_3() -> None:
    film = known_by(clip(0), clip())
    unmet, _ = film.meet(Known(), 1, "act3", is_heard=False, opens_act=True)
    assert unmet == 3 * COST_OF_UNMET  # Mara and Bram speak twice, Odile once
    _, met = film.meet(Known(), 0, "act1", is_heard=True, opens_act=False)
    fewer, _ = film.meet(met, 1, "act3", is_heard=False, opens_act=True)
    assert fewer == 2 * COST_OF_UNMET
    inside, _ = film.meet(Known(), 1, "act3", is_heard=False, opens_act=False)
    assert inside == 0


def test_without_lines_the_most_seen_carry_the_film() -> None:
    film = known_by(clip(), hero=None, speaks=False)
    unmet, _ = film.meet(Known(), 0, "act3", is_heard=False, opens_act=True)
    assert unmet == 2 * COST_OF_UNMET


def test_nobody_known_costs_nothing() -> None:
    film = known_by(clip(people=("person 2",)), hero=None, speaks=False)
    once, known = film.meet(Known(), 0, "act1", is_heard=False, opens_act=False)
    twice, _ = film.meet(known, 0, "act1", is_heard=False, opens_act=False)
    assert (once, twice) == (0, 0)
