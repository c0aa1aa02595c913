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
from cinecut.cli.group import FilmFirstGroup

TOTAL_STAGES = 7
"""proxy, subtitles, keyframes, inference, narrative, assembly, conform."""

app = program(
    "cinecut", __version__, "A film and its subtitles in, a vibe-styled trailer out.", FilmFirstGroup
)

Film = Annotated[str | None, typer.Argument(metavar="FILM", help="Any film that ffmpeg reads.")]
FilmToLookAt = Annotated[str, typer.Argument(metavar="FILM", help="The film.")]
Subtitle = Annotated[
    str | None,
    typer.Option("--subtitle", "-s", metavar="FILE", help="SRT, ASS or VTT; else a track of the film."),
]
Vibe = Annotated[str | None, typer.Option("--vibe", "-v", metavar="NAME", help="See `cinecut vibes`.")]
Manifest = Annotated[
    str | None,
    typer.Option("--manifest", "-m", metavar="FILE", help="Render this manifest, earlier stages left out."),
]
Duration = Annotated[str | None, typer.Option(metavar="TIME", help="6s to 150s: 90s, 1:30.")]
Output = Annotated[str | None, typer.Option(metavar="FILE", help="The trailer (.mp4).")]
WorkDir = Annotated[str | None, typer.Option("--work-dir", metavar="FOLDER", help="Where work is kept.")]
Title = Annotated[str | None, typer.Option(metavar="TEXT", help='Words of the title card; "" for no card.')]
Tagline = Annotated[str | None, typer.Option(metavar="TEXT", help="A second card's words.")]
Music = Annotated[
    str | None, typer.Option(metavar="FILE|none|composed", help="Composed for the cut unless said here.")
]
Effects = Annotated[str | None, typer.Option(metavar="on|off", help="Designed sounds at act boundaries.")]
Spoilers = Annotated[
    str | None, typer.Option(metavar="none|mild|full", help="How much of the story may be seen.")
]
Seed = Annotated[str | None, typer.Option(metavar="NUMBER", help="Another seed, another trailer.")]
BriefWords = Annotated[
    str | None, typer.Option("--brief", metavar="TEXT", help='What you want: "focus on Anna, no violence".')
]
Versions = Annotated[
    str | None, typer.Option(metavar="N", help="So many trailers, A, B, C …, with other hooks and music.")
]
Keep = Annotated[
    list[str] | None,
    typer.Option(metavar="LINE|FROM-TO|NAME", help="Have this in the trailer; may be repeated."),
]
Ban = Annotated[
    list[str] | None,
    typer.Option(metavar="LINE|FROM-TO|NAME", help="Show and say nothing of this; may be repeated."),
]
Vision = Annotated[
    str | None, typer.Option(metavar="auto|llama|openai|embedded|none", help="Who describes the pictures.")
]
Model = Annotated[
    str | None, typer.Option(metavar="NAME|FILE", help="The model: a GGUF file, or its name at the endpoint.")
]
Story = Annotated[
    str | None,
    typer.Option(metavar="auto|signals|text|rule", help="Who says where the story turns."),
]
Mmproj = Annotated[str | None, typer.Option(metavar="FILE", help="The eyes of a GGUF model.")]
Endpoint = Annotated[
    str | None,
    typer.Option(metavar="URL", help="An OpenAI-compatible server, such as http://127.0.0.1:8000."),
]
Cpu = Annotated[bool, typer.Option("--cpu", help="Let a model run on the processor, which takes long.")]
Hwaccel = Annotated[
    str | None, typer.Option(metavar="auto|none", help="Let hardware decode the film, where there is any.")
]
Preview = Annotated[
    bool, typer.Option("--preview", help="A rough cut from keyframes alone, at a fraction of the cost.")
]
AudioTrack = Annotated[str | None, typer.Option("--audio-track", metavar="N", help="1 is the first.")]
SubtitleTrack = Annotated[str | None, typer.Option("--subtitle-track", metavar="N", help="1 is the first.")]
In = Annotated[str | None, typer.Option("--in", metavar="TIME", help="Use the film from here on.")]
Out = Annotated[str | None, typer.Option("--out", metavar="TIME", help="Use the film up to here.")]
Jobs = Annotated[str | None, typer.Option(metavar="N", help="Work on so many things at once.")]
Review = Annotated[bool, typer.Option("--review", help="Stop after the manifest, to look and edit.")]
Replan = Annotated[
    bool, typer.Option("--replan", help="Plan anew round the clips that were changed or locked by hand.")
]
Explain = Annotated[bool, typer.Option("--explain", help="Say why each clip is there.")]


