"""A film looked at by a model of somebody's server: asked once, kept, never replaced unasked, its key nowhere."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.command_line import cinecut
from tests.durability.small_film import FILM, LINES, WORK, make_film
from tests.model_server import ModelServer, closed_port

from cinecut import adapters

pytestmark = pytest.mark.media

SEES = {"data": [{"id": "eyes:7b", "input_modalities": ["text", "image"]}]}
ASK = ("--vibe", "action", "--duration", "6s", "--review", "--json")
"""Up to the manifest: what comes after it asks nobody."""


@pytest.fixture(autouse=True)
def _nobody_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters, "LOCAL_PORTS", (closed_port(),))


@pytest.fixture(scope="module")
def small_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("small") / FILM)


@pytest.fixture
def film(small_film: Path, tmp_path: Path) -> Path:
    shutil.copy2(small_film, tmp_path / FILM)
    (tmp_path / "film.srt").write_text(LINES, encoding="utf-8")
    return tmp_path / FILM


@pytest.fixture(scope="module")
def described(small_film: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose film a model has described, up to the manifest; tests leave it as it was."""
    folder = tmp_path_factory.mktemp("described")
    shutil.copy2(small_film, folder / FILM)
    (folder / "film.srt").write_text(LINES, encoding="utf-8")
    with ModelServer(models=SEES) as server:
        made = cinecut(folder / FILM, *ASK, "--endpoint", server.url, "--vision", "openai")
    assert made.exit_code == 0, made.stderr
    return folder


@pytest.fixture
def again(described: Path, tmp_path: Path) -> Iterator[Path]:
    """The film of that folder, which is put back afterwards: paths are part of what is remembered."""
    shutil.copytree(described, tmp_path / "kept")
    yield described / FILM
    shutil.rmtree(described)
    shutil.copytree(tmp_path / "kept", described)


def stages_run(printed: str) -> list[str]:
    return list(json.loads(printed)["stages_run"])


def test_the_model_is_named_in_its_stage_and_its_key_is_nowhere(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CINECUT_API_KEY", "sesame-open")
    with ModelServer(models=SEES, key="sesame-open") as server:
        made = cinecut(film, *ASK, "--vision", "openai", "--endpoint", server.url, "--model", "eyes:7b")
    assert made.exit_code == 0, made.stderr
    assert "Stage 4/7: eyes:7b inference..." in made.stderr
    assert len(server.chats) >= 3
    assert "sesame" not in made.stdout + made.stderr
    kept = [path for path in (film.parent / WORK).rglob("*") if path.is_file()]
    assert kept
    assert not any(b"sesame" in path.read_bytes() for path in kept)


def test_a_server_that_is_not_there_is_said_before_the_film_is_analysed(film: Path) -> None:
    address = f"http://127.0.0.1:{closed_port()}/v1"
    made = cinecut(film, *ASK, "--vision", "openai", "--endpoint", address, "--model", "eyes:7b")
    assert made.exit_code == 75
    assert address in made.stderr
    assert not (film.parent / WORK / "analysis").exists()


def test_a_server_that_wants_a_key_or_is_blind_is_said_before_the_film_is_analysed(film: Path) -> None:
    for server in (
        ModelServer(models=SEES, key="sesame"),
        ModelServer(models={"data": [{"id": "words", "input_modalities": ["text"]}]}),
    ):
        with server:
            made = cinecut(film, *ASK, "--vision", "openai", "--endpoint", server.url)
        assert made.exit_code == 69, made.stderr
        assert not (film.parent / WORK / "analysis").exists()


def test_what_a_model_said_holds_while_it_is_away(again: Path) -> None:
    made = cinecut(again, *ASK)
    assert made.exit_code == 0, made.stderr
    assert stages_run(made.stdout) == []
    assert "What eyes:7b said of this film is kept" in made.stderr
    assert "Cache hit" in made.stderr


def test_measuring_only_is_done_where_it_is_asked_for(again: Path) -> None:
    made = cinecut(again, *ASK, "--vision", "none")
    assert {"inference", "narrative"} <= set(stages_run(made.stdout))


def test_an_engine_asked_for_by_name_is_not_replaced_by_what_is_kept(again: Path) -> None:
    with ModelServer(models=SEES) as server:
        made = cinecut(again, *ASK, "--vision", "openai", "--endpoint", server.url, "--model", "other:13b")
    assert "inference" in stages_run(made.stdout)
    assert server.chats


def test_looking_at_the_work_asks_no_model(again: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer(models=SEES) as server:
        monkeypatch.setenv("CINECUT_ENDPOINT", server.url)
        planned = cinecut("--dry-run", again, *ASK)
        assert json.loads(planned.stdout)["notices"][0].startswith("eyes:7b at")
        found = json.loads(cinecut("status", again, "--json").stdout)
    assert [state["is_done"] for state in found["stages"][:4]] == [True] * 4
    assert server.asked
    assert server.chats == []


def test_an_edited_cut_is_not_planned_anew_because_a_server_happens_to_run(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cinecut(film, *ASK).exit_code == 0
    manifest = film.parent / WORK / "TRAILER_MANIFEST.json"
    text = manifest.read_text("utf-8")
    edited = text.replace('"reasoning": "', '"reasoning": "Mine. ', 1)
    assert edited != text
    manifest.write_text(edited, encoding="utf-8")
    with ModelServer(models=SEES) as server:
        monkeypatch.setattr(adapters, "LOCAL_PORTS", (server.port,))
        made = cinecut(film, *ASK)
        assert stages_run(made.stdout) == []
        assert "The manifest is edited" in made.stderr
        assert manifest.read_text("utf-8") == edited
        assert server.chats == []
        manifest.write_text(text, encoding="utf-8")
        assert "inference" in stages_run(cinecut(film, *ASK).stdout)
    assert server.chats
