"""Places that people built, outdoors: street, road, harbour."""

from __future__ import annotations

from functools import partial

from vidpipe.providers.draft import things_outdoors as outdoors
from vidpipe.providers.draft.colors import RGB, mixed, scaled
from vidpipe.providers.draft.places import Scenery
from vidpipe.providers.draft.places_nature import skyline, water

WALLS: tuple[RGB, ...] = (
    (170, 120, 98),
    (196, 172, 138),
    (142, 146, 152),
    (180, 148, 130),
    (150, 128, 116),
    (120, 134, 142),
)


def _row(s: Scenery, base: float, floor: float, depth: float, distance: float, name: str) -> None:
    """A row of houses from edge to edge; `floor` is a storey's height in pixels."""
    x, at = -s.width * 0.02, 0
    scale = floor / 74
    while x < s.width:
        columns, rows = s.chance.randint(2, 4), s.chance.randint(1, 3)
        color = s.light(WALLS[(at + s.chance.randint(0, 2)) % len(WALLS)], distance)
        lit = tuple(s.chance.random() < 0.4 for _ in range(17)) if s.hour.is_dark else ()
        size = (columns * 60 + 30.0, rows * 74 + 110.0)
        s.thing(f"{name}{at}", partial(outdoors.building, color=color, columns=columns, rows=rows, lit=lit), size,
                (x + size[0] * scale / 2, base), scale, depth)  # fmt: skip
        x, at = x + size[0] * scale * 0.985, at + 1


def _asphalt(s: Scenery, kerb: float) -> None:
    """Pavement and carriageway below the kerb."""
    stone = s.light((172, 168, 162))
    s.sheet(
        "pavement",
        [(-9, kerb), (s.width + 9, kerb), (s.width + 9, s.height + 9), (-9, s.height + 9)],
        scaled(stone, 0.92),
        stone,
        0.58,
        texture=1.4,
    )
    top = kerb + (s.height - kerb) * 0.26
    road = s.light((104, 104, 110))
    s.sheet(
        "road",
        [(-9, top), (s.width + 9, top), (s.width + 9, s.height + 9), (-9, s.height + 9)],
        mixed(road, (180, 180, 184), 0.14),
        road,
        0.6,
        texture=1.8,
    )
    line = mixed(road, (240, 240, 230), 0.7)
    y = top + (s.height - top) * 0.62
    high, lean = s.unit * 1.1, s.width * 0.005
    dashes = []
    for at in range(7):
        x = s.width * (at + 0.2) / 7
        dashes.append(
            [(x, y), (x + s.width * 0.075, y), (x + s.width * 0.075 - lean, y + high), (x - lean, y + high)]
        )
    s.marks("lines", dashes, line, 0.6)


def street(s: Scenery) -> None:
    """Houses in two rows, pavement, road, lamps."""
    s.sky()
    skyline(s, s.horizon, 0.08, 0.7, 13)
    kerb = s.horizon + s.unit * 6
    _row(s, s.horizon + s.unit * 3, s.unit * 11.5, 0.22, 0.5, "far house")
    _row(s, kerb, s.unit * 14.0, 0.42, 0.14, "house")
    _asphalt(s, kerb)
    for part in (0.22, 0.8):
        s.thing("lamp post", partial(outdoors.lamp_post, color=(52, 54, 60), is_lit=s.hour.is_dark), (90, 420),
                (s.width * part, kerb + s.unit * 4), s.unit * 0.088, 0.56)  # fmt: skip


def road(s: Scenery) -> None:
    """A country road that comes towards us."""
    s.sky()
    s.ridge("hills", s.horizon + s.unit * 2, s.unit * 14, 3, (120, 140, 110), 0.12, 0.6)
    s.ridge("near hills", s.horizon + s.unit * 3, s.unit * 7, 2, (118, 146, 92), 0.25, 0.3)
    s.ground((142, 156, 92))
    middle = s.horizon + (s.height - s.horizon) * 0.16
    tar = s.light((112, 112, 116))
    s.sheet("road", [(-9, middle + s.unit * 4), (s.width + 9, middle), (s.width + 9, s.height + 9), (-9, s.height + 9)],
            mixed(tar, s.sky_colors()[1], 0.25), tar, 0.6, texture=1.8)  # fmt: skip
    line = mixed(tar, (244, 240, 220), 0.75)
    dashes = []
    for at in range(8):
        x, y = s.width * at / 8, middle + (s.height - middle) * 0.55 - s.unit * at * 0.25
        far, high = x + s.width * 0.07, s.unit * 1.15
        dashes.append([(x, y), (far, y - s.unit * 0.25), (far, y - s.unit * 0.25 + high), (x, y + high)])
    s.marks("lines", dashes, line, 0.6)


def harbour(s: Scenery) -> None:
    """Water with masts, houses on the far quay, and the near quay's stones."""
    s.sky()
    s.ridge("hills", s.horizon, s.unit * 11, 3, (116, 134, 128), 0.1, 0.6)
    _row(s, s.horizon + s.unit * 1.5, s.unit * 6.4, 0.2, 0.38, "quay house")
    quay = s.horizon + (s.height - s.horizon) * 0.4
    water(s, s.horizon + s.unit * 1.2, quay + s.unit * 2, 0.3, "harbour")
    for part in (0.16, 0.86):
        s.thing("moored boat", partial(_moored, color=s.chance.choice(((60, 90, 140), (160, 60, 54), (70, 120, 100)))), (430, 520),
                (s.width * part, quay - s.unit), s.unit * 0.06, 0.36, motion="bob")  # fmt: skip
    stone = s.light((156, 150, 142))
    s.sheet(
        "quay",
        [(-9, quay), (s.width + 9, quay), (s.width + 9, s.height + 9), (-9, s.height + 9)],
        stone,
        scaled(stone, 0.84),
        0.6,
        texture=2.0,
    )
    joint = scaled(stone, 0.8)
    joints = []
    for at in range(4):
        y = quay + (s.height - quay) * (0.12 + 0.24 * at)
        joints.append([(-9, y), (s.width + 9, y), (s.width + 9, y + s.unit * 0.35), (-9, y + s.unit * 0.35)])
    s.marks("joints", joints, joint, 0.6)


def _moored(pen: object, color: RGB) -> None:
    from vidpipe.providers.draft.things_vehicles import boat

    boat(pen, color)  # type: ignore[arg-type]  # a pen
