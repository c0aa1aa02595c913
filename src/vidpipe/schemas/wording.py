"""The prompts that follow from a shot: medium, subject, action, setting, lighting, camera, style, palette, in that order.

Every director and the editable storyboard text derive them here, so that a changed field changes the words.
Deliberately not here: what any one provider must be told besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vidpipe.schemas.kinds import CameraMove, Facing, Position, Role, ShotType
from vidpipe.schemas.storyboard import AssetSpec, Placement, SceneSpec, Shot, StyleGuide

PROMPT_LETTERS = 4000

_MEDIUM = {
    "ink": "Ink and flat wash storyboard drawing",
    "paper": "Cut-paper collage",
    "noir": "Black and white noir drawing with one accent colour",
}
_SIZES = {
    ShotType.ESTABLISHING: "establishing shot, 18 mm, the place large and the people small",
    ShotType.WIDE: "wide shot, 24 mm, whole figures",
    ShotType.TWO_SHOT: "two-shot, 35 mm, both from the knees up",
    ShotType.MEDIUM: "medium shot, 50 mm, from the waist up",
    ShotType.CLOSE_UP: "close-up, 85 mm, head and shoulders",
    ShotType.INSERT: "insert, 100 mm, the thing alone and large",
}
_LIGHT = {
    "dawn": "pale low light of dawn",
    "day": "clear daylight",
    "dusk": "warm low light of dusk",
    "night": "dark night with cool moonlight",
}
_LIGHT_INSIDE = {
    "dawn": "first pale light through a window",
    "day": "daylight through a window",
    "dusk": "warm evening light through a window",
    "night": "lamplight in the dark",
}
_WEATHER = {
    "rain": "grey and wet with rain",
    "storm": "dark storm clouds, driving rain",
    "snow": "soft light of falling snow",
    "fog": "flat grey light in fog",
    "wind": "clouds driven by wind",
}
_MOVES = {
    CameraMove.STATIC: "the camera holds still",
    CameraMove.PUSH_IN: "the camera pushes in slowly",
    CameraMove.PULL_OUT: "the camera pulls out slowly",
    CameraMove.PAN_LEFT: "the camera pans left",
    CameraMove.PAN_RIGHT: "the camera pans right",
    CameraMove.TILT_UP: "the camera tilts up",
    CameraMove.TILT_DOWN: "the camera tilts down",
    CameraMove.TRACK_LEFT: "the camera tracks left alongside",
    CameraMove.TRACK_RIGHT: "the camera tracks right alongside",
}
_END_OF_MOVE = {
    CameraMove.PUSH_IN: "framed closer than at the start",
    CameraMove.PULL_OUT: "framed wider than at the start",
    CameraMove.PAN_LEFT: "framed further to the left",
    CameraMove.PAN_RIGHT: "framed further to the right",
    CameraMove.TILT_UP: "framed higher",
    CameraMove.TILT_DOWN: "framed lower",
    CameraMove.TRACK_LEFT: "further along to the left",
    CameraMove.TRACK_RIGHT: "further along to the right",
}
_FACING = {
    Facing.LEFT: "facing left",
    Facing.RIGHT: "facing right",
    Facing.CAMERA: "facing the camera",
    Facing.AWAY: "turned away",
}
_POSITION = {Position.LEFT: "on the left", Position.CENTER: "in the centre", Position.RIGHT: "on the right"}
_MOVING_WEATHER = {
    "rain": "rain falls",
    "storm": "rain drives across and the wind tears at everything",
    "snow": "snow drifts down",
    "fog": "fog drifts",
    "wind": "the wind moves what is light",
}


@dataclass(frozen=True)
class Prompts:
    """The words of one shot for makers of pictures and of clips."""

    start_frame: str
    end_frame: str
    motion: str


def prompts_for(scene: SceneSpec, style: StyleGuide, assets: Sequence[AssetSpec]) -> Prompts:
    """The prompts of a scene as its fields stand; its own prompts are not read."""
    by_tag = {asset.tag: asset for asset in assets}
    shot = scene.shot
    medium = _MEDIUM.get(style.look, f"{style.look} picture" if style.look else "Picture")
    subject = _subjects(shot, by_tag)
    setting = _setting(scene)
    light = _lighting(shot)
    camera = _SIZES[shot.shot_type]
    end_camera = ", ".join(filter(None, (camera, _END_OF_MOVE.get(shot.camera_movement, ""))))
    look = ", ".join(filter(None, (style.visual_style, style.camera)))
    palette = f"Palette {' '.join(style.palette)}" if style.palette else ""
    details = f"Keep exactly: {'; '.join(scene.key_details)}" if scene.key_details else ""
    starts, ends = _actions(scene, by_tag)
    return Prompts(
        start_frame=_sentences(medium, subject, starts, setting, light, camera, look, palette, details),
        end_frame=_sentences(medium, subject, ends, setting, light, end_camera, look, palette, details),
        motion=_motion(scene, by_tag),
    )


def with_prompts(scene: SceneSpec, style: StyleGuide, assets: Sequence[AssetSpec]) -> SceneSpec:
    """The scene with the prompts that follow from its fields."""
    prompts = prompts_for(scene, style, assets)
    return scene.model_copy(
        update={
            "start_frame_prompt": prompts.start_frame,
            "end_frame_prompt": prompts.end_frame,
            "motion_prompt": prompts.motion,
        }
    )


def _sentences(*parts: str) -> str:
    kept = [part.strip().rstrip(".") for part in parts if part.strip()]
    return (". ".join(part[:1].upper() + part[1:] for part in kept) + ".")[:PROMPT_LETTERS]


def _called(item: Placement, by_tag: dict[str, AssetSpec]) -> str:
    """What a placement is called in a sentence: its asset's name, else its label with its colour."""
    asset = by_tag.get(item.tag or "")
    name = asset.name if asset else item.label
    if item.color and item.color.lower() not in name.lower():
        name = f"{item.color} {name}"
    return name


