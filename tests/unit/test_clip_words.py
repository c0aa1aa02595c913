"""A user's own CLIP: the right word for what stands out in a film, none for the rest, and one message where it is none."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.small_clip import PACKAGE, SIDE, tokenize, write_clip, write_tokenizer

from cinecore.analysis.film import FilmAnalysis
from cinecore.errors import SetupError
from cinecore.ports import Description, StillView
from cinecore.vision.clip import load_clip, read_tokenizer
from cinecore.vision.clip_files import ClipFiles, find_clip
from cinecut.adapters import choose_describer
from cinecut.doctor import examine
from cinecut.inference import clip_words
from cinecut.inference.clip_words import (
    KINDS,
    ClipWords,
    FilmWords,
    Word,
    find_clip_words,
    standing_out,
    vocabulary,
    with_words,
)
from cinecut.inference.embedded import WHOLE, EmbeddedDescriber
from cinecut.inference.eyes import FilmEyes
from cinecut.inference.looking import picture_of
from cinecut.models import SceneDescription
from cinecut.narrative.meaning import NEUTRAL, read_description
from cinecut.settings import TrailerSettings, trailer_settings

GREY, GREEN, BLUE, RED, WHITE = (
    (110, 105, 100),
    (20, 190, 20),
    (20, 20, 200),
    (210, 20, 20),
    (245, 240, 235),
)
MEASURED = Description("A mid-lit picture.", "neutral", "little motion", "evenly lit")
PLAIN = TrailerSettings(Path("film.mkv"), vision="embedded")


def files_in(folder: Path, **form: int) -> ClipFiles:
    found = find_clip(write_clip(folder, **form), folder)  # type: ignore[arg-type]  # a table of its fields
    assert found is not None
    return found


def words_of(files: ClipFiles) -> ClipWords:
    return ClipWords(files, files.digest, tokenize)


def stills_in(folder: Path, colours: list[tuple[int, int, int]]) -> list[Path]:
    """One noisy picture a colour, as a film's stills differ from each other."""
    folder.mkdir(exist_ok=True)
    paths = []
    for number, colour in enumerate(colours):
        random = np.random.default_rng(number)
        noise = random.normal(0, 12, (24, 40, 3)) + random.normal(0, 2, 3)
        pixels = np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)
        paths.append(folder / f"still{number:03}.png")
        Image.fromarray(pixels).save(paths[-1])
    return paths


def seen_in(words: ClipWords, stills: list[Path]) -> FilmWords:
    return words.of_film(stills, lambda data: picture_of(data, WHOLE))


def said_of(film: FilmWords, stills: list[Path]) -> list[tuple[str, str, str]]:
    """Mood, action and setting of each still; empty where nothing is said."""
    found = [film.of_still[path.name] for path in stills]
    return [tuple(word.word if word else "" for word in (one.mood, one.action, one.setting)) for one in found]  # type: ignore[misc]  # three of them


FILM = [GREY] * 14 + [GREEN, GREY, BLUE, GREY, RED, GREY, WHITE, GREY]
IS_SAID = {
    GREEN: ("", "", "a forest"),
    BLUE: ("", "", "the sea"),
    RED: ("", "an explosion", ""),
    WHITE: ("joyful", "", ""),
    GREY: ("", "", ""),
}


@pytest.mark.parametrize("form", [{}, {"is_one_file": True}, {"tokens": 16}], ids=["two", "one", "filled up"])
def test_the_right_word_is_said_of_what_stands_out_and_none_of_the_usual(
    form: dict[str, int], tmp_path: Path
) -> None:
    stills = stills_in(tmp_path / "stills", FILM)
    film = seen_in(words_of(files_in(tmp_path / "clip", **form)), stills)
    assert said_of(film, stills) == [IS_SAID[colour] for colour in FILM]


def test_what_the_model_likes_whatever_it_is_shown_is_never_said(tmp_path: Path) -> None:
    files = files_in(tmp_path / "clip")
    stills = stills_in(tmp_path / "stills", FILM)
    towers = load_clip(files, tokenize)
    kitchen = towers.sentence("a film still of a kitchen")
    forest = towers.sentence("a film still of a forest with trees")
    grey = towers.picture(np.full((8, 8, 3), 110, np.uint8))
    assert kitchen @ grey > forest @ grey + 0.3, "the model itself would say kitchen of nearly everything"
    assert not any("a kitchen" in texts for texts in said_of(seen_in(words_of(files), stills), stills))


