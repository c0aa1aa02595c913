"""Assembly on manifests of any shape: cuts snap without harm, sounds lie where they belong, all of it can be shown."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinecore.media import AudioStream, MediaFile, VideoStream
from cinecore.timebase import SAMPLE_RATE, STANDARD_RATES, FrameRate, seconds_text
from cinecore.timeline import AudioCue, FileSound, FilmFrames, FilmSound, Stem
from cinecut.assembly.assemble import (
    SHORTEST_CLIP_FRAMES,
    SNAP_FRAMES,
    assemble,
    beat_grid,
    choose_effects,
    snap_to_beats,
)
from cinecut.assembly.compile import compile_timeline
from cinecut.assembly.sounds import AIR_AFTER_S, AIR_BEFORE_S, FilmTrack, film_cues, music_cues
from cinecut.manifest.layout import lay_out
from cinecut.manifest.schema import (
    ACT_ORDER,
    BpmGrid,
    Clip,
    EffectCue,
    Manifest,
    MusicBed,
    SpokenLine,
    TitleCard,
    TransitionName,
    VoiceOver,
)
from cinecut.manifest.vibe import load_vibe, vibe_names

RATE = FrameRate(Fraction(24))
FILM_S = 4000
TRANSITIONS = get_args(TransitionName)
rates = st.sampled_from([FrameRate(fps) for fps in STANDARD_RATES])
lengths_s = st.floats(0.1, 30).map(lambda value: round(value, 3))


def clip(start: float, length: float, act: str = "act1", **more: object) -> Clip:
    values = {"beat_type": "money_shot", "narrative_zone": "BEGINNING", **more}
    return Clip(source_start_s=start, source_end_s=round(start + length, 6), act=act, **values)  # type: ignore[arg-type] # values of the schema's own words


@st.composite
def clips(draw: st.DrawFn, number: int, act: str) -> Clip:
    start, length = number * 60 + draw(st.integers(0, 9_999_999)) / 1e6, draw(lengths_s)
    lines = []
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.floats(-1, length))
        lines.append(
            SpokenLine(
                start_s=max(0.0, round(start + at, 3)),
                end_s=max(0.0, round(start + at + draw(st.floats(0, 5)), 3)),
                text="A line.",
            )
        )
    kind = draw(st.sampled_from(TRANSITIONS))
    return clip(
        start,
        length,
        act,
        transition=kind,
        transition_s=0.0 if kind == "hard_cut" else draw(st.floats(0, 4)),
        lines=tuple(lines),
        sound=draw(st.sampled_from(["none", "line", "full"])),
        on_beat=draw(st.booleans()),
    )


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    """What a person may write: any lengths, any transitions, lines half outside, music that loops anywhere."""
    count = draw(st.integers(1, 8))
    acts = sorted(
        draw(st.lists(st.sampled_from(ACT_ORDER), min_size=count, max_size=count)), key=ACT_ORDER.index
    )
    if draw(st.booleans()):
        acts = draw(st.permutations(acts))
    shown = tuple(draw(clips(number, act)) for number, act in enumerate(acts))
    cards = tuple(
        TitleCard(
            kind=draw(st.sampled_from(["title", "tagline", "black"])),
            text="The Night Ferry",
            act=draw(st.sampled_from(["title_card", "breath"])),
            after_clip=draw(st.integers(-1, count - 1)),
            duration_s=draw(st.floats(0.05, 20)),
            transition=draw(st.sampled_from(TRANSITIONS)),
            transition_s=draw(st.floats(0, 4)),
        )
        for _ in range(draw(st.integers(0, 2)))
    )
    music = draw(st.sampled_from(["composed", "file", "none"]))
    bed = MusicBed(
        kind=music,  # type: ignore[arg-type] # one of the schema's own words
        path="music.wav" if music == "file" else None,
        start_s=draw(st.floats(0, 30)),
        loop_s=draw(st.none() | st.floats(0.5, 40)),
    )
    voices = tuple(
        VoiceOver(
            time_s=draw(st.floats(0, 90)), source_start_s=5, source_end_s=draw(st.floats(0, 12)), text="Go."
        )
        for _ in range(draw(st.integers(0, 2)))
    )
    return Manifest(
        source_file="film.mp4",
        vibe="drama",
        clips=shown,
        titles=cards,
        bpm_grid=draw(st.none() | st.builds(BpmGrid, bpm=st.floats(55, 180), offset_s=st.floats(0, 2))),
        music_bed=draw(st.none() | st.just(bed)),
        voice_overs=voices,
    )


def film(rate: FrameRate = RATE, *, channels: int = 2) -> MediaFile:
    video = VideoStream(
        0,
        "h264",
        320,
        180,
        Fraction(1),
        0,
        "yuv420p",
        8,
        rate,
        rate,
        Fraction(1, 90000),
        Fraction(0),
        None,
        None,
    )
    sound = AudioStream(1, "aac", channels, "5.1" if channels == 6 else "", 48000, Fraction(0), None)
    return MediaFile(
        Path("/film.mp4"), "mp4", Fraction(0), Fraction(FILM_S), 1, video, (sound,) if channels else ()
    )


@given(manifests(), rates, st.sampled_from(vibe_names()), st.booleans())
@settings(max_examples=40)
def test_every_manifest_becomes_a_timeline_with_every_sound_inside_it(
    manifest: Manifest, rate: FrameRate, vibe_name: str, wants_effects: bool
) -> None:
    vibe = load_vibe(vibe_name)
    assembled = assemble(manifest, vibe, rate, wants_effects=wants_effects)
    timeline = compile_timeline(assembled, film(rate), "identity", vibe)
    assert list(timeline.problems()) == []
    assert timeline.frames == lay_out(assembled, rate).frames
    assert list(timeline.cues) == sorted(timeline.cues, key=lambda cue: cue.start)
    for effect in assembled.effects:
        assert effect.time_s >= 0
        assert effect.time_s + effect.duration_s <= float(timeline.duration_s) + 2e-6


@given(manifests(), rates, st.sets(st.integers(0, 7)))
@settings(max_examples=60)
def test_snapping_never_lengthens_never_cuts_a_line_and_leaves_locked_clips(
    manifest: Manifest, rate: FrameRate, locked: set[int]
) -> None:
    snapped = snap_to_beats(manifest, rate, locked)
    assert len(snapped) == len(manifest.clips)
    for index, (before, after) in enumerate(zip(manifest.clips, snapped, strict=True)):
        if after == before:
            continue
        assert index not in locked
        assert before.on_beat
        assert after == before.model_copy(update={"source_end_s": after.source_end_s})
        shortened = round((before.source_end_s - after.source_end_s) * float(rate.fps), 3)
        assert 1 < shortened <= SNAP_FRAMES
        assert (after.source_end_s - after.source_start_s) * float(rate.fps) > SHORTEST_CLIP_FRAMES - 1
        assert all(line.end_s <= after.source_end_s + 1e-6 for line in before.lines)


def beaten(late_frames: int, **more: object) -> Manifest:
    """Two clips at 60 BPM, the first of which ends some frames behind the second beat."""
    first = clip(10, float(Fraction(48 + late_frames, 24)), **more)
    return Manifest(
        source_file="f.mp4", vibe="drama", clips=(first, clip(100, 2)), bpm_grid=BpmGrid(bpm=60, offset_s=0)
    )


@pytest.mark.parametrize(("late", "frames"), [(0, 48), (1, 49), (2, 48), (4, 48), (5, 53)])
def test_a_cut_a_few_frames_late_lands_on_its_beat(late: int, frames: int) -> None:
    manifest = beaten(late)
    snapped = manifest.model_copy(update={"clips": snap_to_beats(manifest, RATE, ())})
    assert lay_out(snapped, RATE).cuts == (frames,)


def test_a_line_that_ends_late_keeps_its_clip_long() -> None:
    held = beaten(3, lines=(SpokenLine(start_s=10.5, end_s=12.1, text="Stay."),))
    assert snap_to_beats(held, RATE, ()) == held.clips
    early = beaten(3, lines=(SpokenLine(start_s=10.5, end_s=11.9, text="Stay."),))
    assert snap_to_beats(early, RATE, ()) != early.clips


def test_a_manifest_without_beats_and_a_cut_not_meant_for_one_stay_as_they_are() -> None:
    assert snap_to_beats(beaten(3).model_copy(update={"bpm_grid": None}), RATE, ()) == beaten(3).clips
    assert beat_grid(beaten(3).model_copy(update={"bpm_grid": None})) is None
    assert snap_to_beats(beaten(3, on_beat=False), RATE, ()) == beaten(3, on_beat=False).clips


def whole_trailer(*, music: str = "file") -> Manifest:
    """Every act once, a black breath of 3 s, and a title."""
    acts = ("cold_open", "act1", "beat_drop", "act2", "act3", "act3", "button")
    cards = (
        TitleCard(kind="black", act="breath", after_clip=3, duration_s=3),
        TitleCard(kind="title", text="The Night Ferry", after_clip=5, duration_s=3),
    )
    return Manifest(
        source_file="f.mp4",
        vibe="drama",
        clips=tuple(clip(10 + 60 * number, 4, act) for number, act in enumerate(acts)),
        titles=cards,
        music_bed=MusicBed(kind=music, path="m.wav" if music == "file" else None, start_s=8, loop_s=6),  # type: ignore[arg-type] # one of the schema's own words
    )


@pytest.mark.parametrize("name", vibe_names())
def test_effects_lie_at_the_borders_that_they_name(name: str) -> None:
    vibe, manifest = load_vibe(name), whole_trailer()
    layout = lay_out(manifest, RATE)
    acts = {
        act: (float(RATE.seconds(span.start)), float(RATE.seconds(span.end)))
        for act, span in layout.act_spans.items()
    }
    by_reason = {cue.reason: cue for cue in choose_effects(manifest, vibe, layout)}

    def ends(reason: str) -> float:
        return by_reason[reason].time_s + by_reason[reason].duration_s

    assert ends("leads into act 2") == pytest.approx(acts["beat_drop"][0], abs=1e-5)
    assert by_reason["the breath"].time_s == pytest.approx(acts["breath"][0], abs=1e-5)
    assert ends("the breath") == pytest.approx(acts["breath"][1], abs=1e-5)
    assert acts["act3"][0] < by_reason["marks the last shot"].time_s < acts["act3"][1]
    assert by_reason["marks the title"].time_s == pytest.approx(acts["title_card"][0], abs=1e-5)
    assert by_reason["marks the title"].kind == vibe.effects.on_title


@pytest.mark.parametrize("name", vibe_names())
def test_a_breath_holds_one_designed_sound_and_a_riser_leads_into_the_drop_only_without_a_breath(
    name: str,
) -> None:
    vibe, manifest = load_vibe(name), whole_trailer()
    layout = lay_out(manifest, RATE)
    start, end = (
        float(RATE.seconds(frame))
        for frame in (layout.act_spans["breath"].start, layout.act_spans["breath"].end)
    )
    inside = [
        cue.kind
        for cue in choose_effects(manifest, vibe, layout)
        if cue.time_s < end - 1e-4 and start + 1e-4 < cue.time_s + cue.duration_s
    ]
    assert inside == [vibe.breath.effect]
    breathless = manifest.model_copy(update={"titles": manifest.titles[1:]})
    layout = lay_out(breathless, RATE)
    riser = next(
        cue for cue in choose_effects(breathless, vibe, layout) if cue.kind == vibe.effects.into_drop
    )
    drop = float(RATE.seconds(layout.act_spans["act3"].start))
    assert riser.time_s + riser.duration_s == pytest.approx(drop, abs=1e-5)


def test_no_hit_falls_into_a_crossfade_and_no_sweep_joins_two_shots_of_one_scene() -> None:
    vibe, manifest = load_vibe("action"), whole_trailer()
    clips = list(manifest.clips)
    clips[4] = clips[4].model_copy(update={"transition": "crossfade", "transition_s": 1.0})
    clips[2] = clip(clips[1].source_end_s + 5, 4, "beat_drop")
    cues = choose_effects(
        manifest.model_copy(update={"clips": tuple(clips)}),
        vibe,
        lay_out(manifest.model_copy(update={"clips": tuple(clips)}), RATE),
    )
    reasons = {cue.reason for cue in cues}
    assert "marks the last shot" not in reasons
    assert "marks the drop" in reasons
    assert "leads into act 2" not in reasons
    assert "marks the title" in reasons
    plain = {cue.reason for cue in choose_effects(manifest, vibe, lay_out(manifest, RATE))}
    assert {"marks the last shot", "leads into act 2"} <= plain


def test_a_passage_with_no_room_before_its_border_begins_with_the_trailer_and_still_ends_there() -> None:
    manifest = Manifest(source_file="f.mp4", vibe="drama", clips=(clip(0, 0.25), clip(60, 4, "act2")))
    for name in vibe_names():
        (cue, *_) = choose_effects(manifest, load_vibe(name), lay_out(manifest, RATE))
        assert (cue.time_s, cue.duration_s) == (0, 0.25)


def test_effects_can_be_switched_off_and_a_persons_own_are_kept() -> None:
    own = (EffectCue(kind="boom", time_s=1, duration_s=1),)
    vibe = load_vibe("drama")
    manifest = whole_trailer().model_copy(update={"effects": own})
    assert assemble(manifest, vibe, RATE).effects == own
    assert assemble(manifest, vibe, RATE, wants_effects=False).effects == ()
    assert assemble(whole_trailer(), vibe, RATE).effects != ()


TRACK = FilmTrack("film", 0, has_center=True)


def heard(manifest: Manifest, rate: FrameRate = RATE) -> list[AudioCue]:
    return film_cues(manifest, lay_out(manifest, rate), rate, TRACK)


def spoken(
    *lines: tuple[float, float], sound: str = "line", start: float = 100, length: float = 6
) -> Manifest:
    said = tuple(
        SpokenLine(start_s=first, end_s=last, text=f"Line {n}.") for n, (first, last) in enumerate(lines)
    )
    return Manifest(
        source_file="f.mp4", vibe="drama", clips=(clip(0, 2), clip(start, length, lines=said, sound=sound))
    )


def test_a_line_is_heard_whole_with_air_at_its_place_under_its_picture() -> None:
    (cue,) = heard(spoken((102, 103)))
    assert isinstance(cue.sound, FilmSound)
    assert cue.sound.start_s == 102 - AIR_BEFORE_S
    assert cue.length == round((1 + AIR_BEFORE_S + AIR_AFTER_S) * SAMPLE_RATE)
    assert cue.start == (2 + 2 - AIR_BEFORE_S) * SAMPLE_RATE
    assert (cue.stem, cue.picture, cue.text) == (Stem.DIALOGUE, 1, "Line 0.")
    assert cue.sound.prefers_center
    assert 0 < cue.fade_in <= AIR_BEFORE_S * SAMPLE_RATE
    assert 0 < cue.fade_out <= AIR_AFTER_S * SAMPLE_RATE


def test_air_ends_where_the_picture_does() -> None:
    (cue,) = heard(spoken((100.05, 105.95)))
    assert (cue.start, cue.end) == (2 * SAMPLE_RATE, 8 * SAMPLE_RATE)


def test_near_lines_are_one_stretch_and_far_ones_two() -> None:
    (joined,) = heard(spoken((101, 102), (102.4, 103)))
    assert joined.text == "Line 0. Line 1."
    first, second = heard(spoken((101, 102), (103, 104)))
    assert first.end < second.start


def test_the_whole_sound_of_a_clip_is_dialogue_where_it_speaks_and_ambience_where_not() -> None:
    (speech,) = heard(spoken((101, 102), sound="full"))
    (air,) = heard(spoken(sound="full"))
    assert (speech.stem, air.stem) == (Stem.DIALOGUE, Stem.AMBIENCE)
    assert (air.start, air.length) == (2 * SAMPLE_RATE, 6 * SAMPLE_RATE)
    assert isinstance(air.sound, FilmSound)
    assert not air.sound.prefers_center, "ambience is heard from all channels"
    assert heard(spoken((101, 102), sound="none")) == []
    assert film_cues(spoken((101, 102)), lay_out(spoken((101, 102)), RATE), RATE, None) == []


@given(st.integers(0, 3_000_000_000), rates)
@settings(max_examples=60)
def test_the_films_sound_stays_with_its_picture_wherever_a_person_put_the_clip(
    start_us: int, rate: FrameRate
) -> None:
    start = start_us / 1e6
    manifest = spoken((start + 1, start + 2), sound="full", start=start)
    timeline = compile_timeline(manifest, film(rate), "identity", load_vibe("drama"))
    (cue,) = timeline.cues
    picture = timeline.pictures[1]
    assert isinstance(picture.content, FilmFrames)
    assert isinstance(cue.sound, FilmSound)
    seen = picture.content.start_s - rate.seconds(picture.start)
    sounded = cue.sound.start_s - Fraction(cue.start, SAMPLE_RATE)
    assert abs(seen - sounded) <= Fraction(1, SAMPLE_RATE)


def test_a_files_music_is_silent_in_the_breath_and_loops_on_whole_bars() -> None:
    manifest = whole_trailer()
    layout = lay_out(manifest, RATE)
    cues = music_cues(manifest, layout, RATE, load_vibe("drama"), None)
    breath = layout.act_spans["breath"]
    start, end, total = RATE.samples(breath.start), RATE.samples(breath.end), RATE.samples(layout.frames)
    covered = [(cue.start, cue.end) for cue in cues]
    assert covered[0][0] == 0
    assert covered[-1][1] == total
    gaps = [(one[1], two[0]) for one, two in pairwise(covered) if one[1] != two[0]]
    assert gaps == [(start, end)], "one stop, the breath"
    loop = 6 * SAMPLE_RATE
    for cue in cues:
        assert isinstance(cue.sound, FileSound)
        assert cue.sound.start_s == 8 + Fraction(cue.start % loop, SAMPLE_RATE)
        assert cue.start // loop == (cue.end - 1) // loop, "no piece runs past the loop"
    assert cues[-1].fade_out >= min(SAMPLE_RATE, cues[-1].length - cues[-1].fade_in)


def test_a_last_piece_shorter_than_its_fade_is_still_shown() -> None:
    manifest = whole_trailer().model_copy(
        update={
            "music_bed": MusicBed(
                kind="file", path="m.wav", loop_s=seconds_text(Fraction(31) - Fraction(1, 10))
            )
        }
    )
    layout = lay_out(manifest, RATE)
    assert all(
        cue.fade_in + cue.fade_out <= cue.length
        for cue in music_cues(manifest, layout, RATE, load_vibe("drama"), None)
    )


def test_composed_music_is_one_cue_and_no_music_is_none() -> None:
    manifest = whole_trailer(music="composed")
    layout = lay_out(manifest, RATE)
    (cue,) = music_cues(manifest, layout, RATE, load_vibe("drama"), None)
    assert (cue.start, cue.length) == (0, RATE.samples(layout.frames))
    for bed in (None, MusicBed(kind="none")):
        silent = manifest.model_copy(update={"music_bed": bed})
        assert music_cues(silent, layout, RATE, load_vibe("drama"), None) == []


def test_only_a_track_with_a_centre_gives_dialogue_from_it() -> None:
    for channels, is_centre in ((6, True), (2, False)):
        timeline = compile_timeline(spoken((102, 103)), film(channels=channels), "id", load_vibe("drama"))
        assert [cue.sound.prefers_center for cue in timeline.cues if isinstance(cue.sound, FilmSound)] == [
            is_centre
        ]
    assert compile_timeline(spoken((102, 103)), film(channels=0), "id", load_vibe("drama")).cues == ()


def test_a_turned_film_gives_a_turned_timeline() -> None:
    media = film()
    assert media.video is not None
    turned = replace(media, video=replace(media.video, rotation=90))
    timeline = compile_timeline(whole_trailer(), turned, "id", load_vibe("drama"))
    assert (timeline.width, timeline.height) == (180, 320)
