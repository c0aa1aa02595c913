"""Vehicles, drawn from the side with their front to the left; units are centimetres."""

from __future__ import annotations

from vidpipe.providers.draft.colors import RGB, mixed, scaled
from vidpipe.providers.draft.pen import Pen, oval_points

GLASS: RGB = (52, 66, 82)
TYRE: RGB = (30, 30, 34)
STEEL: RGB = (176, 180, 188)
LAMP: RGB = (250, 240, 200)
BRAKE: RGB = (190, 30, 30)


def wheel(pen: Pen, x: float, y: float, radius: float, spokes: int = 5) -> None:
    """A car's wheel: tyre, rim, spokes."""
    pen.oval(x, y, radius, radius, TYRE, shade="round")
    pen.oval(x, y, radius * 0.66, radius * 0.66, STEEL, shade="round", outline=0.7)
    pen.oval(x, y, radius * 0.56, radius * 0.56, (70, 72, 78), shade="round", outline=0)
    for at in range(spokes):
        point = oval_points(x, y, radius * 0.58, radius * 0.58, spokes)[at]
        pen.stroke([(x, y), point], STEEL, radius * 0.16)
    pen.oval(x, y, radius * 0.16, radius * 0.16, (205, 208, 214), outline=0.5)


def car(pen: Pen, color: RGB) -> None:
    """A saloon, 450 × 150."""
    pen.shadow_under(235, 147, 235, 16, 0.75)
    dark = scaled(color, 0.72)
    # The house of glass, then the body that it stands on.
    pen.shape(
        [(118, 68), (160, 30), (196, 16), (270, 14), (322, 26), (372, 66), (372, 74), (118, 74)],
        color,
        shade="down",
        is_smooth=False,
    )
    pen.shape([(132, 66), (168, 33), (200, 23), (232, 22), (234, 66)], GLASS, shade="up", outline=0.8)
    pen.shape([(244, 66), (243, 22), (270, 22), (312, 32), (350, 66)], GLASS, shade="up", outline=0.8)
    for left in (150, 262):
        pen.shape(
            [(left + 24, 28), (left + 42, 25), (left + 20, 64), (left - 2, 64)],
            (235, 242, 250),
            shade="flat",
            outline=0,
            opacity=0.22,
        )
    body = [
        (14, 112),
        (16, 92),
        (28, 80),
        (72, 72),
        (118, 66),
        (376, 62),
        (424, 70),
        (440, 80),
        (444, 108),
        (438, 122),
        (30, 124),
        (18, 120),
    ]
    pen.shape(body, color, shade="down", is_smooth=False, depth=1.15)
    pen.shape(
        [(24, 86), (120, 71), (380, 67), (430, 74), (430, 77), (380, 72), (120, 76), (26, 91)],
        mixed(color, (255, 255, 255), 0.45),
        shade="flat",
        outline=0,
        opacity=0.7,
    )
    pen.shape([(20, 110), (442, 106), (438, 123), (26, 125)], dark, shade="down", outline=0)
    for x in (104, 350):
        pen.oval(x, 116, 41, 41, (18, 18, 22), shade="flat", outline=0)
    pen.box(150, 119, 306, 127, (24, 24, 28), shade="flat", outline=0)
    # Doors, handles, mirror, lamps, bumpers.
    seam = scaled(color, 0.5)
    pen.stroke([(146, 74), (150, 116)], seam, 1.8)
    pen.stroke([(239, 70), (240, 117)], seam, 1.8)
    pen.stroke([(318, 70), (322, 92), (312, 104)], seam, 1.8)
    for x in (212, 300):
        pen.box(x, 78, x + 22, 83, STEEL, radius=2, outline=0.4)
    pen.shape([(140, 62), (156, 60), (158, 72), (142, 72)], dark, outline=0.6, is_smooth=True)
    pen.shape([(18, 88), (44, 80), (52, 86), (40, 95), (17, 98)], LAMP, shade="up", outline=0.8)
    pen.shape([(428, 78), (441, 82), (443, 96), (430, 94)], BRAKE, outline=0.8)
    pen.box(10, 106, 60, 118, (66, 68, 74), radius=4, outline=0.6)
    pen.box(400, 106, 448, 118, (66, 68, 74), radius=4, outline=0.6)
    pen.box(12, 98, 30, 104, (236, 236, 230), radius=1, outline=0.4)
    wheel(pen, 104, 117, 34)
    wheel(pen, 350, 117, 34)


