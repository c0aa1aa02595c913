"""Places with walls: room, kitchen, office, school, hall."""

from __future__ import annotations

from functools import partial

from vidpipe.providers.draft.colors import RGB, mixed, scaled
from vidpipe.providers.draft.pen import Pen
from vidpipe.providers.draft.places import Scenery


def _shell(s: Scenery, wall: RGB, floor: RGB, *, has_boards: bool = True) -> float:
    """Wall and floor; the height where they meet."""
    # Indoors the lamp is lit when it is dark outside: the wall keeps most of its light.
    tone = s.indoors(wall)
    s.add("wall", s.gradient(s.width, s.height, mixed(tone, (255, 246, 226), 0.12), scaled(tone, 0.86)), 0.08)
    edge = s.horizon + s.unit * 10
    skirting = mixed(tone, (250, 248, 240), 0.4)
    s.sheet(
        "skirting",
        [
            (-9, edge - s.unit * 2.2),
            (s.width + 9, edge - s.unit * 2.2),
            (s.width + 9, edge + 4),
            (-9, edge + 4),
        ],
        skirting,
        scaled(skirting, 0.9),
        0.1,
    )
    ground = s.indoors(floor)
    s.sheet(
        "floor",
        [(-9, edge), (s.width + 9, edge), (s.width + 9, s.height + 9), (-9, s.height + 9)],
        scaled(ground, 0.84),
        ground,
        0.5,
        texture=1.6,
    )
    if has_boards:
        boards = []
        for at in range(-6, 19):
            far = s.width * (0.5 + (at / 12 - 0.5) * 0.62)
            near = s.width * (0.5 + (at / 12 - 0.5) * 1.6)
            boards.append([(far, edge), (far + 1.5, edge), (near + 4, s.height + 4), (near, s.height + 4)])
        s.marks("boards", boards, scaled(ground, 0.8), 0.5)
    return edge


def _window(pen: Pen, top: RGB, low: RGB, frame: RGB) -> None:
    """240 × 280."""
    pen.box(0, 0, 240, 270, frame)
    pen.box(12, 12, 228, 256, top, shade="flat", outline=0.6, is_raw=True)
    pen.shape(
        [(12, 150), (80, 128), (150, 150), (228, 126), (228, 256), (12, 256)],
        low,
        shade="flat",
        outline=0,
        is_raw=True,
    )
    for box in ((114, 8, 126, 260), (8, 124, 232, 134)):
        pen.box(*box, frame, outline=0.5)
    pen.box(-4, 260, 244, 276, scaled(frame, 0.9))


def _hang_window(s: Scenery, part: float, edge: float, scale: float = 1.0) -> None:
    top, low = s.sky_colors()
    draw = partial(
        _window,
        top=s.shade(mixed(top, low, 0.4)),
        low=s.shade(mixed(low, (110, 130, 100), 0.4)),
        frame=(232, 226, 214),
    )
    s.thing("window", draw, (244, 280), (s.width * part, edge - s.unit * 17), s.unit * 0.14 * scale, 0.1)


def _picture(pen: Pen, color: RGB) -> None:
    """150 × 120."""
    pen.box(2, 2, 148, 118, (118, 86, 56))
    pen.box(14, 14, 136, 106, (230, 224, 208), shade="flat", outline=0.5)
    pen.shape(
        [(14, 90), (52, 56), (84, 78), (110, 50), (136, 82), (136, 106), (14, 106)],
        color,
        shade="flat",
        outline=0.4,
    )
    pen.oval(104, 38, 9, 9, (236, 180, 90), shade="flat", outline=0)


def _cabinet(pen: Pen, wood: RGB) -> None:
    """260 × 400: a tall cupboard; open shelves would be books to the eyes."""
    pen.box(0, 8, 260, 398, wood, shade="side")
    pen.box(-4, 0, 264, 14, scaled(wood, 0.88))
    for left in (10, 134):
        pen.box(left, 26, left + 116, 270, scaled(wood, 1.08), outline=0.6)
        pen.box(left + 12, 40, left + 104, 256, scaled(wood, 0.96), outline=0.5)
        pen.oval(left + (108 if left == 10 else 8), 160, 4, 4, (190, 156, 90), outline=0.4)
    for y in (282, 338):
        pen.box(10, y, 250, y + 48, scaled(wood, 1.08), outline=0.6)
        pen.oval(130, y + 24, 5, 4, (190, 156, 90), outline=0.4)


def room(s: Scenery) -> None:
    """A living room."""
    edge = _shell(s, (206, 190, 164), (150, 110, 78))
    _hang_window(s, 0.32, edge)
    s.thing(
        "picture",
        partial(_picture, color=(116, 144, 120)),
        (150, 120),
        (s.width * 0.55, edge - s.unit * 30),
        s.unit * 0.11,
        0.1,
    )
    s.thing(
        "shelf",
        partial(_cabinet, wood=(146, 108, 74)),
        (260, 400),
        (s.width * 0.78, edge + s.unit * 1.5),
        s.unit * 0.13,
        0.22,
    )
    rug = s.indoors((158, 84, 74))
    y = edge + (s.height - edge) * 0.5
    s.sheet(
        "rug",
        [
            (s.width * 0.26, y),
            (s.width * 0.74, y),
            (s.width * 0.86, s.height * 0.96),
            (s.width * 0.14, s.height * 0.96),
        ],
        rug,
        scaled(rug, 0.9),
        0.52,
        texture=2.4,
    )


