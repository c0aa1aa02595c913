"""`python -m vidpipe` and the console script: Ctrl-C ends quietly even while the command line is being read in."""

from __future__ import annotations

import sys


def main() -> None:
    """The command line; see `vidpipe.cli`."""
    try:
        from vidpipe.cli import main as command_line

        command_line()
    except KeyboardInterrupt:  # before the command line could say it better
        sys.exit(130)


if __name__ == "__main__":
    main()
