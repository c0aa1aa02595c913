"""The lines of a film: from a subtitle file, or from the text track inside the film.

Deliberately not here: how bytes become lines (`parsing`), which track is best (`tracks`), and any search
for files that nobody named.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cinecore.media import MediaFile
from cinecut.errors import SubtitleParseError
from cinecut.ingestion.parsing import MAX_SUBTITLE_BYTES, Subtitles, parse_subtitles, tell_text
from cinecut.ingestion.tracks import choose_text_track, take_text_track

__all__ = ["Subtitles", "extract_subtitle_track", "read_subtitles"]


def refuse_unusable(path: Path | None, media: MediaFile, track: int | None) -> None:
    """Nothing, if the subtitles that a person named can be read at all; asked before a film is analysed for them.

    Raises:
        SubtitleParseError: The file is none of subtitles, or the track asked for holds no text.
    """
    if path is not None:
        tell_text(_bytes_of(path), path)
    elif track is not None:
        choose_text_track(media, track)


def read_subtitles(path: Path, *, film_duration_s: float | None) -> Subtitles:
    """The lines of a subtitle file.

    `film_duration_s` drops what lies past the film's end; None keeps everything.

    Raises:
        SubtitleParseError: Not there, not readable, empty, binary, of another format, or without a caption.
    """
    return parse_subtitles(_bytes_of(path), path, film_duration_s=film_duration_s)


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_SUBTITLE_BYTES + 1)
    except FileNotFoundError:
        raise SubtitleParseError(path, "There is no such file.", "Check the name.") from None
    except OSError as error:
        raise SubtitleParseError(
            path,
            f"The file cannot be opened: {error.strerror}.",
            "Give a subtitle file and check its rights.",
        ) from error


def extract_subtitle_track(
    media: MediaFile, track: int | None = None, *, film_duration_s: float | None = None
) -> Subtitles:
    """The lines of a text track inside the film, with a notice that says which one it was.

    `track` counts the film's subtitle tracks from 0; None takes the best. Lines past `film_duration_s`
    (the file's own length where None) are dropped. Where nobody asked for a track and none can be used
    (pictures of letters only, or empty), no line comes back and a notice says why.

    Raises:
        SubtitleParseError: The track asked for is not there, holds no text, or cannot be read.
    """
    duration_s = float(media.duration) if film_duration_s is None else film_duration_s
    try:
        taken = take_text_track(media, track)
        found = parse_subtitles(taken.data, media.path, film_duration_s=duration_s or None)
    except SubtitleParseError as error:
        if track is not None:
            raise
        notice = f"The film's own subtitles are not used: {error.detail} {error.advice}".strip()
        return Subtitles((), "", "none", (notice,))
    about = ", ".join(part for part in (taken.stream.language, taken.stream.title) if part)
    notice = (
        f"Subtitles are taken from track {taken.number + 1} inside the film{f' ({about})' if about else ''}."
    )
    return replace(found, notices=(notice, *found.notices))
