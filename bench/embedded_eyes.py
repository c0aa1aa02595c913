"""What the embedded eyes cost, and how well they tell people apart, on photographs composed into sample films.

    python bench/embedded_eyes.py people FOLDER [FOLDER …]     pairs precision and recall over composed films
    python bench/embedded_eyes.py cost PICTURE [PICTURE …]     CPU a still at 420 lines, and memory
    python bench/embedded_eyes.py film FILM                    analysis with eyes against decoding alone

A folder holds photographs, one person or several in each; a file named `NAME_2.jpg` shows the person of `NAME_1.jpg`
again, and is counted so; so are two faces that a line `A = B` of a `same.txt` in the folder names (`PHOTOGRAPH#NUMBER`, counted
from the left). Every other face is taken for a person of its own. Each face becomes `VIEWS` views: cropped
(wide to close), mirrored, in other light, smaller, blurred, coded coarsely. Views of several people are laid out as the
stills of a film's shots, two or three to a shot, and the cast is found in it as in any film.
"""

from __future__ import annotations

import io
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from cinecore.analysis.onepass import analyse_film
from cinecore.ffmpeg.command import local_input
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run
from cinecore.vision.faces import FaceFinder
from cinecore.vision.panels import Picture
from cinecore.vision.seeing import Eyes
from cinecut.inference.cast import told_apart
from cinecut.inference.eyes import StillSighting
from cinecut.inference.looking import look_at_film
from cinecut.inference.sighting_files import open_eyes_journal, rounded
from cinecut.ingestion.keyframes import choose_keyframes

SIZE = (746, 420)
"""Stills as the analysis keeps them."""

VIEWS = 8
SEEDS = (51, 52, 53, 54, 55)
"""Looked at once; thresholds were chosen on others."""


