"""Bytes of a subtitle file to text: byte-order marks, Unicode without them, then the old encodings by evidence.

The evidence is in `encodings.toml`; charset-normalizer breaks ties and speaks for what is not listed there.
Deliberately not here: what the text means.
"""

from __future__ import annotations

import codecs
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import charset_normalizer

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)

SAMPLE_BYTES = 48 * 1024
"""Bytes with letters beyond ASCII that the old encodings are judged by."""

PROBE_BYTES = 256 * 1024
"""Bytes that are looked at for the pattern of UTF-16 and UTF-32."""

BROKEN_UTF8_SHARE = 0.1
"""Up to this share of broken sequences a file still counts as damaged UTF-8."""

SCORE_WORD, SCORE_FITS, SCORE_ODD, SCORE_WRONG = 3.0, 1.0, -1.0, -2.5
NORMALIZER_BONUS = 0.2

_WORD = re.compile(r"[^\x00-\x26\x28-\x40\x5b-\x60\x7b-\x7f\s“”„«»‹›¡¿…–—♪♫•·]+")
_SCRIPTS = {
    "latin": ((0x41, 0x24F), (0x1E00, 0x1EFF)),
    "greek": ((0x370, 0x3FF), (0x1F00, 0x1FFF)),
    "cyrillic": ((0x400, 0x52F),),
    "hebrew": ((0x5D0, 0x5EA),),
    "arabic": ((0x620, 0x64A), (0x66E, 0x6D3)),
    "thai": ((0xE01, 0xE4E),),
}


@dataclass(frozen=True)
class Decoded:
    """Text, the encoding it was in, and how many bytes or characters could not be read."""

    text: str
    encoding: str
    broken: int = 0
    is_guess: bool = False
    """Whether the encoding was told by evidence rather than by marks or validity."""


@dataclass(frozen=True)
class _Candidate:
    codec: str
    script: str
    letters: frozenset[str]
    words: frozenset[str]


@dataclass(frozen=True)
class _Multibyte:
    codec: str
    language: str
    common: frozenset[str]


def decode(data: bytes) -> Decoded:
    """The text of a file; never fails: the last resort reads every byte as Windows Latin-1."""
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _lenient(data, codec, name)
    if wide := _wide_codec(data[:PROBE_BYTES]):
        return _lenient(data, wide, wide.upper())
    if b"\x1b$" in data or b"\x1b(J" in data:
        try:
            return Decoded(data.decode("iso2022_jp_3"), "iso2022_jp", 0, is_guess=True)
        except UnicodeDecodeError:
            pass
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _damaged_utf8(data) or _legacy(data)
    return Decoded(text, "ascii" if text.isascii() else "UTF-8")


def _lenient(data: bytes, codec: str, name: str) -> Decoded:
    text = data.decode(codec, "replace")
    return Decoded(text, name, text.count("\ufffd"))


