"""The sample film as a file: what is seen and heard is what its truth says."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pysubs2
import pytest
from PIL import Image
from samples.contact_sheet import make_contact_sheet
from samples.film import TEST_SEEDS, FilmSpec, SampleFilm, make_film, plan_film
from samples.flash_beep import make_flash_and_beep, measure_flash_beep
from samples.frame_code import code_area, read_frames
from samples.truth import TrueScene

from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run
from cinecore.timebase import FrameRate

pytestmark = pytest.mark.media

SPEC = FilmSpec(TEST_SEEDS[0], 60, 256, 144, FrameRate.parse("24000/1001"))
FPS = float(SPEC.rate.fps)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleFilm:
    return make_film(SPEC, tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def pictures(sample: SampleFilm) -> np.ndarray:
    """All frames as grey, (frames, 90, 160), the code's strip cut away."""
    filters = "format=gray,scale=160:90:flags=area"
    data = run(
        [*PREAMBLE, *local_input(sample.film), "-map", "0:v", "-vf", filters, "-f", "rawvideo", "pipe:1"]
    )
    area = code_area(160, 90)
    return (
        np.frombuffer(data, np.uint8).reshape(-1, 90, 160)[:, area.top + area.height + 1 :].astype(np.float32)
    )


@pytest.fixture(scope="module")
def sound(sample: SampleFilm) -> np.ndarray:
    """The film's sound, mono float at 48 kHz."""
    arguments = ["-map", "0:a", "-ac", "1", "-f", "f32le", "pipe:1"]
    return np.frombuffer(run([*PREAMBLE, *local_input(sample.film), *arguments]), np.float32)


def test_every_frame_carries_its_number(sample: SampleFilm) -> None:
    assert read_frames(sample.film) == list(range(sample.truth.frames))


def test_the_file_is_plain_tagged_and_at_its_rate(sample: SampleFilm) -> None:
    media = probe(sample.film)
    video = media.video
    assert video is not None
    assert (video.codec, video.pixel_format) == ("h264", "yuv420p")
    assert {video.color_space, video.color_transfer, video.color_primaries} == {"bt709"}
    assert video.average_rate.fps == Fraction(24000, 1001)
    assert (media.audio[0].codec, media.audio[0].sample_rate, media.audio[0].channels) == ("aac", 48000, 2)
    assert abs(float(media.duration) - sample.truth.frames / FPS) < 0.03


def test_hard_cuts_are_seen_where_the_truth_says(sample: SampleFilm, pictures: np.ndarray) -> None:
    change = np.abs(np.diff(pictures, axis=0)).mean(axis=(1, 2))
    hard = [shot.first for shot in sample.truth.shots[1:] if shot.opening == "hard"]
    calm = np.median(change)
    clear = [change[first - 1] > 4 * calm and change[first - 1] > 3 for first in hard]
    assert np.mean(clear) > 0.9


