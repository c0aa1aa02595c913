"""How words reach a command, and how errors reach a person: one place for both.

The first word is a film unless it is a sub-command, options may stand anywhere, and whatever goes wrong
becomes a message and an exit status. Deliberately not here: what the commands do.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from typing import Any

from typer import Exit
from typer.core import TyperGroup

from cinecore.errors import CineError
from cinecore.failpoints import arm, hit
from cinecore.settings import from_environment

MAIN_COMMAND = "make"
UNEXPECTED_STATUS = 70
STOPPED_STATUS = 130
GROUP_OPTIONS = ("--help", "-h", "--version")


class FilmFirstGroup(TyperGroup):
    """Sub-commands, with `make` where the first word is none of them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments with the command's name in front."""
        ctx.meta["cinecut.json"] = "--json" in args
        return super().parse_args(ctx, self.with_command(ctx, args))

    def with_command(self, ctx: Any, args: list[str]) -> list[str]:
        """`FILM --vibe x` → `make FILM --vibe x`; `--json vibes` → `vibes --json`."""
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
            text = "Stopped. Finished work is kept: run the same command again to go on from here."
            raise self._end(ctx, text, STOPPED_STATUS, error) from error
        except Exception as error:
            if _is_for_typer(error):
                _explain_dash(error)
                if ctx.meta.get("cinecut.json") and hasattr(error, "format_message"):
                    _print_failure(error.format_message(), 2, "UsageError")
                raise
            raise self._end(ctx, *_unexpected(error), error) from error
        return result

    def _end(self, ctx: Any, text: str, status: int, error: BaseException) -> Exit:
        head = "" if status == STOPPED_STATUS else "Error: "
        print(f"{head}{shown(text)}", file=sys.stderr, flush=True)  # noqa: T201 - the one place that tells a person
        if from_environment("CINECUT_").get("debug"):
            import traceback

            traceback.print_exception(error, file=sys.stderr)
        if ctx.meta.get("cinecut.json"):
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


def print_json(value: object) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=True, default=str) + "\n")
    sys.stdout.flush()


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


def _explain_dash(error: Exception) -> None:
    """Say how a film whose name begins with a dash is named, where an unknown option looks like one."""
    words = [word for word in sys.argv[1:] if word.startswith("-")]
    option = str(getattr(error, "option_name", ""))
    for word in words:
        if option and word.startswith(option) and os.path.exists(word):  # noqa: PTH110 - a name that may be none
            error.message = f"{getattr(error, 'message', '')}. For the file write ./{word}"  # type: ignore[attr-defined]  # a usage error's text
            return


def _unexpected(error: Exception) -> tuple[str, int]:
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}:
        from pathlib import Path

        from cinecore.files import write_error

        failed = write_error(error, Path(str(error.filename or ".")))
        return str(failed), failed.exit_status
    first = (str(error).strip().splitlines() or [""])[0]
    return (
        f"Unexpected {type(error).__name__}: {first}\n"
        "  Tip: this is a fault in CineCut. Please report it with the command you ran; finished work is kept.\n"
        "  Tip: CINECUT_DEBUG=1 in the environment shows where it happened."
    ), UNEXPECTED_STATUS
