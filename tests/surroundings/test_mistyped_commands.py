"""Mistyped commands, vibes and options are answered with what was probably meant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.command_line import cinecut, refused

pytestmark = pytest.mark.media


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("stat", "film.mp4"), "There is no command 'stat'. Did you mean 'status'?"),
        (("rendr", "x.json"), "Did you mean 'render'?"),
        (("explode", "film.mp4"), "There is no command 'explode'. See cinecut --help"),
        (("film.mp4", "lines.srt"), "--subtitle lines.srt"),
        (("film.mp4", "film.mp4"), "One film at a time"),
        (("film.mp4", "--vibee", "war"), "--vibe"),
        (("film.mp4", "--no-such"), "No such option: --no-such"),
    ],
)
def test_a_mistyped_command_says_what_was_probably_meant(
    words: tuple[str, ...], said: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    done = cinecut(*words)
    refused(done, 2, said)
    assert json.loads(cinecut(*words, "--json").stdout)["exit_status"] == 2
    assert [path.name for path in place.iterdir()] == ["film.mp4"]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--vibe", "actoin"), 65, "Did you mean action?"),
        (("--vibe", "../../x"), 65, "There is no such vibe."),
        (("--vieb", "action"), 2, "--vibe"),
        (("--spoilers", "milld"), 2, "mild"),
        (("--nonsense",), 2, "No such option: --nonsense"),
        (("--duration", "1h"), 2, "a length from 6s to 150s"),
    ],
)
def test_a_mistyped_vibe_or_option_is_answered_with_the_nearest(
    words: tuple[str, ...], status: int, said: str, place: Path
) -> None:
    refused(cinecut(place / "film.mp4", *words), status, said)
