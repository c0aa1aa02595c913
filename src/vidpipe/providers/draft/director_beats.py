"""What a story is made of while the director reads it: figures, places, beats.

Deliberately not here: how they are read out of sentences (`director_story`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from vidpipe.providers.draft.words import Noun, Verb
from vidpipe.schemas.kinds import AssetType
from vidpipe.schemas.script import ScriptLine, ShotHints
from vidpipe.schemas.storyboard import AssetSpec


@dataclass
class Figure:
    """A person or thing while the story is being read; it gathers what is said of it."""

    number: int
    word: str
    """The noun it was first called by, or the name."""
    noun: Noun | None
    name: str
    asset_type: AssetType
    gender: str = ""
    age: str = ""
    """"", old, young or child."""
    color: str = ""
    looks: list[str] = field(default_factory=list)
    clothes: list[tuple[int, str]] = field(default_factory=list)
    """(beat from which on, what is worn)."""
    mentions: int = 0
    count: int = 1
    is_named: bool = False
    is_owned: bool = False
    modifier: str = ""
    known: AssetSpec | None = None

    @property
    def is_person(self) -> bool:
        """Whether it is a human being, as far as the words say."""
        if self.noun is None:
            return self.asset_type is AssetType.CHARACTER
        return self.noun.is_person or (self.is_named and not self.noun.is_animal)

    @property
    def is_animal(self) -> bool:
        """Whether it is an animal."""
        return self.noun is not None and self.noun.is_animal

    @property
    def acts(self) -> bool:
        """Whether it is a character rather than a thing."""
        return self.asset_type is AssetType.CHARACTER

    @property
    def is_crowd(self) -> bool:
        """Whether it is many, none of whom matters."""
        return self.noun is not None and self.noun.is_crowd

    @property
    def label(self) -> str:
        """The common noun that is drawn for it."""
        if not self.is_person or self.is_crowd:
            return self.noun.label if self.noun is not None else self.word
        if self.noun is not None and self.noun.label in {"old man", "old woman"}:
            return self.noun.label
        is_female = self.is_female
        if self.age == "child" or (self.noun is not None and self.noun.is_child):
            return "girl" if is_female else "boy"
        if self.age == "old":
            return "old woman" if is_female else "old man"
        return "woman" if is_female else "man"

    @property
    def is_female(self) -> bool:
        """Whether she is a she; where nothing says so, what the word usually is."""
        gender = self.gender or (self.noun.gender or self.noun.usual_gender if self.noun else "")
        return gender == "f"

    @property
    def shown(self) -> str:
        """How a sentence calls it: `Mara`, `the red kite`."""
        if self.is_named:
            return self.name
        color = f"{self.color} " if self.color and self.color not in self.name else ""
        return f"the {color}{self.name}"

    def worn_at(self, beat: int) -> str:
        """What it wears at a beat: what was last said before."""
        worn = [text for since, text in self.clothes if since <= beat]
        return worn[-1] if worn else ""


@dataclass(frozen=True)
class Place:
    """Where and when something happens."""

    setting: str
    """One of the artist's, or the word as written."""
    is_interior: bool = False
    words: str = ""
    """As the script calls it."""
    is_stated: bool = False
    """Whether the script says so, rather than the director supposing it."""
    behind: tuple[str, ...] = ()
    """Labels of what must be seen there: `lighthouse`."""
    time_of_day: str = "day"
    weather: str = ""

    @property
    def key(self) -> tuple[str, bool, str]:
        """What makes two places one."""
        return (self.setting, self.is_interior, self.words.lower() if self.is_stated else "")


@dataclass(frozen=True)
class Beat:
    """One thing that happens, or lines that are said."""

    text: str
    scene: int
    """Number of the script's scene, from 0."""
    place: Place
    heading: str = ""
    subjects: tuple[int, ...] = ()
    objects: tuple[int, ...] = ()
    others: tuple[int, ...] = ()
    """What else is seen: by, near, in front of them."""
    verb: Verb | None = None
    action: str = ""
    """From the verb on, for a placement: `finds the red kite`."""
    second: tuple[tuple[int, ...], str, str] | None = None
    """What the objects do meanwhile: (who, action, pose)."""
    expression: str = ""
    lines: tuple[ScriptLine, ...] = ()
    speakers: tuple[int | None, ...] = ()
    """For each line the figure that speaks; None for narration."""
    details: tuple[str, ...] = ()
    hints: ShotHints = field(default_factory=ShotHints)
    sounds: tuple[str, ...] = ()
    transition: str = ""
    is_added: bool = False
    """Whether the director supposed it."""

    @property
    def flags(self) -> frozenset[str]:
        """What its verb says to a director."""
        return self.verb.flags if self.verb else frozenset()

    @property
    def figures(self) -> tuple[int, ...]:
        """Everyone and everything in it, each once, in order."""
        speaking = tuple(number for number in self.speakers if number is not None)
        return tuple(dict.fromkeys((*self.subjects, *speaking, *self.objects, *self.others)))


@dataclass(frozen=True)
class Story:
    """A script as the director understands it."""

    figures: tuple[Figure, ...]
    beats: tuple[Beat, ...]
