"""Beats to as many planned shots as are wished: parted, put together, covered from more sides.

Deliberately not here: sizes, sides and words of the shots.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vidpipe.providers.draft.director_beats import Beat, Story
from vidpipe.providers.draft.grammar import FEELING
from vidpipe.schemas.pacing import line_s, split_line, surplus_s
from vidpipe.schemas.script import Script, ScriptKind, ScriptLine
from vidpipe.schemas.storyboard import SCENES_AT_MOST
from vidpipe.schemas.wishes import LONGEST_CLIP_S, LONGEST_TOTAL_S, Wishes

ACTION_S = 2.5
"""What an action takes that says nothing else."""

SPEECH_SHARE = 0.97
"""Of a total that lines may fill; the rest is lost to whole frames and to shots without lines."""

LONGEST_SHOT_S = 30.0
"""Of speech in one shot; where a scene would need more, its neighbours give up shots of theirs."""

_TOO_MUCH_SAID = "More is said in the script than fits into {:g} s: the end of it is left out."

EXTRA_ORDER = ("close", "insert", "wide", "medium")
"""What a beat is covered by when nothing more is to be told."""


@dataclass(frozen=True)
class Planned:
    """A shot before it has a size: what it is for, and the beats that it tells."""

    kind: str
    """main | establish | close | insert | two | wide | medium | tail."""
    beats: tuple[Beat, ...]
    wish_s: float | None = None
    unit: int = 0
    """Shots of one unit show one moment from several sides."""

    @property
    def lines(self) -> tuple[tuple[ScriptLine, int | None], ...]:
        """What is said in it, with the figure that says it."""
        if self.kind != "main":
            return ()
        return tuple(pair for beat in self.beats for pair in zip(beat.lines, beat.speakers, strict=True))

    @property
    def need_s(self) -> float:
        """What its lines take."""
        return sum(line_s(line.text) for line, _ in self.lines)


@dataclass(frozen=True)
class Plan:
    """All shots, how long the whole is, and what had to be left out."""

    shots: tuple[Planned, ...]
    total_s: float
    notices: tuple[str, ...] = ()


def plan_shots(script: Script, story: Story, wishes: Wishes) -> Plan:
    """The shots of a story, as many as are wished."""
    longest_line = min(LONGEST_CLIP_S, max(3.0, wishes.clip_duration_s * 1.5, wishes.total_s or 0.0))
    if wishes.total_s is not None:
        longest_line = min(longest_line, wishes.total_s)
    beats = [part for beat in story.beats for part in _parted(beat, longest_line)]
    groups = _groups(beats)
    count, total = _count_and_total(script, groups, wishes)
    groups, notices = _that_fit(script, groups, count, total, wishes)
    if len(groups) > count or _is_crowded(groups, count):
        groups = [[beat for group in groups for beat in group]]
    shots: list[Planned] = []
    for group, share in zip(groups, _shares(groups, count), strict=True):
        shots += _cover(group, share, len(shots), is_last=group is groups[-1])
    if wishes.total_s is None:
        total = max(total, total + surplus_s(total, [shot.need_s for shot in shots]))
    total = min(total, LONGEST_TOTAL_S)
    shots, is_shortened = _within(shots, total)
    if is_shortened and not notices:
        notices = [_TOO_MUCH_SAID.format(total)]
    return Plan(tuple(shots), total, tuple(notices))


def _within(shots: list[Planned], total_s: float) -> tuple[list[Planned], bool]:
    """The shots with the last lines left out until all fit; and whether any were."""
    kept = list(shots)
    for place in range(len(kept) - 1, -1, -1):
        while kept[place].lines and surplus_s(total_s, [shot.need_s for shot in kept]) > 0:
            beats = list(kept[place].beats)
            last = max(number for number, beat in enumerate(beats) if beat.lines)
            beats[last] = replace(
                beats[last], lines=beats[last].lines[:-1], speakers=beats[last].speakers[:-1]
            )
            kept[place] = replace(kept[place], beats=tuple(beats))
    return kept, kept != shots


def _parted(beat: Beat, longest_s: float) -> list[Beat]:
    """A beat with one line at most, each line short enough for a shot; what follows it shows who speaks."""
    if not beat.lines:
        return [beat]
    pieces = [
        (line.model_copy(update={"text": text}), speaker)
        for line, speaker in zip(beat.lines, beat.speakers, strict=True)
        for text in split_line(line.text, longest_s)
    ]
    parts = [replace(beat, lines=(pieces[0][0],), speakers=(pieces[0][1],))]
    if len(pieces) > 1 and not beat.text:
        first = pieces[0][1]
        parts = [replace(parts[0], subjects=_listeners(beat, first))]
    for line, speaker in pieces[1:]:
        parts.append(
            replace(
                beat,
                text="",
                subjects=_listeners(beat, speaker),
                objects=(),
                verb=None,
                action="",
                lines=(line,),
                speakers=(speaker,),
                details=(),
                sounds=(),
                transition="",
            )
        )
    return parts


def _listeners(beat: Beat, speaker: int | None) -> tuple[int, ...]:
    """The speaker first, then whoever else is there."""
    if speaker is None or speaker not in beat.subjects:
        return beat.subjects
    return (speaker, *(number for number in beat.subjects if number != speaker))


def _groups(beats: Sequence[Beat]) -> list[list[Beat]]:
    """The beats by the script's scenes."""
    groups: list[list[Beat]] = []
    for beat in beats:
        if groups and groups[-1][0].scene == beat.scene:
            groups[-1].append(beat)
        else:
            groups.append([beat])
    return groups


