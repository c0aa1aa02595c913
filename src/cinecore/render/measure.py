"""Opening a finished file and measuring what it really is; it never repairs."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from cinecore.audio.leq_m import leq_m_of_file
from cinecore.audio.loudness import integrated_loudness_of_file, measure_file
from cinecore.errors import ToolError
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.graph import Graph, filter_
from cinecore.ffmpeg.run import open_process, run
from cinecore.render.flashes import LOOKED_AT, flashing
from cinecore.timebase import FrameRate

BLACK_AT_LEAST_S = 0.1
FROZEN_AT_LEAST_S = 1.0
FROZEN_NOISE_DB = -60
BLACK_LUMA = 0.06
"""Luma, as a part of its range, under which a pixel is black: code 29 of 8-bit limited range."""
BLACK_PICTURE = 0.98
"""Part of the pixels that must be black."""


@dataclass(frozen=True)
class Stretch:
    """A run of time in a finished file."""

    start_s: float
    end_s: float


@dataclass(frozen=True)
class Measurement:
    """What a finished file is, as it was decoded once from start to end."""

    frames: int
    rate: str
    duration_s: float
    width: int
    height: int
    pixel_format: str
    codec: str
    profile: str
    color: tuple[str, str, str, str]
    """Matrix, primaries, transfer, range."""
    is_constant_rate: bool
    is_moov_first: bool
    audio_codec: str
    audio_sample_rate: int
    audio_skew_ms: float
    """Sound's start less picture's start."""
    length_skew_ms: float
    """Sound's length less picture's length."""
    integrated_lufs: float | None
    true_peak_dbtp: float | None
    black: tuple[Stretch, ...]
    frozen: tuple[Stretch, ...]
    short_term_max_lufs: float | None = None
    """Of any three seconds; None where there is no sound, or nobody asked."""
    flashes: tuple[Stretch, ...] = ()
    """Where more than three flashes a second, of light or of saturated red, go over a quarter of the picture; not looked
    for in rough files."""
    leq_m_db: float | None = None
    """As a cinema measures it; None where nobody asked."""

    def as_json(self) -> dict[str, Any]:
        """For manifests, reports and `--json`."""
        return asdict(self)


def measure(path: Path, *, is_rough: bool = False, wants_leq_m: bool = False) -> Measurement:
    """Every figure of a finished file, from one decode and one read of its packets' times.

    Of a rough file, black, frozen and flashing stretches are not looked for (held stills are all frozen), nor is the true
    peak, to which it is not held.

    Raises:
        ToolError: It cannot be read back.
    """
    document = _streams(path)
    video = next(stream for stream in document["streams"] if stream["codec_type"] == "video")
    audio = next((stream for stream in document["streams"] if stream["codec_type"] == "audio"), None)
    rate = FrameRate(Fraction(video["r_frame_rate"]))
    times = sorted(
        int(packet["pts"]) for packet in document["packets"] if packet["stream_index"] == video["index"]
    )
    steps = {later - earlier for earlier, later in pairwise(times)}
    tick = Fraction(video["time_base"])
    expected = Fraction(1) / rate.fps / tick
    is_constant = all(abs(step - expected) < 1 for step in steps)
    picture_s = len(times) / rate.fps
    events, flashes = ({}, ()) if is_rough else _looked_at(path, float(rate.fps))
    loudness: float | None = None
    peak: float | None = None
    short_term: float | None = None
    if audio and is_rough:
        loudness = integrated_loudness_of_file(path)
    elif audio:
        sound = measure_file(path)
        loudness, peak = sound.integrated_lufs, round(sound.true_peak_dbtp, 3)
        short_term = None if loudness is None else round(sound.short_term_max_lufs, 3)
    leq_m_db = leq_m_of_file(path) if audio and wants_leq_m else None
    sound_start = Fraction(audio["start_time"]) if audio else Fraction(0)
    sound_s = Fraction(audio.get("duration", "0")) if audio else picture_s
    return Measurement(
        frames=len(times),
        rate=str(rate),
        duration_s=round(float(picture_s), 6),
        width=int(video["width"]),
        height=int(video["height"]),
        pixel_format=str(video["pix_fmt"]),
        codec=str(video["codec_name"]),
        profile=str(video.get("profile", "")),
        color=(
            str(video.get("color_space", "unknown")),
            str(video.get("color_primaries", "unknown")),
            str(video.get("color_transfer", "unknown")),
            str(video.get("color_range", "unknown")),
        ),
        is_constant_rate=is_constant,
        is_moov_first=is_moov_first(path),
        audio_codec=str(audio["codec_name"]) if audio else "",
        audio_sample_rate=int(audio["sample_rate"]) if audio else 0,
        audio_skew_ms=round(float(sound_start - Fraction(video["start_time"])) * 1000, 3),
        length_skew_ms=round(float(sound_s - picture_s) * 1000, 3),
        integrated_lufs=loudness,
        true_peak_dbtp=peak,
        black=_stretches(events, "black", float(picture_s)),
        frozen=_stretches(events, "freezedetect.freeze", float(picture_s)),
        short_term_max_lufs=short_term,
        flashes=flashes,
        leq_m_db=None if leq_m_db is None else round(leq_m_db, 3),
    )


def _streams(path: Path) -> dict[str, Any]:
    answer = run(
        [
            *("-v", "error", "-show_streams", "-show_packets", "-of", "json"),
            *("-show_entries", "packet=stream_index,pts:stream"),
            *local_input(path),
        ],
        program="ffprobe",
    )
    document: dict[str, Any] = json.loads(answer)
    if not any(stream["codec_type"] == "video" for stream in document.get("streams", [])):
        raise ToolError("The finished file holds no picture.", path, "Run again; report it if it stays.")
    return document


def _looked_at(path: Path, frames_per_second: float) -> tuple[dict[str, list[float]], tuple[Stretch, ...]]:
    """Times at which black and frozen stretches begin and end, by the name ffmpeg gives them; and where it flashes."""
    width, height = LOOKED_AT
    graph = Graph()
    graph.add("0:v:0", [filter_("split", outputs=2)], ("whole", "small"))
    graph.add(
        "whole",
        [
            filter_("blackdetect", d=BLACK_AT_LEAST_S, pic_th=BLACK_PICTURE, pix_th=BLACK_LUMA),
            filter_("freezedetect", n=f"{FROZEN_NOISE_DB}dB", d=FROZEN_AT_LEAST_S),
            filter_("metadata", mode="print", file="-"),
        ],
        "told",
    )
    graph.add(
        "small",
        [
            filter_("scale", w=width, h=height, flags="area"),
            filter_("format", pix_fmts="yuv444p"),
        ],
        "light",
    )
    arguments = [
        *PREAMBLE,
        *local_input(path),
        "-filter_complex",
        str(graph),
        "-map",
        "[told]",
        "-f",
        "null",
        "-",
    ]
    arguments += ["-map", "[light]", "-fps_mode", "passthrough", "-f", "rawvideo", "{pipe0}"]
    printed: list[bytes] = []
    with open_process(arguments, extra_pipes=1) as ffmpeg:
        reader = threading.Thread(target=lambda: printed.append(ffmpeg.stdout.read()), daemon=True)
        reader.start()
        stretches = flashing(_pictures(ffmpeg.pipes[0], width, height), frames_per_second)
        reader.join()
        ffmpeg.finish()
    events: dict[str, list[float]] = {}
    for name, value in re.findall(rb"^lavfi\.([\w.]+)=([-\d.]+)$", b"".join(printed), re.MULTILINE):
        events.setdefault(name.decode("ascii"), []).append(float(value))
    return events, tuple(
        Stretch(round(start / frames_per_second, 3), round(end / frames_per_second, 3))
        for start, end in stretches
    )


def _pictures(pipe: IO[bytes], width: int, height: int) -> Iterator[npt.NDArray[np.uint8]]:
    size = 3 * width * height
    while len(data := pipe.read(size)) == size:
        yield np.frombuffer(data, np.uint8).reshape(3, height, width)


def _stretches(events: dict[str, list[float]], name: str, end_s: float) -> tuple[Stretch, ...]:
    """Starts with the first end after each; one that is still going on ends with the file."""
    ends = events.get(f"{name}_end", [])
    return tuple(
        Stretch(round(start, 3), round(next((end for end in ends if end > start), end_s), 3))
        for start in events.get(f"{name}_start", [])
    )


def is_moov_first(path: Path) -> bool:
    """Whether an MP4's index stands before its data, so that it plays while it loads."""
    with path.open("rb") as stream:
        while header := stream.read(8):
            if len(header) < 8:
                return False
            size, kind = int.from_bytes(header[:4], "big"), header[4:]
            if kind == b"moov":
                return True
            if kind == b"mdat":
                return False
            if size == 1:
                size = int.from_bytes(stream.read(8), "big") - 8
            if size < 8:
                return False
            stream.seek(size - 8, 1)
    return False
