"""Clips, lines and a composed bed joined into one measured video, captions beside it; the same inputs, the same bytes.

What to show and say was decided before; keeping delivery's promises is `cinecore.render.deliver`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from cinecore.audio.mix import mix
from cinecore.errors import InputError, ToolError
from cinecore.ffmpeg.probe import probe
from cinecore.files import digest_file, write_error, write_text
from cinecore.language.captions import captions_of, srt_text, vtt_text
from cinecore.media import MediaFile, VideoStream
from cinecore.ports import Progress, ProgressListener, silent
from cinecore.render.deliver import Bench, deliver
from cinecore.render.measure import Measurement
from cinecore.render.presets import WEB, DeliveryPreset
from cinecore.render.segments import FilmInput
from cinecore.render.sound import Sound
from cinecore.timebase import SAMPLE_RATE, FrameRate, Span
from cinecore.timeline import (
    FilmFrames,
    FilmSource,
    Picture,
    Timeline,
    Transition,
    TransitionKind,
    lay_pictures,
)
from cinecore.work.leftovers import remove_leftovers
from vidpipe.errors import GenerationError
from vidpipe.pipeline.stitch_sound import ClipSound, clip_cues, line_cues, sound_renderer
from vidpipe.schemas.kinds import Cut
from vidpipe.schemas.storyboard import SceneSpec
from vidpipe.services.line_timing import SpokenLine, place_lines
from vidpipe.services.moods import mood_named, mood_of_scenes
from vidpipe.services.score import score_cue
from vidpipe.services.sound_plan import SceneSpan, plan_sounds

USUAL_CROSSFADE_S = 0.5
"""Of a scene that asks for a crossfade where the whole asks for none."""

SAME_RATE = Fraction(1, 1000)
"""Average and declared rate that differ by less than this belong to a clip of constant rate."""

CUT_OFF_FADE = SAMPLE_RATE // 20
"""How a line ends that the video's end cuts off."""

NO_MUSIC = "none"


@dataclass(frozen=True)
class StitchPart:
    """One scene's part of the whole."""

    clip: Path | None
    """None: the scene has no clip and is left out."""
    scene: SceneSpec
    lines: tuple[SpokenLine, ...] = ()


@dataclass(frozen=True)
class Stitched:
    """A finished video and what was measured in it."""

    output: Path
    captions: Path | None
    """The SRT file beside it; None where nothing is said. A WebVTT file of the same name lies beside it."""
    measurement: Measurement
    notices: tuple[str, ...] = ()
    spans_s: tuple[tuple[int, float, float], ...] = ()
    """(scene index, start, end) of each part on the screen."""
    mood: str = ""


@dataclass(frozen=True)
class VideoPlan:
    """The whole as one timeline, and what belongs to it."""

    timeline: Timeline
    films: dict[str, FilmInput]
    lines: tuple[SpokenLine, ...]
    """In seconds of the whole."""
    spans: tuple[SceneSpan, ...]
    mood: str
    notices: list[str] = field(default_factory=list)


