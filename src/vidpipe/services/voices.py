"""A story's speakers get their voices, and a scene's lines are spoken in them, once for each line and voice.

Deliberately not here: which engine speaks (the port), and how a voice is made (`cinecore.audio`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cinecore.audio.speech_sound import line_length_s
from cinecore.audio.speech_voices import name_number, voice_kind
from cinecore.errors import SetupError, ToolError
from cinecore.files import write_error
from cinecore.ports import SpeechMaker, VoiceHint
from cinecore.work.fingerprint import fingerprint
from vidpipe.schemas.kinds import AssetType, LineKind
from vidpipe.schemas.storyboard import AssetSpec, Line, SceneSpec, Storyboard
from vidpipe.services.line_timing import SpokenLine, estimated_s, time_lines

NO_VOICE = "No voice is installed, so lines are captions alone: install espeak-ng, then stitch again."

VOICES_OF_A_KIND = 6
"""Names are dealt over so many before two share one; every engine tells that many apart."""

NOTICED_OVERRUN_S = 0.05

_ASIDE = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class SceneSpeech:
    """A scene's lines, spoken and timed."""

    lines: tuple[SpokenLine, ...]
    notices: tuple[str, ...] = field(default=())


def speaker_key(line: Line) -> str:
    """What tells one speaker from another: the asset's tag, else the name without `(V.O.)` and the like."""
    if line.tag is not None:
        return line.tag
    return " ".join(_ASIDE.sub(" ", line.speaker).casefold().split())


def cast_voices(storyboard: Storyboard) -> dict[str, VoiceHint]:
    """A voice for everyone who may speak, by `speaker_key`; two speakers of one kind never share one.

    A name has the same voice in every story, unless another of its kind was there first.
    """
    people = [asset for asset in storyboard.assets if asset.asset_type is AssetType.CHARACTER]
    return cast_speakers((line for scene in storyboard.scenes for line in scene.audio.lines), people)


def cast_speakers(lines: Iterable[Line], people: Iterable[AssetSpec] = ()) -> dict[str, VoiceHint]:
    """The same for lines alone, after the people who are known."""
    found = {
        asset.tag: VoiceHint(asset.name, asset.voice or f"{asset.label} {asset.description}")
        for asset in people
    }
    for line in lines:
        found.setdefault(speaker_key(line), _hint_of(line))
    taken: dict[str, set[int]] = {}
    cast: dict[str, VoiceHint] = {}
    for key, hint in found.items():
        used = taken.setdefault(voice_kind(hint), set())
        number = name_number(hint.name) % VOICES_OF_A_KIND
        if len(used) < VOICES_OF_A_KIND:
            while number in used:
                number = (number + 1) % VOICES_OF_A_KIND
        else:
            number = len(used)
        used.add(number)
        cast[key] = VoiceHint(hint.name, hint.words, number=number)
    return cast


def _hint_of(line: Line) -> VoiceHint:
    name = " ".join(_ASIDE.sub(" ", line.speaker).split())
    is_narrator = not name or (line.kind is LineKind.NARRATION and line.tag is None)
    return VoiceHint(name, "narrator" if is_narrator else "")


def speak_scene(
    scene: SceneSpec,
    cast: Mapping[str, VoiceHint],
    maker: SpeechMaker | None,
    folder: Path,
    *,
    clip_s: float | None = None,
) -> SceneSpeech:
    """The scene's lines, each with its sound in `folder` and its place in the scene.

    A line that was spoken before, by the same engine in the same voice, is not spoken again. One that cannot be
    spoken becomes a caption alone, and a notice says why. `clip_s` is the clip's real length once it is known.

    Raises:
        OutputError: The folder cannot be written.
    """
    notices: list[str] = []
    paths: list[Path | None] = []
    lengths: list[float] = []
    for line in scene.audio.lines:
        path, length, notice = speak_line(line, cast, maker, folder)
        paths.append(path)
        lengths.append(length)
        if notice:
            notices.append(notice if notice == NO_VOICE else f"Scene {scene.scene_index + 1}: {notice}")
    scene_s = clip_s if clip_s is not None else scene.duration_s
    spans = time_lines(lengths, scene_s)
    if spans and spans[-1][1] > scene_s + NOTICED_OVERRUN_S:
        notices.append(
            f"Scene {scene.scene_index + 1}: its lines take {spans[-1][1] - scene_s:.1f} s more than its picture;"
            " they run on over the next one."
        )
    lines = tuple(
        SpokenLine(path, start, end, line.text, line.speaker, line.tag, line.kind)
        for line, path, (start, end) in zip(scene.audio.lines, paths, spans, strict=True)
    )
    return SceneSpeech(lines, tuple(dict.fromkeys(notices)))


def speak_line(
    line: Line, cast: Mapping[str, VoiceHint], maker: SpeechMaker | None, folder: Path
) -> tuple[Path | None, float, str]:
    """The line's sound or None, its length in seconds (by its words where nobody spoke), and why nobody did.

    Raises:
        OutputError: The folder cannot be written.
    """
    if maker is None:
        return None, estimated_s(line.text), NO_VOICE
    try:
        path = _spoken(line, cast.get(speaker_key(line)) or _hint_of(line), maker, folder)
    except (ToolError, SetupError) as error:
        return None, estimated_s(line.text), f"{line.text[:40]!r} is a caption alone: {error.happened}"
    length = line_length_s(path)
    return path, length if length is not None else estimated_s(line.text), ""


def _spoken(line: Line, hint: VoiceHint, maker: SpeechMaker, folder: Path) -> Path:
    voice = VoiceHint(hint.name, hint.words, line.manner, hint.number)
    name = fingerprint(
        engine=maker.identity,
        text=line.text,
        voice=[voice.name, voice.words, voice.manner, -1 if voice.number is None else voice.number],
    )
    path = folder / f"{name}.wav"
    if line_length_s(path) is None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(error, folder) from error
        maker.speak(line.text, voice, path)
    return path
