"""Fetching weights: into a `.part` file that a later run goes on with, checked, and only then given their name.

Only ever on a person's word: nothing else in the program downloads. Deliberately not here: which weights there are.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import requests

from cinecore.errors import BusyError, Cancelled, InputError, OutputError, RemoteError
from cinecore.files import folder_lock, free_bytes, publish, write_error
from cinecore.language.weights import PART_SUFFIX, Counter, Weights, remember, sha256_of, verify

LOCK_NAME = ".download.lock"
CONNECT_S, SILENCE_S = 15.0, 60.0
"""How long a server may take to be reached, and to send nothing in the middle."""

WAITS_S = (1.0, 2.0, 5.0, 10.0, 20.0)
"""Before each try after one that brought nothing; one that brought something begins the row anew."""

CHUNK_BYTES = 64 * 1024
"""What a broken connection may lose at most: a block that is not whole is not handed out."""
SPARE_BYTES = 64 * 1024**2
"""What a disk keeps free beside the file."""

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same question may be answered."""


@dataclass(frozen=True)
class Listeners:
    """Who hears of a download, and who may end it."""

    count: Counter = lambda _done, _total: None
    """Of bytes that lie on the disk, and then of bytes checked."""
    say: Callable[[str], None] = lambda _: None
    cancelled: Callable[[], bool] = lambda: False


class _Broken(Exception):  # noqa: N818 - caught here, never seen outside
    """The connection ended before the file did, or there was none."""


def fetch(
    weights: Weights,
    folder: Path,
    *,
    listeners: Listeners | None = None,
    may_replace: bool = False,
    waits_s: Sequence[float] = WAITS_S,
) -> Path:
    """The weights' file in `folder`, whole and checked; fetched, or what is missing of it, where it is not there.

    Args:
        weights: Which.
        folder: The models folder; made where there is none.
        listeners: Hear of it.
        may_replace: Whether a file of that name with another content may go.
        waits_s: Pauses before the tries after a broken one.

    Raises:
        InputError: A file of that name lies there and is another one.
        OutputError: The folder takes no files, or the disk has no room.
        RemoteError: There is no network, the address gives nothing, or gives something else.
        BusyError: Another run downloads into this folder.
        Cancelled: `listeners.cancelled` said so; what came is kept for the next run.
    """
    heard = listeners or Listeners()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(error, folder) from error
    kept = verify(weights, folder, heard.count)
    if kept.state == "ok":
        return kept.path
    if kept.state == "wrong" and not may_replace:
        raise InputError(
            f"A file of that name is there, and {kept.detail}.",
            kept.path,
            "Move it away, or let --overwrite replace it.",
        )
    with contextlib.ExitStack() as owned:
        try:
            owned.enter_context(folder_lock(folder, name=LOCK_NAME))
        except BusyError as error:
            raise BusyError(
                f"Another run (process {error.holder}) downloads into this folder.",
                folder,
                "Wait for it to end.",
                error.holder,
            ) from error
        part = kept.path.with_name(kept.path.name + PART_SUFFIX)
        was_resumed = part.exists()
        _complete(weights, part, heard, waits_s)
        digest = sha256_of(part, heard.count)
        if digest != weights.sha256 and was_resumed:
            heard.say("What an earlier run left was damaged; the file is fetched from its beginning.")
            part.unlink()
            _complete(weights, part, heard, waits_s)
            digest = sha256_of(part, heard.count)
        if digest != weights.sha256:
            part.unlink()
            raise RemoteError(
                "What the address gave is not the file that is meant: its digest is another.",
                weights.address,
                _by_hand(weights, folder),
            )
        publish(part, kept.path)
    remember(kept.path, digest)
    return kept.path


def _complete(weights: Weights, part: Path, heard: Listeners, waits_s: Sequence[float]) -> None:
    """Ask again and again, each time for what is still missing, until all of it is there."""
    with requests.Session() as session:
        session.auth = _nobody
        tries, first = 0, _size(part)
        while True:
            before = _size(part)
            try:
                _ask(session, weights, part, heard)
            except _Broken as error:
                tries = 1 if _size(part) > before else tries + 1
                # a machine without a network is told so at once; one that had one is waited for
                is_hopeless = _size(part) == first and isinstance(error.__cause__, requests.ConnectionError)
                if is_hopeless or tries > len(waits_s):
                    raise RemoteError(
                        f"These weights cannot be fetched: {error}.",
                        weights.address,
                        "Look at the network, then run again: what came is kept, and gone on with. "
                        + _by_hand(weights, part.parent),
                    ) from error
                heard.say(f"The connection broke ({error}); going on with what is missing.")
                _wait(waits_s[tries - 1], heard)
            else:
                return


