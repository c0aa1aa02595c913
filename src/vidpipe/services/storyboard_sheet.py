"""The storyboard as a sheet to print: panels with number, seconds, size, camera, action and what is said.

A PDF of several pages or one tall PNG, by the file's ending. Deliberately not here: making the panels.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from cinecore.errors import InputError
from cinecore.files import publish, write_error
from vidpipe.schemas.kinds import LineKind
from vidpipe.schemas.storyboard import SceneSpec, Storyboard

PAGE = (1754, 1240)
"""A4 across at 150 dots an inch, in pixels."""

DOTS_PER_INCH = 150
COLUMNS, ROWS = 3, 2
MARGIN, GUTTER, HEAD = 70, 44, 96
"""Pixels: around the page, between panels, for the title."""

TALLEST_PNG = 30_000
"""Pixels that a PNG of all pages may be high: what viewers still open."""

INK, GREY, FAINT, PAPER, ACCENT = "#1c1f26", "#5b6270", "#d5d8de", "#ffffff", "#a8321f"
_MOVES = {
    "static": "static",
    "push_in": "push in",
    "pull_out": "pull out",
    "pan_left": "pan left",
    "pan_right": "pan right",
    "tilt_up": "tilt up",
    "tilt_down": "tilt down",
    "track_left": "track left",
    "track_right": "track right",
}


@dataclass(frozen=True)
class _Column:
    """Where a panel stands on its page."""

    left: int
    top: int
    width: int
    height: int


def write_sheet(storyboard: Storyboard, panels: Mapping[int, Path], output: Path) -> None:
    """Write the sheet; a scene without a panel has an empty frame with its words.

    Args:
        storyboard: What is told.
        panels: Scene index → its picture.
        output: `.pdf` for pages, `.png` for one tall picture; it takes its name when it is whole.

    Raises:
        InputError: The ending is neither, or a panel's picture cannot be read.
        OutputError: It cannot be written.
    """
    ending = output.suffix.lower()
    if ending not in {".pdf", ".png"}:
        raise InputError("A storyboard sheet is a PDF or a PNG.", output, "End the name with .pdf or .png.")
    pages = _pages(storyboard, panels)
    temporary = output.with_name(f".{os.getpid()}-{output.name}.tmp")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        if ending == ".pdf":
            pages[0].save(
                temporary,
                "PDF",
                save_all=True,
                append_images=pages[1:],
                resolution=DOTS_PER_INCH,
                title=storyboard.title,
                creationDate=None,
                modDate=None,
            )
        else:
            _stacked(pages).save(temporary, "PNG", optimize=False)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise write_error(error, output) from error
    publish(temporary, output)


def _pages(storyboard: Storyboard, panels: Mapping[int, Path]) -> list[Image.Image]:
    per_page = COLUMNS * ROWS
    scenes = storyboard.scenes
    count = -(-len(scenes) // per_page)
    return [
        _page(storyboard, scenes[number * per_page : (number + 1) * per_page], panels, number + 1, count)
        for number in range(count)
    ]


def _page(
    storyboard: Storyboard, scenes: tuple[SceneSpec, ...], panels: Mapping[int, Path], number: int, count: int
) -> Image.Image:
    page = Image.new("RGB", PAGE, PAPER)
    draw = ImageDraw.Draw(page)
    title = _fitted(draw, storyboard.title, _font("Montserrat-SemiBold", 34), PAGE[0] - 2 * MARGIN - 360)
    draw.text((MARGIN, MARGIN - 18), title, INK, _font("Montserrat-SemiBold", 34))
    facts = f"{len(storyboard.scenes)} shots · {_clock(storyboard.duration_s)} · page {number} of {count}"
    small = _font("NotoSans-Medium", 20)
    draw.text((PAGE[0] - MARGIN - draw.textlength(facts, small), MARGIN - 6), facts, GREY, small)
    draw.line((MARGIN, MARGIN + 40, PAGE[0] - MARGIN, MARGIN + 40), FAINT, 2)
    width = (PAGE[0] - 2 * MARGIN - (COLUMNS - 1) * GUTTER) // COLUMNS
    height = (PAGE[1] - MARGIN - HEAD - MARGIN) // ROWS
    for place, scene in enumerate(scenes):
        row, column = divmod(place, COLUMNS)
        box = _Column(
            MARGIN + column * (width + GUTTER), MARGIN + HEAD - 30 + row * height, width, height - 16
        )
        _panel(page, draw, scene, panels.get(scene.scene_index), box)
    return page


def _panel(
    page: Image.Image, draw: ImageDraw.ImageDraw, scene: SceneSpec, picture: Path | None, box: _Column
) -> None:
    frame_height = round(box.width * 9 / 16)
    frame = (box.left, box.top, box.left + box.width, box.top + frame_height)
    draw.rectangle(frame, "#eceef1")
    if picture is not None:
        image = _picture(picture, box.width, frame_height)
        page.paste(
            image, (box.left + (box.width - image.width) // 2, box.top + (frame_height - image.height) // 2)
        )
    else:
        words = _font("NotoSans-Medium", 20)
        note = "no picture yet"
        draw.text(
            (box.left + (box.width - draw.textlength(note, words)) / 2, box.top + frame_height / 2 - 14),
            note,
            GREY,
            words,
        )
    draw.rectangle(frame, outline=INK, width=2)
    top = box.top + frame_height + 10
    bold, small = _font("Montserrat-SemiBold", 24), _font("NotoSans-Medium", 17)
    name = str(scene.scene_index + 1)
    draw.text((box.left, top - 3), name, ACCENT, bold)
    facts = f"{scene.duration_s:.1f} s · {scene.shot.shot_type.value.replace('_', ' ')} · {_MOVES[scene.shot.camera_movement.value]}"
    if scene.cut.value != "cut":
        facts += f" · {scene.cut.value}"
    draw.text((box.left + draw.textlength(name, bold) + 14, top + 4), facts, GREY, small)
    _write(draw, scene, _Column(box.left, top + 36, box.width, box.top + box.height - top - 36))


def _write(draw: ImageDraw.ImageDraw, scene: SceneSpec, box: _Column) -> None:
    """Heading, action and speech, as many lines as fit; what does not ends in an ellipsis."""
    plain, light = _font("NotoSans-Medium", 18), _font("NotoSans-Medium", 17)
    lines: list[tuple[str, str, ImageFont.FreeTypeFont, int]] = []
    if scene.heading:
        lines.append((_fitted(draw, scene.heading, light, box.width), GREY, light, 0))
    lines += [(text, INK, plain, 0) for text in _wrapped(draw, scene.description, plain, box.width)]
    spoken: list[tuple[str, str, ImageFont.FreeTypeFont, int]] = []
    for line in scene.audio.lines:
        speaker = line.speaker or ("Narrator" if line.kind is LineKind.NARRATION else "")
        text = f"{speaker}: {line.text}" if speaker else line.text
        spoken += [(part, ACCENT, light, 16) for part in _wrapped(draw, text, light, box.width - 16)]
    room = max(1, box.height // 24)
    for_action = max(room - len(spoken), min(len(lines), max(2, room // 2)))
    shown = _shortened(lines, for_action)
    shown += _shortened(spoken, room - len(shown))
    for number, (text, color, font, indent) in enumerate(shown):
        draw.text((box.left + indent, box.top + number * 24), text, color, font)


_Written = tuple[str, str, ImageFont.FreeTypeFont, int]


def _shortened(lines: list[_Written], most: int) -> list[_Written]:
    if len(lines) <= most:
        return lines
    kept = lines[: max(0, most)]
    if kept:
        text, *rest = kept[-1]
        kept[-1] = (text[: max(1, len(text) - 2)].rstrip(" .,") + " …", *rest)  # type: ignore[assignment] # the rest is as it was
    return kept


def _wrapped(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The text in lines that fit; a word that is wider than the line is parted."""
    lines: list[str] = []
    current = ""
    for word in text.split():
        while draw.textlength(word, font) > width:
            part = _head(draw, word, font, width)
            if current:
                lines.append(current)
                current = ""
            lines.append(part)
            word = word[len(part) :]  # noqa: PLW2901 - what is left of it
        if current and draw.textlength(f"{current} {word}", font) > width:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}".strip()
    return [*lines, current] if current else lines


