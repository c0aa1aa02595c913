"""Which sounds a manifest asks for and where they lie: film lines and ambience, music, effects, voice-over.

Values only: reading, composing and mixing them is conform's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from cinecore.audio.score import PlayedBy, ScorePlan, ScoreSection
from cinecore.audio.sources import effect_sound, score_sound
from cinecore.timebase import SAMPLE_RATE, FrameRate, Span, round_half_up
from cinecore.timeline import AudioCue, BeatGrid, FileSound, FilmSound, Stem
from cinecut.assembly.music_edits import edited_cues
from cinecut.manifest.layout import LaidItem, Layout
from cinecut.manifest.schema import Act, Clip, Manifest
from cinecut.manifest.vibe_profile import VibeProfile

AIR_BEFORE_S = Fraction(12, 100)
AIR_AFTER_S = Fraction(20, 100)
"""Room sound left around a line, so that it does not start and stop like a switch."""

JOINED_GAP_S = Fraction(1, 2)
"""Lines nearer than this are heard as one stretch."""

EDGE_FADE = 720
"""15 ms in samples: 10–20 ms keep a cut in the sound from clicking."""

AMBIENCE_FADE = SAMPLE_RATE // 5
AMBIENCE_GAIN_DB = 4.0
"""A moment that is to be heard stands over the level of a room."""

BLOW_GAIN_DB = 9.0
"""The same in act 3, where it must be heard beside the music."""
MUSIC_END_FADE = SAMPLE_RATE
MUSIC_STOP_FADE = SAMPLE_RATE // 4
"""A file's music rings out over a quarter second where the breath stops it."""

SECTION_OF_ACT: dict[Act, str] = {
    "cold_open": "intro",
    "act1": "build",
    "beat_drop": "drive",
    "act2": "drive",
    "breath": "stop",
    "act3": "drop",
    "title_card": "tail",
    "button": "tail",
}


@dataclass(frozen=True)
class FilmTrack:
    """Where the film's own sound comes from."""

    source: str
    track: int
    has_center: bool


def film_cues(
    manifest: Manifest,
    layout: Layout,
    rate: FrameRate,
    track: FilmTrack | None,
    starts_s: Sequence[Fraction] = (),
) -> list[AudioCue]:
    """The film's own sound: whole lines, chosen ambience, and voice-over; nothing where the film is silent.

    `starts_s` holds, for each clip, the exact time of the film frame that it begins with: a manifest's seconds
    lie up to half a frame beside it, and the sound must follow the picture. Without it the seconds are taken
    as they are.
    """
    if track is None:
        return []
    cues: list[AudioCue] = []
    positions = {(item.kind, item.index): number for number, item in enumerate(layout.items)}
    for index, clip in enumerate(manifest.clips):
        item = layout.item_of_clip(index)
        picture = positions["clip", index]
        begin = starts_s[index] if starts_s else Fraction(str(clip.source_start_s))
        if clip.sound == "full":
            stem = Stem.DIALOGUE if clip.lines else Stem.AMBIENCE
            fade = EDGE_FADE if clip.lines or clip.act == "act3" else AMBIENCE_FADE
            span = (begin, begin + rate.seconds(item.frames))
            cues += _heard(clip, item, rate, track, stem, fade, begin, span, picture)
        elif clip.sound == "line":
            ahead, behind = _over_the_edges(clip, item, layout)
            shown = (begin - min(ahead, begin), begin + rate.seconds(item.frames) + behind)
            for start, end, text in _stretches(clip, *shown):
                cues += _heard(
                    clip, item, rate, track, Stem.DIALOGUE, EDGE_FADE, begin, (start, end), picture, text
                )
    for voice in manifest.voice_overs:
        at = round_half_up(Fraction(str(voice.time_s)) * SAMPLE_RATE)
        seconds = Fraction(str(voice.source_end_s)) - Fraction(str(voice.source_start_s))
        length = min(round_half_up(seconds * SAMPLE_RATE), rate.samples(layout.frames) - at)
        if length > 2 * EDGE_FADE:
            sound = FilmSound(
                track.source,
                Fraction(str(voice.source_start_s)),
                track.track,
                track.has_center,
                voice.enhance_db or 0.0,
            )
            cues.append(
                AudioCue(
                    Stem.NARRATION,
                    at,
                    length,
                    sound,
                    fade_in=EDGE_FADE,
                    fade_out=EDGE_FADE,
                    text=voice.text,
                )
            )
    return cues


