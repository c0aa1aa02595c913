"""A scene's lines spoken before its clip is asked for, so that the clip knows who speaks when."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from vidpipe.db.engine import Session
from vidpipe.db.models import Scene
from vidpipe.pipeline.studio import Studio
from vidpipe.schemas.storyboard import SceneSpec, Storyboard
from vidpipe.services.line_timing import SpokenLine, speaking
from vidpipe.services.voices import cast_voices, speak_scene

SPEECH_FOLDER = "speech"
"""Inside the data folder: one WAV for each line, engine and voice."""


async def scene_lines(spec: SceneSpec, storyboard: Storyboard, studio: Studio) -> tuple[SpokenLine, ...]:
    """The scene's lines with their sounds and times; what could not be spoken is said once."""
    if not spec.audio.lines:
        return ()
    cast = cast_voices(storyboard)
    folder = studio.root / SPEECH_FOLDER
    spoken = await asyncio.to_thread(speak_scene, spec, cast, studio.speech, folder)
    for notice in spoken.notices:
        studio.notice(notice)
    return spoken.lines


async def speak_in_scene(
    session: Session, scene: Scene, spec: SceneSpec, storyboard: Storyboard, studio: Studio
) -> tuple[Mapping[str, Any], ...]:
    """Who is seen to speak when; the times are kept with the scene."""
    lines = await scene_lines(spec, storyboard, studio)
    timing = [
        {"text": line.text, "speaker": line.speaker, "start_s": line.start_s, "end_s": line.end_s,
         "is_spoken": line.path is not None}
        for line in lines
    ]  # fmt: skip
    if scene.audio is not None and scene.audio.timing != timing:
        scene.audio.timing = timing
        await session.commit()
    return speaking(lines)
