"""Reading a model's reply: the object inside whatever it wrote, checked, or refused with the reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinecore.errors import ReplyError
from cinecore.language.dialect import is_strict, shape_in_words
from cinecore.language.replies import complaint, read_object, without_thoughts

SHOT = {
    "type": "object",
    "title": "Shot",
    "properties": {
        "title": {"type": "string", "minLength": 1, "maxLength": 8, "description": "Its name"},
        "size": {"enum": ["wide", "close"]},
        "seconds": {"anyOf": [{"type": "number", "exclusiveMinimum": 0, "maximum": 60}, {"type": "null"}]},
        "who": {"type": "array", "items": {"$ref": "#/$defs/Who"}, "maxItems": 2},
    },
    "required": ["title"],
    "additionalProperties": False,
    "$defs": {"Who": {"type": "object", "properties": {"age": {"type": "integer", "minimum": 0}}}},
}


@pytest.mark.parametrize(
    "reply",
    [
        '{"title": "One"}',
        '\ufeff \n{"title": "One"}\n',
        'Sure! Here it is:\n```json\n{"title": "One"}\n```\nAnything else?',
        '```\n{"title": "One"}\n```',
        'A set {of braces} first, {"other": 1} then, {"title": "One"} at last.',
        '<think>{"title": "Two"} or rather…</think>{"title": "One"}',
        'I think {"title": "Two"}…\n</think>\n\n{"title": "One"}',
        '{"title": "One"} {"title": "Two"}',
    ],
)
def test_the_object_is_found_in_whatever_stands_around_it(reply: str) -> None:
    assert read_object(reply, SHOT) == {"title": "One"}


@pytest.mark.parametrize(
    "reply",
    [
        "I cannot see a picture.",
        '{"title": "One",}',
        "{'title': 'One'}",
        '{"title": "One"',
        '{"title": NaN}',
        '["title"]',
        "{" * 100_000,
        '{"title":' * 50_000,
        '{"title": ' + "9" * 5000 + "}",
    ],
)
def test_broken_json_is_refused_and_not_mended(reply: str) -> None:
    with pytest.raises(ReplyError, match="not valid JSON") as caught:
        read_object(reply, SHOT)
    assert caught.value.reply == reply[:400]


def test_an_object_is_looked_for_at_a_bounded_number_of_places() -> None:
    assert read_object("{ " * 63 + '{"title": "One"}', SHOT) == {"title": "One"}
    with pytest.raises(ReplyError, match="not valid JSON"):
        read_object("{ " * 64 + '{"title": "One"}', SHOT)


@pytest.mark.parametrize("reply", ["", "  \n"])
def test_an_empty_reply_is_said_to_be_empty(reply: str) -> None:
    with pytest.raises(ReplyError, match="empty"):
        read_object(reply, SHOT)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], "the answer must be of type object."),
        ({}, "the answer lacks 'title'."),
        ({"title": 5}, "'title' must be of type string."),
        ({"title": ""}, "'title' must have at least 1 character."),
        ({"title": "x" * 9}, "'title' may have at most 8 characters."),
        ({"title": "x\ud800"}, "'title' holds half a character."),
        ({"title": "x", "more": 1, "\nodd": 2}, "the answer may not have 'more', '\\nodd'."),
        ({"title": "x", "size": "huge"}, '\'size\' must be one of "wide", "close".'),
        ({"title": "x", "seconds": 0}, "'seconds' must be more than 0."),
        ({"title": "x", "seconds": 61}, "'seconds' must be at most 60."),
        ({"title": "x", "seconds": True}, "'seconds' must be of type number."),
        ({"title": "x", "who": [{}, {}, {}]}, "'who' may have at most 2 items."),
        ({"title": "x", "who": [{"age": 3}, {"age": -1}]}, "'who'[1].'age' must be at least 0."),
        ({"title": "x", "who": [{"age": 1.5}]}, "'who'[0].'age' must be of type integer."),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(value: Any, said: str) -> None:
    assert complaint(value, SHOT) == said
    with pytest.raises(ReplyError) as caught:
        read_object(json.dumps(value if isinstance(value, dict) else {"title": value}), SHOT)
    assert "does not have the shape" in caught.value.happened


def test_what_fits_is_not_complained_of() -> None:
    whole = {"title": "One", "size": "wide", "seconds": None, "who": [{"age": 3}, {"age": 4.0, "name": "x"}]}
    assert complaint(whole, SHOT) == ""


@pytest.mark.parametrize(
    ("schema", "fits", "not_so"),
    [
        ({"const": 1}, 1, True),
        ({"enum": [1, None]}, None, True),
        ({"minItems": 1}, [0], []),
        ({"exclusiveMaximum": 3}, 2.9, 3),
        ({"additionalProperties": {"type": "string"}}, {"a": "b"}, {"a": 1}),
        ({"type": ["string", "null"]}, None, 0),
        ({"type": "boolean"}, False, 0),
    ],
)
def test_each_rule_tells_what_fits_from_what_does_not(schema: dict[str, Any], fits: Any, not_so: Any) -> None:
    assert complaint(fits, schema) == ""
    assert complaint(not_so, schema) != ""


def test_a_rule_that_nobody_checks_is_no_silent_promise() -> None:
    with pytest.raises(ValueError, match="'pattern'"):
        complaint("x", {"type": "string", "pattern": "y"})


def test_thoughts_without_an_end_are_no_answer() -> None:
    assert without_thoughts('<think>{"title": "One"}') == ""
    assert without_thoughts("He said <think> aloud.") == "He said <think> aloud."


def test_the_shape_in_words_keeps_fields_that_are_called_like_keywords() -> None:
    shape = json.loads(shape_in_words(SHOT).partition("\n")[2])
    assert shape["properties"]["title"] == {"type": "string", "minLength": 1, "maxLength": 8}
    assert "title" not in shape
    assert shape["$defs"] == {"Who": SHOT["$defs"]["Who"]}


def test_a_schema_is_strict_only_where_every_object_inside_is() -> None:
    closed = {"type": "object", "properties": {"a": {}}, "required": ["a"], "additionalProperties": False}
    assert is_strict(closed)
    assert not is_strict({**closed, "required": []})
    assert not is_strict({"type": "array", "items": {"type": "object", "properties": {}}})
    assert not is_strict(SHOT)


@given(st.text(max_size=60), st.text('abc<>{}[]`" ,:\n\\é😀', max_size=60))
def test_a_reply_is_read_or_refused_whatever_stands_in_it(before: str, after: str) -> None:
    try:
        found = read_object(f'{before}{{"title": "One"}}{after}', SHOT)
    except ReplyError:
        return  # the noise may make it something else
    assert complaint(found, SHOT) == ""
