"""Which lines of the protagonist are heard over other pictures, and where: one in act 1, two in act 2, none in act 3.

Works on a planned manifest; its clips, their order and their lines are not touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cinecore.language.lexicon import load_lexicon
from cinecut.manifest.layout import LaidItem, Layout, lay_out
from cinecut.manifest.schema import ZONE_ORDER, Act, Manifest, VoiceOver
from cinecut.models import DialogueEvent, LineKind
from cinecut.narrative.brief import Brief
from cinecut.narrative.film_grid import FilmGrid
from cinecut.narrative.permitted import Permitted
from cinecut.narrative.protagonist import Protagonist, find_protagonist
from cinecut.narrative.spine import worth_in_act
from cinecut.narrative.spoken_roles import Standing, standing

SHORTEST_S, LONGEST_S = 0.8, 4.5
"""A word is no voice-over, and a speech belongs under its own picture."""

LEAST_WORTH = 0.75
"""Of a line's standing: it says what it says without the one before."""

AIR_BEFORE_S, AIR_AFTER_S = 0.1, 0.15
"""Room sound taken with the line, as far as its neighbours in the film leave it."""

CLEAR_S = 0.75
"""Between a voice-over and any other line of the trailer; a J- or L-cut may take half a second of it."""

SPOKEN_OVER_SHARE = 0.08
"""Of clip time, over the vibe's dialogue share: what voice-overs may add to the lines that clips hold."""

COST_OF_MUSIC = 0.4
"""Of a line over the film's own music, which would be heard beside the trailer's."""

PLACES: tuple[tuple[frozenset[Act], int], ...] = (
    (frozenset({"act1"}), 1),
    (frozenset({"beat_drop", "act2"}), 2),
)
"""How many voice-overs each stretch of the trailer takes."""


@dataclass(frozen=True)
class _Line:
    """A line that could be heard over other pictures."""

    event: DialogueEvent
    start_s: float
    end_s: float
    said: Standing
    zone: int
    music: float

    @property
    def length_s(self) -> float:
        return self.end_s - self.start_s


def choose_voice_overs(
    manifest: Manifest, brief: Brief, grid: FilmGrid, permitted: Permitted
) -> tuple[VoiceOver, ...]:
    """Up to three voice-overs in trailer order; none where no protagonist is known or no place is free."""
    hero = find_protagonist(brief.events, brief.eyes)
    if hero is None:
        return ()
    layout = lay_out(manifest, brief.rate)
    lines = list(_lines_of(hero, manifest, brief, grid, permitted))
    spare_s = _spare_s(manifest, brief)
    found: list[VoiceOver] = []
    for acts, most in PLACES:
        for _ in range(most):
            taken = _best(acts, lines, manifest, layout, found, spare_s)
            if taken is None:
                break
            line, at_s = taken
            lines.remove(line)
            spare_s -= line.length_s
            found.append(
                VoiceOver(
                    time_s=round(at_s, 6),
                    source_start_s=round(line.start_s, 6),
                    source_end_s=round(line.end_s, 6),
                    text=line.event.text,
                    speaker=hero.speaker or hero.person,
                )
            )
    return tuple(sorted(found, key=lambda voice: voice.time_s))


def _lines_of(
    hero: Protagonist, manifest: Manifest, brief: Brief, grid: FilmGrid, permitted: Permitted
) -> Iterator[_Line]:
    """The protagonist's lines that stand alone, may be heard, and are no part of any clip."""
    speech = [event for event in brief.events if event.kind is LineKind.SPEECH]
    language = load_lexicon().guess_language(event.text for event in speech)
    heard = {_plain(line.text) for clip in manifest.clips for line in clip.lines}
    sound = brief.analysis.sound
    for number, event in enumerate(speech):
        if not SHORTEST_S <= event.end_s - event.start_s <= LONGEST_S or not _speaks(hero, event, brief):
            continue
        said = standing(event.text, language)
        first, end = grid.line_span(event.start_s, event.end_s)
        if (
            said.worth < LEAST_WORTH
            or _plain(event.text) in heard
            or end > grid.frames
            or not permitted.allowed[first:end].all()
            or any(
                clip.source_start_s < event.end_s and event.start_s < clip.source_end_s
                for clip in manifest.clips
            )
        ):
            continue
        before_s = max((one.end_s for one in speech[:number]), default=0.0)
        after_s = min((one.start_s for one in speech[number + 1 :]), default=brief.analysis.duration_s)
        if before_s > event.start_s or after_s < event.end_s:
            continue  # two speak at once
        music = 0.0
        if sound is not None and len(sound.music):
            steps = sound.music[int(event.start_s / sound.step_s) : int(event.end_s / sound.step_s) + 1]
            music = float(steps.mean()) if len(steps) else 0.0
        yield _Line(
            event,
            max(before_s, event.start_s - AIR_BEFORE_S, 0.0),
            min(after_s, event.end_s + AIR_AFTER_S, brief.analysis.duration_s),
            said,
            ZONE_ORDER.index(permitted.zone_of(event.midpoint_s)),
            music,
        )


