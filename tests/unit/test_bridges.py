"""J- and L-cuts on manifests: whole lines, in step, over silent neighbours, by footage that may be shown."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from tests.synthetic_film import make_film, rate_of
from tests.trailer_bars import broken_bars

from cinecore.timebase import SAMPLE_RATE, FrameRate
from cinecore.timeline import FilmSound
from cinecut.assembly.assemble import assemble
from cinecut.assembly.bridges import ACTS, LONGEST_FRAMES, SHORTEST_FRAMES, bridge, spoken_in
from cinecut.assembly.sounds import AIR_AFTER_S, AIR_BEFORE_S, FilmTrack, film_cues
from cinecut.manifest.layout import lay_out
from cinecut.manifest.schema import Clip, Manifest, SpokenLine, VoiceOver
from cinecut.manifest.vibe import load_vibe
from cinecut.models import DialogueEvent
from cinecut.narrative.brief import Brief
from cinecut.narrative.plan import plan_trailer
from cinecut.narrative.sound_facts import with_sound

RATE = FrameRate(Fraction(24))
TRACK = FilmTrack("film", 0, has_center=False)


def clip(start: float, length: float, line: tuple[float, float] | None = None, **more: object) -> Clip:
    values = {"beat_type": "money_shot", "narrative_zone": "BEGINNING", "act": "act1", **more}
    lines = (SpokenLine(start_s=line[0], end_s=line[1], text="I will go."),) if line else ()
    return Clip(
        source_start_s=start,
        source_end_s=start + length,
        lines=lines,
        sound="line" if line else "none",
        **values,  # type: ignore[arg-type] # words of the schema's own
    )


def three(middle: Clip, **more: object) -> Manifest:
    return Manifest(source_file="f.mp4", vibe="drama", clips=(clip(10, 3), middle, clip(200, 3)), **more)  # type: ignore[arg-type] # fields of the schema's own


def heard(manifest: Manifest) -> tuple[Fraction, Fraction, Fraction]:
    """Trailer seconds at which the one line's sound begins and ends, and the film second it begins with."""
    (cue,) = film_cues(manifest, lay_out(manifest, RATE), RATE, TRACK)
    assert isinstance(cue.sound, FilmSound)
    return Fraction(cue.start, SAMPLE_RATE), Fraction(cue.end, SAMPLE_RATE), cue.sound.start_s


def test_a_line_at_its_clips_head_leads_its_picture_by_four_to_twelve_frames_and_stays_in_step() -> None:
    before = three(clip(100, 4, (100.25, 102.5), room_after_s=1.0))
    after = bridge(before, RATE)
    moved = after.clips[1]
    lead = Fraction(str(moved.sound_lead_s)) * 24
    assert SHORTEST_FRAMES <= lead <= LONGEST_FRAMES
    assert lay_out(after, RATE) == lay_out(before, RATE), "no cut moves"
    assert moved.source_start_s - 100.25 == pytest.approx(moved.sound_lead_s, abs=1e-5)
    start, end, film_s = heard(after)
    picture_s = RATE.seconds(lay_out(after, RATE).items[1].start)
    assert start < picture_s - RATE.seconds(SHORTEST_FRAMES), "heard before it is seen"
    seen_film_s = Fraction(str(moved.source_start_s)) + start - picture_s
    assert abs(film_s - seen_film_s) <= Fraction(1, SAMPLE_RATE), "in step with the picture"
    assert film_s == Fraction("100.25") - AIR_BEFORE_S
    assert abs(end - start - (Fraction("2.25") + AIR_BEFORE_S + AIR_AFTER_S)) <= Fraction(2, SAMPLE_RATE), (
        "whole"
    )


def test_a_line_at_its_clips_end_rings_over_into_the_next_picture() -> None:
    after = bridge(three(clip(100, 4, (101.5, 103.8), room_before_s=1.0)), RATE)
    moved = after.clips[1]
    assert SHORTEST_FRAMES <= Fraction(str(moved.sound_tail_s)) * 24 <= LONGEST_FRAMES
    assert 103.8 - moved.source_end_s == pytest.approx(moved.sound_tail_s, abs=1e-5)
    _, end, _ = heard(after)
    assert end > RATE.seconds(lay_out(after, RATE).items[2].start + SHORTEST_FRAMES)


def test_where_the_shot_is_too_short_the_cut_rolls_into_its_neighbour_and_leaves_its_beat() -> None:
    tight = three(clip(100, 4, (100.1, 102.5)))
    assert bridge(tight, RATE) == tight, "nowhere to go"
    clips = (tight.clips[0].model_copy(update={"room_after_s": 1.0}), *tight.clips[1:])
    after = bridge(tight.model_copy(update={"clips": clips}), RATE)
    assert after.clips[1].sound_lead_s > 0
    assert after.clips[1].source_end_s == 104
    assert after.clips[0].source_end_s > 13
    assert not after.clips[0].on_beat
    assert lay_out(after, RATE).frames == lay_out(tight, RATE).frames


