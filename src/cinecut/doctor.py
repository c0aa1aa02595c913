"""What is installed here, what is missing, and how to get it; nothing is changed.

Deliberately not here: printing, and any check that a film would be needed for.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from cinecore.errors import CineError
from cinecore.installation import (
    Finding,
    ffmpeg_parts_found,
    program_found,
    python_found,
    typefaces_found,
)
from cinecore.language.server_settings import LOCAL_HOST, LOCAL_PORTS, key_from_environment
from cinecut.settings import NO_CLIP, PREFIX, cache_folder, resolve_settings, user_file, user_folder

ENOUGH_BYTES = 2 * 1024**3
"""A two-hour film's work folder and a 1080p trailer need well under this."""


def examine() -> tuple[Finding, ...]:
    """Every finding, in a fixed order."""
    looks: tuple[Callable[[], tuple[Finding, ...]], ...] = (
        python_found,
        lambda: (program_found("ffmpeg"), program_found("ffprobe")),
        ffmpeg_parts_found,
        typefaces_found,
        _voices,
        soundfont_found,
        _eyes,
        _clip,
        _hearing_of_words,
        _feelings,
        _enhancement,
        _weights,
        _llama_server,
        _gpu_memory,
        _servers,
        _folders,
        _disk,
    )
    return tuple(finding for look in looks for finding in look())


def _voices() -> tuple[Finding, ...]:
    from cinecore.ffmpeg.binaries import has_filter

    path = shutil.which("espeak-ng")
    if path:
        return (Finding("voices", "ok", f"espeak-ng at {path} (for sample films only)"),)
    advice = "apt install espeak-ng, or brew install espeak-ng; only `make demo`'s sample film uses it."
    try:
        if has_filter("flite"):
            return (Finding("voices", "ok", "flite, inside ffmpeg (for sample films only)"),)
    except CineError:
        pass
    return (Finding("voices", "optional", "none: sample films hum their lines", advice),)


def soundfont_found() -> tuple[Finding, ...]:
    """What plays the melodic parts of composed music."""
    from cinecore.audio.soundfont_places import HOW_TO_GET, NONE, find_soundfont

    choice = resolve_settings(None, {})["soundfont"]
    if choice == NONE:
        return (Finding("SoundFont", "optional", "none is used: the setting `soundfont` says so"),)
    try:
        font, notice = find_soundfont(choice)
    except CineError as error:
        return (Finding("SoundFont", "missing", f"{error.happened} ({error.which})", error.advice),)
    if font is None:
        detail = notice or "none: the built-in instruments play composed music"
        return (Finding("SoundFont", "optional", detail, HOW_TO_GET),)
    return (Finding("SoundFont", "ok", f"{font.name} at {font.path}, digest {font.digest[:12]}"),)


def _eyes() -> tuple[Finding, ...]:
    """The networks that ship: whole, and loadable where their runtime is installed."""
    from cinecore.vision.seeing import EYES_VERSION
    from cinecore.vision.weights import DIGESTS, network

    try:
        for name in sorted(DIGESTS):
            network(name)
    except CineError as error:
        return (Finding("embedded eyes", "missing", f"{error.happened} ({error.which})", error.advice),)
    detail = f"version {EYES_VERSION}, {len(DIGESTS)} networks, digests as they should be"
    return (Finding("embedded eyes", "ok", detail),)


def _clip() -> tuple[Finding, ...]:
    """A CLIP of the user's own: loaded once, to know that it answers."""
    from cinecore.vision.clip_files import HOW_TO_GET
    from cinecut.inference.clip_words import find_clip_words

    found = resolve_settings(None, {})
    if found["clip"] == NO_CLIP:
        return (Finding("CLIP", "optional", "none is used: the setting `clip` says so"),)
    try:
        words, reason = find_clip_words(found["clip"], found["models_dir"])
    except CineError as error:
        detail = f"{error.happened} ({error.which})"
        return (Finding("CLIP", "optional", detail, error.advice or HOW_TO_GET),)
    if words is None:
        detail = reason or "none: the embedded eyes say what they measure, and no more"
        return (Finding("CLIP", "optional", detail, f"{HOW_TO_GET} No trailer needs it."),)
    return (
        Finding("CLIP", "ok", f"{words.files.name} at {words.files.picture}, digest {words.digest[:12]}"),
    )


def _hearing_of_words() -> tuple[Finding, ...]:
    """Whether films without subtitles can be written down: a package and a model of the user's."""
    from cinecore.audio.recognition import HOW_TO_GET, find_recogniser, has_recogniser_package

    found = resolve_settings(None, {})
    try:
        recogniser = find_recogniser(found["asr_model"], found["models_dir"])
    except CineError as error:
        which = f" ({error.which})" if error.which else ""
        return (Finding("speech recognition", "optional", f"{error.happened}{which}", error.advice),)
    if recogniser is not None:
        return (Finding("speech recognition", "ok", recogniser.identity),)
    lacking = "no model in the models folder" if has_recogniser_package() else "not installed"
    detail = f"{lacking}: a film without subtitles becomes a trailer from pictures alone"
    return (Finding("speech recognition", "optional", detail, HOW_TO_GET),)


def _feelings() -> tuple[Finding, ...]:
    """Whether lines' feelings are told by more than word lists."""
    from cinecore.language.sentences import HOW_TO_GET, PackagedEncoder, has_encoder_package

    try:
        return (Finding("feelings of lines", "ok", f"word lists and {PackagedEncoder().identity}"),)
    except CineError as error:
        if has_encoder_package():
            detail = f"{error.happened} ({error.which})"
            return (Finding("feelings of lines", "optional", detail, error.advice),)
    detail = "word lists alone, in eleven languages"
    return (Finding("feelings of lines", "optional", detail, HOW_TO_GET),)


