"""Times that cannot be are mended and it is said; what is past the film is dropped; repeats are merged."""

import time
from itertools import pairwise

from cinecut.ingestion.parsing import Subtitles, parse_subtitles


def clock(ms: int) -> str:
    sign = "-" if ms < 0 else ""
    ms = abs(ms)
    return f"{sign}{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d},{ms % 1000:03d}"


def read(*captions: tuple[int, int, str], film_duration_s: float | None = None) -> Subtitles:
    text = "".join(
        f"{number}\n{clock(start)} --> {clock(end)}\n{words}\n\n"
        for number, (start, end, words) in enumerate(captions, start=1)
    )
    return parse_subtitles(text.encode(), "film.srt", film_duration_s=film_duration_s)


def spans(found: Subtitles) -> list[tuple[int, int, str]]:
    return [(event.start_ms, event.end_ms, event.text) for event in found.events]


def test_good_times_are_left_alone_and_nothing_is_said() -> None:
    captions = [(1000, 2000, "One."), (2000, 3000, "Two."), (5000, 9000, "Three.")]
    found = read(*captions, film_duration_s=10.0)
    assert spans(found) == captions
    assert found.notices == ()


def test_lines_out_of_order_are_sorted() -> None:
    found = read((5000, 6000, "Later."), (1000, 2000, "Sooner."))
    assert [text for _, _, text in spans(found)] == ["Sooner.", "Later."]
    assert found.notices == ("1 subtitle line stood out of order and was sorted.",)


def test_a_line_without_length_gets_the_time_to_read_it_but_not_the_next_ones() -> None:
    found = read(
        (1000, 1000, "Where are you going tonight?"), (1500, 1200, "Home."), (9000, 8000, "Good night then.")
    )
    assert spans(found) == [
        (1000, 1500, "Where are you going tonight?"),
        (1500, 2200, "Home."),
        (9000, 9960, "Good night then."),
    ]
    assert found.notices == (
        "3 subtitle lines ended before or as it started and were given the time it takes to read.",
    )


def test_a_line_before_the_start_is_trimmed_or_dropped() -> None:
    found = read((-5000, -4000, "Never."), (-1000, 2000, "Half."), (3000, 4000, "Whole."))
    assert spans(found) == [(0, 2000, "Half."), (3000, 4000, "Whole.")]
    assert len(found.notices) == 2


def test_lines_past_the_films_end_are_dropped_and_one_over_it_is_trimmed() -> None:
    found = read(
        (1000, 2000, "In."),
        (9500, 11_000, "Over."),
        (10_000, 11_000, "Past."),
        (20_000, 21_000, "Far."),
        film_duration_s=10.0,
    )
    assert spans(found) == [(1000, 2000, "In."), (9500, 10_000, "Over.")]
    assert found.notices[0] == "2 subtitle lines lay past the film's end and were left out."


def test_the_subtitles_of_another_film_leave_nothing_but_a_notice() -> None:
    found = read((90_000, 91_000, "Too late."), film_duration_s=10.0)
    assert found.events == ()
    assert "another film" in found.notices[-1]


def test_without_a_films_length_nothing_is_past_its_end() -> None:
    assert len(read((1000, 2000, "In."), (90_000_000, 90_001_000, "Far.")).events) == 2


def test_a_small_overlap_is_rounding_and_a_large_one_is_two_people() -> None:
    found = read((1000, 3100, "One."), (3000, 5000, "Two."), (4000, 6000, "Both at once."))
    assert spans(found) == [(1000, 3000, "One."), (3000, 5000, "Two."), (4000, 6000, "Both at once.")]
    assert found.notices == (
        "1 subtitle line ran a little into the next one and was ended where that starts.",
    )


def test_a_line_that_stands_for_hours_is_shortened() -> None:
    found = read((1000, 7_000_000, "Help."), (8000, 9000, "What?"))
    assert spans(found)[0] == (1000, 21_000, "Help.")
    assert "shortened" in found.notices[0]


def test_the_same_line_twice_without_a_pause_is_one_line() -> None:
    found = read((1000, 2000, "No!"), (1000, 2000, "No!"), (2000, 3000, "No!"), (9000, 9900, "No!"))
    assert spans(found) == [(1000, 3000, "No!"), (9000, 9900, "No!")]


def test_a_line_that_grows_word_by_word_is_one_line() -> None:
    found = read(
        (1000, 1400, "I"), (1400, 1800, "I am"), (1800, 3000, "I am here."), (3000, 4000, "I am gone.")
    )
    assert spans(found) == [(1000, 3000, "I am here."), (3000, 4000, "I am gone.")]


def test_rolling_captions_say_each_line_once() -> None:
    rolling = (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:02.000\nwe went<00:00:00.500><c> to</c><00:00:01.000><c> the</c>\n\n"
        "00:00:02.000 --> 00:00:02.010\nwe went to the\n\n"
        "00:00:02.010 --> 00:00:04.000\nwe went to the\nold house<00:00:03.000><c> again</c>\n\n"
        "00:00:04.000 --> 00:00:04.010\nold house again\n\n"
        "00:00:04.010 --> 00:00:06.000\nold house again\nand nobody was there\n\n"
        "00:00:06.000 --> 00:00:06.010\nand nobody was there\n\n"
    )
    found = parse_subtitles(rolling.encode(), "a.vtt", film_duration_s=None)
    assert [text for _, _, text in spans(found)] == [
        "we went to the",
        "old house again",
        "and nobody was there",
    ]
    assert all(earlier.end_ms <= later.start_ms for earlier, later in pairwise(found.events))


def test_an_echo_of_three_noes_is_not_rolling() -> None:
    captions = [(1000 * place, 1000 * place + 900, f"Line number {place} is here.") for place in range(1, 20)]
    captions += [(20_000, 20_500, "No!\nNo!"), (20_500, 21_000, "No!\nGo!")]
    assert [event.text for event in read(*captions).events][-2:] == ["No! No!", "No! Go!"]


def cpu_seconds_for(captions: int) -> float:
    text = "".join(
        f"{n}\n{clock(n * 100)} --> {clock(n * 100 + 90)}\nThe <i>door</i> is open, number {n}.\n\n"
        for n in range(1, captions + 1)
    ).encode()
    before = time.process_time()
    assert len(parse_subtitles(text, "long.srt", film_duration_s=None).events) == captions
    return time.process_time() - before


def test_ten_times_the_lines_take_about_ten_times_the_work() -> None:
    cpu_seconds_for(100)
    assert cpu_seconds_for(15_000) < 30 * cpu_seconds_for(1_500)
