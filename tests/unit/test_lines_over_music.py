"""Lines under which music plays: what was nearly right stays so, what was not comes nearer."""

from __future__ import annotations

import random

import numpy as np
import pytest
from samples.spoken_track import make_spoken_track

from cinecore.analysis.film import SoundCurves
from cinecore.analysis.sound import SoundMeter
from cinecut.ingestion.alignment import align_lines
from cinecut.models import DialogueEvent

SECONDS = 60.0
SEEDS = (9100, 9101)
"""Nothing was tuned on these."""

Spans = list[tuple[float, float]]


def film(seed: int) -> tuple[Spans, SoundCurves]:
    """When its words are spoken, and what was heard of it: speech 12 dB over a composed score."""
    track = make_spoken_track(seed, SECONDS, music_db=12.0)
    meter = SoundMeter(1)
    meter.add(track.sound[:, None])
    meter.close()
    curves = meter.curves()
    assert curves is not None
    return [(line.start_s, line.end_s) for line in track.lines], curves


def careless(words: Spans, seed: int, by_s: float) -> Spans:
    """Lines whose edges are off by up to `by_s`, none before another's end."""
    dice = random.Random(seed)
    lines: Spans = []
    for start_s, end_s in words:
        start = max(lines[-1][1] if lines else 0.0, start_s + dice.uniform(-by_s, by_s))
        lines.append((start, max(start + 0.15, end_s + dice.uniform(-by_s, by_s))))
    return lines


def events(spans: Spans) -> list[DialogueEvent]:
    """The same as the program reads them."""
    return [
        DialogueEvent(round(a * 1000), round(b * 1000), a, b, (a + b) / 2, "Words.", "neutral", index=index)
        for index, (a, b) in enumerate(spans)
    ]


def mean_off_s(lines: Spans, words: Spans) -> float:
    """Mean distance of the edges from the words', in seconds."""
    return float(np.abs(np.array(lines) - np.array(words)).mean())


@pytest.mark.parametrize("seed", SEEDS)
def test_lines_that_were_off_by_a_tenth_of_a_second_get_no_worse_over_music(seed: int) -> None:
    words, heard = film(seed)
    for by_s, part_left in ((0.0, None), (0.05, 1.0), (0.1, 1.0), (0.2, 0.9), (0.4, 0.75)):
        given = careless(words, seed, by_s)
        found = sorted(align_lines(events(given), heard, 0.0, SECONDS).events, key=lambda one: one.index)
        got = mean_off_s([(one.start_s, one.end_s) for one in found], words)
        allowed = 0.001 if part_left is None else part_left * mean_off_s(given, words)
        assert got <= allowed + 1e-3, f"off by up to {by_s} s: {got * 1000:.0f} ms"  # whole milliseconds