def _need(beats: Sequence[Beat]) -> float:
    """Seconds that beats take in a screenplay's own time."""
    return sum(max(ACTION_S if beat.text or not beat.lines else 0.0, _speech(beat)) for beat in beats)


def _speech(beat: Beat) -> float:
    return sum(line_s(line.text) for line in beat.lines)


def _count_and_total(script: Script, groups: list[list[Beat]], wishes: Wishes) -> tuple[int, float]:
    """How many shots, and how long in all."""
    clip = wishes.clip_duration_s
    if wishes.scene_count is not None and wishes.total_s is not None:
        return wishes.scene_count, wishes.total_s
    if script.kind is ScriptKind.SUBTITLES:
        ends = [line.end_s for line in script.lines() if line.end_s]
        total = min(LONGEST_TOTAL_S, max(1.0, max(ends, default=clip)))
        return min(SCENES_AT_MOST, max(1, round(total / clip))), total
    if script.kind is ScriptKind.FOUNTAIN:
        counts = [max(1, round(_need(group) / clip)) for group in groups]
        count = min(SCENES_AT_MOST, sum(counts))
        return count, min(LONGEST_TOTAL_S, max(sum(map(_need, groups)), count * min(clip, 4.0)))
    if script.kind is ScriptKind.PROMPT:
        count = sum(_natural(group, clip) for group in groups)
    else:
        count = sum(max(1, round(sum(map(_speech, group)) / (2 * clip))) for group in groups)
    count = min(SCENES_AT_MOST, count)
    said = [group[0].hints.duration_s for group in groups]
    total = sum(length or clip for length in said) if count == len(groups) else count * clip
    speech = sum(_speech(beat) for group in groups for beat in group)
    return count, min(LONGEST_TOTAL_S, max(total, speech / SPEECH_SHARE, 1.0))


def _natural(beats: Sequence[Beat], clip_s: float) -> int:
    """One shot for each beat; lines that follow one another share shots of a clip's length."""
    count, filled = 0, 0.0
    for beat in beats:
        if beat.text or count == 0 or filled + _speech(beat) > clip_s:
            count, filled = count + 1, 0.0
        filled += _speech(beat)
    return max(1, count)


def _that_fit(
    script: Script, groups: list[list[Beat]], count: int, total_s: float, wishes: Wishes
) -> tuple[list[list[Beat]], list[str]]:
    """What of a script can be told in the time: whole headings, whole lines, from the beginning on."""
    is_play = script.kind is ScriptKind.FOUNTAIN
    is_bounded = wishes.total_s is not None or total_s >= LONGEST_TOTAL_S
    room_s = total_s * SPEECH_SHARE if is_bounded else float("inf")
    kept: list[list[Beat]] = []
    is_cut = False
    for group in groups[:count] if is_play else groups:
        fitting: list[Beat] = []
        for beat in group:
            room_s -= _speech(beat)
            is_cut = is_cut or room_s < -1e-9
            if not is_cut:
                fitting.append(beat)
        if fitting:
            kept.append(fitting)
    notices = []
    if is_play and len(kept) < len(script.scenes):
        notices.append(
            f"The script is longer than {total_s:g} s: its first {len(kept)} of {len(script.scenes)} scenes are told."
        )
    elif is_cut:
        notices.append(_TOO_MUCH_SAID.format(total_s))
    # One line that is longer than everything: better said in haste than not at all.
    return kept or [[groups[0][0]]], notices


def _is_crowded(groups: list[list[Beat]], count: int) -> bool:
    """Whether one scene has so much to say that its share of the shots cannot hold it."""
    return any(
        sum(map(_speech, group)) > share * LONGEST_SHOT_S
        for group, share in zip(groups, _shares(groups, count), strict=True)
    )


