"""Voice-overs checked against the cut as it is now: none over another line, none past the end.

Which lines are voice-overs and where they lie is the manifest's; where a person changed clips since, a place may be taken.
"""

from __future__ import annotations

from fractions import Fraction

from cinecore.timebase import FrameRate, seconds_text
from cinecut.assembly.bridges import spoken_in
from cinecut.manifest.layout import lay_out
from cinecut.manifest.schema import Manifest, VoiceOver


def with_free_voice_overs(
    manifest: Manifest, rate: FrameRate, *, wants_them: bool = True
) -> tuple[Manifest, tuple[str, ...]]:
    """The manifest with the voice-overs that can be heard where they lie, and a notice for each that cannot."""
    if not manifest.voice_overs or not wants_them:
        return manifest.model_copy(update={"voice_overs": ()}), ()
    layout = lay_out(manifest, rate)
    spoken = [span for index, clip in enumerate(manifest.clips) for span in spoken_in(clip, layout, index)]
    kept: list[VoiceOver] = []
    notices: list[str] = []
    for voice in manifest.voice_overs:
        start, end = _span(voice)
        place = f"The voice-over {voice.text!r} at {seconds_text(start):.2f} s"
        if end > layout.duration_s:
            notices.append(f"{place} is left out: the trailer ends before it does.")
        elif any(begin < end and start < stop for begin, stop in spoken):
            notices.append(f"{place} is left out: another line is heard there.")
        else:
            kept.append(voice)
            spoken.append((start, end))
    return manifest.model_copy(update={"voice_overs": tuple(kept)}), tuple(notices)


def _span(voice: VoiceOver) -> tuple[Fraction, Fraction]:
    start = Fraction(str(voice.time_s))
    return start, start + Fraction(str(voice.source_end_s)) - Fraction(str(voice.source_start_s))
