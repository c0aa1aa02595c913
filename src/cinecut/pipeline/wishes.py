"""What `--keep` and `--ban` name in this film, looked up as soon as it can be: before hours of work, not after."""

from __future__ import annotations

from dataclasses import dataclass

from cinecut.ingestion.subtitles import read_subtitles
from cinecut.models import DialogueEvent
from cinecut.narrative.banned import refuse_contradiction, with_faces
from cinecut.narrative.eyes import SeenFilm
from cinecut.narrative.wishes import Wish, understand
from cinecut.pipeline.run import Run


@dataclass(frozen=True)
class Wishes:
    """What was asked for, found in the film."""

    keep: tuple[Wish, ...] = ()
    ban: tuple[Wish, ...] = ()


def refuse_unknown_wishes(run: Run, events: list[DialogueEvent] | None = None) -> None:
    """Nothing, if every line, range and speaker that is named is in the film; people by number wait for the eyes.

    Args:
        run: Its settings hold the wishes.
        events: The lines; None before they were read: then those of a named file count, as far as it goes.

    Raises:
        UsageError: One names nothing, or two contradict each other.
        SubtitleParseError: The named file cannot be used.
    """
    settings = run.settings
    if not settings.keep and not settings.ban:
        return
    if events is None:
        if settings.subtitle is None:
            return
        events = list(read_subtitles(settings.subtitle, film_duration_s=float(run.media.duration)).events)
    _understood(run, events, None, has_looked=False)


def understood_wishes(run: Run, events: list[DialogueEvent], eyes: SeenFilm | None) -> Wishes:
    """The wishes with everything that is known of the film; who a face belongs to is said.

    Raises:
        UsageError: One names nothing, or two contradict each other.
    """
    return _understood(run, events, eyes, has_looked=True)


def _understood(run: Run, events: list[DialogueEvent], eyes: SeenFilm | None, *, has_looked: bool) -> Wishes:
    settings, duration_s = run.settings, float(run.media.duration)
    found = []
    for option, texts in (("--keep", settings.keep), ("--ban", settings.ban)):
        wishes, notices = with_faces(
            understand(option, texts, events, duration_s, eyes, has_looked=has_looked), events, eyes
        )
        for notice in notices:
            run.notice(notice)
        found.append(wishes)
    keep, ban = found
    refuse_contradiction(keep, ban, events)
    return Wishes(keep, ban)