def test_dark_shots_are_dark_and_black_is_black(sample: SampleFilm, pictures: np.ndarray) -> None:
    light = pictures.mean(axis=(1, 2))
    dark = [light[(s.first + s.end) // 2] for s in sample.truth.shots if s.is_dark and not s.flashes]
    bright = [
        light[(s.first + s.end) // 2]
        for s in sample.truth.shots
        if not s.is_dark and s.size not in {"card", "insert"}
    ]
    assert max(dark) < 45
    assert np.median(bright) > 70
    black = next(trap for trap in sample.truth.traps if trap.kind == "black")
    assert pictures[black.first + 1 : black.end - 1].max() <= 18


def test_a_memory_shows_the_same_pictures_again(sample: SampleFilm, pictures: np.ndarray) -> None:
    memories = [trap for trap in sample.truth.traps if trap.kind == "memory"]
    for memory in memories:
        assert memory.repeats is not None
        first, end = memory.first + 12, memory.end - 12
        shift = memory.repeats[0] - memory.first
        again, before = pictures[first:end], pictures[first + shift : end + shift]
        assert len(again)
        assert np.abs(again - before).mean() < 3


def test_credits_scroll_on_black(sample: SampleFilm, pictures: np.ndarray) -> None:
    scroll = next(trap for trap in sample.truth.traps if trap.kind == "credits")
    rolled = pictures[scroll.first + 24 : scroll.end - 24]
    assert rolled.mean() < 40
    assert np.abs(np.diff(rolled, axis=0)).mean() > 0.2


def test_every_line_is_heard_at_its_time_to_the_millisecond(sample: SampleFilm, sound: np.ndarray) -> None:
    plan, _ = plan_film(SPEC)
    reach = 4800
    for line in plan.lines:
        part = sound[line.start - reach : line.end + reach].astype(np.float64)
        size = 1 << int(np.ceil(np.log2(len(part) + len(line.sound))))
        spectrum = np.fft.rfft(part, size) * np.conj(np.fft.rfft(line.sound, size))
        matched = np.fft.irfft(spectrum, size)[: 2 * reach + 1]
        assert abs(int(np.argmax(matched)) - reach) <= 48, line.text


def test_lines_stand_over_what_else_is_heard(sample: SampleFilm, sound: np.ndarray) -> None:
    def level(first_s: float, end_s: float) -> float:
        part = sound[round(first_s * 48000) : round(end_s * 48000)].astype(np.float64)
        return 10 * float(np.log10(np.mean(part**2) + 1e-12))

    margins = [
        level(line.start_s, line.end_s) - level(line.start_s - 0.25, line.start_s - 0.02)
        for line in sample.truth.lines
        if line.role not in {"turn1", "turn2", "turn3", "turn4", "turn5", "false_climax"}
    ]
    assert np.median(margins) > 8


def test_pictures_and_sound_grow_with_the_intensity(
    sample: SampleFilm, pictures: np.ndarray, sound: np.ndarray
) -> None:
    truth = sample.truth
    change = np.abs(np.diff(pictures, axis=0)).mean(axis=(1, 2))
    scenes = [s for s in truth.scenes if s.people and s.kind != "memory"]
    quiet = [s for s in scenes if s.intensity < 0.5]
    loud = [s for s in scenes if s.intensity >= 0.6]
    assert quiet
    assert loud

    def motion(scene: TrueScene) -> float:
        return float(np.mean(change[scene.first : scene.end - 1]))

    def power(scene: TrueScene) -> float:
        part = sound[round(scene.first / FPS * 48000) : round(scene.end / FPS * 48000)]
        return float(np.mean(part.astype(np.float64) ** 2))

    assert np.mean([motion(s) for s in loud]) > 1.5 * np.mean([motion(s) for s in quiet])
    assert np.mean([power(s) for s in loud]) > 1.4 * np.mean([power(s) for s in quiet])
    assert np.abs(sound).max() < 0.999


def test_subtitles_hold_the_lines_and_ass_the_speakers(sample: SampleFilm) -> None:
    srt, ass = pysubs2.load(str(sample.srt)), pysubs2.load(str(sample.ass))
    lines = sample.truth.lines
    assert [(e.start, e.end, e.text) for e in srt] == [
        (round(line.start_s * 1000), round(line.end_s * 1000), line.text) for line in lines
    ]
    assert [(e.name, e.text) for e in ass] == [(line.speaker, line.text) for line in lines]


def test_the_same_spec_gives_the_same_bytes(sample: SampleFilm, tmp_path: Path) -> None:
    again = make_film(SPEC, tmp_path)
    for one, two in zip(
        (sample.film, sample.srt, sample.ass, sample.truth_path),
        (again.film, again.srt, again.ass, again.truth_path),
        strict=True,
    ):
        assert hashlib.sha256(one.read_bytes()).digest() == hashlib.sha256(two.read_bytes()).digest()


@pytest.mark.parametrize("rate", ["24000/1001", "25", "60"])
def test_flash_and_beep_begin_together_to_the_sample(tmp_path: Path, rate: str) -> None:
    made = make_flash_and_beep(tmp_path, 12, FrameRate.parse(rate), width=320, height=180, seed=3)
    pairs = measure_flash_beep(made.film)
    assert len(pairs) == len(made.flash_frames) >= 3
    for (flash, beep), frame in zip(pairs, made.flash_frames, strict=True):
        assert flash == pytest.approx(float(made.rate.seconds(frame)), abs=1e-6)
        assert beep == pytest.approx(flash, abs=1.1 / 48000)


def test_a_shifted_and_covered_beep_is_measured_to_the_millisecond(tmp_path: Path) -> None:
    made = make_flash_and_beep(tmp_path, 12, width=320, height=180)
    late = tmp_path / "late.mp4"
    graph = (
        "[0:a]adelay=delays=7S:all=1[b];sine=frequency=330:duration=12[s];"
        "[s]volume=-12dB,aformat=channel_layouts=stereo[m];[b][m]amix=inputs=2:normalize=0:duration=first[a]"
    )
    graph = graph.replace("7S", "336S")  # 7 ms of samples
    run(
        [
            *PREAMBLE,
            *local_input(made.film),
            *(
                "-filter_complex",
                graph,
                "-map",
                "0:v",
                "-map",
                "[a]",
                "-c:v",
                "copy",
                "-c:a",
                "aac",
                str(late),
            ),
        ]
    )
    offsets = [beep - flash for flash, beep in measure_flash_beep(late)]
    assert len(offsets) == len(made.flash_frames)
    assert offsets == pytest.approx([0.007] * len(offsets), abs=0.0003)


def test_a_contact_sheet_shows_one_tile_every_so_often(sample: SampleFilm, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.jpg"
    count = make_contact_sheet(sample.film, sheet, Fraction(5), columns=4, tile_width=120)
    assert count == 12
    assert sheet.stat().st_size <= 300_000
    with Image.open(sheet) as picture:
        assert picture.size == (4 * 123 + 3, 3 * (68 + 3) + 3)
