"""Fingerprints: equal values have one, any other value another, and what has no stable spelling is refused."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinecore.timeline import Card, Grade
from cinecore.work.fingerprint import canonical_json, fingerprint

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.fractions(max_denominator=1001)
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def shuffled(value: Any, chance: random.Random) -> Any:
    """The same value with every dictionary filled in another order."""
    if isinstance(value, dict):
        items = [(key, shuffled(item, chance)) for key, item in value.items()]
        chance.shuffle(items)
        return dict(items)
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


def spelled(value: Any) -> Any:
    """The value with its types, so that `==` tells 1 from True from 1.0."""
    if isinstance(value, dict):
        return {key: spelled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [spelled(item) for item in value]
    return type(value), repr(value)


def with_another_leaf(value: Any, chance: random.Random, leaf: Any) -> Any:
    """The value with one leaf, somewhere in it, put in place of another."""
    if isinstance(value, dict) and value:
        key = chance.choice(sorted(value))
        return {**value, key: with_another_leaf(value[key], chance, leaf)}
    if isinstance(value, list) and value:
        place = chance.randrange(len(value))
        return [*value[:place], with_another_leaf(value[place], chance, leaf), *value[place + 1 :]]
    return leaf


@given(values, st.randoms(use_true_random=False))
def test_the_order_in_which_a_dictionary_was_filled_does_not_matter(value: Any, chance: Any) -> None:
    assert fingerprint(value=value) == fingerprint(value=shuffled(value, chance))


@given(values, leaves, st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_any_changed_leaf_changes_the_fingerprint(value: Any, leaf: Any, chance: Any) -> None:
    other = with_another_leaf(value, chance, leaf)
    is_same = spelled(value) == spelled(other)
    assert (fingerprint(value=value) == fingerprint(value=other)) == is_same


@given(values, values)
def test_two_values_share_a_fingerprint_only_if_they_are_one(first: Any, second: Any) -> None:
    assert (canonical_json(first) == canonical_json(second)) == (spelled(first) == spelled(second))


def test_one_in_its_many_spellings_is_many_things() -> None:
    spellings: list[object] = [1, True, 1.0, "1", Fraction(1), [1], {"1": 1}, None, "", "true", "null"]
    assert len({fingerprint(value=value) for value in spellings}) == len(spellings)


@pytest.mark.parametrize(
    ("value", "imitation"),
    [
        (Fraction(1, 2), {"fraction": "1/2"}),
        (0.5, {"float": (0.5).hex()}),
        (Grade(), {"Grade": {"temperature": 0.0, "saturation": 1.0, "contrast": 1.0, "brightness": 0.0}}),
        ({"a": 1}, {"mapping": {"a": 1}}),
    ],
)
def test_a_dictionary_cannot_pass_for_another_kind_of_value(value: object, imitation: object) -> None:
    assert fingerprint(value=value) != fingerprint(value=imitation)


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Twin:
    lines: tuple[str, ...] = ()
    kind: str = "black"
    style: str = "{}"


def test_values_are_told_by_their_type_and_every_field() -> None:
    card = Card(("The Night Ferry",), "title")
    assert fingerprint(card=card) == fingerprint(card=Card(("The Night Ferry",), "title"))
    others = [replace(card, lines=("the night ferry",)), replace(card, kind="end"), replace(card, style="")]
    twin = Twin(card.lines, card.kind, card.style)
    assert len({fingerprint(card=value) for value in (card, twin, *others)}) == 5


def test_words_and_places_count_as_what_they_spell() -> None:
    assert fingerprint(value=Colour.RED) == fingerprint(value="red")
    assert fingerprint(value=Path("a/b")) == fingerprint(value="a/b")
    assert fingerprint(value=(1, 2)) == fingerprint(value=[1, 2])


def test_the_name_of_a_part_counts() -> None:
    assert fingerprint(first=1, second=2) != fingerprint(first=2, second=1)
    assert fingerprint(first=1) != fingerprint(second=1)


@pytest.mark.parametrize(
    "value", [{1, 2}, frozenset("ab"), b"bytes", print, object(), Grade, {1: "a"}, [{"deep": {3}}]]
)
def test_what_has_no_stable_spelling_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        fingerprint(value=value)


def test_another_process_gives_the_same_fingerprint() -> None:
    code = (
        "from fractions import Fraction; from cinecore.work.fingerprint import fingerprint;"
        "print(fingerprint(a={'x': 1.5, 'y': [Fraction(1, 3), None, 'ä']}, b=True))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert answers == {fingerprint(a={"x": 1.5, "y": [Fraction(1, 3), None, "ä"]}, b=True)}
