"""Lines under which music plays: what was nearly right stays so, what was not comes nearer."""

from __future__ import annotations

import pytest
from bench.line_edges import align, as_events, careless, hear, off

SECONDS = 60.0
SEEDS = (9100, 9101)
"""Nothing was tuned on these."""
MUSIC_DB = 12.0
"""How far speech stands over the composed score."""


@pytest.mark.parametrize("seed", SEEDS)
def test_lines_that_were_off_by_a_tenth_of_a_second_get_no_worse_over_music(seed: int) -> None:
    film = hear(seed, SECONDS, MUSIC_DB)
    for by_s, part_left in ((0.0, None), (0.05, 1.0), (0.1, 1.0), (0.2, 0.9), (0.4, 0.75)):
        given = careless(film.words, seed, by_s)
        got = off(align(given, film, SECONDS).events, film.words).mean()
        allowed = 0.001 if part_left is None else part_left * off(tuple(as_events(given)), film.words).mean()
        assert got <= allowed + 1e-3, f"off by up to {by_s} s: {got * 1000:.0f} ms"  # whole milliseconds
