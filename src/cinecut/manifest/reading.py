"""How long a card must stand to be read, and which cards of a manifest stand for less."""

from __future__ import annotations

from cinecut.manifest.schema import Manifest

WORDS_PER_S = 3.0
BEFORE_READING_S = 1.0
"""Until eyes have found the first word."""

LETTERS_OF_A_WORD = 6
"""With its blank; scripts without blanks have words all the same."""

MOST_SHOWN = 60


def reading_s(text: str) -> float:
    """Seconds in which a text is read at leisure; 0 where there is none."""
    words = max(len(text.split()), round(len(text) / LETTERS_OF_A_WORD / 1.5))
    return words / WORDS_PER_S + BEFORE_READING_S if text.strip() else 0.0


def hurried_cards(manifest: Manifest) -> tuple[str, ...]:
    """A notice for each card that does not stand long enough to be read."""
    notices = []
    for card in manifest.titles:
        needed = reading_s(card.text)
        if card.kind != "black" and card.duration_s < needed - 0.25:
            shown = card.text if len(card.text) <= MOST_SHOWN else f"{card.text[:MOST_SHOWN]}…"
            notices.append(
                f"The {card.kind} {' '.join(shown.split())!r} stands for {card.duration_s:.1f} s and takes "
                f"{needed:.1f} s to read: shorten it, or make its card longer in the manifest."
            )
    return tuple(notices)
