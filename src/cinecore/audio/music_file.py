"""A person's music file as sound: one channel of its first ten minutes to listen to, and exact stretches to play.

Decoded from the start and in order, never after a seek: a stretch lies where the listening found it, to the
sample, in every container. Memory does not grow with the file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cinecore.audio.wave import Pcm, silence
from cinecore.errors import Cancelled, InputError, KilledError, ToolError
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.graph import filter_, print_chain
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import open_process
from cinecore.timebase import SAMPLE_RATE

LONGEST_HEARD_S = 600
"""Seconds of a piece that are listened to: no trailer needs more, and a mix of two hours would fill the memory."""

SHORTEST_HEARD_S = 0.5
SILENT = 10 ** (-70 / 20)
"""A piece that never rises over −70 dB of full scale is silent."""

_BLOCK_FRAMES = 10 * SAMPLE_RATE


@dataclass(frozen=True)
class HeardMusic:
    """What listening gave."""

    mono: npt.NDArray[np.float32]
    """(samples,) at 48 kHz."""
    is_whole: bool
    """Whether the file ends there."""

    @property
    def seconds(self) -> float:
        """How much was heard."""
        return len(self.mono) / SAMPLE_RATE


def hear_music(
    path: Path, *, longest_s: int = LONGEST_HEARD_S, cancelled: Callable[[], bool] | None = None
) -> HeardMusic:
    """The beginning of a file's first sound track as one channel.

    Raises:
        InputError: Not there, not readable, without sound, silent throughout, or shorter than half a second.
    """
    blocks: list[npt.NDArray[np.float32]] = []
    _decode(path, 1, longest_s * SAMPLE_RATE, lambda block: blocks.append(block[:, 0]), cancelled)
    mono = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
    if len(mono) < SHORTEST_HEARD_S * SAMPLE_RATE:
        raise InputError(
            f"This music is too short: {len(mono) / SAMPLE_RATE:.1f} s.", path, "Give a longer piece."
        )
    if float(np.abs(mono).max()) < SILENT:
        raise InputError("This sound file is silent.", path, "Give another one, or --music none.")
    return HeardMusic(mono, is_whole=len(mono) < longest_s * SAMPLE_RATE)


def read_stretches(
    path: Path, stretches: Sequence[tuple[int, int]], *, cancelled: Callable[[], bool] | None = None
) -> list[Pcm]:
    """Stretches `(start, length)` of a file in samples at 48 kHz, in one decode; silence where the file has ended.

    Raises:
        InputError: The file is not there, or cannot be decoded.
    """
    out = [silence(length) for _, length in stretches]
    end = max((start + length for start, length in stretches), default=0)
    position = 0

    def take(block: npt.NDArray[np.float32]) -> None:
        nonlocal position
        for (start, length), target in zip(stretches, out, strict=True):
            begin, stop = max(position, start), min(position + len(block), start + length)
            if begin < stop:
                target[begin - start : stop - start] = block[begin - position : stop - position]
        position += len(block)

    if end > 0:
        _decode(path, 2, end, take, cancelled)
    return out


def _decode(
    path: Path,
    channels: int,
    end: int,
    take: Callable[[npt.NDArray[np.float32]], None],
    cancelled: Callable[[], bool] | None,
) -> None:
    """Give `take` the file's first `end` samples as blocks (samples, channels)."""
    media = probe(path, needs_video=False)
    if not media.audio:
        raise InputError("There is no sound in this file.", path, "Give a sound file, or --music none.")
    layout = "mono" if channels == 1 else "stereo"
    chain = [
        filter_("aresample", sample_rate=SAMPLE_RATE, async_=1, min_hard_comp=0.02, first_pts=0),
        # float before the down-mix: swresample lowers the whole sum only for integer samples
        filter_("aformat", sample_fmts="fltp"),
        filter_("aformat", sample_fmts="flt", channel_layouts=layout, sample_rates=SAMPLE_RATE),
        filter_("atrim", end_sample=end),
    ]
    arguments = [*PREAMBLE, "-vn", "-sn", "-dn", *local_input(path), "-map", f"0:{media.audio[0].index}"]
    arguments += ["-af", print_chain(chain), "-f", "f32le", "-c:a", "pcm_f32le", "pipe:1"]
    width = 4 * channels
    try:
        with open_process(arguments) as running:
            while data := running.stdout.read(width * _BLOCK_FRAMES):
                if cancelled is not None and cancelled():
                    raise Cancelled
                whole = len(data) // width * width
                block = np.frombuffer(data[:whole], "<f4").reshape(-1, channels).astype(np.float32)
                # broken files can hold values that are no numbers
                take(np.nan_to_num(block, copy=False, nan=0.0, posinf=0.0, neginf=0.0))
            running.finish()
    except KilledError:
        raise
    except ToolError as error:
        last = error.tail.splitlines()[-1] if error.tail else "no reason given"
        raise InputError(
            "ffmpeg cannot decode this sound file.", path, f"Try playing or converting it ({last})."
        ) from error
