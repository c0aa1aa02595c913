"""What may be set for a video, and what is said of what may not."""

from __future__ import annotations

import pytest
from tests.command_line import refused, vidpipe

from vidpipe.settings import LOOKS, RATIOS, video_settings

PROMPT = "A cat crosses a street"


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--total", "0", "1 to 3600"),
        ("--total", "-5", "1 to 3600"),
        ("--total", "36000", "1 to 3600"),
        ("--total", "soon", "1 to 3600"),
        ("--total", "nan", "1 to 3600"),
        ("--total", "9" * 400, "1 to 3600"),
        ("--clip-duration", "1", "2 to 12"),
        ("--clip-duration", "60", "2 to 12"),
        ("--aspect-ratio", "7:1", "16:9"),
        ("--style", "watercolour", "ink, paper, noir"),
        ("--lines", "8000", "360"),
        ("--seed", "-1", "whole number"),
        ("--speech", "siri", "espeak-ng"),
        ("--through", "clips", "storyboard"),
        ("--crossfade", "9", "0 to 2"),
        ("--output", "video.avi", ".mp4"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_with_those_that_can(
    option: str, value: str, expected: str, tmp_path
) -> None:
    done = vidpipe("generate", PROMPT, option, value, "--data-dir", tmp_path / "data")
    refused(done, 2, option, expected)
    assert not (tmp_path / "data").exists()


def test_settings_come_from_file_environment_and_command_line_in_that_order(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "vidpipe.toml"
    file.write_text('style = "noir"\nseed = 5\nlines = 480\n')
    monkeypatch.setenv("VIDPIPE_CONFIG", str(file))
    monkeypatch.setenv("VIDPIPE_SEED", "7")
    found = video_settings({"lines": "360"})
    assert (found.style, found.seed, found.lines) == ("noir", 7, 360)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("24", 24), (24, 24), ("90s", 90), ("1:30", 90), ("1m30s", 90), (7.5, 7.5), ("1", 1)],
)
def test_a_length_may_be_written_as_people_write_it(written: object, seconds: float) -> None:
    assert video_settings({"total": written}).total_s == seconds


def test_the_ends_of_a_range_belong_to_it_as_they_are_written() -> None:
    assert [video_settings({"poll": ends}).poll_s for ends in ("0.01", 0.01, "60", "1:00")] == [
        0.01,
        0.01,
        60,
        60,
    ]


@pytest.mark.parametrize("ratio", RATIOS)
def test_every_ratio_gives_even_pixels_of_that_shape(ratio: str) -> None:
    settings = video_settings({"aspect_ratio": ratio, "lines": "720"})
    width, height = settings.size
    across, down = RATIOS[ratio]
    assert width % 2 == height % 2 == 0
    assert min(width, height) == 720
    assert width / height == pytest.approx(across / down, rel=0.003)


def test_an_unknown_provider_in_the_settings_is_told(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "vidpipe.toml"
    file.write_text('video_maker = "sora:3"\n')
    monkeypatch.setenv("VIDPIPE_CONFIG", str(file))
    refused(vidpipe("generate", PROMPT, "--data-dir", tmp_path / "data"), 65, "video_maker", "draft:camera")


def test_the_help_names_every_command_and_look() -> None:
    said = vidpipe("--help")
    assert said.exit_code == 0
    for command in ("generate", "resume", "stop", "status", "list", "stitch", "animatic", "export", "doctor"):
        assert f"\n  {command}" in said.stdout
    assert "|".join(LOOKS) in vidpipe("generate", "--help").stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("generat", "x"), "Did you mean 'generate'?"),
        (("A cat",), "vidpipe generate"),
        (("generate", "A", "cat"), "wants quotes"),
        (("status",), "ID"),
    ],
)
def test_a_mistyped_command_is_explained(words: tuple[str, ...], expected: str) -> None:
    done = vidpipe(*words)
    assert done.exit_code == 2
    assert expected in done.stderr
