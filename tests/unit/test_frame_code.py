"""The frame-number code: what it reads, and what it refuses to read."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from samples import frame_code
from samples.flash_beep import FlashBeepFilm, make_flash_and_beep

from cinecore.errors import InputError
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.graph import Graph, filter_
from cinecore.ffmpeg.run import run
from cinecore.timebase import FrameRate

SIZES = [(640, 360), (320, 180), (426, 240), (854, 480), (640, 272), (1920, 1080)]


def noise(width: int, height: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_stamped_number_reads_back_at_every_size(width: int, height: int) -> None:
    for number in (0, 1, 255, 256, 2879, 35_999, frame_code.MAXIMUM_FRAME):
        picture = noise(width, height)
        frame_code.stamp(picture, number)
        assert frame_code.read_picture(picture) == number


def test_any_two_numbers_differ_in_at_least_four_columns() -> None:
    words = [int("".join("01"[bit] for bit in frame_code.code_bits(n)), 2) for n in range(1 << 16)]
    table = np.zeros(1 << 24, bool)
    table[words] = True
    near = [sum(1 << at for at in which) for count in (1, 2, 3) for which in _choices(24, count)]
    codes = np.array(words)
    assert not any(table[codes ^ mask].any() for mask in near)
    assert not table[codes ^ ((1 << 24) - 1)].any(), "a mixture must leave one column as it was"


def _choices(total: int, count: int) -> list[tuple[int, ...]]:
    from itertools import combinations

    return list(combinations(range(total), count))


def test_pictures_without_a_code_read_as_none() -> None:
    flat = np.full((360, 640, 3), 128, np.uint8)
    assert frame_code.read_picture(flat) is None
    assert [frame_code.read_picture(noise(640, 360, seed)) for seed in range(200)] == [None] * 200


@pytest.mark.parametrize("share", [0.16, 0.25, 0.35, 0.5, 0.65, 0.75, 0.84])
def test_a_mixture_of_two_frames_reads_as_none(share: float) -> None:
    random = np.random.default_rng(5)
    for _ in range(300):
        first, second = (int(value) for value in random.integers(0, frame_code.MAXIMUM_FRAME, 2))
        if first == second:
            continue
        one, two = noise(320, 180), noise(320, 180, 2)
        frame_code.stamp(one, first)
        frame_code.stamp(two, second)
        mixed = (one * share + two * (1 - share)).astype(np.uint8)
        assert frame_code.read_picture(mixed) is None


@pytest.mark.parametrize("light", [1.0, 0.5, 0.15])
@pytest.mark.parametrize("toward", [0, 255])
def test_a_fade_to_black_or_white_reads_until_it_is_gone(light: float, toward: int) -> None:
    picture = noise(640, 360)
    frame_code.stamp(picture, 1234)
    assert frame_code.read_picture((picture * light + toward * (1 - light)).astype(np.uint8)) == 1234
    assert frame_code.read_picture((picture * 0.02 + toward * 0.98).astype(np.uint8)) is None


def test_a_number_beyond_the_code_is_refused() -> None:
    with pytest.raises(InputError, match="no code"):
        frame_code.code_bits(frame_code.MAXIMUM_FRAME + 1)


@pytest.fixture(scope="module")
def small_film(tmp_path_factory: pytest.TempPathFactory) -> FlashBeepFilm:
    return make_flash_and_beep(
        tmp_path_factory.mktemp("film"), 8, FrameRate(Fraction(24000, 1001)), width=640, height=360
    )


def remade(film: Path, folder: Path, video_filters: list, *, crf: int = 28) -> Path:
    out = folder / "remade.mp4"
    graph = Graph()
    graph.add("0:v", video_filters, "v")
    run(
        [
            *PREAMBLE,
            *local_input(film),
            *("-filter_complex", str(graph), "-map", "[v]", "-c:v", "libx264", "-preset", "veryfast"),
            *("-threads", "2", "-crf", str(crf), "-pix_fmt", "yuv420p", str(out)),
        ]
    )
    return out


@pytest.mark.media
def test_every_frame_of_a_coded_film_reads_as_itself(small_film: FlashBeepFilm) -> None:
    assert frame_code.read_frames(small_film.film) == list(range(small_film.frames))


GRADES: dict[str, Callable[[], list]] = {
    "horror": lambda: [filter_("eq", contrast=1.35, saturation=0.7, brightness=-0.05)],
    "romance": lambda: [filter_("eq", contrast=0.85, saturation=1.05, brightness=0.04)],
    "warm": lambda: [filter_("colorbalance", rm=0.2, bm=-0.2)],
}


@pytest.mark.media
@pytest.mark.parametrize("grade", sorted(GRADES))
def test_a_graded_and_shrunken_film_still_reads_frame_by_frame(
    small_film: FlashBeepFilm, tmp_path: Path, grade: str
) -> None:
    filters = [*GRADES[grade](), filter_("scale", w=320, h=180)]
    assert frame_code.read_frames(remade(small_film.film, tmp_path, filters)) == list(
        range(small_film.frames)
    )


@pytest.mark.media
def test_an_encoded_crossfade_never_reads_as_a_third_frame(small_film: FlashBeepFilm, tmp_path: Path) -> None:
    rate, out = small_film.rate, tmp_path / "faded.mp4"
    graph = Graph()
    span = {"settb": filter_("settb", expr="1001/24000"), "setpts": filter_("setpts", expr="N")}
    graph.add("0:v", [filter_("trim", start_frame=10, end_frame=58), *span.values()], "a")
    graph.add("0:v", [filter_("trim", start_frame=100, end_frame=148), *span.values()], "b")
    fade = filter_(
        "xfade", transition="fade", duration=float(rate.seconds(24)), offset=float(rate.seconds(24))
    )
    graph.add(("a", "b"), [fade], "v")
    run(
        [
            *PREAMBLE,
            *local_input(small_film.film),
            *("-filter_complex", str(graph), "-map", "[v]", "-c:v", "libx264", "-preset", "veryfast"),
            *("-pix_fmt", "yuv420p", str(out)),
        ]
    )
    seen = frame_code.read_frames(out)
    assert len(seen) == 72
    assert seen[:24] == list(range(10, 34))
    assert seen[48:] == list(range(124, 148))
    for at, number in enumerate(seen[24:48]):
        assert number in {None, 34 + at, 100 + at}
    assert seen[29:44] == [None] * 15
