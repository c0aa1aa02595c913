"""The options of `cinecut` as a person types them: each with its name, its kind of value and one line of help.

Deliberately not here: options that other programs of ours have too (`cinecore.terminal.options`), what a value
means (`cinecut.settings`), and the commands that take them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

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
Duration = Annotated[
    str | None, typer.Option(metavar="TIME[,TIME…]", help="6s to 150s: 90s, 1:30; one trailer for each.")
]
Deliver = Annotated[
    str | None, typer.Option(metavar="web|cinema|r128|a85", help="For whom: codecs, loudness and true peak.")
]
Captions = Annotated[
    str | None,
    typer.Option(metavar="none|files|burnt", help="What is said, beside the trailer or in its pictures."),
]
Output = Annotated[str | None, typer.Option(metavar="FILE", help="The trailer (.mp4).")]
WorkDir = Annotated[str | None, typer.Option("--work-dir", metavar="FOLDER", help="Where work is kept.")]
Title = Annotated[str | None, typer.Option(metavar="TEXT", help='Words of the title card; "" for no card.')]
Tagline = Annotated[str | None, typer.Option(metavar="TEXT", help="A second card's words.")]
Music = Annotated[
    str | None,
    typer.Option(metavar="FILE|jamendo|none|composed", help="Composed for the cut unless said here."),
]
Effects = Annotated[str | None, typer.Option(metavar="on|off", help="Designed sounds at act boundaries.")]
Aspect = Annotated[
    str | None,
    typer.Option(metavar="9:16|1:1|4:5|16:9[,…]", help="Another shape, cut out where faces and motion are."),
]
Letterbox = Annotated[
    str | None, typer.Option(metavar="keep|remove", help="Black bars of the film's picture.")
]
VoiceOver = Annotated[
    str | None,
    typer.Option("--voice-over", metavar="on|off", help="The hero's lines over other pictures."),
]
Enhance = Annotated[
    str | None, typer.Option(metavar="auto|on|off", help="Buried speech freed of what lies over it.")
]
Stems = Annotated[bool, typer.Option("--stems", help="Save DX, FX, MX and VO beside the trailer.")]
Look = Annotated[
    str | None, typer.Option("--lut", metavar="FILE", help="A .cube of yours, over the vibe's look.")
]
LookStrength = Annotated[
    str | None, typer.Option("--lut-strength", metavar="0..1", help="How much of it; all unless said.")
]
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


def as_given(parameters: Mapping[str, object]) -> dict[str, object]:
    """A command's parameters by the names of the settings; None where a person gave nothing.

    A flag that is not there is not given either: it must not outrank what a file says. `in_` is the setting `in`,
    a word that Python keeps to itself.
    """
    return {
        name.removesuffix("_"): None if value is False or value == [] else value
        for name, value in parameters.items()
    }
