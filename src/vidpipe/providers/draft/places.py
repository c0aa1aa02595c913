"""Where a shot plays: the sky, the weather, and the sheets that a place is built of, far to near.

`Scenery` is what the places in `places_*` draw with; `PLACES` in `places_index` names them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from vidpipe.providers.draft.board import Layer
from vidpipe.providers.draft.colors import RGB, mixed, scaled
from vidpipe.providers.draft.looks import Look
from vidpipe.providers.draft.pen import SUPERSAMPLE, Pen, Point, smooth
from vidpipe.providers.draft.places_finish import (
    WASH,
    WASH_OF_OTHERS,
    blurred,
    both,
    darkened,
    grained,
    with_cut_edge,
)
from vidpipe.providers.draft.places_hour import GREY_SKIES, LIGHTS, SKIES, Hour

SOFT: Final = 1.5
"""Blur in pixels from which nothing fine is left of a place, so that it need not be drawn finely."""


class Scenery:
    """A place being drawn: sheets from far to near over the whole world.

    Args:
        look: How it is drawn.
        width: Of the world, pixels.
        height: Of the world, pixels.
        horizon: Of the world, pixels from above.
        zoom: How near the place is: 1 in a wide shot, more in a close one.
        hour: Time and weather.
        seed: Of everything that is placed by chance.
        blur: Radius in pixels of what is out of focus; grows with distance.
    """

    def __init__(
        self,
        look: Look,
        width: int,
        height: int,
        horizon: float,
        zoom: float,
        hour: Hour,
        seed: int,
        blur: float,
    ) -> None:
        self.look = look.for_places()
        self.width = width
        self.height = height
        self.horizon = horizon
        self.zoom = zoom
        self.hour = hour
        self.chance = random.Random(seed)  # noqa: S311 - where a tree stands, not a secret
        self.unit = height / 100 * zoom
        """A hundredth of the world's height, as near as the place is."""
        self.layers: list[Layer] = []
        self._blur = blur
        self._noise = np.random.default_rng(seed)

    def light(self, color: RGB, distance: float = 0.0) -> RGB:
        """The colour at this hour; what is far away pales into the sky (0 near, 1 at the horizon)."""
        factor = LIGHTS[self.hour.time]
        dim = 0.78 if self.hour.weather in {"storm", "rain"} else 0.92 if self.hour.is_grey else 1.0
        red, green, blue = (
            min(255, round(part * times * dim)) for part, times in zip(color, factor, strict=True)
        )
        haze = distance * (0.85 if self.hour.weather == "fog" else 0.6)
        return mixed(self.look.tinted((red, green, blue)), self.sky_colors()[1], haze)

    def sky_colors(self) -> tuple[RGB, RGB]:
        """Zenith and horizon."""
        top, low = (GREY_SKIES if self.hour.is_grey else SKIES)[self.hour.time]
        return self.look.tinted(top, 0.2), self.look.tinted(low, 0.2)

    def add(
        self,
        name: str,
        image: Image.Image,
        depth: float,
        left: float = 0.0,
        top: float = 0.0,
        *,
        motion: str = "still",
        pivot: Point | None = None,
        amount: float = 1.0,
        is_sharp: bool = False,
    ) -> None:
        """One sheet on top of those before it; out of focus where the lens is."""
        blur = 0.0 if is_sharp else self._blur * (1.15 - depth)
        if blur >= 0.6:
            margin = round(blur * 2)
            covers = image.width >= self.width and image.height >= self.height
            if not covers:
                wide = Image.new("RGBA", (image.width + 2 * margin, image.height + 2 * margin), (0, 0, 0, 0))
                wide.paste(image, (margin, margin))
                image, left, top = wide, left - margin, top - margin
            image = blurred(image, blur)
        self.layers.append(
            Layer(
                name=name,
                image=image if image.mode == "RGBA" else image.convert("RGBA"),
                depth=depth,
                x=left + image.width / 2,
                y=top + image.height / 2,
                motion=motion,
                pivot=pivot,
                amount=amount,
                phase=self.chance.random(),
            )
        )

    def finished(self) -> tuple[Layer, ...]:
        """All sheets; where the look wants it, the corners of the world lie in the dark."""
        if self.look.vignette < 0.2:
            return tuple(self.layers)
        dark = Image.radial_gradient("L").point(
            [round(255 * min(1.0, max(0.0, (v - 62) / 190)) * self.look.vignette) for v in range(256)]
        )
        dark = dark.resize((self.width, self.height), Image.Resampling.BILINEAR)
        return tuple(replace(layer, image=darkened(layer, dark)) for layer in self.layers)

    def sky(self, *, has_sun: bool = True, has_clouds: bool = True) -> None:
        """The sheet behind everything, with sun or moon, stars and clouds."""
        top, low = self.sky_colors()
        image = self.gradient(self.width, self.height, top, low, low_at=self.horizon / self.height)
        draw = ImageDraw.Draw(image)
        if self.hour.time == "night" and not self.hour.is_grey:
            for _ in range(170):
                x, y = self.chance.random() * self.width, self.chance.random() * self.horizon * 0.92
                r = self.chance.choice((0.6, 0.8, 1.0, 1.5))
                tone = self.chance.randint(150, 245)
                draw.ellipse((x - r, y - r, x + r, y + r), fill=(tone, tone, min(255, tone + 8)))
        if has_sun and not self.hour.is_grey:
            self._sun(image)
        self.add("sky", self._grained(image), 0.0)
        if has_clouds:
            self._clouds()

    def sky_of(self, colors: tuple[RGB, RGB]) -> None:
        """A starry sheet of these colours, whatever the hour."""
        image = self.gradient(self.width, self.height, *colors, low_at=self.horizon / self.height)
        draw = ImageDraw.Draw(image)
        for _ in range(260):
            x, y = self.chance.random() * self.width, self.chance.random() * self.horizon
            r, tone = self.chance.choice((0.6, 0.8, 1.1, 1.6)), self.chance.randint(140, 250)
            draw.ellipse((x - r, y - r, x + r, y + r), fill=(tone, tone, tone))
        self.add("sky", self._grained(image), 0.0)

    def indoors(self, color: RGB) -> RGB:
        """The colour under a roof: lamps give back most of what the hour takes."""
        factor = {"night": (0.74, 0.66, 0.58), "dusk": (0.9, 0.82, 0.74), "dawn": (0.98, 0.94, 0.9)}.get(
            self.hour.time, (1.0, 1.0, 1.0)
        )
        red, green, blue = (round(part * times) for part, times in zip(color, factor, strict=True))
        return self.look.tinted((red, green, blue))

    def blank(self, top: float) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        """A clear sheet from this height down to the lower edge, and what draws on it."""
        image = Image.new("RGBA", (self.width, max(2, round(self.height - top))), (0, 0, 0, 0))
        return image, ImageDraw.Draw(image)

    def _sun(self, image: Image.Image) -> None:
        is_night = self.hour.time == "night"
        low = self.hour.time in {"dawn", "dusk"}
        x = self.width * (0.68 if not is_night else 0.3)
        y = self.horizon * (0.78 if low else 0.34)
        radius = self.height * (0.035 if not low else 0.05)
        color = self.look.paint((236, 238, 226) if is_night else (255, 236, 190) if low else (255, 250, 224))
        glow = Image.radial_gradient("L").point(
            [round(150 * max(0.0, 1 - v / 200) ** 2.2) for v in range(256)]
        )
        size = round(radius * 9)
        glow = glow.resize((size, size), Image.Resampling.BILINEAR)
        image.paste(Image.new("RGB", (size, size), color), (round(x - size / 2), round(y - size / 2)), glow)
        # A disc with a sharp edge is a ball to any eye that was trained on photographs.
        disc = Image.radial_gradient("L").point(
            [round(255 * min(1.0, max(0.0, (128 - v) / 70))) for v in range(256)]
        )
        disc = disc.resize((round(radius * 4), round(radius * 4)), Image.Resampling.BILINEAR)
        image.paste(Image.new("RGB", disc.size, color), (round(x - radius * 2), round(y - radius * 2)), disc)

    def _clouds(self) -> None:
        count = 9 if self.hour.is_grey else 4
        above, low = self.sky_colors()
        lit = mixed(low, (255, 255, 255), 0.55 if not self.hour.is_dark else 0.12)
        dark = mixed(above, low, 0.5) if self.hour.is_grey else mixed(low, above, 0.25)
        for at in range(count):
            across = self.width * self.chance.uniform(0.16, 0.34) * (1.5 if self.hour.is_grey else 1)
            down = across * self.chance.uniform(0.34, 0.46)
            x = self.width * ((at + self.chance.random()) / count)
            y = self.horizon * self.chance.uniform(0.08, 0.62)
            soft = down * 0.09
            room = round(soft * 3)
            mask = Image.new("L", (round(across) + 2 * room, round(down) + 2 * room), 0)
            pen = ImageDraw.Draw(mask)
            for _ in range(9):
                r = down * self.chance.uniform(0.2, 0.42)
                cx = room + across * self.chance.uniform(0.2, 0.8)
                cy = room + down * 0.85 - r * self.chance.uniform(0.6, 1.1)
                pen.ellipse((cx - r * 1.5, cy - r, cx + r * 1.5, cy + r), fill=205)
            pen.ellipse(
                (room + across * 0.08, room + down * 0.62, room + across * 0.92, room + down * 0.98), fill=205
            )
            mask = mask.filter(ImageFilter.GaussianBlur(soft))
            image = self.gradient(
                mask.width, mask.height, self.shade(lit), self.shade(dark), is_painted=True
            ).convert("RGBA")
            image.putalpha(mask)
            left, top = x - mask.width / 2, y - mask.height / 2
            self.add(f"cloud{at}", image, 0.05 + 0.02 * (at % 3), left, top, motion="drift", is_sharp=True)

    def shade(self, color: RGB) -> RGB:
        """The colour as the look lays it on."""
        return self.look.paint(color)

    def gradient(
        self, width: int, height: int, top: RGB, bottom: RGB, *, low_at: float = 1.0, is_painted: bool = False
    ) -> Image.Image:
        """An RGB sheet that runs from one colour to another, reached at `low_at` of its height."""
        first, last = (top, bottom) if is_painted else (self.shade(top), self.shade(bottom))
        part = np.clip(np.linspace(0, 1, max(2, height)) / max(0.01, low_at), 0, 1)[:, None]
        column = np.asarray(first) * (1 - part) + np.asarray(last) * part
        return Image.fromarray(np.round(column).astype(np.uint8)[:, None, :]).resize(
            (width, height), Image.Resampling.NEAREST
        )

    def sheet(
        self,
        name: str,
        outline: Sequence[Point],
        top_color: RGB,
        bottom_color: RGB,
        depth: float,
        *,
        is_curved: bool = False,
        texture: float = 1.0,
        motion: str = "still",
        amount: float = 1.0,
    ) -> None:
        """A form across the world, its colour running downwards, its edge in the look's manner."""
        points = smooth(outline, is_closed=False) if is_curved else list(outline)
        left = max(0, int(min(x for x, _ in points)) - 8)
        right = min(self.width, int(max(x for x, _ in points)) + 9)
        top = max(0, int(min(y for _, y in points)) - 8)
        bottom = min(self.height, int(max(y for _, y in points)) + 9)
        if right - left < 2 or bottom - top < 2:
            return
        size = (right - left, bottom - top)
        mask = Image.new("L", (size[0] * 2, size[1] * 2), 0)
        path = [((x - left) * 2, (y - top) * 2) for x, y in points]
        ImageDraw.Draw(mask).polygon(path, fill=255)
        mask = mask.reduce(2)
        color = self.gradient(*size, top_color, bottom_color)
        image = self._grained(color, texture).convert("RGBA")
        image.putalpha(mask)
        if self.look.line is not None and self.look.line_width > 0.005:
            lines = Image.new("L", (size[0] * 2, size[1] * 2), 0)
            ImageDraw.Draw(lines).line(
                [*path, path[0]], fill=190, width=max(2, round(self.height / 300)), joint="curve"
            )
            image.paste(Image.new("RGBA", size, (*self.look.line, 255)), (0, 0), both(lines.reduce(2), mask))
        elif self.look.drop:
            image = with_cut_edge(image, mask, self.look.drop)
        self.add(name, image, depth, left, top, motion=motion, amount=amount)

    def ridge(
        self,
        name: str,
        base: float,
        rise: float,
        bumps: int,
        color: RGB,
        depth: float,
        distance: float,
        *,
        is_sharp: bool = False,
    ) -> None:
        """A line of hills or peaks whose foot is below the horizon."""
        points: list[Point] = []
        for at in range(bumps * 2 + 1):
            up = self.chance.uniform(0.55, 1.0) if at % 2 else self.chance.uniform(0.0, 0.35)
            points.append((self.width * (at / (bumps * 2)) * 1.1 - self.width * 0.05, base - rise * up))
        skyline = points if is_sharp else smooth(points, is_closed=False)
        foot = [(self.width + 20.0, self.height + 4.0), (-20.0, self.height + 4.0)]
        lit = self.light(color, distance)
        self.sheet(name, [*skyline, *foot], mixed(lit, (255, 255, 255), 0.06), scaled(lit, 0.8), depth)

    def ground(
        self,
        color: RGB,
        name: str = "ground",
        *,
        top: float | None = None,
        depth: float = 0.6,
        texture: float = 1.4,
    ) -> None:
        """What everything stands on, from the horizon to the lower edge."""
        lit = self.light(color)
        y = self.horizon if top is None else top
        far = mixed(lit, self.sky_colors()[1], 0.35)
        self.sheet(name, [(-9, y), (self.width + 9, y), (self.width + 9, self.height + 9), (-9, self.height + 9)],
                   far, scaled(lit, 0.86), depth, texture=texture)  # fmt: skip

    def thing(
        self,
        name: str,
        draw: Callable[[Pen], None],
        size: tuple[float, float],
        at: Point,
        scale: float,
        depth: float,
        *,
        motion: str = "still",
        pivot: Point | None = None,
        is_mirrored: bool = False,
        has_accent: bool = False,
    ) -> None:
        """Something drawn with the pen in its own units, standing on a point with the middle of its foot."""
        look = self.look.with_accent(has_accent)
        if self._blur >= SOFT:
            look = replace(look, drop=0.0)
        # Only what lies in the world is drawn, and what is out of focus is drawn coarsely.
        left, top = at[0] - size[0] * scale / 2, at[1] - size[1] * scale
        first, last = max(0.0, -left / scale), min(size[0], (self.width - left) / scale)
        upper, lower = max(0.0, -top / scale), min(size[1], (self.height - top) / scale)
        if last - first < 1 or lower - upper < 1:
            return
        origin = (size[0] - last if is_mirrored else first, upper)
        pen = Pen(
            look,
            last - first,
            lower - upper,
            scale,
            is_mirrored=is_mirrored,
            origin=origin,
            supersample=1 if self._blur >= SOFT else SUPERSAMPLE,
            size=max(size),
        )
        draw(pen)
        self.add(
            name,
            self._lit(pen.finished()),
            depth,
            left + first * scale,
            top + upper * scale,
            motion=motion,
            pivot=pivot or at,
        )

    def marks(self, name: str, forms: Sequence[Sequence[Point]], color: RGB, depth: float) -> None:
        """Many flat forms of one colour on one sheet: boards, furrows, lines on a road."""
        every = [point for form in forms for point in form]
        left = max(0, int(min(x for x, _ in every)) - 2)
        right = min(self.width, int(max(x for x, _ in every)) + 3)
        top = max(0, int(min(y for _, y in every)) - 2)
        bottom = min(self.height, int(max(y for _, y in every)) + 3)
        if right - left < 2 or bottom - top < 2:
            return
        mask = Image.new("L", ((right - left) * 2, (bottom - top) * 2), 0)
        draw = ImageDraw.Draw(mask)
        for form in forms:
            draw.polygon([((x - left) * 2, (y - top) * 2) for x, y in form], fill=255)
        mask = mask.reduce(2)
        image = Image.new("RGBA", mask.size, (*self.shade(color), 255))
        image.putalpha(mask)
        self.add(name, image, depth, left, top)

    def _lit(self, image: Image.Image) -> Image.Image:
        """A cut-out at this hour."""
        factor = self.look.lit(LIGHTS[self.hour.time])
        if factor == (1.0, 1.0, 1.0) and self.hour.weather not in {"storm", "rain"}:
            return image
        dim = 0.84 if self.hour.weather in {"storm", "rain"} else 1.0
        table = [min(255, round(v * times * dim)) for times in factor for v in range(256)]
        return image.point([*table, *range(256)])

    def _grained(self, image: Image.Image, strength: float = 1.0) -> Image.Image:
        """The sheet as this look's paper."""
        wash = WASH if self.look.name == "ink" else WASH_OF_OTHERS
        return grained(image, self._noise, self.look.grain * strength, wash)