def _wide_codec(head: bytes) -> str:
    """`utf-16-le` and its kin, told by where the zero bytes of times and line ends lie; empty for none."""
    zeros = head.count(0)
    if len(head) < 8 or zeros < len(head) * 0.05:
        return ""
    by_place = [head[place::4].count(0) for place in range(4)]
    quarter = len(head) / 4
    if by_place[2] > quarter * 0.9 and by_place[3] > quarter * 0.9 and by_place[0] < quarter * 0.1:
        return "utf-32-le"
    if by_place[0] > quarter * 0.9 and by_place[1] > quarter * 0.9 and by_place[3] < quarter * 0.1:
        return "utf-32-be"
    even, odd = by_place[0] + by_place[2], by_place[1] + by_place[3]
    for codec, most, least in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if most > 10 * least:
            try:
                text = head[: len(head) // 2 * 2].decode(codec, "ignore")
            except UnicodeDecodeError:
                continue
            if "\n" in text or "\r" in text:
                return codec
    return ""


def _damaged_utf8(data: bytes) -> Decoded | None:
    """UTF-8 with a few stray bytes, those read as Windows Latin-1; None where it is something else."""
    text = data.decode("utf-8", "surrogateescape")
    stray = sum("\udc80" <= letter <= "\udcff" for letter in text)
    beyond = sum(letter > "\x7f" for letter in text)
    if stray > beyond * BROKEN_UTF8_SHARE:
        return None
    mended = re.sub(
        "[\udc80-\udcff]", lambda found: bytes([ord(found[0]) - 0xDC00]).decode("cp1252", "replace"), text
    )
    return Decoded(mended, "UTF-8", stray)


def _legacy(data: bytes) -> Decoded:
    sample = _sample(data)
    favored = _normalizer_guess(sample)
    best, best_score = "cp1252", -9.0
    for codec in _codecs():
        try:
            text = sample.decode(codec)
        except UnicodeDecodeError:
            continue
        score = _score(text, codec) + (NORMALIZER_BONUS if codec == favored else 0.0)
        if score > best_score + 1e-9:
            best, best_score = codec, score
    if best_score < 0 and favored:
        best = favored
    elif best != "cp1252" and _reads_alike(sample, best, "cp1252"):
        best = "cp1252"
    try:
        return Decoded(data.decode(best), best, 0, is_guess=True)
    except UnicodeDecodeError:
        text = data.decode(best, "replace")
        return Decoded(text, best, text.count("\ufffd"), is_guess=True)


def _reads_alike(sample: bytes, codec: str, other: str) -> bool:
    """Whether two encodings give the same text, so that the better known name may be said."""
    return sample.decode(codec, "replace") == sample.decode(other, "replace")


def _sample(data: bytes) -> bytes:
    """The first lines that hold a byte beyond ASCII, whole, up to the sample's size."""
    kept: list[bytes] = []
    size = 0
    for line in data.splitlines():
        if not line.isascii():
            kept.append(line)
            size += len(line)
            if size > SAMPLE_BYTES:
                break
    return b"\n".join(kept)


def _normalizer_guess(sample: bytes) -> str:
    """The Python codec that charset-normalizer holds most likely; empty where it has no opinion."""
    found = charset_normalizer.from_bytes(sample[: 16 * 1024], enable_fallback=False).best()
    name = found.encoding if found else ""
    return {"big5": "big5hkscs", "cp950": "big5hkscs", "gb2312": "gb18030", "gbk": "gb18030"}.get(name, name)


def _codecs() -> Iterable[str]:
    multibyte, candidates = _evidence()
    return dict.fromkeys([item.codec for item in multibyte] + [item.codec for item in candidates])


def _score(text: str, codec: str) -> float:
    """How well a decoded sample reads, for the best of the languages of a codec; about -3..3."""
    multibyte, candidates = _evidence()
    scores = [_score_signs(text, item) for item in multibyte if item.codec == codec]
    if not scores:
        words = [word.strip("'’‘") for word in _WORD.findall(unicodedata.normalize("NFC", text))]
        telling = [word for word in words if not word.isascii()]
        marks = sum(letter > "\x7f" for letter in _WORD.sub("", text))
        scores = [_score_words(telling, marks, item) for item in candidates if item.codec == codec]
    return max(scores)


def _score_words(words: list[str], marks: int, candidate: _Candidate) -> float:
    """Mean score of the words with a letter beyond ASCII; signs outside words weigh little."""
    if not words:
        return 0.0 if marks else -1.0
    return sum(_score_word(word, candidate) for word in words) / len(words)


def _score_word(word: str, candidate: _Candidate) -> float:
    lower = word.lower()
    if lower in candidate.words:
        return SCORE_WORD
    special = [letter for letter in lower if letter > "\x7f" and letter not in "’‘"]
    if any(unicodedata.category(letter) in {"Cc", "Co", "Cn", "So", "Sm", "Sc", "No"} for letter in special):
        return SCORE_WRONG
    ranges = _SCRIPTS[candidate.script]
    letters = [letter for letter in lower if letter not in "'’‘-"]
    if any(not any(low <= ord(letter) <= high for low, high in ranges) for letter in letters):
        return SCORE_WRONG
    if not (word.islower() or word.isupper() or word[1:].islower() or word.lower() == word.upper()):
        return SCORE_WRONG
    if candidate.letters and any(letter not in candidate.letters for letter in special):
        return SCORE_ODD
    if candidate.script == "latin" and len(letters) > 3 and len(special) > len(letters) / 2:
        return SCORE_WRONG
    return SCORE_FITS


def _score_signs(text: str, item: _Multibyte) -> float:
    """Mean score of the characters beyond ASCII of a Chinese, Japanese or Korean text."""
    signs = [letter for letter in text if letter > "\x7f"]
    if not signs:
        return -1.0
    glued = len(re.findall(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][a-z]", text))
    kana = sum("\u3040" <= letter <= "\u30ff" for letter in signs)
    total = 0.0
    for letter in signs:
        if letter in item.common:
            total += SCORE_WORD
        elif item.language == "ko":
            total += SCORE_FITS if "\uac00" <= letter <= "\ud7a3" or _is_wide_mark(letter) else SCORE_WRONG
        elif "\u4e00" <= letter <= "\u9fff":
            total += SCORE_FITS if _is_frequent(letter, item.codec) else SCORE_ODD
        elif _is_wide_mark(letter) or ("\u3040" <= letter <= "\u30ff" and item.language == "ja"):
            total += SCORE_FITS
        else:
            total += SCORE_WRONG
    if item.language == "ja" and kana < len(signs) * 0.15:
        total -= len(signs) * 1.5
    if glued > len(signs) * 0.3:  # letters of Latin words, not signs
        total -= len(signs) * SCORE_WORD
    return total / len(signs)


def _is_wide_mark(letter: str) -> bool:
    """Ideographic punctuation, full-width forms, and the marks that subtitles use."""
    return "\u3000" <= letter <= "\u303f" or "\uff01" <= letter <= "\uff5e" or letter in "—…“”‘’·♪♫～"


def _is_frequent(letter: str, codec: str) -> bool:
    """Whether a Chinese character lies in the frequent half of its national table (GB 2312 and Big5 level 1)."""
    if codec == "gb18030":
        raw = letter.encode("gb18030")
        return len(raw) == 2 and 0xB0 <= raw[0] <= 0xD7 and raw[1] >= 0xA1
    if codec == "big5hkscs":
        raw = letter.encode("big5hkscs", "ignore")
        return len(raw) == 2 and 0xA4 <= raw[0] <= 0xC6
    raw = letter.encode("euc_jp", "ignore")
    return len(raw) == 2 and 0xB0 <= raw[0] <= 0xCF


@lru_cache(maxsize=1)
def _evidence() -> tuple[tuple[_Multibyte, ...], tuple[_Candidate, ...]]:
    text = resources.files("cinecut.ingestion").joinpath("encodings.toml").read_text("utf-8")
    document = tomllib.loads(text)
    multibyte = tuple(
        _Multibyte(item["codec"], item["language"], frozenset(item["common"]))
        for item in document["multibyte"]
    )
    candidates = tuple(
        _Candidate(
            item["codec"],
            item["script"],
            frozenset(item["letters"]),
            frozenset(word.strip(",") for word in item["words"].split() if not word.strip(",").isascii()),
        )
        for item in document["candidate"]
    )
    return multibyte, candidates
