"""`python -m vidpipe` and the console script: Ctrl-C ends quietly even while the command line is being read in."""

from __future__ import annotations

from cinecore.terminal.beginning import QuietStop


def main() -> None:
    """The command line; see `vidpipe.cli`."""
    with QuietStop():
        from vidpipe.cli import main as command_line

        command_line()


if __name__ == "__main__":
    main()
