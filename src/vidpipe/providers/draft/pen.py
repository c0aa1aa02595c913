"""The pen: outlines in a thing's own units become shaded paint in the look's manner, drawn twice as large and reduced.

Deliberately not here: what is drawn.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from vidpipe.providers.draft.colors import RGB, mixed, scaled
from vidpipe.providers.draft.looks import Look

Point = tuple[float, float]

SUPERSAMPLE: Final = 2
"""Everything is drawn this many times as large: clean edges for four times the paint."""


def smooth(points: Sequence[Point], *, is_closed: bool = True, steps: int = 7) -> list[Point]:
    """A curve through the points (Catmull-Rom)."""
    count = len(points)
    if count < 3:
        return list(points)
    curve: list[Point] = []
    for at in range(count if is_closed else count - 1):
        if is_closed:
            a, b, c, d = (points[(at + offset) % count] for offset in (-1, 0, 1, 2))
        else:
            a, b, c, d = (points[min(count - 1, max(0, at + offset))] for offset in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            curve.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
    if not is_closed:
        curve.append(points[-1])
    return curve


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def oval_points(x: float, y: float, across: float, down: float, count: int = 40) -> list[Point]:
    """The outline of an ellipse with these radii."""
    return [
        (x + across * math.cos(at * math.tau / count), y + down * math.sin(at * math.tau / count))
        for at in range(count)
    ]


def turned(points: Iterable[Point], centre: Point, degrees: float) -> list[Point]:
    """The points turned clockwise (as seen) about a centre."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [
        (
            centre[0] + (x - centre[0]) * cosine - (y - centre[1]) * sine,
            centre[1] + (x - centre[0]) * sine + (y - centre[1]) * cosine,
        )
        for x, y in points
    ]


@cache
def _ramp(kind: str) -> Image.Image:
    """Where a form lies in the dark: 0 lit to 255 dark."""
    down = Image.linear_gradient("L")
    if kind == "down":
        return down
    if kind == "up":
        return down.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    if kind == "side":
        # As over a standing cylinder lit from the left front: darkest at the right edge, a little at the left.
        row = [round(255 * min(1.0, abs((at / 255) - 0.34) * 1.5) ** 1.6) for at in range(256)]
        ramp = Image.new("L", (256, 1))
        ramp.putdata(row)
        return ramp.resize((256, 256))
    # As over a ball lit from the upper left.
    big = Image.radial_gradient("L").resize((512, 512), Image.Resampling.BILINEAR)
    return big.crop((150, 160, 512, 512)).resize((256, 256), Image.Resampling.BILINEAR)


