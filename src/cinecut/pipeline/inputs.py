"""What each stage reads, as fingerprints that can be computed before anything is run.

A stage's fingerprint holds its own settings and the fingerprints of the stages before it, never their
results: so a look at the work folder tells what would be redone, and why, without doing it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cinecore.work.fingerprint import fingerprint
from cinecut.checkpoint import PipelineCheckpoint

STAGE_VERSIONS: Mapping[str, int] = {
    "proxy": 6,
    "subtitles": 2,
    "keyframes": 1,
    "inference": 3,
    "narrative": 6,
    "assembly": 3,
    "conform": 4,
}
"""Raised when a stage would give another result from the same inputs."""

WORDS: Mapping[str, str] = {
    "film": "the film is another file than before",
    "preview": "a preview looks at keyframes alone",
    "part": "another part of the film is used",
    "audio_track": "another sound track is used",
    "subtitles": "the subtitles changed",
    "proxy": "the film is analysed anew",
    "feelings": "feelings of lines are told otherwise",
    "keyframes": "the stills change",
    "inference": "the descriptions change",
    "engine": "another engine describes the pictures",
    "eyes": "the film is looked at with other eyes",
    "vibe": "the vibe changed",
    "duration": "another length is asked for",
    "spoilers": "the spoiler limit changed",
    "seed": "the seed changed",
    "titles": "the title or tagline changed",
    "music": "the music changed",
    "versions": "another version stands before it",
    "brief": "the brief, or what it is taken for, changed",
    "keep": "something else is to be kept",
    "ban": "something else is banned",
    "story": "where the story turns is told otherwise",
    "effects": "the effects were switched",
    "voice_over": "voice-overs were switched",
    "stems": "stems are asked for, or no more",
    "manifest": "the manifest changed",
    "lut": "the LUT changed",
    "soundfont": "another SoundFont plays, or none",
    "enhance": "buried lines are freed otherwise, or no longer",
    "shape": "the picture is framed otherwise",
    "assembly": "the assembly changed",
    "output": "another output is asked for",
    "delivery": "another quality is asked for",
    "captions": "captions are drawn into the pictures, or are no longer",
    "tools": "another ffmpeg is used",
    "version": "this version of cinecut does it differently",
}
"""Each part that a stage may read, as the reason a person is told."""


@dataclass(frozen=True)
class StageInputs:
    """The parts one stage reads, each as a digest."""

    stage: str
    parts: Mapping[str, str]

    @property
    def digest(self) -> str:
        """One string for all of it."""
        return fingerprint(stage=self.stage, parts=dict(self.parts))


def stage_inputs(stage: str, **parts: object) -> StageInputs:
    """The inputs of a stage; each part becomes a digest of its own, so that a change can be named."""
    digests = {name: fingerprint(value=value) for name, value in parts.items()}
    digests["version"] = fingerprint(value=STAGE_VERSIONS[stage])
    return StageInputs(stage, digests)


def why_stale(checkpoint: PipelineCheckpoint, inputs: StageInputs) -> str:
    """Why a stage must be done, in words; empty where the checkpoint says it is done with these inputs."""
    if not checkpoint.is_stage_complete(inputs.stage):
        return "it has not been done yet"
    if checkpoint.fingerprints.get(inputs.stage) == inputs.digest:
        return ""
    changed = [
        WORDS.get(name, f"{name} changed")
        for name, digest in inputs.parts.items()
        if checkpoint.fingerprints.get(f"{inputs.stage}/{name}") != digest
    ]
    prefix = f"{inputs.stage}/"
    gone = [name.removeprefix(prefix) for name in checkpoint.fingerprints if name.startswith(prefix)]
    changed += [WORDS.get(name, f"{name} changed") for name in gone if name not in inputs.parts]
    return ", ".join(changed) or "what it reads changed"


def record(checkpoint: PipelineCheckpoint, inputs: StageInputs) -> None:
    """Remember in the checkpoint that the stage is done with these inputs."""
    prefix = f"{inputs.stage}/"
    for name in [name for name in checkpoint.fingerprints if name.startswith(prefix)]:
        del checkpoint.fingerprints[name]
    checkpoint.fingerprints[inputs.stage] = inputs.digest
    for name, digest in inputs.parts.items():
        checkpoint.fingerprints[prefix + name] = digest
    checkpoint.mark_stage_complete(inputs.stage)
