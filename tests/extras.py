"""Packages of optional extras, seen by the tests that need one and by no other: the rest runs as a base install does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FOLDER = Path(sys.prefix) / "test-extras"
"""Where `scripts/setup_extras.sh` puts them, each in a folder of its name."""


@contextmanager
def seen(extra: str) -> Iterator[None]:
    """The packages of an extra can be imported meanwhile, where they were had or are installed anyhow."""
    folder = str(FOLDER / extra)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        try:
            yield
        finally:
            for name, module in list(sys.modules.items()):
                if (getattr(module, "__file__", None) or "").startswith(folder):
                    del sys.modules[name]
