"""The lines of an edited storyboard text to values: what is written as before is taken from before.

Each mistake is told with the number of its line. Deliberately not here: how the lines are written
(`storyboard_lines`), and prompts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from vidpipe.errors import ScriptError
from vidpipe.schemas.kinds import TAG_PREFIXES, CameraMove, Cut, Facing, LineKind, Position, Role, ShotType
from vidpipe.schemas.pacing import FRAMES_PER_SECOND
from vidpipe.schemas.storyboard import (
    LONGEST_SCENE_S,
    SHORTEST_SCENE_S,
    AssetSpec,
    SceneSpec,
    Storyboard,
    StyleGuide,
)
from vidpipe.services.storyboard_lines import (
    FIRST_LINE,
    asset_line,
    head_fields,
    scene_fields,
    seconds_text,
    spoken_name,
    spoken_text,
)

_SHOT = re.compile(r"^SHOT\s+(\d{1,4}|NEW)\s*\(\s*(\d{1,4}(?:\.\d{1,6})?)\s*s\s*\)$", re.IGNORECASE)
_FIELD = re.compile(r"^([A-Za-z]+):(.*)$", re.DOTALL)
_TAG = r"(?:CHAR|OBJ|ENV|PROP|STYLE|VEH|OTHER)_\d{2,4}"
_TAGGED = re.compile(rf"^({_TAG})(?:\s+(.*))?$", re.DOTALL)
_SPOKEN = re.compile(
    rf"^((?:[^\\:<(]|\\.)*?)\s*(?:<({_TAG})>)?\s*(?:\(((?:[^()\\]|\\.)*)\))?\s*:\s*(.*)$", re.DOTALL
)
_SIGN = re.compile(r"\\(?:u\{([0-9a-f]{1,5})\}|(.))", re.DOTALL)
_PIECE = re.compile(r"\\.|[^\\]|\\$", re.DOTALL)
_Model = TypeVar("_Model", bound=BaseModel)
_Kind = TypeVar("_Kind", bound=StrEnum)


@dataclass(frozen=True)
class Entry:
    """A field of the text, with the number of its line."""

    name: str
    value: str
    line: int


@dataclass
class Block:
    """A shot of the text; number 0 is a new one."""

    number: int
    duration: str
    line: int
    entries: list[Entry] = field(default_factory=list)


@dataclass
class Document:
    """A text in its parts."""

    head: list[Entry] = field(default_factory=list)
    cast: list[tuple[int, str]] = field(default_factory=list)
    shots: list[Block] = field(default_factory=list)


def wrong(line: int, what: str, advice: str = "") -> ScriptError:
    """The error that names a line."""
    return ScriptError(
        f"Line {line} of the storyboard text: {what}" if line else what,
        None,
        advice or "Mend it and read the text again; nothing was changed.",
    )


def reason(error: ValidationError) -> str:
    """What pydantic found, in a few words."""
    found = []
    for item in error.errors()[:3]:
        where = ".".join(str(part) for part in item["loc"])
        found.append(f"{where + ': ' if where else ''}{str(item['msg']).removeprefix('Value error, ')}")
    return "; ".join(found)


def parse(text: str) -> Document:
    """The text in its parts.

    Raises:
        ScriptError: A line fits nowhere.
    """
    document = Document()
    section = "start"
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if section == "start":
            if line != FIRST_LINE:
                raise wrong(number, f"this is no storyboard text; its first line is {FIRST_LINE}.")
            section = "head"
        elif line == "CAST" and section == "head":
            section = "cast"
        elif found := _SHOT.match(line):
            section = "shots"
            shot = 0 if found[1].upper() == "NEW" else int(found[1])
            if shot and any(block.number == shot for block in document.shots):
                raise wrong(number, f"shot {shot} stands in the text twice; a new one is called SHOT NEW.")
            document.shots.append(Block(shot, found[2], number))
        elif section == "cast":
            document.cast.append((number, line))
        elif (entry := _FIELD.match(line)) is None:
            is_shot = line.upper().startswith("SHOT")
            hint = "a shot begins with, for instance, SHOT 3 (6 s)" if is_shot else "a line reads Name: value"
            raise wrong(number, f"it cannot be read ({hint}): {line[:60]!r}.")
        else:
            target = document.head if section == "head" else document.shots[-1].entries
            target.append(Entry(entry[1].capitalize(), entry[2].strip(), number))
    if not document.shots:
        raise wrong(0, "The storyboard text has no shot in it.")
    return document


def read_head(document: Document, base: Storyboard) -> tuple[str, StyleGuide]:
    """Title and style.

    Raises:
        ScriptError: A line names no such field, or its value does not fit.
    """
    before = {name: value.strip() for name, value in head_fields(base)}
    title, style = base.title, dict[str, Any]()
    names = {"Look": "look", "Style": "visual_style", "Lens": "camera"}
    for entry in document.head:
        if entry.name not in before:
            raise wrong(entry.line, f"{entry.name!r} is not one of {', '.join(before)}.")
        if entry.value == before[entry.name]:
            continue
        if entry.name == "Title":
            title = _text(entry, entry.value)
        elif entry.name == "Palette":
            style["palette"] = tuple(_color(entry, color) for color in entry.value.lower().split())
        else:
            style[names[entry.name]] = _text(entry, entry.value, 300 if entry.name == "Look" else 4000)
    return title, base.style_guide.model_copy(update=style)


def read_cast(document: Document, base: Storyboard) -> tuple[AssetSpec, ...]:
    """The cast.

    Raises:
        ScriptError: A line is none of a cast.
    """
    kinds = {prefix: kind for kind, prefix in TAG_PREFIXES.items()}
    known = {asset.tag: asset for asset in base.assets}
    found: dict[str, AssetSpec] = {}
    for number, line in document.cast:
        match = _TAGGED.match(line)
        if match is None or not match[2]:
            raise wrong(
                number, f"a member of the cast reads TAG name | label | looks | voice: {line[:60]!r}."
            )
        tag = match[1]
        if tag in found:
            raise wrong(number, f"{tag} stands in the cast twice.")
        before = known.get(tag)
        if before is not None and line == asset_line(before).strip():
            found[tag] = before
            continue
        values = [_plain(part) for part in _parts(match[2])]
        if len(values) > 4 or not values[0]:
            raise wrong(number, "a member of the cast reads TAG name | label | looks | voice.")
        name, label, looks, voice = [*values, "", "", ""][:4]
        old = before.model_dump() if before else {"tag": tag, "asset_type": kinds[tag.rsplit("_", 1)[0]]}
        changed = {"name": name, "label": label or name, "description": looks, "voice": voice}
        found[tag] = _valid(AssetSpec, old | changed, number)
    return tuple(found.values())


def read_scene(block: Block, before: SceneSpec | None, number: int, tags: set[str]) -> SceneSpec:
    """A shot at its new place; its prompts are as before, or empty.

    Raises:
        ScriptError: A line of it cannot be read.
    """
    if before is None and block.number:
        raise wrong(block.line, f"there was no shot {block.number}; a new one is called SHOT NEW.")
    if before is not None and float(block.duration) == float(seconds_text(before.duration_s)):
        duration = before.duration_s
    elif not SHORTEST_SCENE_S <= float(block.duration) <= LONGEST_SCENE_S:
        raise wrong(
            block.line,
            f"a shot lasts {SHORTEST_SCENE_S:g} to {LONGEST_SCENE_S:g} seconds, not {block.duration}.",
        )
    else:
        duration = round(round(float(block.duration) * FRAMES_PER_SECOND) / FRAMES_PER_SECOND, 6)
    values = _SceneReader(before, tags).read(block)
    return _valid(SceneSpec, values | {"scene_index": number, "duration_s": duration}, block.line)


class _SceneReader:
    """Gathers the fields of one shot."""

    def __init__(self, before: SceneSpec | None, tags: set[str]) -> None:
        self._before = before
        self._tags = tags
        fields = scene_fields(before) if before is not None else []
        self._written = {name: value.strip() for name, value in fields}

    def read(self, block: Block) -> dict[str, Any]:
        """The scene's values."""
        once: dict[str, Entry] = {}
        who: list[Entry] = []
        spoken: list[Entry] = []
        for entry in block.entries:
            if entry.name == "Who":
                who.append(entry)
            elif entry.name in {"Says", "Narrator"}:
                spoken.append(entry)
            elif entry.name not in _FIELDS and entry.name != "Place":
                names = ", ".join([*_FIELDS, "Place", "Who", "Says", "Narrator"])
                raise wrong(entry.line, f"{entry.name!r} is not a field of a shot.", f"Fields: {names}.")
            elif entry.name in once:
                raise wrong(entry.line, f"{entry.name} stands in this shot twice.")
            else:
                once[entry.name] = entry
        scene = self._before.model_dump() if self._before is not None else _empty_scene()
        self._read_once(scene, once)
        scene["shot"]["placements"] = [self._placement(entry) for entry in who]
        scene["audio"]["lines"] = [self._line(entry) for entry in spoken]
        if not scene["description"] and (self._before is None or self._before.description):
            raise wrong(block.line, "the shot has no Action: say what is seen.")
        return scene

    def _read_once(self, scene: dict[str, Any], once: Mapping[str, Entry]) -> None:
        for name, (room, key, read) in _FIELDS.items():
            target = scene[room] if room else scene
            entry = once.get(name)
            if entry is None:
                # A line that was taken out says nothing any more; sizes and the like stay as they were.
                if name in self._written and not isinstance(target[key], StrEnum):
                    target[key] = () if isinstance(target[key], tuple) else ""
            elif entry.value != self._written.get(name):
                target[key] = read(entry)
        place = once.get("Place")
        if place is not None and place.value != self._written.get("Place"):
            scene["shot"] |= _place(place)

    def _placement(self, entry: Entry) -> Mapping[str, Any]:
        if self._before is not None:
            for item, (_, value) in zip(
                self._before.shot.placements,
                [pair for pair in scene_fields(self._before) if pair[0] == "Who"],
                strict=True,
            ):
                if value.strip() == entry.value:
                    return item.model_dump()
        parts = _parts(entry.value)
        found = _TAGGED.match(parts[0])
        tag = found[1] if found else None
        if tag is not None and tag not in self._tags:
            raise wrong(entry.line, f"{tag} is not in the cast.", "Add it under CAST, or give no tag.")
        label = _text(entry, (found[2] or "") if found else parts[0])
        if not label and tag is None:
            raise wrong(
                entry.line, "nobody is named; a line reads: girl | subject | left | right | does waves."
            )
        values: dict[str, Any] = {"tag": tag, "label": label or tag}
        kinds: tuple[tuple[str, type[StrEnum]], ...] = (
            ("role", Role),
            ("position", Position),
            ("facing", Facing),
        )
        for (key, kind), part in zip(kinds, parts[1:4], strict=False):
            values[key] = _choice(entry, part, kind)
        words = {
            "does": "action",
            "looks": "expression",
            "wears": "wardrobe",
            "color": "color",
            "colour": "color",
        }
        for part in parts[4:]:
            word, _, text = part.partition(" ")
            if word.lower() not in words:
                raise wrong(entry.line, f"{part[:40]!r} begins with none of does, looks, wears, color.")
            values[words[word.lower()]] = _text(entry, text)
        return values

    def _line(self, entry: Entry) -> Mapping[str, Any]:
        for line in self._before.audio.lines if self._before is not None else ():
            if spoken_name(line) == entry.name and spoken_text(line).strip() == entry.value:
                return line.model_dump()
        is_narrator = entry.name == "Narrator"
        found = _SPOKEN.match(entry.value)
        if found is None:
            if is_narrator and entry.value:
                return {"text": _text(entry, entry.value, 1000), "kind": LineKind.NARRATION}
            raise wrong(entry.line, "a spoken line reads: Says: MARA <CHAR_01> (whispering): Come here.")
        if found[2] and found[2] not in self._tags:
            raise wrong(entry.line, f"{found[2]} is not in the cast.", "Add it under CAST, or give no tag.")
        text = _text(entry, found[4], 1000)
        if not text:
            raise wrong(entry.line, "nothing is said in it.")
        return {
            "speaker": _text(entry, found[1]),
            "tag": found[2],
            "manner": _text(entry, found[3] or ""),
            "text": text,
            "kind": LineKind.NARRATION if is_narrator else LineKind.DIALOGUE,
        }


