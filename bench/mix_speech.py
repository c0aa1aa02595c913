"""How far speech lies over everything else in its own band while it sounds, per vibe, in the stems of one film's trailers.

    python -m bench.mix_speech FILM SUBTITLES [--seconds 60] [--vibe NAME]... [--work-dir FOLDER]

Each trailer is planned, assembled and mixed as `cinecut` does it; its pictures are not rendered. Measured are the files
that `--stems` writes: DX and VO against FX and MX.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from cinecore.audio.ducking import SPEECH_BAND_HZ
from cinecore.audio.stems import stem_files
from cinecore.audio.wave import Pcm
from cinecore.ffmpeg.probe import probe
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import AudioCue
from cinecut.assembly.assemble import assemble
from cinecut.assembly.compile import compile_timeline, output_rate
from cinecut.compose import make_trailer
from cinecut.conform.sound import mix_timeline
from cinecut.manifest.io import read_manifest
from cinecut.manifest.vibe import load_vibe, vibe_names
from cinecut.settings import TrailerSettings

STEP_S = 0.05
SOUNDS_FROM_DB = -35.0
"""Under the line's loudest twentieth of a second: there it pauses."""


@dataclass(frozen=True)
class SpeechOver:
    """What was measured in one trailer."""

    vibe: str
    lines_db: tuple[float, ...]
    """For each heard line and voice-over: how far it lies over the rest in the band while it sounds."""
    back_s: float
    """Longest time from a line's end until the rest is within 1 dB of its undisturbed level."""
    cpu_s: float


def in_band(pcm: Pcm) -> np.ndarray:
    """The power in `SPEECH_BAND_HZ` every 50 ms, by spectra: not the filter that the mix itself listens through."""
    width = round(STEP_S * SAMPLE_RATE)
    steps = len(pcm) // width
    frames = pcm[: steps * width].mean(axis=1).reshape(steps, width) * np.hanning(width)
    spectra = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    hertz = np.fft.rfftfreq(width, 1 / SAMPLE_RATE)
    low, high = SPEECH_BAND_HZ
    return spectra[:, (hertz >= low) & (hertz <= high)].sum(axis=1)


def over_the_rest_db(speech: np.ndarray, rest: np.ndarray, cue: AudioCue) -> float | None:
    """Mean power of a line over that of the rest, over the steps in which the line sounds; None where it is silent."""
    first, end = (round(at / SAMPLE_RATE / STEP_S) for at in (cue.start, cue.end))
    line, other = speech[first:end], rest[first:end]
    sounding = line > line.max(initial=0.0) * 10 ** (SOUNDS_FROM_DB / 10)
    if not sounding.any() or line.max() <= 0:
        return None
    return 10 * float(np.log10(line[sounding].mean() / max(1e-12, other[sounding].mean())))


def measured(film: Path, subtitles: Path, vibe_name: str, seconds: int, work_dir: Path) -> SpeechOver:
    """One vibe's trailer, mixed and measured."""
    settings = TrailerSettings(
        film, subtitles, vibe_name, Fraction(seconds), review=True, work_dir=work_dir, jobs=1, overwrite=True
    )
    outcome = make_trailer(settings, listen=lambda _: None, say=lambda _: None)
    media, vibe = probe(film), load_vibe(vibe_name)
    assert media.video is not None
    manifest = assemble(read_manifest(outcome.manifest), vibe, output_rate(media.video))
    timeline = compile_timeline(manifest, media, "bench", vibe)
    before = resource.getrusage(resource.RUSAGE_SELF)
    mixed = mix_timeline(timeline, media)
    after = resource.getrusage(resource.RUSAGE_SELF)
    files = stem_files(mixed)
    speech, rest = in_band(files["DX"] + files["VO"]), in_band(files["FX"] + files["MX"])
    cues = [cue for cue in timeline.cues if cue.stem in {"dialogue", "narration"}]
    lines = [db for cue in cues if (db := over_the_rest_db(speech, rest, cue)) is not None]
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return SpeechOver(vibe_name, tuple(lines), _longest_return_s(mixed.duck_db, speech, cues), cpu)


def _longest_return_s(duck_db: np.ndarray, speech: np.ndarray, cues: list[AudioCue]) -> float:
    """From a line's last word until the rest is within 1 dB of what it was, where no other line follows at once."""
    longest = 0.0
    for number, cue in enumerate(cues):
        first, end = (round(at / SAMPLE_RATE / STEP_S) for at in (cue.start, cue.end))
        line = speech[first:end]
        sounding = np.flatnonzero(line > line.max(initial=0.0) * 10 ** (SOUNDS_FROM_DB / 10))
        if not len(sounding):
            continue
        silent_s = (first + int(sounding[-1]) + 1) * STEP_S
        next_s = min((other.start / SAMPLE_RATE for other in cues[number + 1 :]), default=1e9)
        back = np.flatnonzero(duck_db[round(silent_s * 100) :] > -1.0)
        if len(back) and silent_s + back[0] / 100 < next_s - 0.2:
            longest = max(longest, back[0] / 100)
    return longest


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("film", type=Path)
    parser.add_argument("subtitles", type=Path)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--vibe", action="append")
    parser.add_argument("--work-dir", type=Path, help="a work folder with the film's analysis in it")
    asked = parser.parse_args()
    print(
        "| vibe | lines | least dB | median dB | at least 6 dB | music back s | mix CPU s |\n|---|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder:
        work_dir = asked.work_dir or Path(folder) / "work"
        for name in asked.vibe or vibe_names():
            found = measured(asked.film, asked.subtitles, name, asked.seconds, work_dir)
            lines = sorted(found.lines_db)
            over = sum(db >= 6.0 for db in lines)
            print(
                f"| {name} | {len(lines)} | {lines[0]:.1f} | {lines[len(lines) // 2]:.1f} | {over} of {len(lines)} "
                f"| {found.back_s:.2f} | {found.cpu_s:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
