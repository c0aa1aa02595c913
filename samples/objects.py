"""The drawn things: vehicles and birds that move through wide shots, and what insert shots show.

Each is drawn once at a size and moved by `camera`.
"""

from __future__ import annotations

import math

from PIL import Image

from samples.drawing import Brush, Colour, shade

TABLE: Colour = (134, 92, 62)
BRASS: Colour = (206, 164, 84)
INK: Colour = (44, 36, 38)


def draw_thing(name: str, height_px: int) -> Image.Image:
    """A vehicle or bird as RGBA, about `height_px` high."""
    return {"car": _car, "boat": _boat, "train": _train, "birds": _birds, "clock": _wall_clock}[name](
        height_px
    )


def _car(height_px: int) -> Image.Image:
    brush = Brush(2.7, 1.04, height_px)
    paint: Colour = (186, 64, 52)
    brush.polygon([(0.55, 0.42), (0.85, 0.06), (1.75, 0.06), (2.1, 0.42)], paint)
    brush.rectangle(0.05, 0.40, 2.62, 0.82, paint, 0.12)
    brush.rectangle(0.05, 0.62, 2.62, 0.82, shade(paint, 0.75), 0.1)
    for left, right, lean in ((0.70, 1.22, 0.18), (1.32, 1.94, -0.2)):
        top_left = left + max(0.0, lean)
        top_right = right + min(0.0, lean)
        brush.polygon([(left, 0.40), (top_left, 0.13), (top_right, 0.13), (right, 0.40)], (186, 216, 226))
    brush.line([(1.27, 0.12), (1.27, 0.80)], shade(paint, 0.6), 0.02)
    brush.rectangle(1.36, 0.48, 1.50, 0.52, (230, 230, 230), 0.01)
    for x in (0.58, 2.08):
        brush.ellipse(x, 0.80, 0.23, 0.23, (30, 30, 34))
        brush.ellipse(x, 0.80, 0.12, 0.12, (176, 178, 184))
        brush.ellipse(x, 0.80, 0.04, 0.04, (90, 92, 98))
    brush.ellipse(2.56, 0.53, 0.07, 0.08, (255, 238, 170))
    brush.rectangle(0.04, 0.48, 0.12, 0.58, (236, 70, 50), 0.02)
    return brush.finished()


def _boat(height_px: int) -> Image.Image:
    brush = Brush(1.5, 1.02, height_px)
    brush.line([(0.7, 0.8), (0.7, 0.03)], (86, 62, 46), 0.03)
    brush.polygon([(0.73, 0.04), (0.73, 0.70), (1.25, 0.70)], (244, 236, 216))
    brush.polygon([(0.67, 0.12), (0.67, 0.70), (0.30, 0.70)], (226, 214, 190))
    brush.polygon([(0.08, 0.76), (1.42, 0.76), (1.18, 1.0), (0.30, 1.0)], (64, 92, 128))
    brush.polygon([(0.08, 0.76), (1.42, 0.76), (1.40, 0.81), (0.11, 0.81)], (232, 226, 208))
    return brush.finished()


def _train(height_px: int) -> Image.Image:
    brush = Brush(1.0, 1.04, height_px)
    brush.rectangle(0.10, 0.10, 0.90, 0.92, (58, 92, 84), 0.16)
    brush.rectangle(0.10, 0.60, 0.90, 0.92, (44, 68, 64), 0.06)
    brush.rectangle(0.18, 0.20, 0.47, 0.48, (190, 214, 214), 0.05)
    brush.rectangle(0.53, 0.20, 0.82, 0.48, (190, 214, 214), 0.05)
    brush.rectangle(0.36, 0.10, 0.64, 0.17, (246, 214, 120), 0.02)
    for x in (0.24, 0.76):
        brush.ellipse(x, 0.70, 0.075, 0.075, (255, 244, 200))
        brush.glow(x, 0.70, 0.24, (255, 240, 190), 0.9)
    brush.rectangle(0.14, 0.90, 0.86, 1.0, INK, 0.02)
    return brush.finished()


def _birds(height_px: int) -> Image.Image:
    brush = Brush(3.0, 1.0, height_px)
    for step in range(7):
        x, y = 0.3 + 0.4 * step, 0.25 + 0.18 * abs(step - 3)
        brush.line([(x - 0.13, y - 0.08), (x, y), (x + 0.13, y - 0.08)], (40, 42, 52), 0.035)
    return brush.finished()


def _wall_clock(height_px: int) -> Image.Image:
    brush = Brush(0.62, 1.02, height_px)
    brush.rectangle(0.08, 0.02, 0.54, 1.0, (104, 66, 44), 0.06)
    brush.rectangle(0.14, 0.48, 0.48, 0.94, (58, 40, 32), 0.03)
    _dial(brush, 0.31, 0.25, 0.19, 1.1, 4.4)
    brush.line([(0.31, 0.48), (0.31, 0.82)], BRASS, 0.02)
    brush.ellipse(0.31, 0.84, 0.06, 0.06, BRASS)
    return brush.finished()


