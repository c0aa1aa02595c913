"""The text track inside a film: which one, and its bytes by one run of ffmpeg.

Deliberately not here: what the bytes say, and picture subtitles (no letters are in them).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cinecore.errors import KilledError, ToolError
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.run import run
from cinecore.media import MediaFile, SubtitleStream
from cinecut.errors import SubtitleParseError

_MUXERS = {"ass": ("copy", "ass"), "ssa": ("copy", "ass"), "webvtt": ("copy", "webvtt")}
"""Codec → ffmpeg's encoder and muxer; everything else becomes SRT."""

_FORCED = re.compile(r"\bforced\b|\bforcé|\berzwungen|\bforzad|\bforzat|\bsigns\b|\bsongs\b", re.IGNORECASE)
_FOR_THE_DEAF = re.compile(
    r"\bsdh\b|\bcc\b|hearing|hörgesch|sourds|malentendants|sordos|non udenti", re.IGNORECASE
)
_COMMENTARY = re.compile(r"comment|kommentar|director|regie|trivia", re.IGNORECASE)


@dataclass(frozen=True)
class TextTrack:
    """A subtitle track taken out of a film; times count from the container's start, as a player's do."""

    data: bytes
    stream: SubtitleStream
    number: int
    """Its place among the film's subtitle tracks, from 0."""


def choose_text_track(media: MediaFile, track: int | None = None) -> tuple[int, SubtitleStream]:
    """The track to read and its place among the subtitle tracks, from 0: the one asked for, else the best.

    The best is a full track (not forced, not commentary), in the language of the sound, marked as
    default, not made for the deaf (their tags are told apart, but the words are often shortened),
    in this order; the first of equals.

    Raises:
        SubtitleParseError: No such track, only picture subtitles, or none at all.
    """
    numbered = list(enumerate(media.subtitles))
    if not numbered:
        raise SubtitleParseError(media.path, "There is no subtitle track in the film.")
    if track is not None:
        if not 0 <= track < len(numbered):
            raise SubtitleParseError(
                media.path,
                f"There is no subtitle track {track + 1}; the film has {len(numbered)}.",
                f"Choose --subtitle-track from these: {_listed(media)}.",
            )
        chosen = numbered[track]
        if not chosen[1].is_text:
            raise SubtitleParseError(media.path, *_pictures_only(f"Track {track + 1} holds", chosen[1].codec))
        return chosen
    texts = [(number, stream) for number, stream in numbered if stream.is_text]
    if not texts:
        raise SubtitleParseError(
            media.path, *_pictures_only("All subtitle tracks of the film hold", numbered[0][1].codec)
        )
    spoken = _spoken_language(media)
    return min(texts, key=lambda item: (*_demerits(item[1], spoken), item[0]))


def _demerits(stream: SubtitleStream, spoken: str) -> tuple[bool, bool, bool, bool, bool]:
    """Reasons against a track, the gravest first."""
    return (
        stream.is_forced or bool(_FORCED.search(stream.title)),
        bool(_COMMENTARY.search(stream.title)),
        bool(spoken) and stream.language != spoken,
        not stream.is_default,
        stream.is_for_the_deaf or bool(_FOR_THE_DEAF.search(stream.title)),
    )


def _spoken_language(media: MediaFile) -> str:
    """Language of the default sound track, else of the first; empty where it says none."""
    tracks = sorted(media.audio, key=lambda stream: not stream.is_default)
    language = tracks[0].language if tracks else ""
    return "" if language in {"und", "mul", "zxx"} else language


def _listed(media: MediaFile) -> str:
    return "; ".join(
        f"{number} ({', '.join(part for part in (stream.language, stream.title, stream.codec) if part)})"
        for number, stream in enumerate(media.subtitles, start=1)
    )


def _pictures_only(what: str, codec: str) -> tuple[str, str]:
    return (
        f"{what} pictures of letters ({codec}), no text.",
        "Give the dialogue as an SRT, ASS or VTT file with --subtitle.",
    )


def take_text_track(media: MediaFile, track: int | None = None) -> TextTrack:
    """The bytes of a film's text track; one run of ffmpeg, which reads the file once.

    Raises:
        SubtitleParseError: No such track, none with text in it, or ffmpeg cannot take it out.
    """
    number, stream = choose_text_track(media, track)
    encoder, muxer = _MUXERS.get(stream.codec, ("srt", "srt"))
    try:
        data = run(
            [
                *PREAMBLE,
                *local_input(media.path),
                "-map",
                f"0:{stream.index}",
                "-c:s",
                encoder,
                "-f",
                muxer,
                "pipe:1",
            ]
        )
    except KilledError:
        raise
    except ToolError as error:
        last = error.tail.splitlines()[-1] if error.tail else "no reason given"
        raise SubtitleParseError(
            media.path,
            f"Subtitle track {number + 1} cannot be taken out of the film ({last}).",
            "Give the subtitles as a file with --subtitle.",
        ) from error
    return TextTrack(data, stream, number)
