"""Filter graphs as values: built by pure functions, escaped and printed in this one place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

Value = str | int | float | Fraction

_BARE = re.compile(r"[A-Za-z0-9_.+\-/*()%#@|<>^&!?~ ]*\Z")


@dataclass(frozen=True)
class Filter:
    """One filter with its options, in order."""

    name: str
    options: tuple[tuple[str, Value], ...] = ()


def filter_(name: str, **options: Value) -> Filter:
    """A filter by name; a trailing underscore of an option (a Python word) is dropped."""
    return Filter(name, tuple((key.rstrip("_"), value) for key, value in options.items()))


@dataclass(frozen=True)
class Chain:
    """Filters one after the other, from labels to labels."""

    inputs: tuple[str, ...]
    filters: tuple[Filter, ...]
    outputs: tuple[str, ...]


@dataclass
class Graph:
    """Chains in the order they were added."""

    chains: list[Chain] = field(default_factory=list)

    def add(
        self, inputs: str | tuple[str, ...], filters: list[Filter], outputs: str | tuple[str, ...]
    ) -> None:
        """One more chain."""
        ins = (inputs,) if isinstance(inputs, str) else inputs
        outs = (outputs,) if isinstance(outputs, str) else outputs
        self.chains.append(Chain(tuple(part for part in ins if part), tuple(filters), outs))

    def __str__(self) -> str:
        """The graph as `-filter_complex` reads it."""
        return ";".join(
            "".join(f"[{label}]" for label in chain.inputs)
            + ",".join(print_filter(item) for item in chain.filters)
            + "".join(f"[{label}]" for label in chain.outputs)
            for chain in self.chains
        )


def print_filter(item: Filter) -> str:
    """`name=key=value:key=value`, each value escaped for both of ffmpeg's levels."""
    if not item.options:
        return item.name
    return f"{item.name}=" + ":".join(f"{key}={escape(_text(value))}" for key, value in item.options)


def print_chain(filters: list[Filter]) -> str:
    """Filters for `-vf` or `-af`."""
    return ",".join(print_filter(item) for item in filters)


def _text(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:.9g}"
    return str(value)


def escape(value: str) -> str:
    """A value safe inside a filter graph: first the option level, then the graph level.

    Source: ffmpeg-filters(1), "Notes on filtergraph escaping".
    """
    if _BARE.match(value) and value == value.strip():
        return value
    # blanks too: both levels drop them at the ends of a value
    option_level = re.sub(r"([\\': \n\t\r])", r"\\\1", value)
    return re.sub(r"([\\'\[\],; \n\t\r])", r"\\\1", option_level)
