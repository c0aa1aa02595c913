"""TRAILER_MANIFEST → ASSEMBLY_MANIFEST: small snaps onto the beat, and designed sounds where the cut earns one.

The choice and the order are the manifest's and stay as they are; a clip that a person changed keeps its frames.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from cinecore.render.cards import undrawable
from cinecore.render.typefaces import can_shape, is_shaped
from cinecore.timebase import FrameRate, seconds_text
from cinecore.timeline import BeatGrid, TransitionKind
from cinecut.assembly.bridges import bridge
from cinecut.assembly.voice_overs import with_free_voice_overs
from cinecut.manifest.layout import Layout, lay_out
from cinecut.manifest.reading import hurried_cards
from cinecut.manifest.schema import Clip, EffectCue, Manifest
from cinecut.manifest.vibe_profile import VibeProfile

SNAP_FRAMES = 4
"""Most frames that a clip is shortened by to bring its cut onto the beat; it is never lengthened."""

SHORTEST_CLIP_FRAMES = 8

SWEEP_S = Fraction(2, 5)
LONG_PASSAGE_S = Fraction(6, 5)
HIT_S = Fraction(2)
SHORTEST_EFFECT_S = Fraction(1, 50)
LONGEST_EFFECT_S = Fraction(20)
"""What a manifest takes; a held breath may be longer."""

OTHER_PLACE_S = 30.0
"""Film seconds between two clips from which on the second is taken to be at another place: scenes last minutes."""


def assemble(
    manifest: Manifest,
    vibe: VibeProfile,
    rate: FrameRate,
    *,
    wants_effects: bool = True,
    wants_voice_over: bool = True,
    locked: Collection[int] = (),
) -> Manifest:
    """The manifest as it will be rendered: same schema, cuts snapped, J- and L-cuts made, effects written in.

    `locked` holds the indices of clips that a person changed; they are marked so. Effects that the manifest brings
    along are kept, and so are voice-overs, unless a line of the changed clips is heard where they lie.
    """
    manifest, left_out = with_free_voice_overs(manifest, rate, wants_them=wants_voice_over)
    snapped = manifest.model_copy(
        update={
            "clips": tuple(
                clip.model_copy(update={"locked": True}) if index in locked else clip
                for index, clip in enumerate(snap_to_beats(manifest, rate, locked))
            ),
            "notices": tuple(
                dict.fromkeys(
                    (
                        *manifest.notices,
                        *unreadable_titles(manifest, vibe),
                        *hurried_cards(manifest),
                        *left_out,
                    )
                )
            ),
        }
    )
    snapped = bridge(snapped, rate, locked)
    if not wants_effects:
        return snapped.model_copy(update={"effects": ()})
    if snapped.effects:
        return snapped
    return snapped.model_copy(update={"effects": choose_effects(snapped, vibe, lay_out(snapped, rate))})


def unreadable_titles(manifest: Manifest, vibe: VibeProfile) -> tuple[str, ...]:
    """A notice for each title whose letters no shipped typeface has; they are drawn as empty boxes."""
    found = []
    for card in manifest.titles:
        lines = card.text.splitlines() if card.kind != "black" else []
        missing = undrawable(lines, vibe.title.font)
        if any(map(is_shaped, lines)) and not can_shape():
            found.append(
                f"The title {card.text!r} joins its letters, which this Pillow cannot: install one with raqm."
            )
        if missing:
            found.append(f"The title {card.text!r} has letters that no typeface here has: {missing}")
    return tuple(found)


def beat_grid(manifest: Manifest) -> BeatGrid | None:
    """The manifest's beat grid, exact; None where it has none."""
    grid = manifest.bpm_grid
    if grid is None:
        return None
    return BeatGrid(Fraction(str(grid.bpm)), Fraction(str(grid.offset_s)), grid.beats_per_bar)