def _empty_scene() -> dict[str, Any]:
    scene = SceneSpec(
        scene_index=0,
        description="",
        duration_s=1,
        start_frame_prompt="",
        end_frame_prompt="",
        motion_prompt="",
    )
    return scene.model_dump()


def _place(entry: Entry) -> dict[str, Any]:
    parts = [*_parts(entry.value), "", "", ""]
    if len(parts) > 4 + 3 or parts[1].lower() not in {"inside", "outside", ""}:
        raise wrong(entry.line, "a place reads: beach | outside | dusk | storm.")
    return {
        "setting": _text(entry, parts[0]),
        "interior": parts[1].lower() == "inside",
        "time_of_day": _text(entry, parts[2]) or "day",
        "weather": _text(entry, parts[3]),
    }


def _plain(text: str) -> str:
    """A value as it was before signs were written out."""
    return _SIGN.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text.strip())


def _parts(value: str) -> list[str]:
    """A value at its bars, without those behind a stroke; still as written."""
    pieces = [""]
    for sign in _PIECE.findall(value):
        if sign == "|":
            pieces.append("")
        else:
            pieces[-1] += sign
    return [piece.strip() for piece in pieces]


def _text(entry: Entry, value: str, most: int = 300) -> str:
    text = _plain(value)
    if len(text) > most:
        raise wrong(entry.line, f"{len(text)} letters are too many; at most {most} fit.")
    return text


