"""Named points at every durable boundary, where a test can let the run die or the disk fail.

Armed once by the command line from `CINECUT_FAILPOINT`; unarmed, a point costs one look at a variable.
Deliberately not here: reading the environment, and what a run does about a failure.

    CINECUT_FAILPOINT=atomic.rename:3:kill    the third time a whole file gets its name, die as by kill -9
    CINECUT_FAILPOINT=publish.rename@trailer:1:EIO   only times at which the file's name holds "trailer" count
    CINECUT_FAILPOINT=trace:FILE              write down every point that is passed
"""

from __future__ import annotations

import errno
import os
import signal
import threading
from dataclasses import dataclass, field

from cinecore.errors import InputError

POINTS: dict[str, str] = {
    "lock.open": "before the lock file of a work folder is opened",
    "atomic.open": "before the temporary file of a small file is made",
    "atomic.write": "before its bytes are written",
    "atomic.fsync": "after they are written, before they are brought to the disk",
    "atomic.rename": "before it gets its name",
    "atomic.renamed": "after it has its name",
    "publish.fsync": "before a large file, whole, is brought to the disk",
    "publish.rename": "before it gets its name",
    "publish.renamed": "after it has its name",
    "folder.fsync": "before a folder's names are brought to the disk",
    "still.write": "before a still of the analysis is written",
    "still.link": "before a still gets its name as a keyframe",
    "journal.open": "before the journal of descriptions is opened",
    "journal.write": "before a record is appended to it",
    "journal.fsync": "before its records are brought to the disk",
    "scraps.open": "before a list of segments is written for the join",
    "report.write": "before the page about a trailer is written",
    "spawn.start": "before a program is started",
    "spawn.started": "after it was started, before the guardian knows its number",
    "spawn.watched": "after the guardian knows",
    "spawn.ended": "after it ended well",
    "exit": "when the run is over, before the program ends",
}
"""Every point and where it lies; a test holds this list against the places that pass them."""

VIDEO_POINTS: dict[str, str] = {
    "clip.intent": "after the intent to submit a clip is in the database, before anything is sent",
    "clip.accepted": "after the maker took a clip's job, before the database knows its number",
    "clip.submitted": "after the database knows it",
    "clip.fetched": "after a clip was fetched, before it is stored",
    "clip.stored": "after it is stored, before the database knows",
    "clip.complete": "after the database knows, before the clip is looked at",
    "clip.analysed": "after what was seen is in the database",
}
"""Boundaries between the steps of a video's scene; tried by the tests of the program that passes them."""

WITHOUT_ERRORS = frozenset(
    {"atomic.renamed", "publish.renamed", "spawn.started", "spawn.watched", "spawn.ended", "exit"}
)
"""Points at which nothing is asked of the disk: only a sudden end can come there."""

CHILD_POINTS = frozenset({"spawn.started", "spawn.watched"})
"""Points at which a program runs that could be killed."""

ACTIONS = ("kill", "exit", "ENOSPC", "EIO", "kill-child")
"""Die at once; end at once with status 70; fail as a full or a broken disk does; kill the program just started."""

EXIT_STATUS = 70


@dataclass
class _Armed:
    """What was asked for, and how often each point was passed so far."""

    name: str = ""
    number: int = 0
    action: str = ""
    only: str = ""
    """Part of what must be at hand for a time to count."""
    counted: int = 0
    trace: int | None = None
    passed: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def hit(self, name: str, what: object, child: int) -> None:
        if name not in POINTS and name not in VIDEO_POINTS:
            raise KeyError(name)  # a point that no list names would never be swept
        is_due = False
        with self.lock:
            self.passed[name] = count = self.passed.get(name, 0) + 1
            if self.trace is not None:
                os.write(self.trace, f"{name}\t{count}\t{str(what)!a}\n".encode("ascii"))
            if name == self.name and self.only in os.path.basename(str(what)):  # noqa: PTH119 - text, not a path
                self.counted += 1
                is_due = self.counted == self.number
        if is_due:
            act(self.action, what, child)


_armed: _Armed | None = None


def hit(name: str, what: object = "", *, child: int = 0) -> None:
    """Pass a point; `what` is the file or program at hand, `child` the process that was just started.

    Raises:
        OSError: The failure that was asked for.
    """
    if _armed is not None:
        _armed.hit(name, what, child)


def act(action: str, what: object, child: int) -> None:
    """Do what was asked for.

    Raises:
        OSError: For `ENOSPC` and `EIO`.
    """
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if action == "exit":
        os._exit(EXIT_STATUS)
    if action == "kill-child":
        os.kill(child, signal.SIGKILL)
        return
    number = getattr(errno, action)
    raise OSError(number, os.strerror(number), str(what))


def arm(spec: str | None) -> None:
    """Prepare what `spec` asks for; None or nothing disarms.

    Raises:
        InputError: No such point or action.
    """
    global _armed  # noqa: PLW0603 - one plan for the process, looked at by every point
    _armed = _parsed(spec) if spec else None


def _parsed(spec: str) -> _Armed:
    if spec.startswith("trace:"):
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
        return _Armed(trace=os.open(spec.removeprefix("trace:"), flags, 0o644))
    place, _, rest = spec.partition(":")
    name, _, only = place.partition("@")
    number, _, action = rest.partition(":")
    if (
        name not in {**POINTS, **VIDEO_POINTS}
        or not number.isdecimal()
        or int(number) < 1
        or action not in actions_at(name)
    ):
        raise InputError(
            "CINECUT_FAILPOINT asks for what there is not.",
            spec,
            "Write NAME[@TEXT]:NUMBER:ACTION or trace:FILE.",
        )
    return _Armed(name, int(number), action, only)


def actions_at(name: str) -> tuple[str, ...]:
    """What can happen at a point."""
    possible = ACTIONS[:2] if name in WITHOUT_ERRORS else ACTIONS[:4]
    return (*possible, "kill-child") if name in CHILD_POINTS else possible
