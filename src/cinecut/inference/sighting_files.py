"""What eyes saw of a film in one file of the work folder, whole or absent, and each sighting on the way in a journal.

Vectors are kept in half precision: a look is rounded to that at once, so that a run that was resumed and one that
was not tell people apart from the same numbers. Deliberately not here: looking.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgpack  # type: ignore[import-untyped]  # it ships no type hints
import numpy as np

from cinecore.files import write_atomic
from cinecore.vision.panels import Box
from cinecore.vision.sighting import FaceSeen, Sighting, ThingSeen, Vector
from cinecut.inference.cache import named_beside
from cinecut.inference.eyes import CastMember, FilmEyes, StillSighting
from cinecut.inference.journal import Journal, JournalHead

EYES_SUFFIX = ".eyes.msgpack"
EYES_JOURNAL_SUFFIX = ".eyes.journal"
EYES_FORMAT = 2

MOST_BYTES = 512 * 1024 * 1024
"""A feature film's sightings are some 20 MB; what is larger is no file of ours."""


@dataclass(frozen=True)
class EyesHead:
    """What a file of sightings holds for: the film, the eyes, and which stills were to be looked at."""

    mtime_ns: int
    size: int
    eyes: str
    """Method and weights."""
    stills: str
    """Digest of the stills' names, times and shots."""


def eyes_path(film: str | os.PathLike[str], work_dir: Path) -> Path:
    """Where what was seen of a film lies: `work_dir/<film stem>.eyes.msgpack`."""
    return named_beside(film, work_dir, EYES_SUFFIX)


def open_eyes_journal(film: str | os.PathLike[str], work_dir: Path, eyes: str) -> Journal[Sighting]:
    """The journal of sightings, `known` by still.

    Raises:
        OSError: The film cannot be looked at, or the journal not be opened.
    """
    path = named_beside(film, work_dir, EYES_JOURNAL_SUFFIX)
    return Journal(path, JournalHead.of(film, eyes), "sighting", packed, unpacked)


def save_eyes(eyes: FilmEyes, head: EyesHead, path: Path) -> None:
    """Write all that was seen, whole or not at all.

    Raises:
        OSError: It cannot be written.
    """
    document = {
        "format": EYES_FORMAT,
        "head": [head.mtime_ns, head.size, head.eyes, head.stills],
        "sightings": [
            [seen.shot, seen.start_s, seen.end_s, seen.still, packed(seen.sighting)]
            for seen in eyes.sightings
        ],
        "cast": [_packed_member(member) for member in eyes.cast],
        "is_drawn": eyes.is_drawn,
        "notices": list(eyes.notices),
    }
    # surrogatepass: names of stills that are not UTF-8 must survive
    data = msgpack.packb(document, use_bin_type=True, unicode_errors="surrogatepass")
    write_atomic(path, data, suffix=".eyes.tmp")


def load_eyes(head: EyesHead, path: Path) -> FilmEyes | None:
    """What was seen; None, never an error, where there is nothing that holds for this film, these eyes and stills."""
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:  # a pipe would be waited for for ever
            return None
        document = msgpack.unpackb(
            path.read_bytes(), raw=False, strict_map_key=False, unicode_errors="surrogatepass"
        )
        if document["format"] != EYES_FORMAT:
            return None
        if document["head"] != [head.mtime_ns, head.size, head.eyes, head.stills]:
            return None
        return FilmEyes(
            sightings=tuple(
                StillSighting(int(shot), unpacked(sighting), float(start_s), float(end_s), str(still))
                for shot, start_s, end_s, still, sighting in document["sightings"]
            ),
            cast=tuple(map(_unpacked_member, document["cast"])),
            is_drawn=bool(document["is_drawn"]),
            notices=tuple(map(str, document["notices"])),
        )
    except (OSError, ValueError, TypeError, KeyError, RecursionError, msgpack.UnpackException):
        return None


def rounded(sighting: Sighting) -> Sighting:
    """A sighting as it is after it was kept and read again."""
    return unpacked(packed(sighting))


def packed(sighting: Sighting) -> dict[str, Any]:
    """A sighting as msgpack takes it."""
    return {
        "time_s": sighting.time_s,
        "shot_size": sighting.shot_size,
        "look": _bytes(sighting.look),
        "palette": list(sighting.palette),
        "faces": [
            [
                list(face.box),
                face.score,
                _bytes(face.embedding),
                face.is_drawn,
                face.drawn,
                _bytes(face.figure),
                face.is_frontal,
            ]
            for face in sighting.faces
        ],
        "things": [
            [thing.label, thing.family, thing.score, list(thing.box), _bytes(thing.vector)]
            for thing in sighting.things
        ],
    }


def unpacked(document: Any) -> Sighting:
    """The way back.

    Raises:
        KeyError, TypeError, ValueError: The document is none of ours.
    """
    return Sighting(
        time_s=float(document["time_s"]),
        faces=tuple(
            FaceSeen(
                _box(box),
                float(score),
                _vector(embedding),
                bool(is_drawn),
                float(drawn),
                _vector(figure),
                bool(turned),
            )
            for box, score, embedding, is_drawn, drawn, figure, turned in document["faces"]
        ),
        things=tuple(
            ThingSeen(str(label), str(family), float(score), _box(box), _vector(vector))
            for label, family, score, box, vector in document["things"]
        ),
        shot_size=str(document["shot_size"]),
        look=_vector(document["look"]),
        palette=tuple(map(str, document["palette"])),
    )


def _packed_member(member: CastMember) -> dict[str, Any]:
    return {
        "id": member.id,
        "screen_time_s": member.screen_time_s,
        "first_seen_s": member.first_seen_s,
        "still_times_s": list(member.still_times_s),
        "shots": list(member.shots),
        "with_whom": dict(member.with_whom),
        "areas": [list(box) for box in member.areas],
        "rests_on": member.rests_on,
        "certainty": member.certainty,
        "is_drawn": member.is_drawn,
    }


def _unpacked_member(document: Any) -> CastMember:
    return CastMember(
        id=str(document["id"]),
        screen_time_s=float(document["screen_time_s"]),
        first_seen_s=float(document["first_seen_s"]),
        still_times_s=tuple(map(float, document["still_times_s"])),
        shots=tuple(map(int, document["shots"])),
        with_whom={str(other): float(seconds) for other, seconds in document["with_whom"].items()},
        areas=tuple(map(_box, document["areas"])),
        rests_on=str(document["rests_on"]),
        certainty=float(document["certainty"]),
        is_drawn=bool(document["is_drawn"]),
    )


def _box(numbers: Sequence[float]) -> Box:
    left, top, width, height = map(float, numbers)
    return left, top, width, height


def _bytes(vector: Vector) -> bytes:
    return vector.astype("<f2").tobytes()


def _vector(data: bytes) -> Vector:
    return np.frombuffer(data, "<f2").astype(np.float32)
