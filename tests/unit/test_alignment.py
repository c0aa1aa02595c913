"""Lines against heard speech: moved to the words, shifted and stretched together, or left alone and said so.

The speech is written down as the probabilities that the network would give; `bench/line_edges.py` has real voices.
"""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
from tests.synthetic_film import line, make_film

from cinecore.analysis.film import FilmAnalysis, SoundCurves
from cinecut.ingestion.alignment import NO_SPEECH, OTHER_FILM, Alignment, Verdict, align_lines, read_aligned
from cinecut.ingestion.heard_speech import heard_speech
from cinecut.ingestion.line_fit import fit_lines
from cinecut.ingestion.parsing import Subtitles, parse_subtitles
from cinecut.models import DialogueEvent, LineKind

Spans = list[tuple[float, float]]
FILM_S = 900.0


def words_of(seed: int, seconds: float = FILM_S) -> Spans:
    """When somebody speaks in a film: lines of 0.4 to 4 s with pauses as films have them."""
    dice = random.Random(seed)
    spans: Spans = []
    at = dice.uniform(1, 10)
    while at < seconds - 6:
        length = dice.uniform(0.4, 4.0)
        spans.append((at, at + length))
        at += (
            length
            + dice.choices((dice.uniform(0.2, 0.6), dice.uniform(0.6, 3), dice.uniform(3, 25)), (3, 5, 2))[0]
        )
    return spans


def heard(spans: Spans, seconds: float = FILM_S) -> SoundCurves:
    """The sound in which these words were heard, edges as late as the network tells them."""
    voice = np.full(round(seconds / 0.032), 0.02, np.float32)
    for start_s, end_s in spans:
        voice[round((start_s + 0.012) / 0.032) : round((end_s + 0.06) / 0.032)] = 0.95
    nothing = np.zeros(0, np.float32)
    return SoundCurves(0.1, nothing, nothing, -20.0, voice=voice)


def lines_at(spans: Spans) -> list[DialogueEvent]:
    return [
        line(round(start, 3), round(end, 3), f"Line {place}.", index=place)
        for place, (start, end) in enumerate(spans)
    ]


def blurred(spans: Spans, seed: int, by_s: float) -> Spans:
    """The same lines set by a careless hand, still one after another."""
    dice = random.Random(seed)
    careless: Spans = []
    for start_s, end_s in spans:
        start = max(careless[-1][1] if careless else 0.0, start_s + dice.uniform(-by_s, by_s))
        careless.append((start, max(start + 0.2, end_s + dice.uniform(-by_s, by_s))))
    return careless


def aligned(spans: Spans, sound: SoundCurves | None, seconds: float = FILM_S) -> Alignment:
    return align_lines(lines_at(spans), sound, 0.0, seconds)


def errors(found: Alignment, truth: Spans) -> np.ndarray:
    times = np.array([(event.start_s, event.end_s) for event in found.events])
    return np.abs(times - np.array(truth))


def test_edges_move_to_the_words() -> None:
    truth = words_of(1)
    careless = blurred(truth, 2, 0.4)
    found = aligned(careless, heard(truth))
    assert found.verdict is Verdict.FITS
    off = errors(found, truth)
    assert (off < 0.08).mean() > 0.95
    assert np.abs(np.array(careless) - np.array(truth)).mean() > 5 * off.mean()
    assert str(found.edges_moved) in found.notices[0]


def test_no_edge_moves_farther_than_half_a_second() -> None:
    truth = words_of(3)
    apart = [span for span, after in itertools.pairwise(truth) if after[0] - span[1] > 2]
    careless = blurred(apart, 4, 0.9)
    found = aligned(careless, heard(apart))
    assert found.verdict is Verdict.FITS
    moved = np.abs(errors(found, careless))
    assert moved.max() <= 0.501


def test_lines_that_stand_on_their_words_are_not_touched() -> None:
    truth = words_of(5)
    found = aligned(truth, heard(truth))
    assert found.events == tuple(lines_at(truth))
    assert found.notices == ()