def snap_to_beats(manifest: Manifest, rate: FrameRate, locked: Collection[int]) -> tuple[Clip, ...]:
    """The clips, each whose cut misses its beat by up to four frames shortened onto it.

    Shortening never reaches into a line that the clip holds, and never below 8 frames.
    """
    grid = beat_grid(manifest)
    clips = list(manifest.clips)
    if grid is None:
        return tuple(clips)
    layout = lay_out(manifest, rate)
    for index in range(len(clips)):
        clip = clips[index]
        if index in locked or not clip.on_beat:
            continue
        place = layout.items.index(layout.item_of_clip(index))
        if place + 1 >= len(layout.items):
            continue
        cut = layout.items[place + 1].cut
        beat = grid.nearest_beat(rate.seconds(cut), 2)
        late = cut - grid.frame(beat, rate)
        if not 1 < late <= SNAP_FRAMES or layout.items[place].frames - late < SHORTEST_CLIP_FRAMES:
            continue
        end = Fraction(str(clip.source_end_s)) - rate.seconds(late)
        if all(Fraction(str(line.end_s)) <= end for line in clip.lines):
            clips[index] = clip.model_copy(update={"source_end_s": seconds_text(end)})
            layout = lay_out(manifest.model_copy(update={"clips": tuple(clips)}), rate)
    return tuple(clips)


def choose_effects(manifest: Manifest, vibe: VibeProfile, layout: Layout) -> tuple[EffectCue, ...]:
    """A passage where act and place change, risers into drop and title, hits on title and last shot, one sound in the breath."""
    acts = layout.act_spans
    rate = layout.rate
    is_composed = manifest.music_bed is not None and manifest.music_bed.kind == "composed"
    cues: list[EffectCue] = []

    def add(kind: str, start: Fraction, length: Fraction, reason: str, gain_db: float = 0.0) -> None:
        # what would begin before the trailer begins later and still ends where it leads to
        length = min(length + min(Fraction(0), start), LONGEST_EFFECT_S)
        start = max(Fraction(0), start)
        length = min(length, layout.duration_s - start)
        if length > SHORTEST_EFFECT_S:
            cues.append(
                EffectCue(
                    kind=kind,
                    time_s=seconds_text(start),
                    duration_s=seconds_text(length),
                    gain_db=gain_db,
                    reason=reason,
                )
            )

    def lead_into(cut: int, reason: str) -> None:
        add(vibe.effects.into_drop, rate.seconds(cut) - LONG_PASSAGE_S, LONG_PASSAGE_S, reason)

    entry = acts.get("beat_drop") or acts.get("act2")
    if entry is not None and entry.start > 0 and _changes_place(manifest, layout, entry.start):
        length = SWEEP_S if vibe.effects.act_change == "sweep" else LONG_PASSAGE_S
        add(vibe.effects.act_change, rate.seconds(entry.start) - length, length, "leads into act 2")
    breath, climax = acts.get("breath"), acts.get("act3")
    if breath is not None and breath.length:
        add(vibe.breath.effect, rate.seconds(breath.start), rate.seconds(breath.length), "the breath")
    if climax is not None and climax.start > 0:
        if not is_composed and (breath is None or not breath.length):
            # a breath leads into the drop by itself, with one sound and no other; a composed score has its own riser
            lead_into(climax.start, "leads into the drop")
        struck = [
            item.cut
            for item in layout.items
            if item.act == "act3" and item.cut > climax.start and _is_struck(layout, item.cut)
        ]
        if struck:
            add(vibe.effects.on_last_shot, rate.seconds(struck[-1]), HIT_S, "marks the last shot", -2.0)
        else:
            add(vibe.effects.on_last_shot, rate.seconds(climax.start), HIT_S, "marks the drop", -2.0)
    for item in layout.items:
        is_title = item.kind == "card" and manifest.titles[item.index].kind in {"title", "tagline"}
        if is_title and _is_struck(layout, item.cut):
            if not is_composed and item.cut > 0 and manifest.titles[item.index].kind == "title":
                lead_into(item.cut, "leads into the title")
            add(vibe.effects.on_title, rate.seconds(item.cut), HIT_S, "marks the title")
    return tuple(sorted(cues, key=lambda cue: (cue.time_s, cue.kind)))


def _is_struck(layout: Layout, cut: int) -> bool:
    """Whether the picture changes at once at a cut, as a hit wants it: no hit falls into a change that takes time."""
    place = next(number for number, item in enumerate(layout.items) if item.cut == cut)
    return not place or layout.items[place - 1].transition is not TransitionKind.CROSSFADE


def _changes_place(manifest: Manifest, layout: Layout, cut: int) -> bool:
    """Whether the clips at both sides of a cut lie far apart in the film; beside a card they always do."""
    place = next(number for number, item in enumerate(layout.items) if item.cut == cut)
    sides = layout.items[max(0, place - 1)], layout.items[place]
    if any(item.kind == "card" for item in sides):
        return True
    before, after = (manifest.clips[item.index] for item in sides)
    return not -OTHER_PLACE_S < after.source_start_s - before.source_end_s < OTHER_PLACE_S
