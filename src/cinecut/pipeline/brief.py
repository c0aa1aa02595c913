"""`--brief` read once for a film: by the text model that is there, else by an encoder of sentences, else by words.

What was understood is kept with what it was read from: a model that is away later, or a second run, changes nothing.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from cinecore.errors import RemoteError, SetupError, ToolError
from cinecore.files import write_error, write_json
from cinecore.language.sentences import find_encoder
from cinecore.ports import SentenceEncoder
from cinecut.inference.cache import DescribedKeyframe
from cinecut.models import DialogueEvent
from cinecut.narrative.brief_meaning import read_by_model, with_nearness
from cinecut.narrative.brief_words import Asked, Understood, read_brief
from cinecut.narrative.eyes import SeenFilm
from cinecut.pipeline.inputs import StageInputs
from cinecut.pipeline.plan import is_edited
from cinecut.pipeline.run import Run
from cinecut.pipeline.story import STORY_FOLDER, AnswerFolder

BRIEF_FILENAME = "brief.json"


def kept_brief(run: Run, subtitles: StageInputs, inference: StageInputs) -> Understood | None:
    """What this brief was taken for in this film before; None where it was not read yet, or there is none."""
    text = run.settings.brief
    if not text:
        return None
    try:
        document = json.loads((run.work_dir / STORY_FOLDER / BRIEF_FILENAME).read_text("utf-8"))
        if document["read_from"] != [text, subtitles.digest, inference.digest]:
            return None
        return _restored(document)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def understand_brief(
    run: Run,
    subtitles: StageInputs,
    inference: StageInputs,
    events: list[DialogueEvent],
    descriptions: list[DescribedKeyframe],
    eyes: SeenFilm | None,
) -> Understood | None:
    """What the brief asks for; None where there is none. Nobody is asked anew for a manifest that was edited.

    Raises:
        OutputError: It cannot be kept.
    """
    text = run.settings.brief
    if not text:
        return None
    before = kept_brief(run, subtitles, inference)
    model = run.storyteller
    encoder = find_encoder() if run.feelings is not None else None
    if before is not None and (is_edited(run.work_dir) or model is None or before.read_by == model.identity):
        return before
    seen = " ".join(
        f"{one.visual_content} {one.mood} {one.action} {one.setting}" for _, one in descriptions if one
    )
    found: Understood | None = None
    folder = run.work_dir / STORY_FOLDER
    if model is not None:
        try:
            run.say(f"Asking {model.identity} what the brief means.")
            found = read_by_model(text, events, eyes, seen, model, AnswerFolder(folder))
            if found is None:
                run.notice("The text model's reading of the brief could not be used.")
        except (RemoteError, SetupError) as error:
            reason = " ".join(str(error).splitlines()[0].split())
            run.notice(f"The text model could not be asked what the brief means. {reason}")
            if before is not None:
                return before
    if found is None:
        found = _by_words(run, text, events, eyes, seen, encoder)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise write_error(error, folder) from error
    read_from = [text, subtitles.digest, inference.digest]
    write_json(folder / BRIEF_FILENAME, {"read_from": read_from, **asdict(found)})
    return found


def _by_words(
    run: Run,
    text: str,
    events: list[DialogueEvent],
    eyes: SeenFilm | None,
    seen: str,
    encoder: SentenceEncoder | None,
) -> Understood:
    found = read_brief(text, events, eyes, seen)
    if encoder is None:
        return found
    try:
        return with_nearness(found, text, events, encoder)
    except (SetupError, ToolError) as error:
        run.notice(f"The brief was read without the encoder of sentences. {str(error).splitlines()[0]}")
        return found


def _restored(document: dict[str, Any]) -> Understood:
    def asked(rows: list[dict[str, Any]]) -> tuple[Asked, ...]:
        return tuple(
            Asked(
                str(row["words"]),
                tuple(int(line) for line in row["lines"]),
                str(row["person"]),
                tuple(str(word) for word in row["seen_words"]),
            )
            for row in rows
        )

    return Understood(
        asked(document["favour"]),
        asked(document["avoid"]),
        str(document["tone"]),
        tuple(str(word) for word in document["missed"]),
        str(document["read_by"]),
    )
