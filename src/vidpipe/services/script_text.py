"""The bytes of a script to text: what is not text is refused by name, old encodings are read with a notice.

Deliberately not here: what kind of script the text is.
"""

from __future__ import annotations

import codecs
import re
from os import PathLike

from vidpipe.errors import ScriptError

SCRIPT_BYTES_AT_MOST = 4 * 1024 * 1024
"""A feature film's screenplay has about 200 kB; what is larger than this is none."""

_KNOWN_FILES = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document; export the screenplay as Fountain or plain text"),
    (b"PK\x03\x04", "a zip archive or an office document; export it as Fountain, CSV or plain text"),
    (b"\xd0\xcf\x11\xe0", "an old office document; export it as plain text"),
    (b"\x1aE\xdf\xa3", "a Matroska film"),
    (b"\x1f\x8b", "packed with gzip; unpack it first"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "an RTF document; export it as plain text"),
    (b"<?xml", "an XML document, perhaps of Final Draft; export it as Fountain"),
    (b"<!DOCTYPE", "a web page; copy its text into a file"),
    (b"<html", "a web page; copy its text into a file"),
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ADVICE = "Give a prompt, a numbered list, a CSV shot list, SRT or a Fountain screenplay as text."
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\x80-\x84\x86-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]+")
KANA_SHARE = 0.3
"""Of the letters beyond ASCII that are kana in Japanese."""

STRAY_BYTES_SHARE = 0.02
"""Up to this share of unreadable bytes among those beyond ASCII, a file is damaged UTF-8 and not another encoding."""


def decode_script(data: bytes, which: str | PathLike[str]) -> tuple[str, tuple[str, ...]]:
    """The text in a file's bytes, and what had to be guessed.

    Raises:
        ScriptError: It is no text.
    """
    for signature, kind in _KNOWN_FILES:
        if data.lstrip()[:16].lower().startswith(signature.lower()):
            raise ScriptError(f"This is no script: it is {kind}.", which, _ADVICE)
    for mark, codec in _MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(codec, "replace")
            return clean_text(text), _lost(text)
    if codec := _wide(data):
        return clean_text(data.decode(codec, "replace")), (f"The script was read as {codec.upper()}.",)
    if b"\0" in data or _share_of_controls(data) > 0.02:
        raise ScriptError("This is no script: it is not text.", which, _ADVICE)
    try:
        return clean_text(data.decode("utf-8")), ()
    except UnicodeDecodeError:
        return _old_encoding(data, which)


def clean_text(text: str) -> str:
    """The text with line ends as line feeds and without control characters; nothing else is changed."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    return _CONTROLS.sub("", _SURROGATES.sub("\ufffd", text.replace("\x85", "\n")))


def _lost(text: str) -> tuple[str, ...]:
    lost = text.count("\ufffd")
    return (f"{lost} characters of the script could not be read.",) if lost else ()


def _wide(data: bytes) -> str:
    """UTF-16 without its mark, told by where the zero bytes lie; empty for anything else."""
    head = data[: 64 * 1024]
    if len(head) < 8 or head.count(0) < len(head) * 0.2:
        return ""
    odd, even = head[1::2].count(0), head[::2].count(0)
    if odd > 10 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 10 * odd else ""


def _share_of_controls(data: bytes) -> float:
    head = data[: 64 * 1024]
    controls = sum(head.count(bytes([code])) for code in range(32) if code not in {9, 10, 12, 13})
    return controls / max(1, len(head))


def _old_encoding(data: bytes, which: str | PathLike[str]) -> tuple[str, tuple[str, ...]]:
    mended = data.decode("utf-8", "replace")
    stray, beyond = mended.count("\ufffd"), sum(letter > "\x7f" for letter in mended)
    if stray <= beyond * STRAY_BYTES_SHARE:
        return clean_text(mended), _lost(mended)
    import charset_normalizer

    # Lines with a letter beyond ASCII alone tell encodings apart, and a film's worth of them is slow.
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[: 32 * 1024]
    found = charset_normalizer.from_bytes(telling).best()
    codec = _japanese(telling) or _windows_kin(found.encoding if found else "cp1252", telling)
    text = data.decode(codec, "replace")
    if sum(not letter.isprintable() and letter not in "\n\r\t\x0c" for letter in text) > len(text) * 0.05:
        raise ScriptError("This is no script: it is not text in any encoding we know.", which, _ADVICE)
    return clean_text(text), (
        f"The script is not in UTF-8; it was read as {codec}. Save it as UTF-8 if letters look wrong.",
        *_lost(text),
    )


def _japanese(sample: bytes) -> str:
    """An encoding in which a sample is Japanese: no other text is a third kana; empty for none."""
    for codec in ("cp932", "euc_jp"):
        try:
            beyond = [letter for letter in sample.decode(codec) if letter > "\x7f"]
        except UnicodeDecodeError:
            continue
        kana = sum("\u3040" <= letter <= "\u30fa" for letter in beyond)
        if kana > len(beyond) * KANA_SHARE:
            return codec
    return ""


def _windows_kin(codec: str, sample: bytes) -> str:
    """Windows Latin-1 where it reads as well: what charset-normalizer calls by rarer names in Western texts."""
    try:
        western = sample.decode("cp1252")
    except UnicodeDecodeError:
        return codec
    beyond = [letter for letter in western if letter > "\x7f"]
    usual = sum(letter in "äöüßÄÖÜàâçéèêëîïôùûœáíóúñ¿¡åæøÅÆØìò’‘“”–—…«»" for letter in beyond)
    if not codec.startswith(("big5", "gb", "shift", "euc", "cp932", "cp949", "iso2022", "johab")):
        words = re.findall(r"[^\W\d_]+", western)
        mixed = [word for word in words if not word.isascii() and any(letter < "\x7f" for letter in word)]
        if beyond and usual / len(beyond) > 0.9 and len(mixed) >= max(1, len(beyond) * 0.3):
            return "cp1252"
    return codec
