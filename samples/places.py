"""The drawn places, each in three layers: far (opaque), middle and near, for parallax.

A place is drawn for a light and a variant (its reverse angle); people and things are put in elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from samples.drawing import Brush, Colour, Light, paper, shade, tinted

LAYER_WIDTH = 1.9
"""Width of a layer over the picture's, so that the camera can travel."""
LAYER_HEIGHT = 1.12
"""Height of a layer over the picture's, so that the camera can shake and push in."""
GROUND_Y = 0.93
"""Where feet stand, in picture heights from the layer's top."""

WINDOW_LIGHT: Colour = (255, 214, 122)
NIGHT_WINDOW: Colour = (64, 74, 92)


@dataclass(frozen=True)
class Layers:
    """One place under one light. All RGBA of one size; `far` has no holes."""

    far: Image.Image
    middle: Image.Image
    near: Image.Image


@dataclass
class Stage:
    """What a painter paints on; x runs to `width`, y to `LAYER_HEIGHT`, in picture heights."""

    far: Brush
    middle: Brush
    near: Brush
    width: float
    light: Light
    random: np.random.Generator

    def sky(self, bottom: float) -> None:
        """Gradient, sun or moon and stars, clouds."""
        light, far, random = self.light, self.far, self.random
        far.gradient(0, bottom, light.sky_top, light.sky_bottom)
        x, y = random.uniform(0.3, self.width - 0.3), random.uniform(0.16, 0.3)
        if light.name in {"night", "dark"}:
            for _ in range(70):
                far.ellipse(
                    random.uniform(0, self.width), random.uniform(0, bottom), 0.003, 0.003, (210, 216, 240)
                )
            far.glow(x, y, 0.34, (150, 166, 220), 0.4)
            far.ellipse(x, y, 0.06, 0.06, (226, 230, 240))
            far.ellipse(x - 0.02, y - 0.015, 0.012, 0.012, (200, 206, 222))
        else:
            far.glow(x, y, 0.5, (255, 236, 190), 0.7)
            far.ellipse(x, y, 0.055, 0.055, (255, 244, 214))
        tone = tuple(round((a + 2 * b) / 3) for a, b in zip((255, 250, 246), light.sky_bottom, strict=True))
        for _ in range(5):
            cloud_x, cloud_y = random.uniform(0, self.width), random.uniform(0.06, bottom * 0.6)
            for puff in range(4):
                far.ellipse(
                    cloud_x + 0.07 * puff,
                    cloud_y - 0.012 * (puff % 2),
                    0.075,
                    0.022,
                    (tone[0], tone[1], tone[2]),
                )

    def window(self, brush: Brush, box: tuple[float, float, float, float]) -> None:
        """One window, burning or not."""
        is_burning = self.light.is_lit and self.random.random() < 0.6
        glass = WINDOW_LIGHT if is_burning else (NIGHT_WINDOW if self.light.is_lit else (150, 188, 204))
        left, top, right, bottom = box
        brush.rectangle(left, top, right, bottom, glass)
        middle = (left + right) / 2
        brush.line([(middle, top), (middle, bottom)], (70, 60, 58), 0.005)
        brush.line([(left, (top + bottom) / 2), (right, (top + bottom) / 2)], (70, 60, 58), 0.005)