def test_lines_set_by_the_sound_are_believed_over_an_edge_heard_late() -> None:
    truth = words_of(18)
    dice = random.Random(1)
    late = [
        (start + 0.3, end) if dice.random() < 0.15 and end - start > 1 else (start, end)
        for start, end in truth
    ]
    assert late != truth
    assert aligned(truth, heard(late)).events == tuple(lines_at(truth))


def test_an_end_that_stands_on_for_reading_leaves_the_starts_alone() -> None:
    truth = words_of(6)
    lingering = [(start, end + 0.3) for start, end in truth]
    clear = [place for place, (_, end) in enumerate(lingering[:-1]) if end < lingering[place + 1][0]]
    kept = [lingering[place] for place in clear]
    found = aligned(kept, heard(truth))
    assert [event.start_s for event in found.events] == [round(start, 3) for start, _ in kept]
    off = np.abs(
        np.array([event.end_s for event in found.events]) - np.array([truth[place][1] for place in clear])
    )
    assert (off < 0.08).mean() > 0.95


def test_lines_never_come_to_overlap_and_never_vanish() -> None:
    for seed in range(5):
        truth = words_of(seed, 300.0)
        found = aligned(blurred(truth, seed, 0.45), heard(truth, 300.0), 300.0)
        for earlier, later in zip(found.events, found.events[1:], strict=False):
            assert earlier.end_ms <= later.start_ms
        assert all(event.end_ms - event.start_ms >= 190 for event in found.events)


def test_two_who_speak_at_once_keep_both_lines() -> None:
    truth = words_of(7)
    both: Spans = []
    for start, end in truth:
        both += [(start, end), (start + (end - start) / 2, end)] if end - start > 2 else [(start, end)]
    found = aligned(both, heard(truth))
    assert found.verdict is Verdict.FITS
    assert errors(found, both).max() <= 0.1


@pytest.mark.parametrize("shift_s", [-3.0, -0.4, 3.0, 45.0, -80.0])
def test_a_shift_is_found_and_taken_back(shift_s: float) -> None:
    truth = words_of(8)
    shifted = [(start - shift_s, end - shift_s) for start, end in truth if start - shift_s > 0]
    found = aligned(blurred(shifted, 9, 0.15), heard(truth))
    assert found.verdict is Verdict.MOVED
    assert found.fit is not None
    assert found.fit.shift_s == pytest.approx(shift_s, abs=0.06)
    assert f"{abs(found.fit.shift_s):.2f} s {'later' if shift_s > 0 else 'earlier'}" in found.notices[0]
    kept = [span for span in truth if span[0] - shift_s > 0]
    assert (errors(found, kept) < 0.1).mean() > 0.95


@pytest.mark.parametrize(
    "stretch", [Fraction(25025, 24000), Fraction(24000, 25025), Fraction(25, 24), Fraction(24, 25)]
)
def test_a_stretch_between_frame_rates_is_found_and_taken_back(stretch: Fraction) -> None:
    truth = words_of(10)
    written = [
        ((start - 1.5) / float(stretch), (end - 1.5) / float(stretch)) for start, end in truth if start > 2
    ]
    found = aligned(written, heard(truth))
    assert found.verdict is Verdict.MOVED
    assert found.fit is not None
    assert found.fit.stretch == stretch
    assert ("slower" if stretch > 1 else "faster") in found.notices[0]
    assert (errors(found, [span for span in truth if span[0] > 2]) < 0.12).mean() > 0.95


def test_the_wrong_films_subtitles_are_said_and_not_forced() -> None:
    for seed in range(4):
        lines = blurred(words_of(100 + seed), 1, 0.1)
        found = aligned(lines, heard(words_of(200 + seed)))
        assert found.verdict is Verdict.OTHER_FILM
        assert found.events == tuple(lines_at(lines))
        assert found.notices == (OTHER_FILM,)


