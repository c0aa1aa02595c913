"""Who describes the stills: the engine that was asked for or an error; `auto` the best there is, said with the reason."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.command_line import cinecut
from tests.model_server import ModelServer, closed_port, html, is_no_http, refuses

from cinecore.errors import EngineGoneError, SetupError
from cinecore.settings import SettingError, UsageError
from cinecut import adapters
from cinecut.adapters import choose_describer, describer_for
from cinecut.doctor import examine
from cinecut.inference.embedded import EmbeddedDescriber
from cinecut.inference.looking import NAME
from cinecut.inference.pixels import PIXELS_VERSION
from cinecut.inference.seen_server import look_at_server
from cinecut.settings import TrailerSettings, trailer_settings, user_file
from vidpipe.settings import video_settings

SEES = {"data": [{"id": "eyes:7b", "input_modalities": ["text", "image"]}]}
BLIND = {"data": [{"id": "words:7b", "input_modalities": ["text"]}]}
PLAIN = TrailerSettings(None)
EYES = EmbeddedDescriber().identity


@pytest.fixture(autouse=True)
def _nobody_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have a server of their own on one of the usual ports."""
    monkeypatch.setattr(adapters, "LOCAL_PORTS", (closed_port(),))


def test_without_any_model_the_embedded_eyes_look_and_it_is_said_why() -> None:
    chosen = choose_describer(PLAIN)
    assert chosen.describer.identity == EYES
    assert "no server on this machine" in chosen.notice
    assert "cinecut doctor" in chosen.notice


def test_an_endpoint_that_is_named_and_answers_is_taken() -> None:
    with ModelServer(models=SEES, key="sesame") as server:
        chosen = choose_describer(replace(PLAIN, endpoint=server.url, key="sesame"))
    assert chosen.describer.name == "eyes:7b"
    assert chosen.describer.in_flight == 4
    assert server.url in chosen.notice
    assert "sesame" not in chosen.notice + repr(chosen) + chosen.describer.identity
    assert server.chats == []


def test_an_endpoint_that_does_not_say_whether_it_sees_is_taken_because_it_is_named() -> None:
    with ModelServer(models=["gateway-model"]) as server:
        assert choose_describer(replace(PLAIN, endpoint=server.url)).describer.name == "gateway-model"


def test_concurrency_says_how_many_are_asked_at_once() -> None:
    with ModelServer(models=SEES) as server:
        assert describer_for(replace(PLAIN, endpoint=server.url, concurrency=9)).in_flight == 9


@pytest.mark.parametrize(
    ("server", "said"),
    [
        (ModelServer(models=BLIND), "does not see pictures"),
        (ModelServer(models=SEES, key="sesame"), "key"),
        (ModelServer(models=[]), "lists no model"),
        (ModelServer(models=html()), "no model's server"),
        (ModelServer(models=is_no_http), "not speak HTTP"),
    ],
    ids=["blind", "locked", "empty", "a page", "no http"],
)
def test_auto_says_why_a_named_endpoint_is_not_taken(server: ModelServer, said: str) -> None:
    with server:
        chosen = choose_describer(replace(PLAIN, endpoint=server.url))
    assert chosen.describer.identity == EYES
    assert server.url in chosen.notice
    assert said.lower() in chosen.notice.lower()


def test_auto_says_that_nobody_answers_at_a_named_endpoint() -> None:
    chosen = choose_describer(replace(PLAIN, endpoint=f"http://127.0.0.1:{closed_port()}/v1"))
    assert chosen.describer.identity == EYES
    assert "nobody answers" in chosen.notice


def test_a_server_that_has_other_models_than_the_one_named_is_told_apart() -> None:
    with ModelServer(models=SEES) as server:
        found = look_at_server(server.url, "other:13b", None, 5)
    assert not found.is_usable
    assert "eyes:7b" in found.words


