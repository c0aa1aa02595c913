"""Requests for stills and clips, and the fingerprints that say whether a made one still fits; pure.

Files count by their content's name, never by where they lie, and nothing that is drawn at random counts: seeds
come from the project's seed and the scene's place in the story.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cinecore.files import digest_bytes
from cinecore.ports import ClipRequest, PictureRequest, ReferencePicture
from cinecore.work.fingerprint import fingerprint
from vidpipe.artefacts import ArtefactStore
from vidpipe.schemas.analysis import ChosenReference
from vidpipe.schemas.storyboard import AssetSpec, SceneSpec, StyleGuide
from vidpipe.services.safety import softened


@dataclass(frozen=True)
class ScenePlan:
    """All that a scene's pictures follow from."""

    scene: SceneSpec
    style: StyleGuide
    cast: tuple[AssetSpec, ...]
    """The assets of the scene's placements, in the order of their tags."""
    references: tuple[ChosenReference, ...]
    width: int
    height: int
    frames_per_second: int
    project_seed: int
    speaking: tuple[Mapping[str, Any], ...] = ()

    def seed(self, attempt: int = 0) -> int:
        """32 bits from the project's seed, the scene's place and the attempt."""
        text = f"{self.project_seed}/{self.scene.scene_index}/{attempt}"
        return int(digest_bytes(text.encode("ascii"))[:8], 16)


def picture_request(
    plan: ScenePlan, position: str, store: ArtefactStore, *, start: str | None, safety: int, attempt: int
) -> PictureRequest:
    """The request for one end of a shot; `start` names the still that an end must follow from."""
    prompt = plan.scene.start_frame_prompt if position == "start" else plan.scene.end_frame_prompt
    return PictureRequest(
        prompt=softened(prompt, safety),
        shot=plan.scene.shot.model_dump(mode="json"),
        style=plan.style.model_dump(mode="json"),
        cast=tuple(asset.model_dump(mode="json") for asset in plan.cast),
        width=plan.width,
        height=plan.height,
        seed=plan.seed(attempt),
        position=position,
        references=reference_pictures(plan.references, store),
        conditioned_on=None if start is None else store.path(start),
        duration_s=plan.scene.duration_s,
    )


def picture_fingerprint(plan: ScenePlan, position: str, maker: str, *, start: str | None, safety: int) -> str:
    """What the still follows from; two attempts at one still share it."""
    return fingerprint(
        maker=maker,
        position=position,
        prompt=plan.scene.start_frame_prompt if position == "start" else plan.scene.end_frame_prompt,
        start=start,
        safety=safety,
        seconds=plan.scene.duration_s,
        **_looks(plan),
    )


def clip_request(
    plan: ScenePlan,
    store: ArtefactStore,
    *,
    key: str,
    start: str,
    end: str | None,
    is_continuous: bool,
    safety: int,
) -> ClipRequest:
    """The request for a scene's clip under its idempotency key."""
    return ClipRequest(
        key=key,
        scene_index=plan.scene.scene_index,
        prompt=softened(plan.scene.motion_prompt, safety),
        shot=plan.scene.shot.model_dump(mode="json"),
        style=plan.style.model_dump(mode="json"),
        cast=tuple(asset.model_dump(mode="json") for asset in plan.cast),
        start_frame=store.path(start),
        end_frame=None if end is None else store.path(end),
        duration_s=plan.scene.duration_s,
        frames_per_second=plan.frames_per_second,
        width=plan.width,
        height=plan.height,
        seed=plan.seed(),
        references=reference_pictures(plan.references, store),
        is_continuous=is_continuous,
        safety=safety,
        speaking=plan.speaking,
    )


def clip_fingerprint(
    plan: ScenePlan, maker: str, stills_maker: str, *, follows: str | None, has_end: bool, is_continuous: bool
) -> str:
    """What the clip follows from, told without making a still: `follows` names the clip it goes on from.

    How gently it was asked for does not count: a softened take is a take.
    """
    ends = {
        position: picture_fingerprint(plan, position, stills_maker, start=follows, safety=0)
        for position in ("start", *(("end",) if has_end else ()))
    }
    return fingerprint(
        maker=maker,
        prompt=plan.scene.motion_prompt,
        stills=ends,
        is_continuous=is_continuous,
        seconds=plan.scene.duration_s,
        rate=plan.frames_per_second,
        speaking=[dict(item) for item in plan.speaking],
        **_looks(plan),
    )


def _looks(plan: ScenePlan) -> dict[str, Any]:
    return {
        "shot": plan.scene.shot.model_dump(mode="json"),
        "style": plan.style.model_dump(mode="json"),
        "cast": [asset.model_dump(mode="json") for asset in plan.cast],
        "references": [reference.model_dump(mode="json") for reference in plan.references],
        "size": [plan.width, plan.height],
        "seed": plan.seed(),
    }


def reference_pictures(
    chosen: Sequence[ChosenReference], store: ArtefactStore
) -> tuple[ReferencePicture, ...]:
    """The chosen references as a maker takes them."""
    return tuple(
        ReferencePicture(
            tag=item.tag,
            label=item.label,
            role=item.role,
            path=store.path(item.image),
            description=item.description,
            is_photo=item.is_photo,
        )
        for item in chosen
    )


def echo(request: ClipRequest, chosen: Sequence[ChosenReference]) -> dict[str, Any]:
    """The request as the database keeps it: files by name, no paths."""
    return {
        "scene_index": request.scene_index,
        "prompt": request.prompt,
        "shot": dict(request.shot),
        "duration_s": request.duration_s,
        "frames_per_second": request.frames_per_second,
        "width": request.width,
        "height": request.height,
        "seed": request.seed,
        "safety": request.safety,
        "is_continuous": request.is_continuous,
        "references": [item.model_dump(mode="json") for item in chosen],
    }
