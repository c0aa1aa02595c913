"""Animals, drawn from the side and looking to the left; units are centimetres."""

from __future__ import annotations

from vidpipe.providers.draft.colors import RGB, mixed, scaled
from vidpipe.providers.draft.pen import Pen

DARK: RGB = (30, 26, 28)
CREAM: RGB = (240, 228, 206)


def animal_eye(pen: Pen, x: float, y: float, radius: float, iris: RGB = (70, 46, 30)) -> None:
    """An eye with its glint."""
    pen.oval(x, y, radius * 1.25, radius * 1.15, (20, 18, 20), shade="flat", outline=0)
    pen.oval(x, y, radius, radius, iris, shade="flat", outline=0)
    pen.oval(x, y, radius * 0.6, radius * 0.6, (14, 12, 14), shade="flat", outline=0)
    pen.oval(
        x - radius * 0.3,
        y - radius * 0.35,
        radius * 0.3,
        radius * 0.3,
        (250, 250, 250),
        shade="flat",
        outline=0,
    )


def horse(pen: Pen, color: RGB) -> None:
    """A horse, 250 × 230."""
    mane, dark = scaled(color, 0.38), scaled(color, 0.72)
    pen.shadow_under(140, 222, 96, 7, 0.6)
    pen.limb([(222, 96), (240, 118), (238, 160), (230, 186)], [12, 20, 16, 4], mane, shade="side")
    for x, bend in ((104, -4), (196, 6)):
        pen.limb(
            [(x, 140), (x + bend, 172), (x - bend * 0.4, 196), (x, 218)], [24, 13, 9, 8], dark, shade="side"
        )
        pen.shape([(x - 7, 210), (x + 6, 210), (x + 8, 222), (x - 10, 222)], DARK, outline=0.7)
    pen.shape([(80, 96), (104, 82), (150, 92), (196, 80), (226, 94), (230, 126), (214, 150), (176, 152), (140, 160), (104, 156), (82, 136)],
              color, is_smooth=True, shade="down", depth=1.3)  # fmt: skip
    for x, bend in ((92, -3), (212, 9)):
        pen.limb(
            [(x, 138), (x + bend, 172), (x - bend * 0.3, 196), (x, 218)], [32, 15, 10, 9], color, shade="side"
        )
        pen.shape([(x - 8, 210), (x + 7, 210), (x + 9, 223), (x - 11, 223)], DARK, outline=0.7)
    pen.shape(
        [(104, 84), (96, 124), (80, 128), (62, 70), (56, 36), (74, 24), (92, 40)],
        color,
        is_smooth=True,
        shade="side",
        depth=1.1,
    )
    pen.shape(
        [(70, 12), (90, 26), (108, 58), (116, 90), (102, 80), (88, 48), (76, 30)],
        mane,
        is_smooth=True,
        shade="side",
    )
    pen.shape(
        [(64, 18), (76, 28), (74, 46), (54, 60), (34, 84), (20, 86), (14, 76), (24, 58), (40, 30), (52, 20)],
        color,
        is_smooth=True,
        shade="round",
        depth=1.2,
    )
    pen.shape(
        [(14, 76), (20, 66), (32, 72), (34, 84), (22, 88)],
        mixed(color, DARK, 0.6),
        is_smooth=True,
        shade="round",
        outline=0,
    )
    pen.oval(20, 74, 2.6, 2, DARK, shade="flat", outline=0)
    pen.stroke([(18, 83), (28, 81)], DARK, 1.4)
    for x in (62, 72):
        pen.shape([(x - 4, 22), (x + 2, 4), (x + 7, 22)], color, shade="side")
    pen.limb([(66, 12), (58, 26), (52, 36)], [8, 9, 2], mane, outline=0.6)
    animal_eye(pen, 51, 39, 3.4)


