"""What --keep and --ban name in a film, and what a plan makes of it; films of values, nothing rendered."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from tests.synthetic_film import line, make_film, rate_of
from tests.trailer_bars import broken_bars

from cinecore.analysis.film import Fence, FilmAnalysis
from cinecore.errors import InputError
from cinecore.settings import UsageError
from cinecut.manifest.schema import Manifest
from cinecut.manifest.vibe import load_vibe
from cinecut.models import DialogueEvent
from cinecut.narrative.banned import refuse_contradiction, with_faces
from cinecut.narrative.brief import Brief
from cinecut.narrative.plan import plan_trailer
from cinecut.narrative.wishes import Wish, understand
from cinecut.settings import trailer_settings

RATE = rate_of()
SAID = (
    "We should never have come here!",
    "You knew it, Anna.",
    "We must go before night.",
    "Night will fall, and we must go.",
    "Leave me.",
    "Leave me.",
    "夜が来る前に行こう",
)
LINES = tuple(
    line(10.0 * n + 1, 10.0 * n + 3, words, index=n, speaker=("ANNA", "Ben")[n % 2])
    for n, words in enumerate(SAID)
)


@dataclass(frozen=True)
class Someone:
    id: str
    still_times_s: tuple[float, ...]
    screen_time_s: float = 10.0
    first_seen_s: float = 0.0
    rests_on: str = "face"
    certainty: float = 1.0


@dataclass(frozen=True)
class Eyes:
    """Stills every second, as `FilmEyes` answers; nobody where nothing was seen."""

    cast: tuple[Someone, ...]
    is_drawn: bool = False

    def people_in(self, start_s: float, end_s: float) -> tuple[str, ...]:
        return tuple(
            one.id for one in self.cast if any(start_s <= time_s < end_s for time_s in one.still_times_s)
        )

    def size_in(self, start_s: float, end_s: float) -> str:
        return "close-up" if start_s > end_s else ""


def found(text: str, option: str = "--keep", eyes: Eyes | None = None) -> Wish:
    (wish,) = understand(option, [text], LINES, 100.0, eyes)
    return wish


@pytest.fixture(scope="module")
def film() -> tuple[FilmAnalysis, tuple[DialogueEvent, ...]]:
    return make_film(600, seed=11, lines_a_minute=8, credits_s=40)


def planned(film, keep=(), ban=(), *, eyes=None, asked_s=45.0, vibe="drama", **more) -> Manifest:
    analysis, events = film
    wishes, _ = with_faces(understand("--keep", keep, events, analysis.duration_s, eyes), events, eyes)
    bans, _ = with_faces(understand("--ban", ban, events, analysis.duration_s, eyes), events, eyes)
    return plan_trailer(
        Brief(
            "a film.mp4", *film, (), load_vibe(vibe), RATE, asked_s, keep=wishes, ban=bans, eyes=eyes, **more
        )
    )


def bars(manifest: Manifest, film, *, asked_s: float = 45.0) -> list[str]:
    return list(broken_bars(manifest, *film, RATE, asked_s=asked_s))


@pytest.mark.parametrize(
    "text",
    [
        "never have come",
        "NEVER, have: come?",
        "line: we should never have come here",
        "should have",
        "  Never  ",
    ],
)
def test_a_part_of_a_line_in_any_case_and_without_its_marks_is_that_line(text: str) -> None:
    if text == "should have":
        with pytest.raises(UsageError, match="no line of the film says this"):
            found(text)
    else:
        assert found(text).lines == (0,)


def test_a_line_may_run_over_two_subtitles_and_words_need_no_blanks() -> None:
    assert found("come here you knew").lines == (0, 1)
    assert found("来る前").lines == (6,)


def test_a_whole_line_outranks_a_part_of_a_longer_one() -> None:
    lines = (line(1, 2, "Go."), line(5, 7, "We go at once."))
    assert understand("--keep", ["go"], lines, 10.0)[0].lines == (0,)


def test_what_several_lines_say_is_one_message_that_names_them() -> None:
    with pytest.raises(UsageError, match="2 places of the film say this") as caught:
        found("we must go")
    assert "'We must go before night.' at 0:21" in caught.value.advice
    assert caught.value.exit_status == 2


def test_what_no_line_says_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="no line") as caught:
        found("we must go befor nigt")
    assert caught.value.advice.startswith("The nearest: 'We must go before night.' at 0:21")


def test_a_line_said_twice_is_banned_wherever_it_is_said_but_kept_nowhere_at_random() -> None:
    assert found("leave me", "--ban").lines == (4, 5)
    with pytest.raises(UsageError, match="2 places"):
        found("leave me")


@pytest.mark.parametrize(
    ("text", "span_s"),
    [
        ("1:02-1:10", (62.0, 70.0)),
        ("62.5 – 70", (62.5, 70.0)),
        ("0:01:02..70s", (62.0, 70.0)),
        ("1m2s to 1m10s", (62.0, 70.0)),
        ("90-400", (90.0, 100.0)),
    ],
)
def test_two_times_are_a_range_that_ends_with_the_film(text: str, span_s: tuple[float, float]) -> None:
    assert found(text).kind == "range"
    assert found(text).span_s == span_s


@pytest.mark.parametrize("text", ["70-62", "62-62", "100-110"])
def test_a_range_that_holds_nothing_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="range"):
        found(text)


def test_a_name_is_somebody_and_a_line_only_where_that_is_said() -> None:
    assert found("anna").lines == (0, 2, 4, 6)
    assert found("line: anna").lines == (1,)
    with pytest.raises(UsageError, match="nobody of this name") as caught:
        found("person: Eve")
    assert "ANNA, Ben" in caught.value.advice


def test_people_by_number_wait_for_the_eyes_and_are_refused_after_them() -> None:
    assert understand("--keep", ["person 4"], LINES, 100.0, has_looked=False) == ()
    with pytest.raises(UsageError, match="nobody"):
        understand("--keep", ["person 4"], LINES, 100.0, Eyes((Someone("person 1", (2.0,)),)))


def test_a_speaker_with_a_sure_face_is_banned_with_it_and_a_face_with_its_lines() -> None:
    lines = tuple(line(5.0 * n, 5.0 * n + 2, index=n, speaker="Ada" if n % 2 else "Ben") for n in range(16))
    eyes = Eyes(
        (
            Someone("person 1", tuple(5.0 * n + 1 for n in range(1, 16, 2))),
            Someone("person 2", tuple(5.0 * n + 1 for n in range(0, 16, 2))),
        )
    )
    (ada,), notices = with_faces(understand("--ban", ["Ada"], lines, 90.0, eyes), lines, eyes)
    assert ada.person == "person 1"
    assert notices == ("Ada is taken for person 1, who is seen while they speak.",)
    (face,), _ = with_faces(understand("--ban", ["person 2"], lines, 90.0, eyes), lines, eyes)
    assert face.lines == tuple(range(0, 16, 2))


@pytest.mark.parametrize(
    ("keep", "ban"),
    [
        ("never have come", "anna"),
        ("anna", "ANNA"),
        ("1-3", "0-9"),
        ("never have come", "0:02-0:05"),
        ("1-3", "line: we should never"),
    ],
)
def test_what_is_kept_and_banned_at_once_is_refused(keep: str, ban: str) -> None:
    with pytest.raises(UsageError, match="want the opposite"):
        refuse_contradiction([found(keep)], [found(ban, "--ban")], LINES)


def test_a_ban_beside_a_kept_range_is_no_contradiction() -> None:
    refuse_contradiction([found("10-19")], [found("17-25", "--ban")], LINES)


def test_one_text_for_both_is_refused_before_anything_is_looked_at() -> None:
    with pytest.raises(UsageError, match="name the same"):
        trailer_settings(None, {"keep": ["We go", "x"], "ban": ["we  GO"]})


def test_kept_lines_are_heard_whole_in_the_order_of_zones(film) -> None:
    events = film[1]
    texts = [f"line:{events[i].text}" for i in (9, 31)]
    manifest = planned(film, texts)
    heard = [spoken.text for clip in manifest.clips for spoken in clip.lines]
    assert {events[9].text, events[31].text} <= set(heard)
    assert [wish.is_granted for wish in manifest.wishes] == [True, True]
    number = manifest.wishes[1].clips[0]
    assert events[31].text in [spoken.text for spoken in manifest.clips[number - 1].lines]
    assert bars(manifest, film) == []
    # by itself this trailer has neither: the wish is what brings them
    plain = [spoken.text for clip in planned(film).clips for spoken in clip.lines]
    assert not {events[9].text, events[31].text} <= set(plain)


@pytest.mark.parametrize("start_s", [58.0, 131.0, 305.0])
def test_a_kept_range_is_seen_at_its_heart(film, start_s: float) -> None:
    manifest = planned(film, [f"{start_s}-{start_s + 6}"])
    (wish,) = manifest.wishes
    assert wish.is_granted
    clip = manifest.clips[wish.clips[0] - 1]
    inside = min(clip.source_end_s, start_s + 6) - max(clip.source_start_s, start_s)
    assert inside >= 0.5
    assert bars(manifest, film) == []


def test_a_wish_past_the_spoiler_limit_is_shown_and_said_and_nothing_else_is(film) -> None:
    manifest = planned(film, ["530-536"], spoilers="none")
    assert manifest.wishes[0].is_granted
    assert any("past the spoiler limit" in notice for notice in manifest.notices)
    past = [bar for bar in bars(manifest, film) if "spoiler" in bar]
    assert past == [f"clip {manifest.wishes[0].clips[0]} goes past the spoiler limit"]


def test_credits_are_not_shown_though_asked_for(film) -> None:
    manifest = planned(film, ["570-576"])
    assert not manifest.wishes[0].is_granted
    assert manifest.wishes[0].why_not == "credits lies there"
    assert any("Not kept" in notice and "credits" in notice for notice in manifest.notices)
    assert bars(manifest, film) == []


def test_more_wishes_than_the_trailer_holds_are_named_where_they_are_left_out(film) -> None:
    texts = [f"line:{event.text}" for event in film[1][:40:2]]
    manifest = planned(film, texts, asked_s=20.0)
    granted = [wish for wish in manifest.wishes if wish.is_granted]
    lost = [wish for wish in manifest.wishes if not wish.is_granted]
    assert 2 <= len(granted) < len(texts)
    (notice,) = (notice for notice in manifest.notices if notice.startswith("Not kept"))
    assert all(wish.meaning in notice for wish in lost)
    assert not any(wish.meaning in notice for wish in granted)
    assert bars(manifest, film, asked_s=20.0) == []


def test_nothing_of_what_is_banned_is_shown_or_heard(film) -> None:
    analysis, events = film
    eyes = Eyes((Someone("person 1", tuple(shot.start_s + 0.2 for shot in analysis.shots[::3])),))
    before = planned(film, eyes=eyes)
    line_banned = next(spoken.text for clip in before.clips for spoken in clip.lines)
    range_banned = (before.clips[-1].source_start_s, before.clips[-1].source_end_s)
    manifest = planned(
        film,
        (),
        [f"line:{line_banned}", f"{range_banned[0]}-{range_banned[1]}", "Ben", "person 1"],
        eyes=eyes,
    )
    shots = [(shot.start_s, shot.end_s) for shot in analysis.shots[::3]]
    spans = [*shots, range_banned]
    spans += [
        (event.start_s, event.end_s)
        for event in events
        if event.speaker == "Ben" or event.text == line_banned
    ]
    for clip in manifest.clips:
        assert not [
            span
            for span in spans
            if clip.source_start_s < span[1] - 0.001 and span[0] + 0.001 < clip.source_end_s
        ]
        assert "Ben" not in {spoken.speaker for spoken in clip.lines}
        for other in clip.alternates:
            assert not [
                s for s in spans if other.source_start_s < s[1] - 0.001 and s[0] + 0.001 < other.source_end_s
            ]
    assert bars(manifest, film) == []


def test_banning_everything_is_one_message_that_names_the_bans(film) -> None:
    with pytest.raises(InputError, match="What is banned leaves too little footage") as caught:
        planned(film, (), ["0-600"])
    assert "the film from 0:00 to 10:00" in caught.value.advice


def test_somebody_who_is_kept_is_seen_or_heard(film) -> None:
    analysis, _ = film
    rare = analysis.shots[len(analysis.shots) // 3]
    eyes = Eyes((Someone("person 1", (rare.start_s + 0.3, rare.end_s - 0.3)),))
    manifest = planned(film, ["person 1"], eyes=eyes)
    assert manifest.wishes[0].is_granted
    clip = manifest.clips[manifest.wishes[0].clips[0] - 1]
    assert rare.start_s - 0.1 <= clip.source_start_s < rare.end_s
    assert bars(manifest, film) == []


def test_a_plan_without_wishes_says_nothing_of_them(film) -> None:
    manifest = planned(film)
    assert manifest.wishes == ()
    assert planned((film[0], film[1]), ()) == manifest


def test_a_wish_inside_a_card_of_the_film_is_left_out_with_the_reason(film) -> None:
    analysis, events = film
    fenced = replace(analysis, fences=(*analysis.fences, Fence(100.0, 110.0, "card")))
    manifest = planned((fenced, events), ["102-106"])
    assert manifest.wishes[0].why_not == "card lies there"
