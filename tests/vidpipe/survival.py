"""The small story that tests of a project's survival tell, and what its end must be."""

from __future__ import annotations

from collections import Counter

from tests.vidpipe.small_projects import SMALL, Place

STORY = (
    "1. An old man walks along a wide empty field in the morning.\n"
    "2. The old man looks at the sea from a beach.\n"
    "3. A dog runs in a park.\n"
)
ASK = ("--total", "6", "--seed", "4")


def generate_words(place: Place) -> tuple[object, ...]:
    return ("generate", STORY, *SMALL, *ASK, "--output", place.video)


def resumed(place: Place, **variables: str) -> dict[str, object]:
    done = place.process("resume", place.project_id()[:6], "--json", **variables)
    assert done.status == 0, done
    return done.said


def assert_same_end(place: Place, undisturbed: Place) -> None:
    assert place.video.read_bytes() == undisturbed.video.read_bytes()
    assert Counter(place.submissions()) == {0: 1, 1: 1, 2: 1}
    analysed = place.rows(
        "SELECT scene_index, COUNT(*) AS times FROM events WHERE kind = 'clip_analysed' GROUP BY scene_index"
    )
    assert [(row["scene_index"], row["times"]) for row in analysed] == [(0, 1), (1, 1), (2, 1)]
    assert_nothing_temporary(place)


def assert_nothing_temporary(place: Place) -> None:
    """Nothing that a dead run wrote by a temporary name is left, and no clip twice."""
    hidden = [path for path in place.folder.rglob("*") if path.name.startswith(".") and path.name != ".lock"]
    assert hidden == []
    assert [path.name for path in place.folder.iterdir() if path.is_file()] == [place.video.name]
    assert list((place.data / "scraps").iterdir()) == []
    assert list((place.data / "jobs").rglob("*.mp4")) == []
