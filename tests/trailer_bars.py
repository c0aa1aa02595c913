"""Every bar that a planned trailer must hold, checked on the manifest and the film alone: no planning code is asked."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from cinecore.analysis.film import FilmAnalysis
from cinecore.timebase import FrameRate
from cinecore.timeline import BeatGrid
from cinecut.manifest.layout import lay_out
from cinecut.manifest.schema import ZONE_ORDER, Clip, Manifest
from cinecut.models import DialogueEvent, LineKind

HALF_MS = 0.0006


def broken_bars(
    manifest: Manifest,
    analysis: FilmAnalysis,
    events: tuple[DialogueEvent, ...],
    rate: FrameRate,
    *,
    allows_montage: bool = False,
    asked_s: float | None = None,
) -> Iterator[str]:
    clips = manifest.clips
    for number, clip in enumerate(clips, 1):
        yield from _cut_lines(f"clip {number}", clip.source_start_s, clip.source_end_s, events)
        yield from _stray_changes(number, clip, analysis)
        yield from _forbidden(number, clip, manifest, analysis, rate)
        for other in clip.alternates:
            yield from _cut_lines(
                f"alternate of clip {number}", other.source_start_s, other.source_end_s, events
            )
        for line in clip.lines:
            if line.start_s < clip.source_start_s - HALF_MS or line.end_s > clip.source_end_s + HALF_MS:
                yield f"clip {number} holds the line {line.text!r} in part"
    spans = sorted((clip.source_start_s, clip.source_end_s, number) for number, clip in enumerate(clips, 1))
    for (_, end, one), (start, _, two) in pairwise(spans):
        if start < end + 2.0 - HALF_MS:
            yield f"clips {one} and {two} lie {start - end:.3f} s apart in the film"
    zones = [
        ZONE_ORDER.index(clip.narrative_zone) for clip in clips if clip.act not in {"cold_open", "button"}
    ]
    if zones != sorted(zones):
        yield f"zones go {zones}"
    yield from _layout_bars(manifest, rate, allows_montage=allows_montage, asked_s=asked_s)


def _cut_lines(who: str, start_s: float, end_s: float, events: tuple[DialogueEvent, ...]) -> Iterator[str]:
    for event in events:
        if event.kind is LineKind.SPEECH:
            for edge in (start_s, end_s):
                if event.start_s + HALF_MS < edge < event.end_s - HALF_MS:
                    yield f"{who} has its edge {edge} inside the line {event.start_s}..{event.end_s}"


def _stray_changes(number: int, clip: Clip, analysis: FilmAnalysis) -> Iterator[str]:
    for shot in analysis.shots[1:]:
        if clip.source_start_s + HALF_MS < shot.start_s < clip.source_end_s - HALF_MS and not any(
            line.start_s - 0.001 <= shot.start_s <= line.end_s + 0.001 for line in (clip.lines or [])
        ):
            yield f"clip {number} ({clip.source_start_s}..{clip.source_end_s}) shows a change at {shot.start_s}"


def _forbidden(
    number: int, clip: Clip, manifest: Manifest, analysis: FilmAnalysis, rate: FrameRate
) -> Iterator[str]:
    anchors = manifest.structural_anchors
    assert anchors is not None
    assert anchors.spoiler_limit_s is not None
    if clip.source_end_s > anchors.spoiler_limit_s + HALF_MS:
        yield f"clip {number} goes past the spoiler limit"
    for fence in analysis.fences:
        if clip.source_start_s < fence.end_s and fence.start_s < clip.source_end_s:
            yield f"clip {number} lies in {fence.kind}"


def _layout_bars(
    manifest: Manifest, rate: FrameRate, *, allows_montage: bool, asked_s: float | None
) -> Iterator[str]:
    layout = lay_out(manifest, rate)
    total = float(layout.duration_s)
    shortened = any(notice.startswith("Shortened") for notice in manifest.notices)
    if asked_s is not None and abs(total - asked_s) > 0.5 and not (shortened and total < asked_s):
        yield f"{total:.2f} s long, not {asked_s}"
    if manifest.bpm_grid is None:
        yield "no beat grid"
        return
    grid = BeatGrid(Fraction(str(manifest.bpm_grid.bpm)), Fraction(str(manifest.bpm_grid.offset_s)))
    for cut in layout.cuts:
        beat = grid.frame(grid.nearest_beat(rate.seconds(cut)), rate)
        if abs(cut - beat) > 1:
            yield f"the cut at frame {cut} is {cut - beat} frames off its beat"
    for item in layout.items:
        seconds = item.frames / float(rate.fps)
        if item.frames < 8:
            yield f"{item.kind} {item.index + 1} is {item.frames} frames long"
        if item.kind == "clip" and seconds <= 0.5 and not (allows_montage and item.act == "act3"):
            yield f"clip {item.index + 1} is {seconds:.2f} s long"
    breath = layout.act_spans.get("breath")
    if breath is None:
        yield "no breath"
    else:
        seconds = breath.length / float(rate.fps)
        if total >= 30 and not 3.0 <= seconds <= 5.0:
            yield f"a breath of {seconds:.2f} s"
        if total < 30 and not 0.5 <= seconds <= 2.6:
            yield f"a breath of {seconds:.2f} s in a short trailer"
    kinds = [card.kind for card in manifest.titles]
    if kinds.count("title") != bool(manifest.title):
        yield f"cards {kinds}"
    acts = list(layout.act_spans)
    for act in ("act1", "act2", "act3"):
        if act not in acts:
            yield f"no {act}"
    if total >= 30 and not {"cold_open", "button"} <= set(acts):
        yield f"acts {acts}"
    for item, written in zip(layout.items, _transitions_in_order(manifest), strict=True):
        if item is not layout.items[-1] and item.transition.value != written:
            yield f"{item.kind} {item.index + 1}: the transition {written} cannot be shown"


def _transitions_in_order(manifest: Manifest) -> list[str]:
    found = [card.transition for card in manifest.titles if card.after_clip == -1]
    for index, clip in enumerate(manifest.clips):
        found.append(clip.transition)
        found += [card.transition for card in manifest.titles if card.after_clip == index]
    return [str(name) for name in found]
