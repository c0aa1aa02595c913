"""What a chat server says of itself: its models, which of them see pictures, and whose program it is.

Deliberately not here: trying a model out. Where a server does not tell, that is None, and the first request shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from cinecore.errors import EngineLateError, ReplyError, SetupError
from cinecore.language.answers import refused_with, what_was_said
from cinecore.language.endpoint import server_root
from cinecore.language.faults import HungUpError
from cinecore.language.patience import Patience
from cinecore.language.refusals import refusal
from cinecore.language.wire import Answer, Wire

PROBE_S = 15.0
"""For each look; a list of models is there at once or not at all."""

_EYES = frozenset({"vision", "image", "multimodal"})
_NO_CHAT = frozenset(
    {"embedding", "embeddings", "rerank", "reranker", "transcribe", "transcription", "embed"}
)


@dataclass(frozen=True)
class ChatAbilities:
    """What a server told."""

    models: tuple[str, ...]
    """Those that chat, in the server's order; empty where it keeps no list."""
    sees_pictures: bool | None
    """Whether the model that is asked looks at pictures; None: the server does not say."""
    server: str
    """llama.cpp | ollama | lm studio | vllm | sglang, or empty."""


def probe(wire: Wire, base_url: str, model: str, patience: Patience) -> ChatAbilities:
    """What the server at an endpoint says of itself and of a model, empty for its first.

    Raises:
        SetupError: It wants a key, or something else than a model's server answers there.
        RemoteError: It does not answer.
    """
    entries = _entries(wire, base_url, model, patience)
    kind = _kind(entries)
    root = server_root(base_url)
    looks: Mapping[str, bool | None] = {name: _sees(entry) for name, entry in entries.items()}
    names = tuple(name for name, entry in entries.items() if _chats(entry) and name.isprintable())
    asked = model or next(iter(names), "")
    sees = looks.get(asked)
    if kind == "llama.cpp" and sees is None:
        sees = _sees_by_props(wire, root, asked)
    if kind in {"", "ollama"} and sees is None and asked:
        shown = _quietly(wire, "POST", f"{root}/api/show", {"model": asked})
        if isinstance(shown, dict) and isinstance(shown.get("capabilities"), list):
            kind, sees = "ollama", "vision" in shown["capabilities"]
    if kind == "" and sees is None:
        listed = _quietly(wire, "GET", f"{root}/api/v0/models")
        found = {str(entry.get("id")): entry.get("type") for entry in _dicts(listed, "data")}
        if any(type_ in {"llm", "vlm"} for type_ in found.values()):
            kind = "lm studio"
            names = tuple(name for name in names if found.get(name) not in _NO_CHAT)
            asked = model or next(iter(names), "")
            sees = found[asked] == "vlm" if found.get(asked) else None
    return ChatAbilities(names, sees, kind)


def _entries(wire: Wire, base_url: str, model: str, patience: Patience) -> dict[str, dict[str, Any]]:
    """The server's models by name; empty where it keeps no list.

    Raises:
        SetupError, RemoteError: As `probe`.
    """
    answer = _models(wire, base_url, patience)
    status = refused_with(answer)
    if status in {404, 405, 501} or (status not in {None, 401} and model):
        return {}  # some keys may chat and not list; with a named model the first request shows
    if status is not None:
        said = wire.clear(what_was_said(answer))
        raise refusal(status, said, base_url, has_pictures=False, has_key=bool(wire.key))
    document = answer.document
    if not isinstance(document, list) and not (
        isinstance(document, dict) and document.keys() & {"data", "models"}
    ):
        raise SetupError(
            "Something answers at the endpoint, and it is no model's server.",
            base_url,
            "Correct the address, or free the port and start the server.",
        )
    found = {str(entry["id"]): entry for entry in _dicts(document, "data") if entry.get("id")}
    # llama.cpp tells a model's abilities in a second list under its own name for it.
    for entry in _dicts(document, "models"):
        name = str(entry.get("model") or entry.get("name") or "")
        if name:
            found[name] = {**entry, **found.get(name, {})}
    return found


def _models(wire: Wire, base_url: str, patience: Patience) -> Answer:
    def look() -> Answer:
        return wire.call("GET", f"{base_url}/models", timeout_s=min(PROBE_S, wire.timeout_s))

    try:
        return patience.through(look, lambda: base_url)
    except HungUpError:  # an old connection that the server had closed meanwhile
        return patience.through(look, lambda: base_url)


def _dicts(document: Any, name: str) -> list[dict[str, Any]]:
    """The objects in a list, which is the document itself or stands in it under a name."""
    listed = document.get(name) if isinstance(document, dict) else document
    return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []


def _kind(entries: Mapping[str, Mapping[str, Any]]) -> str:
    owners = {str(entry.get("owned_by", "")).lower() for entry in entries.values()}
    by_owner = {"llamacpp": "llama.cpp", "vllm": "vllm", "sglang": "sglang", "library": "ollama"}
    return next((kind for owner, kind in by_owner.items() if owner in owners), "")


def _sees(entry: Mapping[str, Any]) -> bool | None:
    """Whether a model's entry in the list says that it takes pictures."""
    architecture = entry.get("architecture")
    places = [entry, architecture if isinstance(architecture, dict) else {}]
    for place in places:
        taken = place.get("input_modalities")
        if isinstance(taken, list):
            return bool(_EYES & {str(word).lower() for word in taken})
    abilities = entry.get("capabilities")
    if isinstance(abilities, dict) and isinstance(abilities.get("vision"), bool):
        return bool(abilities["vision"])
    if isinstance(abilities, list) and _EYES & {str(word).lower() for word in abilities}:
        return True
    return True if entry.get("type") == "vlm" else None


def _chats(entry: Mapping[str, Any]) -> bool:
    told = {str(entry.get(name, "")).lower() for name in ("type", "task", "object")}
    return not told & _NO_CHAT


def _sees_by_props(wire: Wire, root: str, model: str) -> bool | None:
    """What llama.cpp says of the model it has loaded."""
    told = _quietly(wire, "GET", f"{root}/props?model={quote(model, safe='')}")
    modalities = told.get("modalities") if isinstance(told, dict) else None
    sees = modalities.get("vision") if isinstance(modalities, dict) else None
    return sees if isinstance(sees, bool) else None


def _quietly(wire: Wire, method: str, url: str, document: Mapping[str, Any] | None = None) -> Any:
    """The JSON of a call that a server need not know; None where it does not."""
    try:
        answer = wire.call(method, url, document, timeout_s=min(PROBE_S, wire.timeout_s))
    except (HungUpError, EngineLateError, ReplyError, SetupError):
        return None
    return answer.document if answer.status == 200 else None
