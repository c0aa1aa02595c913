"""The small story that tests of a project's survival tell, and what its end must be."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from tests.command_line import vidpipe
from tests.made_once import made_once
from tests.vidpipe.small_projects import SMALL, Place

STORY = (
    "1. An old man walks along a wide empty field in the morning.\n"
    "2. The old man looks at the sea from a beach.\n"
    "3. A dog runs in a park.\n"
)
ASK = ("--total", "6", "--seed", "4")


def undisturbed_place(factory: pytest.TempPathFactory) -> Place:
    """The project as it ends where nothing happens to it; for reading."""
    return Place(
        made_once(factory, "undisturbed-project", lambda folder: Place(folder).generate(STORY, *ASK))
    )


def generate_words(place: Place) -> tuple[object, ...]:
    return ("generate", STORY, *SMALL, *ASK, "--output", place.video)


def resume_words(place: Place) -> tuple[object, ...]:
    return ("resume", place.project_id()[:6], "--json")


def resumed(place: Place) -> dict[str, object]:
    """What is said of the only project, which goes on in this process, to its end."""
    done = vidpipe(*place.words(*resume_words(place)))
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


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
