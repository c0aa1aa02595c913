"""What a trailer must not show is fenced: credits, cards, test cards, black; and scenes are not."""

from __future__ import annotations

from pathlib import Path

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


def test_cards_and_credits_are_no_subtitles(trapped: FilmAnalysis) -> None:
    assert not [notice for notice in trapped.notices if "taken for subtitles" in notice]


def test_scenes_are_not_fenced(trapped: FilmAnalysis) -> None:
    allowed = np.ones(705, bool)
    for fence in trapped.fences:
        allowed[round(fence.start_s * FPS) : round(fence.end_s * FPS)] = False
    assert allowed[34:270].all()  # every fourth frame is looked at
    assert allowed[314:538].all()  # the last half second belongs to the credits' fence


def titled(pictures: Picture, begin: int, end: int, lines: list[str], *, size: int, top: int) -> Picture:
    """The pictures with white lines over frames `begin` to `end`, which come and go within eight frames."""
    drawn = Image.new("L", (WIDTH, HEIGHT))
    for number, line in enumerate(lines):
        place = (WIDTH / 2, top + number * size * 1.4)
        ImageDraw.Draw(drawn).text(place, line, 255, ImageFont.load_default(size), anchor="mm")
    letters = np.asarray(drawn, np.float32)[..., None] / 255
    shown = pictures.copy()
    for frame in range(begin, end):
        part = letters * min(1.0, (frame - begin + 1) / 8, (end - frame) / 8)
        shown[frame] = (pictures[frame] * (1 - part) + 245 * part).astype(np.uint8)
    return shown


def still_scene(seed: int, frames: int) -> Picture:
    """A scene's first picture, standing."""
    return np.repeat(scene(seed, 2)[:1], frames, axis=0)


def test_titles_over_pictures_are_fenced_with_their_fades_and_the_rest_of_the_shot_is_not(
    tmp_path: Path,
) -> None:
    moving, standing = scene(71, 200), still_scene(72, 200)
    name = ["THE LONG WAY HOME", "A FILM BY ADA BIRCH"]
    parts = [
        titled(moving, 70, 130, name, size=22, top=70),
        titled(standing, 70, 130, name, size=22, top=70),
        scene(73, 100),
    ]
    film = encode(tmp_path / "film.mp4", np.concatenate(parts))
    found = analyse_film(probe(film), tmp_path / "work").fences
    fenced = np.zeros(500, bool)
    for fence in found:
        assert fence.kind in {"card", "logo"}
        fenced[round(fence.start_s * FPS) : round(fence.end_s * FPS)] = True
    for begin in (70, 270):
        assert fenced[begin + 4 : begin + 56].all()
    for stretch in (range(36), range(168, 236), range(368, 500)):
        assert not fenced[list(stretch)].any()


def test_subtitles_burnt_into_a_film_stay_in_it_and_that_is_said(tmp_path: Path) -> None:
    line = ["I told you not to come here.", "Nobody will ever know."]
    scenes = [scene(20 + number, 72) for number in range(11)]
    parts = [titled(one, 12, 60, line, size=13, top=145) for one in scenes]
    film = encode(tmp_path / "film.mp4", np.concatenate(parts))
    found = analyse_film(probe(film), tmp_path / "work")
    assert found.fences == ()
    assert [notice for notice in found.notices if "taken for subtitles" in notice]


def test_a_person_who_appears_and_a_camera_that_comes_to_rest_are_no_titles(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    leaves = random.integers(40, 200, (HEIGHT // 4, WIDTH // 4, 1)).repeat(4, 0).repeat(4, 1)
    fence = np.repeat(np.broadcast_to(leaves, (HEIGHT, WIDTH, 3)).astype(np.uint8)[None], 220, axis=0)
    for left in np.cumsum(random.integers(9, 18, 18)):  # pickets, at which the camera comes to rest
        fence[:, 100:150, left + 20 : left + 25] = 245
    arriving = np.stack([np.roll(fence[frame], max(0, 60 - frame) * 2, axis=1) for frame in range(220)])
    standing = still_scene(75, 220)
    standing[60:, 50:140, 150:180] = 240
    film = encode(tmp_path / "film.mp4", np.concatenate([arriving, standing]))
    assert analyse_film(probe(film), tmp_path / "work").fences == ()
