"""Looking at a film's stills with the embedded eyes: which ones, how closely, and going on where a run stopped.

Each keyframe is looked at whole. Of a shot in which a face is met, up to two more stills are looked at for faces, so
that somebody is known by up to three. Deliberately not here: what a look sees (`cinecore.vision.seeing`), who is who
(`cast`), and words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from cinecore.analysis.film import FilmAnalysis, Shot, Still
from cinecore.files import digest_bytes
from cinecore.ports import Progress, ProgressListener, silent
from cinecore.vision.panels import Box, Picture
from cinecore.vision.seeing import Eyes
from cinecore.vision.sighting import Sighting
from cinecut.inference.cast import Person, cast_of, told_apart
from cinecut.inference.eyes import BY_FACE, BY_FIGURE, BY_LOOK, FilmEyes, StillSighting
from cinecut.inference.journal import Journal
from cinecut.inference.sighting_files import rounded
from cinecut.models import KeyframeRecord

NAME = "embedded eyes"

STILLS_A_VIEW = 3
"""Looked at in a shot in which somebody is met: a face is known better by several looks, and each costs time."""

EDGE_SHARE = 1 / 6
"""How far from a shot's ends, as a part of its length, the further stills are wished for."""

FEWEST_FACES_TO_TELL = 3
"""Faces from which on a film is called drawn or not."""

CROWD = 20
"""People in one still from which on it is a crowd, in which nobody is known again."""

NO_FACES = "Nobody's face was seen in this film: who is in a shot is not known."
NOBODY = "Neither people nor animals were recognised in this film."
BY_LOOK_ONLY = "Hardly any face was recognised: those who are seen again are told apart by palette and shape, which is a hint."
DRAWN = "Most faces of this film are drawn: people are told apart by hair and clothes, not by their faces."


@dataclass(frozen=True)
class Look:
    """One still that is to be looked at."""

    time_s: float
    shot: int
    path: Path
    name: str


def keyframe_looks(records: Sequence[KeyframeRecord], analysis: FilmAnalysis) -> list[Look]:
    """The keyframes by time, each with its shot."""
    looks = [
        Look(
            record.timestamp_s,
            analysis.shot_at(record.timestamp_s).index,
            Path(record.frame_path),
            Path(record.frame_path).name,
        )
        for record in records
    ]
    return sorted(looks, key=lambda look: (look.time_s, look.name))


def stills_digest(looks: Sequence[Look], analysis: FilmAnalysis) -> str:
    """What a file of sightings must know of the stills: names, times, shots, and what else could be looked at."""
    known = [(look.name, look.time_s, look.shot) for look in looks]
    others = [(still.file, still.time_s, still.shot) for still in analysis.stills]
    shots = [(shot.index, shot.start_s, shot.end_s) for shot in analysis.shots]
    return digest_bytes(repr((known, others, shots, analysis.picture_box)).encode("utf-8", "surrogatepass"))


def look_at_film(
    records: Sequence[KeyframeRecord],
    analysis: FilmAnalysis,
    stills_folder: Path,
    *,
    eyes: Eyes,
    journal: Journal[Sighting],
    progress: ProgressListener = silent,
) -> FilmEyes:
    """All that is seen of a film; what the journal knows is not looked at again.

    A still that cannot be read is passed over: whoever describes it says so.

    Args:
        records: The keyframes.
        analysis: Of the film.
        stills_folder: Where the analysis keeps its stills.
        eyes: The networks.
        journal: What was seen so far.
        progress: Hears of stills done.

    Raises:
        SetupError: A model is missing or changed.
        OSError: The journal cannot be written.
    """
    looker = _Looker(eyes, journal, analysis.picture_box)
    looks = keyframe_looks(records, analysis)
    seen: list[tuple[Look, Sighting]] = []
    for number, look in enumerate(looks, 1):
        sighting = looker.look(look, looker.whole)
        if sighting is not None:
            seen.append((look, sighting))
        progress(Progress("inference", number, len(looks), "stills", NAME))
    further = further_looks(seen, analysis, stills_folder)
    for number, look in enumerate(further, 1):
        sighting = looker.look(look, looker.faces)
        if sighting is not None:
            seen.append((look, sighting))
        progress(Progress("inference", number, len(further), "stills with faces", NAME))
    journal.sync()
    return film_eyes(seen, analysis)


def film_eyes(seen: Sequence[tuple[Look, Sighting]], analysis: FilmAnalysis) -> FilmEyes:
    """What was seen, with who is who."""
    sightings = _with_stretches(seen, {shot.index: shot for shot in analysis.shots})
    people = told_apart(sightings)
    is_drawn = _is_drawn(sightings)
    return FilmEyes(
        tuple(sightings), cast_of(sightings, people), is_drawn, _notices(sightings, people, is_drawn=is_drawn)
    )


