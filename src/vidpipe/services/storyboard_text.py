"""A storyboard as a text that people edit, and back: change one shot, and only that shot changes.

Whatever a line leaves as it was keeps its value exactly; what is changed is read with the same words, and the
prompts of that shot are derived again. Deliberately not here: pictures, and scripts that are no storyboards.
"""

from __future__ import annotations

from pydantic import ValidationError

from vidpipe.errors import ScriptError
from vidpipe.schemas.storyboard import AssetSpec, SceneSpec, Storyboard, StyleGuide
from vidpipe.schemas.wording import prompts_for, with_prompts
from vidpipe.services.storyboard_document import parse, wrong
from vidpipe.services.storyboard_lines import (
    FIRST_LINE,
    HELP,
    asset_line,
    head_fields,
    scene_fields,
    seconds_text,
)
from vidpipe.services.storyboard_reading import read_cast, read_head, read_scene
from vidpipe.services.storyboard_values import reason

TEXT_LETTERS_AT_MOST = 4 * 1024 * 1024


def is_storyboard_text(text: str) -> bool:
    """Whether a text is one that `to_text` wrote, perhaps edited."""
    return text.lstrip("\ufeff \r\n").startswith(FIRST_LINE)


def to_text(storyboard: Storyboard) -> str:
    """The storyboard as an editable text."""
    parts = [f"{FIRST_LINE}\n{HELP}", *_lines(head_fields(storyboard)), "", "CAST"]
    parts += [asset_line(asset) for asset in storyboard.assets]
    for scene in storyboard.scenes:
        title = f"SHOT {scene.scene_index + 1} ({seconds_text(scene.duration_s)} s)"
        parts += ["", title, *_lines(scene_fields(scene))]
    return "\n".join(parts) + "\n"


def from_text(text: str, base: Storyboard) -> Storyboard:
    """The storyboard that an edited text describes; what it leaves alone is as in `base`.

    Raises:
        ScriptError: A line cannot be read; the message gives its number and what is wrong.
    """
    if len(text) > TEXT_LETTERS_AT_MOST:
        raise ScriptError(
            "The storyboard text is too long.", f"{len(text):,} letters", "Edit one that was written here."
        )
    document = parse(text)
    title, style = read_head(document, base)
    assets = read_cast(document, base)
    tags = {asset.tag for asset in assets}
    scenes = []
    for number, block in enumerate(document.shots):
        before = base.scenes[block.number - 1] if 0 < block.number <= len(base.scenes) else None
        scene = read_scene(block, before, number, tags)
        is_as_before = before is not None and prompts_for(
            before, base.style_guide, base.assets
        ) == prompts_for(scene, style, assets)
        scenes.append(scene if is_as_before else with_prompts(scene, style, assets))
    return _whole(title, style, assets, scenes, base)


def _whole(
    title: str, style: StyleGuide, assets: tuple[AssetSpec, ...], scenes: list[SceneSpec], base: Storyboard
) -> Storyboard:
    try:
        return Storyboard(
            title=title, style_guide=style, assets=assets, scenes=tuple(scenes), notices=base.notices
        )
    except ValidationError as error:
        raise wrong(0, f"The storyboard does not hold together: {reason(error)}.") from error


def _lines(fields: list[tuple[str, str]]) -> list[str]:
    return [f"{name}: {value}" if value else f"{name}:" for name, value in fields]
