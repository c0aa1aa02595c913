"""CineCut's errors: headline, indented lines, arguments kept, exit statuses, pickling."""

import pickle
from pathlib import Path

import pytest

from cinecore.errors import CineError
from cinecut import errors
from cinecut.errors import CineCutError, InferenceError, ManifestError, SubtitleParseError, VramError

CASES = [
    (
        errors.ProxyCreationError(Path("film.mkv"), "no frames came"),
        70,
        {"source": Path("film.mkv"), "detail": "no frames came"},
    ),
    (
        errors.ProxyValidationError("proxy.mp4", "7 frames, not 9"),
        70,
        {"proxy_path": "proxy.mp4", "detail": "7 frames, not 9"},
    ),
    (errors.KeyframeExtractionError(12.5, "gone"), 70, {"timestamp_s": 12.5, "detail": "gone"}),
    (
        SubtitleParseError("a.srt", "The file is empty.", "Give another."),
        65,
        {"path": "a.srt", "detail": "The file is empty.", "advice": "Give another."},
    ),
    (
        ManifestError("Clip 3: beat_type is unknown.", Path("m.json")),
        65,
        {"detail": "Clip 3: beat_type is unknown.", "path": Path("m.json")},
    ),
    (
        errors.ConformError("3 frames missing", "clip 7"),
        70,
        {"detail": "3 frames missing", "which": "clip 7"},
    ),
    (InferenceError("server died"), 75, {"detail": "server died"}),
    (VramError("Only 12 MiB free"), 69, {"detail": "Only 12 MiB free"}),
]


@pytest.mark.parametrize(("error", "status", "arguments"), CASES, ids=lambda case: type(case).__name__)
def test_each_error_keeps_its_arguments_its_status_and_survives_pickling(
    error: CineCutError, status: int, arguments: dict[str, object]
) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    for each in (error, again):
        assert isinstance(each, CineCutError)
        assert isinstance(each, CineError)
        assert each.exit_status == status
        assert {name: getattr(each, name) for name in arguments} == arguments
    assert str(again) == str(error)
    assert type(again) is type(error)


@pytest.mark.parametrize("error", [case[0] for case in CASES], ids=lambda error: type(error).__name__)
def test_a_message_is_a_headline_and_then_cause_check_and_tip(error: CineCutError) -> None:
    headline, *rest = str(error).splitlines()
    assert headline.endswith(".")
    assert not headline.startswith(" ")
    assert [line.split(":")[0] for line in rest] == ["  Cause", "  Check", "  Tip"]
    assert str(error).count(error.cause) == 1


def test_the_promised_headlines() -> None:
    assert str(InferenceError("x")).startswith("LLaVA inference engine error.\n  Cause: x\n")
    assert str(VramError("x")).startswith("Insufficient VRAM for LLaVA inference.\n  Cause: x\n")


def test_every_promised_name_is_there() -> None:
    names = {
        "ProxyCreationError",
        "ProxyValidationError",
        "KeyframeExtractionError",
        "SubtitleParseError",
        "ManifestError",
        "ConformError",
        "InferenceError",
        "VramError",
    }
    assert {kind.__name__ for kind in CineCutError.__subclasses__()} >= names


def test_a_cause_of_many_lines_stays_one_block() -> None:
    lines = str(InferenceError("first\nsecond\nthird")).splitlines()
    assert lines[1:4] == ["  Cause: first", "    second", "    third"]


def test_a_path_is_shown_with_quotes_and_escapes() -> None:
    assert "'my film\\n.srt'" in str(SubtitleParseError("my film\n.srt", "bad"))


def test_empty_lines_are_left_out() -> None:
    assert str(CineCutError("Something failed.")) == "Something failed."
    assert str(CineCutError("Something failed.", tip="Run again.")) == "Something failed.\n  Tip: Run again."
