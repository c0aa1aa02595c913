"""What a person gives to be told, as a `Script`: a prompt, a numbered list, a CSV shot list, SRT or Fountain.

The kind is told by the file's name and its content. What a script says is only ever something to be staged.
Deliberately not here: what it means for shots.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from vidpipe.errors import ScriptError
from vidpipe.schemas.kinds import LineKind
from vidpipe.schemas.script import Block, Script, ScriptKind, ScriptLine, ScriptScene
from vidpipe.services.fountain import has_headings, read_fountain
from vidpipe.services.script_text import SCRIPT_BYTES_AT_MOST, clean_text, decode_script
from vidpipe.services.shot_list import looks_like_a_shot_list, read_shot_list

PROMPT_LETTERS_AT_MOST = 20_000
"""About eight pages: more is a screenplay or a book, and is given as one."""

TITLE_LETTERS = 60
ENDINGS = {
    ".fountain": ScriptKind.FOUNTAIN,
    ".spmd": ScriptKind.FOUNTAIN,
    ".csv": ScriptKind.SHOT_LIST,
    ".tsv": ScriptKind.SHOT_LIST,
    ".srt": ScriptKind.SUBTITLES,
    ".vtt": ScriptKind.SUBTITLES,
    ".txt": None,
    ".md": None,
}
_ITEM = re.compile(r"^\s*(?:(?:scene|shot)\s+)?(\d{1,3})\s*[.):–-]\s+(?=\S)(.*)$", re.IGNORECASE)
_INLINE_ITEM = re.compile(r"(?:(?<=\s)|^)(\d{1,3})[.)]\s+(?=\S)")
_TIMES = re.compile(
    r"^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[,.](\d{1,3})\s*-->\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[,.](\d{1,3})"
)
_MARKUP = re.compile(r"</?[a-zA-Z][^>\n]*>|\{\\[^}\n]*\}")
_ADVICE = 'Tell in a sentence what should be seen, such as "A girl finds a red kite on the beach".'


def read_script(source: str | Path) -> Script:
    """The script that a file or a text holds.

    A `Path`, or a text that names a file by one of our endings, is read as a file; any other text is the story.

    Raises:
        ScriptError: There is no such file, or what it holds is empty, too long or no script.
    """
    if isinstance(source, Path):
        return _read_file(source)
    if (path := named_file(source)) is not None:
        return _read_file(path)
    if not source.strip():
        raise ScriptError("The prompt is empty.", None, _ADVICE)
    return _read_text(clean_text(source), None, "", (), which=_beginning(source))


def named_file(text: str) -> Path | None:
    """The file that a text names, as on a command line; None where the text is the story itself."""
    name = text.strip()
    if not name or "\n" in name or len(name) > 1024 or "\0" in name:
        return None
    if Path(name).suffix.lower() not in ENDINGS:
        return None
    path = Path(name).expanduser()
    return path if path.exists() or not re.search(r"\w\s+\w+\s+\w", name) else None


def _read_file(path: Path) -> Script:
    try:
        if path.is_dir():
            raise ScriptError("A folder cannot be read as a script.", path, "Name the file inside it.")
        if path.exists() and not path.is_file():
            raise ScriptError("This is neither a file nor a story.", path, "Name a script's file.")
        with path.open("rb") as file:
            size = path.stat().st_size
            data = file.read(SCRIPT_BYTES_AT_MOST)
    except FileNotFoundError:
        raise ScriptError("There is no such script.", path, "Check the name and the folder.") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise ScriptError(
            f"The script cannot be read: {reason}.", path, "Check the file's permissions."
        ) from error
    if size > SCRIPT_BYTES_AT_MOST:
        raise ScriptError(
            f"The script has {size / 2**20:.1f} MB; at most {SCRIPT_BYTES_AT_MOST // 2**20} MB are read.",
            path,
            "Cut it into parts, or give the story in fewer words.",
        )
    if not data.strip():
        raise ScriptError("The script is empty.", path, "Write the story into it first.")
    text, notices = decode_script(data, path)
    title = " ".join(re.sub(r"[_\-]+", " ", path.stem).split())[:TITLE_LETTERS]
    return _read_text(text, ENDINGS.get(path.suffix.lower()), title, notices, which=path)


def _read_text(
    text: str, kind: ScriptKind | None, title: str, notices: tuple[str, ...], *, which: str | Path
) -> Script:
    """The script in a text, of the kind its file's name says or its content shows."""
    _must_say_something(text, which)
    shown = _told_kind(text)
    if kind is not None and kind is not shown and not _can_be(text, kind):
        notices = (*notices, f"By its content the file is not what its name says; read as {_NAMES[shown]}.")
        kind = shown
    kind = kind or shown
    if kind is ScriptKind.FOUNTAIN:
        script = read_fountain(text, title or "Untitled")
    elif kind is ScriptKind.SHOT_LIST:
        script = read_shot_list(text, title or "Shot list", which)
    elif kind is ScriptKind.SUBTITLES:
        script = _read_subtitles(text, title or "Narration")
    else:
        script = _read_list(text, title) if kind is ScriptKind.LIST else _read_prompt(text, title, which)
    if not any(scene.blocks for scene in script.scenes):
        raise ScriptError(
            "The script has nothing to be seen or said in it.", which, "Write what happens, or what is said."
        )
    return script.model_copy(update={"notices": (*notices, *script.notices)})


_NAMES = {
    ScriptKind.PROMPT: "a prompt",
    ScriptKind.LIST: "a numbered list",
    ScriptKind.SHOT_LIST: "a shot list",
    ScriptKind.SUBTITLES: "subtitles",
    ScriptKind.FOUNTAIN: "a screenplay",
}


