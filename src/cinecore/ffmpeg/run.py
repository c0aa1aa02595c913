"""Running ffmpeg, ffprobe and espeak-ng: the one place that starts a process for media.

Every process gets a group of its own, never our terminal's input, and its error output drained
into a short tail. It ends when the caller's block ends, however that happens; and where we end without
leaving the block, by a crash or kill -9, the guardian ends it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from cinecore.errors import Cancelled, KilledError, OutputError, SetupError, ToolError
from cinecore.failpoints import hit
from cinecore.ffmpeg import binaries
from cinecore.ffmpeg.lifeline import PROGRAM, Lifeline, Wait
from cinecore.files import TOO_LARGE, TOO_LARGE_ADVICE
from cinecore.settings import environment

STDERR_TAIL_LINES = 40
STDERR_LINE_BYTES = 4096
"""Longer lines of error output are taken in pieces, so that a program without newlines fills no memory."""

STDERR_BLOCK_BYTES = 1 << 20

STOP_SECONDS = 5.0
"""How long a process may take to end after SIGTERM before it is killed."""

ENDED_FROM_OUTSIDE = frozenset(
    int(getattr(signal, name))
    for name in ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGXCPU")
    if hasattr(signal, name)
)

WATCH_SECONDS = 0.1
"""How often a running program's time-out and cancellation are looked at."""

NO_SPACE = "No space left on device"
NO_LARGER = "File too large"

_spawned = 0
_spawn_lock = threading.Lock()


def spawn_count() -> int:
    """Media programs started by this process so far (the guardian is none); benches hold it against a limit."""
    return _spawned


def _start_guardian(pipe: int, mark: str) -> Wait:
    """Start the guardian, reading from `pipe`; returns what waits for its end.

    Raises:
        OSError: There is no interpreter to run it.
    """
    if not sys.executable or getattr(sys, "frozen", False):  # then the "interpreter" would be our own program
        raise FileNotFoundError("no Python interpreter")
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", os.fspath(PROGRAM), mark],
        stdin=pipe,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C and a closed terminal are meant for us
        cwd="/",
    )

    def wait() -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)

    return wait


_lifeline = Lifeline(_start_guardian)


@dataclass
class Running:
    """A process that is going; its pipes are binary."""

    process: subprocess.Popen[bytes]
    pipes: tuple[IO[bytes], ...]
    """The extra output pipes asked for, in order."""
    tail: deque[str]
    _drain: threading.Thread
    program: str
    _done: bool = field(default=False)

    @property
    def stdout(self) -> IO[bytes]:
        """What it writes to `pipe:1`."""
        assert self.process.stdout is not None  # noqa: S101 - we asked Popen for it
        return self.process.stdout

    @property
    def stdin(self) -> IO[bytes]:
        """What it reads from `pipe:0`."""
        assert self.process.stdin is not None  # noqa: S101 - we asked Popen for it
        return self.process.stdin

    def finish(self, timeout_s: float | None = None) -> None:
        """Wait for a good end.

        Raises:
            ToolError: It ended with another status, or not in time.
        """
        try:
            status = self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.stop()
            raise self.late(timeout_s) from None
        _lifeline.release(self.process.pid)
        self._drain.join(STOP_SECONDS)
        self._done = True
        if status:
            if any(NO_SPACE in line for line in self.tail):
                raise OutputError(
                    "The disk is full.", None, "Free some space (`cinecut clean` helps), then run again."
                )
            if -status == getattr(signal, "SIGXFSZ", None) or any(NO_LARGER in line for line in self.tail):
                raise OutputError(TOO_LARGE, None, TOO_LARGE_ADVICE)
            how = f"was killed by signal {-status}" if status < 0 else f"failed with status {status}"
            # a crash (SIGSEGV, SIGABRT) may well be the file's fault; an end from outside is not
            kind = KilledError if -status in ENDED_FROM_OUTSIDE else ToolError
            raise kind(f"{self.program} {how}.", None, "The last lines say why.", "\n".join(self.tail))
        hit("spawn.ended", self.program)

    def late(self, timeout_s: float | None) -> ToolError:
        """The error of a process that was stopped because its time was up."""
        return ToolError(
            f"{self.program} did not finish in {timeout_s or 0:g} s.",
            None,
            "Run again when the machine is less busy.",
            "\n".join(self.tail),
        )

    def stop(self) -> None:
        """End the process and all it started, gently, then not."""
        if self.process.poll() is None:
            _end_group(self.process, STOP_SECONDS)
        _lifeline.release(self.process.pid)
        self._done = True


