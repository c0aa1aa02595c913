"""Which frames of the film nothing may be shown or heard of, because a person banned them; nothing is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cinecore.settings import UsageError
from cinecut.models import DialogueEvent
from cinecut.narrative.brief import Brief
from cinecut.narrative.eyes import SeenFilm
from cinecut.narrative.film_grid import FilmGrid, Mask
from cinecut.narrative.protagonist import face_of
from cinecut.narrative.wishes import Wish


def with_faces(
    wishes: Sequence[Wish], events: Sequence[DialogueEvent], eyes: SeenFilm | None
) -> tuple[tuple[Wish, ...], tuple[str, ...]]:
    """The wishes, speakers with their faces and faces with their lines where the two are surely one; and notices."""
    faces = {name: face_of(name, events, eyes) for name in sorted({event.speaker for event in events} - {""})}
    found: list[Wish] = []
    notices: list[str] = []
    for wish in wishes:
        if wish.kind != "person":
            found.append(wish)
            continue
        names = {events[i].speaker for i in wish.lines}
        person = wish.person or next((faces[name] for name in sorted(names) if faces[name]), "")
        names |= {name for name, face in faces.items() if person and face == person}
        lines = tuple(i for i, event in enumerate(events) if event.speaker in names)
        if person and names and (person != wish.person or lines != wish.lines):
            notices.append(
                f"{' and '.join(sorted(names))} is taken for {person}, who is seen while they speak."
            )
        found.append(Wish(wish.text, wish.kind, wish.meaning, lines, wish.span_s, person))
    return tuple(found), tuple(notices)


def banned_footage(brief: Brief, grid: FilmGrid) -> Mask:
    """True in every frame of the grid that shows, or over which is spoken, something banned.

    Somebody who was seen anywhere in a shot may be in all of it: eyes look at stills.
    """
    mask = np.zeros(grid.frames, dtype=np.bool_)
    for wish in brief.ban:
        if wish.kind == "range":
            mask |= grid.mask_of([wish.span_s])
        for line in wish.lines:
            first, end = grid.line_span(brief.events[line].start_s, brief.events[line].end_s)
            mask[first:end] = True
        if wish.person:
            mask |= np.isin(grid.shot_of, list(_shots_with(wish.person, brief)))
    return mask


def _shots_with(person: str, brief: Brief) -> Iterator[int]:
    assert brief.eyes is not None  # noqa: S101 - nobody else names people
    for number, shot in enumerate(brief.analysis.shots):
        if person in brief.eyes.people_in(shot.start_s, shot.end_s):
            yield number


def refuse_contradiction(keep: Sequence[Wish], ban: Sequence[Wish], events: Sequence[DialogueEvent]) -> None:
    """Nothing, if no wish is to be kept and banned at once.

    Raises:
        UsageError: Two of them contradict each other.
    """
    for kept in keep:
        for banned in ban:
            if _contradict(kept, banned, events):
                raise UsageError(
                    "--keep and --ban want the opposite.",
                    f"{kept.text!r} and {banned.text!r}",
                    f"Leave out one of them: {kept.meaning} is to be kept, {banned.meaning} banned.",
                )


def _contradict(kept: Wish, banned: Wish, events: Sequence[DialogueEvent]) -> bool:
    if kept.kind == "person":
        same_person = bool(kept.person) and kept.person == banned.person
        all_lines = bool(kept.lines) and set(kept.lines) <= set(banned.lines)
        return banned.kind == "person" and (same_person or all_lines)
    if kept.kind == "line" and banned.kind != "range":
        return not set(kept.lines).isdisjoint(banned.lines)
    forbidden = [banned.span_s] if banned.kind == "range" else _spoken_spans(banned, events)
    return any(a < end and start < b for a, b in _spans(kept, events) for start, end in forbidden)


def _spans(wish: Wish, events: Sequence[DialogueEvent]) -> list[tuple[float, float]]:
    """What must be seen of it: of a range its middle third."""
    if wish.kind == "range":
        start, end = wish.span_s
        return [(start + (end - start) / 3, end - (end - start) / 3)]
    return _spoken_spans(wish, events)


def _spoken_spans(wish: Wish, events: Sequence[DialogueEvent]) -> list[tuple[float, float]]:
    return [(events[i].start_s, events[i].end_s) for i in wish.lines]
