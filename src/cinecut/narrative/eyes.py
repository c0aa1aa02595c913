"""What narrative wants to know of who is seen; `cinecut.inference.eyes.FilmEyes` knows it.

A shape, not a value: the rooms of inference and of narrative do not know one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class SomeoneSeen(Protocol):
    """One person of the cast, as far as pictures tell."""

    @property
    def id(self) -> str:
        """`person 1` and so on, by screen time."""
        ...

    @property
    def screen_time_s(self) -> float:
        """How long the person is seen in all."""
        ...

    @property
    def first_seen_s(self) -> float:
        """When the person is seen first, in film seconds."""
        ...

    @property
    def still_times_s(self) -> Sequence[float]:
        """Film seconds of the stills that show the person."""
        ...

    @property
    def rests_on(self) -> str:
        """What identity rests on: face, or where faces fail, palette and shape."""
        ...

    @property
    def certainty(self) -> float:
        """How sure it is that these are all views of one person, 0..1."""
        ...


class SeenFilm(Protocol):
    """Who is seen in a film, and when."""

    @property
    def cast(self) -> Sequence[SomeoneSeen]:
        """Everybody, the most seen first."""
        ...

    @property
    def is_drawn(self) -> bool:
        """Whether the film is drawn, so that faces tell less."""
        ...

    def people_in(self, start_s: float, end_s: float) -> tuple[str, ...]:
        """Ids of who is seen between two film times."""
        ...

    def size_in(self, start_s: float, end_s: float) -> str:
        """How near the camera is between two film times, `close-up` to `extreme long`; empty where nobody tells."""
        ...
