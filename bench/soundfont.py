"""How a SoundFont plays the composed music: each instrument's pitch and onset, and whole beds beside our own instruments'.

    python -m bench.soundfont FILE.sf2 [--vibe NAME]...

Pitch is where a comb of eight harmonics meets the spectrum best, in cents of the key; the onset is when a tenth of the
tone's peak is reached. A bed of two minutes has each section's loudness compared with that of the built-in instruments
and its beats found by the tracker in the full sections.
"""

from __future__ import annotations

import argparse
import time
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np

from cinecore.audio.beats import track_beats
from cinecore.audio.loudness import gated_loudness
from cinecore.audio.score import ScorePlan, ScoreSection, compose, player_seed
from cinecore.audio.score_notes import TonePlayers
from cinecore.audio.soundfont import open_soundfont
from cinecore.audio.soundfont_tones import PROGRAMS, SoundFontTones
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import BeatGrid
from cinecut.manifest.vibe import load_vibe

VIBES = ("action", "drama", "fantasy", "romance", "western")
KEYS = {"lead": 67, "bass": 36, "pad": 57}
EDGES_S = (0, 14, 36, 74, 78, 110, 120)
NAMES = ("intro", "build", "drive", "stop", "drop", "tail")
FRAME_S = 1 / 24
SIZE = 1 << 18


def cents_off(sound: np.ndarray, pitch: int) -> int:
    """How far a tone lies from its key, in steps of 2 cents within 60."""
    part = sound[SAMPLE_RATE // 2 :][: 1 << 15].astype(np.float64)
    power = np.abs(np.fft.rfft(part * np.hanning(len(part)), SIZE)) ** 2
    base = 440 * 2 ** ((pitch - 69) / 12)
    tried = np.arange(-60, 61, 2)
    met = [
        sum(power[round(base * 2 ** (cents / 1200) * n * SIZE / SAMPLE_RATE)] for n in range(1, 9))
        for cents in tried
    ]
    return int(tried[int(np.argmax(met))])


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("file", type=Path)
    parser.add_argument("--vibe", action="append")
    asked = parser.parse_args()
    font = open_soundfont(asked.file)
    print(
        f"{font.name}, digest {font.digest[:12]}\n\n| part | word | program | cents | onset ms |\n|---|---|---|---|---|"
    )
    for (part, name), program in PROGRAMS.items():
        players = SoundFontTones(font)
        sound = players.tone(part, name, KEYS[part], 2 * SAMPLE_RATE, 0.6, 1)
        onset = 1000 * int(np.argmax(np.abs(sound) > 0.1 * np.abs(sound).max())) / SAMPLE_RATE
        told = f"{cents_off(sound, KEYS[part]):+d} | {onset:.1f}" if players.played else "our own |"
        print(f"| {part} | {name} | {program} | {told} |")
    print(
        "\n| vibe | CPU s | played | LU beside our own | beats within a frame | median ms |\n|---|---|---|---|---|---|"
    )
    for name in asked.vibe or VIBES:
        vibe = load_vibe(name)
        edges = [SAMPLE_RATE * at for at in EDGES_S]
        sections = tuple(ScoreSection(word, *span) for word, span in zip(NAMES, pairwise(edges), strict=True))
        plan = ScorePlan(edges[-1], BeatGrid(vibe.bpm_exact), sections, vibe.music, seed=1)
        players = SoundFontTones(font)
        before = time.process_time()
        bed = compose(plan, TonePlayers(player_seed(plan), players.tone))
        spent = time.process_time() - before
        own = compose(plan)
        levels = [
            [gated_loudness(one[part.start : part.end]) or 0.0 for part in sections if part.name != "stop"]
            for one in (bed, own)
        ]
        apart = " ".join(f"{one - other:+.1f}" for one, other in zip(*levels, strict=True))
        full = [part for part in sections if part.name in {"drive", "drop"}]
        beats = [
            beat
            for beat in track_beats(bed, (60, 180), float(plan.grid.bpm)).beat_times_s
            if any(part.start <= beat * SAMPLE_RATE < part.end for part in full)
        ]
        off = np.array(
            [beat - float(plan.grid.beat_s(plan.grid.nearest_beat(Fraction(beat), 2))) for beat in beats]
        )
        near = f"{int((np.abs(off) <= FRAME_S).sum())} of {len(off)} | {1000 * np.median(off):+.1f}"
        print(
            f"| {name} | {spent:.1f} | {', '.join(sorted(players.played))} | {apart} | {near} |", flush=True
        )


if __name__ == "__main__":
    main()