def further_looks(
    seen: Sequence[tuple[Look, Sighting]], analysis: FilmAnalysis, stills_folder: Path
) -> list[Look]:
    """Stills near the ends of each shot in which a face that may be known again was met."""
    by_shot: dict[int, list[Still]] = defaultdict(list)
    for still in sorted(analysis.stills, key=lambda one: (one.time_s, one.file)):
        by_shot[still.shot].append(still)
    times: dict[int, list[float]] = defaultdict(list)
    with_face = set()
    for look, sighting in seen:
        times[look.shot].append(look.time_s)
        if any(len(face.embedding) for face in sighting.faces):
            with_face.add(look.shot)
    further = []
    for shot in analysis.shots:
        if shot.index not in with_face:
            continue
        length = shot.end_s - shot.start_s
        taken = list(times[shot.index])
        for wish in (shot.start_s + EDGE_SHARE * length, shot.end_s - EDGE_SHARE * length):
            free = [still for still in by_shot[shot.index] if still.time_s not in taken]
            if len(taken) >= STILLS_A_VIEW or not free:
                break
            nearest = min(free, key=lambda still: (abs(still.time_s - wish), still.time_s))
            taken.append(nearest.time_s)
            path = stills_folder / nearest.file
            further.append(Look(nearest.time_s, shot.index, path, nearest.file))
    return further


@dataclass(frozen=True)
class _Looker:
    """Looks at one still after the other, each picture once."""

    eyes: Eyes
    journal: Journal[Sighting]
    picture_box: tuple[float, float, float, float]

    def whole(self, picture: Picture) -> Sighting:
        return self.eyes.look(picture, 0.0)

    def faces(self, picture: Picture) -> Sighting:
        return self.eyes.look_for_faces(picture, 0.0)

    def look(self, look: Look, see: Callable[[Picture], Sighting]) -> Sighting | None:
        """What a still shows, remembered by its bytes; None where it is no picture that can be read."""
        try:
            data = look.path.read_bytes()
        except (OSError, ValueError):
            return None
        key = f"{see.__name__} {digest_bytes(data)}"
        known = self.journal.known.get(key)
        if known is None:
            picture = picture_of(data, self.picture_box)
            if picture is None:
                return None
            known = rounded(see(picture))
            self.journal.append(key, known)
        return replace(_in_frame(known, self.picture_box), time_s=look.time_s)


def picture_of(data: bytes, box: tuple[float, float, float, float]) -> Picture | None:
    """A still without its letterbox bars; None where the bytes are no picture."""
    try:
        with Image.open(BytesIO(data)) as image:
            whole = image.convert("RGB")
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError):
        return None
    left, top = round(box[0] * whole.width), round(box[1] * whole.height)
    right, bottom = round(box[2] * whole.width), round(box[3] * whole.height)
    if right - left < 2 or bottom - top < 2:
        return np.asarray(whole)
    return np.asarray(whole.crop((left, top, right, bottom)))


def _in_frame(sighting: Sighting, box: tuple[float, float, float, float]) -> Sighting:
    """Places as parts of the frame, bars included."""
    if box == (0.0, 0.0, 1.0, 1.0):
        return sighting
    width, height = box[2] - box[0], box[3] - box[1]

    def placed(inner: Box) -> Box:
        return box[0] + inner[0] * width, box[1] + inner[1] * height, inner[2] * width, inner[3] * height

    return replace(
        sighting,
        faces=tuple(replace(face, box=placed(face.box)) for face in sighting.faces),
        things=tuple(replace(thing, box=placed(thing.box)) for thing in sighting.things),
    )


def _with_stretches(seen: Sequence[tuple[Look, Sighting]], shots: Mapping[int, Shot]) -> list[StillSighting]:
    """Each sighting with the stretch of its shot that it is the nearest to, by time."""
    by_shot: dict[int, list[tuple[Look, Sighting]]] = defaultdict(list)
    for look, sighting in sorted(seen, key=lambda item: (item[0].time_s, item[0].name)):
        by_shot[look.shot].append((look, sighting))
    found = []
    for shot, group in by_shot.items():
        times = [look.time_s for look, _ in group]
        middles = [(one + two) / 2 for one, two in pairwise(times)]
        borders = [min(shots[shot].start_s, times[0]), *middles, max(shots[shot].end_s, times[-1])]
        for at, (look, sighting) in enumerate(group):
            found.append(StillSighting(shot, sighting, borders[at], borders[at + 1], look.name))
    return sorted(found, key=lambda one: (one.time_s, one.still))


def _is_drawn(sightings: Sequence[StillSighting]) -> bool:
    """Whether most faces that can be told are drawn ones."""
    faces = [face.is_drawn for one in sightings for face in one.sighting.faces if len(face.embedding)]
    return len(faces) >= FEWEST_FACES_TO_TELL and 2 * sum(faces) > len(faces)


def _notices(
    sightings: Sequence[StillSighting], people: Sequence[Person], *, is_drawn: bool
) -> tuple[str, ...]:
    """What a person should know of how far these eyes can be believed."""
    kinds = {person.rests_on for person in people}
    notices = []
    if BY_LOOK in kinds:
        notices.append(BY_LOOK_ONLY)
    elif is_drawn and BY_FIGURE in kinds:
        notices.append(DRAWN)
    elif sightings and not kinds & {BY_FACE, BY_FIGURE}:
        has_people = any(one.sighting.people for one in sightings)
        notices.append(NO_FACES if has_people else NOBODY)
    crowds = sum(one.sighting.people >= CROWD for one in sightings)
    if crowds:
        stills = "one still shows a crowd" if crowds == 1 else f"{crowds} stills show crowds"
        notices.append(f"Of the film's stills {stills}, in which only the largest faces are known again.")
    return tuple(notices)
