"""A memory in a film is footage that was shown before: it is fenced, and what it repeats is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples.film import FilmSpec, make_film

from cinecore.analysis.onepass import analyse_film
from cinecore.ffmpeg.probe import probe

pytestmark = pytest.mark.media


def test_a_memory_is_fenced_and_what_it_repeats_is_not(tmp_path: Path) -> None:
    sample = make_film(FilmSpec(1011, 60, 256, 144), tmp_path / "film")
    rate = float(probe(sample.film).video.average_rate.fps)  # type: ignore[union-attr]  # a film has pictures
    memories = [trap for trap in sample.truth.traps if trap.kind == "memory"]
    assert memories
    analysis = analyse_film(probe(sample.film), tmp_path / "work")
    fences = [fence for fence in analysis.fences if fence.kind == "repeat"]
    for memory in memories:
        middle = (memory.first + memory.end) / 2 / rate
        assert any(fence.start_s <= middle < fence.end_s for fence in fences), (memory, fences)
    for fence in fences:
        assert any(
            trap.first / rate - 0.2 <= fence.start_s and fence.end_s <= trap.end / rate + 0.2
            for trap in memories
        )
