"""The command line: `vidpipe generate PROMPT|FILE` and the commands that look after projects.

Reads words, asks the settings what they mean, calls the orchestrator and prints what came back. Nothing heavy is
imported before a command runs: `--help` answers at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

from cinecore.terminal.options import DryRun, Json, Overwrite, Quiet, program
from vidpipe import __version__
from vidpipe.cli.group import VideoGroup

app = program(
    "vidpipe",
    __version__,
    "A prompt, a shot list or a screenplay in, a video of several scenes out.",
    VideoGroup,
)

Id = Annotated[str, typer.Argument(metavar="ID", help="A project's id, or its first letters.")]
Total = Annotated[str | None, typer.Option(metavar="TIME", help="Length of the whole: 24, 90s, 1:30.")]
ClipDuration = Annotated[
    str | None, typer.Option("--clip-duration", metavar="TIME", help="Length of one shot, 2 to 12 s (6).")
]
Style = Annotated[str | None, typer.Option(metavar="ink|paper|noir", help="How it is drawn.")]
Ratio = Annotated[
    str | None, typer.Option("--aspect-ratio", metavar="W:H", help="16:9, 9:16, 1:1, 4:3, 21:9.")
]
Lines = Annotated[str | None, typer.Option(metavar="N", help="360, 480, 720 or 1080: the shorter side.")]
Seed = Annotated[str | None, typer.Option(metavar="NUMBER", help="Another seed, another video.")]
Title = Annotated[str | None, typer.Option(metavar="TEXT", help="The title; else the script's.")]
Cast = Annotated[
    list[str] | None,
    typer.Option(
        "--cast", metavar="NAME=PICTURE", help="A picture of someone in the story; may be repeated."
    ),
]
LibraryManifest = Annotated[
    str | None, typer.Option("--manifest", metavar="ID", help="A library of people and things to begin with.")
]
NoManifest = Annotated[
    bool, typer.Option("--no-manifest", help="Keep no registry, and do not look at what was made.")
]
NoEnrichment = Annotated[
    bool, typer.Option("--no-enrichment", help="Look, but do not let scenes learn from one another.")
]
Speech = Annotated[
    str | None, typer.Option(metavar="auto|none|espeak-ng|flite|packaged", help="Who speaks the lines.")
]
NoMusic = Annotated[bool, typer.Option("--no-music", help="No composed bed.")]
Crossfade = Annotated[
    str | None, typer.Option(metavar="SECONDS", help="Blend scenes into one another; 0 for hard cuts.")
]
Through = Annotated[
    str | None, typer.Option(metavar="storyboard|keyframes|video", help="Stop after this step, to look.")
]
Director = Annotated[
    str | None, typer.Option(metavar="rules|llama|openai", help="Who turns the script into shots.")
]
Model = Annotated[
    str | None,
    typer.Option(metavar="NAME|FILE", help="The director's model: a GGUF file, or its name at the endpoint."),
]
Endpoint = Annotated[
    str | None,
    typer.Option(metavar="URL", help="An OpenAI-compatible server, such as http://127.0.0.1:8000."),
]
Cpu = Annotated[bool, typer.Option("--cpu", help="Let a model run on the processor, which takes long.")]
Output = Annotated[str | None, typer.Option(metavar="FILE", help="The video (.mp4).")]
DataDir = Annotated[
    str | None, typer.Option("--data-dir", metavar="FOLDER", help="Where projects, files and jobs are kept.")
]


@app.command()
def generate(
    source: Annotated[
        str, typer.Argument(metavar="PROMPT|FILE", help="Words, or a .fountain, .csv, .srt or .txt file.")
    ],
    *,
    total: Total = None,
    clip_duration: ClipDuration = None,
    style: Style = None,
    aspect_ratio: Ratio = None,
    lines: Lines = None,
    title: Title = None,
    cast: Cast = None,
    manifest: LibraryManifest = None,
    no_manifest: NoManifest = False,
    no_enrichment: NoEnrichment = False,
    director: Director = None,
    model: Model = None,
    endpoint: Endpoint = None,
    cpu: Cpu = False,
    speech: Speech = None,
    no_music: NoMusic = False,
    crossfade: Crossfade = None,
    seed: Seed = None,
    through: Through = None,
    output: Output = None,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a video from a prompt, a numbered list, a shot list, subtitles or a Fountain screenplay."""
    from vidpipe.cli.runs import generate_video

    generate_video(
        source,
        cast or [],
        {
            "total": total,
            "clip_duration": clip_duration,
            "style": style,
            "aspect_ratio": aspect_ratio,
            "lines": lines,
            "title": title,
            "manifest": manifest,
            "has_manifest": False if no_manifest else None,
            "enrichment": False if no_enrichment else None,
            "director": director,
            "model": model,
            "endpoint": endpoint,
            "cpu": cpu or None,
            "speech": speech,
            "music": False if no_music else None,
            "crossfade": crossfade,
            "seed": seed,
            "through": through,
            "output": output,
            "overwrite": overwrite or None,
            "dry_run": dry_run or None,
            "data_dir": data_dir,
            "json": json or None,
            "quiet": quiet or None,
        },
    )