def cow(pen: Pen, color: RGB) -> None:
    """A cow, 250 × 170."""
    patch = (52, 42, 40) if sum(color) > 420 else scaled(color, 0.5)
    pen.shadow_under(136, 163, 100, 7, 0.6)
    pen.limb([(230, 50), (240, 86), (236, 122)], [6, 4, 9], scaled(color, 0.8), shade="side")
    for x in (94, 196):
        pen.limb([(x, 104), (x + 2, 132), (x, 160)], [20, 13, 11], scaled(color, 0.72), shade="side")
        pen.box(x - 8, 154, x + 8, 164, DARK, radius=2, outline=0.6)
    pen.shape([(64, 52), (100, 42), (160, 46), (216, 40), (236, 56), (236, 98), (220, 116), (160, 122), (100, 120), (72, 104), (60, 76)],
              color, is_smooth=True, shade="down", depth=1.3)  # fmt: skip
    for points in ([(112, 44), (150, 47), (156, 74), (134, 88), (110, 70)], [(186, 44), (224, 44), (234, 66), (214, 84), (190, 68)],
                   [(160, 100), (190, 94), (198, 116), (168, 120)], [(76, 60), (92, 58), (96, 90), (80, 96)]):  # fmt: skip
        pen.shape(points, patch, is_smooth=True, shade="down", outline=0)
    pen.shape(
        [(184, 114), (206, 112), (204, 128), (190, 130)], (236, 176, 168), is_smooth=True, shade="round"
    )
    for x in (80, 214):
        pen.limb([(x, 102), (x + 3, 132), (x, 160)], [26, 15, 12], color, shade="side")
        pen.box(x - 9, 154, x + 8, 165, DARK, radius=2, outline=0.6)
    pen.shape(
        [(66, 50), (84, 72), (80, 100), (62, 90), (50, 70)], color, is_smooth=True, shade="side", outline=0.6
    )
    pen.limb([(66, 36), (82, 28), (90, 34)], [4, 12, 3], patch, outline=0.7)
    pen.limb([(34, 34), (18, 28), (10, 36)], [4, 11, 3], patch, outline=0.7)
    for side, x in ((-1, 38), (1, 60)):
        pen.limb([(x, 28), (x + side * 9, 20), (x + side * 8, 8)], [7, 5, 2], (226, 214, 186), shade="side")
    pen.shape(
        [(34, 26), (50, 22), (66, 26), (70, 44), (62, 70), (56, 88), (40, 88), (34, 70), (28, 44)],
        color,
        is_smooth=True,
        shade="round",
        depth=1.2,
    )
    pen.shape(
        [(56, 24), (67, 28), (69, 46), (60, 60), (54, 44)], patch, is_smooth=True, shade="down", outline=0
    )
    pen.shape(
        [(34, 74), (48, 68), (62, 74), (62, 92), (48, 98), (34, 92)],
        (230, 176, 164),
        is_smooth=True,
        shade="round",
    )
    for x in (42, 54):
        pen.oval(x, 81, 2.8, 2.2, (96, 52, 52), shade="flat", outline=0)
    pen.fur(1800)
    for x in (36, 62):
        animal_eye(pen, x, 46, 3.2)


def sheep(pen: Pen, color: RGB) -> None:
    """A sheep, 140 × 105."""
    face = (60, 52, 52)
    pen.shadow_under(78, 100, 56, 5, 0.6)
    for x in (54, 66, 104, 114):
        pen.limb([(x, 70), (x, 98)], [8, 6], face, shade="side")
    for x, y, r in (
        (48, 44, 20),
        (66, 34, 21),
        (88, 32, 21),
        (108, 40, 20),
        (118, 56, 18),
        (104, 68, 20),
        (82, 72, 20),
        (60, 68, 20),
        (46, 58, 18),
    ):
        pen.oval(x, y, r, r * 0.9, color, shade="round")
    pen.oval(82, 52, 38, 24, color, shade="round", outline=0)
    for x, y in ((60, 46), (74, 40), (92, 42), (106, 52), (70, 60), (88, 60)):
        pen.stroke([(x - 6, y + 2), (x, y - 3), (x + 6, y + 2)], scaled(color, 0.78), 1.4, is_smooth=True)
    pen.shape(
        [(24, 30), (40, 26), (48, 38), (44, 54), (34, 66), (22, 64), (16, 54), (18, 40)],
        face,
        is_smooth=True,
        shade="round",
        depth=1.3,
    )
    for x, turn in ((46, 1), (18, -1)):
        pen.limb([(x - turn * 2, 34), (x + turn * 8, 36)], [8, 4], face, outline=0.7)
    for x, y, r in ((26, 27, 9), (36, 24, 10), (44, 29, 9)):
        pen.oval(x, y, r, r * 0.8, color, shade="round", outline=0.6)
    pen.fur(1600, strength=0.3)
    for x in (24, 38):
        animal_eye(pen, x, 43, 2.2, (200, 170, 90))
    for x in (25, 31):
        pen.oval(x, 59, 1.4, 1.1, (24, 20, 20), shade="flat", outline=0)


def bird(pen: Pen, color: RGB) -> None:
    """A bird that stands, 40 × 34."""
    wing, light = scaled(color, 0.66), mixed(color, (250, 248, 242), 0.75)
    pen.shadow_under(19, 32, 10, 1.6, 0.55)
    for x in (18, 22):
        pen.stroke([(x, 24), (x - 0.5, 31.6)], (196, 130, 60), 0.9)
        pen.stroke([(x - 3, 32), (x - 0.5, 31.4), (x + 1.6, 32)], (196, 130, 60), 0.8)
    pen.shape([(28, 17), (39, 20.5), (38.6, 22.8), (28, 22)], scaled(color, 0.55), shade="down")
    pen.shape([(7, 9), (11, 5.4), (15, 6.4), (18, 11), (26, 13.6), (31, 18), (29, 23), (21, 26), (13, 23.6), (9.4, 18), (9, 13)], color,
              is_smooth=True, shade="round", depth=1.2)  # fmt: skip
    pen.shape(
        [(9.2, 13.6), (13, 14), (17, 20), (24, 25), (15, 24.6), (10, 19)],
        light,
        is_smooth=True,
        shade="down",
        outline=0,
    )
    pen.shape(
        [(15, 13.4), (23, 13.4), (31, 18.4), (36, 21.4), (27, 22.4), (19, 20.6)],
        wing,
        is_smooth=True,
        shade="down",
    )
    for x, y in ((20, 17), (24, 18.6), (28, 20)):
        pen.stroke([(x, y), (x + 6, y + 2.2)], scaled(wing, 0.6), 0.5)
    pen.shape([(1.6, 10.8), (7.6, 8.6), (8, 11.4)], (232, 168, 50), outline=0.6)
    animal_eye(pen, 10.6, 9, 1.0)
