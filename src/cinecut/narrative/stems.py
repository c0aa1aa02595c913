"""English words as stems, with what a sentence denies told apart; no meanings, and other languages give nothing.

A vision model words its answers freely, so lists of words are compared by stem: `fights`, `fighting` and
`fought` are one. The stemmer is small on purpose: both sides of every comparison go through it, so it need not
be right about English, only the same for the forms of one word and apart for words that differ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

MOST_LETTERS_READ = 2_000
"""Of one text: what no answer of four short fields reaches."""

LONGEST_DENIAL = 3
"""Words that one `no` or `not` reaches."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_IRREGULAR = {
    form: base
    for base, forms in {
        "fight": "fought",
        "run": "ran running",
        "fall": "fell fallen",
        "weep": "wept",
        "sleep": "slept asleep",
        "sit": "sat sitting",
        "stand": "stood",
        "hold": "held",
        "hide": "hid hidden hiding",
        "bleed": "bled",
        "die": "died dying",
        "break": "broke broken",
        "flee": "fled",
        "throw": "threw thrown",
        "fly": "flew flown",
        "drive": "drove driven",
        "ride": "rode ridden",
        "strike": "struck stricken",
        "creep": "crept",
        "speak": "spoke spoken",
        "lie": "lay lying",
        "swim": "swam",
        "sing": "sang sung",
        "child": "children",
        "man": "men",
        "woman": "women",
        "knife": "knives",
        "wolf": "wolves",
        "gray": "grey",
        "color": "colour colourful colorful coloured colored",
        "leaf": "leaves",
    }.items()
    for form in forms.split()
}
_AS_THEY_ARE = _words("""armed building ceiling during evening morning everything something anything king wing ring spring string
    nothing wedding red hundred sacred naked wicked news glass chaos lens interesting clothing being
    lightning ugly early family always perhaps this across less""")
"""Words whose ending is no ending, or whose stem is another word."""

_DENIERS = _words("""no not never without nobody none neither nor cannot hardly barely scarcely lack lacks lacking absence absent
    devoid nothing non nowhere""")
_NOT_DENIED_BEFORE = frozenset(("only", "just", "merely", "doubt", "matter", "wonder", "unlike"))
"""`not only dangerous` is dangerous."""

_DENYING_PAIRS = {("free", "of"), ("free", "from"), ("rather", "than"), ("instead", "of")}
_TURNS = frozenset(("but", "however", "although", "though", "yet", "while", "whereas", "then", "instead"))
_ENDS_A_DENIAL = _words(
    "in on at near with under behind beside across through into against along above below outside inside"
)
_PASSED_OVER = _words("""a an the any is are was were be been being seem seems to appear appears look looks very really at all sign
    signs hint hints trace traces of for from or nor and there it this that these those as such longer visible
    particularly especially overly real actual particular present here so too than""")
"""Words that a denial passes over to reach what it denies, and that mean nothing themselves."""

_ENGLISH = _words("""the of and with are his her their this that for from who through near behind while into there its
    another each other which appears standing sitting woman""")
_FOREIGN = _words("""der das und ein eine einen einem einer ist sind mit auf im dem des nicht von zu sich bei aus wird le la les un
    une et est dans avec sur sous du au aux ne pas qui il elle sont ses el los las uno del con por para que y su sus
    está en se lo gli di che della nel sono os um uma da com na não em ao dos het een van de met op zijn voor niet
    ett och på är i som med bir ve w z jest się na nad w ona""")
"""Small words of languages in Latin letters: where they outnumber English ones, `war` and `die` mean nothing."""

_ALSO_ENGLISH = _words("café naïve façade fiancé fiancée décor cliché")

_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|[.,;:!?()\[\]{}\n|/\"—–]")
_WANTS_E = re.compile("[^aeiou]+[aeiou][^aeiouwxy]")
"""A short word that would double its last letter before `ing`: where it is not doubled, an `e` was dropped."""
_HARD_BREAKS = frozenset('.;:!?()[]{}\n|"—–')