def _street(stage: Stage) -> None:
    random = stage.random
    stage.sky(0.8)
    x = -0.1
    while x < stage.width:
        tall, wide = random.uniform(0.25, 0.5), random.uniform(0.14, 0.3)
        tone = shade((120, 128, 150), random.uniform(0.8, 1.1))
        stage.far.rectangle(x, 0.72 - tall, x + wide, 0.9, tone)
        x += wide * 0.9
    x = -0.1
    while x < stage.width:
        wide, top = random.uniform(0.42, 0.62), random.uniform(0.16, 0.32)
        wall = [(188, 104, 84), (206, 176, 128), (132, 150, 148), (170, 132, 146)][int(random.integers(4))]
        stage.middle.rectangle(x, top, x + wide, 0.86, wall)
        stage.middle.polygon(
            [(x - 0.02, top), (x + wide + 0.02, top), (x + wide / 2, top - 0.11)], shade(wall, 0.6)
        )
        for row in range(2):
            for column in range(3):
                left = x + 0.06 + column * (wide - 0.1) / 3
                stage.window(
                    stage.middle, (left, top + 0.07 + row * 0.2, left + 0.075, top + 0.19 + row * 0.2)
                )
        stage.middle.rectangle(x + wide * 0.4, 0.66, x + wide * 0.4 + 0.11, 0.86, shade(wall, 0.45), 0.02)
        stage.middle.polygon(
            [(x + 0.03, 0.64), (x + wide * 0.36, 0.64), (x + wide * 0.36 + 0.03, 0.69), (x, 0.69)],
            (178, 58, 58),
        )
        x += wide
    stage.middle.rectangle(0, 0.855, stage.width, 0.89, (150, 146, 142))
    stage.middle.rectangle(0, 0.885, stage.width, LAYER_HEIGHT, (92, 92, 98))
    for step in range(12):
        stage.middle.rectangle(step * 0.3, 1.01, step * 0.3 + 0.16, 1.025, (212, 204, 178))
    for x in (0.35, 1.45, 2.5):
        stage.near.line([(x, 0.2), (x, LAYER_HEIGHT)], (30, 32, 38), 0.022)
        stage.near.ellipse(x, 0.19, 0.045, 0.05, (255, 234, 170) if stage.light.is_lit else (206, 210, 206))
        stage.near.line([(x - 0.05, 0.14), (x + 0.05, 0.14)], (30, 32, 38), 0.02)


def _harbour(stage: Stage) -> None:
    random = stage.random
    stage.sky(0.62)
    stage.far.gradient(0.58, LAYER_HEIGHT, (70, 128, 152), (28, 70, 96))
    for _ in range(60):
        x, y = random.uniform(0, stage.width), random.uniform(0.6, 0.84)
        stage.far.line([(x, y), (x + 0.09, y)], (150, 196, 204), 0.004)
    rock = random.uniform(0.5, stage.width - 0.6)
    stage.far.polygon(
        [(rock - 0.3, 0.62), (rock - 0.1, 0.5), (rock + 0.14, 0.5), (rock + 0.34, 0.62)], (78, 74, 76)
    )
    stage.far.polygon(
        [(rock - 0.05, 0.5), (rock + 0.06, 0.5), (rock + 0.04, 0.17), (rock - 0.03, 0.17)], (236, 230, 218)
    )
    for band in (0.25, 0.38):
        stage.far.rectangle(rock - 0.04, band, rock + 0.05, band + 0.06, (190, 56, 52))
    stage.far.rectangle(rock - 0.035, 0.11, rock + 0.045, 0.17, WINDOW_LIGHT)
    stage.far.polygon([(rock - 0.05, 0.11), (rock + 0.06, 0.11), (rock + 0.005, 0.06)], (120, 40, 40))
    if stage.light.is_lit:
        stage.far.glow(rock, 0.14, 0.3, WINDOW_LIGHT, 0.8)
    for x in (0.3, 1.1, 2.2):
        shift = random.uniform(-0.1, 0.1)
        boat_x, y = x + shift, 0.72
        stage.middle.line([(boat_x, y), (boat_x, y - 0.34)], (84, 60, 44), 0.012)
        stage.middle.polygon(
            [(boat_x + 0.01, y - 0.33), (boat_x + 0.01, y - 0.06), (boat_x + 0.19, y - 0.06)], (240, 232, 212)
        )
        stage.middle.polygon(
            [
                (boat_x - 0.2, y - 0.04),
                (boat_x + 0.22, y - 0.04),
                (boat_x + 0.14, y + 0.05),
                (boat_x - 0.13, y + 0.05),
            ],
            (62, 96, 128),
        )
    stage.middle.rectangle(0, 0.85, stage.width, 0.9, (150, 112, 78))
    stage.middle.rectangle(0, 0.9, stage.width, LAYER_HEIGHT, (112, 82, 58))
    for step in range(30):
        stage.middle.line([(step * 0.11, 0.9), (step * 0.11 - 0.03, LAYER_HEIGHT)], (88, 62, 44), 0.006)
    for x in (0.2, 1.3, 2.4):
        stage.near.rectangle(x - 0.05, 0.82, x + 0.05, LAYER_HEIGHT, (46, 38, 34), 0.02)
        stage.near.arc(x + 0.55, 0.82, 0.55, 0.12, (0, 180), (60, 50, 40), 0.014)


