"""Two processes make one clip's pictures: in order, the same as one would, and neither outlives the other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import time

import pytest

from cinecore.settings import processors

needs_two = pytest.mark.skipif(processors() < 2, reason="one processor: one process makes all")


def ran(code: str, **named: object) -> subprocess.CompletedProcess[bytes]:
    """A program without threads: a copy is made nowhere else."""
    program = textwrap.dedent(code) % named
    return subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, timeout=60)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 9])
def test_pictures_come_whole_and_in_order(count: int) -> None:
    done = ran(
        """
        import os, sys
        from vidpipe.providers.draft.two_hands import by_two
        makers = []
        def picture(number):
            return bytes([number]) * 300_000 + os.getpid().to_bytes(8, "big")
        pictures = list(by_two(picture, %(count)d))
        assert [p[0] for p in pictures] == list(range(%(count)d))
        assert {len(p) for p in pictures} == {300_008}
        print(len({p[-8:] for p in pictures}))
        """,
        count=count,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == (2 if count > 2 and processors() > 1 else 1)


@needs_two
def test_what_a_killed_copy_did_not_make_is_made_here() -> None:
    done = ran(
        """
        import os, signal
        from vidpipe.providers.draft.two_hands import by_two
        us = os.getpid()
        def picture(number):
            if os.getpid() != us and number == 5:
                os.kill(os.getpid(), signal.SIGKILL)
            return bytes([number]) * 100_000
        assert list(by_two(picture, 11)) == [bytes([n]) * 100_000 for n in range(11)]
        """
    )
    assert done.returncode == 0, done.stderr


@needs_two
def test_a_copy_ends_when_nobody_reads_any_more() -> None:
    done = ran(
        """
        import json, os, signal
        from vidpipe.providers.draft.two_hands import by_two
        us = os.getpid()
        def picture(number):
            return os.getpid().to_bytes(8, "big") * 50_000
        pictures = by_two(picture, 1000)
        next(pictures)
        print(json.dumps(int.from_bytes(next(pictures)[:8], "big")), flush=True)
        os.kill(us, signal.SIGKILL)
        """
    )
    copy = json.loads(done.stdout)
    until = time.monotonic() + 20
    while os.path.exists(f"/proc/{copy}") and time.monotonic() < until:  # noqa: PTH110 - no path of ours
        time.sleep(0.02)
    assert not os.path.exists(f"/proc/{copy}")  # noqa: PTH110 - no path of ours
