"""Softer words for a request that a provider's policy refused; what is told stays, how it is shown is toned down."""

from __future__ import annotations

import re

AS_IS, GENTLY, STRONGLY = 0, 1, 2
LEVELS = (AS_IS, GENTLY, STRONGLY)

_SOFTER = {
    r"blood(y|ied)?": "red paint",
    r"kill(s|ed|ing)?": "confront",
    r"murder(s|ed|er|ing)?": "confront",
    r"corpses?": "sleeping figure",
    r"dead bod(y|ies)": "sleeping figure",
    r"gore": "shadow",
    r"guns?|pistols?|rifles?": "object",
    r"knives|knife|daggers?": "object",
    r"shoot(s|ing)?|shot at": "face",
    r"stab(s|bed|bing)?": "face",
    r"naked|nude": "clothed",
    r"drunk(en)?": "tired",
    r"explod(es?|ed|ing)|explosions?": "bright light",
}
"""Words that policies stumble over, and what is shown in their stead."""

_GENTLE = "Calm, tasteful, suitable for all ages."
_STRONG = "Peaceful scene without any violence, seen from a distance, suitable for small children."


def softened(prompt: str, level: int) -> str:
    """The prompt as it is (0), gently safe (1) or strongly safe (2)."""
    if level <= AS_IS:
        return prompt
    text = prompt
    for pattern, word in _SOFTER.items():
        text = re.sub(rf"\b(?:{pattern})\b", word, text, flags=re.IGNORECASE)
    return f"{text.rstrip()} {_GENTLE if level == GENTLY else _STRONG}".strip()
