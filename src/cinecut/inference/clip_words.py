"""What a user's own CLIP adds to a still's description: a word for mood, action and setting, where it stands out in this film.

A model likes some sentences better than others whatever it is shown. So no nearness is taken for itself: each word is
measured against the other stills of the same film, and said only of the few that are far nearer to it than the usual
one. What a film shows most of the time is therefore not named. Deliberately not here: the model (`cinecore.vision.clip`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cinecore.errors import SetupError
from cinecore.files import digest_bytes
from cinecore.ports import Description
from cinecore.vision.clip import Tokenize, TwoTowers, load_clip
from cinecore.vision.clip_files import ClipFiles, find_clip
from cinecore.vision.panels import Picture
from cinecut.inference.clip_checked import known_digest, remember
from cinecut.inference.pixels import ACTION_UNKNOWN

CLIP_WORDS_VERSION = 1
"""Raised when a word, a threshold or the way of preparing pictures changes."""

KINDS = ("mood", "action", "setting")

STANDS_OUT = 3.0
"""How far above the film's usual still a word must be, in the film's own spread (1.4826 × the median distance from the
median, which is one standard deviation where the spread is normal). Where nothing is meant, about one still in 50 has
such a word in a list of fifteen."""

AHEAD, AHEAD_SHARE = 1.0, 0.2
"""By how much of the same, and by what part of its own height, the winner must lead the next word of its kind: two that
are as near are no answer."""

LEAST_SPREAD = 0.008
"""Of cosines, a judgement: below it stills differ by grain, framing and the rounding of an 8-bit model. So a film whose
stills all look alike does not have its noise named."""

FEWEST_STILLS = 8
"""From which on a film has a usual still."""

USUAL_SPREAD = 1.4826
"""Standard deviation of a normal spread, by its median distance from the median."""


@dataclass(frozen=True)
class Word:
    """One thing that may be said."""

    kind: str
    """mood | action | setting"""
    word: str
    shows: tuple[str, ...]
    """What pictures show of which it is true, as a model is asked."""
    where: str = ""
    """indoors | outdoors, where a setting tells."""
    moves: bool = False
    """Whether an action cannot be where nothing moves."""


@dataclass(frozen=True)
class WordsSeen:
    """What stands out in one still, by kind; None where nothing does."""

    mood: Word | None = None
    action: Word | None = None
    setting: Word | None = None


NOTHING = WordsSeen()


@cache
def vocabulary() -> tuple[Word, ...]:
    """All that may be said, in the order of the file; `shows` are whole sentences."""
    import tomllib

    document = tomllib.loads(resources.files(__package__).joinpath("clip_words.toml").read_text("utf-8"))
    template = str(document["template"])
    return tuple(
        Word(
            entry["kind"],
            entry["word"],
            tuple(template.format(shown) for shown in entry["shows"]),
            entry.get("where", ""),
            entry.get("moves", False),
        )
        for entry in document["words"]
    )


@dataclass(frozen=True, eq=False)
class FilmWords:
    """What stands out in each still of one film."""

    of_still: Mapping[str, WordsSeen]
    """By the still's file name."""
    stills_digest: str
    """Of the stills among which it stands out."""

    def add_to(self, said: Description, still: str) -> Description:
        """A description with the words of its still, each only where nothing that was measured contradicts it."""
        return with_words(said, self.of_still.get(still, NOTHING))


