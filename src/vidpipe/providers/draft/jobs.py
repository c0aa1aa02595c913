"""A folder of jobs on disk: one file per accepted job under its idempotency key, and what its worker says of it.

    jobs/NAME.json        the job: the request with digests of its files, and what was ordered to go wrong
    work/NAME/lock        held by the worker, from its first moment to its end
    work/NAME/progress.json, outcome.json, clip.mp4, cancel, hanging, starts.log, worker.log, replied
    submissions.log       one line for each job that was ever accepted

A job exists from the moment its file has its name; everything else can be lost and made again.
Deliberately not here: making clips, and starting workers.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cinecore.errors import CineError
from cinecore.files import digest_bytes, digest_file, fsync_folder, write_atomic, write_error
from cinecore.ports import ClipRequest, ReferencePicture
from cinecore.work.detached import claim
from cinecore.work.leftovers import remove_leftovers
from vidpipe.errors import ProviderError
from vidpipe.providers.draft.faults import Faults, Orders

VERSION = 1
PLAIN_NAME = re.compile(r"(?!key-)[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
"""Keys of this form are file names as they are; of all others the digest is."""

LOCK_WAIT_S = 20.0
LOCK_LOOK_S = 0.02


@dataclass(frozen=True)
class Outcome:
    """How a job ended; written once."""

    state: str
    """done | refused | failed."""
    reason: str = ""
    details: dict[str, Any] | None = None


@dataclass(frozen=True)
class Job:
    """What was accepted."""

    operation: str
    request: ClipRequest
    digests: dict[str, str]
    """Of the files that the request names, by path."""
    orders: Orders


class JobFolder:
    """The jobs of one folder; any number of processes may use it at once."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self._jobs = self.root / "jobs"
        self._work = self.root / "work"

    # what a submitter does

    def accept(self, request: ClipRequest, faults: Faults) -> tuple[str, Orders | None]:
        """The operation of this request, and what was ordered for it; no orders where its key was known already.

        Raises:
            InputError: A file that it names cannot be read.
            OutputError: The folder cannot be written.
        """
        operation = operation_of(request.key)
        path = self._job_path(operation)
        if path.is_file():  # before anything is read: the files may be gone by now
            with self._submitting():
                self._note(operation, request)
            return operation, None
        digests = {os.fspath(file): digest_file(file) for file in _files(request)}
        try:
            self._jobs.mkdir(parents=True, exist_ok=True)
            self.work_folder(operation).mkdir(parents=True, exist_ok=True)
            with self._submitting():
                orders = faults.orders(
                    request.scene_index, request.safety, self._failed_by_order(request.scene_index)
                )
                content = {
                    "version": VERSION,
                    "request": _request_to_json(request),
                    "digests": digests,
                    "orders": orders.to_json(),
                }
                is_new = _link_whole(path, (json.dumps(content, indent=1) + "\n").encode("ascii"))
                self._note(operation, request)
        except OSError as error:
            raise write_error(error, path) from error
        return operation, orders if is_new else None

    def replied(self, operation: str) -> None:
        """Record that the submitter was told."""
        self._leave(operation, "replied")

    def find(self, key: str) -> str | None:
        """The operation accepted under a key."""
        operation = operation_of(key)
        if not self._job_path(operation).is_file():
            return None
        with self._submitting():
            self._note(operation, self.job(operation).request)
        return operation

    def submissions(self) -> list[dict[str, Any]]:
        """Every job that was ever accepted, in order: operation, scene (from 0), safety."""
        try:
            lines = (self.root / "submissions.log").read_text("ascii").splitlines()
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in lines]

    def forget(self, operation: str) -> None:
        """Remove a job and all that was made for it; its line in the log stays."""
        self.require(operation)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._job_path(operation))
        shutil.rmtree(self.work_folder(operation), ignore_errors=True)

    # what both sides ask

    def has(self, operation: str) -> bool:
        """Whether the job is there."""
        return bool(PLAIN_NAME.fullmatch(operation.removeprefix("key-"))) and (
            self._job_path(operation).is_file()
        )

    def require(self, operation: str) -> None:
        """Nothing where the job is there.

        Raises:
            ProviderError: Nobody knows it.
        """
        if not self.has(operation):
            raise ProviderError("Nobody knows this job.", operation, "Submit the scene again.")

    def job(self, operation: str) -> Job:
        """What was accepted.

        Raises:
            ProviderError: Nobody knows it, or its file cannot be understood.
        """
        self.require(operation)
        path = self._job_path(operation)
        try:
            content = json.loads(path.read_bytes())
            request = _request_from_json(content["request"])
            return Job(operation, request, dict(content["digests"]), Orders.from_json(content["orders"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ProviderError(
                f"This job's file cannot be understood: {error!r}.", path, "Submit the scene again."
            ) from error

    def work_folder(self, operation: str) -> Path:
        """Where the worker of a job writes."""
        return self._work / operation

    def claim(self, operation: str) -> int | None:
        """The lock on a job, as `cinecore.work.detached.claim`; None while a worker holds it."""
        folder = self.work_folder(operation)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(error, folder) from error
        return claim(folder / "lock")

    def outcome(self, operation: str) -> Outcome | None:
        """How the job ended; None while it has not."""
        value = self._read(operation, "outcome.json")
        return None if value is None else Outcome(**value)

    def progress(self, operation: str) -> float | None:
        """The part that is done; None before a worker has begun."""
        value = self._read(operation, "progress.json")
        return None if value is None else float(value["progress"])

    def is_cancelled(self, operation: str) -> bool:
        """Whether somebody asked that the job be given up, or took it away."""
        return (self.work_folder(operation) / "cancel").exists() or not self.has(operation)

    def cancel(self, operation: str) -> None:
        """Ask that the job be given up."""
        self._leave(operation, "cancel")

    # what a worker says

    def tidy(self, operation: str) -> None:
        """Remove what an earlier worker left half written; the caller holds the job's lock.

        Nobody but the lock's holder writes by temporary names in a job's folder.
        """
        remove_leftovers(self.work_folder(operation), (), is_owned=True)

    def end(self, operation: str, outcome: Outcome) -> None:
        """Record how a job ended; the first word stays."""
        data = json.dumps(asdict(outcome)).encode("ascii")
        path = self.work_folder(operation) / "outcome.json"
        try:
            _link_whole(path, data)
        except FileNotFoundError:  # the job was taken away
            return
        except OSError as error:
            raise write_error(error, path) from error

    def report(self, operation: str, progress: float) -> None:
        """Record how far a job is; it never goes back, even where a new worker begins again."""
        if progress >= (self.progress(operation) or 0.0):
            self._write(operation, "progress.json", {"progress": round(progress, 4)})

    def is_marked(self, operation: str, mark: str) -> bool:
        """Whether a worker left this mark: `hanging`, `died`."""
        return (self.work_folder(operation) / mark).exists()

    def mark(self, operation: str, mark: str) -> None:
        """Leave a mark."""
        self._leave(operation, mark)

    def count_start(self, operation: str) -> int:
        """How many workers were started for a job, this one included."""
        path = self.work_folder(operation) / "starts.log"
        try:
            with path.open("ab") as stream:
                stream.write(b"started\n")
            return path.stat().st_size // len(b"started\n")
        except OSError as error:
            raise write_error(error, path) from error

    # inside

    def _job_path(self, operation: str) -> Path:
        return self._jobs / f"{operation}.json"

    def _read(self, operation: str, name: str) -> dict[str, Any] | None:
        try:
            value = json.loads((self.work_folder(operation) / name).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise ProviderError(
                f"What the worker wrote cannot be read: {error!r}.",
                self.work_folder(operation) / name,
                "Submit the scene again.",
            ) from error
        return dict(value)

    def _write(self, operation: str, name: str, value: dict[str, Any]) -> None:
        path = self.work_folder(operation) / name
        try:
            write_atomic(path, json.dumps(value).encode("ascii"))
        except FileNotFoundError:  # the job was taken away
            return
        except OSError as error:
            raise write_error(error, path) from error

    def _leave(self, operation: str, mark: str) -> None:
        """A file that says all by being there; nothing temporary is needed for it."""
        path = self.work_folder(operation) / mark
        try:
            path.touch()
        except FileNotFoundError:  # the job was taken away
            return
        except OSError as error:
            raise write_error(error, path) from error

    @contextlib.contextmanager
    def _submitting(self) -> Iterator[None]:
        """Alone among all submitters; they are done in milliseconds."""
        until = time.monotonic() + LOCK_WAIT_S
        while (descriptor := claim(self.root / "lock")) is None:
            if time.monotonic() > until:
                raise ProviderError(
                    "Another program holds the folder of jobs.", self.root, "Try again when it has ended."
                )
            time.sleep(LOCK_LOOK_S)
        try:
            yield
        finally:
            os.close(descriptor)

    def _note(self, operation: str, request: ClipRequest) -> None:
        """See to it that the log names a job; whoever accepted it may have died before it could."""
        if any(line["operation"] == operation for line in self.submissions()):
            return
        line = {"operation": operation, "scene_index": request.scene_index, "safety": request.safety}
        path = self.root / "submissions.log"
        try:
            with path.open("ab") as stream:
                stream.write(json.dumps(line).encode("ascii") + b"\n")
        except OSError as error:
            raise write_error(error, path) from error

    def _failed_by_order(self, scene_index: int) -> int:
        jobs = (self.job(path.stem) for path in self._jobs.glob("*.json"))
        return sum(1 for job in jobs if job.orders.fails and job.request.scene_index == scene_index)


def operation_of(key: str) -> str:
    """The name under which a key's job lies: itself where that is a plain file name, else its digest."""
    return key if PLAIN_NAME.fullmatch(key) else f"key-{digest_bytes(key.encode('utf-8', 'surrogatepass'))}"


def check_files(job: Job) -> None:
    """Nothing where the files of a job are as they were when it was accepted.

    Raises:
        ProviderError: One is gone or another.
    """
    for path, digest in job.digests.items():
        try:
            is_same = digest_file(Path(path)) == digest
        except CineError:
            is_same = False
        if not is_same:
            raise ProviderError(
                "A picture that this job needs is gone or another by now.", path, "Submit the scene again."
            )


def _link_whole(path: Path, data: bytes) -> bool:
    """Give these bytes a name, whole, where nothing has it yet; whether that was so."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{os.getpid()}-", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return False
    finally:
        os.unlink(name)
    fsync_folder(path.parent)
    return True


def _files(request: ClipRequest) -> list[Path]:
    files = [request.start_frame, *([request.end_frame] if request.end_frame else [])]
    return [path.absolute() for path in (*files, *(reference.path for reference in request.references))]


def _request_to_json(request: ClipRequest) -> dict[str, Any]:
    value = asdict(request)
    value["start_frame"] = os.fspath(request.start_frame.absolute())
    value["end_frame"] = os.fspath(request.end_frame.absolute()) if request.end_frame else None
    for reference, written in zip(request.references, value["references"], strict=True):
        written["path"] = os.fspath(reference.path.absolute())
    return value


def _request_from_json(value: dict[str, Any]) -> ClipRequest:
    references = tuple(
        ReferencePicture(**{**item, "path": Path(item["path"])}) for item in value["references"]
    )
    return ClipRequest(
        **{
            **value,
            "start_frame": Path(value["start_frame"]),
            "end_frame": Path(value["end_frame"]) if value["end_frame"] else None,
            "references": references,
            "cast": tuple(value["cast"]),
            "speaking": tuple(value["speaking"]),
        }
    )
