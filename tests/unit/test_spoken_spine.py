"""What part a line plays, how it stands alone, and what a trailer gains or loses by it."""

from __future__ import annotations

import pytest

from cinecut.models import DialogueEvent
from cinecut.narrative.spine import COST_OF_SAME_ROLE, WORTH_OF_LAST_WORD, cost_in_spine, standing_of
from cinecut.narrative.spoken_roles import ROLES, Standing, standing

MARKED = {
    "en": {
        "world": "Years ago nobody in this town was hungry.",
        "want": "I want to learn how to fly.",
        "trouble": "Something is wrong with the engine.",
        "doubt": "What if I lose her as well?",
        "stakes": "This is our last chance.",
        "threat": "You'll regret that, old man.",
        "vow": "I swear on my life, I will stop him.",
    },
    "de": {
        "world": "Seit dem Krieg kommt niemand mehr ins Tal.",
        "want": "Ich möchte das Meer sehen.",
        "trouble": "Das Boot ist weg, und der Sturm ist gefährlich.",
        "doubt": "Ich weiß nicht, ob der Weg stimmt.",
        "stakes": "Das ist unsere letzte Hoffnung.",
        "threat": "Dafür wirst du bezahlen, ich finde dich.",
        "vow": "Ich schwöre es beim Grab meiner Ahnen.",
    },
    "fr": {
        "world": "Autrefois les gens chantaient le soir.",
        "want": "Je voudrais revoir la mer.",
        "trouble": "Le bateau a disparu dans la nuit.",
        "doubt": "Et si nous avions tort ?",
        "stakes": "C'est notre dernière chance.",
        "threat": "Tu le regretteras un jour.",
        "vow": "Je te promets de revenir.",
    },
    "es": {
        "world": "Desde la guerra nadie canta en este pueblo.",
        "want": "Quiero ver el mar.",
        "trouble": "Se han llevado el barco.",
        "doubt": "No sé si tengo fuerzas.",
        "stakes": "Es la última oportunidad.",
        "threat": "Te arrepentirás de esto.",
        "vow": "Te lo juro por mi vida.",
    },
    "it": {
        "world": "Una volta in questo paese si cantava.",
        "want": "Vorrei vedere il mare.",
        "trouble": "Hanno preso la barca.",
        "doubt": "E se avessimo torto?",
        "stakes": "È la nostra ultima speranza.",
        "threat": "Te ne pentirai, vecchio.",
        "vow": "Non mi arrenderò, lo giuro.",
    },
}


@pytest.mark.parametrize("language", sorted(MARKED))
def test_the_part_of_a_line_is_told_in_five_languages(language: str) -> None:
    assert set(MARKED[language]) == set(ROLES)
    told = {role: standing(text, language).role for role, text in MARKED[language].items()}
    assert told == {role: role for role in ROLES}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("Mara told the captain the truth.", "And then he told me so."),
        ("The captain lied to all of us.", "He lied to them about that."),
        ("Who opened this door?", "Who opened this door..."),
        ("We leave before the sun is up.", "Leave."),
        ("The letter is a forgery.", "But the letter is a forgery,"),
    ],
)
def test_a_line_that_says_it_all_is_worth_more_than_one_that_leans(better: str, worse: str) -> None:
    assert standing(better, "en").worth > standing(worse, "en").worth


def test_a_name_in_the_line_is_what_its_pronouns_stand_for() -> None:
    assert (
        standing("Then Mara said she would stay.", "en").worth
        > standing("Then he said she would stay.", "en").worth
    )


def test_an_unknown_language_is_judged_by_length_and_marks_alone() -> None:
    assert standing("Megvesztek?", "hu") == Standing(0.4, "")
    assert standing("Egy hosszabb mondat magyarul.", "").worth == 0.8


def test_nothing_said_is_worth_nothing() -> None:
    assert standing("...", "en") == Standing(0.0, "")
    assert standing_of([], "en") is None


def line(text: str, at: float) -> DialogueEvent:
    return DialogueEvent(round(at * 1000), round(at * 1000) + 2000, at, at + 2, at + 1, text, "neutral")


def test_a_question_with_its_answer_is_worth_more_than_either() -> None:
    question, answer = line("Where is the child?", 1), line("They took her to the tower.", 4)
    both = standing_of([question, answer], "en")
    assert both is not None
    assert both.worth > max(standing(part.text, "en").worth for part in (question, answer)) - 1e-9
    assert both.worth > standing(answer.text, "en").worth
    assert both.role == "trouble"


def test_two_lines_stand_as_well_as_the_weaker_of_them() -> None:
    whole, leaning = line("The harbour is burning.", 1), line("And he did it.", 4)
    joined = standing_of([whole, leaning], "en")
    assert joined is not None
    assert joined.worth == standing(leaning.text, "en").worth


def test_a_part_played_twice_costs_and_another_does_not() -> None:
    cost, told = cost_in_spine(0, Standing(1.0, "want"), is_last_word=False)
    assert cost == 0
    again, _ = cost_in_spine(told, Standing(1.0, "want"), is_last_word=False)
    other, _ = cost_in_spine(told, Standing(1.0, "doubt"), is_last_word=False)
    assert (again, other) == (COST_OF_SAME_ROLE, 0)
    nothing, same = cost_in_spine(told, Standing(1.0, ""), is_last_word=False)
    assert (nothing, same) == (0, told)


def test_a_threat_is_the_last_word_before_the_breath() -> None:
    cost, _ = cost_in_spine(0, Standing(1.0, "threat"), is_last_word=True)
    assert cost == -WORTH_OF_LAST_WORD
    cost, _ = cost_in_spine(0, Standing(1.0, "world"), is_last_word=True)
    assert cost == 0