def _speaks(hero: Protagonist, event: DialogueEvent, brief: Brief) -> bool:
    """Whether a line is the protagonist's: by name, or where lines have no names by the one face seen meanwhile."""
    if hero.speaker:
        return event.speaker == hero.speaker
    return (
        brief.eyes is not None
        and not event.speaker
        and set(brief.eyes.people_in(event.start_s, event.end_s)) == {hero.person}
    )


def _spare_s(manifest: Manifest, brief: Brief) -> float:
    """Seconds that may still be spoken: the vibe's share and a little more, less what clips hold."""
    shown_s = sum(clip.source_end_s - clip.source_start_s for clip in manifest.clips)
    spoken_s = sum(line.end_s - line.start_s for clip in manifest.clips for line in clip.lines)
    return (brief.vibe.dialogue_share + SPOKEN_OVER_SHARE) * shown_s - spoken_s


def _best(
    acts: frozenset[Act],
    lines: Sequence[_Line],
    manifest: Manifest,
    layout: Layout,
    found: Sequence[VoiceOver],
    spare_s: float,
) -> tuple[_Line, float] | None:
    """The worthiest line that has a place in these acts, with its time: in the middle of the longest silence."""
    act: Act = "act1" if "act1" in acts else "act2"
    latest = ZONE_ORDER.index("BEGINNING" if act == "act1" else "ESCALATION")
    free = sorted(_silences(acts, manifest, layout, found), key=lambda span: (span[0] - span[1], span[0]))
    ranked = sorted(
        (line for line in lines if line.zone <= latest and line.length_s <= spare_s),
        key=lambda line: (
            -line.said.worth - worth_in_act(act, line.said) + COST_OF_MUSIC * line.music,
            line.event.start_s,
        ),
    )
    for line in ranked:
        for start_s, end_s in free:
            if end_s - start_s >= line.length_s:
                return line, start_s + (end_s - start_s - line.length_s) / 2
    return None


def _silences(
    acts: frozenset[Act], manifest: Manifest, layout: Layout, found: Sequence[VoiceOver]
) -> Iterator[tuple[float, float]]:
    """Trailer seconds over pictures whose own sound is none, clear of every line and of each other voice-over."""
    taken = [
        (voice.time_s, voice.time_s + voice.source_end_s - voice.source_start_s) for voice in found
    ] + list(spoken_spans(manifest, layout))
    for run in _runs(acts, manifest, layout):
        start_s = float(layout.rate.seconds(run[0].cut))
        end_s = float(layout.rate.seconds(run[-1].end - run[-1].overlap_after // 2))
        for begin, end in sorted(taken):
            if begin - CLEAR_S > start_s:
                yield start_s, min(begin - CLEAR_S, end_s)
            start_s = max(start_s, end + CLEAR_S)
            if start_s >= end_s:
                break
        if start_s < end_s:
            yield start_s, end_s


def _runs(acts: frozenset[Act], manifest: Manifest, layout: Layout) -> Iterator[list[LaidItem]]:
    """Neighbouring clips of these acts without a sound of their own."""
    run: list[LaidItem] = []
    for item in layout.items:
        if item.kind == "clip" and item.act in acts and manifest.clips[item.index].sound == "none":
            run.append(item)
        elif run:
            yield run
            run = []
    if run:
        yield run


def spoken_spans(manifest: Manifest, layout: Layout) -> Iterator[tuple[float, float]]:
    """Trailer seconds in which a clip's line is heard."""
    for index, clip in enumerate(manifest.clips):
        if clip.sound == "none":
            continue
        begins_s = float(layout.rate.seconds(layout.item_of_clip(index).start)) - clip.source_start_s
        for line in clip.lines:
            yield line.start_s + begins_s, line.end_s + begins_s


def _plain(text: str) -> str:
    return " ".join(word for word in "".join(c if c.isalnum() else " " for c in text.casefold()).split())
