"""A CSV shot list to scenes: columns by name in any order, any of the usual separators.

Deliberately not here: looking at files, and what it means for shots.
"""

from __future__ import annotations

import csv
import io
import re
from os import PathLike

from vidpipe.errors import ScriptError
from vidpipe.schemas.kinds import LineKind
from vidpipe.schemas.script import Block, Script, ScriptKind, ScriptLine, ScriptScene, ShotHints

COLUMNS = {
    "number": "scene shot no nr number # id scene_no shot_no scene_number shot_number",
    "action": "description action what picture visual content shot_description scene_description event",
    "dialogue": "dialogue dialog line lines says text voice voiceover vo narration speech dialogue_line",
    "speaker": "speaker who_speaks voice_of character_speaking spoken_by",
    "duration": "duration length seconds secs sec time_s duration_s dur",
    "camera": "camera movement move camera_movement camera_move",
    "size": "size type shot_type shot_size framing angle",
    "characters": "characters character who cast people subjects subject actors",
    "place": "place location setting where set",
    "time": "time time_of_day day_night",
    "heading": "heading slug slugline scene_heading",
    "sound": "sound sounds sfx effects audio",
    "details": "notes note details props remarks comment comments",
}
"""What each column may be called, besides the plural; in lower case, spaces as underscores."""

SECONDS_AT_MOST = 3600.0
_MEANINGS = {name: meaning for meaning, names in COLUMNS.items() for name in names.split()}
_SPOKEN = re.compile(r"^\s*([^\W\d_][\w .'’-]{0,40}?)\s*(?:\(([^)]*)\))?\s*:\s*(\S.*)$", re.DOTALL)