def _ask(session: requests.Session, weights: Weights, part: Path, heard: Listeners) -> None:
    """One request for what is missing, written as it comes.

    Raises:
        _Broken: It ended too early; what came is in `part`.
    """
    have = _size(part)
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        with session.get(
            weights.address, headers=headers, stream=True, timeout=(CONNECT_S, SILENCE_S)
        ) as answer:
            begin, total = _extent(answer, have, weights, part.parent)
            if begin is None:
                if have == total:
                    return
                part.unlink()  # longer than the file is: of another one
                raise _Broken("what was there is longer than the file")
            _require_room(part, total - begin, weights)
            _write(answer, part, begin, total, heard)
    except requests.RequestException as error:
        raise _Broken(_in_words(error)) from error
    if total and _size(part) < total:
        raise _Broken(f"it ended after {_size(part)} of {total} bytes")


def _extent(answer: requests.Response, have: int, weights: Weights, folder: Path) -> tuple[int | None, int]:
    """From which byte on the answer goes, and how long the file is (0: not told); None: nothing is missing.

    Raises:
        _Broken: An answer that may pass.
        RemoteError: One that will not.
    """
    status = answer.status_code
    if status in PASSING:
        raise _Broken(f"the server answers {status}")
    told = answer.headers.get("Content-Range", "")
    total = told.rpartition("/")[2]
    if status == requests.codes.requested_range_not_satisfiable:
        return None, int(total) if total.isdecimal() else 0
    if status == requests.codes.partial_content and told.startswith(f"bytes {have}-"):
        return have, int(total) if total.isdecimal() else 0
    if status == requests.codes.ok:  # a server that knows no ranges sends all of it again
        length = answer.headers.get("Content-Length", "")
        return 0, int(length) if length.isdecimal() else 0
    raise RemoteError(
        f"The address gives no file: the server answers {status}.", weights.address, _by_hand(weights, folder)
    )


def _write(answer: requests.Response, part: Path, begin: int, total: int, heard: Listeners) -> None:
    done = begin
    heard.count(done, total)
    try:
        with part.open("r+b" if begin else "wb") as stream:
            stream.seek(begin)
            for block in answer.iter_content(CHUNK_BYTES):
                stream.write(block)
                done += len(block)
                heard.count(done, total)
                if heard.cancelled():
                    raise Cancelled
    except requests.RequestException:
        raise
    except OSError as error:
        raise write_error(error, part) from error


def _require_room(part: Path, needed_bytes: int, weights: Weights) -> None:
    """Nothing, if the disk takes the rest; asked before the first byte, not found out at the last."""
    free = free_bytes(part.parent)
    if needed_bytes > 0 and free < needed_bytes + SPARE_BYTES:
        raise OutputError(
            f"The disk has no room for {weights.name}: {_mib(needed_bytes + SPARE_BYTES)} needed, {_mib(free)} free.",
            part.parent,
            "Free some space, or name another folder with CINECUT_MODELS_DIR.",
        )


def _wait(seconds: float, heard: Listeners) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if heard.cancelled():
            raise Cancelled
        time.sleep(min(0.1, left))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """No name and no password, whatever a file in the home folder holds for that host."""
    return request


def _in_words(error: requests.RequestException) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "no safe connection"
    if isinstance(error, requests.Timeout):
        return "the server is silent"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy lets nothing through"
    if isinstance(error, requests.ConnectionError) and error.response is None:
        return "no network, or nobody there"
    return "the server hung up"


def _by_hand(weights: Weights, folder: Path) -> str:
    return f"By hand: download it elsewhere, put it into {str(folder)!r} as {weights.file!r}."


def _mib(size_bytes: int) -> str:
    return f"{size_bytes / 1024**2:,.0f} MiB"
