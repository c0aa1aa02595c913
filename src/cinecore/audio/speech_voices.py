"""Who sounds how: words about a speaker to a voice of an engine, the same one each time; no sound is made here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cinecore.files import digest_bytes
from cinecore.ports import VoiceHint

KINDS = ("man", "woman", "old man", "old woman", "boy", "girl", "narrator")


def _words(row: str) -> frozenset[str]:
    return frozenset(row.split())


_OLD = _words(
    "old elderly aged ancient elder grandfather grandpa granddad grandad grandmother grandma granny gran "
    "nana crone hag hermit widow widower"
)
_YOUNG = _words("boy girl child kid toddler teen teenager teenage schoolboy schoolgirl daughter son")
_WOMEN = _words(
    "woman women lady girl schoolgirl mother mum mom mummy mommy grandmother grandma granny gran nana aunt "
    "auntie sister daughter queen princess duchess wife widow bride witch nun actress waitress heroine goddess "
    "priestess crone hag female feminine she her mrs ms miss madam madame lass maid hostess policewoman"
)
_MEN = _words(
    "man men gentleman boy schoolboy father dad daddy grandfather grandpa granddad grandad uncle brother son king "
    "prince duke husband widower groom wizard monk actor waiter hero priest male masculine he him mr sir lord "
    "lad fisherman policeman fireman sailor captain sergeant soldier hermit"
)
_NARRATORS = _words("narrator narration announcer storyteller")

NUMBERS = 60
"""Voices of one kind that names are dealt over where no cast was made."""


def voice_kind(hint: VoiceHint) -> str:
    """A word of `KINDS`: by the words about the voice, else by the name, else one that the name always gets."""
    said = set(re.findall(r"[a-z]+", hint.words.lower()))
    named = set(re.findall(r"[a-z]+", hint.name.lower()))
    if (said | named) & _NARRATORS or not (said | named or hint.name.strip()):
        return "narrator"
    is_woman = _is_woman(said)
    if is_woman is None:
        is_woman = _is_woman(named)
    if is_woman is None:
        # most English names that end so are women's; of the others every second one by its letters
        first = re.findall(r"[a-z]+", hint.name.lower())[:1]
        is_woman = bool(first and first[0].endswith("a")) or name_number(hint.name) % 2 == 1
    words = said or named
    if words & _YOUNG:
        return "girl" if is_woman else "boy"
    if (said | named) & _OLD and not said & {"young", "younger"}:
        return "old woman" if is_woman else "old man"
    return "woman" if is_woman else "man"


def _is_woman(words: set[str]) -> bool | None:
    if bool(words & _WOMEN) == bool(words & _MEN):
        return None
    return bool(words & _WOMEN)


def name_number(name: str) -> int:
    """A number from 0 to 59 that a name always has, however it is written."""
    return int(digest_bytes(" ".join(name.casefold().split()).encode("utf-8", "replace"))[:8], 16) % NUMBERS


@dataclass(frozen=True)
class EspeakVoice:
    """A voice of espeak-ng."""

    language: str
    variant: str
    pitch: int
    """0 to 99, 50 as the voice comes."""
    words_per_minute: int

    def name(self, language: str | None = None) -> str:
        """As `-v` takes it, in another language if one is given."""
        return f"{language or self.language}{self.variant}"


@dataclass(frozen=True)
class BentVoice:
    """A recorded or learnt voice, moved in pitch (and with it in size) and in pace."""

    name: str
    pitch: float
    """Factor of its frequencies."""
    pace: float
    """Factor of its speed."""


ESPEAK: dict[str, tuple[EspeakVoice, ...]] = {
    "man": (
        EspeakVoice("en-us", "", 50, 165),
        EspeakVoice("en-gb", "+m1", 40, 160),
        EspeakVoice("en-gb-scotland", "", 54, 168),
        EspeakVoice("en-us", "+m7", 62, 170),
        EspeakVoice("en-gb-x-rp", "+m3", 34, 156),
        EspeakVoice("en-us", "+m2", 46, 162),
    ),
    "woman": (
        EspeakVoice("en-us", "+f3", 52, 168),
        EspeakVoice("en-gb", "+f2", 44, 164),
        EspeakVoice("en-gb-x-rp", "+f4", 58, 170),
        EspeakVoice("en-us", "+f1", 48, 160),
        EspeakVoice("en-gb-scotland", "+f5", 56, 172),
        EspeakVoice("en-029", "+f2", 62, 160),
    ),
    "old man": (
        EspeakVoice("en-gb", "", 24, 140),
        EspeakVoice("en-us", "+m5", 30, 136),
        EspeakVoice("en-gb-scotland", "+m1", 20, 144),
        EspeakVoice("en-us", "+m3", 16, 140),
    ),
    "old woman": (
        EspeakVoice("en-gb", "+f4", 38, 140),
        EspeakVoice("en-us", "+f1", 32, 136),
        EspeakVoice("en-gb-x-rp", "+f2", 34, 144),
    ),
    "boy": (
        EspeakVoice("en-us", "+f4", 84, 174),
        EspeakVoice("en-gb", "+f1", 88, 170),
        EspeakVoice("en-us", "+f5", 74, 178),
    ),
    "girl": (
        EspeakVoice("en-us", "+f2", 92, 174),
        EspeakVoice("en-gb", "+f3", 86, 170),
        EspeakVoice("en-us", "+f3", 96, 180),
    ),
    "narrator": (EspeakVoice("en-gb-x-rp", "", 44, 154), EspeakVoice("en-us", "+f1", 40, 154)),
}
ESPEAK_PITCH_STEP = 6
"""By how much the next speaker is moved who gets a voice that another one has."""

ESPEAK_LANGUAGES = {
    "ARABIC": "ar",
    "ARMENIAN": "hy",
    "BENGALI": "bn",
    "CJK": "cmn",
    "CYRILLIC": "ru",
    "DEVANAGARI": "hi",
    "GEORGIAN": "ka",
    "GREEK": "el",
    "HANGUL": "ko",
    "HEBREW": "he",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "TAMIL": "ta",
    "THAI": "th",
}
"""The language that a script is read in where it is not Latin; Latin letters are read as English."""

FLITE: dict[str, tuple[BentVoice, ...]] = {
    "man": (BentVoice("rms", 1.0, 1.05), BentVoice("awb", 0.96, 1.0), BentVoice("kal16", 1.08, 1.05)),
    "woman": (BentVoice("slt", 1.0, 1.0), BentVoice("slt", 0.92, 0.97), BentVoice("slt", 1.08, 1.03)),
    "old man": (BentVoice("rms", 0.9, 0.88), BentVoice("kal16", 0.9, 0.9), BentVoice("awb", 0.82, 0.86)),
    "old woman": (BentVoice("slt", 0.85, 0.86), BentVoice("slt", 0.8, 0.9)),
    "boy": (BentVoice("slt", 1.24, 1.04), BentVoice("awb", 1.55, 1.05)),
    "girl": (BentVoice("slt", 1.34, 1.04), BentVoice("slt", 1.42, 1.08)),
    "narrator": (BentVoice("rms", 0.96, 0.97), BentVoice("slt", 0.96, 0.94)),
}

PACKAGED: dict[str, tuple[BentVoice, ...]] = {
    "man": (BentVoice("heart", 0.7, 1.0), BentVoice("heart", 0.76, 1.03), BentVoice("heart", 0.66, 0.97)),
    "woman": (BentVoice("heart", 1.0, 1.0), BentVoice("heart", 0.94, 0.97), BentVoice("heart", 1.06, 1.04)),
    "old man": (BentVoice("heart", 0.68, 0.86), BentVoice("heart", 0.72, 0.9)),
    "old woman": (BentVoice("heart", 0.86, 0.86), BentVoice("heart", 0.9, 0.9)),
    "boy": (BentVoice("heart", 1.18, 1.02), BentVoice("heart", 1.24, 1.06)),
    "girl": (BentVoice("heart", 1.3, 1.02), BentVoice("heart", 1.38, 1.06)),
    "narrator": (BentVoice("heart", 0.97, 0.95), BentVoice("heart", 0.72, 0.95)),
}
BENT_PITCH_STEP = 0.03


def espeak_voice(hint: VoiceHint) -> EspeakVoice:
    """The voice of espeak-ng that a speaker always has."""
    kind = voice_kind(hint)
    voices = ESPEAK[kind]
    around, index = divmod(_number(hint), len(voices))
    voice = voices[index]
    pitch = min(99, max(1, voice.pitch + _swing(around) * ESPEAK_PITCH_STEP))
    variant = voice.variant
    if re.search(r"\bwhisper", hint.manner.lower()):
        variant = "+whisperf" if kind in {"woman", "old woman", "girl", "boy"} else "+whisper"
    return EspeakVoice(voice.language, variant, pitch, voice.words_per_minute)


def bent_voice(hint: VoiceHint, engine: dict[str, tuple[BentVoice, ...]]) -> BentVoice:
    """The voice of flite or of the packaged engine that a speaker always has."""
    voices = engine[voice_kind(hint)]
    around, index = divmod(_number(hint), len(voices))
    voice = voices[index]
    return BentVoice(voice.name, round(voice.pitch + _swing(around) * BENT_PITCH_STEP, 4), voice.pace)


def _number(hint: VoiceHint) -> int:
    return hint.number if hint.number is not None else name_number(hint.name)


def _swing(around: int) -> int:
    """0, 1, -1, 2, -2 … for the first, second, third … time that a voice is given out; never far off."""
    step = (around % 5 + 1) // 2
    return step if around % 2 else -step