def cpu_s() -> float:
    """CPU of this process and of the programs it ran, in seconds."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def people_of(folders: Sequence[Path]) -> list[tuple[str, Image.Image, tuple[float, float, float, float]]]:
    """Name, photograph and face in pixels (left, top, width, height) of each face of at least 60 pixels."""
    finder, found = FaceFinder(), []
    for folder in folders:
        pairs_file = folder / "same.txt"
        lines = pairs_file.read_text("utf-8").splitlines() if pairs_file.is_file() else []
        same = {one.strip(): two.strip() for one, _, two in (line.partition("=") for line in lines)}
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() not in {".jpg", ".png"}:
                continue
            photograph = Image.open(path).convert("RGB")
            faces = sorted(finder.find(np.asarray(photograph)), key=lambda face: face.box)
            for number, face in enumerate(faces):
                left, top, wide, tall = face.box
                box = (
                    left * photograph.width, top * photograph.height,
                    wide * photograph.width, tall * photograph.height,
                )  # fmt: skip
                if box[2] < 60:
                    continue
                stem = path.stem.rpartition("_")
                is_one = len(faces) == 1 and stem[2].isdigit()
                name = stem[0] if is_one else f"{path.stem}#{number}"
                found.append((same.get(name, name), photograph, box))
    return found


def view_of(
    photograph: Image.Image, box: tuple[float, float, float, float], random: np.random.Generator
) -> Picture:
    """One more view of a face: a crop around it, changed as another shot would change it."""
    left, top, wide, tall = box
    height = tall / random.uniform(0.16, 0.6)  # of the still that the face fills: medium to close-up
    width = height * SIZE[0] / SIZE[1]
    x = left + wide / 2 - width * random.uniform(0.35, 0.65)
    y = top + tall / 2 - height * random.uniform(0.35, 0.5)
    part = photograph.crop((round(x), round(y), round(x + width), round(y + height)))
    # what lies around the face belongs to other people of the photograph, who are painted over
    canvas = Image.new("RGB", part.size, tuple(int(value) for value in random.integers(20, 200, 3)))
    shown = (
        max(0, round(left - 0.35 * wide - x)), max(0, round(top - 0.4 * tall - y)),
        round(left + 1.35 * wide - x), round(top + 1.4 * tall - y),
    )  # fmt: skip
    canvas.paste(part.crop(shown), shown[:2])
    picture = canvas.resize(SIZE, Image.Resampling.BICUBIC)
    if random.random() < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    picture = ImageEnhance.Brightness(picture).enhance(float(random.uniform(0.45, 1.35)))
    picture = ImageEnhance.Color(picture).enhance(float(random.uniform(0.3, 1.4)))
    picture = ImageEnhance.Contrast(picture).enhance(float(random.uniform(0.7, 1.2)))
    if random.random() < 0.3:
        picture = picture.filter(ImageFilter.GaussianBlur(float(random.uniform(0.5, 1.5))))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=int(random.integers(35, 90)))
    return np.asarray(Image.open(stream).convert("RGB"))


def film_of(
    people: Sequence[tuple[str, Image.Image, tuple[float, float, float, float]]], seed: int
) -> list[tuple[str, Picture]]:
    """Views in an order of their own, with who is in each."""
    random = np.random.default_rng(seed)
    views = [
        (name, view_of(photograph, box, random)) for name, photograph, box in people for _ in range(VIEWS)
    ]
    return [views[int(at)] for at in random.permutation(len(views))]


def pairs(
    groups: Sequence[Sequence[tuple[int, int]]], truth: dict[tuple[int, int], str]
) -> tuple[int, int, int]:
    """Pairs put together, of these right, and pairs that belong together."""
    together = right = 0
    for group in groups:
        for one, two in combinations(group, 2):
            together += 1
            right += truth[one] == truth[two]
    belonging = sum(one == two for one, two in combinations(truth.values(), 2))
    return together, right, belonging


def measure_people(folders: Sequence[Path]) -> None:
    """Precision and recall of pairs on composed films; faces that were missed count as lost pairs."""
    people = people_of(folders)
    names = sorted({name for name, _, _ in people})
    print(f"{len(people)} faces of {len(names)} people in {len(folders)} folders; {VIEWS} views of each face")
    eyes = Eyes()
    for seed in SEEDS:
        views = film_of(people, seed)
        sightings, truth = [], {}
        for at, (name, picture) in enumerate(views):
            seen = rounded(eyes.look(picture, float(at)))
            sightings.append(StillSighting(at // 2, seen, float(at), at + 1.0))
            faces = [place for place, face in enumerate(seen.faces) if len(face.embedding)]
            if faces:
                truth[at, faces[0]] = name
        groups = [
            [(one.still, one.place) for one in person.seen if (one.still, one.place) in truth]
            for person in told_apart(sightings)
        ]
        together, right, found_belonging = pairs(groups, truth)
        all_views = [name for name, _ in views]
        belonging = sum(one == two for one, two in combinations(all_views, 2))
        print(
            f"seed {seed}: {len(views)} stills, a face met in {len(truth)}; {sum(map(bool, groups))} people; "
            f"pairs precision {right / max(1, together):.4f}, recall {right / max(1, belonging):.4f} "
            f"(of faces met {right / max(1, found_belonging):.4f})"
        )


def measure_cost(paths: Sequence[Path]) -> None:
    """CPU seconds a still, whole looks and looks for faces alone; memory at the end."""
    eyes = Eyes()
    stills = []
    for path in paths:
        photograph = Image.open(path).convert("RGB")
        photograph.thumbnail((1000, 420))
        stills.append(np.asarray(photograph))
    eyes.look(stills[0], 0.0)  # loading the networks is no still's cost
    for name, look in (("whole", eyes.look), ("faces alone", eyes.look_for_faces)):
        costs = []
        for still in stills * 3:
            start = time.process_time()
            look(still, 0.0)
            costs.append(time.process_time() - start)
        print(
            f"{name}: {len(costs)} looks, median {np.median(costs):.3f} s, mean {np.mean(costs):.3f} s, "
            f"largest {max(costs):.3f} s of CPU"
        )
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def measure_film(paths: Sequence[Path]) -> None:
    """CPU of decoding alone, of the analysis, and of looking at the film's keyframes; each once."""
    for path in paths:
        media = probe(path)
        with tempfile.TemporaryDirectory() as scraps:
            folder = Path(scraps)
            start = cpu_s()
            run(["-nostdin", "-loglevel", "error", *local_input(path), "-f", "null", "-"])
            decoded = cpu_s()
            analysis = analyse_film(media, folder)
            analysed = cpu_s()
            records = choose_keyframes(analysis, (), folder / "stills", folder / "keyframes")
            chosen = cpu_s()
            with open_eyes_journal(path, folder, "bench") as journal:
                eyes = look_at_film(records, analysis, folder / "stills", eyes=Eyes(), journal=journal)
            seen = cpu_s()
        decoding = decoded - start
        print(
            f"{path.name}: decoding {decoding:.1f} CPU s; analysis {(analysed - decoded) / decoding:.2f} of that; "
            f"{len(records)} keyframes chosen in {chosen - analysed:.1f} s; {len(eyes.sightings)} looks in "
            f"{seen - chosen:.1f} s, {(seen - chosen) / max(1, len(records)):.3f} s a keyframe; "
            f"cast of {len(eyes.cast)}; {' '.join(eyes.notices)}"
        )


COMMANDS = {"people": measure_people, "cost": measure_cost, "film": measure_film}


def main() -> None:
    """Run what is named on the command line."""
    name, *rest = sys.argv[1:] or [""]
    if name not in COMMANDS or not rest:
        sys.exit(__doc__)
    COMMANDS[name]([Path(one) for one in rest])


if __name__ == "__main__":
    main()
