"""Where adapters get their names: the one module that says who stands behind vidpipe's ports."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

from cinecore.errors import InputError, SetupError
from cinecore.language.weights import find_weights
from cinecore.ports import ProgressListener, SpeechMaker, TextModel, silent
from cinecore.settings import UsageError
from vidpipe.artefacts import ArtefactStore
from vidpipe.db.engine import Database, open_database
from vidpipe.pipeline.studio import Studio
from vidpipe.schemas.wishes import Director
from vidpipe.services.served_director import ServedDirector
from vidpipe.settings import VideoSettings

DATABASE_FILE = "vidpipe.db"
JOBS_FOLDER = "jobs/draft"
TEXT_CONTEXT_TOKENS = 8192
"""Room for a screenplay of twenty pages and the storyboard that answers it."""
TEXT_ANSWER_S = 900.0
"""A storyboard of forty scenes on a processor takes minutes."""


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
    director: str | None = None,
    say: Callable[[str], None] = lambda _: None,
    listen: ProgressListener = silent,
) -> Studio:
    """The makers behind the ports for these settings.

    Args:
        settings: Of the command.
        speech: The project's engine where it was chosen before; None: as the settings say.
        director: The project's, likewise.
        say: Hears sentences for a person.
        listen: Hears progress.

    Raises:
        InputError: Faults on order that cannot be read.
        SetupError: The voice asked for is not there.
    """
    from vidpipe.providers.draft.faults import Faults
    from vidpipe.providers.draft.image_maker import DraftImageMaker
    from vidpipe.providers.draft.video_maker import DraftVideoMaker

    ordered, failing = _faults(settings.draft_faults)
    return Studio(
        store=ArtefactStore(settings.data_dir),
        director=director_for(settings, director, say),
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


def director_for(
    settings: VideoSettings, asked: str | None = None, say: Callable[[str], None] = lambda _: None
) -> Director:
    """Who directs; a model is opened only when it is asked, so that a finished storyboard needs none.

    Args:
        settings: Of the command.
        asked: The project's director where it was chosen before; None: as the settings say.
        say: Hears sentences for a person.

    Raises:
        UsageError: The settings name no server or no model for the director that they choose.
        SetupError: Its model's file is not there.
    """
    name = asked or settings.director
    if name == "openai":
        if asked is None:
            _endpoint(settings)
        return ServedDirector(f"openai {settings.model or ''}".strip(), lambda: _model_at_endpoint(settings))
    if name == "llama":
        if asked is None:
            _model_file(settings)
        return ServedDirector(f"llama {settings.model or ''}".strip(), lambda: _model_of_ours(settings, say))
    from vidpipe.providers.draft.director import RuleDirector

    return RuleDirector()


@contextlib.contextmanager
def _model_at_endpoint(settings: VideoSettings) -> Iterator[TextModel]:
    """The text model on the server that is named."""
    from cinecore.language.chat import ChatClient, ChatServer
    from cinecore.language.chat_text import ChatTextModel

    server = ChatServer(_endpoint(settings), settings.model or "", settings.key, timeout_s=TEXT_ANSWER_S)
    with ChatClient(server) as client:
        yield ChatTextModel(client)


def _endpoint(settings: VideoSettings) -> str:
    """The address that is named.

    Raises:
        UsageError: None is.
    """
    if settings.endpoint is None:
        raise UsageError(
            "The director openai needs the address of a server.",
            None,
            "Add --endpoint URL (or VIDPIPE_ENDPOINT), such as http://127.0.0.1:8000/v1.",
        )
    return settings.endpoint


@contextlib.contextmanager
def _model_of_ours(settings: VideoSettings, say: Callable[[str], None]) -> Iterator[TextModel]:
    """The text model of a GGUF file, served while inside.

    Raises:
        SetupError: File or program are not there, or the memory is too small.
        RemoteError: The server does not start.
    """
    from cinecore.language.chat import ChatClient
    from cinecore.language.chat_text import ChatTextModel
    from cinecore.language.llama_server import LlamaServer

    model = _model_file(settings)
    engine = LlamaServer(
        model,
        port=settings.port,
        device="cpu" if settings.cpu else "gpu",
        context=TEXT_CONTEXT_TOKENS,
        program=settings.llama_server,
        on_wait=say,
    )
    with engine as served, ChatClient(served.chat_server(timeout_s=TEXT_ANSWER_S)) as client:
        yield ChatTextModel(client)


def _model_file(settings: VideoSettings) -> Path:
    """The model's file as it is named, or of that name in the models folder.

    Raises:
        UsageError: None is named.
        SetupError: It is not there.
    """
    if settings.model is None:
        raise UsageError(
            "The director llama needs a model.",
            None,
            "Add --model FILE (or VIDPIPE_MODEL): a GGUF text model.",
        )
    path = find_weights(Path(settings.model), settings.models_dir)
    if path is not None:
        return path
    raise SetupError(
        "The director's model is not there.", Path(settings.model), "Name a GGUF file with --model."
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
