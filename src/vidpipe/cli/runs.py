"""The commands that make something: settings in, the orchestrator called, the outcome printed.

Deliberately not here: what a step does, and how progress looks.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cinecore.errors import InputError
from cinecore.settings import UsageError
from cinecore.terminal.screen import Screen, open_screen
from cinecore.terminal.words import print_json
from vidpipe.settings import VideoSettings, video_settings

if TYPE_CHECKING:
    from vidpipe.db.engine import Session
    from vidpipe.db.models import Project
    from vidpipe.orchestrator.pipeline import Finished
    from vidpipe.pipeline.studio import Studio
    from vidpipe.schemas.script import Script
    from vidpipe.schemas.storyboard import Storyboard

STAGE_LABELS = {
    "storyboard": "Storyboard",
    "keyframes": "Stills",
    "video_gen": "Scenes",
    "stitch": "Joining",
    "conform": "Rendering",
}


def stage_line(stage: str) -> str:
    """The words beside a moving bar."""
    return STAGE_LABELS.get(stage, stage)


def generate_video(source: str, cast: Sequence[str], command_line: Mapping[str, object]) -> None:
    """A new project from words or a file, taken as far as asked.

    Raises:
        CineError: As a person can act on it.
    """
    settings = video_settings(command_line)
    from vidpipe.orchestrator.projects import read_cast
    from vidpipe.services.scripts import read_script

    members = read_cast(cast)
    script = read_script(source)
    if settings.dry_run:
        _plan(script, settings)
        return
    with _screen(settings) as screen:
        asyncio.run(_generate(script, members, settings, screen))


async def _generate(script: Script, members: Sequence[Any], settings: VideoSettings, screen: Screen) -> None:
    from vidpipe.compose import open_data, studio_for
    from vidpipe.orchestrator.pipeline import run_pipeline
    from vidpipe.orchestrator.projects import new_project

    studio = studio_for(settings, say=screen.say, listen=screen.listen)
    for notice in (*settings.notices, *script.notices):
        studio.notice(notice)
    async with open_data(settings) as database, database.session() as session:
        project = await new_project(session, script, settings, studio.store, cast=members)
        screen.say(f"Project {project.id[:8]}: {project.title}")
        finished = await run_pipeline(session, project.id, studio=studio, through=settings.through)
        await _tell(session, project, finished, settings, screen, studio)


def resume_project(project: str, storyboard: str | None, command_line: Mapping[str, object]) -> None:
    """Go on with a project.

    Raises:
        CineError: As a person can act on it.
    """
    settings = video_settings(command_line)
    text = _read_storyboard(Path(storyboard)) if storyboard is not None else None
    with _screen(settings) as screen:
        asyncio.run(_resume(project, text, settings, screen))


async def _resume(id_or_prefix: str, text: str | None, settings: VideoSettings, screen: Screen) -> None:
    from vidpipe.compose import open_data
    from vidpipe.db.projects import find_project
    from vidpipe.orchestrator.pipeline import run_pipeline
    from vidpipe.orchestrator.projects import edit_storyboard

    async with open_data(settings) as database, database.session() as session:
        project = await find_project(session, id_or_prefix)
        studio = _studio_of(project, settings, screen)
        if text is not None:
            changed = await edit_storyboard(session, project, text, studio)
            shots = ", ".join(str(index + 1) for index in changed) or "none"
            screen.say(f"Read the storyboard back; changed shots: {shots}.")
        finished = await run_pipeline(session, project.id, studio=studio, through=settings.through)
        await _tell(session, project, finished, settings, screen, studio)


def _studio_of(project: Project, settings: VideoSettings, screen: Screen) -> Studio:
    """The makers that a project chose when it was made; what was found in the settings is said."""
    from vidpipe.compose import studio_for

    studio = studio_for(
        settings, speech=project.speech, director=project.director, say=screen.say, listen=screen.listen
    )
    for notice in settings.notices:
        studio.notice(notice)
    return studio


def stop_run(project: str, command_line: Mapping[str, object]) -> None:
    """Ask a project's run to stop.

    Raises:
        CineError: As a person can act on it.
    """
    settings = video_settings(command_line)

    async def ask() -> tuple[str, bool]:
        from vidpipe.compose import open_data
        from vidpipe.db.projects import find_project, request_stop
        from vidpipe.orchestrator.pipeline import stop_project

        async with open_data(settings) as database, database.session() as session:
            found = await find_project(session, project)
            return found.id, await stop_project(session, found.id, settings.data_dir, request_stop)

    project_id, is_at_work = asyncio.run(ask())
    if settings.json:
        print_json({"ok": True, "exit_status": 0, "project": project_id, "was_at_work": is_at_work})
        return
    with _screen(settings) as screen:
        screen.say(
            f"Project {project_id[:8]} was asked to stop."
            if is_at_work
            else f"Project {project_id[:8]} is not being worked on; it counts as stopped."
        )


def stitch_again(project: str, command_line: Mapping[str, object]) -> None:
    """Join a project's clips again.

    Raises:
        CineError: As a person can act on it.
    """
    settings = video_settings(command_line)
    with _screen(settings) as screen:
        asyncio.run(_stitch(project, settings, screen, command_line))


async def _stitch(
    id_or_prefix: str, settings: VideoSettings, screen: Screen, command_line: Mapping[str, object]
) -> None:
    from vidpipe.compose import open_data
    from vidpipe.db.projects import find_project
    from vidpipe.orchestrator.pipeline import Finished, project_lock
    from vidpipe.orchestrator.projects import choose_output
    from vidpipe.pipeline.finish import stitch_project

    async with open_data(settings) as database, database.session() as session:
        project = await find_project(session, id_or_prefix)
        if project.storyboard is None:
            raise InputError("This project has no storyboard yet.", project.id[:8], "Resume it first.")
        studio = _studio_of(project, settings, screen)
        with project_lock(studio.root, project.id):
            if command_line.get("crossfade") is not None:
                project.options["crossfade_s"] = settings.crossfade_s
            if settings.output is not None:
                choose_output(project, settings.output)
            project.options["overwrite"] = settings.overwrite
            await stitch_project(session, project, studio)
        await _tell(session, project, Finished(project.status), settings, screen, studio)


def animate(boards: Sequence[str], script: str, fit: str, command_line: Mapping[str, object]) -> None:
    """One's own panels timed to one's own lines.

    Raises:
        CineError: As a person can act on it.
    """
    settings = video_settings(command_line)
    from vidpipe.compose import speech_for
    from vidpipe.orchestrator.own_boards import animate_boards

    with _screen(settings) as screen:
        _say_notices(screen, settings.notices)
        made = animate_boards(
            [Path(board) for board in boards],
            script,
            settings,
            speech_for(settings.speech),
            fit=fit,
            say=screen.say,
            listen=screen.listen,
        )
        if settings.json:
            print_json({"ok": True, "exit_status": 0, **made})
            return
        screen.say(f"Measured: {_measured_words(made['measured'])}")
        if made["captions"]:
            screen.say(f"Captions: {made['captions']!r}")
        screen.say(f"Animatic: {made['output']!r}")


def _plan(script: Script, settings: VideoSettings) -> None:
    from vidpipe.compose import director_for
    from vidpipe.schemas.wishes import Wishes
    from vidpipe.services.directing import direct

    if settings.director == "llama":
        raise UsageError(
            "A dry run starts no model, and without one nobody can say what it would direct.",
            None,
            "Use --through storyboard instead: it stops before anything is drawn.",
        )
    storyboard = direct(
        director_for(settings),
        script,
        Wishes(
            total_s=settings.total_s,
            clip_duration_s=settings.clip_duration_s,
            look=settings.style,
            aspect_ratio=settings.aspect_ratio,
            seed=settings.seed,
        ),
    )
    if settings.json:
        print_json(
            {
                "ok": True,
                "exit_status": 0,
                "dry_run": True,
                "scenes": len(storyboard.scenes),
                "duration_s": storyboard.duration_s,
                "storyboard": storyboard.model_dump(mode="json"),
                "notices": [*settings.notices, *script.notices, *storyboard.notices],
            }
        )
        return
    with _screen(settings) as screen:
        _say_notices(screen, (*settings.notices, *script.notices, *storyboard.notices))
        _say_storyboard(screen, storyboard)
        screen.say("Dry run: nothing was written.")


def _say_storyboard(screen: Screen, storyboard: Storyboard) -> None:
    screen.say(f"{storyboard.title}: {len(storyboard.scenes)} scenes, {storyboard.duration_s:g} s")
    for scene in storyboard.scenes:
        shot = scene.shot
        moves = shot.camera_movement.value.replace("_", " ")
        screen.say(
            f"  {scene.scene_index + 1}. {scene.duration_s:g} s, {shot.shot_type.value.replace('_', ' ')}, "
            f"{moves}: {scene.description}"
        )


async def _tell(
    session: Session,
    project: Project,
    finished: Finished,
    settings: VideoSettings,
    screen: Screen,
    studio: Studio,
) -> None:
    from vidpipe.cli.looks import told

    if settings.json:
        document = await told(session, project)
        print_json({"ok": True, "exit_status": 0, **document, "notices": studio.told})
        return
    for gap in finished.gaps:
        screen.say(f"Gap: scene {gap + 1} has no clip; `vidpipe resume {project.id[:8]}` tries it again.")
    if finished.status == "stopped":
        screen.say(f"Stopped. Go on with: vidpipe resume {project.id[:8]}")
    elif finished.status == "staged":
        screen.say(f"Stopped after the step you named. Go on with: vidpipe resume {project.id[:8]}")
        screen.say(f"To look: vidpipe export {project.id[:8]} sheet.pdf (or storyboard.txt, to edit)")
    measured = project.options.get("measured")
    if finished.status not in {"stopped", "staged"} and measured:
        screen.say(f"Measured: {_measured_words(measured)}")
    if project.captions_path and finished.status not in {"stopped", "staged"}:
        screen.say(f"Captions: {project.captions_path!r}")
    if project.output_path and finished.status not in {"stopped", "staged"}:
        screen.say(f"Video: {project.output_path!r}")


def _measured_words(measured: Mapping[str, Any]) -> str:
    loudness = measured.get("integrated_lufs")
    heard = "silent" if loudness is None else f"{loudness:.1f} LUFS, {measured['true_peak_dbtp']:.1f} dBTP"
    return f"{measured['duration_s']:.2f} s, {measured['width']}×{measured['height']}, {heard}"


def _say_notices(screen: Screen, notices: Sequence[str]) -> None:
    for notice in dict.fromkeys(notices):
        screen.say(f"Notice: {notice}")


def _screen(settings: VideoSettings) -> Any:
    # what the log says is said on the screen too, in its place among the other words
    logging.getLogger("vidpipe").addHandler(logging.NullHandler())
    return open_screen(is_quiet=settings.quiet, wants_json=settings.json, stage_line=stage_line)


def _read_storyboard(path: Path) -> str:
    try:
        if path.stat().st_size > STORYBOARD_BYTES_AT_MOST:
            raise InputError("This storyboard is too large.", path, "Is it the right file?")
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise InputError(
            f"Cannot read this storyboard: {error.strerror}.", path, "Check the name and the rights."
        ) from error
    except UnicodeDecodeError as error:
        raise InputError("This storyboard is not UTF-8 text.", path, "Save it as UTF-8.") from error


STORYBOARD_BYTES_AT_MOST = 4_000_000
