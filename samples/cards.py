"""Pictures outside the story: the opening logo, the test card, scrolling credits.

They are traps for a trailer: none of them may be shown in one.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import cinecore.render
from samples.drawing import Brush

BARS = ((191, 191, 191), (191, 191, 0), (0, 191, 191), (0, 191, 0), (191, 0, 191), (191, 0, 0), (0, 0, 191))
JOBS = (
    "Directed by",
    "Written by",
    "Produced by",
    "Director of Photography",
    "Edited by",
    "Production Design",
    "Costumes",
    "Music",
    "Sound",
    "Casting",
    "Colour",
    "Catering",
)


def font(size_px: int, name: str = "NotoSans-Medium.ttf") -> ImageFont.FreeTypeFont:
    """One of the fonts that the product ships."""
    folder = Path(cinecore.render.__file__).parent / "fonts"
    return ImageFont.truetype(str(folder / name), max(6, size_px))


def draw_logo(width: int, height: int, share: float) -> Image.Image:
    """The opening logo (RGB), `share` of its time gone: it glows up and fades."""
    brush = Brush(width / height, 1.0, height, (10, 12, 24))
    middle = width / height / 2
    brush.glow(middle, 0.4, 0.42, (255, 208, 120), 0.85)
    brush.rectangle(middle - 0.09, 0.28, middle + 0.09, 0.54, (250, 196, 96), 0.05)
    brush.rectangle(middle - 0.11, 0.25, middle + 0.11, 0.285, (120, 60, 40), 0.01)
    brush.rectangle(middle - 0.11, 0.535, middle + 0.11, 0.57, (120, 60, 40), 0.01)
    picture = brush.finished().resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    draw.text(
        (width / 2, height * 0.74),
        "PAPER LANTERN PICTURES",
        (244, 228, 196),
        font(height // 15, "Cinzel-Bold.ttf"),
        "mm",
    )
    strength = max(0.0, min(1.0, share / 0.25, (1 - share) / 0.2))
    return Image.blend(Image.new("RGB", (width, height)), picture, strength)


def draw_test_card(width: int, height: int) -> Image.Image:
    """Colour bars over a grey ramp with a circle (RGB)."""
    picture = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    for index, bar in enumerate(BARS):
        draw.rectangle((index * width / 7, 0, (index + 1) * width / 7, height * 0.7), fill=bar)
    for index in range(16):
        level = index * 17
        draw.rectangle(
            (index * width / 16, height * 0.7, (index + 1) * width / 16, height), fill=(level,) * 3
        )
    radius = height * 0.36
    box = (width / 2 - radius, height / 2 - radius, width / 2 + radius, height / 2 + radius)
    draw.ellipse(box, outline=(255, 255, 255), width=max(2, height // 120))
    draw.rectangle((width * 0.36, height * 0.45, width * 0.64, height * 0.56), fill=(0, 0, 0))
    draw.text((width / 2, height * 0.505), "REEL 1  TEST", (255, 255, 255), font(height // 16), "mm")
    return picture


def draw_credits(width: int, height: int, title: str, names: tuple[str, ...]) -> Image.Image:
    """All credits as one tall picture (RGB), white on black, to be scrolled."""
    line = height // 11
    rows: list[tuple[str, str]] = [("", ""), (title.upper(), "title"), ("", "")]
    rows += [(name, "name") for name in names]
    for index, job in enumerate(JOBS):
        rows += [
            ("", ""),
            (job, "job"),
            (f"{names[index % len(names)]} {names[(index * 5 + 2) % len(names)]}", "name"),
        ]
    rows += [("", ""), ("No lanterns were harmed.", "job")]
    picture = Image.new("RGB", (width, line * (len(rows) + 2)))
    draw = ImageDraw.Draw(picture)
    for index, (text, kind) in enumerate(rows):
        size = {"title": line, "name": round(line * 0.62), "job": round(line * 0.46)}.get(kind, line)
        paint = (160, 160, 160) if kind == "job" else (240, 240, 240)
        draw.text((width / 2, (index + 1) * line), text, paint, font(size), "mm")
    return picture