def test_what_a_film_always_shows_is_not_said_nor_anything_of_a_film_of_few_stills(tmp_path: Path) -> None:
    words = words_of(files_in(tmp_path / "clip"))
    stills = stills_in(tmp_path / "alike", [GREEN] * 40)
    said = said_of(seen_in(words, stills), stills)
    assert not any("a forest" in texts for texts in said), "it is what this film always shows"
    assert sum(bool("".join(texts)) for texts in said) <= 2, "chance alone says hardly anything"
    few = stills_in(tmp_path / "few", [GREY] * 5 + [GREEN, BLUE])
    assert seen_in(words, few).of_still == {}


def test_of_nearness_that_means_nothing_hardly_a_still_gets_a_word() -> None:
    words = vocabulary()
    noise = 0.2 + 0.02 * np.random.default_rng(3).standard_normal((2000, len(words)))
    seen = standing_out(noise, words)
    for kind in KINDS:
        assert sum(getattr(one, kind) is not None for one in seen) <= 0.05 * len(seen), kind
    noise[7, next(place for place, word in enumerate(words) if word.word == "a desert")] += 0.2
    desert = standing_out(noise, words)[7].setting
    assert desert is not None
    assert desert.word == "a desert"


def test_two_words_that_are_as_near_are_no_answer() -> None:
    words = [Word("setting", name, (name,)) for name in ("one", "two", "three")]
    nearness = 0.2 + 0.01 * np.random.default_rng(1).permuted(
        np.tile(np.linspace(-1, 1, 40)[:, None], 3), axis=0
    )
    nearness[3] = (0.3, 0.3, 0.2)
    nearness[4] = (0.3, 0.2, 0.2)
    seen = standing_out(nearness, words)
    assert seen[3].setting is None
    assert seen[4].setting == words[0]


def word(kind: str, name: str) -> Word:
    return next(one for one in vocabulary() if (one.kind, one.word) == (kind, name))


def test_a_word_stands_before_what_was_measured_unless_that_contradicts_it() -> None:
    seen = clip_words.WordsSeen(
        word("mood", "joyful"), word("action", "running"), word("setting", "a kitchen")
    )
    said = with_words(MEASURED, seen)
    assert (said.mood, said.action, said.setting) == (
        "joyful; neutral",
        "running; little motion",
        "a kitchen; evenly lit",
    )
    assert said.visual_content == MEASURED.visual_content
    still = replace(MEASURED, action="a person, motionless")
    assert with_words(still, seen).action == still.action
    for place in ("a street, outdoors; evenly lit", "outdoors; evenly lit", "a bedroom, indoors; evenly lit"):
        assert with_words(replace(MEASURED, setting=place), seen).setting == place
    same = replace(MEASURED, setting="a kitchen, indoors; evenly lit")
    assert with_words(same, seen).setting.startswith("a kitchen; a kitchen, indoors")


def test_every_word_that_may_be_said_is_read_by_narrative_as_something() -> None:
    assert len({(one.kind, one.word) for one in vocabulary()}) == len(vocabulary())
    for one in vocabulary():
        assert one.kind in KINDS
        assert one.shows
        texts = {
            "visual_content": "A picture",
            "mood": "neutral",
            "action": "motion",
            "setting": "evenly lit",
        }
        plain = read_description(SceneDescription(**texts), "drama")
        read = read_description(SceneDescription(**(texts | {one.kind: one.word})), "drama")
        assert (read.tension, read.deed, read.place) != (plain.tension, plain.deed, plain.place), one
        assert (read.place == NEUTRAL.place) == (one.kind != "setting"), one


def test_the_describer_says_the_words_and_its_name_tells_model_words_and_stills(tmp_path: Path) -> None:
    stills = stills_in(tmp_path / "stills", FILM)
    clip = words_of(files_in(tmp_path / "clip"))
    eyes = EmbeddedDescriber(clip=clip)
    green = StillView(0.0, stills[FILM.index(GREEN)])
    alone = eyes.describe(green)
    assert alone == EmbeddedDescriber().describe(green), "one still alone has no usual one beside it"
    analysis = FilmAnalysis.__new__(FilmAnalysis)
    object.__setattr__(analysis, "shots", ())
    knowing = eyes.knowing(FilmEyes(()), analysis, seen_in(clip, stills))
    assert knowing.describe(green).setting == f"a forest; {alone.setting}"
    assert knowing.describe(StillView(0.0, stills[0])) == eyes.describe(StillView(0.0, stills[0]))
    fewer = eyes.knowing(FilmEyes(()), analysis, seen_in(clip, stills[1:]))
    other = EmbeddedDescriber(clip=words_of(files_in(tmp_path / "other", tokens=16)))
    names = [one.identity for one in (EmbeddedDescriber(), eyes, knowing, fewer, other)]
    assert len(set(names)) == len(names)
    assert all(name.startswith(EmbeddedDescriber().identity) for name in names)
    assert knowing.identity == eyes.knowing(FilmEyes(()), analysis, seen_in(clip, stills[::-1])).identity


