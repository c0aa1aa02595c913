"""A manifest compiled to the timeline: pictures in whole frames, sounds on the sample grid."""

from __future__ import annotations

import json
from fractions import Fraction

from cinecore.audio.score import PlayedBy
from cinecore.media import MediaFile, VideoStream
from cinecore.timebase import FrameRate
from cinecore.timeline import (
    AudioCue,
    Card,
    FilmFrames,
    FilmSource,
    Lut,
    MadeSound,
    Picture,
    Timeline,
    Transition,
    TransitionKind,
)
from cinecut.assembly.assemble import beat_grid
from cinecut.assembly.shape import Cut, cut_of, framing_of
from cinecut.assembly.sounds import FilmTrack, all_cues, effect_cues, film_cues, music_cues
from cinecut.manifest.layout import LaidItem, Layout, lay_out
from cinecut.manifest.schema import Manifest
from cinecut.manifest.vibe_profile import VibeProfile

FILM = "film"
"""The key of the one film that a trailer is cut from."""

SIZES = {"tagline": 0.55, "end": 0.7}
"""Letters of other cards, in those of the title."""

CREDIT_SIZE = 0.5
"""Letters of credits, in those of the end card's first line."""

SAME_RATE = Fraction(1, 1000)
"""Average and declared rate that differ by less than this belong to a film of constant rate."""


def source_rate(video: VideoStream) -> FrameRate:
    """The rate on which the film's frames lie: the declared one, where the average agrees with it."""
    if abs(video.average_rate.fps / video.declared_rate.fps - 1) < SAME_RATE:
        return video.declared_rate
    return video.average_rate


def output_rate(video: VideoStream) -> FrameRate:
    """The trailer's rate: the film's, snapped to the nearest standard one."""
    return source_rate(video).snapped()


def is_one_to_one(video: VideoStream) -> bool:
    """Whether each film frame becomes one trailer frame: a constant rate that is a standard one."""
    rate = source_rate(video)
    return rate == video.declared_rate and abs(rate.fps / output_rate(video).fps - 1) < SAME_RATE / 2


def source_frame_s(seconds: float, media: MediaFile) -> Fraction:
    """The exact time of the film frame nearest to a manifest's seconds."""
    video = media.video
    wanted = Fraction(str(seconds))
    if video is None or not is_one_to_one(video):
        return wanted
    rate = source_rate(video)
    return max(
        Fraction(0), media.video_offset + rate.seconds(rate.frames_nearest(wanted - media.video_offset))
    )


def compile_timeline(
    manifest: Manifest,
    media: MediaFile,
    identity: str,
    vibe: VibeProfile,
    *,
    audio_track: int = 0,
    lut: Lut | None = None,
    lines_at_most: int | None = None,
    makes_sounds: bool = True,
    soundfont: PlayedBy | None = None,
) -> Timeline:
    """The timeline that shows and sounds what an assembled manifest says.

    A prepared `lut` is laid over the graded film. Pictures taller than `lines_at_most` are made smaller. Without `makes_sounds`, nothing composed is heard:
    no bed and no effects, only the film and music from a file. A `soundfont` plays a composed bed's melodic parts.

    Raises:
        InputError: The timeline breaks one of its own rules; the message names the clip.
    """
    assert media.video is not None  # noqa: S101 - probing refused films without pictures
    rate = output_rate(media.video)
    layout = lay_out(manifest, rate)
    cut = cut_of(manifest.shape, media.video.display_size)
    pictures = tuple(_picture(manifest, item, media, vibe, cut, rate) for item in layout.items)
    transitions = tuple(
        Transition(number, item.transition, item.transition_frames)
        for number, item in enumerate(layout.items[:-1])
        if item.transition is not TransitionKind.HARD_CUT
    )
    grid = beat_grid(manifest)
    cues = all_cues(
        (
            heard_of_film(manifest, layout, media, audio_track),
            music_cues(manifest, layout, rate, vibe, grid, soundfont),
            effect_cues(manifest, layout, rate, vibe),
        )
    )
    width, height = _fitted((cut.width, cut.height), lines_at_most)
    return Timeline(
        rate=rate,
        width=width,
        height=height,
        sources=(FilmSource(FILM, media.path, identity),),
        pictures=pictures,
        transitions=transitions,
        cues=tuple(cue for cue in cues if makes_sounds or not isinstance(cue.sound, MadeSound)),
        grade=vibe.grade,
        lut=lut,
        grid=grid,
        loudness_lufs=vibe.loudness_lufs,
        metadata=(("title", manifest.title),) if manifest.title else (),
    ).validate()


def heard_of_film(
    manifest: Manifest, layout: Layout, media: MediaFile, audio_track: int = 0
) -> list[AudioCue]:
    """What is heard of the film itself; nothing where it has no sound."""
    if not media.audio:
        return []
    number = min(audio_track, len(media.audio) - 1)
    track = FilmTrack(FILM, number, media.audio[number].has_center)
    starts = tuple(source_frame_s(clip.source_start_s, media) for clip in manifest.clips)
    return film_cues(manifest, layout, layout.rate, track, starts)


def _fitted(size: tuple[int, int], lines_at_most: int | None) -> tuple[int, int]:
    width, height = size
    if lines_at_most is None or height <= lines_at_most:
        return size
    return max(2, round(width * lines_at_most / height / 2) * 2), lines_at_most


def _picture(
    manifest: Manifest, item: LaidItem, media: MediaFile, vibe: VibeProfile, cut: Cut, rate: FrameRate
) -> Picture:
    if item.kind == "clip":
        clip = manifest.clips[item.index]
        start = source_frame_s(clip.source_start_s, media)
        framing = framing_of(clip, cut, start, rate.fps)
        return Picture(item.start, item.frames, FilmFrames(FILM, start, framing), f"clip {item.index + 1}")
    card = manifest.titles[item.index]
    lines = tuple(line for line in card.text.splitlines() if line.strip()) if card.kind != "black" else ()
    return Picture(
        item.start,
        item.frames,
        Card(lines, card.kind, card_style(vibe, card.kind) if lines else "{}"),
        f"card {item.index + 1}",
    )


def card_style(vibe: VibeProfile, kind: str = "title") -> str:
    """The vibe's typography as a card's style; a tagline is set smaller and comes in softly, an end card rests.

    Taglines and credits are sentences and names: where a title has its first letters raised, they stay as they are written.
    """
    title = vibe.title
    is_title = kind == "title"
    return json.dumps(
        {
            "case": title.case if is_title or title.case != "title" else "as_written",
            "color": title.color,
            "entrance": title.animation if is_title else "fade",
            "font": title.font,
            "ground": list(title.ground),
            "size": round(title.size * SIZES.get(kind, 1.0), 6),
            "small": CREDIT_SIZE if kind == "end" else 1.0,
            "tracking": title.tracking_em,
        },
        sort_keys=True,
    )