@pytest.mark.parametrize("what", ["locked", "breath before", "line before", "voice-over before", "too near"])
def test_no_line_reaches_over_where_it_must_not(what: str) -> None:
    middle = clip(100, 4, (100.25, 102.5), room_after_s=1.0, locked=what == "locked")
    manifest = three(middle)
    first = manifest.clips[0]
    if what == "breath before":
        first = first.model_copy(update={"act": "breath"})
    elif what == "line before":
        first = clip(10, 3, (10.5, 12.9))
    elif what == "too near":
        first = clip(106.1, 3)
    manifest = manifest.model_copy(update={"clips": (first, *manifest.clips[1:])})
    if what == "voice-over before":
        voice = VoiceOver(time_s=1, source_start_s=50, source_end_s=51.9, text="Run.")
        manifest = manifest.model_copy(update={"voice_overs": (voice,)})
    assert bridge(manifest, RATE).clips[1].sound_lead_s == 0


def test_half_of_the_spoken_clips_are_bridged_and_assembling_again_moves_nothing_more() -> None:
    spoken = [clip(100 * n, 4, (100 * n + 0.25, 100 * n + 2), room_after_s=1.0) for n in range(1, 7)]
    silent = [clip(100 * n + 50, 3) for n in range(1, 7)]
    clips = tuple(one for pair in zip(silent, spoken, strict=True) for one in pair)
    manifest = Manifest(source_file="f.mp4", vibe="action", clips=clips)
    once = assemble(manifest, load_vibe("action"), RATE)
    assert sum(one.sound_lead_s > 0 for one in once.clips) == 3
    assert assemble(once, load_vibe("action"), RATE).clips == once.clips


@pytest.fixture(
    scope="module",
    params=[(3, "drama", 6.0), (8, "comedy", 6.0), (21, "thriller", 4.0), (40, "romance", 8.0)],
)
def film(request: pytest.FixtureRequest) -> tuple[Brief, Manifest, Manifest]:
    """A film's brief, its planned trailer with all that the mix needs, and the same assembled."""
    seed, vibe_name, shot_s = request.param
    analysis, events = make_film(900, seed=seed, mean_shot_s=shot_s, lines_a_minute=7)
    vibe = load_vibe(vibe_name)
    brief = Brief("f.mp4", analysis, events, (), vibe, rate_of(), 90.0, title="A")
    planned = with_sound(plan_trailer(brief), brief)
    return brief, planned, assemble(planned, vibe, RATE)


def test_a_third_of_the_lines_run_over_other_pictures_and_every_bar_still_holds(
    film: tuple[Brief, Manifest, Manifest],
) -> None:
    brief, planned, assembled = film
    assert not list(broken_bars(planned, brief.analysis, tuple(brief.events), RATE, asked_s=90)), "planned"
    spoken = [one for one in assembled.clips if one.act in ACTS and one.sound == "line"]
    bridged = [one for one in spoken if one.sound_lead_s or one.sound_tail_s]
    assert (
        len(bridged) >= len(spoken) // 3
    )  # where footage allows: 27 of 36 films reach it, `bench.mix_bridges`
    for number, one in enumerate(assembled.clips, 1):
        reach = (one.source_start_s - one.sound_lead_s, one.source_end_s + one.sound_tail_s)
        for line in one.lines:
            assert reach[0] - 1e-5 <= line.start_s, f"clip {number}"
            assert line.end_s <= reach[1] + 1e-5, f"clip {number}"
    own = {(line.start_s, line.end_s) for one in bridged for line in one.lines}
    for broken in broken_bars(assembled, brief.analysis, _without(brief.events, own), RATE, asked_s=90):
        is_bridge = any(
            f"clip {number} holds the line" in broken
            for number, one in enumerate(assembled.clips, 1)
            if one in bridged
        )
        is_rolled = "off its beat" in broken
        assert is_bridge or is_rolled, broken


def _without(events: object, own: set[tuple[float, float]]) -> tuple[DialogueEvent, ...]:
    return tuple(one for one in events if (one.start_s, one.end_s) not in own)  # type: ignore[attr-defined] # a sequence of lines


def test_no_two_lines_of_an_assembled_trailer_are_heard_at_once(
    film: tuple[Brief, Manifest, Manifest],
) -> None:
    _, _, assembled = film
    layout = lay_out(assembled, RATE)
    spans = sorted(
        [span for n, one in enumerate(assembled.clips) for span in spoken_in(one, layout, n)]
        + [
            (
                Fraction(str(one.time_s)),
                Fraction(str(one.time_s))
                + Fraction(str(one.source_end_s))
                - Fraction(str(one.source_start_s)),
            )
            for one in assembled.voice_overs
        ]
    )
    assert all(end <= begin for (_, end), (begin, _) in pairwise(spans))
