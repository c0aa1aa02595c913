"""Takes a project from where it stands to its video: one owner, one step after the other, stopped when asked.

The state in the database is always one that another process can go on from. Deliberately not here: what a
step does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cinecore.errors import BusyError, Cancelled, CineError
from cinecore.files import folder_lock, write_error
from cinecore.ports import Progress, ProgressListener
from cinecore.work.leftovers import remove_leftovers
from vidpipe.db.engine import Session
from vidpipe.db.events import add_event
from vidpipe.db.models import Project, Scene
from vidpipe.db.projects import begin_run, clear_stop, end_run, find_project, is_stop_requested
from vidpipe.db.scenes import scenes_of
from vidpipe.errors import ProjectError
from vidpipe.pipeline.clip_jobs import StopAsked
from vidpipe.pipeline.finish import stitch_project
from vidpipe.pipeline.storyboard import make_storyboard
from vidpipe.pipeline.studio import Studio
from vidpipe.pipeline.video_gen import generate_videos, make_all_keyframes
from vidpipe.schemas.kinds import ProjectStatus

log = logging.getLogger(__name__)

STEPS = ("storyboard", "keyframes", "video_gen", "stitch")
STEP_NAMES = {
    "storyboard": "the storyboard",
    "keyframes": "stills",
    "video_gen": "a clip of every scene",
    "stitch": "the video",
}
THROUGH = {"storyboard": "storyboard", "keyframes": "keyframes", "video": "video_gen"}
"""The words of `--through` and the step that is then the last."""


@dataclass(frozen=True)
class Finished:
    """How a run ended."""

    status: ProjectStatus
    gaps: tuple[int, ...] = ()
    """Scenes, from 0, without a clip."""


async def run_pipeline(
    session: Session,
    project_id: str,
    progress_callback: ProgressListener | None = None,
    *,
    studio: Studio,
    through: str | None = None,
) -> Finished:
    """Do what is still to do of a project; a finished one is looked through and found fresh.

    Args:
        session: Committed at every step.
        project_id: Or as much of it as no other id begins with.
        progress_callback: Hears each step of work beside the studio's own listener.
        studio: The makers.
        through: The step after which to stop (`storyboard`, `keyframes`, `video`); None: to the end.

    Raises:
        BusyError: Another process owns the project; the message names it.
        Cancelled: The run was interrupted; everything finished is kept.
        CineError: A step failed; the project says so too.
    """
    project = await find_project(session, project_id)
    heard = _both(studio.listen, progress_callback)
    with project_lock(studio.root, project.id):
        # what a dead run of any project left; of the living ones nothing is touched
        for folder in (studio.scraps, studio.store.folder):
            remove_leftovers(folder, (), is_owned=False)
        await clear_stop(session, project.id)
        run = await begin_run(session, project.id, os.getpid())
        project.error = None
        await add_event(session, project.id, "run_begins", run_id=run.id)
        await session.commit()
        worker = _Worker(session, project, studio, heard, through)
        outcome, error = "failed", ""
        try:
            finished = await worker.work()
            outcome = finished.status.value
        except StopAsked:
            outcome = ProjectStatus.STOPPED.value
            finished = Finished(ProjectStatus.STOPPED)
        except (asyncio.CancelledError, KeyboardInterrupt, Cancelled):
            outcome = ProjectStatus.STOPPED.value
            raise
        except CineError as failure:
            error = str(failure)
            raise
        except Exception as failure:
            error = f"{type(failure).__name__}: {failure}"
            raise
        finally:
            with contextlib.suppress(CineError):  # what ended the run is what must be told
                await _close(session, project, run.id, outcome, error, studio)
        return finished


class _Worker:
    """One run's way through the steps."""

    def __init__(
        self,
        session: Session,
        project: Project,
        studio: Studio,
        heard: ProgressListener,
        through: str | None,
    ) -> None:
        self._session = session
        self._project = project
        self._studio = studio
        self._heard = heard
        self._last = THROUGH.get(through or "", "stitch")

    async def work(self) -> Finished:
        done = await _check_completed_steps(self._session, self._project, self._studio)
        if done:
            self._studio.say(f"There already: {', '.join(STEP_NAMES[step] for step in done)}.")
        gaps: list[int] = []
        if "storyboard" not in done:
            async with self._step(ProjectStatus.STORYBOARDING, "storyboard", "Writing the storyboard..."):
                await make_storyboard(self._session, self._project, self._studio)
        if self._last == "storyboard":
            return await self._staged()
        if self._last == "keyframes":
            async with self._step(ProjectStatus.KEYFRAMING, "keyframes", "Drawing every scene's stills..."):
                await make_all_keyframes(self._session, self._project, self._studio, self.check_stop)
            return await self._staged()
        message = "Generating video clips (with CV analysis)..."
        if self._project.manifest_id is None:
            message = "Generating video clips..."
        async with self._step(ProjectStatus.VIDEO_GEN, "video_gen", message):
            gaps = await generate_videos(self._session, self._project, self._studio, self.check_stop)
        if self._last == "video_gen":
            return await self._staged(gaps)
        async with self._step(ProjectStatus.STITCHING, "stitch", "Joining scenes, sound and captions..."):
            await stitch_project(self._session, self._project, self._studio)
        status = ProjectStatus.COMPLETE_WITH_GAPS if gaps else ProjectStatus.COMPLETE
        await self._enter(status)
        return Finished(status, tuple(gaps))

    async def check_stop(self) -> None:
        """Raises StopAsked where a person asked; reads what is on the disk now."""
        await self._session.commit()
        if await is_stop_requested(self._session, self._project.id):
            raise StopAsked
        await self._session.commit()

    async def _staged(self, gaps: list[int] | None = None) -> Finished:
        await self._enter(ProjectStatus.STAGED)
        return Finished(ProjectStatus.STAGED, tuple(gaps or ()))

    @contextlib.asynccontextmanager
    async def _step(self, status: ProjectStatus, step: str, message: str) -> AsyncIterator[None]:
        await self.check_stop()
        await self._enter(status)
        self._studio.say(message)
        self._heard(Progress(step, STEPS.index(step), len(STEPS), "steps", message))
        with self._studio.clock.measuring(step):
            yield

    async def _enter(self, status: ProjectStatus) -> None:
        self._project.status = status
        await add_event(self._session, self._project.id, "status", status.value)
        await self._session.commit()