class Pen:
    """Draws one cut-out, in units of its own, on a clear ground.

    Args:
        look: How it is drawn.
        width: Of the paper, in units; with `height` the whole cut-out.
        height: Of the paper.
        scale: Pixels of the board per unit.
        is_mirrored: Whether left and right change places on the paper.
        origin: What lies in the paper's upper left corner, in units.
        supersample: How many times as large it is drawn; 1 for what will be out of focus.
        size: What outlines are measured against, in units; the larger side when not said.
    """

    def __init__(
        self,
        look: Look,
        width: float,
        height: float,
        scale: float,
        *,
        is_mirrored: bool = False,
        origin: Point = (0.0, 0.0),
        supersample: int = SUPERSAMPLE,
        size: float | None = None,
    ) -> None:
        self.look = look
        self._width = width
        self.scale = scale
        self._supersample = supersample
        self._k = scale * supersample
        self._mirrored = is_mirrored
        self._origin = origin
        across = max(supersample, math.ceil(width * scale) * supersample)
        down = max(supersample, math.ceil(height * scale) * supersample)
        self.canvas = Image.new("RGBA", (across, down), (0, 0, 0, 0))
        self._line_scale = (size or max(width, height)) * scale
        self._line = max(1.6, (size or max(width, height)) * look.line_width * self._k)

    def finished(self) -> Image.Image:
        """The cut-out at the board's size."""
        image = self.canvas.reduce(self._supersample) if self._supersample > 1 else self.canvas
        if not self.look.drop or min(image.size) < 12:
            return image
        # A cut-out of paper lies a little above what is behind it.
        reach = max(2, round(self._line_scale * 0.014))
        alpha = image.getchannel("A")
        low = Image.new("L", image.size, 0)
        low.paste(alpha, (reach // 2, reach))
        soft = low.filter(ImageFilter.BoxBlur(reach)).point(
            [round(v * self.look.drop * 0.8) for v in range(256)]
        )
        under = Image.new("RGBA", image.size, (20, 16, 30, 0))
        under.putalpha(soft)
        under.alpha_composite(image)
        return under

    def shape(
        self,
        points: Sequence[Point],
        color: RGB,
        *,
        shade: str = "down",
        depth: float = 1.0,
        outline: float = 1.0,
        opacity: float = 1.0,
        is_smooth: bool = False,
        is_raw: bool = False,
    ) -> None:
        """One closed form.

        Args:
            points: Its outline.
            color: Before the look lays it on.
            shade: How light runs over it: `flat`, `down`, `up`, `side` or `round`.
            depth: How strongly; 1 is the look's own strength.
            outline: Width of its outline against the look's own; 0 none.
            opacity: 0 to 1.
            is_smooth: Whether the points are joined by a curve.
            is_raw: Whether the colour is laid on as it is.
        """
        outline_points = [self._at(point) for point in (smooth(points) if is_smooth else points)]
        left = max(0, math.floor(min(x for x, _ in outline_points)) - 1)
        top = max(0, math.floor(min(y for _, y in outline_points)) - 1)
        right = min(self.canvas.width, math.ceil(max(x for x, _ in outline_points)) + 2)
        bottom = min(self.canvas.height, math.ceil(max(y for _, y in outline_points)) + 2)
        if right <= left or bottom <= top:
            return
        size = (right - left, bottom - top)
        mask = Image.new("L", size, 0)
        ImageDraw.Draw(mask).polygon(
            [(x - left, y - top) for x, y in outline_points], fill=round(255 * opacity)
        )
        paint = color if is_raw else self.look.paint(color)
        if self.look.drop and outline > 0 and opacity == 1.0 and min(size) > 6:
            self._throw_shadow(mask, left, top)
        ground = self._shaded(paint, size, shade, depth)
        if self.look.shadow and shade != "flat" and depth > 0 and opacity == 1.0:
            ground = self._away_from_light(ground, mask, depth)
        if opacity < 1.0:
            ground.putalpha(mask)
            self.canvas.alpha_composite(ground, (left, top))
        else:
            # The mask is black or white at this size: laying over and replacing are the same, and this is faster.
            self.canvas.paste(ground, (left, top), mask)
        if outline > 0:
            self._outline(outline_points, outline, paint, mask, (left, top))

    def oval(self, x: float, y: float, across: float, down: float, color: RGB, **how: object) -> None:
        """An ellipse with these radii; `how` as for `shape`."""
        self.shape(oval_points(x, y, across, down), color, **how)  # type: ignore[arg-type]  # handed through

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        color: RGB,
        *,
        radius: float = 0,
        **how: object,
    ) -> None:
        """A rectangle, its corners rounded by `radius`; `how` as for `shape`."""
        radius = min(radius, (right - left) / 2, (bottom - top) / 2)
        if radius <= 0:
            points = [(left, top), (right, top), (right, bottom), (left, bottom)]
        else:
            points = []
            for x, y, start in (
                (right - radius, top + radius, -90),
                (right - radius, bottom - radius, 0),
                (left + radius, bottom - radius, 90),
                (left + radius, top + radius, 180),
            ):
                for step in range(6):
                    angle = math.radians(start + 18 * step)
                    points.append((x + radius * math.cos(angle), y + radius * math.sin(angle)))
        self.shape(points, color, **how)  # type: ignore[arg-type]  # handed through

    def limb(self, points: Sequence[Point], widths: Sequence[float], color: RGB, **how: object) -> None:
        """A rounded band along the points, as wide at each as said: arms, legs, tails, branches."""
        path = smooth(points, is_closed=False) if len(points) > 2 else list(points)
        count = len(path)
        across = [_between(widths, at / max(1, count - 1)) / 2 for at in range(count)]
        left_side, right_side = [], []
        for at, (x, y) in enumerate(path):
            before, after = path[max(0, at - 1)], path[min(count - 1, at + 1)]
            length = math.hypot(after[0] - before[0], after[1] - before[1]) or 1.0
            normal = (-(after[1] - before[1]) / length, (after[0] - before[0]) / length)
            left_side.append((x + normal[0] * across[at], y + normal[1] * across[at]))
            right_side.append((x - normal[0] * across[at], y - normal[1] * across[at]))
        end = _cap(path[-2], path[-1], across[-1])
        start = _cap(path[1], path[0], across[0])
        self.shape([*left_side, *end, *reversed(right_side), *start], color, **how)  # type: ignore[arg-type]  # handed through as it came

    def stroke(
        self,
        points: Sequence[Point],
        color: RGB,
        width: float,
        *,
        is_smooth: bool = False,
        is_raw: bool = False,
    ) -> None:
        """A line of this width in units, with round ends and joints."""
        path = [self._at(p) for p in (smooth(points, is_closed=False) if is_smooth else points)]
        paint = color if is_raw else self.look.paint(color)
        self._draw_line(path, paint, max(1.0, width * self._k))

    def fur(self, count: int, *, strength: float = 0.4, length: float = 0.035, angle: float = 70.0) -> None:
        """Hair over all that is painted so far: eyes trained on photographs know an animal by it.

        Args:
            count: How many hairs fall on the whole paper.
            strength: How much lighter or darker a hair may be than the coat under it.
            length: Of a hair, as a part of the paper's longer side.
            angle: Degrees from level in which they lie.
        """
        width, height = self.canvas.size
        coat = self.canvas.load()
        if coat is None:
            return
        # Hair that runs over the edge is cut off by the coat's own outline.
        alpha = self.canvas.getchannel("A")
        draw = ImageDraw.Draw(self.canvas)
        chance = random.Random(count)  # noqa: S311 - hair
        longest = length * max(width, height)
        for _ in range(count):
            x, y = chance.random() * width, chance.random() * height
            tone = 1 + chance.uniform(-strength, strength)
            turn = math.radians(angle + chance.uniform(-35, 35))
            reach = longest * chance.uniform(0.5, 1.0)
            red, green, blue, opacity = coat[min(width - 1, int(x)), min(height - 1, int(y))]  # type: ignore[misc]  # RGBA
            if opacity < 250:
                continue
            color = (min(255, int(red * tone)), min(255, int(green * tone)), min(255, int(blue * tone)), 255)
            end = (x + reach * math.cos(turn), y + reach * math.sin(turn))
            draw.line([(x, y), end], fill=color, width=max(1, int(longest * 0.1)))
        self.canvas.putalpha(alpha)

    def shadow_under(self, x: float, y: float, across: float, down: float, strength: float = 0.45) -> None:
        """The soft dark that a thing standing on the ground has under it."""
        centre = self._at((x, y))
        size = (max(4, round(2 * across * self._k)), max(4, round(2 * down * self._k)))
        falloff = _dark_spot().resize(size, Image.Resampling.BILINEAR).point(lambda v: round(v * strength))
        dark = Image.new("RGBA", size, (12, 12, 18, 0))
        dark.putalpha(falloff)
        self._lay(dark, round(centre[0] - size[0] / 2), round(centre[1] - size[1] / 2))

    def _lay(self, picture: Image.Image, left: int, top: int) -> None:
        source = (max(0, -left), max(0, -top))
        if source[0] < picture.width and source[1] < picture.height:
            at = (max(0, left), max(0, top))
            if at[0] < self.canvas.width and at[1] < self.canvas.height:
                self.canvas.alpha_composite(picture, at, source)

    def _at(self, point: Point) -> Point:
        x = point[0] - self._origin[0]
        return ((self._width - x if self._mirrored else x) * self._k, (point[1] - self._origin[1]) * self._k)

    def _shaded(self, paint: RGB, size: tuple[int, int], shade: str, depth: float) -> Image.Image:
        """A sheet of the paint, opaque, with the light running over it."""
        if shade == "flat" or depth <= 0 or self.look.gradient <= 0:
            return Image.new("RGBA", size, (*paint, 255))
        strength = self.look.gradient * depth
        lit = mixed(paint, (255, 255, 250), min(0.9, 0.28 * strength))
        dark = mixed(scaled(paint, max(0.15, 1 - 0.62 * strength)), (20, 20, 50), 0.06 * strength)
        sheet = Image.new("RGBA", size, (*lit, 255))
        sheet.paste((*dark, 255), (0, 0), _ramp(shade).resize(size, Image.Resampling.BILINEAR))
        return sheet

    def _away_from_light(self, ground: Image.Image, mask: Image.Image, depth: float) -> Image.Image:
        """The part of the form that the light from the upper left does not reach, with a hard edge."""
        part = self.look.shadow_part * min(1.4, depth)
        reach = min(mask.width, 2 * mask.height)
        across, down = round(reach * part), round(min(mask.height, 2 * mask.width) * part * 0.6)
        if across < 1 or down < 1:
            return ground
        lit = Image.new("L", mask.size, 0)
        lit.paste(mask, (-across, -down))
        strength = self.look.shadow * min(1.0, depth)
        dark = ImageChops.subtract(mask, lit).point([round(v * strength) for v in range(256)])
        ground.paste((0, 0, 0, 255), (0, 0), dark)
        return ground

    def _throw_shadow(self, mask: Image.Image, left: int, top: int) -> None:
        """A cut sheet of paper lies a little above what is under it."""
        reach = max(2, round(min(14.0, 0.03 * max(mask.size))))
        # A shadow is soft: done at a quarter of the size it costs a tenth.
        small = mask.reduce(4)
        room = max(1, reach // 2)
        wide = Image.new("L", (small.width + 2 * room, small.height + 2 * room), 0)
        wide.paste(small, (room, room))
        soft = wide.filter(ImageFilter.BoxBlur(reach / 4)).point(
            [round(v * self.look.drop) for v in range(256)]
        )
        soft = soft.resize((soft.width * 4, soft.height * 4), Image.Resampling.BILINEAR)
        # Only on what is painted already: on clear ground the board throws the whole cut-out's shadow.
        at = (left - 4 * room + reach // 2, top - 4 * room + reach)
        region = self.canvas.crop((at[0], at[1], at[0] + soft.width, at[1] + soft.height))
        soft = ImageChops.multiply(soft, region.getchannel("A"))
        dark = Image.new("RGBA", soft.size, (20, 16, 30, 0))
        dark.putalpha(soft)
        self._lay(dark, *at)

    def _outline(
        self, points: list[Point], outline: float, paint: RGB, mask: Image.Image, at: tuple[int, int]
    ) -> None:
        line = self.look.line
        if line is not None:
            self._draw_line([*points, points[0]], mixed(line, paint, 0.12), self._line * outline)
            return
        if min(mask.size) > 8:
            # The cut edge of a sheet catches the light.
            edge = Image.new("L", mask.size, 0)
            edge.paste(mask, (2, 2))
            rim = ImageChops.subtract(mask, edge).point(lambda v: round(v * 0.55))
            light = Image.new("RGBA", mask.size, (*mixed(paint, (255, 255, 255), 0.5), 0))
            light.putalpha(rim)
            self._lay(light, *at)

    def _draw_line(self, path: list[Point], paint: RGB, width: float) -> None:
        pen = ImageDraw.Draw(self.canvas)
        whole = max(1, round(width))
        pen.line(path, fill=(*paint, 255), width=whole, joint="curve")
        radius = whole / 2
        if whole > 3:
            for x, y in (path[0], path[-1]):
                pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(*paint, 255))


@cache
def _dark_spot() -> Image.Image:
    return Image.radial_gradient("L").point([round(255 * max(0.0, 1 - v / 180) ** 1.3) for v in range(256)])


def _between(values: Sequence[float], part: float) -> float:
    if len(values) == 1:
        return values[0]
    at = part * (len(values) - 1)
    low = min(int(at), len(values) - 2)
    return values[low] + (values[low + 1] - values[low]) * (at - low)


def _cap(before: Point, end: Point, radius: float) -> list[Point]:
    """The round end of a limb, from its left side to its right."""
    heading = math.atan2(end[1] - before[1], end[0] - before[0])
    return [
        (end[0] + radius * math.cos(heading + turn), end[1] + radius * math.sin(heading + turn))
        for turn in (math.pi / 2 - step * math.pi / 6 for step in range(1, 6))
    ]
