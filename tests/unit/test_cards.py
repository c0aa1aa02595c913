"""Cards are read: every typeface draws, every title stays inside the safe area, and stands out from its ground."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinecore.errors import InputError, SetupError
from cinecore.render import typefaces, typesetting
from cinecore.render.card_style import CardStyle
from cinecore.render.cards import (
    card_art,
    draw_ground,
    draw_lettering,
    undrawable,
)
from cinecore.render.typefaces import FALLBACK
from cinecore.render.typesetting import TITLE_SAFE
from cinecore.timebase import FrameRate
from cinecore.timeline import BeatGrid, Card
from cinecut.assembly.assemble import unreadable_titles
from cinecut.assembly.compile import card_style
from cinecut.manifest.reading import reading_s
from cinecut.manifest.schema import Clip, Manifest, TitleCard
from cinecut.manifest.vibe import load_vibe, vibe_names
from cinecut.narrative.shape import shape_trailer

SIZE = (480, 270)
FONTS = sorted(
    entry.name.removesuffix(".ttf")
    for entry in (files("cinecore.render") / "fonts").iterdir()
    if entry.name.endswith(".ttf")
)
LONG = (
    "The Extraordinary and Entirely True Account of the Night Ferry, Its Captain, the Two Sisters Who Boarded "
    "It in the Rain, and the Morning on Which Nobody at All Came Down to the Harbour to Meet Them There"
)


@cache
def style_of(vibe: str) -> CardStyle:
    return CardStyle.parse(card_style(load_vibe(vibe)))


def alpha(text: str, style: CardStyle, size: tuple[int, int] = SIZE) -> np.ndarray:
    """How much of each pixel the lettering covers, 0..255."""
    return np.asarray(draw_lettering(Card(tuple(text.splitlines()), "title"), style, *size))[..., 3]


def is_inside(covered: np.ndarray) -> bool:
    """Whether all lettering lies in the middle 80 % (a pixel's edge to spare)."""
    rows, columns = np.nonzero(covered)
    height, width = covered.shape
    x, y = width * (1 - TITLE_SAFE) / 2 - 1, height * (1 - TITLE_SAFE) / 2 - 1
    return bool(
        columns.min() >= x and columns.max() <= width - x and rows.min() >= y and rows.max() <= height - y
    )


def luminance(color: np.ndarray) -> np.ndarray:
    """Relative luminance. Source: WCAG 2.1, "relative luminance"."""
    part = color / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("font", FONTS)
def test_every_shipped_typeface_draws_letters_that_differ(font: str) -> None:
    style = CardStyle(font=font)
    drawn = [alpha(letter, style) for letter in ("A", "B", "é", "7")]
    assert all(covered.max() == 255 for covered in drawn)
    assert len({covered.tobytes() for covered in drawn}) == 4


def test_each_typeface_has_its_licence_beside_it() -> None:
    folder = files("cinecore.render") / "fonts"
    assert len(FONTS) >= 14
    assert all((folder / f"{font}.LICENSE").is_file() for font in FONTS)


@pytest.mark.parametrize("vibe", vibe_names())
def test_a_title_stands_out_from_its_ground_in_every_vibe(vibe: str) -> None:
    style = style_of(vibe)
    width, height = 960, 540
    ground = np.asarray(draw_ground(style, width, height)).astype(float)
    text = np.asarray(draw_lettering(Card(("The Night Ferry",), "title"), style, width, height))
    covered = text[..., 3] == 255
    assert covered.any()
    lettering = luminance(text[covered][:, :3].astype(float))
    # what lies around the letters is what they are read against
    behind = np.sort(luminance(ground[covered]))
    worst = (
        behind[int(len(behind) * 0.99)] if lettering.mean() > behind.mean() else behind[len(behind) // 100]
    )
    light, dark = max(lettering.min(), worst), min(lettering.min(), worst)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("vibe", vibe_names())
def test_a_ground_is_never_flat(vibe: str) -> None:
    ground = np.asarray(draw_ground(style_of(vibe), *SIZE)).astype(float)
    assert ground.std() > 0.5
    blocks = ground[:264, :480].reshape(11, 24, 20, 24, 3).std(axis=(1, 3)).max(axis=-1)
    assert blocks.min() > 0.1, "no part of it is one colour"


@pytest.mark.parametrize("vibe", vibe_names())
@pytest.mark.parametrize("text", ["The Night Ferry", LONG, "Q" * 120, "one\ntwo\nthree\nfour\nfive\nsix"])
def test_any_title_stays_inside_the_safe_area_in_every_vibe(vibe: str, text: str) -> None:
    assert len(LONG) >= 200
    assert is_inside(alpha(text, style_of(vibe)))


@pytest.mark.parametrize("size", [(1280, 536), (540, 960), (320, 180)])
@pytest.mark.parametrize("text", ["Supercalifragilisticexpialidocious", LONG, "W" * 300])
def test_any_title_stays_inside_the_safe_area_in_every_shape(size: tuple[int, int], text: str) -> None:
    assert is_inside(alpha(text, CardStyle(), size))


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
@settings(max_examples=40)
def test_any_text_at_all_is_drawn_inside_the_safe_area(lines: list[str]) -> None:
    card = Card(tuple(lines), "title")
    covered = np.asarray(draw_lettering(card, CardStyle(font="BebasNeue"), 320, 180))[..., 3]
    assert not covered.any() or is_inside(covered)


def line_heights(text: str) -> list[int]:
    """The height of each line of lettering, in rows of ink."""
    rows = np.nonzero(alpha(text, CardStyle()).any(axis=1))[0]
    return [len(run) for run in np.split(rows, np.nonzero(np.diff(rows) > 1)[0] + 1)]


def test_a_long_title_is_set_smaller_and_in_more_lines() -> None:
    assert len(line_heights(LONG)) >= 4
    assert max(line_heights(LONG)) < max(line_heights("Glory"))


@pytest.mark.parametrize("vibe", vibe_names())
@pytest.mark.parametrize("text", ["Ωραία θάλασσα", "Ночной паром"])
def test_a_greek_or_cyrillic_title_is_readable_in_every_vibe(vibe: str, text: str) -> None:
    style = style_of(vibe)
    assert undrawable([text], style.font) == ""
    letters = sorted(set(text.upper()) - {" "})[:6]
    assert len({alpha(letter, style).tobytes() for letter in letters}) == len(letters), "no empty boxes"


@pytest.fixture
def no_system_typefaces(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As on a machine that has no typefaces of its own."""
    typefaces._of_system.cache_clear()
    monkeypatch.setattr(typefaces, "_system_files", lambda: ())
    yield
    typefaces._of_system.cache_clear()


@pytest.mark.usefixtures("no_system_typefaces")
def test_letters_that_no_typeface_has_are_drawn_as_boxes_and_named() -> None:
    assert undrawable(["夜のフェリー 🚢 OK", "夜"], "Anton") == "夜のフェリー🚢"
    assert alpha("夜のフェリー 🚢", CardStyle(font="Anton")).any()


@pytest.mark.usefixtures("no_system_typefaces")
def test_a_title_that_cannot_be_read_is_said_in_the_manifests_notices() -> None:
    clip = Clip(
        source_start_s=0, source_end_s=2, beat_type="money_shot", act="act1", narrative_zone="BEGINNING"
    )
    cards = (TitleCard(kind="title", text="夜", after_clip=0, duration_s=2),)
    manifest = Manifest(source_file="f.mp4", vibe="drama", clips=(clip,), titles=cards)
    (notice,) = unreadable_titles(manifest, load_vibe("drama"))
    assert notice.endswith("夜")
    readable = (TitleCard(kind="title", text="Ночь", after_clip=0, duration_s=2),)
    assert unreadable_titles(manifest.model_copy(update={"titles": readable}), load_vibe("drama")) == ()


def test_an_accent_stands_on_its_letter_however_it_is_written() -> None:
    composed, apart = "Café Über", unicodedata.normalize("NFD", "Café Über")
    assert composed != apart
    assert np.array_equal(alpha(composed, CardStyle()), alpha(apart, CardStyle()))


def test_blanks_and_control_characters_leave_no_trace() -> None:
    plain = alpha("The Night Ferry", CardStyle())
    for text in ("  The  Night\tFerry ", "The\u00a0Night\x07 Ferry\u200b", "The \u202eNight Ferry"):
        assert np.array_equal(alpha(text, CardStyle()), plain), repr(text)


def test_upper_case_is_set_without_changing_the_manifest() -> None:
    assert np.array_equal(alpha("ferry", CardStyle(case="upper")), alpha("FERRY", CardStyle()))
    assert np.array_equal(alpha("don't go", CardStyle(case="title")), alpha("Don't Go", CardStyle()))


def test_lettering_is_centred() -> None:
    covered = alpha("The Night Ferry", CardStyle(tracking=0.3)) > 128
    columns = np.nonzero(covered.any(axis=0))[0]
    assert abs((columns.min() + columns.max()) / 2 - SIZE[0] / 2) <= 4


@pytest.mark.media
def test_a_card_is_drawn_once_for_each_look_and_the_same_each_time(tmp_path: Path) -> None:
    card = Card(("The Night Ferry",), "title", card_style(load_vibe("drama")))
    first = card_art(card, 320, 180, 24.0, tmp_path / "a")
    stamp = first.film.stat().st_mtime_ns
    assert card_art(card, 320, 180, 24.0, tmp_path / "a") == first
    assert first.film.stat().st_mtime_ns == stamp
    second = card_art(card, 320, 180, 24.0, tmp_path / "b")
    assert second.film.read_bytes() == first.film.read_bytes()
    assert second.film.name == first.film.name
    other = card_art(Card(("Another",), "title", card.style), 320, 180, 24.0, tmp_path / "a")
    assert other.film != first.film


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("{", "cannot be read"),
        ('{"fonts": "Anton"}', "cannot be read"),
        ('{"ground": ["#000000"]}', "cannot be read"),
        ('{"font": "../../secret"}', "typeface"),
        ('{"font": "Comic Sans"}', "typeface"),
        ('{"color": "red"}', "Not a colour"),
        ('{"color": "#12345"}', "Not a colour"),
        ('{"color": "#-12345"}', "Not a colour"),
    ],
)
def test_a_style_that_cannot_be_used_is_refused(tmp_path: Path, style: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        card_art(Card(("x",), "title", style), 320, 180, 24.0, tmp_path)
    assert not any(tmp_path.glob(".*"))


def test_the_fallback_has_what_european_titles_need() -> None:
    assert undrawable(["ÀÉÎÕÜßøåæœ ŁĄŻ ČŘŽ ŐŰ ĞŞİ ΑΩ ЖЯЇ €—–“”‘’…¿¡ №"], FALLBACK) == ""


def test_removed_typefaces_are_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(typefaces, "files", lambda _: tmp_path)
    typefaces.typeface.cache_clear()
    with pytest.raises(SetupError, match="typefaces of titles are not there") as error:
        typefaces.typeface("Anton", 20)
    assert "Reinstall" in str(error.value)


def test_a_card_stands_as_long_as_it_takes_to_read_it() -> None:
    assert reading_s("") == 0
    assert reading_s("Night") == pytest.approx(4 / 3)
    assert reading_s("The Night Ferry") >= 2
    assert reading_s(LONG) >= len(LONG.split()) / 3
    assert reading_s("夜" * 30) >= 2, "words need no blanks"
    vibe, rate = load_vibe("drama"), FrameRate(Fraction(24))
    grid = BeatGrid(vibe.bpm_exact)

    def stands_s(title: str) -> float:
        shape = shape_trailer(vibe, rate, grid, 90, has_tagline=False, reading=(reading_s(title), 0))
        (section,) = [one for one in shape.sections if one.act == "title_card"]
        return float(rate.seconds(shape.positions[section.last] - shape.positions[section.first]))

    assert stands_s("Ferry") == pytest.approx(vibe.title.seconds, abs=60 / vibe.bpm)
    assert stands_s(LONG) >= reading_s(LONG) - 60 / vibe.bpm


TALL = (608, 1080)
"""9:16 of a film of 1920 × 1080."""


def rows_of(covered: np.ndarray) -> list[int]:
    """Height of each row of lettering, from the top; what hangs below or stands above a letter belongs to it."""
    inked = np.flatnonzero((covered > 0).sum(axis=1) > 2)
    return [len(part) for part in np.split(inked, np.flatnonzero(np.diff(inked) > 3) + 1)]


@pytest.mark.parametrize("vibe", vibe_names())
def test_a_short_tagline_and_credits_leave_no_word_over_in_a_tall_picture(vibe: str) -> None:
    style = CardStyle.parse(card_style(load_vibe(vibe), "tagline"))
    assert len(rows_of(alpha("NOBODY LEAVES THE ISLAND", style, TALL))) == 2
    style = CardStyle.parse(card_style(load_vibe(vibe), "end"))
    names = "ONCE\nA FILM BY ANNA EXAMPLE\nIN CINEMAS THIS AUTUMN"
    assert len(rows_of(alpha(names, style, TALL))) == 3


@pytest.mark.parametrize("vibe", vibe_names())
def test_a_title_that_has_room_keeps_its_measure_and_tracking(vibe: str) -> None:
    style = style_of(vibe)
    covered = alpha("THE NIGHT", style, (1280, 720))
    wide = alpha("THE NIGHT", style, (1280 * 4, 720))
    columns, more = (np.flatnonzero(one.any(axis=0)) for one in (covered, wide))
    assert columns[-1] - columns[0] == pytest.approx(more[-1] - more[0], abs=2)


def test_small_print_is_never_smaller_than_is_read_on_a_phone() -> None:
    style = CardStyle(font="Anton", size=0.1, small=0.1)
    heights = rows_of(alpha("TITLE\nHHHH", style, TALL))
    # capitals of this typeface are .86 of its size
    assert heights[-1] >= 0.035 * min(1080, 608 * 1.25) * 0.8


def test_first_letters_are_raised_in_titles_and_left_alone_in_taglines_and_credits() -> None:
    vibe = load_vibe("romance")
    assert vibe.title.case == "title"
    for kind, differ in (("title", False), ("tagline", True), ("end", True)):
        style = CardStyle.parse(card_style(vibe, kind))
        is_other = not np.array_equal(alpha("a kiss by the sea", style), alpha("A Kiss By The Sea", style))
        assert is_other is differ
    upper = CardStyle.parse(card_style(load_vibe("war"), "tagline"))
    assert np.array_equal(alpha("nobody", upper), alpha("NOBODY", upper))


def test_a_wide_set_word_too_long_for_a_tall_picture_gives_up_space_before_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wide = CardStyle(font="JosefinSans-Light", size=0.1, tracking=0.34)
    covered = alpha("LIGHTHOUSE", wide, TALL)
    columns = np.flatnonzero(covered.any(axis=0))
    assert columns[-1] - columns[0] > 0.72 * TALL[0], "it fills the safe area's width"
    monkeypatch.setattr(typesetting, "CLOSEST", 1.0)
    assert max(rows_of(covered)) > 1.1 * max(rows_of(alpha("LIGHTHOUSE", wide, TALL)))
