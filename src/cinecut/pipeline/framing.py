"""What the planner of crops knows: who and what is where in a clip's stills, looked at only when a picture is re-framed.

The pass over the film kept a still twice a second; those of the chosen clips are looked at for faces, then for people
and animals, then for what moves and stands out. Where faces stand too far apart for one picture and lines are heard, their
mouths tell who speaks. Deliberately not here: where the crop goes (`assembly.framing`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from cinecore.analysis.film import FilmAnalysis, Shot, Still
from cinecore.analysis.storage import JSON_NAME, load_analysis
from cinecore.files import digest_bytes
from cinecore.media import MediaFile
from cinecore.ports import Progress
from cinecore.vision.detect import ObjectDetector
from cinecore.vision.faces import Face, FaceFinder
from cinecore.vision.panels import Box, Picture
from cinecore.vision.seeing import LIVING, eyes_identity
from cinecut.assembly.framing import FRAMING_VERSION, Glimpse, Subject, plan_framing
from cinecut.assembly.shape import WHOLE, Cut, cut_of
from cinecut.assembly.speakers import HeardLine, Turn, turns_of
from cinecut.inference.looking import picture_of
from cinecut.manifest.schema import Clip, Manifest, PictureShape
from cinecut.pipeline.film_eyes import looks_at_film
from cinecut.pipeline.mouths import FaceAt, mouths_moved
from cinecut.pipeline.run import Run

AROUND_S = 1.0
"""Stills so far outside a clip still say where somebody comes from or goes."""

SAME_LENGTH_S = 0.5
"""A kept analysis of another length is of another film."""

SMALL_FACE = 0.4
"""Height of a face, as a part of the largest one's, under which it stands in the background."""

THING_WEIGHT = 0.6

SAME_FACE = 0.15
"""How far a face goes from one still to the next, in parts of the frame; one further off is another's."""

SAME_SIZE = 1.7
"""How many times as high it may be there."""

ROOM = 0.24
"""Wanted beside two faces in one picture, in the width of one."""

PAUSE_S = 0.4
"""Looked at before and after a line: what mouths do in silence."""

VOICE_FROM = 0.5
"""Probability from which on there is a voice in the sound."""

STRIPS = 48
LOOKED_AT = (192, 108)
"""Size at which a still's interest is measured."""

MOTION_SHARE = 0.6
"""Of the interest of a still that moves; the rest is what stands out by contrast and colour."""

STILL_NOISE = 6.0
"""Code values between two stills under which nothing moved."""

NOBODY_LOOKED = "The film was not looked at in this work folder: the middle of its picture is shown, unless the manifest says where to look."


def wanted_shape(run: Run, manifest: Manifest) -> PictureShape | None:
    """The shape the trailer is to have: the command's and the settings', then the manifest's own."""
    settings, own = run.settings, manifest.shape or PictureShape()
    shape = PictureShape(
        aspect=settings.aspect or own.aspect,
        letterbox=settings.letterbox or own.letterbox,
        picture_box=own.picture_box,
    )
    return None if shape == PictureShape() else shape


def framing_parts(run: Run, manifest: Manifest) -> dict[str, object]:
    """What re-framing reads, for the fingerprint of assembly; nothing where the film's own shape is kept."""
    shape = wanted_shape(run, manifest)
    if shape is None:
        return {}
    try:
        looked = digest_bytes((_analysis_folder(run) / JSON_NAME).read_bytes())
    except OSError:
        looked = "nothing"
    eyes = eyes_identity() if looks_at_film(run) else "closed"
    return {"shape": (shape.model_dump(), FRAMING_VERSION, looked, eyes)}


