"""Stories for the tests of the director, and what is asked of a storyboard, in a word."""

from __future__ import annotations

from vidpipe.providers.draft.director import RuleDirector
from vidpipe.schemas.pacing import FRAMES_PER_SECOND
from vidpipe.schemas.storyboard import Placement, SceneSpec, Storyboard
from vidpipe.schemas.wishes import Wishes
from vidpipe.services.directing import direct
from vidpipe.services.scripts import read_script

LIGHTHOUSE = "An old lighthouse keeper finds a red kite in a storm and mends it for a girl on the beach"
LONG = (
    "A girl and an old man walk through the forest. The girl finds a golden key. The old man is afraid. "
    "They run to a house. The girl opens the door with the key. A boy sits in the room. The boy smiles at the girl. "
    "The old man weeps. The girl gives the key to the boy. They leave the house at dawn."
)


def told(text: str, **wishes: object) -> Storyboard:
    """The rule-based director's storyboard of a text."""
    return direct(RuleDirector(), read_script(text), Wishes(**wishes))  # type: ignore[arg-type] # by name


def frames(board: Storyboard) -> int:
    """How many frames the whole of it has."""
    return sum(round(scene.duration_s * FRAMES_PER_SECOND) for scene in board.scenes)


def assets(board: Storyboard) -> dict[str, tuple[str, str]]:
    """Tag → name and label."""
    return {asset.tag: (asset.name, asset.label) for asset in board.assets}


def placed(scene: SceneSpec, label: str) -> list[Placement]:
    """Where something of this label stands in a scene."""
    return [item for item in scene.shot.placements if item.label == label]
