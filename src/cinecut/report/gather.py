"""From a manifest, the film's analysis and the measured file to the facts of a report; pure but for reading stills.

Deliberately not here: where those lie on the disk (`cinecut.pipeline.report`), and how they are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

from cinecore.analysis.film import FilmAnalysis
from cinecore.timeline import BeatGrid
from cinecut.manifest.layout import LaidItem, Layout
from cinecut.manifest.schema import ZONE_ORDER, Clip, Manifest
from cinecut.manifest.vibe_profile import VibeProfile
from cinecut.models import DialogueEvent
from cinecut.narrative.turning_points import NAMES
from cinecut.report.curves import film_curves
from cinecut.report.facts import (
    ActSpan,
    FilmStretch,
    HeardLine,
    ReportFacts,
    RunnerUp,
    ShownCard,
    ShownClip,
    SoundMark,
    TurningPoint,
    Wish,
)
from cinecut.report.measures import Promised, is_near_beat, measured_rows, planned_rows
from cinecut.report.stills import StillShelf, on_first_rung
from cinecut.report.words import FENCE_NAMES, METHOD_WORDS, SOUND_NAMES, TRANSITION_NAMES, spoken

RUNNERS_UP_SHOWN = 6
"""Of a clip; planning writes three, a person may have added any number."""

MOST_BARS = 600
"""Bar lines on the trailer's ruler; a quarter of an hour at 160 BPM has as many."""


class PeopleSeen(Protocol):
    """Who is seen in a film; `cinecut.inference.eyes.FilmEyes` knows it."""

    def people_in(self, start_s: float, end_s: float) -> tuple[str, ...]:
        """Ids of who is seen between two film times."""
        ...


@dataclass(frozen=True)
class Told:
    """What a report is made from, as far as it is there."""

    manifest: Manifest
    """As it was assembled, where there is a trailer; else as it was planned or edited."""
    layout: Layout
    grid: BeatGrid | None
    vibe: VibeProfile
    film_name: str
    film_s: float
    size: tuple[int, int] | None = None
    """Width and height that the trailer is to have; None: whatever it has."""
    analysis: FilmAnalysis | None = None
    stills: Path | None = None
    """The folder that the analysis' stills lie in."""
    events: Sequence[DialogueEvent] = ()
    eyes: PeopleSeen | None = None
    engine: str = ""
    trailer_name: str = ""
    measured: Mapping[str, Any] = field(default_factory=dict)
    """As `cinecore.render.measure.Measurement.as_json` gives it; empty where there is no trailer yet."""
    promised: Promised = field(default_factory=Promised)
    captions: Sequence[str] = ()
    """Names of the files beside the trailer with what is said in it."""
    notices: Sequence[str] = ()
    swaps: str = ""
    """What stands behind `cinecut swap CLIP K`; empty where nothing can be swapped."""
    next_steps: Sequence[tuple[str, str]] = ()
    is_preview: bool = False


def gather(told: Told) -> ReportFacts:
    """The facts of a report."""
    manifest, layout = told.manifest, told.layout
    clips = _with_stills(told, [_clip(told, index) for index in range(len(manifest.clips))])
    rate = layout.rate
    return ReportFacts(
        title=manifest.title or Path(told.film_name).stem,
        film_name=told.film_name,
        trailer_name=told.trailer_name,
        vibe=manifest.vibe,
        vibe_about=told.vibe.about,
        seed=manifest.seed,
        spoilers=manifest.spoilers,
        engine=told.engine,
        music=_music(manifest),
        is_preview=told.is_preview,
        film_s=told.film_s,
        trailer_s=float(layout.duration_s),
        clips=clips,
        cards=tuple(
            ShownCard(
                manifest.titles[item.index].kind,
                manifest.titles[item.index].text,
                item.act,
                *_seconds(layout, item.start, item.end, item.cut),
            )
            for item in layout.items
            if item.kind == "card"
        ),
        acts=tuple(
            ActSpan(act, *_seconds(layout, span.start, span.end)) for act, span in layout.act_spans.items()
        ),
        bars_s=_bars(told.grid, rate.seconds(layout.frames)),
        bpm=None if told.grid is None else float(told.grid.bpm),
        effects=tuple(
            SoundMark(spoken(cue.kind), cue.time_s, cue.time_s + cue.duration_s, cue.reason)
            for cue in manifest.effects
        ),
        voice_overs=tuple(
            SoundMark(
                voice.text,
                voice.time_s,
                voice.time_s + voice.source_end_s - voice.source_start_s,
                voice.speaker,
            )
            for voice in manifest.voice_overs
        ),
        curves=film_curves(told.analysis, told.events) if told.analysis is not None else (),
        turning_points=_turning_points(manifest),
        method=_method(manifest),
        spoiler_limit_s=manifest.structural_anchors.spoiler_limit_s if manifest.structural_anchors else None,
        zones=_zones(manifest, told),
        fences=tuple(
            FilmStretch(FENCE_NAMES.get(fence.kind, spoken(fence.kind)), fence.start_s, fence.end_s)
            for fence in (told.analysis.fences if told.analysis is not None else ())
        ),
        measured=measured_rows(
            told.measured, told.vibe, manifest, told.size, rate, told.promised, told.captions
        ),
        planned=planned_rows(manifest, layout, told.grid, told.vibe),
        notices=tuple(dict.fromkeys(told.notices)),
        wishes=tuple(
            Wish(wish.wants, wish.text, wish.meaning, wish.is_granted, wish.clips, wish.why_not)
            for wish in manifest.wishes
        ),
        next_steps=tuple(told.next_steps),
    )


