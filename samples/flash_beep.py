"""A film of flashes and beeps at known instants, and the measurement of how far apart they are in a video.

Each flash is one white frame; its beep begins on the very sample at which that frame begins. Beeps are
chirps, found by correlation: to the sample, under music too. It does not say which offset is acceptable.

The film has many shots joined by hard cuts, every frame carries its number (`frame_code`), and one subtitle
line is spoken by each beep, so that a trailer of it keeps the film's own sound where it beeps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cinecore.errors import InputError
from cinecore.ffmpeg import run
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.graph import filter_, print_chain
from cinecore.ffmpeg.probe import probe
from cinecore.files import write_json
from cinecore.timebase import SAMPLE_RATE, FrameRate, Span, seconds_text
from samples.encode import Sound, open_film, write_wav
from samples.frame_code import MAXIMUM_FRAME, stamp
from samples.subtitles import SubtitleLine, write_srt

BEEP_SECONDS = 0.08
BEEP_LOW_HZ = 900.0
BEEP_HIGH_HZ = 5200.0
BEEP_PEAK = 0.5

LINE_BEFORE_S = Fraction(3, 10)
LINE_AFTER_S = Fraction(1, 2)
"""How far the subtitle line of a beep reaches around it."""

FLASH_STEP = 45.0
"""Grey levels (of 255) by which a flash outshines both neighbours."""
LEAST_CORRELATION = 0.25
"""Normalised correlation from which a stretch of sound counts as a beep."""
PAIR_WITHIN_S = 0.3
"""A flash and a beep further apart than this belong to different pairs."""

_THUMB = 32


@dataclass(frozen=True)
class FlashBeepFilm:
    """The film that was made and what is known of it."""

    film: Path
    srt: Path
    truth_path: Path
    rate: FrameRate
    frames: int
    shots: tuple[Span, ...]
    flash_frames: tuple[int, ...]
    beep_samples: tuple[int, ...]
    """First sample of each beep at 48 kHz: where its flash's frame begins."""
    lines: tuple[SubtitleLine, ...]


def make_flash_and_beep(
    folder: Path,
    seconds: float = 60,
    rate: FrameRate = FrameRate(Fraction(24)),  # noqa: B008 - a frozen value
    *,
    width: int = 640,
    height: int = 360,
    seed: int = 0,
) -> FlashBeepFilm:
    """Make `flash_beep.mp4`, `.srt` and `.json` in `folder`; same arguments, same bytes on one machine.

    Raises:
        InputError: The length or the size cannot be made.
    """
    frames = rate.frames_nearest(Fraction(seconds).limit_denominator(1000))
    if not 2 * rate.nominal < frames <= MAXIMUM_FRAME or width % 2 or height % 2:
        raise InputError(
            "This film cannot be made.",
            f"{seconds} s of {width}x{height} at {rate}",
            f"Ask for even sizes, more than 2 s and at most {MAXIMUM_FRAME} frames.",
        )
    random = np.random.default_rng([seed, 0xF1A5])
    shots, flashes = _plan(frames, rate, random)
    folder.mkdir(parents=True, exist_ok=True)
    beeps = tuple(rate.samples(frame) for frame in flashes)
    sound = np.zeros((rate.samples(frames), 2), np.float32)
    pulse = beep()
    for start in beeps:
        part = sound[start : start + len(pulse)]
        part += pulse[: len(part), np.newaxis]
    wav = folder / "flash_beep.wav"
    write_wav(wav, sound)
    film = folder / "flash_beep.mp4"
    with open_film(film, wav, width, height, rate) as write:
        for picture in _pictures(frames, shots, flashes, width, height, random):
            write(picture)
    wav.unlink()
    lines = tuple(_line(number, frame, rate) for number, frame in enumerate(flashes))
    srt = folder / "flash_beep.srt"
    write_srt(srt, lines)
    truth = folder / "flash_beep.json"
    result = FlashBeepFilm(film, srt, truth, rate, frames, shots, flashes, beeps, lines)
    write_json(
        truth,
        {
            "seed": seed,
            "rate": str(rate),
            "frames": frames,
            "shots": [[shot.start, shot.end] for shot in shots],
            "flash_frames": list(flashes),
            "beep_samples": list(beeps),
            "lines": [asdict(line) for line in lines],
        },
    )
    return result


def beep() -> npt.NDArray[np.float32]:
    """The pulse: a rising sweep that starts at once, so that its first sample is a click."""
    time = np.arange(round(BEEP_SECONDS * SAMPLE_RATE)) / SAMPLE_RATE
    slope = (BEEP_HIGH_HZ - BEEP_LOW_HZ) / BEEP_SECONDS
    wave = np.cos(2 * np.pi * (BEEP_LOW_HZ * time + slope * time**2 / 2))
    fall = np.clip((BEEP_SECONDS - time) / 0.02, 0, 1)
    return (BEEP_PEAK * wave * fall).astype(np.float32)


def _plan(
    frames: int, rate: FrameRate, random: np.random.Generator
) -> tuple[tuple[Span, ...], tuple[int, ...]]:
    """Shots of 1.4–3.6 s, in each of them one flash at least .5 s from its edges."""
    shots: list[Span] = []
    flashes: list[int] = []
    start = 0
    nominal = rate.nominal
    while start < frames:
        end = start + int(random.integers(round(1.4 * nominal), round(3.6 * nominal)))
        if frames - end < 1.4 * nominal:
            end = frames
        shots.append(Span(start, end))
        if end - start >= 1.4 * nominal:
            flashes.append(int(random.integers(start + round(0.5 * nominal), end - round(0.7 * nominal))))
        start = end
    return tuple(shots), tuple(flashes)


