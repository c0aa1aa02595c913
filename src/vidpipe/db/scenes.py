"""Scenes in the database: a storyboard stored by index, scenes read with all that belongs to them, notes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from vidpipe.db.columns import Table, now
from vidpipe.db.models import Project, Scene, SceneAudioManifest, SceneManifest
from vidpipe.schemas.storyboard import SceneSpec, Storyboard


async def scenes_of(session: AsyncSession, project_id: str) -> list[Scene]:
    """A project's scenes in the film's order, with manifests, keyframes and clips, as the disk has them now."""
    rows = await session.scalars(
        select(Scene)
        .where(Scene.project_id == project_id)
        .order_by(Scene.position, Scene.scene_index)
        .options(*_all_parts())
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def find_scene(session: AsyncSession, project_id: str, scene_index: int) -> Scene | None:
    """One scene with all that belongs to it; None where the project has no such."""
    return (
        await session.scalars(
            select(Scene)
            .where(Scene.project_id == project_id, Scene.scene_index == scene_index)
            .options(*_all_parts())
            .execution_options(populate_existing=True)
        )
    ).one_or_none()


def _all_parts() -> tuple[Any, ...]:
    return (
        selectinload(Scene.manifest),
        selectinload(Scene.audio),
        selectinload(Scene.keyframes),
        selectinload(Scene.clips),
    )


async def store_storyboard(
    session: AsyncSession, project: Project, storyboard: Storyboard
) -> tuple[int, ...]:
    """The indices of the scenes that are new or other than before; the rest, and all ids, stay as they were.

    Rows past the storyboard's end go, with their clips. What was made for a changed scene stays with it: its
    fingerprints tell what is stale.
    """
    written = storyboard.model_dump(mode="json")
    if project.storyboard != written:
        project.storyboard = written
    if not project.title:
        project.title = storyboard.title
    before = {scene.scene_index: scene for scene in await scenes_of(session, project.id)}
    changed: list[int] = []
    for spec in storyboard.scenes:
        scene = before.pop(spec.scene_index, None)
        if scene is None:
            session.add(_new_scene(project.id, spec))
            changed.append(spec.scene_index)
        elif _update(scene, spec):
            changed.append(spec.scene_index)
    for scene in before.values():
        await session.delete(scene)
    await session.flush()
    return tuple(changed)


def _new_scene(project_id: str, spec: SceneSpec) -> Scene:
    return Scene(
        project_id=project_id,
        scene_index=spec.scene_index,
        manifest=SceneManifest(**_shown(spec)),
        audio=SceneAudioManifest(**_heard(spec)),
        **_told(spec),
    )


def _update(scene: Scene, spec: SceneSpec) -> bool:
    if scene.manifest is None:
        scene.manifest = SceneManifest()
    if scene.audio is None:
        scene.audio = SceneAudioManifest()
    parts: list[tuple[Table, dict[str, Any]]] = [
        (scene, _told(spec)),
        (scene.manifest, _shown(spec)),
        (scene.audio, _heard(spec)),
    ]
    is_other = False
    for row, values in parts:
        for name, value in values.items():
            if getattr(row, name) != value:
                setattr(row, name, value)
                is_other = True
    return is_other


def _told(spec: SceneSpec) -> dict[str, Any]:
    return {
        "position": spec.scene_index,
        "heading": spec.heading,
        "description": spec.description,
        "start_frame_prompt": spec.start_frame_prompt,
        "end_frame_prompt": spec.end_frame_prompt,
        "motion_prompt": spec.motion_prompt,
        "transition_notes": spec.transition_notes,
        "cut": spec.cut,
        "key_details": list(spec.key_details),
        "duration_s": spec.duration_s,
    }


def _shown(spec: SceneSpec) -> dict[str, Any]:
    shot = spec.shot.model_dump(mode="json")
    return {
        "shot": shot,
        "shot_type": spec.shot.shot_type.value,
        "camera_movement": spec.shot.camera_movement.value,
        "focal_point": spec.shot.focal_point,
        "placements": shot["placements"],
    }


def _heard(spec: SceneSpec) -> dict[str, Any]:
    audio = spec.audio.model_dump(mode="json")
    return {name: audio[name] for name in ("lines", "effects", "ambience", "music", "continuity")}


async def add_note(session: AsyncSession, scene_id: str, kind: str, text: str) -> None:
    """Add a note for people to a scene; the same note twice in a row is one."""
    # the row is taken before it is read, so that two notes at once are both kept
    await session.execute(update(Scene).where(Scene.id == scene_id).values(notes=Scene.notes))
    notes = list((await session.scalars(select(Scene.notes).where(Scene.id == scene_id))).one())
    if notes and (notes[-1].get("kind"), notes[-1].get("text")) == (kind, text):
        return
    notes.append({"at": now().isoformat(timespec="seconds"), "kind": kind, "text": text})
    await session.execute(update(Scene).where(Scene.id == scene_id).values(notes=notes))
