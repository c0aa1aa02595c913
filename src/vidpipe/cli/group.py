"""How words reach a command of `vidpipe`: a mistyped command is told, a prompt without one is explained.

Deliberately not here: what the commands do, and how errors are told (`cinecore.terminal`).
"""

from __future__ import annotations

import difflib
from typing import Any

from cinecore.terminal.group import SpokenGroup


class VideoGroup(SpokenGroup):
    """The commands, with advice for words that are none."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments; `help` means `--help`, and `--json` may stand before the command."""
        words = ["--help"] if args == ["help"] else list(args)
        if words[:1] == ["--json"] and len(words) > 1 and words[1] in self.commands:
            words = [words[1], "--json", *words[2:]]
        taken = super().parse_args(ctx, words)
        ctx.meta["words"] = list(args)
        return taken

    def advice(self, error: Exception, words: list[str]) -> str:
        """What was probably meant."""
        message = str(getattr(error, "message", ""))
        first = next((word for word in words if not word.startswith("-")), "")
        if message.startswith("No such command"):
            close = difflib.get_close_matches(first.lower(), list(self.commands), n=1)
            if close:
                return f" Did you mean {close[0]!r}?"
            return ' To make a video write: vidpipe generate "PROMPT".'
        if message.startswith("Got unexpected extra argument") and first == "generate":
            return " A prompt of several words wants quotes."
        return ""
