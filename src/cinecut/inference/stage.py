"""Asking a describer about each view once, several at a time, going on where an earlier run stopped.

Deliberately not here: which stills (ingestion), which describer (adapters), what shows the same view
(near_views), the finished cache (cache).
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cinecore.errors import Cancelled, EngineLateError, InputError, RemoteError, ReplyError
from cinecore.ports import Describer, Description, Progress, ProgressListener, StillView, silent
from cinecut.errors import InferenceError
from cinecut.inference.cache import DescribedKeyframe
from cinecut.inference.in_flight import Answer, InFlight
from cinecut.inference.journal import DescriptionJournal, view_key
from cinecut.inference.near_views import Look, look_of, representatives
from cinecut.models import KeyframeRecord, SceneDescription

POLL_SECONDS = 0.1
"""How often a wish to stop is asked for while answers are waited for."""

GRACE_SECONDS = 2.0
"""How long the other questions may still be answered once the engine failed for good: their answers are kept."""

FAILURES_AT_FIRST = 5
"""Failed answers in a row, and none good ever, after which the engine is taken to be unfit."""

FAILURES_IN_A_ROW = 20
"""Failed answers in a row after good ones, after which nothing more is asked in this run."""

MOST_LETTERS = 2000
"""Of each text of a description; four short texts were asked for."""

FAILED_STILL = (InputError, ReplyError, EngineLateError)
"""What says something of one still alone; every other error is about the engine."""

Question = tuple[str, StillView]
"""The key of a view and the still that stands for it."""


def describe_keyframes(
    records: Sequence[KeyframeRecord],
    describer: Describer,
    *,
    journal: DescriptionJournal | None = None,
    progress: ProgressListener = silent,
    notice: Callable[[str], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[DescribedKeyframe]:
    """Each record with its description, in the order given; None where a still could not be described.

    `describer.in_flight` questions are asked at a time. What the journal knows is not asked again, and stills
    that show the same view are asked about once, whichever order they come in. The engine is started only
    where something is left to ask. Failed stills are not written down, so the next run tries them again;
    `notice` hears how many there are.

    Raises:
        RemoteError, SetupError: The engine failed for good; what it said until then is in the journal.
        InferenceError: Not one of the stills could be described, or so many failed in a row that it is no use.
        Cancelled: `cancelled` said so, asked before each question and several times a second.
        OSError: The journal cannot be written.
    """
    views = _views(records, cancelled)
    asking = _Asking(describer, journal, cancelled)
    asking.recall(views.stills)
    records_of = Counter(views.of_records)
    done = records_of[None]

    def tell(*settled: str) -> None:
        nonlocal done
        done += sum(records_of[view] for view in settled)
        progress(Progress("inference", done, len(records), "stills", describer.name))

    if asking.described or not views.stills:
        tell(*asking.described)
    asking.ask_all({key: still for key, still in views.stills.items() if key not in asking.described}, tell)
    results = [
        (record, None if view is None else asking.described.get(view))
        for record, view in zip(records, views.of_records, strict=True)
    ]
    _judge(results, asking.failure or views.failure, notice, is_given_up=asking.is_no_use)
    if journal is not None:
        journal.sync()
    return results


def _judge(
    results: Sequence[DescribedKeyframe], failure: str, notice: Callable[[str], None], *, is_given_up: bool
) -> None:
    """Say how many stills failed.

    Raises:
        InferenceError: All of them, or most where the engine was given up.
    """
    failed = sum(description is None for _, description in results)
    if not failed:
        return
    of_all = f"{failed} of {len(results)} stills"
    if failed == len(results):
        none = "The only still could not" if failed == 1 else f"None of the {failed} stills could"
        raise InferenceError(f"{none} be described. {failure}")
    if is_given_up and 2 * failed > len(results):
        raise InferenceError(f"{of_all} have no description, and answers kept failing. {failure}")
    tried = "it" if failed == 1 else "them"
    why = f" After {FAILURES_IN_A_ROW} failures in a row no more were asked about." if is_given_up else ""
    notice(
        f"{of_all} could not be described; the next run tries {tried} again.{why} "
        f"The first reason: {failure.splitlines()[0]}"
    )


@dataclass(frozen=True)
class _Views:
    """What there is to ask about."""

    of_records: tuple[str | None, ...]
    """For each record the key of its view; None where the still cannot be read."""
    stills: Mapping[str, StillView]
    """For each view the still that stands for it, in the records' order."""
    failure: str
    """Why the first still could not be read; empty where all can."""


