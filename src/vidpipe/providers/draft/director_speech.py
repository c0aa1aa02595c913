"""What is speech in a prompt, and who is named before the first sentence is read.

Deliberately not here: who speaks.
"""

from __future__ import annotations

import re

from vidpipe.providers.draft.director_tokens import QUOTE_MARK, small
from vidpipe.providers.draft.words import load_lexicon
from vidpipe.schemas.script import Script, ScriptKind
from vidpipe.schemas.storyboard import AssetSpec

_QUOTED = re.compile(r"“([^”]{1,2000})”|\"([^\"]{1,2000})\"|«([^»]{1,2000})»|„([^“”]{1,2000})[“”]")
_INTRODUCED = re.compile(
    r"\b([A-ZÀ-Þ][A-ZÀ-Þ'’.\- ]*[A-ZÀ-Þ])\s*(?:,|\()\s*(?:\d{1,2}|early|mid|late|teen|child|a |an )"
)
_LOOKS_LIKE_SPEECH = re.compile(r"[.!?,…—]\s*$")


def names_in(script: Script, known: tuple[AssetSpec, ...]) -> frozenset[str]:
    """Names that must be known before the first sentence, in lower case, each of their words too."""
    lexicon = load_lexicon()
    names = set(script.speakers)
    names |= {asset.name for asset in known if asset.name[:1].isupper()}
    for scene in script.scenes:
        names |= {name for name in scene.hints.characters if name[:1].isupper()}
        if script.kind is ScriptKind.FOUNTAIN:
            for action in scene.actions:
                names |= {found[1] for found in _INTRODUCED.finditer(action)}
    words = {word.lower() for name in names for word in re.findall(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", name)}
    ordinary = {"the", "a", "of", "and", "old", "young", "first", "second"}
    given = {
        word for word in words
        if lexicon.noun(word) is None and word not in ordinary and word not in lexicon.colors and word not in lexicon.titles
    }  # fmt: skip
    return frozenset(given | set(lexicon.names))


def without_speech(text: str) -> tuple[str, list[str]]:
    """The text with a mark for each quoted speech, and the speeches."""
    spoken: list[str] = []

    def instead(found: re.Match[str]) -> str:
        words = next(part for part in found.groups() if part is not None).strip()
        before = text[: found.start()].rstrip()[-40:]
        after = text[found.end() :].lstrip()[:40]
        if not _is_speech(words, before, after):
            return words
        spoken.append(words.rstrip(",").strip())
        ends = words.endswith((".", "!", "?", "…")) and (not after or after[:1].isupper())
        says = bool(re.match(r"(?:[A-Z]\S*|the \w+|he|she|they)\s+(?:%s)" % "|".join(small("saying")), after))  # noqa: UP031 - braces belong to the pattern
        return f" {QUOTE_MARK}{'.' if ends and not says else ''} "

    return _QUOTED.sub(instead, text), spoken


def _is_speech(words: str, before: str, after: str) -> bool:
    if not any(letter.isalpha() for letter in words):
        return False
    if _LOOKS_LIKE_SPEECH.search(words) or before.endswith((":", ",")):
        return True
    near = re.findall(r"[^\W\d_]+", f"{before} {after}".lower())
    verbs = load_lexicon().verbs
    return any(word in verbs and verbs[word].base in small("saying") for word in near)
