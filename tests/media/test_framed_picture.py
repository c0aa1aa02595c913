"""What is cut out of a film, how smoothly it moves, and what becomes of its letterbox, measured in finished pictures."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cinecore.analysis.onepass import analyse_film
from cinecore.ffmpeg.graph import filter_, print_chain
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run
from cinecore.media import MediaFile
from cinecore.render.compile import segment_command
from cinecore.render.framing import middle_at
from cinecore.render.presets import WEB
from cinecore.render.segments import FilmInput, split_into_segments
from cinecore.timebase import FrameRate
from cinecore.timeline import FilmFrames, FilmSource, FramePoint, Framing, Picture, Timeline
from cinecut.assembly.framing import Glimpse, Subject, plan_framing
from cinecut.assembly.shape import WHOLE, cut_of, framing_of
from cinecut.manifest.schema import Clip, PictureShape

pytestmark = pytest.mark.media

RATE = FrameRate(Fraction(24))
FINE = replace(WEB, x264_preset="ultrafast", crf=3)
"""So that what is measured is the crop and not what an encoder leaves out."""
WIDTH, HEIGHT, FRAMES = 640, 360, 72
Pictures = np.ndarray


def write_film(path: Path, pictures: np.ndarray) -> MediaFile:
    """Luma (frames, height, width) as a film that loses nothing."""
    count, height, width = pictures.shape
    grey = np.full((count, height * width // 2), 128, np.uint8)
    data = np.concatenate([pictures.reshape(count, -1), grey], axis=1).tobytes()
    raw = ("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}", "-r", "24", "-i", "pipe:0")
    tags = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
    run([*raw, "-c:v", "libx264", "-qp", "0", "-preset", "ultrafast", *tags, str(path)], input_bytes=data)
    return probe(path)


def luma_of(path: Path, width: int, height: int) -> np.ndarray:
    chain = print_chain([filter_("format", pix_fmts="yuv420p"), filter_("extractplanes", planes="y")])
    data = run(["-i", str(path), "-vf", chain, "-f", "rawvideo", "pipe:1"])
    return np.frombuffer(data, np.uint8).reshape(-1, height, width)


def render(media: MediaFile, framing: Framing, size: tuple[int, int], out: Path) -> np.ndarray:
    """One clip of the film, cut out along a path, as it is encoded."""
    content = FilmFrames("film", Fraction(0), framing)
    timeline = Timeline(RATE, *size, (FilmSource("film", media.path, "x"),), (Picture(0, FRAMES, content),))
    (segment,) = split_into_segments(timeline)
    run(segment_command(segment, {"film": FilmInput(media, is_one_to_one=True)}, {}, FINE, out))
    return luma_of(out, *size)


@pytest.fixture(scope="module")
def ramp(tmp_path_factory: pytest.TempPathFactory) -> MediaFile:
    """A film whose luma tells the column: 20 on the left, 230 on the right, dithered by row."""
    column = 20 + 210 * np.arange(WIDTH) / (WIDTH - 1)
    dither = (np.arange(HEIGHT) % 16 / 16)[:, None]
    picture = np.floor(column[None, :] + dither).astype(np.uint8)
    return write_film(tmp_path_factory.mktemp("ramp") / "ramp.mp4", np.repeat(picture[None], FRAMES, axis=0))


def test_a_crop_follows_its_path_and_moves_without_a_jerk(ramp: MediaFile, tmp_path: Path) -> None:
    cut = cut_of(PictureShape(aspect="9:16"), (WIDTH, HEIGHT))
    assert (cut.width, cut.height) == (202, 360)
    points = (FramePoint(6, 0.3, 0.5), FramePoint(30, 0.45, 0.5), FramePoint(60, 0.7, 0.5))
    framing = Framing(*cut.parts, points)
    seen = render(ramp, framing, (cut.width, cut.height), tmp_path / "out.mp4")
    assert len(seen) == FRAMES
    # the mean of a ramp is the ramp at its middle
    places = ((seen.mean(axis=(1, 2)) - 20 + 1 / 32) * (WIDTH - 1) / 210 + 0.5) / WIDTH
    wanted = np.array([middle_at(framing, frame)[0] for frame in range(FRAMES)])
    assert np.abs(places - wanted).max() * WIDTH <= 1.0, "a pixel off its path"
    speed = np.diff(places) * WIDTH
    assert speed.min() >= -0.5, "it never goes back"
    planned = np.abs(np.diff(np.diff(wanted))).max() * WIDTH
    assert np.abs(np.diff(speed)).max() <= planned + 0.6, "no step is much longer than the one before"
    assert np.abs(places[:6] - places[0]).max() * WIDTH <= 0.2, "it stands before it moves"


def test_a_crop_jumps_where_it_is_told_to_and_moves_nowhere_else(ramp: MediaFile, tmp_path: Path) -> None:
    cut = cut_of(PictureShape(aspect="1:1"), (WIDTH, HEIGHT))
    framing = Framing(*cut.parts, (FramePoint(0, 0.3, 0.5), FramePoint(40, 0.7, 0.5, jumps=True)))
    seen = render(ramp, framing, (cut.width, cut.height), tmp_path / "out.mp4")
    level = seen.mean(axis=(1, 2))
    assert np.abs(np.diff(level))[39] > 60
    assert np.delete(np.abs(np.diff(level)), 39).max() < 0.5


def letterboxed(tmp_path: Path) -> MediaFile:
    """A moving picture between two black bars of 40 lines."""
    dice = np.random.default_rng(3)
    wide = dice.integers(70, 220, (HEIGHT - 80, WIDTH + FRAMES * 2), dtype=np.uint8)
    wide = (wide[:, :-2] // 2 + wide[:, 2:] // 2).astype(np.uint8)
    pictures = np.full((FRAMES, HEIGHT, WIDTH), 16, np.uint8)
    for frame in range(FRAMES):
        pictures[frame, 40:-40] = wide[:, frame : frame + WIDTH]
    return write_film(tmp_path / "bars.mp4", pictures)


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        (PictureShape(letterbox="remove"), (640, 276)),
        (PictureShape(aspect="9:16"), (156, 276)),
        (PictureShape(aspect="1:1", letterbox="keep"), (276, 276)),
        (PictureShape(letterbox="keep"), (640, 360)),
        (PictureShape(aspect="16:9", letterbox="keep"), (640, 360)),
        (PictureShape(aspect="16:9", letterbox="remove"), (494, 278)),
    ],
    ids=lambda value: "" if isinstance(value, tuple) else f"{value.aspect}-{value.letterbox}",
)
def test_bars_of_the_film_are_found_and_are_kept_or_gone_as_asked(
    shape: PictureShape, size: tuple[int, int], bars: tuple[MediaFile, PictureShape], tmp_path: Path
) -> None:
    media, found = bars
    assert found.picture_box is not None
    assert found.picture_box[1] == pytest.approx(40 / 360, abs=0.01)
    cut = cut_of(shape.model_copy(update={"picture_box": found.picture_box}), (WIDTH, HEIGHT))
    assert (cut.width, cut.height) == pytest.approx(size, abs=2)
    if cut.is_whole:
        return
    middle = cut.kept_inside(0.2, 0.1)
    seen = render(
        media, Framing(*cut.parts, (FramePoint(0, *middle),)), (cut.width, cut.height), tmp_path / "o.mp4"
    )
    lines = seen.mean(axis=(0, 2))
    assert lines.min() > 100, "no line of it belongs to a bar"


@pytest.fixture(scope="module")
def bars(tmp_path_factory: pytest.TempPathFactory) -> tuple[MediaFile, PictureShape]:
    folder = tmp_path_factory.mktemp("bars")
    media = letterboxed(folder)
    box = analyse_film(media, folder).picture_box
    return media, PictureShape(picture_box=None if box == WHOLE else box)


def glimpses(*places: tuple[float, ...], step_s: float = 0.5) -> list[Glimpse]:
    """Faces of a tenth of the width, one still after the other, at these middles."""
    return [
        Glimpse(
            number * step_s, tuple(Subject((x - 0.05, 0.3, 0.1, 0.3), 1.0, is_face=True) for x in middles)
        )
        for number, middles in enumerate(places)
    ]


def path_of(found: list[Glimpse], end_s: float, cuts: tuple[float, ...] = ()) -> tuple[Framing, Clip]:
    cut = cut_of(PictureShape(aspect="9:16"), (1920, 1080))
    clip = Clip(
        source_start_s=0, source_end_s=end_s, beat_type="money_shot", act="act1", narrative_zone="BEGINNING"
    )
    clip = clip.model_copy(update={"framing": plan_framing(0, end_s, found, cuts, cut)})
    framing = framing_of(clip, cut, Fraction(0), Fraction(24))
    assert framing is not None
    return framing, clip


def test_a_face_that_stands_gets_a_crop_that_stands() -> None:
    framing, clip = path_of(glimpses(*[(0.8 + 0.004 * (number % 2),) for number in range(8)]), 4)
    assert len(clip.framing) == 1
    assert abs(middle_at(framing, 0)[0] - 0.8) < 0.06


def test_a_face_that_walks_is_followed_at_a_walk() -> None:
    framing, clip = path_of(glimpses(*[(0.2 + 0.07 * number,) for number in range(9)]), 4)
    assert 2 <= len(clip.framing) <= 6
    places = np.array([middle_at(framing, frame)[0] for frame in range(96)])
    faces = 0.2 + 0.14 * np.arange(96) / 24
    half = framing.width / 2
    inside = (faces - 0.05 >= places - half - 1e-3) & (faces + 0.05 <= places + half + 1e-3)
    assert inside.mean() >= 0.95
    assert np.abs(np.diff(places)).max() * 24 <= 1.5 * 0.75 * framing.width


def test_two_faces_that_fit_are_both_kept_and_of_two_that_do_not_one_is_kept_whole() -> None:
    near, _ = path_of(glimpses(*[(0.42, 0.58)] * 6), 3)
    left, right = middle_at(near, 30)[0] - near.width / 2, middle_at(near, 30)[0] + near.width / 2
    assert left <= 0.37
    assert right >= 0.63
    far, clip = path_of(glimpses(*[(0.2, 0.85)] * 6), 3)
    middle = middle_at(far, 30)[0]
    assert len(clip.framing) == 1
    assert min(abs(middle - 0.2), abs(middle - 0.85)) < 0.1


def test_the_crop_jumps_at_a_cut_inside_the_clip() -> None:
    framing, clip = path_of(glimpses(*[(0.25,)] * 4, *[(0.75,)] * 4), 4, cuts=(1.9,))
    assert [point.jumps for point in clip.framing] == [False, True]
    assert abs(middle_at(framing, 40)[0] - 0.25) < 0.08
    assert abs(middle_at(framing, 50)[0] - 0.75) < 0.08


def test_where_nothing_is_known_the_middle_is_shown() -> None:
    framing, _ = path_of([], 3)
    assert middle_at(framing, 10)[0] == pytest.approx(0.5)


def test_without_faces_the_crop_goes_where_most_happens() -> None:
    shares = tuple(5.0 if 30 <= strip < 40 else 0.2 for strip in range(48))
    framing, _ = path_of([Glimpse(0.5, (), shares), Glimpse(1.0, (), shares)], 2)
    assert abs(middle_at(framing, 10)[0] - 35 / 48) < 0.08
