"""Faults on order, for tests and demonstrations: what shall go wrong in which scene, read from JSON text.

Scenes are counted from 1, as on the command line. What is planted reaches the artist alone: no text, no
request and no result tells of it. Deliberately not here: going wrong.

    {"refuse": [{"scene": 2, "until_safety": 1, "when": "poll"}],   refused while `safety` is below 1
     "slow": [{"scene": 1, "seconds": 3}],                          takes so much longer
     "lose_reply": [2],                                             taken, but nobody hears so
     "fail": [{"scene": 3, "times": 1}],                            fails so often, then works
     "never_finish": [4],                                           runs for ever
     "plant": [{"scene": 2, "label": "car", "color": "red", "position": "right"},
               {"scene": 2, "photo": "/path/cat.png"}],
     "kill_worker": [2]}                                            its worker dies once, half way
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from cinecore.errors import InputError

ADVICE = "Correct the setting draft_faults, or leave it out."
TEXT_BYTES_AT_MOST = 64 * 1024
SAFETY_AT_MOST = 2
SECONDS_AT_MOST = 3600.0
POSITIONS = ("left", "center", "right")
WHENS = ("poll", "submit")


@dataclass(frozen=True)
class Plant:
    """A thing that nobody wrote and that shall be in the clip."""

    label: str = "thing"
    color: str = ""
    position: str = "right"
    photo: str | None = None

    def as_extra(self) -> tuple[str, str, str, str | None]:
        """As the artist takes it: label, colour, position, photograph."""
        return self.label, self.color, self.position, self.photo


@dataclass(frozen=True)
class Orders:
    """What shall go wrong with one job."""

    refuses: bool = False
    refuses_at_once: bool = False
    """At submission already; no job is taken then."""
    slow_s: float = 0.0
    loses_reply: bool = False
    fails: bool = False
    never_finishes: bool = False
    kills_worker: bool = False
    plants: tuple[Plant, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """For the job's file."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """From the job's file."""
        plants = tuple(Plant(**plant) for plant in value.get("plants", ()))
        return cls(**{**value, "plants": plants})


@dataclass(frozen=True)
class Faults:
    """All that was ordered; empty: everything works."""

    refuse: tuple[tuple[int, int, str], ...] = ()
    """(scene, safety from which on it is granted, when it is said)."""
    slow: tuple[tuple[int, float], ...] = ()
    lose_reply: frozenset[int] = frozenset()
    fail: tuple[tuple[int, int], ...] = ()
    never_finish: frozenset[int] = frozenset()
    plant: tuple[tuple[int, Plant], ...] = ()
    kill_worker: frozenset[int] = frozenset()

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """The orders in a JSON text; None or nothing but blanks: none.

        Raises:
            InputError: It is not JSON of that form; the message names what cannot be read.
        """
        if text is None or not text.strip():
            return cls()
        if len(text) > TEXT_BYTES_AT_MOST:
            raise InputError(f"These faults are {len(text)} letters long.", None, ADVICE)
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InputError(f"The faults on order are not JSON: {error}.", text[:200], ADVICE) from None
        if not isinstance(value, dict):
            raise InputError("The faults on order must be a JSON object.", text[:200], ADVICE)
        known = {"refuse", "slow", "lose_reply", "fail", "never_finish", "plant", "kill_worker"}
        for name in value:
            if name not in known:
                raise InputError(
                    f"There is no such fault; there are {', '.join(sorted(known))}.", name, ADVICE
                )
        return cls(
            refuse=tuple(
                (
                    _scene(item, "refuse"),
                    int(_number(item, "refuse", "until_safety", 1, 0, SAFETY_AT_MOST + 1)),
                    _choice(item, "refuse", "when", WHENS, WHENS[0]),
                )
                for item in _objects(value, "refuse", {"scene", "until_safety", "when"})
            ),
            slow=tuple(
                (_scene(item, "slow"), _number(item, "slow", "seconds", 1.0, 0.0, SECONDS_AT_MOST))
                for item in _objects(value, "slow", {"scene", "seconds"})
            ),
            lose_reply=_scenes(value, "lose_reply"),
            fail=tuple(
                (_scene(item, "fail"), int(_number(item, "fail", "times", 1, 0, 1000)))
                for item in _objects(value, "fail", {"scene", "times"})
            ),
            never_finish=_scenes(value, "never_finish"),
            plant=tuple(
                (_scene(item, "plant"), _plant(item))
                for item in _objects(value, "plant", {"scene", "label", "color", "position", "photo"})
            ),
            kill_worker=_scenes(value, "kill_worker"),
        )

    def orders(self, scene_index: int, safety: int, failed_before: int) -> Orders:
        """What shall go wrong with a job for a scene (counted from 0).

        `failed_before` counts the jobs for this scene that were made to fail already.
        """
        scene = scene_index + 1
        refusals = [when for number, until, when in self.refuse if number == scene and safety < until]
        return Orders(
            refuses=bool(refusals),
            refuses_at_once="submit" in refusals,
            slow_s=sum(seconds for number, seconds in self.slow if number == scene),
            loses_reply=scene in self.lose_reply,
            fails=failed_before < sum(times for number, times in self.fail if number == scene),
            never_finishes=scene in self.never_finish,
            kills_worker=scene in self.kill_worker,
            plants=tuple(plant for number, plant in self.plant if number == scene),
        )


def _objects(value: Mapping[str, Any], name: str, keys: set[str]) -> Iterable[dict[str, Any]]:
    items = value.get(name, [])
    if not isinstance(items, list):
        raise InputError(f"{name!r} must be a list.", str(items)[:80], ADVICE)
    for item in items:
        if not isinstance(item, dict):
            raise InputError(f"{name!r} must hold objects with a scene.", str(item)[:80], ADVICE)
        for key in item:
            if key not in keys:
                raise InputError(f"{name!r} knows {', '.join(sorted(keys))}.", key, ADVICE)
        yield item


def _scenes(value: Mapping[str, Any], name: str) -> frozenset[int]:
    items = value.get(name, [])
    if not isinstance(items, list):
        raise InputError(f"{name!r} must be a list of scenes.", str(items)[:80], ADVICE)
    return frozenset(_scene({"scene": item}, name) for item in items)


def _scene(item: Mapping[str, Any], name: str) -> int:
    scene = item.get("scene")
    if isinstance(scene, bool) or not isinstance(scene, int) or scene < 1:
        raise InputError(f"{name!r} needs a scene, counted from 1.", str(scene), ADVICE)
    return scene


def _number(item: Mapping[str, Any], name: str, key: str, default: float, least: float, most: float) -> float:
    value = item.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise InputError(f"{name!r}: {key} must be {least:g} to {most:g}.", str(value)[:80], ADVICE)
    return value


def _choice(item: Mapping[str, Any], name: str, key: str, choices: tuple[str, ...], default: str) -> str:
    value = item.get(key, default)
    if value not in choices:
        raise InputError(f"{name!r}: {key} must be {' or '.join(choices)}.", str(value)[:80], ADVICE)
    return str(value)


def _plant(item: Mapping[str, Any]) -> Plant:
    photo = item.get("photo")
    if photo is not None:
        if not isinstance(photo, str) or not Path(photo).is_file():
            raise InputError("The photograph to plant is not there.", str(photo), ADVICE)
        photo = str(Path(photo).absolute())
    words = {}
    for key in ("label", "color"):
        word = item.get(key, "")
        if not isinstance(word, str) or len(word) > 80:
            raise InputError(f"'plant': {key} must be a word.", str(word)[:80], ADVICE)
        words[key] = word
    if photo is None and not words["label"]:
        raise InputError("'plant' needs a label or a photo.", str(dict(item))[:80], ADVICE)
    return Plant(
        label=words["label"] or "photo",
        color=words["color"],
        position=_choice(item, "plant", "position", POSITIONS, "right"),
        photo=photo,
    )
