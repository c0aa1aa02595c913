"""What the one pass costs in CPU, as a multiple of decoding alone, on a 1080p H.264 film made here.

    python -m bench.analysis_cost [--seconds 20] [--film FILE]

CPU is user and system time of this process and its children. The made film has moving noise-textured
pictures of about 8 Mbit/s and stereo sound.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from collections.abc import Callable
from pathlib import Path

from cinecore.analysis.onepass import analyse_film
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run


def cpu_seconds() -> float:
    """User and system time so far, children that ended included."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def cost(work: Callable[[], object]) -> float:
    """CPU seconds of a call."""
    before = cpu_seconds()
    work()
    return cpu_seconds() - before


def make_film(path: Path, seconds: int) -> None:
    """A 1080p film at 24 frames a second."""
    picture = f"testsrc2=size=1920x1080:rate=24:duration={seconds},noise=alls=12:allf=t"
    sound = f"anoisesrc=duration={seconds}:color=pink:amplitude=0.3:sample_rate=48000"
    run(
        [
            *PREAMBLE, "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-c:v", "libx264",
            "-preset", "veryfast", "-b:v", "8M", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", f"file:{path}",
        ]
    )  # fmt: skip


def main() -> None:
    """Print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--film", type=Path)
    parser.add_argument("--repeat", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        film = asked.film or Path(temporary) / "film.mp4"
        if asked.film is None:
            make_film(film, asked.seconds)
        media = probe(film)
        for _ in range(asked.repeat):
            bare = cost(lambda: run([*PREAMBLE, *local_input(film), "-map", "0:v:0", "-f", "null", "-"]))
            whole = cost(lambda: analyse_film(media, Path(temporary) / "analysis"))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"decode {bare:.2f} s, pass {whole:.2f} s, ratio {whole / bare:.2f}, peak {peak:.0f} MiB")


if __name__ == "__main__":
    main()
