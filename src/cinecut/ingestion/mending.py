"""Captions put in order: sorted, repeats and rolling lines merged, impossible times mended, each said once.

Deliberately not here: reading files, and telling what a line is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import pairwise

from cinecut.ingestion.cues import RawCue

TOUCHING_MS = 120
"""Captions this close follow each other without a pause."""

SLOPPY_OVERLAP_MS = 300
"""Up to this much overlap is rounding or a careless hand: the earlier caption ends where the later starts."""

SHORTEST_MS = 700
READING_MS_PER_CHARACTER = 60
"""About 17 characters a second, the pace subtitles are written for."""

LONGEST_PLAIN_MS = 20_000
"""A caption may stand this long, or four times its reading time; an end beyond that is a slip."""

MOST_AT_ONCE = 50
"""Captions that may stand at one time: signs and songs of a film full of writing lie far below."""

ROLLING_SHARE = 0.3
"""From this share of captions that begin with their forerunner's last lines on, a file counts as rolling."""


@dataclass(frozen=True)
class Caption:
    """One caption with clean lines; times in milliseconds."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]
    speaker: str = ""
    style: str = ""

    @property
    def reading_ms(self) -> int:
        """How long its words need at least."""
        return max(SHORTEST_MS, sum(map(len, self.lines)) * READING_MS_PER_CHARACTER)


def mend(captions: list[Caption], film_duration_s: float | None) -> tuple[list[Caption], list[str]]:
    """The captions sorted and mended, and a notice for each kind of repair that was needed.

    They are those that `inside_film` left. Every caption that comes back ends after it starts, starts at
    zero or later, and lies inside the film where its length is given. Captions of people who truly speak
    at once still overlap: cutting one short would cut a spoken line.
    """
    notices: list[str] = []
    backwards = sum(later.start_ms < earlier.start_ms for earlier, later in pairwise(captions))
    _note(notices, backwards, "stood out of order and {was} sorted")
    ordered = sorted(captions, key=lambda caption: (caption.start_ms, caption.end_ms))
    limit_ms = None if film_duration_s is None else int(film_duration_s * 1000)
    ordered = _unrolled(ordered, notices)
    ordered = _merged(ordered, notices)
    ordered = _speakable(ordered, notices)
    ordered = _timed(ordered, limit_ms, notices)
    return _untangled(ordered, notices), notices


def counted(count: int, what: str) -> str:
    """`3 subtitle lines lay … and were …`; `{was}` in `what` follows the number."""
    text = what.format(was="was" if count == 1 else "were")
    return f"{count} subtitle line{'' if count == 1 else 's'} {text}."


def _note(notices: list[str], count: int, what: str) -> None:
    """One more notice; none for nothing."""
    if count:
        notices.append(counted(count, what))


def inside_film(cues: list[RawCue], film_duration_s: float | None) -> tuple[list[RawCue], list[str]]:
    """The cues that do not lie wholly before zero or past the film's end, and a notice about the others.

    Asked before the text is looked at: of a million lines hardly any may be left.
    """
    notices: list[str] = []
    kept = [cue for cue in cues if cue.start_ms >= 0 or cue.end_ms > 0]
    _note(notices, len(cues) - len(kept), "lay before the film's start and {was} left out")
    if film_duration_s is None:
        return kept, notices
    limit_ms = int(film_duration_s * 1000)
    inside = [cue for cue in kept if cue.start_ms < limit_ms]
    _note(notices, len(kept) - len(inside), "lay past the film's end and {was} left out")
    return inside, notices


def _unrolled(captions: list[Caption], notices: list[str]) -> list[Caption]:
    """Rolling captions (each begins with its forerunner's last lines) reduced to what is new in each."""
    carried = [0, *(_carried(earlier, later) for earlier, later in pairwise(captions))]
    rolling = sum(count > 0 for count in carried)
    if rolling < 3 or rolling < len(captions) * ROLLING_SHARE:
        return captions
    kept = [
        replace(caption, lines=caption.lines[count:])
        for caption, count in zip(captions, carried, strict=True)
        if len(caption.lines) > count
    ]
    _note(notices, rolling, "repeated the line before and {was} reduced to what is new")
    return kept


def _carried(earlier: Caption, later: Caption) -> int:
    """How many of the later caption's first lines the earlier one ended with."""
    if later.start_ms - earlier.end_ms > TOUCHING_MS:
        return 0
    for count in range(min(len(earlier.lines), len(later.lines)), 0, -1):
        if earlier.lines[-count:] == later.lines[:count]:
            return count
    return 0


def _merged(captions: list[Caption], notices: list[str]) -> list[Caption]:
    """Captions that say the same again without a pause, or grow word by word, as one."""
    merged: list[Caption] = []
    for caption in captions:
        last = merged[-1] if merged else None
        if last is not None and caption.start_ms - last.end_ms <= TOUCHING_MS and _continues(last, caption):
            merged[-1] = replace(
                caption,
                start_ms=last.start_ms,
                end_ms=max(last.end_ms, caption.end_ms),
                speaker=last.speaker or caption.speaker,
            )
        else:
            merged.append(caption)
    _note(notices, len(captions) - len(merged), "came twice or grew word by word and {was} merged")
    return merged


def _continues(earlier: Caption, later: Caption) -> bool:
    """Whether the later caption is the earlier one again, or that one with more words behind it."""
    if earlier.lines == later.lines:
        return True
    if earlier.start_ms == later.start_ms:
        return False
    before, after = " ".join(earlier.lines), " ".join(later.lines)
    return (
        len(after) > len(before)
        and after.startswith(before)
        and before[-1].isalnum()
        and after[len(before)] in " ,'’"
        and earlier.end_ms - earlier.start_ms < 2 * SHORTEST_MS
    )


def _speakable(captions: list[Caption], notices: list[str]) -> list[Caption]:
    """Without captions that begin while `MOST_AT_ONCE` others stand: nobody says or reads so many."""
    kept: list[Caption] = []
    standing: list[int] = []
    for caption in captions:
        while standing and standing[0] <= caption.start_ms:
            heappop(standing)
        if len(standing) < MOST_AT_ONCE:
            heappush(standing, max(caption.end_ms, caption.start_ms + 1))
            kept.append(caption)
    _note(notices, len(captions) - len(kept), f"began while {MOST_AT_ONCE} others stood and {{was}} left out")
    return kept


def _timed(captions: list[Caption], limit_ms: int | None, notices: list[str]) -> list[Caption]:
    """Each caption with an end after its start, no later than the film's end, and not absurdly late."""
    mended: list[Caption] = []
    empty = clipped = slipped = 0
    for place, caption in enumerate(captions):
        start, end = max(0, caption.start_ms), caption.end_ms
        clipped += caption.start_ms < 0
        if end <= start:
            empty += 1
            following = captions[place + 1].start_ms if place + 1 < len(captions) else start + 10**9
            room = following - start if following > start else caption.reading_ms
            end = start + min(caption.reading_ms, room)
        longest = max(LONGEST_PLAIN_MS, 4 * caption.reading_ms)
        if end - start > longest:
            slipped += 1
            end = start + longest
        if limit_ms is not None and end > limit_ms:
            clipped += 1
            end = limit_ms
        if end > start:
            mended.append(_with_times(caption, start, end))
    _note(notices, empty, "ended before or as it started and {was} given the time it takes to read")
    _note(notices, slipped, "stood on for far longer than reading takes and {was} shortened")
    _note(notices, clipped, "reached over the film's start or end and {was} trimmed")
    return mended


def _with_times(caption: Caption, start_ms: int, end_ms: int) -> Caption:
    """The caption itself where its times are those already."""
    if (caption.start_ms, caption.end_ms) == (start_ms, end_ms):
        return caption
    return replace(caption, start_ms=start_ms, end_ms=end_ms)


def _untangled(captions: list[Caption], notices: list[str]) -> list[Caption]:
    """Small overlaps removed; large ones are people who speak at once, and stay."""
    mended: list[Caption] = []
    trimmed = 0
    for place, caption in enumerate(captions):
        end = caption.end_ms
        if place + 1 < len(captions):
            following = captions[place + 1].start_ms
            overlap = end - following
            if 0 < overlap <= SLOPPY_OVERLAP_MS and following - caption.start_ms >= SHORTEST_MS:
                end = following
                trimmed += 1
        mended.append(_with_times(caption, caption.start_ms, end))
    _note(notices, trimmed, "ran a little into the next one and {was} ended where that starts")
    return mended
