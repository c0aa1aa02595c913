"""Every kind of transition found again in a finished file, frame by frame; and HDR brought to what screens show."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cinecore.ffmpeg.graph import filter_, print_chain
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run
from cinecore.media import MediaFile
from cinecore.render.compile import segment_command
from cinecore.render.presets import WEB
from cinecore.render.segments import FilmInput, split_into_segments
from cinecore.timebase import FrameRate
from cinecore.timeline import (
    Card,
    FilmFrames,
    FilmSource,
    Picture,
    Timeline,
    Transition,
    TransitionKind,
    lay_pictures,
)

pytestmark = pytest.mark.media

RATE = FrameRate(Fraction(24))
LEVELS = (60, 180, 100, 150, 80)
LENGTH = 36
BLACK, WHITE = 16, 235


def mean_luma(path: Path) -> np.ndarray:
    chain = print_chain([filter_("format", pix_fmts="yuv420p"), filter_("extractplanes", planes="y")])
    data = run(["-i", str(path), "-vf", chain, "-f", "rawvideo", "pipe:1"])
    return np.frombuffer(data, np.uint8).reshape(-1, 54 * 96).mean(axis=1)


@pytest.fixture(scope="module")
def greys(tmp_path_factory: pytest.TempPathFactory) -> MediaFile:
    """Two seconds of each level."""
    path = tmp_path_factory.mktemp("greys") / "greys.mp4"
    frames = [bytes([level]) * (96 * 54) + b"\x80" * (96 * 27) for level in LEVELS for _ in range(48)]
    raw = ("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "96x54", "-r", "24", "-i", "pipe:0")
    tags = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
    run([*raw, "-c:v", "libx264", "-qp", "0", *tags, str(path)], input_bytes=b"".join(frames))
    return probe(path)


def test_each_transition_lies_where_it_is_written_and_passes_the_level_that_it_must(
    greys: MediaFile, tmp_path: Path
) -> None:
    pictures = [
        Picture(0, LENGTH, FilmFrames("film", RATE.seconds(48 * number)), f"clip {number}")
        for number in range(5)
    ]
    pictures.append(Picture(0, 24, Card(), "black"))
    kinds = (
        Transition(0, TransitionKind.CROSSFADE, 12),
        Transition(1, TransitionKind.FADE_TO_BLACK, 16),
        Transition(2, TransitionKind.FADE_TO_WHITE, 16),
        # 3 to 4 is a cut
        Transition(4, TransitionKind.FADE_TO_BLACK, 12),
    )
    laid = lay_pictures(pictures, kinds)
    timeline = Timeline(RATE, 96, 54, (FilmSource("film", greys.path, "x"),), laid, kinds).validate()
    levels: list[float] = []
    for number, segment in enumerate(split_into_segments(timeline)):
        out = tmp_path / f"{number}.mp4"
        film = FilmInput(greys, is_one_to_one=True)
        run(segment_command(segment, {"film": film}, {}, replace(WEB, x264_preset="ultrafast"), out))
        levels += mean_luma(out).tolist()
    assert len(levels) == timeline.frames

    def at(picture: int, frame: int) -> float:
        return levels[laid[picture].start + frame]

    # a crossfade: the two levels mixed, half and half in its middle
    assert at(0, 23) == pytest.approx(60, abs=2)
    assert at(1, 6) == pytest.approx(120, abs=12)
    assert at(1, 13) == pytest.approx(180, abs=2)
    rising = [at(1, frame) for frame in range(13)]
    assert rising == sorted(rising)
    # a dip: half of it out of the one, half into the other, black between
    middle = laid[2].start
    assert levels[middle - 9] == pytest.approx(180, abs=2)
    assert levels[middle - 4] == pytest.approx((180 + BLACK) / 2, abs=14)
    assert min(levels[middle - 1 : middle + 1]) == pytest.approx(BLACK, abs=22)
    assert levels[middle + 4] == pytest.approx((100 + BLACK) / 2, abs=14)
    assert levels[middle + 9] == pytest.approx(100, abs=2)
    # the same by way of white
    middle = laid[3].start
    assert levels[middle - 9] == pytest.approx(100, abs=2)
    assert max(levels[middle - 1 : middle + 1]) == pytest.approx(WHITE, abs=22)
    assert levels[middle + 4] == pytest.approx((150 + WHITE) / 2, abs=14)
    assert levels[middle + 9] == pytest.approx(150, abs=2)
    # a cut: the next frame is the other picture
    cut = laid[4].start
    assert levels[cut - 1] == pytest.approx(150, abs=2)
    assert levels[cut] == pytest.approx(80, abs=2)
    # out to black, and black it stays
    assert levels[laid[5].start - 7] == pytest.approx(80, abs=2)
    assert max(levels[laid[5].start :]) <= BLACK + 1


@pytest.mark.parametrize(
    ("transfer", "code"),
    [("smpte2084", 0.508), ("arib-std-b67", 0.75)],
    ids=["pq-100-nits", "hlg-reference-white"],
)
def test_hdr_grey_becomes_a_grey_that_is_neither_dull_nor_burnt(
    transfer: str, code: float, tmp_path: Path
) -> None:
    """Diffuse white of 100 cd/m² (PQ) and of HLG (BT.2408), and the half of its code: in order, neutral, in between."""
    film = tmp_path / "hdr.mkv"
    luma = [round(64 + 876 * share) for share in (code, code / 2)]
    planes = [
        np.full((54, 96), value, "<u2").tobytes() + np.full((2, 27, 48), 512, "<u2").tobytes()
        for value in luma
        for _ in range(24)
    ]
    raw = ("-f", "rawvideo", "-pix_fmt", "yuv420p10le", "-s", "96x54", "-r", "24", "-i", "pipe:0")
    tags = (
        "-color_primaries",
        "bt2020",
        "-color_trc",
        transfer,
        "-colorspace",
        "bt2020nc",
        "-color_range",
        "tv",
    )
    run([*raw, "-c:v", "ffv1", *tags, str(film)], input_bytes=b"".join(planes))
    media = probe(film)
    assert media.video is not None
    assert media.video.is_hdr
    timeline = Timeline(
        RATE, 96, 54, (FilmSource("film", film, "x"),), (Picture(0, 48, FilmFrames("film", Fraction(0))),)
    )
    (segment,) = split_into_segments(timeline)
    out = tmp_path / "out.mp4"
    run(segment_command(segment, {"film": FilmInput(media, is_one_to_one=True)}, {}, WEB, out))
    white, half = mean_luma(out)[[12, 36]]
    assert 140 <= white <= 235
    assert 20 <= half <= white - 60
    data = run(["-i", str(out), "-pix_fmt", "yuv420p", "-f", "rawvideo", "pipe:1"])
    frame = np.frombuffer(data, np.uint8)[: 96 * 54 * 3 // 2]
    assert np.abs(frame[96 * 54 :].astype(int) - 128).max() <= 2, "grey stays grey"
