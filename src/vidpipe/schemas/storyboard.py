"""The storyboard: what is told, in shots, as a director hands it over; every maker of storyboards fills this.

A scene here is one shot with one clip. Deliberately not here: how it came to be, and database rows.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from vidpipe.schemas.kinds import (
    AssetType,
    CameraMove,
    Cut,
    Facing,
    LineKind,
    Position,
    Role,
    ShotType,
)

Text = Annotated[str, Field(max_length=4000)]
Short = Annotated[str, Field(max_length=300)]
Tag = Annotated[str, Field(pattern=r"^(CHAR|OBJ|ENV|PROP|STYLE|VEH|OTHER)_\d{2,4}$")]
Color = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]

SHORTEST_SCENE_S, LONGEST_SCENE_S = 1.0, 60.0
SCENES_AT_MOST = 400


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StyleGuide(_Value):
    """How everything looks."""

    look: Short = "ink"
    """The artist's look, by name: `ink`, `paper` or `noir` in the draft provider."""
    visual_style: Text = ""
    palette: tuple[Color, ...] = ()
    camera: Text = ""


class AssetSpec(_Value):
    """A person or thing that the story names and that must look the same each time."""

    tag: Tag
    asset_type: AssetType
    name: Short
    label: Short
    """What it is, in one common noun: `woman`, `car`, `kite`."""
    description: Text = ""
    """How it looks, in words: hair, build, colour, wardrobe."""
    photo: str | None = None
    """A picture of it that the user gave: a path relative to the data folder."""
    voice: Short = ""
    """How a person sounds, in words such as `old man`, `girl`."""


class Placement(_Value):
    """A thing in a shot: which, where, and what it does."""

    tag: Tag | None = None
    """The asset; None for a thing that no asset stands for."""
    label: Short
    """What it is, in one common noun, as in `AssetSpec.label`."""
    role: Role = Role.SUBJECT
    position: Position = Position.CENTER
    facing: Facing = Facing.CAMERA
    action: Short = ""
    expression: Short = ""
    wardrobe: Short = ""
    color: Short = ""
    """A colour word where the text says one: `red`."""


class Shot(_Value):
    """What is seen: the content of a scene manifest."""

    shot_type: ShotType = ShotType.MEDIUM
    camera_movement: CameraMove = CameraMove.STATIC
    focal_point: Short = ""
    setting: Short = ""
    """The kind of place, in one common noun: `beach`, `kitchen`."""
    interior: bool = False
    time_of_day: Short = "day"
    """dawn | day | dusk | night."""
    weather: Short = ""
    """"", rain, storm, snow, fog or wind."""
    placements: tuple[Placement, ...] = ()


class Line(_Value):
    """One spoken line."""

    speaker: Short = ""
    """The name as the script writes it; empty for a narrator."""
    tag: Tag | None = None
    text: Annotated[str, Field(min_length=1, max_length=1000)]
    kind: LineKind = LineKind.DIALOGUE
    manner: Short = ""
    """As in a parenthetical: `whispering`."""


class SceneAudio(_Value):
    """What is heard: the content of a scene audio manifest."""

    lines: tuple[Line, ...] = ()
    effects: tuple[Short, ...] = ()
    ambience: Short = ""
    music: Short = ""
    continuity: Short = ""


class SceneSpec(_Value):
    """One shot with one clip."""

    scene_index: Annotated[int, Field(ge=0)]
    heading: Short = ""
    """Shared by the shots of one Fountain scene: `EXT. BEACH - DAY`."""
    description: Text
    duration_s: Annotated[float, Field(ge=SHORTEST_SCENE_S, le=LONGEST_SCENE_S)]
    start_frame_prompt: Text
    end_frame_prompt: Text
    motion_prompt: Text
    transition_notes: Short = ""
    cut: Cut = Cut.CUT
    key_details: tuple[Short, ...] = ()
    """Names, numbers and the like that must survive every rewriting."""
    shot: Shot = Shot()
    audio: SceneAudio = SceneAudio()


class Storyboard(_Value):
    """A whole story in shots."""

    title: Short
    style_guide: StyleGuide = StyleGuide()
    assets: tuple[AssetSpec, ...] = ()
    scenes: Annotated[tuple[SceneSpec, ...], Field(min_length=1, max_length=SCENES_AT_MOST)]
    notices: tuple[str, ...] = ()
    """What a person should know of how it came to be: what was guessed, repaired or left out."""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if [scene.scene_index for scene in self.scenes] != list(range(len(self.scenes))):
            raise ValueError("scene_index must count 0, 1, 2 … without holes")
        tags = [asset.tag for asset in self.assets]
        if len(set(tags)) != len(tags):
            raise ValueError("two assets bear one tag")
        for scene in self.scenes:
            for tag in [item.tag for item in scene.shot.placements] + [
                line.tag for line in scene.audio.lines
            ]:
                if tag is not None and tag not in tags:
                    raise ValueError(f"scene {scene.scene_index + 1} names {tag}, which no asset bears")
        return self

    @property
    def duration_s(self) -> float:
        """Length of all scenes together."""
        return sum(scene.duration_s for scene in self.scenes)
