"""The fields of an edited storyboard text to values: what is written as before is taken from before.

Each mistake is told with the number of its line. Deliberately not here: which lines are fields
(`storyboard_document`), how they are written (`storyboard_lines`), and prompts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

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
from vidpipe.services.storyboard_document import Block, Document, Entry, wrong
from vidpipe.services.storyboard_lines import (
    asset_line,
    head_fields,
    scene_fields,
    seconds_text,
    spoken_name,
    spoken_text,
)
from vidpipe.services.storyboard_values import (
    choice_of,
    color_of,
    listing_of,
    parts_of,
    plain,
    text_of,
    valid,
)

_TAG = r"(?:CHAR|OBJ|ENV|PROP|STYLE|VEH|OTHER)_\d{2,4}"
_TAGGED = re.compile(rf"^({_TAG})(?:\s+(.*))?$", re.DOTALL)
_SPOKEN = re.compile(
    rf"^((?:[^\\:<(]|\\.)*?)\s*(?:<({_TAG})>)?\s*(?:\(((?:[^()\\]|\\.)*)\))?\s*:\s*(.*)$", re.DOTALL
)


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
            title = text_of(entry, entry.value)
        elif entry.name == "Palette":
            style["palette"] = tuple(color_of(entry, color) for color in entry.value.lower().split())
        else:
            style[names[entry.name]] = text_of(entry, entry.value, 300 if entry.name == "Look" else 4000)
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
        values = [plain(part) for part in parts_of(match[2])]
        if len(values) > 4 or not values[0]:
            raise wrong(number, "a member of the cast reads TAG name | label | looks | voice.")
        name, label, looks, voice = [*values, "", "", ""][:4]
        old = before.model_dump() if before else {"tag": tag, "asset_type": kinds[tag.rsplit("_", 1)[0]]}
        changed = {"name": name, "label": label or name, "description": looks, "voice": voice}
        found[tag] = valid(AssetSpec, old | changed, number)
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
    return valid(SceneSpec, values | {"scene_index": number, "duration_s": duration}, block.line)


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
        parts = parts_of(entry.value)
        found = _TAGGED.match(parts[0])
        tag = found[1] if found else None
        if tag is not None and tag not in self._tags:
            raise wrong(entry.line, f"{tag} is not in the cast.", "Add it under CAST, or give no tag.")
        label = text_of(entry, (found[2] or "") if found else parts[0])
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
            values[key] = choice_of(entry, part, kind)
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
            values[words[word.lower()]] = text_of(entry, text)
        return values

    def _line(self, entry: Entry) -> Mapping[str, Any]:
        for line in self._before.audio.lines if self._before is not None else ():
            if spoken_name(line) == entry.name and spoken_text(line).strip() == entry.value:
                return line.model_dump()
        is_narrator = entry.name == "Narrator"
        found = _SPOKEN.match(entry.value)
        if found is None:
            if is_narrator and entry.value:
                return {"text": text_of(entry, entry.value, 1000), "kind": LineKind.NARRATION}
            raise wrong(entry.line, "a spoken line reads: Says: MARA <CHAR_01> (whispering): Come here.")
        if found[2] and found[2] not in self._tags:
            raise wrong(entry.line, f"{found[2]} is not in the cast.", "Add it under CAST, or give no tag.")
        text = text_of(entry, found[4], 1000)
        if not text:
            raise wrong(entry.line, "nothing is said in it.")
        return {
            "speaker": text_of(entry, found[1]),
            "tag": found[2],
            "manner": text_of(entry, found[3] or ""),
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
    parts = [*parts_of(entry.value), "", "", ""]
    if len(parts) > 4 + 3 or parts[1].lower() not in {"inside", "outside", ""}:
        raise wrong(entry.line, "a place reads: beach | outside | dusk | storm.")
    return {
        "setting": text_of(entry, parts[0]),
        "interior": parts[1].lower() == "inside",
        "time_of_day": text_of(entry, parts[2]) or "day",
        "weather": text_of(entry, parts[3]),
    }


_FIELDS: dict[str, tuple[str, str, Callable[[Entry], Any]]] = {
    "Heading": ("", "heading", lambda entry: text_of(entry, entry.value)),
    "Size": ("shot", "shot_type", lambda entry: choice_of(entry, entry.value, ShotType)),
    "Camera": ("shot", "camera_movement", lambda entry: choice_of(entry, entry.value, CameraMove)),
    "Focus": ("shot", "focal_point", lambda entry: text_of(entry, entry.value)),
    "Action": ("", "description", lambda entry: text_of(entry, entry.value, 4000)),
    "Sounds": ("audio", "effects", listing_of),
    "Ambience": ("audio", "ambience", lambda entry: text_of(entry, entry.value)),
    "Music": ("audio", "music", lambda entry: text_of(entry, entry.value)),
    "Continuity": ("audio", "continuity", lambda entry: text_of(entry, entry.value)),
    "Details": ("", "key_details", listing_of),
    "Cut": ("", "cut", lambda entry: choice_of(entry, entry.value, Cut)),
    "Link": ("", "transition_notes", lambda entry: text_of(entry, entry.value)),
}
"""Name in the text → (room of the scene, field, how it is read)."""