def framed(run: Run, manifest: Manifest) -> Manifest:
    """The manifest with its shape and, for each clip that a person has not framed, where the crop looks."""
    shape = wanted_shape(run, manifest)
    if shape is None or run.media.video is None:
        return manifest
    analysis = _kept_analysis(run)
    if shape.picture_box is None and analysis is not None and analysis.picture_box != WHOLE:
        shape = shape.model_copy(update={"picture_box": analysis.picture_box})
    cut = cut_of(shape, run.media.video.display_size)
    clips = manifest.clips
    if not cut.is_whole and any(not clip.framing for clip in clips):
        if analysis is None:
            run.notice(NOBODY_LOOKED)
        else:
            eyes = ClipFramer(
                analysis,
                _analysis_folder(run) / "stills",
                has_eyes=looks_at_film(run),
                cut=cut,
                media=run.media,
            )
            clips = tuple(eyes.framed(clip, _told(run, done, len(clips))) for done, clip in enumerate(clips))
    return manifest.model_copy(update={"shape": shape, "clips": clips})


def _told(run: Run, done: int, total: int) -> Callable[[], None]:
    return lambda: run.listen(Progress("assembly", done + 1, total, "clips framed"))


def _analysis_folder(run: Run) -> Path:
    return (run.shared_dir or run.work_dir) / "analysis"


def _kept_analysis(run: Run) -> FilmAnalysis | None:
    analysis = load_analysis(_analysis_folder(run))
    if analysis is None or abs(analysis.duration_s - float(run.media.duration)) > SAME_LENGTH_S:
        return None
    return analysis


