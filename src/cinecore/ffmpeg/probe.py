"""Asking ffprobe once what a file is, and refusing what is not a film.

Only local files are opened: no playlists, no addresses, nothing that leads elsewhere.
"""

from __future__ import annotations

import itertools
import json
import re
import stat
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from cinecore.errors import InputError, KilledError, ToolError
from cinecore.ffmpeg.command import local_input
from cinecore.ffmpeg.run import run
from cinecore.media import AudioStream, MediaFile, SubtitleStream, VideoStream
from cinecore.timebase import FrameRate

PLAYLIST_FORMATS = frozenset(
    {"hls", "dash", "concat", "applehttp", "sdp", "rtsp", "ffmetadata", "lavfi", "imf"}
)
"""Containers that name other files or addresses: never opened as films."""

TEXT_AND_PICTURE_FORMATS = frozenset({"tty", "image2", "gif", "ico"})
"""What ffmpeg also 'plays' and no person means by a film; so are all whose names end in `_pipe`."""

PROBE_SECONDS = 60.0

WITHOUT_INDEX = frozenset({"mpegts", "mpeg"})
"""Containers in which ffmpeg seeks by guessing positions, and lands between two keyframes (measured)."""

KEYFRAMES_WITHIN_S = 30
"""How much of such a film is read for the longest distance between two keyframes."""

HEAD_BYTES = 4096
"""How much of a file is looked at before ffprobe is."""

_PLAYLIST = re.compile(
    rb"#EXTM3U|ffconcat version|\[playlist\]|\[Reference\]|<\?wpl|<asx|<ASX|<smil|<\?xml[^>]*\?>\s*<(?:MPD|playlist|smil|asx)"
    rb"|;FFMETADATA|v=0\r?\n[a-z]=|RTSPtext"
)
"""How files begin that name other files or addresses."""


def probe(path: Path, *, needs_video: bool = True) -> MediaFile:
    """What the file is.

    Raises:
        InputError: Not there, not readable, empty, a playlist, a picture, or without moving pictures
            where `needs_video`.
    """
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # a name with a zero in it names nothing
        raise InputError("There is no such file.", path, "Check the name.") from None
    except OSError as error:
        raise InputError(f"Cannot read this file: {error.strerror}.", path, "Check its name.") from error
    if not stat.S_ISREG(status.st_mode):
        raise InputError("This is not a file.", path, "Give the film itself.")
    size = status.st_size
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        raise InputError(f"Cannot read this file: {error.strerror}.", path, "Check its rights.") from error
    if size == 0:
        raise InputError("This file is empty.", path, "Copy or export it again.")
    meant = "film" if needs_video else "sound"
    # before ffprobe is asked: its readers of playlists open what those name in order to answer
    if _PLAYLIST.match(head.lstrip(b"\xef\xbb\xbf \t\r\n")) or (b"<MPD" in head and b"urn:mpeg:dash" in head):
        raise InputError(f"This is a playlist, not a {meant}.", path, f"Give the {meant} file itself.")
    try:
        answer = run(
            [
                "-v",
                "error",
                "-hide_banner",
                "-show_format",
                "-show_streams",
                "-of",
                "json",
                *local_input(path),
            ],
            program="ffprobe",
            timeout_s=PROBE_SECONDS,
        )
        document: dict[str, Any] = json.loads(answer or b"{}")
    except KilledError:
        raise
    except ToolError as error:
        if _is_text(head):
            raise InputError(f"This is a text, not a {meant}.", path, f"Give the {meant} itself.") from error
        raise InputError(
            f"ffmpeg cannot read this file as a {meant}.",
            path,
            f"Try playing it; it may be cut short or damaged ({_reason(error.tail, path)}).",
        ) from error
    except ValueError as error:
        raise InputError("ffprobe gave no readable answer.", path, "Try playing the file.") from error
    media = _media(path, size, document, needs_video=needs_video)
    if media.video is None or not WITHOUT_INDEX & set(media.container.split(",")):
        return media
    return replace(media, seek_lead_s=_keyframe_distance(media))


