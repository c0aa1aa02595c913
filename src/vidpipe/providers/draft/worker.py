"""The worker of one job: draws the board, runs the camera, leaves a clip; `python -m … FOLDER OPERATION [LOCK]`.

It is started by `video_maker` with the job's lock already held, in a session of its own, and goes on when
whoever asked for the clip is gone. It ends when the job is done, refused, failed, given up or taken away.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
import traceback
from pathlib import Path

from PIL import Image

from cinecore.errors import Cancelled, CineError
from cinecore.files import digest_file, publish
from cinecore.work.leftovers import scraps_folder
from vidpipe.errors import ProviderError
from vidpipe.providers.draft.jobs import Job, JobFolder, Outcome, check_files

NICENESS = 10
"""Whoever sits before the machine comes first."""

LOOK_S = 0.05
REPORTS = 20
"""How often a worker says how far it is, over the whole job."""

CANCELLED = "It was given up, as somebody asked."
REFUSED = "The draft provider was ordered to refuse this scene."
FAILED = "The draft provider was ordered to fail at this scene."


def work(jobs: JobFolder, operation: str, *, may_part: bool = False) -> None:
    """Do one job; the caller holds its lock. What went wrong is recorded, not raised.

    `may_part` says that this process has nothing else to do and may make a copy of itself.
    """
    try:
        job = jobs.job(operation)
        if jobs.outcome(operation) is not None:
            return
        jobs.tidy(operation)
        jobs.report(operation, 0.0)
        outcome = _worked(jobs, job, may_part=may_part)
    except Cancelled:
        outcome = Outcome("failed", CANCELLED, {"cancelled": True})
    except CineError as error:
        outcome = Outcome("failed", str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for this job: he is told
        traceback.print_exc()
        outcome = Outcome("failed", f"The draft provider failed: {type(error).__name__}: {error}")
    if outcome is not None:
        jobs.end(operation, outcome)


def _worked(jobs: JobFolder, job: Job, *, may_part: bool) -> Outcome | None:
    """How the job ended; None where it was ordered to hang."""
    _wait(jobs, job, job.orders.slow_s)
    if job.orders.refuses:
        return Outcome("refused", REFUSED)
    if job.orders.fails:
        return Outcome("failed", FAILED)
    if job.orders.never_finishes:
        # nothing runs: whoever polls is told that something does, until he gives the job up
        jobs.mark(job.operation, "hanging")
        return None
    check_files(job)
    return _rendered(jobs, job, may_part=may_part)


def _wait(jobs: JobFolder, job: Job, seconds: float) -> None:
    until = time.monotonic() + seconds
    while True:
        if jobs.is_cancelled(job.operation):
            raise Cancelled
        rest = until - time.monotonic()
        if rest <= 0:
            return
        time.sleep(min(LOOK_S, rest))


def _rendered(jobs: JobFolder, job: Job, *, may_part: bool) -> Outcome:
    """Render the clip."""
    from vidpipe.providers.draft.artist import draw_board
    from vidpipe.providers.draft.camera import frame_count, picture_maker
    from vidpipe.providers.draft.camera_recording import raw, record
    from vidpipe.providers.draft.two_hands import by_two

    request, folder = job.request, jobs.work_folder(job.operation)
    board = draw_board(
        request.shot,
        request.style,
        request.cast,
        request.references,
        request.width,
        request.height,
        request.seed,
        extras=tuple(plant.as_extra() for plant in job.orders.plants),
    )
    count = frame_count(request.duration_s, request.frames_per_second)
    step = max(1, count // REPORTS)

    def on_frame(number: int) -> None:
        if jobs.is_cancelled(job.operation):
            raise Cancelled
        if number % step == 0:
            jobs.report(job.operation, 0.05 + 0.9 * number / count)
        if job.orders.kills_worker and number * 2 >= count and not jobs.is_marked(job.operation, "died"):
            jobs.mark(job.operation, "died")
            os.kill(os.getpid(), signal.SIGKILL)

    # what was planted is in no keyframe: a clip that ended on the given one would take it out again
    has_end = request.end_frame is not None and not job.orders.plants
    with scraps_folder(folder, "clip") as scraps:
        temporary = Path(scraps) / "clip.mp4"
        start_frame = _opened(request.start_frame)
        end_frame = _opened(request.end_frame) if has_end and request.end_frame else None
        picture = picture_maker(
            board,
            request.shot,
            request.duration_s,
            request.frames_per_second,
            speaking=request.speaking,
            start_frame=start_frame,
            end_frame=end_frame,
        )

        def data(number: int) -> bytes:
            return raw(picture(number))

        made = record(
            by_two(data, count) if may_part else map(data, range(count)),
            temporary,
            width=request.width,
            height=request.height,
            frames_per_second=request.frames_per_second,
            on_frame=on_frame,
        )
        digest = digest_file(temporary)
        publish(temporary, folder / "clip.mp4")
    details = {
        "frames": made,
        "frames_per_second": request.frames_per_second,
        "width": request.width,
        "height": request.height,
        "digest": digest,
    }
    jobs.report(job.operation, 1.0)
    return Outcome("done", "", details)


def _opened(path: Path) -> Image.Image:
    """A keyframe as RGB."""
    try:
        with Image.open(path) as picture:
            return picture.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise ProviderError(f"This keyframe is no picture: {error}.", path, "Make it again.") from error


def main(arguments: list[str]) -> int:
    """Run the worker; 0 also where another one has the job."""
    folder, operation, *rest = arguments
    jobs = JobFolder(Path(folder))
    lock = int(rest[0]) if rest else jobs.claim(operation)
    if lock is None:
        return 0
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    # the lock is let go by our end and nothing else
    work(jobs, operation, may_part=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
