"""Trees, houses, lighthouses and what else stands in the open; units are centimetres."""

from __future__ import annotations

import random
from functools import cache

from vidpipe.providers.draft.colors import RGB, mixed, scaled
from vidpipe.providers.draft.pen import Pen, Point, oval_points

WOOD: RGB = (112, 82, 56)
PANE: RGB = (92, 112, 132)
LIT_PANE: RGB = (250, 214, 128)


@cache
def _crown(seed: int, count: int) -> tuple[tuple[float, float, float], ...]:
    """Where the leaves of a tree are: x, y and radius in parts of the crown's radius."""
    chance = random.Random(seed)  # noqa: S311 - leaves
    return tuple(
        (chance.uniform(-0.75, 0.75), chance.uniform(-0.7, 0.6), chance.uniform(0.3, 0.5))
        for _ in range(count)
    )


def tree(pen: Pen, color: RGB) -> None:
    """A broad tree, 420 × 560."""
    pen.shadow_under(210, 552, 170, 10, 0.5)
    pen.limb([(212, 556), (206, 430), (212, 300)], [46, 32, 22], WOOD, shade="side")
    pen.limb([(208, 420), (150, 330)], [18, 8], WOOD, shade="side")
    pen.limb([(210, 400), (270, 310)], [18, 8], WOOD, shade="side")
    pen.oval(210, 210, 168, 150, scaled(color, 0.72), shade="round")
    for at, (x, y, r) in enumerate(_crown(3, 16)):
        tone = scaled(color, 0.8 + 0.32 * (0.5 - y * 0.5) + 0.03 * (at % 3))
        pen.oval(210 + x * 170, 205 + y * 155, r * 145, r * 120, tone, shade="round", outline=0.45)


def pine(pen: Pen, color: RGB) -> None:
    """A fir, 260 × 620."""
    pen.limb([(130, 616), (130, 480)], [30, 22], WOOD, shade="side")
    for step in range(5):
        y, half = 540 - step * 112, 124 - step * 22
        pen.shape([(130, y - 190), (130 - half * 0.5, y - 70), (130 - half, y), (130 - half * 0.3, y - 12), (130, y + 6),
                   (130 + half * 0.3, y - 12), (130 + half, y), (130 + half * 0.5, y - 70)], scaled(color, 0.78 + 0.07 * step), shade="side")  # fmt: skip


def palm(pen: Pen, color: RGB) -> None:
    """A palm, 420 × 620."""
    pen.limb([(190, 616), (214, 420), (238, 190)], [34, 24, 18], (148, 116, 82), shade="side")
    for y in range(230, 610, 26):
        pen.stroke([(182 + (616 - y) * 0.13, y), (222 + (616 - y) * 0.1, y - 5)], (116, 88, 60), 3)
    crown: Point = (240, 186)
    for end in ((40, 240), (70, 120), (160, 40), (300, 30), (392, 110), (410, 230), (330, 300), (130, 300)):
        middle = ((crown[0] + end[0]) / 2, (crown[1] + end[1]) / 2 - 52)
        pen.limb([crown, middle, end], [10, 40, 4], color, shade="down")


def bush(pen: Pen, color: RGB) -> None:
    """A low shrub, 240 × 130."""
    for at, (x, y, r) in enumerate(_crown(8, 12)):
        pen.oval(
            120 + x * 95,
            84 + y * 34,
            r * 80,
            r * 62,
            scaled(color, 0.85 + 0.05 * (at % 4)),
            shade="round",
            outline=0.5,
        )


def rock(pen: Pen, color: RGB) -> None:
    """A boulder, 200 × 130."""
    pen.shadow_under(104, 122, 100, 10, 0.6)
    pen.shape(
        [(8, 124), (20, 70), (64, 22), (120, 10), (170, 44), (194, 124)], color, shade="round", depth=1.3
    )
    pen.shape(
        [(64, 22), (120, 10), (110, 56), (58, 72)],
        mixed(color, (255, 255, 255), 0.22),
        shade="flat",
        outline=0,
    )
    pen.stroke([(110, 56), (134, 92), (126, 122)], scaled(color, 0.6), 3)
    pen.stroke([(58, 72), (46, 100)], scaled(color, 0.66), 3)


