"""A run that ends while the embedded eyes look at stills: the next one looks at the others only, and ends with the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.durability.small_film import PLAIN, Place, guarded_processes, make_film, new_place

pytestmark = [pytest.mark.media, pytest.mark.model]

SEEING = (*PLAIN, "--vision", "embedded")
POINT = "journal.write"


@dataclass(frozen=True)
class Seen:
    """A run with the eyes open to which nothing happened."""

    film: Path
    results: dict[str, bytes]
    records: int
    """Looks and descriptions that it kept."""


def traced(place: Place, trace: Path) -> int:
    """Run to the end; how often something was kept in a journal."""
    ended = place.run(*SEEING, failpoint=f"trace:{trace}")
    assert ended.status == 0, ended.errors
    return sum(line.split("\t")[0] == POINT for line in trace.read_text().splitlines())


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    parent = tmp_path_factory.mktemp("seen")
    film = make_film(parent / "original.mp4")
    place = new_place(parent, "reference", film)
    records = traced(place, parent / "trace")
    return Seen(film, place.results(), records)


def strike(seen: Seen, folder: Path, number: int, action: str) -> None:
    """A run that is struck at a record, and the next one."""
    place = new_place(folder, f"{number}{action}", seen.film)
    struck = place.run(*SEEING, failpoint=f"{POINT}:{number}:{action}")
    assert struck.status == (-9 if action == "kill" else 73), struck.errors
    assert guarded_processes(place.folder) == []
    again = traced(place, folder / f"trace{number}{action}")
    assert again == seen.records - (number - 1), "what was kept is not looked at again"
    assert place.results() == seen.results
    assert place.temporaries() == []


@pytest.mark.parametrize("action", ["kill", "ENOSPC"])
def test_a_run_that_ends_amid_looking_repeats_only_the_still_in_hand(
    seen: Seen, tmp_path: Path, action: str
) -> None:
    assert seen.records >= 4
    strike(seen, tmp_path, 3, action)


@pytest.mark.sweep
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("action", ["kill", "ENOSPC", "EIO"])
def test_no_fault_at_any_look_changes_the_end(seen: Seen, tmp_path: Path, action: str) -> None:
    for number in range(1, seen.records + 1):
        strike(seen, tmp_path, number, action)
