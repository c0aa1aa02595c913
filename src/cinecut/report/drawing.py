"""Figures to places on a page: percentages, paths and the ticks of a ruler; numbers in, numbers as text out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cinecut.report.facts import ReportFacts
from cinecut.report.words import clock

PATH_WIDTH, PATH_HEIGHT = 1000, 100
"""Units of the drawings' own coordinates; they are stretched to whatever place there is."""

TICK_STEPS_S = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18_000, 36_000)
FEWEST_TICKS = 6
"""A ruler has at least so many where its steps allow, and fewer than thrice as many."""


def percent(part: float, whole: float) -> str:
    """`12.345%` of a whole, never below 0 or above 100."""
    share = 100 * part / whole if whole > 0 else 0.0
    return f"{min(100.0, max(0.0, share)):.3f}%"


def placed(start: float, end: float, whole: float) -> str:
    """Left and width of a stretch, as a style; both inside the whole."""
    low, high = (min(max(edge, 0.0), whole) for edge in (start, end))
    return f"left:{percent(low, whole)};width:{percent(max(0.0, high - low), whole)}"


def area(values: Sequence[float]) -> str:
    """An SVG path that fills the space under a curve of 0..1."""
    if not values:
        return ""
    step = PATH_WIDTH / len(values)
    points = [(0.0, values[0])]
    points += [(step * (number + 0.5), value) for number, value in enumerate(values)]
    points.append((float(PATH_WIDTH), values[-1]))
    top = " ".join(f"L{x:.1f} {PATH_HEIGHT * (1 - value):.1f}" for x, value in points)
    return f"M0 {PATH_HEIGHT} {top} L{PATH_WIDTH} {PATH_HEIGHT} Z"


def link(film: tuple[float, float], film_s: float, trailer: tuple[float, float], trailer_s: float) -> str:
    """An SVG path from a stretch of the film, above, to its place in the trailer, below."""

    def across(seconds: float, whole: float) -> float:
        return PATH_WIDTH * min(1.0, max(0.0, seconds / whole)) if whole > 0 else 0.0

    left, right = (across(edge, film_s) for edge in film)
    low, high = (across(edge, trailer_s) for edge in trailer)
    right = max(right, left + 0.8)  # a second of a film of two hours is a tenth of a pixel wide
    bend = PATH_HEIGHT / 2
    return (
        f"M{left:.1f} 0 C{left:.1f} {bend:g} {low:.1f} {bend:g} {low:.1f} {PATH_HEIGHT} "
        f"L{high:.1f} {PATH_HEIGHT} C{high:.1f} {bend:g} {right:.1f} {bend:g} {right:.1f} 0 Z"
    )


def ticks(whole_s: float, fewest: int = FEWEST_TICKS) -> tuple[tuple[str, str], ...]:
    """Place and words of each tick of a ruler, the last one not where it would run over the end."""
    if whole_s <= 0:
        return ()
    fitting = [step for step in TICK_STEPS_S if whole_s / step >= fewest]
    step = fitting[-1] if fitting else TICK_STEPS_S[0]
    decimals = 1 if step < 1 else 0
    count = int(whole_s / step - 0.35) + 1
    return tuple(
        (percent(number * step, whole_s), clock(number * step, decimals)) for number in range(max(1, count))
    )


def links(facts: ReportFacts) -> tuple[tuple[int, str, str], ...]:
    """For each clip its number, its act, and the path from film to trailer."""
    return tuple(
        (
            clip.number,
            clip.act,
            link(
                (clip.source_start_s, clip.source_end_s),
                facts.film_s,
                (clip.trailer_start_s, clip.trailer_end_s),
                facts.trailer_s,
            ),
        )
        for clip in facts.clips
    )


@dataclass(frozen=True)
class Mark:
    """A sound on the trailer's ruler: a bar as long as it is heard, and its words as far as there is room."""

    kind: str
    """line | over | effect"""
    words: str
    title: str
    place: str
    """Left and width, as a style: up to where the next one begins."""
    share: str
    """How much of that it is heard."""
    clip: int = 0
    """The clip it belongs to; 0 for none."""


def marks(facts: ReportFacts) -> dict[str, list[Mark]]:
    """The rows under the strip: what is spoken, and designed sounds."""
    heard = [
        (line.trailer_start_s, line.trailer_end_s, "line", line.text, line.text, clip.number)
        for clip in facts.clips
        for line in clip.lines
    ]
    heard += [
        (voice.start_s, voice.end_s, "over", voice.what, f"over other pictures: {voice.what}", 0)
        for voice in facts.voice_overs
    ]
    effects = [
        (
            effect.start_s,
            effect.end_s,
            "effect",
            effect.what,
            f"{effect.what}: {effect.reason}" if effect.reason else effect.what,
            0,
        )
        for effect in facts.effects
    ]
    return {"heard": _row(heard, facts.trailer_s), "effects": _row(effects, facts.trailer_s)}


def _row(sounds: Sequence[tuple[float, float, str, str, str, int]], whole_s: float) -> list[Mark]:
    ordered = sorted(sounds)
    found: list[Mark] = []
    for place, (start, end, kind, said, title, clip) in enumerate(ordered):
        room_end = ordered[place + 1][0] if place + 1 < len(ordered) else whole_s
        room_end = max(room_end, min(end, whole_s)) if room_end <= start else room_end
        share = percent(min(end, room_end) - start, room_end - start)
        found.append(Mark(kind, said, title, placed(start, room_end, whole_s), share, clip))
    return found