def house(pen: Pen, color: RGB, *, is_lit: bool = False) -> None:
    """A cottage, 700 × 520."""
    pane = LIT_PANE if is_lit else PANE
    pen.shadow_under(350, 512, 340, 12, 0.5)
    pen.box(60, 240, 640, 512, mixed(color, (246, 240, 226), 0.55), shade="side")
    pen.box(500, 60, 556, 190, (140, 84, 66), shade="side")
    pen.shape(
        [(20, 252), (170, 70), (530, 70), (680, 252)],
        mixed(color, (120, 56, 44), 0.35),
        shade="down",
        depth=1.2,
    )
    for y in range(100, 250, 30):
        pen.stroke([(170 - (y - 70) * 0.82, y), (530 + (y - 70) * 0.82, y)], (96, 50, 42), 2.4)
    pen.box(306, 340, 394, 510, (98, 64, 44), radius=4)
    pen.oval(380, 428, 5, 5, (220, 190, 90), outline=0.4)
    for left in (120, 470):
        pen.box(left - 8, 312, left + 118, 424, (244, 240, 230), outline=0.7)
        pen.box(left, 320, left + 110, 416, pane, shade="down", outline=0.6)
        pen.stroke([(left + 55, 320), (left + 55, 416)], (240, 236, 226), 5)
        pen.stroke([(left, 368), (left + 110, 368)], (240, 236, 226), 5)


def lighthouse(pen: Pen, color: RGB, *, is_lit: bool = False) -> None:
    """A lighthouse, 380 × 1100."""
    pen.shape([(108, 1090), (142, 250), (238, 250), (272, 1090)], (238, 236, 230), shade="side", depth=1.3)
    for top, bottom in ((330, 470), (610, 750), (890, 1030)):
        half_top, half_bottom = 48 + (top - 250) * 0.0405, 48 + (bottom - 250) * 0.0405
        pen.shape([(190 - half_top, top), (190 + half_top, top), (190 + half_bottom, bottom), (190 - half_bottom, bottom)], color,
                  shade="side", depth=1.3, outline=0.5)  # fmt: skip
    for y in (520, 800):
        pen.box(176, y, 204, y + 52, PANE if not is_lit else LIT_PANE, radius=14, outline=0.6)
    pen.box(160, 1000, 220, 1090, (90, 60, 44), radius=6)
    pen.box(112, 236, 268, 256, (60, 62, 70), radius=4)
    for x in range(118, 268, 24):
        pen.stroke([(x, 206), (x, 238)], (60, 62, 70), 4)
    pen.stroke([(114, 206), (266, 206)], (60, 62, 70), 5)
    pen.box(148, 146, 232, 236, LIT_PANE if is_lit else (206, 222, 230), shade="side")
    for x in (148, 176, 204, 232):
        pen.stroke([(x, 146), (x, 236)], (60, 62, 70), 5)
    pen.shape([(132, 150), (150, 110), (190, 84), (230, 110), (248, 150)], scaled(color, 0.85), shade="side")
    pen.stroke([(190, 86), (190, 52)], (60, 62, 70), 5)


def bench(pen: Pen, color: RGB) -> None:
    """A park bench, 180 × 92."""
    pen.shadow_under(90, 88, 92, 6, 0.6)
    for x in (18, 152):
        pen.limb([(x, 50), (x - 4, 90)], [7, 6], (54, 56, 62), outline=0.7)
        pen.limb([(x + 12, 8), (x + 8, 52), (x + 14, 90)], [6], (54, 56, 62), outline=0.7)
        pen.limb([(x - 8, 34), (x + 12, 32)], [6], (54, 56, 62), outline=0.7)
    for y in (6, 18, 30):
        pen.box(4, y, 176, y + 9, color, radius=2, shade="down", depth=1.4)
    for y, inset in ((46, 4), (53, 1)):
        pen.box(inset, y, 180 - inset, y + 6.4, scaled(color, 1.08), radius=2, shade="down", depth=1.4)


