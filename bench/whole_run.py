"""What a whole run costs: CPU seconds by stage, programs started, peak memory; beside decoding alone and `--preview`.

    python -m bench.whole_run [--film FILE --subtitle FILE] [--length 600] [--size 640x360] [--vibe thriller]

CPU is user and system time of this process and the programs it started; peak memory is this process's own plus
that of its largest program. Without --film a sample film is made first (a seed kept for benches).
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.analysis_cost import cost, cpu_seconds
from samples.film import FilmSpec, make_film

from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.run import run, spawn_count
from cinecut.compose import make_trailer
from cinecut.settings import trailer_settings

SEED = 1020


def measured(film: Path, words: dict[str, object]) -> dict[str, object]:
    """One run in this process: its CPU by stage, spawns, peaks and length."""
    marks: list[tuple[str, float]] = [("start", cpu_seconds())]

    def say(text: str) -> None:
        if text.startswith("Stage "):
            marks.append((text.split(": ", 1)[1].rstrip("."), cpu_seconds()))

    before = spawn_count()
    done = make_trailer(trailer_settings(film, words), listen=lambda _: None, say=say)
    marks.append(("end", cpu_seconds()))
    names = [name for name, _ in marks]
    times = [at for _, at in marks]
    peak = [
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    return {
        "stages": {
            name: after - at for name, at, after in zip(names[:-1], times[:-1], times[1:], strict=True)
        },
        "cpu_s": times[-1] - times[0],
        "spawns": spawn_count() - before,
        "peak_mib": peak,
        "trailer_s": done.measured["duration_s"],
        "output": str(done.output),
    }


def main() -> None:
    """Print the tables, or, in a process of its own (--one), one run's figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--film", type=Path)
    parser.add_argument("--subtitle", type=Path)
    parser.add_argument("--length", type=int, default=600)
    parser.add_argument("--size", default="640x360")
    parser.add_argument("--vibe", default="thriller")
    parser.add_argument("--one", type=json.loads)
    asked = parser.parse_args()
    if asked.one is not None:
        print(json.dumps(measured(asked.film, asked.one)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        film, subtitle = asked.film, asked.subtitle
        if film is None:
            width, height = map(int, asked.size.split("x"))
            make_film(FilmSpec(SEED, asked.length, width, height), work)
            film, subtitle = work / "film.mp4", work / "film.srt"
        bare = cost(lambda: run([*PREAMBLE, *local_input(film), "-f", "null", "-"]))
        print(f"decoding alone, sound included: {bare:.1f} CPU s")
        full = 0.0
        for name, more in (("full", {}), ("again", {}), ("preview", {"preview": True})):
            words = {
                "vibe": asked.vibe, "work_dir": str(work / "work"), "output": str(work / f"{more and 'p' or 'f'}.mp4"),
                "subtitle": str(subtitle) if subtitle else None, **more,
            }  # fmt: skip
            arguments = [sys.executable, "-m", "bench.whole_run", "--film", str(film), "--one", json.dumps(words)]
            answer = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout
            seen = json.loads(answer.splitlines()[-1])
            full = full or seen["cpu_s"]
            print(
                f"\n{name}: {seen['cpu_s']:.1f} CPU s ({100 * seen['cpu_s'] / full:.1f} % of the full run), "
                f"{seen['spawns']} programs started, peak {seen['peak_mib'][0]:.0f} MiB + {seen['peak_mib'][1]:.0f} MiB "
                f"in the largest program, trailer of {seen['trailer_s']:.1f} s"
            )
            for stage, seconds in seen["stages"].items():
                print(f"  {stage:24}{seconds:8.2f} CPU s")


if __name__ == "__main__":
    main()
