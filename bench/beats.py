"""How well the beat tracker hears: clicks and drums of known times, a change of tempo, real music of known tempo.

    python -m bench.beats [--music FOLDER] [--peer PEERS/bin/python]

F counts a beat within ±70 ms of a true one (MIREX); the error is the median distance of the nearest beat to each true
onset. `--music` names a folder with `fof_chaos_god/song.ogg` (170 BPM) and `fof_metal_madness/song.ogg` (150 BPM).
`--peer` runs `bench/peers/beats.py` beside it, in an environment that holds librosa.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cinecore.audio.beats import track_beats
from cinecore.audio.drums import drum_hit
from cinecore.audio.music_file import hear_music
from cinecore.audio.wave import write_wav
from cinecore.timebase import SAMPLE_RATE

Times = npt.NDArray[np.float64]
KNOWN = {"fof_chaos_god": 170.0, "fof_metal_madness": 150.0}
TEMPI = (60, 75, 90, 105, 120, 135, 150, 165, 180)
RANGE = (55.0, 185.0)


def struck(parts: list[tuple[float, float]], kind: str) -> tuple[npt.NDArray[np.float32], Times]:
    """A stroke on every beat of each (BPM, seconds) in turn over faint noise, and the beats' times."""
    random = np.random.default_rng(1)
    seconds = sum(length for _, length in parts)
    sound = (random.standard_normal(round(SAMPLE_RATE * seconds)) * 1e-4).astype(np.float32)
    click = (random.standard_normal(960) * np.exp(-np.arange(960) / 150)).astype(np.float32)
    stroke = click if kind == "click" else drum_hit(kind, 1)[: SAMPLE_RATE // 4]
    times: list[float] = []
    begin = 0.0
    for bpm, length in parts:
        at = begin + 0.37
        while at < begin + length - 0.3:
            first = round(at * SAMPLE_RATE)
            sound[first : first + len(stroke)] += 0.5 * stroke[: len(sound) - first]
            times.append(first / SAMPLE_RATE)
            at += 60 / bpm
        begin += length
    return sound, np.array(times)


def cases() -> Iterator[tuple[str, npt.NDArray[np.float32], Times]]:
    """Name, sound and true beats of each made piece."""
    for kind in ("click", "deep", "snare"):
        for bpm in TEMPI:
            yield f"{kind} {bpm}", *struck([(bpm, 24)], kind)
    for kind in ("click", "deep"):
        for before, after in ((90, 130), (130, 90)):
            yield f"{kind} {before}→{after}", *struck([(before, 30), (after, 30)], kind)


def f_measure(found: Times, truth: Times) -> float:
    """Harmonic mean of precision and recall at ±70 ms."""
    if not len(found):
        return 0.0
    hits = sum(float(np.abs(found - at).min()) <= 0.07 for at in truth)
    precision, recall = hits / len(found), hits / len(truth)
    return 2 * precision * recall / max(1e-9, precision + recall)


def error_ms(found: Times, truth: Times) -> float:
    """Median of nearest beat less true onset."""
    return 1000 * float(np.median([found[np.abs(found - at).argmin()] - at for at in truth]))


def peer_beats(python: str, files: list[Path]) -> dict[str, dict[str, object]]:
    """What the peer finds in each file."""
    script = Path(__file__).parent / "peers" / "beats.py"
    done = subprocess.run(
        [python, script, *files], stdout=subprocess.PIPE, check=True
    )  # a bench may start a peer
    found: dict[str, dict[str, object]] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print one table of all cases."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--music", type=Path)
    parser.add_argument("--peer")
    asked = parser.parse_args()
    print(
        "| piece | F | median error ms | BPM | peer F | peer error ms | peer BPM |\n|---|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder:
        made = []
        for number, (name, sound, truth) in enumerate(cases()):
            path = Path(folder) / f"{number}.wav"
            if asked.peer:
                write_wav(path, np.stack([sound, sound], axis=1))
            track = track_beats(sound, RANGE)
            made.append((name, path, truth, track))
        peer = peer_beats(asked.peer, [path for _, path, _, _ in made]) if asked.peer else {}
        for name, path, truth, track in made:
            found = np.array(track.beat_times_s)
            tempi = "→".join(f"{bpm:.1f}" for _, bpm in track.tempi)
            row = [name, f"{f_measure(found, truth):.3f}", f"{error_ms(found, truth):+.1f}", tempi]
            other = peer.get(str(path))
            if other is not None:
                theirs = np.array(other["beats"])
                row += [
                    f"{f_measure(theirs, truth):.3f}",
                    f"{error_ms(theirs, truth):+.1f}",
                    f"{other['bpm']:.1f}",
                ]
            print(f"| {' | '.join(row)} |")
    if asked.music is not None:
        songs = [asked.music / name / "song.ogg" for name in KNOWN]
        peer = peer_beats(asked.peer, songs) if asked.peer else {}
        for (name, true_bpm), path in zip(KNOWN.items(), songs, strict=True):
            track = track_beats(hear_music(path).mono)
            nearest = min((track.bpm * octave for octave in (0.5, 1, 2)), key=lambda bpm: abs(bpm - true_bpm))
            row = [
                f"{name} ({true_bpm:.0f})",
                "",
                f"{100 * (nearest / true_bpm - 1):+.2f} %",
                f"{track.bpm:.2f}",
            ]
            other = peer.get(str(path))
            print(f"| {' | '.join([*row, *(['', '', format(other['bpm'], '.2f')] if other else [])])} |")


if __name__ == "__main__":
    main()
