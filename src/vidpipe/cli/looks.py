"""The commands that only look: projects, one project scene by scene, settings, what is installed, exports."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cinecore.terminal.words import print_json, print_line, print_table
from vidpipe.settings import resolve_settings, video_settings

if TYPE_CHECKING:
    from vidpipe.db.engine import Session
    from vidpipe.db.models import Asset, Project, Scene, VideoClip


def show_projects(command_line: Mapping[str, object]) -> None:
    """All projects, the newest first.

    Raises:
        DatabaseError: The database cannot be used.
    """
    settings = video_settings(command_line)

    async def look() -> list[dict[str, Any]]:
        from vidpipe.compose import open_data
        from vidpipe.db.projects import list_projects

        async with open_data(settings) as database, database.session() as session:
            return [_brief(project) for project in await list_projects(session, 1000)]

    projects = asyncio.run(look())
    if settings.json:
        print_json({"ok": True, "exit_status": 0, "projects": projects})
        return
    if not projects:
        print_line('No projects yet. Make one: vidpipe generate "PROMPT"')
        return
    print_table(
        ("ID", "STATUS", "MADE", "TITLE"),
        [(item["id"][:8], item["status"], item["created_at"][:16], item["title"]) for item in projects],
    )


def show_status(project: str, command_line: Mapping[str, object]) -> None:
    """One project, scene by scene.

    Raises:
        ProjectError: There is no such project, or several.
        DatabaseError: The database cannot be used.
    """
    settings = video_settings(command_line)

    async def look() -> dict[str, Any]:
        from vidpipe.compose import open_data
        from vidpipe.db.projects import find_project

        async with open_data(settings) as database, database.session() as session:
            return await told(session, await find_project(session, project))

    document = asyncio.run(look())
    if settings.json:
        print_json({"ok": True, "exit_status": 0, **document})
        return
    _print_project(document)


def _print_project(document: Mapping[str, Any]) -> None:
    project = document["project"]
    print_line(f"{project['title']} ({project['id'][:8]}): {project['status'].replace('_', ' ')}")
    if project["error"]:
        print_line(f"  Last failure: {project['error'].splitlines()[0]}")
    for scene in document["scenes"]:
        score = scene["continuity_score"]
        parts = [f"{scene['duration_s']:g} s", scene["status"].replace("_", " ")]
        if scene["takes"]:
            parts.append(f"{scene['takes']} take{'s' if scene['takes'] > 1 else ''}")
        if score is not None:
            parts.append(f"continuity {score:.1f}")
        print_line(f"  {scene['number']}. {scene['description']}")
        print_line(f"     {', '.join(parts)}")
        if scene["references"]:
            print_line(f"     references: {', '.join(scene['references'])}")
        if scene["seen"]:
            print_line(f"     seen: {', '.join(scene['seen'])}")
        for note in scene["notes"]:
            print_line(f"     note: {note['kind'].replace('_', ' ')}: {note['text']}")
    if document["registry"]:
        print_line(f"Registry ({project['manifest'][:8]}; another project begins with it by --manifest):")
        for asset in document["registry"]:
            found = "" if asset["found_in_scene"] is None else f", found in scene {asset['found_in_scene']}"
            print_line(f"  {asset['tag']}  {asset['name']}: {asset['visual_description']}{found}")
    if project["output"]:
        print_line(f"Video: {project['output']!r}")


async def told(session: Session, project: Project) -> dict[str, Any]:
    """A project as plain values: itself, its scenes, its registry, its last run's seconds by step."""
    from vidpipe.db.projects import runs_of
    from vidpipe.db.scenes import scenes_of
    from vidpipe.services.manifest_service import load_manifest_assets

    assets = await load_manifest_assets(session, project.manifest_id) if project.manifest_id else []
    runs = await runs_of(session, project.id)
    return {
        "project": {
            **_brief(project),
            "error": project.error,
            "output": project.output_path,
            "captions": project.captions_path,
            "measured": project.options.get("measured"),
            "manifest": project.manifest_id,
            "enrichment": project.enrichment,
        },
        "scenes": [_scene(scene) for scene in await scenes_of(session, project.id)],
        "registry": [_asset(asset) for asset in assets],
        "last_run_s": dict(runs[-1].step_log) if runs else {},
    }


def _brief(project: Project) -> dict[str, Any]:
    return {
        "id": project.id,
        "title": project.title,
        "status": project.status.value,
        "created_at": project.created_at.isoformat(timespec="seconds"),
        "seed": project.seed,
        "style": project.style,
        "size": [project.width, project.height],
    }


def _scene(scene: Scene) -> dict[str, Any]:
    shown: VideoClip | None = next((clip for clip in scene.clips if clip.is_selected), None)
    manifest = scene.manifest
    seen = (manifest.cv_analysis_json or {}).get("seen", []) if manifest else []
    return {
        "number": scene.scene_index + 1,
        "heading": scene.heading,
        "description": scene.description,
        "duration_s": scene.duration_s,
        "status": scene.status,
        "takes": len(scene.clips),
        "clip": shown.local_path if shown else None,
        "continuity_score": manifest.continuity_score if manifest else None,
        "references": [item["tag"] for item in (manifest.references or [])] if manifest else [],
        "seen": [item.get("asset_tag") or item.get("description") or item["label"] for item in seen],
        "notes": list(scene.notes),
    }


def _asset(asset: Asset) -> dict[str, Any]:
    return {
        "tag": asset.tag,
        "type": asset.asset_type.value,
        "name": asset.name,
        "label": asset.label,
        "visual_description": asset.visual_description,
        "source": asset.source.value,
        "quality": asset.quality_score,
        "picture": asset.reference_image,
        "found_in_scene": None if asset.found_in_scene is None else asset.found_in_scene + 1,
    }


def export_storyboard(project: str, file: str, command_line: Mapping[str, object]) -> None:
    """A storyboard as text, sheet or JSON, by the file's ending.

    Raises:
        CineError: As a person can act on it.
    """
    settings = video_settings(command_line)
    from vidpipe.orchestrator.exports import export_project

    async def write() -> Path:
        from vidpipe.compose import open_data
        from vidpipe.db.projects import find_project

        async with open_data(settings) as database, database.session() as session:
            found = await find_project(session, project)
            return await export_project(
                session, found, Path(file), settings.data_dir, may_overwrite=settings.overwrite
            )

    path = asyncio.run(write())
    if settings.json:
        print_json({"ok": True, "exit_status": 0, "file": str(path)})
        return
    print_line(f"Written: {str(path)!r}")


def show_config(*, wants_json: bool) -> None:
    """Each setting and where it came from.

    Raises:
        SettingError: A value cannot be used.
    """
    found = resolve_settings({})
    if wants_json:
        print_json(
            {
                "ok": True,
                "exit_status": 0,
                "settings": {
                    item.name: {"value": item.value, "origin": item.origin} for item in found.settings
                },
                "notices": list(found.notices),
            }
        )
        return
    print_table(
        ("SETTING", "VALUE", "FROM"),
        [(item.name, "-" if item.value is None else str(item.value), item.origin) for item in found.settings],
    )
    for notice in found.notices:
        print_line(f"Notice: {notice}")


def show_doctor(command_line: Mapping[str, object]) -> None:
    """What is installed and what is missing.

    Raises:
        typer.Exit: With status 69 where something is missing that no video can be made without.
    """
    settings = video_settings(command_line)
    from cinecore.terminal.findings import show_findings
    from vidpipe.doctor import examine

    show_findings(
        examine(settings), wants_json=settings.json, all_is_well="Everything that a video needs is here."
    )
