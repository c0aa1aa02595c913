"""The way into narrative: a brief in, a finished manifest out; each step has a module of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from cinecore.analysis.film import FilmAnalysis
from cinecore.errors import InputError
from cinecore.timebase import seconds_text
from cinecore.timeline import BeatGrid
from cinecut.manifest.reading import reading_s
from cinecut.manifest.schema import Alternate, BpmGrid, Manifest, MusicBed, StructuralAnchors
from cinecut.models import TurningPoints
from cinecut.narrative.alternates import find_alternates
from cinecut.narrative.brief import Brief
from cinecut.narrative.candidates import find_candidates
from cinecut.narrative.choice import Choice, Effort
from cinecut.narrative.film_grid import FilmGrid, Mask
from cinecut.narrative.granted import all_banned, unfulfilled, with_wishes
from cinecut.narrative.improving import Improving
from cinecut.narrative.join import Joined, handle_frames, join
from cinecut.narrative.judgement import Judged, in_film_order, judge, looks_of
from cinecut.narrative.kept import find_kept, without_fulfilment
from cinecut.narrative.locked import shape_around
from cinecut.narrative.must_show import find_must_show
from cinecut.narrative.permitted import Permitted, permitted_footage
from cinecut.narrative.pool import Pool, make_pool
from cinecut.narrative.shape import LEAST_DURATION_S, SHORTEST_WITH_TAGLINE_S, Shape, shape_trailer
from cinecut.narrative.supply import wanted_zones
from cinecut.narrative.trailer_state import Chosen
from cinecut.narrative.turning_points import find_turning_points, turning_points_by_rule
from cinecut.narrative.written import write_parts

LONGEST_DEFAULT_S = 120.0
SHORTEST_DEFAULT_S = 6.0
DEFAULT_SHARE = 0.25
"""Of the permitted footage: the default length."""

MOST_SHARE = 0.8
"""Of the permitted footage that a trailer can hold at most: clips stand two seconds apart."""

SHRINK = 0.82
FEW_CANDIDATES = 4000
"""Candidates times beam width that a wide attempt spends: few candidates are searched all but wholly."""

SMALL_FILM = 150
"""Candidates below which every place of each is tried."""


MOST_PLANS_FOR_WISHES = 4
"""Plans of one length that are tried where not all that a person wants kept is in the first."""

SPOKEN_OVER = 0.25
"""Of the permitted footage: where less than this lies between spoken lines, it is they that leave too little."""

CALM_CUTS, BUSY_CUTS = 8.0, 24.0
"""Cuts a minute of calm and of busy feature films (mean shots of 7.5 and 2.5 s)."""


@dataclass(frozen=True)
class _Plan:
    shape: Shape
    chosen: tuple[Chosen, ...]
    handle: int
    judged: tuple[Judged, ...]


def plan_trailer(brief: Brief) -> Manifest:
    """The whole trailer as a manifest: choice, order, transitions, cards, anchors and grid.

    Raises:
        InputError: The film has no footage that a trailer can be made of.
    """
    grid = FilmGrid(brief.analysis, brief.rate)
    points = (
        turning_points_by_rule(brief.analysis)
        if brief.is_by_rule
        else find_turning_points(brief.analysis, brief.events, brief.eyes, brief.told)
    )
    permitted = permitted_footage(brief, grid, points)
    looks = looks_of(brief)
    candidates, kept = find_kept(brief, grid, permitted, find_candidates(grid, brief.events, permitted))
    judged = judge(brief, grid, permitted, points, candidates, looks)
    kept = without_fulfilment(kept, judged)
    if not judged:
        if brief.ban:
            raise all_banned(brief)
        if find_candidates(grid, (), permitted):
            raise _spoken_over(brief)
        raise InputError(
            "The film has no footage for a trailer: everything is black, fenced off or too short.",
            brief.source_file,
            "Check that the film plays, or widen --in, --out and --spoilers.",
        )
    beats = brief.grid or BeatGrid(brief.vibe.bpm_exact)
    wanted = brief.duration_s if brief.duration_s is not None else _default_duration(permitted.seconds)
    must_show = find_must_show(brief, points, permitted, grid, judged, wanted)
    quiet = permitted.allowed & grid.clean & ~grid.spoken(brief.events)
    pool = make_pool(brief, grid, judged, looks, kept, must_show)
    attempts = _attempts(brief, judged)
    try:
        plan = _longest_that_fits(attempts, brief, beats, wanted, permitted, quiet, pool)
    except InputError:
        if len(judged) >= SMALL_FILM:
            raise
        last = _last_attempt(attempts, len(judged))
        plan = _longest_that_fits((last,), brief, beats, wanted, permitted, quiet, pool)
    judged = plan.judged
    joined = join(plan.chosen, judged, plan.shape, brief.vibe, plan.handle, brief.locked)
    alternates = find_alternates(brief, grid, plan.shape, judged, joined)
    manifest = _manifest(brief, grid, points, permitted, judged, plan, joined, alternates, wanted, beats)
    return with_wishes(manifest, brief, kept, plan.chosen, judged)


def _default_duration(permitted_s: float) -> float:
    return max(SHORTEST_DEFAULT_S, min(LONGEST_DEFAULT_S, DEFAULT_SHARE * permitted_s))


def _longest_that_fits(
    attempts: tuple[tuple[float, Effort], ...],
    brief: Brief,
    beats: BeatGrid,
    wanted: float,
    permitted: Permitted,
    quiet: Mask,
    whole: Pool,
) -> _Plan:
    """The plan at the wanted length, or at the longest shorter one, that one of these attempts gives.

    Of several the one that keeps most of what a person wants kept.

    Raises:
        InputError: None of them gives one of any length.
    """
    duration = min(wanted, max(SHORTEST_DEFAULT_S, MOST_SHARE * permitted.seconds + brief.vibe.title.seconds))
    handles = [handle_frames(brief.vibe, brief.rate), 0]
    judged, kept = whole.judged, whole.kept.wants
    busyness = film_busyness(brief.analysis)
    plain = in_film_order(judged, permitted)
    is_for_want_of_footage = duration < wanted
    found: list[_Plan] = []
    pools = (whole,) if plain == judged else (whole, whole.with_zones_of(plain))
    while True:
        # where zones moved by meaning leave too little in one of them, film time alone decides
        tries = [(number, *attempt, pool) for pool in pools for number, attempt in enumerate(attempts)]
        for attempt, pace, effort, pool in tries:
            try:
                shape = shape_trailer(
                    brief.vibe,
                    brief.rate,
                    beats,
                    duration,
                    has_title=brief.title is None or bool(brief.title.strip()),
                    has_tagline=bool(brief.tagline.strip()),
                    reading=(reading_s(brief.title or ""), reading_s(brief.tagline)),
                    pace=pace,
                    busyness=busyness,
                )
            except InputError:
                if duration > LEAST_DURATION_S:
                    break
                if is_for_want_of_footage:
                    raise _too_little(brief, permitted, quiet) from None
                raise
            shape = shape_around(shape, brief.locked)
            is_for_want_of_footage = True
            handle = handles[min(attempt, 1)]
            zones = wanted_zones(shape, pool.judged, handle)
            search = Choice(pool, shape, handle, zones, effort)
            chosen = search.run()
            if chosen is not None:
                chosen = Improving(search).better(chosen)
                found.append(_Plan(shape, chosen, handle, pool.judged))
                if not unfulfilled(kept, chosen, pool.judged) or len(found) == MOST_PLANS_FOR_WISHES:
                    break
        if found:
            return min(found, key=lambda plan: len(unfulfilled(kept, plan.chosen, plan.judged)))
        if duration <= LEAST_DURATION_S:
            raise _too_little(brief, permitted, quiet)
        duration = max(LEAST_DURATION_S, duration * SHRINK)
        if len(judged) >= SMALL_FILM:
            attempts = attempts[:2]


def _spoken_over(brief: Brief) -> InputError:
    return InputError(
        "The subtitle lines leave no place for cuts: they stand over nearly all of the footage.",
        brief.source_file,
        "Check that these are the subtitles of this film, or give others with --subtitle.",
    )


def _too_little(brief: Brief, permitted: Permitted, quiet: Mask) -> InputError:
    if brief.ban:
        return all_banned(brief)
    if float(quiet.sum()) < SPOKEN_OVER * float(permitted.allowed.sum()):
        return _spoken_over(brief)
    short = ", much of it in shots too short to use" if permitted.seconds >= LEAST_DURATION_S else ""
    return InputError(
        f"The film has too little footage for a trailer: {permitted.seconds:.1f} s may be shown{short}.",
        brief.source_file,
        "Use a longer film, or widen --in, --out and --spoilers.",
    )


def film_busyness(analysis: FilmAnalysis) -> float:
    """How quickly the film is cut: 0 for calm (8 cuts a minute and fewer), 1 for busy (24 and more)."""
    minutes = analysis.duration_s / 60
    cuts = len(analysis.shots) / minutes if minutes > 0 else 0.0
    return min(1.0, max(0.0, (cuts - CALM_CUTS) / (BUSY_CUTS - CALM_CUTS)))


def _attempts(brief: Brief, judged: Sequence[Judged]) -> tuple[tuple[float, Effort], ...]:
    """What to try at one length: how much clip lengths are stretched, and how hard to look.

    First the vibe's lengths; then lengths that most of the film's stretches can give; then long clips, which
    lose least to the two seconds between them; last not so long ones and twice the search, where a trailer
    comes out short by ill luck alone.
    """
    beam = max(24, min(240, FEW_CANDIDATES // len(judged)))
    wide = Effort(
        beam, max(4, beam // 12), max(3, beam // 16), 100_000, 1.6, tries_every_place=len(judged) < SMALL_FILM
    )
    reaches = sorted(item.candidate.reach_frames for item in judged)
    usual_s = reaches[len(reaches) * 2 // 3] / float(brief.rate.fps)
    fitting = min(1.0, usual_s / brief.vibe.act_seconds[0])
    long = replace(wide, stretch=2.5)
    return (
        (1.0, Effort()),
        (max(0.3, fitting), wide),
        (1.5, long),
        (1.2, replace(long, beam=2 * wide.beam)),
    )


def _last_attempt(attempts: Sequence[tuple[float, Effort]], candidates: int) -> tuple[float, Effort]:
    """All that there is, in short clips: what a small film is tried with before it is refused."""
    hardest = attempts[-1][1]
    return 0.5, replace(hardest, beam=2 * hardest.beam, quiet_offers=candidates, line_offers=candidates)


def _manifest(
    brief: Brief,
    grid: FilmGrid,
    points: TurningPoints,
    permitted: Permitted,
    judged: Sequence[Judged],
    plan: _Plan,
    joined: Sequence[Joined],
    alternates: Sequence[tuple[Alternate, ...]],
    wanted: float,
    beats: BeatGrid,
) -> Manifest:
    title = title_from_name(brief.source_file) if brief.title is None else brief.title.strip()
    clips, cards = write_parts(brief, grid, points, plan.shape, judged, joined, alternates, title)
    notices: list[str] = []
    got = float(brief.rate.seconds(plan.shape.frames))
    if wanted - got > 0.5:
        notices.append(
            f"Shortened from {wanted:.1f} s to {got:.1f} s: no more footage may be shown without repeats, "
            "spoilers or cut lines."
        )
    if points.method == "rule" and not brief.is_by_rule:
        notices.append(
            "Turning points by the 5/45/80 rule: the film's measures do not show where its story turns."
        )
    if not any(item.candidate.lines for item in judged):
        notices.append("No spoken line is in the trailer: the film has none that can be held whole.")
    if brief.tagline.strip() and not any(card.kind == "tagline" for card in cards):
        notices.append(
            f"The tagline is not shown: a trailer of under {SHORTEST_WITH_TAGLINE_S:.0f} s has no room for it."
        )
    return Manifest(
        source_file=brief.source_file,
        vibe=brief.vibe.name,
        title=title,
        tagline=brief.tagline.strip(),
        seed=brief.seed,
        duration_s=seconds_text(brief.rate.seconds(plan.shape.frames)),
        spoilers=brief.spoilers,
        clips=clips,
        titles=cards,
        structural_anchors=StructuralAnchors(
            begin_t=points.begin_t,
            escalation_t=points.escalation_t,
            climax_t=points.climax_t,
            change_of_plans_t=points.change_of_plans_s,
            major_setback_t=points.major_setback_s,
            method=points.method,
            reasons=points.reasons,
            spoiler_limit_s=round(permitted.limit_s, 6),
            zone_borders_s=permitted.borders_s,
        ),
        bpm_grid=BpmGrid(
            bpm=float(beats.bpm),
            offset_s=seconds_text(beats.offset_s),
            beats_per_bar=beats.beats_per_bar,
            drop_s=seconds_text(brief.rate.seconds(plan.shape.drop_frame)),
        ),
        music_bed=brief.music_bed or MusicBed(kind="composed", seed=brief.seed),
        notices=tuple(notices),
    )


def title_from_name(source_file: str) -> str:
    """A title for people from a file name: `the_long_night.2019.1080p.mkv` → `The Long Night`."""
    stem = PurePath(source_file.replace("\\", "/")).name
    stem = re.sub(r"\.[A-Za-z0-9]{2,4}$", "", stem)
    # a name may hold bytes that are no letters, and control characters: a card shows neither
    stem = "".join(letter if letter.isprintable() else " " for letter in stem)
    words = re.sub(r"[\s._]+", " ", stem).strip()
    words = re.sub(
        r"\s*[\[(]?\b((19|20)\d\d|\d{3,4}[pi]|\d{3,4}x\d{3,4}|x26[45]|h26[45]|bluray|web-?dl|webrip|dvdrip)\b.*$",
        "",
        words,
        flags=re.IGNORECASE,
    ).strip(" -")
    words = words or stem.strip() or "Untitled"
    return words if any(letter.isupper() for letter in words) else words.title()
