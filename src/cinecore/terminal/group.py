"""How errors reach a person, whatever the command: one message, one exit status, JSON where it was asked for.

Deliberately not here: what the commands are called and what they do.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from typing import Any

from typer import Exit
from typer.core import TyperGroup

from cinecore.errors import CineError, OutputError, SetupError
from cinecore.failpoints import arm, hit
from cinecore.settings import from_environment
from cinecore.terminal.beginning import STOPPED_STATUS
from cinecore.terminal.words import print_json, shown, tell

UNEXPECTED_STATUS = 70
STOPPED = "Stopped. Finished work is kept: run the same command again to go on from here."


class SpokenGroup(TyperGroup):
    """Commands whose every failure becomes words and an exit status."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments; what was typed is kept for messages."""
        ctx.meta["json"] = "--json" in args
        ctx.meta["words"] = list(args)
        return super().parse_args(ctx, args)

    def advice(self, error: Exception, words: list[str]) -> str:  # noqa: ARG002 - for programs that know more
        """What was probably meant, where a usage error only says what was not understood; or nothing."""
        return ""

    def invoke(self, ctx: Any) -> Any:
        """What the command returns; every failure as one message and its exit status."""
        try:
            arm(from_environment("CINECUT_").get("failpoint"))
            result = super().invoke(ctx)
            hit("exit")
        except CineError as error:
            raise self._end(ctx, str(error), error.exit_status, error) from error
        except KeyboardInterrupt as error:
            raise self._end(ctx, STOPPED, STOPPED_STATUS, error) from error
        except Exception as error:
            if _is_for_typer(error):
                advice = self.advice(error, ctx.meta.get("words", []))
                if advice:
                    said = str(getattr(error, "message", "")).rstrip(".")
                    error.message = f"{said}.{advice}"  # type: ignore[attr-defined]  # a usage error's text
                if ctx.meta.get("json") and hasattr(error, "format_message"):
                    _print_failure(error.format_message(), 2, "UsageError")
                raise
            raise self._end(ctx, *_unexpected(error), error) from error
        return result

    def _end(self, ctx: Any, text: str, status: int, error: BaseException) -> Exit:
        head = "" if status == STOPPED_STATUS else "Error: "
        with contextlib.suppress(OutputError):  # nobody can be told; the status tells it all the same
            tell(sys.stderr, f"{head}{shown(text)}\n")
        if from_environment("CINECUT_").get("debug"):
            import traceback

            traceback.print_exception(error, file=sys.stderr)
        if ctx.meta.get("json"):
            with contextlib.suppress(OutputError):
                _print_failure(text, status, type(error).__name__, error)
        return Exit(status)


def _print_failure(text: str, status: int, kind: str, error: object = None) -> None:
    said = {"kind": kind, "message": text}
    if isinstance(error, CineError):
        said |= {
            "happened": error.happened,
            "which": None if error.which is None else str(error.which),  # type: ignore[dict-item]  # null is meant
            "advice": error.advice,
        }
    print_json({"ok": False, "exit_status": status, "error": said})


def _is_for_typer(error: Exception) -> bool:
    """Usage errors, exits and a reader that went away: Typer ends those as they should."""
    is_closed_pipe = isinstance(error, OSError) and error.errno == errno.EPIPE
    return is_closed_pipe or isinstance(error, Exit) or hasattr(error, "format_message")


def _has_folder() -> bool:
    """Whether the folder we were started in is still there."""
    try:
        os.getcwd()  # noqa: PTH109 - asked for its error alone
    except OSError:
        return False
    return True


def _unexpected(error: Exception) -> tuple[str, int]:
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}:
        from pathlib import Path

        from cinecore.files import write_error

        failed = write_error(error, Path(str(error.filename or ".")))
        return str(failed), failed.exit_status
    if isinstance(error, FileNotFoundError) and not _has_folder():
        gone = SetupError(
            "The current folder is not there any more.", None, "Change to another (cd), then run again."
        )
        return str(gone), gone.exit_status
    first = (str(error).strip().splitlines() or [""])[0]
    return (
        f"Unexpected {type(error).__name__}: {first}\n"
        "  Tip: this is a fault in CineCut. Please report it with the command you ran; finished work is kept.\n"
        "  Tip: CINECUT_DEBUG=1 in the environment shows where it happened."
    ), UNEXPECTED_STATUS
