"""The house keeps its own rules: rooms, documents, pinned requirements, who may touch what."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from cinecore import errors
from cinecut.cli import app
from cinecut.settings import OTHER_VARIABLES, knobs
from vidpipe.cli import app as vidpipe_app
from vidpipe.settings import knobs as vidpipe_knobs

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "src").rglob("*.py"))


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT / "src").as_posix() for path in paths]


@pytest.fixture(scope="module")
def copied_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages and the contracts, where a test may add to them."""
    folder = tmp_path_factory.mktemp("house")
    modules_only = shutil.ignore_patterns("*.ttf", "*.toml", "*.txt", "__pycache__")
    for package in ("src/cinecore", "src/cinecut", "src/vidpipe", "samples"):
        shutil.copytree(ROOT / package, folder / Path(package).name, ignore=modules_only)
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_rooms_keep_their_directions(copied_house: Path) -> None:
    answer = lint(copied_house)
    assert answer.returncode == 0, answer.stdout
    assert " 0 broken" in answer.stdout


OUT_OF_PLACE = (
    ("cinecore/utils.py", '"""Everything."""\n', "cinecore.utils"),
    ("cinecut/helpers.py", '"""Everything."""\n', "cinecut.helpers"),
    ("cinecore/audio/truth.py", "import samples.frame_code\n", "cinecore.audio.truth -> samples.frame_code"),
    ("cinecore/audio/shell.py", "import subprocess\n", "cinecore.audio.shell -> subprocess"),
    ("cinecut/manifest/colours.py", "import rich\n", "cinecut.manifest.colours -> rich"),
    ("cinecut/ingestion/download.py", "import urllib.request\n", "cinecut.ingestion.download -> urllib"),
    ("vidpipe/utils.py", '"""Everything."""\n', "vidpipe.utils"),
    (
        "vidpipe/services/peek.py",
        "import vidpipe.providers.draft.board\n",
        "vidpipe.services.peek -> vidpipe.providers.draft.board",
    ),
    ("vidpipe/services/rows.py", "import sqlalchemy\n", "vidpipe.services.rows -> sqlalchemy"),
    ("vidpipe/services/trailer.py", "import cinecut.models\n", "vidpipe.services.trailer -> cinecut.models"),
    ("cinecut/manifest/early.py", "import cinecut.cli\n", "cinecut.manifest.early -> cinecut.cli"),
)
"""Files that break a contract, what stands in each, and how the answer names it."""


def test_a_module_without_a_place_or_out_of_its_place_fails(copied_house: Path) -> None:
    added = [copied_house / file for file, _, _ in OUT_OF_PLACE]
    for path, (_, text, _) in zip(added, OUT_OF_PLACE, strict=True):
        path.write_text(text, encoding="utf-8")
    try:
        answer = lint(copied_house)
    finally:
        for path in added:
            path.unlink()
    assert answer.returncode != 0
    assert [broken for _, _, broken in OUT_OF_PLACE if broken not in answer.stdout] == []


def test_only_the_settings_read_the_environment() -> None:
    reads = re.compile(r"(?<!/)\benviron(b)?\b|\bgetenv\b|\bputenv\b")
    readers = [
        path
        for path in MODULES
        # most do not even speak of it
        if reads.search(path.read_text(encoding="utf-8")) and reads.search("\n".join(_code_lines(path)))
    ]
    assert names(readers) == ["cinecore/settings.py"]