def test_equal_stills_get_equal_vectors_and_a_still_that_is_none_is_passed_over(tmp_path: Path) -> None:
    clip = words_of(files_in(tmp_path / "clip"))
    stills = stills_in(tmp_path / "stills", FILM)
    broken = tmp_path / "stills" / "still999.png"
    broken.write_bytes(b"no picture")
    told: list[tuple[int, int]] = []
    film = clip.of_film(
        [*stills, broken], lambda data: picture_of(data, WHOLE), lambda *done: told.append(done)
    )
    assert broken.name not in film.of_still
    assert film.of_still == seen_in(clip, stills).of_still
    assert told[-1] == (len(stills) + 1, len(stills) + 1)


def _missing(folder: Path) -> Path:
    return folder / "nowhere"


def _empty(folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"


def _no_tokenizer(folder: Path) -> Path:
    (write_clip(folder / "clip", is_one_file=True) / "tokenizer.json").unlink()
    return folder / "clip" / "model.onnx"


def _no_network(folder: Path) -> Path:
    (write_clip(folder / "clip") / "text_model.onnx").write_bytes(b"<html>404</html>")
    return folder / "clip"


def _cut_off(folder: Path) -> Path:
    path = write_clip(folder / "clip") / "vision_model.onnx"
    path.write_bytes(path.read_bytes()[:-40])
    return folder / "clip"


def _of_one_colour(folder: Path) -> Path:
    return write_clip(folder / "clip", channels=1)


def _one_tower(folder: Path) -> Path:
    path = write_clip(folder / "clip")
    (path / "text_model.onnx").unlink()
    return (path / "vision_model.onnx").rename(path / "model.onnx")


def _foreign_network(folder: Path) -> Path:
    import cinecore.audio

    voice = next(Path(cinecore.audio.__path__[0]).glob("models/*.onnx"))
    path = write_clip(folder / "clip")
    (path / "text_model.onnx").write_bytes(voice.read_bytes())
    return path


def _broken_tokenizer(folder: Path) -> Path:
    (write_clip(folder / "clip") / "tokenizer.json").write_text("{", "utf-8")
    return folder / "clip"


BROKEN = {
    "missing": (_missing, "not there"),
    "empty folder": (_empty, "holds no CLIP"),
    "no tokenizer": (_no_tokenizer, "No tokenizer.json"),
    "no network": (_no_network, "cannot be loaded"),
    "cut off": (_cut_off, "cannot be"),
    "one colour": (_of_one_colour, "three colours"),
    "one tower": (_one_tower, "takes no sentences"),
    "foreign": (_foreign_network, "cannot be used"),
    "broken tokenizer": (_broken_tokenizer, "tokenizer cannot be read"),
}


@pytest.fixture
def tokenizers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package of that name, or where it is not installed one that reads the tests' own file."""
    monkeypatch.delitem(sys.modules, "tokenizers", raising=False)
    if not _is_installed():
        place = tmp_path / "packages"
        place.mkdir()
        (place / "tokenizers.py").write_text(PACKAGE, "utf-8")
        monkeypatch.syspath_prepend(place)


def _is_installed() -> bool:
    import importlib.util

    return importlib.util.find_spec("tokenizers") is not None


@pytest.mark.usefixtures("tokenizers")
@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_clip_is_one_message_where_it_is_named_and_a_notice_where_it_is_not(
    kind: str, tmp_path: Path
) -> None:
    make, said = BROKEN[kind]
    named = make(tmp_path)
    with pytest.raises(SetupError, match=said) as caught:
        choose_describer(replace(PLAIN, clip=named, models_dir=tmp_path / "models"))
    assert caught.value.exit_status == 69
    assert "clip" in (caught.value.advice or "").lower() or "runtime said" in (caught.value.advice or "")
    assert len(caught.value.happened.splitlines()) == 1
    folder = tmp_path / "clip"
    if folder.is_dir():
        chosen = choose_describer(replace(PLAIN, models_dir=tmp_path))
        assert chosen.describer.identity == EmbeddedDescriber().identity, "the run goes on without it"
        whole = find_clip(None, tmp_path)
        assert ("is not used" in chosen.notice) == (whole is not None), chosen.notice


@pytest.mark.usefixtures("tokenizers")
def test_one_in_the_models_folder_is_found_unnamed_and_a_preview_leaves_it(tmp_path: Path) -> None:
    write_clip(tmp_path / "models" / "siglip-small")
    settings = replace(PLAIN, models_dir=tmp_path / "models")
    found = choose_describer(settings)
    assert " clip " in found.describer.identity
    assert found.notice == ""
    named = choose_describer(replace(PLAIN, models_dir=tmp_path / "models", clip=Path("siglip-small")))
    assert named.describer.identity == found.describer.identity
    assert " clip " not in choose_describer(replace(settings, preview=True)).describer.identity


def test_without_the_package_it_is_said_how_to_get_it_and_no_run_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_clip(tmp_path / "clip-small")
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(SetupError, match="tokenizer") as caught:
        find_clip_words(folder, tmp_path)
    assert "cinecut[clip]" in (caught.value.advice or "")
    words, notice = find_clip_words(None, tmp_path)
    assert words is None
    assert "is not used" in notice
    assert "cinecut[clip]" in notice


@pytest.mark.usefixtures("tokenizers")
def test_a_clip_that_has_answered_is_not_loaded_again_until_one_of_its_files_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[Path] = []

    def counted(files: ClipFiles, tokenizer: object = None) -> object:
        loads.append(files.picture)
        return load_clip(files, tokenizer)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(clip_words, "load_clip", counted)
    folder, kept = write_clip(tmp_path / "clip-small"), tmp_path / "kept"
    first, _ = find_clip_words(None, tmp_path, kept)
    again, _ = find_clip_words(None, tmp_path, kept)
    assert first is not None
    assert again is not None
    assert again.identity == first.identity
    assert len(loads) == 1
    (folder / "text_model.onnx").write_bytes(b"no network")
    for _ in range(2):
        words, notice = find_clip_words(None, tmp_path, kept)
        assert words is None
        assert "is not used" in notice
    assert len(loads) == 3, "a broken one is tried anew each time"
    write_clip(folder)
    for record in kept.iterdir():
        record.write_text("{", "utf-8")
    mended, _ = find_clip_words(None, tmp_path, kept)
    assert mended is not None
    assert mended.identity == first.identity
    assert len(loads) == 4


@pytest.mark.usefixtures("tokenizers")
def test_one_in_the_models_folder_stays_unused_where_the_settings_say_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_clip(tmp_path / "models" / "clip-small")
    monkeypatch.setenv("CINECUT_MODELS_DIR", str(tmp_path / "models"))
    (tmp_path / "cinecut.toml").write_text('clip = "none"\nvision = "embedded"\n', "utf-8")
    monkeypatch.setenv("CINECUT_CONFIG", str(tmp_path / "cinecut.toml"))
    settings = trailer_settings(tmp_path / "film.mkv", {})
    assert choose_describer(settings).describer.identity == EmbeddedDescriber().identity
    found = next(finding for finding in examine() if finding.name == "CLIP")
    assert "the setting `clip` says so" in found.detail
    monkeypatch.delenv("CINECUT_CONFIG")
    plain = trailer_settings(tmp_path / "film.mkv", {"vision": "embedded"})
    assert " clip " in choose_describer(plain).describer.identity


@pytest.mark.usefixtures("tokenizers")
def test_doctor_names_it_or_says_what_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINECUT_MODELS_DIR", str(tmp_path))

    def told() -> tuple[str, str, str]:
        found = next(finding for finding in examine() if finding.name == "CLIP")
        return found.state, found.detail, found.advice

    state, _, advice = told()
    assert state == "optional"
    assert "cinecut models get clip" in advice
    folder = write_clip(tmp_path / "clip-small")
    state, detail, _ = told()
    assert state == "ok"
    assert "clip-small" in detail
    (folder / "text_model.onnx").write_bytes(b"no network")
    state, detail, _ = told()
    assert state == "optional"
    assert "is not used" in detail


def test_the_package_itself_reads_the_same_tokens(tmp_path: Path) -> None:
    if not _is_installed():
        pytest.skip("the package tokenizers (extra `clip`) is not installed")
    write_tokenizer(tmp_path / "tokenizer.json")
    path = tmp_path / "x.onnx"
    read, filler = read_tokenizer(ClipFiles(path, path, tmp_path / "tokenizer.json"))
    text = "a film still of a forest with trees"
    assert list(read(text)) == list(tokenize(text))
    assert filler == 0


def test_a_picture_is_seen_whole_and_at_the_size_that_the_model_wants(tmp_path: Path) -> None:
    towers = load_clip(files_in(tmp_path / "clip"), tokenize)
    wide = np.zeros((SIDE, 10 * SIDE, 3), np.uint8)
    wide[:, : 2 * SIDE] = 255
    assert not np.allclose(towers.picture(wide), towers.picture(np.zeros_like(wide)), atol=0.01)
