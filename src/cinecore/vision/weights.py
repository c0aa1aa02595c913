"""The eyes' networks, which ship with the program: checked against their digests, and loaded once per process.

Deliberately not here: how a file is verified and loaded (`cinecore.networks`), what goes in and what comes out.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from cinecore.networks import Network, Outputs, load_network, shipped_file

__all__ = ["DIGESTS", "Network", "Outputs", "network", "weights_file"]

DIGESTS = {
    "centerface": "25695bad03a46b4508e2b6625ccde242098786e554bc025fe4615a76e834df85",
    "face_resnet128": "6b7983a5b9a42db1c1f5cc61d5897c9541d58eaca2588852ad202a1be2d72763",
    "nanodet_emb": "392b4a6ec57bfe3fa00e275981aa1441ceeab228b4b49f50bd7d3e5fbef7e160",
}
"""SHA-256 of each model's file; NOTICE says where they come from, `scripts/halve_model_weights.py` how they were made."""


def weights_file(name: str, folder: Path | None = None) -> Path:
    """Where a model's file lies, once it is known to be the one that the program was measured with.

    Args:
        name: One of `DIGESTS`.
        folder: Another folder than the one that ships.

    Raises:
        SetupError: The file is missing or another than it should be.
    """
    return shipped_file("cinecore.vision", name, DIGESTS, folder)


_loading = threading.Lock()


def network(name: str) -> Network:
    """A model, loaded at the first call and shared from then on.

    Raises:
        SetupError: Its file is missing, changed or cannot be loaded.
    """
    with _loading:  # two threads that ask at once must not load it twice
        return _loaded(name)


@cache
def _loaded(name: str) -> Network:
    return load_network(weights_file(name))
