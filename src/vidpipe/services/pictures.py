"""A picture from anyone made safe: opened with limits, turned upright, encoded anew; what is no picture is refused.

Nothing of the file but its pixels goes on: no metadata, no colour profile, no second frame, no name.
"""

from __future__ import annotations

import io
import stat
import struct
import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from cinecore.errors import InputError

SIDE_AT_MOST = 4096
"""Pixels of the longer side of what is handed on: larger pictures are made smaller."""

READ_SIDE_AT_MOST = 20_000
"""A picture longer than this is a mistake or an attack."""

READ_PIXELS_AT_MOST = 89_000_000
"""Of one picture: 360 MB once decoded. Pillow's own limit lies as high."""

FILE_BYTES_AT_MOST = 200 * 1024 * 1024

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF")
"""What is opened; formats that name other files or run programs are not among them."""

_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<svg", b"<?xml", b"<script")


def read_picture(path: Path, *, side_at_most: int = SIDE_AT_MOST) -> bytes:
    """The picture as PNG, RGB or RGBA, upright, its longer side at most `side_at_most`; equal files, equal bytes.

    Raises:
        InputError: Not there, not a picture, cut short, or larger than anybody needs.
    """
    output = io.BytesIO()
    open_picture(path, side_at_most=side_at_most).save(output, "PNG", compress_level=6)
    return output.getvalue()


def open_picture(path: Path, *, side_at_most: int = SIDE_AT_MOST) -> Image.Image:
    """The same as pixels, of mode RGB, or RGBA where it has holes.

    Raises:
        InputError: As `read_picture`.
    """
    data = _content(path)
    _refuse_markup(data, path)
    # Pillow warns between its limit and twice that: here a warning is as good as an error
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _check_size(picture.size, path)
            picture.draft(
                "RGB", (side_at_most * 2, side_at_most * 2)
            )  # a JPEG is decoded no larger than needed
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            plain = _plain(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(path, "unpacked, it would fill the memory") from error
    except UnidentifiedImageError as error:
        raise InputError(
            "This is not a picture that can be read.", path, "Give a PNG, JPEG, WebP, TIFF, BMP or GIF."
        ) from error
    except MemoryError as error:
        raise _too_large(path, "there is not enough memory") from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, OverflowError, KeyError) as error:
        raise InputError(
            f"This picture is damaged or cut short ({_brief(error)}).", path, "Open and save it again."
        ) from error
    if max(plain.size) > side_at_most:
        plain.thumbnail((side_at_most, side_at_most), Image.Resampling.LANCZOS)
    return plain


def _content(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise InputError("This is not a file.", path, "Give the picture itself.")
        if status.st_size > FILE_BYTES_AT_MOST:
            raise _too_large(path, f"its file has {status.st_size // 1_000_000} MB")
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # a name with a zero in it names nothing
        raise InputError("There is no such picture.", path, "Check the name.") from None
    except OSError as error:
        raise InputError(f"Cannot read this picture: {error.strerror}.", path, "Check its rights.") from error
    if not data:
        raise InputError("This picture is empty.", path, "Copy or export it again.")
    return data


def _refuse_markup(data: bytes, path: Path) -> None:
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_MARKUP):
        raise InputError(
            "This is a web page or markup, not a picture.", path, "Save the picture itself, not the page."
        )


def _check_size(size: tuple[int, int], path: Path) -> None:
    width, height = size
    if max(size) > READ_SIDE_AT_MOST or width * height > READ_PIXELS_AT_MOST:
        raise _too_large(path, f"it is {width} x {height} pixels")


def _too_large(path: Path, why: str) -> InputError:
    return InputError(
        f"This picture is too large: {why}.",
        path,
        f"Make it smaller; {READ_SIDE_AT_MOST:,} pixels a side and {READ_PIXELS_AT_MOST // 1_000_000} megapixels are read.",
    )


def _plain(picture: Image.Image) -> Image.Image:
    """Eight bits a channel, RGB, or RGBA where a pixel may be seen through."""
    if picture.mode.startswith("I;16") or picture.mode in {"I", "F"}:
        # Pillow's own way from sixteen bits to eight cuts everything above 255 off
        wide = picture.convert("F")
        extrema = wide.getextrema()
        highest = float(str(extrema[1]))
        top = 65535.0 if picture.mode.startswith("I") and highest > 255 else max(1.0, highest)
        return wide.point(lambda value: value * (255.0 / top)).convert("L").convert("RGB")
    has_holes = picture.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in picture.info
    plain = picture.convert("RGBA" if has_holes else "RGB")
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)  # a picture of its own: nothing of the file's info travels on
    return fresh


def _brief(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