@app.command()
def make(
    film: Film = None,
    *,
    subtitle: Subtitle = None,
    vibe: Vibe = None,
    duration: Duration = None,
    output: Output = None,
    review: Review = False,
    replan: Replan = False,
    preview: Preview = False,
    manifest: Manifest = None,
    title: Title = None,
    tagline: Tagline = None,
    music: Music = None,
    effects: Effects = None,
    spoilers: Spoilers = None,
    seed: Seed = None,
    brief: BriefWords = None,
    versions: Versions = None,
    keep: Keep = None,
    ban: Ban = None,
    vision: Vision = None,
    story: Story = None,
    model: Model = None,
    mmproj: Mmproj = None,
    endpoint: Endpoint = None,
    cpu: Cpu = False,
    hwaccel: Hwaccel = None,
    audio_track: AudioTrack = None,
    subtitle_track: SubtitleTrack = None,
    in_: In = None,
    out: Out = None,
    work_dir: WorkDir = None,
    jobs: Jobs = None,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    explain: Explain = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a trailer from a film (the word `make` may be left out)."""
    from cinecut.cli.runs import make_or_render

    make_or_render(
        film,
        manifest,
        {
            "subtitle": subtitle,
            "vibe": vibe,
            "duration": duration,
            "output": output,
            "review": review or None,
            "replan": replan or None,
            "title": title,
            "tagline": tagline,
            "music": music,
            "effects": effects,
            "spoilers": spoilers,
            "seed": seed,
            "brief": brief,
            "versions": versions,
            "keep": keep or None,
            "ban": ban or None,
            "vision": vision,
            "story": story,
            "model": model,
            "mmproj": mmproj,
            "endpoint": endpoint,
            "cpu": cpu or None,
            "hwaccel": hwaccel,
            "preview": preview or None,
            "audio_track": audio_track,
            "subtitle_track": subtitle_track,
            "in": in_,
            "out": out,
            "work_dir": work_dir,
            "jobs": jobs,
            "overwrite": overwrite or None,
            "dry_run": dry_run or None,
            "explain": explain or None,
            "json": json or None,
            "quiet": quiet or None,
        },
    )


@app.command()
def render(
    manifest: Annotated[str, typer.Argument(metavar="MANIFEST", help="A TRAILER_MANIFEST.json.")],
    *,
    film: Annotated[
        str | None, typer.Option("--film", metavar="FILE", help="The film, where it lies elsewhere.")
    ] = None,
    subtitle: Subtitle = None,
    vibe: Vibe = None,
    output: Output = None,
    music: Music = None,
    effects: Effects = None,
    audio_track: AudioTrack = None,
    work_dir: WorkDir = None,
    jobs: Jobs = None,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Render a manifest; film, vibe and music are the manifest's unless named here."""
    from cinecut.cli.runs import make_or_render

    make_or_render(
        film,
        manifest,
        {
            "subtitle": subtitle,
            "vibe": vibe,
            "output": output,
            "music": music,
            "effects": effects,
            "audio_track": audio_track,
            "work_dir": work_dir,
            "jobs": jobs,
            "overwrite": overwrite or None,
            "dry_run": dry_run or None,
            "json": json or None,
            "quiet": quiet or None,
        },
    )


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
    work_dir: WorkDir = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Take an alternate for a clip in the manifest; the old footage becomes the alternate."""
    from cinecut.cli.swap import swap_alternate

    words = {"work_dir": work_dir, "json": json or None, "quiet": quiet or None}
    swap_alternate(clip, alternate, film, manifest, words)


@app.command()
def status(film: FilmToLookAt, *, work_dir: WorkDir = None, json: Json = False) -> None:
    """Say what is done for a film, what is kept and how large it is."""
    from cinecut.cli.runs import show_status

    show_status(film, {"work_dir": work_dir, "json": json or None})


@app.command()
def clean(
    film: FilmToLookAt,
    *,
    kinds: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            help="analysis, stills, descriptions, segments, preview, manifests, state or all; may be repeated.",
        ),
    ] = None,
    work_dir: WorkDir = None,
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
    work_dir: WorkDir = None,
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
def config(film: Film = None, *, json: Json = False) -> None:
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
