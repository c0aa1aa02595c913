"""Asking a describer about each still once, going on where an earlier run stopped.

Deliberately not here: which stills (ingestion), which describer (compose), the finished cache (cache).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from cinecore.errors import Cancelled, InputError
from cinecore.ports import Describer, Progress, ProgressListener, StillView, silent
from cinecut.errors import InferenceError
from cinecut.inference.cache import DescribedKeyframe
from cinecut.inference.journal import DescriptionJournal, view_key
from cinecut.models import KeyframeRecord, SceneDescription


def describe_keyframes(
    records: Sequence[KeyframeRecord],
    describer: Describer,
    *,
    journal: DescriptionJournal,
    progress: ProgressListener = silent,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[DescribedKeyframe]:
    """Each record with its description, in the order given; None where a still could not be described.

    What the journal knows is not asked again, and stills with the same bytes are asked about once.
    Failed stills are not written down, so the next run tries them again.

    Raises:
        RemoteError: The engine died; what it said until then is in the journal.
        InferenceError: Not one of the stills could be described.
        Cancelled: `cancelled` said so, asked before each still.
        OSError: The journal cannot be written.
    """
    results: list[DescribedKeyframe] = []
    first_failure = ""
    for done, record in enumerate(records, start=1):
        if cancelled():
            raise Cancelled
        try:
            description = _described(record, describer, journal)
        except InputError as error:
            first_failure = first_failure or str(error)
            description = None
        results.append((record, description))
        progress(Progress("inference", done, len(records), "stills", describer.name))
    if records and not any(description for _, description in results):
        raise InferenceError(f"None of the {len(records)} stills could be described. {first_failure}")
    journal.sync()
    return results


def _described(record: KeyframeRecord, describer: Describer, journal: DescriptionJournal) -> SceneDescription:
    """One still's description, from the journal where it is known.

    Raises:
        InputError: The still cannot be read.
        RemoteError: The engine died.
    """
    path = Path(record.frame_path)
    try:
        frame = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"The still cannot be read: {error.strerror}.", path, "Run again; `cinecut clean` starts anew."
        ) from error
    key = view_key(frame)
    known = journal.known.get(key)
    if known is not None:
        return known
    seen = describer.describe(StillView(record.timestamp_s, path))
    description = SceneDescription(seen.visual_content, seen.mood, seen.action, seen.setting)
    journal.append(key, description)
    return description
