"""Lines checked against the speech that was heard in the film: shifted, stretched, set to the words, or left alone.

What was done, and what could not be told, is said in a notice. Deliberately not here: reading subtitles, hearing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from cinecore.analysis.film import FilmAnalysis, SoundCurves
from cinecut.ingestion.heard_speech import HeardSpeech, heard_speech
from cinecut.ingestion.line_edges import REACH_S, Span, move_edges
from cinecut.ingestion.line_fit import FARTHEST_S, SURE_PEAK, LineFit, fit_lines
from cinecut.ingestion.mending import counted
from cinecut.ingestion.parsing import Subtitles
from cinecut.models import DialogueEvent, LineKind

HARDLY_ANY = 0.1
"""Speech that was heard, as a part of the lines' own length: below it there is nothing to check them by."""

SMALLEST_SHIFT_S = 0.15
"""Lines are moved together from here on; less is within what each line's own edges are moved by."""

DOUBTFUL_SHIFT_S = 0.6
"""Up to here careless edges look like a shift of all: believed only where the lines then stand clearly nearer to what
was heard."""

CLEARLY_NEARER = 0.7

FITS_AS_IT_IS = 0.35
"""Correlation of lines and speech at which they belong together though they are too few to stand out."""

MOVABLE_LINES = 8
"""Fewer lines are never moved together: three words fit anywhere."""

ENOUGH_LINES = 15
ENOUGH_SPEECH_S = 20.0
"""What must be there before lines that fit nowhere are called another film's."""

LONGEST_STRETCH = 1.05


class Verdict(StrEnum):
    """What was found."""

    NOT_HEARD = "not heard"
    """The sound was not listened to (a preview, no sound)."""
    NO_SPEECH = "no speech"
    TOO_FEW = "too few"
    FITS = "fits"
    MOVED = "moved"
    OTHER_FILM = "other film"


@dataclass(frozen=True)
class Alignment:
    """Lines as they should stand, and what was found out about them."""

    events: tuple[DialogueEvent, ...]
    verdict: Verdict
    fit: LineFit | None
    edges_moved: int
    notices: tuple[str, ...]


def align_lines(
    events: Sequence[DialogueEvent], sound: SoundCurves | None, begin_s: float, end_s: float
) -> Alignment:
    """The lines where they are spoken; the part of the film that was heard lies between `begin_s` and `end_s`.

    All lines move together where a shift or a stretch between frame rates was found, spoken ones also at each edge,
    by half a second at most. Lines that nothing can be told about come back as they are.
    """
    lines = tuple(events)
    if sound is None or not len(sound.voice):
        return Alignment(lines, Verdict.NOT_HEARD, None, 0, ())
    spans = [(event.start_s, event.end_s) for event in lines if event.kind is LineKind.SPEECH]
    if not spans:
        return Alignment(lines, Verdict.TOO_FEW, None, 0, ())
    speech = heard_speech(sound)
    inside = [span for span in spans if span[1] > begin_s and span[0] < end_s]
    if speech.seconds < HARDLY_ANY * sum(end - start for start, end in inside) or not len(speech.starts_s):
        return Alignment(lines, Verdict.NO_SPEECH, None, 0, (NO_SPEECH,))
    fit = fit_lines(spans, speech, begin_s, end_s)
    needs_moving = fit.stretch != 1 or abs(fit.shift_s) >= SMALLEST_SHIFT_S
    if fit.stretch == 1 and abs(fit.shift_s) < DOUBTFUL_SHIFT_S:
        shifted = [(fit.placed(start_s), fit.placed(end_s)) for start_s, end_s in inside]
        needs_moving &= _distance(shifted, speech) < CLEARLY_NEARER * _distance(inside, speech)
    if needs_moving and fit.peak >= SURE_PEAK and len(spans) >= MOVABLE_LINES:
        moved = [_moved(event, fit.placed(event.start_s), fit.placed(event.end_s)) for event in lines]
        inside_film, dropped = _inside(moved, end_s)
        edged, count = _at_their_words(inside_film, speech)
        notices = [
            _moving_words(fit),
            *([counted(dropped, PAST_THE_END)] if dropped else []),
            *_edge_words(count),
        ]
        return Alignment(edged, Verdict.MOVED, fit, count, tuple(notices))
    if (fit.is_clear and not needs_moving) or _correlation(inside, speech, end_s - begin_s) >= FITS_AS_IT_IS:
        edged, count = _at_their_words(lines, speech)
        return Alignment(edged, Verdict.FITS, fit, count, tuple(_edge_words(count)))
    if len(spans) < ENOUGH_LINES or speech.seconds < ENOUGH_SPEECH_S:
        return Alignment(lines, Verdict.TOO_FEW, fit, 0, (TOO_FEW,))
    return Alignment(lines, Verdict.OTHER_FILM, fit, 0, (OTHER_FILM,))


