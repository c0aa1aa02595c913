"""An alternate taken for a clip: the old footage becomes an alternate in its place; nothing else moves."""

from __future__ import annotations

from pathlib import Path

from cinecore.errors import InputError
from cinecut.manifest.schema import ZONE_ORDER, Act, Alternate, Clip, Manifest

APART_S = 2.0
"""Film seconds between any two clips of a trailer."""

HALF_MS = 0.0006
OUTSIDE_ZONE_ORDER: frozenset[Act] = frozenset({"cold_open", "button"})
"""Acts whose footage may come from any zone."""

LONGEST_EXCERPT = 2_000


def swap(manifest: Manifest, clip: int, alternate: int, path: Path) -> Manifest:
    """The manifest with an alternate in a clip's place, and the clip locked.

    Args:
        manifest: As it is now.
        clip: Which clip, counted from 1.
        alternate: Which of its alternates, counted from 1.
        path: The manifest's file, for messages.

    Raises:
        InputError: There is no such clip or alternate, its footage is shown nearby by now, or it would undo the
            order of zones.
    """
    if not 1 <= clip <= len(manifest.clips):
        raise InputError(
            f"There is no clip {clip}: the manifest has {len(manifest.clips)}.",
            path,
            "Count from 1; --explain lists the clips.",
        )
    old = manifest.clips[clip - 1]
    if not 1 <= alternate <= len(old.alternates):
        count = len(old.alternates)
        raise InputError(
            f"Clip {clip} has no alternate {alternate}: it has {count}.",
            path,
            "Count from 1." if count else "Change its times by hand, or plan anew with another --seed.",
        )
    new = _swapped(old, alternate - 1)
    _refuse_nearness(manifest, clip, alternate, new, path)
    _refuse_disorder(manifest, clip, alternate, new, path)
    clips = (*manifest.clips[: clip - 1], new, *manifest.clips[clip:])
    return manifest.model_copy(update={"clips": clips})


def _swapped(clip: Clip, index: int) -> Clip:
    taken = clip.alternates[index]
    head, reason = _parted(clip.reasoning)
    left = Alternate(
        source_start_s=clip.source_start_s,
        source_end_s=clip.source_end_s,
        score=clip.money_shot_score,
        reason=reason,
        narrative_zone=clip.narrative_zone,
        lines=clip.lines,
        sound=clip.sound,
        visual_analysis=clip.visual_analysis,
        subtitle_analysis=clip.subtitle_analysis,
    )
    alternates = (*clip.alternates[:index], left, *clip.alternates[index + 1 :])
    return clip.model_copy(
        update={
            "source_start_s": taken.source_start_s,
            "source_end_s": taken.source_end_s,
            "dialogue_excerpt": " ".join(line.text for line in taken.lines)[:LONGEST_EXCERPT],
            "reasoning": f"{head}: {taken.reason}; score {taken.score:.2f}" if head else taken.reason,
            "visual_analysis": taken.visual_analysis,
            "subtitle_analysis": taken.subtitle_analysis,
            "money_shot_score": taken.score,
            "narrative_zone": taken.narrative_zone or clip.narrative_zone,
            "lines": taken.lines,
            "sound": taken.sound,
            "enhance_db": None,  # decided for other footage
            "alternates": alternates,
            "framing": (),  # it looked where the old footage had something to see
            "locked": True,
        }
    )


def _parted(reasoning: str) -> tuple[str, str]:
    """What the slot does, and why this footage is in it."""
    head, mark, rest = reasoning.partition(": ")
    if not mark:
        return "", reasoning
    return head, rest.rpartition("; score ")[0] or rest


def _refuse_nearness(manifest: Manifest, clip: int, alternate: int, new: Clip, path: Path) -> None:
    for number, other in enumerate(manifest.clips, 1):
        if number == clip:
            continue
        gap_s = max(other.source_start_s - new.source_end_s, new.source_start_s - other.source_end_s)
        if gap_s < APART_S - HALF_MS:
            how = "shows the same footage" if gap_s < 0 else f"lies {gap_s:.2f} s from it in the film"
            raise InputError(
                f"Alternate {alternate} of clip {clip} cannot be taken: clip {number} {how}, and clips stand "
                f"{APART_S:g} s apart.",
                path,
                "Take another alternate, or change the other clip first.",
            )


def _refuse_disorder(manifest: Manifest, clip: int, alternate: int, new: Clip, path: Path) -> None:
    """A swap may not make the order of zones worse than it is."""
    old = manifest.clips[clip - 1]
    if new.act in OUTSIDE_ZONE_ORDER or new.narrative_zone == old.narrative_zone:
        return
    zone = ZONE_ORDER.index(new.narrative_zone)
    for number, other in enumerate(manifest.clips, 1):
        if number == clip or other.act in OUTSIDE_ZONE_ORDER:
            continue
        there = ZONE_ORDER.index(other.narrative_zone)
        if (number < clip and there > zone) or (number > clip and there < zone):
            raise InputError(
                f"Alternate {alternate} of clip {clip} cannot be taken: it is of {new.narrative_zone}, and clip "
                f"{number} of {other.narrative_zone} stands {'before' if number < clip else 'after'} it.",
                path,
                "Take another alternate, or change the other clip first.",
            )
