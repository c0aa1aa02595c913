"""Manifests from anyone and edits by anyone: rendered as they say, or one message with the clip and the field."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.command_line import cinecut, refused
from tests.media.scenes import encode, scene

from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.run import run as run_ffmpeg
from cinecore.files import digest_file

pytestmark = pytest.mark.media

SECONDS = 24
"""Twelve places of two seconds each."""

Document = dict[str, Any]
Edit = Callable[[Document], object]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pictures = np.concatenate([np.repeat(scene(number, 24), 2, axis=0) for number in range(SECONDS // 2)])
    noise = ("-f", "lavfi", "-t", str(SECONDS - 0.1), "-i", "anoisesrc=r=48000:a=0.05:seed=1")
    path = tmp_path_factory.mktemp("film") / "film.mkv"
    return encode(path, pictures, "-map", "0:v", "-map", "1:a", "-c:a", "aac", "-g", "24", inputs=noise)


@pytest.fixture
def folder(film: Path, tmp_path: Path) -> Path:
    """A folder with the film in it; above it lies what no manifest may reach."""
    (tmp_path / "secret.wav").write_bytes(b"RIFF")
    place = tmp_path / "deep" / "one" / "two"
    place.mkdir(parents=True)
    os.link(film, place / "film.mkv")
    return place


def clip(start_s: float, end_s: float, **more: Any) -> Document:
    return {
        "source_start_s": start_s,
        "source_end_s": end_s,
        "beat_type": "escalation_beat",
        "act": "act2",
        "narrative_zone": "ESCALATION",
        **more,
    }


def document() -> Document:
    return {
        "schema_version": "2.0",
        "source_file": "film.mkv",
        "vibe": "action",
        "clips": [clip(1, 1.5, act="act1"), clip(5, 5.5), clip(9, 9.5, act="act3")],
        "music_bed": {"kind": "none"},
    }


def written(folder: Path, edit: Edit | bytes) -> Path:
    path = folder / "M.json"
    if isinstance(edit, bytes):
        path.write_bytes(edit)
    else:
        whole = document()
        edit(whole)
        path.write_text(json.dumps(whole), "utf-8")
    return path


def sets(**values: Any) -> Edit:
    return lambda whole: whole.update(values)


def sets_second_clip(**values: Any) -> Edit:
    return lambda whole: whole["clips"][1].update(values)


WRONG: dict[str, tuple[Edit | bytes, str]] = {
    "no json": (b"clip 1: the car\n", "it is not JSON"),
    "empty": (b"", "it is not JSON"),
    "binary": (bytes(range(256)), "it is not UTF-8 text"),
    "no object": (b'["clips"]', "it is not a JSON object with `clips` in it"),
    "null": (b"null", "it is not a JSON object"),
    "cut short": (json.dumps(document()).encode()[:300], "it is not JSON"),
    "deep": (b"[" * 300_000, "its JSON is nested too deeply"),
    "deep objects": (b'{"clips":' * 900 + b"1" + b"}" * 900, "its JSON is nested too deeply"),
    "digits": (b'{"seed": 1' + b"0" * 5000 + b"}", "one of its numbers has too many digits"),
    "repeated": (b'{"vibe": "drama", "vibe": "action"}', "field 'vibe' stands twice"),
    "many fields": (
        json.dumps({f"k{n}": n for n in range(200)}).encode(),
        "one of its objects has 200 fields",
    ),
    "many clips": (sets(clips=[clip(n, n + 0.5) for n in range(10_000)]), "there are 10000, and a manifest"),
    "many alternates": (
        sets_second_clip(alternates=[{"source_start_s": 1, "source_end_s": 2, "score": 0}] * 1000),
        "clip 2, field alternates: there are 1000",
    ),
    "no clips": (sets(clips=[]), "there must be at least one clip"),
    "unknown field": (sets(colour=1), "field colour: is not a field that manifests have"),
    "future": (sets(schema_version="3.0"), "field schema_version: '3.0' is not the known \"2.0\""),
    "long version": (sets(schema_version=["2.0"] * 99), "field schema_version: "),
    "vibe number": (sets(vibe=5), "field vibe: input should be a valid string, not 5"),
    "vibe nearly": (sets(vibe="dramma"), "Did you mean drama"),
    "vibe path": (sets(vibe="../../etc/passwd"), "no such vibe '../../etc/passwd'"),
    "vibe long": (sets(vibe="v" * 19_000), "no such vibe 'vvv"),
    "vibe control": (sets(vibe="\x1b[2Jx"), "no such vibe '\\x1b[2Jx'"),
    "act": (sets_second_clip(act="act9"), "clip 2, field act: "),
    "negative": (sets_second_clip(source_start_s=-1), "clip 2, field source_start_s: "),
    "nan": (sets_second_clip(source_start_s=float("nan")), "clip 2, field source_start_s: "),
    "infinite": (sets_second_clip(source_end_s=float("inf")), "clip 2, field source_end_s: "),
    "1e308": (sets_second_clip(source_end_s=1e308), "clip 2, field source_end_s: "),
    "start after end": (sets_second_clip(source_start_s=6), "clip 2: field source_end_s: 5.5 is not after"),
    "no length": (sets_second_clip(source_end_s=5.0000001), "clip 2: field source_end_s: 5.0 is not after"),
    "past the end": (
        sets_second_clip(source_end_s=99),
        "clip 2, field source_end_s: 99.0 lies past the film's end",
    ),
    "twice": (
        sets_second_clip(source_start_s=1.2, source_end_s=2),
        "clip 1 and clip 2 show the same footage",
    ),
    "text for time": (sets_second_clip(source_start_s="soon"), "clip 2, field source_start_s: "),
    "seed": (sets(seed=-1), "field seed: "),
    "tempo": (sets(bpm_grid={"bpm": 5}), "field bpm_grid.bpm: "),
    "gain": (
        sets(effects=[{"kind": "hit", "time_s": 0, "duration_s": 1, "gain_db": 1e308}]),
        "effect 1, field gain_db",
    ),
    "effect": (
        sets(effects=[{"kind": "nonsense", "time_s": 0, "duration_s": 1}]),
        "There is no such effect.",
    ),
    "zero": (sets(title="a\0b"), "field title: it holds a zero character"),
    "half": (sets(title="a\ud800b"), "field title: it holds half a character"),
    "long title": (sets(title="x" * 30_000), "field title: it has 30000 letters, at most 20000"),
    "card nowhere": (
        sets(titles=[{"kind": "title", "after_clip": 7, "duration_s": 1}]),
        "title 1, field after_clip",
    ),
    "hours": (
        sets(titles=[{"kind": "black", "after_clip": 0, "duration_s": 20}] * 100),
        "its clips and cards last 2002 s together, and a trailer at most 900 s",
    ),
    "lut digest": (sets(lut={"name": "x.cube", "digest": "../../secret"}), "field lut.digest: "),
    "lut path": (sets(lut={"path": "/etc/passwd", "digest": "0" * 32}), "field lut.path: is not a field"),
    "lut strength": (sets(lut={"digest": "0" * 32, "strength": 2}), "field lut.strength: "),
    "film zero": (sets(source_file="a\0b"), "field source_file: it holds a zero character"),
    "film long": (sets(source_file="x" * 4000), "The manifest's film is not beside it."),
    "film list": (sets(source_file=["film.mkv"]), "field source_file: "),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_manifest_is_one_message_and_nothing_is_written(kind: str, folder: Path) -> None:
    edit, message = WRONG[kind]
    path = written(folder, edit)
    refused(cinecut("render", path, "--quiet"), 65, message, "Tip: ")
    left = {item.name for item in folder.iterdir()}
    assert left <= {"M.json", "film.mkv", "film_cinecut_work"}
    assert not list(folder.rglob("*.mp4"))
    assert not [item for item in folder.rglob(".*") if item.name != ".lock"]


@pytest.fixture
def little_memory() -> Iterator[None]:
    """This process may grow by at most half a gigabyte."""
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("how much memory a process may take is limited on Linux only")
    used_kib = int(status.read_text().partition("VmSize:")[2].split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used_kib * 1024 + 512 * 1024**2, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.usefixtures("little_memory")
@pytest.mark.parametrize(
    ("size_mib", "piece", "message"),
    [
        (100, b"{},", "it is larger than 16 MiB"),
        (8, b"{},", "field 'clips': there are "),
        (8, b"0,", "field 'clips': there are "),
    ],
)
def test_megabytes_of_json_are_refused_in_little_memory(
    size_mib: int, piece: bytes, message: str, folder: Path
) -> None:
    body = b'{"clips":[' + piece * (size_mib * 1024**2 // len(piece)) + b"0]}"
    refused(cinecut("render", written(folder, body), "--quiet"), 65, message)


def test_what_is_no_file_is_refused_and_nothing_waits(folder: Path) -> None:
    os.mkfifo(folder / "pipe.json")
    for name, message in (
        (folder / "pipe.json", "What MANIFEST names is no regular file."),
        ("/dev/zero", "What MANIFEST names is no regular file."),
        (folder, "What MANIFEST names is a folder."),
        (folder / "none.json", "There is no such file for MANIFEST."),
        (folder / ("x" * 300), "There is no such file for MANIFEST."),
    ):
        refused(cinecut("render", name, "--quiet"), 65, message)


def links_out(folder: Path) -> dict[str, tuple[str, str]]:
    """Names of things outside the folder, of things that are no file, and what each is."""
    secret = folder.parents[2] / "secret.wav"
    (folder / "link").symlink_to(secret)
    (folder / "ring").symlink_to("ring")
    (folder / "device").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe")
    return {
        "up": (f"../../../{secret.name}", "outside"),
        "absolute": (str(secret), "outside"),
        "link": ("link", "outside"),
        "device link": ("device", "outside"),
        "device": ("/dev/zero", "outside"),
        "passwd": ("../../../../../../../../../../etc/passwd", "outside"),
        "ring": ("ring", "nothing"),
        "pipe": ("pipe", "nothing"),
        "folder": (".", "nothing"),
        "none": ("none", "nothing"),
        "address": ("http://127.0.0.1:9/x.wav", "nothing"),
    }


def test_a_manifest_opens_nothing_that_the_person_did_not_name(folder: Path) -> None:
    secret = folder.parents[2] / "secret.wav"
    os.utime(secret, (0, 0))
    for name, _ in links_out(folder).values():
        refused(
            cinecut("render", written(folder, sets(source_file=name)), "--quiet"), 65, "film", "command line"
        )
        music = {"kind": "file", "path": name}
        done = cinecut("render", written(folder, sets(music_bed=music)), "--quiet")
        refused(done, 65, "The manifest", "music", "--music")
    assert secret.stat().st_atime == 0  # relatime would move it on the first reading
    assert not list(folder.rglob("*.mp4"))


def test_a_manifest_opens_no_lut_but_the_bytes_that_it_means(folder: Path) -> None:
    """Whatever its name says; what lies beside it under the right name must be a file, no link, and hold those bytes."""
    cube = b"LUT_1D_SIZE 2\n0 0 0\n1 1 1\n"
    secret = folder.parents[2] / "secret.wav"
    secret.write_bytes(cube)
    os.utime(secret, (0, 0))
    digest = digest_file(secret)
    os.utime(secret, (0, 0))
    names = [name for name, _ in links_out(folder).values()]
    for name in (*names, "\x1b[2J"):
        path = written(folder, sets(lut={"name": name[:255], "digest": digest}))
        refused(cinecut("render", path, "--quiet"), 65, "The manifest's LUT is not kept", "--lut")
    path = written(folder, sets(lut={"name": "x", "digest": digest}))
    beside = folder / f"lut_{digest}.cube"
    for target in (secret, Path("/dev/zero")):
        beside.symlink_to(target)
        refused(cinecut("render", path, "--quiet"), 65, "The manifest's LUT is not kept")
        beside.unlink()
    os.mkfifo(beside)
    refused(cinecut("render", path, "--quiet"), 65, "The manifest's LUT is not kept")
    beside.unlink()
    beside.write_bytes(cube + b"#")
    refused(cinecut("render", path, "--quiet"), 65, "The manifest's LUT is not kept")
    assert secret.stat().st_atime == 0  # relatime would move it on the first reading
    assert not list(folder.rglob("*.mp4"))
    beside.write_bytes(cube)
    assert cinecut("render", path, "--quiet").exit_code == 0
    wrong = folder / "wrong.cube"
    wrong.write_bytes(b"LUT_3D_SIZE 2\n")
    digest = digest_file(wrong)
    wrong.rename(folder / f"lut_{digest}.cube")
    path = written(folder, sets(lut={"name": "x", "digest": digest}))
    refused(cinecut("render", path, "--quiet"), 65, "The LUT cannot be used: LUT_3D_SIZE 2 asks for 8 rows")


def test_music_is_looked_for_beside_the_manifest_wherever_the_command_runs(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tone = ("-f", "lavfi", "-t", "4", "-i", "sine=f=220")
    run_ffmpeg([*PREAMBLE, *tone, folder / "song.wav"])
    path = written(folder, sets(music_bed={"kind": "file", "path": "song.wav", "loop_s": 0.5}))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "song.wav").write_text("not this one")
    monkeypatch.chdir(elsewhere)
    done = cinecut("render", path, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["measured"]["frames"] == 36


def test_titles_full_of_rubbish_are_drawn_and_leave_the_rest_alone(folder: Path) -> None:
    """A title that speaks ffmpeg's and a terminal's languages, and a name of ten thousand letters."""
    text = "\x1b[31m<b>{x}</b>\n%{pts}:'\\;[out] $(id)\u202e" + "w" * 300
    cards = [{"kind": "title", "text": text, "after_clip": 1, "duration_s": 1}]
    path = written(folder, sets(titles=cards, title="t=;#\\\n" + "x" * 10_000, tagline=text))
    done = cinecut("render", path)
    assert done.exit_code == 0, done.output
    assert all(letter == "\n" or letter.isprintable() for letter in done.output)
    again = json.loads(cinecut("render", path, "--json").stdout)
    assert again["measured"]["frames"] == 36 + 24


def test_a_manifest_of_hundreds_of_clips_is_rendered_in_small_pieces(folder: Path) -> None:
    """More inputs than one ffmpeg should open: 170 clips of 3 frames, segments of 15 at most."""
    clips = [clip(round(n / 8, 6), round(n / 8 + 0.125, 6)) for n in range(170)]
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, limit[1]))
    try:
        done = cinecut("render", written(folder, sets(clips=clips)), "--json")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limit)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["measured"]["frames"] == 170 * 3
    assert said["segments_rendered"] == 12


@pytest.fixture(scope="module")
def reviewed(film: Path) -> Path:
    """A work folder whose manifest a person is about to edit."""
    done = cinecut(film, "--vibe", "action", "--duration", "6s", "--review", "--json")
    assert done.exit_code == 0, done.output
    return Path(json.loads(done.stdout)["manifest"])


@pytest.mark.parametrize(
    "kind",
    [
        "cut short",
        "act",
        "zero",
        *(
            pytest.param(kind, marks=pytest.mark.sweep)
            for kind in ("deep", "repeated", "past the end", "many clips")
        ),
    ],
)
def test_a_spoilt_edit_is_told_on_the_next_run_and_kept(kind: str, film: Path, reviewed: Path) -> None:
    good = reviewed.read_bytes()
    edit, message = WRONG[kind]
    if isinstance(edit, bytes):
        reviewed.write_bytes(edit)
    else:
        whole = json.loads(good)
        edit(whole)
        reviewed.write_text(json.dumps(whole), "utf-8")
    spoilt = reviewed.read_bytes()
    try:
        refused(cinecut(film, "--vibe", "action", "--duration", "6s", "--quiet"), 65, message, reviewed.name)
        assert reviewed.read_bytes() == spoilt
        # planned anew for another vibe: the edit steps aside, whatever is in it
        done = cinecut(film, "--vibe", "war", "--duration", "6s", "--review")
        assert done.exit_code == 0, done.output
        assert "is planned anew: yours is kept as" in done.output
        kept = [path.read_bytes() for path in reviewed.parent.glob("TRAILER_MANIFEST.*.json")]
        assert spoilt in kept
    finally:
        assert cinecut(film, "--vibe", "action", "--duration", "6s", "--review").exit_code == 0
        reviewed.write_bytes(good)


def test_an_edit_cannot_reach_outside_on_the_next_run(film: Path, reviewed: Path) -> None:
    good = reviewed.read_bytes()
    whole = json.loads(good) | {"music_bed": {"kind": "file", "path": "/etc/passwd"}}
    reviewed.write_text(json.dumps(whole), "utf-8")
    try:
        for words in (
            (film, "--vibe", "action", "--duration", "6s"),
            (film, "--vibe", "action", "--duration", "6s", "--dry-run"),
        ):
            refused(cinecut(*words), 65, "The manifest names music outside the film's folder.", "/etc/passwd")
    finally:
        reviewed.write_bytes(good)
