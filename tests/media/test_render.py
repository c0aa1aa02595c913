"""A hand-laid timeline rendered from a film of numbered frames, flashes and beeps, and read back frame by frame."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from samples.flash_beep import FlashBeepFilm, make_flash_and_beep, measure_flash_beep
from samples.frame_code import read_frames

from cinecore.errors import ToolError
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run
from cinecore.render.check import problems
from cinecore.render.deliver import Bench, deliver
from cinecore.render.measure import measure
from cinecore.render.presets import WEB
from cinecore.render.segments import FilmInput
from cinecore.timebase import FrameRate
from cinecore.timeline import (
    AudioCue,
    Card,
    FilmFrames,
    FilmSound,
    FilmSource,
    Grade,
    Picture,
    Stem,
    Timeline,
    Transition,
    TransitionKind,
    lay_pictures,
)
from cinecut.conform.sound import mix_timeline

pytestmark = pytest.mark.media

RATE = FrameRate(Fraction(24000, 1001))
FAST = replace(WEB, x264_preset="ultrafast")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> FlashBeepFilm:
    return make_flash_and_beep(tmp_path_factory.mktemp("film"), 40, RATE, width=320, height=180)


def lay(film: FlashBeepFilm, *, count: int = 12, lengths: list[int] | None = None) -> Timeline:
    """Clips around flashes with every kind of transition between, and a planned black near the end."""
    media = probe(film.film)
    assert media.video is not None
    random_ = random.Random(3)
    kinds = list(TransitionKind)
    pictures: list[Picture] = []
    transitions: list[Transition] = []
    for number, flash in enumerate(film.flash_frames[:count]):
        start = max(0, flash - random_.randint(10, 20))
        frames = lengths[number] if lengths else random_.randint(30, 50)
        frames = min(frames, film.frames - start)
        content = FilmFrames("film", media.video_offset + RATE.seconds(start))
        pictures.append(Picture(0, frames, content, f"clip {number + 1}"))
        kind = kinds[number % 4]
        if number < count - 1 and kind is not TransitionKind.HARD_CUT:
            transitions.append(Transition(number, kind, 8))
    pictures.append(Picture(0, 24, Card(), "black"))
    laid = lay_pictures(pictures, transitions)
    cues = tuple(
        AudioCue(
            Stem.DIALOGUE,
            RATE.samples(picture.start),
            RATE.samples(picture.end) - RATE.samples(picture.start),
            FilmSound("film", picture.content.start_s),
        )
        for picture in laid
        if isinstance(picture.content, FilmFrames)
    )
    width, height = media.video.display_size
    source = FilmSource("film", film.film, "identity")
    return Timeline(
        RATE, width, height, (source,), laid, tuple(transitions), cues, Grade(-0.05, 1.15, 1.2, 0.0)
    )


def films(film: FlashBeepFilm) -> dict[str, FilmInput]:
    return {"film": FilmInput(probe(film.film), is_one_to_one=True)}


@pytest.fixture(scope="module")
def rendered(film: FlashBeepFilm, tmp_path_factory: pytest.TempPathFactory) -> tuple[Timeline, Path, Path]:
    folder = tmp_path_factory.mktemp("render")
    timeline = lay(film)
    sound = mix_timeline(timeline, probe(film.film)).pcm
    deliver(timeline, films(film), sound, folder / "out.mp4", Bench(folder), preset=FAST, jobs=2)
    return timeline, folder / "out.mp4", folder


def test_every_frame_shows_the_film_frame_that_the_timeline_names(
    rendered: tuple[Timeline, Path, Path],
) -> None:
    timeline, path, _ = rendered
    wanted: list[set[int]] = [set() for _ in range(timeline.frames)]
    mixed: set[int] = set()
    for index, picture in enumerate(timeline.pictures):
        if isinstance(picture.content, FilmFrames):
            first = round(picture.content.start_s * RATE.fps)
            for number in range(picture.frames):
                wanted[picture.start + number].add(first + number)
        # a frame inside a transition may be unreadable, never wrong
        transition = timeline.transition_after(index)
        mixed.update(range(picture.end - transition.frames, picture.end + transition.frames))
    seen = read_frames(path)
    assert len(seen) == timeline.frames
    for number, frame in enumerate(seen):
        if frame is None:
            assert number in mixed or not wanted[number], f"frame {number} cannot be read"
        else:
            assert frame in wanted[number], f"frame {number} shows {frame}, not {wanted[number]}"


def test_sound_stays_with_the_picture_from_the_first_clip_to_the_last(
    rendered: tuple[Timeline, Path, Path],
) -> None:
    _, path, _ = rendered
    offsets = [(beep - flash) * 1000 for flash, beep in measure_flash_beep(path)]
    assert len(offsets) >= 10
    assert max(offsets) - min(offsets) <= 1.0, f"drift {max(offsets) - min(offsets):.3f} ms"
    assert max(map(abs, offsets)) <= 5.0, f"offset {max(offsets, key=abs):.3f} ms"


def test_the_finished_file_is_what_delivery_promises(rendered: tuple[Timeline, Path, Path]) -> None:
    timeline, path, _ = rendered
    found = measure(path)
    assert problems(timeline, found, FAST) == []
    assert found.integrated_lufs == pytest.approx(-14.0, abs=0.3)
    assert found.true_peak_dbtp is not None
    assert found.true_peak_dbtp <= -1.0
    assert (found.codec, found.profile, found.pixel_format) == ("h264", "High", "yuv420p") or (
        found.profile == "Constrained Baseline"  # what ultrafast writes whatever profile is asked
    )
    planned_black_s = float(RATE.seconds(timeline.pictures[-1].start))
    assert any(abs(stretch.start_s - planned_black_s) < 0.05 for stretch in found.black)


def test_the_same_timeline_rendered_again_reuses_every_segment_and_gives_the_same_bytes(
    film: FlashBeepFilm, rendered: tuple[Timeline, Path, Path], tmp_path: Path
) -> None:
    timeline, path, folder = rendered
    sound = mix_timeline(timeline, probe(film.film)).pcm
    again = deliver(timeline, films(film), sound, folder / "again.mp4", Bench(folder), preset=FAST, jobs=2)
    assert again.segments_rendered == 0
    assert (folder / "again.mp4").read_bytes() == path.read_bytes()
    fresh = deliver(timeline, films(film), sound, tmp_path / "new.mp4", Bench(tmp_path), preset=FAST, jobs=1)
    assert fresh.segments_reused == 0
    assert (tmp_path / "new.mp4").read_bytes() == path.read_bytes()


def test_an_edit_renders_only_the_segment_it_touches(
    film: FlashBeepFilm, rendered: tuple[Timeline, Path, Path]
) -> None:
    timeline, path, folder = rendered
    first = timeline.pictures[-2]
    assert isinstance(first.content, FilmFrames)
    moved = replace(first, content=FilmFrames("film", first.content.start_s - RATE.seconds(2)))
    edited = replace(timeline, pictures=(*timeline.pictures[:-2], moved, timeline.pictures[-1]))
    sound = mix_timeline(edited, probe(film.film)).pcm
    done = deliver(edited, films(film), sound, folder / "edited.mp4", Bench(folder), preset=FAST, jobs=2)
    assert done.segments_rendered == 1
    before, after = packets(path), packets(folder / "edited.mp4")
    assert len(before) == len(after)
    kept = sum(one == other for one, other in zip(before, after, strict=True))
    assert kept >= len(before) - moved.frames - 60  # its own segment, at most one clip more


def packets(path: Path) -> list[str]:
    answer = run(
        [
            "-v",
            "error",
            "-select_streams",
            "v",
            "-show_packets",
            "-show_data_hash",
            "md5",
            "-of",
            "json",
            str(path),
        ],
        program="ffprobe",
    )
    return [packet["data_hash"] for packet in json.loads(answer)["packets"]]


def test_an_existing_output_survives_a_render_that_misses_its_promise(
    film: FlashBeepFilm, tmp_path: Path
) -> None:
    timeline = lay(film, count=2)
    out = tmp_path / "out.mp4"
    out.write_bytes(b"what was there before")
    strict = replace(FAST, loudness_tolerance_lu=-1.0)  # a bar that nothing can pass
    sound = mix_timeline(timeline, probe(film.film)).pcm
    with pytest.raises(ToolError, match="loudness"):
        deliver(timeline, films(film), sound, out, Bench(tmp_path / "work"), preset=strict)
    assert out.read_bytes() == b"what was there before"
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


def test_silence_is_delivered_as_silence(film: FlashBeepFilm, tmp_path: Path) -> None:
    timeline = replace(lay(film, count=2), cues=())
    sound = np.zeros((timeline.samples, 2), np.float32)
    done = deliver(timeline, films(film), sound, tmp_path / "out.mp4", Bench(tmp_path), preset=FAST)
    assert done.measurement.integrated_lufs is None
    assert done.measurement.frames == timeline.frames


def test_titles_and_grade_are_seen_in_the_finished_file(film: FlashBeepFilm, tmp_path: Path) -> None:
    base = lay(film, count=1)
    card = Card(("The Night Ferry",), "title", '{"ground": ["#203040", "#101018"], "entrance": "cut"}')
    pictures = lay_pictures([base.pictures[0], Picture(0, 24, card)], ())
    timeline = replace(base, pictures=pictures, transitions=(), cues=(), grade=Grade())
    silence = np.zeros((timeline.samples, 2), np.float32)
    deliver(timeline, films(film), silence, tmp_path / "a.mp4", Bench(tmp_path), preset=FAST)
    graded = replace(timeline, grade=Grade(0.08, 0.6, 1.2, 0.03))
    deliver(graded, films(film), silence, tmp_path / "b.mp4", Bench(tmp_path), preset=FAST)
    plain, warm = picture(tmp_path / "a.mp4", 5), picture(tmp_path / "b.mp4", 5)
    assert warm[..., 0].mean() - warm[..., 2].mean() > plain[..., 0].mean() - plain[..., 2].mean() + 10
    title = picture(tmp_path / "a.mp4", pictures[1].start + 12)
    middle = title[60:120, 40:280].max(axis=2)
    assert middle.max() > 200, "the lettering is bright"
    assert np.percentile(title.max(axis=2), 50) < 90, "on a dark ground"
    assert title[:10].std() > 0.2, "that is no flat black"


def picture(path: Path, frame: int) -> np.ndarray:
    raw = run(
        [
            "-v",
            "error",
            "-i",
            str(path),
            "-vf",
            f"select=eq(n\\,{frame})",
            "-frames:v",
            "1",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgb24",
            "-",
        ]
    )
    return np.frombuffer(raw, np.uint8).reshape(180, 320, 3).astype(int)