def _dial(brush: Brush, x: float, y: float, radius: float, hour: float, minute: float) -> None:
    brush.ellipse(x, y, radius, radius, BRASS)
    brush.ellipse(x, y, radius * 0.9, radius * 0.9, (246, 240, 222))
    for step in range(12):
        angle = step * math.pi / 6
        inner, outer = radius * 0.74, radius * 0.86
        brush.line(
            [
                (x + inner * math.cos(angle), y + inner * math.sin(angle)),
                (x + outer * math.cos(angle), y + outer * math.sin(angle)),
            ],
            INK,
            radius * 0.04,
        )
    for angle, length, thick in ((hour, 0.5, 0.09), (minute, 0.72, 0.055)):
        tip = (x + radius * length * math.cos(angle), y + radius * length * math.sin(angle))
        brush.line([(x, y), tip], INK, radius * thick)
    brush.ellipse(x, y, radius * 0.07, radius * 0.07, (170, 60, 50))


def draw_insert(name: str, width_px: int, height_px: int) -> Image.Image:
    """A whole picture (RGB) of one object on a table, seen from above."""
    across = width_px / height_px
    brush = Brush(across, 1.0, height_px, TABLE)
    for step in range(14):
        brush.line(
            [(0, step * 0.08), (across, step * 0.08 + 0.02)], shade(TABLE, 0.9 if step % 2 else 1.06), 0.012
        )
    middle = across / 2
    brush.ellipse(middle + 0.03, 0.55, 0.52, 0.36, shade(TABLE, 0.62))
    {"letter": _letter, "clock": _clock, "key": _key, "lantern": _lantern, "map": _map}[name](brush, middle)
    return brush.finished().resize((width_px, height_px)).convert("RGB")


def _letter(brush: Brush, x: float) -> None:
    brush.polygon([(x - 0.46, 0.26), (x + 0.40, 0.18), (x + 0.46, 0.78), (x - 0.40, 0.86)], (244, 234, 206))
    brush.polygon([(x - 0.46, 0.26), (x + 0.40, 0.18), (x + 0.01, 0.56)], (228, 214, 180))
    brush.line([(x - 0.46, 0.26), (x + 0.01, 0.56), (x + 0.40, 0.18)], (190, 172, 136), 0.008)
    brush.ellipse(x + 0.01, 0.54, 0.085, 0.085, (172, 40, 44))
    brush.ellipse(x + 0.01, 0.54, 0.055, 0.055, (206, 66, 62))


def _clock(brush: Brush, x: float) -> None:
    brush.ellipse(x, 0.14, 0.05, 0.05, BRASS)
    _dial(brush, x, 0.52, 0.36, 2.5, 5.1)


def _key(brush: Brush, x: float) -> None:
    brush.ellipse(x - 0.32, 0.5, 0.17, 0.17, BRASS)
    brush.ellipse(x - 0.32, 0.5, 0.09, 0.09, TABLE)
    brush.line([(x - 0.16, 0.5), (x + 0.42, 0.5)], BRASS, 0.06)
    for tooth in (0.28, 0.38):
        brush.line([(x + tooth, 0.5), (x + tooth, 0.66)], BRASS, 0.05)
    brush.line([(x - 0.14, 0.485), (x + 0.40, 0.485)], shade(BRASS, 1.25), 0.012)


def _lantern(brush: Brush, x: float) -> None:
    brush.arc(x, 0.22, 0.14, 0.14, (180, 360), INK, 0.03)
    brush.polygon([(x - 0.2, 0.28), (x + 0.2, 0.28), (x + 0.12, 0.18), (x - 0.12, 0.18)], (70, 62, 60))
    brush.rectangle(x - 0.17, 0.28, x + 0.17, 0.74, (255, 214, 120), 0.03)
    brush.glow(x, 0.52, 0.42, (255, 226, 140), 0.9)
    brush.polygon([(x - 0.04, 0.62), (x + 0.04, 0.62), (x, 0.44)], (255, 250, 226))
    for bar in (-0.17, 0.0, 0.17):
        brush.line([(x + bar, 0.28), (x + bar, 0.74)], (70, 62, 60), 0.018)
    brush.rectangle(x - 0.22, 0.74, x + 0.22, 0.84, (70, 62, 60), 0.02)


def _map(brush: Brush, x: float) -> None:
    brush.polygon([(x - 0.6, 0.2), (x + 0.55, 0.14), (x + 0.6, 0.84), (x - 0.55, 0.88)], (228, 206, 158))
    brush.polygon(
        [(x - 0.4, 0.38), (x - 0.1, 0.28), (x + 0.1, 0.44), (x - 0.06, 0.66), (x - 0.36, 0.62)],
        (150, 176, 128),
    )
    brush.polygon([(x + 0.2, 0.5), (x + 0.42, 0.42), (x + 0.46, 0.66), (x + 0.26, 0.72)], (150, 176, 128))
    for step in range(9):
        spot = (x - 0.25 + step * 0.075, 0.5 + 0.06 * math.sin(step))
        brush.ellipse(spot[0], spot[1], 0.012, 0.012, (150, 52, 44))
    for way in (-1, 1):
        brush.line(
            [(x + 0.34 - 0.04, 0.58 - 0.04 * way), (x + 0.34 + 0.04, 0.58 + 0.04 * way)], (180, 40, 40), 0.018
        )
