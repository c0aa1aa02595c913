"""Where adapters get their names: who describes, recognises speech, tells feelings and the story of one trailer, and why.

What a person asks for by name is used or is an error, never replaced. Deliberately not here: running anything (`compose`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cinecore.errors import CineError, SetupError
from cinecore.language.server_settings import LOCAL_HOST, LOCAL_PORTS
from cinecore.language.weights import find_weights
from cinecore.ports import Describer, SpeechRecogniser, TextModel
from cinecore.settings import UsageError
from cinecut.errors import VramError
from cinecut.inference.embedded import EmbeddedDescriber, is_of_embedded_eyes
from cinecut.inference.kept import kept_describer
from cinecut.inference.pixels import PIXELS_VERSION, PixelDescriber
from cinecut.pipeline import look
from cinecut.pipeline.plan import is_edited
from cinecut.places import preview_folder, work_folder
from cinecut.settings import NO_CLIP, TrailerSettings, Vision, cache_folder

if TYPE_CHECKING:  # requests costs 60 ms, and most runs of the command line ask no server
    from cinecore.language.feelings import FeelingReader
    from cinecut.inference.vision_model import VisionModelDescriber

__all__ = [
    "LOCAL_LOOK_S",
    "LOOK_S",
    "Chosen",
    "Say",
    "choose_describer",
    "describer_for",
    "engine_meant",
    "feelings_for",
    "is_described",
    "recogniser_for",
    "require_enhancer",
    "require_storyteller",
    "storyteller_for",
]

MODEL_FILE, MMPROJ_FILE = "ggml-model-q4_k.gguf", "mmproj-model-f16.gguf"
"""LLaVA 1.5 7B, as `cinecut models get` puts it into the models folder."""

LOOK_S, LOCAL_LOOK_S = 10.0, 0.7
"""How long a server that is named, and one that may be on this machine, may take to say what it is."""

IN_FLIGHT = 4
"""Requests at once where nobody says otherwise: what small servers take (llama-server has four slots)."""

STORY_TOKENS = 2000
"""How long a text model's answer may be: five reasons, and room for thinking aloud."""

CHECKED_FOLDER = "clips"
"""In the cache folder: which CLIPs have answered."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Chosen:
    """Who describes the stills."""

    describer: Describer
    notice: str = ""
    """What was chosen and why; empty where a person chose."""


def describer_for(settings: TrailerSettings, say: Say = lambda _: None) -> Describer:
    """Who describes the stills under these settings; nothing is started.

    Raises:
        SetupError: The engine that was asked for by name cannot be had here.
        RemoteError: The server that was asked for by name does not answer.
    """
    return choose_describer(settings, say).describer


def choose_describer(settings: TrailerSettings, say: Say = lambda _: None) -> Chosen:
    """The same with the reason, where the choice was ours.

    What a person asks for by name is used or is an error, never replaced.

    Raises:
        SetupError: The engine that was asked for by name cannot be had here.
        RemoteError: The server that was asked for by name does not answer.
    """
    vision = engine_meant(settings)
    if vision == "none":
        return Chosen(PixelDescriber())
    if vision == "embedded":
        return _embedded(settings)
    if vision == "openai":
        if settings.endpoint is None:
            raise UsageError(
                "--vision openai needs the address of a server.",
                None,
                "Add --endpoint URL, such as http://127.0.0.1:8000/v1.",
            )
        return Chosen(_asking(settings, settings.endpoint, settings.model or "", settings.key))
    if vision == "llama":
        return Chosen(_llama(settings, say))
    if settings.preview:  # a preview is to be had before a model is even loaded
        return Chosen(PixelDescriber())
    return _kept_or(_best(settings, say), settings)


def engine_meant(settings: TrailerSettings) -> Vision:
    """The engine that is asked for: who types an address or a model's file means that, and no other."""
    if settings.vision == "auto" and "endpoint" in settings.named:
        return "openai"
    if settings.vision == "auto" and settings.endpoint is None and {"model", "mmproj"} & settings.named:
        return "llama" if _names_files(settings) else "auto"
    return settings.vision


def _names_files(settings: TrailerSettings) -> bool:
    return (settings.model or "").endswith(".gguf") or settings.mmproj is not None


