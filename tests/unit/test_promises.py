"""The table of promises names real tests and programs, and says `kept` only where one holds."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/promises.md"


def rows() -> list[tuple[str, list[str], str]]:
    """Promise, what holds it, state."""
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3 and cells[0] != "promise" and not set(cells[0]) <= {"-"}:
            found.append((cells[0], re.findall(r"`([^`]+)`", cells[1]), cells[2]))
    return found


@cache
def functions(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def is_real(name: str) -> bool:
    if name.startswith("make "):
        return (
            re.search(rf"^{name.split()[1]}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
            is not None
        )
    path, _, function = name.partition("::")
    file = ROOT / path
    if not file.is_file():
        return False
    return function in functions(file) if function else path.startswith("bench/")


def test_every_test_that_a_promise_names_exists() -> None:
    assert [name for _, held_by, _ in rows() for name in held_by if not is_real(name)] == []


def test_every_promise_is_kept_by_something_or_open() -> None:
    table = rows()
    assert len(table) > 40
    assert [promise for promise, _, state in table if state not in {"kept", "open"}] == []
    assert [promise for promise, held_by, state in table if state == "kept" and not held_by] == []


def test_no_promise_stands_twice() -> None:
    promises = [promise for promise, _, _ in rows()]
    assert len(promises) == len(set(promises))
