"""What a run gives back, and what a look at a work folder tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cinecut.pipeline.room import DiskNeed


@dataclass(frozen=True)
class Failure:
    """Why one trailer of several was not made."""

    kind: str
    message: str
    exit_status: int


@dataclass(frozen=True)
class Outcome:
    """A finished (or reviewed, or only planned) run."""

    output: Path | None
    """The trailer; None after `--review` and `--dry-run`."""
    manifest: Path
    work_dir: Path
    vibe: str
    measured: dict[str, Any] = field(default_factory=dict)
    """What was measured in the finished file, as `cinecore.render.measure.Measurement` names it, and for which
    `delivery` that was."""
    captions: tuple[Path, ...] = ()
    """Files beside the trailer with what is said in it."""
    stems: Path | None = None
    """The folder with the parts of the mix; None where they were not asked for."""
    credits: Path | None = None
    """The file that names whose the music is; None where it needs none."""
    notices: tuple[str, ...] = ()
    stages_run: tuple[str, ...] = ()
    stages_reused: tuple[str, ...] = ()
    segments_rendered: int = 0
    segments_reused: int = 0
    explanation: tuple[str, ...] = ()
    """Why each clip is there, one sentence a clip; filled where `--explain` asked."""
    plan: tuple[StageState, ...] = ()
    """What would be done; filled by `--dry-run`."""
    disk: DiskNeed | None = None
    """What a run from nothing is expected to fill; None where only a manifest is rendered."""
    versions: tuple[Outcome, ...] = ()
    """Each version of several, in order; this outcome is then that of the first."""
    cuts: tuple[Outcome, ...] = ()
    """Each length and shape of several, in order, failed ones too; this outcome is then that of the first."""
    cut: str = ""
    """Of one of several: its length and shape, `60s_9x16`."""
    failure: Failure | None = None
    """Of one of several: why there is no trailer."""
    report: Path | None = None
    """The page about the trailer, or after `--review` about the plan; None where it could not be made."""


@dataclass(frozen=True)
class StageState:
    """One stage as a look at the work folder finds it."""

    stage: str
    is_done: bool
    reason: str
    """Why it would be done (again), in words; empty where it is done."""


@dataclass(frozen=True)
class VersionState:
    """One version of several, as a look at the work folder finds it."""

    letter: str
    manifest: Path
    is_edited: bool
    output: Path | None
    """Its trailer; None while there is none."""


@dataclass(frozen=True)
class CutState:
    """One trailer of several lengths or shapes, as a look at the work folder finds it."""

    name: str
    """`60s_9x16`; with the letter of its version behind it where there are versions."""
    manifest: Path
    is_edited: bool
    output: Path | None
    """Its trailer; None while there is none."""


@dataclass(frozen=True)
class WorkStatus:
    """What a work folder holds."""

    work_dir: Path
    stages: tuple[StageState, ...]
    bytes_by_kind: dict[str, int]
    output: Path | None
    is_edited: bool
    """Whether a person changed the manifest after we wrote it."""
    versions: tuple[VersionState, ...] = ()
    """The versions that were planned with `--versions`."""
    cuts: tuple[CutState, ...] = ()
    """The trailers that were planned with several lengths or shapes."""
    disk: DiskNeed | None = None
    """What a run from nothing is expected to fill; None where its output's place cannot be used."""
