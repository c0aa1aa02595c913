"""What a whole run costs: CPU seconds by stage, programs started, peak memory; beside decoding alone and `--preview`.

    python -m bench.whole_run [--film FILE --subtitle FILE] [--length 600] [--size 640x360] [--vibe thriller]

CPU is user and system time of this process and the programs it started; peak memory is the largest sum, seen every
100 ms, of what this process and all programs it started held, a page that several share counted once. Without --film a
sample film is made first (a seed kept for benches); --times N plays the film N times over, by stream copy, as one long film.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Self

from bench.analysis_cost import cost, cpu_seconds
from samples.film import FilmSpec, make_film

from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.run import run, spawn_count
from cinecut.compose import make_trailer
from cinecut.settings import trailer_settings

SEED = 1020


class Peak:
    """Watches, in a thread of its own, what this process and its children hold; reads Linux's /proc."""

    def __init__(self) -> None:
        self.own_mib = self.all_mib = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            own = _resident_mib("self")
            self.own_mib = max(self.own_mib, own)
            begun = [one for one in _started_by("self") if _words(one) != _words("self")]
            self.all_mib = max(self.all_mib, own + sum(map(_resident_mib, begun)))


def _started_by(process: str) -> set[str]:
    """The numbers of a process's children and of all that these started."""
    children = Path(f"/proc/{process}/task").glob("*/children")
    numbers = {number for path in children for number in _text(path).split()}
    return numbers.union(*map(_started_by, numbers))


def _words(process: str) -> str:
    """A process's command line; of a child that has not begun its program yet that of its parent, whose memory it uses."""
    return _text(Path(f"/proc/{process}/cmdline"))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:  # ended between the listing and the look
        return ""


def _resident_mib(process: str) -> float:
    """What a process holds, of pages that n share an n-th: a forked process would else count all twice."""
    for line in _text(Path(f"/proc/{process}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def measured(film: Path, words: dict[str, object]) -> dict[str, object]:
    """One run in this process: its CPU by stage, spawns, peaks and length."""
    marks: list[tuple[str, float]] = [("start", cpu_seconds())]

    def say(text: str) -> None:
        if text.startswith("Stage "):
            marks.append((text.split(": ", 1)[1].rstrip("."), cpu_seconds()))

    before = spawn_count()
    with Peak() as peak:
        done = make_trailer(trailer_settings(film, words), listen=lambda _: None, say=say)
    marks.append(("end", cpu_seconds()))
    names = [name for name, _ in marks]
    times = [at for _, at in marks]
    return {
        "stages": {
            name: after - at for name, at, after in zip(names[:-1], times[:-1], times[1:], strict=True)
        },
        "cpu_s": times[-1] - times[0],
        "spawns": spawn_count() - before,
        "peak_mib": (peak.own_mib, peak.all_mib),
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
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3, help="1: full; 2: and again; 3: and a preview")
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
        if asked.times > 1:
            once, film = film, work / "long.mp4"
            run(
                [
                    *PREAMBLE,
                    "-stream_loop",
                    str(asked.times - 1),
                    *local_input(once),
                    "-c",
                    "copy",
                    f"file:{film}",
                ]
            )
        bare = cost(lambda: run([*PREAMBLE, *local_input(film), "-f", "null", "-"]))
        print(f"decoding alone, sound included: {bare:.1f} CPU s")
        full = 0.0
        for name, more in (("full", {}), ("again", {}), ("preview", {"preview": True}))[: asked.runs]:
            output = work / f"{'preview' if more else 'trailer'}.mp4"
            words = {
                "vibe": asked.vibe, "work_dir": str(work / "work"), "output": str(output),
                "subtitle": str(subtitle) if subtitle else None, **more,
            }  # fmt: skip
            arguments = [
                sys.executable,
                "-m",
                "bench.whole_run",
                "--film",
                str(film),
                "--one",
                json.dumps(words),
            ]
            answer = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout
            seen = json.loads(answer.splitlines()[-1])
            full = full or seen["cpu_s"]
            print(
                f"\n{name}: {seen['cpu_s']:.1f} CPU s ({100 * seen['cpu_s'] / full:.1f} % of the full run), "
                f"{seen['spawns']} programs started, peak {seen['peak_mib'][0]:.0f} MiB, with its "
                f"programs {seen['peak_mib'][1]:.0f} MiB, trailer of {seen['trailer_s']:.1f} s"
            )
            for stage, seconds in seen["stages"].items():
                print(f"  {stage:24}{seconds:8.2f} CPU s")


if __name__ == "__main__":
    main()
