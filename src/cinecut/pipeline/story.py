"""Between stages 4 and 5: a text model is asked where the story turns, where one is to be asked; answers are kept.

Every usable answer lies in a file of its own, named by a digest of what was asked: a run that was killed asks
again only for the one in hand. What was told of these lines holds while the model is away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cinecore.analysis.film import FilmAnalysis
from cinecore.errors import RemoteError, SetupError
from cinecore.files import write_error, write_json
from cinecore.ports import Progress
from cinecut.models import DialogueEvent
from cinecut.narrative.storyteller import parts_to_ask, tell_story
from cinecut.narrative.told import ToldStory, ToldTurn
from cinecut.narrative.turning_points import story_span
from cinecut.pipeline.inputs import StageInputs
from cinecut.pipeline.plan import is_edited
from cinecut.pipeline.run import Run

STORY_FOLDER = "story"
TOLD_FILENAME = "told.json"


@dataclass(frozen=True)
class AnswerFolder:
    """Answers as files in a folder, each whole or absent."""

    folder: Path

    def kept(self, key: str) -> str | None:
        """The answer under a key; None where there is none that can be read."""
        try:
            return str(json.loads((self.folder / f"{key}.json").read_text("utf-8"))["answer"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def keep(self, key: str, answer: str) -> None:
        """Remember an answer for good.

        Raises:
            OutputError: It cannot be written.
        """
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise write_error(error, self.folder) from error
        write_json(self.folder / f"{key}.json", {"answer": answer})


def kept_story(run: Run, subtitles: StageInputs) -> ToldStory | None:
    """What a text model told of these lines before; None where there is nothing, or nobody is to be believed."""
    if run.settings.story not in {"auto", "text"} or run.settings.preview:
        return None
    try:
        document = json.loads((run.work_dir / STORY_FOLDER / TOLD_FILENAME).read_text("utf-8"))
        return _restored(document) if document["lines"] == subtitles.digest else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def hear_story(
    run: Run, subtitles: StageInputs, analysis: FilmAnalysis, events: list[DialogueEvent]
) -> ToldStory | None:
    """Where the story turns as a text model tells it; None where the film's own measures are to say that.

    Nobody is asked for a manifest that a person has edited, unless `--story text` was named: it would be planned
    anew for no reason of theirs.

    Raises:
        RemoteError, SetupError: The model that was asked for by name cannot be asked, and nothing of it is kept.
        OutputError: The work folder cannot be written.
    """
    before = kept_story(run, subtitles)
    teller, is_named = run.storyteller, run.settings.story == "text"
    if teller is None or (not is_named and is_edited(run.work_dir)):
        return before
    count = parts_to_ask(events)
    if not count and not is_named:
        return None
    folder = run.work_dir / STORY_FOLDER
    try:
        if count:
            run.say(f"Asking {teller.identity} where the story turns: {count + 1} questions at most.")
        telling = tell_story(
            events,
            story_span(analysis),
            teller,
            AnswerFolder(folder),
            lambda done, total: run.listen(Progress("narrative", done, total, "questions")),
        )
    except (RemoteError, SetupError) as error:
        if is_named and before is None:
            raise
        reason = " ".join(str(error).splitlines()[0].split())
        held = "what it told before holds" if before else "the film's own measures say where its story turns"
        run.notice(f"The text model could not be asked, so {held}. {reason}")
        return before
    if telling.story is None:
        run.notice(f"{telling.notice} The film's own measures say where its story turns.")
        _forget(folder)
        return None
    write_json(folder / TOLD_FILENAME, {"lines": subtitles.digest, **asdict(telling.story)})
    return telling.story


def _forget(folder: Path) -> None:
    try:
        (folder / TOLD_FILENAME).unlink(missing_ok=True)
    except OSError as error:
        raise write_error(error, folder / TOLD_FILENAME) from error


def _restored(document: Mapping[str, Any]) -> ToldStory:
    turns = [
        ToldTurn(float(turn["time_s"]), int(turn["line"]), str(turn["reason"])) for turn in document["turns"]
    ]
    first, second, third, fourth, fifth = turns
    return ToldStory((first, second, third, fourth, fifth), str(document["model"]), str(document["digest"]))
