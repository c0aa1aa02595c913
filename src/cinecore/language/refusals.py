"""What a server's refusal means: told apart by status and words, with what a person can do about each.

Deliberately not here: waiting for a busy server (`patience`) and simpler requests (`dialect`).
"""

from __future__ import annotations

import re

from cinecore.errors import CineError, RemoteError, ReplyError, SetupError
from cinecore.language.endpoint import KEY_ADVICE

SAID_AT_MOST = 240
"""Characters of a server's own words in a message."""

_NO_VISION = re.compile(
    r"(?=.*(image|vision|multi-?modal|mmproj|picture|content type))"
    r"(?=.*(not support|n't support|unsupported|only supported|not a multimodal|no endpoints|not available"
    r"|not enabled|without vision|missing data|must be a string|mmproj))",
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


def refusal(status: int, said: str, who: str, *, has_pictures: bool, key: str | None) -> CineError:
    """The error for an answer that is none; `said` is what the server wrote, free of keys."""
    words = _shortened(said)
    if status in {401, 403, 407}:
        happened = "refuses the key that was given" if key else "wants a key"
        return SetupError(f"The server {happened} (HTTP {status}).", who, KEY_ADVICE)
    if status == 402 or "insufficient_quota" in said:
        return SetupError(
            f"The account behind the key has nothing left: {words}", who, "Top it up, or use a local model."
        )
    if has_pictures and _NO_VISION.search(said):
        return SetupError(
            f"The model does not look at pictures: {words}",
            who,
            "Name a vision model; for llama-server, start it with the model's --mmproj file.",
        )
    if status in {400, 404, 422, 500} and _NO_MODEL.search(said):
        return SetupError(
            f"The server does not have this model: {words}", who, "Load it there, or name another."
        )
    if status in {404, 405}:
        return SetupError(
            f"Nothing at the endpoint answers chats (HTTP {status}).",
            who,
            "Its address commonly ends in /v1.",
        )
    if _TOO_LONG.search(said) and status in {400, 413, 422, 500}:
        return ReplyError(
            f"The request is longer than the server allows: {words}",
            who,
            "Give the model a larger context.",
            said,
        )
    if status in {400, 413, 422, 500}:
        kind = "failed at" if status == 500 else "refused"
        return ReplyError(
            f"The server {kind} this request (HTTP {status}): {words}", who, "Its log may say more.", said
        )
    return RemoteError(f"The server answered with HTTP {status}: {words}", who, "Its log may say more.")


def _shortened(said: str) -> str:
    """A server's words on one line."""
    words = " ".join(said.split())
    if words.lstrip().startswith("<"):
        return "a page for browsers, no answer"
    return words if len(words) <= SAID_AT_MOST else f"{words[: SAID_AT_MOST - 1]}…"
