"""What our command lines have in common: a program with `--version`, and the options that mean the same everywhere.

Deliberately not here: options of one program alone, and what a command does.
"""

from __future__ import annotations

from typing import Annotated

import typer

from cinecore.terminal.group import SpokenGroup

Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a file that we did not make.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done; write nothing.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, at the end.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Errors only.")]

_Version = Annotated[bool, typer.Option("--version", help="Print the version and stop.")]


def program(name: str, version: str, about: str, group: type[SpokenGroup]) -> typer.Typer:
    """A command line without commands yet, which tells its version and its exit statuses.

    Args:
        name: What a person types.
        version: What `--version` prints behind the name.
        about: The first line of its help.
        group: How words reach its commands.
    """
    app = typer.Typer(
        name=name,
        cls=group,
        help=about,
        epilog="Exit status: 0 done, 2 usage, 65 bad input, 69 something missing, 70 a tool failed, "
        "73 cannot write, 75 try again, 130 stopped (work kept).",
        rich_markup_mode=None,  # rich costs 60 ms of the 150 that --help has
        pretty_exceptions_enable=False,
        add_completion=False,
        no_args_is_help=True,
        context_settings={"help_option_names": ["--help", "-h"]},
    )

    @app.callback(invoke_without_command=True)
    def before_any_command(*, wants_version: _Version = False) -> None:
        if wants_version:
            typer.echo(f"{name} {version}")
            raise typer.Exit

    return app
