"""How a model's server is named in settings: its address anywhere, its key in the environment and nowhere else.

Deliberately not here: what an address is (`endpoint`), talking to a server (`chat`), starting one (`llama_server`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from cinecore.errors import InputError
from cinecore.language.endpoint import EXAMPLE, endpoint_url
from cinecore.settings import SettingError, environment

LOCAL_PORTS = (11434, 1234, 8000, 8080)
"""Where Ollama, LM Studio, vLLM and llama-server listen unless told otherwise, in the order they are asked."""

LOCAL_HOST = "127.0.0.1"

ENGINE_PORT = 8089
"""Where our own llama-server listens; another free one is taken where this is in use."""

GENERAL_KEY = "OPENAI_API_KEY"
"""The variable that clients of such servers share."""

_SECRET_NAME = re.compile(r"(^|_)(api_?key|key|token|secret|password|bearer)$", re.IGNORECASE)
_SECRET_IN_ADDRESS = re.compile(r"[?&;#][^=]*(key|token|secret|password)[^=]*=", re.IGNORECASE)


def address(raw: object) -> str:
    """A server's base address, completed from what a person wrote.

    Raises:
        ValueError: It is no address; the message says what is expected instead.
    """
    if not isinstance(raw, str):
        raise ValueError(f"an address such as {EXAMPLE}")  # noqa: TRY004 - one kind of error says what is expected
    try:
        return endpoint_url(raw)
    except InputError:
        raise ValueError(f"an address such as {EXAMPLE}") from None


def refuse_secrets(values: Mapping[str, object], origin: Callable[[str], str], prefix: str) -> None:
    """Nothing, if no setting holds a key; a key belongs into the environment, where no log or file repeats it.

    Args:
        values: What one place sets, by name.
        origin: The place of one setting as a person would look for it.
        prefix: Of the product's variables, for the advice: `CINECUT_`.

    Raises:
        SettingError: A key stands there. The message does not repeat it.
    """
    for name, value in values.items():
        is_named_so = _SECRET_NAME.search(name) is not None
        if is_named_so or (isinstance(value, str) and name == "endpoint" and _bears_secret(value)):
            where = "settings" if is_named_so else "an address"
            raise SettingError(
                f"{origin(name)}: a key does not stand in {where}, where others may read it.",
                name,
                f"Take it out, and put it into the environment as {prefix}API_KEY.",
            )


def _bears_secret(written: str) -> bool:
    authority = re.split(r"[/?#]", written.split("://", 1)[-1], maxsplit=1)[0]
    return "@" in authority or _SECRET_IN_ADDRESS.search(written) is not None


def key_from_environment(prefix: str) -> str | None:
    """The key for a server that the person named: `<PREFIX>API_KEY`, else the variable that all clients share."""
    variables = environment()
    for name in (f"{prefix}API_KEY", GENERAL_KEY):
        if key := variables.get(name, "").strip():
            return key
    return None