def looks_like_a_shot_list(text: str) -> bool:
    """Whether the first line is a header with columns of a shot list."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return False
    _, meanings = _header(lines[0])
    known = set(meanings.values())
    return len(known) >= 2 and bool(known & {"action", "dialogue"}) and len(meanings) >= len(known)


def read_shot_list(text: str, title: str, which: str | PathLike[str]) -> Script:
    """The shot list in a text; one scene a row.

    Raises:
        ScriptError: No column says what happens or what is said, or a cell cannot be read.
    """
    lines = text.lstrip().splitlines()
    separator, meanings = _header(lines[0])
    if "number" in meanings.values() and "action" not in meanings.values():
        meanings = _number_that_tells(text, separator, meanings)
    if not {"action", "dialogue"} & set(meanings.values()):
        raise ScriptError(
            f"The shot list's first row names no column for what happens: {lines[0][:120]}",
            which,
            "Name the columns: scene, description, dialogue, duration, camera, size, characters, place.",
        )
    scenes = []
    for number, row in enumerate(_rows(text, separator, which), 1):
        cells = _cells(row, meanings)
        if any(cells.values()):
            scenes.append(_scene(cells, number, which))
    return Script(
        kind=ScriptKind.SHOT_LIST,
        title=title,
        text=text,
        scenes=tuple(scenes),
        notices=_unused(lines[0], separator, meanings),
    )


def _unused(first_row: str, separator: str, meanings: dict[int, str]) -> tuple[str, ...]:
    """A notice of the columns whose names mean nothing here."""
    names = next(csv.reader([first_row], delimiter=separator), [])
    unused = [name.strip() for place, name in enumerate(names) if name.strip() and place not in meanings]
    return (f"Columns of the shot list that are not used: {', '.join(unused)}.",) if unused else ()


def _header(line: str) -> tuple[str, dict[int, str]]:
    """The separator that makes most sense of the first row, and what each column means."""
    best: tuple[str, dict[int, str]] = (",", {})
    for separator in (",", ";", "\t", "|"):
        names = next(csv.reader([line], delimiter=separator), [])
        meanings: dict[int, str] = {}
        for place, name in enumerate(names):
            meaning = _meaning(name)
            if meaning and meaning not in meanings.values():
                meanings[place] = meaning
        if len(meanings) > len(best[1]):
            best = (separator, meanings)
    return best


def _meaning(name: str) -> str:
    plain = "_".join(re.sub(r"\([^)]*\)|\[[^\]]*\]", "", name).strip().lower().replace("-", " ").split())
    plain = plain.replace("/", "_")
    return _MEANINGS.get(plain) or _MEANINGS.get(plain.split("_")[0] if "_" in plain else "") or ""


def _number_that_tells(text: str, separator: str, meanings: dict[int, str]) -> dict[int, str]:
    """The columns, with `scene` or `shot` as what happens where it holds words and nothing else does."""
    place = next(place for place, meaning in meanings.items() if meaning == "number")
    values = [row[place] for row in csv.reader(io.StringIO(text), delimiter=separator) if len(row) > place][
        1:
    ]
    if sum(len(value.split()) > 2 for value in values) * 2 > len(values):
        return meanings | {place: "action"}
    return meanings


def _rows(text: str, separator: str, which: str | PathLike[str]) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text.lstrip()), delimiter=separator))[1:]
    except csv.Error as error:
        raise ScriptError(
            f"The shot list cannot be read: {error}.", which, "Look for a quotation mark that is not closed."
        ) from error


def _cells(row: list[str], meanings: dict[int, str]) -> dict[str, str]:
    return {
        meaning: " ".join(row[place].split()) if place < len(row) else ""
        for place, meaning in meanings.items()
    }


def _scene(cells: dict[str, str], row: int, which: str | PathLike[str]) -> ScriptScene:
    blocks = []
    if cells.get("action"):
        blocks.append(Block(action=cells["action"]))
    if words := cells.get("dialogue", "").strip('"“”'):
        blocks.append(Block(line=_line(words, cells)))
    heading = cells.get("heading", "")
    if not heading and cells.get("place"):
        heading = " - ".join(filter(None, (cells["place"].upper(), cells.get("time", "").upper())))
    return ScriptScene(
        heading=heading,
        number=cells.get("number", ""),
        blocks=tuple(blocks),
        hints=ShotHints(
            duration_s=_duration(cells.get("duration", ""), row, which),
            camera=cells.get("camera", ""),
            size=cells.get("size", ""),
            place=" ".join(filter(None, (cells.get("place", ""), cells.get("time", "")))),
            characters=tuple(
                name.strip()
                for name in re.split(r"[,;/&+]|\band\b", cells.get("characters", ""))
                if name.strip()
            ),
            sound=cells.get("sound", ""),
            details=cells.get("details", ""),
        ),
    )


def _line(words: str, cells: dict[str, str]) -> ScriptLine:
    speaker, manner = cells.get("speaker", ""), ""
    if not speaker and (found := _SPOKEN.match(words)):
        speaker, manner, words = found[1].strip(), found[2] or "", found[3].strip('"“”')
    if speaker.lower() in {"narrator", "narration", "vo", "v.o."}:
        speaker = ""
    kind = LineKind.DIALOGUE if speaker else LineKind.NARRATION
    return ScriptLine(text=words.strip(), speaker=speaker, kind=kind, manner=manner)


def _duration(words: str, row: int, which: str | PathLike[str]) -> float | None:
    """Seconds in `6`, `6.5 s`, `6,5`, `0:06` or `00:00:06`; None for an empty cell."""
    if not words:
        return None
    seconds: float | None = None
    if found := re.fullmatch(
        r"(\d{1,5}(?:[.,]\d{1,3})?)\s*(?:s|sec|secs|seconds|″|\")?\.?", words, re.IGNORECASE
    ):
        seconds = float(found[1].replace(",", "."))
    elif found := re.fullmatch(r"(?:(\d{1,2}):)?(\d{1,2}):(\d{1,2}(?:[.,]\d{1,3})?)", words):
        seconds = int(found[1] or 0) * 3600 + int(found[2]) * 60 + float(found[3].replace(",", "."))
    if seconds is None or not 0 < seconds <= SECONDS_AT_MOST:
        raise ScriptError(
            f"Row {row} of the shot list has a length that cannot be read: {words[:40]!r}.",
            which,
            "Write seconds, such as 6 or 4.5.",
        )
    return seconds
