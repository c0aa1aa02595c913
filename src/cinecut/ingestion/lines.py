"""What the lines of a caption are: speech and whose, sounds in brackets, songs, credits, advertising.

The words and patterns are data (`words.toml`). Deliberately not here: times, feelings.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from cinecut.models import LineKind

EDGE_CAPTIONS = 8
"""Captions at each end of a file where addresses and film credits are believed."""

REPEATS_OF_A_NAME = 3
"""How often a prefix that is not written in capitals must come before it counts as a name."""

MAX_TAG_WORDS = 9
"""Longer brackets at a line's edge are speech of a careful writer, not a sound."""

_DASH = re.compile(r"^\s*(?:[-–—‐‑−]+|>>+)\s*(?=\S)")
_NAME = re.compile(
    r"^(?P<name>[^\W\d_][^\n:：()\[\]!?…♪♫]{0,29}?)\s*(?:[(\[][^)\]]{0,60}[)\]])?\s*[:：](?!//)(?:\s+|(?<=：)|$)(?P<rest>.*)$"
)
_TAG_START = re.compile(r"^\s*[(\[（［【](?P<tag>[^()\[\]（）［］【】]{1,160})[)\]）］】]\s*[:：]?\s*")
_TAG_END = re.compile(r"\s*[(\[（［【](?P<tag>[^()\[\]（）［］【】]{1,160})[)\]）］】]\s*[.!?]?\s*$")
_STARRED = re.compile(r"^\s*\*\s*(?P<tag>[^*\n]{1,160}?)\s*\*\s*$")
_SQUARE = re.compile(r"\s*[\[［【][^\[\]［］【】]{1,160}[\]］】]\s*")
_NOTES = re.compile("[♪♫♬♩🎵🎶]")
_HASHED = re.compile(r"^#\s*(?=\S).*\S\s*#$")
_EDGE_MARKS = re.compile("^[♪♫♬♩🎵🎶#\\s~]+|[♪♫♬♩🎵🎶#\\s~]+$")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Spoken:
    """What a caption holds, of one kind."""

    text: str
    kind: LineKind
    speaker: str = ""


@dataclass(frozen=True)
class _Lists:
    advert: re.Pattern[str]
    address: re.Pattern[str]
    credit: re.Pattern[str]
    film_credit: re.Pattern[str]
    sounds: frozenset[str]
    no_names: frozenset[str]
    song_styles: re.Pattern[str]
    sign_styles: re.Pattern[str]


class LineReader:
    """Reads captions of one file; it has seen them all once, so that it knows the file's names and habits."""

    def __init__(self, captions: Iterable[Sequence[str]]) -> None:
        """Learn which prefixes are names and whether the file is written in capitals."""
        counted: Counter[str] = Counter()
        capitals = letters = 0
        for lines in captions:
            for line in lines:
                if letters < 200_000:
                    capitals += sum(map(str.isupper, line))
                    letters += sum(map(str.isalpha, line))
                if ":" in line or "：" in line:
                    match = _NAME.match(_DASH.sub("", line))
                    if match:
                        counted[match["name"].strip()] += 1
        self.is_all_capitals = letters > 40 and capitals > letters * 0.7
        self._names = frozenset(
            name
            for name, count in counted.items()
            if (count >= REPEATS_OF_A_NAME and _could_be_name(name))
            or (not self.is_all_capitals and _is_capital_name(name))
        )

    def read(
        self, lines: Sequence[str], *, speaker: str = "", style: str = "", places_from_edge: int = 10**9
    ) -> Spoken:
        """The kind, text and speaker of a caption.

        `places_from_edge` says how many captions lie between this one and the file's nearer end.
        """
        lists = _lists()
        whole = " ".join(lines)
        unspoken = _unspoken(whole, is_at_edge=places_from_edge < EDGE_CAPTIONS)
        if unspoken is not None:
            return Spoken(whole, unspoken)
        if style and lists.song_styles.search(style):
            return Spoken(_EDGE_MARKS.sub("", whole), LineKind.LYRICS, speaker)
        if style and lists.sign_styles.search(style):
            return Spoken(whole, LineKind.CREDIT)
        sung = [line for line in lines if _is_sung(line)]
        if sung and (len(sung) == len(lines) or _is_framed_in_notes(lines)):
            text = " ".join(part for part in (_EDGE_MARKS.sub("", line) for line in lines) if part)
            text = _NOTES.sub("", text).strip()
            if (bracket := _TAG_START.fullmatch(text)) is not None:
                return Spoken(bracket["tag"].strip(), LineKind.SOUND_TAG, speaker)
            return (
                Spoken(text, LineKind.LYRICS, speaker)
                if _LETTER.search(text)
                else Spoken("music", LineKind.SOUND_TAG)
            )
        return self._speech([line for line in lines if line not in sung], whole, speaker)

    def _speech(self, lines: Sequence[str], whole: str, speaker: str) -> Spoken:
        """Speech with its tags taken out, or a sound where nothing else is left."""
        utterances: list[tuple[str, list[str]]] = []
        tags: list[str] = []
        for line in _joined_brackets(lines):
            dashed = _DASH.match(line)
            opens = dashed is not None or not utterances
            name, text = self._named(line[dashed.end() :] if dashed else line, tags)
            if opens or (name and utterances[-1][1]):
                utterances.append((name, [text] if text else []))
            else:
                if name:
                    utterances[-1] = (name, utterances[-1][1])
                if text:
                    utterances[-1][1].append(text)
        spoken = [(name, " ".join(parts)) for name, parts in utterances if _has_words(parts)]
        if not spoken:
            return Spoken(
                "; ".join(tags) or whole,
                LineKind.SOUND_TAG if tags or not _LETTER.search(whole) else LineKind.SPEECH,
                speaker,
            )
        names = {name or speaker for name, _ in spoken}
        text = spoken[0][1] if len(spoken) == 1 else " ".join(f"– {part}" for _, part in spoken)
        return Spoken(text, LineKind.SPEECH, names.pop() if len(names) == 1 else "")

    def _named(self, line: str, tags: list[str]) -> tuple[str, str]:
        """The speaker a line names and its words; sounds in brackets go to `tags`."""
        name = ""
        if (starred := _STARRED.match(line)) and _is_tag(starred["tag"]):
            tags.append(starred["tag"])
            return name, ""
        while (match := _TAG_START.match(line)) and _is_tag(match["tag"]):
            if not name and self._is_speaker_tag(match["tag"], line[match.end() :]):
                name = _name_case(match["tag"])
            else:
                tags.append(match["tag"].strip())
            line = line[match.end() :]
        prefix = _NAME.match(line) if ":" in line or "：" in line else None
        if prefix and prefix["name"].strip() in self._names:
            name, line = _name_case(prefix["name"]), prefix["rest"]
            return name, self._named(line, tags)[1] if line[:1] in "([（［【" and line else line
        while (match := _TAG_END.search(line)) and _is_tag(match["tag"]):
            tags.append(match["tag"].strip())
            line = line[: match.start()]
        if "[" in line or "［" in line or "【" in line:
            tags.extend(found.strip(" []［］【】") for found in _SQUARE.findall(line))
            line = _SQUARE.sub(" ", line).strip()
        return name, line.strip()

    def _is_speaker_tag(self, tag: str, rest: str) -> bool:
        """Whether a bracket before words names who says them rather than a sound."""
        name = tag.strip()
        if not _LETTER.search(rest):
            return False
        if name in self._names or name.upper() in self._names:
            return True
        words = name.split()
        if len(words) > 2 or name.lower() in _lists().sounds or not all(word[:1].isupper() for word in words):
            return False
        return not any(
            word.lower().endswith(("ing", "s", "ed")) or word.lower() in _lists().sounds for word in words
        )


