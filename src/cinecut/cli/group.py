"""How words reach a command, and how errors reach a person: one place for both.

The first word is a film unless it is a sub-command, options may stand anywhere, and whatever goes wrong
becomes a message and an exit status. Deliberately not here: what the commands do.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
from typing import Any, TextIO

from typer import Exit
from typer.core import TyperGroup

from cinecore.errors import CineError, OutputError, SetupError
from cinecore.failpoints import arm, hit
from cinecore.settings import from_environment

MAIN_COMMAND = "make"
UNEXPECTED_STATUS = 70
STOPPED_STATUS = 130
STOPPED = "Stopped. Finished work is kept: run the same command again to go on from here."
GROUP_OPTIONS = ("--help", "-h", "--version")


class FilmFirstGroup(TyperGroup):
    """Sub-commands, with `make` where the first word is none of them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments with the command's name in front."""
        ctx.meta["cinecut.json"] = "--json" in args
        ctx.meta["cinecut.words"] = list(args)
        return super().parse_args(ctx, self.with_command(ctx, args))

    def with_command(self, ctx: Any, args: list[str]) -> list[str]:
        """`FILM --vibe x` → `make FILM --vibe x`; `--json vibes` → `vibes --json`."""
        if args == ["help"] and not os.path.exists("help"):  # noqa: PTH110 - a word that may be no path
            return ["--help"]
        if not args or args[0] in self.commands or args[0] in GROUP_OPTIONS:
            return args
        make = self.get_command(ctx, MAIN_COMMAND)
        takes_value = {
            name
            for parameter in (make.params if make else [])
            if not getattr(parameter, "is_flag", False)
            for name in parameter.opts
        }
        at = 0
        while at < len(args) and args[at].startswith("-") and args[at] not in {"-", "--"}:
            at += 2 if args[at] in takes_value else 1
        if at < len(args) and args[at] in self.commands:
            return [args[at], *args[:at], *args[at + 1 :]]
        return [MAIN_COMMAND, *args]

    def format_usage(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the group's signature
        """Both ways of calling."""
        formatter.write_usage("cinecut", "FILM [OPTIONS]")
        formatter.write_usage("cinecut", "COMMAND [ARGS]…")

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The sub-commands, then the options of the main one, so that one page tells all."""
        self.format_commands(ctx, formatter)
        make = self.get_command(ctx, MAIN_COMMAND)
        if make is None:
            return
        records = [record for part in make.get_params(ctx) if (record := part.get_help_record(ctx))]
        own = [record for part in self.get_params(ctx) if (record := part.get_help_record(ctx))]
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if "--help" not in record[0]] + own)

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
                _explain(error, ctx.meta.get("cinecut.words", []), list(self.commands))
                if ctx.meta.get("cinecut.json") and hasattr(error, "format_message"):
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
        if ctx.meta.get("cinecut.json"):
            with contextlib.suppress(OutputError):
                _print_failure(text, status, type(error).__name__, error)
        return Exit(status)


def shown(text: str) -> str:
    """Text that may have come from a file, with everything that could move a terminal's cursor escaped."""
    return "".join(
        letter
        if letter in "\n\t" or (letter.isprintable() and not 0xD800 <= ord(letter) < 0xE000)
        else ascii(letter)[1:-1]
        for letter in text
    )


def tell(stream: TextIO, text: str) -> None:
    """Write words at once. A reader that went away misses them; that is no fault, and no reason to stop.

    Raises:
        OutputError: They cannot be written for another reason, such as a full disk.
    """
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        # what is held back would be tried again when the interpreter ends, and fail there without a message
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
        if error.errno != errno.EPIPE:
            raise words_lost(error) from error


def words_lost(error: OSError) -> OutputError:
    """What is said where a standard stream takes no words."""
    return OutputError(
        f"What there is to tell cannot be written: {error.strerror or error}.",
        None,
        "Look at where this command's output goes.",
    )


def print_json(value: object) -> None:
    """One JSON object on standard output.

    Raises:
        OutputError: It takes no words.
    """
    tell(sys.stdout, json.dumps(value, indent=2, ensure_ascii=True, default=str) + "\n")


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


def _explain(error: Exception, words: list[str], commands: list[str]) -> None:
    """Say what was probably meant, where a usage error only says what was not understood."""
    message = str(getattr(error, "message", ""))
    option = str(getattr(error, "option_name", ""))
    advice = ""
    if option:
        advice = next(
            (
                f" For the file write ./{word}"
                for word in words
                if word.startswith(option) and _is_there(word)
            ),
            "",
        )
    elif message.startswith("Got unexpected extra argument"):
        advice = _about_extra(words, commands)
    if advice:
        error.message = f"{message.rstrip('.')}.{advice}"  # type: ignore[attr-defined]  # a usage error's text


def _about_extra(words: list[str], commands: list[str]) -> str:
    """Why there is one word too many: a mistyped command, subtitles without their option, a second film."""
    from cinecut.settings import did_you_mean

    first, *others = [word for word in words if not word.startswith("-")] or [""]
    if first in commands:
        return ""
    if not _is_there(first):
        hint = did_you_mean(first, commands)
        return f" There is no command {first!r}. {hint or 'See cinecut --help for those there are.'}"
    for word in others:
        if word.lower().endswith((".srt", ".ass", ".ssa", ".vtt")):
            return f" Subtitles have an option: --subtitle {word}"
    return " One film at a time; a name with spaces wants quotes."


def _is_there(word: str) -> bool:
    return os.path.exists(word)  # noqa: PTH110 - a word that may be no path


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
