"""Where the tests' real llama-server is, their model without knowledge, and whether the two work together.

`python -m tests.llama.serving` ends with 0 where they do, else with the reason.
"""

from __future__ import annotations

import os
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

from samples.tiny_llava import write_pair

from cinecore.errors import CineError
from cinecore.language.llama_program import locate_llama_server
from cinecore.language.llama_server import LlamaServer

NAMED = os.environ.get("CINECUT_LLAMA_SERVER")
"""Read once, before the environment of each test is cleared."""


def server_program() -> str | None:
    """The llama-server to run; None where there is none."""
    beside = Path(sys.executable).parent / "llama-server"
    try:
        return locate_llama_server(NAMED or (beside if beside.exists() else None)).path
    except CineError:
        return None


@lru_cache(maxsize=1)
def why_not() -> str:
    """Why there is no llama-server that works; empty where there is one."""
    program = server_program()
    if program is None:
        return "no llama-server here: `make test-llama` builds one first"
    with tempfile.TemporaryDirectory() as folder:
        model, eyes = write_pair(Path(folder))
        try:
            with LlamaServer(model, eyes, port=0, device="cpu", program=program):
                return ""
        except CineError as error:
            return f"the llama-server here does not work ({' '.join(str(error).split())})"


if __name__ == "__main__":
    sys.exit(why_not() or 0)
