"""Cards as they stand in a finished file: contrast, the safe area and the entrance of every vibe in three shapes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cinecore.ffmpeg.graph import filter_, print_chain
from cinecore.ffmpeg.run import run
from cinecore.render.card_style import CardStyle
from cinecore.render.cards import card_art, draw_ground, lettering_of
from cinecore.render.compile import segment_command
from cinecore.render.entrances import ACTION_SAFE, ENTRANCES_S
from cinecore.render.presets import WEB
from cinecore.render.segments import split_into_segments
from cinecore.render.typesetting import TITLE_SAFE
from cinecore.timebase import FrameRate
from cinecore.timeline import Card, Picture, Timeline, lay_pictures
from cinecut.assembly.compile import card_style
from cinecut.manifest.vibe import load_vibe, vibe_names

pytestmark = pytest.mark.media

RATE = FrameRate(Fraction(24))
REST_FRAMES = 4
STANDS_OUT = 26
"""Code values of RGB by which lettering differs from its ground; an encoder's own error is far less."""


def luminance(color: np.ndarray) -> np.ndarray:
    """Relative luminance. Source: WCAG 2.1, "relative luminance"."""
    part = color / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


def ratio(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def inside(mask: np.ndarray, part: float) -> bool:
    """Whether a mask lies in the middle `part` of the picture, two pixels of encoder ringing to spare."""
    rows, columns = np.nonzero(mask)
    height, width = mask.shape
    x, y = width * (1 - part) / 2 - 2, height * (1 - part) / 2 - 2
    return bool(
        columns.min() >= x and columns.max() < width - x and rows.min() >= y and rows.max() < height - y
    )


@pytest.mark.parametrize(
    "size",
    [
        pytest.param((640, 360), id="16x9"),
        pytest.param((360, 640), id="9x16"),
        pytest.param((400, 400), id="1x1", marks=pytest.mark.sweep),
    ],
)
def test_every_vibes_title_is_read_in_the_finished_file_and_comes_in_its_own_way(
    size: tuple[int, int], tmp_path: Path
) -> None:
    width, height = size
    vibes = vibe_names()
    cards = {vibe: Card(("The Night Ferry",), "title", card_style(load_vibe(vibe))) for vibe in vibes}
    arts = {card: card_art(card, width, height, 24.0, tmp_path) for card in cards.values()}
    lengths = {vibe: round(ENTRANCES_S[load_vibe(vibe).title.animation] * 24) + REST_FRAMES for vibe in vibes}
    pictures = lay_pictures([Picture(0, lengths[vibe], cards[vibe], vibe) for vibe in vibes], [])
    frames: list[np.ndarray] = []
    for number, segment in enumerate(split_into_segments(Timeline(RATE, width, height, (), pictures))):
        out = tmp_path / f"{number}.mp4"
        run(segment_command(segment, {}, arts, WEB, out))
        chain = print_chain([filter_("scale", in_color_matrix="bt709"), filter_("format", pix_fmts="rgb24")])
        data = run(["-i", str(out), "-vf", chain, "-f", "rawvideo", "pipe:1"])
        frames += list(np.frombuffer(data, np.uint8).reshape(-1, height, width, 3))
    assert len(frames) == sum(lengths.values())
    for picture in pictures:
        vibe = picture.label
        style = CardStyle.parse(cards[vibe].style)
        ground = np.asarray(draw_ground(style, width, height)).astype(int)
        lettering = lettering_of(cards[vibe], style, width, height).picture[..., 3]
        shown = [frame.astype(int) for frame in frames[picture.start : picture.end]]
        rest = shown[-1]
        differs = np.abs(rest - ground).max(axis=-1) > STANDS_OUT + 40 * (style.entrance == "glow")
        assert inside(differs, TITLE_SAFE), vibe
        # thin letters are smeared by 4:2:0: their darkest or brightest fifth is what is read
        letters = luminance(rest[lettering > 250].astype(float))
        around = luminance(rest[(lettering == 0) & _near(lettering > 0)].astype(float))
        is_light = letters.mean() > around.mean()
        core = np.percentile(letters, 80 if is_light else 20)
        assert ratio(float(core), float(np.median(around))) >= 4.5, vibe
        before = [np.abs(frame - ground).max(axis=-1) > STANDS_OUT for frame in shown[:-REST_FRAMES]]
        assert any(not np.array_equal(mask, differs) for mask in before), f"{vibe} does not come in"
        assert all(inside(mask, ACTION_SAFE) for mask in before if mask.any()), vibe


def _near(mask: np.ndarray) -> np.ndarray:
    """Within eight pixels of a mask, three off it."""
    wide, close = mask.copy(), mask.copy()
    for step in range(1, 9):
        for axis in (0, 1):
            for direction in (step, -step):
                moved = np.roll(mask, direction, axis=axis)
                wide |= moved
                if step <= 3:
                    close |= moved
    return wide & ~close


def test_an_end_cards_credits_stand_small_under_its_title_inside_the_safe_area() -> None:
    style = CardStyle.parse(card_style(load_vibe("fantasy"), "end"))
    card = Card(("The Night Ferry", "A film by Ada Lovelace", "In cinemas this winter"), "end")
    lettering = lettering_of(card, style, 640, 360)
    assert inside(lettering.picture[..., 3] > 0, TITLE_SAFE)
    rows = np.flatnonzero(lettering.picture[..., 3].any(axis=1))
    heights = [len(part) for part in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)]
    assert len(heights) == 3
    assert heights[0] > 1.5 * max(heights[1:])


def test_arabic_is_set_from_right_to_left_with_its_letters_joined() -> None:
    card = Card(("باب",), "title")
    whole = lettering_of(card, CardStyle(), 640, 360)
    apart = lettering_of(Card(("ب ا ب",), "title"), CardStyle(), 640, 360)
    left, _, right, _ = whole.ink
    assert right - left < 0.8 * (apart.ink[2] - apart.ink[0]), "joined letters are narrower than single ones"
    assert whole.letters[0][0] > whole.letters[-1][0], "the first letter stands on the right"