def _shares(groups: list[list[Beat]], count: int) -> list[int]:
    """How many of the shots each group gets: one at least, the rest by what they need."""
    if len(groups) == 1:
        return [count]
    needs = [_need(group) for group in groups]
    shares = [1] * len(groups)
    for _ in range(count - len(groups)):
        # The one whose shots would be the longest gets the next.
        place = max(range(len(groups)), key=lambda number: (needs[number] / shares[number], -number))
        shares[place] += 1
    return shares


def _cover(beats: list[Beat], count: int, first_unit: int, *, is_last: bool) -> list[Planned]:
    """The beats in exactly this many shots."""
    units: list[tuple[Beat, ...]] = _merged(beats, count) if len(beats) > count else [(b,) for b in beats]
    covered: list[list[Planned]] = [
        [Planned("main", unit, unit[0].hints.duration_s, first_unit + place)]
        for place, unit in enumerate(units)
    ]
    wanted = _extras(units, first_unit == 0, is_last=is_last)
    missing = count - len(units)
    turn = 0
    while missing > 0:
        if wanted:
            place, kind = wanted.pop(0)
        else:
            place, kind = turn % len(units), EXTRA_ORDER[(turn // len(units)) % len(EXTRA_ORDER)]
            turn += 1
        unit = covered[place]
        shot = Planned(kind, units[place], None, first_unit + place)
        if kind == "establish":
            unit.insert(0, shot)
        elif unit[-1].kind == "tail":
            unit.insert(len(unit) - 1, shot)
        else:
            unit.append(shot)
        missing -= 1
    return [shot for unit in covered for shot in unit]


def _extras(units: list[tuple[Beat, ...]], is_beginning: bool, *, is_last: bool) -> list[tuple[int, str]]:  # noqa: FBT001 - a fact about the group
    """Further shots that a story gains by, the best first: (unit, kind)."""
    wanted: list[tuple[int, int, str]] = []
    seen: set[int] = set()
    place_before = None
    for number, unit in enumerate(units):
        beat = unit[0]
        people = beat.subjects[:1]
        if beat.place.key != place_before:
            wanted.append((0 if number == 0 and is_beginning else 2, number, "establish"))
            place_before = beat.place.key
        feels = any(part.expression in FEELING or "think" in part.flags for part in unit)
        wanted.append((1 if feels and people else 4, number, "close"))
        things = [thing for part in unit for thing in part.objects]
        if things and not beat.lines:
            # Planted when it is first seen, and shown again when it matters at last.
            is_plant = not set(things) & seen
            is_payoff = is_last and number == len(units) - 1 and bool(set(things) & seen)
            wanted.append((1 if is_plant or is_payoff else 3, number, "insert"))
            seen |= set(things)
        if len(set(beat.subjects) | set(beat.objects)) > 1:
            wanted.append((3, number, "two"))
    if is_last:
        wanted.append((3, len(units) - 1, "tail"))
    return [(number, kind) for _, number, kind in sorted(wanted, key=lambda item: (item[0], item[1]))]


def _merged(beats: list[Beat], count: int) -> list[tuple[Beat, ...]]:
    """The beats in this many runs: what is short, in one place and said by the same is put together first."""
    runs: dict[int, list[Beat]] = {place: [beat] for place, beat in enumerate(beats)}
    after = {place: place + 1 for place in range(len(beats) - 1)}
    before = {later: place for place, later in after.items()}
    version = dict.fromkeys(runs, 0)
    heap = [(_cost(runs[place], runs[later]), place, 0, later, 0) for place, later in after.items()]
    heapq.heapify(heap)
    while len(runs) > count:
        _, left, left_version, right, right_version = heapq.heappop(heap)
        is_stale = left not in runs or right not in runs or after.get(left) != right
        if is_stale or version[left] != left_version or version[right] != right_version:
            continue
        runs[left] += runs.pop(right)
        version[left] += 1
        following = after.pop(right, None)
        after.pop(left)
        if following is not None:
            after[left], before[following] = following, left
            heapq.heappush(
                heap, (_cost(runs[left], runs[following]), left, version[left], following, version[following])
            )
        if (earlier := before.get(left)) is not None:
            heapq.heappush(
                heap, (_cost(runs[earlier], runs[left]), earlier, version[earlier], left, version[left])
            )
    return [tuple(runs[place]) for place in sorted(runs)]


def _cost(left: list[Beat], right: list[Beat]) -> float:
    """What is lost when two runs become one shot: time first, then places, then people."""
    cost = (_need(left) + _need(right)) ** 2 / 10
    if left[-1].place.key != right[0].place.key:
        cost += 30
    if left[-1].scene != right[0].scene:
        cost += 20
    if set(left[-1].figures).isdisjoint(right[0].figures):
        cost += 4
    return cost