@dataclass(frozen=True, slots=True)
class Said:
    """One word of a text that says something."""

    stem: str
    word: str
    """As it stood, in small letters."""
    is_denied: bool


def said_in(text: str) -> tuple[Said, ...]:
    """The words of an English text in order, small words left out."""
    tokens = _tokens(text)
    found: list[Said] = []
    reach, runs_on = 0, False
    for place, word in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        if word in _HARD_BREAKS or word in _TURNS:
            reach = LONGEST_DENIAL if word == "instead" and following == "of" else 0
        elif word in ",/":
            runs_on = reach > 0 and _lists_on(tokens, place)
            reach = LONGEST_DENIAL if runs_on else 0
        elif word in _DENIERS or word.endswith("n't") or (word, following) in _DENYING_PAIRS:
            reach = 0 if following in _NOT_DENIED_BEFORE else LONGEST_DENIAL
        elif word in _ENDS_A_DENIAL or (word == "and" and following in {"a", "an", "the", "there"}):
            reach = 0
        elif word in {"or", "nor"} and reach:
            reach = LONGEST_DENIAL
        elif word not in _PASSED_OVER:
            found.append(Said(stem(word), word, reach > 0))
            reach = max(0, reach - 1)
    return tuple(found)


def _lists_on(tokens: list[str], place: int) -> bool:
    """Whether a comma stands in a list that ends in `or`, before the sentence ends or turns."""
    for token in tokens[place + 1 :]:
        if token in {"or", "nor"}:
            return True
        if token in _HARD_BREAKS or token in _TURNS or token in _ENDS_A_DENIAL:
            return False
    return False


def is_english(*texts: str) -> bool:
    """Whether texts by one hand can be read as English: not where other languages' small words lead."""
    english = foreign = 0
    for text in texts:
        for token in _tokens(text):
            english += token in _ENGLISH
            foreign += token in _FOREIGN or not (token.isascii() or token in _ALSO_ENGLISH)
    return foreign <= english


def tidied(text: str, most_letters: int) -> str:
    """The text on one line without signs that cannot be shown, shortened at a word where it is too long."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text[: 4 * most_letters])
    line = " ".join(shown.split())
    if len(line) <= most_letters:
        return line
    return line[: most_letters - 1].rsplit(" ", 1)[0] + "…"


def _tokens(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text[:MOST_LETTERS_READ]).casefold().replace("’", "'")
    return list(_split(plain))


def _split(text: str) -> Iterator[str]:
    for token in _TOKEN.findall(text):
        yield token.removesuffix("'s")


def stems(words: str) -> frozenset[str]:
    """The stems of a list of words."""
    return frozenset(stem(word) for word in words.split())


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """What the forms of one word have in common; `word` in small letters."""
    if word in _AS_THEY_ARE:
        return word
    if word in _IRREGULAR:
        return _ending(_IRREGULAR[word])
    word = _singular(word)
    if word.endswith("ied") and len(word) > 4:
        word = word[:-3] + "y"
    for ending in ("ness", "ingly", "edly", "ing", "ed", "ly"):
        base = word.removesuffix(ending)
        if base == word or len(base) < 3 or not re.search("[aeiouy]", base):
            continue
        if ending == "ed" and base.endswith("e"):  # speed, bleed
            continue
        word = base
        if ending in {"ing", "ed"}:
            if word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            elif _WANTS_E.fullmatch(word):  # staring comes of stare; star would have doubled
                word += "e"
        break
    return _ending(word)


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is", "ous")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "shes", "ches", "xes", "zes")) else word[:-1]


def _ending(word: str) -> str:
    """`explode` and `explod(ing)`, `happy` and `happi(ness)` meet; short words keep what tells them apart."""
    if len(word) <= 3:
        return word
    if word.endswith("e"):
        return word if _WANTS_E.fullmatch(word[:-1]) else word[:-1]
    return word[:-1] + "i" if word.endswith("y") else word