def _must_say_something(text: str, which: str | Path) -> None:
    if not text.strip():
        raise ScriptError("The script is empty.", which, _ADVICE)
    if not any(letter.isalpha() for letter in text):
        raise ScriptError("There is not one word in this, only signs.", which, _ADVICE)


def _told_kind(text: str) -> ScriptKind:
    """What a text is by its content."""
    if any(_TIMES.match(line) for line in text.splitlines()[:60]):
        return ScriptKind.SUBTITLES
    if looks_like_a_shot_list(text):
        return ScriptKind.SHOT_LIST
    if has_headings(text) and text.strip().count("\n") >= 1:
        return ScriptKind.FOUNTAIN
    return ScriptKind.LIST if len(_items(text)) > 1 else ScriptKind.PROMPT


def _can_be(text: str, kind: ScriptKind) -> bool:
    """Whether a text can be read as the kind that its name promises."""
    if kind is ScriptKind.SUBTITLES:
        return any(_TIMES.match(line) for line in text.splitlines())
    return True


def _read_prompt(text: str, title: str, which: str | Path) -> Script:
    if len(text) > PROMPT_LETTERS_AT_MOST:
        raise ScriptError(
            f"The prompt has {len(text):,} letters; at most {PROMPT_LETTERS_AT_MOST:,} are read.",
            _beginning(text) if isinstance(which, str) else which,
            "Tell it shorter, or give it as a Fountain screenplay with scene headings.",
        )
    blocks = tuple(
        Block(action=" ".join(part.split())) for part in re.split(r"\n\s*\n", text) if part.strip()
    )
    return Script(
        kind=ScriptKind.PROMPT,
        title=title or _beginning(text),
        text=text,
        scenes=(ScriptScene(blocks=blocks),),
    )


def _read_list(text: str, title: str) -> Script:
    before, items = _items_and_what_stands_before(text)
    scenes = tuple(
        ScriptScene(number=number, blocks=(Block(action=action),)) for number, action in items if action
    )
    return Script(
        kind=ScriptKind.LIST, title=title or _beginning(before or items[0][1]), text=text, scenes=scenes
    )


def _items(text: str) -> list[tuple[str, str]]:
    return _items_and_what_stands_before(text)[1]


def _items_and_what_stands_before(text: str) -> tuple[str, list[tuple[str, str]]]:
    """A list's title, and its items as (number, words); no items where the numbers do not count upwards."""
    before: list[str] = []
    items: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        found = _ITEM.match(line)
        if found:
            items.append((found[1], [found[2].strip()]))
        elif items and line.strip():
            items[-1][1].append(line.strip())
        elif line.strip():
            before.append(line.strip())
    if len(items) < 2:
        flat = " ".join(text.split())
        places = list(_INLINE_ITEM.finditer(flat))
        if len(places) < 2 or places[0].start() != 0:
            return "", []
        ends = [place.start() for place in places[1:]] + [len(flat)]
        items = [
            (place[1], [flat[place.end() : end].strip()]) for place, end in zip(places, ends, strict=True)
        ]
        before = []
    numbers = [int(number) for number, _ in items]
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        return "", []
    return " ".join(before), [(number, " ".join(filter(None, words))) for number, words in items]


def _read_subtitles(text: str, title: str) -> Script:
    blocks: list[Block] = []
    cues = 0
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if _TIMES.match(line)]
    for number, following in zip(starts, [*starts[1:], len(lines) + 1], strict=True):
        found = _TIMES.match(lines[number])
        assert found is not None  # noqa: S101 - it was found above
        start, end = _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
        words = _cue_words(lines[number + 1 : following])
        if not words or not any(letter.isalnum() for letter in words):
            continue
        cues += 1
        if re.fullmatch(r"[\[(].*[\])]", words):
            blocks.append(Block(action=words[1:-1]))
        else:
            blocks.append(
                Block(
                    line=ScriptLine(text=words, kind=LineKind.NARRATION, start_s=start, end_s=max(start, end))
                )
            )
    ordered = sorted(blocks, key=lambda block: block.line.start_s or 0.0 if block.line else 0.0)
    is_sorted = [block for block in ordered if block.line] == [block for block in blocks if block.line]
    notices = () if is_sorted else ("The subtitles were not in the order of their times; they are now.",)
    return Script(
        kind=ScriptKind.SUBTITLES,
        title=title,
        text=text,
        scenes=(ScriptScene(blocks=tuple(blocks if is_sorted else [b for b in ordered if b.line])),),
        notices=notices,
    )


def _cue_words(lines: list[str]) -> str:
    """A cue's words without markup, the next cue's number left out."""
    kept = [line.strip() for line in lines]
    while kept and (not kept[-1] or kept[-1].isdigit()):
        was_number = kept.pop().isdigit()
        if was_number:
            break
    words = " ".join(re.sub(r"^[-–—]\s*", "", _MARKUP.sub("", line)) for line in kept if line)
    return " ".join(re.sub(r"[♪♫#]+", " ", words).split())


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction or 0}")


def _beginning(text: str) -> str:
    """The first words of a text, for a title or a message."""
    words = " ".join(text[: TITLE_LETTERS * 4].split())
    first = re.split(r"(?<=[.!?…])\s", words)[0]
    if len(first) <= TITLE_LETTERS:
        return first.rstrip(".")
    return first[:TITLE_LETTERS].rsplit(" ", 1)[0].rstrip(",;:") + "…"
