"""What a broken connection to a model's server means: refused, cut, too slow, of another kind.

The library's own words may hold headers and addresses, so they are read but never repeated. Deliberately not
here: answers that say no (`refusals`).
"""

from __future__ import annotations

from typing import Any

import requests

from cinecore.errors import CineError, EngineGoneError, EngineLateError, SetupError

GONE_ADVICE = "Start the server, or correct the endpoint; finished work is kept."

LINKS_AT_MOST = 12
"""Errors looked at behind one error; the libraries nest four."""


class HungUpError(EngineGoneError):
    """The connection ended in the middle; the server may still be there for the next one."""


def late(url: str, limit_s: float) -> EngineLateError:
    """The error for a server that took longer than it had."""
    return EngineLateError(
        f"The model's server did not answer within {limit_s:g} s.",
        url,
        "Allow more time, fewer requests at once, or a smaller model.",
    )


def connection_fault(error: requests.RequestException, url: str, limit_s: float) -> CineError:
    """The error of ours for one of the library's; `url` is the endpoint as messages name it."""
    kinds = requests.exceptions
    if isinstance(error, kinds.SSLError):
        return _untrusted(error, url)
    if isinstance(error, kinds.ProxyError):
        return EngineGoneError(
            "The proxy that your environment names does not lead to the endpoint.",
            url,
            "Correct HTTPS_PROXY, or put the host into NO_PROXY.",
        )
    if isinstance(error, kinds.ConnectTimeout):
        return EngineGoneError("The model's server does not take connections.", url, GONE_ADVICE)
    if isinstance(error, kinds.Timeout) or _holds(error, TimeoutError):
        return late(url, limit_s)
    if _bears(error, "BadStatusLine", "UnknownProtocol", "LineTooLong"):
        return SetupError(
            "Something answers at the endpoint, and it does not speak HTTP.",
            url,
            "Correct the address, or free the port and start the server.",
        )
    if isinstance(error, kinds.ChunkedEncodingError | kinds.ContentDecodingError) or _holds(
        error, ConnectionResetError, BrokenPipeError, ConnectionAbortedError
    ):
        return HungUpError("The model's server hung up before its answer was whole.", url, GONE_ADVICE)
    return EngineGoneError("Nobody answers at the endpoint.", url, GONE_ADVICE)


def _untrusted(error: requests.exceptions.SSLError, url: str) -> SetupError:
    if "CERTIFICATE" in str(error).upper():
        advice = "Have the system trust it, or give another address."
        return SetupError("The server's certificate is not trusted.", url, advice)
    return SetupError("The server does not speak https.", url, "Give its address with http://.")


def _holds(error: BaseException, *kinds: type[BaseException]) -> bool:
    return any(isinstance(one, kinds) for one in _chain(error))


def _bears(error: BaseException, *names: str) -> bool:
    """Whether an error was made of one of these; by name, since their modules are closed to this room."""
    return any(type(one).__name__ in names for one in _chain(error))


def _chain(error: BaseException) -> list[BaseException]:
    """An error and what it was made of."""
    found: list[BaseException] = []
    waiting: list[Any] = [error]
    while waiting and len(found) < LINKS_AT_MOST:
        one = waiting.pop()
        if isinstance(one, BaseException) and all(one is not other for other in found):
            found.append(one)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return found
