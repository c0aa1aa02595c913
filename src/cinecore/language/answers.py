"""What a chat server's HTTP answer holds: the model's text, or that it refused and in which words.

Deliberately not here: what a refusal means (`refusals`), and the JSON inside a text (`replies`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from cinecore.errors import ReplyError
from cinecore.language.replies import SHORTER, SHOWN_CHARACTERS, without_thoughts
from cinecore.language.wire import Answer

SAID_CHARACTERS = 2000
"""How much of a refusal is read: enough for its reason, wherever in the text that stands."""


def refused_with(answer: Answer) -> int | None:
    """The HTTP status of a refusal, None for an answer; some gateways send theirs inside a 200."""
    if answer.status != 200:
        return answer.status
    document = answer.document
    if not isinstance(document, dict) or not document.get("error") or document.get("choices"):
        return None
    error = document["error"]
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) and 400 <= code < 600 else 500


def what_was_said(answer: Answer) -> str:
    """The message in a refusal, else the beginning of its text."""
    document = answer.document
    error = document.get("error", document) if isinstance(document, dict) else None
    if isinstance(error, dict):
        words = [error.get(name) for name in ("message", "detail", "code", "type")]
        if found := " ".join(str(word) for word in words if word is not None):
            return found[:SAID_CHARACTERS]
    return (error if isinstance(error, str) else answer.text)[:SAID_CHARACTERS]


def reply_text(answer: Answer, who: str, clear: Callable[[str], str]) -> str:
    """The model's text without its thoughts.

    Args:
        answer: A successful one.
        who: Model and server, for messages.
        clear: Takes secrets out of a text that goes into an error.

    Raises:
        ReplyError: Not in OpenAI's shape, empty, cut off in the middle, or the model refused.
    """
    try:
        choice = answer.document["choices"][0]
        message = choice["message"]
        text = without_thoughts(_words(message.get("content")))
        thoughts = message.get("reasoning_content") or message.get("reasoning")
        refused = message.get("refusal")
        is_cut = choice.get("finish_reason") == "length"
    except (TypeError, KeyError, IndexError, AttributeError):
        raise ReplyError(
            "The server's answer is not in the shape of a chat.",
            who,
            "See what answers there.",
            clear(answer.text[:SHOWN_CHARACTERS]),
        ) from None
    shown = clear(text[:SHOWN_CHARACTERS])
    if is_cut and not _is_whole(text):
        spent = "" if text and not thoughts else ", spent on thinking aloud"
        raise ReplyError(f"The model's reply was cut off at its greatest length{spent}.", who, SHORTER, shown)
    if not text and refused:
        raise ReplyError(
            "The model refused to answer.",
            who,
            "Another model may answer.",
            clear(str(refused)[:SHOWN_CHARACTERS]),
        )
    if not text:
        raise ReplyError("The model's reply is empty.", who, "Another model may answer.")
    return text


def _words(content: Any) -> str:
    """A message's content, which some servers send in parts."""
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content if part.get("type") == "text")
    return "" if content is None else str(content)


def _is_whole(text: str) -> bool:
    """Whether a text is a JSON object from end to end, though its writer was stopped after it."""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
