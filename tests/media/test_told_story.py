"""A film whose story a server's text model tells: asked once, kept, never replaced unasked, said in the manifest."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.command_line import cinecut
from tests.durability.small_film import FILM, PICTURES, WORK
from tests.model_server import Asked, ModelServer, answers, closed_port, drops
from tests.told_stories import KnowingModel

from cinecore.ffmpeg.run import run as run_ffmpeg
from cinecut import adapters
from cinecut.narrative.storyteller import ARC_SCHEMA, summary_schema

pytestmark = pytest.mark.media

TURNS_S = (8.0, 20.0, 31.0, 44.0, 52.0)
WORDS_ONLY = {"data": [{"id": "words:1", "input_modalities": ["text"]}]}
ASK = ("--vibe", "action", "--duration", "6s", "--review", "--vision", "none", "--json")
"""Up to the manifest, with nobody who looks at pictures."""


@pytest.fixture(autouse=True)
def _nobody_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters, "LOCAL_PORTS", (closed_port(),))


@pytest.fixture(scope="module")
def spoken_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 s of moving pictures without sound, and 30 short lines."""
    folder = tmp_path_factory.mktemp("spoken")
    inputs = [word for picture in PICTURES for word in ("-f", "lavfi", "-t", "10", "-i", picture)]
    joined = "".join(f"[{at}:v]format=yuv420p,setsar=1[v{at}];" for at in range(len(PICTURES)))
    joined += "".join(f"[v{at}]" for at in range(len(PICTURES))) + f"concat=n={len(PICTURES)}[v]"
    run_ffmpeg(
        [
            *("-nostdin", "-loglevel", "error", "-y", *inputs, "-filter_complex", joined, "-map", "[v]"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-threads", "1", folder / FILM),
        ]
    )
    lines = [
        f"{number + 1}\n{_time(2 * number)} --> {_time(2 * number + 0.7)}\nWe are at number {number}.\n"
        for number in range(30)
    ]
    (folder / "film.srt").write_text("\n".join(lines), encoding="utf-8")
    run(folder / FILM)  # what comes before the story is done once for all tests
    return folder


def _time(seconds: float) -> str:
    return f"00:00:{int(seconds):02},{round(seconds % 1 * 1000):03}"


@pytest.fixture
def film(spoken_film: Path, tmp_path: Path) -> Iterator[Path]:
    """The film, whose folder is put back afterwards: paths are part of what is remembered."""
    shutil.copytree(spoken_film, tmp_path / "kept")
    yield spoken_film / FILM
    shutil.rmtree(spoken_film)
    shutil.copytree(tmp_path / "kept", spoken_film)


def knows(asked: Asked) -> dict[str, Any]:
    """The truth, in the shape that was asked for."""
    schema = ARC_SCHEMA if "climax" in asked.words else summary_schema(8)
    text = asked.document["messages"][-1]["content"]
    shown = text if isinstance(text, str) else text[-1]["text"]
    said: dict[str, Any] = json.loads(KnowingModel(TURNS_S).answer("", shown, schema, 0.0))
    return said


def run(film: Path, *words: object) -> dict[str, Any]:
    made = cinecut(film, *ASK, "--subtitle", film.with_suffix(".srt"), *words)
    assert made.exit_code == 0, made.stderr
    said: dict[str, Any] = json.loads(made.stdout)
    return said


def anchors(film: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((film.parent / WORK / "TRAILER_MANIFEST.json").read_text("utf-8"))
    return dict(found["structural_anchors"])


def test_a_named_model_tells_it_once_and_what_it_told_holds_while_it_is_away(film: Path) -> None:
    with ModelServer(answers(knows), models=WORDS_ONLY) as server:
        said = run(film, "--endpoint", server.url, "--explain")
        assert len(server.chats) == 2
        assert said["stages_run"] == ["narrative"]
        found = anchors(film)
        assert found["method"] == "text-model"
        assert [found["begin_t"], found["climax_t"]] == [8.0, 52.0]
        assert found["reasons"][0] == "opportunity as the lines tell it"
        assert any("a text model that read its lines" in text for text in said["explanation"])
        assert run(film, "--endpoint", server.url)["stages_run"] == []
        assert len(server.chats) == 2
    away = f"http://127.0.0.1:{closed_port()}/v1"
    assert run(film, "--endpoint", away)["stages_run"] == []
    assert run(film)["stages_run"] == []
    assert run(film, "--story", "text", "--endpoint", away)["stages_run"] == []
    assert run(film, "--story", "signals")["stages_run"] == ["narrative"]
    assert anchors(film)["method"] == "signals"


def test_a_server_that_dies_leaves_the_measures_and_is_asked_later_only_for_the_rest(film: Path) -> None:
    with ModelServer(answers(knows), drops, models=WORDS_ONLY) as server:
        said = run(film, "--endpoint", server.url, "--model", "words:1")
    assert any("own measures say" in notice for notice in said["notices"])
    assert anchors(film)["method"] == "signals"
    with ModelServer(answers(knows), models=WORDS_ONLY) as server:
        run(film, "--endpoint", server.url, "--model", "words:1")
        assert len(server.chats) == 1
    assert anchors(film)["method"] == "text-model"


def test_answers_that_cannot_be_used_leave_the_measures_with_the_reason(film: Path) -> None:
    with ModelServer(answers("I am a poet."), models=WORDS_ONLY) as server:
        said = run(film, "--endpoint", server.url)
        assert len(server.chats) == 2
    assert any("no usable summary" in notice for notice in said["notices"])
    assert anchors(film)["method"] == "signals"


def test_a_text_model_asked_for_by_name_is_used_or_an_error(film: Path) -> None:
    address = f"http://127.0.0.1:{closed_port()}/v1"
    lines = ("--subtitle", film.with_suffix(".srt"))
    made = cinecut(film, *ASK, *lines, "--story", "text", "--endpoint", address, "--model", "words:1")
    assert made.exit_code == 75
    assert address in made.stderr
    made = cinecut(film, *ASK, "--story", "text")
    assert made.exit_code == 2
    assert "--endpoint" in made.stderr


def test_an_edited_cut_is_not_planned_anew_because_a_text_model_can_be_asked(film: Path) -> None:
    manifest = film.parent / WORK / "TRAILER_MANIFEST.json"
    manifest.write_text(
        manifest.read_text("utf-8").replace('"reasoning": "', '"reasoning": "Mine. ', 1), "utf-8"
    )
    with ModelServer(answers(knows), models=WORDS_ONLY) as server:
        assert run(film, "--endpoint", server.url)["stages_run"] == []
        assert server.chats == []


def test_the_rule_is_taken_where_it_is_asked_for_and_named(film: Path) -> None:
    said = run(film, "--story", "rule", "--explain")
    assert anchors(film)["method"] == "rule"
    assert said["explanation"][0] == "Turning points by the 5/45/80 rule:"
    assert anchors(film)["begin_t"] == pytest.approx(3.0, abs=0.2)


def test_what_was_told_is_counted_and_cleaned_with_the_descriptions(film: Path) -> None:
    with ModelServer(answers(knows), models=WORDS_ONLY) as server:
        run(film, "--endpoint", server.url)
    assert (film.parent / WORK / "story" / "told.json").is_file()
    assert cinecut("clean", film, "--kind", "descriptions").exit_code == 0
    assert not (film.parent / WORK / "story").exists()