def _subjects(shot: Shot, by_tag: dict[str, AssetSpec]) -> str:
    parts = []
    for item in shot.placements:
        if item.role is Role.BACKGROUND:
            continue
        asset = by_tag.get(item.tag or "")
        words = [_called(item, by_tag)]
        if asset and asset.description and asset.description.lower() != words[0].lower():
            words.append(f"({asset.description})")
        more = [
            f"wearing {item.wardrobe}"
            if item.wardrobe and not (asset and item.wardrobe.lower() in asset.description.lower())
            else "",
            item.expression,
            _POSITION[item.position],
            _FACING[item.facing] if item.role in {Role.SUBJECT, Role.SECONDARY} else "",
        ]
        parts.append(", ".join([" ".join(words), *filter(None, more)]))
    return "; ".join(parts) or shot.focal_point


def _setting(scene: SceneSpec) -> str:
    shot = scene.shot
    behind = [item.label for item in shot.placements if item.role is Role.BACKGROUND]
    inside = f"Inside, {shot.setting}" if shot.interior else f"Outside, {shot.setting}"
    return ", ".join(filter(None, (inside if shot.setting else "", *dict.fromkeys(behind))))


def _lighting(shot: Shot) -> str:
    light = (_LIGHT_INSIDE if shot.interior else _LIGHT).get(shot.time_of_day, shot.time_of_day)
    weather = _WEATHER.get(shot.weather, shot.weather)
    if weather and not shot.interior and shot.time_of_day == "day":
        light = "daylight"
    if shot.interior and weather:
        weather = f"outside the window {weather}"
    return ", ".join(filter(None, (light, weather)))


def _actions(scene: SceneSpec, by_tag: dict[str, AssetSpec]) -> tuple[str, str]:
    """What is being done when the shot starts, and what has been when it ends."""
    does = [
        f"{_called(item, by_tag)}: {item.action}"
        for item in scene.shot.placements
        if item.action and item.role in {Role.SUBJECT, Role.SECONDARY}
    ]
    action = "; ".join(does)
    told = scene.description
    return (
        f"{told.rstrip('.')}; the moment before it happens" + (f" ({action})" if action else ""),
        f"{told.rstrip('.')}; it has just happened" + (f" ({action})" if action else ""),
    )


def _motion(scene: SceneSpec, by_tag: dict[str, AssetSpec]) -> str:
    """Motion and nothing else: who moves how, what the weather moves, what the camera does."""
    shot = scene.shot
    does = [
        f"{_called(item, by_tag)} {item.action}"
        for item in shot.placements
        if item.action and item.role is not Role.BACKGROUND
    ]
    tags = {line.tag for line in scene.audio.lines if line.tag}
    speaks = [
        f"{_called(item, by_tag)} speaks"
        for item in shot.placements
        if item.tag in tags and "speak" not in item.action and "say" not in item.action
    ]
    weather = "" if shot.interior else _MOVING_WEATHER.get(shot.weather, "")
    return _sentences("; ".join([*does, *speaks]), weather, _MOVES[shot.camera_movement])
