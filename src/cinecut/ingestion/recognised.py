"""Lines for a film that has no subtitles: its sound is read once more and what is said in it recognised.

Only stretches in which speech was heard are given to the recogniser. Deliberately not here: how words are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from cinecore.analysis.film import FilmAnalysis
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.graph import filter_, print_chain
from cinecore.ffmpeg.run import open_process
from cinecore.media import MediaFile
from cinecore.ports import RecognisedLine, SpeechRecogniser
from cinecore.timebase import round_half_up
from cinecut.ingestion.heard_speech import HeardSpeech, heard_speech
from cinecut.ingestion.parsing import Subtitles, parse_subtitles

RATE = 16_000
LONGEST_S = 28.0
"""What a recogniser of Whisper's kind takes at once is 30 s."""

AROUND_S = 0.25
"""Sound given before and behind a stretch, so that its first consonant is whole."""

Sound = npt.NDArray[np.float32]
Span = tuple[float, float]

RECOGNISED = (
    "There are no subtitles: {count} lines were recognised from the film's sound. Their words may be wrong in places; "
    "--subtitle gives better ones."
)
NOTHING_RECOGNISED = "There are no subtitles, and no speech could be recognised in the film's sound: the trailer is made from pictures alone."


def recognise_lines(
    media: MediaFile,
    track: int | None,
    analysis: FilmAnalysis,
    recogniser: SpeechRecogniser,
    progress: Callable[[float], None] | None = None,
) -> Subtitles:
    """The lines that are spoken in a film, as if they had been read from a file; `track` counts sound tracks from 0.

    Raises:
        SetupError: The recogniser's model cannot be loaded.
        ToolError: It, or ffmpeg, failed.
    """
    lines: list[RecognisedLine] = []
    if analysis.sound is not None and len(analysis.sound.voice):
        windows = windows_of(heard_speech(analysis.sound))
        for start_s, sound in _sounds(media, track, windows):
            lines += [
                replace(line, start_s=start_s + line.start_s, end_s=start_s + line.end_s)
                for line in recogniser.recognise(sound)
            ]
            if progress is not None:
                progress(min(1.0, start_s / max(1.0, analysis.duration_s)))
    if not lines:
        return Subtitles((), "", "none", (NOTHING_RECOGNISED,))
    found = parse_subtitles(_as_srt(lines), media.path, film_duration_s=float(media.duration) or None)
    return replace(
        found, format="recognised", notices=(RECOGNISED.format(count=len(found.events)), *found.notices)
    )


def windows_of(speech: HeardSpeech) -> list[Span]:
    """The stretches of speech joined to windows that a recogniser takes at once, cut in pauses where there are any."""
    windows: list[Span] = []
    for start_s, end_s in zip(speech.starts_s.tolist(), speech.ends_s.tolist(), strict=True):
        begin = max(0.0, start_s - AROUND_S, windows[-1][1] if windows else 0.0)
        end = end_s + AROUND_S
        if windows and end - windows[-1][0] <= LONGEST_S:
            windows[-1] = (windows[-1][0], end)
            continue
        while end - begin > LONGEST_S:  # somebody who never pauses
            windows.append((begin, begin + LONGEST_S))
            begin += LONGEST_S
        windows.append((begin, end))
    return windows


def _sounds(media: MediaFile, track: int | None, windows: list[Span]) -> Iterator[tuple[float, Sound]]:
    """Each window's start and its sound at 16 kHz, one channel; the film's sound passes by once.

    Raises:
        ToolError: ffmpeg failed.
    """
    if not windows or not media.audio:
        return
    stream = media.audio[media.default_audio if track is None else track]
    first_pts = round_half_up(media.start * RATE)
    chain = [
        filter_("aresample", sample_rate=RATE, async_=1, first_pts=first_pts),
        filter_("aformat", sample_fmts="flt", channel_layouts="mono"),
    ]
    arguments = [*PREAMBLE, "-copyts", "-vn", *local_input(media.path), "-map", f"0:{stream.index}"]
    arguments += ["-af", print_chain(chain), "-f", "f32le", "-c:a", "pcm_f32le", "pipe:1"]
    with open_process(arguments) as running:
        held, at = np.zeros(0, np.float32), 0
        for begin_s, end_s in windows:
            begin, end = round(begin_s * RATE), round(end_s * RATE)
            while at + len(held) < end:
                data = running.stdout.read(RATE * 4)
                if not data:
                    break
                keep = max(0, begin - at)
                held, at = held[keep:], at + min(keep, len(held))
                held = np.concatenate([held, np.frombuffer(data[: len(data) // 4 * 4], "<f4")])
            piece = held[max(0, begin - at) : max(0, end - at)]
            if len(piece):
                yield begin_s, np.ascontiguousarray(np.nan_to_num(piece), np.float32)
        while running.stdout.read(1 << 16):
            pass
        running.finish()


def _as_srt(lines: list[RecognisedLine]) -> bytes:
    blocks = [
        f"{number}\n{_stamp(line.start_s)} --> {_stamp(line.end_s)}\n{' '.join(line.text.split())}\n"
        for number, line in enumerate(lines, 1)
    ]
    return "\n".join(blocks).encode()


def _stamp(seconds: float) -> str:
    whole = max(0, round(seconds * 1000))
    return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02},{whole % 1000:03}"
