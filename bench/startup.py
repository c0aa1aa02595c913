"""How long `cinecut --help` takes, from the shell's point of view: the median and the worst of several runs.

python bench/startup.py [RUNS]
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time

LIMIT_MS = 150


def main() -> None:
    """Prints the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for words in (["--help"], ["--version"], ["make", "--help"], ["config"]):
        milliseconds = []
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        for _ in range(count):
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-c", "from cinecut.cli import main; main()", *words],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            milliseconds.append((time.perf_counter() - start) * 1000)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / count * 1000
        median, worst = statistics.median(milliseconds), max(milliseconds)
        limit = f"   limit {LIMIT_MS} ms" if words == ["--help"] else ""
        print(
            f"cinecut {' '.join(words):<12} median {median:5.0f} ms   worst {worst:5.0f} ms   CPU {cpu:4.0f} ms{limit}"
        )


if __name__ == "__main__":
    main()
