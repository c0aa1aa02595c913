"""The house rules of every test: no network, no stray environment, no logged error, reasons for skips."""

from __future__ import annotations

import ipaddress
import logging
import os
import socket
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

hypothesis.settings.register_profile("house", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("house")

MEDIA_VARIABLE = "CINECUT_TEST_MEDIA"
MEDIA_FOLDER = os.environ.get(MEDIA_VARIABLE)
"""Read once, before the environment of each test is cleared."""

LONGEST_FIRST = ("media", "vidpipe", "durability", "surroundings")
"""Folders whose files take long: begun last, one of them would leave all workers but one idle at the end."""

KEPT_VARIABLES = frozenset({"CINECUT_FFMPEG", "CINECUT_FFPROBE"})
"""Where the programs are is a fact about the machine, not a setting of a test."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of the folders that take long come first; else all stay in their order."""
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path.parent.name, len(places)))


def _is_loopback(address: Any) -> bool:
    host = address[0] if isinstance(address, tuple) else None
    if host is None or host in {"", "localhost"}:
        return host is not None
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets reach this machine only."""

    def guarded(name: str) -> None:
        original = getattr(socket.socket, name)

        def call(self: socket.socket, address: Any) -> Any:
            if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address):
                pytest.fail(f"A test reached for the network: {address!r}", pytrace=True)
            return original(self, address)

        monkeypatch.setattr(socket.socket, name, call)

    guarded("connect")
    guarded("connect_ex")
    lookup = socket.getaddrinfo

    def guarded_lookup(host: Any, *arguments: Any, **named: Any) -> Any:
        if host is not None and not _is_loopback((host.decode() if isinstance(host, bytes) else host,)):
            pytest.fail(f"A test looked up {host!r}", pytrace=True)
        return lookup(host, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", guarded_lookup)


def _move_in(patch: pytest.MonkeyPatch, home: Path) -> None:
    """No setting of the person who runs the tests, and this home."""
    for name in list(os.environ):
        if name.startswith(("CINECUT_", "VIDPIPE_")) and name not in KEPT_VARIABLES:
            patch.delenv(name)
    patch.setenv("HOME", str(home))
    patch.setenv("USERPROFILE", str(home))
    for name, folder in (("CONFIG", ".config"), ("CACHE", ".cache"), ("DATA", ".data"), ("STATE", ".state")):
        patch.setenv(f"XDG_{name}_HOME", str(home / folder))
    # one that this machine happens to have would be heard in all scores
    patch.setenv("CINECUT_SOUNDFONT", "none")
    patch.setenv("COLUMNS", "110")
    patch.setenv("NO_COLOR", "1")
    # else each process of ours would compile all its sources again: a third of its way to the first line
    patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)


@pytest.fixture(scope="session", autouse=True)
def _home_of_what_many_tests_share(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is made once for many tests is made before the home of any of them."""
    with pytest.MonkeyPatch.context() as patch:
        _move_in(patch, tmp_path_factory.mktemp("home"))
        yield


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An empty home for each test."""
    _move_in(monkeypatch, tmp_path_factory.mktemp("home"))


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """A test during which anything logged an error has failed, whatever it asserted."""
    errors = _Errors()
    logging.getLogger().addHandler(errors)
    try:
        outcome = yield
    finally:
        logging.getLogger().removeHandler(errors)
    if errors.lines:
        pytest.fail(f"{item.name} logged an error: {'; '.join(errors.lines)}", pytrace=False)
    return outcome


@pytest.fixture(scope="session")
def media_folder() -> Path:
    """The folder of shared real films, sounds and subtitles; the test is skipped where there is none."""
    if not MEDIA_FOLDER:
        pytest.skip(f"{MEDIA_VARIABLE} does not name a folder of shared media")
    folder = Path(MEDIA_FOLDER)
    if not folder.is_dir():
        pytest.skip(f"{MEDIA_VARIABLE} names {str(folder)!r}, which is no folder")
    return folder


@pytest.fixture
def repository() -> Path:
    """The root of this checkout."""
    return Path(__file__).resolve().parent.parent
