"""The next best footage for each slot, ready to be swapped in: same frames, same bars."""

from __future__ import annotations

from collections.abc import Sequence

from cinecut.manifest.schema import ZONE_ORDER, Act, Alternate, SpokenLine
from cinecut.narrative.bars import APART_S, OUTSIDE_ZONE_ORDER
from cinecut.narrative.brief import Brief
from cinecut.narrative.film_grid import FilmGrid
from cinecut.narrative.join import Joined, fits_candidate, shown_span
from cinecut.narrative.judgement import Judged
from cinecut.narrative.shape import Shape
from cinecut.narrative.taste import cost_in_act
from cinecut.narrative.written import said_of, sound_under

WANTED = 3


def find_alternates(
    brief: Brief, grid: FilmGrid, shape: Shape, judged: Sequence[Judged], joined: Sequence[Joined]
) -> list[tuple[Alternate, ...]]:
    """For each item up to three alternates, the best first; none for cards."""
    apart = round(APART_S * float(grid.rate.fps)) + 1
    spans = {i: shown_span(item) for i, item in enumerate(joined) if item.chosen.judged >= 0}
    taken = sorted((first, first + count, i) for i, (first, count) in spans.items())
    ranked: dict[str, list[int]] = {}
    found: list[tuple[Alternate, ...]] = []
    for i, item in enumerate(joined):
        if i not in spans:
            found.append(())
            continue
        act = shape.sections[item.chosen.section].act
        if act not in ranked:
            costs = [(round(cost_in_act(act, row, brief), 9), k) for k, row in enumerate(judged)]
            ranked[act] = [k for _, k in sorted(costs)]
        low, high = _zone_bounds(joined, judged, shape, i, brief)
        others = [(first, end) for first, end, owner in taken if owner != i]
        count = spans[i][1]
        alternates: list[Alternate] = []
        mine: list[tuple[int, int]] = [(spans[i][0], spans[i][0] + count)]
        for k in ranked[act]:
            row = judged[k]
            if (
                k == item.chosen.judged
                or not row.candidate.is_one_shot
                or (act not in OUTSIDE_ZONE_ORDER and not low <= row.zone <= high)
                or (act == "breath" and row.candidate.lines)
            ):
                continue
            first = _first(row, count, item)
            if first is None or _touches(others, first, first + count, apart):
                continue
            if _touches(mine, first, first + count, 0):
                continue
            mine.append((first, first + count))
            start_s, end_s = grid.source_span(first, count)
            alternates.append(_written(brief, act, row, start_s, end_s))
            if len(alternates) == WANTED:
                break
        found.append(tuple(alternates))
    return found


def _written(brief: Brief, act: Act, row: Judged, start_s: float, end_s: float) -> Alternate:
    heard = [brief.events[k] for k in row.candidate.lines]
    return Alternate(
        source_start_s=start_s,
        source_end_s=end_s,
        score=round(row.score, 6),
        reason=row.reasons,
        narrative_zone=ZONE_ORDER[row.zone],
        lines=tuple(
            SpokenLine(start_s=line.start_s, end_s=line.end_s, text=line.text, speaker=line.speaker)
            for line in heard
        ),
        sound=sound_under(brief, act, row, is_heard=bool(heard)),
        visual_analysis=row.seen,
        subtitle_analysis=said_of(row) if heard else "",
    )


def _first(row: Judged, count: int, item: Joined) -> int | None:
    """Where a candidate would start to fill the slot; a line stays clear of the slot's transitions."""
    candidate = row.candidate
    low = max(candidate.reach_in, candidate.core_out - count)
    high = min(candidate.core_in, candidate.reach_out - count)
    if candidate.lines:
        high = min(high, candidate.core_in - 2 * item.before)
        low = max(low, candidate.core_out + 2 * item.after - count)
    if low > high:
        return None
    first = min(max(candidate.centre - count // 2, low), high)
    return first if fits_candidate(candidate, first, count) else None


def _touches(spans: Sequence[tuple[int, int]], first: int, end: int, apart: int) -> bool:
    return any(first < other_end + apart and other_first < end + apart for other_first, other_end in spans)


def _zone_bounds(
    joined: Sequence[Joined], judged: Sequence[Judged], shape: Shape, i: int, brief: Brief
) -> tuple[int, int]:
    """The zones that keep the order when slot `i` is swapped."""

    def zone(k: int) -> int | None:
        chosen = joined[k].chosen
        if chosen.lock >= 0 and shape.sections[chosen.section].act not in OUTSIDE_ZONE_ORDER:
            return ZONE_ORDER.index(brief.locked[chosen.lock].clip.narrative_zone)
        if chosen.judged < 0 or shape.sections[chosen.section].act in OUTSIDE_ZONE_ORDER:
            return None
        return judged[chosen.judged].zone

    low = next((z for k in range(i - 1, -1, -1) if (z := zone(k)) is not None), 0)
    high = next((z for k in range(i + 1, len(joined)) if (z := zone(k)) is not None), 2)
    return low, high
