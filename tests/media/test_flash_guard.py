"""A film full of strobes becomes a trailer that does not flash; and what is no flash is left as it is."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run
from cinecore.media import MediaFile
from cinecore.render.flashes import LOOKED_AT, flashing
from cinecore.render.measure import measure
from cinecore.timebase import FrameRate
from cinecore.timeline import FilmFrames, FilmSource, Picture, Timeline, lay_pictures
from cinecut.conform.conform import conform

RATE = FrameRate(Fraction(24))
BRIGHT, DARK = 200, 40


def strobe(
    per_second: float, *, frames: int = 72, area: float = 1.0, high: int = BRIGHT, low: int = DARK
) -> list:
    """Pictures of `LOOKED_AT`, of which a part flashes so often a second at 24 frames."""
    width, height = LOOKED_AT
    pictures = []
    for frame in range(frames):
        picture = np.full((height, width), low, np.uint8)
        if frame * per_second / 24 % 1 < 0.5:
            picture[:, : round(width * area)] = high
        pictures.append(picture)
    return pictures


@pytest.mark.parametrize(
    ("pictures", "is_flashing"),
    [
        (strobe(6), True),
        (strobe(4), True),
        (strobe(2.9), False),
        (strobe(6, area=0.2), False),
        (strobe(6, area=0.3), True),
        (strobe(6, high=80, low=60), False),
        (strobe(6, high=235, low=222), False),
        (strobe(12), True),
        (strobe(6, frames=24), True),
        (strobe(6, frames=10), False),
    ],
    ids=["6", "4", "3", "small", "large", "faint", "bright", "12", "one-second", "two-flashes"],
)
def test_flashes_are_counted_as_the_rule_says(pictures: list, *, is_flashing: bool) -> None:
    assert bool(flashing(pictures, 24.0)) is is_flashing


def test_flashes_are_found_where_they_are() -> None:
    calm = [np.full(LOOKED_AT[::-1], 100, np.uint8)] * 48
    ((begin, end),) = flashing([*calm, *strobe(6, frames=48), *calm], 24.0)
    assert abs(begin - 48) <= 3
    assert abs(end - 96) <= 3


def test_a_moving_picture_does_not_flash() -> None:
    dice = np.random.default_rng(2)
    wide = np.kron(dice.integers(20, 230, (4, 60)), np.ones((7, 8))).astype(np.uint8)
    width = LOOKED_AT[0]
    assert flashing([wide[:, 2 * frame : 2 * frame + width] for frame in range(200)], 24.0) == ()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> MediaFile:
    """Four seconds of calm stripes, four of strobe at 6 a second over them, then bright and dark seconds in turn."""
    path = tmp_path_factory.mktemp("strobes") / "film.mp4"
    width, height = 192, 108
    stripes = (20 * (np.arange(width) // 24 % 2)).astype(np.int64)[None, :].repeat(height, axis=0)
    levels = [90] * 96 + [BRIGHT if frame % 4 < 2 else DARK for frame in range(96)]
    levels += [BRIGHT if frame // 24 % 2 else DARK for frame in range(96)]
    luma = np.stack([np.clip(level + stripes, 16, 235) for level in levels]).astype(np.uint8)
    grey = np.full((len(levels), width * height // 2), 128, np.uint8)
    data = np.concatenate([luma.reshape(len(levels), -1), grey], axis=1).tobytes()
    raw = ("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}", "-r", "24", "-i", "pipe:0")
    tags = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
    run([*raw, "-c:v", "libx264", "-preset", "ultrafast", "-crf", "10", *tags, str(path)], input_bytes=data)
    return probe(path)


def trailer(film: MediaFile, starts: list[int], lengths: list[int]) -> Timeline:
    pictures = [
        Picture(0, length, FilmFrames("film", RATE.seconds(start)), f"clip {number}")
        for number, (start, length) in enumerate(zip(starts, lengths, strict=True), 1)
    ]
    source = FilmSource("film", film.path, "x")
    return Timeline(RATE, 192, 108, (source,), lay_pictures(pictures, []))


@pytest.mark.media
def test_a_strobe_in_a_film_is_calmed_and_said_and_other_clips_stay_as_they_are(
    film: MediaFile, tmp_path: Path
) -> None:
    assert measure(film.path).flashes, "the film itself does flash"
    timeline = trailer(film, [0, 96, 24], [48, 72, 48])
    said: list[str] = []
    published: list[Path] = []
    done = conform(
        timeline,
        film,
        tmp_path / "out.mp4",
        tmp_path,
        is_one_to_one=True,
        jobs=1,
        notice=said.append,
        on_whole=published.append,
    )
    assert done.measurement.flashes == ()
    assert measure(tmp_path / "out.mp4").flashes == ()
    assert len(published) == 1, "what flashed never took the output's name"
    assert done.measurement.frames == timeline.frames
    (notice,) = said
    assert "calmed" in notice
    assert "2.0" in notice
    assert done.segments_reused >= 1, "clips that do not flash were not rendered again"


@pytest.mark.media
def test_a_montage_of_bright_and_dark_shots_is_calmed_across_its_cuts(
    film: MediaFile, tmp_path: Path
) -> None:
    starts = [192 + 24 * (number % 2) + 2 * (number // 2 % 8) for number in range(16)]
    said: list[str] = []
    done = conform(
        trailer(film, starts, [3] * 16),
        film,
        tmp_path / "out.mp4",
        tmp_path,
        is_one_to_one=True,
        jobs=1,
        notice=said.append,
    )
    assert done.measurement.flashes == ()
    assert done.measurement.frames == 48
    assert len(said) == 1


@pytest.mark.media
def test_a_trailer_that_does_not_flash_is_rendered_once_and_nothing_is_said(
    film: MediaFile, tmp_path: Path
) -> None:
    said: list[str] = []
    timeline = trailer(film, [0, 48], [48, 24])
    done = conform(
        timeline, film, tmp_path / "out.mp4", tmp_path, is_one_to_one=True, jobs=1, notice=said.append
    )
    assert said == []
    assert done.segments_reused == 0


RED, TEAL = (56, 103, 227), (55, 128, 110)
"""Y, Cb, Cr: a saturated red, and a green grey that is as light."""


@pytest.fixture(scope="module")
def red_film(tmp_path_factory: pytest.TempPathFactory) -> MediaFile:
    """Three seconds of red in which a block runs about until it rests, three of red and teal that change places six times a second."""
    path = tmp_path_factory.mktemp("red") / "film.mp4"
    width, height = 192, 108
    pictures = []
    for frame in range(144):
        color = TEAL if frame >= 72 and frame % 4 < 2 else RED
        planes = [np.full((height, width), code, np.uint8) for code in color]
        planes[0] += (8 * (np.arange(width) // 24 % 2)).astype(np.uint8)
        at = round(50 + 45 * np.sin(2 * np.pi * 3 * min(frame, 64) / 24)) // 2 * 2
        if frame < 72:
            for plane, code in zip(planes, TEAL, strict=True):
                plane[10:100, at : at + 90] = code
        pictures += [planes[0].tobytes(), planes[1][::2, ::2].tobytes(), planes[2][::2, ::2].tobytes()]
    raw = ("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}", "-r", "24", "-i", "pipe:0")
    tags = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
    coder = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "10")
    run([*raw, *coder, *tags, str(path)], input_bytes=b"".join(pictures))
    return probe(path)


@pytest.mark.media
def test_a_strobe_of_red_as_light_as_what_it_alternates_with_is_calmed_and_what_moves_in_red_is_left(
    red_film: MediaFile, tmp_path: Path
) -> None:
    ((begin, end),) = [(one.start_s, one.end_s) for one in measure(red_film.path).flashes]
    assert begin == pytest.approx(3, abs=0.2)
    assert end == pytest.approx(6, abs=0.2)
    said: list[str] = []
    timeline = trailer(red_film, [0, 72], [72, 72])
    done = conform(
        timeline, red_film, tmp_path / "out.mp4", tmp_path, is_one_to_one=True, jobs=1, notice=said.append
    )
    assert done.measurement.flashes == ()
    (notice,) = said
    assert "calmed there" in notice
    assert "3.0" in notice
    assert done.segments_reused == 1, "what only moves was not rendered again"