def _best(settings: TrailerSettings, say: Say) -> Chosen:
    """The best there is: a server that is named, one that runs here, one of ours, the embedded eyes."""
    from cinecut.inference.seen_server import look_at_server

    lacking: list[str] = []
    if settings.endpoint is not None:
        seen = look_at_server(settings.endpoint, settings.model or "", settings.key, LOOK_S)
        if seen.is_usable:
            describer = _asking(settings, settings.endpoint, seen.model, settings.key)
            return Chosen(
                describer, f"{seen.model} at {settings.endpoint} describes the stills, as it is named."
            )
        lacking.append(f"of {settings.endpoint}: {seen.words}")
    elif not _names_files(settings):
        for port in LOCAL_PORTS:
            address = f"http://{LOCAL_HOST}:{port}/v1"
            seen = look_at_server(address, settings.model or "", None, LOCAL_LOOK_S)
            if seen.sees_pictures:  # surely: nobody named this server
                why = "a server that runs on this machine; `--vision none` measures only"
                describer = _asking(settings, address, seen.model, None)
                return Chosen(describer, f"{seen.model} at {address} describes the stills: {why}.")
        lacking.append("no server on this machine says that it sees pictures")
    try:
        ours = _llama(settings, say)
        _require_memory(settings)
    except VramError as error:
        lacking.append(f"for a model of ours: {error.detail}; --cpu lets it run on the processor")
    except CineError as error:
        which = "" if error.which is None else f" ({error.which})"
        lacking.append(f"for a model of ours: {error.happened.rstrip('.')}{which}")
    else:
        return Chosen(ours, f"{ours.name} describes the stills, run here by llama-server.")
    why = "; ".join(lacking)
    eyes = _embedded(settings)
    notice = f"The embedded eyes look at the stills, no vision model does: {why}. `cinecut doctor` says more."
    return Chosen(eyes.describer, f"{notice} {eyes.notice}".rstrip())


def _embedded(settings: TrailerSettings) -> Chosen:
    """The eyes that ship, with the words of a CLIP where the user has one; a preview does without it.

    Raises:
        SetupError: The CLIP that is named cannot be used.
    """
    if settings.preview or settings.clip == NO_CLIP:
        return Chosen(EmbeddedDescriber())
    from cinecut.inference.clip_words import find_clip_words

    clip, notice = find_clip_words(settings.clip, settings.models_dir, cache_folder() / CHECKED_FOLDER)
    return Chosen(EmbeddedDescriber(clip=clip), notice)


def _kept_or(chosen: Chosen, settings: TrailerSettings) -> Chosen:
    """What a model has said of this film holds though the model is away; an edited cut is not planned anew for one.

    So that a server switched off, or on for something else, does not undo work between two runs.
    """
    if settings.film is None or not settings.film.is_file():
        return chosen
    kept = kept_describer(settings.film, _work_dir(settings, settings.film))
    if kept is None or kept.identity == chosen.describer.identity:
        return chosen
    if not is_described(settings, kept):
        return chosen
    is_measured = kept.identity == PIXELS_VERSION
    if is_measured or is_of_embedded_eyes(kept.identity):
        if not is_edited(_work_dir(settings, settings.film)):
            return chosen
        how = "measured" if is_measured else "as the embedded eyes saw them"
        notice = (
            f"The manifest is edited, so the stills stay {how}. `--vision` takes another: {chosen.notice}"
        )
        return Chosen(PixelDescriber() if is_measured else kept, notice)
    return Chosen(kept, f"What {kept.name} said of this film is kept. `--vision` names another engine.")


def _asking(settings: TrailerSettings, address: str, model: str, key: str | None) -> VisionModelDescriber:
    from cinecore.language.chat import ChatClient, ChatServer
    from cinecut.inference.vision_model import VisionModelDescriber

    server = ChatServer(address, model, key, in_flight=settings.concurrency or IN_FLIGHT)
    return VisionModelDescriber(ChatClient(server), name=model or address, serving=None)


def _llama(settings: TrailerSettings, say: Say) -> Describer:
    """The describer that runs llama-server; what it needs is looked for, nothing is started.

    Raises:
        SetupError: Weights or program are not there.
    """
    from cinecore.language.llama_program import locate_llama_server
    from cinecut.inference.llama import LlamaDescriber

    model, mmproj = _pair(settings)
    locate_llama_server(settings.llama_server)
    folder = cache_folder() if settings.film is None else _work_dir(settings, settings.film)
    return LlamaDescriber(
        model,
        mmproj,
        device="cpu" if settings.cpu else "gpu",
        n_slots=settings.concurrency,
        port=settings.port,
        log=folder / look.ENGINE_LOG,
        program=settings.llama_server,
        say=say,
    )


