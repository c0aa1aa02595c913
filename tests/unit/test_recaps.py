"""What an episode tells again of others: known by its announcement, ended by what comes after it."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from cinecore.analysis.film import Fence, FilmAnalysis, Shot
from cinecut.ingestion.recaps import recap, without_recap
from cinecut.models import DialogueEvent, LineKind
from cinecut.narrative.turning_points import story_span

EPISODE_S = 1500.0
BLACK = Fence(62.0, 63.0, "black")


def episode(*fences: Fence, seconds: float = EPISODE_S) -> FilmAnalysis:
    """Shots of five seconds."""
    shots = tuple(
        Shot(index, round(start * 24), round(end * 24), start, end, "hard", 0.1, 0.2, 0.0, 0.5, 0.5, 0.5, 0.5, 0.0)
        for index, (start, end) in enumerate(pairwise(np.arange(0, seconds + 1, 5.0).tolist()))
    )  # fmt: skip
    pts = np.arange(round(seconds * 24), dtype=np.int64)
    curve = np.zeros(len(pts), np.float32)
    return FilmAnalysis(pts, Fraction(1, 24), seconds, curve, curve, curve, shots, (), fences)


def line(start_s: float, text: str, kind: LineKind = LineKind.SPEECH) -> DialogueEvent:
    end_s = start_s + 2
    return DialogueEvent(
        round(start_s * 1000), round(end_s * 1000), start_s, end_s, start_s + 1, text, "neutral", kind=kind
    )


@pytest.mark.parametrize(
    "text",
    [
        "Previously on Harbour Lights…",
        "PREVIOUSLY ON HARBOUR LIGHTS",
        "- Précédemment dans La Digue :",
        "Was bisher geschah:",
        "Anteriormente en El Faro...",
        "Nelle puntate precedenti",
        "Ранее в сериале",
        "前回のあらすじ",
        "«В предыдущих сериях»",
    ],
)
def test_a_recap_reaches_from_the_start_to_the_black_after_it(text: str) -> None:
    found = recap(episode(BLACK), [line(2, text), line(9, "I told you not to come."), line(70, "Morning.")])
    assert found == Fence(0.0, 62.0, "recap")


def test_the_story_begins_behind_it_and_that_is_said() -> None:
    analysis, notices = without_recap(episode(BLACK), [line(2, "Previously on Harbour Lights")])
    assert story_span(analysis)[0] == pytest.approx(63.0)
    assert notices == ("From 0 to 62 s other episodes are told again; nothing of it is used.",)


def test_behind_a_first_scene_it_begins_with_its_own_shot() -> None:
    found = recap(episode(Fence(160, 161, "logo")), [line(101, "Previously on Harbour Lights")])
    assert found == Fence(100.0, 160.0, "recap")


def test_where_nothing_ends_it_it_lasts_as_long_as_usual() -> None:
    found = recap(episode(), [line(2, "Previously on Harbour Lights")])
    assert found == Fence(0.0, 50.0, "recap")
    short = recap(episode(seconds=80), [line(2, "Previously on Harbour Lights")])
    assert short == Fence(0.0, 15.0, "recap")


@pytest.mark.parametrize(
    "said",
    [
        line(2, "I was previously on the night shift."),
        line(2, "He previously told me."),
        line(900, "Previously on my list: you."),
        line(2, "Previously on Harbour Lights", LineKind.ADVERT),
    ],
)
def test_nothing_else_is_taken_for_one(said: DialogueEvent) -> None:
    analysis = episode(BLACK)
    assert recap(analysis, [said]) is None
    assert without_recap(analysis, [said]) == (analysis, ())
