"""The artist: one shot's words become a board of layers, place, people and things, as the look draws them.

It knows where everything is; nothing of that leaves with the board. Deliberately not here: how anything is drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cinecore.ports import ReferencePicture
from vidpipe.providers.draft.board import Board, Layer, Light, Particles
from vidpipe.providers.draft.colors import mixed
from vidpipe.providers.draft.layout import FRAMINGS, Framing, Item, items_of
from vidpipe.providers.draft.looks import Look, look_for
from vidpipe.providers.draft.places import Scenery
from vidpipe.providers.draft.places_hour import Hour
from vidpipe.providers.draft.places_index import INDOORS, PLACES, hour_of, place_named
from vidpipe.providers.draft.placing import set_out
from vidpipe.providers.draft.placing_ground import Ground

VERSION: Final = "1"
"""Part of what a fingerprint knows: raised when the same shot gives another board."""

OVERSCAN: Final = 1.35
"""How much larger than the frame the world is drawn: room for the camera's moves."""

Extra = tuple[str, str, str, str | None]
"""Something planted on order: label, colour, position, photograph."""


def draw_board(
    shot: Mapping[str, Any],
    style: Mapping[str, Any],
    cast: Sequence[Mapping[str, Any]],
    references: Sequence[ReferencePicture],
    width: int,
    height: int,
    seed: int,
    extras: Sequence[Extra] = (),
) -> Board:
    """The shot as a board; equal arguments give equal pixels.

    Args:
        shot: `vidpipe.schemas.storyboard.Shot` as JSON.
        style: `StyleGuide` as JSON.
        cast: `AssetSpec`s as JSON.
        references: Pictures to keep to: photographs are composed in, crops give their colours.
        width: Of the frame, pixels.
        height: Of the frame, pixels.
        seed: Of this shot; moves phases and particles, never how anything looks.
        extras: Things planted on order.

    Raises:
        InputError: A photograph cannot be read.
    """
    look = look_for(style)
    world = (_even(width * OVERSCAN), _even(height * OVERSCAN))
    framing = FRAMINGS.get(str(shot.get("shot_type", "medium")), FRAMINGS["medium"])
    items = items_of(shot, cast, references, extras)
    hour = hour_of(str(shot.get("time_of_day", "day")), str(shot.get("weather", "")))
    place = place_named(str(shot.get("setting", "")), is_interior=bool(shot.get("interior", False)))
    behind = _scenery(look, world, height, framing, hour, place, str(shot.get("setting", "")))
    ground = Ground(look, world, width, height, framing, hour, place, seed)
    people_and_things = set_out(ground, items)
    return Board(
        width=world[0],
        height=world[1],
        layers=(*behind, *people_and_things),
        look=look.name,
        overscan=OVERSCAN,
        frame_width=width,
        frame_height=height,
        seed=seed,
        particles=_particles(hour, place, items),
        light=_light(look, hour, place),
        focus=ground.focus,
    )


def _scenery(
    look: Look,
    world: tuple[int, int],
    frame_height: int,
    framing: Framing,
    hour: Hour,
    place: str,
    setting: str,
) -> tuple[Layer, ...]:
    """The place; its seed is the place's own, so that it is the same place in every scene."""
    top = (world[1] - frame_height) / 2
    digest = hashlib.sha256(f"{place}|{setting.lower().strip()}".encode()).digest()
    scenery = Scenery(
        look,
        world[0],
        world[1],
        top + framing.horizon * frame_height,
        framing.zoom,
        hour,
        int.from_bytes(digest[:4], "big"),
        framing.blur * frame_height,
    )
    PLACES[place](scenery)
    return scenery.finished()


def _particles(hour: Hour, place: str, items: Sequence[Item]) -> tuple[Particles, ...]:
    swarms = []
    if place not in INDOORS and place != "space":
        match hour.weather:
            case "rain":
                swarms.append(Particles("rain", 1.0, (206, 220, 232, 120), wind=0.12))
            case "storm":
                swarms.append(Particles("rain", 1.5, (206, 220, 232, 130), wind=-0.45))
            case "snow":
                swarms.append(Particles("snow", 1.0, (252, 252, 255, 220), wind=0.1))
            case "wind":
                swarms.append(Particles("leaves", 0.8, (150, 130, 70, 220), wind=-1.6))
    if place == "desert" and not hour.weather:
        swarms.append(Particles("dust", 0.6, (236, 210, 160, 90), wind=1.0))
    if any(item.name == "fire" for item in items):
        swarms.append(Particles("sparks", 0.7, (255, 180, 70, 220)))
    return tuple(swarms)


def _light(look: Look, hour: Hour, place: str) -> Light:
    outside = place not in INDOORS
    fog_color = look.paint(mixed((226, 229, 232), (60, 66, 84), 0.6 if hour.time == "night" else 0.0))
    return Light(
        kind=hour.time,
        has_lightning=hour.weather == "storm" and outside,
        fog=0.55 if hour.weather == "fog" and outside else 0.0,
        fog_color=fog_color,
    )


def _even(value: float) -> int:
    """Whole and even, as the frame is, so that the frame lies in the middle to the pixel."""
    return 2 * round(value / 2)
