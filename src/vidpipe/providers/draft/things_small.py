"""Small things that people hold, carry and find; units are centimetres."""

from __future__ import annotations

import math

from vidpipe.providers.draft.colors import RGB, luminance, mixed, scaled
from vidpipe.providers.draft.pen import Pen, oval_points

STEEL: RGB = (188, 192, 198)
BRASS: RGB = (206, 168, 70)


def kite(pen: Pen, color: RGB) -> None:
    """A diamond kite with its tail, 130 × 220."""
    light = mixed(color, (255, 255, 255), 0.35)
    tail = [(65, 148), (74, 162), (60, 176), (72, 192), (62, 208), (70, 218)]
    pen.stroke(tail, (90, 80, 76), 1.2, is_smooth=True)
    for x, y in tail[1:5]:
        for side in (-1, 1):
            pen.shape(
                [(x, y), (x + side * 9, y - 5), (x + side * 9, y + 5)],
                color if side < 0 else light,
                outline=0.6,
            )
    pen.shape([(65, 4), (8, 58), (65, 148)], color, shade="down", depth=1.2)
    pen.shape([(65, 4), (122, 58), (65, 148)], scaled(color, 0.82), shade="down", depth=1.2)
    pen.shape([(65, 4), (36, 31), (65, 58)], light, shade="flat", outline=0)
    pen.shape([(65, 58), (93, 103), (65, 148)], light, shade="flat", outline=0)
    pen.stroke([(65, 4), (65, 148)], (110, 84, 60), 1.6)
    pen.stroke([(8, 58), (122, 58)], (110, 84, 60), 1.6)


def umbrella(pen: Pen, color: RGB) -> None:
    """An open umbrella, 120 × 105."""
    pen.limb(
        [(60, 8), (60, 88), (58, 98), (50, 100), (46, 94)],
        [1.6, 1.8, 2.6, 2.6, 2.4],
        (80, 60, 46),
        outline=0.8,
    )
    edge = [(4, 52), (22, 45), (42, 51), (60, 45), (78, 51), (98, 45), (116, 52)]
    pen.shape([(4, 52), (14, 28), (36, 12), (60, 6), (84, 12), (106, 28), (116, 52), (98, 46), (78, 52), (60, 46), (42, 52), (22, 46)],
              color, shade="round", depth=1.3)  # fmt: skip
    for left, right, tone in ((0, 2, 0.86), (2, 4, 1.12), (4, 6, 0.78)):
        pen.shape(
            [(60, 7), edge[left], edge[left + 1], edge[right]],
            scaled(color, tone),
            shade="down",
            outline=0.5,
            opacity=0.9,
        )
    for at in (2, 4):
        pen.stroke(
            [(60, 7), ((60 + edge[at][0]) / 2 + (edge[at][0] - 60) * 0.12, 24), edge[at]],
            scaled(color, 0.6),
            0.8,
            is_smooth=True,
        )
    pen.box(58.8, 1, 61.2, 8, (70, 60, 56), outline=0.5)


def ball(pen: Pen, color: RGB) -> None:
    """A football, 24 × 24; in its own colour where it has one, else white and black."""
    pen.shadow_under(12, 22.4, 10, 1.8, 0.6)
    is_plain = max(color) - min(color) < 30
    ground = (240, 240, 238) if is_plain else color
    patch = (34, 34, 38) if is_plain else (246, 244, 238)
    pen.oval(12, 12, 10.6, 10.6, ground, shade="round", depth=1.4)
    pen.shape(oval_points(11.4, 11.4, 3.6, 3.6, 5), patch, shade="flat", outline=0.4)
    for at, (x, y) in enumerate(oval_points(11.4, 11.4, 9.0, 9.0, 5)):
        angle = math.tau * at / 5
        pen.stroke(
            [
                (11.4 + 3.6 * math.cos(angle), 11.4 + 3.6 * math.sin(angle)),
                (x - 1.6 * math.cos(angle), y - 1.6 * math.sin(angle)),
            ],
            patch,
            0.5,
        )
        pen.shape(oval_points(x * 0.96 + 0.5, y * 0.96 + 0.5, 2.3, 2.3, 5), patch, shade="flat", outline=0.3)


