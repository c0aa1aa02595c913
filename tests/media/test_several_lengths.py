"""Several lengths and shapes of a real run: looked at once, each a file of its own, one that fails loses no other."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.durability.small_film import PLAIN, Place, make_film, new_place

from cinecore.ports import silent
from cinecut.compose import clean_work, render_manifest, work_status
from cinecut.settings import TrailerSettings

pytestmark = pytest.mark.media

TWO = ("--vision", "none", "--spoilers", "full", *PLAIN, "--duration", "6s,7s", "--aspect", "1:1")
FILES = ("--captions", "files")
NAMES = ["film_trailer_action_6s_1x1.mp4", "film_trailer_action_7s_1x1.mp4"]


@dataclass
class Story:
    """What became of one folder, step by step."""

    place: Place
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)
    """By step and name: inode and time."""

    def keep(self, step: str) -> None:
        trailers = {path.name: path.stat() for path in self.place.folder.glob("film_trailer_*.mp4")}
        self.files[step] = {name: (one.st_ino, one.st_mtime_ns) for name, one in trailers.items()}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A run whose second trailer finds the disk full, the same command again, and a look at what is there."""
    small = make_film(tmp_path_factory.mktemp("small") / "film.mp4")
    place = new_place(tmp_path_factory.mktemp("several"), "place", small)
    told = Story(place)
    ended = place.run(*TWO, failpoint="publish.rename@action_7s:1:ENOSPC")
    assert ended.status == 73, ended
    told.said["failed"] = ended.said
    told.keep("failed")
    again = place.here(*TWO, *FILES)
    assert again.status == 0, again
    told.said["again"] = again.said
    told.keep("again")
    told.said["plan"] = place.here(*TWO, "--dry-run").said
    return told


def test_one_that_fails_loses_no_other_and_all_are_told(story: Story) -> None:
    said = story.said["failed"]
    assert (said["ok"], said["exit_status"]) == (False, 73)
    told = [(one["cut"], one["failure"] and one["failure"]["exit_status"]) for one in said["cuts"]]
    assert told == [("6s_1x1", None), ("7s_1x1", 73)]
    assert said["cuts"][1]["output"] is None
    assert list(story.files["failed"]) == NAMES[:1]


def test_the_same_command_goes_on_and_looks_at_the_film_no_second_time(story: Story) -> None:
    said = story.said["again"]
    assert [Path(one["output"]).name for one in said["cuts"]] == NAMES
    assert story.files["again"][NAMES[0]] == story.files["failed"][NAMES[0]]
    ran = [one["stages_run"] for one in said["cuts"]]
    assert ran == [[], ["conform"]]
    for one, name in zip(
        said["cuts"], NAMES, strict=True
    ):  # what is said in each lies beside it under its name
        assert [Path(file).name for file in one["captions"]] == [
            str(Path(name).with_suffix(suffix)) for suffix in (".srt", ".vtt")
        ]
        assert all(Path(file).is_file() for file in one["captions"])
    assert [(one["measured"]["width"], one["measured"]["height"]) for one in said["cuts"]] == [(90, 90)] * 2
    assert [one["measured"]["duration_s"] for one in said["cuts"]] == [
        pytest.approx(6, abs=0.5),
        pytest.approx(7, abs=0.5),
    ]
    assert all(state["is_done"] for state in story.said["plan"]["plan"])
    first = [one for one in story.said["failed"]["cuts"] if one["failure"] is None]
    assert first[0]["stages_run"][:4] == ["proxy", "subtitles", "keyframes", "inference"]


def test_each_has_its_own_manifest_place_and_state_and_is_cleaned_with_the_rest(story: Story) -> None:
    place = story.place
    settings = TrailerSettings(place.film, place.folder / "film.srt", vision="none")
    assert [(one.name, one.output is not None) for one in work_status(settings).cuts] == [
        ("6s_1x1", True),
        ("7s_1x1", True),
    ]
    manifest = place.work / "cut_6s_1x1/TRAILER_MANIFEST.json"
    document = json.loads(manifest.read_text("utf-8"))
    document["title"] = "Another title"
    manifest.write_text(json.dumps(document), "utf-8")
    # a manifest of one of them is rendered in its shape and under its name, whatever is said about shapes
    done = render_manifest(TrailerSettings(None, manifest=manifest), listen=silent, say=lambda _: None)
    assert done.output is not None
    assert (done.output.name, done.measured["width"], done.measured["height"]) == (NAMES[0], 90, 90)
    assert [one.is_edited for one in work_status(settings).cuts] == [True, False]
    assert clean_work(settings, ["segments"])["segments"] > 0
    assert not list(place.work.glob("cut_*/segments"))
    clean_work(settings, ["all"])
    assert not place.work.exists()
    assert all((place.folder / name).is_file() for name in NAMES)
