"""`python -m cinecut` and the console script: Ctrl-C ends quietly even while the command line is being read in."""

from __future__ import annotations

from cinecore.terminal.beginning import QuietStop


def main() -> None:
    """The command line; see `cinecut.cli`."""
    with QuietStop():
        from cinecut.cli import main as command_line

        command_line()


if __name__ == "__main__":
    main()
