"""How words reach a command of `cinecut`: the first word is a film unless it is a sub-command, options anywhere.

Deliberately not here: what the commands do, and how errors are told (`cinecore.terminal`).
"""

from __future__ import annotations

import os
from typing import Any

from cinecore.terminal.group import SpokenGroup

MAIN_COMMAND = "make"
GROUP_OPTIONS = ("--help", "-h", "--version")


class FilmFirstGroup(SpokenGroup):
    """Sub-commands, with `make` where the first word is none of them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments with the command's name in front."""
        taken = super().parse_args(ctx, self.with_command(ctx, args))
        ctx.meta["words"] = list(args)
        return taken

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

    def advice(self, error: Exception, words: list[str]) -> str:
        """A file that begins with a hyphen, a mistyped command, subtitles without their option, a second film."""
        option = str(getattr(error, "option_name", ""))
        if option:
            return next(
                (
                    f" For the file write ./{word}"
                    for word in words
                    if word.startswith(option) and _is_there(word)
                ),
                "",
            )
        if str(getattr(error, "message", "")).startswith("Got unexpected extra argument"):
            return _about_extra(words, list(self.commands))
        return ""


def _about_extra(words: list[str], commands: list[str]) -> str:
    """Why there is one word too many: a mistyped command, subtitles without their option, a second film."""
    from cinecore.setting_values import did_you_mean

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
