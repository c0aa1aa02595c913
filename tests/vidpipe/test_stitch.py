"""Clips joined: to the frame, with sounds where they belong, delivered as promised, or nothing changed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pysubs2
import pytest
from tests.vidpipe.small_clips import FPS, HEIGHT, WIDTH, clip, name_of, pictures, scene, sound

from cinecore.audio.speech_sound import write_line
from cinecore.errors import CineError, InputError, OutputError
from cinecore.render.presets import PREVIEW, WEB
from cinecore.timebase import SAMPLE_RATE
from vidpipe.pipeline.stitch import Stitched, StitchPart, VideoPlan, plan_video, stitch
from vidpipe.schemas.kinds import Cut
from vidpipe.schemas.storyboard import SceneAudio
from vidpipe.services.line_timing import SpokenLine

pytestmark = pytest.mark.media


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Plain clips: two seconds of red, of blue, of green."""
    folder = tmp_path_factory.mktemp("clips")
    return {color: clip(folder / f"{color}.mp4", color, 2.0) for color in ("red", "blue", "green")}


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> SpokenLine:
    """A line that is a tone of half a second, half a second into its scene."""
    path = tmp_path_factory.mktemp("speech") / "line.wav"
    tone = 0.3 * np.sin(2 * np.pi * 700 * np.arange(SAMPLE_RATE // 2) / SAMPLE_RATE)
    write_line(tone.astype(np.float32), SAMPLE_RATE, "tone", path)
    return SpokenLine(path, 0.5, 1.0, "Hold the line.", "MARA")


def join(parts: list[StitchPart], folder: Path, **more: object) -> Stitched:
    """Joined in a hurry; what is promised of a delivery is tried with `WEB`."""
    wishes: dict[str, object] = {
        "width": WIDTH,
        "height": HEIGHT,
        "fps": FPS,
        "mood": "none",
        "preset": PREVIEW,
    }
    return stitch(parts, folder / "video.mp4", folder / "work", **(wishes | more))


def plan(parts: list[StitchPart], crossfade_s: float = 0.0) -> VideoPlan:
    return plan_video(parts, width=WIDTH, height=HEIGHT, fps=FPS, crossfade_s=crossfade_s, mood="none")


def loud_spans(path: Path) -> list[tuple[float, float]]:
    """(start, end) in seconds of every stretch that sounds."""
    power = np.convolve(sound(path).astype(np.float64) ** 2, np.full(480, 1 / 480), "same")
    loud = (power > power.max() / 1000).astype(np.int8)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud, [0]]))) / SAMPLE_RATE
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def test_scenes_follow_each_other_to_the_frame_and_lines_lie_in_theirs(
    clips: dict[str, Path], line: SpokenLine, tmp_path: Path
) -> None:
    made = join([StitchPart(clips["red"], scene(0)), StitchPart(clips["blue"], scene(1), (line,))], tmp_path)
    shown = pictures(made.output)
    assert [name_of(shown[frame].mean((0, 1))) for frame in (0, 47, 48, 95)] == ["red", "red", "blue", "blue"]
    assert made.measurement.frames == len(shown) == 96
    assert made.spans_s == ((0, 0.0, 2.0), (1, 2.0, 4.0))
    assert loud_spans(made.output) == [(pytest.approx(2.5, abs=0.02), pytest.approx(3.0, abs=0.03))]
    assert made.captions is not None
    (caption,) = pysubs2.load(str(made.captions))
    assert (caption.start, caption.end, caption.text) == (2500, 3500, "Hold the line.")
    assert "<v MARA>Hold the line." in (tmp_path / "video.vtt").read_text()
    assert made.notices == ()