def truck(pen: Pen, color: RGB) -> None:
    """A lorry with a box, 720 × 320."""
    pen.shadow_under(370, 312, 365, 20, 0.75)
    pen.box(20, 236, 700, 268, (48, 50, 56), shade="down", outline=0.8)
    pen.box(190, 22, 706, 244, mixed(color, (236, 236, 236), 0.72), radius=4, shade="down")
    for x in range(230, 700, 46):
        pen.stroke([(x, 28), (x, 238)], (170, 172, 176), 2)
    pen.box(190, 130, 706, 158, color, shade="flat", outline=0)
    cab = [(20, 250), (18, 176), (34, 160), (54, 84), (72, 74), (178, 74), (180, 250)]
    pen.shape(cab, color, shade="down")
    pen.shape([(44, 158), (62, 92), (100, 92), (100, 158)], GLASS, shade="up", outline=0.8)
    pen.shape([(110, 92), (164, 92), (164, 158), (110, 158)], GLASS, shade="up", outline=0.8)
    pen.stroke([(105, 88), (105, 246)], scaled(color, 0.55), 3)
    pen.box(120, 172, 146, 180, STEEL, radius=3, outline=0.4)
    pen.box(14, 206, 40, 228, LAMP, radius=5, outline=0.8)
    pen.box(8, 240, 150, 270, (70, 72, 78), radius=6, outline=0.8)
    pen.box(28, 108, 40, 152, (40, 42, 48), radius=4, outline=0.6)
    for x in (112, 520, 618):
        pen.oval(x, 266, 54, 52, (18, 18, 22), shade="flat", outline=0)
        wheel(pen, x, 270, 44, 6)


def bus(pen: Pen, color: RGB) -> None:
    """A town bus, 1040 × 310."""
    pen.shadow_under(525, 302, 515, 20, 0.75)
    pen.shape(
        [(24, 276), (22, 150), (40, 40), (60, 26), (1000, 24), (1018, 38), (1020, 276)], color, shade="down"
    )
    pen.box(26, 206, 1018, 226, mixed(color, (255, 255, 255), 0.7), shade="flat", outline=0)
    pen.shape([(30, 150), (46, 62), (92, 62), (92, 180), (30, 186)], GLASS, shade="up", outline=0.8)
    for left in (104, 250, 372, 494, 616, 860):
        if left in {104, 616}:
            pen.box(left, 62, left + 60, 270, GLASS, radius=4, shade="up", outline=0.8)
            pen.stroke([(left + 30, 64), (left + 30, 268)], (30, 34, 40), 4)
        else:
            pen.box(left, 62, left + 112, 166, GLASS, radius=6, shade="up", outline=0.8)
            pen.shape(
                [(left + 50, 66), (left + 78, 66), (left + 40, 162), (left + 12, 162)],
                (235, 242, 250),
                shade="flat",
                outline=0,
                opacity=0.2,
            )
    pen.box(176, 62, 240, 166, GLASS, radius=6, shade="up", outline=0.8)
    pen.box(688, 62, 850, 166, GLASS, radius=6, shade="up", outline=0.8)
    pen.box(60, 34, 210, 54, (34, 34, 38), radius=3, outline=0.5)
    pen.box(74, 39, 190, 49, (240, 180, 60), radius=1, shade="flat", outline=0)
    pen.box(20, 222, 52, 244, LAMP, radius=6, outline=0.8)
    pen.box(1004, 200, 1020, 244, BRAKE, radius=3, outline=0.8)
    pen.box(16, 262, 1024, 282, (58, 60, 66), radius=4, outline=0.6)
    pen.shape([(18, 90), (4, 96), (6, 140), (18, 136)], (40, 42, 48), outline=0.6)
    for x in (226, 800):
        pen.oval(x, 262, 60, 56, (18, 18, 22), shade="flat", outline=0)
        wheel(pen, x, 264, 45, 8)


def bicycle(pen: Pen, color: RGB) -> None:
    """A bicycle, 175 × 108."""
    pen.shadow_under(88, 105, 86, 5, 0.5)
    for x in (36, 138):
        pen.stroke([*oval_points(x, 70, 32, 32, 48), (x + 32, 70)], TYRE, 4.2)
        pen.stroke([*oval_points(x, 70, 28.5, 28.5, 48), (x + 28.5, 70)], STEEL, 1.6)
        for spoke in oval_points(x, 70, 28, 28, 18):
            pen.stroke([(x, 70), spoke], (150, 152, 158), 0.6)
        pen.oval(x, 70, 3.4, 3.4, STEEL, outline=0.4)
    frame = [
        ((36, 70), (58, 24)),
        ((54, 34), (112, 34)),
        ((56, 40), (92, 74)),
        ((92, 74), (108, 26)),
        ((92, 74), (138, 70)),
        ((138, 70), (111, 35)),
    ]
    for start, end in frame:
        pen.limb([start, end], [4.4, 4.4], color, shade="flat", outline=0.8)
    pen.limb([(58, 26), (54, 15), (46, 12)], [3.4], (70, 72, 78), shade="flat", outline=0.6)
    pen.limb([(46, 12), (38, 15), (40, 21)], [3.6], (30, 30, 34), shade="flat", outline=0.6)
    pen.shape(
        [(96, 24), (118, 20), (126, 23), (122, 28), (104, 28)], (40, 36, 36), is_smooth=True, outline=0.8
    )
    pen.oval(92, 74, 9, 9, (90, 92, 98), outline=0.8)
    pen.oval(92, 74, 4, 4, STEEL, outline=0.4)
    pen.stroke([(92, 66), (138, 67)], (60, 60, 66), 1.2)
    pen.stroke([(92, 82), (138, 73)], (60, 60, 66), 1.2)
    pen.limb([(92, 74), (82, 88)], [2.8], STEEL, outline=0.4)
    pen.box(74, 87, 90, 91, (40, 40, 44), radius=1, outline=0.4)
    pen.oval(48, 25, 4.5, 5, LAMP, outline=0.5)


