"""What a server's refusal means: told apart by status and words, with what a person can do about each.

Deliberately not here: waiting for a busy server (`patience`) and simpler requests (`dialect`).
"""

from __future__ import annotations

import re

from cinecore.errors import CineError, RemoteError, ReplyError, SetupError
from cinecore.language.endpoint import KEY_ADVICE

LOG_ADVICE = "Its log may say more."

SAID_AT_MOST = 240
"""Characters of a server's own words in a message."""

_NO_VISION = re.compile(
    r"(?=.*(image|vision|multi-?modal|mmproj|picture))"
    r"(?=.*(not support|n't support|unsupported|only supported|not a multimodal|no endpoints|not available"
    r"|not enabled|without vision|missing data|unknown variant|mmproj))"
    r"|content.{0,20}must be a string",
    re.IGNORECASE | re.DOTALL,
)
_NO_MODEL = re.compile(
    r"model_not_found|model.{0,200}(not found|does ?n[o']t exist|not exist|not loaded|unknown|not available)"
    r"|(no such|unknown|invalid|no) model|no models? loaded|not a valid model",
    re.IGNORECASE | re.DOTALL,
)
_TOO_LONG = re.compile(
    r"context.{0,20}(length|size|window)|too many tokens|prompt is too long|exceed", re.IGNORECASE
)


class RefusedError(ReplyError):
    """The server will not do this request: asking for a better reply would end in the same way."""


class ServerFailedError(ReplyError):
    """The server failed at it (HTTP 500), as llama.cpp does when a reply breaks the grammar: another may come out well."""


def refusal(status: int, said: str, who: str, *, has_pictures: bool, has_key: bool) -> CineError:
    """The error for an answer that is none; `said` is what the server wrote, free of keys."""
    return (
        _about_the_key(status, said, who, has_key=has_key)
        or _about_the_model(status, said, who, has_pictures=has_pictures)
        or _about_the_request(status, said, who)
    )


def _about_the_key(status: int, said: str, who: str, *, has_key: bool) -> CineError | None:
    if status in {401, 403, 407}:
        happened = "refuses the key that was given" if has_key else "wants a key"
        # Without the server's words: some of them quote a part of the key.
        return SetupError(f"The server {happened} (HTTP {status}).", who, KEY_ADVICE)
    if status == 402 or "insufficient_quota" in said:
        happened = f"The account behind the key has nothing left: {_shortened(said)}"
        return SetupError(happened, who, "Top it up, or use a local model.")
    return None


def _about_the_model(status: int, said: str, who: str, *, has_pictures: bool) -> CineError | None:
    if has_pictures and _NO_VISION.search(said):
        return SetupError(
            f"The model does not look at pictures: {_shortened(said)}",
            who,
            "Name a vision model; for llama-server, start it with the model's --mmproj file.",
        )
    if status in {400, 404, 422, 500} and _NO_MODEL.search(said):
        happened = f"The server does not have this model: {_shortened(said)}"
        return SetupError(happened, who, "Load it there, or name another.")
    if status in {404, 405}:
        happened = f"Nothing at the endpoint answers chats (HTTP {status})."
        return SetupError(happened, who, "Its address commonly ends in /v1.")
    return None


def _about_the_request(status: int, said: str, who: str) -> CineError:
    words = _shortened(said)
    if status in {400, 413, 422, 500} and _TOO_LONG.search(said):
        happened = f"The request is longer than the server allows: {words}"
        return RefusedError(happened, who, "Give the model a larger context.", said)
    if status == 500:
        return ServerFailedError(f"The server failed at this request: {words}", who, LOG_ADVICE, said)
    if status in {400, 413, 422}:
        return RefusedError(
            f"The server refused this request (HTTP {status}): {words}", who, LOG_ADVICE, said
        )
    return RemoteError(f"The server answered with HTTP {status}: {words}", who, LOG_ADVICE)


def _shortened(said: str) -> str:
    """A server's words on one line, with nothing in them that could move a cursor."""
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in said).split())
    if words.startswith("<"):
        return "a page for browsers, no answer"
    return words if len(words) <= SAID_AT_MOST else f"{words[: SAID_AT_MOST - 1]}…"
