"""Turns what was chosen into the manifest's clips and cards, in words and exact seconds; decides nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

from cinecore.timebase import seconds_text
from cinecut.manifest.schema import ZONE_ORDER, Act, Alternate, BeatType, Clip, SpokenLine, TitleCard
from cinecut.models import TurningPoints
from cinecut.narrative.bars import APART_S
from cinecut.narrative.brief import Brief
from cinecut.narrative.film_grid import FilmGrid
from cinecut.narrative.join import Joined, shown_span
from cinecut.narrative.judgement import Judged
from cinecut.narrative.shape import Shape

TitleKind = Literal["title", "tagline", "black"]

MONEY_SHARE = 0.15
"""The best part of the quiet clips that are called money shots."""

LONGEST_EXCERPT = 2_000
"""Letters; the lines themselves stand whole beside it."""

TURN_REACH = 0.05
"""How near, as part of the film, a clip of act 1 lies to the first turning point to be the incident."""

ACT_WORDS: dict[Act, str] = {
    "cold_open": "opens cold",
    "act1": "sets the scene",
    "beat_drop": "enters with the beat",
    "act2": "escalates",
    "breath": "holds its breath",
    "act3": "drives to the peak",
    "title_card": "",
    "button": "closes",
}


def write_parts(
    brief: Brief,
    grid: FilmGrid,
    points: TurningPoints,
    shape: Shape,
    judged: Sequence[Judged],
    joined: Sequence[Joined],
    alternates: Sequence[tuple[Alternate, ...]],
    title: str,
) -> tuple[tuple[Clip, ...], tuple[TitleCard, ...]]:
    """The clips and the cards behind them."""
    beats = _beat_types(brief, points, shape, judged, joined)
    clips: list[Clip] = []
    cards: list[TitleCard] = []
    for i, item in enumerate(joined):
        section = shape.sections[item.chosen.section]
        seconds = seconds_text(item.transition_frames / brief.rate.fps)
        is_on_beat = i + 1 < len(joined) and (not brief.locked or _ends_on_beat(shape, item))
        if item.chosen.lock >= 0:
            lock = brief.locked[item.chosen.lock].clip
            clips.append(
                lock.model_copy(
                    update={
                        "transition": item.transition.value,
                        "transition_s": seconds,
                        "on_beat": is_on_beat,
                        "locked": True,
                    }
                )
            )
            continue
        if item.chosen.judged < 0:
            kind = section.card or "black"
            text = {"title": title, "tagline": brief.tagline.strip()}.get(kind, "")
            length = item.chosen.frames + item.before + item.after
            cards.append(
                TitleCard(
                    kind=cast("TitleKind", kind),
                    text=text,
                    act=section.act,
                    after_clip=len(clips) - 1,
                    duration_s=seconds_text(length / brief.rate.fps),
                    transition=item.transition.value,
                    transition_s=seconds,
                )
            )
            continue
        row = judged[item.chosen.judged]
        start_s, end_s = grid.source_span(*shown_span(item))
        heard = [brief.events[k] for k in row.candidate.lines] if item.chosen.is_heard else []
        clips.append(
            Clip(
                source_start_s=start_s,
                source_end_s=end_s,
                beat_type=beats[i],
                act=section.act,
                transition=item.transition.value,
                transition_s=seconds,
                dialogue_excerpt=" ".join(line.text for line in heard)[:LONGEST_EXCERPT],
                reasoning=f"{ACT_WORDS[section.act]}: {row.reasons}; score {row.score:.2f}",
                visual_analysis=row.seen,
                subtitle_analysis=said_of(row) if heard else "",
                money_shot_score=row.score,
                narrative_zone=ZONE_ORDER[row.zone],
                lines=tuple(
                    SpokenLine(start_s=line.start_s, end_s=line.end_s, text=line.text, speaker=line.speaker)
                    for line in heard
                ),
                on_beat=is_on_beat,
                sound=sound_under(brief, section.act, row, is_heard=item.chosen.is_heard),
                alternates=alternates[i],
            )
        )
    return _without_taken_alternates(clips) if brief.locked else tuple(clips), tuple(cards)


def _ends_on_beat(shape: Shape, item: Joined) -> bool:
    frame = shape.positions[item.chosen.last_position]
    return abs(frame - shape.grid.frame(shape.grid.nearest_beat(shape.rate.seconds(frame)), shape.rate)) <= 1


def _without_taken_alternates(clips: Sequence[Clip]) -> tuple[Clip, ...]:
    """A locked clip keeps its alternates but for those that the new clips beside it show by now."""
    return tuple(
        clip.model_copy(
            update={
                "alternates": tuple(
                    one
                    for one in clip.alternates
                    if all(
                        other is clip
                        or one.source_start_s >= other.source_end_s + APART_S
                        or other.source_start_s >= one.source_end_s + APART_S
                        for other in clips
                    )
                )
            }
        )
        if clip.locked
        else clip
        for clip in clips
    )


def sound_under(brief: Brief, act: Act, row: Judged, *, is_heard: bool) -> Literal["none", "line", "full"]:
    """Which of the film's own sound lies under a clip: its lines, all of it where the trailer holds still, or none."""
    if is_heard and row.candidate.lines:
        return "line"
    has_sound = brief.analysis.sound is not None
    holds_still = act in {"cold_open", "breath", "button"} and not row.candidate.lines
    return "full" if has_sound and holds_still else "none"


