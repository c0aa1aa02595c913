"""The words in which a vibe describes its music, checked once; no sound is made here.

A vibe file's `[music]` table holds exactly the fields of `Palette`. Every word below has a sound behind
it in `instruments.py`, `drums.py` or `effects.py`; a test holds the lists against each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from cinecore.errors import InputError

MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "harmonic_minor": (0, 2, 3, 5, 7, 8, 11),
    "diminished": (0, 1, 3, 4, 6, 7, 9),
}
"""Seven semitone steps above the root; `diminished` holds the tritone and clashing seconds of horror."""

CHORDS = ("triad", "seventh", "add9", "sus2", "power", "cluster")
"""How a chord is stacked on a degree of the scale."""

LEADS = (
    "none",
    "piano",
    "felt_piano",
    "celesta",
    "music_box",
    "marimba",
    "bells",
    "pluck",
    "harp",
    "guitar",
    "twang",
    "ukulele",
    "pizzicato",
    "strings",
    "cello",
    "horn",
    "brass",
    "muted_trumpet",
    "clarinet",
    "oboe",
    "whistle",
    "harmonica",
    "voice",
    "synth",
    "saw",
    "bowed_metal",
)
"""Instruments of the theme, ostinato or arpeggio."""

LEAD_LINES = ("theme", "arpeggio", "ostinato", "sparse")
"""What the lead plays: a melody, broken chords, a repeated figure of eighths or sixteenths, single notes."""

BASSES = ("none", "sub", "saw", "synth", "upright", "bowed", "piano", "drone", "guitar", "brass")
"""Instruments of the lowest part."""

BASS_LINES = ("roots", "pedal", "walking", "octaves", "pulse")
"""What the bass plays; `pedal` stays on the root of the key, `pulse` repeats eighths."""

PADS = (
    "none",
    "strings",
    "low_strings",
    "choir",
    "warm",
    "analogue",
    "glass",
    "brass",
    "organ",
    "rhodes",
    "drone",
    "dark",
)
"""Instruments that hold the chord."""

PERCUSSION = (
    "none",
    "heartbeat",
    "ticking",
    "soft_pulse",
    "brushes",
    "claps",
    "light_kit",
    "full_kit",
    "four_on_the_floor",
    "electronic",
    "toms",
    "taiko",
    "field_drum",
    "marching",
    "stomps",
    "irregular",
    "ticks_to_full",
    "rim",
)
"""Patterns, each with a half-density and a fullest form."""

HITS = (
    "hit",
    "boom",
    "braam",
    "sub_drop",
    "timpani",
    "gong",
    "bell",
    "chime",
    "glass",
    "cannon",
    "gunshot",
    "whip",
    "slam",
    "shutter",
    "woodblock",
    "pluck_hit",
    "low_piano",
    "scrape",
)
"""Sounds of a struck moment: a title, the last shot, a change of section."""

PASSAGES = ("sweep", "long_sweep", "riser", "reverse", "swell", "stop", "roll")
"""Sounds that lead somewhere or end something."""

BREATHS = (
    "heartbeat",
    "wind",
    "tone",
    "clock",
    "bell_far",
    "room",
    "hum",
    "rain",
    "creak",
    "breathing",
    "note",
)
"""The one sound under a breath."""

EFFECTS = HITS + PASSAGES + BREATHS
"""Every kind that `effects.make_effect` makes."""

SECTIONS = ("intro", "build", "drive", "stop", "drop", "tail")
"""Names of a score's sections, in the order in which they usually come."""

_NOTE_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


@dataclass(frozen=True)
class Palette:
    """The music of a vibe in plain values; unknown words are refused when it is made.

    Raises:
        InputError: A word outside the vocabulary, or a figure outside its range.
    """

    mode: str = "minor"
    root: str = "D"
    """Note name: C, C#, Db … B."""
    progression: tuple[int, ...] = (1, 6, 3, 7)
    """Scale degrees 1..7, one a bar, repeated."""
    chord: str = "triad"
    lead: str = "piano"
    lead_line: str = "theme"
    bass: str = "sub"
    bass_line: str = "roots"
    pad: str = "strings"
    percussion: str = "soft_pulse"
    hits: tuple[str, ...] = ("hit", "boom")
    """Words of HITS: the first marks titles, the last marks section changes."""
    breath: str = "room"
    """Word of BREATHS for the stop before the drop."""
    density: float = 0.6
    """0 sparse … 1 busy: how many of the pattern's subdivisions sound."""
    brightness: float = 0.5
    """0 dark … 1 bright: where the instruments' low-pass filters lie."""
    room_s: float = 1.6
    """Reverberation time (to −60 dB) in seconds, 0.2..6."""
    swing: float = 0.0
    """0 straight … 1 full triplet swing of the off-beats."""

    def __post_init__(self) -> None:
        for name, known in _WORDS.items():
            _check_word(name, getattr(self, name), known)
        for hit in self.hits:
            _check_word("hits", hit, HITS)
        if not self.hits or not self.progression:
            raise InputError(
                "A music table needs at least one hit and one chord.", None, "Fill `hits` and `progression`."
            )
        if any(not 1 <= degree <= 7 for degree in self.progression):
            raise InputError(
                "Chords are scale degrees from 1 to 7.", str(self.progression), "Write [1, 6, 3, 7]."
            )
        if not re.fullmatch(r"[A-G][#b]?", self.root):
            raise InputError("Not a note.", self.root, "Write C, C#, Db … B.")
        for name, low, high in (("density", 0, 1), ("brightness", 0, 1), ("room_s", 0.2, 6), ("swing", 0, 1)):
            if not low <= getattr(self, name) <= high:
                raise InputError(
                    f"`{name}` must lie between {low} and {high}.", str(getattr(self, name)), "Change it."
                )

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Palette:
        """The palette that a TOML `[music]` table describes; missing keys keep their defaults.

        Raises:
            InputError: An unknown key or word, or a value of the wrong type.
        """
        known = {field.name: field for field in fields(cls)}
        values: dict[str, Any] = {}
        for key, value in table.items():
            if key not in known:
                raise InputError("The music table has an unknown key.", key, f"Known: {', '.join(known)}.")
            default = known[key].default
            if isinstance(default, tuple):
                inner = type(default[0])
                fits = isinstance(value, (list, tuple)) and all(type(item) is inner for item in value)
                value = tuple(value) if fits else value  # noqa: PLW2901 - TOML arrays become tuples
            elif isinstance(default, float):
                fits = isinstance(value, (int, float)) and not isinstance(value, bool)
                value = float(value) if fits else value  # noqa: PLW2901 - TOML integers become floats
            else:
                fits = isinstance(value, str)
            if not fits:
                raise InputError(
                    f"`{key}` of the music table has the wrong type.", str(value), f"Like {default!r}."
                )
            values[key] = value
        return cls(**values)

    @property
    def root_pitch(self) -> int:
        """Semitones of the root above C, 0..11."""
        step = _NOTE_STEPS[self.root[0]]
        return (step + {"#": 1, "b": -1}.get(self.root[1:], 0)) % 12


_WORDS: dict[str, tuple[str, ...]] = {
    "mode": tuple(MODES),
    "chord": CHORDS,
    "lead": LEADS,
    "lead_line": LEAD_LINES,
    "bass": BASSES,
    "bass_line": BASS_LINES,
    "pad": PADS,
    "percussion": PERCUSSION,
    "breath": BREATHS,
}


def _check_word(field: str, word: object, known: tuple[str, ...]) -> None:
    if word not in known:
        raise InputError(
            f"`{field}` of the music table is unknown.", str(word), f"Known: {', '.join(known)}."
        )