def test_a_crossfade_overlaps_pictures_sounds_and_captions_alike(
    tmp_path: Path, clips: dict[str, Path], line: SpokenLine
) -> None:
    low = clip(tmp_path / "low.mp4", "red", 2.0, tone_hz=300)
    high = clip(tmp_path / "high.mp4", "blue", 2.0, tone_hz=3000)
    made = join(
        [
            StitchPart(low, scene(0)),
            StitchPart(high, scene(1)),
            StitchPart(clips["green"], scene(2), (line,)),
        ],
        tmp_path,
        crossfade_s=0.5,
    )
    assert made.measurement.frames == 3 * 48 - 2 * 12
    middle = pictures(made.output)[42].mean((0, 1))
    assert 80 < middle[0] < 180
    assert 80 < middle[2] < 180

    def level(hertz: int, at_s: float) -> float:
        window = sound(made.output)[round((at_s - 0.04) * SAMPLE_RATE) :][: SAMPLE_RATE * 8 // 100]
        return float(
            np.abs(np.fft.rfft(window * np.hanning(len(window))))[hertz * len(window) // SAMPLE_RATE]
        )

    before, mixed, after = ((level(300, at), level(3000, at)) for at in (1.0, 1.75, 2.4))
    assert before[0] > 50 * before[1]
    assert after[1] > 50 * after[0]
    assert 0.2 < mixed[0] / before[0] < 0.8
    assert 0.2 < mixed[1] / after[1] < 0.8
    assert made.captions is not None
    assert pysubs2.load(str(made.captions))[0].start == 3500
    assert any(start == pytest.approx(3.5, abs=0.02) for start, _ in loud_spans(made.output))


def test_only_scenes_that_ask_crossfade_and_one_that_goes_on_is_always_cut_to(clips: dict[str, Path]) -> None:
    parts = [
        StitchPart(clips["red"], scene(0)),
        StitchPart(clips["blue"], scene(1, cut=Cut.CROSSFADE)),
        StitchPart(clips["green"], scene(2, cut=Cut.CONTINUOUS)),
    ]
    assert plan(parts).timeline.frames == 3 * 48 - 12
    assert plan(parts, crossfade_s=1.0).timeline.frames == 3 * 48 - 24


def test_a_crossfade_longer_than_its_clips_allow_is_shortened_and_said(
    clips: dict[str, Path], tmp_path: Path
) -> None:
    short = clip(tmp_path / "short.mp4", "blue", 0.5)
    parts = [
        StitchPart(clips["red"], scene(0)),
        StitchPart(short, scene(1, 1.0)),
        StitchPart(clips["green"], scene(2)),
    ]
    made = plan(parts, crossfade_s=2.0)
    assert made.timeline.frames == 48 + 12 + 48 - 12
    assert len(made.notices) == 2
    assert "too short" in made.notices[0]


def test_clips_of_any_size_and_rate_are_shown_whole(clips: dict[str, Path], tmp_path: Path) -> None:
    upright = clip(tmp_path / "upright.mp4", "white", 2.0, size=(90, 160), fps="30")
    slow = clip(tmp_path / "slow.mp4", "yellow", 1.5, size=(320, 180), fps="12.5")
    made = join(
        [
            StitchPart(clips["red"], scene(0)),
            StitchPart(upright, scene(1)),
            StitchPart(slow, scene(2)),
        ],
        tmp_path,
    )
    shown = pictures(made.output)
    assert len(shown) == 48 + 48 + 36
    assert (made.measurement.width, made.measurement.height) == (WIDTH, HEIGHT)
    inside = shown[70, 45].astype(float)
    assert [name_of(inside[column]) for column in (2, 50, 80, 108, 157)] == [
        "black",
        "black",
        "white",
        "black",
        "black",
    ]
    assert name_of(shown[120].mean((0, 1))) == "yellow"
    assert name_of(shown[120, 1, 1].astype(float)) == "yellow"


def test_the_same_parts_have_the_same_bytes_with_any_number_of_jobs(
    clips: dict[str, Path], line: SpokenLine, tmp_path: Path
) -> None:
    bytes_of = []
    for name, jobs in (("one", 1), ("two", 2)):
        folder = tmp_path / name
        folder.mkdir()
        parts = [
            StitchPart(clips["red"], scene(0, audio=SceneAudio(ambience="sea")), (line,)),
            StitchPart(clips["blue"], scene(1, audio=SceneAudio(effects=("thunder",)))),
        ]
        made = join(parts, folder, mood="calm", seed=7, title="Two scenes", jobs=jobs, preset=WEB)
        assert made.captions is not None
        bytes_of.append((made.output.read_bytes(), made.captions.read_bytes()))
    assert bytes_of[0] == bytes_of[1]
    parts = [StitchPart(clips["red"], scene(0))]
    beds = [
        plan_video(parts, width=WIDTH, height=HEIGHT, fps=FPS, mood="calm", seed=seed).timeline.cues
        for seed in (7, 8)
    ]
    assert beds[0] != beds[1]


def test_a_bed_is_delivered_as_loud_as_promised_gives_way_to_speech_and_rings_out_at_the_end(
    clips: dict[str, Path], tmp_path: Path
) -> None:
    seconds = 8.0
    long = clip(tmp_path / "long.mp4", "cyan", seconds)
    made = join(
        [StitchPart(long, scene(0, seconds)), StitchPart(clips["red"], scene(1))],
        tmp_path,
        mood="",
        title="A calm and quiet lake",
        preset=WEB,
    )
    assert made.mood == "calm"
    assert made.measurement.integrated_lufs == pytest.approx(-14, abs=0.3)
    assert made.measurement.true_peak_dbtp is not None
    assert made.measurement.true_peak_dbtp <= -1
    heard = np.abs(sound(made.output))
    ends = [float(heard[-round(s * SAMPLE_RATE) :][: SAMPLE_RATE // 5].max()) for s in (1.8, 1.0, 0.2)]
    assert ends[0] > ends[1] > ends[2]
    assert ends[1] > 0.003

    def quiet_level(folder: str, *lines: SpokenLine) -> float:
        """The bed's level beside a tone, by what lies under 200 Hz."""
        (tmp_path / folder).mkdir()
        result = join([StitchPart(long, scene(0, seconds), lines)], tmp_path / folder, mood="calm")
        window = sound(result.output)[round(3.2 * SAMPLE_RATE) : round(3.8 * SAMPLE_RATE)]
        spectrum = np.abs(np.fft.rfft(window * np.hanning(len(window))))
        low, tone = float(spectrum[24:120].max()), float(spectrum[400:440].max())
        return low / tone if lines else low / float(spectrum.max())

    path = tmp_path / "tone.wav"
    tone = 0.3 * np.sin(2 * np.pi * 700 * np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE)
    write_line(tone.astype(np.float32), SAMPLE_RATE, "tone", path)
    assert quiet_level("spoken", SpokenLine(path, 2.5, 4.5, "Aah")) < 0.35


def test_a_scene_without_a_clip_is_left_out_and_said(clips: dict[str, Path], line: SpokenLine) -> None:
    parts = [
        StitchPart(clips["red"], scene(0)),
        StitchPart(None, scene(1), (line,)),
        StitchPart(clips["green"], scene(2, cut=Cut.CONTINUOUS)),
    ]
    made = plan(parts, crossfade_s=0.5)
    assert made.timeline.frames == 48 + 48 - 12  # what went on from the gap is a cut like any other
    assert made.notices == ["Scene 2 has no clip; it is left out."]
    assert made.lines == ()
    with pytest.raises(InputError, match="No scene has a clip"):
        plan([StitchPart(None, scene(0))])


def test_lines_never_speak_at_once_and_what_outlasts_the_video_is_said(
    clips: dict[str, Path], line: SpokenLine, tmp_path: Path
) -> None:
    late = replace(line, start_s=1.9, end_s=2.4)
    early = replace(line, start_s=0.0, end_s=0.5)
    made = plan(
        [StitchPart(clips["red"], scene(0), (late,)), StitchPart(clips["blue"], scene(1), (early, late))]
    )
    assert [said.start_s for said in made.lines] == pytest.approx([1.9, 2.48, 3.5], abs=0.01)
    assert made.lines[-1].end_s <= 4.0
    assert made.notices == []
    # what would be pushed over the video's end begins earlier instead, and is heard whole
    close = [replace(line, start_s=1.0, end_s=1.5), replace(line, start_s=1.2, end_s=1.7)]
    tight = plan([StitchPart(clips["red"], scene(0), (*close, replace(line, start_s=1.4, end_s=1.9)))])
    assert [said.end_s - said.start_s for said in tight.lines] == pytest.approx([0.5] * 3, abs=0.01)
    assert tight.lines[-1].end_s <= 2.0
    assert tight.notices == []
    crowd = tuple(replace(line, start_s=0.0, end_s=0.5) for _ in range(6))
    crowded = join([StitchPart(clips["red"], scene(0), crowd)], tmp_path)
    assert "longer than the video" in crowded.notices[0]
    assert crowded.captions is not None
    read = list(pysubs2.load(str(crowded.captions)))
    assert all(before.end <= after.start for before, after in pairwise(read))
    assert read[-1].end <= 2000


def test_a_line_without_a_sound_is_a_caption_alone_and_a_rate_stays_exact(
    clips: dict[str, Path], tmp_path: Path
) -> None:
    silent = SpokenLine(None, 0.4, 1.9, "Nobody speaks this.")
    made = join([StitchPart(clips["red"], scene(0), (silent,))], tmp_path, fps=Fraction(30000, 1001))
    assert (made.measurement.rate, made.measurement.frames) == ("30000/1001", 60)
    assert made.measurement.integrated_lufs is None
    assert float(np.abs(sound(made.output)).max()) == 0
    assert made.captions is not None
    (caption,) = pysubs2.load(str(made.captions))
    assert (caption.start, caption.end) == (400, 1900)


@pytest.mark.parametrize("broken", ["text", "empty", "gone", "torn"])
def test_a_clip_that_cannot_be_read_leaves_an_earlier_video_as_it_was(
    broken: str, clips: dict[str, Path], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.mp4"
    if broken == "text":
        bad.write_text("this is no clip")
    elif broken == "empty":
        bad.touch()
    elif broken == "torn":
        bad.write_bytes(clips["blue"].read_bytes()[:-400])
    earlier = b"a video that was made before"
    (tmp_path / "video.mp4").write_bytes(earlier)
    before = {path.name for path in tmp_path.iterdir()}
    with pytest.raises(CineError) as caught:
        join([StitchPart(clips["red"], scene(0)), StitchPart(bad, scene(1))], tmp_path)
    assert "clip of scene 2 cannot be used" in str(caught.value) or "could not be joined" in str(caught.value)
    assert "again" in caught.value.advice
    assert (tmp_path / "video.mp4").read_bytes() == earlier
    assert {path.name for path in tmp_path.iterdir()} - {"work"} == before


def test_a_place_that_cannot_be_written_and_a_mood_nobody_knows_are_said(
    clips: dict[str, Path], tmp_path: Path
) -> None:
    parts = [StitchPart(clips["red"], scene(0))]
    with pytest.raises(OutputError):
        stitch(
            parts,
            tmp_path / "no" / "such" / "video.mp4",
            tmp_path / "work",
            width=WIDTH,
            height=HEIGHT,
            fps=FPS,
            mood="none",
        )
    with pytest.raises(InputError, match="no such mood"):
        join(parts, tmp_path, mood="beige")