def _head(draw: ImageDraw.ImageDraw, word: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    size = 1
    while size < len(word) and draw.textlength(word[: size + 1], font) <= width:
        size += 1
    return word[:size]


def _fitted(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    text = " ".join(text.split())
    if draw.textlength(text, font) <= width:
        return text
    return _head(draw, text, font, width - round(draw.textlength("…", font))) + "…"


def _picture(path: Path, width: int, height: int) -> Image.Image:
    """The panel's picture, whole, as large as its frame allows."""
    try:
        with Image.open(path) as opened:
            image = opened.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError, SyntaxError) as error:
        raise InputError(
            f"A panel's picture cannot be read: {error}.", path, "Make the panel again, or leave it out."
        ) from error
    scale = min(width / image.width, height / image.height)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS)


def _stacked(pages: list[Image.Image]) -> Image.Image:
    """All pages one below the other, smaller where they would be too tall to open."""
    scale = min(1.0, TALLEST_PNG / (len(pages) * PAGE[1]))
    size = (round(PAGE[0] * scale), round(PAGE[1] * scale))
    tall = Image.new("RGB", (size[0], size[1] * len(pages)), PAPER)
    for number, page in enumerate(pages):
        tall.paste(
            page if scale == 1.0 else page.resize(size, Image.Resampling.LANCZOS), (0, number * size[1])
        )
    return tall


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}" if seconds >= 60 else f"{seconds:g} s"


@lru_cache(maxsize=8)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """One of the core's typefaces; letters that it lacks are drawn as its empty box."""
    folder = resources.files("cinecore.render").joinpath("fonts")
    with resources.as_file(folder.joinpath(f"{name}.ttf")) as path:
        return ImageFont.truetype(str(path), size)
