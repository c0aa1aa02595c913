"""A chat server as a text model: the port `TextModel` over a `ChatClient`.

Deliberately not here: checking what was written, which the asker does with the port's own promise in mind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cinecore.language.chat import ChatClient


class ChatTextModel:
    """A text model on a chat server.

    Args:
        client: Whom to ask.
        weights: What is known of the weights beyond the model's name: a digest, where the file lies here.
        max_tokens: How long an answer may be; None leaves it to the server.
    """

    def __init__(self, client: ChatClient, *, weights: str = "", max_tokens: int | None = None) -> None:
        self._client = client
        self._weights = weights
        self._max_tokens = max_tokens

    @property
    def identity(self) -> str:
        """`chat:model` and the weights; never the address, its key, or anything of the server's state.

        Raises:
            SetupError, RemoteError: No model was named and the server cannot say which it has.
        """
        return " ".join(filter(None, (f"chat/1:{self._client.model}", self._weights)))

    def answer(self, instruction: str, text: str, schema: Mapping[str, Any], temperature: float) -> str:
        """What the model wrote, without thoughts in front; meant to fit the schema, not certain to.

        Raises:
            ReplyError: Nothing was written, it was cut off, or the server failed at it.
            SetupError, RemoteError: The server cannot be used or does not answer.
        """
        return self._client.write(
            instruction, [text], schema, temperature=temperature, max_tokens=self._max_tokens
        )
