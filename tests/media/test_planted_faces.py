"""Photographed faces at known places of a film stay inside the picture that is cut out of it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cinecore.analysis.onepass import analyse_film
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run
from cinecore.render.framing import middle_at
from cinecut.assembly.shape import cut_of, framing_of
from cinecut.manifest.schema import Clip, PictureShape
from cinecut.pipeline.framing import ClipFramer

pytestmark = [pytest.mark.media, pytest.mark.model, pytest.mark.shared]

WIDTH, HEIGHT, FPS, SHOT = 640, 360, 24, 72
FACE_PIXELS = 60
FACES = {"fr_biden.jpg": (0.43, 0.07, 0.31, 0.19), "fr_obama.jpg": (0.41, 0.08, 0.27, 0.30)}
"""Left, top, width, height of the face, as parts of the portrait; read off the photographs."""

SHOTS = (
    (("fr_obama.jpg", 0.15, 0.15),),
    (("fr_biden.jpg", 0.85, 0.85),),
    (("fr_obama.jpg", 0.2, 0.75),),
    (("fr_biden.jpg", 0.45, 0.45), ("fr_obama.jpg", 0.63, 0.63)),
    (("fr_obama.jpg", 0.8, 0.35),),
    (("fr_biden.jpg", 0.5, 0.5),),
    (("fr_obama.jpg", 0.3, 0.42),),
)
"""Who stands in each shot, and where the middle of the face is at its start and at its end."""


def frame_of(shot: int, frame: int, grounds: list[np.ndarray], people: dict[str, Image.Image]) -> Image.Image:
    picture = Image.fromarray(grounds[shot % len(grounds)])
    for name, start, end in SHOTS[shot]:
        portrait = people[name]
        middle = (start + (end - start) * frame / (SHOT - 1)) * WIDTH
        picture.paste(portrait, (round(middle) - 52, HEIGHT - portrait.height))
    return picture


@pytest.fixture(scope="module")
def film(media_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("faces") / "film.mp4"
    grounds = []
    for name in ("coffee.png", "rocket.jpg"):
        with Image.open(media_folder / "photos" / name) as photo:
            grounds.append(np.asarray(photo.convert("RGB").resize((WIDTH, HEIGHT))) // 2)
    people = {}
    for name in FACES:
        with Image.open(media_folder / "faces" / name) as photo:
            portrait = photo.convert("RGB")
        scale = FACE_PIXELS / (FACES[name][2] * portrait.width)
        portrait = portrait.resize((round(portrait.width * scale), round(portrait.height * scale)))
        # so narrow that two stand beside each other; the middle of the face is the middle of what is left
        middle = round((FACES[name][0] + FACES[name][2] / 2) * portrait.width)
        people[name] = portrait.crop((middle - 52, 0, middle + 52, min(portrait.height, 300)))
    frames = [
        frame_of(shot, frame, grounds, people).tobytes()
        for shot in range(len(SHOTS))
        for frame in range(SHOT)
    ]
    raw = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS), "-i", "pipe:0")
    run(
        [*raw, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(path)],
        input_bytes=b"".join(frames),
    )
    return path


def test_planted_faces_stay_inside_in_every_shape_and_the_crop_moves_slowly(
    film: Path, tmp_path: Path
) -> None:
    media = probe(film)
    analysis = analyse_film(media, tmp_path)
    inside = total = 0
    for aspect in ("9:16", "1:1", "4:5"):
        cut = cut_of(PictureShape(aspect=aspect), (WIDTH, HEIGHT))
        framer = ClipFramer(analysis, tmp_path / "stills", has_eyes=True, cut=cut)
        for shot, people in enumerate(SHOTS):
            start = shot * SHOT + 4
            clip = Clip(
                source_start_s=start / FPS,
                source_end_s=(start + SHOT - 8) / FPS,
                beat_type="money_shot",
                act="act1",
                narrative_zone="BEGINNING",
            )
            clip = framer.framed(clip, lambda: None)
            assert 1 <= len(clip.framing) <= 8
            framing = framing_of(clip, cut, Fraction(start, FPS), Fraction(FPS))
            assert framing is not None
            places = np.array([middle_at(framing, frame)[0] for frame in range(SHOT - 8)])
            speed = np.diff(places) / framing.width * FPS
            assert np.abs(speed).max(initial=0) <= 1.2, (aspect, shot, speed)
            assert np.abs(np.diff(speed)).max(initial=0) <= 0.5, (aspect, shot)
            if all(begin == end for _, begin, end in people):
                assert len(clip.framing) == 1, f"{aspect}: shot {shot + 1} stands, and so does its crop"
            for _, begin, end in people:
                half = FACE_PIXELS / WIDTH / 2
                for frame in range(SHOT - 8):
                    face = begin + (end - begin) * (frame + 4) / (SHOT - 1)
                    edge = framing.width / 2
                    total += 1
                    inside += places[frame] - edge <= face - half and face + half <= places[frame] + edge
    assert inside / total >= 0.95, f"{inside} of {total} faces inside"