@dataclass(frozen=True, eq=False)
class ClipWords:
    """A user's CLIP and what it may say; nothing is loaded until a film is looked at."""

    files: ClipFiles
    digest: str
    """Of the model's files."""
    tokenize: Tokenize | None = field(default=None, repr=False)
    """Another reader of sentences than the model's own file."""

    @property
    def identity(self) -> str:
        """The model's files, the words, and how they are chosen."""
        words = digest_bytes(repr(vocabulary()).encode("utf-8"))
        return f"clip {self.digest[:16]} words {words[:12]} way {CLIP_WORDS_VERSION}"

    def check(self) -> None:
        """Nothing, if the model can be loaded and answers.

        Raises:
            SetupError: It cannot.
        """
        load_clip(self.files, self.tokenize).check()

    def of_film(
        self,
        stills: Sequence[Path],
        picture_of: Callable[[bytes], Picture | None],
        tell: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> FilmWords:
        """Look at a film's stills; one that cannot be read is passed over.

        Args:
            stills: Their files.
            picture_of: A file's bytes as a picture; None where they are none.
            tell: Hears of stills done, and of how many there are.

        Raises:
            SetupError: The model cannot be used.
        """
        ordered = sorted(set(stills), key=lambda path: path.name)
        if len(ordered) < FEWEST_STILLS:
            return FilmWords({}, digest_of_stills(ordered))
        towers = load_clip(self.files, self.tokenize)
        names, rows = [], []
        for number, path in enumerate(ordered, 1):
            picture = _read(path, picture_of)
            if picture is not None:
                names.append(path.name)
                rows.append(towers.picture(picture))
            tell(number, len(ordered))
        digest = digest_of_stills(ordered)
        if len(rows) < FEWEST_STILLS:
            return FilmWords({}, digest)
        nearness = np.stack(rows).astype(np.float64) @ _sentences(towers, vocabulary()).T
        return FilmWords(dict(zip(names, standing_out(nearness, vocabulary()), strict=True)), digest)


def find_clip_words(
    named: Path | None, models_folder: Path, checked: Path | None = None
) -> tuple[ClipWords | None, str]:
    """The user's CLIP, and why one that lies in the models folder unnamed is not used.

    One that has not answered on this machine before is loaded once, to know that it does.

    Args:
        named: A file or folder.
        models_folder: Where one is looked for that is not named.
        checked: Folder in which is kept which ones have answered; None: it is loaded in any case.

    Raises:
        SetupError: The one that is named cannot be used.
    """
    files = None
    try:
        files = find_clip(named, models_folder)
        if files is None:
            return None, ""
        digest = known_digest(files, checked) if checked is not None else None
        if digest is not None:
            return ClipWords(files, digest), ""
        words = ClipWords(files, files.digest)
        words.check()
        if checked is not None:
            remember(files, words.digest, checked)
    except SetupError as error:
        if named is not None:
            raise
        called = f" {files.name!r}" if files is not None else ""
        return (
            None,
            f"The CLIP{called} in the models folder is not used: {error.happened} {error.advice or ''}".rstrip(),
        )
    return words, ""


def digest_of_stills(stills: Sequence[Path]) -> str:
    """Which stills a word stands out among: their names and bytes; one that cannot be read counts by its name."""
    known = []
    for path in sorted(set(stills), key=lambda path: path.name):
        try:
            known.append((path.name, digest_bytes(path.read_bytes())))
        except (OSError, ValueError):
            known.append((path.name, ""))
    return digest_bytes(repr(known).encode("utf-8", "surrogatepass"))


def standing_out(nearness: npt.NDArray[np.float64], words: Sequence[Word]) -> list[WordsSeen]:
    """The word of each kind that stands out in each still.

    Args:
        nearness: Cosines, one row a still and one column a word.
        words: The columns.
    """
    usual = np.median(nearness, axis=0)
    spread = USUAL_SPREAD * np.median(np.abs(nearness - usual), axis=0)
    # a word that hardly moves in this film is measured by what its neighbours do: its own noise would look large
    spread = np.maximum(spread, max(LEAST_SPREAD, float(np.median(spread)) / 2))
    above = (nearness - usual) / spread
    seen = [NOTHING] * len(nearness)
    for kind in KINDS:
        columns = [place for place, word in enumerate(words) if word.kind == kind]
        for row, heights in enumerate(above[:, columns] if columns else ()):
            order = np.argsort(-heights, kind="stable")
            first = float(heights[order[0]])
            second = float(heights[order[1]]) if len(order) > 1 else -np.inf
            if first >= STANDS_OUT and first - second >= max(AHEAD, AHEAD_SHARE * first):
                seen[row] = replace(seen[row], **{kind: words[columns[int(order[0])]]})
    return seen


def with_words(said: Description, seen: WordsSeen) -> Description:
    """A description with what stands out before what was measured; a measured contradiction keeps a word out."""
    mood, action, setting = said.mood, said.action, said.setting
    if seen.mood is not None:
        mood = f"{seen.mood.word}; {mood}"
    if seen.action is not None and not (seen.action.moves and "motionless" in action):
        action = seen.action.word if action == ACTION_UNKNOWN else f"{seen.action.word}; {action}"
    if seen.setting is not None and not _contradicts(setting, seen.setting):
        setting = f"{seen.setting.word}; {setting}"
    return Description(said.visual_content, mood, action, setting)


def _contradicts(setting: str, word: Word) -> bool:
    """Whether things that stand there say another place: `a street, outdoors; …` is no kitchen, and no field either."""
    measured, _, _ = setting.partition(";")
    told = next((where for where in ("indoors", "outdoors") if where in measured), "")
    if not told:
        return False
    place = measured.removesuffix(told).strip(" ,")
    return told != word.where or (bool(place) and place != word.word)


def _sentences(towers: TwoTowers, words: Sequence[Word]) -> npt.NDArray[np.float64]:
    """One row of length 1 a word: the middle of its sentences."""
    rows = np.stack([np.mean([towers.sentence(text) for text in word.shows], axis=0) for word in words])
    unit: npt.NDArray[np.float64] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float64)
    return unit


def _read(path: Path, picture_of: Callable[[bytes], Picture | None]) -> Picture | None:
    try:
        return picture_of(path.read_bytes())
    except (OSError, ValueError):
        return None
