"""What lines feel like, by how near an encoder puts them to sentences that stand for a feeling (`feelings.toml`).

What is near to no feeling, or to two, or to plain talk as well, stays unsaid. Deliberately not here: word lists
(`lexicon.py`), and which of the two is believed.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Sequence
from importlib import resources

import numpy as np
import numpy.typing as npt

from cinecore.files import digest_bytes
from cinecore.language.lexicon import Emotion
from cinecore.ports import SentenceEncoder

FEELINGS_VERSION = 1
"""Part of the identity: another way of judging is another feeling."""

NEAREST = 5
"""So many of a class's sentences say how near the class is: one alone may share a mere word."""

LEAST_NEARNESS = 0.45
LEAST_LEAD = 0.05
"""Cosine to the nearest class, and its lead over the next, neutral among them. Chosen on the prototypes
themselves, each language told by the others', and on plain lines of languages that the encoder never learnt."""

WEAKEST, STRONGEST = 0.3, 0.7
"""Strengths at the least nearness and at `FULL_NEARNESS`: a listed word's, and little more than a strong one's."""
FULL_NEARNESS = 0.85

LONGEST_CHARACTERS = 300
"""What is longer is no line; its beginning is judged."""


class FeelingReader:
    """Tells feelings by nearness; the sentences they are measured by are encoded along with the lines."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        """`encoder` must put like meanings near one another across languages."""
        self._encoder = encoder
        self._data = resources.files("cinecore.language").joinpath("feelings.toml").read_bytes()

    @property
    def identity(self) -> str:
        """The encoder, the sentences and the way of judging."""
        return f"{self._encoder.identity} by {digest_bytes(self._data)[:12]} way {FEELINGS_VERSION}"

    def feelings(self, lines: Sequence[str]) -> list[Emotion | None]:
        """A feeling for each line, None where nothing stands out; marks and capitals change nothing.

        Raises:
            SetupError: The encoder cannot be loaded.
            ToolError: It failed.
        """
        plain = [plain_words(line) for line in lines]
        asked = [words for words in dict.fromkeys(plain) if words]
        if not asked:
            return [None] * len(plain)
        classes: dict[str, dict[str, list[str]]] = tomllib.loads(self._data.decode())
        known = [
            (name, plain_words(sentence))
            for name, languages in classes.items()
            for sentences in languages.values()
            for sentence in sentences
        ]
        of_class = np.array([list(classes).index(name) for name, _ in known])
        stand_for: list[npt.NDArray[np.float32]] = []
        found: list[Emotion | None] = []
        for places in self._encoder.encode([*(words for _, words in known), *asked]):
            # the first places are the classes' own; a batch may hold the last of those and the first lines
            wanted = len(known) - sum(map(len, stand_for))
            if wanted > 0:
                stand_for.append(places[:wanted])
            rest = places[max(0, wanted) :]
            if len(rest):
                nearness = _nearness(rest, np.concatenate(stand_for), of_class, len(classes))
                found += [_told(row, list(classes)) for row in nearness]
        felt = dict(zip(asked, found, strict=True))
        return [felt.get(words) for words in plain]


def plain_words(line: str) -> str:
    """The line in small letters without marks, so that neither changes what it feels like."""
    small = line[:LONGEST_CHARACTERS].lower().replace("’", "'")
    kept = (letter if letter == "'" or _is_spoken(letter) else " " for letter in small)
    return " ".join("".join(kept).split()).strip("' ")


def _is_spoken(letter: str) -> bool:
    """Whether it is a letter, a figure, or a mark that letters bear (Thai, Arabic and Hindi vowels)."""
    return unicodedata.category(letter)[0] in "LMN"


def _nearness(
    lines: npt.NDArray[np.float32],
    stand_for: npt.NDArray[np.float32],
    of_class: npt.NDArray[np.int64],
    n_classes: int,
) -> npt.NDArray[np.float64]:
    """Lines × classes: the mean cosine to each class's nearest sentences."""
    cosines = lines.astype(np.float64) @ stand_for.astype(np.float64).T
    return np.stack(
        [np.sort(cosines[:, of_class == one], axis=1)[:, -NEAREST:].mean(axis=1) for one in range(n_classes)],
        axis=1,
    )


def _told(row: npt.NDArray[np.float64], classes: list[str]) -> Emotion | None:
    order = np.argsort(-row, kind="stable")
    best, second = float(row[order[0]]), float(row[order[1]])
    name = classes[int(order[0])]
    if name == "neutral" or best < LEAST_NEARNESS or best - second < LEAST_LEAD:
        return None
    share = min(1.0, (best - LEAST_NEARNESS) / (FULL_NEARNESS - LEAST_NEARNESS))
    # two decimals: threads and processors may differ in the seventh
    return Emotion(name, round(WEAKEST + share * (STRONGEST - WEAKEST), 2))