@app.command()
def resume(
    project: Id,
    *,
    storyboard: Annotated[
        str | None,
        typer.Option("--storyboard", metavar="FILE", help="Read an edited storyboard text back first."),
    ] = None,
    through: Through = None,
    data_dir: DataDir = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Go on with a project: what is finished stays, gaps are tried again, what is stale is made again."""
    from vidpipe.cli.runs import resume_project

    resume_project(
        project,
        storyboard,
        {"through": through, "data_dir": data_dir, "json": json or None, "quiet": quiet or None},
    )


@app.command()
def stop(project: Id, *, data_dir: DataDir = None, json: Json = False) -> None:
    """Ask a project's run to stop; it does so within a moment, and resume goes on from there."""
    from vidpipe.cli.runs import stop_run

    stop_run(project, {"data_dir": data_dir, "json": json or None})


@app.command()
def status(project: Id, *, data_dir: DataDir = None, json: Json = False) -> None:
    """Say where a project stands, scene by scene, and what was seen in each."""
    from vidpipe.cli.looks import show_status

    show_status(project, {"data_dir": data_dir, "json": json or None})


@app.command("list")
def list_all(*, data_dir: DataDir = None, json: Json = False) -> None:
    """List the projects, the newest first."""
    from vidpipe.cli.looks import show_projects

    show_projects({"data_dir": data_dir, "json": json or None})


@app.command()
def stitch(
    project: Id,
    *,
    crossfade: Crossfade = None,
    output: Output = None,
    overwrite: Overwrite = False,
    data_dir: DataDir = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Join a project's clips again, with other transitions or under another name."""
    from vidpipe.cli.runs import stitch_again

    stitch_again(
        project,
        {
            "crossfade": crossfade,
            "output": output,
            "overwrite": overwrite or None,
            "data_dir": data_dir,
            "json": json or None,
            "quiet": quiet or None,
        },
    )


@app.command()
def animatic(
    boards: Annotated[list[str], typer.Argument(metavar="BOARDS…", help="Your panels, in order.")],
    *,
    script: Annotated[str, typer.Option("--script", metavar="FILE", help="The lines they are timed to.")],
    fit: Annotated[
        str, typer.Option(metavar="letterbox|fill", help="Panels of another shape: between bars, or cut.")
    ] = "letterbox",
    title: Title = None,
    crossfade: Crossfade = None,
    aspect_ratio: Ratio = None,
    lines: Lines = None,
    speech: Speech = None,
    no_music: NoMusic = False,
    seed: Seed = None,
    output: Output = None,
    overwrite: Overwrite = False,
    data_dir: DataDir = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Time your own panels to your own lines: an animatic with voices, captions and a bed."""
    from vidpipe.cli.runs import animate

    animate(
        boards,
        script,
        fit,
        {
            "title": title,
            "crossfade": crossfade,
            "aspect_ratio": aspect_ratio,
            "lines": lines,
            "speech": speech,
            "music": False if no_music else None,
            "seed": seed,
            "output": output,
            "overwrite": overwrite or None,
            "data_dir": data_dir,
            "json": json or None,
            "quiet": quiet or None,
        },
    )


@app.command()
def export(
    project: Id,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="storyboard.txt to edit; .pdf or .png for a sheet; .json.")
    ],
    *,
    overwrite: Overwrite = False,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Write a project's storyboard: text that can be edited and read back, a sheet to print, or JSON."""
    from vidpipe.cli.looks import export_storyboard

    export_storyboard(
        project, file, {"overwrite": overwrite or None, "data_dir": data_dir, "json": json or None}
    )


@app.command()
def config(*, json: Json = False) -> None:
    """Print each setting and where it came from."""
    from vidpipe.cli.looks import show_config

    show_config(wants_json=json)


@app.command()
def doctor(*, data_dir: DataDir = None, json: Json = False) -> None:
    """Say what is installed, what is missing, and how to get it."""
    from vidpipe.cli.looks import show_doctor

    show_doctor({"data_dir": data_dir, "json": json or None})


def main() -> None:
    """The console script: words in any alphabet, a polite end on a signal, an exit status."""
    from cinecore.terminal.process import whole_process

    with whole_process():
        app()
