"""The rule-based director: a script to a storyboard by word lists and the grammar of shots, offline.

It understands what its lists know and stages the rest as it stands; the same script, wishes and seed always give
the same storyboard. Deliberately not here: how scripts are read, and pictures.
"""

from __future__ import annotations

from itertools import pairwise

from vidpipe.errors import ScriptError
from vidpipe.providers.draft.director_beats import Story
from vidpipe.providers.draft.director_cast import cast_assets
from vidpipe.providers.draft.director_plan import Plan, Planned, plan_shots
from vidpipe.providers.draft.director_shots import Staging
from vidpipe.providers.draft.director_story import read_story
from vidpipe.schemas.kinds import Role
from vidpipe.schemas.pacing import share_out
from vidpipe.schemas.script import Script, ScriptKind
from vidpipe.schemas.storyboard import SCENES_AT_MOST, AssetSpec, SceneSpec, Storyboard, StyleGuide
from vidpipe.schemas.wishes import Wishes
from vidpipe.schemas.wording import with_prompts

VERSION = 1
TITLE_LETTERS = 300

STYLES = {
    "ink": ("confident ink lines over flat washes, plain shapes, quiet backgrounds", ("#20242c", "#4a6d8c", "#c8b48c", "#e9e2d0", "#b5483a")),
    "paper": ("layers of cut paper with soft shadows and a fine grain", ("#2d3a4b", "#5c8a8a", "#e0b15c", "#f3ead7", "#c25a3c")),
    "noir": ("greys and hard light from one side, deep shadow, one accent colour", ("#0e0f12", "#3a3d44", "#8b8f98", "#d9dade", "#c8102e")),
}  # fmt: skip
"""Look → what it is like in words, and the palette that goes with it."""

CAMERA = "eye level, steady, one move a shot and never without a reason"


class RuleDirector:
    """A director that needs no model."""

    @property
    def identity(self) -> str:
        """What a fingerprint must know."""
        return f"draft:rules/{VERSION}"

    def direct(self, script: Script, wishes: Wishes) -> Storyboard:
        """The storyboard of a script, as many scenes and as long as wished.

        Raises:
            ScriptError: Nothing in the script can be staged.
        """
        story = read_story(script, wishes.known, wishes.seed, wishes.scene_count or SCENES_AT_MOST)
        if not story.beats:
            raise ScriptError(
                "Nothing in the script can be shown or said.", script.title, "Write what happens in it."
            )
        plan = plan_shots(script, story, wishes)
        beats = [beat for shot in plan.shots for beat in shot.beats]
        assets, tags, clothes = cast_assets(story.figures, beats, wishes.known, wishes.seed)
        style = _style(wishes.look)
        lengths = share_out(plan.total_s, [shot.need_s for shot in plan.shots], _wished(script, plan))
        scenes = _staged(story, plan, tags, clothes, lengths)
        return Storyboard(
            title=script.title[:TITLE_LETTERS] or "Untitled",
            style_guide=style,
            assets=assets,
            scenes=tuple(with_prompts(scene, style, assets) for scene in _linked(scenes, assets)),
            notices=(*script.notices, *plan.notices),
        )


def _style(look: str) -> StyleGuide:
    visual, palette = STYLES.get(look, (look, STYLES["ink"][1]))
    return StyleGuide(look=look, visual_style=visual, palette=palette, camera=CAMERA)


def _wished(script: Script, plan: Plan) -> list[float]:
    """How long each shot would have, in proportion: as a list says, as subtitles stand, else by what it holds."""
    shots = plan.shots
    if script.kind is ScriptKind.SUBTITLES:
        starts = [
            min((beat.lines[0].start_s or 0.0 for beat in shot.beats if beat.lines), default=None)
            for shot in shots
        ]
        if all(start is not None for start in starts):
            times = [0.0, *(start or 0.0 for start in starts[1:]), plan.total_s]
            return [max(0.5, later - earlier) for earlier, later in pairwise(times)]
    usual = plan.total_s / len(shots)
    return [_wish(shot, usual) for shot in shots]


def _wish(shot: Planned, usual_s: float) -> float:
    if shot.wish_s is not None:
        return shot.wish_s
    return max(usual_s * (0.75 if shot.kind in {"insert", "close"} else 1.0), shot.need_s)


def _staged(
    story: Story, plan: Plan, tags: dict[int, str], clothes: dict[int, str], lengths: list[float]
) -> list[SceneSpec]:
    staging = Staging(story.figures, tags, clothes)
    numbers = {id(beat): number for number, beat in enumerate(story.beats)}
    scenes = []
    for number, (shot, length) in enumerate(zip(plan.shots, lengths, strict=True)):
        staging.beat = max(staging.beat, numbers.get(id(shot.beats[-1]), staging.beat))
        scenes.append(staging.stage(shot, number, len(plan.shots), length))
    return scenes


def _linked(scenes: list[SceneSpec], assets: tuple[AssetSpec, ...]) -> list[SceneSpec]:
    """Each scene with how it ends on what the next one begins with, and what changes there."""
    names = {asset.tag: asset.name for asset in assets}
    linked = []
    for scene, after in zip(scenes, [*scenes[1:], None], strict=True):
        if after is None:
            linked.append(scene.model_copy(update={"transition_notes": "The end."}))
            continue
        mine = [item.tag for item in scene.shot.placements if item.role is not Role.BACKGROUND and item.tag]
        theirs = {item.tag for item in after.shot.placements}
        shared = next((names[tag] for tag in mine if tag in theirs), "")
        if shared:
            note = f"Ends on {shared}; the next shot begins with {shared} too."
        else:
            note = f"Ends on {scene.shot.focal_point}; the next shot answers with {after.shot.focal_point}."
        linked.append(scene.model_copy(update={"transition_notes": f"{note}{_changes(scene, after)}"[:300]}))
    return linked


def _changes(scene: SceneSpec, after: SceneSpec) -> str:
    """What of place, light and weather changes at the cut."""
    changes = []
    for word in ("setting", "time_of_day", "weather"):
        old, new = getattr(scene.shot, word), getattr(after.shot, word)
        if old != new:
            changes.append(f"{word.replace('_', ' ')} from {old or 'clear'} to {new or 'clear'}")
    return f" Changes: {', '.join(changes)}." if changes else ""