def book(pen: Pen, color: RGB) -> None:
    """A closed book that lies, 35 × 15."""
    pen.shadow_under(17, 13, 17, 1.4, 0.6)
    pen.shape([(1, 8.4), (9, 1.6), (33, 3.4), (27, 10.6)], color, shade="down", outline=0.7)
    pen.shape([(1, 8.4), (27, 10.6), (27, 13.2), (1, 11)], (244, 238, 222), shade="down", outline=0.5)
    for leaf in range(3):
        pen.stroke([(1, 9.1 + leaf * 0.6), (27, 11.3 + leaf * 0.6)], (200, 190, 170), 0.15)
    pen.shape([(27, 10.6), (33, 3.4), (33, 6), (27, 13.2)], (230, 222, 204), shade="down", outline=0.5)
    pen.shape([(1, 11), (27, 13.2), (27, 13.9), (1, 11.7)], scaled(color, 0.7), shade="flat", outline=0.4)
    label = [(10, 4.4), (26, 5.8), (23, 8.6), (7, 7.2)]
    pen.shape(label, mixed(color, (250, 230, 170), 0.6), shade="flat", outline=0)


def cup(pen: Pen, color: RGB) -> None:
    """A cup with a handle, 13 × 11."""
    pen.shadow_under(5.8, 10.4, 5.2, 0.8, 0.65)
    ring = [(9.2, 3.2), (11.6, 3.0), (12.4, 5.2), (11, 7.6), (8.9, 8.1)]
    pen.limb(ring, [1.4, 1.3, 1.3, 1.3, 1.4], scaled(color, 0.85), shade="flat")
    pen.shape(
        [(1, 1.8), (10.2, 1.8), (9.6, 8.2), (8.2, 10.4), (3, 10.4), (1.6, 8.2)],
        color,
        shade="side",
        depth=1.5,
    )
    pen.oval(5.6, 1.8, 4.6, 1.15, mixed(color, (255, 255, 255), 0.35), shade="flat")
    pen.oval(5.6, 2.0, 3.9, 0.8, (84, 52, 34), shade="down", outline=0.3)
    pen.shape(
        [(2.1, 3.4), (3, 3.5), (3.1, 8.4), (2.6, 8.2)], (255, 255, 255), shade="flat", outline=0, opacity=0.5
    )


def bottle(pen: Pen, color: RGB) -> None:
    """A bottle with a label, 10 × 31."""
    glass = color if max(color) - min(color) >= 30 else (58, 104, 72)
    pen.shadow_under(5, 30.2, 4.6, 0.9, 0.65)
    pen.shape(
        [
            (3.8, 1.4),
            (6.2, 1.4),
            (6.3, 8.2),
            (8.8, 12.6),
            (9, 29),
            (8.2, 30.4),
            (1.8, 30.4),
            (1, 29),
            (1.2, 12.6),
            (3.7, 8.2),
        ],
        glass,
        shade="side",
        depth=1.6,
    )
    pen.box(3.5, 0.6, 6.5, 3.4, (150, 40, 44), radius=0.3, outline=0.6)
    pen.box(1.1, 16, 8.9, 24.6, (242, 234, 212), shade="side", outline=0.4)
    for y, wide in ((18.4, 2.6), (20.2, 3.0), (22, 2.0)):
        pen.stroke([(5 - wide, y), (5 + wide, y)], (120, 60, 50), 0.5)
    pen.shape(
        [(2, 12.8), (2.9, 11.8), (2.9, 29), (2.1, 28.8)],
        (255, 255, 255),
        shade="flat",
        outline=0,
        opacity=0.5,
    )


def phone(pen: Pen, color: RGB) -> None:
    """A telephone that shows its screen, 9 × 17."""
    pen.box(0.6, 0.4, 8.4, 16.6, scaled(color, 0.55), radius=1.2, shade="side")
    pen.box(1.1, 1.5, 7.9, 15.2, (42, 66, 104), radius=0.4, shade="down", outline=0.3)
    for row in range(4):
        for column in range(3):
            tone = ((90, 170, 220), (240, 180, 70), (110, 190, 120), (226, 100, 100))[(row + column) % 4]
            pen.box(
                1.8 + column * 2.0,
                3.2 + row * 2.2,
                3.3 + column * 2.0,
                4.7 + row * 2.2,
                tone,
                radius=0.35,
                shade="flat",
                outline=0,
            )
    pen.box(3.6, 0.8, 5.4, 1.1, (120, 122, 128), shade="flat", outline=0)
    pen.oval(4.5, 15.9, 0.4, 0.4, (120, 122, 128), shade="flat", outline=0)
    pen.shape([(1.1, 1.5), (4.6, 1.5), (1.1, 9.6)], (255, 255, 255), shade="flat", outline=0, opacity=0.14)