def test_a_server_on_this_machine_is_taken_only_if_it_says_that_it_sees(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for models, name in ((SEES, "eyes:7b"), (["who-knows"], NAME), (BLIND, NAME)):
        with ModelServer(models=models) as server:
            monkeypatch.setattr(adapters, "LOCAL_PORTS", (closed_port(), server.port))
            chosen = choose_describer(PLAIN)
        assert chosen.describer.name == name
    with ModelServer(models=SEES) as server:
        monkeypatch.setattr(adapters, "LOCAL_PORTS", (server.port,))
        assert "--vision none" in choose_describer(PLAIN).notice


def test_a_server_that_nobody_named_never_gets_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer(models=SEES) as server:
        monkeypatch.setattr(adapters, "LOCAL_PORTS", (server.port,))
        describer = choose_describer(replace(PLAIN, key="sesame")).describer
        with describer.serving():
            pass
    assert server.asked
    assert not any("sesame" in str(asked.headers) for asked in server.asked)


@pytest.mark.parametrize(
    ("settings", "identity"),
    [
        (replace(PLAIN, vision="none"), PIXELS_VERSION),
        (replace(PLAIN, preview=True), PIXELS_VERSION),
        (replace(PLAIN, vision="embedded"), EYES),
        (replace(PLAIN, model="own.gguf"), EYES),
        (replace(PLAIN, mmproj=Path("own-eyes.gguf")), EYES),
    ],
    ids=["none", "a preview", "embedded", "a file", "its eyes"],
)
def test_no_server_is_asked_where_none_is_wanted(
    settings: TrailerSettings, identity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ModelServer(models=SEES) as server:
        monkeypatch.setattr(adapters, "LOCAL_PORTS", (server.port,))
        assert choose_describer(settings).describer.identity == identity
    assert server.asked == []


def test_a_server_that_says_it_is_busy_is_not_waited_for() -> None:
    with ModelServer(models=refuses(503, "Loading model", retry_after="50")) as server:
        found = look_at_server(server.url, "", None, 0.3)
    assert found.words == "it is busy"
    assert len(server.asked) == 1


def test_an_engine_asked_for_by_name_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="address") as usage:
        choose_describer(replace(PLAIN, vision="openai"))
    assert "--endpoint" in usage.value.advice
    with pytest.raises(SetupError, match="weights") as setup:
        choose_describer(replace(PLAIN, vision="llama", models_dir=tmp_path))
    assert setup.value.exit_status == 69
    assert str(tmp_path / "ggml-model-q4_k.gguf") in str(setup.value)
    assert "cinecut models get" in setup.value.advice
    (tmp_path / "ggml-model-q4_k.gguf").write_bytes(b"GGUF")
    with pytest.raises(SetupError, match="eyes"):
        choose_describer(replace(PLAIN, vision="llama", models_dir=tmp_path))


def test_a_missing_llama_server_is_an_error_where_it_is_asked_for(tmp_path: Path) -> None:
    for name in ("ggml-model-q4_k.gguf", "mmproj-model-f16.gguf"):
        (tmp_path / name).write_bytes(b"GGUF")
    with pytest.raises(SetupError, match="llama-server"):
        choose_describer(
            replace(PLAIN, vision="llama", models_dir=tmp_path, llama_server=tmp_path / "nothing")
        )


@pytest.mark.parametrize("product", ["cinecut", "vidpipe"])
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ENDPOINT", "https://me:hush-hush@host/v1"),
        ("ENDPOINT", "https://host/v1?api_key=hush-hush"),
        ("AUTH_TOKEN", "hush-hush"),
    ],
)
def test_a_key_anywhere_but_in_its_variable_is_refused_and_not_repeated(
    product: str, variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{product.upper()}_{variable}", value)
    with pytest.raises(SettingError, match="a key does not stand") as caught:
        trailer_settings(None, {}) if product == "cinecut" else video_settings({})
    assert "hush" not in str(caught.value)
    assert f"{product.upper()}_API_KEY" in caught.value.advice


def test_a_key_in_a_settings_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    film.write_bytes(b"")
    for path in (user_file(), tmp_path / "cinecut.toml"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('api-key = "hush-hush"\n', encoding="utf-8")
        with pytest.raises(SettingError) as caught:
            trailer_settings(film, {})
        assert str(path) in str(caught.value)
        assert "hush" not in str(caught.value)
        path.unlink()


def test_a_key_comes_from_the_environment_and_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "shared-secret")
    assert trailer_settings(None, {}).key == "shared-secret"
    monkeypatch.setenv("CINECUT_API_KEY", "own-secret")
    settings = trailer_settings(None, {})
    assert settings.key == "own-secret"
    assert settings.notices == ()
    assert "secret" not in repr(settings)
    assert "secret" not in cinecut("config", "--json").stdout
    monkeypatch.setenv("VIDPIPE_API_KEY", "other-secret")
    assert video_settings({}).key == "other-secret"
    assert "secret" not in repr(video_settings({}))


def test_a_file_beside_a_film_names_no_engine(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    film.write_bytes(b"")
    names = {
        "vision": "openai",
        "endpoint": "http://203.0.113.9/v1",
        "model": "m",
        "mmproj": "/m",
        "llama_server": "/bin/sh",
        "models_dir": "/",
        "models_list": "/x",
        "port": "9000",
        "concurrency": "99",
        "cpu": "on",
    }
    (tmp_path / "cinecut.toml").write_text(
        "".join(f"{name} = {json.dumps(value)}\n" for name, value in names.items()), encoding="utf-8"
    )
    settings = trailer_settings(film, {})
    usual = trailer_settings(None, {})
    for name in names:
        assert getattr(settings, name) == getattr(usual, name)
        assert f"not {name!r}" in " ".join(settings.notices)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1"),
        ("https://host/api/v1/chat/completions", "https://host/api/v1"),
        ("http://[::1]:1234/v1/", "http://[::1]:1234/v1"),
    ],
)
def test_an_address_is_completed_as_it_is_meant(written: str, meant: str) -> None:
    assert trailer_settings(None, {"endpoint": written}).endpoint == meant


