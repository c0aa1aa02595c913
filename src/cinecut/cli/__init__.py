"""The command line: `cinecut FILM [OPTIONS]` and a handful of sub-commands.

Reads words, asks the settings what they mean, calls `cinecut.compose` and prints what came back. No
decisions about films here, and nothing heavy imported before a command runs: `--help` answers at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cinecore.terminal.options import DryRun, Json, Overwrite, Quiet, program
from cinecut import __version__
from cinecut.cli import options
from cinecut.cli.group import FilmFirstGroup

TOTAL_STAGES = 7
"""proxy, subtitles, keyframes, inference, narrative, assembly, conform."""

app = program(
    "cinecut", __version__, "A film and its subtitles in, a vibe-styled trailer out.", FilmFirstGroup
)


@app.command()
def make(
    film: options.Film = None,
    *,
    subtitle: options.Subtitle = None,
    vibe: options.Vibe = None,
    duration: options.Duration = None,
    output: options.Output = None,
    review: options.Review = False,
    replan: options.Replan = False,
    preview: options.Preview = False,
    manifest: options.Manifest = None,
    title: options.Title = None,
    tagline: options.Tagline = None,
    music: options.Music = None,
    effects: options.Effects = None,
    voice_over: options.VoiceOver = None,
    enhance: options.Enhance = None,
    stems: options.Stems = False,
    aspect: options.Aspect = None,
    letterbox: options.Letterbox = None,
    lut: options.Look = None,
    lut_strength: options.LookStrength = None,
    deliver: options.Deliver = None,
    captions: options.Captions = None,
    spoilers: options.Spoilers = None,
    seed: options.Seed = None,
    brief: options.BriefWords = None,
    versions: options.Versions = None,
    keep: options.Keep = None,
    ban: options.Ban = None,
    vision: options.Vision = None,
    story: options.Story = None,
    model: options.Model = None,
    mmproj: options.Mmproj = None,
    endpoint: options.Endpoint = None,
    cpu: options.Cpu = False,
    hwaccel: options.Hwaccel = None,
    audio_track: options.AudioTrack = None,
    subtitle_track: options.SubtitleTrack = None,
    in_: options.In = None,
    out: options.Out = None,
    work_dir: options.WorkDir = None,
    jobs: options.Jobs = None,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    explain: options.Explain = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a trailer from a film (the word `make` may be left out)."""
    words = options.as_given(locals())
    from cinecut.cli.runs import make_or_render

    make_or_render(words)


