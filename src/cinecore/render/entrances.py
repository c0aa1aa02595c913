"""How lettering comes in over its ground: each entrance as real frames, drawn one by one; the same bytes each time.

An entrance ends with the lettering at rest. On the way letters stay inside the picture's action-safe part. Nothing here
flashes: what flickers or lights up is lettering, far less than a quarter of the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

ACTION_SAFE = 0.93
"""Part of width and height in which action is seen on every screen: SMPTE ST 2046-1."""

ENTRANCES_S = {
    "cut": 0.0,
    "pop": 0.25,
    "slam": 0.3,
    "flicker": 0.6,
    "bounce": 0.6,
    "rise": 0.6,
    "scan": 0.7,
    "fade": 0.7,
    "dust": 0.9,
    "glow": 0.9,
    "typed": 0.9,
    "reveal": 1.1,
}
"""Every entrance by name, and how long it takes."""

FLICKER = (0.0, 0.75, 0.75, 0.12, 0.12, 0.0, 0.9, 0.9, 0.35, 0.35, 1.0, 0.7, 1.0)
"""How far lettering is lit, over the entrance: a tube that catches."""

GLOW_PART = 0.035
"""Radius of a halo, as a part of the picture's height."""


@dataclass(frozen=True)
class Lettering:
    """What comes in."""

    picture: Bytes
    """RGBA, as large as the card."""
    letters: tuple[tuple[int, int, int, int], ...]
    """Left, top, right, bottom of each letter in reading order, in pixels."""

    @property
    def ink(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of all of it."""
        rows = np.flatnonzero(self.picture[..., 3].any(axis=1))
        columns = np.flatnonzero(self.picture[..., 3].any(axis=0))
        if not len(rows):
            return 0, 0, 1, 1
        return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def entrance_frames(
    name: str, ground: Bytes, lettering: Lettering, frames_per_second: float
) -> Iterator[Bytes]:
    """The card's pictures, RGB, from the first one to the one in which everything rests.

    Raises:
        KeyError: No such entrance.
    """
    count = max(1, round(ENTRANCES_S[name] * frames_per_second))
    if name == "cut":
        yield _laid(ground, lettering.picture)
        return
    draw = _DRAWN[name]
    for number in range(count):
        yield draw(ground, lettering, number / count)
    yield _at_rest(name, ground, lettering)


def _at_rest(name: str, ground: Bytes, lettering: Lettering) -> Bytes:
    if name == "glow":
        return _glow(ground, lettering, 1.0)
    return _laid(ground, lettering.picture)


def _laid(ground: Bytes, picture: Bytes, alpha: float | Floats = 1.0) -> Bytes:
    """Lettering over the ground; `alpha` for all of it or by pixel, in 0..1."""
    if isinstance(alpha, float) and alpha <= 0:
        return ground
    rows = np.flatnonzero(picture[..., 3].any(axis=1))
    if not len(rows):
        return ground
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    part = picture[top:bottom].astype(np.float32)
    cover = part[..., 3:] / np.float32(255)
    cover = cover * (np.float32(alpha) if isinstance(alpha, float) else alpha[top:bottom, :, None])
    under = ground[top:bottom].astype(np.float32)
    out = ground.copy()
    out[top:bottom] = np.rint(under + (part[..., :3] - under) * cover).astype(np.uint8)
    return out


def _smooth(t: float) -> float:
    t = min(1.0, max(0.0, t))
    return t * t * (3 - 2 * t)


def _moved(lettering: Lettering, *, scale: float = 1.0, down: float = 0.0) -> Bytes:
    """The lettering scaled about its middle and moved, in pixels, kept inside the action-safe part."""
    height, width = lettering.picture.shape[:2]
    left, top, right, bottom = lettering.ink
    room = min(ACTION_SAFE * width / (right - left), ACTION_SAFE * height / (bottom - top))
    scale = min(scale, max(1.0, room))
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    lowest = (1 + ACTION_SAFE) / 2 * height - (bottom - middle_y) * scale
    highest = (1 - ACTION_SAFE) / 2 * height + (middle_y - top) * scale
    to_y = min(max(middle_y + down, highest), max(lowest, middle_y))
    inverse = (1 / scale, 0.0, middle_x - middle_x / scale, 0.0, 1 / scale, middle_y - to_y / scale)
    image = Image.fromarray(lettering.picture, "RGBA").transform(
        (width, height), Image.Transform.AFFINE, inverse, Image.Resampling.BICUBIC
    )
    return np.asarray(image)


def _fade(ground: Bytes, lettering: Lettering, t: float) -> Bytes:
    return _laid(ground, lettering.picture, _smooth(t))


def _slam(ground: Bytes, lettering: Lettering, t: float) -> Bytes:
    """Large and faint at first, down onto its place within the first half, then two small shakes."""
    hit = 0.5
    if t < hit:
        return _laid(ground, _moved(lettering, scale=1 + 0.9 * (1 - (t / hit) ** 2)), 0.35 + 0.65 * t / hit)
    after = (t - hit) / (1 - hit)
    shake = 0.012 * lettering.picture.shape[0] * (1 - after) * (1 if int(after * 6) % 2 else -1)
    return _laid(ground, _moved(lettering, scale=1 + 0.03 * (1 - after), down=shake))


def _rise(ground: Bytes, lettering: Lettering, t: float) -> Bytes:
    down = 0.05 * lettering.picture.shape[0] * (1 - t) ** 3
    return _laid(ground, _moved(lettering, down=down), _smooth(t * 1.4))


def _bounce(ground: Bytes, lettering: Lettering, t: float) -> Bytes:
    """Small to full size and past it twice, as a spring does."""
    scale = 1 - float(np.exp(-5.5 * t) * np.cos(2 * np.pi * 1.6 * t)) * 0.6
    return _laid(ground, _moved(lettering, scale=max(0.05, scale)), min(1.0, 4 * t))


def _pop(ground: Bytes, lettering: Lettering, t: float) -> Bytes:
    scale = 0.72 + 0.36 * _smooth(t / 0.6) if t < 0.6 else 1.08 - 0.08 * _smooth((t - 0.6) / 0.4)
    return _laid(ground, _moved(lettering, scale=scale), min(1.0, 3 * t))


def _flicker(ground: Bytes, lettering: Lettering, t: float) -> Bytes:
    return _laid(ground, lettering.picture, FLICKER[int(t * len(FLICKER))])


def _typed(ground: Bytes, lettering: Lettering, t: float) -> Bytes:
    """One letter after the other, a mark standing where the next one comes."""
    count = len(lettering.letters)
    shown = min(count, int(t * (count + 1)))
    height, width = lettering.picture.shape[:2]
    is_shown = np.zeros((height, width), np.float32)
    for left, top, right, bottom in lettering.letters[:shown]:
        is_shown[max(0, top) : bottom, max(0, left) : right] = 1
    picture = lettering.picture
    if shown < count:
        left, top, _, bottom = lettering.letters[shown]
        mark = slice(max(0, left), max(0, left) + max(2, (bottom - top) // 8))
        picture = picture.copy()
        color = picture[picture[..., 3] == 255][:1, :3]
        picture[max(0, top) : bottom, mark, :3] = color if len(color) else 255
        picture[max(0, top) : bottom, mark, 3] = 255
        is_shown[max(0, top) : bottom, mark] = 1
    return _laid(ground, picture, is_shown)


def _scan(ground: Bytes, lettering: Lettering, t: float) -> Bytes:
    """A bright line that crosses the lettering and leaves it behind, still flickering by rows."""
    height, width = lettering.picture.shape[:2]
    left, top, right, bottom = lettering.ink
    edge = left + (right - left) * 1.04 * t
    behind = np.clip((edge - np.arange(width, dtype=np.float32)) / (0.06 * width), 0, 1)
    rows = np.where(np.arange(height) % 4 < 2, 1.0, 0.55 + 0.45 * t).astype(np.float32)
    out = _laid(ground, lettering.picture, behind[None, :] * rows[:, None])
    line = np.exp(-(((np.arange(width) - edge) / (0.004 * width)) ** 2)).astype(np.float32)[None, :, None]
    pad = (bottom - top) // 6
    part = out[max(0, top - pad) : bottom + pad].astype(np.float32)
    out[max(0, top - pad) : bottom + pad] = np.rint(part + (255 - part) * line * 0.85).astype(np.uint8)
    return out


def _reveal(ground: Bytes, lettering: Lettering, t: float) -> Bytes:
    """From left to right behind a soft edge."""
    width = lettering.picture.shape[1]
    left, _, right, _ = lettering.ink
    soft = 0.35 * (right - left) + 1
    edge = left - soft + (right - left + 2 * soft) * t
    shown = np.clip((edge - np.arange(width, dtype=np.float32)) / soft + 0.5, 0, 1)
    return _laid(ground, lettering.picture, np.broadcast_to(shown, lettering.picture.shape[:2]))


def _dust(ground: Bytes, lettering: Lettering, t: float) -> Bytes:
    """Grain by grain, as sand blown off a plate."""
    height, width = lettering.picture.shape[:2]
    cells = np.random.default_rng(11).random((height // 3 + 1, width // 3 + 1)).astype(np.float32)
    coarse = np.asarray(
        Image.fromarray(np.random.default_rng(12).random((9, 16)).astype(np.float32)).resize(
            (width, height), Image.Resampling.BICUBIC
        )
    )
    grains = np.repeat(np.repeat(cells, 3, axis=0), 3, axis=1)[:height, :width]
    wait = 0.45 * grains + 0.35 * coarse + 0.2 * np.linspace(0, 1, width, dtype=np.float32)
    return _laid(ground, lettering.picture, np.clip((t * 1.25 - wait) / 0.2, 0, 1).astype(np.float32))


def _glow(ground: Bytes, lettering: Lettering, t: float) -> Bytes:
    """A halo that comes before the letters, swells and stays faintly."""
    height = lettering.picture.shape[0]
    alpha = Image.fromarray(lettering.picture[..., 3])
    halo = np.asarray(alpha.filter(ImageFilter.GaussianBlur(GLOW_PART * height)), np.float32) / 255
    strength = 0.9 * _smooth(t * 1.6) * (1 - 0.65 * _smooth((t - 0.5) * 2))
    covered = lettering.picture[..., 3] == 255
    color = lettering.picture[covered][0, :3].astype(np.float32) if covered.any() else np.float32(255)
    lit = ground.astype(np.float32)
    lit += (color - lit) * (halo * np.float32(strength))[..., None]
    return _laid(np.rint(lit).astype(np.uint8), lettering.picture, _smooth(t * 1.5 - 0.4))


_DRAWN: dict[str, Callable[[Bytes, Lettering, float], Bytes]] = {
    "pop": _pop,
    "slam": _slam,
    "flicker": _flicker,
    "bounce": _bounce,
    "rise": _rise,
    "scan": _scan,
    "fade": _fade,
    "dust": _dust,
    "glow": _glow,
    "typed": _typed,
    "reveal": _reveal,
}