@pytest.mark.parametrize(
    "written", ["ftp://host", "http://", "http://host:99999", "two words", "", "file:///x"]
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(UsageError, match="--endpoint"):
        trailer_settings(None, {"endpoint": written})


def test_a_models_path_in_a_users_file_counts_from_that_file_and_a_bare_name_does_not() -> None:
    user_file().parent.mkdir(parents=True, exist_ok=True)
    user_file().write_text('model = "gguf/m.gguf"\nmmproj = "eyes.gguf"\nmodels-dir = "gguf"\n', "utf-8")
    settings = trailer_settings(None, {})
    folder = user_file().parent
    assert settings.model == str(folder / "gguf/m.gguf")
    assert settings.mmproj == folder / "eyes.gguf"
    assert settings.models_dir == folder / "gguf"
    user_file().write_text('model = "m.gguf"\n', "utf-8")
    assert trailer_settings(None, {}).model == "m.gguf"


def test_doctor_tells_of_weights_program_memory_and_endpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CINECUT_MODELS_DIR", str(tmp_path))
    (tmp_path / "ggml-model-q4_k.gguf").write_bytes(b"<html>")
    with ModelServer(models=SEES) as server:
        monkeypatch.setenv("CINECUT_ENDPOINT", server.url)
        found = {finding.name: finding for finding in examine()}
    assert found["endpoint"].state == "ok"
    assert "eyes:7b sees pictures" in found["endpoint"].detail
    assert "no GGUF" in found["model weights"].detail
    assert "cinecut models get" in found["mmproj weights"].advice
    assert {"llama-server", "GPU memory"} <= set(found)
    assert not any(finding.state == "missing" for name, finding in found.items() if "weights" in name)
    gone = {finding.name: finding for finding in examine()}["endpoint"]
    assert gone.state == "optional"
    assert "nobody answers" in gone.detail


def test_who_types_an_address_or_a_models_file_means_it_and_no_other(tmp_path: Path) -> None:
    named = replace(PLAIN, endpoint=f"http://127.0.0.1:{closed_port()}/v1", model="m")
    assert choose_describer(named).describer.identity == EYES
    typed = choose_describer(replace(named, named=frozenset({"endpoint"}))).describer
    with pytest.raises(EngineGoneError), typed.serving():
        pass
    with pytest.raises(SetupError, match="weights"):
        choose_describer(replace(PLAIN, model=str(tmp_path / "typo.gguf"), named=frozenset({"model"})))
