"""The run's memory between two starts: which stages are done and what each of them had read.

Deliberately not here: deciding what is stale (the pipeline compares fingerprints) and locking the folder.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from cinecore.files import write_atomic

CHECKPOINT_FILENAME = "pipeline_checkpoint.json"
CHECKPOINT_FORMAT = 1
"""Number of the file's shape; a file with a higher one was written by a newer version."""

STAGES = ("proxy", "subtitles", "keyframes", "inference", "narrative", "assembly", "conform")
"""The seven stages in the order they run."""

MAX_CHECKPOINT_BYTES = 16 * 1024 * 1024
"""A checkpoint is a few kilobytes; what is larger is none."""


@dataclass
class PipelineCheckpoint:
    """What is known of a run in a work folder; everything after `vibe` may be missing."""

    source_file: str
    vibe: str
    stages_complete: list[str] = field(default_factory=list)
    proxy_path: str | None = None
    keyframe_count: int | None = None
    dialogue_event_count: int | None = None
    inference_complete: bool | None = None
    cache_hit: bool | None = None
    manifest_path: str | None = None
    assembly_manifest_path: str | None = None
    output_path: str | None = None
    fingerprints: dict[str, str] = field(default_factory=dict)
    """Stage → digest of all it read."""

    def is_stage_complete(self, stage: str) -> bool:
        """Whether the stage finished in this folder."""
        return stage in self.stages_complete

    def mark_stage_complete(self, stage: str) -> None:
        """Remember that the stage finished; saying it twice changes nothing."""
        if stage not in self.stages_complete:
            self.stages_complete.append(stage)

    def clear_stage(self, stage: str) -> None:
        """Forget that the stage finished, and what it had read."""
        self.stages_complete = [name for name in self.stages_complete if name != stage]
        self.fingerprints.pop(stage, None)


def save_checkpoint(checkpoint: PipelineCheckpoint, work_dir: Path) -> Path:
    """Write the checkpoint, whole or not at all; the file's path.

    Raises:
        OSError: The first thing that went wrong; the temporary file is gone by then.
            `cinecore.files.write_error` turns it into a message.
    """
    document = {"format": CHECKPOINT_FORMAT, **asdict(checkpoint)}
    try:
        data = json.dumps(document, indent=2, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:  # a file name that is not UTF-8: written as escapes, read back as it was
        data = json.dumps(document, indent=2).encode("ascii")
    path = work_dir / CHECKPOINT_FILENAME
    write_atomic(path, data + b"\n", suffix=".ckpt.tmp")
    return path


def load_checkpoint(
    work_dir: Path, source_file: str | os.PathLike[str] | None = None
) -> PipelineCheckpoint | None:
    """The checkpoint of a work folder; None means a clean start.

    None for a file that is missing, broken, not UTF-8, of the wrong types or written by a newer
    version, and where `source_file` is given and the checkpoint speaks of another. Unknown fields are dropped.
    """
    try:
        with (work_dir / CHECKPOINT_FILENAME).open("rb") as stream:
            data = stream.read(MAX_CHECKPOINT_BYTES + 1)
        if len(data) > MAX_CHECKPOINT_BYTES:
            return None
        document = json.loads(data.decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    checkpoint = _checkpoint(document)
    if checkpoint is None or source_file is None:
        return checkpoint
    is_same = os.path.abspath(checkpoint.source_file) == os.path.abspath(os.fspath(source_file))  # noqa: PTH100 - text compared, links left alone
    return checkpoint if is_same else None


def _checkpoint(document: Any) -> PipelineCheckpoint | None:
    """A checkpoint from parsed JSON; None where a type is wrong."""
    if not isinstance(document, dict):
        return None
    number = document.get("format", CHECKPOINT_FORMAT)
    if not _is_count(number) or number > CHECKPOINT_FORMAT:
        return None
    known = {item.name: document[item.name] for item in fields(PipelineCheckpoint) if item.name in document}
    if not {"source_file", "vibe"} <= known.keys():
        return None
    if not all(_fits(name, value) for name, value in known.items()):
        return None
    if "stages_complete" in known:
        known["stages_complete"] = list(dict.fromkeys(known["stages_complete"]))
    return PipelineCheckpoint(**known)


def _fits(name: str, value: Any) -> bool:
    if name in {"source_file", "vibe"}:
        return isinstance(value, str)
    if name == "stages_complete":
        return isinstance(value, list) and all(isinstance(stage, str) for stage in value)
    if name == "fingerprints":
        return isinstance(value, dict) and all(isinstance(digest, str) for digest in value.values())
    if value is None:
        return True
    if name in {"keyframe_count", "dialogue_event_count"}:
        return _is_count(value)
    if name in {"inference_complete", "cache_hit"}:
        return isinstance(value, bool)
    return isinstance(value, str)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