def _keyframe_distance(media: MediaFile) -> Fraction:
    """Seconds between two keyframes at most, by the film's beginning; a little more, for rounding."""
    assert media.video is not None  # noqa: S101 - asked for films only
    answer = run(
        [
            *("-v", "error", "-hide_banner", "-select_streams", str(media.video.index)),
            *("-read_intervals", f"%+{KEYFRAMES_WITHIN_S}", "-show_entries", "packet=pts_time,flags"),
            *("-of", "csv=p=0", *local_input(media.path)),
        ],
        program="ffprobe",
        timeout_s=PROBE_SECONDS,
    )
    rows = [row.split(",") for row in answer.decode("ascii", "replace").split()]
    times = [(_fraction(row[0]), "K" in row[1]) for row in rows if len(row) >= 2]
    keys = sorted(time for time, is_key in times if is_key and time is not None)
    known = [time for time, _ in times if time is not None]
    # the distance from the last one seen to where reading stopped counts: the next may lie farther still
    gaps = [after - before for before, after in itertools.pairwise([*keys, *known[-1:]])]
    return min(max(gaps, default=Fraction(0)), Fraction(KEYFRAMES_WITHIN_S)) + Fraction(1, 4)


def _is_text(head: bytes) -> bool:
    """Whether a file begins with nothing but words: UTF-8 or ASCII without control characters."""
    text = head.decode("utf-8", "ignore")
    return len(text.encode()) >= len(head) - 3 and all(
        letter.isprintable() or letter in "\n\r\t\f\ufeff" for letter in text
    )


def _reason(tail: str, path: Path) -> str:
    """Ffprobe's own words, without the file's name and its reader's address in memory."""
    lines = [re.sub(r"^\[[^\]]* @ 0x[0-9a-f]+\] ", "", line).strip() for line in tail.splitlines()]
    named = [line.replace(f"file:{path.absolute()}: ", "") for line in lines if line]
    return "; ".join(dict.fromkeys(named[-2:])) or "no reason given"


def _media(path: Path, size: int, document: dict[str, Any], *, needs_video: bool) -> MediaFile:
    container = str(document.get("format", {}).get("format_name", ""))
    names = set(container.split(","))
    if names & PLAYLIST_FORMATS:
        raise InputError("This is a playlist, not a film.", path, "Give the film file itself.")
    if needs_video and (names & TEXT_AND_PICTURE_FORMATS or container.endswith("_pipe")):
        raise InputError("This is a text or a picture, not a film.", path, "Give the film file itself.")
    streams = [stream for stream in document.get("streams", []) if isinstance(stream, dict)]
    videos = [
        _video(stream) for stream in streams if stream.get("codec_type") == "video" and stream.get("width")
    ]
    moving = [video for video in videos if not video.is_still]
    if needs_video and not moving:
        raise InputError("There are no moving pictures in this file.", path, "Give a film.")
    audio = tuple(
        _audio(stream) for stream in streams if stream.get("codec_type") == "audio" and stream.get("channels")
    )
    subtitles = tuple(_subtitle(stream) for stream in streams if stream.get("codec_type") == "subtitle")
    start = _fraction(document["format"].get("start_time")) or Fraction(0)
    duration = _fraction(document["format"].get("duration"))
    if duration is None or duration <= 0:
        lengths = [stream.duration for stream in moving] + [stream.duration for stream in audio]
        duration = max((length for length in lengths if length), default=Fraction(0))
    if needs_video and duration <= 0:
        raise InputError("The film has no length.", path, "It may be cut short; copy or export it again.")
    return MediaFile(
        path=path,
        container=container,
        start=start,
        duration=duration,
        size_bytes=size,
        video=moving[0] if moving else None,
        audio=audio,
        subtitles=subtitles,
        tags={str(key).lower(): str(value) for key, value in document["format"].get("tags", {}).items()},
    )