def _unspoken(text: str, *, is_at_edge: bool) -> LineKind | None:
    """Credit or advertising; None for what may be spoken."""
    lists = _lists()
    if lists.advert.search(text):
        return LineKind.ADVERT
    if "." in text and lists.address.search(text) and (is_at_edge or len(text.split()) <= 2):
        return LineKind.ADVERT
    bare = text.lstrip("-–—*~=<>[]()♪# ").replace("：", ": ")
    if lists.credit.match(bare) or (is_at_edge and lists.film_credit.match(bare)):
        return LineKind.CREDIT
    return None


def _is_sung(line: str) -> bool:
    return bool(_NOTES.search(line) or _HASHED.match(line))


def _is_framed_in_notes(lines: Sequence[str]) -> bool:
    """One song over several lines, marked only at its start and its end."""
    return bool(_NOTES.match(lines[0].strip()) and _NOTES.match(lines[-1].strip()[-1]))


def _is_tag(text: str) -> bool:
    return len(text.split()) <= MAX_TAG_WORDS


def _has_words(parts: Sequence[str]) -> bool:
    return any(any(letter.isalnum() for letter in part) for part in parts)


def _joined_brackets(lines: Sequence[str]) -> list[str]:
    """Lines where a bracket that runs over a line's end stays whole."""
    joined: list[str] = []
    for line in lines:
        if joined and any(
            joined[-1].rfind(left) > joined[-1].rfind(right)
            for left, right in ("[]", "()", "（）", "［］", "【】")
        ):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return joined


def _is_capital_name(name: str) -> bool:
    """`ANNA`, `GUARD 2`, `DR. NO`: capitals only, at least two letters, four words at most."""
    name = name.strip()
    letters = sum(map(str.isalpha, name))
    return (
        letters >= 2
        and name == name.upper()
        and name != name.lower()
        and len(name.split()) <= 4
        and name.lower() not in _lists().no_names
    )


def _could_be_name(name: str) -> bool:
    """A short prefix whose words begin with capitals, or that is written without any."""
    words = name.split()
    if len(words) > 3 or name.lower() in _lists().no_names:
        return False
    return all(not word[0].islower() for word in words)


def _name_case(name: str) -> str:
    """`ANNA LEE` as `Anna Lee`, anything else as it is, so that one person has one name."""
    name = name.strip()
    return name.title() if name.isupper() and len(name) > 2 else name


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    document = tomllib.loads(resources.files("cinecut.ingestion").joinpath("words.toml").read_text("utf-8"))

    def either(patterns: list[str]) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)

    return _Lists(
        # tried where a Latin word begins only: a fifth of the places, and of the time that reading lines takes
        advert=re.compile(f"(?<![a-z0-9])(?:{'|'.join(document['advert'])})", re.IGNORECASE),
        address=either([document["address"]]),
        credit=either(document["credit"]),
        film_credit=either(document["film_credit"]),
        sounds=frozenset(document["sounds"]),
        no_names=frozenset(document["no_names"]),
        song_styles=either([document["song_styles"]]),
        sign_styles=either([document["sign_styles"]]),
    )
