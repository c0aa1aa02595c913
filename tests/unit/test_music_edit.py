"""A piece of music edited to a cut: whole bars, on the grid, its drop where the trailer's is."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from cinecore.audio.drums import drum_hit
from cinecore.audio.form import MusicBar
from cinecore.audio.music_edit import KEPT_WITHIN_S, Cut, edit_to_cut
from cinecore.audio.piece import read_piece

BAR_S = Fraction(2)
LEVELS = ((0.0, -9.0), (6.0, -5.0), (20.0, -1.5), (44.0, 0.0))


def bars(count: int, *, loud_from: int = 0, bar_s: float = 2.0, first_s: float = 0.5) -> list[MusicBar]:
    """Bars whose colours come round every four, quiet before `loud_from`."""
    made = []
    for number in range(count):
        colour = np.zeros(52)
        colour[14 + number % 4] = colour[40 + number % 4] = 1.0
        level = -12.0 if number >= loud_from else -24.0
        start = first_s + number * bar_s
        made.append(MusicBar(start, start + bar_s, level, level, tuple(colour)))
    return made


def heard_at(spans, seconds: float) -> float:
    """Which second of the piece sounds at one of the trailer."""
    span = [span for span in spans if span.time_s <= seconds][-1]
    return span.source_s + seconds - float(span.time_s)


def cut(seconds: float = 60.0, drop_s: float | None = 44.0, stop_s: float | None = 40.0) -> Cut:
    drop = None if drop_s is None else Fraction(drop_s)
    return Cut(seconds, BAR_S, LEVELS, drop, stop_s)


def test_the_drop_of_the_piece_meets_the_trailers_and_its_build_leads_into_the_stop():
    piece = bars(60, loud_from=30)
    spans = edit_to_cut(piece, 30, cut())
    assert heard_at(spans, 44.0) == pytest.approx(piece[30].start_s)
    assert heard_at(spans, 39.999) == pytest.approx(piece[30].start_s, abs=0.01)


def test_without_a_stop_the_music_runs_whole_bars_into_its_drop():
    piece = bars(60, loud_from=30)
    spans = edit_to_cut(piece, 30, cut(drop_s=43.5, stop_s=None))
    assert spans[0].time_s == 0
    assert heard_at(spans, 43.5) == pytest.approx(piece[30].start_s)
    assert heard_at(spans, 43.499) == pytest.approx(piece[30].start_s, abs=0.01)


def test_edits_lie_on_bars_of_the_trailer_and_of_the_piece():
    for count, drop in ((60, 30), (12, 6), (5, None), (1, None)):
        piece = bars(count, loud_from=drop or 0)
        spans = edit_to_cut(piece, drop, cut())
        assert spans[0].time_s == 0
        for span in spans:
            assert span.time_s % BAR_S == 0
            assert any(abs(span.source_s - bar.start_s) < 1e-9 for bar in piece)
        # nothing is asked for that lies after the end of the piece
        ends = [*(span.time_s for span in spans[1:]), Fraction(60)]
        for span, end in zip(spans, ends, strict=True):
            if end != Fraction(44):
                assert span.source_s + float(end - span.time_s) <= piece[-1].end_s + 1e-6


def test_a_long_piece_is_cut_no_more_than_its_drop_asks():
    assert len(edit_to_cut(bars(60, loud_from=30), 30, cut())) <= 3
    assert len(edit_to_cut(bars(60), None, cut(drop_s=None, stop_s=None))) == 1


def test_a_short_piece_goes_back_to_a_bar_that_sounds_like_the_next():
    spans = edit_to_cut(bars(12), None, cut(drop_s=None, stop_s=None))
    assert len(spans) > 1
    for before, after in pairwise(spans):
        left = round((before.source_s + float(after.time_s - before.time_s) - 0.5) / 2)
        assert left % 4 == round((after.source_s - 0.5) / 2) % 4


def test_quiet_bars_open_and_full_ones_close():
    piece = bars(40, loud_from=20)
    spans = edit_to_cut(piece, None, cut(drop_s=None, stop_s=None))
    assert heard_at(spans, 1.0) < piece[20].start_s <= heard_at(spans, 50.0)


def test_a_piece_that_drifts_is_set_on_the_grid_again_at_each_downbeat():
    piece = bars(40, bar_s=2.02)
    spans = edit_to_cut(piece, None, cut(drop_s=None, stop_s=None))
    for second in range(0, 60, 2):
        nearest = min(abs(heard_at(spans, second) - bar.start_s) for bar in piece)
        assert nearest <= KEPT_WITHIN_S + 1e-9


def test_the_same_piece_is_edited_the_same_way():
    assert edit_to_cut(bars(30), 10, cut()) == edit_to_cut(bars(30), 10, cut())
    assert edit_to_cut([], None, cut()) == ()


def drummed(bpm: float, seconds: int) -> np.ndarray:
    sound = (np.random.default_rng(1).standard_normal(48_000 * seconds) * 1e-4).astype(np.float32)
    stroke = drum_hit("deep", 1)[:12_000]
    at = 0.5
    while at < seconds - 0.4:
        begin = round(at * 48_000)
        sound[begin : begin + len(stroke)] += 0.5 * stroke
        at += 60 / bpm
    return sound


def test_a_tempo_that_no_octave_brings_into_the_vibes_range_is_still_the_grid():
    piece = read_piece(drummed(170, 24), (100, 160), 128)
    assert piece.beats is not None
    assert float(piece.beats.bpm) == pytest.approx(170, rel=0.002)
    inside = read_piece(drummed(170, 24), (60, 110), 80)
    assert inside.beats is not None
    assert float(inside.beats.bpm) == pytest.approx(85, rel=0.002)


def test_a_piece_without_a_beat_is_cut_at_even_distances_with_long_crossfades():
    at = np.arange(48_000 * 30) / 48_000
    pad = sum(0.05 * np.sin(2 * np.pi * hertz * at) for hertz in (110, 165, 220)).astype(np.float32)
    piece = read_piece(pad, (60, 110), 80)
    assert piece.beats is None
    assert piece.bar_s == 2
    assert piece.crossfade_s >= 0.5
    assert len(piece.bars) == 15


def test_three_seconds_of_music_are_heard_whole_and_silence_round_them_is_not():
    sound = np.zeros(48_000 * 6, np.float32)
    sound[48_000 : 48_000 * 4] = 0.1 * np.sin(2 * np.pi * 220 * np.arange(48_000 * 3) / 48_000)
    piece = read_piece(sound, (60, 110), 80)
    assert len(piece.bars) == 1
    assert piece.bars[0].start_s == pytest.approx(1.0, abs=0.06)
    assert piece.seconds == pytest.approx(3.0, abs=0.12)
