"""Who and what stands where in a shot, turned which way and doing what.

Deliberately not here: who is in a shot at all and how near it is (`director_shots`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vidpipe.providers.draft.director_beats import Beat, Figure
from vidpipe.providers.draft.director_plan import Planned
from vidpipe.providers.draft.figures_poses import STAND, pose_of
from vidpipe.providers.draft.grammar import Line as SideLine
from vidpipe.providers.draft.grammar import positions
from vidpipe.providers.draft.words import Verb
from vidpipe.schemas.kinds import Facing, Position, Role, ShotType
from vidpipe.schemas.storyboard import Placement

PLACEMENTS_AT_MOST = 6
SHORT_LETTERS = 300
"""Letters of a name or an action, as in the storyboard's schema."""

_CROWD_LABELS = ("woman", "man", "girl")
_POSES = {
    "walk": "walking", "run": "running", "sit": "sitting", "kneel": "kneeling", "hold": "holding it",
    "wave": "waving", "point": "pointing", "look up": "looking up",
}  # fmt: skip


@dataclass
class Standing:
    """Who stands where; the sides that they look to carry over from shot to shot."""

    figures: Sequence[Figure]
    tags: Mapping[int, str]
    clothes: Mapping[int, str]
    sides: SideLine = field(default_factory=SideLine)

    def placements(
        self,
        planned: Planned,
        size: ShotType,
        subjects: tuple[int, ...],
        things: tuple[int, ...],
        others: tuple[int, ...],
        at_beat: int,
    ) -> tuple[tuple[Placement, ...], Facing | None]:
        """Everybody and everything in a shot, and which way the first looks; None where nobody acts.

        Args:
            planned: The shot.
            size: How near it is.
            subjects: Who acts.
            things: What they have to do with.
            others: What else is there.
            at_beat: Clothes are those worn at this beat of the story.
        """
        flags = frozenset(flag for part in planned.beats for flag in part.flags)
        together = len(subjects) > 1 and any(
            "travel" in part.flags and len({*part.subjects, *part.objects} & set(subjects)) > 1
            for part in planned.beats
        )
        leaves = "away" in flags and size in {ShotType.WIDE, ShotType.ESTABLISHING} and planned.kind == "main"
        facings = self.sides.facings(subjects, all_one_way=together, away=leaves)
        self.sides.neutral(n for n in range(len(self.figures)) if n not in facings)
        stands = positions(facings, size, all_one_way=together)
        placed = [
            self._placement(
                figure,
                planned,
                Role.SUBJECT if place == 0 else Role.SECONDARY,
                stands[figure],
                facings[figure],
                at_beat,
            )
            for place, figure in enumerate(subjects)
        ]
        first = facings[subjects[0]] if subjects else None
        free = _across(stands, subjects)
        for place, figure in enumerate(things):
            alone = not subjects and place == 0
            position = Position.CENTER if alone or len(subjects) > 1 else free
            role = Role.SUBJECT if alone else Role.PROP
            placed.append(self._placement(figure, planned, role, position, Facing.CAMERA, at_beat))
        placed += [
            self._placement(figure, planned, Role.BACKGROUND, free, Facing.CAMERA, at_beat)
            for figure in others
        ]
        if size not in {ShotType.INSERT, ShotType.CLOSE_UP}:
            have = {item.label for item in placed}
            behind = planned.beats[0].place.behind
            placed += [
                Placement(label=label, role=Role.BACKGROUND, position=Position.RIGHT)
                for label in behind
                if label not in have
            ]
        return tuple(_without_crowds(placed)[:PLACEMENTS_AT_MOST]), first

    def _placement(
        self, number: int, planned: Planned, role: Role, position: Position, facing: Facing, at_beat: int
    ) -> Placement:
        figure = self.figures[number]
        action, pose, expression = "", "", ""
        for beat in planned.beats:
            if number in beat.subjects and beat.verb is not None and not action:
                action, pose = beat.action, beat.verb.pose
            if beat.expression and figure.acts and not expression:
                expression = beat.expression
            if number in beat.speakers and (not action or (beat.verb and "speak" in beat.verb.flags)):
                action, pose = "speaks", "talk"
            if number in beat.objects and figure.acts and beat.verb is not None and not action:
                action = _answer(beat.verb, self.figures, beat)
        if planned.kind == "tail":
            action = ""
        elif action and pose in _POSES and pose_of(action) is STAND:
            action = f"{action}, {_POSES[pose]}"
        if not action and figure.acts:
            action = "stands"
        return Placement(
            tag=self.tags.get(number),
            label=figure.label[:SHORT_LETTERS],
            role=role,
            position=position,
            facing=facing,
            action=action[:SHORT_LETTERS] if figure.acts or role is Role.SUBJECT else "",
            expression=expression,
            wardrobe=(figure.worn_at(at_beat) or self.clothes.get(number, ""))[:SHORT_LETTERS],
            color=figure.color,
        )


def _answer(verb: Verb, figures: Sequence[Figure], beat: Beat) -> str:
    """What somebody does to whom something is done: goes along, takes what is given."""
    if "travel" in verb.flags and "away" not in verb.flags:
        return "runs along" if verb.pose == "run" else "walks along"
    if "give" in verb.flags and (things := [n for n in beat.objects if not figures[n].acts]):
        return f"takes {figures[things[0]].shown}"
    return ""


def _across(stands: Mapping[int, Position], subjects: tuple[int, ...]) -> Position:
    """Where a thing stands: before the eyes of whoever has to do with it."""
    if not subjects:
        return Position.CENTER
    return {Position.LEFT: Position.RIGHT, Position.RIGHT: Position.LEFT}.get(
        stands[subjects[0]], Position.RIGHT
    )


def _without_crowds(placed: Sequence[Placement]) -> list[Placement]:
    """The placements with each crowd as a few people in the background."""
    found: list[Placement] = []
    for item in placed:
        if item.label != "people":
            found.append(item)
            continue
        spots = (Position.LEFT, Position.RIGHT, Position.CENTER)
        found += [
            item.model_copy(update={"label": label, "position": spot, "role": Role.BACKGROUND, "tag": None})
            for label, spot in zip(_CROWD_LABELS, spots, strict=True)
        ]
    return found
