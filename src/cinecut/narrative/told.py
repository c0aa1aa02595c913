"""What a text model made of a film's lines: where its story turns, with reasons; values, no asking."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ToldTurn:
    """One turning point as a text model tells it."""

    time_s: float
    """Film seconds: where the line begins that it was tied to."""
    line: int
    """Which spoken line that is, counted from 1."""
    reason: str


@dataclass(frozen=True)
class ToldStory:
    """Five turning points in order, checked: inside the film, each tied to a line that is really there."""

    turns: tuple[ToldTurn, ToldTurn, ToldTurn, ToldTurn, ToldTurn]
    model: str
    """Identity of the model that was asked."""
    digest: str
    """Of all that it was asked and all that it answered."""
