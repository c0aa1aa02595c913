"""One scene's clip from a maker that works in jobs: intent, submission, polling, fetching, softer asking.

What is on the disk is always ahead of what the maker knows: the intent before the submission, the operation
before the first poll, the file before the row says complete. So whoever goes on after a crash sends nothing
twice where the maker can find a job by its key.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from cinecore.errors import CineError, RemoteError
from cinecore.failpoints import hit
from cinecore.ffmpeg.probe import probe
from cinecore.ports import ClipRequest
from cinecore.work.leftovers import scraps_folder
from vidpipe.db.clips import clips_of, mark_complete, mark_ended, mark_submitted
from vidpipe.db.engine import Session
from vidpipe.db.models import VideoClip
from vidpipe.errors import Refused
from vidpipe.pipeline.studio import Studio
from vidpipe.schemas.kinds import ClipStatus, ProviderState

log = logging.getLogger(__name__)

SUBMISSIONS_AT_MOST = 3
"""Tries to hand one job over where the reply is lost or the maker is away."""

UNFINISHED = (ClipStatus.INTENT, ClipStatus.SUBMITTED)
GAPS = (ClipStatus.REFUSED, ClipStatus.TIMED_OUT, ClipStatus.FAILED)

StopCheck = Callable[[], Awaitable[None]]
"""Raises `StopAsked` when a person asked to stop."""


class StopAsked(Exception):  # noqa: N818 - a stop that was asked for is no error
    """A person asked this project to stop; no maker is called any more."""


async def unfinished_take(session: Session, scene_id: str, fingerprint: str) -> VideoClip | None:
    """The take that an earlier run began and that still fits."""
    for clip in reversed(await clips_of(session, scene_id)):
        if clip.fingerprint == fingerprint and clip.status in UNFINISHED:
            return clip
    return None


async def finish_take(
    session: Session, clip: VideoClip, request: ClipRequest, studio: Studio, check_stop: StopCheck
) -> VideoClip:
    """The take in its end state: complete with its file, refused, timed out or failed.

    Raises:
        StopAsked: A person asked to stop; the job goes on at the maker's and is fetched by the next run.
        CineError: The store or the database cannot be written.
    """
    if clip.operation_id is None:
        await check_stop()
        try:
            operation = await _submitted(clip, request, studio)
        except Refused as refusal:
            await mark_ended(session, clip, ClipStatus.REFUSED, refusal.happened)
            return clip
        except RemoteError as error:
            await mark_ended(session, clip, ClipStatus.FAILED, error.happened)
            return clip
        hit("clip.accepted")
        await mark_submitted(session, clip, operation)
        hit("clip.submitted")
    return await _polled(session, clip, studio, check_stop)


async def _submitted(clip: VideoClip, request: ClipRequest, studio: Studio) -> str:
    """The operation of the one job under the take's key, sent again only where it surely was not accepted."""
    maker = studio.video_maker
    if maker.abilities.can_find:
        found = await asyncio.to_thread(maker.find, clip.idempotency_key)
        if found is not None:
            return found
    for attempt in range(SUBMISSIONS_AT_MOST):
        try:
            return await asyncio.to_thread(maker.submit, request)
        except Refused:
            raise
        except RemoteError as error:
            log.warning("Scene %d: the reply was lost: %s", request.scene_index + 1, error.happened)
            if not maker.abilities.can_find or attempt == SUBMISSIONS_AT_MOST - 1:
                raise
            found = await asyncio.to_thread(maker.find, clip.idempotency_key)
            if found is not None:
                return found
            await asyncio.sleep(studio.poll_s)
    raise AssertionError("the loop returns or raises")


async def _polled(session: Session, clip: VideoClip, studio: Studio, check_stop: StopCheck) -> VideoClip:
    maker = studio.video_maker
    operation = str(clip.operation_id)
    give_up = time.monotonic() + studio.clip_timeout_s
    failures = 0
    while True:
        await check_stop()
        try:
            job = await asyncio.to_thread(maker.poll, operation)
            failures = 0
        except RemoteError as error:
            failures += 1
            if failures >= SUBMISSIONS_AT_MOST:
                await mark_ended(session, clip, ClipStatus.FAILED, error.happened)
                return clip
            await asyncio.sleep(studio.poll_s)
            continue
        if job.state == ProviderState.DONE:
            return await _fetched(session, clip, studio)
        if job.state == ProviderState.REFUSED:
            await mark_ended(session, clip, ClipStatus.REFUSED, job.reason or "refused")
            return clip
        if job.state == ProviderState.FAILED:
            await mark_ended(session, clip, ClipStatus.FAILED, job.reason or "failed")
            return clip
        if time.monotonic() >= give_up:
            await asyncio.to_thread(maker.cancel, operation)
            reason = f"no clip after {studio.clip_timeout_s:g} s"
            await mark_ended(session, clip, ClipStatus.TIMED_OUT, reason)
            return clip
        await asyncio.sleep(studio.poll_s)


async def _fetched(session: Session, clip: VideoClip, studio: Studio) -> VideoClip:
    with scraps_folder(studio.scraps, "clip") as scraps:
        path = Path(scraps) / "clip.mp4"
        try:
            await asyncio.to_thread(studio.video_maker.fetch, str(clip.operation_id), path)
        except RemoteError as error:
            await mark_ended(session, clip, ClipStatus.FAILED, error.happened)
            return clip
        media = await asyncio.to_thread(probe, path)
        hit("clip.fetched")
        name = await asyncio.to_thread(studio.store.put_file, path)
    hit("clip.stored")
    await mark_complete(session, clip, name, float(media.duration))
    hit("clip.complete")
    return clip


async def release(clip: VideoClip, studio: Studio) -> None:
    """Tell the maker that a take's file is kept here."""
    with contextlib.suppress(CineError):  # the clip is ours: what the maker still holds is its own affair
        await asyncio.to_thread(studio.video_maker.release, str(clip.operation_id))