def fire(pen: Pen, _: RGB) -> None:
    """A wood fire, 120 × 120: flames keep their own colours."""
    pen.oval(60, 104, 54, 12, (70, 60, 56))
    for turn, x in ((18, 36), (-16, 82), (4, 60)):
        pen.limb([(x - 30, 102 + turn * 0.3), (x + 30, 102 - turn * 0.3)], [11], (98, 66, 44), shade="down")
    for points, color in (
        ([(60, 4), (34, 46), (20, 82), (38, 104), (82, 104), (102, 80), (88, 48), (76, 60)], (222, 78, 24)),
        ([(60, 30), (44, 58), (36, 84), (48, 102), (74, 102), (88, 84), (76, 62), (68, 70)], (244, 152, 32)),
        ([(60, 58), (50, 78), (48, 94), (60, 102), (72, 94), (70, 78)], (254, 224, 110)),
    ):
        pen.shape(points, color, is_smooth=True, shade="flat", outline=0.5)


def plant(pen: Pen, color: RGB) -> None:
    """A plant in a pot, 90 × 130."""
    pen.shadow_under(45, 126, 32, 5, 0.6)
    leaf = color if color[1] >= max(color[0], color[2]) else (66, 136, 72)
    for at, (x, y) in enumerate(
        (
            (6, 60),
            (84, 56),
            (14, 26),
            (76, 22),
            (32, 6),
            (58, 4),
            (45, 30),
            (2, 84),
            (88, 82),
            (28, 44),
            (64, 42),
        )
    ):
        middle = ((45 + x) / 2 + (x - 45) * 0.12, (84 + y) / 2 - 14)
        pen.limb(
            [(45, 88), middle, (x, y)],
            [3, 13, 2],
            scaled(leaf, 0.8 + 0.07 * (at % 5)),
            shade="side",
            outline=0.6,
        )
    pen.shape([(18, 84), (72, 84), (64, 126), (26, 126)], (186, 98, 64), shade="side", depth=1.3)
    pen.box(14, 78, 76, 90, (198, 108, 72), radius=2, shade="side", depth=1.3)


def lamp_post(pen: Pen, color: RGB, *, is_lit: bool = False) -> None:
    """A street lamp, 90 × 420."""
    pen.limb([(45, 416), (45, 70)], [11, 7], color, shade="side")
    pen.box(32, 396, 58, 418, color, radius=3)
    pen.shape([(28, 70), (20, 24), (70, 24), (62, 70)], LIT_PANE if is_lit else (214, 222, 226), shade="down")
    pen.shape([(14, 26), (45, 4), (76, 26)], color)


def building(pen: Pen, color: RGB, columns: int, rows: int, *, lit: tuple[bool, ...] = ()) -> None:
    """A town house, 40 a column + 20 wide, 46 a row + 60 high; `lit` says which windows are, row by row."""
    width, height = columns * 40 + 20, rows * 46 + 60
    pen.box(0, 14, width, height + 4, color, shade="side", depth=0.6)
    pen.box(-4, 8, width + 4, 20, scaled(color, 0.8), outline=0.6)
    for row in range(rows):
        for column in range(columns):
            x, y = 17 + column * 40, 34 + row * 46
            is_lit = bool(lit) and lit[(row * columns + column) % len(lit)]
            pen.box(x, y, x + 24, y + 30, LIT_PANE if is_lit else PANE, shade="down", outline=0.5)
            pen.box(
                x - 2, y + 30, x + 26, y + 33, mixed(color, (255, 255, 255), 0.35), shade="flat", outline=0
            )


def flower(pen: Pen, color: RGB) -> None:
    """A flower, 40 × 80."""
    pen.limb([(20, 78), (20, 26)], [3, 2.4], (70, 130, 64), outline=0.5)
    pen.limb([(20, 60), (34, 48)], [2, 7, 1], (70, 130, 64), outline=0.5)
    for petal in oval_points(20, 20, 10, 10, 6):
        pen.oval(*petal, 7, 7, color, shade="round", outline=0.5)
    pen.oval(20, 20, 6, 6, (240, 200, 70), outline=0.5)
