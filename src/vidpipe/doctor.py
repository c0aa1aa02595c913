"""What vidpipe finds installed here, what is missing, and how to get it; nothing is changed.

Deliberately not here: printing, and opening the database.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from cinecore.errors import CineError
from cinecore.installation import (
    Finding,
    ffmpeg_parts_found,
    program_found,
    python_found,
    typefaces_found,
)
from vidpipe.settings import VideoSettings, user_file

LOOK_S = 10.0
"""How long a server may take to say what it is."""

ENOUGH_BYTES = 1024**3
"""A minute of video with its stills, clips and segments at 1080p needs well under this."""


def examine(settings: VideoSettings) -> tuple[Finding, ...]:
    """Every finding, in a fixed order."""
    looks: tuple[Callable[[], tuple[Finding, ...]], ...] = (
        python_found,
        lambda: (program_found("ffmpeg"), program_found("ffprobe")),
        ffmpeg_parts_found,
        typefaces_found,
        _eyes,
        lambda: _voice(settings),
        lambda: _director(settings),
        lambda: _places(settings),
    )
    return tuple(finding for look in looks for finding in look())


def _eyes() -> tuple[Finding, ...]:
    from cinecore.vision.weights import DIGESTS, weights_file

    try:
        names = [weights_file(name).stem for name in DIGESTS]
    except CineError as error:
        return (Finding("eyes", "missing", error.happened, error.advice),)
    return (Finding("eyes", "ok", f"{', '.join(names)}: digests as pinned"),)


def _voice(settings: VideoSettings) -> tuple[Finding, ...]:
    from cinecore.audio.speech import best_speech_maker

    try:
        maker = best_speech_maker(settings.speech)
    except CineError as error:
        return (Finding("voice", "optional", error.happened, error.advice),)
    if maker is None:
        advice = "apt install espeak-ng, or brew install espeak-ng."
        return (Finding("voice", "optional", "none: lines are captions alone", advice),)
    return (Finding("voice", "ok", maker.identity),)


def _director(settings: VideoSettings) -> tuple[Finding, ...]:
    """Whether the director that is set could be asked; the rules always can."""
    if settings.director == "rules":
        return (Finding("director", "ok", "rules: no model is needed"),)
    from vidpipe.compose import director_for

    try:
        director_for(settings)
    except CineError as error:
        return (Finding("director", "missing", error.happened, error.advice),)
    if settings.director == "llama":
        from cinecore.language.llama_program import find_llama_server

        try:
            program = find_llama_server(settings.llama_server)
        except CineError as error:
            return (Finding("director", "missing", error.happened, error.advice),)
        return (
            Finding(
                "director", "ok", f"{settings.model}, by llama-server {program.version} at {program.path}"
            ),
        )
    from cinecore.language.chat import ChatClient, ChatServer

    server = ChatServer(settings.endpoint or "", settings.model or "", settings.key, timeout_s=LOOK_S)
    end_s = time.monotonic() + LOOK_S
    try:
        with ChatClient(server, lambda: time.monotonic() > end_s) as client:
            models = client.abilities().models
    except CineError as error:
        return (Finding("director", "missing", f"{settings.endpoint}: {error.happened}", error.advice),)
    return (Finding("director", "ok", f"{settings.model or ', '.join(models[:1])} at {settings.endpoint}"),)


def _places(settings: VideoSettings) -> tuple[Finding, ...]:
    folder = settings.data_dir
    nearest = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.is_dir())
    file = user_file()
    found = [
        Finding(
            "settings file", "ok", f"{file} ({'read' if file.is_file() else 'not there, none is needed'})"
        )
    ]
    if os.access(nearest, os.W_OK):
        found.append(Finding("data folder", "ok", str(folder)))
    else:
        found.append(
            Finding("data folder", "missing", f"{folder} cannot be written", "Name another with --data-dir.")
        )
    free = shutil.disk_usage(Path(nearest)).free
    detail = f"{free / 1024**3:.1f} GiB free in {nearest}"
    if free < ENOUGH_BYTES:
        found.append(Finding("disk", "optional", detail, "Free some space, or name another with --data-dir."))
    else:
        found.append(Finding("disk", "ok", detail))
    return tuple(found)
