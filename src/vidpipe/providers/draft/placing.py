"""Sets a shot out: far things, near things, people, and what is held or lies in front, in painting order."""

from __future__ import annotations

from vidpipe.providers.draft import placing_things as things
from vidpipe.providers.draft.board import Layer
from vidpipe.providers.draft.layout import Item
from vidpipe.providers.draft.placing_ground import Ground
from vidpipe.providers.draft.placing_people import place_person, slots_of

LEDGE_HEIGHT = 0.12
"""Of the frame's height: how much of a table is seen in front."""


def set_out(ground: Ground, items: list[Item]) -> list[Layer]:
    """All layers of the shot's people and things, far to near.

    Raises:
        InputError: A photograph cannot be read.
    """
    people = [item for item in items if item.is_person]
    others = [item for item in items if not item.is_person]
    if ground.framing.name == "insert" and others and not others[0].is_extra:
        # Planted things stand behind what the insert shows.
        behind = [
            things.standing(ground, item, at, has_people=True)
            for at, item in enumerate(items)
            if item.is_extra
        ]
        return [*behind, *things.alone(ground, others[0])]
    bodies: list[Layer] = []
    hands = []
    for at, (item, slot) in enumerate(zip(people, slots_of(ground, people), strict=True)):
        layers, hand = place_person(ground, item, at, slot)
        # Who comes later stands behind, and is painted first.
        bodies = [*layers, *bodies]
        hands.append(hand)
    behind, front = [], []
    for at, item in enumerate(others):
        holder = things.holder_of(item, people)
        if holder is not None:
            front.append(things.held(ground, item, hands[holder]))
        elif things.lies_in_front(ground, item):
            front.append(things.on_ledge(ground, item, at))
        else:
            behind.append(things.standing(ground, item, at, has_people=bool(people)))
    needs_ledge = any(
        things.lies_in_front(ground, item) and things.holder_of(item, people) is None for item in others
    )
    ledge = [things.ledge(ground, ground.height * LEDGE_HEIGHT)] if needs_ledge else []
    return [*behind, *bodies, *ledge, *front]