def motorcycle(pen: Pen, color: RGB) -> None:
    """A motorcycle, 215 × 122."""
    pen.shadow_under(108, 118, 104, 7, 0.65)
    for x in (42, 172):
        pen.oval(x, 84, 34, 34, TYRE, shade="round")
        pen.oval(x, 84, 23, 23, (196, 198, 204), shade="round", outline=0.7)
        pen.oval(x, 84, 20, 20, (58, 60, 66), shade="round", outline=0)
        for spoke in oval_points(x, 84, 21, 21, 7):
            pen.stroke([(x, 84), spoke], STEEL, 3)
        pen.oval(x, 84, 7, 7, STEEL, outline=0.5)
    pen.limb([(42, 84), (58, 48), (70, 22)], [7], STEEL, outline=0.7)
    pen.shape([(14, 72), (28, 52), (52, 46), (72, 60), (60, 62), (40, 56), (24, 70)], color, is_smooth=True)
    pen.limb([(104, 96), (150, 92), (204, 88)], [9, 9, 12], (200, 202, 208), outline=0.7)
    pen.limb([(172, 84), (118, 86)], [9], (64, 66, 72), outline=0.7)
    pen.shape([(82, 66), (136, 62), (142, 98), (118, 106), (88, 100)], (84, 86, 92), is_smooth=True)
    for y in (74, 81, 88):
        pen.stroke([(92, y), (130, y - 2)], STEEL, 2.6)
    pen.oval(122, 92, 12, 11, STEEL, shade="round", outline=0.7)
    pen.shape(
        [(66, 52), (78, 36), (106, 32), (128, 44), (124, 62), (86, 66)], color, is_smooth=True, depth=1.2
    )
    pen.shape(
        [(118, 46), (150, 44), (188, 34), (196, 42), (170, 58), (126, 60)], (34, 32, 34), is_smooth=True
    )
    pen.shape([(144, 58), (176, 48), (204, 48), (210, 62), (188, 58), (154, 66)], color, is_smooth=True)
    pen.limb([(70, 22), (84, 18), (96, 24)], [4.4], (40, 40, 44), outline=0.6)
    pen.oval(58, 36, 10, 11, STEEL, shade="round", outline=0.8)
    pen.oval(53, 36, 6, 9, LAMP, outline=0.6)
    pen.oval(206, 56, 5, 5, BRAKE, outline=0.6)


def train(pen: Pen, color: RGB) -> None:
    """A railcar of two waggons on rails, 1500 × 360."""
    pen.box(0, 340, 1500, 348, (120, 112, 106), outline=0.4)
    for x in range(10, 1500, 60):
        pen.box(x, 348, x + 36, 356, (96, 78, 62), outline=0.3)
    pen.shadow_under(750, 338, 745, 14, 0.6)
    pen.shape([(20, 300), (26, 210), (60, 100), (110, 56), (820, 52), (820, 300)], color, shade="down")
    pen.box(836, 52, 1490, 300, color, radius=8, shade="down")
    pen.box(818, 80, 838, 296, (40, 42, 46), shade="flat", outline=0)
    stripe = mixed(color, (250, 250, 250), 0.8)
    pen.box(30, 236, 820, 262, stripe, shade="flat", outline=0)
    pen.box(836, 236, 1490, 262, stripe, shade="flat", outline=0)
    pen.shape([(52, 186), (80, 104), (118, 76), (152, 76), (150, 188)], GLASS, shade="up", outline=0.8)
    for left in (250, 360, 470, 680, 870, 980, 1190, 1300):
        pen.box(left, 96, left + 92, 184, GLASS, radius=8, shade="up", outline=0.8)
        pen.shape(
            [(left + 44, 100), (left + 66, 100), (left + 34, 180), (left + 12, 180)],
            (235, 242, 250),
            shade="flat",
            outline=0,
            opacity=0.2,
        )
    for left in (170, 580, 1090, 1410):
        pen.box(left, 84, left + 66, 292, scaled(color, 0.8), radius=4, outline=0.8)
        pen.box(left + 12, 100, left + 54, 190, GLASS, radius=4, shade="up", outline=0.6)
    pen.oval(48, 246, 18, 15, LAMP, outline=0.8)
    pen.box(24, 286, 1490, 312, (60, 62, 68), outline=0.6)
    pen.shape([(14, 300), (100, 300), (90, 336), (24, 336)], (70, 72, 78), outline=0.6)
    pen.box(90, 44, 780, 56, (120, 124, 130), radius=4, outline=0.6)
    for x in (150, 240, 640, 730, 920, 1010, 1330, 1420):
        pen.oval(x, 316, 24, 24, (54, 54, 60), shade="round")
        pen.oval(x, 316, 10, 10, STEEL, outline=0.5)