def stitch(
    parts: Sequence[StitchPart],
    output: Path,
    work_dir: Path,
    *,
    width: int,
    height: int,
    fps: int | Fraction,
    crossfade_s: float = 0.0,
    seed: int = 0,
    title: str = "",
    mood: str = "",
    has_captions: bool = True,
    listen: ProgressListener = silent,
    jobs: int = 1,
    preset: DeliveryPreset = WEB,
) -> Stitched:
    """The video of all parts that have a clip, measured before it takes its name; captions beside it.

    Scenes follow each other by hard cuts, or by crossfades of `crossfade_s` (0.5 s where only the scene asks for
    one); a scene that goes on where the one before ended is always cut to. `mood` names one of `moods.toml`,
    nothing to tell it by the story, or `none` for no music. What dead runs left in `work_dir` and beside
    the output is removed.

    Raises:
        InputError: No part has a clip, a clip or a line's sound cannot be read, or there is no such mood.
        GenerationError: A program failed, or the file misses a promise; an earlier output stays as it was.
        OutputError: The place cannot be written.
    """
    plan = plan_video(
        parts,
        width=width,
        height=height,
        fps=fps,
        crossfade_s=crossfade_s,
        seed=seed,
        title=title,
        mood=mood,
    )
    try:
        work_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(error, work_dir) from error
    remove_leftovers(work_dir, [output.parent], is_owned=False)
    clips = {key: film.media for key, film in plan.films.items()}

    def sound() -> Sound:
        return mix(plan.timeline, sound_renderer(plan.timeline, clips)).pcm

    def heard(progress: Progress) -> None:
        listen(replace(progress, stage="stitch"))

    try:
        # beside the pictures: mixing takes one core a tenth of the time that the pictures take two
        with ThreadPoolExecutor(1) as beside:
            pcm = beside.submit(sound)
            made = deliver(
                plan.timeline,
                plan.films,
                pcm.result,
                output,
                Bench(work_dir),
                preset=preset,
                jobs=jobs,
                listen=heard,
            )
    except ToolError as error:
        raise GenerationError(
            f"The video could not be joined: {error.happened}",
            error.which or output,
            "Nothing was replaced. Join it again; if it stays, make the scenes again.",
            error.tail,
        ) from error
    captions = _write_captions(plan, output) if has_captions else None
    rate = SAMPLE_RATE
    return Stitched(
        output,
        captions,
        made.measurement,
        tuple(dict.fromkeys(plan.notices)),
        tuple(
            (span.scene.scene_index, round(span.start / rate, 3), round(span.end / rate, 3))
            for span in plan.spans
        ),
        plan.mood,
    )


