"""What a trailer must not show is fenced: credits, cards, test cards, black; and scenes are not."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from tests.media.scenes import FPS, HEIGHT, WIDTH, Picture, encode, scene, solid

from cinecore.analysis.film import Fence, FilmAnalysis
from cinecore.analysis.onepass import analyse_film
from cinecore.ffmpeg.probe import probe

pytestmark = pytest.mark.media

NAMES = [
    "Ada Birch",
    "Bo Carver",
    "Cy Dunmore",
    "Di Elm",
    "Ed Farrow",
    "Flo Grange",
    "Gus Heath",
    "Ida Jarrow",
]


def lettered(
    frames: int, lines: list[str], *, scroll: float = 0.0, ground: int = 0, size: int = 13
) -> Picture:
    """White lines of text in the middle, moving up by `scroll` pixels a frame."""
    font = ImageFont.load_default(size)
    pictures = np.empty((frames, HEIGHT, WIDTH, 3), np.uint8)
    for frame in range(frames):
        image = Image.new("RGB", (WIDTH, HEIGHT), (ground, ground, ground))
        draw = ImageDraw.Draw(image)
        top = HEIGHT / 2 - len(lines) * size * 0.75 if not scroll else HEIGHT - scroll * frame
        for number, line in enumerate(lines):
            draw.text((WIDTH / 2, top + number * size * 1.5), line, (240, 240, 240), font, anchor="mm")
        pictures[frame] = np.asarray(image)
    return pictures


def colour_bars(frames: int) -> Picture:
    """Seven upright bars over a grey ramp."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    colours = [(191,) * 3, (191, 191, 0), (0, 191, 191), (0, 191, 0), (191, 0, 191), (191, 0, 0), (0, 0, 191)]
    for index, colour in enumerate(colours):
        picture[:, index * WIDTH // 7 : (index + 1) * WIDTH // 7] = colour
    picture[HEIGHT * 3 // 4 :] = (np.arange(WIDTH) * 255 // WIDTH)[None, :, None]
    return np.repeat(picture[None], frames, axis=0)


def covers(fences: tuple[Fence, ...], kind: str, begin: int, end: int) -> bool:
    """Whether one fence of the kind holds the frames, to one sampled frame."""
    slack = 4 / FPS
    return any(
        fence.kind == kind and fence.start_s <= begin / FPS + slack and fence.end_s >= end / FPS - slack
        for fence in fences
    )


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> FilmAnalysis:
    """Bars 0..30, scenes 30..270, a card 270..310, scenes 310..550, black 550..565, credits 565..705."""
    parts = [
        colour_bars(30),
        *(scene(seed, 60) for seed in (60, 61, 62, 63)),
        lettered(40, ["THREE YEARS LATER"], size=20),
    ]
    parts += [
        *(scene(seed, 60) for seed in (64, 65, 66, 67)),
        solid(15),
        lettered(140, NAMES * 2, scroll=2.2, ground=20),
    ]
    folder = tmp_path_factory.mktemp("trapped")
    film = encode(folder / "film.mp4", np.concatenate(parts))
    return analyse_film(probe(film), folder / "work")


def test_scrolling_credits_are_fenced_to_the_end(trapped: FilmAnalysis) -> None:
    assert covers(trapped.fences, "credits", 572, 700)


def test_a_test_card_a_text_card_and_black_are_fenced(trapped: FilmAnalysis) -> None:
    assert covers(trapped.fences, "test_card", 0, 30)
    assert covers(trapped.fences, "card", 270, 310)
    assert covers(trapped.fences, "black", 550, 565)


def test_scenes_are_not_fenced(trapped: FilmAnalysis) -> None:
    allowed = np.ones(705, bool)
    for fence in trapped.fences:
        allowed[round(fence.start_s * FPS) : round(fence.end_s * FPS)] = False
    assert allowed[34:270].all()  # every fourth frame is looked at
    assert allowed[314:538].all()  # the last half second belongs to the credits' fence
