"""The stems of a mix as WAV files in a folder of their own, the whole folder or nothing of it.

DX the film's lines, FX its other sound and the designed one, MX music, VO lines over other pictures: 48 kHz, 24 bits, each as
long as the whole. They add up to the mix. How loud it was made is the caller's; its limiter is left out.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np

from cinecore.audio.mix import Mix
from cinecore.audio.wave import Pcm, silence, write_wav
from cinecore.errors import OutputError
from cinecore.files import write_error, write_json
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import Stem

STEMS_OF_FILE: Mapping[str, tuple[Stem, ...]] = MappingProxyType(
    {
        "DX": (Stem.DIALOGUE,),
        "FX": (Stem.AMBIENCE, Stem.EFFECTS),
        "MX": (Stem.MUSIC,),
        "VO": (Stem.NARRATION,),
    }
)
"""Which stems of a mix go into which file; together all of them."""

RECORD_FILENAME = "stems.json"
"""Says what was done to the stems; also tells a folder of ours from others."""

HIGHEST_PEAK = 0.999
"""Of full scale, in any file and in their sum: nothing is clipped."""


def stem_files(mix: Mix) -> dict[str, Pcm]:
    """Every file's sound by its name, (samples, 2), as loud as the mix; silence where the mix has no such stem."""
    length = len(mix.pcm)
    files: dict[str, Pcm] = {}
    for name, kinds in STEMS_OF_FILE.items():
        total = silence(length)
        for kind in kinds:
            if kind in mix.stems:
                total += mix.stems[kind]
        files[name] = total
    return files


def write_stems(mix: Mix, gain_db: float, folder: Path, scraps: Path) -> float:
    """The gain in dB that every file got: `gain_db`, or less where a file or their sum would clip.

    An earlier folder of ours is replaced when the new one is whole; it is made in `scraps`, a folder that exists.

    Raises:
        OutputError: The place cannot be written, or a folder that is not ours is in the way.
    """
    refuse_foreign(folder)
    files = stem_files(mix)
    peak = max(float(np.abs(pcm).max(initial=0.0)) for pcm in (mix.pcm, *files.values()))
    gain = 10 ** (gain_db / 20)
    if peak * gain > HIGHEST_PEAK:
        gain = HIGHEST_PEAK / peak
    made_db = round(20 * float(np.log10(gain)), 3)
    fresh = scraps / "stems"
    try:
        fresh.mkdir()
        for name, pcm in files.items():
            write_wav(fresh / f"{name}.wav", pcm * np.float32(10 ** (made_db / 20)))
        record = {
            "files": sorted(files),
            "gain_db": made_db,
            "sample_rate": SAMPLE_RATE,
            "samples": len(mix.pcm),
        }
        write_json(fresh / RECORD_FILENAME, record)
        _take_place(fresh, folder)
    except OSError as error:
        raise write_error(error, folder) from error
    return made_db


def refuse_foreign(folder: Path) -> None:
    """Nothing, if stems may be put there: the folder is not there, is empty, or is one of ours.

    Raises:
        OutputError: Something else is in the way.
    """
    try:
        is_free = not folder.exists() or (
            folder.is_dir() and ((folder / RECORD_FILENAME).is_file() or not any(folder.iterdir()))
        )
    except OSError as error:
        raise write_error(error, folder) from error
    if not is_free:
        raise OutputError(
            "Something else is where the stems would go.", folder, "Move it away, or give another --output."
        )


def _take_place(fresh: Path, folder: Path) -> None:
    """Give the new folder its name; the old one goes only when the new one is whole and beside it."""
    beside = fresh
    if fresh.stat().st_dev != folder.parent.stat().st_dev:  # a rename works on one disk only
        beside = Path(tempfile.mkdtemp(prefix=".stems-", dir=folder.parent))
        shutil.copytree(fresh, beside, dirs_exist_ok=True)
        beside.chmod(0o755)
    try:
        if folder.exists():
            shutil.rmtree(folder)
        beside.rename(folder)
    finally:
        if beside is not fresh:
            shutil.rmtree(beside, ignore_errors=True)


def has_stems(folder: Path) -> bool:
    """Whether a folder holds stems of ours, every file of them."""
    return all(
        (folder / name).is_file() for name in (RECORD_FILENAME, *(f"{one}.wav" for one in STEMS_OF_FILE))
    )
