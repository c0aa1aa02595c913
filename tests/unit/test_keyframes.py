"""Which stills are asked about: lines, shots, gaps; each inside its shot, each view once, by its own time."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from cinecore.analysis.film import Fence, FilmAnalysis, Shot, Still
from cinecut.errors import KeyframeExtractionError
from cinecut.ingestion.keyframes import MAX_LINES, choose_keyframes, keyframe_name
from cinecut.models import DialogueEvent, KeyframeRecord, LineKind

STILL_STEP_S = 0.5


def shot(index: int, start_s: float, end_s: float) -> Shot:
    return Shot(
        index=index, first_frame=round(start_s * 24), end_frame=round(end_s * 24), start_s=start_s, end_s=end_s,
        opens_with="hard", motion=0.1, motion_peak=0.2, camera=0.0, brightness=0.5, contrast=0.5, saturation=0.5,
        sharpness=0.5, black=0.0,
    )  # fmt: skip


def line(start_s: float, end_s: float, kind: LineKind = LineKind.SPEECH) -> DialogueEvent:
    return DialogueEvent(
        round(start_s * 1000),
        round(end_s * 1000),
        start_s,
        end_s,
        (start_s + end_s) / 2,
        "Words.",
        "neutral",
        kind=kind,
    )


def film(
    folder: Path, borders: list[float], *, views: dict[int, int] | None = None, fences: tuple[Fence, ...] = ()
) -> FilmAnalysis:
    """A film of shots between `borders`; a shot shows as many different views as `views` says, one after another."""
    folder.mkdir()
    shots = tuple(shot(index, start, end) for index, (start, end) in enumerate(pairwise(borders)))
    stills = []
    time_s = borders[0] + STILL_STEP_S / 2
    while time_s < borders[-1]:
        owner = next(each for each in shots if each.start_s <= time_s < each.end_s)
        count = (views or {}).get(owner.index, 1)
        view = int((time_s - owner.start_s) / owner.seconds * count)
        name = f"still_{len(stills):06d}.jpg"
        picture = Image.new("RGB", (160, 90), (40 * (owner.index % 6), (90 + 45 * view) % 256, 160))
        left = view * 37 % 110
        ImageDraw.Draw(picture).rectangle((left, 10, left + 50, 80), fill=(250, 240, 30 * view % 256))
        picture.save(folder / name, quality=90)
        stills.append(Still(time_s, owner.index, name, 0.5, 0.5))
        time_s += STILL_STEP_S
    pts = np.arange(round(borders[-1] * 24), dtype=np.int64)
    curve = np.zeros(len(pts), dtype=np.float32)
    return FilmAnalysis(pts, Fraction(1, 24), borders[-1], curve, curve, curve, shots, tuple(stills), fences)


def chosen(records: list[KeyframeRecord]) -> list[tuple[float, str]]:
    return [(record.timestamp_s, record.source) for record in records]


def test_each_shot_is_seen_in_its_middle_and_each_line_where_it_is_spoken(tmp_path: Path) -> None:
    analysis = film(tmp_path / "stills", [0, 10, 20], views={0: 2, 1: 2})
    records = choose_keyframes(analysis, [line(7, 9)], tmp_path / "stills", tmp_path / "keyframes")
    assert chosen(records) == [(4.75, "scene_change"), (7.75, "subtitle_midpoint"), (14.75, "scene_change")]


def test_a_still_never_comes_from_another_shot(tmp_path: Path) -> None:
    analysis = film(tmp_path / "stills", [0, 10.0, 10.9, 20])
    records = choose_keyframes(
        analysis, [line(9.6, 10.38), line(10.0, 10.06)], tmp_path / "stills", tmp_path / "k"
    )
    for record in records:
        owner = next(still.shot for still in analysis.stills if still.time_s == record.timestamp_s)
        assert analysis.shot_at(record.timestamp_s).index == owner
    assert [record.timestamp_s for record in records if 10 <= record.timestamp_s < 10.9] == [10.25]


def test_one_view_is_asked_about_once_however_many_lines_are_spoken_over_it(tmp_path: Path) -> None:
    analysis = film(tmp_path / "stills", [0, 20])
    lines = [line(second, second + 0.8) for second in range(19)]
    assert len(choose_keyframes(analysis, lines, tmp_path / "stills", tmp_path / "k")) == 1


def test_a_shot_that_shows_three_views_is_asked_about_three_times(tmp_path: Path) -> None:
    analysis = film(tmp_path / "stills", [0, 18], views={0: 3})
    lines = [line(second, second + 0.8) for second in range(17)]
    records = choose_keyframes(analysis, lines, tmp_path / "stills", tmp_path / "k")
    assert len(records) == 3
    assert {record.source for record in records} == {"subtitle_midpoint"}


def test_long_gaps_have_a_still_every_thirty_seconds(tmp_path: Path) -> None:
    analysis = film(tmp_path / "stills", [0, 200], views={0: 20})
    records = choose_keyframes(analysis, [], tmp_path / "stills", tmp_path / "k")
    times = [record.timestamp_s for record in records]
    assert [record.source for record in records].count("scene_change") == 1
    assert all(later - earlier <= 31 for earlier, later in zip([0, *times], [*times, 200], strict=False))
    assert len(times) == 7


def test_fenced_stretches_and_lines_nobody_speaks_are_not_asked_about(tmp_path: Path) -> None:
    analysis = film(tmp_path / "stills", [0, 10, 20, 120], views={2: 5}, fences=(Fence(20, 120, "credits"),))
    events = [line(30, 31), line(1, 2, LineKind.CREDIT), line(4, 5, LineKind.ADVERT), line(500, 501)]
    records = choose_keyframes(analysis, events, tmp_path / "stills", tmp_path / "k")
    assert chosen(records) == [(4.75, "scene_change"), (14.75, "scene_change")]


def test_a_part_of_a_film_is_asked_about_and_nothing_before_or_after_it(tmp_path: Path) -> None:
    analysis = film(tmp_path / "stills", [100, 110, 120])
    records = choose_keyframes(
        analysis, [line(1, 2), line(104, 105), line(130, 131)], tmp_path / "stills", tmp_path / "k"
    )
    assert chosen(records) == [(104.25, "subtitle_midpoint"), (114.75, "scene_change")]


def test_the_pictures_lie_under_sorted_names_and_old_ones_are_gone(tmp_path: Path) -> None:
    analysis = film(tmp_path / "stills", [0, 10, 20])
    out = tmp_path / "keyframes"
    out.mkdir()
    (out / "kf_000999.000.jpg").write_bytes(b"old")
    (out / "notes.txt").write_text("mine")
    records = choose_keyframes(analysis, [], tmp_path / "stills", out)
    assert sorted(path.name for path in out.iterdir()) == [
        "kf_000004.750.jpg",
        "kf_000014.750.jpg",
        "notes.txt",
    ]
    for record in records:
        still = next(each for each in analysis.stills if each.time_s == record.timestamp_s)
        assert Path(record.frame_path).read_bytes() == (tmp_path / "stills" / still.file).read_bytes()
    assert choose_keyframes(analysis, [], tmp_path / "stills", out) == records


def test_a_still_taller_than_a_keyframe_is_made_smaller(tmp_path: Path) -> None:
    analysis = film(tmp_path / "stills", [0, 1])
    for still in analysis.stills:
        Image.new("RGB", (1280, 720), (9, 99, 199)).save(tmp_path / "stills" / still.file)
    (record,) = choose_keyframes(analysis, [], tmp_path / "stills", tmp_path / "k")
    with Image.open(record.frame_path) as picture:
        assert picture.size == (747, MAX_LINES)


def test_a_lost_still_is_one_clear_error(tmp_path: Path) -> None:
    analysis = film(tmp_path / "stills", [0, 10])
    for path in (tmp_path / "stills").iterdir():
        path.unlink()
    with pytest.raises(KeyframeExtractionError, match="still_0000"):
        choose_keyframes(analysis, [], tmp_path / "stills", tmp_path / "k")


def test_a_film_without_stills_has_no_keyframes(tmp_path: Path) -> None:
    empty = np.zeros(0, dtype=np.float32)
    analysis = FilmAnalysis(np.zeros(0, dtype=np.int64), Fraction(1, 24), 0.0, empty, empty, empty, (), ())
    assert choose_keyframes(analysis, [line(0, 1)], tmp_path, tmp_path / "k") == []


def test_names_sort_as_times_do() -> None:
    times = [0.0, 9.999, 10.0, 123.45, 3600.0, 86_399.999]
    assert sorted(map(keyframe_name, times)) == list(map(keyframe_name, times))
    assert keyframe_name(123.45) == "kf_000123.450.jpg"
