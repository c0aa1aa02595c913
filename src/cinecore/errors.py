"""The exception tree of the core: what happened, which thing, what to do next, and an exit status.

    CineError
    ├── InputError    65  a film, subtitle, manifest or value that cannot be used
    ├── SetupError    69  a program, model or font that is not there
    ├── ToolError     70  a program that ran and failed; carries the tail of its error output
    ├── OutputError   73  a place that cannot be written: read-only, full, something in the way
    ├── RemoteError   75  a server that did not answer as promised; trying again may help
    │   ├── BusyError 75  somebody else holds the lock
    │   ├── EngineGoneError 75  a model's server is not there any more, or never was
    │   ├── EngineLateError 75  it did not answer in time
    │   └── ReplyError 75  it answered, and the answer cannot be used
    └── Cancelled    130  the person stopped the run; finished work is kept

Deliberately not here: printing, logging, and anything that decides whether to go on.
"""

from __future__ import annotations


class CineError(Exception):
    """A failure that a person can read and act on.

    Args:
        happened: What went wrong, one sentence.
        which: The thing it went wrong with; shown with quotes so that spaces and newlines are seen.
        advice: What to do next, one sentence.
    """

    exit_status = 70

    def __init__(self, happened: str, which: object = None, advice: str = "") -> None:
        super().__init__(happened, which, advice)
        self.happened = happened
        self.which = which
        self.advice = advice

    def __str__(self) -> str:
        """The whole message: a headline, then indented lines."""
        lines = [self.happened]
        if self.which is not None:
            lines.append(f"  Which: {_shown(self.which)}")
        if self.advice:
            lines.append(f"  Tip: {self.advice}")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[type[CineError], tuple[object, ...]]:
        return (type(self), self.args)


def _shown(which: object) -> str:
    """Paths and strings in quotes with control characters escaped, everything else as it prints."""
    from os import PathLike, fspath

    if isinstance(which, PathLike):
        which = fspath(which)
    return repr(which) if isinstance(which, str | bytes) else _printable(str(which))


def _printable(text: str) -> str:
    """The text with everything escaped that could move a cursor or turn the writing round."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


class InputError(CineError):
    """Something given to us cannot be used."""

    exit_status = 65


class SetupError(CineError):
    """Something that must be installed is missing or too old."""

    exit_status = 69


class ToolError(CineError):
    """A program ran and failed; `tail` holds the end of what it printed."""

    exit_status = 70

    def __init__(self, happened: str, which: object = None, advice: str = "", tail: str = "") -> None:
        super().__init__(happened, which, advice)
        self.args = (happened, which, advice, tail)
        self.tail = tail

    def __str__(self) -> str:
        """The message with the program's last lines under it."""
        text = super().__str__()
        if self.tail:
            text += "\n  Last lines:\n" + "\n".join(
                f"    {_printable(line)}" for line in self.tail.splitlines()[-12:]
            )
        return text


class KilledError(ToolError):
    """A program was ended from outside: that says nothing about the file it was working on."""


class OutputError(CineError):
    """A result cannot be written where it was asked for."""

    exit_status = 73


class RemoteError(CineError):
    """A server did not keep its side; trying again may help."""

    exit_status = 75


class BusyError(RemoteError):
    """Another process holds the folder, the project or the GPU; `holder` names it (a process id, or `unknown`)."""

    def __init__(
        self, happened: str, which: object = None, advice: str = "", holder: str = "unknown"
    ) -> None:
        super().__init__(happened, which, advice)
        self.args = (happened, which, advice, holder)
        self.holder = holder


class EngineGoneError(RemoteError):
    """A model's server cannot be reached: refused, hung up, or its process has ended. Asking again is of no use."""


class EngineLateError(RemoteError):
    """A model's server did not answer one request in the time it had; it may answer the next."""


class ReplyError(RemoteError):
    """A model answered what cannot be used: a failure of its own (HTTP 500), no JSON, another schema, cut off.

    Args:
        happened, which, advice: As always.
        reply: The beginning of what it wrote, for the log of a developer.
    """

    def __init__(self, happened: str, which: object = None, advice: str = "", reply: str = "") -> None:
        super().__init__(happened, which, advice)
        self.args = (happened, which, advice, reply)
        self.reply = reply


class Cancelled(CineError):  # noqa: N818 - a stop that was asked for is no error
    """The person stopped the run; finished work is kept."""

    exit_status = 130

    def __init__(self, happened: str = "Stopped.", which: object = None, advice: str = "") -> None:
        super().__init__(happened, which, advice or "Run the same command again to go on from here.")