def _forest(stage: Stage) -> None:
    random = stage.random
    stage.sky(0.9)
    for layer, (top, tone) in enumerate(((0.42, (128, 160, 150)), (0.55, (88, 128, 108)))):
        ridge = [
            top + 0.07 * float(np.sin(step * 1.7 + layer)) + random.uniform(0, 0.04) for step in range(14)
        ]
        points = [(0.0, 1.12), *((step * stage.width / 13, y) for step, y in enumerate(ridge))]
        stage.far.polygon([*points, (stage.width, 1.12)], tone)
    for _ in range(16):
        x, tall = random.uniform(0, stage.width), random.uniform(0.3, 0.5)
        tone = shade((62, 104, 78), random.uniform(0.85, 1.15))
        for tier in range(3):
            y = 0.86 - tall * tier / 3.2
            stage.far.polygon(
                [(x - 0.1 + tier * 0.02, y), (x + 0.1 - tier * 0.02, y), (x, y - tall / 2)], tone
            )
    stage.middle.rectangle(0, 0.84, stage.width, LAYER_HEIGHT, (92, 108, 62))
    for _ in range(9):
        x, thick = random.uniform(0, stage.width), random.uniform(0.03, 0.06)
        bark = shade((104, 78, 58), random.uniform(0.8, 1.1))
        stage.middle.polygon(
            [(x - thick, 0.88), (x + thick, 0.88), (x + thick * 0.6, 0), (x - thick * 0.6, 0)], bark
        )
        for _ in range(5):
            leaf = shade((86, 136, 66), random.uniform(0.8, 1.2))
            stage.middle.ellipse(x + random.uniform(-0.2, 0.2), random.uniform(-0.02, 0.2), 0.15, 0.09, leaf)
    stage.middle.polygon([(1.0, 0.86), (1.3, 0.86), (1.9, LAYER_HEIGHT), (0.7, LAYER_HEIGHT)], (170, 142, 98))
    for _ in range(40):
        x, y = random.uniform(0, stage.width), random.uniform(0.87, 1.1)
        stage.middle.line([(x, y), (x + random.uniform(-0.02, 0.02), y - 0.04)], (70, 92, 44), 0.007)
    for x in (0.05, 1.5, 2.7):
        stage.near.polygon([(x - 0.1, 1.12), (x + 0.12, 1.12), (x + 0.08, 0), (x - 0.07, 0)], (34, 30, 28))
        for step in range(6):
            stage.near.line([(x + 0.25, 1.12), (x + 0.1 + 0.07 * step, 0.9)], (30, 48, 34), 0.018)


