"""Five hundred hand edits in a row: after each a valid manifest or one message; locked clips outlive every new plan."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.synthetic_film import make_film, rate_of
from tests.trailer_bars import broken_bars

from cinecore.errors import CineError, InputError
from cinecut.manifest.io import check_against_film, edited_clips, manifest_bytes, parse_manifest
from cinecut.manifest.layout import lay_out
from cinecut.manifest.schema import ACT_ORDER, Manifest
from cinecut.manifest.swap import swap
from cinecut.manifest.vibe import load_vibe
from cinecut.narrative.brief import Brief
from cinecut.narrative.locked import locks_of
from cinecut.narrative.plan import plan_trailer

RATE = rate_of()
FILE = Path("TRAILER_MANIFEST.json")
EDITS, REPLAN_EVERY = 500, 20


def edit(document: dict[str, Any], dice: random.Random) -> str:
    """One thing that a person with an editor does, well or badly; its name."""
    clips = document["clips"]
    at = dice.randrange(len(clips))
    clip = clips[at]
    length = clip["source_end_s"] - clip["source_start_s"]
    what = dice.choice(
        (
            "trim",
            "trim",
            "slide",
            "move",
            "remove",
            "double",
            "act",
            "transition",
            "title",
            "lock",
            "free",
            "spoil",
        )
    )
    if what == "trim":
        clip[dice.choice(("source_start_s", "source_end_s"))] += dice.uniform(-0.4, 0.4) * min(1.0, length)
    elif what == "slide":
        by = dice.uniform(-3, 3)
        clip["source_start_s"], clip["source_end_s"] = clip["source_start_s"] + by, clip["source_end_s"] + by
    elif what == "move":
        clips.insert(dice.randrange(len(clips)), clips.pop(at))
    elif what == "remove":
        clips.pop(at)
    elif what == "double":
        clips.insert(dice.randrange(len(clips)), dict(clip))
    elif what == "act":
        clip["act"] = dice.choice(ACT_ORDER)
    elif what == "transition":
        clip["transition"] = dice.choice(("hard_cut", "crossfade", "fade_to_black", "dissolve"))
        clip["transition_s"] = dice.choice((0, 0.3, 1.0, 9.0))
    elif what == "title" and document["titles"]:
        dice.choice(document["titles"])["text"] = dice.choice(("SOON", "", "x" * 500))
    elif what in {"lock", "free"}:
        clip["locked"] = what == "lock"
    else:
        clip[dice.choice(list(clip))] = dice.choice((None, -1, "", [], "zone", 1e9, {}))
    return what


def spans(manifest: Manifest, indices: tuple[int, ...]) -> list[tuple[str, float, float]]:
    order = sorted(indices, key=lambda i: (ACT_ORDER.index(manifest.clips[i].act), i))
    return [(clip.act, clip.source_start_s, clip.source_end_s) for clip in (manifest.clips[i] for i in order)]


def test_five_hundred_hand_edits_each_leave_a_valid_manifest_or_one_message() -> None:
    film = make_film(150, seed=6, lines_a_minute=8, credits_s=10, dissolves=0)
    duration_s = film[0].duration_s
    brief = Brief("a film.mp4", *film, (), load_vibe("thriller"), RATE, 15.0)
    first = written = now = plan_trailer(brief)
    dice = random.Random(17)
    refused: dict[str, int] = {}
    taken: dict[str, int] = {}
    messages: list[str] = []
    for number in range(1, EDITS + 1):
        what = "swap" if number % 5 == 0 else "replan" if number % REPLAN_EVERY == 1 else ""
        try:
            if what == "swap":
                after = swap(now, dice.randrange(1, len(now.clips) + 2), dice.randrange(1, 4), FILE)
            elif what == "replan":
                locked = edited_clips(written, now)
                after = plan_trailer(replace(brief, locked=locks_of(now, locked, RATE), seed=number))
            else:
                document = json.loads(manifest_bytes(now))
                what = edit(document, dice)
                after = parse_manifest(json.dumps(document).encode(), FILE)
            check_against_film(after, duration_s, FILE)
        except CineError as error:
            refused[what] = refused.get(what, 0) + 1
            messages.append(str(error))
            continue
        taken[what] = taken.get(what, 0) + 1
        assert parse_manifest(manifest_bytes(after), FILE) == after
        assert lay_out(after, RATE).frames > 0
        if what == "replan":
            kept = tuple(i for i, clip in enumerate(after.clips) if clip.locked)
            assert spans(after, kept) == spans(now, locked)
            assert edited_clips(after, after) == kept
            _assert_new_clips_keep_the_bars(after, film, set(kept))
            written = after
        now = after
        if len(now.clips) < 6 or len(edited_clips(written, now)) > 9:  # somebody begins again
            written = now = first
    assert all("Which:" in message or "Cause:" in message for message in messages)
    assert taken["swap"] > 10
    assert taken["replan"] > 10
    assert min(refused.get(what, 0) for what in ("double", "spoil", "swap")) > 0


def _assert_new_clips_keep_the_bars(manifest: Manifest, film, kept: set[int]) -> None:
    """What a person left may break a bar; what was planned round it may not."""
    own = [f"clip {i + 1}" for i in kept]
    broken = [
        bar
        for bar in broken_bars(manifest, *film, RATE, allows_montage=True)
        if not any(f"{name} " in f"{bar} " or name.removeprefix("clip ") in bar.split() for name in own)
        and not bar.startswith(("zones", "the cut at", "cards", "a breath", "no breath"))
    ]
    assert broken == []


def test_a_plan_round_locked_clips_keeps_their_act_order_and_frames() -> None:
    film = make_film(500, seed=3, lines_a_minute=8, credits_s=30)
    brief = Brief("a film.mp4", *film, (), load_vibe("action"), RATE, 45.0)
    plain = plan_trailer(brief)
    cut = plain.clips[5]
    trimmed = cut.model_copy(update={"source_end_s": round(cut.source_end_s - 7 / 24, 6)})
    edited = plain.model_copy(update={"clips": (*plain.clips[:5], trimmed, *plain.clips[6:])})
    indices = (1, 5, 6, len(plain.clips) - 3)
    again = plan_trailer(replace(brief, locked=locks_of(edited, indices, RATE), seed=8))
    kept = tuple(i for i, clip in enumerate(again.clips) if clip.locked)
    assert spans(again, kept) == spans(edited, indices)
    assert kept[2] == kept[1] + 1  # they stood side by side
    free = [clip for clip in again.clips if not clip.locked]
    assert len({clip.source_start_s for clip in free} - {clip.source_start_s for clip in plain.clips}) > 3
    late = {again.clips[i].source_end_s for i in kept if not again.clips[i].on_beat}
    assert trimmed.source_end_s in late
    broken = list(broken_bars(again, *film, RATE, allows_montage=True, asked_s=45.0))
    assert [bar for bar in broken if not bar.startswith("the cut at")] == []


def test_locked_clips_that_fill_the_trailer_leave_one_message() -> None:
    film = make_film(500, seed=3, lines_a_minute=8, credits_s=30)
    brief = Brief("a film.mp4", *film, (), load_vibe("drama"), RATE, 60.0)
    plain = plan_trailer(brief)
    locks = locks_of(plain, range(len(plain.clips) - 1), RATE)
    with pytest.raises(InputError, match="locked clips leave no place"):
        plan_trailer(replace(brief, locked=locks, duration_s=20.0))
