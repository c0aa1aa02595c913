"""The bytes of a subtitle file to dialogue events: exact times, speakers, kinds, feelings; repairs are said.

SRT, ASS/SSA and VTT, told apart by content, in any encoding. Deliberately not here: where the bytes come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from os import PathLike

from cinecore.language.lexicon import load_lexicon
from cinecut.errors import SubtitleParseError
from cinecut.ingestion.cues import RawCue, read_cues, tell_format
from cinecut.ingestion.encodings import Decoded, decode
from cinecut.ingestion.lines import LineReader
from cinecut.ingestion.markup import clean
from cinecut.ingestion.mending import Caption, counted, inside_film, mend
from cinecut.models import DialogueEvent, LineKind

MAX_SUBTITLE_BYTES = 128 * 1024 * 1024
"""A film's subtitles are some hundred kilobytes, a million lines about 30 MB; what is larger is no subtitle file."""

MAX_CAPTION_CHARACTERS = 2_000
"""A caption is two lines; what is longer is cut here."""

LANGUAGE_SAMPLE = 3_000
"""Captions that telling the language looks at."""

_OTHER_FORMATS = {
    "microdvd": "It counts frames (MicroDVD), so its times depend on a frame rate it does not name.",
    "ttml": "It is TTML/DFXP, which is not read.",
    "sami": "It is SAMI, which is not read.",
    "vobsub": "It is the index of picture subtitles (VobSub): there are no letters in it.",
}
_SIGNATURES = (
    (b"\x1aE\xdf\xa3", "It is a Matroska film: leave --subtitle out to use the track inside it."),
    (b"PK\x03\x04", "It is a zip archive: unpack it first."),
    (b"Rar!", "It is a rar archive: unpack it first."),
    (b"7z\xbc\xaf", "It is a 7z archive: unpack it first."),
    (b"\x1f\x8b", "It is packed with gzip: unpack it first."),
    (b"PG\x00", "It holds picture subtitles (PGS): there are no letters in it."),
    (b"\x89PNG", "It is a picture."),
    (b"\xff\xd8\xff", "It is a picture."),
    (b"%PDF", "It is a PDF document."),
    (b"\x00\x00\x01\xba", "It is a film or holds picture subtitles (VobSub): there are no letters in it."),
)


@dataclass(frozen=True)
class Subtitles:
    """All lines of a file in the order they are spoken, and how the file was read."""

    events: tuple[DialogueEvent, ...]
    """Every kind of line, sorted by start; `event.kind` tells speech from the rest. May overlap where two speak at once."""
    encoding: str
    format: str
    """srt | ass | vtt"""
    notices: tuple[str, ...]
    """What was repaired or left out, a sentence each."""
    language: str = ""
    """Language of the lines where it could be told (`en`, `de` …)."""

    @property
    def speech(self) -> tuple[DialogueEvent, ...]:
        """The spoken lines only."""
        return tuple(event for event in self.events if event.kind is LineKind.SPEECH)


def parse_subtitles(data: bytes, source: str | PathLike[str], *, film_duration_s: float | None) -> Subtitles:
    """The lines in the bytes of a subtitle file; `source` names it in messages.

    Raises:
        SubtitleParseError: Empty, binary, of another format, or without a caption.
    """
    decoded, format_ = tell_text(data, source)
    cues, unreadable = read_cues(decoded.text, format_)
    near, outside = inside_film(cues, film_duration_s)
    captions = [caption for cue in near if (caption := _caption(cue, format_)) is not None]
    if not captions and not outside:
        raise SubtitleParseError(source, "There is not one caption with words in it.")
    captions, repairs = mend(captions, film_duration_s)
    notices = [*_reading_notices(decoded, unreadable), *outside, *repairs]
    if not captions:
        notices.append("No subtitle line is left: these may be the subtitles of another film.")
    events, language = _events(captions)
    return Subtitles(events, decoded.encoding, format_, tuple(notices), language)


def tell_text(data: bytes, source: str | PathLike[str]) -> tuple[Decoded, str]:
    """The text of a subtitle file and its format, `srt`, `ass` or `vtt`; quick, whatever it holds.

    Raises:
        SubtitleParseError: Too large, empty, binary or of another format.
    """
    decoded = _text(data, source)
    format_ = tell_format(decoded.text)
    if format_ not in {"srt", "ass", "vtt"}:
        detail = _OTHER_FORMATS.get(format_, "Nothing in it looks like the times of SRT, ASS/SSA or VTT.")
        raise SubtitleParseError(source, detail, "Convert it to SRT, or give another file with --subtitle.")
    return decoded, format_


def _text(data: bytes, source: str | PathLike[str]) -> Decoded:
    """The file's text.

    Raises:
        SubtitleParseError: Too large, empty or binary.
    """
    if len(data) > MAX_SUBTITLE_BYTES:
        raise SubtitleParseError(source, "It is larger than any subtitle file.")
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise SubtitleParseError(source, "The file is empty.")
    for signature, detail in _SIGNATURES:
        if data.startswith(signature):
            raise SubtitleParseError(source, detail)
    decoded = decode(data)
    head = decoded.text[:100_000]
    odd = sum(letter < " " and letter not in "\t\r\n\x0b\x0c\x1a\x1b" for letter in head)
    if odd > max(8, len(head) * 0.02):
        raise SubtitleParseError(source, "The file is not text.")
    return decoded


def _caption(cue: RawCue, format_: str) -> Caption | None:
    """The cue without markup; None where nothing is shown."""
    lines, voice = clean(cue.text[:MAX_CAPTION_CHARACTERS], format_)
    if not lines:
        return None
    return Caption(cue.start_ms, cue.end_ms, tuple(lines), voice or cue.name.strip(), cue.style)


def _reading_notices(decoded: Decoded, unreadable: int) -> list[str]:
    notices = []
    if decoded.is_guess:
        notices.append(f"The subtitles bear no mark of their encoding; they read best as {decoded.encoding}.")
    if decoded.broken:
        letters = "letter was" if decoded.broken == 1 else "letters were"
        notices.append(f"{decoded.broken} damaged {letters} found in the subtitles.")
    if unreadable:
        notices.append(counted(unreadable, "had no readable time and {was} left out"))
    return notices


def _events(captions: list[Caption]) -> tuple[tuple[DialogueEvent, ...], str]:
    """Captions as events with kind, speaker and feeling, and the language they are in."""
    reader = LineReader(caption.lines for caption in captions)
    lexicon = load_lexicon()
    language = lexicon.guess_language(
        " ".join(caption.lines) for caption in islice(captions, 0, LANGUAGE_SAMPLE)
    )
    events: list[DialogueEvent] = []
    for place, caption in enumerate(captions):
        spoken = reader.read(
            caption.lines,
            speaker=caption.speaker,
            style=caption.style,
            places_from_edge=min(place, len(captions) - 1 - place),
        )
        if not spoken.text:
            continue
        emotion, strength = "neutral", 0.0
        if spoken.kind in {LineKind.SPEECH, LineKind.LYRICS}:
            felt = lexicon.emotion(spoken.text, language, capitals_shout=not reader.is_all_capitals)
            emotion, strength = felt.name, felt.strength
        events.append(
            DialogueEvent(
                start_ms=caption.start_ms,
                end_ms=caption.end_ms,
                start_s=caption.start_ms / 1000,
                end_s=caption.end_ms / 1000,
                midpoint_s=(caption.start_ms + caption.end_ms) / 2000,
                text=spoken.text,
                emotion=emotion,
                emotion_strength=strength,
                speaker=spoken.speaker,
                kind=spoken.kind,
                index=len(events),
            )
        )
    return tuple(events), language