def _kitchen(stage: Stage) -> None:
    random = stage.random
    wall: Colour = (214, 186, 140) if random.random() < 0.5 else (150, 178, 172)
    stage.far.rectangle(0, 0, stage.width, 0.84, wall)
    for step in range(26):
        stage.far.line([(step * 0.12, 0), (step * 0.12, 0.6)], shade(wall, 0.95), 0.02)
    stage.far.rectangle(0, 0.6, stage.width, 0.84, shade(wall, 0.72))
    stage.far.rectangle(0, 0.84, stage.width, LAYER_HEIGHT, (140, 96, 66))
    for step in range(12):
        stage.far.line([(0, 0.86 + 0.025 * step), (stage.width, 0.86 + 0.025 * step)], (122, 82, 56), 0.004)
    for x in (0.5, 2.0):
        stage.far.rectangle(x - 0.02, 0.12, x + 0.44, 0.54, (238, 230, 214))
        stage.far.rectangle(x, 0.14, x + 0.42, 0.52, stage.light.sky_bottom)
        stage.far.rectangle(x, 0.14, x + 0.42, 0.3, stage.light.sky_top)
        stage.far.line([(x + 0.21, 0.14), (x + 0.21, 0.52)], (238, 230, 214), 0.014)
        stage.far.polygon(
            [(x - 0.06, 0.1), (x + 0.1, 0.1), (x - 0.02, 0.56), (x - 0.06, 0.56)], (176, 66, 60)
        )
        stage.far.polygon(
            [(x + 0.48, 0.1), (x + 0.32, 0.1), (x + 0.44, 0.56), (x + 0.48, 0.56)], (176, 66, 60)
        )
    stage.far.rectangle(1.1, 0.18, 1.75, 0.2, (108, 72, 48))
    for step in range(7):
        paint = [(196, 84, 62), (70, 112, 128), (226, 196, 110)][step % 3]
        stage.far.rectangle(1.14 + step * 0.08, 0.11, 1.19 + step * 0.08, 0.18, paint, 0.008)
    stage.far.rectangle(1.28, 0.3, 1.58, 0.5, (96, 66, 44))
    stage.far.rectangle(1.3, 0.32, 1.56, 0.48, (206, 210, 190))
    stage.far.polygon([(1.3, 0.48), (1.42, 0.37), (1.5, 0.43), (1.56, 0.39), (1.56, 0.48)], (104, 138, 96))
    stage.middle.line([(1.5, 0), (1.5, 0.12)], (40, 36, 34), 0.008)
    stage.middle.polygon([(1.38, 0.19), (1.62, 0.19), (1.55, 0.1), (1.45, 0.1)], (196, 84, 62))
    stage.middle.glow(1.5, 0.22, 0.5, WINDOW_LIGHT, 0.5 if stage.light.is_lit else 0.15)
    stage.middle.rectangle(1.05, 0.73, 1.95, 0.765, (168, 112, 70), 0.01)
    for x in (1.1, 1.9):
        stage.middle.rectangle(x - 0.015, 0.765, x + 0.015, 0.97, (130, 84, 52))
    stage.middle.rectangle(1.42, 0.66, 1.52, 0.73, (230, 226, 214), 0.02)
    stage.middle.ellipse(1.7, 0.71, 0.06, 0.02, (214, 72, 62))
    stage.near.polygon([(0.1, 1.12), (0.5, 1.12), (0.44, 0.74), (0.16, 0.74)], (52, 38, 32))
    for step in range(5):
        stage.near.ellipse(2.7 + 0.07 * step, 0.8 - 0.05 * (step % 2), 0.07, 0.12, (36, 62, 44))


def _rooftop(stage: Stage) -> None:
    random = stage.random
    stage.sky(1.0)
    for depth, tone in ((0.5, (110, 116, 142)), (0.62, (78, 82, 106))):
        x = -0.1
        while x < stage.width:
            wide, tall = random.uniform(0.1, 0.24), random.uniform(0.1, 0.34)
            stage.far.rectangle(x, depth - tall + 0.2, x + wide, 1.12, tone)
            for _ in range(5):
                left, top = x + random.uniform(0.01, wide - 0.04), depth + 0.22 - random.uniform(0, tall)
                if stage.light.is_lit:
                    stage.far.rectangle(left, top, left + 0.02, top + 0.026, WINDOW_LIGHT)
            x += wide
    stage.middle.rectangle(0, 0.83, stage.width, 0.87, (170, 120, 100))
    stage.middle.rectangle(0, 0.87, stage.width, LAYER_HEIGHT, (124, 112, 112))
    for step in range(24):
        stage.middle.line([(step * 0.13, 0.88), (step * 0.16 - 0.3, 1.12)], (108, 96, 98), 0.005)
    for x in (0.3, 1.7, 2.5):
        stage.middle.rectangle(x, 0.44, x + 0.2, 0.86, (156, 92, 76))
        for row in range(7):
            stage.middle.line([(x, 0.48 + row * 0.055), (x + 0.2, 0.48 + row * 0.055)], (124, 70, 60), 0.006)
        stage.middle.rectangle(x - 0.02, 0.41, x + 0.22, 0.45, (118, 68, 58))
        stage.middle.line([(x + 0.32, 0.86), (x + 0.32, 0.3)], (58, 56, 62), 0.01)
        for arm in (0.33, 0.39, 0.45):
            stage.middle.line([(x + 0.26, arm), (x + 0.38, arm)], (58, 56, 62), 0.007)
    stage.near.line([(0, 1.04), (stage.width, 0.98)], (38, 34, 40), 0.05)
    stage.near.rectangle(2.2, 0.55, 2.36, 1.12, (38, 34, 40), 0.02)
    stage.near.ellipse(2.28, 0.55, 0.12, 0.05, (48, 44, 50))