def test_lines_of_a_film_without_speech_are_left_alone() -> None:
    lines = words_of(11)
    found = aligned(lines, heard([(100.0, 101.0)]))
    assert found.verdict is Verdict.NO_SPEECH
    assert found.events == tuple(lines_at(lines))
    assert found.notices == (NO_SPEECH,)


def test_a_few_right_lines_are_set_and_a_few_wrong_ones_are_not_moved_together() -> None:
    truth = words_of(12, 60.0)[:6]
    right = aligned(blurred(truth, 1, 0.3), heard(truth, 60.0), 60.0)
    assert right.verdict is Verdict.FITS
    assert errors(right, truth).mean() < 0.05
    wrong = [(start + 20.0, end + 20.0) for start, end in truth[:3]]
    found = aligned(wrong, heard(truth, 60.0), 60.0)
    assert found.verdict is not Verdict.MOVED


def test_a_film_that_was_not_listened_to_leaves_its_lines_without_a_word() -> None:
    lines = words_of(13)
    nothing = np.zeros(0, np.float32)
    unheard = SoundCurves(0.1, nothing, nothing)
    for sound in (None, unheard):
        found = aligned(lines, sound)
        assert found.verdict is Verdict.NOT_HEARD
        assert found.events == tuple(lines_at(lines))
        assert found.notices == ()


def test_sounds_in_brackets_move_with_the_film_but_not_to_words() -> None:
    truth = words_of(14)
    lines = lines_at([(start - 3.0, end - 3.0) for start, end in truth if start > 4])
    tag = line(50.2, 51.3, "thunder", index=900, kind=LineKind.SOUND_TAG)
    found = align_lines(sorted([*lines, tag], key=lambda event: event.start_ms), heard(truth), 0.0, FILM_S)
    assert found.verdict is Verdict.MOVED
    moved = next(event for event in found.events if event.index == 900)
    assert (moved.start_s, moved.end_s) == pytest.approx((53.2, 54.3), abs=0.03)
    assert moved.midpoint_s == pytest.approx((moved.start_s + moved.end_s) / 2)


def test_equal_lines_are_aligned_alike() -> None:
    truth = words_of(15)
    assert aligned(blurred(truth, 1, 0.3), heard(truth)) == aligned(blurred(truth, 1, 0.3), heard(truth))


def test_a_long_film_is_fitted_in_one_look() -> None:
    """Two and a half hours with 24 frames taken for 23.976: 9 s at its end."""
    seconds = 9000.0
    truth = words_of(16, seconds)
    written = [(start / 1.001, end / 1.001) for start, end in truth]
    fit = fit_lines(written, heard_speech(heard(truth, seconds)), 0.0, seconds)
    assert fit.stretch == Fraction(1001, 1000)


def analysed(sound: SoundCurves | None) -> FilmAnalysis:
    analysis, _ = make_film(FILM_S)
    return FilmAnalysis(**{**vars(analysis), "sound": sound})


def as_srt(spans: Spans) -> bytes:
    def stamp(seconds: float) -> str:
        whole = round(seconds * 1000)
        return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02},{whole % 1000:03}"

    return "\n".join(
        f"{place}\n{stamp(start)} --> {stamp(end)}\nThis is line number {place}.\n"
        for place, (start, end) in enumerate(spans, 1)
    ).encode()


def test_lines_of_a_slower_film_are_not_lost_at_this_films_end() -> None:
    truth = words_of(17)
    slower = [(start * 25025 / 24000, end * 25025 / 24000) for start, end in truth]
    assert slower[-1][0] > FILM_S

    def read(film_duration_s: float | None) -> Subtitles:
        return parse_subtitles(as_srt(slower), "slow.srt", film_duration_s=film_duration_s)

    found = read_aligned(read, FILM_S, analysed(heard(truth)))
    assert len(found.events) == len(truth)
    assert found.events[-1].start_s == pytest.approx(truth[-1][0], abs=0.1)
    assert not any("past the film's end" in notice for notice in found.notices)
    unheard = read_aligned(read, FILM_S, analysed(None))
    assert any("past the film's end" in notice for notice in unheard.notices)
