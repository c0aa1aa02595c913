"""Looking at a film's stills: which ones, on from where a run stopped, and what bad pictures lead to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.vidpipe.drawn_frames import Person, Picture, frame

from cinecore.analysis.film import FilmAnalysis, Shot, Still
from cinecore.ports import Progress, StillView
from cinecore.vision.seeing import Eyes
from cinecore.vision.sighting import SHOT_SIZES
from cinecut.inference.embedded import EmbeddedDescriber
from cinecut.inference.eyes import BY_FIGURE, FilmEyes
from cinecut.inference.looking import DRAWN, NOBODY, look_at_film
from cinecut.inference.seen_words import ACTION_UNKNOWN
from cinecut.inference.sighting_files import EyesHead, open_eyes_journal, save_eyes
from cinecut.models import KeyframeRecord

pytestmark = pytest.mark.model

SHOT_S, STEP_S = 3.0, 0.5
EYES = Eyes()


def jpeg(picture: Picture, path: Path) -> None:
    image = Image.fromarray(picture)
    image.thumbnail((746, 420))
    image.save(path, quality=88)


class Film:
    """Stills of shots, six a shot, the fourth of each a keyframe."""

    def __init__(self, folder: Path, shots: Sequence[Picture], box: tuple[float, ...] = (0, 0, 1, 1)) -> None:
        self.folder = folder
        self.stills = folder / "stills"
        self.stills.mkdir(parents=True, exist_ok=True)
        self.file = folder / "film.mkv"
        self.file.write_bytes(b"a film")
        stills, records, spans = [], [], []
        for number, picture in enumerate(shots):
            start_s = number * SHOT_S
            spans.append(_shot(number, start_s))
            for step in range(6):
                time_s = start_s + step * STEP_S
                name = f"{number}-{step}.jpg"
                # no two stills are the same bytes
                shown = picture.copy()
                shown[0, :20] = 10 * step + number
                jpeg(shown, self.stills / name)
                stills.append(Still(time_s, number, name, 1.0, 0.5))
                if step == 3:
                    records.append(KeyframeRecord(time_s, str(self.stills / name), "scene_change"))
        self.records = records
        self.analysis = FilmAnalysis(
            np.arange(2), Fraction(1, 24), len(shots) * SHOT_S,
            *(np.zeros(2, np.float32) for _ in range(3)),
            tuple(spans), tuple(stills), picture_box=(*map(float, box),),
        )  # fmt: skip

    def look(self, heard: list[Progress] | None = None, work: Path | None = None) -> FilmEyes:
        steps = [] if heard is None else heard
        with open_eyes_journal(self.file, work or self.folder, "eyes") as journal:
            return look_at_film(
                self.records, self.analysis, self.stills, eyes=EYES, journal=journal, progress=steps.append
            )


def _shot(number: int, start_s: float) -> Shot:
    return Shot(number, 0, 0, start_s, start_s + SHOT_S, "hard", 0.0, 0.0, 0.0, 0.5, 0.3, 0.3, 0.5, 0.0)


def flat(level: int) -> Picture:
    return np.full((420, 746, 3), level, np.uint8)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Film:
    """Two people who are drawn, alone and together, and an empty place."""
    girl, woman = Person("girl", 400, 640), Person("woman", 850, 640)
    pictures = [frame([girl]), frame([woman]), frame([girl, woman]), frame(), frame([girl])]
    return Film(tmp_path_factory.mktemp("drawn"), pictures)


@pytest.fixture(scope="module")
def seen(drawn: Film) -> FilmEyes:
    return drawn.look()


def test_up_to_three_stills_are_looked_at_where_a_face_was_met_and_one_elsewhere(seen: FilmEyes) -> None:
    by_shot = [sum(one.shot == shot for one in seen.sightings) for shot in range(5)]
    assert by_shot == [3, 3, 3, 1, 3]
    for one in seen.sightings:
        assert one.start_s <= one.time_s < one.end_s
    assert sum(one.stands_for_s for one in seen.sightings) == pytest.approx(5 * SHOT_S)
    assert {one.sighting.shot_size for one in seen.sightings} <= {*SHOT_SIZES, ""}


def test_drawn_people_are_known_again_by_hair_and_clothes_and_that_is_said(seen: FilmEyes) -> None:
    assert seen.is_drawn
    assert seen.notices == (DRAWN,)
    girl, woman = seen.cast
    assert girl.rests_on == woman.rests_on == BY_FIGURE
    assert girl.is_drawn
    assert girl.shots == (0, 2, 4)
    assert woman.shots == (1, 2)
    assert girl.with_whom == {"person 2": pytest.approx(SHOT_S, abs=2.0)}
    assert seen.people_in(6.0, 9.0) == ("person 1", "person 2")
    assert seen.people_in(9.0, 12.0) == ()


def test_the_describer_says_what_was_seen_of_a_still_and_its_shot(drawn: Film, seen: FilmEyes) -> None:
    describer = EmbeddedDescriber(EYES).knowing(seen, drawn.analysis)
    views = [StillView(record.timestamp_s, Path(record.frame_path)) for record in drawn.records]
    said = [describer.describe(view) for view in views]
    assert "two drawn people" in said[2].visual_content
    assert "person" not in said[3].visual_content + said[3].action
    assert said[3].action == "motionless"
    alone = EmbeddedDescriber(EYES).describe(views[2])
    assert alone.visual_content == said[2].visual_content
    assert alone.action == ACTION_UNKNOWN


class Killed(BaseException):
    """As a kill comes: between two stills."""


@pytest.mark.parametrize("after", [2, 7])
def test_a_run_that_was_stopped_looks_at_no_still_twice_and_ends_the_same(
    drawn: Film, seen: FilmEyes, tmp_path: Path, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = count_looks(monkeypatch)

    class Stopper(list[Progress]):
        def append(self, step: Progress) -> None:
            super().append(step)
            if len(self) == after:
                raise Killed

    with pytest.raises(Killed):
        drawn.look(Stopper(), tmp_path)
    assert len(looked) == after
    again = drawn.look(None, tmp_path)
    assert len(looked) == len(seen.sightings)
    head = EyesHead(0, 0, "", "")
    for number, eyes in enumerate((again, seen)):
        save_eyes(eyes, head, tmp_path / f"{number}")
    assert (tmp_path / "0").read_bytes() == (tmp_path / "1").read_bytes()


def count_looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    looked: list[str] = []
    for name in ("look", "look_for_faces"):
        original = getattr(Eyes, name)

        def counted(self: Eyes, picture: Picture, time_s: float, original=original, name=name):
            looked.append(name)
            return original(self, picture, time_s)

        monkeypatch.setattr(Eyes, name, counted)
    return looked


@pytest.mark.parametrize("picture", [flat(0), flat(255), flat(6)], ids=["black", "white", "dark"])
def test_nobody_is_seen_in_the_dark_and_that_is_said(tmp_path: Path, picture: Picture) -> None:
    film = Film(tmp_path, [picture, picture])
    eyes = film.look()
    assert eyes.cast == ()
    assert eyes.notices == (NOBODY,)
    assert not eyes.is_drawn
    assert [one.sighting.people for one in eyes.sightings] == [0, 0]
    describer = EmbeddedDescriber(EYES).knowing(eyes, film.analysis)
    said = describer.describe(StillView(1.5, Path(film.records[0].frame_path)))
    assert "person" not in said.visual_content


def test_stills_that_cannot_be_read_are_passed_over(tmp_path: Path) -> None:
    film = Film(tmp_path, [frame(), frame([Person("girl", 600, 640)]), frame()])
    Path(film.records[0].frame_path).write_bytes(b"no picture")
    Path(film.records[2].frame_path).unlink()
    eyes = film.look()
    assert {one.shot for one in eyes.sightings} == {1}
    assert eyes.cast


def test_places_are_told_in_the_whole_frame_where_bars_lie_around_the_picture(tmp_path: Path) -> None:
    inner = Image.fromarray(frame([Person("girl", 640, 640)])).resize((746, 320))
    barred = Image.new("RGB", (746, 420))
    barred.paste(inner, (0, 50))
    bars = Film(tmp_path / "bars", [np.asarray(barred)], (0, 50 / 420, 1, 370 / 420)).look()
    bare = Film(tmp_path / "bare", [np.asarray(inner)]).look()
    (with_bars,) = [one.sighting for one in bars.sightings if len(one.sighting.look)]
    (without,) = [one.sighting for one in bare.sightings if len(one.sighting.look)]
    assert with_bars.shot_size == without.shot_size
    top, height = without.faces[0].box[1], without.faces[0].box[3]
    assert with_bars.faces[0].box[1] == pytest.approx((50 + 320 * top) / 420, abs=0.02)
    assert with_bars.faces[0].box[3] == pytest.approx(320 * height / 420, abs=0.02)


def portraits(media: Path) -> Iterator[Image.Image]:
    for name in ("photos/astronaut.png", "faces/fr_obama.jpg", "faces/fr_biden.jpg"):
        with Image.open(media / name) as image:
            whole = image.convert("RGB")
        found = EYES.finder.find(np.asarray(whole))[0].box
        wide, tall = found[2] * whole.width, found[3] * whole.height
        left, top = found[0] * whole.width - wide / 2, found[1] * whole.height - tall / 2
        yield whole.crop((round(left), round(top), round(left + 2 * wide), round(top + 2 * tall)))


@pytest.mark.shared
def test_photographed_people_are_a_cast_by_their_faces(tmp_path: Path, media_folder: Path) -> None:
    people = list(portraits(media_folder))
    shots = []
    for who in (0, 1, 2, 0, 1):
        canvas = Image.new("RGB", (746, 420), (60 + 20 * who, 80, 90))
        canvas.paste(people[who].resize((300, 360)), (40 + 150 * who, 30))
        shots.append(np.asarray(canvas))
    eyes = Film(tmp_path, shots).look()
    assert [member.shots for member in eyes.cast] == [(0, 3), (1, 4), (2,)]
    assert {member.rests_on for member in eyes.cast} == {"face"}
    assert eyes.notices == ()
    assert not eyes.is_drawn


@pytest.mark.shared
def test_forty_faces_are_counted_and_the_largest_alone_are_known(tmp_path: Path, media_folder: Path) -> None:
    people = list(portraits(media_folder))
    canvas = Image.new("RGB", (1492, 840), (90, 90, 90))
    for at in range(40):
        canvas.paste(people[at % 3].resize((130, 150)), (10 + 184 * (at % 8), 5 + 166 * (at // 8)))
    film = Film(tmp_path, [np.asarray(canvas)])
    eyes = film.look()
    whole = next(one.sighting for one in eyes.sightings if len(one.sighting.look))
    assert whole.people == 40
    assert sum(len(face.embedding) > 0 for face in whole.faces) == 8
    assert "crowd" in eyes.notices[-1]
    describer = EmbeddedDescriber(EYES).knowing(eyes, film.analysis)
    said = describer.describe(StillView(1.5, Path(film.records[0].frame_path)))
    assert "a crowd of 40 people" in said.visual_content


@pytest.mark.shared
def test_a_masked_face_is_nobody_elses(tmp_path: Path, media_folder: Path) -> None:
    shots = []
    for number, portrait in enumerate(portraits(media_folder)):
        bare = portrait.resize((300, 360))
        masked = bare.copy()
        masked.paste((230, 235, 240), (60, 190, 240, 300))
        for shown in (bare, masked):
            canvas = Image.new("RGB", (746, 420), (60, 80 + 30 * number, 90))
            canvas.paste(shown, (220, 30))
            shots.append(np.asarray(canvas))
    eyes = Film(tmp_path, shots).look()
    for member in eyes.cast:
        assert len({shot // 2 for shot in member.shots}) == 1, "a mask makes nobody somebody else"
