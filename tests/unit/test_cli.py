"""The command line as a stranger meets it: words, messages, exit statuses, what is imported for them."""

from __future__ import annotations

import importlib
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from tests.command_line import process, start
from typer.testing import CliRunner

from cinecore.errors import BusyError, ToolError
from cinecore.ports import Progress
from cinecore.terminal.screen import PlainScreen, open_screen
from cinecore.terminal.words import shown
from cinecut.cli import app
from cinecut.cli.group import FilmFirstGroup
from cinecut.cli.stages import STAGE_LABELS, stage_line
from cinecut.doctor import examine
from vidpipe.cli import app as vidpipe_app

run = CliRunner()


def make_app() -> tuple[typer.Typer, list[object]]:
    """An application of the same group whose `make` writes down what reached it, or fails as it is told."""
    heard: list[object] = []
    other = typer.Typer(cls=FilmFirstGroup, rich_markup_mode=None, pretty_exceptions_enable=False)

    @other.callback(invoke_without_command=True)
    def first() -> None:
        pass

    @other.command()
    def make(
        film: str | None = None,
        words: list[str] = typer.Argument(None),  # noqa: B008 - how Typer declares an argument
        *,
        vibe: str | None = typer.Option(None, "--vibe", "-v"),
        review: bool = typer.Option(False, "--review"),
        json: bool = typer.Option(False, "--json"),
    ) -> None:
        heard.extend(["make", *(words or []), vibe, review])
        faults: dict[str, BaseException] = {
            "busy": BusyError("Another run works here.", Path("a b"), "Wait."),
            "tool": ToolError("ffmpeg failed.", "x\ny", "Look.", tail="line one\n\x1b[31mline two"),
            "stop": KeyboardInterrupt(),
            "full": OSError(28, "No space left on device", "out.mp4"),
            "bug": ZeroDivisionError("division by zero"),
        }
        if words and words[0] in faults:
            raise faults[words[0]]

    @other.command()
    def vibes(*, json: bool = typer.Option(False, "--json")) -> None:
        heard.extend(["vibes", json])

    return other, heard


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["film.mkv"], ["make", "film.mkv", None, False]),
        (["make", "film.mkv"], ["make", "film.mkv", None, False]),
        (["film.mkv", "--vibe", "war"], ["make", "film.mkv", "war", False]),
        (["--vibe", "war", "film.mkv"], ["make", "film.mkv", "war", False]),
        (["-v", "vibes", "film.mkv"], ["make", "film.mkv", "vibes", False]),
        (["--review", "film.mkv"], ["make", "film.mkv", None, True]),
        (["./vibes"], ["make", "./vibes", None, False]),
        (["--", "-film.mkv"], ["make", "-film.mkv", None, False]),
        (["vibes"], ["vibes", False]),
        (["vibes", "--json"], ["vibes", True]),
        (["--json", "vibes"], ["vibes", True]),
    ],
)
def test_the_first_word_is_a_film_unless_it_is_a_command(words: list[str], expected: list[object]) -> None:
    other, heard = make_app()
    assert run.invoke(other, words).exit_code == 0
    assert heard == expected


@pytest.mark.parametrize(
    ("word", "status", "said"),
    [
        ("busy", 75, "'a b'"),
        ("tool", 70, "line one"),
        ("stop", 130, "work is kept"),
        ("full", 73, "disk is full"),
        ("bug", 70, "report"),
    ],
)
def test_every_failure_is_a_message_and_a_status(word: str, status: int, said: str) -> None:
    other, _ = make_app()
    result = run.invoke(other, [word])
    assert result.exit_code == status
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert "\x1b" not in result.stderr
    assert result.stdout == ""


def test_a_failure_is_one_json_object_where_that_was_asked() -> None:
    other, _ = make_app()
    result = run.invoke(other, ["busy", "--json"])
    said = json.loads(result.stdout)
    assert said["ok"] is False
    assert said["exit_status"] == 75
    assert said["error"]["kind"] == "BusyError"
    assert said["error"]["which"] == "a b"


def test_a_traceback_is_for_those_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    other, _ = make_app()
    monkeypatch.setenv("CINECUT_DEBUG", "1")
    result = run.invoke(other, ["bug"])
    assert result.exit_code == 70
    assert "ZeroDivisionError" in result.stderr
    assert "Traceback" in result.stderr


