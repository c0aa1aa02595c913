"""What a line feels like does not hang on its punctuation and capitals, nor fail where no list knows the language."""

from __future__ import annotations

import pytest

from cinecore.language.lexicon import load_lexicon

LINES = [
    ("I will kill you if you come back", "en"),
    ("please don't leave me, I am so afraid", "en"),
    ("I love you, my darling", "en"),
    ("Ich habe solche Angst vor ihm", "de"),
    ("ich hasse dich", "de"),
    ("je t'aime, mon amour", "fr"),
    ("j'ai peur du noir", "fr"),
    ("te voy a matar", "es"),
    ("ti amo, tesoro mio", "it"),
    ("мне страшно", "ru"),
]


@pytest.mark.parametrize(("text", "language"), LINES)
def test_a_feeling_stays_whatever_the_marks_and_capitals(text: str, language: str) -> None:
    lexicon = load_lexicon()
    plain = lexicon.emotion(text, language)
    assert plain.name != "neutral"
    bare = text.replace(",", "").replace("'", "’")
    written = (
        f"{text}.", f"{text}!", f"{text}!!!", f"{text}...", f"{text}…", f"- {text}", f"«{text}»", f"“{text}”",
        bare, text.upper(), text.capitalize(), text.title(), f"{text.upper()}!!", f"  {text}  ",
    )  # fmt: skip
    for way in written:
        assert lexicon.emotion(way, language).name == plain.name, way


def test_capitals_of_a_whole_file_shout_nothing() -> None:
    lexicon = load_lexicon()
    line = "WE MEET AT THE STATION TOMORROW"
    assert lexicon.emotion(line, "en").name == "anger"
    assert lexicon.emotion(line, "en", capitals_shout=False).name == "neutral"


def test_a_language_that_no_list_knows_is_neutral_and_not_guessed() -> None:
    lexicon = load_lexicon()
    assert lexicon.guess_language(["Sijui tutaenda wapi kesho asubuhi.", "Mvua inanyesha leo."]) == ""
    assert lexicon.emotion("Sijui tutaenda wapi kesho asubuhi.", "").name == "neutral"
