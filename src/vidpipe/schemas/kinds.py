"""The words that columns and files use for kinds of things; nothing but enumerations."""

from __future__ import annotations

from enum import StrEnum


class AssetType(StrEnum):
    """What a thing in the registry is."""

    CHARACTER = "CHARACTER"
    OBJECT = "OBJECT"
    ENVIRONMENT = "ENVIRONMENT"
    PROP = "PROP"
    STYLE = "STYLE"
    VEHICLE = "VEHICLE"
    OTHER = "OTHER"


TAG_PREFIXES: dict[AssetType, str] = {
    AssetType.CHARACTER: "CHAR",
    AssetType.OBJECT: "OBJ",
    AssetType.ENVIRONMENT: "ENV",
    AssetType.PROP: "PROP",
    AssetType.STYLE: "STYLE",
    AssetType.VEHICLE: "VEH",
    AssetType.OTHER: "OTHER",
}
"""A tag is the prefix, an underscore and two digits or more: `CHAR_01`. Given once, never changed."""


class AssetSource(StrEnum):
    """Where a thing in the registry came from."""

    UPLOADED = "uploaded"
    VIDEO_FRAME = "video_frame"
    EXTRACTED = "extracted"
    PROJECT_IMPORT = "project_import"
    STORYBOARD = "storyboard"
    CLIP_EXTRACT = "CLIP_EXTRACT"
    KEYFRAME_EXTRACT = "KEYFRAME_EXTRACT"


class ManifestCategory(StrEnum):
    """What a library manifest is for."""

    CHARACTERS = "CHARACTERS"
    ENVIRONMENT = "ENVIRONMENT"
    FULL_PRODUCTION = "FULL_PRODUCTION"
    STYLE_KIT = "STYLE_KIT"
    BRAND_KIT = "BRAND_KIT"
    CUSTOM = "CUSTOM"


class ManifestStatus(StrEnum):
    """How far a manifest is."""

    DRAFT = "DRAFT"
    PROCESSING = "PROCESSING"
    READY = "READY"
    ERROR = "ERROR"


class ProjectStatus(StrEnum):
    """Where a project stands; the first six in order."""

    PENDING = "pending"
    STORYBOARDING = "storyboarding"
    KEYFRAMING = "keyframing"
    VIDEO_GEN = "video_gen"
    STITCHING = "stitching"
    COMPLETE = "complete"
    COMPLETE_WITH_GAPS = "complete_with_gaps"
    FAILED = "failed"
    STOPPED = "stopped"
    STAGED = "staged"
    """Asked to stop after a step, and did."""


class ClipStatus(StrEnum):
    """Where a clip stands."""

    PENDING = "pending"
    INTENT = "intent"
    """An intent to submit is on the disk; the provider may or may not have heard of it."""
    SUBMITTED = "submitted"
    COMPLETE = "complete"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    FAILED = "failed"


class ShotType(StrEnum):
    """How much of the world a shot shows."""

    ESTABLISHING = "establishing"
    WIDE = "wide"
    TWO_SHOT = "two_shot"
    MEDIUM = "medium"
    CLOSE_UP = "close_up"
    INSERT = "insert"


class CameraMove(StrEnum):
    """What the camera does."""

    STATIC = "static"
    PUSH_IN = "push_in"
    PULL_OUT = "pull_out"
    PAN_LEFT = "pan_left"
    PAN_RIGHT = "pan_right"
    TILT_UP = "tilt_up"
    TILT_DOWN = "tilt_down"
    TRACK_LEFT = "track_left"
    TRACK_RIGHT = "track_right"


class Cut(StrEnum):
    """How a scene follows the one before it."""

    CUT = "cut"
    CONTINUOUS = "continuous"
    """Its first frame is the last frame of the clip before."""
    CROSSFADE = "crossfade"


class Role(StrEnum):
    """What a thing does in a shot."""

    SUBJECT = "subject"
    SECONDARY = "secondary"
    PROP = "prop"
    BACKGROUND = "background"


class Position(StrEnum):
    """Where in the picture a thing stands, from the viewer."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Facing(StrEnum):
    """Where a figure looks, from the viewer."""

    LEFT = "left"
    RIGHT = "right"
    CAMERA = "camera"
    AWAY = "away"


class LineKind(StrEnum):
    """How a line is heard."""

    DIALOGUE = "dialogue"
    NARRATION = "narration"


class ProviderState(StrEnum):
    """What a provider says of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