def _choice(entry: Entry, value: str, kind: type[_Kind]) -> _Kind:
    word = value.strip().lower().replace(" ", "_").replace("-", "_")
    if word not in {item.value for item in kind}:
        names = ", ".join(item.value for item in kind)
        raise wrong(entry.line, f"{value.strip()[:40]!r} is not one of {names}.")
    return kind(word)


def _color(entry: Entry, color: str) -> str:
    if not re.fullmatch(r"#[0-9a-f]{6}", color):
        raise wrong(entry.line, f"{color[:40]!r} is no colour such as #b5483a.")
    return color


def _listing(entry: Entry) -> tuple[str, ...]:
    return tuple(_text(entry, part) for part in _parts(entry.value) if part)


_FIELDS: dict[str, tuple[str, str, Callable[[Entry], Any]]] = {
    "Heading": ("", "heading", lambda entry: _text(entry, entry.value)),
    "Size": ("shot", "shot_type", lambda entry: _choice(entry, entry.value, ShotType)),
    "Camera": ("shot", "camera_movement", lambda entry: _choice(entry, entry.value, CameraMove)),
    "Focus": ("shot", "focal_point", lambda entry: _text(entry, entry.value)),
    "Action": ("", "description", lambda entry: _text(entry, entry.value, 4000)),
    "Sounds": ("audio", "effects", _listing),
    "Ambience": ("audio", "ambience", lambda entry: _text(entry, entry.value)),
    "Music": ("audio", "music", lambda entry: _text(entry, entry.value)),
    "Continuity": ("audio", "continuity", lambda entry: _text(entry, entry.value)),
    "Details": ("", "key_details", _listing),
    "Cut": ("", "cut", lambda entry: _choice(entry, entry.value, Cut)),
    "Link": ("", "transition_notes", lambda entry: _text(entry, entry.value)),
}
"""Name in the text → (room of the scene, field, how it is read)."""


def _valid(kind: type[_Model], values: Mapping[str, Any], line: int) -> _Model:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise wrong(line, f"{reason(error)}.") from error