def kitchen(s: Scenery) -> None:
    """Cupboards, a stove, a window."""
    edge = _shell(s, (222, 216, 196), (186, 170, 150), has_boards=False)
    _hang_window(s, 0.5, edge, 0.9)
    for part in (0.2, 0.8):
        s.thing("cupboard", _cupboard, (300, 170), (s.width * part, edge - s.unit * 28), s.unit * 0.13, 0.14)
    s.thing(
        "counter",
        _counter,
        (1200, 170),
        (s.width * 0.5, edge + s.unit * 3),
        max(s.unit * 0.13, s.width / 1190),
        0.24,
    )


def _cupboard(pen: Pen) -> None:
    pen.box(0, 0, 300, 168, (176, 196, 188))
    for left in (8, 154):
        pen.box(left, 10, left + 138, 158, (192, 210, 202), outline=0.6)
        pen.oval(left + (126 if left == 8 else 12), 130, 5, 5, (110, 90, 60), outline=0.4)


def _counter(pen: Pen) -> None:
    pen.box(0, 14, 1200, 170, (176, 196, 188), shade="down")
    pen.box(0, 0, 1200, 18, (150, 118, 84), shade="down")
    for at in range(8):
        left = 8 + at * 149
        pen.box(left, 26, left + 137, 162, (192, 210, 202), outline=0.6)
        pen.box(left + 50, 40, left + 88, 46, (110, 90, 60), outline=0.4)


def office(s: Scenery) -> None:
    """A desk's room: blinds, a board, a cabinet."""
    edge = _shell(s, (196, 202, 208), (120, 124, 132), has_boards=False)
    for part in (0.26, 0.5):
        _hang_window(s, part, edge)
    s.thing(
        "cabinet",
        partial(_cabinet, wood=(150, 156, 162)),
        (260, 400),
        (s.width * 0.8, edge + s.unit),
        s.unit * 0.12,
        0.2,
    )


def school(s: Scenery) -> None:
    """A classroom with its board."""
    edge = _shell(s, (222, 212, 180), (164, 128, 92))
    s.thing("board", _blackboard, (620, 260), (s.width * 0.5, edge - s.unit * 17), s.unit * 0.135, 0.12)
    _hang_window(s, 0.13, edge)


def _blackboard(pen: Pen) -> None:
    pen.box(0, 0, 620, 250, (132, 96, 62))
    pen.box(14, 14, 606, 236, (48, 82, 70), shade="down", outline=0.6)
    chalk = (222, 228, 222)
    for row, length in enumerate((210, 260, 160)):
        pen.stroke([(50, 60 + 44 * row), (50 + length, 58 + 44 * row)], chalk, 4)
    pen.stroke([(420, 180), (470, 80), (540, 180), (420, 180)], chalk, 4)
    pen.box(200, 240, 420, 254, (150, 112, 76))


def hall(s: Scenery) -> None:
    """High windows, columns, a carpet."""
    edge = _shell(s, (190, 176, 160), (150, 136, 122), has_boards=False)
    for part in (0.2, 0.5, 0.8):
        s.thing(
            "window",
            partial(_arch, glass=s.shade(mixed(*s.sky_colors(), 0.5))),
            (200, 420),
            (s.width * part, edge - s.unit * 8),
            s.unit * 0.13,
            0.12,
        )
    for part in (0.06, 0.35, 0.65, 0.94):
        s.thing("column", _column, (110, 640), (s.width * part, edge + s.unit * 2), s.unit * 0.14, 0.26)
    carpet = s.indoors((140, 40, 48))
    s.sheet(
        "carpet",
        [
            (s.width * 0.42, edge),
            (s.width * 0.58, edge),
            (s.width * 0.76, s.height + 4),
            (s.width * 0.24, s.height + 4),
        ],
        scaled(carpet, 0.85),
        carpet,
        0.52,
        texture=1.8,
    )


def _arch(pen: Pen, glass: RGB) -> None:
    for inset, color, raw in ((0, (216, 208, 194), False), (16, glass, True)):
        pen.shape([(inset, 420 - inset), (inset, 110), (30 + inset * 0.7, 40 + inset * 0.4), (100, inset), (170 - inset * 0.7, 40 + inset * 0.4), (200 - inset, 110),
                   (200 - inset, 420 - inset)], color, shade="flat", is_raw=raw, outline=0.7)  # fmt: skip
    for x in (70, 130):
        pen.stroke([(x, 40), (x, 400)], (216, 208, 194), 8)
    pen.stroke([(16, 200), (184, 200)], (216, 208, 194), 8)


def _column(pen: Pen) -> None:
    pen.box(20, 40, 90, 610, (210, 202, 190), shade="side", depth=1.4)
    for box in ((4, 10, 106, 40), (6, 606, 104, 638)):
        pen.box(*box, (218, 210, 198), radius=4, shade="side")
