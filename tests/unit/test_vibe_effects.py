"""Every field of a vibe changes something that is shown or heard: the manifest, the timeline or the score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.synthetic_film import make_film, rate_of

from cinecore.audio.score import ScorePlan, ScoreSection, compose
from cinecore.files import digest_bytes
from cinecore.media import AudioStream, MediaFile, VideoStream
from cinecore.timebase import FrameRate
from cinecore.timeline import BeatGrid
from cinecore.work.fingerprint import fingerprint
from cinecut.assembly.assemble import assemble
from cinecut.assembly.compile import compile_timeline
from cinecut.manifest.schema import MusicBed
from cinecut.manifest.vibe import load_vibe, vibe_names
from cinecut.manifest.vibe_profile import VibeProfile
from cinecut.narrative.brief import Brief
from cinecut.narrative.plan import plan_trailer

RATE = rate_of()

LABELS = {("name",), ("about",), ("aliases",), ("bpm_low",), ("bpm_high",)}
"""Names and search words; the range of tempi bounds the tracking of a user's music (its own test)."""

OTHER_VALUES: dict[tuple[str, ...], Any] = {
    ("loudness_lufs",): -23.0,
    ("act_seconds",): (9.0, 6.0, 3.0),
    ("act_shares",): (0.2, 0.5, 0.3),
    ("clips_low",): 60,
    ("clips_high",): 80,
    ("dialogue_share",): 0.05,
    ("allows_montage",): None,
    ("primary",): "fade_to_white",
    ("secondary",): "fade_to_white",
    ("transition_s",): 1.5,
    ("bpm",): 97.0,
    ("title", "font"): "Rye",
    ("title", "case"): "upper",
    ("title", "color"): "#ff0000",
    ("title", "ground"): ("#112233", "#332211"),
    ("title", "animation"): "slam",
    ("breath", "prefers"): None,
    ("breath", "effect"): "clock",
    ("effects", "act_change"): "reverse",
    ("effects", "into_drop"): "reverse",
    ("effects", "on_title"): "gong",
    ("effects", "on_last_shot"): "gong",
    ("music", "mode"): "major",
    ("music", "root"): "F#",
    ("music", "progression"): (1, 2),
    ("music", "chord"): "cluster",
    ("music", "lead"): "marimba",
    ("music", "lead_line"): "ostinato",
    ("music", "bass"): "organ",
    ("music", "bass_line"): "walking",
    ("music", "pad"): "choir",
    ("music", "percussion"): "stomps",
    ("music", "hits"): ("whip", "whip"),
    ("music", "breath"): "rain",
}


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for field in fields(value):
        inner = getattr(value, field.name)
        if is_dataclass(inner):
            yield from leaves(inner, (*path, field.name))
        else:
            yield (*path, field.name)


def changed(value: Any, path: tuple[str, ...], other: Any) -> Any:
    name, *rest = path
    inner = getattr(value, name)
    return replace(value, **{name: changed(inner, tuple(rest), other) if rest else other})


def other_value(path: tuple[str, ...], now: Any) -> Any:
    if path == ("allows_montage",):
        return not now
    if path == ("music", "swing"):
        return 1.0
    if path == ("music", "density"):
        return 0.1
    if path == ("breath", "prefers"):
        return "black" if now == "held" else "held"
    if path == ("music", "bass"):
        return "upright" if now != "upright" else "synth"
    if path in OTHER_VALUES:
        return type(now)(OTHER_VALUES[path])
    return now * 0.8 if now else 0.1


BASES = {("allows_montage",): "action", ("music", "mode"): "drama"}
"""A field that works on something a vibe may lack is tried on one that has it."""

BASE, MUSIC_BASE = "drama", "music"

PATHS = [path for path in leaves(load_vibe(BASE)) if path not in LABELS]


@pytest.fixture(scope="module")
def film() -> Any:
    return make_film(900, seed=12, lines_a_minute=8, credits_s=60)


@pytest.fixture(scope="module")
def media() -> MediaFile:
    rate = FrameRate(Fraction(24))
    video = VideoStream(
        0,
        "h264",
        640,
        360,
        Fraction(1),
        0,
        "yuv420p",
        8,
        rate,
        rate,
        Fraction(1, 24),
        Fraction(0),
        None,
        None,
    )
    sound = AudioStream(1, "aac", 2, "stereo", 48000, Fraction(0), None)
    return MediaFile(Path("film.mp4"), "mp4", Fraction(0), Fraction(900), 1, video, (sound,))


def shown_and_heard(film: Any, media: MediaFile, vibe: VibeProfile, bed: MusicBed) -> str:
    brief = Brief("film.mp4", *film, (), vibe, RATE, 90.0, title="A Title", music_bed=bed)
    assembled = assemble(plan_trailer(brief), vibe, RATE)
    timeline = compile_timeline(assembled, media, "identity", vibe)
    # the recipe of the score holds the palette as it is: what it does to the sound has a test of its own
    cues = [cue for cue in timeline.cues if "palette" not in getattr(cue.sound, "recipe", "")]
    return fingerprint(timeline=replace(timeline, cues=tuple(cues)), clips=assembled.model_dump(mode="json"))


@pytest.fixture(scope="module")
def as_it_is(film: Any, media: MediaFile) -> dict[str, str]:
    vibe = load_vibe(BASE)
    return {kind: shown_and_heard(film, media, vibe, MusicBed(kind=kind)) for kind in ("composed", "none")}


@pytest.mark.parametrize("path", [path for path in PATHS if path[0] != "music"], ids=".".join)
def test_every_field_of_a_vibe_is_seen_or_heard(
    path: tuple[str, ...], film: Any, media: MediaFile, as_it_is: dict[str, str]
) -> None:
    vibe = load_vibe(BASES.get(path, BASE))
    now: Any = vibe
    for name in path:
        now = getattr(now, name)
    other = changed(vibe, path, other_value(path, now))
    # where music is composed it leads into its own drop; the vibe's passage is for other music
    kind = "none" if path == ("effects", "into_drop") else "composed"
    before = shown_and_heard(film, media, vibe, MusicBed(kind=kind)) if path in BASES else as_it_is[kind]
    assert shown_and_heard(film, media, other, MusicBed(kind=kind)) != before


def score(vibe: VibeProfile) -> str:
    second = 48000
    sections = (
        ScoreSection("build", 0, 5 * second),
        ScoreSection("stop", 5 * second, 6 * second),
        ScoreSection("drop", 6 * second, 10 * second),
    )
    plan = ScorePlan(10 * second, BeatGrid(Fraction(120)), sections, vibe.music)
    return digest_bytes(compose(plan).tobytes())


@pytest.mark.parametrize(
    "path",
    [path for path in PATHS if path[0] == "music" and path != ("music", "breath")],
    ids=".".join,
)
def test_every_field_of_a_vibes_music_is_heard(path: tuple[str, ...]) -> None:
    vibe = load_vibe(BASES.get(path, MUSIC_BASE))
    now = getattr(vibe.music, path[1])
    assert score(changed(vibe, path, other_value(path, now))) != score(vibe)


def test_no_two_vibes_sound_alike_or_letter_alike() -> None:
    profiles = [load_vibe(name) for name in vibe_names()]
    assert len({score(profile) for profile in profiles}) == 18
    assert len({profile.title for profile in profiles}) == 18