@pytest.mark.parametrize(("program", "option"), [("cinecut", "--spoilers"), ("vidpipe", "generate")])
def test_help_imports_nothing_heavy(program: str, option: str) -> None:
    code = (
        f"import sys\nfrom {program}.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('HEAVY', sorted({name.split('.')[0] for name in sys.modules} & {'rich', 'numpy', 'pydantic', 'PIL',"
        " 'pysubs2', 'msgpack', 'platformdirs', 'charset_normalizer', 'sqlalchemy', 'onnxruntime'}),"
        f" '{program}.settings' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True, timeout=60
    )
    assert "HEAVY [] False" in answer.stdout
    assert option in answer.stdout


@pytest.mark.parametrize("program", ["cinecut", "vidpipe"])
def test_ctrl_c_while_the_command_line_is_read_in_is_a_quiet_end(program: str) -> None:
    code = (
        "import sys\n"
        "class CtrlC:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == '{program}.cli.group':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, CtrlC())\n"
        f"from {program}.__main__ import main\nmain()\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (answer.returncode, answer.stdout, answer.stderr) == (130, "", "")


def test_help_names_the_commands_and_the_options_of_the_main_one() -> None:
    page = run.invoke(app, ["--help"]).stdout
    for word in (
        "make",
        "render",
        "vibes",
        "config",
        "doctor",
        "status",
        "clean",
        "--review",
        "--json",
        "130",
    ):
        assert word in page


@pytest.mark.parametrize(("program", "name"), [(app, "cinecut"), (vidpipe_app, "vidpipe")])
def test_the_version_is_told(program: typer.Typer, name: str) -> None:
    version = importlib.import_module(name).__version__
    assert run.invoke(program, ["--version"]).stdout == f"{name} {version}\n"


def test_no_word_at_all_shows_the_help_as_a_usage_error() -> None:
    result = run.invoke(app, [])
    assert result.exit_code == 2
    assert "FILM [OPTIONS]" in result.output


def test_an_unknown_option_is_a_usage_error_with_a_hint() -> None:
    result = run.invoke(app, ["film.mkv", "--vibes", "war"])
    assert result.exit_code == 2
    assert "--vibe" in result.stderr


def test_an_unknown_option_with_json_is_one_object_too() -> None:
    result = run.invoke(app, ["film.mkv", "--bogus", "--json"])
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["kind"] == "UsageError"


def test_a_film_that_is_not_there_is_one_message(tmp_path: Path) -> None:
    result = run.invoke(app, [str(tmp_path / "no\nsuch \x1b[2Jfilm.mkv")])
    assert result.exit_code == 65
    assert "no\\nsuch \\x1b[2Jfilm.mkv" in result.stderr


def test_a_mistyped_command_is_recognised() -> None:
    result = run.invoke(app, ["stauts"])
    assert result.exit_code == 65
    assert "Did you mean 'status'?" in result.stderr


def test_options_without_a_film_ask_for_one() -> None:
    result = run.invoke(app, ["--vibe", "war"])
    assert result.exit_code == 2
    assert "No film" in result.stderr


def test_config_names_each_value_and_its_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINECUT_DURATION", "1:30")
    settings = json.loads(run.invoke(app, ["config", "--json"]).stdout)["settings"]
    assert {"name": "duration", "value": 90.0, "origin": "CINECUT_DURATION"} in settings
    assert {"name": "seed", "value": 0, "origin": "default"} in settings
    lines = run.invoke(app, ["config"]).stdout.splitlines()
    assert any(line.split() == ["duration", "90", "CINECUT_DURATION"] for line in lines)


def test_config_with_a_wrong_value_says_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINECUT_SEED", "many")
    result = run.invoke(app, ["config"])
    assert result.exit_code == 65
    assert "CINECUT_SEED" in result.stderr


def test_vibes_lists_all_eighteen_and_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = run.invoke(app, ["vibes"])
    assert table.exit_code == 0
    assert len(table.stdout.splitlines()) == 19
    assert "sci-fi" in table.stdout
    shipped = json.loads(run.invoke(app, ["vibes", "--json"]).stdout)["vibes"]
    assert len(shipped) == 18
    assert shipped["horror"]["loudness_lufs"] == -20
    (tmp_path / "broken.toml").write_text("about = 3\n")
    monkeypatch.setenv("CINECUT_VIBE_FOLDERS", str(tmp_path))
    result = run.invoke(app, ["vibes"])
    assert len(result.stdout.splitlines()) == 19
    assert "broken.toml" in result.stderr


def test_one_vibe_is_shown_whole_and_a_near_miss_is_named() -> None:
    page = run.invoke(app, ["vibes", "Sci Fi"]).stdout
    assert "loudness_lufs: -14" in page
    assert "progression" in page
    wrong = run.invoke(app, ["vibes", "trhiller"])
    assert wrong.exit_code == 65
    assert "Did you mean thriller?" in wrong.stderr


@pytest.mark.media
def test_doctor_tells_what_is_there() -> None:
    findings = {finding.name: finding for finding in examine()}
    assert findings["ffmpeg"].state == "ok"
    assert findings["ffprobe"].state == "ok"
    assert findings["typefaces"].detail.split()[0] == "14"
    result = run.invoke(app, ["doctor"])
    assert result.exit_code == 0
    assert "Everything that a trailer needs is here." in result.stdout


def test_doctor_without_ffmpeg_says_how_to_get_it(tmp_path: Path) -> None:
    none = str(tmp_path / "none")
    result = process(tmp_path, "doctor", CINECUT_FFMPEG=none, CINECUT_FFPROBE=none)
    assert result.status == 69
    assert "MISSING ffmpeg" in result.output
    assert "Install ffmpeg" in result.output
    assert process(tmp_path, "doctor", "--json", CINECUT_FFMPEG=none).said["exit_status"] == 69


def test_a_reader_that_goes_away_is_no_fault_of_ours(tmp_path: Path) -> None:
    running = start(tmp_path, "vibes", "--json")
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    said = running.stderr.read()
    running.stderr.close()
    running.wait(60)
    assert "Traceback" not in said
    assert "report" not in said


def test_a_polite_end_from_outside_is_a_stop_with_work_kept() -> None:
    code = (
        "import os, signal, time\nimport cinecut.cli as cli, cinecut.cli.tables as tables\n"
        "def wait(**_):\n    os.kill(os.getpid(), signal.SIGTERM)\n    time.sleep(30)\n"
        "tables.show_doctor = wait\ncli.main()\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, "doctor"], capture_output=True, text=True, check=False, timeout=60
    )
    assert answer.returncode == 130
    assert "work is kept" in answer.stderr


def test_stage_lines_count_the_seven() -> None:
    assert list(STAGE_LABELS) == [
        "proxy",
        "subtitles",
        "keyframes",
        "inference",
        "narrative",
        "assembly",
        "conform",
    ]
    assert stage_line("inference") == "Stage 4/7: Inference"
    assert stage_line("conform") == "Stage 7/7: Conform"


def test_plain_output_is_what_was_said_and_no_bar() -> None:
    stream = io.StringIO()
    screen = PlainScreen(stream)
    screen.say("Stage 1/7: Analysing the film...")
    for done in range(3):
        screen.listen(Progress("proxy", done, 3, "frame"))
    screen.say("a line with \x1b[31mred\x1b[0m in it")
    assert stream.getvalue().splitlines() == [
        "Stage 1/7: Analysing the film...",
        "a line with \\x1b[31mred\\x1b[0m in it",
    ]


def test_quiet_shows_nothing_and_json_keeps_standard_output_free(capsys: pytest.CaptureFixture[str]) -> None:
    with open_screen(is_quiet=True, wants_json=False, stage_line=stage_line) as screen:
        screen.say("hidden")
        screen.listen(Progress("proxy", 0, 1, "frame"))
    with open_screen(is_quiet=False, wants_json=True) as screen:
        screen.say("beside")
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "beside\n"


def test_a_terminal_sees_stage_bar_elapsed_and_remaining(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", stream)
    with open_screen(is_quiet=False, wants_json=False, stage_line=stage_line) as screen:
        screen.listen(Progress("proxy", 0, 4, "frame"))
        screen.listen(Progress("proxy", 2, 4, "frame"))
        screen.say("[bold]no markup[/bold] of a film is obeyed")
        screen.listen(Progress("conform", 1, 4, "segment"))
    text = stream.getvalue()
    assert "Stage 1/7: Film analysis" in text
    assert "50%" in text or "25%" in text
    assert "0:00:0" in text
    assert "[bold]no markup[/bold]" in text


def test_shown_text_cannot_move_a_cursor() -> None:
    assert shown("a\x1b[2J\r\u202eb\udcff\nc") == "a\\x1b[2J\\r\\u202eb\\udcff\nc"
    assert shown("映画 é ♪") == "映画 é ♪"