class ClipFramer:
    """Says where the crop of a clip looks, by looking at its stills."""

    def __init__(
        self,
        analysis: FilmAnalysis,
        stills: Path,
        *,
        has_eyes: bool,
        cut: Cut,
        media: MediaFile | None = None,
    ) -> None:
        """`media` is the film, to see who speaks in it; without it nobody is known to."""
        self._analysis = analysis
        self._media = media
        self._folder = stills
        self._cut = cut
        self._faces = FaceFinder() if has_eyes else None
        self._things = ObjectDetector() if has_eyes else None
        across, down = cut.parts
        self._is_sideways = (cut.box[2] - cut.box[0]) - across >= (cut.box[3] - cut.box[1]) - down

    def framed(self, clip: Clip, tell: Callable[[], None]) -> Clip:
        """The clip with its path; one that a person framed stays as it is."""
        if clip.framing:
            return clip
        shots = [
            shot
            for shot in self._analysis.shots
            if shot.end_s > clip.source_start_s and shot.start_s < clip.source_end_s
        ]
        known = {shot.index for shot in shots}
        stills = [
            still
            for still in sorted(self._analysis.stills, key=lambda one: (one.time_s, one.file))
            if still.shot in known
            and clip.source_start_s - AROUND_S <= still.time_s < clip.source_end_s + AROUND_S
        ]
        pictures = [(still, self._picture(still)) for still in stills]
        readable = [(still, picture) for still, picture in pictures if picture is not None]
        faces = [() if self._faces is None else self._faces.find(picture) for _, picture in readable]
        numbers = _followed([still for still, _ in readable], faces)
        glimpses = [
            self._glimpse(still, picture, self._neighbour(readable, at), faces[at], numbers[at])
            for at, (still, picture) in enumerate(readable)
        ]
        cuts = [shot.start_s for shot in shots[1:]]
        seen = [
            (still, face, who)
            for (still, _), found, own in zip(readable, faces, numbers, strict=True)
            for face, who in zip(found, own, strict=True)
        ]
        turns = [turn for shot in shots for turn in self._turns(clip, shot, seen)]
        path = plan_framing(clip.source_start_s, clip.source_end_s, glimpses, cuts, self._cut, turns)
        tell()
        return clip.model_copy(update={"framing": path})

    def _turns(self, clip: Clip, shot: Shot, seen: Sequence[tuple[Still, Face, int]]) -> tuple[Turn, ...]:
        """Who speaks when in a shot, where lines are heard over faces that do not fit into one picture."""
        begin, end = max(clip.source_start_s, shot.start_s), min(clip.source_end_s, shot.end_s)
        lines = [
            HeardLine(line.start_s, line.end_s, line.speaker)
            for line in clip.lines
            if min(line.end_s, end) > max(line.start_s, begin)
        ]
        looks: dict[int, list[FaceAt]] = {}
        boxes: dict[int, list[Box]] = {}
        for still, face, who in seen:
            if still.shot == shot.index:
                marks = tuple(self._in_frame((x, y, 0, 0))[:2] for x, y in face.landmarks)
                looks.setdefault(who, []).append(FaceAt(still.time_s, marks))
                boxes.setdefault(who, []).append(self._in_frame(face.box))
        if self._media is None or not lines or self._fit_together(boxes):
            return ()
        first = max(begin, min(line.start_s for line in lines) - PAUSE_S)
        last = min(end, max(line.end_s for line in lines) + PAUSE_S)
        times, moved = mouths_moved(self._media, first, last, looks)
        return turns_of(lines, times, moved, self._is_voice(times))

    def _fit_together(self, boxes: Mapping[int, Sequence[Box]]) -> bool:
        """Whether all faces lie in one picture, as far apart as they ever are."""
        axis = 0 if self._is_sideways else 1
        low = min((box[axis] for found in boxes.values() for box in found), default=0.0)
        high = max((box[axis] + box[axis + 2] for found in boxes.values() for box in found), default=0.0)
        widest = max((box[axis + 2] for found in boxes.values() for box in found), default=0.0)
        return len(boxes) < 2 or high - low + ROOM * widest <= self._cut.parts[axis]

    def _is_voice(self, times: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        """Whether there is a voice in the sound at these times; always where that was not measured."""
        sound = self._analysis.sound
        if sound is None or not len(sound.voice):
            return np.ones(len(times), bool)
        steps = np.clip((times / sound.voice_step_s).astype(np.int64), 0, len(sound.voice) - 1)
        is_voice: npt.NDArray[np.bool_] = sound.voice[steps] >= VOICE_FROM
        return is_voice

    def _picture(self, still: Still) -> Picture | None:
        try:
            return picture_of((self._folder / still.file).read_bytes(), self._analysis.picture_box)
        except OSError:
            return None

    @staticmethod
    def _neighbour(readable: Sequence[tuple[Still, Picture]], at: int) -> Picture | None:
        """The still before in the same shot, or else the one after."""
        for other in (at - 1, at + 1):
            if 0 <= other < len(readable) and readable[other][0].shot == readable[at][0].shot:
                return readable[other][1]
        return None

    def _glimpse(
        self,
        still: Still,
        picture: Picture,
        other: Picture | None,
        found: Sequence[Face],
        numbers: Sequence[int],
    ) -> Glimpse:
        subjects: list[Subject] = []
        if self._things is not None:
            tallest = max((face.box[3] for face in found), default=0.0)
            subjects = [
                Subject(self._in_frame(face.box), face.score * (face.box[3] / tallest) ** 0.5, True, who)
                for face, who in zip(found, numbers, strict=True)
                if face.box[3] >= SMALL_FACE * tallest
            ]
            if not subjects:
                living = [seen for seen in self._things.detect(picture) if seen.family in LIVING]
                largest = max((seen.box[2] * seen.box[3] for seen in living), default=0.0)
                subjects = [
                    Subject(
                        self._in_frame(seen.box),
                        THING_WEIGHT * seen.score * (seen.box[2] * seen.box[3] / largest) ** 0.5,
                    )
                    for seen in living
                ]
        interest = () if subjects else interest_of(picture, other, is_sideways=self._is_sideways)
        return Glimpse(still.time_s, tuple(subjects), self._over_frame(interest))

    def _in_frame(self, box: Box) -> Box:
        left, top, right, bottom = self._analysis.picture_box
        width, height = right - left, bottom - top
        return left + box[0] * width, top + box[1] * height, box[2] * width, box[3] * height

    def _over_frame(self, shares: tuple[float, ...]) -> tuple[float, ...]:
        """Shares along the picture inside its bars as shares along the whole frame."""
        axis = 0 if self._is_sideways else 1
        first, last = self._analysis.picture_box[axis], self._analysis.picture_box[axis + 2]
        if not shares or (first, last) == (0.0, 1.0):
            return shares
        at = (np.arange(STRIPS) + 0.5) / STRIPS
        inner = (at - first) / (last - first)
        values = np.interp(inner, (np.arange(STRIPS) + 0.5) / STRIPS, shares)
        return tuple(float(value) for value in np.where((inner >= 0) & (inner <= 1), values, 0.0))


def _followed(stills: Sequence[Still], faces: Sequence[Sequence[Face]]) -> list[list[int]]:
    """A number for each face of each still, the same for the same one in all stills of a shot; counted from 1."""
    last: dict[int, tuple[int, Box]] = {}
    given: list[list[int]] = []
    count = 0
    for still, found in zip(stills, faces, strict=True):
        pairs = sorted(
            (distance, number, who)
            for number, face in enumerate(found)
            for who, (shot, box) in last.items()
            if shot == still.shot and (distance := _distance(face.box, box)) <= SAME_FACE
        )
        own: dict[int, int] = {}
        for _, number, who in pairs:
            if number not in own and who not in own.values():
                own[number] = who
        for number in range(len(found)):
            if number not in own:
                count += 1
                own[number] = count
            last[own[number]] = (still.shot, found[number].box)
        given.append([own[number] for number in range(len(found))])
    return given


def _distance(one: Box, other: Box) -> float:
    """Between the middles of two faces, in parts of the frame; endless where one is far larger."""
    if not 1 / SAME_SIZE <= max(one[3], 1e-6) / max(other[3], 1e-6) <= SAME_SIZE:
        return float("inf")
    across = one[0] + one[2] / 2 - other[0] - other[2] / 2
    down = one[1] + one[3] / 2 - other[1] - other[3] / 2
    return float(np.hypot(across, down))


def interest_of(picture: Picture, other: Picture | None, *, is_sideways: bool) -> tuple[float, ...]:
    """Where the eye goes, as shares of `STRIPS` strips from left to right, or from top to bottom."""
    here = _small(picture)
    grey = here.mean(axis=2)
    detail = np.zeros_like(grey)
    detail[1:-1, 1:-1] = np.abs(grey[1:-1, 2:] - grey[1:-1, :-2]) + np.abs(grey[2:, 1:-1] - grey[:-2, 1:-1])
    unlike = np.abs(here - here.mean(axis=(0, 1))).sum(axis=2)
    stands_out = _shares(detail) + _shares(unlike)
    if other is not None:
        moved = np.maximum(np.abs(here - _small(other)).mean(axis=2) - STILL_NOISE, 0.0)
        if moved.mean() > 0.2:
            stands_out = (1 - MOTION_SHARE) * stands_out + 2 * MOTION_SHARE * _shares(moved)
    # the middle of the frame is where films put what matters
    height, width = grey.shape
    y, x = np.mgrid[0:height, 0:width]
    centred = np.exp(-(((x / width - 0.5) / 0.4) ** 2 + ((y / height - 0.5) / 0.5) ** 2))
    profile = (stands_out * centred).sum(axis=0 if is_sideways else 1)
    edges = np.linspace(0, len(profile), STRIPS + 1)
    summed = np.interp(edges, np.arange(len(profile) + 1), np.concatenate([[0.0], np.cumsum(profile)]))
    shares = np.diff(summed)
    return tuple(round(float(share), 6) for share in shares / max(float(shares.sum()), 1e-9))


def _small(picture: Picture) -> npt.NDArray[np.float64]:
    image = Image.fromarray(picture).resize(LOOKED_AT, Image.Resampling.BOX)
    return np.asarray(image).astype(np.float64)


def _shares(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    shares: npt.NDArray[np.float64] = values / max(float(values.sum()), 1e-9)
    return shares
