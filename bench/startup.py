"""How long `cinecut --help` takes beside an interpreter that starts and does nothing: median and worst of several runs.

python -m bench.startup [RUNS]
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time

LIMIT_MS = 150
LIMIT_MULTIPLE = 8


def timed(arguments: list[str], count: int) -> tuple[float, float, float]:
    """Median and worst wall time and mean CPU time of a command, in milliseconds."""
    milliseconds = []
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(count):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        milliseconds.append((time.perf_counter() - start) * 1000)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / count * 1000
    return statistics.median(milliseconds), max(milliseconds), cpu


def main() -> None:
    """Prints the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    bare, worst, cpu = timed(["-c", "pass"], count)
    print(f"{'bare interpreter':<20} median {bare:5.0f} ms   worst {worst:5.0f} ms   CPU {cpu:4.0f} ms")
    for words in (["--help"], ["--version"], ["make", "--help"], ["config"]):
        median, worst, cpu = timed(["-c", "from cinecut.cli import main; main()", *words], count)
        limit = f"   limit {LIMIT_MS} ms, {LIMIT_MULTIPLE} x" if words == ["--help"] else ""
        print(
            f"cinecut {' '.join(words):<12} median {median:5.0f} ms   worst {worst:5.0f} ms   CPU {cpu:4.0f} ms   "
            f"{median / bare:4.1f} x the interpreter{limit}"
        )


if __name__ == "__main__":
    main()
