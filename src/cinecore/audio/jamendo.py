"""Asking Jamendo (API 3.0) for tracks that may be downloaded and edited, and fetching one; nothing is kept here.

Tracks whose licence forbids edits are left out: music cut to a picture is an edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from cinecore.errors import OutputError, RemoteError, SetupError
from cinecore.files import publish, write_error

ADDRESS = "https://api.jamendo.com/v3.0"
WAIT_S = (5.0, 20.0)
"""To be reached, and to say something."""
MOST_TRACKS = 50
MOST_BYTES = 64 * 1024**2
"""A track of ten minutes has a quarter of this."""
PART_SUFFIX = ".part"
WRONG_KEY_CODES = frozenset({5, 11})
"""What the service answers to an unknown and to a suspended client."""
_NAMED_LETTERS = 300


@dataclass(frozen=True)
class FoundTrack:
    """A track that may be downloaded and edited."""

    number: int
    title: str
    artist: str
    seconds: float
    licence: str
    """Address of its Creative Commons licence."""
    address: str
    """Its page."""
    download: str


def find_tracks(
    client_id: str | None,
    tags: Sequence[str],
    bpm_range: tuple[float, float],
    seconds_range: tuple[int, int],
    *,
    address: str = ADDRESS,
) -> tuple[FoundTrack, ...]:
    """Instrumental tracks with one of the tags, the most liked first; at least one.

    Raises:
        SetupError: There is no client id, or the service refuses it.
        RemoteError: It cannot be reached, answers with nonsense, or has no such track.
    """
    if not client_id:
        raise SetupError(
            "No Jamendo key is set.", None, "Set JAMENDO_CLIENT_ID to one from devportal.jamendo.com."
        )
    speed = "low" if sum(bpm_range) / 2 < 85 else "medium" if sum(bpm_range) / 2 < 110 else "high"
    asked = {
        "client_id": client_id,
        "format": "json",
        "limit": str(MOST_TRACKS),
        "fuzzytags": " ".join(tags),
        "speed": speed,
        "vocalinstrumental": "instrumental",
        "audiodlformat": "mp32",
        "durationbetween": "_".join(str(value) for value in seconds_range),
        "order": "popularity_total",
        "ccnd": "false",
    }
    reply = _reply(f"{address}/tracks/", asked)
    found = [_track(one) for one in reply if isinstance(one, dict)]
    usable = tuple(
        track
        for track in found
        if track is not None and seconds_range[0] <= track.seconds <= seconds_range[1]
    )
    if not usable:
        raise RemoteError("It has no track for this vibe that may be downloaded and edited.", None, "")
    return usable


def _reply(address: str, asked: dict[str, str]) -> list[Any]:
    try:
        answer = requests.get(address, asked, timeout=WAIT_S, headers={"Accept": "application/json"})
        document = answer.json()
    except requests.JSONDecodeError as error:
        raise RemoteError("It answered with something else than tracks.", None, "") from error
    except requests.RequestException as error:
        raise RemoteError("It cannot be reached.", None, "Is there a network?") from error
    headers = document.get("headers") if isinstance(document, dict) else None
    if not isinstance(headers, dict) or not isinstance(document.get("results"), list):
        raise RemoteError("It answered with something else than tracks.", None, "")
    if headers.get("status") != "success":
        if headers.get("code") in WRONG_KEY_CODES:
            raise SetupError("It does not know this key.", None, "Check JAMENDO_CLIENT_ID.")
        said = str(headers.get("error_message", ""))[:_NAMED_LETTERS]
        raise RemoteError(f"It refused the question ({said!r}).", None, "")
    return list(document["results"])


def _track(one: dict[str, Any]) -> FoundTrack | None:
    """A track of the reply; None where it may not be used, or its entry is not whole."""
    licence, download = str(one.get("license_ccurl") or ""), str(one.get("audiodownload") or "")
    is_free = one.get("audiodownload_allowed") is True and "creativecommons.org" in licence
    forbids_edits = "-nd" in licence.rpartition("/licenses/")[2].partition("/")[0]
    if not is_free or forbids_edits or not download.startswith(("https://", "http://")):
        return None
    try:
        number, seconds = int(one["id"]), float(one["duration"])
    except (KeyError, TypeError, ValueError):
        return None
    title, artist = (_words(one.get(name)) for name in ("name", "artist_name"))
    if not title or not artist:
        return None
    return FoundTrack(number, title, artist, seconds, licence, _words(one.get("shareurl")), download)


def _words(value: Any) -> str:
    """Somebody else's text on one line, letters only, of a bounded length."""
    text = " ".join(str(value or "").split())
    return "".join(letter for letter in text if letter.isprintable())[:_NAMED_LETTERS]


def download_track(track: FoundTrack, path: Path) -> None:
    """The track's file under `path`, whole or not at all; nothing is done where it lies there.

    Raises:
        RemoteError: The download broke, or gave something else than sound.
        OutputError: The folder takes no files.
    """
    if path.is_file():
        return
    part = path.with_name(path.name + PART_SUFFIX)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with requests.get(track.download, stream=True, timeout=WAIT_S) as answer, part.open("wb") as file:
            kind = answer.headers.get("Content-Type", "")
            if answer.status_code != requests.codes.ok or kind.startswith(("text/", "application/json")):
                raise RemoteError(
                    f"The download gave no music (status {answer.status_code}, {kind!r}).", None, ""
                )
            size = 0
            for block in answer.iter_content(64 * 1024):
                size += file.write(block)
                if size > MOST_BYTES:
                    raise RemoteError("The download is far larger than a piece of music.", None, "")
            expected = answer.headers.get("Content-Length")
            if not size or (expected is not None and expected.isdigit() and int(expected) != size):
                raise RemoteError("The download broke off.", None, "Try again.")
        publish(part, path)
    except requests.RequestException as error:
        raise RemoteError("The download broke off.", None, "Try again.") from error
    except OutputError:
        raise
    except OSError as error:
        raise write_error(error, path) from error
    finally:
        part.unlink(missing_ok=True)
