"""A Fountain screenplay to scenes, actions and lines.

Headings (and forced ones), action, characters with parentheticals and dialogue, dual dialogue, transitions,
centred text, notes, boneyard, sections, synopses, page breaks, lyrics, title page. Deliberately not here:
looking at files, and what it means for shots.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vidpipe.schemas.kinds import LineKind
from vidpipe.schemas.script import Block, Script, ScriptKind, ScriptLine, ScriptScene

HEADING = re.compile(r"^(?:INT|EXT|EST|INT\.?/EXT|EXT\.?/INT|I\.?/E|E\.?/I)(?:\.|\s)", re.IGNORECASE)
TRANSITION = re.compile(r"^[^a-z]*\bTO:$")
_OTHER_TRANSITION = re.compile(r"^(?:FADE (?:IN|OUT)|CUT TO BLACK|FADE TO BLACK)[.:]?$")
_SCENE_NUMBER = re.compile(r"\s*#([^#\n]+)#\s*$")
_TITLE_KEY = re.compile(r"^([A-Za-z][A-Za-z ]{1,30}):\s*(.*)$")
_TITLE_KEYS = frozenset(
    [
        "title",
        "credit",
        "author",
        "authors",
        "source",
        "draft",
        "date",
        "contact",
        "copyright",
        "notes",
        "revision",
        "format",
    ]
) | {"draft date"}
_BONEYARD = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_NOTE = re.compile(r"\[\[(?:[^\]]|\](?!\]))*\]\]")
_EMPHASIS = re.compile(r"(?<![\\*])(\*{1,3})(?=\S)([^*\n]+?)(?<=[^\s\\])\1(?!\*)")
_UNDERLINE = re.compile(r"(?<![\\\w])_(?=\S)([^_\n]+?)(?<=[^\s\\])_(?!\w)")
_ESCAPED = re.compile(r"\\([*_\\@.!>~#=])")
_EXTENSION = re.compile(r"\(([^()]*)\)")
_OFF_SCREEN = re.compile(
    r"^(?:V\.?\s?O\.?|O\.?\s?S\.?|O\.?\s?C\.?|VOICE[- ]?OVER|OFF[- ]?SCREEN|INTO .*|.* PHONE)$", re.IGNORECASE
)
_CONTINUED = re.compile(r"^CONT(?:[’'`´]?D|INUED)\.?$", re.IGNORECASE)
_CUE_LETTERS = re.compile(r"[^\W\d_]")


@dataclass
class _Scene:
    """A scene while it is being read."""

    heading: str = ""
    number: str = ""
    synopsis: str = ""
    transition: str = ""
    blocks: list[Block] = field(default_factory=list)

    def done(self) -> ScriptScene:
        return ScriptScene(
            heading=self.heading,
            number=self.number,
            synopsis=self.synopsis,
            transition=self.transition,
            blocks=tuple(self.blocks),
        )


def has_headings(text: str) -> bool:
    """Whether any line is a scene heading."""
    return any(_heading_of(line.strip()) is not None for line in text.splitlines())


def read_fountain(text: str, title: str) -> Script:
    """The screenplay in a text; `title` is used where its title page gives none.

    A text without any scene heading becomes one scene, with a notice.
    """
    notices: list[str] = []
    bare = _NOTE.sub("", _BONEYARD.sub("", text))
    lines = [line.rstrip() for line in bare.split("\n")]
    page, lines = _title_page(lines)
    scenes = _scenes(lines)
    if not any(scene.heading for scene in scenes):
        notices.append("The screenplay has no scene headings (INT. or EXT.), so all of it is one scene.")
    return Script(
        kind=ScriptKind.FOUNTAIN,
        title=_plain(page.get("title", "")) or title,
        text=text,
        scenes=tuple(scene.done() for scene in scenes if scene.blocks or scene.heading),
        notices=tuple(notices),
    )


def _title_page(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """The keys of the title page, and the lines after it."""
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None or not (found := _TITLE_KEY.match(lines[first])):
        return {}, lines
    if found[1].lower() not in _TITLE_KEYS:
        return {}, lines
    page: dict[str, list[str]] = {}
    key = ""
    for number in range(first, len(lines)):
        line = lines[number]
        if not line.strip():
            return {name: " ".join(parts).strip() for name, parts in page.items()}, lines[number + 1 :]
        entry = _TITLE_KEY.match(line)
        if entry and not line[0].isspace():
            key = entry[1].lower()
            page.setdefault(key, []).append(entry[2])
        elif key:
            page[key].append(line.strip())
    return {name: " ".join(parts).strip() for name, parts in page.items()}, []


def _scenes(lines: list[str]) -> list[_Scene]:
    scenes = [_Scene()]
    transition = ""
    number = 0
    while number < len(lines):
        line = lines[number].strip()
        scene = scenes[-1]
        is_apart = number == 0 or not lines[number - 1].strip()
        after_is_empty = number + 1 >= len(lines) or not lines[number + 1].strip()
        if not line or re.fullmatch(r"={3,}", line) or line.startswith("#"):
            pass
        elif line.startswith("="):
            scene.synopsis = " ".join(filter(None, (scene.synopsis, _plain(line[1:]))))
        elif is_apart and (heading := _heading_of(line)) is not None:
            named = _SCENE_NUMBER.search(heading)
            scenes.append(
                _Scene(_plain(_SCENE_NUMBER.sub("", heading)), named[1] if named else "", "", transition)
            )
            transition = ""
        elif line.startswith(">") and line.endswith("<"):
            scene.blocks.append(Block(action=_plain(line[1:-1])))
        elif line.startswith(">") or (is_apart and after_is_empty and _is_transition(line)):
            transition = _plain(line.removeprefix(">"))
        elif line.startswith("~"):
            scene.blocks.append(
                Block(line=ScriptLine(text=_plain(line[1:]), kind=LineKind.NARRATION, manner="singing"))
            )
        elif is_apart and _is_cue(line) and not after_is_empty:
            number = _dialogue(lines, number, scene)
            continue
        else:
            number = _action(lines, number, scene)
            continue
        number += 1
    return scenes


def _heading_of(line: str) -> str | None:
    if line.startswith(".") and len(line) > 1 and line[1].isalnum():
        return line[1:].strip()
    return line if HEADING.match(line) else None


def _is_transition(line: str) -> bool:
    return bool(TRANSITION.match(line) or _OTHER_TRANSITION.match(line))


def _is_cue(line: str) -> bool:
    if line.startswith("@"):
        return len(line) > 1
    name = _EXTENSION.sub("", line.removesuffix("^")).strip()
    return (
        not line.startswith(("!", "[", "("))
        and len(name) <= 60
        and bool(_CUE_LETTERS.search(name))
        and name == name.upper()
        and name != name.lower()
        and not name.endswith((".", "!", "?", ":", ","))
    )


def _dialogue(lines: list[str], number: int, scene: _Scene) -> int:
    """Read a cue and what is said under it; the number of the first line after it."""
    cue = lines[number].strip()
    is_dual = cue.endswith("^")
    cue = cue.removesuffix("^").removeprefix("@").strip()
    extensions = [part.strip() for part in _EXTENSION.findall(cue)]
    speaker = _plain(_EXTENSION.sub("", cue)).strip()
    is_off = any(_OFF_SCREEN.match(part) for part in extensions)
    manner = "; ".join(
        part for part in extensions if not _OFF_SCREEN.match(part) and not _CONTINUED.match(part)
    )
    said: list[str] = []

    def close() -> None:
        text = _plain(" ".join(said))
        if text:
            scene.blocks.append(
                Block(
                    line=ScriptLine(
                        text=text,
                        speaker=speaker,
                        manner=_plain(manner),
                        is_off_screen=is_off,
                        is_dual=is_dual,
                    )
                )
            )
        said.clear()

    number += 1
    while number < len(lines):
        raw = lines[number]
        line = raw.strip()
        if not line and not raw.startswith("  "):
            break
        if line.startswith("(") and line.endswith(")"):
            close()
            manner = line[1:-1].strip()
        elif line:
            said.append(line.removeprefix("~").strip())
        number += 1
    close()
    return number


def _action(lines: list[str], number: int, scene: _Scene) -> int:
    """Read a paragraph of action; the number of the first line after it."""
    parts: list[str] = []
    while number < len(lines) and lines[number].strip():
        line = lines[number].strip()
        if parts and line.startswith(("#", "=", ">")):
            break
        parts.append(line.removeprefix("!"))
        number += 1
    text = _plain(" ".join(parts))
    if text:
        scene.blocks.append(Block(action=text))
    return number


def _plain(text: str) -> str:
    """The words without their emphasis marks."""
    if not any(mark in text for mark in "*_\\"):
        return " ".join(text.split())
    for _ in range(2):  # bold inside italics
        text = _EMPHASIS.sub(r"\2", text)
    return " ".join(_ESCAPED.sub(r"\1", _UNDERLINE.sub(r"\1", text)).split())
