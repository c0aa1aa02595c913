"""What is asked of a director, and what is checked of its storyboard, whoever made it.

Deliberately not here: any director; `vidpipe.compose` names one.
"""

from __future__ import annotations

from vidpipe.errors import GenerationError
from vidpipe.schemas.pacing import FRAMES_PER_SECOND, words_in
from vidpipe.schemas.script import Script
from vidpipe.schemas.storyboard import Storyboard
from vidpipe.schemas.wishes import Director, Wishes


def direct(director: Director, script: Script, wishes: Wishes) -> Storyboard:
    """The storyboard of a script, checked against what was wished.

    Raises:
        ScriptError: Nothing in the script can be staged.
        RemoteError: A model behind the director did not answer as promised.
        GenerationError: The director broke its promise; the message says which.
    """
    storyboard = director.direct(script, wishes)
    for problem in broken_promises(storyboard, wishes):
        raise GenerationError(
            f"The storyboard is not what was asked for: {problem}.",
            director.identity,
            "Try another director, or other words.",
        )
    return storyboard


def broken_promises(storyboard: Storyboard, wishes: Wishes) -> list[str]:
    """What in a storyboard is not as wished: scenes, seconds, tags that were given before."""
    problems = []
    count = wishes.scene_count
    if count is not None and len(storyboard.scenes) != count:
        problems.append(f"{len(storyboard.scenes)} scenes instead of {count}")
    if wishes.total_s is not None:
        frames = sum(round(scene.duration_s * FRAMES_PER_SECOND) for scene in storyboard.scenes)
        wanted = round(wishes.total_s * FRAMES_PER_SECOND)
        if frames != wanted:
            problems.append(f"{frames} frames instead of {wanted}")
    kinds = {asset.tag: asset.asset_type for asset in storyboard.assets}
    problems += [
        f"{asset.tag} became {kinds[asset.tag]}"
        for asset in wishes.known
        if kinds.get(asset.tag, asset.asset_type) is not asset.asset_type
    ]
    problems += [
        f"scene {scene.scene_index + 1} has more to say than time"
        for scene in storyboard.scenes
        if sum(words_in(line.text) for line in scene.audio.lines) > 8 * scene.duration_s
    ]
    return problems
