"""Which SoundFont plays: the one that is named, or the first sound one in the usual places; none is ever fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cinecore.audio.soundfont import SoundFont, open_soundfont
from cinecore.errors import InputError

AUTO, NONE = "auto", "none"
"""Words that may stand in place of a file's name."""

USUAL_FOLDERS = (
    "~/.local/share/soundfonts",
    "~/.local/share/sounds/sf2",
    "~/Library/Audio/Sounds/Banks",
    "/usr/local/share/soundfonts",
    "/usr/share/soundfonts",
    "/usr/share/sounds/sf2",
    "/Library/Audio/Sounds/Banks",
    "/opt/homebrew/share/soundfonts",
    "C:/soundfonts",
)
"""A person's own first, then the system's, where distributions and players put them."""

HOW_TO_GET = (
    "Put a General MIDI .sf2 into ~/.local/share/soundfonts, or apt install fluid-soundfont-gm; "
    "no trailer needs one."
)
_DEFAULT = "default"


def find_soundfont(choice: str = AUTO) -> tuple[SoundFont | None, str]:
    """The SoundFont, and what a person should know: why one in a usual place is not used.

    `choice` is a path, `auto` or `none`. In a folder what is called default goes first, then the largest: size
    is what recordings are made of.

    Raises:
        InputError: A named file cannot be read, is no SoundFont, compressed, or not whole.
    """
    if choice == NONE:
        return None, ""
    if choice != AUTO:
        path = Path(choice)
        _refuse_odd_name(path)
        return open_soundfont(path), ""
    notice = ""
    for path in _candidates():
        try:
            _refuse_odd_name(path)
            return open_soundfont(path), ""
        except InputError as error:
            notice = notice or (
                f"The SoundFont {path.name!r} is not used: {error.happened} "
                "The built-in instruments play; `soundfont` in your settings names another, or none."
            )
    return None, notice


def _candidates() -> Iterator[Path]:
    for name in USUAL_FOLDERS:
        found: list[tuple[bool, int, str, Path]] = []
        try:
            folder = Path(name).expanduser()
            for path in folder.iterdir():
                if path.suffix.lower() == ".sf2" and path.is_file():
                    is_default = path.name.lower().startswith(_DEFAULT)
                    found.append((not is_default, -path.stat().st_size, path.name, path))
        except (OSError, RuntimeError):  # no such folder, no right to look, no home
            continue
        for *_, path in sorted(found):
            yield path


def _refuse_odd_name(path: Path) -> None:
    if str(path).encode("utf-8", "replace").decode() != str(path):
        raise InputError(
            "The SoundFont's name holds bytes that are no letters.", path, "Give the file another name."
        )
