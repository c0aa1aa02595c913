"""Captions drawn into pictures, read off the finished file: ink where and while it should be, and nowhere else."""

from __future__ import annotations

import json
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cinecore.language.captions import Caption
from cinecore.render.burnt_captions import caption_zone, frames_of_low_cards
from cinecore.render.deliver import Bench, Delivery, deliver
from cinecore.timebase import FrameRate
from cinecore.timeline import Card, Picture, Timeline

pytestmark = pytest.mark.media

WIDTH, HEIGHT, FPS = 480, 270, 24
RATE = FrameRate(Fraction(24))
INK = 150
"""Luma over which a pixel of black ground is a letter's."""

LOW = "A TITLE SO LONG THAT ITS LETTERS FILL THE WHOLE OF THE SAFE AREA FROM ITS TOP DOWN TO ITS BOTTOM " * 2
STYLE = json.dumps({"size": 0.2, "entrance": "slam", "color": "#f2efe8"})

CAPTIONS = (
    Caption(0.5, 1.5, ("Every family", "in the village knows the old song.")),
    Caption(1.75, 2.5, ("{\\pos(10,10)}{\\fs90} C:\\Nobody; 100 %, 'it''s' [so]:",)),
    Caption(2.75, 3.5, ("Над головой — é ñ ß",)),
    Caption(3.75, 6.25, ("Said while a title stands.",)),
    Caption(7.0, 7.5, ("W" * 42,)),
)
PLAIN = Timeline(
    RATE,
    WIDTH,
    HEIGHT,
    (),
    (
        Picture(0, 60, Card(), "card 1"),
        Picture(60, 50, Card(), "card 2"),
        Picture(110, 20, Card((LOW,), "title", STYLE), "card 3"),
        Picture(130, 80, Card(), "card 4"),
    ),
)


@pytest.fixture(scope="module")
def burnt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Delivery, Path]:
    """The file, what came of it, and its work folder, whose name would end any quotation."""
    folder = tmp_path_factory.mktemp("burnt") / 'it\'s: [a], 100 % \\ "odd"; folder'
    folder.mkdir()
    silent = np.zeros((PLAIN.samples, 2), np.float32)
    done = deliver(PLAIN, {}, silent, folder / "said.mp4", Bench(folder), captions=CAPTIONS)
    return done.path, done, folder


@pytest.fixture(scope="module")
def lumas(burnt: tuple[Path, Delivery, Path]) -> np.ndarray:
    """(frames, height, width) as bytes."""
    command = ["ffmpeg", "-v", "error", "-i", f"file:{burnt[0]}", "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH)


def box(frame: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the ink."""
    rows, columns = np.flatnonzero((frame > INK).any(axis=1)), np.flatnonzero((frame > INK).any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def test_words_stand_from_their_first_frame_to_their_last_and_in_no_other(lumas: np.ndarray) -> None:
    inked = (lumas > INK).any(axis=(1, 2))
    said = np.zeros(len(lumas), bool)
    for one in CAPTIONS:
        said[round(one.start_s * FPS) : round(one.end_s * FPS)] = True
    title = slice(110, 130)  # its own letters come in as they like
    inked[title] = said[title] = True
    assert np.array_equal(inked, said)


def test_words_keep_inside_the_safe_area_low_in_the_picture(lumas: np.ndarray) -> None:
    top, below = caption_zone(WIDTH, HEIGHT)
    for one in CAPTIONS[:3] + CAPTIONS[4:]:
        left, first, right, last = box(lumas[round(one.start_s * FPS) + 2])
        assert left >= WIDTH * 0.05 - 1
        assert right <= WIDTH * 0.95 + 1
        assert first >= top - 1
        assert last <= below + 1
        assert right - left > WIDTH * 0.25


def test_letters_are_white_with_a_black_edge_that_is_seen_on_white(tmp_path: Path) -> None:
    white = Timeline(RATE, WIDTH, HEIGHT, (), (Picture(0, 24, Card((), "white")),))
    captions = (Caption(0.0, 1.0, ("Seen on snow",)),)
    mix = np.zeros((white.samples, 2), np.float32)
    done = deliver(white, {}, mix, tmp_path / "white.mp4", Bench(tmp_path), captions=captions)
    command = ["ffmpeg", "-v", "error", "-i", str(done.path), "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    frame = np.frombuffer(
        subprocess.run(command, check=True, capture_output=True).stdout, np.uint8, WIDTH * HEIGHT
    ).reshape(HEIGHT, WIDTH)
    dark = frame < 60
    rows = np.flatnonzero(dark.any(axis=1))
    assert dark.sum() > 200
    # inside the edge stand white letters
    inner = frame[rows[0] : rows[-1]][:, np.flatnonzero(dark.any(axis=0))]
    assert 0.05 < (inner > 200).mean() < 0.95


def test_no_words_stand_over_a_titles_letters(lumas: np.ndarray) -> None:
    assert frames_of_low_cards(PLAIN) == ((110, 130),)
    title = lumas[120]
    steady = lumas[128]
    assert np.abs(title.astype(int) - steady.astype(int)).mean() < 2
    top, _ = caption_zone(WIDTH, HEIGHT)
    before, after = lumas[108], lumas[132]
    assert (before[top:] > INK).sum() == pytest.approx((after[top:] > INK).sum(), rel=0.1)


def test_another_word_renders_its_own_segment_again_and_no_other(burnt: tuple[Path, Delivery, Path]) -> None:
    _, first, folder = burnt
    silent = np.zeros((PLAIN.samples, 2), np.float32)
    other = (*CAPTIONS[:-1], Caption(7.0, 7.5, ("Another word.",)))
    again = deliver(PLAIN, {}, silent, folder / "again.mp4", Bench(folder), captions=CAPTIONS)
    assert again.segments_rendered == 0
    assert again.path.read_bytes() == first.path.read_bytes()
    changed = deliver(PLAIN, {}, silent, folder / "other.mp4", Bench(folder), captions=other)
    assert changed.segments_rendered == 1
    assert changed.path.read_bytes() != first.path.read_bytes()
