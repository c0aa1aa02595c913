"""The mix of one timeline: its film's sound read in one go, music and effects made, all laid together once."""

from __future__ import annotations

from pathlib import Path

from cinecore.audio.mix import Mix, mix
from cinecore.audio.sources import sound_source
from cinecore.media import MediaFile
from cinecore.timeline import Timeline
from cinecut.places import name_for


def mix_timeline(timeline: Timeline, media: MediaFile) -> Mix:
    """The whole mix of a timeline, stems included, not yet brought to its loudness.

    Raises:
        ToolError: The film's sound could not be read.
        InputError: A music file could not be read.
    """
    return mix(timeline, sound_source(timeline, {source.key: media for source in timeline.sources}))


def stems_folder(output: Path) -> Path:
    """Where the parts of a trailer's mix are saved when they are asked for."""
    return output.with_name(name_for(output.stem, "_stems"))
