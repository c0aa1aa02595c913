"""Furniture; units are centimetres."""

from __future__ import annotations

from vidpipe.providers.draft.colors import RGB, mixed, scaled
from vidpipe.providers.draft.pen import Pen


def chair(pen: Pen, color: RGB) -> None:
    """A wooden chair, seen half from the side, 56 × 96."""
    pen.shadow_under(28, 92, 27, 4, 0.6)
    dark = scaled(color, 0.7)
    for x, top in ((40.0, 50), (9.0, 58)):
        pen.limb([(x + 4, top), (x + 3, 88)], [4.4, 3.6], dark, shade="side")
    for x in (14.0, 46.0):
        pen.limb([(x, 4), (x - 1, 54)], [4.8, 4.8], color, shade="side")
    for y in (8.0, 20.0, 32.0):
        pen.limb([(14, y), (30, y - 1.4), (46, y)], [6.4], color, shade="down")
    pen.shape([(12, 50), (48, 50), (54, 60), (4, 60)], scaled(color, 1.12), shade="up")
    pen.box(4, 59.4, 54, 64.4, color, radius=1.4, shade="side")
    for x in (6.6, 51.0):
        pen.limb([(x, 62), (x - (1 if x < 20 else -1), 94)], [5.4, 4.2], color, shade="side")
    pen.limb([(7, 79), (51, 79)], [3], dark, shade="down", outline=0.7)


def table(pen: Pen, color: RGB) -> None:
    """A table, 160 × 82."""
    pen.shadow_under(80, 79, 78, 4, 0.55)
    for x in (30, 124):
        pen.limb([(x, 20), (x, 70)], [6, 5], scaled(color, 0.62), shade="side")
    pen.shape([(22, 8), (138, 8), (158, 22), (2, 22)], scaled(color, 1.16), shade="up")
    pen.box(2, 21.6, 158, 27, color, radius=1, shade="side")
    pen.box(12, 27, 148, 34, scaled(color, 0.78), shade="side", outline=0.7)
    for x in (14, 146):
        pen.limb([(x, 30), (x, 80)], [8, 6], color, shade="side")


def couch(pen: Pen, color: RGB) -> None:
    """A sofa for three, 210 × 92."""
    pen.shadow_under(105, 89, 106, 5, 0.65)
    for x in (18, 192):
        pen.box(x - 5, 80, x + 5, 90, (80, 56, 40), radius=1)
    pen.box(14, 6, 196, 62, scaled(color, 0.92), radius=12, shade="down", depth=1.2)
    for left in (24, 79, 134):
        pen.box(left, 12, left + 53, 54, color, radius=8, shade="round", depth=1.2)
    pen.box(20, 66, 190, 84, scaled(color, 0.72), radius=3, shade="down")
    for left in (24, 79, 134):
        pen.box(
            left, 50, left + 53, 68, mixed(color, (255, 255, 255), 0.1), radius=6, shade="down", depth=1.3
        )
    for left in (2, 184):
        pen.box(left, 34, left + 24, 84, color, radius=11, shade="side", depth=1.3)
    pen.shape([(38, 30), (64, 26), (70, 50), (42, 54)], (224, 196, 130), is_smooth=False, shade="round")


def bed(pen: Pen, color: RGB) -> None:
    """A bed, its head to the right, 220 × 112."""
    wood: RGB = (134, 92, 60)
    pen.shadow_under(110, 108, 110, 5, 0.65)
    pen.box(196, 8, 212, 106, wood, radius=3, shade="side")
    pen.box(4, 50, 16, 106, wood, radius=3, shade="side")
    pen.box(10, 78, 204, 94, scaled(wood, 0.85), shade="down")
    pen.box(14, 62, 200, 82, (238, 234, 226), radius=4, shade="down")
    pen.shape(
        [(150, 62), (156, 44), (170, 38), (192, 40), (198, 52), (196, 64)],
        (250, 248, 242),
        is_smooth=True,
        shade="round",
    )
    pen.shape(
        [(12, 58), (22, 52), (80, 54), (140, 52), (152, 58), (154, 92), (148, 98), (16, 98), (11, 90)],
        color,
        is_smooth=True,
        shade="down",
        depth=1.3,
    )
    pen.shape(
        [(136, 53), (152, 57), (154, 74), (140, 72)],
        mixed(color, (255, 255, 255), 0.6),
        shade="down",
        outline=0.6,
    )
    for x in (40, 78, 114):
        pen.stroke([(x, 58), (x - 5, 76), (x - 2, 95)], scaled(color, 0.72), 1.2, is_smooth=True)


def lamp(pen: Pen, color: RGB) -> None:
    """A table lamp that is lit, 44 × 66."""
    pen.shadow_under(22, 64, 13, 2, 0.6)
    pen.shape([(14, 4), (30, 4), (42, 32), (2, 32)], mixed(color, (255, 244, 206), 0.4), shade="round")
    pen.limb([(22, 32), (22, 44)], [3], (150, 120, 70), outline=0.7)
    pen.shape(
        [(18, 42), (26, 42), (31, 54), (28, 62), (16, 62), (13, 54)],
        (92, 120, 136),
        is_smooth=True,
        shade="round",
    )
    pen.box(11, 61, 33, 65, (150, 120, 70), radius=1.5)
