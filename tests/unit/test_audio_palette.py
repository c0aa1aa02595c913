"""The vocabulary of music: every word has a sound, unknown words are refused."""

from __future__ import annotations

import pytest

from cinecore.audio.breaths import BREATH_MAKERS
from cinecore.audio.drums import DRUMS, FILLS, PATTERNS
from cinecore.audio.hits import HIT_MAKERS
from cinecore.audio.instruments import play
from cinecore.audio.palette import BASSES, BREATHS, EFFECTS, HITS, LEADS, PADS, PASSAGES, PERCUSSION, Palette
from cinecore.audio.passages import PASSAGE_MAKERS
from cinecore.errors import InputError


def test_every_word_of_the_vocabulary_has_a_maker():
    assert set(HIT_MAKERS) == set(HITS)
    assert set(PASSAGE_MAKERS) == set(PASSAGES)
    assert set(BREATH_MAKERS) == set(BREATHS)
    assert set(PATTERNS) == set(PERCUSSION)
    assert len(set(EFFECTS)) == len(EFFECTS)
    assert {drum for pair in PATTERNS.values() for form in pair for drum in form} <= set(DRUMS)
    assert set(FILLS) <= set(PATTERNS)
    assert set(FILLS.values()) <= set(DRUMS)
    assert all(len(marks) == 16 for pair in PATTERNS.values() for form in pair for marks in form.values())


@pytest.mark.parametrize(("part", "names"), [("lead", LEADS), ("bass", BASSES), ("pad", PADS)])
def test_every_instrument_plays_a_note_that_begins_and_ends_in_silence(part, names):
    for name in names:
        if name == "none":
            continue
        note = play(part, name, {"lead": 67, "bass": 36, "pad": 57}[part], 24_000, 0.6, 3)
        assert len(note) == 24_000
        assert abs(float(note[0])) < 0.05, name
        assert abs(float(note[-1])) < 0.002, name
        assert 0.05 < float(abs(note).max()) < 4.0, name


def test_a_table_becomes_a_palette_and_whole_numbers_are_taken_for_figures():
    palette = Palette.from_table({"mode": "dorian", "progression": [1, 4], "density": 1, "hits": ["bell"]})
    assert (palette.mode, palette.progression, palette.density, palette.hits) == (
        "dorian",
        (1, 4),
        1.0,
        ("bell",),
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("mode", "sad"),
        ("lead", "kazoo"),
        ("hits", ["boing"]),
        ("hits", []),
        ("hits", "boom"),
        ("progression", [1, 8]),
        ("progression", [1, "4"]),
        ("root", "H"),
        ("density", 1.5),
        ("density", True),
        ("room_s", "long"),
        ("tempo", 120),
    ],
)
def test_an_unknown_word_or_a_figure_out_of_range_is_refused_by_name(key, value):
    with pytest.raises(InputError):
        Palette.from_table({key: value})


@pytest.mark.parametrize(
    ("root", "pitch"), [("C", 0), ("C#", 1), ("Db", 1), ("F#", 6), ("B", 11), ("Cb", 11)]
)
def test_the_root_is_a_pitch_class(root, pitch):
    assert Palette(root=root).root_pitch == pitch