def said_of(row: Judged) -> str:
    """Who speaks and how, in words."""
    who = f"{row.speaker}: " if row.speaker else ""
    return f"{who}{row.emotion} ({row.emotion_strength:.2f})"


def _beat_types(
    brief: Brief, points: TurningPoints, shape: Shape, judged: Sequence[Judged], joined: Sequence[Joined]
) -> list[BeatType]:
    """What each item does in the story; cards get one too, which is not used."""
    quiet = sorted(
        (
            judged[item.chosen.judged].score
            for item in joined
            if item.chosen.judged >= 0 and not item.chosen.is_heard
        ),
        reverse=True,
    )
    money = quiet[max(0, round(len(quiet) * MONEY_SHARE) - 1)] if quiet else 2.0
    third = [
        i
        for i, item in enumerate(joined)
        if shape.sections[item.chosen.section].act == "act3" and item.chosen.judged >= 0
    ]
    peak = max(third, key=lambda i: (judged[joined[i].chosen.judged].intensity, i), default=-1)
    reach = TURN_REACH * brief.analysis.duration_s
    met: set[str] = set()
    has_incident = has_face = False
    found: list[BeatType] = []
    for i, item in enumerate(joined):
        act = shape.sections[item.chosen.section].act
        row = judged[item.chosen.judged] if item.chosen.judged >= 0 else None
        if act == "breath" or row is None:
            found.append("breath")
        elif i == peak:
            found.append("climax_peak")
        elif act == "act1" and item.chosen.is_heard and row.speaker not in met:
            found.append("character_introduction")
            has_face = has_face or row.meaning.is_close_up
        elif act == "act1" and row.meaning.is_close_up and not row.meaning.is_fierce and not has_face:
            found.append("character_introduction")
            has_face = True
        elif (
            act in {"act1", "beat_drop"}
            and not has_incident
            and abs(row.time_s - points.opportunity_s) <= reach
        ):
            found.append("inciting_incident")
            has_incident = True
        elif row.meaning.is_fierce:
            found.append("escalation_beat")
        elif row.meaning.deed == "embrace" or (
            item.chosen.is_heard and row.emotion in {"tenderness", "joy", "sadness"}
        ):
            found.append("relationship_beat")
        elif not item.chosen.is_heard and row.score >= money:
            found.append("money_shot")
        elif act == "act1" and not row.meaning.is_deserted:
            found.append("character_introduction")
        else:
            found.append("escalation_beat")
        if row is not None and item.chosen.is_heard:
            met.add(row.speaker)
    return found