def _seconds(layout: Layout, *frames: int) -> tuple[float, ...]:
    return tuple(float(layout.rate.seconds(frame)) for frame in frames)


def _clip(told: Told, index: int) -> ShownClip:
    clip, layout = told.manifest.clips[index], told.layout
    item = layout.item_of_clip(index)
    start_s, end_s, cut_s = _seconds(layout, item.start, item.end, item.cut)
    shown = clip.alternates[:RUNNERS_UP_SHOWN]
    return ShownClip(
        number=index + 1,
        act=clip.act,
        zone=clip.narrative_zone,
        beat_type=spoken(clip.beat_type),
        source_start_s=clip.source_start_s,
        source_end_s=clip.source_end_s,
        trailer_start_s=start_s,
        trailer_end_s=end_s,
        cut_s=cut_s,
        transition=TRANSITION_NAMES[item.transition.value],
        transition_s=float(layout.rate.seconds(item.transition_frames)),
        is_on_beat=_is_on_beat(told, clip, item),
        sound=SOUND_NAMES[clip.sound],
        score=clip.money_shot_score,
        reasons=clip.reasoning,
        seen=clip.visual_analysis,
        said=clip.subtitle_analysis,
        lines=tuple(
            HeardLine(
                line.text,
                line.speaker,
                line.start_s,
                start_s + line.start_s - clip.source_start_s,
                start_s + line.end_s - clip.source_start_s,
            )
            for line in clip.lines
        ),
        people=told.eyes.people_in(clip.source_start_s, clip.source_end_s) if told.eyes is not None else (),
        runners_up=tuple(
            RunnerUp(
                number,
                other.source_start_s,
                other.source_end_s,
                other.score,
                other.reason,
                f"cinecut swap {index + 1} {number} {told.swaps}" if told.swaps else "",
            )
            for number, other in enumerate(shown, 1)
        ),
        more_runners_up=len(clip.alternates) - len(shown),
        is_locked=clip.locked,
    )


def _with_stills(told: Told, clips: Sequence[ShownClip]) -> tuple[ShownClip, ...]:
    """The clips with their pictures, as large as the budget of a page takes."""
    if told.analysis is None or told.stills is None:
        return tuple(clips)
    shelf = StillShelf(told.analysis.stills, told.stills)
    of_clips = [shelf.nearest(clip.source_start_s, clip.source_end_s) for clip in clips]
    of_others = [
        [shelf.nearest(other.source_start_s, other.source_end_s) for other in clip.runners_up]
        for clip in clips
    ]
    rung, made = on_first_rung(
        [path for path in of_clips if path], [path for row in of_others for path in row if path]
    )
    found: list[ShownClip] = []
    for clip, path, others in zip(clips, of_clips, of_others, strict=True):
        runners_up = tuple(
            replace(other, still=made.get((near, rung.runner_up_px)) if near else None)
            for other, near in zip(clip.runners_up, others, strict=True)
        )
        found.append(
            replace(
                clip,
                runners_up=runners_up,
                still=made.get((path, rung.still_px)) if path else None,
                thumb=made.get((path, rung.thumb_px)) if path else None,
            )
        )
    return tuple(found)


def _is_on_beat(told: Told, clip: Clip, item: LaidItem) -> bool | None:
    """Whether the cut after a clip lies on the half beat that it is meant for, to a frame."""
    position = told.layout.items.index(item)
    if told.grid is None or not clip.on_beat or position + 1 >= len(told.layout.items):
        return None
    return is_near_beat(told.layout.items[position + 1].cut, told.layout.rate, told.grid)


def _bars(grid: BeatGrid | None, trailer_s: Fraction) -> tuple[float, ...]:
    if grid is None:
        return ()
    found: list[float] = []
    for bar in range(MOST_BARS):
        at = grid.beat_s(bar * grid.beats_per_bar)
        if at >= trailer_s:
            break
        found.append(float(at))
    return tuple(found)


def _music(manifest: Manifest) -> str:
    bed = manifest.music_bed
    if bed is None or bed.kind == "none":
        return "none"
    if bed.kind == "composed":
        return "composed for this cut" + (f", played by {bed.soundfont}" if bed.soundfont else "")
    name = bed.title or Path(bed.path or "").name
    return " · ".join(part for part in (name, bed.artist, bed.licence, bed.address) if part) or "a file"


def _turning_points(manifest: Manifest) -> tuple[TurningPoint, ...]:
    anchors = manifest.structural_anchors
    if anchors is None:
        return ()
    return tuple(
        TurningPoint(number, name, time, reason)
        for number, (name, (time, reason)) in enumerate(zip(NAMES, anchors.turns(), strict=True), 1)
        if time is not None
    )


def _method(manifest: Manifest) -> str:
    anchors = manifest.structural_anchors
    return METHOD_WORDS.get(anchors.method, anchors.method) if anchors is not None else ""


def _zones(manifest: Manifest, told: Told) -> tuple[FilmStretch, ...]:
    """The permitted footage in its three zones; empty where the manifest does not say where they lie."""
    anchors = manifest.structural_anchors
    if anchors is None or anchors.zone_borders_s is None:
        return ()
    limit = anchors.spoiler_limit_s if anchors.spoiler_limit_s is not None else told.film_s
    borders = (0.0, *anchors.zone_borders_s, limit)
    return tuple(
        FilmStretch(name, start, end)
        for name, start, end in zip(ZONE_ORDER, borders, borders[1:], strict=False)
        if end > start
    )
