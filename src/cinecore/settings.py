"""The only reader of the process environment in the core.

Layered settings of a product stand on `environment`; precedence is decided there, not here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping


def environment() -> Mapping[str, str]:
    """The process environment as it is now."""
    return dict(os.environ)


def from_environment(prefix: str) -> dict[str, str]:
    """Settings named by the environment: `CINECUT_WORK_DIR` → `work_dir` for the prefix `CINECUT_`."""
    return {
        name[len(prefix) :].lower(): value
        for name, value in os.environ.items()
        if name.startswith(prefix) and len(name) > len(prefix)
    }
