"""How a card looks: typeface, size, colours and entrance, as a timeline's card has them written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from cinecore.errors import InputError
from cinecore.render.entrances import ENTRANCES_S


@dataclass(frozen=True)
class CardStyle:
    """How a card looks; lengths are parts of the picture's height."""

    font: str = "Oswald-Medium"
    size: float = 0.12
    tracking: float = 0.04
    """Extra space between letters, in parts of the letter size."""
    case: str = "as_written"
    """as_written | upper | title"""
    color: str = "#f2efe8"
    ground: tuple[str, str] = ("#16181d", "#050506")
    """Centre and edge of the ground."""
    entrance: str = "fade"
    """How the lettering comes in: a name of `cinecore.render.entrances.ENTRANCES_S`."""
    small: float = 1.0
    """Size of every line but the first, as a part of the first one's: credits under a title."""

    @classmethod
    def parse(cls, text: str) -> CardStyle:
        """The style written as JSON in a timeline's card.

        Raises:
            InputError: Not a style.
        """
        try:
            values: dict[str, Any] = json.loads(text or "{}")
            if "ground" in values:
                first, second = values["ground"]
                values["ground"] = (str(first), str(second))
            style = cls(**values)
            is_known = style.entrance in ENTRANCES_S
        except (TypeError, ValueError) as error:
            raise InputError(
                "A card's style cannot be read.", text[:200], "Check the vibe's [title] table."
            ) from error
        if not is_known:
            raise InputError(
                "A card's lettering comes in in no known way.", style.entrance, "Check `animation`."
            )
        return style
