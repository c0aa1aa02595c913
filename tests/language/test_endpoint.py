"""Addresses of models' servers: read as people write them, refused in words, never showing a secret."""

from __future__ import annotations

import pytest

from cinecore.errors import InputError
from cinecore.language.chat import ChatServer
from cinecore.language.endpoint import endpoint_url, is_this_machine, server_root, without_secrets


@pytest.mark.parametrize(
    ("written", "read", "root"),
    [
        ("http://localhost:8080", "http://localhost:8080/v1", "http://localhost:8080"),
        ("http://localhost:8080/", "http://localhost:8080/v1", "http://localhost:8080"),
        (" http://LocalHost:8080/v1/ \n", "http://localhost:8080/v1", "http://localhost:8080"),
        ("http://[::1]:8080/v1//", "http://[::1]:8080/v1", "http://[::1]:8080"),
        ("https://gate.example/api/v1", "https://gate.example/api/v1", "https://gate.example/api"),
        ("https://gate.example/openai", "https://gate.example/openai/v1", "https://gate.example/openai"),
        ("https://g.example/v1beta/openai/", "https://g.example/v1beta/openai", "https://g.example"),
        ("http://h:1/v1/chat/completions", "http://h:1/v1", "http://h:1"),
        ("http://h:1/v1/models", "http://h:1/v1", "http://h:1"),
    ],
)
def test_an_address_is_read_as_people_write_it(written: str, read: str, root: str) -> None:
    assert endpoint_url(written) == read
    assert endpoint_url(read) == read
    assert server_root(read) == root
    assert ChatServer(written).base_url == read


@pytest.mark.parametrize(
    "written",
    [
        "",
        "localhost:8080",
        "ftp://h/v1",
        "file:///etc/passwd",
        "unix:///run/x.sock",
        "http://",
        "http:///v1",
        "http://h:0/v1",
        "http://h:99999/v1",
        "http://h:port/v1",
        "http://[::1/v1",
        "http://a b/v1",
        "http://good\\@evil/v1",
        "http://h/v1\nX-Odd: 1",
        f"http://{'x' * 64}.example/v1",
        "http://a..b/v1",
    ],
)
def test_what_is_no_address_is_refused_in_words(written: str) -> None:
    with pytest.raises(InputError) as caught:
        endpoint_url(written)
    assert caught.value.advice


@pytest.mark.parametrize(
    "written",
    [
        "http://me:hunter2@h/v1",
        "http://hunter2@h/v1",
        "hunter2@h:80/v1",
        "http://h/v1?key=hunter2",
        "http://h/v1#hunter2",
        "ftp://me:hunter2@h/v1",
        "http://h:hunter2/v1",
        "http://me:hunter2@h:99999/v1",
        "http://me:hunter2@/v1",
        "http://me:hun/ter2@h/v1?hunter2",
    ],
)
def test_a_secret_in_an_address_is_refused_and_never_shown(written: str) -> None:
    with pytest.raises(InputError) as caught:
        ChatServer(written)
    assert "hunter2" not in f"{caught.value} {caught.value!r} {caught.value.args}"


@pytest.mark.parametrize("key", ["sk-1 2", "sk\x00", "clé", "sk\r\nX-Odd: 1"])
def test_a_key_that_no_header_can_hold_is_refused_unseen(key: str) -> None:
    with pytest.raises(InputError) as caught:
        ChatServer("http://h/v1", key=key)
    assert key not in f"{caught.value} {caught.value!r}"


def test_white_space_round_a_key_and_an_empty_one_are_what_files_and_shells_leave() -> None:
    assert ChatServer("http://h/v1", key=" sk-1\n").key == "sk-1"
    assert ChatServer("http://h/v1", key="").key is None


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://localhost:1/v1", True),
        ("http://models.localhost/v1", True),
        ("http://127.8.9.1/v1", True),
        ("http://[::1]/v1", True),
        ("http://0.0.0.0:8000/v1", True),
        ("http://192.168.1.4/v1", False),
        ("http://localhost.evil.example/v1", False),
    ],
)
def test_this_machine_is_known_by_its_addresses(url: str, is_here: bool) -> None:
    assert is_this_machine(url) is is_here


def test_an_address_from_elsewhere_is_shown_without_its_secrets() -> None:
    assert without_secrets("https://me:pw@h:1/x?key=1#2") == "https://h:1/x"
    assert without_secrets("http://[") == "an address that cannot be read"
