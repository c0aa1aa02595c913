"""A new project from a script and wishes, with its own registry and the photographs that were given."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cinecore.errors import OutputError
from cinecore.files import digest_bytes
from vidpipe.artefacts import ArtefactStore
from vidpipe.db.engine import Session
from vidpipe.db.events import add_event
from vidpipe.db.models import Project
from vidpipe.db.projects import create_project, edit_project
from vidpipe.errors import ProjectError, ScriptError
from vidpipe.orchestrator.pipeline import project_lock
from vidpipe.pipeline.finish import require_ours
from vidpipe.pipeline.storyboard import keep_storyboard
from vidpipe.pipeline.studio import Studio
from vidpipe.schemas.kinds import TAG_PREFIXES
from vidpipe.schemas.script import Script
from vidpipe.schemas.storyboard import AssetSpec, Storyboard
from vidpipe.schemas.wishes import Wishes
from vidpipe.services.cast_pictures import shown_in
from vidpipe.services.manifest_service import create_project_manifest, next_tag, register_assets
from vidpipe.services.pictures import read_picture
from vidpipe.services.storyboard_text import from_text
from vidpipe.settings import FRAMES_PER_SECOND, VideoSettings

TITLE_LETTERS = 80
CAST_AT_MOST = 20


@dataclass(frozen=True)
class CastMember:
    """A person or thing that the user gives a picture of."""

    name: str
    picture: Path


def read_cast(words: Sequence[str]) -> tuple[CastMember, ...]:
    """From `NAME=PICTURE`, as often as it is given.

    Raises:
        ScriptError: One is written otherwise, a name comes twice, or there are too many.
    """
    cast: list[CastMember] = []
    for word in words:
        name, separator, picture = word.partition("=")
        if not separator or not name.strip() or not picture.strip():
            raise ScriptError("A cast member is written NAME=PICTURE.", word, 'Write --cast "Ada=ada.jpg".')
        if any(member.name.casefold() == name.strip().casefold() for member in cast):
            raise ScriptError("A cast member is given twice.", name.strip(), "Give each a picture once.")
        cast.append(CastMember(name.strip(), Path(picture.strip()).expanduser()))
    if len(cast) > CAST_AT_MOST:
        raise ScriptError(f"{len(cast)} cast members are given.", None, f"Give {CAST_AT_MOST} at most.")
    return tuple(cast)


async def new_project(
    session: Session,
    script: Script,
    settings: VideoSettings,
    store: ArtefactStore,
    *,
    cast: Sequence[CastMember] = (),
    folder: Path | None = None,
) -> Project:
    """A project, committed, that `run_pipeline` can begin with.

    Args:
        session: Of the database.
        script: What is told.
        settings: What was wished.
        store: Where the photographs are kept.
        cast: Photographs of people and things, by the names that the script gives them.
        folder: Where the video goes unless the settings say so; None: the current folder.

    Raises:
        ScriptError: The wishes cannot be met.
        InputError: A picture is none.
        OutputError: The video's place cannot be written.
    """
    Wishes(
        total_s=settings.total_s,
        clip_duration_s=settings.clip_duration_s,
        look=settings.style,
        aspect_ratio=settings.aspect_ratio,
    )
    photographs = [(member, read_picture(member.picture)) for member in cast]
    width, height = settings.size
    title = (settings.title or script.title or "Untitled")[:TITLE_LETTERS].strip()
    output = _output(settings.output, title, folder or Path.cwd())
    project = await create_project(
        session,
        title=title,
        source_text=script.text,
        source_kind=script.kind.value,
        source_digest=digest_bytes(script.text.encode("utf-8", "surrogateescape")),
        style=settings.style,
        aspect_ratio=settings.aspect_ratio,
        width=width,
        height=height,
        frames_per_second=FRAMES_PER_SECOND,
        total_s=settings.total_s or 0.0,
        clip_duration_s=settings.clip_duration_s,
        seed=settings.seed,
        director=settings.director,
        image_maker=settings.image_maker,
        video_maker=settings.video_maker,
        speech=settings.speech,
        enrichment=settings.enrichment,
        options={
            "script": script.model_dump(mode="json"),
            "output": str(output),
            "overwrite": settings.overwrite,
            "crossfade_s": settings.crossfade_s,
            "captions": settings.captions,
            "music": settings.music,
        },
    )
    require_ours(project, output, may_overwrite=settings.overwrite)
    if settings.has_manifest:
        await create_project_manifest(session, project, settings.manifest)
    known = await _known(session, project, photographs, store)
    if project.manifest_id is not None:
        await register_assets(session, project.manifest_id, known)
    else:
        project.options["cast"] = [asset.model_dump(mode="json") for asset in known]
    await add_event(session, project.id, "created", project.title)
    await session.commit()
    return project


async def _known(
    session: Session, project: Project, photographs: Sequence[tuple[CastMember, bytes]], store: ArtefactStore
) -> list[AssetSpec]:
    """What each given picture stands for, by what is seen in it; tags go on from those of the registry."""
    known: list[AssetSpec] = []
    for member, png in photographs:
        kind, label = await asyncio.to_thread(shown_in, png)
        if project.manifest_id is not None:
            tag = await next_tag(session, project.manifest_id, kind)
        else:
            tag = f"{TAG_PREFIXES[kind]}_{1 + sum(asset.asset_type is kind for asset in known):02d}"
        name = store.put_bytes(png, ".png")
        known.append(AssetSpec(tag=tag, asset_type=kind, name=member.name, label=label, photo=name))
    return known


def choose_output(project: Project, asked: Path) -> None:
    """Have the project's video go elsewhere from now on; committed by the caller."""
    project.options["output"] = str(_output(asked, project.title, Path.cwd()))


async def edit_storyboard(session: Session, project: Project, text: str, studio: Studio) -> tuple[int, ...]:
    """The scenes, from 0, that an edited storyboard text changes; the project is owned meanwhile.

    Raises:
        ScriptError: The text cannot be read back; the message names the line.
        ProjectError: There is no storyboard yet that could be edited.
        BusyError: Another process works on the project.
    """
    if project.storyboard is None:
        raise ProjectError(
            "This project has no storyboard yet.",
            project.id[:8],
            "Resume it with --through storyboard, then export it.",
        )
    edited = from_text(text, Storyboard.model_validate(project.storyboard))
    with project_lock(studio.root, project.id):
        await edit_project(session, project.id, project.version)
        return await keep_storyboard(session, project, edited)


def _output(asked: Path | None, title: str, folder: Path) -> Path:
    name = f"{slug(title)}.mp4"
    if asked is None:
        return _free_name(folder.absolute() / name)
    path = asked.absolute()
    if path.is_dir():
        return path / name
    return path if path.suffix else path.with_name(f"{path.name}.mp4")


def _free_name(path: Path) -> Path:
    """The usual name, numbered where another video has it already.

    Raises:
        OutputError: A thousand of them lie there.
    """
    if not path.exists():
        return path
    for number in range(2, 1000):
        numbered = path.with_stem(f"{path.stem}-{number}")
        if not numbered.exists():
            return numbered
    raise OutputError("There is no free name left for the video.", path, "Name one with --output.")


def slug(title: str) -> str:
    """A title as a file's name: letters and digits of any alphabet, hyphens between."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", title))
    text = "-".join(words).lower()
    while len(text.encode()) > 60:
        text = text[:-1]
    return text.strip("-") or "video"
