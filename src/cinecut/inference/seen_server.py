"""A look at a model's server before it is asked for anything: who answers there, and whether its model sees.

Deliberately not here: which servers are looked at, and which is taken (adapters).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from cinecore.errors import Cancelled, CineError, EngineGoneError
from cinecore.language.chat import ChatClient, ChatServer


@dataclass(frozen=True)
class SeenServer:
    """What a look at a server found."""

    words: str
    is_there: bool = False
    sees_pictures: bool | None = False
    model: str = ""
    advice: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether stills may be sent there: it answers, and does not say that it is blind."""
        return self.is_there and self.sees_pictures is not False


def look_at_server(address: str, model: str, key: str | None, look_s: float) -> SeenServer:
    """Who answers at an address, and whether its model sees; nothing is sent but the question.

    Args:
        address: The base address.
        model: The model that is meant; empty: the first that it lists.
        key: Only for a server that a person named.
        look_s: How long it may take.
    """
    end_s = time.monotonic() + look_s  # one that says "busy" is not waited for here
    server = ChatServer(address, model, key, timeout_s=look_s, in_flight=1)
    try:
        with ChatClient(server, lambda: time.monotonic() > end_s) as client:
            abilities = client.abilities()
            name = model or (abilities.models[0] if abilities.models else "")
    except Cancelled:
        return SeenServer("it is busy", is_there=True, advice="Wait until it has loaded its model.")
    except EngineGoneError:
        return SeenServer("nobody answers there", advice="Start the server, or correct the address.")
    except CineError as error:
        return SeenServer(error.happened.rstrip("."), is_there=True, advice=error.advice)
    if not name or (abilities.models and name not in abilities.models):
        has = f"; it has {', '.join(abilities.models[:5])}" if abilities.models else ""
        return SeenServer(
            f"it has no model {name!r}{has}" if name else "it lists no model",
            is_there=True,
            model=name,
            advice="Name one of its models with --model.",
        )
    words = {
        True: "sees pictures",
        False: "does not see pictures",
        None: "does not say whether it sees pictures",
    }
    return SeenServer(
        f"{name} {words[abilities.sees_pictures]}",
        is_there=True,
        sees_pictures=abilities.sees_pictures,
        model=name,
        advice="" if abilities.sees_pictures is not False else "Name a vision model with --model.",
    )
