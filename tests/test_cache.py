"""The promises of the description cache, each on real files."""

import os
from pathlib import Path

import msgpack
import pytest

from cinecut.inference.cache import _cache_path, load_cache, save_cache
from cinecut.models import KeyframeRecord, SceneDescription

RESULTS = [
    (
        KeyframeRecord(12.5, "/films/keyframes/kf_000012.500.jpg", "subtitle_midpoint"),
        SceneDescription("A street at night – rain", "tense", "walking", "city"),
    ),
    (
        KeyframeRecord(40.0, "/films/keyframes/kf_000040.000.jpg", "scene_change"),
        SceneDescription("海辺の家", "calm", "standing", "beach"),
    ),
]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "My film.v2.mkv"
    path.write_bytes(b"film" * 1000)
    return path


@pytest.fixture
def work_dir(tmp_path: Path) -> Path:
    path = tmp_path / "work"
    path.mkdir()
    return path


def test_save_and_load_roundtrip(film: Path, work_dir: Path) -> None:
    save_cache(RESULTS, film, work_dir)
    assert load_cache(film, work_dir) == RESULTS


def test_cache_hit_returns_list(film: Path, work_dir: Path) -> None:
    save_cache(RESULTS, film, work_dir)
    loaded = load_cache(film, work_dir)
    assert isinstance(loaded, list)
    assert all(isinstance(record, KeyframeRecord) for record, _ in loaded)
    assert all(isinstance(description, SceneDescription) for _, description in loaded)


def test_cache_miss_no_file(film: Path, work_dir: Path) -> None:
    assert load_cache(film, work_dir) is None


def test_cache_invalidated_mtime_change(film: Path, work_dir: Path) -> None:
    save_cache(RESULTS, film, work_dir)
    status = film.stat()
    os.utime(film, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert load_cache(film, work_dir) is None


def test_cache_invalidated_size_change(film: Path, work_dir: Path) -> None:
    save_cache(RESULTS, film, work_dir)
    status = film.stat()
    film.write_bytes(b"film" * 1001)
    os.utime(film, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert load_cache(film, work_dir) is None


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"not msgpack at all",
        b"\xc1",
        b"\x93" * 4000,
        msgpack.packb([1, 2, 3]),
        msgpack.packb({"metadata": {}}),
        msgpack.packb({"metadata": None, "results": []}),
    ],
)
def test_corrupt_cache_returns_none(film: Path, work_dir: Path, damage: bytes) -> None:
    _cache_path(film, work_dir).write_bytes(damage)
    assert load_cache(film, work_dir) is None


def test_a_cache_cut_short_anywhere_is_a_miss(film: Path, work_dir: Path) -> None:
    whole = save_cache(RESULTS, film, work_dir).read_bytes()
    for length in range(0, len(whole), 7):
        _cache_path(film, work_dir).write_bytes(whole[:length])
        assert load_cache(film, work_dir) is None


@pytest.mark.parametrize(
    "broken",
    [
        {"record": {"timestamp_s": "12", "frame_path": "a", "source": "b"}, "description": None},
        {"record": {"timestamp_s": 12.0, "frame_path": 7, "source": "b"}, "description": None},
        {"record": {"timestamp_s": 12.0, "frame_path": "a", "source": "b"}, "description": {"mood": "x"}},
        {"record": {"timestamp_s": 12.0, "frame_path": "a", "source": "b"}},
        "nonsense",
    ],
)
def test_a_result_of_the_wrong_shape_is_a_miss(film: Path, work_dir: Path, broken: object) -> None:
    path = save_cache(RESULTS, film, work_dir)
    payload = msgpack.unpackb(path.read_bytes(), raw=False)
    payload["results"].append(broken)
    path.write_bytes(msgpack.packb(payload))
    assert load_cache(film, work_dir) is None


def test_cache_file_location(film: Path, work_dir: Path) -> None:
    expected = work_dir / "My film.v2.scenedesc.msgpack"
    assert _cache_path(film, work_dir) == expected
    assert save_cache(RESULTS, film, work_dir) == expected
    assert [entry.name for entry in work_dir.iterdir()] == [expected.name]


def test_none_description_survives_roundtrip(film: Path, work_dir: Path) -> None:
    results = [*RESULTS, (KeyframeRecord(50.0, "x.jpg", "interval_fallback"), None)]
    save_cache(results, film, work_dir)
    loaded = load_cache(film, work_dir)
    assert loaded == results


def test_the_payload_has_the_promised_shape(film: Path, work_dir: Path) -> None:
    path = save_cache(RESULTS, film, work_dir)
    payload = msgpack.unpackb(path.read_bytes(), raw=False, strict_map_key=False)
    assert payload["metadata"]["source_file"] == str(film)
    assert payload["metadata"]["size"] == film.stat().st_size
    assert payload["metadata"]["mtime"] == film.stat().st_mtime
    assert payload["results"][0] == {
        "record": {
            "timestamp_s": 12.5,
            "frame_path": "/films/keyframes/kf_000012.500.jpg",
            "source": "subtitle_midpoint",
        },
        "description": {
            "visual_content": "A street at night – rain",
            "mood": "tense",
            "action": "walking",
            "setting": "city",
        },
    }


def test_another_engines_words_are_a_miss_where_the_engine_is_named(film: Path, work_dir: Path) -> None:
    save_cache(RESULTS, film, work_dir, engine="pixels/1")
    assert load_cache(film, work_dir, engine="pixels/1") == RESULTS
    assert load_cache(film, work_dir) == RESULTS
    assert load_cache(film, work_dir, engine="llava/7b") is None


def test_a_name_of_255_bytes_still_has_a_cache_file(tmp_path: Path) -> None:
    stem = "ü" * 125
    film, other = tmp_path / f"{stem}a.mkv", tmp_path / f"{stem}b.mkv"
    for path in (film, other):
        path.write_bytes(b"x")
    work_dir = tmp_path / "w"
    work_dir.mkdir()
    first, second = save_cache(RESULTS, film, work_dir), save_cache([], other, work_dir)
    assert first != second
    assert all(len(os.fsencode(path.name)) <= 255 for path in (first, second))
    assert load_cache(film, work_dir) == RESULTS
    assert load_cache(other, work_dir) == []


def test_a_file_name_that_is_not_utf8_survives(tmp_path: Path) -> None:
    film = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.mkv"))
    try:
        film.write_bytes(b"x")
    except OSError:
        pytest.skip("this disk takes no such names")
    results = [(KeyframeRecord(1.0, str(film), "scene_change"), None)]
    save_cache(results, film, tmp_path)
    assert load_cache(film, tmp_path) == results


def test_the_old_cache_stays_whole_when_writing_fails(
    film: Path, work_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_cache(RESULTS, film, work_dir)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save_cache([], film, work_dir)
    monkeypatch.undo()
    assert load_cache(film, work_dir) == RESULTS
    assert len(list(work_dir.iterdir())) == 1
