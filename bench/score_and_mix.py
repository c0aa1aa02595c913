"""What the sound of a two-minute trailer costs: its score composed, all mixed, the mix brought to its loudness.

    python -m bench.score_and_mix [--film FILM --subtitles FILE] [--seconds 120] [--vibe NAME]... [--work-dir FOLDER]

Each trailer is planned and assembled as `cinecut` does it (of a drawn film of ten minutes, where none is named). CPU
seconds count this process and what it starts, so that another's load does not; of `--runs` the least. Beside them stands
what two transforms of as much sound cost in the same run (into its spectrum and back): a limit for whatever filters it.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
from samples.film import FilmSpec, make_film

from cinecore.audio.loudness import normalise
from cinecore.audio.mix import Mix, mix
from cinecore.audio.sources import SCORE_MAKER, make_sound, sound_source
from cinecore.audio.wave import Pcm
from cinecore.ffmpeg.probe import probe
from cinecore.timeline import AudioCue, MadeSound, Timeline
from cinecut.assembly.assemble import assemble
from cinecut.assembly.compile import compile_timeline, output_rate
from cinecut.compose import make_trailer
from cinecut.manifest.io import read_manifest
from cinecut.manifest.vibe import load_vibe
from cinecut.settings import TrailerSettings

FILM = FilmSpec(seed=33, length_seconds=600, width=320, height=180)
VIBES = ("action", "drama", "fantasy", "horror", "romance")
"""Two in the middle and the three whose score costs most."""
GOAL_S = 8.0
TRANSFORMED = 1 << 15
"""Samples of a transform in the comparison: the size that is fastest here."""


def cpu_s(work: Callable[[], object]) -> float:
    """CPU seconds of a piece of work, those of its children included."""

    def spent() -> float:
        own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime

    before = spent()
    work()
    return spent() - before


def planned(film: Path, subtitles: Path, vibe_name: str, seconds: int, work_dir: Path) -> Timeline:
    """The timeline of one vibe's trailer."""
    settings = TrailerSettings(
        film, subtitles, vibe_name, Fraction(seconds), review=True, work_dir=work_dir, overwrite=True
    )
    outcome = make_trailer(settings, listen=lambda _: None, say=lambda _: None)
    media, vibe = probe(film), load_vibe(vibe_name)
    assert media.video is not None
    manifest = assemble(read_manifest(outcome.manifest), vibe, output_rate(media.video))
    return compile_timeline(manifest, media, "bench", vibe)


def is_score(cue: AudioCue) -> bool:
    """Whether a cue's sound is the composed bed."""
    return isinstance(cue.sound, MadeSound) and cue.sound.maker == SCORE_MAKER


def costs(film: Path, timeline: Timeline) -> tuple[float, float, float, float]:
    """CPU seconds of composing, of mixing what else sounds with it, of the loudness, and of two transforms."""
    media = probe(film)
    beds: dict[AudioCue, Pcm] = {}
    mixed: list[Mix] = []

    def compose_all() -> None:
        for cue in timeline.cues:
            if is_score(cue) and isinstance(cue.sound, MadeSound):
                beds[cue] = make_sound(cue.sound, cue.length)

    def mix_all() -> None:
        others = sound_source(timeline, {source.key: media for source in timeline.sources})
        mixed.append(mix(timeline, lambda cue: beds[cue] if cue in beds else others(cue)))

    composing, mixing = cpu_s(compose_all), cpu_s(mix_all)
    levelling = cpu_s(lambda: normalise(mixed[-1].pcm, timeline.loudness_lufs))
    sound = np.ascontiguousarray(mixed[-1].pcm.T)
    rows = sound[:, : sound.shape[1] // TRANSFORMED * TRANSFORMED].reshape(-1, TRANSFORMED)

    def transform() -> None:
        for row in rows:
            np.fft.irfft(np.fft.rfft(row), TRANSFORMED)

    return composing, mixing, levelling, cpu_s(transform)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--film", type=Path)
    parser.add_argument("--subtitles", type=Path)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--vibe", action="append")
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument(
        "--work-dir", type=Path, help="a folder that keeps film and analysis for the next time"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = asked.work_dir or Path(folder)
        film, subtitles = asked.film, asked.subtitles
        if film is None:
            kept = place / "film.mp4"
            if not kept.is_file():
                sample = make_film(FILM, place / "made")
                sample.film.rename(kept)
                sample.srt.rename(kept.with_suffix(".srt"))
            film, subtitles = kept, kept.with_suffix(".srt")
        print(
            "| vibe | trailer s | compose | mix | loudness | together | of 8 CPU s | two transforms | ratio |\n"
            "|---|---|---|---|---|---|---|---|---|"
        )
        for name in asked.vibe or VIBES:
            timeline = planned(film, subtitles, name, asked.seconds, place / "work")
            found = [costs(film, timeline) for _ in range(asked.runs)]
            parts = [min(column) for column in zip(*found, strict=True)]
            whole, limit = sum(parts[:3]), parts[3]
            print(
                f"| {name} | {timeline.samples / 48_000:.1f} | {parts[0]:.2f} | {parts[1]:.2f} | {parts[2]:.2f} "
                f"| {whole:.2f} | {100 * whole / GOAL_S:.0f} % | {limit:.2f} | {whole / limit:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