def _enhancement() -> tuple[Finding, ...]:
    """Whether speech that is buried in a film's own sound can be freed: asked once, for a tenth of a second."""
    import numpy as np

    from cinecore.audio.enhancement import HOW_TO_GET, DeepFilterEnhancer, has_enhancer_package

    try:
        enhancer = DeepFilterEnhancer()
        enhancer.voice(np.zeros(4800, np.float32))
    except CineError as error:
        lacking = f"{error.happened} ({error.which})" if has_enhancer_package() else "not installed"
        detail = f"{lacking}: lines are heard as the film has them"
        return (Finding("speech enhancement", "optional", detail, HOW_TO_GET),)
    return (Finding("speech enhancement", "ok", enhancer.identity),)


def _weights() -> tuple[Finding, ...]:
    """What `cinecut models` knows of; a digest that was looked at once is not computed again."""
    from cinecore.language.weights import known_weights, look

    found = resolve_settings(None, {})
    try:
        kept = [look(one, found["models_dir"]) for one in known_weights(found["models_list"])]
    except CineError as error:
        return (Finding("weights", "optional", error.happened, error.advice),)
    get = "`cinecut models get` fetches it, about {mib:,} MiB; or put it there by hand. No trailer needs it."
    words = {
        "ok": ("digest as it should be", ""),
        "unchecked": ("digest not looked at yet", "`cinecut models verify` compares it."),
        "wrong": ("", "Move it away, then `cinecut models get`."),
        "partial": ("half fetched", "`cinecut models get` goes on with it."),
        "missing": ("not there", get),
    }
    return tuple(
        Finding(
            f"{one.weights.role} weights",
            "ok" if one.state in {"ok", "unchecked"} else "optional",
            f"{one.path}: {words[one.state][0] or one.detail}",
            words[one.state][1]
            .format(mib=one.weights.about_mib)
            .replace("models get`", f"models get {one.weights.name}`"),
        )
        for one in kept
        if one.weights.role != "clip" or one.state != "missing"  # `_clip` tells of one that is not there
    )


def _llama_server() -> tuple[Finding, ...]:
    from cinecore.language.llama_program import find_llama_server

    try:
        program = find_llama_server(resolve_settings(None, {})["llama_server"])
    except CineError as error:
        return (Finding("llama-server", "optional", error.happened, error.advice),)
    detail = f"{program.version} at {program.path} ({program.origin})"
    return (Finding("llama-server", "ok", detail),)


def _gpu_memory() -> tuple[Finding, ...]:
    from cinecore.language.memory import gpu_free_mib, is_apple_silicon
    from cinecut.inference.vram import VRAM_MINIMUM_MIB

    if is_apple_silicon():
        return (Finding("GPU memory", "ok", "shared with the processor (Apple silicon)"),)
    advice = (
        "A model may run on the processor with --cpu, or elsewhere with --endpoint; no trailer needs one."
    )
    try:
        free_mib = gpu_free_mib()
    except CineError as error:
        return (Finding("GPU memory", "optional", error.happened, advice),)
    detail = f"{free_mib:,} MiB free, {VRAM_MINIMUM_MIB:,} wanted by LLaVA 1.5 7B"
    if free_mib < VRAM_MINIMUM_MIB:
        return (Finding("GPU memory", "optional", detail, advice),)
    return (Finding("GPU memory", "ok", detail),)


def _servers() -> tuple[Finding, ...]:
    """The endpoint that is named; where none is, what listens on this machine."""
    from cinecut.adapters import LOCAL_LOOK_S, LOOK_S
    from cinecut.inference.seen_server import look_at_server

    found = resolve_settings(None, {})
    named, model = found["endpoint"], found["model"] or ""
    if named is not None:
        seen = look_at_server(named, model, key_from_environment(PREFIX), LOOK_S)
        if seen.is_usable:
            return (Finding("endpoint", "ok", f"{named}: {seen.words}"),)
        return (Finding("endpoint", "optional", f"{named}: {seen.words}", seen.advice),)
    local = [f"http://{LOCAL_HOST}:{port}/v1" for port in LOCAL_PORTS]
    looks = [(place, look_at_server(place, model, None, LOCAL_LOOK_S)) for place in local]
    there = [f"{place}: {seen.words}" for place, seen in looks if seen.model]
    detail = "; ".join(there) or "none is named, none runs on this machine"
    advice = "" if there else "--endpoint URL names an OpenAI-compatible server; no trailer needs one."
    return (Finding("endpoint", "ok" if there else "optional", detail, advice),)


def _folders() -> tuple[Finding, ...]:
    file = user_file()
    vibes = user_folder() / "vibes"
    count = len(list(vibes.glob("*.toml"))) if vibes.is_dir() else 0
    return (
        Finding(
            "settings file", "ok", f"{file} ({'read' if file.is_file() else 'not there, none is needed'})"
        ),
        Finding("own vibes", "ok", f"{count} in {vibes}"),
        Finding("cache folder", "ok", str(cache_folder())),
    )


def _disk() -> tuple[Finding, ...]:
    free = shutil.disk_usage(Path.cwd()).free
    detail = f"{free / 1024**3:.1f} GiB free in {Path.cwd()}"
    if free < ENOUGH_BYTES:
        advice = "Free some space, or choose another disk with --work-dir and --output."
        return (Finding("disk", "optional", detail, advice),)
    return (Finding("disk", "ok", detail),)