async def _close(
    session: Session, project: Project, run_id: str, outcome: str, error: str, studio: Studio
) -> None:
    """Write how the run ended; what was begun and not committed is undone first."""
    await session.rollback()
    if error:
        project.status = ProjectStatus.FAILED
        project.error = error
    elif outcome == ProjectStatus.STOPPED.value:
        project.status = ProjectStatus.STOPPED
    await end_run(session, run_id, outcome, dict(studio.clock.seconds))
    await add_event(session, project.id, "run_ends", error or outcome, run_id=run_id)
    await session.commit()


async def _check_completed_steps(session: Session, project: Project, studio: Studio) -> list[str]:
    """The steps of a project that are done, from what is really there; clips count with their analysis."""
    done: list[str] = []
    if project.storyboard is None:
        return done
    done.append("storyboard")
    scenes = await scenes_of(session, project.id)
    if scenes and all(_has_stills(scene, studio) for scene in scenes):
        done.append("keyframes")
    if scenes and all(_has_clip(scene, project, studio) for scene in scenes):
        done.append("video_gen")
        if _is_stitched(project):
            done.append("stitch")
    return done


def _is_stitched(project: Project) -> bool:
    return project.output_path is not None and Path(project.output_path).is_file()


def _has_stills(scene: Scene, studio: Studio) -> bool:
    return len(scene.keyframes) == 2 and all(studio.store.has(frame.image) for frame in scene.keyframes)


def _has_clip(scene: Scene, project: Project, studio: Studio) -> bool:
    return any(
        clip.is_selected
        and clip.local_path
        and studio.store.has(clip.local_path)
        and (project.manifest_id is None or clip.analysed_at is not None)
        for clip in scene.clips
    )


@contextlib.contextmanager
def project_lock(root: Path, project_id: str) -> Iterator[None]:
    """Own a project on this machine while inside.

    Raises:
        BusyError: Another process owns it.
    """
    folder = root / "projects" / project_id
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(error, folder) from error
    try:
        with folder_lock(folder):
            yield
    except BusyError as busy:
        raise BusyError(
            f"Another run (process {busy.holder}) is working on this project.",
            project_id[:8],
            f"Wait for it, or ask it to stop: vidpipe stop {project_id[:8]}.",
            busy.holder,
        ) from busy


async def stop_project(
    session: Session, project_id: str, studio_root: Path, ask: Callable[[Session, str], Awaitable[None]]
) -> bool:
    """Ask a project's run to stop; whether one was at work.

    Raises:
        ProjectError: There is no such project, or it is finished.
    """
    project = await find_project(session, project_id)
    try:
        with project_lock(studio_root, project.id):
            is_at_work = False
    except BusyError:
        is_at_work = True
    if not is_at_work:
        if project.status in {ProjectStatus.COMPLETE, ProjectStatus.COMPLETE_WITH_GAPS}:
            raise ProjectError("This project is finished.", project.id[:8], "There is nothing to stop.")
        project.status = ProjectStatus.STOPPED
        await session.commit()
        return False
    await ask(session, project.id)
    await session.commit()
    return True


def _both(one: ProgressListener, other: ProgressListener | None) -> ProgressListener:
    if other is None:
        return one

    def listen(event: Progress) -> None:
        one(event)
        other(event)

    return listen
