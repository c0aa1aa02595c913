"""A run that dies or fails at any durable boundary leaves nothing behind, and the next one ends with the same bytes."""

from __future__ import annotations

import ast
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.durability.small_film import PLAIN, guarded_processes, make_film, new_place, wait_until

from cinecore.errors import InputError
from cinecore.failpoints import POINTS, VIDEO_POINTS, actions_at, arm

pytestmark = pytest.mark.media

GONE_SECONDS = 3.0

STATUSES = {"kill": {-9}, "exit": {70}, "kill-child": {70}, "ENOSPC": {73}, "EIO": {73}}
"""How the struck run ends."""

OTHER_STATUSES = {"folder.fsync": {0}, "report.write": {0}, "spawn.start": {69}}
"""A folder that cannot be synced is left alone, a page about a trailer never costs the trailer; a program that
cannot be started is named as missing."""

HITS_SWEPT = 3
"""Of each point: the first time, the last, and one between."""


@dataclass(frozen=True)
class Undisturbed:
    """A run that nothing happened to, and how often it passed each point."""

    film: Path
    results: dict[str, bytes]
    passed: Counter[str]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    parent = tmp_path_factory.mktemp("undisturbed")
    film = make_film(parent / "original.mp4")
    place = new_place(parent, "reference", film)
    trace = parent / "trace"
    ended = place.run(*PLAIN, failpoint=f"trace:{trace}")
    assert ended.status == 0, ended.errors
    assert place.temporaries() == []
    return Undisturbed(
        film, place.results(), Counter(line.split("\t")[0] for line in trace.read_text().splitlines())
    )


def source_points() -> Counter[str]:
    """The names that the program's sources pass to `hit`, and how many places pass each."""
    found: Counter[str] = Counter()
    for path in sorted((Path(__file__).resolve().parents[2] / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "hit":
                assert isinstance(node.args[0], ast.Constant), f"{path}: a point's name stands where it lies"
                found[str(node.args[0].value)] += 1
    return found


def test_every_point_is_listed_once_and_passed_by_a_small_run(undisturbed: Undisturbed) -> None:
    assert source_points() == Counter(dict.fromkeys({**POINTS, **VIDEO_POINTS}, 1))
    assert set(undisturbed.passed) == set(POINTS)


@pytest.mark.parametrize("spec", ["nowhere:1:kill", "exit:0:kill", "exit:1:ENOSPC", "exit:x:kill", "exit"])
def test_what_cannot_happen_is_refused(spec: str) -> None:
    with pytest.raises(InputError, match="CINECUT_FAILPOINT"):
        arm(spec)


def strike(undisturbed: Undisturbed, parent: Path, point: str, number: int, action: str) -> str:
    """One fault, then a run without, this file's promise asserted; status, stages and segments reused."""
    place = new_place(parent, f"fault-{point}-{number}-{action}", undisturbed.film)
    struck = place.run(*PLAIN, failpoint=f"{point}:{number}:{action}")
    expected = OTHER_STATUSES.get(point) if action in {"ENOSPC", "EIO"} else None
    assert struck.status in (expected or STATUSES[action]), struck.errors
    assert "Traceback" not in struck.errors
    assert "Unexpected" not in struck.errors
    if struck.status > 0 and action != "exit":
        assert struck.errors.count("Error: ") == 1, struck.errors
    assert wait_until(lambda: not guarded_processes(place.folder), GONE_SECONDS)
    if struck.status >= 0 and action != "exit":
        assert place.temporaries() == [], "a run that fails tidies up itself"
    done, segments = place.stages_done(), place.segments()
    again = place.here(*PLAIN)
    assert again.status == 0, again.errors
    assert place.results() == undisturbed.results
    assert place.temporaries() == []
    assert guarded_processes(place.folder) == []
    assert set(done) <= set(again.said["stages_reused"]), "finished stages are not repeated"
    if "conform" in again.said["stages_run"]:
        assert again.said["segments_reused"] >= len(segments), "finished segments are not repeated"
    return f"{struck.status}\t{len(again.said['stages_reused'])}\t{again.said['segments_reused']}"


@pytest.mark.parametrize(
    ("point", "part", "action"),
    [
        ("still.write", 0.5, "kill"),
        ("atomic.fsync", 0.4, "ENOSPC"),
        ("spawn.watched", 1.0, "kill-child"),  # while the finished file is measured
        ("publish.rename", 0.4, "EIO"),
    ],
)
def test_after_a_fault_the_next_run_ends_as_if_nothing_had_happened(
    undisturbed: Undisturbed, tmp_path: Path, point: str, part: float, action: str
) -> None:
    number = 1 + round(part * (undisturbed.passed[point] - 1))
    strike(undisturbed, tmp_path, point, number, action)


def swept() -> list[tuple[str, str]]:
    return [(point, action) for point in POINTS for action in actions_at(point)]


@pytest.mark.sweep
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("point", "action"), swept())
def test_no_fault_at_any_point_changes_the_end(
    undisturbed: Undisturbed,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    point: str,
    action: str,
) -> None:
    last = undisturbed.passed[point]
    numbers = {1, last}
    between = range(2, last)
    numbers |= set(random.Random(f"{point} {action}").sample(between, min(HITS_SWEPT - 2, len(between))))
    for number in sorted(numbers):
        row = strike(undisturbed, tmp_path, point, number, action)
        record_property("swept", f"{point}\t{number}/{last}\t{action}\t{row}")


@pytest.mark.parametrize("point", ["publish.rename", "publish.renamed"])
def test_a_trailer_made_earlier_is_replaced_whole_or_not_at_all_and_stays_known_as_ours(
    undisturbed: Undisturbed, tmp_path: Path, point: str
) -> None:
    place = new_place(tmp_path, "earlier", undisturbed.film)
    assert place.here(*PLAIN, "--seed", "5").status == 0
    name = "film_trailer_action.mp4"
    earlier = place.results()[name]
    assert place.run(*PLAIN, failpoint=f"{point}@{name}:1:kill").status == -9
    assert (place.folder / name).read_bytes() == (
        earlier if point == "publish.rename" else undisturbed.results[name]
    )
    again = place.here(*PLAIN)
    assert again.status == 0, again.errors
    assert again.said["stages_run"] == ["conform"]
    assert again.said["segments_rendered"] == 0
    assert place.results() == undisturbed.results
    assert place.temporaries() == []
