"""The eighteen vibes hold the published figures, and a wrong file is told by its key."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.synthetic_film import make_film

from cinecore.audio.palette import EFFECTS
from cinecore.errors import InputError
from cinecut.manifest.vibe import load_vibe, normalise_vibe_name, suggest_vibe, vibe_names

TABLE = {
    "action": (-0.05, 1.15, 1.20, 0, -14, 4.0, 2.5, 1.2, 25, 35, 0.25, "hard_cut", "hard_cut", 128, 100, 160),
    "adventure": (
        0.03,
        1.10,
        1.10,
        0.02,
        -14,
        5.0,
        3.5,
        2.0,
        20,
        30,
        0.35,
        "crossfade",
        "fade_to_black",
        110,
        90,
        140,
    ),
    "animation": (
        0,
        1.25,
        1.00,
        0.03,
        -16,
        5.0,
        3.5,
        2.5,
        18,
        25,
        0.40,
        "hard_cut",
        "crossfade",
        100,
        80,
        130,
    ),
    "comedy": (
        0.05,
        1.10,
        0.90,
        0.03,
        -16,
        5.0,
        4.0,
        3.0,
        15,
        22,
        0.55,
        "hard_cut",
        "crossfade",
        95,
        75,
        130,
    ),
    "crime": (
        -0.05,
        0.75,
        1.25,
        -0.02,
        -18,
        5.0,
        3.5,
        2.0,
        20,
        28,
        0.40,
        "hard_cut",
        "fade_to_black",
        105,
        80,
        140,
    ),
    "documentary": (
        0,
        0.90,
        1.00,
        0,
        -20,
        7.0,
        5.0,
        4.0,
        12,
        18,
        0.60,
        "crossfade",
        "crossfade",
        75,
        55,
        110,
    ),
    "drama": (
        -0.02,
        0.85,
        1.15,
        -0.01,
        -18,
        7.0,
        5.0,
        3.5,
        14,
        20,
        0.55,
        "crossfade",
        "fade_to_black",
        80,
        60,
        110,
    ),
    "family": (
        0.05,
        1.10,
        0.90,
        0.03,
        -16,
        5.0,
        4.0,
        3.0,
        16,
        22,
        0.45,
        "crossfade",
        "crossfade",
        95,
        75,
        130,
    ),
    "fantasy": (
        0,
        1.15,
        1.10,
        0.02,
        -16,
        6.0,
        4.0,
        2.5,
        18,
        26,
        0.35,
        "crossfade",
        "fade_to_black",
        105,
        80,
        140,
    ),
    "history": (
        0.07,
        0.80,
        1.15,
        -0.02,
        -18,
        7.0,
        5.0,
        3.5,
        14,
        20,
        0.55,
        "crossfade",
        "fade_to_black",
        80,
        55,
        110,
    ),
    "horror": (
        -0.03,
        0.70,
        1.35,
        -0.05,
        -20,
        6.0,
        4.0,
        1.8,
        20,
        28,
        0.30,
        "hard_cut",
        "fade_to_black",
        90,
        60,
        130,
    ),
    "music": (0, 1.20, 0.95, 0.02, -14, 4.0, 3.0, 2.0, 20, 28, 0.20, "hard_cut", "hard_cut", 120, 90, 160),
    "mystery": (
        -0.04,
        0.75,
        1.20,
        -0.03,
        -18,
        6.0,
        4.5,
        3.0,
        16,
        22,
        0.45,
        "crossfade",
        "fade_to_black",
        88,
        65,
        120,
    ),
    "romance": (
        0.07,
        1.05,
        0.85,
        0.04,
        -18,
        7.0,
        5.0,
        4.0,
        12,
        18,
        0.55,
        "crossfade",
        "fade_to_black",
        80,
        60,
        110,
    ),
    "sci-fi": (
        -0.08,
        0.90,
        1.25,
        -0.02,
        -14,
        5.0,
        3.5,
        2.0,
        22,
        30,
        0.35,
        "hard_cut",
        "fade_to_black",
        115,
        90,
        150,
    ),
    "thriller": (
        -0.04,
        0.85,
        1.30,
        -0.03,
        -16,
        5.0,
        3.0,
        1.5,
        25,
        35,
        0.30,
        "hard_cut",
        "fade_to_black",
        120,
        90,
        150,
    ),
    "war": (-0.02, 0.70, 1.20, -0.03, -16, 5.0, 3.0, 1.5, 25, 35, 0.25, "hard_cut", "hard_cut", 118, 90, 150),
    "western": (
        0.08,
        0.85,
        1.15,
        -0.01,
        -18,
        6.0,
        4.5,
        3.0,
        16,
        22,
        0.45,
        "crossfade",
        "fade_to_black",
        90,
        65,
        125,
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_shipped_vibe_holds_the_published_figures(name: str) -> None:
    v = load_vibe(name)
    g = v.grade
    found = (
        g.temperature,
        g.saturation,
        g.contrast,
        g.brightness,
        v.loudness_lufs,
        *v.act_seconds,
        v.clips_low,
        v.clips_high,
        v.dialogue_share,
        v.primary.value,
        v.secondary.value,
        v.bpm,
        v.bpm_low,
        v.bpm_high,
    )
    assert found == TABLE[name]
    assert v.act_shares == (0.3, 0.4, 0.3)


def test_there_are_eighteen_and_no_two_sound_or_look_alike() -> None:
    profiles = [load_vibe(name) for name in vibe_names()]
    assert [p.name for p in profiles] == sorted(TABLE)
    assert len({p.music for p in profiles}) == 18
    assert len({p.grade for p in profiles} | {p.title for p in profiles}) >= 18 + 15


@pytest.mark.parametrize("name", TABLE)
def test_a_vibes_font_ships_and_its_ground_is_never_plain_black(name: str) -> None:
    import cinecore.render

    v = load_vibe(name)
    fonts = Path(cinecore.render.__file__).parent / "fonts"
    assert (fonts / f"{v.title.font}.ttf").is_file()
    assert len(set(v.title.ground)) == 2
    assert "#000000" not in v.title.ground
    assert v.breath.effect in EFFECTS


@pytest.mark.parametrize("text", ["Sci Fi", "sci-fi", "SCIFI", "sci_fi", " science fiction ", "SF"])
def test_a_name_is_understood_however_it_is_written(text: str) -> None:
    assert normalise_vibe_name(text) == "sci-fi"


def test_a_near_miss_is_told() -> None:
    with pytest.raises(InputError, match="Did you mean thriller"):
        load_vibe("thriler")


def _own(folder: Path, change: tuple[str, str] = ("", "")) -> Path:
    import cinecut.manifest

    text = (Path(cinecut.manifest.__file__).parent / "vibes" / "drama.toml").read_text()
    assert change[0] in text
    file = folder / "Slow Burn.toml"
    file.write_text(
        'aliases = ["ember"]\n' + text.replace(*change) if change[0] else 'aliases = ["ember"]\n' + text
    )
    return file


def test_a_users_file_adds_a_vibe_under_its_name_and_aliases(tmp_path: Path) -> None:
    _own(tmp_path, ("bpm = 80.0", "bpm = 72.5"))
    assert "slow-burn" in vibe_names((tmp_path,))
    assert load_vibe("Ember", (tmp_path,)).bpm == 72.5


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("saturation = 0.85", 'saturation = "much"'), "grade.saturation"),
        (("saturation = 0.85", "saturation = nan"), "grade.saturation"),
        (("dialogue_share = 0.55", ""), "pace.dialogue_share"),
        (('primary = "crossfade"', 'primary = "wipe"'), "transitions.primary"),
        (("[0.3, 0.4, 0.3]", "[0.3, 0.4, 0.4]"), "pace.act_shares"),
        (("size = 0.13", "size = 0.13\nsise = 1"), "title.sise"),
        (('lead = "cello"', 'lead = "kazoo"'), "music"),
        (("bpm = 80.0", "bpm = 200.0"), "tempo.bpm"),
    ],
)
def test_a_wrong_key_is_named_with_its_file(tmp_path: Path, change: tuple[str, str], key: str) -> None:
    _own(tmp_path, change)
    with pytest.raises(InputError) as caught:
        load_vibe("slow burn", (tmp_path,))
    assert f"`{key}" in str(caught.value)
    assert "Slow Burn.toml" in str(caught.value)


def test_a_dark_film_and_a_bright_film_are_given_different_vibes_with_a_reason() -> None:
    dark, _ = make_film(300, luma=0.1, lines_a_minute=2, mean_shot_s=3)
    light, lines = make_film(300, luma=0.6, lines_a_minute=16, mean_shot_s=6)
    one, why = suggest_vibe(dark, ())
    two, _ = suggest_vibe(light, lines)
    assert one != two
    assert {one, two} <= set(vibe_names())
    assert "brightness 0.10" in why
