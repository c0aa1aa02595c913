"""The draft maker of clips: jobs in a folder, each done by a worker process of its own.

Submitting writes the job and starts its worker; polling starts another where a worker died. Deliberately not
here: the folder (`jobs`), the pictures (`camera`), and what may go wrong on order (`faults`).
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
from pathlib import Path

from cinecore.errors import InputError
from cinecore.files import digest_file, publish, write_error
from cinecore.ports import ClipJob, ClipRequest, VideoAbilities
from cinecore.work.detached import start_detached
from vidpipe.errors import ProviderError, Refused
from vidpipe.providers.draft.faults import Faults
from vidpipe.providers.draft.jobs import JobFolder, Outcome
from vidpipe.providers.draft.worker import CANCELLED, REFUSED

MODEL = "draft:camera"
VERSION = 1
"""Raised when the same request gives other pictures."""

WORKER = "vidpipe.providers.draft.worker"
STARTS_AT_MOST = 20
"""A job whose workers keep dying is given up; with a worker killed by hand now and then this is never reached."""

SMALLEST, LARGEST = 16, 4096
FASTEST = 120
REFERENCES_AT_MOST = 6
"""As many as the draft maker of stills takes, so that a keyframe and its clip are drawn from the same pictures."""


class DraftVideoMaker:
    """Makes animatic clips on this machine.

    Args:
        folder: Where jobs lie; made when it is not there.
        faults: What shall go wrong, for tests and demonstrations.
    """

    def __init__(self, folder: Path, faults: Faults | None = None) -> None:
        self._jobs = JobFolder(folder)
        self._faults = faults or Faults()

    @property
    def identity(self) -> str:
        """`draft:camera`, its version and those of the artist and the camera."""
        from vidpipe.providers.draft import artist, camera  # here: they bring Pillow and numpy

        return f"{MODEL}/{VERSION}.{artist.VERSION}.{camera.VERSION}"

    @property
    def abilities(self) -> VideoAbilities:
        """Any length from 1 to 60 s, six references with or without an end frame, seeds, found by key, free."""
        return VideoAbilities(references_at_most=REFERENCES_AT_MOST)

    @property
    def jobs(self) -> JobFolder:
        """The folder of jobs, for those who count and tidy."""
        return self._jobs

    def submit(self, request: ClipRequest) -> str:
        """The operation id of a new job, or of the one that bears the request's key already.

        Raises:
            InputError: The request cannot be made by anybody: its size, length or files.
            OutputError: The folder of jobs cannot be written.
            Refused: As ordered.
            ProviderError: The reply was lost, as ordered; the job may be found by its key.
        """
        self._check(request)
        ordered = self._faults.orders(request.scene_index, request.safety, 0)
        if ordered.refuses_at_once and self._jobs.find(request.key) is None:
            raise Refused(REFUSED, f"scene {request.scene_index + 1}", "Say it in other words.")
        operation, orders = self._jobs.accept(request, self._faults)
        self._see_to_worker(operation)
        if orders is not None and orders.loses_reply:
            raise ProviderError(
                "The reply was lost.", f"scene {request.scene_index + 1}", "Look for the job by its key."
            )
        self._jobs.replied(operation)
        return operation

    def find(self, key: str) -> str | None:
        """The operation id of the job that was submitted under a key; None where there is none."""
        return self._jobs.find(key)

    def poll(self, operation: str) -> ClipJob:
        """How far a job is; a job whose worker died is given another.

        Raises:
            ProviderError: Nobody knows the job.
        """
        self._jobs.require(operation)
        outcome = self._jobs.outcome(operation) or self._see_to_worker(operation)
        if outcome is not None:
            return ClipJob(
                outcome.state,
                1.0 if outcome.state == "done" else (self._jobs.progress(operation) or 0.0),
                outcome.reason,
                outcome.details or {},
            )
        progress = self._jobs.progress(operation)
        return ClipJob("queued") if progress is None else ClipJob("running", progress)

    def fetch(self, operation: str, output: Path) -> None:
        """Write a finished job's clip to `output`, whole or not at all.

        Raises:
            ProviderError: It is not finished, was refused or failed, or its clip is gone or damaged.
            OutputError: `output` cannot be written.
        """
        self._jobs.require(operation)
        outcome = self._jobs.outcome(operation)
        if outcome is None or outcome.state != "done":
            what = (
                f"This job has ended without a clip ({outcome.state})." if outcome else "It is not done yet."
            )
            raise ProviderError(what, operation, outcome.reason if outcome else "Poll it again.")
        clip = self._jobs.work_folder(operation) / "clip.mp4"
        temporary = output.with_name(f".{os.getpid()}-{output.name}.tmp")
        try:
            shutil.copyfile(clip, temporary)
            if digest_file(temporary) != (outcome.details or {}).get("digest"):
                raise ProviderError("This job's clip was changed.", clip, "Submit the scene again.")
            publish(temporary, output)
        except OSError as error:
            if error.filename == os.fspath(clip):
                raise ProviderError("This job's clip is gone.", clip, "Submit the scene again.") from error
            raise write_error(error, output) from error
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)

    def cancel(self, operation: str) -> None:
        """Ask that a job be given up; finished or unknown jobs are left alone."""
        if not self._jobs.has(operation) or self._jobs.outcome(operation) is not None:
            return
        self._jobs.cancel(operation)
        self._see_to_worker(operation)

    def release(self, operation: str) -> None:
        """Remove a finished job's clip; what was asked and how it ended stays on record."""
        if self._jobs.has(operation) and self._jobs.outcome(operation) is not None:
            with contextlib.suppress(OSError):
                (self._jobs.work_folder(operation) / "clip.mp4").unlink(missing_ok=True)

    def forget(self, operation: str) -> None:
        """Remove a job with its clip; its worker, if one is left, ends by itself.

        Raises:
            ProviderError: Nobody knows it.
        """
        self._jobs.forget(operation)

    def _see_to_worker(self, operation: str) -> Outcome | None:
        """Start a worker where the job needs one and has none; its outcome where it has ended by now."""
        jobs = self._jobs
        lock = jobs.claim(operation)
        if lock is None:
            return None
        try:
            # asked again with the lock: the worker may have ended just now
            outcome = jobs.outcome(operation)
            if outcome is not None:
                return outcome
            if jobs.is_cancelled(operation):
                jobs.end(operation, Outcome("failed", CANCELLED, {"cancelled": True}))
                return jobs.outcome(operation)
            if jobs.is_marked(operation, "hanging"):
                return None
            if jobs.count_start(operation) > STARTS_AT_MOST:
                reason = f"{STARTS_AT_MOST} workers died over it; see worker.log in its folder."
                jobs.end(operation, Outcome("failed", reason))
                return jobs.outcome(operation)
            # the worker inherits the lock: there is no moment at which nobody has it
            start_detached(
                WORKER,
                [os.fspath(jobs.root), operation, str(lock)],
                log=jobs.work_folder(operation) / "worker.log",
                keep=[lock],
            )
        finally:
            os.close(lock)
        return None

    def _check(self, request: ClipRequest) -> None:
        abilities = self.abilities
        what = ""
        if not math.isfinite(request.duration_s) or not (
            abilities.shortest_s <= request.duration_s <= abilities.longest_s
        ):
            what = f"A clip must last {abilities.shortest_s:g} to {abilities.longest_s:g} s"
        elif any(side % 2 or not SMALLEST <= side <= LARGEST for side in (request.width, request.height)):
            what = f"A clip's sides must be even, {SMALLEST} to {LARGEST} pixels"
        elif not 1 <= request.frames_per_second <= FASTEST:
            what = f"A clip must have 1 to {FASTEST} frames a second"
        elif len(request.references) > REFERENCES_AT_MOST:
            what = f"A clip takes {REFERENCES_AT_MOST} references at most"
        if what:
            raise InputError(
                f"{what}.",
                f"{request.width}x{request.height}, {request.duration_s} s, {request.frames_per_second} a second,"
                f" {len(request.references)} references",
                "Ask for another clip.",
            )
