"""A story's voices, when its lines are spoken, and the bed and sounds that lie under them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.vidpipe.small_clips import scene

from cinecore.audio.effects import make_effect
from cinecore.audio.palette import EFFECTS
from cinecore.audio.speech_sound import line_length_s, write_line
from cinecore.errors import InputError, ToolError
from cinecore.ports import VoiceHint
from cinecore.timebase import SAMPLE_RATE
from vidpipe.schemas.kinds import AssetType, LineKind
from vidpipe.schemas.storyboard import AssetSpec, Line, SceneAudio, SceneSpec, Shot, Storyboard
from vidpipe.services.line_timing import SpokenLine, estimated_s, speaking, time_lines
from vidpipe.services.moods import USUAL, mood_named, mood_of, moods
from vidpipe.services.score import score_plan
from vidpipe.services.sound_plan import SceneSpan, lasting_sounds, plan_sounds, sound_kinds, struck_sounds
from vidpipe.services.surroundings import MAKERS, make_surroundings, surroundings_sound
from vidpipe.services.voices import NO_VOICE, cast_voices, speak_scene, speaker_key


class Humming:
    """Speaks every line as a tone, a tenth of a second for each letter; counts; some words it refuses."""

    identity = "humming 1"

    def __init__(self) -> None:
        self.said: list[tuple[str, VoiceHint]] = []

    def speak(self, text: str, voice: VoiceHint, output: Path) -> float:
        if "refuse" in text:
            raise ToolError("The voice said nothing.", text, "Try again.")
        self.said.append((text, voice))
        time = np.arange(len(text) * SAMPLE_RATE // 10) / SAMPLE_RATE
        return write_line(
            (0.3 * np.sin(2 * np.pi * 300 * time)).astype(np.float32), SAMPLE_RATE, text, output
        )


def story(*lines: Line, people: tuple[AssetSpec, ...] = (), seconds: float = 8.0) -> Storyboard:
    return Storyboard(
        title="A story",
        assets=people,
        scenes=(scene(0, seconds, audio=SceneAudio(lines=lines)), scene(1, seconds)),
    )


def person(number: int, name: str, label: str, voice: str = "") -> AssetSpec:
    return AssetSpec(
        tag=f"CHAR_{number:02}", asset_type=AssetType.CHARACTER, name=name, label=label, voice=voice
    )


class TestCast:
    def test_people_of_one_kind_have_voices_of_their_own(self) -> None:
        people = tuple(person(number, f"Name{number}", "woman") for number in range(1, 9))
        cast = cast_voices(story(people=people))
        assert len({hint.number for hint in cast.values()}) == 8

    def test_a_name_has_the_same_voice_in_every_story(self) -> None:
        mara = person(1, "Mara", "woman")
        alone = cast_voices(story(people=(mara,)))
        among = cast_voices(
            story(people=(mara, person(2, "Tom", "man"), person(3, "Old Ben", "man", "old man")))
        )
        assert alone["CHAR_01"] == among["CHAR_01"]

    def test_a_speaker_is_one_person_by_tag_or_by_name(self) -> None:
        assert speaker_key(Line(text="a", speaker="MARA (V.O.)")) == speaker_key(
            Line(text="b", speaker="Mara")
        )
        assert speaker_key(Line(text="a", speaker="X", tag="CHAR_01")) == "CHAR_01"
        lines = [Line(text="a", speaker="MARA"), Line(text="b", speaker="Mara (CONT'D)"), Line(text="c")]
        cast = cast_voices(story(*lines))
        assert sorted(cast) == ["", "mara"]
        assert cast[""].words == "narrator"


class TestSpeaking:
    def test_lines_are_spoken_once_for_each_engine_text_and_voice(self, tmp_path: Path) -> None:
        board = story(Line(text="Hello there.", speaker="MARA"), Line(text="Hello there.", speaker="TOM"))
        maker, cast = Humming(), cast_voices(board)
        first = speak_scene(board.scenes[0], cast, maker, tmp_path / "speech")
        again = speak_scene(board.scenes[0], cast, maker, tmp_path / "speech")
        assert first == again
        assert [voice.name for _, voice in maker.said] == ["MARA", "TOM"]
        assert len(list((tmp_path / "speech").iterdir())) == 2

    def test_the_sounds_own_length_is_what_counts(self, tmp_path: Path) -> None:
        board = story(Line(text="Twenty letters long."))
        (line,) = speak_scene(board.scenes[0], cast_voices(board), Humming(), tmp_path).lines
        assert line.path is not None
        assert line.end_s - line.start_s == pytest.approx(line_length_s(line.path), abs=0.001)
        assert line.end_s - line.start_s == pytest.approx(2.0, abs=0.02)

    def test_a_torn_sound_is_spoken_again(self, tmp_path: Path) -> None:
        board = story(Line(text="Hello there."))
        maker, cast = Humming(), cast_voices(board)
        (line,) = speak_scene(board.scenes[0], cast, maker, tmp_path).lines
        assert line.path is not None
        whole = line.path.read_bytes()
        line.path.write_bytes(whole[:20])
        speak_scene(board.scenes[0], cast, maker, tmp_path)
        assert line.path.read_bytes() == whole

    def test_without_a_voice_lines_are_captions_alone_and_it_is_said(self, tmp_path: Path) -> None:
        board = story(Line(text="Five words are in it."), Line(text="And more."))
        spoken = speak_scene(board.scenes[0], cast_voices(board), None, tmp_path)
        assert [line.path for line in spoken.lines] == [None, None]
        assert spoken.lines[0].end_s - spoken.lines[0].start_s == pytest.approx(2.0)
        assert spoken.notices == (NO_VOICE,)

    def test_a_line_that_cannot_be_spoken_takes_no_other_with_it(self, tmp_path: Path) -> None:
        board = story(Line(text="I refuse to be said."), Line(text="Hello."))
        spoken = speak_scene(board.scenes[0], cast_voices(board), Humming(), tmp_path)
        assert [line.path is None for line in spoken.lines] == [True, False]
        assert len(spoken.notices) == 1
        assert "Scene 1: 'I refuse to be said.' is a caption alone" in spoken.notices[0]

    def test_lines_that_outlast_their_scene_are_said(self, tmp_path: Path) -> None:
        board = story(Line(text="x" * 30), seconds=2.0)
        spoken = speak_scene(board.scenes[0], cast_voices(board), Humming(), tmp_path)
        assert "its lines take 1.0 s more than its picture" in spoken.notices[0]


class TestTiming:
    @given(st.lists(st.floats(0.3, 6), min_size=1, max_size=8), st.floats(1, 60))
    def test_lines_never_overlap_and_lie_inside_whenever_they_fit(
        self, lengths: list[float], seconds: float
    ) -> None:
        spans = time_lines(lengths, seconds)
        assert spans[0][0] >= 0
        assert all(after[0] > before[1] for before, after in pairwise(spans))
        assert [end - start for start, end in spans] == pytest.approx(lengths, abs=0.0011)
        if sum(lengths) + 0.7 + 0.3 * (len(lengths) - 1) <= seconds:
            assert spans[0][0] >= 0.35
            assert spans[-1][1] <= seconds - 0.349

    def test_a_line_takes_its_words_at_two_and_a_half_a_second(self) -> None:
        assert estimated_s("one two three four five") == 2.0
        assert estimated_s("Hi") == 0.6

    def test_only_who_is_seen_to_speak_is_told_to_the_camera(self) -> None:
        told = speaking(
            [
                SpokenLine(None, 0.5, 1.5, "a", "MARA", "CHAR_01"),
                SpokenLine(None, 2.0, 3.0, "b"),
                SpokenLine(None, 3.5, 4.0, "c", "MARA", "CHAR_01", LineKind.NARRATION),
            ]
        )
        assert told == ({"tag": "CHAR_01", "start_s": 0.5, "end_s": 1.5},)


class TestBed:
    @pytest.mark.parametrize(
        ("text", "mood"),
        [
            ("A ghost haunts the dark cemetery and somebody screams", "dread"),
            ("A detective follows a clue into the locked museum", "mystery"),
            ("The team wins and the stadium cheers its champions", "triumph"),
            ("A puppy plays tricks at a silly party", "playful"),
            ("A thief steals the bomb and the police hunt him", "suspense"),
            ("Two friends kiss and embrace, and their love is a gift", "tender"),
            ("Pirates sail through the storm for treasure", "adventure"),
            ("xyzzy", USUAL),
        ],
    )
    def test_words_tell_the_mood(self, text: str, mood: str) -> None:
        assert mood_of([text]) == mood

    def test_what_a_scene_says_of_its_music_weighs_more(self) -> None:
        assert mood_of(["A ghost in the dark"], ["playful and funny"]) == "playful"

    def test_an_unknown_mood_is_refused_with_the_known_ones(self) -> None:
        with pytest.raises(InputError, match="no such mood") as caught:
            mood_named("beige")
        assert "wonder" in caught.value.advice
        assert len(moods()) >= 6

    @given(
        st.lists(st.integers(1, 30), min_size=1, max_size=12),
        st.sampled_from(sorted(moods())),
    )
    def test_the_beds_sections_cover_the_whole_and_end_in_a_ring(self, lengths: list[int], mood: str) -> None:
        edges = np.cumsum([0, *lengths]) * SAMPLE_RATE
        plan = score_plan([int(edge) for edge in edges[:-1]], int(edges[-1]), mood_named(mood), 1)
        assert plan.sections[0].start == 0
        assert plan.sections[-1].end == plan.samples
        assert plan.sections[-1].name == "tail"
        assert plan.sections[0].name in {"intro", "tail"}
        joined = pairwise(plan.sections)
        assert all(before.end == after.start for before, after in joined)


class TestSurroundings:
    def test_every_kind_of_sound_in_the_file_has_a_maker(self) -> None:
        for kind in sound_kinds():
            assert kind.name in (MAKERS if kind.maker == "surroundings" else EFFECTS)
            assert kind.lasts or kind.length_s > 0

    @pytest.mark.parametrize("kind", sorted(MAKERS))
    def test_a_made_sound_is_heard_whole_and_the_same_each_time(self, kind: str) -> None:
        length = 2 * SAMPLE_RATE
        made = make_surroundings(surroundings_sound(kind, 3), length)
        assert made.shape == (length, 2)
        assert float(np.abs(made).max()) == pytest.approx(10 ** (-12 / 20), rel=0.01)
        assert np.array_equal(made, make_surroundings(surroundings_sound(kind, 3), length))
        assert not np.array_equal(made, make_surroundings(surroundings_sound(kind, 4), length))

    def test_the_sea_is_lower_than_rain_and_crickets_are_high(self) -> None:
        def middle_hz(sound: np.ndarray) -> float:
            power = np.abs(np.fft.rfft(sound[:, 0])) ** 2
            return float((np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE) * power).sum() / power.sum())

        length = 6 * SAMPLE_RATE
        sea = middle_hz(make_surroundings(surroundings_sound("sea", 1), length))
        crickets = middle_hz(make_surroundings(surroundings_sound("night", 1), length))
        rain = middle_hz(make_effect("rain", length, 1))
        thunder = middle_hz(make_surroundings(surroundings_sound("thunder", 1), length))
        assert thunder < 300 < sea < 2000 < rain
        assert 3500 < crickets < 5500

    def test_a_scene_sounds_as_its_words_say_else_as_its_weather_and_place(self) -> None:
        assert lasting_sounds(scene(0, audio=SceneAudio(ambience="waves and distant gulls"))) == (
            "sea",
            "birds",
        )
        assert lasting_sounds(scene(0, shot=Shot(setting="beach", weather="rain"))) == ("rain", "sea")
        assert "rain" not in lasting_sounds(
            scene(0, shot=Shot(setting="kitchen", weather="rain", interior=True))
        )
        assert struck_sounds(scene(0, audio=SceneAudio(effects=("a door slams", "thunder")))) == (
            "slam",
            "thunder",
        )

    def test_the_same_place_sounds_on_over_a_cut_and_what_nobody_can_make_is_said(self) -> None:
        def span(spec: SceneSpec) -> SceneSpan:
            return SceneSpan(
                spec, spec.scene_index * SAMPLE_RATE * 4, (spec.scene_index + 1) * SAMPLE_RATE * 4
            )

        beach = Shot(setting="beach")
        plan = plan_sounds(
            [
                span(scene(0, shot=beach)),
                span(scene(1, shot=beach, audio=SceneAudio(effects=("a dragon roars",)))),
                span(scene(2, shot=Shot(setting="kitchen", interior=True))),
            ],
            12 * SAMPLE_RATE,
            seed=1,
        )
        assert [cue.text for cue in plan.cues] == ["sea", "room"]
        assert plan.cues[0].start == 0
        assert plan.cues[0].end > plan.cues[1].start
        assert plan.notices == ("Scene 2: nothing here can make the sound 'a dragon roars'; it is left out.",)