def laptop(pen: Pen, color: RGB) -> None:
    """An open laptop, 40 × 28."""
    pen.shadow_under(20, 26.6, 20, 1.4, 0.6)
    shell = mixed(color, STEEL, 0.4)
    pen.box(6, 1, 34, 19.6, scaled(shell, 0.7), radius=0.9)
    pen.box(7.2, 2.2, 32.8, 18.2, (26, 30, 40), radius=0.2, shade="flat", outline=0.4)
    pen.box(7.8, 2.8, 32.2, 17.6, (72, 120, 176), shade="down", outline=0)
    pen.box(9.4, 4.6, 22, 13.4, (240, 242, 244), shade="flat", outline=0)
    for row in range(4):
        pen.stroke(
            [(10.4, 6.4 + row * 1.7), (20.6 if row % 2 else 18, 6.4 + row * 1.7)], (150, 156, 164), 0.4
        )
    pen.shape([(6, 19.4), (34, 19.4), (38.6, 25.4), (1.4, 25.4)], shell, shade="down")
    pen.shape([(8.4, 20.2), (31.6, 20.2), (33.6, 22.8), (6.4, 22.8)], (52, 54, 60), shade="flat", outline=0.3)
    for row in range(3):
        y = 20.7 + row * 0.8
        for key in range(14):
            x = 8.0 - row * 0.5 + key * (24 + row) / 14
            pen.box(x, y, x + 1.2, y + 0.5, (96, 98, 104), shade="flat", outline=0)
    pen.shape([(16.6, 23.2), (23.4, 23.2), (23.8, 24.8), (16.2, 24.8)], scaled(shell, 0.88), outline=0.3)
    pen.box(1.2, 25.2, 38.8, 26.6, scaled(shell, 0.75), radius=0.5, outline=0.6)


def clock(pen: Pen, color: RGB) -> None:
    """A wall clock that says ten past ten, 34 × 34."""
    pen.oval(17, 17, 16, 16, scaled(color, 0.6), shade="round", depth=1.2)
    pen.oval(17, 17, 13.6, 13.6, (246, 244, 236), shade="down", outline=0.7)
    for at, (x, y) in enumerate(oval_points(17, 17, 11.8, 11.8, 12)):
        inner = oval_points(17, 17, 9.8 if at % 3 == 0 else 10.8, 9.8 if at % 3 == 0 else 10.8, 12)[at]
        pen.stroke([inner, (x, y)], (34, 34, 38), 1.0 if at % 3 == 0 else 0.5)
    for angle, length, width in ((-60, 6.6, 1.1), (60, 10.0, 0.8)):
        turn = math.radians(angle - 90)
        pen.stroke(
            [(17, 17), (17 + length * math.cos(turn), 17 + length * math.sin(turn))], (24, 24, 28), width
        )
    pen.stroke([(17, 19.6), (17, 7.2)], (190, 40, 36), 0.35)
    pen.oval(17, 17, 0.9, 0.9, (24, 24, 28), outline=0)


def letter(pen: Pen, color: RGB) -> None:
    """An envelope with a seal, 24 × 17."""
    pen.shadow_under(12, 16.2, 11.6, 0.9, 0.5)
    pen.box(0.8, 1, 23.2, 16, color, radius=0.4, shade="down")
    pen.stroke([(0.9, 15.8), (9.6, 8)], scaled(color, 0.74), 0.4)
    pen.stroke([(23.1, 15.8), (14.4, 8)], scaled(color, 0.74), 0.4)
    pen.shape([(0.8, 1), (23.2, 1), (12, 10.2)], scaled(color, 0.95), shade="down")
    pen.oval(12, 9.4, 2.0, 2.0, (176, 34, 38), shade="round", outline=0.7)
    pen.oval(12, 9.4, 1.1, 1.1, (140, 24, 30), shade="round", outline=0)


def key(pen: Pen, color: RGB) -> None:
    """An old key, 12 × 5."""
    pen.stroke([*oval_points(2.5, 2.4, 1.6, 1.6, 24), (4.1, 2.4)], color, 0.8)
    pen.oval(2.5, 2.4, 2.1, 2.1, color, shade="round")
    pen.oval(2.5, 2.4, 1.1, 1.1, scaled(color, 0.35), shade="flat", outline=0.5)
    pen.box(4.4, 2.0, 11.4, 2.8, color, radius=0.2, shade="down")
    for x, down in ((8.6, 4.4), (9.8, 3.9), (10.8, 4.5)):
        pen.box(x, 2.7, x + 0.7, down, color, shade="down", outline=0.7)


