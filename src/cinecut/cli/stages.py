"""The seven stages as a person reads them."""

from __future__ import annotations

STAGE_LABELS = {
    "proxy": "Film analysis",
    "subtitles": "Subtitles",
    "keyframes": "Keyframes",
    "inference": "Inference",
    "narrative": "Narrative",
    "assembly": "Assembly",
    "conform": "Conform",
}
"""The seven stages by name, in order, with the words beside a moving bar."""


def stage_line(stage: str) -> str:
    """`Stage 4/7: Inference`."""
    label = STAGE_LABELS.get(stage, stage)
    if stage not in STAGE_LABELS:
        return label
    number = list(STAGE_LABELS).index(stage) + 1
    return f"Stage {number}/{len(STAGE_LABELS)}: {label}"
