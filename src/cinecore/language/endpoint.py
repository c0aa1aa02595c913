"""The address of a model's server: read as people write it, refused in words where it cannot be one.

Deliberately not here: opening a connection.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

from cinecore.errors import InputError

_VERSION = re.compile(r"v\d[a-z0-9]*")
"""A part of a path that names an API's version: `v1`, `v1beta`."""

_CALLS = ("/chat/completions", "/completions", "/models")
"""Calls that people copy together with the address."""

EXAMPLE = "http://127.0.0.1:8080/v1"


def endpoint_url(text: str) -> str:
    """The address that calls are appended to, without a slash at its end: `http://127.0.0.1:8080/v1`.

    `/v1` is added where the path names no version of an API; a copied `/chat/completions` is taken off.

    Raises:
        InputError: No http or https address, a name and password in it, a query, or no such host or port.
            The message never shows what may be a secret.
    """
    written = text.strip()
    advice = f"Give it like {EXAMPLE}."
    if not written or re.search(r"[\s\\\x00-\x20\x7f]", written):
        raise InputError("An endpoint is an address without spaces or backslashes.", None, advice)
    try:
        parts = urlsplit(written)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise InputError("This endpoint is no address.", None, advice) from None
    if "@" in parts.netloc or "@" in written.split("?")[0].split("#")[0].partition("//")[0]:
        raise InputError(
            "An endpoint may not hold a name or password.",
            host,
            f"Leave out what stands before the @. {KEY_ADVICE}",
        )
    if parts.query or parts.fragment or written.endswith(("?", "#")):
        raise InputError(
            "An endpoint ends with its path: nothing after a ? or #.",
            host,
            f"Leave that out. {KEY_ADVICE}",
        )
    if parts.scheme not in {"http", "https"}:
        raise InputError("An endpoint begins with http:// or https://.", written, advice)
    if not host or port == 0 or not _is_host(host):
        raise InputError("This endpoint names no host that could be.", written, advice)
    path = parts.path.rstrip("/")
    for call in _CALLS:
        path = path.removesuffix(call)
    if not any(_VERSION.fullmatch(part) for part in path.lower().split("/")):
        path += "/v1"
    return urlunsplit(SplitResult(parts.scheme, parts.netloc.lower(), path, "", ""))


KEY_ADVICE = "A key goes into the environment, as CINECUT_API_KEY or OPENAI_API_KEY."
"""Where a key belongs, in every message that speaks of one."""


def server_root(url: str) -> str:
    """What stands before the API's version: where a server's own calls begin (`/health`, `/api/show`)."""
    parts = urlsplit(url)
    kept: list[str] = []
    for part in parts.path.split("/"):
        if _VERSION.fullmatch(part.lower()):
            break
        kept.append(part)
    return urlunsplit(SplitResult(parts.scheme, parts.netloc, "/".join(kept).rstrip("/"), "", ""))


def is_this_machine(url: str) -> bool:
    """Whether an address leads to this machine, where no proxy has anything to do."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def without_secrets(url: str) -> str:
    """An address that somebody else gave, fit to be shown: no name, password, query or fragment."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(SplitResult(parts.scheme, host, parts.path, "", ""))
    except ValueError:
        return "an address that cannot be read"


def _is_host(host: str) -> bool:
    """Whether the name could be looked up: an address, or labels of 1 to 63 characters."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        labels = host.rstrip(".").split(".")
        return len(host) <= 253 and all(0 < len(label.encode()) <= 63 for label in labels)
    return True
