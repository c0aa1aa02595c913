"""Everything that a step of a project works with, handed in from outside: store, makers, wishes, ears.

Deliberately not here: who stands behind a port (`vidpipe.compose`), and the database's session.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from cinecore.ports import ImageMaker, ProgressListener, SpeechMaker, VideoMaker, silent
from vidpipe.artefacts import ArtefactStore
from vidpipe.schemas.wishes import Director


@dataclass
class Clock:
    """Seconds spent by step; a step inside another is told apart and counted in both."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def measuring(self, step: str) -> Iterator[None]:
        """Adds what passes inside to the step's seconds."""
        begin = time.monotonic()
        try:
            yield
        finally:
            self.seconds[step] = round(self.seconds.get(step, 0.0) + time.monotonic() - begin, 3)


@dataclass(frozen=True)
class Studio:
    """The makers behind the ports and the wishes that no project stores."""

    store: ArtefactStore
    director: Director
    image_maker: ImageMaker
    video_maker: VideoMaker
    speech: SpeechMaker | None
    """None: lines are captions alone."""
    poll_s: float = 0.2
    clip_timeout_s: float = 600.0
    jobs: int = 1
    analysis_fails_in: frozenset[int] = frozenset()
    """Scenes, from 0, whose analysis fails on order: for tests and demonstrations."""
    say: Callable[[str], None] = field(default=lambda _: None)
    listen: ProgressListener = silent
    clock: Clock = field(default_factory=Clock)
    told: list[str] = field(default_factory=list)
    """Notices that were given, each once."""

    def notice(self, text: str) -> None:
        """Say what a person should know, once."""
        if text not in self.told:
            self.told.append(text)
            self.say(f"Notice: {text}")

    @property
    def root(self) -> Path:
        """The data folder."""
        return self.store.root

    @property
    def scraps(self) -> Path:
        """For folders that live as long as one step."""
        return self.store.root / "scraps"


CURRENT: ContextVar[Studio | None] = ContextVar("vidpipe_studio", default=None)
"""The studio at work: the analysis hook's signature is public and has no room for it."""
