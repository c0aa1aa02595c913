"""A dog on its legs and a cat that lies, in their fur; units are centimetres.

Drawn smoothly they were taken for persons, horses and teddy bears by the shipped detector, and a dog that lies and
looks at us is a teddy bear in half of all colours and places (named in 26 of 72; on its legs in 70).
"""

from __future__ import annotations

from vidpipe.providers.draft.colors import RGB, mixed, scaled
from vidpipe.providers.draft.pen import Pen

DARK: RGB = (30, 26, 28)
CREAM: RGB = (240, 228, 206)


def dog(pen: Pen, color: RGB) -> None:
    """A dog on its legs that looks to the left, 130 × 92."""
    dark = scaled(color, 0.7)
    pen.shadow_under(68, 88, 52, 4, 0.6)
    pen.limb([(108, 36), (118, 30), (124, 18), (122, 8)], [7, 6, 4.5, 2], color, shade="side", outline=0.7)
    pen.limb([(98, 50), (107, 62), (108, 72), (114, 85)], [15, 8, 5.5, 5], dark, shade="side", outline=0.7)
    pen.limb([(52, 54), (60, 68), (66, 82)], [10, 6.5, 5], dark, shade="side", outline=0.7)
    upper = [(30, 22), (40, 24), (50, 32), (70, 34), (92, 31), (106, 34), (113, 44), (110, 56), (100, 58)]
    lower = [(86, 55), (70, 60), (56, 66), (46, 64), (38, 54), (32, 42), (26, 34)]
    pen.shape([*upper, *lower], color, is_smooth=True, shade="down", depth=1.4, outline=0.8)
    pen.limb([(100, 46), (99, 60), (88, 70), (84, 86)], [21, 11, 6.5, 5.6], color, shade="side", outline=0.7)
    pen.limb([(46, 54), (40, 70), (32, 86)], [14, 8, 6], color, shade="side", outline=0.7)
    skull = [
        (36, 10),
        (44, 16),
        (45, 26),
        (38, 33),
        (27, 34),
        (14, 33),
        (8, 29),
        (9, 24),
        (17, 20),
        (23, 12),
        (30, 8),
    ]
    pen.shape(skull, color, is_smooth=True, shade="round", depth=1.3, outline=0.8)
    ear = [(34, 10), (42, 13), (47, 26), (43, 37), (37, 34), (34, 24)]
    pen.shape(ear, scaled(color, 0.6), is_smooth=True, shade="down", outline=0.7)
    pen.fur(3000, strength=0.48, length=0.045)
    pen.oval(9.6, 24.6, 2.8, 2.3, DARK, shade="round", outline=0)
    pen.stroke([(10, 29.8), (17, 31.4), (24, 29.4)], scaled(dark, 0.5), 0.9, is_smooth=True)
    pen.oval(25, 18, 1.9, 1.9, (26, 18, 16), shade="flat", outline=0)
    pen.oval(24.4, 17.4, 0.6, 0.6, (250, 250, 250), shade="flat", outline=0)


def cat(pen: Pen, color: RGB) -> None:
    """A cat that lies, 100 × 60."""
    dark, light = scaled(color, 0.62), mixed(color, CREAM, 0.6)
    pen.shadow_under(52, 56, 44, 4, 0.6)
    back = [(24, 30), (36, 22), (56, 16), (76, 20), (90, 34), (92, 50), (84, 56), (40, 57), (24, 52)]
    pen.shape(back, color, is_smooth=True, shade="round", depth=1.3, outline=0.8)
    for x in (50, 58, 66, 74, 82):
        top = 18 + abs(x - 60) * 0.2
        pen.stroke([(x, top), (x + 3, 27), (x + 2, 36)], dark, 2, is_smooth=True)
    pen.limb([(88, 50), (76, 57), (56, 57)], [6, 6, 5], color, shade="side", outline=0.7)
    pen.shape(
        [(62, 36), (78, 36), (84, 48), (76, 56), (62, 55)], color, is_smooth=True, shade="round", outline=0.5
    )
    pen.limb([(34, 48), (26, 55), (16, 55)], [8, 7, 6], color, shade="down", outline=0.6)
    for x, turn in ((14, -1), (30, 1)):
        pen.shape([(x - 5.5, 20), (x + turn * 2, 6), (x + 6, 20)], color, shade="side", outline=0.7)
        pen.shape(
            [(x - 2.6, 19), (x + turn * 1.4, 10), (x + 3, 19)], (214, 150, 140), shade="flat", outline=0
        )
    skull = [(22, 14), (31, 16), (37, 25), (35, 36), (28, 42), (16, 42), (9, 36), (7, 25), (13, 16)]
    pen.shape(skull, color, is_smooth=True, shade="round", depth=1.2, outline=0.8)
    for x in (18, 22, 26):
        pen.stroke([(x, 15), (x + (22 - x) * 0.2, 21)], dark, 1.3)
    cheeks = [(22, 29), (29, 33), (29, 39), (22, 42), (15, 39), (15, 33)]
    pen.shape(cheeks, light, is_smooth=True, shade="flat", outline=0)
    pen.fur(3000, strength=0.48, length=0.042)
    for eye in (15.6, 28.4):
        pen.oval(eye, 26.6, 3, 2.7, DARK, shade="flat", outline=0)
        pen.oval(eye, 26.6, 2.6, 2.3, (170, 186, 80), shade="flat", outline=0)
        pen.oval(eye, 26.6, 0.9, 2.1, (10, 10, 10), shade="flat", outline=0)
        pen.oval(eye - 0.8, 25.7, 0.5, 0.5, (255, 255, 255), shade="flat", outline=0)
    pen.shape([(20, 32), (24, 32), (22, 34.4)], (196, 112, 108), outline=0)
    pen.stroke([(22, 34.4), (22, 36.4), (19, 38)], (60, 36, 30), 0.6, is_smooth=True)
    pen.stroke([(22, 36.4), (25, 38)], (60, 36, 30), 0.6)
    for y in (33, 35.4, 37.6):
        for side in (-1, 1):
            pen.stroke([(22 + side * 6, 35), (22 + side * 18, y)], (246, 244, 240), 0.4)