def _require_memory(settings: TrailerSettings) -> None:
    """Nothing, if a model of ours may be run unasked: its files are whole and go together, and there is room.

    Raises:
        SetupError: The files cannot be used, or the processor's memory is too small.
        VramError: The GPU has no room, or there is none.
    """
    from cinecore.language import memory
    from cinecore.language.gguf_head import check_pair, read_head
    from cinecut.inference.vram import assert_vram_available

    model, eyes = (read_head(path) for path in _pair(settings))
    check_pair(model, eyes)
    if not settings.cpu and not memory.is_apple_silicon():
        assert_vram_available()
        return
    free_mib, needed_mib = memory.system_free_mib(), memory.needed_mib(model, eyes)
    if free_mib is not None and free_mib < needed_mib:
        raise SetupError(f"Only {free_mib} MiB of memory are free, and the model needs {needed_mib} MiB.")


def _pair(settings: TrailerSettings) -> tuple[Path, Path]:
    """The model and its eyes.

    Raises:
        SetupError: One of them is not there.
    """
    return (
        _weights(settings, Path(settings.model or MODEL_FILE), "model"),
        _weights(settings, settings.mmproj or Path(MMPROJ_FILE), "mmproj"),
    )


def _weights(settings: TrailerSettings, named: Path, option: str) -> Path:
    """The file as it is named, or of that name in the models folder.

    Raises:
        SetupError: There is neither.
    """
    path = find_weights(named, settings.models_dir)
    if path is not None:
        return path
    raise SetupError(
        "The model's weights are not there."
        if option == "model"
        else "The weights of the model's eyes are not there.",
        named if named.is_absolute() else settings.models_dir / named,
        f"`cinecut models get` fetches the usual ones; --{option} names others.",
    )


def _work_dir(settings: TrailerSettings, film: Path) -> Path:
    place = work_folder(film, settings.work_dir)
    return (preview_folder(place) if settings.preview else place).path


def is_described(settings: TrailerSettings, describer: Describer) -> bool:
    """Whether the stage that asks the describer would be left out."""
    found = look.look(settings, describer, recogniser_for(settings), feelings_for(settings))
    return any(state.stage == "inference" and state.is_done for state in found.stages)


def recogniser_for(settings: TrailerSettings) -> SpeechRecogniser | None:
    """Who writes down what is said in a film without subtitles; None where nobody can. Nothing is loaded.

    Raises:
        SetupError: The model that is named cannot be had.
    """
    if settings.preview or settings.subtitle is not None:
        return None
    from cinecore.audio.recognition import find_recogniser

    return find_recogniser(settings.asr_model, settings.models_dir)


def feelings_for(settings: TrailerSettings) -> FeelingReader | None:
    """Who tells feelings of lines beside the word lists; None where the extra is not installed. Nothing is loaded."""
    if settings.preview:
        return None
    from cinecore.language.feelings import FeelingReader
    from cinecore.language.sentences import find_encoder

    encoder = find_encoder()
    return None if encoder is None else FeelingReader(encoder)


def require_enhancer(settings: TrailerSettings) -> None:
    """Nothing, if the speech enhancer that is asked for by name can be had.

    Raises:
        SetupError: It is not installed.
    """
    if settings.enhance == "on":
        from cinecore.audio.enhancement import find_enhancer

        find_enhancer("on")


def require_storyteller(settings: TrailerSettings) -> None:
    """Nothing, if the text model that is asked for by name has an address.

    Raises:
        UsageError: It has none.
    """
    if settings.story == "text" and settings.endpoint is None:
        raise UsageError(
            "--story text needs the address of a server.",
            None,
            "Add --endpoint URL, such as http://127.0.0.1:8000/v1; --story signals asks nobody.",
        )


@contextlib.contextmanager
def storyteller_for(settings: TrailerSettings) -> Iterator[TextModel | None]:
    """The text model that is asked where the story turns, while inside; None where nobody is.

    Only a server whose address a person gave is asked: a run never takes longer because one happens to be there.
    """
    if settings.story not in {"auto", "text"} or settings.endpoint is None or settings.preview:
        yield None
        return
    from cinecore.language.chat import ChatClient, ChatServer
    from cinecore.language.chat_text import ChatTextModel

    model = "" if (settings.model or "").endswith(".gguf") else settings.model or ""
    with ChatClient(ChatServer(settings.endpoint, model, settings.key)) as client:
        yield ChatTextModel(client, max_tokens=STORY_TOKENS)