def plan_video(
    parts: Sequence[StitchPart],
    *,
    width: int,
    height: int,
    fps: int | Fraction,
    crossfade_s: float = 0.0,
    seed: int = 0,
    title: str = "",
    mood: str = "",
) -> VideoPlan:
    """What `stitch` will show and sound, by what the clips and sounds really hold; nothing is made yet.

    Raises:
        InputError: No part has a clip, a clip cannot be read, or there is no such mood.
    """
    rate = FrameRate(Fraction(fps))
    notices = [
        f"Scene {part.scene.scene_index + 1} has no clip; it is left out."
        for part in parts
        if part.clip is None
    ]
    shown = [part for part in parts if part.clip is not None]
    if not shown:
        raise InputError("No scene has a clip; there is nothing to join.", None, "Make the clips first.")
    media = [_opened(part.clip, part.scene) for part in shown if part.clip is not None]
    films = {_key(number): FilmInput(item, _is_one_to_one(item, rate)) for number, item in enumerate(media)}
    lengths = [_frames(item, rate) for item in media]
    transitions = _transitions(shown, lengths, rate, crossfade_s, notices)
    pictures = lay_pictures(
        [
            Picture(
                0, frames, FilmFrames(_key(number), item.video_offset), f"scene {part.scene.scene_index + 1}"
            )
            for number, (part, item, frames) in enumerate(zip(shown, media, lengths, strict=True))
        ],
        transitions,
    )
    samples = rate.samples(pictures[-1].end)
    overlaps = {transition.index: transition.overlap for transition in transitions}
    spans = tuple(
        SceneSpan(
            part.scene,
            rate.samples(picture.start + (overlaps.get(number - 1, 0) if number else 0) // 2),
            rate.samples(picture.end - overlaps.get(number, 0) // 2),
        )
        for number, (part, picture) in enumerate(zip(shown, pictures, strict=True))
    )
    starts_s = [float(rate.seconds(picture.start)) for picture in pictures]
    lines, is_cut = place_lines([part.lines for part in shown], starts_s, samples / SAMPLE_RATE)
    if is_cut:
        notices.append("The lines together are longer than the video; the last ones are cut off.")
    chosen = mood or mood_of_scenes((part.scene for part in shown), title)
    cues = [
        *line_cues(lines, samples),
        *clip_cues(
            [
                ClipSound(
                    _key(number) if item.audio else "",
                    item.video_offset,
                    Span(rate.samples(picture.start), rate.samples(picture.end)),
                    rate.samples(overlaps.get(number - 1, 0)),
                    rate.samples(overlaps.get(number, 0)),
                    is_speech=bool(part.lines) and all(line.path is None for line in part.lines),
                )
                for number, (part, item, picture) in enumerate(zip(shown, media, pictures, strict=True))
            ]
        ),
    ]
    if chosen != NO_MUSIC:
        cues.append(score_cue([span.start for span in spans], samples, mood_named(chosen), seed))
    silent_clips = [
        span for span, item in zip(spans, media, strict=True) if not item.audio
    ]  # a clip with a sound of its own has its surroundings in it
    sounds = plan_sounds(silent_clips, samples, seed)
    cues += sounds.cues
    notices += sounds.notices
    timeline = Timeline(
        rate=rate,
        width=width,
        height=height,
        sources=tuple(
            FilmSource(_key(number), item.path, digest_file(item.path)) for number, item in enumerate(media)
        ),
        pictures=pictures,
        transitions=tuple(transitions),
        cues=tuple(sorted(cues, key=lambda cue: (cue.start, cue.stem, cue.length))),
        metadata=(("title", title),) if title else (),
    ).validate()
    return VideoPlan(timeline, films, lines, spans, chosen, notices)


def _opened(clip: Path, scene: SceneSpec) -> MediaFile:
    """What a clip is.

    Raises:
        InputError: It cannot be used; the message names its scene.
    """
    try:
        return probe(clip)
    except InputError as error:
        raise InputError(
            f"The clip of scene {scene.scene_index + 1} cannot be used: {error.happened}",
            clip,
            "Make this scene again, then join the video again.",
        ) from error


def _key(number: int) -> str:
    return f"clip{number:03}"


def _own_rate(video: VideoStream) -> FrameRate:
    """The rate on which the clip's frames lie: the declared one, where the average agrees with it."""
    agrees = abs(video.average_rate.fps / video.declared_rate.fps - 1) < SAME_RATE
    return video.declared_rate if agrees else video.average_rate


def _is_one_to_one(media: MediaFile, rate: FrameRate) -> bool:
    """Whether each frame of the clip becomes one of the output: a constant rate that is the output's."""
    assert media.video is not None  # noqa: S101 - probing refused clips without pictures
    own = _own_rate(media.video)
    return own == media.video.declared_rate and abs(own.fps / rate.fps - 1) < SAME_RATE / 2


def _frames(media: MediaFile, rate: FrameRate) -> int:
    """How many output frames the clip's pictures last, by what the file really holds."""
    video = media.video
    assert video is not None  # noqa: S101 - probing refused clips without pictures
    if video.frame_count and _is_one_to_one(media, rate):
        return video.frame_count
    return max(1, rate.frames_nearest(video.duration or media.duration - media.video_offset))


def _transitions(
    parts: Sequence[StitchPart],
    lengths: Sequence[int],
    rate: FrameRate,
    crossfade_s: float,
    notices: list[str],
) -> list[Transition]:
    """A transition for every crossfade that is asked for and has room; even, never over half of a clip."""
    found: list[Transition] = []
    for number, part in enumerate(parts[1:]):
        before, scene = parts[number].scene, part.scene
        follows = before.scene_index == scene.scene_index - 1
        wanted_s = crossfade_s or (USUAL_CROSSFADE_S if scene.cut is Cut.CROSSFADE else 0.0)
        if wanted_s <= 0 or (scene.cut is Cut.CONTINUOUS and follows):
            continue
        wanted = rate.frames_nearest(Fraction(str(wanted_s))) // 2 * 2
        frames = min(wanted, min(lengths[number], lengths[number + 1]) // 4 * 2)
        if frames < wanted:
            notices.append(
                f"The crossfade into scene {scene.scene_index + 1} is {float(rate.seconds(frames)):.2f} s long:"
                " its clips are too short for more."
            )
        if frames:
            found.append(Transition(number, TransitionKind.CROSSFADE, frames))
    return found


def _write_captions(plan: VideoPlan, output: Path) -> Path | None:
    captions = captions_of(plan.lines, float(plan.timeline.duration_s))
    if not captions:
        return None
    path = output.with_suffix(".srt")
    write_text(path, srt_text(captions))
    write_text(output.with_suffix(".vtt"), vtt_text(captions))
    return path