def _over_the_edges(clip: Clip, item: LaidItem, layout: Layout) -> tuple[Fraction, Fraction]:
    """Seconds of a clip's sound heard before and after its picture, air included, inside the trailer."""
    lead, tail = Fraction(str(clip.sound_lead_s)), Fraction(str(clip.sound_tail_s))
    before = layout.rate.seconds(item.start)
    after = layout.rate.seconds(layout.frames - item.end)
    return (
        min(lead + AIR_BEFORE_S, before) if lead else Fraction(0),
        min(tail + AIR_AFTER_S, after) if tail else Fraction(0),
    )


def _stretches(clip: Clip, begin: Fraction, end: Fraction) -> list[tuple[Fraction, Fraction, str]]:
    """The clip's lines with air around them, neighbours joined, inside what is shown of the film."""
    joined: list[tuple[Fraction, Fraction, str]] = []
    for line in sorted(clip.lines, key=lambda line: line.start_s):
        start, stop = Fraction(str(line.start_s)), Fraction(str(line.end_s))
        if joined and start - joined[-1][1] < JOINED_GAP_S:
            before = joined.pop()
            joined.append((before[0], max(before[1], stop), f"{before[2]} {line.text}"))
        else:
            joined.append((start, stop, line.text))
    return [
        (max(begin, start - AIR_BEFORE_S), min(end, stop + AIR_AFTER_S), text) for start, stop, text in joined
    ]


