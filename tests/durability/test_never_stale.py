"""Whatever is changed between two runs, in whatever order: the result is that of a run from scratch."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import pytest
from tests.durability.small_film import LINES, RESULTS, Place, make_film, new_place

from cinecut.compose import make_trailer
from cinecut.settings import TrailerSettings

pytestmark = pytest.mark.media

MANIFEST = "TRAILER_MANIFEST.json"

NOT_OURS_TO_GUESS = {"outputs.json", "manifests_written.json", ".lock"}
"""Without these we cannot know what is a person's: then it is left alone, as the contract says."""

HONOURED_AFTER = {"effects", "delete the trailer", "nothing", "delete an artefact"}
"""Edits that narrative does not read: a manifest changed by hand stays as it is."""


@dataclass
class World:
    """The folder that is worked in, what its run is asked for, and the films that may lie in it."""

    place: Place
    films: tuple[Path, Path]
    dice: random.Random
    settings: TrailerSettings
    clock: int = 0
    scratch: dict[str, dict[str, bytes]] = field(default_factory=dict)

    def change(self, **what: object) -> None:
        self.settings = replace(self.settings, **what)  # type: ignore[arg-type]  # each edit names one field

    def touch(self, path: Path) -> None:
        """A time that this file never had: whole seconds, each later than the one before."""
        self.clock += 1
        os.utime(path, ns=(0, (1_700_000_000 + self.clock) * 10**9))


def vibe(world: World) -> None:
    world.change(vibe=world.dice.choice(["action", "drama", "horror", "music"]))


def duration(world: World) -> None:
    world.change(duration_s=Fraction(world.dice.choice([6, 7])))


def seed(world: World) -> None:
    world.change(seed=world.dice.randrange(3))


def title(world: World) -> None:
    world.change(title=world.dice.choice([None, "Another Name", ""]))


def spoilers(world: World) -> None:
    world.change(spoilers=world.dice.choice(["mild", "full"]))


def effects(world: World) -> None:
    world.change(effects=not world.settings.effects)


def subtitles(world: World) -> None:
    text = LINES.replace("Help me", world.dice.choice(["Help us", "Wait", "Help me"]))
    (world.place.folder / "film.srt").write_text(text, "utf-8")


def no_subtitles(world: World) -> None:
    world.change(subtitle=None if world.settings.subtitle else world.place.folder / "film.srt")


def part(world: World) -> None:
    world.change(out_s=world.dice.choice([None, Fraction(22)]))


def touch_film(world: World) -> None:
    world.touch(world.place.film)


def swap_film(world: World) -> None:
    shutil.copyfile(world.dice.choice(world.films), world.place.film)
    world.touch(world.place.film)


def delete_artefact(world: World) -> None:
    files = [
        path
        for path in sorted(world.place.work.rglob("*"))
        if path.is_file() and path.name not in NOT_OURS_TO_GUESS
    ]
    if files:
        world.dice.choice(files).unlink()


def delete_trailer(world: World) -> None:
    for path in world.place.folder.glob("film_trailer_*.mp4"):
        path.unlink()


def edit_manifest(world: World) -> None:
    """A person writes a remark into a clip, which changes nothing that is seen."""
    path = world.place.work / MANIFEST
    if path.exists():
        document = json.loads(path.read_text("utf-8"))
        document["clips"][0]["reasoning"] = f"by hand {world.dice.randrange(10**6)}"
        path.write_text(json.dumps(document, indent=2), "utf-8")


def nothing(world: World) -> None:
    del world


EDITS: dict[str, Callable[[World], None]] = {
    "vibe": vibe,
    "duration": duration,
    "seed": seed,
    "title": title,
    "spoilers": spoilers,
    "effects": effects,
    "subtitles": subtitles,
    "no subtitles": no_subtitles,
    "part": part,
    "touch the film": touch_film,
    "swap the film": swap_film,
    "delete an artefact": delete_artefact,
    "delete the trailer": delete_trailer,
    "edit the manifest": edit_manifest,
    "nothing": nothing,
}


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("films")
    return make_film(folder / "one.mp4"), make_film(folder / "two.mp4", seed=2, reverse=True)


def world_in(folder: Path, films: tuple[Path, Path], number: int) -> World:
    place = new_place(folder, "worked", films[0])
    settings = TrailerSettings(
        place.film,
        place.folder / "film.srt",
        "action",
        Fraction(6),
        music="none",
        effects=False,
        jobs=2,
    )
    world = World(place, films, random.Random(number), settings)
    world.touch(place.film)
    return world


def make(settings: TrailerSettings) -> None:
    make_trailer(settings, listen=lambda _: None, say=lambda _: None)


def results(place: Place, settings: TrailerSettings) -> dict[str, bytes]:
    names = (*RESULTS, f"film_trailer_{settings.vibe}.mp4")
    return {name: (place.folder / name).read_bytes() for name in names}


def from_scratch(world: World, parent: Path) -> dict[str, bytes]:
    """What a run in an empty folder makes of the same film, subtitles and settings; remembered by them."""
    lines = (world.place.folder / "film.srt").read_bytes() if world.settings.subtitle else b""
    status = world.place.film.stat()
    asked = replace(world.settings, film=None, subtitle=None)
    key = repr((asked, lines, status.st_size, status.st_mtime_ns))
    if key not in world.scratch:
        place = new_place(parent, f"empty{len(world.scratch):02}", world.place.film)
        (place.folder / "film.srt").write_bytes(lines)
        subtitle = place.folder / "film.srt" if world.settings.subtitle else None
        settings = replace(world.settings, film=place.film, subtitle=subtitle)
        make(settings)
        world.scratch[key] = results(place, settings)
        shutil.rmtree(place.folder)
    return world.scratch[key]


def live_through(world: World, parent: Path, names: list[str]) -> list[str]:
    """Edit, run, compare, again and again; returns what differed, each named by the edits before it."""
    wrong: list[str] = []
    make(world.settings)
    manifest = world.place.work / MANIFEST
    edited: bytes | None = None
    for number, name in enumerate(names, 1):
        before = edited
        EDITS[name](world)
        if name == "edit the manifest":
            edited = manifest.read_bytes()
        make(world.settings)
        got = results(world.place, world.settings)
        if edited is not None and got[RESULTS[0]] == edited:
            if name not in HONOURED_AFTER and before == edited:
                expected = from_scratch(world, parent)
                # an edit that led back to what was asked before (another seed, then the same) changes nothing
                if json.loads(expected[RESULTS[0]])["clips"][1:] != json.loads(edited)["clips"][1:]:
                    wrong.append(f"{number}: a stale edited manifest after {name!r}")
            continue
        edited = None
        expected = from_scratch(world, parent)
        wrong += [f"{number}: {file} after {names[:number]}" for file in got if got[file] != expected[file]]
    return wrong


def test_no_edit_in_any_order_gives_a_stale_result(films: tuple[Path, Path], tmp_path: Path) -> None:
    names = ["swap the film", "effects", "delete an artefact", "vibe", "edit the manifest", "subtitles"]
    assert live_through(world_in(tmp_path, films, 1), tmp_path, names) == []


@pytest.mark.sweep
@pytest.mark.timeout(1800)
def test_fifty_edits_in_random_order_never_give_a_stale_result(
    films: tuple[Path, Path], tmp_path: Path
) -> None:
    dice = random.Random(50)
    names = [dice.choice(sorted(EDITS)) for _ in range(50)]
    assert live_through(world_in(tmp_path, films, 50), tmp_path, names) == []