@app.command()
def render(
    manifest: Annotated[str, typer.Argument(metavar="MANIFEST", help="A TRAILER_MANIFEST.json.")],
    *,
    film: Annotated[
        str | None, typer.Option("--film", metavar="FILE", help="The film, where it lies elsewhere.")
    ] = None,
    subtitle: options.Subtitle = None,
    vibe: options.Vibe = None,
    output: options.Output = None,
    deliver: options.Deliver = None,
    captions: options.Captions = None,
    music: options.Music = None,
    effects: options.Effects = None,
    voice_over: options.VoiceOver = None,
    enhance: options.Enhance = None,
    stems: options.Stems = False,
    aspect: options.Aspect = None,
    letterbox: options.Letterbox = None,
    lut: options.Look = None,
    lut_strength: options.LookStrength = None,
    audio_track: options.AudioTrack = None,
    work_dir: options.WorkDir = None,
    jobs: options.Jobs = None,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Render a manifest; film, vibe and music are the manifest's unless named here."""
    words = options.as_given(locals())
    from cinecut.cli.runs import make_or_render

    make_or_render(words)


@app.command()
def swap(
    clip: Annotated[int, typer.Argument(metavar="CLIP", help="Which clip, counted from 1.")],
    alternate: Annotated[int, typer.Argument(metavar="K", help="Which of its alternates, counted from 1.")],
    film: Annotated[
        str | None, typer.Argument(metavar="[FILM]", help="The film; the only one here unless said.")
    ] = None,
    *,
    manifest: Annotated[
        str | None, typer.Option("--manifest", "-m", metavar="FILE", help="This manifest instead.")
    ] = None,
    work_dir: options.WorkDir = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Take an alternate for a clip in the manifest; the old footage becomes the alternate."""
    from cinecut.cli.swap import swap_alternate

    words = {"work_dir": work_dir, "json": json or None, "quiet": quiet or None}
    swap_alternate(clip, alternate, film, manifest, words)


@app.command()
def status(film: options.FilmToLookAt, *, work_dir: options.WorkDir = None, json: Json = False) -> None:
    """Say what is done for a film, what is kept and how large it is."""
    from cinecut.cli.runs import show_status

    show_status(film, {"work_dir": work_dir, "json": json or None})


@app.command()
def clean(
    film: options.FilmToLookAt,
    *,
    kinds: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            help="analysis, stills, descriptions, segments, preview, manifests, state or all; may be repeated.",
        ),
    ] = None,
    work_dir: options.WorkDir = None,
    json: Json = False,
) -> None:
    """Remove a film's kept work; the trailer and, unless named, the manifests stay."""
    from cinecut.cli.runs import clean_up

    clean_up(film, kinds or [], {"work_dir": work_dir, "json": json or None})


@app.command()
def report(
    target: Annotated[str, typer.Argument(metavar="FILM|MANIFEST", help="A film, or a manifest (.json).")],
    *,
    film: Annotated[
        str | None, typer.Option("--film", metavar="FILE", help="A manifest's film, where it lies elsewhere.")
    ] = None,
    output: Annotated[str | None, typer.Option(metavar="FILE", help="The page (.html).")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="The one of the film's preview.")] = False,
    open_: Annotated[bool, typer.Option("--open", help="Show it in a browser.")] = False,
    work_dir: options.WorkDir = None,
    overwrite: Overwrite = False,
    json: Json = False,
) -> None:
    """Make the page about a trailer again, or that of a manifest."""
    from cinecut.cli.report import make_report

    make_report(
        target,
        film,
        output,
        {
            "work_dir": work_dir,
            "preview": preview or None,
            "overwrite": overwrite or None,
            "json": json or None,
        },
        wants_open=open_,
    )


@app.command()
def vibes(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Everything about this one.")] = None,
    *,
    json: Json = False,
) -> None:
    """List the vibes with their figures, your own among them."""
    from cinecut.cli.tables import show_vibes

    show_vibes(name, wants_json=json)


@app.command()
def config(film: options.Film = None, *, json: Json = False) -> None:
    """Print each setting and where it came from."""
    from cinecut.cli.tables import show_config

    show_config(film, wants_json=json)


@app.command()
def models(
    action: Annotated[
        str,
        typer.Argument(metavar="[list|verify|get]", help="What to do; list unless said.", show_default=False),
    ] = "list",
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]…", help="Which weights; all that are known unless said."),
    ] = None,
    *,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a file of that name with another content.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List the weights of models, check their digests, or fetch them."""
    from cinecut.cli.models import run_models

    run_models(action, names or [], may_replace=overwrite, wants_json=json, is_quiet=quiet)


@app.command()
def doctor(*, json: Json = False) -> None:
    """Say what is installed, what is missing, and how to get it."""
    from cinecut.cli.tables import show_doctor

    show_doctor(wants_json=json)


def _setup_work_dir(source: str | Path) -> Path:
    """The film's work folder with `keyframes/` in it, made where it is not there yet.

    Raises:
        OutputError: It cannot be made.
    """
    from cinecut.places import setup_work_folder, work_folder

    return setup_work_folder(work_folder(Path(source)).path)


def main() -> None:
    """The console script: words in any alphabet, a polite end on a signal, an exit status."""
    from cinecore.terminal.process import whole_process

    with whole_process():
        app()