def _end_group(process: subprocess.Popen[bytes], patience_s: float) -> None:
    """Ask a process and all it started to end; after `patience_s` they are not asked any more."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience_s)
    # whoever is left of the group: a stubborn program, or what a wrapper script had started
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@dataclass(frozen=True)
class GuardedServer:
    """A server that goes on until it is stopped, or until we end in whatever way."""

    process: subprocess.Popen[bytes]
    """Its process, which leads a process group of its own."""

    def wait(self, timeout_s: float) -> int | None:
        """Its exit status once it has ended (minus the signal that ended it); None where it goes on."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.process.wait(timeout_s)
        return None

    def stop(self, patience_s: float) -> None:
        """SIGTERM for all of its group, and SIGKILL for whoever is left after `patience_s`; twice is no harm."""
        # also where it has ended by itself: what a wrapper script had started may be left
        _end_group(self.process, patience_s)
        _lifeline.release(self.process.pid)


def _guarded(
    name: str,
    arguments: Sequence[str],
    *,
    stdin: int,
    stdout: int | IO[bytes],
    stderr: int | IO[bytes],
    variables: Mapping[str, str],
    pass_fds: Sequence[int] = (),
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """A process in a group of its own that the guardian knows.

    Raises:
        SetupError: It cannot be started.
    """
    _lifeline.announce()
    try:
        hit("spawn.start", name)
        process = subprocess.Popen(
            arguments,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            pass_fds=pass_fds,
            start_new_session=True,
            cwd=cwd,
            env={**variables, **_lifeline.mark},
        )
        hit("spawn.started", name, child=process.pid)
    except (OSError, ValueError) as error:
        _lifeline.withdraw()
        if isinstance(error, ValueError):  # a zero inside an argument
            raise
        raise SetupError(
            f"{name} could not be started: {error.strerror}.", arguments[0], "Run `cinecut doctor`."
        ) from error
    _lifeline.watch(process.pid)
    hit("spawn.watched", name, child=process.pid)
    return process


def start_server(
    path: str,
    argv: Sequence[str | os.PathLike[str]],
    *,
    variables: Mapping[str, str],
    output: IO[bytes] | None = None,
) -> GuardedServer:
    """Start a server under the guardian; the caller must `stop` it.

    Its output goes to a file or nowhere, never to a pipe: a full pipe would hold it up.

    Args:
        path: The program's file.
        argv: Its arguments, without the program.
        variables: Its whole environment, but for the guardian's mark.
        output: An open file that takes what it prints; None: nobody does.

    Raises:
        SetupError: It cannot be started.
    """
    sink = subprocess.DEVNULL if output is None else output
    arguments = [path, *(os.fspath(argument) for argument in argv)]
    process = _guarded(
        Path(path).name,
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=sink,
        stderr=sink,
        variables=variables,
    )
    return GuardedServer(process)


@contextlib.contextmanager
def open_process(
    argv: Sequence[str | os.PathLike[str]],
    *,
    program: str = "ffmpeg",
    extra_pipes: int = 0,
    stdin: bool = False,
    stdout: bool = True,
    cwd: Path | None = None,
    variables: Mapping[str, str] | None = None,
    path: str | None = None,
) -> Iterator[Running]:
    """A running program of those that `binaries.find` knows; `argv` holds its arguments without the program.

    `path` is where the program lies, for one that is found by other means and named `program` in messages alone.

    Extra output pipes are named in `argv` by the placeholders `{pipe0}`, `{pipe1}` …, which become
    `pipe:N` of the inherited descriptor; `{fd0}` is the bare N, for filter options that escape the colon.
    File names (`file:…`) stay as they are. The caller must read all pipes (from threads where there
    are several) and call `finish`; whatever is left at the end of the block is stopped. `variables` are added to
    its environment.

    Raises:
        SetupError: The program is not there.
    """
    global _spawned  # noqa: PLW0603 - a counter for benches, guarded by a lock
    path = path or binaries.find(program).path
    pairs = [os.pipe() for _ in range(extra_pipes)]
    arguments = [path, *(_with_pipes(os.fspath(argument), pairs) for argument in argv)]
    readers = [reader for reader, _ in pairs]
    try:
        process = _guarded(
            program,
            arguments,
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE if stdout else subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[writer for _, writer in pairs],
            cwd=cwd,
            variables={**environment(), **(variables or {})},
        )
    except BaseException:
        for reader in readers:
            os.close(reader)
        raise
    finally:
        for _, writer in pairs:
            os.close(writer)
    with _spawn_lock:
        _spawned += 1
    tail: deque[str] = deque(maxlen=STDERR_TAIL_LINES)
    drain = threading.Thread(target=_drain, args=(process.stderr, tail), daemon=True)
    drain.start()
    running = Running(process, tuple(os.fdopen(reader, "rb") for reader in readers), tail, drain, program)
    try:
        yield running
    finally:
        running.stop()
        for stream in (*running.pipes, process.stdout, process.stdin):
            if stream is not None:
                with contextlib.suppress(OSError, ValueError):
                    stream.close()
        drain.join(STOP_SECONDS)
        if process.stderr is not None:
            process.stderr.close()


def _with_pipes(argument: str, pairs: list[tuple[int, int]]) -> str:
    """The argument with the placeholders of extra pipes filled in; a film may be called `{pipe0}.mkv`."""
    if argument.startswith("file:"):
        return argument
    for number, (_, writer) in enumerate(pairs):
        argument = argument.replace(f"{{pipe{number}}}", f"pipe:{writer}").replace(
            f"{{fd{number}}}", str(writer)
        )
    return argument


def _drain(stream: IO[bytes] | None, tail: deque[str]) -> None:
    if stream is None:
        return
    kept = STDERR_TAIL_LINES * STDERR_LINE_BYTES
    rest = b""
    with contextlib.suppress(OSError, ValueError):
        while block := os.read(stream.fileno(), STDERR_BLOCK_BYTES):
            # of a flood only the end is looked at: a line at a time, a gigabyte takes minutes
            lines = (rest + block)[-kept:].split(b"\n")
            rest = lines.pop()
            while len(rest) > STDERR_LINE_BYTES:
                lines.append(rest[:STDERR_LINE_BYTES])
                rest = rest[STDERR_LINE_BYTES:]
            tail.extend(_text(line) for line in lines[-STDERR_TAIL_LINES:])
    if rest:
        tail.append(_text(rest))


def _text(line: bytes) -> str:
    return line[:STDERR_LINE_BYTES].decode("utf-8", "replace").rstrip()


def run(
    argv: Sequence[str | os.PathLike[str]],
    *,
    program: str = "ffmpeg",
    input_bytes: bytes | None = None,
    timeout_s: float | None = None,
    cancelled: Callable[[], bool] | None = None,
    on_frame: Callable[[int], None] | None = None,
    cwd: Path | None = None,
    variables: Mapping[str, str] | None = None,
    path: str | None = None,
) -> bytes:
    """What the program wrote to its standard output, after a good end.

    `on_frame` hears the count of frames written, where `argv` does not use standard output itself:
    then `-progress pipe:1` is added in front. `variables` are added to its environment. `path` is where the
    program lies, for one that `binaries.find` does not know.

    Raises:
        SetupError: The program is not there.
        ToolError: It failed or did not finish in time.
        OutputError: It says that the disk is full.
        Cancelled: `cancelled` said so; asked ten times a second, from another thread.
    """
    arguments = list(argv)
    if on_frame is not None:
        arguments = ["-progress", "pipe:1", "-nostats", *arguments]
    with open_process(
        arguments, program=program, stdin=input_bytes is not None, cwd=cwd, variables=variables, path=path
    ) as running:
        watch = _Watch(running, timeout_s, cancelled)
        feeder = None
        if input_bytes is not None:
            feeder = threading.Thread(target=_feed, args=(running.stdin, input_bytes), daemon=True)
            feeder.start()
        with watch:
            output = _collect(running, on_frame)
            failure: ToolError | OutputError | None = None
            try:
                running.finish()
            except (ToolError, OutputError) as error:
                failure = error
        watch.raise_reason()
        if failure is not None:
            raise failure
        if feeder:
            feeder.join(STOP_SECONDS)
        return output


class _Watch:
    """A thread that stops a process when its time is up or the run is cancelled.

    Reading alone cannot tell: a program that prints nothing for minutes would be waited for.
    """

    def __init__(
        self, running: Running, timeout_s: float | None, cancelled: Callable[[], bool] | None
    ) -> None:
        self._running = running
        self._timeout_s = timeout_s
        self._cancelled = cancelled
        self._reason: BaseException | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._is_needed = timeout_s is not None or cancelled is not None

    def __enter__(self) -> None:
        if self._is_needed:
            self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._is_needed:
            self._thread.join()

    def raise_reason(self) -> None:
        """Say why the process was stopped, if it was."""
        if self._reason is not None:
            raise self._reason

    def _look(self) -> None:
        end = None if self._timeout_s is None else time.monotonic() + self._timeout_s
        while not self._ended.wait(WATCH_SECONDS):
            try:
                if self._cancelled is not None and self._cancelled():
                    self._reason = Cancelled()
            except BaseException as error:  # noqa: BLE001 - the caller's own error, raised where it waits
                self._reason = error
            if self._reason is None and end is not None and time.monotonic() >= end:
                self._reason = self._running.late(self._timeout_s)
            if self._reason is not None:
                self._running.stop()
                return


def _feed(stream: IO[bytes], data: bytes) -> None:
    with contextlib.suppress(OSError, ValueError):
        stream.write(data)
    with contextlib.suppress(OSError, ValueError):
        stream.close()


def _collect(running: Running, on_frame: Callable[[int], None] | None) -> bytes:
    if on_frame is None:
        return running.stdout.read()
    for line in running.stdout:
        if line.startswith(b"frame="):
            with contextlib.suppress(ValueError):
                on_frame(int(line[6:]))
    return b""
