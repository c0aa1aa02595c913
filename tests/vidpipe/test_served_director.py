"""A director on a server: asked through the command line, remembered by the project, opened only when it is needed."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from tests.command_line import vidpipe
from tests.model_server import ModelServer, answers, closed_port, refuses

from cinecore.errors import SetupError
from cinecore.settings import UsageError
from vidpipe.compose import director_for
from vidpipe.doctor import examine
from vidpipe.providers.draft.director import RuleDirector
from vidpipe.schemas.wishes import Wishes
from vidpipe.services.scripts import read_script
from vidpipe.settings import video_settings

PROMPT = "Mina finds a red kite near the pier and flies it with Tom."


def storyboard(count: int) -> dict[str, Any]:
    """What a model answers: so many scenes."""
    return {
        "title": "The kite of the model",
        "assets": [{"tag": "CHAR_01", "name": "Mina", "label": "girl", "description": "girl, yellow dress"}],
        "scenes": [
            {
                "description": f"Mina at the pier, moment {number}.",
                "shot_type": "wide",
                "camera_movement": "static",
                "setting": "harbour",
                "placements": [{"tag": "CHAR_01", "label": "girl", "position": "centre", "facing": "right"}],
            }
            for number in range(count)
        ],
    }


def generate(folder: Path, *words: object) -> Any:
    """A project up to its storyboard, so that nothing is drawn."""
    return vidpipe(
        "generate", PROMPT, "--total", "12", "--through", "storyboard", "--data-dir", folder, "--json", *words
    )


def only_project(folder: Path) -> str:
    listed = json.loads(vidpipe("list", "--data-dir", folder, "--json").stdout)["projects"]
    assert len(listed) == 1
    return str(listed[0]["id"])


def test_a_model_at_an_endpoint_directs_and_its_key_is_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDPIPE_API_KEY", "sesame-open")
    with ModelServer(answers(storyboard(2)), key="sesame-open") as server:
        made = generate(tmp_path, "--director", "openai", "--endpoint", server.url, "--model", "tiny")
    assert made.exit_code == 0, made.stderr
    assert len(server.chats) == 1
    assert PROMPT in server.chats[0].words
    assert "moment 1" in made.stdout
    assert "sesame" not in made.stdout + made.stderr
    assert not any(b"sesame" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_finished_storyboard_asks_nobody_again(tmp_path: Path) -> None:
    with ModelServer(answers(storyboard(2))) as server:
        assert generate(tmp_path, "--director", "openai", "--endpoint", server.url).exit_code == 0
    again = vidpipe("resume", only_project(tmp_path), "--through", "storyboard", "--data-dir", tmp_path)
    assert again.exit_code == 0, again.stderr


def test_a_storyboard_that_failed_is_asked_of_the_same_director_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ModelServer(refuses(500, "no")) as server:
        failed = generate(tmp_path, "--director", "openai", "--endpoint", server.url)
    assert failed.exit_code == 75, failed.stderr
    with ModelServer(answers(storyboard(2))) as server:
        monkeypatch.setenv("VIDPIPE_ENDPOINT", server.url)
        again = vidpipe(
            "resume", only_project(tmp_path), "--through", "storyboard", "--data-dir", tmp_path, "--json"
        )
    assert again.exit_code == 0, again.stderr
    assert len(server.chats) == 1
    assert "moment 1" in again.stdout


def test_answers_that_cannot_be_used_are_an_error_and_never_the_rules(tmp_path: Path) -> None:
    with ModelServer(answers("Once upon a time")) as server:
        failed = generate(tmp_path, "--director", "openai", "--endpoint", server.url)
    assert failed.exit_code == 75
    assert "rule-based director" in failed.stderr
    assert len(server.chats) == 3


def test_a_director_that_cannot_be_had_is_said_with_what_to_do(tmp_path: Path) -> None:
    missing = generate(tmp_path, "--director", "openai")
    assert missing.exit_code == 2
    assert "--endpoint" in missing.stderr
    missing = generate(tmp_path, "--director", "llama")
    assert missing.exit_code == 2
    assert "--model" in missing.stderr
    missing = generate(tmp_path, "--director", "llama", "--model", tmp_path / "none.gguf")
    assert missing.exit_code == 69
    assert "none.gguf" in missing.stderr
    assert json.loads(vidpipe("list", "--data-dir", tmp_path, "--json").stdout)["projects"] == []
    gone = generate(tmp_path, "--director", "openai", "--endpoint", f"http://127.0.0.1:{closed_port()}")
    assert gone.exit_code == 75


def test_a_dry_run_starts_no_model(tmp_path: Path) -> None:
    planned = vidpipe("generate", PROMPT, "--dry-run", "--director", "llama", "--data-dir", tmp_path)
    assert planned.exit_code == 2
    assert "--through storyboard" in planned.stderr


def test_nothing_is_opened_before_a_director_is_asked(tmp_path: Path) -> None:
    for name in ("openai", "llama"):
        director = director_for(video_settings({"data_dir": str(tmp_path), "model": "none.gguf"}), name)
        assert f"{name} none.gguf" in director.identity
    assert isinstance(director_for(video_settings({}), "draft:rules"), RuleDirector)


def test_the_name_that_older_projects_hold_means_the_rules() -> None:
    assert video_settings({"director": "draft:rules"}).director == "rules"
    with pytest.raises(UsageError, match="rules, llama, openai"):
        video_settings({"director": "spielberg"})


def test_a_model_that_is_named_is_looked_for_in_the_models_folder_too(tmp_path: Path) -> None:
    (tmp_path / "text.gguf").write_bytes(b"no model")
    settings = video_settings({"director": "llama", "model": "text.gguf", "models_dir": str(tmp_path)})
    with pytest.raises(SetupError) as caught:
        director_for(settings).direct(read_script(PROMPT), Wishes(total_s=12))
    assert str(tmp_path / "text.gguf") in str(caught.value)


def test_doctor_says_whether_the_director_could_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def director() -> dict[str, str]:
        return next(one for one in map(asdict, examine(video_settings({}))) if one["name"] == "director")

    monkeypatch.setenv("VIDPIPE_DATA_DIR", str(tmp_path))
    assert "rules" in director()["detail"]
    monkeypatch.setenv("VIDPIPE_DIRECTOR", "openai")
    assert (director()["state"], "--endpoint" in director()["advice"]) == ("missing", True)
    with ModelServer(models=["words:7b"]) as server:
        monkeypatch.setenv("VIDPIPE_ENDPOINT", server.url)
        assert director()["state"] == "ok"
        assert "words:7b" in director()["detail"]
    assert director()["state"] == "missing"
