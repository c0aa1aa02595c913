"""Two people who do not fit into one picture: the crop is with whoever speaks, as it is planned and as it is encoded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from samples.voices import CAST_VOICES, Speech, choose_engine

from cinecore.analysis.film import FilmAnalysis
from cinecore.analysis.onepass import analyse_film
from cinecore.ffmpeg.graph import filter_, print_chain
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run
from cinecore.media import MediaFile
from cinecore.render.compile import segment_command
from cinecore.render.framing import middle_at
from cinecore.render.presets import WEB
from cinecore.render.segments import FilmInput, split_into_segments
from cinecore.timebase import FrameRate
from cinecore.timeline import FilmFrames, FilmSource, Framing, Picture, Timeline
from cinecut.assembly.shape import cut_of, framing_of
from cinecut.manifest.schema import Clip, PictureShape, SpokenLine
from cinecut.pipeline.framing import ClipFramer

pytestmark = [pytest.mark.media, pytest.mark.model, pytest.mark.shared]

WIDTH, HEIGHT, FPS, SHOT_S = 640, 360, 24, 7
RAMP_ROWS = 24
"""Rows at the top whose luma tells the column: by them the encoded crop is measured."""

FACES = {
    "fr_biden.jpg": ((0.443, 0.073, 0.294, 0.185), 0.213),
    "fr_obama.jpg": ((0.41, 0.073, 0.258, 0.291), 0.284),
}
"""Left, top, width, height of the face, and height of the mouth, as parts of the portrait; read off the photographs."""

TEXTS = ("We have no time left for this, my friend.", "Then tell me what you want me to do about it.")
VOICES = CAST_VOICES[1:3]
SEEDS = (5201, 5202, 5203, 5204)
"""None of them was looked at while thresholds were set."""


@dataclass(frozen=True)
class Person:
    """A photographed head that can open its mouth."""

    photo: str
    x: float
    """Middle of the face, as a part of the width."""
    face_pixels: int
    sways: float
    """Pixels to each side by which the head moves while it listens, and while it speaks."""


@dataclass(frozen=True)
class Scene:
    """Seven seconds of two people, and what they say."""

    people: tuple[Person, Person]
    said: tuple[tuple[float, float, int], ...]
    """Start and end in the shot, and who."""


def scenes() -> list[Scene]:
    """Of each seed one: who stands where, how large, and who speaks first is its own; in the last only one speaks."""
    found = []
    for seed in SEEDS:
        dice = np.random.default_rng(seed)
        photos = list(FACES) if dice.random() < 0.5 else list(FACES)[::-1]
        sizes = dice.permutation([52, 74])
        people = (
            Person(photos[0], dice.uniform(0.13, 0.24), int(sizes[0]), dice.uniform(0, 3)),
            Person(photos[1], dice.uniform(0.76, 0.87), int(sizes[1]), dice.uniform(0, 3)),
        )
        first = int(dice.integers(2))
        start = dice.uniform(0.5, 0.9)
        said = ((start, start + 2.2, first), (start + 3.0, start + 5.4, 1 - first))
        found.append(Scene(people, said))
    # in the last the smaller one speaks, and nobody answers
    listening = found[-1].people.index(max(found[-1].people, key=lambda one: one.face_pixels))
    found[-1] = replace(found[-1], said=((1.0, 3.2, 1 - listening),))
    return found


def spoken(scene: Scene) -> list[npt.NDArray[np.float32]]:
    """Each line as samples at 48 kHz, as long as it is said to be."""
    speech = Speech(choose_engine())
    sounds = []
    for start, end, who in scene.said:
        sound = speech.say(TEXTS[who], VOICES[who])[: round((end - start) * 48_000)]
        sounds.append(np.pad(sound, (0, round((end - start) * 48_000) - len(sound))))
    return sounds


def portrait(person: Person, folder: Path) -> tuple[npt.NDArray[np.uint8], int]:
    """A head of 150 columns, and the row of its mouth."""
    (left, _, width, _), mouth = FACES[person.photo]
    with Image.open(folder / "faces" / person.photo) as photo:
        picture = photo.convert("RGB")
    scale = person.face_pixels / (width * picture.width)
    picture = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    middle = round((left + width / 2) * picture.width)
    cut = picture.crop((middle - 75, 0, middle + 75, min(picture.height, 300)))
    return np.asarray(cut), round(mouth * picture.height)


def opened(head: npt.NDArray[np.uint8], mouth: int, person: Person, opening: int) -> npt.NDArray[np.uint8]:
    """The head with its jaw let down by so many pixels."""
    if not opening:
        return head
    half = person.face_pixels // 4
    columns = slice(75 - half, 75 + half)
    result = head.copy()
    chin = mouth + person.face_pixels // 2
    result[mouth + opening : chin, columns] = head[mouth : chin - opening, columns]
    result[mouth : mouth + opening, columns] = (70, 25, 25)
    return result


def pictures_of(scene: Scene, sounds: list[npt.NDArray[np.float32]], media_folder: Path) -> bytes:
    ramp = np.repeat(np.linspace(25, 230, WIDTH)[None, :, None], 3, axis=2).astype(np.uint8)
    with Image.open(media_folder / "photos" / "coffee.png") as photo:
        ground = np.asarray(photo.convert("RGB").resize((WIDTH, HEIGHT))) // 3
    heads = [portrait(person, media_folder) for person in scene.people]
    frames = []
    for frame in range(SHOT_S * FPS):
        picture = ground.copy()
        for who, (person, (head, mouth)) in enumerate(zip(scene.people, heads, strict=True)):
            opening = 0
            for (start, _, speaker), sound in zip(scene.said, sounds, strict=True):
                at = round((frame / FPS - start) * 48_000)
                if speaker == who and 0 <= at < len(sound):
                    level = float(np.sqrt(np.mean(sound[at : at + 2000] ** 2)))
                    opening = min(person.face_pixels // 7, round(level * person.face_pixels))
            sway = person.sways * np.sin(2 * np.pi * (0.6 + 0.2 * who) * frame / FPS)
            left = round(person.x * WIDTH + sway) - 75
            shown = opened(head, mouth, person, opening)
            columns = slice(max(0, left), min(WIDTH, left + 150))
            rows = slice(HEIGHT - 20 - len(head), HEIGHT - 20)
            picture[rows, columns] = shown[:, columns.start - left : columns.stop - left]
        picture[:RAMP_ROWS] = ramp
        frames.append(picture.tobytes())
    return b"".join(frames)


@pytest.fixture(scope="module")
def film(
    media_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[MediaFile, FilmAnalysis, Path]:
    folder = tmp_path_factory.mktemp("speakers")
    sound = np.zeros(len(scenes()) * SHOT_S * 48_000, np.float32)
    pictures = []
    for number, scene in enumerate(scenes()):
        sounds = spoken(scene)
        for (start, _, _), line in zip(scene.said, sounds, strict=True):
            at = round((number * SHOT_S + start) * 48_000)
            sound[at : at + len(line)] += line
        pictures.append(pictures_of(scene, sounds, media_folder))
    (folder / "sound.f32").write_bytes(sound.tobytes())
    raw = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS), "-i", "pipe:0")
    heard = ("-f", "f32le", "-ar", "48000", "-ac", "1", "-i", str(folder / "sound.f32"))
    coder = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-pix_fmt", "yuv420p", "-c:a", "aac")
    tags = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
    run([*raw, *heard, *coder, *tags, str(folder / "film.mp4")], input_bytes=b"".join(pictures))
    media = probe(folder / "film.mp4")
    return media, analyse_film(media, folder / "analysis"), folder / "analysis" / "stills"


def clip_of(number: int, scene: Scene) -> Clip:
    start = number * SHOT_S
    return Clip(
        source_start_s=start + 0.25,
        source_end_s=start + SHOT_S - 0.25,
        beat_type="relationship_beat",
        act="act1",
        narrative_zone="BEGINNING",
        lines=tuple(
            SpokenLine(start_s=start + begin, end_s=start + end, text=TEXTS[who])
            for begin, end, who in scene.said
        ),
    )


def share_inside(scene: Scene, number: int, places: npt.NDArray[np.float64], width: float) -> tuple[int, int]:
    """Frames in which the face of whoever speaks lies in the crop, and frames in which somebody speaks."""
    inside = total = 0
    for frame, place in enumerate(places):
        at = 0.25 + frame / FPS
        for start, end, who in scene.said:
            person = scene.people[who]
            half = person.face_pixels / WIDTH / 2
            if start <= at < end:
                total += 1
                inside += place - width / 2 <= person.x - half and person.x + half <= place + width / 2
    return inside, total


def test_the_crop_is_with_whoever_speaks_and_jumps_no_more_often_than_the_speaker_changes(
    film: tuple[MediaFile, FilmAnalysis, Path],
) -> None:
    media, analysis, stills = film
    assert len(analysis.shots) == len(scenes())
    inside = total = 0
    for aspect in ("9:16", "1:1"):
        cut = cut_of(PictureShape(aspect=aspect), (WIDTH, HEIGHT))
        framer = ClipFramer(analysis, stills, has_eyes=True, cut=cut, media=media)
        for number, scene in enumerate(scenes()):
            clip = framer.framed(clip_of(number, scene), lambda: None)
            framing = framing_of(clip, cut, Fraction(str(clip.source_start_s)), Fraction(FPS))
            assert framing is not None
            places = np.array([middle_at(framing, frame)[0] for frame in range(round(6.5 * FPS))])
            counts = share_inside(scene, number, places, framing.width)
            inside, total = inside + counts[0], total + counts[1]
            jumps = [point for point in clip.framing if point.jumps]
            # where the two pictures share much it pans: a jump would look like a piece that is missing
            wanted = len(scene.said) - 1 if aspect == "9:16" else 0
            assert len(jumps) == wanted, (aspect, number, clip.framing)
            for jump, (start, _, _) in zip(jumps, scene.said[1:], strict=False):
                assert start - 0.3 <= jump.source_s - number * SHOT_S <= start
            steps = np.abs(np.diff(places)) / framing.width * FPS
            assert np.sort(steps)[: len(steps) - len(jumps)].max() <= 1.2, "between the jumps it moves slowly"
    assert inside / total >= 0.95, f"{inside} of {total} frames have the speaker's face inside"


def test_without_lines_or_ears_for_them_the_larger_face_is_kept_as_before(
    film: tuple[MediaFile, FilmAnalysis, Path],
) -> None:
    media, analysis, stills = film
    cut = cut_of(PictureShape(aspect="9:16"), (WIDTH, HEIGHT))
    framer = ClipFramer(analysis, stills, has_eyes=True, cut=cut, media=media)
    for number, scene in enumerate(scenes()):
        clip = clip_of(number, scene).model_copy(update={"lines": ()})
        (point,) = framer.framed(clip, lambda: None).framing
        larger = max(scene.people, key=lambda one: one.face_pixels)
        assert abs(point.x - larger.x) < 0.08


def test_the_encoded_picture_jumps_on_its_frame_and_shows_the_speaker(
    film: tuple[MediaFile, FilmAnalysis, Path], tmp_path: Path
) -> None:
    media, analysis, stills = film
    cut = cut_of(PictureShape(aspect="9:16"), (WIDTH, HEIGHT))
    framer = ClipFramer(analysis, stills, has_eyes=True, cut=cut, media=media)
    fine = replace(WEB, x264_preset="ultrafast", crf=6)
    inside = total = 0
    for number, scene in enumerate(scenes()[:2]):
        clip = framer.framed(clip_of(number, scene), lambda: None)
        start = Fraction(str(clip.source_start_s))
        framing = framing_of(clip, cut, start, Fraction(FPS))
        assert framing is not None
        places = encoded_places(
            media, framing, (cut.width, cut.height), start, fine, tmp_path / f"{number}.mp4"
        )
        wanted = np.array([middle_at(framing, frame)[0] for frame in range(len(places))])
        assert np.abs(places - wanted).max() * WIDTH <= 4, "the ramp is read to three pixels"
        counts = share_inside(scene, number, places, framing.width)
        inside, total = inside + counts[0], total + counts[1]
    assert inside / total >= 0.95


def encoded_places(
    media: MediaFile, framing: Framing, size: tuple[int, int], start: Fraction, preset: object, out: Path
) -> npt.NDArray[np.float64]:
    """Where the middle of each encoded frame lies in the film's picture, read off its ramp."""
    frames = round(6.5 * FPS)
    content = FilmFrames("film", start, framing)
    timeline = Timeline(
        FrameRate(Fraction(FPS)),
        *size,
        (FilmSource("film", media.path, "x"),),
        (Picture(0, frames, content),),
    )
    (segment,) = split_into_segments(timeline)
    run(segment_command(segment, {"film": FilmInput(media, is_one_to_one=True)}, {}, preset, out))  # type: ignore[arg-type]  # a preset, replaced in one field
    chain = print_chain([filter_("format", pix_fmts="yuv420p"), filter_("extractplanes", planes="y")])
    data = run(["-i", str(out), "-vf", chain, "-f", "rawvideo", "pipe:1"])
    luma = (
        np.frombuffer(data, np.uint8)
        .reshape(frames, size[1], size[0])[:, 3 : RAMP_ROWS - 4]
        .mean(axis=(1, 2))
    )
    level = (luma - 16) / 219 * 255
    return (level - 25) / 205 * (WIDTH - 1) / WIDTH
