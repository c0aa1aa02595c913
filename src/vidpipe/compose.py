"""Where adapters get their names: the one module that says who stands behind vidpipe's ports."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from cinecore.errors import InputError
from cinecore.ports import ProgressListener, SpeechMaker, silent
from vidpipe.artefacts import ArtefactStore
from vidpipe.db.engine import Database, open_database
from vidpipe.pipeline.studio import Studio
from vidpipe.settings import VideoSettings

DATABASE_FILE = "vidpipe.db"
JOBS_FOLDER = "jobs/draft"


@contextlib.asynccontextmanager
async def open_data(settings: VideoSettings) -> AsyncIterator[Database]:
    """The database of these settings, made or brought up to date.

    Raises:
        DatabaseError: It cannot be used.
    """
    async with open_database(settings.database or settings.data_dir / DATABASE_FILE) as database:
        yield database


def studio_for(
    settings: VideoSettings,
    *,
    speech: str | None = None,
    say: Callable[[str], None] = lambda _: None,
    listen: ProgressListener = silent,
) -> Studio:
    """The makers behind the ports for these settings.

    Args:
        settings: Of the command.
        speech: The project's engine where it was chosen before; None: as the settings say.
        say: Hears sentences for a person.
        listen: Hears progress.

    Raises:
        InputError: Faults on order that cannot be read.
        SetupError: The voice asked for is not there.
    """
    from vidpipe.providers.draft.director import RuleDirector
    from vidpipe.providers.draft.faults import Faults
    from vidpipe.providers.draft.image_maker import DraftImageMaker
    from vidpipe.providers.draft.video_maker import DraftVideoMaker

    ordered, failing = _faults(settings.draft_faults)
    return Studio(
        store=ArtefactStore(settings.data_dir),
        director=RuleDirector(),
        image_maker=DraftImageMaker(),
        video_maker=DraftVideoMaker(settings.data_dir / JOBS_FOLDER, Faults.parse(ordered or None)),
        speech=speech_for(speech or settings.speech),
        poll_s=settings.poll_s,
        clip_timeout_s=settings.clip_timeout_s,
        jobs=settings.jobs,
        analysis_fails_in=failing,
        say=say,
        listen=listen,
    )


def speech_for(asked: str) -> SpeechMaker | None:
    """The engine asked for, or the best that is there; None where there is none, or for `none`.

    Raises:
        SetupError: The one asked for is not there.
    """
    from cinecore.audio.speech import best_speech_maker

    return best_speech_maker(asked)


def _faults(text: str | None) -> tuple[str, frozenset[int]]:
    """The faults that the draft provider makes, and the scenes, from 0, whose analysis fails."""
    if not text:
        return "", frozenset()
    try:
        ordered: Any = json.loads(text)
    except ValueError:
        ordered = None
    if not isinstance(ordered, dict):
        raise InputError("Faults on order are one JSON object.", text[:80], 'Write {"slow": […]}.')
    failing = ordered.pop("fail_analysis", [])
    if not isinstance(failing, list) or not all(isinstance(item, int) and item > 0 for item in failing):
        raise InputError("fail_analysis takes a list of scenes, counted from 1.", str(failing)[:80], "")
    return json.dumps(ordered) if ordered else "", frozenset(item - 1 for item in failing)
