"""What enhancing does to spoken lines whose voice is known: under noises and music at known distances, and clean.

    python -m bench.speech_enhancement [--lines 10] [--seed 7000]

Needs the extra `speech`. Lines of synthetic voices (espeak-ng, flite) are laid over a street, blows and a composed score;
distances are in the band of words. For each: how far the enhancer's voice lies over the rest (what decides), whether the
line is taken for buried, and the scale-invariant signal-to-distortion ratio in the band before and after.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import numpy.typing as npt
from samples.score import _add as lay
from samples.score import _ambience as ambience
from samples.score import _effect as effect
from samples.spoken_track import SENTENCES, VOICES, _said, _score

from cinecore.audio.buried_speech import REMOVED_DB, freed, over_the_rest_db, removal_db
from cinecore.audio.ducking import SPEECH_BAND_HZ
from cinecore.audio.enhancement import DeepFilterEnhancer
from cinecore.timebase import SAMPLE_RATE, Span

Mono = npt.NDArray[np.float32]

AROUND = SAMPLE_RATE // 2
KINDS = ("street", "blows", "music")
DISTANCES_DB = (-3.0, 0.0, 3.0, 6.0, 12.0, 20.0)


def in_band(sound: Mono) -> npt.NDArray[np.float64]:
    """What of it lies in the band of words."""
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    spectrum[(hertz < SPEECH_BAND_HZ[0]) | (hertz > SPEECH_BAND_HZ[1])] = 0
    return np.fft.irfft(spectrum, len(sound))


def likeness_db(truth: Mono, sound: Mono) -> float:
    """Scale-invariant signal-to-distortion ratio in the band."""
    own, heard = in_band(truth), in_band(sound)
    part = own * (own @ heard) / (own @ own)
    return 10 * float(np.log10((part @ part) / ((heard - part) @ (heard - part))))


def rest(kind: str, samples: int, seed: int) -> Mono:
    """What lies under a line."""
    if kind == "music":
        start = seed * SAMPLE_RATE % (20 * SAMPLE_RATE)
        return _score(7, start + samples, 0.1)[start:]
    bed = np.zeros((samples, 2), np.float32)
    random = np.random.default_rng(seed)
    if kind == "street":
        ambience(bed, Span(0, samples), "street", random)
    at = 0
    while kind == "blows" and at < samples:
        lay(bed, at, effect(str(random.choice(["boom", "thunder", "step", "sweep"]))), 1.0, 0, samples)
        at += int(random.uniform(0.1, 0.6) * SAMPLE_RATE)
    return np.asarray(bed.mean(axis=1), np.float32)


def main() -> None:
    """Print one row for each kind and distance."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10)
    parser.add_argument("--seed", type=int, default=7000)
    asked = parser.parse_args()
    enhancer = DeepFilterEnhancer()
    random = np.random.default_rng(asked.seed)
    print("| under the line | dB over it | found over the rest, median (least, most) | taken for buried "
          "| SI-SDR before | after, where freed | worse by 1 dB and more |\n" + "|---|" * 1 + "---|" * 6)  # fmt: skip
    spent = heard_s = 0.0
    lines = [
        _said(
            str(random.choice(["espeak-ng", "flite"])),
            str(random.choice(VOICES)),
            int(random.integers(4)),
            str(random.choice([one for one in SENTENCES if len(one) > 15])),
        )
        for _ in range(asked.lines)
    ]
    for kind in KINDS:
        for over_db in DISTANCES_DB:
            found, before, after = [], [], []
            for number, said in enumerate(lines):
                voice = np.pad(said, AROUND)
                other = rest(kind, len(voice), asked.seed + number)
                spoken = slice(AROUND, AROUND + len(said))
                level = np.std(in_band(said)) / np.std(in_band(other[spoken])) * 10 ** (-over_db / 20)
                sound = (voice + other * np.float32(level)).astype(np.float32)
                began = time.process_time()
                wide = enhancer.voice(sound)
                spent += time.process_time() - began
                heard_s += len(sound) / SAMPLE_RATE
                line, heard = np.repeat(sound[spoken, None], 2, axis=1), wide[spoken]
                over = over_the_rest_db([(np.repeat(sound[:, None], 2, axis=1), wide)])
                assert over is not None
                found.append((over, removal_db(over)))
                if found[-1][1] > 0:
                    before.append(likeness_db(said, line[:, 0]))
                    after.append(likeness_db(said, freed(line, heard, REMOVED_DB)[:, 0]))
            overs = [over for over, _ in found]
            worse = sum(b - a >= 1 for a, b in zip(after, before, strict=True))
            figures = f"{np.median(before):.1f} | {np.median(after):.1f}" if after else " | "
            print(
                f"| {kind} | {over_db:+.0f} | {np.median(overs):.1f} ({min(overs):.1f}, {max(overs):.1f}) "
                f"| {len(after)} of {len(lines)} | {figures} | {worse} |",
                flush=True,
            )
    print(f"\n{spent / heard_s:.2f} CPU s for each second listened to, its start included")


if __name__ == "__main__":
    main()
