"""Whatever the film, a planned trailer holds every bar or says in one sentence why there is none."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.synthetic_film import make_film
from tests.trailer_bars import broken_bars

from cinecore.analysis.film import Fence
from cinecore.errors import InputError
from cinecore.timebase import FrameRate
from cinecore.timeline import BeatGrid
from cinecut.manifest.vibe import load_vibe, vibe_names
from cinecut.narrative.brief import Brief
from cinecut.narrative.plan import plan_trailer

RATES = [Fraction(24), Fraction(25), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(50)]


FILMS = {
    "seconds": st.sampled_from([20.0, 45.0, 90.0, 240.0, 600.0]),
    "seed": st.integers(0, 10_000),
    "fps": st.sampled_from(RATES),
    "mean_shot_s": st.sampled_from([1.2, 3.0, 6.0, 40.0]),
    "lines_a_minute": st.sampled_from([0.0, 4.0, 10.0, 18.0]),
    "credits_share": st.sampled_from([0.0, 0.1, 0.2]),
    "offset_ms": st.sampled_from([0, 21, 480]),
    "is_millisecond": st.booleans(),
    "vibe": st.sampled_from(vibe_names()),
    "asked_s": st.sampled_from([None, 6.0, 15.0, 29.0, 45.0, 90.0, 150.0]),
    "spoilers": st.sampled_from(["none", "mild", "full"]),
    "grid": st.sampled_from(
        [None, BeatGrid(Fraction(137), Fraction(31, 100)), BeatGrid(Fraction("92.37"), Fraction(1, 7))]
    ),
    "has_fence": st.booleans(),
    "tagline": st.sampled_from(["", "No way back."]),
}
PHASES = [Phase.explicit, Phase.generate]


@settings(
    max_examples=24, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=PHASES
)
@given(**FILMS)
def test_every_bar_holds_on_any_film(**film) -> None:
    _check(**film)


@pytest.mark.sweep
@settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=PHASES
)
@given(**FILMS)
def test_every_bar_holds_on_many_more_films(**film) -> None:
    _check(**film)


def _check(
    *,
    seconds,
    seed,
    fps,
    mean_shot_s,
    lines_a_minute,
    credits_share,
    offset_ms,
    is_millisecond,
    vibe,
    asked_s,
    spoilers,
    grid,
    has_fence,
    tagline,
) -> None:
    fences = (Fence(seconds * 0.3, seconds * 0.3 + 4.0, "card"),) if has_fence else ()
    film, events = make_film(
        seconds,
        seed=seed,
        fps=fps,
        mean_shot_s=mean_shot_s,
        lines_a_minute=lines_a_minute,
        credits_s=seconds * credits_share,
        offset_ms=offset_ms,
        millisecond_clock=is_millisecond,
        fences=fences,
    )
    profile = load_vibe(vibe)
    rate = FrameRate(fps)
    brief = Brief(
        "a film.mp4",
        film,
        events,
        (),
        profile,
        rate,
        asked_s,
        spoilers,
        seed=seed,
        tagline=tagline,
        grid=grid,
    )
    try:
        manifest = plan_trailer(brief)
    except InputError as error:
        # only films with next to nothing to show may be refused, and in words
        if not re.search("footage|short", error.happened) or not (seconds <= 45.0 or lines_a_minute == 18.0):
            raise
        return
    broken = list(
        broken_bars(manifest, film, events, rate, allows_montage=profile.allows_montage, asked_s=asked_s)
    )
    assert broken == []
