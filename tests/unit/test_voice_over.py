"""Voice-overs and moments of the film's own sound, chosen on measured films; what a person edits is kept or told."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from tests.synthetic_film import make_film, rate_of

from cinecore.analysis.film import SoundCurves
from cinecore.timebase import FrameRate
from cinecut.assembly.assemble import assemble
from cinecut.manifest.layout import lay_out
from cinecut.manifest.schema import Clip, Manifest, VoiceOver
from cinecut.manifest.vibe import load_vibe
from cinecut.narrative.brief import Brief
from cinecut.narrative.plan import plan_trailer
from cinecut.narrative.sound_facts import is_clear, with_sound
from cinecut.narrative.voice_over import CLEAR_S, SPOKEN_OVER_SHARE

RATE = FrameRate(Fraction(24))


def brief(seed: int = 21, vibe: str = "action") -> Brief:
    analysis, events = make_film(900, seed=seed, lines_a_minute=7)
    return Brief("f.mp4", analysis, events, (), load_vibe(vibe), rate_of(), 90.0, title="A")


@pytest.fixture(scope="module", params=[21])
def told(request: pytest.FixtureRequest) -> tuple[Brief, Manifest]:
    asked = brief(request.param)
    return asked, with_sound(plan_trailer(asked), asked)


def test_the_hero_speaks_up_to_one_line_over_act_one_two_over_act_two_and_none_later(
    told: tuple[Brief, Manifest],
) -> None:
    asked, manifest = told
    spans = lay_out(manifest, RATE).act_spans
    seconds: dict[str, float] = {}
    for event in asked.events:
        if event.speaker:
            seconds[event.speaker] = seconds.get(event.speaker, 0.0) + event.end_s - event.start_s
    hero = max(seconds, key=lambda name: seconds[name])
    assert manifest.voice_overs
    in_one = [one for one in manifest.voice_overs if one.time_s < float(RATE.seconds(spans["act1"].end))]
    assert len(in_one) <= 1
    assert len(manifest.voice_overs) - len(in_one) <= 2
    for one in manifest.voice_overs:
        assert one.speaker == hero
        length = one.source_end_s - one.source_start_s
        assert length >= 0.8
        assert float(RATE.seconds(spans["act1"].start)) <= one.time_s
        assert one.time_s + length <= float(RATE.seconds(spans["act2"].end)) + 1e-6
        event = next(
            event
            for event in asked.events
            if event.text == one.text and event.start_s >= one.source_start_s - 1e-6
        )
        assert event.end_s <= one.source_end_s + 1e-6, "heard whole"


def test_voice_overs_lie_in_silence_over_other_pictures_and_within_the_dialogue_share(
    told: tuple[Brief, Manifest],
) -> None:
    asked, manifest = told
    layout = lay_out(manifest, RATE)
    for one in manifest.voice_overs:
        start, end = one.time_s, one.time_s + one.source_end_s - one.source_start_s
        for index, clip in enumerate(manifest.clips):
            item = layout.item_of_clip(index)
            begins = float(RATE.seconds(item.start))
            if begins < end and start < float(RATE.seconds(item.end)) - 1e-6:
                assert clip.sound == "none"
            assert (
                clip.source_end_s <= one.source_start_s + 0.2 or one.source_end_s - 0.2 <= clip.source_start_s
            )
            for line in clip.lines:
                spoken = (
                    begins + line.start_s - clip.source_start_s,
                    begins + line.end_s - clip.source_start_s,
                )
                assert end + CLEAR_S <= spoken[0] + 1e-6 or spoken[1] + CLEAR_S <= start + 1e-6
    shown = sum(clip.source_end_s - clip.source_start_s for clip in manifest.clips)
    lines = sum(line.end_s - line.start_s for clip in manifest.clips for line in clip.lines)
    over = sum(one.source_end_s - one.source_start_s for one in manifest.voice_overs)
    assert over <= max(0.0, (asked.vibe.dialogue_share + SPOKEN_OVER_SHARE) * shown - lines) + 1e-6


def test_without_a_known_protagonist_nobody_speaks_over_the_pictures() -> None:
    asked = brief()
    nameless = replace(asked, events=tuple(replace(event, speaker="") for event in asked.events))
    assert with_sound(plan_trailer(nameless), nameless).voice_overs == ()


def test_voice_overs_can_be_switched_off_and_one_over_a_line_is_left_out_and_said(
    told: tuple[Brief, Manifest],
) -> None:
    asked, manifest = told
    assert assemble(manifest, asked.vibe, RATE).voice_overs == manifest.voice_overs
    assert assemble(manifest, asked.vibe, RATE, wants_voice_over=False).voice_overs == ()
    index = next(number for number, clip in enumerate(manifest.clips) if clip.lines and clip.sound == "line")
    clip = manifest.clips[index]
    at = (
        float(RATE.seconds(lay_out(manifest, RATE).item_of_clip(index).start))
        + clip.lines[0].start_s
        - clip.source_start_s
    )
    over = VoiceOver(time_s=at, source_start_s=5, source_end_s=6, text="Too loud.")
    made = assemble(manifest.model_copy(update={"voice_overs": (over,)}), asked.vibe, RATE)
    assert made.voice_overs == ()
    assert any("Too loud." in notice and "another line" in notice for notice in made.notices)


def test_footage_with_speech_or_music_in_it_is_silent_and_clear_footage_is_heard() -> None:
    clip = Clip(
        source_start_s=10, source_end_s=14, beat_type="breath", act="breath", narrative_zone="ESCALATION"
    )

    def sound(voice: float, music: float, loudness: float = -25.0) -> SoundCurves:
        flat = np.ones(600, np.float32)
        return SoundCurves(
            0.1, flat * loudness, flat * 0, -20.0, voice=flat * voice, voice_step_s=0.032, music=flat * music
        )

    assert is_clear(sound(0.1, 0.1), clip, ())
    assert not is_clear(sound(0.9, 0.1), clip, ()), "somebody speaks"
    assert not is_clear(sound(0.1, 0.9), clip, ()), "music plays"
    assert not is_clear(sound(0.1, 0.1, -70), clip, ()), "there is nothing to hear"
    assert not is_clear(None, clip, ())
    _, events = make_film(60, seed=1, lines_a_minute=0)
    assert events == ()


def test_the_loudest_clear_blow_of_the_climax_is_heard_and_no_other() -> None:
    asked = brief(33)
    planned = plan_trailer(asked)
    third = [clip for clip in planned.clips if clip.act == "act3" and not clip.lines]
    assert asked.analysis.sound is not None
    quiet = asked.analysis.sound
    loud, onset = np.full_like(quiet.loudness_lufs, -30.0), np.zeros_like(quiet.onset)
    for clip in third[:2]:
        step = int((clip.source_start_s + 0.3) / quiet.step_s)
        loud[step : step + 3], onset[step] = -8.0, 1.0
    loud[int((third[1].source_start_s + 0.3) / quiet.step_s)] = -6.0
    struck = replace(
        asked.analysis, sound=replace(quiet, loudness_lufs=loud, onset=onset, integrated_lufs=-20.0)
    )
    made = with_sound(planned, replace(asked, analysis=struck, events=()))
    heard = [clip for clip in made.clips if clip.act == "act3" and clip.sound == "full"]
    assert [clip.source_start_s for clip in heard] == [third[1].source_start_s]
