"""Which of the things seen in one clip are one and the same: a face and its body, one thing under two labels.

Pure. Deliberately not here: comparing with the registry, which the analysis has done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from cinecore.vision.figures import FIGURE_SPACE, FIGURE_THRESHOLDS, figure_similarity
from cinecore.vision.looks import THING_SPACE, THING_THRESHOLDS, thing_similarity
from vidpipe.schemas.analysis import Box, SeenThing
from vidpipe.services.description import color_distance

PERSON: Final = "person"

INSIDE_AT_LEAST = 0.8
"""Part of a face's area that lies in the box of its body."""

HEAD_ROOM = 0.5
"""A face's middle lies in this upper part of its body's box; wider than a head, for people cut off at the waist."""

SAME_BOX = 0.5
"""Overlap (intersection over union) from which two boxes of one frame are of one thing."""

SAME_LOOK = 0.12
"""Distance of the main colours within which a thing lost and found again is the same, where there is no vector."""

LOST_S = 1.2
"""How long a thing may go unseen at its place, and be the same: a clip's sampled frames are .5 to .8 s apart."""

NOT_ANOTHER = 0.2
"""Distance of the main colours within which what is found again where it was lost is the same: red and
orange are .14 apart, red and yellow .27, red and blue .33."""

COMPARED_IN: Final[dict[str, tuple[Callable[[list[float], list[float]], float], float]]] = {
    THING_SPACE: (thing_similarity, THING_THRESHOLDS[THING_SPACE]),
    FIGURE_SPACE: (figure_similarity, FIGURE_THRESHOLDS[FIGURE_SPACE]),
}
"""Spaces of looks, how two are compared there, and from where on they are one."""


@dataclass
class Group:
    """Clusters of sightings that are of one thing."""

    things: list[SeenThing] = field(default_factory=list)

    @property
    def asset_tag(self) -> str | None:
        """Whom it was matched with, if any of it was."""
        return next((thing.asset_tag for thing in self.things if thing.asset_tag is not None), None)


def group_things(seen: Iterable[SeenThing]) -> list[Group]:
    """Every thing seen, once, in order of appearance.

    Two things that share a frame are one only where their boxes lie on each other; two that never do are one
    where their kind and their look are alike. Things known under two tags are never one.
    """
    ordered = sorted(seen, key=_appearance)
    groups = [Group([thing]) for thing in ordered if not thing.is_face]
    for thing in (thing for thing in ordered if thing.is_face):
        home = _body_of(thing, groups)
        if home is None:
            groups.append(Group([thing]))
        else:
            home.things.append(thing)
    merged: list[Group] = []
    for group in groups:
        other = next((other for other in merged if _are_one(other, group)), None)
        if other is None:
            merged.append(group)
        else:
            other.things.extend(group.things)
    return sorted(merged, key=lambda group: min(_appearance(thing) for thing in group.things))


def _appearance(thing: SeenThing) -> tuple[float, float, str]:
    first = min(thing.sightings, key=lambda seen: seen.frame_index, default=None)
    return (first.frame_index, first.box[0], thing.label) if first else (float("inf"), 0.0, thing.label)


def _body_of(face: SeenThing, groups: Sequence[Group]) -> Group | None:
    """The tightest body that bears a face in most of the frames that show both."""
    found: list[tuple[float, int]] = []
    for number, group in enumerate(groups):
        body = group.things[0]
        if body.family != PERSON or _are_two_tags(face.asset_tag, group.asset_tag):
            continue
        pairs = _shared(face, body)
        bearing = [body_box for face_box, body_box in pairs if _bears(body_box, face_box)]
        if pairs and len(bearing) * 2 > len(pairs):
            found.append((sum(box[2] * box[3] for box in bearing) / len(bearing), number))
    return groups[min(found)[1]] if found else None


def _bears(body: Box, face: Box) -> bool:
    area = face[2] * face[3]
    middle = face[1] + face[3] / 2
    return (
        area > 0 and _common(body, face) >= INSIDE_AT_LEAST * area and middle <= body[1] + HEAD_ROOM * body[3]
    )


def _are_one(one: Group, other: Group) -> bool:
    if _are_two_tags(one.asset_tag, other.asset_tag):
        return False
    pairs = [pair for mine in one.things for yours in other.things for pair in _shared(mine, yours)]
    first, second = one.things[0], other.things[0]
    if pairs:
        same = sum(_overlap(mine, yours) >= SAME_BOX for mine, yours in pairs)
        return first.is_face == second.is_face and same * 2 > len(pairs)
    if first.family != second.family or first.is_face != second.is_face:
        return False
    return _stayed_in_place(one, other) or _look_alike(first, second)


def _stayed_in_place(one: Group, other: Group) -> bool:
    """Whether what was lost in one frame was found again at the same place in a later one: a clip is one shot."""
    mine = [sighting for thing in one.things if not thing.is_face for sighting in thing.sightings]
    yours = [sighting for thing in other.things if not thing.is_face for sighting in thing.sightings]
    if not mine or not yours:
        return False
    nearest = min(
        (
            (abs(a.frame_index - b.frame_index), a.frame_index, b.frame_index, a, b)
            for a in mine
            for b in yours
        ),
        key=lambda pair: pair[:3],
    )
    a, b = nearest[3:]
    if abs(a.time_s - b.time_s) > LOST_S or _overlap(a.box, b.box) < SAME_BOX:
        return False
    colors = [group.things[0].colors for group in (one, other)]
    return not all(colors) or color_distance(colors[0][0], colors[1][0]) <= NOT_ANOTHER


def _look_alike(one: SeenThing, other: SeenThing) -> bool:
    if one.is_face:
        # two people's skin is not what tells them apart; the analysis has compared their faces already
        return False
    space = one.image_embedding_space
    is_shared = space is not None and space == other.image_embedding_space and space in COMPARED_IN
    if is_shared and one.image_embedding and other.image_embedding:
        similarity, threshold = COMPARED_IN[str(space)]
        return similarity(one.image_embedding, other.image_embedding) >= threshold
    if one.family == PERSON or not one.colors or not other.colors:
        return False
    return color_distance(one.colors[0], other.colors[0]) <= SAME_LOOK


def _are_two_tags(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _shared(one: SeenThing, other: SeenThing) -> list[tuple[Box, Box]]:
    theirs = {seen.frame_index: seen.box for seen in other.sightings}
    return [(seen.box, theirs[seen.frame_index]) for seen in one.sightings if seen.frame_index in theirs]


def _common(one: Box, other: Box) -> float:
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height)


def _overlap(one: Box, other: Box) -> float:
    common = _common(one, other)
    union = one[2] * one[3] + other[2] * other[3] - common
    return common / union if union > 0 else 0.0
