"""Settings: five places, one precedence, and a message that names the place."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import pytest

from cinecore.errors import InputError
from cinecore.settings import SettingError, UsageError
from cinecut.settings import knobs, resolve_settings, trailer_settings, user_file, user_folder


@pytest.fixture
def film(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    path = folder / "a film.mkv"
    path.write_bytes(b"film")
    return path


def write_user_file(text: str) -> Path:
    user_file().parent.mkdir(parents=True, exist_ok=True)
    user_file().write_text(text, encoding="utf-8")
    return user_file()


def origin(film: Path | None, name: str, command_line: dict[str, object] | None = None) -> tuple[object, str]:
    found = resolve_settings(film, command_line or {})
    return next((item.value, item.origin) for item in found.settings if item.name == name)


def test_each_place_outranks_the_one_before_and_is_named(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert origin(film, "vibe") == (None, "default")
    own = write_user_file('vibe = "drama"\n')
    assert origin(film, "vibe") == ("drama", str(own))
    beside = film.parent / "cinecut.toml"
    beside.write_text('vibe = "horror"\n', encoding="utf-8")
    assert origin(film, "vibe") == ("horror", str(beside))
    monkeypatch.setenv("CINECUT_VIBE", "war")
    assert origin(film, "vibe") == ("war", "CINECUT_VIBE")
    assert origin(film, "vibe", {"vibe": "western"}) == ("western", "--vibe")


def test_a_file_beside_a_film_sets_taste_and_nothing_else(film: Path, tmp_path: Path) -> None:
    (film.parent / "cinecut.toml").write_text(
        f'duration = "1:10"\nspoilers = "none"\noutput = "{tmp_path}/x.mp4"\nwork_dir = "/"\nvibe_folders = ["/"]\n'
        'jobs = 9\noverwrite = true\nsubtitle = "/etc/passwd"\n',
        encoding="utf-8",
    )
    settings = trailer_settings(film, {})
    assert settings.duration_s == 70
    assert settings.spoilers == "none"
    assert settings.output is None
    assert settings.work_dir is None
    assert settings.subtitle is None
    assert settings.overwrite is False
    assert settings.vibe_folders == (user_folder() / "vibes",)
    left_aside = " ".join(settings.notices)
    for name in ("output", "work_dir", "vibe_folders", "jobs", "overwrite", "subtitle"):
        assert repr(name) in left_aside
    assert "cinecut.toml" in left_aside


def test_a_file_beside_a_film_never_names_a_sound_file(film: Path) -> None:
    (film.parent / "cinecut.toml").write_text('music = "../../secret.wav"\n', encoding="utf-8")
    settings = trailer_settings(film, {})
    assert settings.music is None
    assert "may not set 'music' to '../../secret.wav'" in " ".join(settings.notices)


def test_music_none_beside_a_film_is_taste(film: Path) -> None:
    (film.parent / "cinecut.toml").write_text('music = "none"\n', encoding="utf-8")
    assert trailer_settings(film, {}).music == "none"
    assert trailer_settings(film, {"music": "composed"}).music is None


def test_a_word_that_is_no_setting_is_named_with_its_nearest(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CINECUT_DURATOIN", "30")
    notices = trailer_settings(film, {}).notices
    assert len(notices) == 1
    assert "CINECUT_DURATOIN" in notices[0]
    assert "'duration'" in notices[0]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("duration", "5", "6s to 150s"),
        ("duration", "3m", "6s to 150s"),
        ("duration", "soon", "90s"),
        ("spoilers", "some", "none, mild, full"),
        ("vision", "llava", "auto, llama, openai, embedded, none"),
        ("seed", "-1", "whole number"),
        ("seed", "1.5", "whole number"),
        ("seed", "٣", "whole number"),
        ("jobs", "0", "from 1 to 256"),
        ("effects", "perhaps", "on or off"),
        ("audio_track", "0", "from 1"),
        ("in", "-3", "length of time"),
        ("in", "9" * 400, "length of time"),
        ("in", True, "length of time"),
        ("in", float("nan"), "length of time"),
        ("title", "a\x1b[2Jb", "control characters"),
        ("title", "x" * 401, "400 letters"),
        ("output", "", "name of a file"),
    ],
)
def test_a_wrong_value_is_refused_with_its_origin_and_what_is_expected(
    name: str, value: object, expected: str
) -> None:
    with pytest.raises(UsageError) as caught:
        trailer_settings(None, {name: value})
    assert "--" + name.replace("_", "-") in str(caught.value)
    assert expected in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert caught.value.exit_status == 2


def test_a_wrong_value_in_the_environment_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINECUT_SPOILERS", "all")
    with pytest.raises(SettingError, match="CINECUT_SPOILERS") as caught:
        trailer_settings(None, {})
    assert caught.value.exit_status == 65


def test_a_wrong_value_in_a_file_names_the_file() -> None:
    own = write_user_file("duration = true\n")
    with pytest.raises(SettingError) as caught:
        trailer_settings(None, {})
    assert str(own) in str(caught.value)


@pytest.mark.parametrize("text", [b"vibe = ", b"\xff\xfe", b"vibe = 'a'\nvibe = 'b'\n", b"#" * 300_000])
def test_a_settings_file_that_is_no_toml_is_one_clear_message(text: bytes) -> None:
    write_user_file("").write_bytes(text)
    with pytest.raises(SettingError) as caught:
        trailer_settings(None, {})
    assert repr(str(user_file())) in str(caught.value)


def test_a_pipe_under_the_settings_name_is_not_waited_for(film: Path) -> None:
    os.mkfifo(film.parent / "cinecut.toml")
    assert trailer_settings(film, {}).vibe is None


def test_paths_in_a_users_file_count_from_that_file() -> None:
    own = write_user_file('output = "out"\nvibe-folders = ["mine", "~/more"]\nmusic = "bed.wav"\n')
    settings = trailer_settings(None, {})
    assert settings.output == own.parent / "out"
    assert settings.vibe_folders == (own.parent / "mine", Path.home() / "more")
    assert settings.music_file == own.parent / "bed.wav"


def test_another_file_may_take_the_users_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other.toml"
    other.write_text('vibe = "comedy"\n', encoding="utf-8")
    monkeypatch.setenv("CINECUT_CONFIG", str(other))
    assert origin(None, "vibe") == ("comedy", str(other))


def test_a_tilde_opens_the_home_folder_only_before_a_slash() -> None:
    settings = trailer_settings(None, {"subtitle": "~draft.srt", "output": "~/t.mp4"})
    assert settings.subtitle == Path("~draft.srt")
    assert settings.output == Path.home() / "t.mp4"


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINECUT_VIBE", "")
    assert origin(None, "vibe") == (None, "default")


def test_the_part_of_a_film_must_have_a_length() -> None:
    assert trailer_settings(None, {"in": "1:00", "out": "2m"}).out_s == 120
    with pytest.raises(InputError, match="before"):
        trailer_settings(None, {"in": "2:00", "out": "1:00"})


def test_times_are_exact() -> None:
    assert trailer_settings(None, {"in": "0.1"}).in_s == Fraction(1, 10)
    write_user_file("in = 0.1\n")
    assert trailer_settings(None, {}).in_s == Fraction(1, 10)


def test_what_the_command_line_named_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINECUT_MUSIC", "none")
    assert trailer_settings(None, {"vibe": "war", "title": None}).named == {"vibe"}


def test_every_setting_is_resolved_without_any_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CINECUT_SOUNDFONT")
    found = resolve_settings(None, {})
    assert [item.name for item in found.settings] == [knob.name for knob in knobs()]
    assert {item.origin for item in found.settings} == {"default"}
    assert found.notices == ()
