"""Why each clip and each turning point is where it is, one sentence each."""

from __future__ import annotations

from cinecut.manifest.schema import Manifest
from cinecut.narrative.turning_points import NAMES
from cinecut.report.words import METHOD_WORDS


def explain(manifest: Manifest) -> tuple[str, ...]:
    """One line a turning point and one a clip: where it lies, what it is for, and why it was chosen."""
    return explain_story(manifest) + tuple(
        f"{number}. {clip.act} {clip.source_start_s:.2f}–{clip.source_end_s:.2f} s, {clip.beat_type}: "
        f"{clip.reasoning}"
        for number, clip in enumerate(manifest.clips, 1)
    )


def explain_story(manifest: Manifest) -> tuple[str, ...]:
    """How the turning points were found, and for each where it lies and why; empty where the manifest has none."""
    anchors = manifest.structural_anchors
    if anchors is None:
        return ()
    return (
        f"Turning points by {METHOD_WORDS.get(anchors.method, anchors.method)}:",
        *(
            f"  {name} at {time:.1f} s{f': {reason}' if reason else ''}"
            for name, (time, reason) in zip(NAMES, anchors.turns(), strict=True)
            if time is not None
        ),
    )
