"""A manifest survives its file, and a wrong one gets one message that names the clip and the field."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from cinecore.timebase import FrameRate
from cinecore.timeline import TransitionKind
from cinecut.errors import ManifestError
from cinecut.manifest.io import (
    check_against_film,
    edited_clips,
    json_schema_bytes,
    manifest_bytes,
    parse_manifest,
    read_manifest,
    write_manifest,
)
from cinecut.manifest.layout import lay_out
from cinecut.manifest.schema import Clip, Manifest, TitleCard

CLIP: dict[str, Any] = {
    "source_start_s": 1.0,
    "source_end_s": 3.0,
    "beat_type": "escalation_beat",
    "act": "act2",
    "narrative_zone": "ESCALATION",
}
HERE = Path("m.json")


def _data(*clips: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"source_file": "a.mp4", "vibe": "drama", "clips": list(clips), **more}).encode()


def _clip(start: float, end: float, **more: Any) -> Clip:
    return Clip(**{**CLIP, "source_start_s": start, "source_end_s": end, **more})


def test_what_is_written_is_read_back_the_same_and_the_same_bytes(tmp_path: Path) -> None:
    manifest = Manifest(source_file="é '☃.mp4", vibe="sci-fi", clips=(_clip(1 / 3, 2.5), _clip(7, 8.000001)))
    path = tmp_path / "m.json"
    write_manifest(path, manifest)
    again = read_manifest(path)
    assert manifest_bytes(again) == path.read_bytes()
    assert again.clips[0].source_start_s == 0.333333
    assert b'\n  "source_file"' in path.read_bytes()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_data(CLIP, {**CLIP, "source_start_s": -1}), "clip 2, field source_start_s"),
        (_data({**CLIP, "source_start_s": float("nan")}), "clip 1, field source_start_s"),
        (_data({**CLIP, "source_end_s": float("inf")}), "clip 1, field source_end_s"),
        (_data({**CLIP, "act": "act9"}), "clip 1, field act"),
        (_data(CLIP, {**CLIP, "source_end_s": 1.0}), "clip 2: field source_end_s"),
        (
            _data({k: v for k, v in CLIP.items() if k != "narrative_zone"}),
            "clip 1, field narrative_zone: is missing",
        ),
        (_data({**CLIP, "colour": 1}), "clip 1, field colour: is not a field"),
        (
            _data({**CLIP, "alternates": [{"source_start_s": 1, "source_end_s": 2, "score": 3}]}),
            "clip 1, alternate 1, field score",
        ),
        (_data(CLIP, vibe=5), "field vibe"),
        (_data(CLIP, vibe="dramma"), "Did you mean drama"),
        (_data(), "at least one clip"),
        (_data(*[CLIP] * 2001), "there are 2001, and a manifest takes at most 2000"),
        (_data(CLIP, schema_version="9.0"), "schema_version"),
        (
            _data(CLIP, titles=[{"kind": "title", "after_clip": 4, "duration_s": 2}]),
            "title 1, field after_clip",
        ),
        (b"[]", "not a JSON object"),
        (b"{", "not JSON"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[" * 200_000, "JSON"),
    ],
)
def test_a_wrong_manifest_gets_one_message(data: bytes, said: str) -> None:
    with pytest.raises(ManifestError) as caught:
        parse_manifest(data, HERE)
    assert said in caught.value.detail
    assert caught.value.exit_status == 65
    assert "\n" not in caught.value.detail


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    with path.open("wb") as stream:
        stream.truncate(40 * 1024 * 1024)
    with pytest.raises(ManifestError, match="larger than"):
        read_manifest(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="cannot be read"):
        read_manifest(tmp_path / "none.json")


def test_times_outside_the_film_are_refused_with_the_clip() -> None:
    manifest = Manifest(source_file="a", vibe="drama", clips=(_clip(1, 2), _clip(9, 11)))
    with pytest.raises(ManifestError, match="clip 2, field source_end_s"):
        check_against_film(manifest, 10.0)
    check_against_film(manifest, 11.0)


def test_footage_shown_twice_is_refused_naming_both_clips() -> None:
    manifest = Manifest(source_file="a", vibe="drama", clips=(_clip(5, 8), _clip(1, 2), _clip(7.5, 9)))
    with pytest.raises(ManifestError, match="clip 1 and clip 3"):
        check_against_film(manifest, 100.0)


def test_clips_that_touch_are_no_overlap() -> None:
    check_against_film(Manifest(source_file="a", vibe="drama", clips=(_clip(1, 2), _clip(2, 3))), 10.0)


def test_an_edit_is_found_and_nothing_else() -> None:
    clips = (_clip(1, 2), _clip(5, 6), _clip(9, 10))
    written = Manifest(source_file="a", vibe="drama", clips=clips)
    now = written.model_copy(update={"clips": (clips[0], _clip(5, 6.5), clips[2])})
    assert edited_clips(written, written) == ()
    assert edited_clips(written, now) == (1,)
    assert edited_clips(written, written.model_copy(update={"clips": clips[::-1]})) == (1, 2)


def test_the_published_schema_is_current() -> None:
    published = Path(__file__).parents[2] / "docs" / "schema" / "trailer_manifest.schema.json"
    assert published.read_bytes() == json_schema_bytes()


def test_a_crossfade_overlaps_both_and_a_fade_overlaps_none() -> None:
    rate = FrameRate(Fraction(24))
    manifest = Manifest(
        source_file="a",
        vibe="drama",
        clips=(
            _clip(0, 2, transition="crossfade", transition_s=0.5),
            _clip(5, 7, transition="fade_to_black", transition_s=0.5),
            _clip(9, 11),
        ),
        titles=(TitleCard(kind="title", text="T", after_clip=2, duration_s=1.0),),
    )
    layout = lay_out(manifest, rate)
    assert [(item.start, item.frames, item.cut) for item in layout.items] == [
        (0, 48, 0),
        (36, 48, 42),
        (84, 48, 84),
        (132, 24, 132),
    ]
    assert layout.frames == 156


def test_a_transition_longer_than_its_clips_is_shortened_not_refused() -> None:
    rate = FrameRate(Fraction(25))
    clips = (
        _clip(0, 0.4, transition="crossfade", transition_s=4.0),
        _clip(5, 5.04, transition="crossfade", transition_s=1.0),
        _clip(9, 9.2),
    )
    layout = lay_out(Manifest(source_file="a", vibe="drama", clips=clips), rate)
    assert layout.items[1].transition is TransitionKind.HARD_CUT
    for one, two in zip(layout.items, layout.items[1:], strict=False):
        assert two.start == one.end - one.overlap_after
        assert one.transition_frames % 2 == 0


@pytest.mark.parametrize("fps", [Fraction(24000, 1001), Fraction(25), Fraction(60)])
def test_six_decimals_name_a_frame_exactly_at_any_hour(fps: Fraction) -> None:
    rate = FrameRate(fps)
    for first in (0, 7, 86_399, 500_001):
        start, end = round(float(rate.seconds(first)), 6), round(float(rate.seconds(first + 31)), 6)
        layout = lay_out(Manifest(source_file="a", vibe="drama", clips=(_clip(start, end),)), rate)
        assert layout.frames == 31
