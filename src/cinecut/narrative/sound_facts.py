"""What the mix may use of the film around and under the chosen clips: room for J- and L-cuts, and moments to hear.

Written into the planned manifest, so that assembly needs the manifest alone. The choice and the order are not touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from cinecore.analysis.film import SoundCurves
from cinecore.timebase import seconds_text
from cinecut.manifest.layout import clip_frames
from cinecut.manifest.schema import Clip, Manifest
from cinecut.models import DialogueEvent, LineKind
from cinecut.narrative.bars import APART_S
from cinecut.narrative.brief import Brief
from cinecut.narrative.film_grid import FilmGrid, Mask
from cinecut.narrative.permitted import Permitted, permitted_footage
from cinecut.narrative.turning_points import find_turning_points, turning_points_by_rule
from cinecut.narrative.voice_over import choose_voice_overs

MOST_ROOM_S = 3.0
"""Looked for at either side of a clip; a J- or L-cut takes what lies between edge and line, and half a second."""

SPOKEN_FROM = 0.5
"""Mean probability of speech from which footage is not quiet."""

MUSIC_FROM = 0.5
"""Mean music-likeness from which the film's own music would be heard beside another."""

HEARD_FROM_LUFS = -60.0
"""Footage that nowhere is louder has no sound to hear."""

BLOW_OVER_FILM_LU = 4.0
"""How much louder than the film a moment of the climax must be for its own sound to be heard."""

BLOW_ONSET = 0.7
"""Onset strength, against the film's own strongest, of a sound that begins with a blow."""


def with_sound(manifest: Manifest, brief: Brief) -> Manifest:
    """A planned manifest with all that the mix needs to know of the film, and with its voice-overs.

    Each clip gets its room at both sides. The film's own sound stays only where it can be heard: footage with
    speech that no line of the clip names, or with music in it, is silent; the loudest blow of the climax is heard,
    where it is clear of both.
    """
    grid = FilmGrid(brief.analysis, brief.rate)
    points = (
        turning_points_by_rule(brief.analysis)
        if brief.is_by_rule
        else find_turning_points(brief.analysis, brief.events, brief.eyes, brief.told)
    )
    permitted = permitted_footage(brief, grid, points)
    known = _with_facts(manifest, brief, grid, permitted)
    return known.model_copy(update={"voice_overs": choose_voice_overs(known, brief, grid, permitted)})


def _with_facts(manifest: Manifest, brief: Brief, grid: FilmGrid, permitted: Permitted) -> Manifest:
    sound = brief.analysis.sound
    clips = list(manifest.clips)
    for index, clip in enumerate(clips):
        if clip.locked:
            continue
        if clip.sound == "full" and not clip.lines and not is_clear(sound, clip, brief.events):
            clips[index] = clip.model_copy(update={"sound": "none"})
        before, after = _room(index, manifest, brief, grid, permitted)
        clips[index] = clips[index].model_copy(
            update={"room_before_s": seconds_text(before), "room_after_s": seconds_text(after)}
        )
    blow = _blow(clips, sound, brief.events)
    if blow is not None:
        clips[blow] = clips[blow].model_copy(update={"sound": "full"})
    return manifest.model_copy(update={"clips": tuple(clips)})


def is_clear(sound: SoundCurves | None, clip: Clip, events: Sequence[DialogueEvent]) -> bool:
    """Whether a clip's own sound is there and holds neither speech nor much music."""
    if sound is None:
        return False
    start, end = clip.source_start_s, clip.source_end_s
    is_spoken_over = any(
        event.kind is LineKind.SPEECH and event.start_s < end and start < event.end_s for event in events
    )
    return (
        not is_spoken_over
        and _part(sound.voice, sound.voice_step_s, start, end).mean() < SPOKEN_FROM
        and _part(sound.music, sound.step_s, start, end).mean() < MUSIC_FROM
        and _part(sound.loudness_lufs, sound.step_s, start, end, -70.0).max() > HEARD_FROM_LUFS
    )


def _part(
    curve: npt.NDArray[np.float32], step_s: float, start_s: float, end_s: float, missing: float = 0.0
) -> npt.NDArray[np.float32]:
    """What a curve says of a stretch; `missing` where it was not measured there."""
    first = int(start_s / step_s)
    part = curve[first : max(first + 1, int(np.ceil(end_s / step_s)))]
    return part if len(part) else np.array([missing], np.float32)


def _room(
    index: int, manifest: Manifest, brief: Brief, grid: FilmGrid, permitted: Permitted
) -> tuple[Fraction, Fraction]:
    """Seconds before and behind a clip that could be shown with it.

    The same shot, permitted, without another line, and as far from every other clip as clips stand apart.
    """
    clip = manifest.clips[index]
    own = {(line.start_s, line.end_s) for line in clip.lines}
    usable: Mask = permitted.allowed & grid.clean
    usable &= ~grid.spoken([event for event in brief.events if (event.start_s, event.end_s) not in own])
    apart_s = APART_S + 1 / float(brief.rate.fps)
    others = (other for number, other in enumerate(manifest.clips) if number != index)
    usable &= ~grid.mask_of((one.source_start_s - apart_s, one.source_end_s + apart_s) for one in others)
    first = grid.at_or_after(clip.source_start_s)
    end = first + clip_frames(clip.source_start_s, clip.source_end_s, brief.rate)
    most = int(MOST_ROOM_S * brief.rate.fps)
    before = after = 0
    while before < most and _is_usable(first - before - 1, first, usable, grid):
        before += 1
    while after < most and _is_usable(end + after, end - 1, usable, grid):
        after += 1
    return brief.rate.seconds(before), brief.rate.seconds(after)


def _is_usable(frame: int, beside: int, usable: Mask, grid: FilmGrid) -> bool:
    return (
        0 <= frame < grid.frames
        and 0 <= beside < grid.frames
        and bool(usable[frame])
        and grid.shot_of[frame] == grid.shot_of[beside]
    )


def _blow(clips: Sequence[Clip], sound: SoundCurves | None, events: Sequence[DialogueEvent]) -> int | None:
    """The clip of act 3 with the loudest blow in it, where one is clear of speech and music; else None."""
    if sound is None or sound.integrated_lufs is None:
        return None
    found: list[tuple[float, int]] = []
    for index, clip in enumerate(clips):
        if clip.act != "act3" or clip.sound != "none" or clip.locked or not is_clear(sound, clip, events):
            continue
        span = (clip.source_start_s, clip.source_end_s)
        loudest = float(_part(sound.loudness_lufs, sound.step_s, *span, -70.0).max())
        struck = float(_part(sound.onset, sound.step_s, *span).max())
        if loudest >= sound.integrated_lufs + BLOW_OVER_FILM_LU and struck >= BLOW_ONSET:
            found.append((loudest, index))
    return max(found)[1] if found else None