def _code_lines(path: Path) -> list[str]:
    """The file's code without docstrings and comments."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = None
    return ast.unparse(tree).splitlines()


def test_every_module_begins_with_its_job_and_fits_a_reader() -> None:
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert ast.get_docstring(ast.parse(text)), f"{path} does not say its job"
        assert len(text.splitlines()) <= 500, f"{path} wants to be two"


def test_no_module_is_called_after_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "base"}
    assert [path for path in MODULES if path.stem in vague] == []


def test_every_ignore_carries_its_reason() -> None:
    folders = ("src", "tests", "samples", "bench", "scripts")
    bare = re.compile(r"#\s*(type:\s*ignore(\[[^\]]*\])?|noqa(:\s*[A-Z0-9, ]+)?)\s*$")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []


def options() -> set[str]:
    command = get_command(app)
    return {
        word
        for part in [command, *command.commands.values()]
        for parameter in part.params
        for word in parameter.opts
        if word.startswith("--")
    }


def guide() -> str:
    return (ROOT / "docs/guide.md").read_text(encoding="utf-8")


def test_every_option_and_command_is_in_the_guide() -> None:
    text = guide()
    missing = [word for word in sorted(options()) if f"`{word}" not in text and f" [{word}" not in text]
    missing += [
        word for word in get_command(app).commands if word != "make" and f"cinecut {word}" not in text
    ]
    assert missing == []


def test_every_option_in_the_guide_exists() -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", guide()))
    assert named - options() - {"--help"} == set()


def test_every_setting_is_in_the_guide_and_every_variable_is_known() -> None:
    text = guide()
    assert [knob.name for knob in knobs() if f"`{knob.name}`" not in text] == []
    variables = {name.lower() for name in re.findall(r"CINECUT_([A-Z][A-Z_]*)", text)}
    assert variables - {knob.name for knob in knobs()} - OTHER_VARIABLES == set()


def test_every_option_command_and_setting_of_vidpipe_is_in_its_guide_and_no_other() -> None:
    text = (ROOT / "docs/vidpipe.md").read_text(encoding="utf-8")
    command = get_command(vidpipe_app)
    known = {
        word
        for part in [command, *command.commands.values()]
        for parameter in part.params
        for word in parameter.opts
        if word.startswith("--")
    }
    ours = known - {"--help", "--version"}
    assert [word for word in sorted(ours) if f"`{word}" not in text and f" {word} " not in text] == []
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) - known == set()
    assert [name for name in command.commands if f"vidpipe {name}" not in text] == []
    assert [knob.name for knob in vidpipe_knobs() if f"`{knob.name}`" not in text] == []


def test_what_may_stand_beside_a_film_is_in_the_guide() -> None:
    paragraph = re.search(r"for taste only:(.*?)Anything else", guide(), re.DOTALL)
    assert paragraph is not None
    named = set(re.findall(r"`([a-z_]+)`", paragraph[1])) - {"none", "composed"}
    assert named == {knob.name for knob in knobs() if knob.is_taste}


def test_every_exit_status_is_in_the_guide_and_the_help() -> None:
    kinds = [value for value in vars(errors).values() if isinstance(value, type)]
    used = {kind.exit_status for kind in kinds if issubclass(kind, errors.CineError)} | {0, 2}
    listed = {int(number) for number in re.findall(r"^\| (\d+) \|", guide(), re.MULTILINE)}
    assert listed == used


def test_links_between_documents_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_requirements_are_pinned_with_hashes_and_name_no_registry() -> None:
    for name in ("base", "dev", "ffmpeg"):
        text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
        assert "://" not in text
        assert "index-url" not in text
        entries = [entry for entry in re.split(r"\n(?=[a-z])", text) if "==" in entry]
        assert entries
        assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_every_dependency_is_pinned_and_has_its_reason() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wanted = re.findall(r'^  "([a-z0-9-]+)>=', project, re.MULTILINE)
    reasons = (ROOT / "docs/decisions/0001-dependencies.md").read_text(encoding="utf-8")
    pinned = (ROOT / "requirements/dev.txt").read_text(encoding="utf-8")
    assert len(wanted) > 10
    assert [name for name in wanted if name not in reasons] == []
    assert [name for name in wanted if not re.search(rf"^{name}==", pinned, re.MULTILINE)] == []


def test_each_make_target_says_what_it_does() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):", text, re.MULTILINE)
    assert {"setup", "demo", "test", "test-all", "check", "bench", "clean"} <= set(targets)
    assert [name for name in targets if not re.search(rf"^{name}:.*## .+", text, re.MULTILINE)] == []


def test_ci_runs_the_checks_and_the_tests() -> None:
    lines = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert "set -euo pipefail" in lines
    assert lines[-2:] == ["make check", "make test"]


def test_shell_programs_stop_at_the_first_error() -> None:
    for path in (ROOT / "scripts").glob("*.sh"):
        assert "set -euo pipefail" in path.read_text(encoding="utf-8"), path
        subprocess.run(["bash", "-n", str(path)], check=True, timeout=20)


def test_no_two_test_files_share_a_name() -> None:
    """Folders of tests are no packages, so that two files of one name cannot both be collected."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
