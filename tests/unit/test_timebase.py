"""Exact time: rates, frames, samples, timecode, lengths as people write them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinecore.errors import InputError
from cinecore.timebase import (
    STANDARD_RATES,
    FrameRate,
    Span,
    parse_seconds,
    parse_timecode,
    round_half_up,
    timecode,
)

rates = st.sampled_from([FrameRate(fps) for fps in STANDARD_RATES])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("23.976", Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("59.94", Fraction(60000, 1001)),
        ("24", Fraction(24)),
        ("24000/1001", Fraction(24000, 1001)),
        ("12.5", Fraction(25, 2)),
    ],
)
def test_a_rate_is_read_as_the_fraction_that_is_meant(text: str, expected: Fraction) -> None:
    assert FrameRate.parse(text).fps == expected


@pytest.mark.parametrize("text", ["", "0", "-24", "24/0", "fast", "24 fps"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        FrameRate.parse(text)


@given(rates, st.integers(0, 10_000_000))
def test_a_frame_survives_the_way_to_seconds_and_back(rate: FrameRate, frame: int) -> None:
    assert rate.frames_nearest(rate.seconds(frame)) == frame


@given(rates, st.integers(0, 1_000_000), st.integers(1, 10_000))
def test_sample_positions_never_drift_from_frames(rate: FrameRate, start: int, length: int) -> None:
    exact = (start + length) * 48000 / rate.fps
    assert abs(rate.samples(start + length) - exact) <= Fraction(1, 2)


@given(rates, st.integers(0, 5_000_000))
def test_timecode_reads_back_as_the_frame_it_was(rate: FrameRate, frame: int) -> None:
    assert parse_timecode(timecode(frame, rate), rate) == frame


@given(st.sampled_from([Fraction(30000, 1001), Fraction(60000, 1001)]), st.integers(0, 5_000_000))
def test_drop_frame_timecode_reads_back_as_the_frame_it_was(fps: Fraction, frame: int) -> None:
    rate = FrameRate(fps)
    assert parse_timecode(timecode(frame, rate, drop_frame=True), rate) == frame


def test_drop_frame_timecode_keeps_pace_with_the_clock_over_an_hour() -> None:
    rate = FrameRate(Fraction(30000, 1001))
    assert timecode(107892, rate, drop_frame=True) == "01:00:00;00"
    assert timecode(1800, rate, drop_frame=True) == "00:01:00;02"
    assert timecode(17982, rate, drop_frame=True) == "00:10:00;00"


def test_drop_frame_needs_a_rate_that_has_it() -> None:
    with pytest.raises(InputError):
        timecode(0, FrameRate(Fraction(25)), drop_frame=True)


def test_a_timecode_that_drop_frame_leaves_out_is_refused() -> None:
    with pytest.raises(InputError):
        parse_timecode("00:01:00;00", FrameRate(Fraction(30000, 1001)))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", Fraction(90)),
        ("90s", Fraction(90)),
        ("1:30", Fraction(90)),
        ("0:01:30.5", Fraction(181, 2)),
        ("2m", Fraction(120)),
        ("1m30s", Fraction(90)),
        ("1h", Fraction(3600)),
    ],
)
def test_lengths_are_read_as_people_write_them(text: str, seconds: Fraction) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "-5", "1:2:3:4", "abc", "1:-3", "5 minutes"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_seconds(text)


@given(st.fractions())
def test_halves_round_up_and_nothing_moves_by_more_than_half(value: Fraction) -> None:
    rounded = round_half_up(value)
    assert -Fraction(1, 2) <= value - rounded < Fraction(1, 2)
    assert round_half_up(value + 1) == rounded + 1


def test_an_odd_rate_snaps_to_the_nearest_standard_one() -> None:
    assert FrameRate(Fraction(286300, 11929)).snapped() == FrameRate(Fraction(24))
    assert FrameRate(Fraction(12)).snapped() == FrameRate(Fraction(24000, 1001))


def test_spans_are_half_open() -> None:
    assert not Span(0, 5).overlaps(Span(5, 9))
    assert Span(0, 5).overlaps(Span(4, 9))
    assert Span(0, 5).contains(4)
    assert not Span(0, 5).contains(5)
    with pytest.raises(InputError):
        Span(5, 4)
