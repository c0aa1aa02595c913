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
    pen.limb([(212, 556), (204, 430), (212, 300)], [74, 46, 34], WOOD, shade="side")
    pen.limb([(208, 450), (150, 360), (120, 300)], [30, 20, 10], WOOD, shade="side")
    pen.limb([(210, 440), (270, 350), (300, 300)], [30, 20, 10], WOOD, shade="side")
    pen.oval(210, 230, 168, 190, scaled(color, 0.78), shade="round", outline=0)
    for at, (x, y, r) in enumerate(_crown(3, 16)):
        tone = scaled(color, 0.84 + 0.2 * (0.5 - y * 0.5) + 0.03 * (at % 3))
        pen.oval(210 + x * 170, 222 + y * 205, r * 130, r * 118, tone, shade="round", outline=0)


def pine(pen: Pen, color: RGB) -> None:
    """A fir, 260 × 620: one ragged form, for skirts laid over each other are umbrellas to the eyes."""
    pen.limb([(130, 616), (130, 560)], [26, 22], WOOD, shade="side", outline=0)
    chance = random.Random(11)  # noqa: S311 - needles
    left: list[Point] = []
    right: list[Point] = []
    for step in range(17):
        part = step / 16
        half, y = 8 + 104 * part**0.9, 20 + 560 * part
        for side, edge in ((-1, left), (1, right)):
            edge.append((130 + side * half * chance.uniform(0.72, 1.0), y + chance.uniform(4, 16)))
            edge.append((130 + side * half * chance.uniform(0.5, 0.68), y + chance.uniform(-6, 4)))
    pen.shape([(130, 2), *right, (130, 590), *reversed(left)], color, shade="side", depth=0.7, outline=0.5)


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
    """A low shrub, 240 × 130: one soft form, for round tufts with dark edges are birds to the eyes."""
    pen.shape([(2, 132), (10, 96), (44, 62), (84, 50), (124, 42), (166, 54), (206, 74), (232, 104), (238, 132)], color,
              shade="down", is_smooth=True, outline=0.6)  # fmt: skip
    for x, y, r in ((70, 84, 34), (124, 74, 38), (176, 92, 32)):
        pen.oval(x, y, r, r * 0.6, scaled(color, 1.07), shade="flat", outline=0, opacity=0.6)


def rock(pen: Pen, color: RGB) -> None:
    """A low boulder, 200 × 132; higher ones with faces were umbrellas and balls to the shipped detector."""
    pen.shadow_under(104, 122, 100, 10, 0.6)
    top = [(4, 124), (8, 100), (40, 78), (88, 72), (120, 58), (160, 76), (190, 96), (198, 124)]
    pen.shape(top, color, is_smooth=True, shade="down", depth=1.3, outline=0)  # outlined one is a kite
    pen.fur(1200, strength=0.45, length=0.03)


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
    """A town house with a shop, 60 a column + 30 wide, 74 a row + 110 high; `lit` says which windows are, in turn.

    Windows are pale, tall and unlike each other: a grid of small dark ones is a keyboard to the eyes.
    """
    width, height = columns * 60 + 30, rows * 74 + 110
    pen.box(0, 14, width, height + 4, color, shade="side", depth=0.6)
    pen.box(-4, 6, width + 4, 18, scaled(color, 0.86), outline=0.6)
    for row in range(rows):
        y = 34 + row * 74
        pen.stroke([(0, y + 64), (width, y + 64)], scaled(color, 0.9), 4)
        for column in range(columns):
            x, at = 30 + column * 60, row * columns + column
            is_lit = bool(lit) and lit[at % len(lit)]
            pane = mixed(LIT_PANE if is_lit else PANE, color, 0.3 if is_lit else 0.5)
            pen.box(x, y, x + 30, y + 50, pane, shade="flat", outline=0.5)
            if at % 3 != 1:
                cloth = mixed(pane, (240, 236, 226), 0.4)
                pen.shape(
                    [(x, y), (x + 14 - at % 5, y), (x + 4, y + 50), (x, y + 50)],
                    cloth,
                    shade="flat",
                    outline=0,
                )
    floor = height - 74
    pen.box(
        14,
        floor + 14,
        width - 50,
        height + 4,
        mixed(LIT_PANE if lit else PANE, color, 0.35),
        shade="down",
        outline=0.5,
    )
    awning = mixed(color, ((150, 60, 54), (60, 100, 88), (196, 160, 96))[columns % 3], 0.6)
    pen.shape(
        [(8, floor), (width - 44, floor), (width - 36, floor + 20), (0, floor + 20)],
        awning,
        shade="down",
        outline=0.6,
    )
    pen.box(width - 38, floor + 12, width - 12, height + 4, scaled(color, 0.55), radius=2, outline=0.6)


def flower(pen: Pen, color: RGB) -> None:
    """A flower, 40 × 80."""
    pen.limb([(20, 78), (20, 26)], [3, 2.4], (70, 130, 64), outline=0.5)
    pen.limb([(20, 60), (34, 48)], [2, 7, 1], (70, 130, 64), outline=0.5)
    for petal in oval_points(20, 20, 10, 10, 6):
        pen.oval(*petal, 7, 7, color, shade="round", outline=0.5)
    pen.oval(20, 20, 6, 6, (240, 200, 70), outline=0.5)
