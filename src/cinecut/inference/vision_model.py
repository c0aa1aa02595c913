"""A describer that asks a vision model on a chat server, one still a request.

Deliberately not here: which server (adapters), starting one (`llama`), and what is remembered (`stage`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from importlib import resources
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

from cinecore.errors import InputError, ReplyError, SetupError
from cinecore.language.chat import ChatClient, Picture
from cinecore.ports import Description, StillView
from cinecut.inference.models import DESCRIPTION_FIELDS, SCENE_DESCRIPTION_SCHEMA

LONGEST = {"visual_content": 240, "mood": 60, "action": 120, "setting": 120}
"""Characters of each field. A model under a grammar could else write on until its context ends."""

ASKED_SCHEMA: dict[str, Any] = {
    **SCENE_DESCRIPTION_SCHEMA,
    "properties": {
        name: {"type": "string", "minLength": 1, "maxLength": LONGEST[name]} for name in DESCRIPTION_FIELDS
    },
}
"""The public schema with bounds for each text."""

MAX_TOKENS = 640
"""Four phrases take about 100; even a vocabulary of single letters says the longest in this. With a picture's 576
and the prompt's 200 it stays below a context of 2048."""

_MIME = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


class VisionModelDescriber:
    """Describes stills by asking a vision model.

    Args:
        client: Whom to ask.
        name: The engine's name as a person reads it.
        serving: Has the server ready inside; None where somebody else keeps it running.
        weights: What is known of the weights beyond the model's name: a digest, where the files lie here.
    """

    def __init__(
        self,
        client: ChatClient,
        *,
        name: str,
        serving: Callable[[], AbstractContextManager[None]] | None = None,
        weights: str = "",
    ) -> None:
        self._client = client
        self._name = name
        self._serving = serving or nullcontext
        self._weights = weights

    @property
    def name(self) -> str:
        """The engine's name as a person reads it."""
        return self._name

    @property
    def identity(self) -> str:
        """Method, model, weights and prompt; never an address or a key.

        Raises:
            SetupError, RemoteError: No model was named and the server cannot say which it has.
        """
        parts = (f"vision-model/1 {self._client.model}", self._weights, f"prompt {prompt_digest()}")
        return " ".join(filter(None, parts))

    @property
    def in_flight(self) -> int:
        """As many as the server was said to bear."""
        return self._client.server.in_flight

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The server, ready and known to be able.

        Raises:
            SetupError: It wants a key, is no model's server, or its model looks at no pictures.
            RemoteError: It does not answer.
        """
        with self._serving():
            try:
                abilities = self._client.abilities()
                if abilities.sees_pictures is False:
                    raise SetupError(
                        "This model does not look at pictures.",
                        f"{self._client.model} at {self._client.server.base_url}",
                        _other_models(abilities.models, self._client.model),
                    )
                yield
            finally:
                self._client.close()

    def describe(self, still: StillView) -> Description:
        """What the model sees in one still.

        Raises:
            InputError: The still cannot be read as a picture.
            ReplyError, EngineLateError: No usable answer about this one.
            SetupError, RemoteError: The server is gone for good.
        """
        reply = self._client.ask(
            prompt(), [_picture(still)], ASKED_SCHEMA, max_tokens=MAX_TOKENS, tells_shape=False
        )
        texts = {name: " ".join(reply[name].split()) for name in DESCRIPTION_FIELDS}
        if empty := [name for name, text in texts.items() if not text]:
            raise ReplyError(
                f"The model left {' and '.join(map(repr, empty))} empty.",
                still.path,
                "Run again to ask once more.",
                str(reply)[:400],
            )
        return Description(**texts)


@lru_cache(maxsize=1)
def prompt() -> str:
    """What the model is told before it sees the still."""
    return resources.files("cinecut").joinpath("prompts/describe_still.md").read_text("utf-8").strip()


def prompt_digest() -> str:
    """What a fingerprint must know of the prompt and of the shape that is asked for, in 12 hex digits."""
    return hashlib.sha256(f"{prompt()}\n{ASKED_SCHEMA}".encode()).hexdigest()[:12]


def _picture(still: StillView) -> Picture:
    """The still's bytes, known to be a whole picture.

    Raises:
        InputError: They are not.
    """
    try:
        data = still.path.read_bytes()
        with Image.open(BytesIO(data), formats=tuple(_MIME)) as picture:
            kind = picture.format or ""
            picture.draft(
                "L", (picture.width // 8, picture.height // 8)
            )  # an eighth: whole or not, not how it looks
            picture.load()
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(
            "The still cannot be read as a picture.", still.path, "Run again; `cinecut clean` starts anew."
        ) from error
    return Picture(data, _MIME[kind])


def _other_models(models: tuple[str, ...], model: str) -> str:
    others = [name for name in models if name != model][:8]
    return (
        f"Name a vision model: the server has {', '.join(others)}."
        if others
        else "Load a vision model there."
    )
