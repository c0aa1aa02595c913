"""What is done about flashes that were measured in a finished trailer: the shots calmed, then what lies across cuts."""

from __future__ import annotations

from dataclasses import replace

from cinecore.render.measure import Stretch
from cinecore.timeline import FilmFrames, Timeline

TRIES = 3
"""Renderings at most after the first: shots mildly, shots strongly, then whole stretches across their cuts."""


def calmer(timeline: Timeline, flashes: tuple[Stretch, ...], attempt: int) -> Timeline:
    """The timeline with what flashes taken out more strongly; order and lengths stay as they are.

    Args:
        timeline: As it was rendered.
        flashes: Where it flashes, in trailer seconds.
        attempt: 1, 2 or 3.
    """
    rate = float(timeline.rate.fps)
    spans = [(round(one.start_s * rate), round(one.end_s * rate)) for one in flashes]
    if attempt >= TRIES:
        return replace(timeline, calmed=tuple(spans))
    pictures = tuple(
        replace(picture, content=replace(picture.content, calmed=attempt))
        if isinstance(picture.content, FilmFrames)
        and any(first < picture.end and picture.start < last for first, last in spans)
        else picture
        for picture in timeline.pictures
    )
    return replace(timeline, pictures=pictures)


def told(before: tuple[Stretch, ...], after: tuple[Stretch, ...]) -> str:
    """One sentence for the person: where it flashed, and whether it still does."""
    if not before:
        return ""
    if after:
        return (
            f"The trailer flashes more than three times a second at {_times(after)}: it may harm people with "
            "photosensitive epilepsy. Take other clips there."
        )
    return (
        f"The film flashed more than three times a second at {_times(before)} of the trailer: "
        "its pictures are calmed there."
    )


def _times(stretches: tuple[Stretch, ...]) -> str:
    return ", ".join(f"{one.start_s:.1f}-{one.end_s:.1f} s" for one in stretches)