def _views(records: Sequence[KeyframeRecord], cancelled: Callable[[], bool]) -> _Views:
    """Read all stills, one at a time, and find which show the same view."""
    keys: list[str | None] = []
    stills: dict[str, StillView] = {}
    looks: dict[str, Look] = {}
    failure = ""
    for record in records:
        if cancelled():
            raise Cancelled
        still = StillView(record.timestamp_s, Path(record.frame_path))
        try:
            frame = still.path.read_bytes()
        except (OSError, ValueError) as error:  # a zero byte in the name
            keys.append(None)
            reason = getattr(error, "strerror", None) or error
            failure = failure or f"The still {still.path.name!r} cannot be read: {reason}."
            continue
        key = view_key(frame)
        keys.append(key)
        if key not in stills:
            stills[key] = still
            if (look := look_of(frame)) is not None:
                looks[key] = look
    stands_for = representatives(looks)
    of_records = tuple(None if key is None else stands_for.get(key, key) for key in keys)
    asked = dict.fromkeys(view for view in of_records if view is not None)
    return _Views(of_records, {view: stills[view] for view in asked}, failure)


@dataclass
class _Asking:
    """The questions of one run: what is known, what failed, and when it is no use to go on."""

    describer: Describer
    journal: DescriptionJournal | None
    cancelled: Callable[[], bool]
    described: dict[str, SceneDescription] = field(default_factory=dict)
    failure: str = ""
    """The first one of this run."""
    _failures_in_a_row: int = 0

    def recall(self, views: Iterable[str]) -> None:
        """Take from the journal what it knows of these views."""
        known = {} if self.journal is None else self.journal.known
        self.described = {view: known[view] for view in views if view in known}

    def ask_all(self, stills: Mapping[str, StillView], tell: Callable[[str], None]) -> None:
        """Ask about every still, `tell` each view after its answer; the engine is not even started for none.

        Raises:
            As `describe_keyframes`.
        """
        if not stills:
            return
        questions = iter(stills.items())
        with (
            self.describer.serving(),
            InFlight(self._describe, self.describer.in_flight) as flight,
        ):
            try:
                self._converse(questions, flight, tell)
            except RemoteError:
                self._keep(flight.rest(GRACE_SECONDS))
                raise
            except BaseException:
                self._keep(flight.rest(0))
                raise

    def _converse(
        self,
        questions: Iterator[Question],
        flight: InFlight[Question, SceneDescription],
        tell: Callable[[str], None],
    ) -> None:
        is_over = False
        while True:
            while flight.has_room and not is_over:
                if self.cancelled():
                    raise Cancelled
                question = next(questions, None)
                if question is None:
                    is_over = True
                else:
                    flight.give(question)
            if flight.is_idle:
                return
            answer = flight.answer(POLL_SECONDS)
            if answer is None:
                if self.cancelled():
                    raise Cancelled
                continue
            self._take(answer)
            tell(answer.question[0])
            if self.is_no_use:
                self._keep(flight.rest(GRACE_SECONDS))
                return

    def _describe(self, question: Question) -> SceneDescription:
        """One view's description, from a thread of its own.

        Raises:
            As `Describer.describe`.
        """
        try:
            return _plain(self.describer.describe(question[1]))
        except OSError as error:  # else it would be taken for the journal's
            raise RemoteError(f"The engine failed: {error}.", self.describer.name, "Run again.") from error

    def _take(self, answer: Answer[Question, SceneDescription]) -> None:
        """Write a description down at once; remember a failure; raise what is no matter of one still."""
        view, _ = answer.question
        if answer.reply is not None:
            self._failures_in_a_row = 0
            self.described[view] = answer.reply
            if self.journal is not None:
                self.journal.append(view, answer.reply)
        elif isinstance(answer.error, FAILED_STILL):
            # a still that is no picture says nothing about the engine
            self._failures_in_a_row += not isinstance(answer.error, InputError)
            self.failure = self.failure or str(answer.error)
        elif answer.error is not None:
            raise answer.error

    def _keep(self, answers: Iterator[Answer[Question, SceneDescription]]) -> None:
        """Keep what else was answered while something else went wrong, which is the thing to be heard."""
        for answer in answers:
            if answer.reply is not None:
                with contextlib.suppress(OSError):
                    self._take(answer)

    @property
    def is_no_use(self) -> bool:
        """Whether so many failed in a row that nothing more is asked."""
        return self._failures_in_a_row >= (FAILURES_IN_A_ROW if self.described else FAILURES_AT_FIRST)


def _plain(seen: Description) -> SceneDescription:
    """A description as it is kept: one line each, nothing that could move a cursor or cannot be written.

    Raises:
        ReplyError: One of the texts says nothing.
    """
    texts = [
        " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:MOST_LETTERS]
        for text in (seen.visual_content, seen.mood, seen.action, seen.setting)
    ]
    if not all(texts):
        raise ReplyError("The description leaves a part empty.", None, "Run again, or use another model.")
    return SceneDescription(*texts)