def _hills(stage: Stage) -> None:
    random = stage.random
    stage.sky(0.75)
    x = -0.2
    while x < stage.width:
        tall = random.uniform(0.2, 0.42)
        stage.far.polygon([(x, 0.72), (x + 0.34, 0.66 - tall), (x + 0.7, 0.72)], (122, 122, 150))
        stage.far.polygon(
            [(x + 0.27, 0.66 - tall * 0.78), (x + 0.34, 0.66 - tall), (x + 0.42, 0.66 - tall * 0.76)],
            (236, 238, 244),
        )
        x += random.uniform(0.3, 0.5)
    for index, (top, tone) in enumerate(((0.6, (142, 156, 96)), (0.72, (176, 160, 92)))):
        points = [(0.0, 1.12)]
        points += [
            (step * stage.width / 20, top + 0.06 * float(np.sin(step * 0.8 + 2 * index)))
            for step in range(21)
        ]
        stage.far.polygon([*points, (stage.width, 1.12)], tone)
    stage.middle.polygon([(0, 0.86), (stage.width, 0.83), (stage.width, 1.12), (0, 1.12)], (196, 168, 108))
    stage.middle.polygon([(1.2, 0.845), (1.32, 0.845), (2.3, 1.12), (0.9, 1.12)], (222, 204, 158))
    for step in range(16):
        post = step * 0.2
        stage.middle.line([(post, 0.74), (post, 0.88)], (104, 78, 56), 0.016)
    stage.middle.line([(0, 0.78), (stage.width, 0.76)], (104, 78, 56), 0.01)
    stage.middle.line([(0, 0.83), (stage.width, 0.81)], (104, 78, 56), 0.01)
    for x in (0.5, 2.3):
        stage.middle.line([(x, 0.86), (x + 0.02, 0.5)], (84, 60, 46), 0.035)
        for dx, dy in ((-0.1, 0.46), (0.1, 0.43), (0.0, 0.36)):
            stage.middle.ellipse(x + dx, dy, 0.14, 0.09, (92, 120, 66))
    for _ in range(26):
        x = random.uniform(0, stage.width)
        stage.near.line(
            [(x, 1.12), (x + random.uniform(-0.06, 0.06), random.uniform(0.9, 1.0))], (74, 70, 38), 0.014
        )


def _workshop(stage: Stage) -> None:
    random = stage.random
    stage.far.rectangle(0, 0, stage.width, 0.85, (112, 98, 92))
    for row in range(9):
        for column in range(24):
            left = column * 0.13 + (row % 2) * 0.065
            tone = shade((126, 106, 96), random.uniform(0.88, 1.06))
            stage.far.rectangle(left, row * 0.095, left + 0.122, row * 0.095 + 0.086, tone)
    stage.far.rectangle(0, 0.85, stage.width, LAYER_HEIGHT, (84, 74, 72))
    stage.far.rectangle(0.18, 0.1, 0.72, 0.5, (60, 54, 54))
    stage.far.rectangle(0.2, 0.12, 0.7, 0.48, stage.light.sky_bottom)
    for step in range(4):
        stage.far.line(
            [(0.2 + 0.125 * (step + 0.5), 0.12), (0.2 + 0.125 * (step + 0.5), 0.48)], (60, 54, 54), 0.012
        )
    for step, x in enumerate((0.85, 0.98, 1.1, 1.24)):
        stage.far.line([(x, 0.16), (x, 0.34 + 0.03 * (step % 2))], (170, 128, 84), 0.018)
        stage.far.rectangle(x - 0.03, 0.33, x + 0.03, 0.38, (176, 182, 188), 0.01)
    for x, y, radius in ((1.62, 0.4, 0.2), (1.93, 0.55, 0.14), (2.2, 0.34, 0.17)):
        brass = shade((198, 152, 76), random.uniform(0.85, 1.1))
        for tooth in range(12):
            angle = tooth * np.pi / 6
            stage.middle.ellipse(
                x + radius * float(np.cos(angle)), y + radius * float(np.sin(angle)), 0.03, 0.03, brass
            )
        stage.middle.ellipse(x, y, radius, radius, brass)
        stage.middle.ellipse(x, y, radius * 0.74, radius * 0.74, shade(brass, 0.7))
        stage.middle.ellipse(x, y, radius * 0.25, radius * 0.25, shade(brass, 1.2))
    stage.middle.rectangle(0.75, 0.68, 1.45, 0.72, (150, 104, 66), 0.01)
    stage.middle.rectangle(0.8, 0.72, 1.4, 0.9, (112, 76, 50))
    stage.middle.rectangle(0.95, 0.6, 1.05, 0.68, (92, 120, 110), 0.01)
    stage.middle.glow(1.2, 0.5, 0.45, WINDOW_LIGHT, 0.55 if stage.light.is_lit else 0.2)
    for x in (0.4, 2.5):
        stage.near.line([(x, 0), (x, 0.5)], (34, 32, 34), 0.03)
        stage.near.arc(x, 0.55, 0.06, 0.07, (270, 160), (34, 32, 34), 0.028)
    stage.near.rectangle(2.55, 0.72, 2.85, 1.12, (48, 38, 34), 0.05)


