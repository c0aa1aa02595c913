"""Which of this machine's hardware decoders takes a film, tried on the film itself; nothing is kept of it."""

from __future__ import annotations

import re

from cinecore.errors import ToolError
from cinecore.ffmpeg.command import local_input
from cinecore.ffmpeg.run import open_process
from cinecore.media import MediaFile

TRY_FRAMES = 8
TRY_SECONDS = 30.0

_TAKEN = re.compile(r"Using auto hwaccel type (\w+)")
_REFUSED = re.compile(r"Failed setup for format|hwaccel initiali[sz]ation returned error|No device available")


def hardware_decoder(media: MediaFile) -> str | None:
    """The name that `-hwaccel` takes for this film (cuda, vaapi, videotoolbox …), or None.

    A driver may be there and still refuse this codec, profile or size: a few frames are decoded to see.
    """
    if media.video is None:
        return None
    arguments = [
        *("-nostdin", "-hide_banner", "-nostats", "-loglevel", "info", "-hwaccel", "auto"),
        *(*local_input(media.path), "-map", f"0:{media.video.index}"),
        *("-frames:v", str(TRY_FRAMES), "-f", "null", "-"),
    ]
    try:
        with open_process(arguments, stdout=False) as running:
            running.finish(TRY_SECONDS)
            said = "\n".join(running.tail)
    except ToolError:
        return None
    taken = _TAKEN.search(said)
    return taken[1] if taken and not _REFUSED.search(said) else None
