"""The music file's edits as cues: each piece from its place in the file, crossfaded just before its downbeat."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from cinecore.timebase import SAMPLE_RATE, Span, round_half_up
from cinecore.timeline import AudioCue, FileSound, Stem
from cinecut.manifest.schema import MusicBed

ATTACK_GUARD = SAMPLE_RATE // 125
"""8 ms in samples: a crossfade is done this long before the downbeat, whose attack is heard whole."""

EDGE_FADE = 480
"""10 ms in samples, where an edit asks for no crossfade."""

NEAR_BREATH = SAMPLE_RATE // 15
"""An edit this near to the breath's end is what ends the breath: frames and beats lie beside one another."""


def edited_cues(
    bed: MusicBed, total: int, breath: Span | None, end_fade: int, stop_fade: int
) -> list[AudioCue]:
    """The cues of a bed with edits over `total` samples, silent in the breath (in samples).

    The music fades over `stop_fade` samples into the breath and over `end_fade` at its end.
    """
    path = Path(bed.path or "")
    starts = [round_half_up(Fraction(str(edit.time_s)) * SAMPLE_RATE) for edit in bed.edits]
    heard = [Span(0, total)]
    if breath is not None and breath.length:
        back = next((start for start in starts if abs(start - breath.end) <= NEAR_BREATH), breath.end)
        heard = [
            Span(0, breath.start),
            Span(min(total, max(breath.start, back - ATTACK_GUARD - EDGE_FADE)), total),
        ]
    cues: list[AudioCue] = []
    for number, (edit, at) in enumerate(zip(bed.edits, starts, strict=True)):
        source = Fraction(str(edit.source_start_s))
        fade = _crossfade(edit.crossfade_s) if number else 0
        is_last = number + 1 == len(bed.edits)
        until = total if is_last else starts[number + 1] - ATTACK_GUARD
        following = 0 if is_last else _crossfade(bed.edits[number + 1].crossfade_s)
        # earlier by the crossfade, as far as the file and the trailer reach back
        lead = min(fade + ATTACK_GUARD, at, round_half_up(source * SAMPLE_RATE)) if number else 0
        piece = Span(at - lead, min(until, total))
        for index, span in enumerate(heard):
            begin, end = max(piece.start, span.start), min(piece.end, span.end)
            length = end - begin
            if length <= 2 * EDGE_FADE:
                continue
            opening = min(fade if begin == piece.start and fade else EDGE_FADE, length // 3)
            ending = following if end == piece.end and not is_last else EDGE_FADE
            if end == span.end:
                ending = end_fade if index + 1 == len(heard) else stop_fade
            sound = FileSound(path, "", source + Fraction(begin - at, SAMPLE_RATE))
            cues.append(
                AudioCue(
                    Stem.MUSIC, begin, length, sound, 0.0, opening, min(ending, length // 2), text=bed.title
                )
            )
    return cues


def _crossfade(seconds: float) -> int:
    return max(EDGE_FADE, round_half_up(Fraction(str(seconds)) * SAMPLE_RATE))
