"""The bench's own counting: nothing is found twice, and what is wrong counts against its kind."""

from __future__ import annotations

import pytest
from bench.shot_scores import Film, Score, TrueChange, shared_truth, table


def test_one_found_change_serves_one_true_change_and_the_rest_is_wrong() -> None:
    film = Film("film", [TrueChange(50, 50, ("hard", "dark"))], [(90, 99)], {"dark": [(40, 80)]})
    score = Score()
    score.add(film, [(50, "hard"), (51, "hard"), (70, "dissolve"), (95, "hard"), (120, "hard")])
    assert score.figures("hard") == pytest.approx((1 / 3, 1.0, 0.5))
    assert score.figures("dark") == pytest.approx((1 / 2, 1.0, 2 / 3))
    assert score.wrong["dissolve"] == 1


def test_a_fade_takes_two_found_changes_and_a_dissolve_one() -> None:
    changes = [TrueChange(10, 30, ("fade",)), TrueChange(60, 80, ("dissolve",))]
    score = Score()
    score.add(Film("film", changes, []), [(12, "hard"), (28, "hard"), (65, "dissolve"), (75, "dissolve")])
    assert score.figures("fade") == (1.0, 1.0, 1.0)
    assert score.figures("dissolve") == pytest.approx((0.5, 1.0, 2 / 3))
    assert sum(score.wrong.values()) == 1


def test_a_dip_to_black_serves_the_fade_out_and_the_fade_in() -> None:
    score = Score()
    score.add(
        Film("film", [TrueChange(10, 30, ("fade",)), TrueChange(28, 50, ("fade",))], []), [(29, "fade")]
    )
    assert score.figures("fade") == (1.0, 1.0, 1.0)


def test_a_hand_checked_film_allows_two_frames_and_the_table_names_each_kind_once() -> None:
    truth = {"hard_cuts": [100, 200], "gradual": [{"type": "fade_in", "range": [40, 60]}]}
    score = Score()
    score.add(shared_truth("film", truth), [(50, "fade"), (98, "hard"), (203, "hard")])
    assert score.figures("hard") == pytest.approx((0.5, 0.5, 0.5))
    assert table({"ours": score}).splitlines()[2:] == [
        "| hard | 2 | 0.500 / 0.500 / **0.500** |",
        "| fade | 1 | 1.000 / 1.000 / **1.000** |",
    ]
