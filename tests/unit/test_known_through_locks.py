"""What a locked clip tells a viewer counts for the clips behind it: faces, names, parts of lines, what had to be shown."""

from __future__ import annotations

from dataclasses import replace

from cinecore.timeline import BeatGrid
from cinecut.manifest.vibe import load_vibe
from cinecut.narrative.acquaintance import Known
from cinecut.narrative.brief import Brief
from cinecut.narrative.candidates import find_candidates
from cinecut.narrative.choice import Choice, Effort
from cinecut.narrative.film_grid import FilmGrid
from cinecut.narrative.judgement import judge, looks_of
from cinecut.narrative.locked import locks_of, shape_around
from cinecut.narrative.must_show import MustShow
from cinecut.narrative.permitted import permitted_footage
from cinecut.narrative.plan import plan_trailer
from cinecut.narrative.pool import Pool, make_pool
from cinecut.narrative.shape import shape_trailer
from cinecut.narrative.supply import wanted_zones
from cinecut.narrative.turning_points import find_turning_points
from synthetic_film import make_film, rate_of

RATE = rate_of()


def pool_with_lock() -> tuple[Pool, Choice, int]:
    """A pool round one locked clip of act 1 in which somebody speaks, a search over it, and the clip's first frame."""
    analysis, events = make_film(600.0, seed=4)
    named = [replace(event, speaker="Mara") for event in events]
    brief = Brief("film.mp4", analysis, named, (), load_vibe("documentary"), RATE, 60.0)
    plain = plan_trailer(brief)
    at = next(i for i, clip in enumerate(plain.clips) if clip.act == "act1" and clip.lines)
    brief = replace(brief, locked=locks_of(plain, (at,), RATE))
    grid = FilmGrid(analysis, RATE)
    points = find_turning_points(analysis, named)
    permitted = permitted_footage(brief, grid, points)
    looks = looks_of(brief)
    judged = judge(brief, grid, permitted, points, find_candidates(grid, named, permitted), looks)
    first = grid.at_or_after(plain.clips[at].source_start_s)
    wish = MustShow("the locked one", ((first, first + 24),))
    pool = make_pool(brief, grid, judged, looks, (), (wish,))
    shape = shape_trailer(brief.vibe, RATE, BeatGrid(brief.vibe.bpm_exact), 60.0, has_tagline=False)
    shape = shape_around(shape, brief.locked)
    return pool, Choice(pool, shape, 0, wanted_zones(shape, judged, 0), Effort()), first


def test_a_locked_clip_is_seen_as_the_lines_and_frames_it_holds() -> None:
    pool, _, first = pool_with_lock()
    locked = pool.locked[0]
    clip = pool.brief.locked[0].clip
    assert locked.candidate.core_in == first
    assert [pool.brief.events[number].text for number in locked.candidate.lines] == [
        line.text for line in clip.lines
    ]
    assert locked.said is not None


def test_after_a_locked_clip_its_speaker_is_known_and_its_picture_shown() -> None:
    pool, search, _ = pool_with_lock()
    _, known = pool.acquaintance.meet(Known(), len(pool.judged), "act1", is_heard=True, opens_act=False)
    assert known.met
    state = search.best_state()
    assert state is not None
    assert state.shown == 1, "nothing but the locked clip can fulfil that wish"
    assert state.known.met & known.met == known.met