def _fraction(value: object) -> Fraction | None:
    """Ffprobe's decimals and ratios; None for `N/A` and nonsense."""
    try:
        return Fraction(str(value).replace(":", "/"))
    except (ValueError, ZeroDivisionError):
        return None


def _rate(value: object) -> FrameRate | None:
    fraction = _fraction(value)
    return FrameRate(fraction) if fraction and fraction > 0 else None


def _video(stream: dict[str, Any]) -> VideoStream:
    average = _rate(stream.get("avg_frame_rate"))
    declared = _rate(stream.get("r_frame_rate"))
    fallback = average or declared or FrameRate(Fraction(25))
    aspect = _fraction(stream.get("sample_aspect_ratio"))
    pixel_format = str(stream.get("pix_fmt", "unknown"))
    rotation = 0
    for side in stream.get("side_data_list", []):
        if "rotation" in side:
            rotation = round(-float(side["rotation"]) / 90) * 90 % 360
    disposition = stream.get("disposition", {})
    return VideoStream(
        index=int(stream["index"]),
        codec=str(stream.get("codec_name", "unknown")),
        coded_width=int(stream["width"]),
        coded_height=int(stream["height"]),
        sample_aspect=aspect if aspect and aspect > 0 else Fraction(1),
        rotation=rotation,
        pixel_format=pixel_format,
        bit_depth=_bit_depth(stream, pixel_format),
        average_rate=average or fallback,
        declared_rate=declared or fallback,
        time_base=_fraction(stream.get("time_base")) or Fraction(1, 1000),
        start=_fraction(stream.get("start_time")) or Fraction(0),
        duration=_fraction(stream.get("duration")),
        frame_count=int(stream["nb_frames"]) if str(stream.get("nb_frames", "")).isdigit() else None,
        field_order=str(stream.get("field_order", "progressive")),
        color_space=str(stream.get("color_space", "unknown")),
        color_transfer=str(stream.get("color_transfer", "unknown")),
        color_primaries=str(stream.get("color_primaries", "unknown")),
        color_range=str(stream.get("color_range", "unknown")),
        is_still=bool(disposition.get("attached_pic")) or bool(disposition.get("still_image")),
    )


def _bit_depth(stream: dict[str, Any], pixel_format: str) -> int:
    raw = str(stream.get("bits_per_raw_sample", ""))
    if raw.isdigit() and int(raw):
        return int(raw)
    return next(
        (
            depth
            for depth in (16, 14, 12, 10, 9)
            if f"p{depth}" in pixel_format or f"0{depth}" in pixel_format
        ),
        8,
    )


def _audio(stream: dict[str, Any]) -> AudioStream:
    tags = stream.get("tags", {})
    return AudioStream(
        index=int(stream["index"]),
        codec=str(stream.get("codec_name", "unknown")),
        channels=int(stream["channels"]),
        layout=str(stream.get("channel_layout", "")),
        sample_rate=int(stream.get("sample_rate", 48000)),
        start=_fraction(stream.get("start_time")) or Fraction(0),
        duration=_fraction(stream.get("duration")),
        language=str(tags.get("language", "")),
        title=str(tags.get("title", "")),
        is_default=bool(stream.get("disposition", {}).get("default")),
    )


def _subtitle(stream: dict[str, Any]) -> SubtitleStream:
    tags = stream.get("tags", {})
    disposition = stream.get("disposition", {})
    return SubtitleStream(
        index=int(stream["index"]),
        codec=str(stream.get("codec_name", "unknown")),
        language=str(tags.get("language", "")),
        title=str(tags.get("title", "")),
        is_default=bool(disposition.get("default")),
        is_forced=bool(disposition.get("forced")),
        is_for_the_deaf=bool(disposition.get("hearing_impaired")),
    )
