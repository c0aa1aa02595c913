"""Every table of vidpipe under one name: the door that the public contract promises."""

from __future__ import annotations

from vidpipe.db.columns import Table
from vidpipe.db.record_tables import Event, GenerationCandidate, LedgerEntry, ProjectCheckpoint
from vidpipe.db.registry_tables import Asset, AssetAppearance, Manifest, ManifestSnapshot
from vidpipe.db.story_tables import (
    Keyframe,
    PipelineRun,
    Project,
    Scene,
    SceneAudioManifest,
    SceneManifest,
    VideoClip,
)

__all__ = [
    "Asset",
    "AssetAppearance",
    "Event",
    "GenerationCandidate",
    "Keyframe",
    "LedgerEntry",
    "Manifest",
    "ManifestSnapshot",
    "PipelineRun",
    "Project",
    "ProjectCheckpoint",
    "Scene",
    "SceneAudioManifest",
    "SceneManifest",
    "Table",
    "VideoClip",
]
