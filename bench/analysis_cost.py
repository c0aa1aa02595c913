"""What the one pass costs in CPU, as a multiple of decoding alone, on a 1080p H.264 film made here.

    python -m bench.analysis_cost [--seconds 20] [--film FILE] [--peers PEERS/bin/python]

CPU is user and system time of this process and its children. The made film has moving noise-textured
pictures of about 8 Mbit/s and stereo sound. Decoding is measured with and without the sound, which the pass
takes too. The peers find shot changes only; they run in an environment of their own (`bench/peers/requirements.txt`).
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
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


PEERS = Path(__file__).parent / "peers" / "shots.py"


def decode(film: Path, *tracks: str) -> None:
    """Decode these tracks and throw the result away."""
    chosen = [part for track in tracks for part in ("-map", track)]
    run([*PREAMBLE, *local_input(film), *chosen, "-f", "null", "-"])


def peer(film: Path, python: Path, name: str) -> None:
    """One of PySceneDetect's detectors over the film."""
    subprocess.run(
        [str(python), str(PEERS), str(film), "--only", name], check=True, stdout=subprocess.DEVNULL
    )


def main() -> None:
    """Print the ratios, a line a round."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--film", type=Path)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--peers", type=Path, help="the Python of the peers' environment")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        film = asked.film or Path(temporary) / "film.mp4"
        if asked.film is None:
            make_film(film, asked.seconds)
        media = probe(film)
        for _ in range(asked.repeat):
            picture = cost(lambda: decode(film, "0:v:0"))
            both = cost(lambda: decode(film, "0:v:0", "0:a:0")) if media.audio else picture
            whole = cost(lambda: analyse_film(media, Path(temporary) / "analysis"))
            # before peers, whose memory is theirs
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"decode picture {picture:.2f} s, with sound {both:.2f} s; pass {whole:.2f} s: "
                f"{whole / picture:.2f} and {whole / both:.2f} times; peak {peak:.0f} MiB",
                flush=True,
            )
            for name in ("ContentDetector", "AdaptiveDetector") if asked.peers else ():
                seen = cost(partial(peer, film, asked.peers, name))
                print(f"  {name} {seen:.2f} s: {seen / picture:.2f} and {seen / both:.2f} times", flush=True)


if __name__ == "__main__":
    main()