def read_aligned(
    read: Callable[[float | None], Subtitles], film_duration_s: float, analysis: FilmAnalysis
) -> Subtitles:
    """Subtitles as `read` gives them for a film of some length, aligned with the film's speech.

    Lines of a slower film run past this one's end before they are fitted, so they are read again for a longer one.
    """
    found = read(film_duration_s)
    if analysis.sound is None or not len(analysis.sound.voice):
        return found
    begin_s, end_s = float(analysis.frame_time(0)), analysis.duration_s
    aligned = align_lines(found.events, analysis.sound, begin_s, end_s)
    if aligned.verdict in {Verdict.MOVED, Verdict.OTHER_FILM, Verdict.TOO_FEW} and film_duration_s:
        longer = read(film_duration_s * LONGEST_STRETCH + FARTHEST_S)
        if len(longer.events) > len(found.events):
            again = align_lines(longer.events, analysis.sound, begin_s, end_s)
            if again.verdict is Verdict.MOVED:
                found, aligned = longer, again
    return replace(found, events=aligned.events, notices=(*found.notices, *aligned.notices))


NO_SPEECH = (
    "Hardly any speech was heard in the film: the subtitle lines could not be checked and stay as they are."
)
TOO_FEW = "There are too few subtitle lines or too little speech to check one by the other: the lines stay as they are."
OTHER_FILM = (
    "The subtitle lines and the speech that was heard fit together at no shift or speed: these may be the subtitles "
    "of another film, or of another cut of it. They are used as they are."
)
PAST_THE_END = "lay past the film's end and {was} left out"


def _moving_words(fit: LineFit) -> str:
    parts = []
    if fit.stretch != 1:
        change = "slower" if fit.stretch > 1 else "faster"
        parts.append(f"run {abs(float(fit.stretch) - 1) * 100:.1f} % {change}")
    if abs(fit.shift_s) >= SMALLEST_SHIFT_S:
        parts.append(f"are shown {abs(fit.shift_s):.2f} s {'later' if fit.shift_s > 0 else 'earlier'}")
    return f"The subtitles did not stand where the words are spoken: all lines now {' and '.join(parts)}."


def _edge_words(count: int) -> list[str]:
    if not count:
        return []
    edges = "edge of a subtitle line was" if count == 1 else "edges of subtitle lines were"
    return [f"{count} {edges} moved to the words, by half a second at most."]


def _at_their_words(
    events: Sequence[DialogueEvent], speech: HeardSpeech
) -> tuple[tuple[DialogueEvent, ...], int]:
    """The lines with the edges of spoken ones at their words, and how many edges moved."""
    spoken = [place for place, event in enumerate(events) if event.kind is LineKind.SPEECH]
    was: list[Span] = [(events[place].start_s, events[place].end_s) for place in spoken]
    edged = list(events)
    count = 0
    for place, old, new in zip(spoken, was, move_edges(was, speech), strict=True):
        count += (old[0] != new[0]) + (old[1] != new[1])
        edged[place] = _moved(events[place], *new)
    return tuple(sorted(edged, key=lambda event: (event.start_ms, event.end_ms, event.index))), count


def _inside(events: Sequence[DialogueEvent], end_s: float) -> tuple[list[DialogueEvent], int]:
    """The lines that lie in the film, and how many do not."""
    kept = [
        _moved(event, max(0.0, event.start_s), min(end_s, event.end_s))
        for event in events
        if event.end_s > 0 and event.start_s < end_s
    ]
    return kept, len(events) - len(kept)


def _moved(event: DialogueEvent, start_s: float, end_s: float) -> DialogueEvent:
    """The line at other times, in whole milliseconds; itself where they are the same."""
    start_ms, end_ms = round(start_s * 1000), round(end_s * 1000)
    if (start_ms, end_ms) == (event.start_ms, event.end_ms):
        return event
    return replace(
        event,
        start_ms=start_ms,
        end_ms=end_ms,
        start_s=start_ms / 1000,
        end_s=end_ms / 1000,
        midpoint_s=(start_ms + end_ms) / 2000,
    )


def _distance(spans: Sequence[Span], speech: HeardSpeech) -> float:
    """How far edges stand from heard ones in the mean, each counted up to the reach of moving it."""
    far = [
        min((abs(heard - at_s) for heard in near(at_s, REACH_S)), default=REACH_S)
        for span in spans
        for at_s, near in zip(span, (speech.starts_near, speech.ends_near), strict=True)
    ]
    return sum(far) / max(1, len(far))


def _correlation(spans: Sequence[Span], speech: HeardSpeech, seconds: float) -> float:
    """How lines and speech go together as they stand, -1..1 (the phi coefficient of both over the film)."""
    merged: list[Span] = []
    for start_s, end_s in sorted(spans):
        if merged and start_s <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end_s))
        else:
            merged.append((start_s, end_s))
    lines = sum(end - start for start, end in merged) / seconds
    heard = speech.seconds / seconds
    both = sum(speech.inside(*span) for span in merged) / seconds
    spread = (lines * (1 - lines) * heard * (1 - heard)) ** 0.5
    return (both - lines * heard) / spread if spread > 0 else 0.0
