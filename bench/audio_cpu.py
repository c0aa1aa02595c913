"""CPU seconds of the sound work for a two-minute trailer: a composed bed, its mix's loudness, its beats."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from cinecore.audio.beats import track_beats
from cinecore.audio.loudness import normalise
from cinecore.audio.palette import Palette
from cinecore.audio.score import ScorePlan, ScoreSection, compose
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import BeatGrid

Result = TypeVar("Result")


def cpu_seconds(work: Callable[[], Result]) -> tuple[float, Result]:
    """CPU seconds of this process for a piece of work, and its result."""
    before = time.process_time()
    result = work()
    return time.process_time() - before, result


def main() -> None:
    """Print one line a measurement."""
    names = ("intro", "build", "drive", "stop", "drop", "tail")
    edges = [SAMPLE_RATE * at for at in (0, 14, 36, 74, 78, 110, 120)]
    sections = tuple(ScoreSection(name, *span) for name, span in zip(names, pairwise(edges), strict=True))
    plan = ScorePlan(
        edges[-1], BeatGrid(Fraction(120)), sections, Palette(pad="analogue", percussion="full_kit")
    )
    seconds, bed = cpu_seconds(lambda: compose(plan))
    print(f"compose 120 s: {seconds:.2f} CPU s")
    seconds, result = cpu_seconds(lambda: normalise(bed, -14.0))
    after = result.after
    print(
        f"normalise to -14 LUFS: {seconds:.2f} CPU s without ffmpeg's; {after.integrated_lufs} LUFS, {after.true_peak_dbtp:.2f} dBTP"
    )
    seconds, track = cpu_seconds(lambda: track_beats(bed, (90, 150), 120))
    print(
        f"track beats: {seconds:.2f} CPU s; {track.bpm:.3f} BPM of 120, residual {track.residual_s * 1000:.1f} ms"
    )


if __name__ == "__main__":
    main()
