"""Timecode against a clock that counts one frame after the other, and cumulative positions against sums."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinecore.errors import InputError
from cinecore.timebase import STANDARD_RATES, FrameRate, parse_seconds, parse_timecode, timecode

rates = st.sampled_from([FrameRate(fps) for fps in STANDARD_RATES])
drop_rates = [FrameRate(Fraction(30000, 1001)), FrameRate(Fraction(60000, 1001))]


def counted(frames: int, nominal: int, dropped: int) -> list[str]:
    """The labels of a counter that goes through every frame and skips by the rule's own words."""
    labels = []
    hour = minute = second = frame = 0
    for _ in range(frames):
        labels.append(f"{hour:02}:{minute:02}:{second:02};{frame:02}")
        frame += 1
        if frame == nominal:
            frame, second = 0, second + 1
        if second == 60:
            second, minute = 0, minute + 1
            if minute % 10:
                frame = dropped
        if minute == 60:
            minute, hour = 0, hour + 1
    return labels


@pytest.mark.parametrize(("rate", "dropped"), [(drop_rates[0], 2), (drop_rates[1], 4)])
def test_drop_frame_is_what_a_counter_shows_frame_by_frame(rate: FrameRate, dropped: int) -> None:
    frames = rate.nominal * 60 * 21
    labels = [timecode(frame, rate, drop_frame=True) for frame in range(frames)]
    assert labels == counted(frames, rate.nominal, dropped)


@pytest.mark.parametrize("rate", drop_rates)
@given(st.integers(0, 24 * 3600 * 30))
def test_drop_frame_never_leaves_the_clock_by_more_than_its_skipped_numbers(
    rate: FrameRate, frame: int
) -> None:
    hours, minutes, rest = timecode(frame, rate, drop_frame=True).split(":")
    seconds, number = rest.split(";")
    shown = int(hours) * 3600 + int(minutes) * 60 + int(seconds) + Fraction(int(number), rate.nominal)
    assert abs(shown - rate.seconds(frame)) < Fraction(3, 20)


@given(rates, st.integers(0, 3_000_000))
def test_the_frame_after_has_the_label_after(rate: FrameRate, frame: int) -> None:
    first, second = timecode(frame, rate), timecode(frame + 1, rate)
    assert first < second or len(first) < len(second)


@given(st.sampled_from([Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30), Fraction(60)]))
def test_rates_without_drop_frame_refuse_its_spelling(fps: Fraction) -> None:
    with pytest.raises(InputError, match="Drop-frame"):
        parse_timecode("00:00:10;10", FrameRate(fps))


@given(rates, st.text(st.sampled_from("0123456789:;. -"), max_size=12))
def test_any_text_is_a_timecode_that_prints_as_itself_or_is_refused(rate: FrameRate, text: str) -> None:
    try:
        frame = parse_timecode(text, rate)
    except InputError:
        return
    assert timecode(frame, rate, drop_frame=";" in text).lstrip("0") == text.strip().lstrip("0")


@given(rates, st.lists(st.integers(1, 500), min_size=1, max_size=60))
def test_samples_of_clips_laid_end_to_end_add_up(rate: FrameRate, lengths: list[int]) -> None:
    position = 0
    total = 0
    for length in lengths:
        total += rate.samples(position + length) - rate.samples(position)
        position += length
    assert total == rate.samples(position)


@given(st.text(max_size=12))
def test_any_text_is_a_length_of_time_or_refused(text: str) -> None:
    try:
        seconds = parse_seconds(text)
    except InputError:
        return
    assert seconds >= 0


@given(st.text(max_size=12))
def test_any_text_is_a_rate_above_zero_or_refused(text: str) -> None:
    try:
        rate = FrameRate.parse(text)
    except InputError:
        return
    assert rate.fps > 0
