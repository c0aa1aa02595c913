"""A whole real film, three vibes: the bars that a finished trailer must keep, measured in the files."""

from __future__ import annotations

import itertools
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from cinecore.render.measure import measure
from cinecore.timebase import FrameRate
from cinecut.compose import make_trailer
from cinecut.manifest.io import read_manifest
from cinecut.manifest.layout import lay_out
from cinecut.manifest.schema import ZONE_ORDER
from cinecut.manifest.vibe import load_vibe
from cinecut.settings import TrailerSettings, Vision

pytestmark = [pytest.mark.media, pytest.mark.shared]

CREDITS_S = (483.0, 580.0)
"""Big Buck Bunny's credits run from 8:03 to 9:40."""

RATE = FrameRate(Fraction(24))


@pytest.fixture(scope="module")
def folder(media_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bunny")
    shutil.copy(media_folder / "video" / "big_buck_bunny_448x252.mp4", folder / "bunny.mp4")
    shutil.copy(media_folder / "subs" / "big_buck_bunny.narration.en.srt", folder / "bunny.srt")
    return folder


@pytest.mark.parametrize(
    ("vibe", "vision"),
    [
        ("action", "none"),  # a look at all its stills takes as long as everything else
        pytest.param("action", "auto", marks=pytest.mark.sweep),
        pytest.param("drama", "auto", marks=pytest.mark.sweep),
        pytest.param("horror", "auto", marks=pytest.mark.sweep),
    ],
)
def test_a_whole_film_becomes_a_ninety_second_trailer_that_keeps_every_bar(
    folder: Path, vibe: str, vision: Vision
) -> None:
    film, lines = folder / "bunny.mp4", folder / "bunny.srt"
    settings = TrailerSettings(film, lines, vibe, Fraction(90), vision=vision, jobs=2)
    outcome = make_trailer(settings, listen=lambda _: None, say=lambda _: None)
    assert outcome.output is not None
    found = measure(outcome.output)
    assert abs(found.duration_s - 90) <= 0.5
    assert found.integrated_lufs == pytest.approx(load_vibe(vibe).loudness_lufs, abs=0.3)
    assert found.true_peak_dbtp is not None
    assert found.true_peak_dbtp <= -1.0
    assert (found.codec, found.profile, found.pixel_format) == ("h264", "High", "yuv420p")
    assert found.color == ("bt709", "bt709", "bt709", "tv")
    assert (found.width, found.height, found.rate) == (448, 252, "24")
    assert found.is_constant_rate
    assert found.is_moov_first
    assert (found.audio_codec, found.audio_sample_rate) == ("aac", 48000)
    assert abs(found.audio_skew_ms) <= 5

    manifest = read_manifest(outcome.work_dir / "ASSEMBLY_MANIFEST.json")
    layout = lay_out(manifest, RATE)
    assert found.frames == layout.frames
    for number, clip in enumerate(manifest.clips, 1):
        is_clear = clip.source_end_s <= CREDITS_S[0] or clip.source_start_s >= CREDITS_S[1]
        assert is_clear, f"clip {number} lies in the credits"
    spans = sorted((clip.source_start_s, clip.source_end_s) for clip in manifest.clips)
    assert all(later[0] - earlier[1] >= 1.95 for earlier, later in itertools.pairwise(spans))
    zones = [
        ZONE_ORDER.index(clip.narrative_zone)
        for clip in manifest.clips
        if clip.act not in {"cold_open", "button"}
    ]
    assert zones == sorted(zones)
    planned = [
        (float(RATE.seconds(item.start)) - 1.1, float(RATE.seconds(item.end)) + 1.1)
        for item in layout.items
        if item.kind == "card" or item.transition.startswith("fade")
    ]
    for stretch in found.black:
        assert any(start <= stretch.start_s and stretch.end_s <= end for start, end in planned), stretch
