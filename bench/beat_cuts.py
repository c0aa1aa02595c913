"""Cuts that were meant for a beat, found in finished files: the picture by frame code, the beat by ear in the music's stem.

    python -m bench.beat_cuts [--vibes 18] [--seconds 30] [--music FILE] [--out FOLDER]

One drawn film, a trailer in each vibe. The pulse's tempo is the manifest's; where its beats lie is not taken from
there but from the onsets of the saved music: the phase at which a grid of half beats meets the most of them.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from bench.craft.shown import shown_by_file
from samples.film import FilmSpec, make_film
from samples.frame_code import read_frames

from cinecore.audio.extract import read_sound_file
from cinecore.audio.onsets import CURVE_RATE, onset_curves
from cinecore.ffmpeg.probe import probe
from cinecore.timebase import FrameRate
from cinecut.compose import make_trailer
from cinecut.manifest.io import read_manifest
from cinecut.manifest.layout import lay_out
from cinecut.manifest.schema import Manifest
from cinecut.manifest.vibe import vibe_names
from cinecut.settings import TrailerSettings

FILM = FilmSpec(seed=33, length_seconds=240, width=320, height=180)


@dataclass(frozen=True)
class Row:
    """One trailer."""

    vibe: str
    meant: int
    seen: int
    """Of those meant for a beat, hard cuts that the file has where the manifest says."""
    on_beat: int
    farthest_frames: float
    phase_off_ms: float
    """How far the beats that are heard lie from the manifest's."""


def phase_heard_s(music: Path, half_beat_s: float) -> float:
    """Where the first half beat lies, by the onsets of the whole stem."""
    onsets, _ = onset_curves(read_sound_file(music))
    smooth = np.convolve(onsets, np.hanning(5) / np.hanning(5).sum(), "same")
    seconds = np.arange(len(smooth)) / CURVE_RATE
    tried = np.arange(-half_beat_s / 2, half_beat_s / 2, 0.001)
    grid = np.arange(0, seconds[-1], half_beat_s)
    met = [float(np.interp(grid + phase, seconds, smooth, left=0, right=0).sum()) for phase in tried]
    return float(tried[int(np.argmax(met))])


def measured(vibe: str, manifest: Manifest, trailer: Path, music: Path, rate: FrameRate) -> Row:
    """What one finished trailer shows and sounds."""
    grid = manifest.bpm_grid
    assert grid is not None
    half_beat_s = 30 / grid.bpm
    heard_s = phase_heard_s(music, half_beat_s)
    layout = lay_out(manifest, rate)
    meant = {
        layout.items[number + 1].cut
        for number, item in enumerate(layout.items[:-1])
        if item.kind == "clip" and manifest.clips[item.index].on_beat
    }
    shown = shown_by_file(manifest, rate, read_frames(trailer))
    cuts = {piece.start for piece in shown.pieces if not piece.mixed_before}
    seen = sorted(meant & cuts)
    off = [
        abs(place - round(place / half_beat_s) * half_beat_s) * float(rate.fps)
        for place in (float(rate.seconds(cut)) - heard_s for cut in seen)
    ]
    wanted = grid.offset_s % half_beat_s
    phase_off = (heard_s - wanted + half_beat_s / 2) % half_beat_s - half_beat_s / 2
    return Row(
        vibe, len(meant), len(seen), sum(one <= 1 for one in off), max(off, default=0.0), 1000 * phase_off
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vibes", type=int, default=18)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--music", help="a file instead of composed music")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scraps:
        table(asked.out or Path(scraps), asked)


def table(folder: Path, asked: argparse.Namespace) -> None:
    """Make the film and its trailers in a folder, and print what is found in them."""
    film = make_film(FILM, folder / "film")
    media = probe(film.film)
    assert media.video is not None
    rate = FrameRate(Fraction(media.video.average_rate.fps))
    rows = []
    print(
        "| vibe | cuts meant for a beat | hard ones found in the file | within a frame of a beat | farthest | beats heard off |"
    )
    print("|---|---|---|---|---|---|")
    for vibe in list(vibe_names())[: asked.vibes]:
        made = make_trailer(
            TrailerSettings(
                film.film,
                film.ass,
                vibe=vibe,
                duration_s=Fraction(asked.seconds),
                durations=(Fraction(asked.seconds),),
                vision="none",
                music=asked.music,
                stems=True,
                output=folder / f"{vibe}.mp4",
                overwrite=True,
            ),
            listen=lambda _: None,
            say=lambda _: None,
        )
        assert made.output is not None
        assert made.stems is not None
        manifest = read_manifest(made.work_dir / "ASSEMBLY_MANIFEST.json")
        rows.append(measured(vibe, manifest, made.output, made.stems / "MX.wav", rate))
        row = rows[-1]
        print(
            f"| {row.vibe} | {row.meant} | {row.seen} | {row.on_beat} | {row.farthest_frames:.2f} frames | {row.phase_off_ms:+.0f} ms |",
            flush=True,
        )
    seen, on_beat = sum(row.seen for row in rows), sum(row.on_beat for row in rows)
    print(
        f"\n{on_beat} of {seen} hard cuts meant for a beat are within one frame of it ({on_beat / max(1, seen):.1%})."
    )
    print(json.dumps({"film": FILM.seed, "trailers": len(rows)}))


if __name__ == "__main__":
    main()