def _tunnel(stage: Stage) -> None:
    random = stage.random
    stage.far.rectangle(0, 0, stage.width, LAYER_HEIGHT, (74, 72, 78))
    middle = stage.width / 2 + random.uniform(-0.3, 0.3)
    for step in range(8):
        size = 1.0 - step * 0.115
        tone = shade((104, 96, 96), 1.0 - step * 0.1)
        stage.far.ellipse(middle, 0.72, size * 1.05, size * 0.78, tone)
        stage.far.rectangle(middle - size * 1.05, 0.72, middle + size * 1.05, 1.12, tone)
    stage.far.glow(middle, 0.62, 0.35, (236, 222, 180), 0.9)
    stage.far.ellipse(middle, 0.66, 0.1, 0.12, (240, 232, 206))
    stage.middle.polygon(
        [(middle - 0.1, 0.8), (middle + 0.1, 0.8), (middle + 1.5, 1.12), (middle - 1.5, 1.12)], (70, 64, 64)
    )
    for step in range(9):
        share = (step / 8) ** 2
        y, half = 0.81 + 0.31 * share, 0.08 + 0.7 * share
        stage.middle.line([(middle - half, y), (middle + half, y)], (96, 72, 54), 0.006 + 0.03 * share)
    for side in (-1, 1):
        stage.middle.line([(middle + side * 0.05, 0.8), (middle + side * 0.55, 1.12)], (176, 178, 184), 0.012)
    for x in (0.3, 0.9, 2.0, 2.6):
        stage.middle.ellipse(x, 0.34, 0.03, 0.05, (250, 226, 150))
        stage.middle.glow(x, 0.34, 0.22, (250, 226, 150), 0.7)
    for x in (0.0, 1.4, 2.75):
        stage.near.rectangle(x - 0.1, 0, x + 0.1, 1.12, (30, 28, 32))
        stage.near.rectangle(x - 0.14, 0.9, x + 0.14, 1.12, (38, 36, 40))


PAINTERS: dict[str, Callable[[Stage], None]] = {
    "street": _street,
    "harbour": _harbour,
    "forest": _forest,
    "kitchen": _kitchen,
    "rooftop": _rooftop,
    "hills": _hills,
    "workshop": _workshop,
    "tunnel": _tunnel,
}
INTERIORS = frozenset({"kitchen", "workshop", "tunnel"})


def paint_place(name: str, light: Light, variant: int, width: int, height: int, seed: int) -> Layers:
    """The three layers of a place for pictures of this size; the same arguments give the same pixels."""
    random = np.random.default_rng([seed, sorted(PAINTERS).index(name), variant])
    across = LAYER_WIDTH * width / height
    far, middle, near = (Brush(across, LAYER_HEIGHT, height) for _ in range(3))
    PAINTERS[name](Stage(far, middle, near, across, light, random))
    pictures = [brush.finished() for brush in (far, middle, near)]
    if variant % 2:
        pictures = [picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for picture in pictures]
    grained = paper(tinted(pictures[0], light.gains), random)
    return Layers(
        grained, paper(tinted(pictures[1], light.gains), random), tinted(pictures[2], tuple_gains(light, 0.8))
    )


def tuple_gains(light: Light, factor: float) -> tuple[float, float, float]:
    """The light's gains, made weaker or stronger."""
    red, green, blue = light.gains
    return red * factor, green * factor, blue * factor