def _heard(
    clip: Clip,
    item: LaidItem,
    rate: FrameRate,
    track: FilmTrack,
    stem: Stem,
    fade: int,
    begin: Fraction,
    span: tuple[Fraction, Fraction],
    picture: int,
    text: str = "",
) -> list[AudioCue]:
    """One stretch of the film's sound, in step with the picture it belongs to."""
    start = rate.samples(item.start) + round_half_up((span[0] - begin) * SAMPLE_RATE)
    # what is seen ends on a frame, and so does its sound unless it was asked to ring on
    over = max(Fraction(0), span[1] - begin - rate.seconds(item.frames))
    end = rate.samples(item.end) + round_half_up(over * SAMPLE_RATE)
    length = min(round_half_up((span[1] - span[0]) * SAMPLE_RATE), end - start)
    if length <= 2 * EDGE_FADE:
        return []
    fade = min(fade, length // 3)
    is_speech = stem is Stem.DIALOGUE
    enhance_db = (clip.enhance_db or 0.0) if is_speech else 0.0
    sound = FilmSound(track.source, span[0], track.track, track.has_center and is_speech, enhance_db)
    gain_db = 0.0
    if stem is Stem.AMBIENCE:
        gain_db = BLOW_GAIN_DB if clip.act == "act3" else AMBIENCE_GAIN_DB
    return [AudioCue(stem, start, length, sound, gain_db, fade, fade, picture, text or clip.dialogue_excerpt)]


def music_cues(
    manifest: Manifest,
    layout: Layout,
    rate: FrameRate,
    vibe: VibeProfile,
    grid: BeatGrid | None,
    soundfont: PlayedBy | None = None,
) -> list[AudioCue]:
    """The music bed over the whole trailer, silent in the breath; a `soundfont` plays a composed one's melodic parts."""
    bed = manifest.music_bed
    total = rate.samples(layout.frames)
    if bed is None or bed.kind == "none" or not total:
        return []
    if bed.kind == "composed":
        plan = score_plan(layout, rate, vibe, grid or BeatGrid(vibe.bpm_exact), bed.seed)
        plan = replace(plan, soundfont=soundfont)
        return [AudioCue(Stem.MUSIC, 0, total, score_sound(plan), text=bed.title)]
    breath = layout.act_spans.get("breath")
    spans = [Span(0, total)]
    if breath is not None and breath.length:
        spans = [Span(0, rate.samples(breath.start)), Span(rate.samples(breath.end), total)]
    if bed.edits:
        silent = None if breath is None else Span(rate.samples(breath.start), rate.samples(breath.end))
        return edited_cues(bed, total, silent, MUSIC_END_FADE, MUSIC_STOP_FADE)
    sound = FileSound(Path(bed.path or ""), "", Fraction(str(bed.start_s)))
    loop = round_half_up(Fraction(str(bed.loop_s or 0)) * SAMPLE_RATE) or total
    cues: list[AudioCue] = []
    for number, span in enumerate(spans):
        fade = MUSIC_END_FADE if number == len(spans) - 1 else MUSIC_STOP_FADE
        cues += _looped(sound, span, loop, min(fade, max(0, span.length // 3)), bed.title)
    return cues


def _looped(sound: FileSound, span: Span, loop: int, end_fade: int, text: str) -> list[AudioCue]:
    """The file from the place that lies under `span`, repeated after whole bars."""
    cues: list[AudioCue] = []
    at = span.start
    while at < span.end:
        inside = at % loop
        length = min(loop - inside, span.end - at)
        piece = FileSound(sound.path, sound.digest, sound.start_s + Fraction(inside, SAMPLE_RATE))
        is_last = at + length >= span.end
        edge = min(EDGE_FADE, length // 3)
        # a last piece may be shorter than the fade that it should have
        ending = min(end_fade, length - edge) if is_last else edge
        cues.append(AudioCue(Stem.MUSIC, at, length, piece, 0.0, edge, ending, text=text))
        at += length
    return cues


def score_plan(layout: Layout, rate: FrameRate, vibe: VibeProfile, grid: BeatGrid, seed: int) -> ScorePlan:
    """What the composer is told: sections on the acts. Hits are designed effects, so that they can be switched off."""
    sections: list[ScoreSection] = []
    ends = (*layout.cuts, layout.frames)
    # item by item, not act by act: a person may have moved a clip out of its act's place
    for item, cut_after in zip(layout.items, ends, strict=True):
        name = SECTION_OF_ACT[item.act]
        start, end = rate.samples(item.cut), rate.samples(cut_after)
        if sections and sections[-1].name == name:
            sections[-1] = ScoreSection(name, sections[-1].start, end)
        elif end > start:
            sections.append(ScoreSection(name, start, end))
    return ScorePlan(
        samples=rate.samples(layout.frames),
        grid=grid,
        sections=tuple(sections),
        palette=vibe.music,
        seed=seed,
    )


def effect_cues(manifest: Manifest, layout: Layout, rate: FrameRate, vibe: VibeProfile) -> list[AudioCue]:
    """The designed sounds that the manifest lists, as cues."""
    total = rate.samples(layout.frames)
    cues: list[AudioCue] = []
    for number, effect in enumerate(manifest.effects):
        start = round_half_up(Fraction(str(effect.time_s)) * SAMPLE_RATE)
        length = min(round_half_up(Fraction(str(effect.duration_s)) * SAMPLE_RATE), total - start)
        if length > 0:
            sound = effect_sound(effect.kind, manifest.seed * 1000 + number, root_pitch=vibe.music.root_pitch)
            cues.append(AudioCue(Stem.EFFECTS, start, length, sound, effect.gain_db, text=effect.kind))
    return cues


def all_cues(groups: Sequence[list[AudioCue]]) -> tuple[AudioCue, ...]:
    """Every cue, in the order in which they start."""
    flat = [cue for group in groups for cue in group]
    return tuple(sorted(flat, key=lambda cue: (cue.start, cue.stem, cue.length)))
