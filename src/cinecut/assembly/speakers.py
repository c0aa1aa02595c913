"""Who of the people in a shot speaks, told from their mouths and the film's lines; and for how long the picture is theirs; pure.

Whose mouth moves while a line is spoken speaks it, where one moves clearly more than any other. Names of speakers, where
the subtitles tell them, join the evidence of one voice. Where nobody's mouth stands out, nobody is named: then the
picture keeps to what it shows anyhow. How mouths are measured stands in `pipeline.mouths`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEAST_MOVEMENT = 1.0
"""Code values by which a speaking mouth changes more from frame to frame than the eyes above it; noise of coded pictures that
stand still reaches .3."""

CLEARER = 1.6
"""How many times more than the next mouth it must move."""

SILENT_SHARE = 0.5
"""Of what a mouth does in pauses is taken off: who chews or laughs moves it then as well."""

FEWEST_FRAMES = 6

LEAST_VOICE = 0.2
"""Part of a line in which a voice must be heard; where it is not, music lies over it, and its times are taken as they are."""

SHORTEST_TURN_S = 1.0
"""A picture is nobody's for less: a word thrown in does not turn it round."""

EARLY_S = 0.12
"""So much before somebody begins to speak the picture is theirs already, three frames, as editors cut."""


@dataclass(frozen=True)
class HeardLine:
    """A line that is heard while a shot is seen."""

    start_s: float
    end_s: float
    name: str = ""
    """Who speaks, where that is known by name."""


@dataclass(frozen=True)
class Turn:
    """Somebody speaks from `start_s` to `end_s`, in film seconds."""

    start_s: float
    end_s: float
    who: int
    """As the subjects of glimpses are numbered."""


def turns_of(
    lines: Sequence[HeardLine], times_s: Floats, moved: Mapping[int, Floats], is_voice: npt.NDArray[np.bool_]
) -> tuple[Turn, ...]:
    """For each line of which that can be told, who speaks it.

    Args:
        lines: By time.
        times_s: Of each measured frame.
        moved: For everybody how much their mouth changed up to each of these frames, in code values.
        is_voice: Whether there is a voice in the sound then.
    """
    groups: dict[str, list[HeardLine]] = {}
    for number, line in enumerate(lines):
        groups.setdefault(line.name or f"\0{number}", []).append(line)
    found: list[Turn] = []
    for said in groups.values():
        inside = np.zeros(len(times_s), bool)
        for line in said:
            inside |= (times_s >= line.start_s) & (times_s < line.end_s)
        is_heard = (inside & is_voice).sum() >= LEAST_VOICE * inside.sum()
        who = _speaker(moved, inside & is_voice if is_heard else inside, ~(is_voice | inside))
        found += [Turn(line.start_s, line.end_s, who) for line in said if who is not None]
    return tuple(sorted(found, key=lambda turn: (turn.start_s, turn.end_s)))


def _speaker(
    moved: Mapping[int, Floats], is_spoken: npt.NDArray[np.bool_], is_still: npt.NDArray[np.bool_]
) -> int | None:
    if is_spoken.sum() < FEWEST_FRAMES or not moved:
        return None
    scores: dict[int, float] = {}
    for who, values in moved.items():
        seen = is_spoken & np.isfinite(values)
        quiet = is_still & np.isfinite(values)
        if seen.sum() < is_spoken.sum() / 2:
            continue
        rest = SILENT_SHARE * float(values[quiet].mean()) if quiet.sum() >= FEWEST_FRAMES else 0.0
        scores[who] = float(values[seen].mean()) - rest
    order = sorted(scores, key=lambda who: (-scores[who], who))
    if not order or scores[order[0]] < LEAST_MOVEMENT:
        return None
    if len(order) > 1 and scores[order[0]] < CLEARER * max(scores[order[1]], LEAST_MOVEMENT / 2):
        return None
    return order[0]


def holds_of(turns: Sequence[Turn], begin_s: float, end_s: float) -> tuple[Turn, ...]:
    """Whose the picture is, from `begin_s` to `end_s` without a gap: whoever spoke keeps it until another has begun.

    Turns that are too short to be worth one are passed over.
    """
    held: list[Turn] = []
    seen = [turn for turn in turns if turn.end_s > begin_s and turn.start_s < end_s]
    for number, turn in enumerate(seen):
        if held and held[-1].who == turn.who:
            continue
        start = max(begin_s, turn.start_s - EARLY_S) if held else begin_s
        following = (later.start_s - EARLY_S for later in seen[number + 1 :] if later.who != turn.who)
        end = min(end_s, next(following, end_s))
        if end - start >= SHORTEST_TURN_S or len(seen) == 1:
            held.append(Turn(start, end, turn.who))
    starts = [begin_s, *(turn.start_s for turn in held[1:])]
    ends = [*starts[1:], end_s]
    return tuple(Turn(a, b, turn.who) for a, b, turn in zip(starts, ends, held, strict=False))