def airplane(pen: Pen, color: RGB) -> None:
    """An airliner in flight, 1300 × 460."""
    pen.shape(
        [(900, 236), (1080, 236), (1210, 60), (1268, 44), (1258, 150), (1240, 240)], color, shade="down"
    )
    pen.shape([(620, 240), (700, 236), (900, 120), (930, 120), (850, 244)], (150, 156, 166), outline=0.8)
    hull = [
        (20, 268),
        (60, 232),
        (150, 206),
        (320, 198),
        (980, 200),
        (1180, 208),
        (1270, 226),
        (1256, 244),
        (1120, 276),
        (900, 314),
        (300, 320),
        (120, 308),
        (44, 290),
    ]
    pen.shape(hull, (232, 234, 238), shade="down", depth=1.3, is_smooth=True)
    pen.shape(
        [(40, 282), (300, 272), (1200, 244), (1120, 278), (900, 314), (300, 320), (120, 308)],
        color,
        shade="down",
        outline=0,
        opacity=0.9,
    )
    pen.shape([(62, 240), (96, 224), (132, 222), (128, 242), (74, 250)], GLASS, outline=0.7)
    for x in range(190, 1060, 34):
        pen.box(x, 228, x + 15, 250, GLASS, radius=6, outline=0.3)
    for x in (154, 640, 1070):
        pen.box(x, 224, x + 24, 274, (208, 212, 218), radius=5, outline=0.5)
    pen.oval(470, 340, 64, 27, (214, 218, 224), shade="down")
    pen.oval(412, 340, 14, 25, (44, 46, 52), outline=0.6)
    pen.shape(
        [(420, 284), (620, 284), (900, 400), (960, 440), (900, 442), (640, 346)],
        (178, 184, 194),
        shade="down",
    )
    pen.shape(
        [(1090, 250), (1170, 246), (1290, 296), (1280, 308), (1200, 300)], (178, 184, 194), shade="down"
    )


def boat(pen: Pen, color: RGB) -> None:
    """A sailing boat, 420 × 520; its lowest fifth lies in the water."""
    pen.limb([(214, 26), (214, 430)], [6, 9], (120, 84, 54), outline=0.7)
    pen.shape([(224, 40), (392, 386), (300, 402), (224, 396)], (240, 236, 226), shade="side", depth=1.2)
    pen.shape([(204, 70), (176, 200), (60, 392), (130, 400), (204, 396)], (226, 222, 212), shade="side")
    for y, right in ((160, 282), (250, 326), (330, 364)):
        pen.stroke([(226, y), (right, y + 8)], (196, 192, 182), 1.6)
    pen.limb([(214, 404), (388, 398)], [6], (120, 84, 54), outline=0.6)
    pen.shape([(214, 22), (262, 34), (214, 46)], color, outline=0.7)
    pen.shape(
        [(30, 424), (210, 432), (404, 420), (376, 470), (344, 492), (100, 492), (62, 468)], color, depth=1.3
    )
    pen.shape(
        [(30, 424), (210, 432), (404, 420), (400, 432), (210, 444), (38, 436)],
        mixed(color, (255, 255, 255), 0.75),
        shade="flat",
        outline=0.6,
    )
    pen.shape([(150, 430), (160, 400), (262, 400), (290, 430)], (214, 190, 150), outline=0.8)
    for x in (180, 212, 244):
        pen.oval(x, 416, 8, 8, GLASS, outline=0.6)
    pen.shape(
        [(50, 486), (380, 484), (392, 494), (44, 496)], (236, 244, 248), shade="flat", outline=0, opacity=0.8
    )
