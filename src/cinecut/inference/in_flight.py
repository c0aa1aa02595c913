"""A few questions at once, each from a thread of its own, answers taken in the order in which they come.

Leaving never waits for a question that is still open: its answer is not heard. Deliberately not here: what
is asked, and what an answer means.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, Self, TypeVar

Question = TypeVar("Question")
Reply = TypeVar("Reply")

END_SECONDS = 1.0
"""How long an idle thread may take to hear that it is no longer needed."""


@dataclass(frozen=True)
class Answer(Generic[Question, Reply]):
    """What came back for a question: a reply, or the error that was raised."""

    question: Question
    reply: Reply | None
    error: BaseException | None


class InFlight(Generic[Question, Reply]):
    """Questions under way, at most `at_most` at a time; use as a context manager, from one thread."""

    def __init__(self, ask: Callable[[Question], Reply], at_most: int) -> None:
        self._ask = ask
        self._at_most = max(1, at_most)
        self._open = 0
        self._questions: queue.SimpleQueue[tuple[Question] | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[Answer[Question, Reply]] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        """Nothing is started before the first question."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the threads go: idle ones end now, one with a question open ends with it and is not waited for."""
        for _ in self._threads:
            self._questions.put(None)
        if not self._open:
            for thread in self._threads:
                thread.join(END_SECONDS)

    @property
    def has_room(self) -> bool:
        """Whether another question may be given."""
        return self._open < self._at_most

    @property
    def is_idle(self) -> bool:
        """Whether no question is open."""
        return self._open == 0

    def give(self, question: Question) -> None:
        """Ask it from a thread of its own, at once."""
        self._open += 1
        if self._open > len(self._threads):
            # a daemon: the end of the program must not wait two minutes for an answer nobody will read
            thread = threading.Thread(target=self._work, name="question", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._questions.put((question,))

    def answer(self, timeout_s: float) -> Answer[Question, Reply] | None:
        """The next answer; None where none came in time."""
        try:
            answer = self._answers.get(timeout=timeout_s)
        except queue.Empty:
            return None
        self._open -= 1
        return answer

    def rest(self, wait_s: float) -> Iterator[Answer[Question, Reply]]:
        """The answers that are there already, and those that come in the next `wait_s` seconds."""
        end_s = time.monotonic() + wait_s
        while self._open and (answer := self.answer(max(0.0, end_s - time.monotonic()))) is not None:
            yield answer

    def _work(self) -> None:
        while (item := self._questions.get()) is not None:
            (question,) = item
            try:
                answer = Answer(question, self._ask(question), None)
            except BaseException as error:  # noqa: BLE001 - raised where the answer is taken
                answer = Answer(question, None, error)
            self._answers.put(answer)
