"""What a sheet of scenery gets last: grain and wash, blur, the dark of corners, a cut edge."""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from vidpipe.providers.draft.board import Layer

WASH: Final = 3.2
"""Standard deviation in steps of 255 of a brush's broad unevenness."""

WASH_OF_OTHERS: Final = 1.4
"""The same, of looks that are not washed."""


def grained(image: Image.Image, noise: np.random.Generator, grain: float, wash: float) -> Image.Image:
    """The sheet as paper: fine grain of this deviation, and the broad uneven wash of a brush."""
    width, height = image.size
    fine = noise.standard_normal((height // 2 + 1, width // 2 + 1)).astype(np.float32) * grain
    broad = noise.standard_normal((max(2, height // 60), max(2, width // 90))).astype(np.float32) * wash
    tone = np.asarray(Image.fromarray(fine).resize((width, height), Image.Resampling.BILINEAR))
    tone = tone + np.asarray(Image.fromarray(broad).resize((width, height), Image.Resampling.BICUBIC))
    pixels = np.asarray(image, dtype=np.float32) + tone[:, :, None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def blurred(image: Image.Image, radius: float) -> Image.Image:
    """Out of focus, colour and edge alike; done small, since nothing fine is left, and premultiplied, so that no
    dark colour is drawn in from clear paper.
    """
    work = image if image.mode == "RGB" else image.convert("RGBa")
    shrink = max(1, int(radius / 1.5))
    small = work.reduce(shrink) if shrink > 1 else work
    small = small.filter(ImageFilter.BoxBlur(radius / shrink))
    if shrink > 1:
        small = small.resize(image.size, Image.Resampling.BILINEAR)
    return small if image.mode == "RGB" else small.convert("RGBA")


def darkened(layer: Layer, dark: Image.Image) -> Image.Image:
    """The layer's picture under a mask of darkness that covers the world."""
    left, top = round(layer.left), round(layer.top)
    shade = dark.crop((left, top, left + layer.image.width, top + layer.image.height))
    image = layer.image.copy()
    image.paste((0, 0, 0), (0, 0), shade)
    image.putalpha(layer.image.getchannel("A"))
    return image


def both(one: Image.Image, other: Image.Image) -> Image.Image:
    """What is in both masks."""
    return ImageChops.multiply(one, other)


def with_cut_edge(image: Image.Image, mask: Image.Image, strength: float) -> Image.Image:
    """A sheet of cut paper: a soft shadow above its edge on what lies behind, and a light rim."""
    reach = 7
    wide = Image.new("L", mask.size, 0)
    wide.paste(mask, (-2, -3))
    soft = wide.filter(ImageFilter.BoxBlur(reach)).point(lambda v: round(v * strength * 0.8))
    under = Image.new("RGBA", mask.size, (22, 18, 34, 0))
    under.putalpha(soft)
    lower = Image.new("L", mask.size, 0)
    lower.paste(mask, (0, 2))
    rim = ImageChops.subtract(mask, lower).point(lambda v: round(v * 0.5))
    light = Image.new("RGBA", mask.size, (255, 255, 255, 0))
    light.putalpha(rim)
    under.alpha_composite(image)
    under.alpha_composite(light)
    return under