def _pictures(
    frames: int,
    shots: tuple[Span, ...],
    flashes: tuple[int, ...],
    width: int,
    height: int,
    random: np.random.Generator,
) -> Iterator[bytes]:
    """A gradient of the shot's own colours with a block wandering through it; white on a flash."""
    across = np.linspace(0, 1, width, dtype=np.float32)[np.newaxis, :, np.newaxis]
    down = np.linspace(0, 1, height, dtype=np.float32)[:, np.newaxis, np.newaxis]
    lit = set(flashes)
    side = height // 5
    for shot in shots:
        first, second, block = random.uniform(25, 130, (3, 3)).astype(np.float32)
        wall = (first * (1 - across) * (1 - down) + second * (across + down) / 2).astype(np.uint8)
        phase, speed = random.uniform(0, 6.28), random.uniform(0.01, 0.05)
        for frame in range(shot.start, min(shot.end, frames)):
            picture = wall.copy()
            angle = phase + speed * (frame - shot.start)
            left = round((width - side) * (0.5 + 0.45 * np.cos(angle)))
            top = round((height - side) * (0.5 + 0.3 * np.sin(2 * angle)))
            picture[top : top + side, left : left + side] = block.astype(np.uint8)
            if frame in lit:
                picture[...] = 250
            stamp(picture, frame)
            yield picture.tobytes()


def _line(number: int, frame: int, rate: FrameRate) -> SubtitleLine:
    at = rate.seconds(frame)
    return SubtitleLine(
        seconds_text(at - LINE_BEFORE_S),
        seconds_text(at + LINE_AFTER_S),
        f"This is beep number {number + 1}.",
        "",
    )


def measure_flash_beep(video: Path) -> list[tuple[float, float]]:
    """(flash, beep) in seconds as a player shows them, for every flash that has a beep within .3 s.

    A flash counts at the beginning of its frame, a beep at its first sample. Beeps without a flash and
    flashes without a beep are left out.

    Raises:
        InputError: No picture or no sound.
        ToolError: It cannot be decoded.
    """
    flashes = find_flashes(video)
    beeps = find_beeps(video)
    pairs = []
    for flash in flashes:
        near = min(beeps, key=lambda at, flash=flash: abs(at - flash), default=None)  # type: ignore[misc]  # mypy cannot type a lambda with a default
        if near is not None and abs(near - flash) <= PAIR_WITHIN_S:
            pairs.append((flash, near))
    return pairs


def find_flashes(video: Path) -> list[float]:
    """Seconds at which single bright frames begin, at the video's average rate."""
    media = probe(video)
    if media.video is None:
        raise InputError("There are no moving pictures in this file.", video, "Give a film.")
    chain = print_chain(
        [filter_("format", pix_fmts="gray"), filter_("scale", w=_THUMB, h=_THUMB, flags="area")]
    )
    arguments = ["-map", "0:v:0", "-vf", chain, "-fps_mode", "passthrough", "-enc_time_base", "-1"]
    data = run.run([*PREAMBLE, *local_input(video), *arguments, "-f", "rawvideo", "pipe:1"])
    light = np.frombuffer(data, np.uint8).reshape(-1, _THUMB * _THUMB).mean(axis=1)
    is_flash = (light[1:-1] > light[:-2] + FLASH_STEP) & (light[1:-1] > light[2:] + FLASH_STEP)
    offset = media.video_offset
    rate = media.video.average_rate
    return [float(offset + rate.seconds(int(frame) + 1)) for frame in np.flatnonzero(is_flash)]


def find_beeps(video: Path) -> list[float]:
    """Seconds at which beeps begin, to the sample.

    Source: matched filter; peaks of the normalised cross-correlation with the known pulse.
    """
    media = probe(video)
    if not media.audio:
        raise InputError("There is no sound in this file.", video, "Give a film with sound.")
    arguments = ["-map", "0:a:0", "-ac", "1", "-ar", str(SAMPLE_RATE), "-c:a", "pcm_f32le"]
    data = run.run([*PREAMBLE, *local_input(video), *arguments, "-f", "f32le", "pipe:1"])
    sound: Sound = np.frombuffer(data, np.float32)
    pulse = beep()
    scores = _correlation(sound, pulse)
    offset = float(media.audio[0].start - media.start)
    found: list[int] = []
    gap = len(pulse)
    for at in np.flatnonzero(scores >= LEAST_CORRELATION):
        if found and at - found[-1] < gap:
            if scores[at] > scores[found[-1]]:
                found[-1] = int(at)
        else:
            found.append(int(at))
    return [offset + at / SAMPLE_RATE for at in found]


def _correlation(sound: Sound, pulse: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Normalised correlation (0 to 1) of the pulse with the sound at each sample, by blocks of FFTs."""
    size = 1 << 18
    step = size - len(pulse)
    spectrum = np.conj(np.fft.rfft(pulse, size))
    energy = float(np.sum(pulse.astype(np.float64) ** 2))
    scores = np.zeros(len(sound))
    for start in range(0, len(sound), step):
        part = np.zeros(size)
        piece = sound[start : start + size]
        part[: len(piece)] = piece
        raw = np.fft.irfft(np.fft.rfft(part) * spectrum, size)[:step]
        total = np.concatenate([[0.0], np.cumsum(part**2)])
        local = total[len(pulse) : len(pulse) + step] - total[:step]
        count = min(step, len(sound) - start)
        scores[start : start + count] = (np.abs(raw) / np.sqrt(energy * np.maximum(local, 1e-4)))[:count]
    return scores