def lantern(pen: Pen, color: RGB) -> None:
    """A storm lantern that burns, 22 × 40."""
    pen.shadow_under(11, 39, 9, 1.2, 0.6)
    pen.stroke([(4, 13), (4.6, 4.4), (11, 1.4), (17.4, 4.4), (18, 13)], color, 0.8, is_smooth=True)
    pen.shape([(5.6, 12.6), (8, 8), (14, 8), (16.4, 12.6)], color, shade="side")
    pen.box(8.6, 5.4, 13.4, 8.4, color, radius=0.4, shade="side")
    pen.shape(
        [(6, 13), (16, 13), (17.2, 20), (16, 30), (6, 30), (4.8, 20)],
        (252, 226, 150),
        is_smooth=True,
        shade="round",
    )
    pen.shape(
        [(11, 15.6), (8.8, 22), (9.6, 27), (12.4, 27), (13.2, 22)],
        (250, 160, 50),
        is_smooth=True,
        shade="flat",
        outline=0,
    )
    pen.shape(
        [(11, 19), (9.9, 24), (11, 27), (12.1, 24)], (255, 246, 200), is_smooth=True, shade="flat", outline=0
    )
    for x in (4.4, 17.6):
        pen.stroke([(x, 12), (x, 32)], color, 0.8)
    pen.box(4, 29.6, 18, 32.4, color, radius=0.5, shade="side")
    pen.shape([(5.4, 32.2), (16.6, 32.2), (18.4, 38.6), (3.6, 38.6)], color, shade="side")


def box(pen: Pen, color: RGB, width: float = 56, height: float = 46) -> None:
    """A closed carton, 56 × 46 when not said otherwise."""
    pen.shadow_under(width / 2, height - 1.5, width * 0.5, 2.4, 0.6)
    lid = height * 0.24
    pen.shape(
        [(2, lid), (width * 0.14, 1.5), (width * 0.86, 1.5), (width - 2, lid)],
        scaled(color, 1.12),
        shade="up",
    )
    pen.box(2, lid, width - 2, height - 1.4, color, shade="side")
    tape = mixed(color, (250, 244, 226), 0.55)
    pen.shape(
        [(width * 0.46, 1.5), (width * 0.54, 1.5), (width * 0.55, lid), (width * 0.45, lid)],
        tape,
        shade="flat",
        outline=0,
    )
    pen.box(width * 0.45, lid, width * 0.55, lid + height * 0.16, tape, shade="flat", outline=0)


def suitcase(pen: Pen, color: RGB) -> None:
    """A suitcase, 66 × 62."""
    pen.shadow_under(33, 60, 32, 2.4, 0.65)
    pen.limb([(24, 14), (25, 4), (41, 4), (42, 14)], [3.4], (64, 50, 44), shade="flat")
    pen.box(2, 12, 64, 59, color, radius=5, shade="down", depth=1.3)
    strap = scaled(color, 0.5) if luminance(color) > 0.25 else mixed(color, (200, 170, 120), 0.5)
    for left in (12, 47):
        pen.box(left, 12, left + 6.4, 59, strap, shade="side", outline=0.6)
        pen.box(left - 0.8, 26, left + 7.2, 32, BRASS, radius=1, outline=0.6)
    pen.stroke([(2, 20), (64, 20)], scaled(color, 0.55), 0.9)
    for x, y in ((4, 14), (62, 14), (4, 57), (62, 57)):
        pen.oval(x, y, 3.4, 3.4, strap, outline=0.5)
    for x in (8, 52):
        pen.box(x, 59, x + 6, 61.6, (50, 50, 54), radius=1, outline=0.5)


def backpack(pen: Pen, color: RGB) -> None:
    """A backpack, 42 × 54."""
    pen.shadow_under(21, 52.4, 18, 2, 0.65)
    dark, light = scaled(color, 0.66), mixed(color, (255, 255, 255), 0.18)
    pen.limb([(16, 6), (17, 2), (25, 2), (26, 6)], [2], dark, shade="flat", outline=0.8)
    for x in (3.4, 38.6):
        pen.shape([(x - 2.6, 30), (x + 2.6, 30), (x + 2.4, 48), (x - 2.4, 48)], dark, is_smooth=True)
    pen.shape(
        [
            (8, 10),
            (14, 4.6),
            (28, 4.6),
            (34, 10),
            (37, 28),
            (36, 48),
            (32, 52.6),
            (10, 52.6),
            (6, 48),
            (5, 28),
        ],
        color,
        is_smooth=True,
        shade="side",
        depth=1.3,
    )
    pen.shape(
        [(7, 16), (14, 9), (28, 9), (35, 16), (35, 22), (21, 26), (7, 22)],
        light,
        is_smooth=True,
        shade="down",
    )
    pen.box(10, 30, 32, 48, scaled(color, 0.88), radius=4, shade="down")
    pen.stroke([(11, 34), (31, 34)], (48, 46, 50), 0.9)
    for x in (15, 26):
        pen.box(x - 1.2, 18, x + 1.2, 32, dark, outline=0.5)
        pen.box(x - 1.7, 26, x + 1.7, 29, STEEL, radius=0.5, outline=0.5)
