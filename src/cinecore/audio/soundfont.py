"""A SoundFont file read and checked: which samples a program plays at a key, and how; no sound is made here.

Source of the format: E-mu Systems, "SoundFont Technical Specification 2.04" (RIFF form `sfbk`). Every index and
length is checked before it is used, since such a file may come from anyone. Compressed ones (SF3) are refused.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from cinecore.errors import InputError
from cinecore.files import digest_file

MOST_BYTES = 4 * 1024**3
_ADVICE = 'Name another .sf2 file, or `soundfont = "none"` for the built-in instruments.'

# what generators are called by number (section 8.1.3)
KEY_RANGE, VELOCITY_RANGE, INSTRUMENT, SAMPLE = 43, 44, 41, 53
_INDEX_GENERATORS = frozenset({KEY_RANGE, VELOCITY_RANGE, INSTRUMENT, SAMPLE})
_NOT_IN_PRESETS = frozenset({0, 1, 2, 3, 4, 12, 45, 46, 47, 50, 54, 57, 58})
"""Addresses, forced keys, loops and roots count in instruments alone."""

_PRESET = np.dtype([("name", "S20"), ("program", "<u2"), ("bank", "<u2"), ("bag", "<u2"), ("rest", "<u4", 3)])
_BAG = np.dtype([("generator", "<u2"), ("modulator", "<u2")])
_GENERATOR = np.dtype([("kind", "<u2"), ("amount", "<i2")])
_INSTRUMENT = np.dtype([("name", "S20"), ("bag", "<u2")])
_SAMPLE = np.dtype(
    [
        ("name", "S20"),
        ("start", "<u4"),
        ("end", "<u4"),
        ("loop_start", "<u4"),
        ("loop_end", "<u4"),
        ("rate", "<u4"),
        ("key", "u1"),
        ("cents", "i1"),
        ("link", "<u2"),
        ("kind", "<u2"),
    ]
)
_TABLES = {
    b"phdr": _PRESET,
    b"pbag": _BAG,
    b"pgen": _GENERATOR,
    b"inst": _INSTRUMENT,
    b"ibag": _BAG,
    b"igen": _GENERATOR,
    b"shdr": _SAMPLE,
}
_ROM_OR_COMPRESSED = 0x8010
_SLOWEST_HZ, _FASTEST_HZ = 400, 192_000
_LONGEST_SAMPLE = 1 << 26

_Zone = dict[int, int]


@dataclass(frozen=True)
class SampleHeader:
    """Where a recorded sound lies among a file's samples."""

    start: int
    end: int
    loop_start: int
    loop_end: int
    rate: int
    key: int
    cents: int


@dataclass(frozen=True)
class Voice:
    """One recorded sound that a key sets off, and what is to be done with it: generators by number."""

    sample: SampleHeader
    generators: Mapping[int, int]

    def get(self, generator: int, default: int) -> int:
        """A generator's amount, `default` where the file leaves it out."""
        return self.generators.get(generator, default)


@dataclass(frozen=True)
class SoundFont:
    """An opened file; its samples stay on the disk until they are played."""

    path: Path
    name: str
    """The file's own name for itself, else its file name."""
    digest: str
    samples: npt.NDArray[np.int16]
    programs: Mapping[int, tuple[tuple[_Zone, tuple[_Zone, ...]], ...]]
    """Of bank 0: preset zones, each with the zones of its instrument."""
    headers: tuple[SampleHeader, ...]

    def voices(self, program: int, key: int, velocity: int) -> tuple[Voice, ...]:
        """All that sounds when a key is struck; none where the file lacks the program or the key."""
        found: list[Voice] = []
        for preset, zones in self.programs.get(program, ()):
            if not _holds(preset, key, velocity):
                continue
            for zone in zones:
                if _holds(zone, key, velocity):
                    merged = dict(zone)
                    for kind, amount in preset.items():
                        if kind not in _INDEX_GENERATORS and kind not in _NOT_IN_PRESETS:
                            merged[kind] = merged.get(kind, _DEFAULTS.get(kind, 0)) + amount
                    found.append(Voice(self.headers[zone[SAMPLE]], merged))
        return tuple(found)


_DEFAULTS = {8: 13_500, **dict.fromkeys((21, 23, 25, 26, 27, 28, 30, 33, 34, 35, 36, 38), -12_000), 56: 100}
"""Amounts that stand where a file says nothing: an open filter, no delay, a scale of semitones (section 8.1.3)."""


def open_soundfont(path: Path) -> SoundFont:
    """The file, read once for each content it has had in this process.

    Raises:
        InputError: It cannot be read, is no SoundFont, compressed, or not whole.
    """
    try:
        known = path.stat()
    except OSError as error:
        raise InputError(f"Cannot read this SoundFont: {error.strerror}.", path, _ADVICE) from error
    return _opened(path, known.st_size, known.st_mtime_ns)


@lru_cache(maxsize=4)
def _opened(path: Path, size: int, _changed_ns: int) -> SoundFont:
    if size > MOST_BYTES:
        raise InputError("This SoundFont is larger than the format allows.", path, _ADVICE)
    digest = digest_file(path)
    try:
        with path.open("rb") as stream:
            chunks = _chunks(stream, size)
        place, length = chunks[b"smpl"]
        samples = np.memmap(path, "<i2", "r", place, (length // 2,)) if length >= 2 else np.zeros(0, "<i2")
        tables = {name: _table(path, chunks[name], dtype) for name, dtype in _TABLES.items()}
        return _assembled(path, digest, _own_name(path, chunks), samples, tables)
    except (KeyError, IndexError, ValueError, struct.error) as error:
        why = f": {error}" if isinstance(error, ValueError) else ""
        raise InputError(f"This is no whole SoundFont{why}.", path, _ADVICE) from error
    except OSError as error:
        raise InputError(f"Cannot read this SoundFont: {error.strerror}.", path, _ADVICE) from error


def _chunks(stream: BinaryIO, size: int) -> dict[bytes, tuple[int, int]]:
    """Place and length of every inner chunk."""
    form, _, kind = struct.unpack("<4sI4s", stream.read(12))
    if (form, kind) != (b"RIFF", b"sfbk"):
        raise ValueError("it does not begin as one")
    found: dict[bytes, tuple[int, int]] = {}
    at = 12
    while at + 8 <= size:
        stream.seek(at)
        name, length = struct.unpack("<4sI", stream.read(8))
        if name == b"LIST":  # its inner chunks follow
            at += 12
            continue
        if at + 8 + length > size:
            raise ValueError("it is cut off")
        found.setdefault(name, (at + 8, length))
        at += 8 + length + length % 2
    return found


def _table(path: Path, chunk: tuple[int, int], dtype: np.dtype[np.void]) -> npt.NDArray[np.void]:
    place, length = chunk
    if length % dtype.itemsize or length < dtype.itemsize:
        raise ValueError("a table has a length that its rows do not divide")
    return np.fromfile(path, dtype, length // dtype.itemsize, offset=place)


def _own_name(path: Path, chunks: Mapping[bytes, tuple[int, int]]) -> str:
    if b"INAM" in chunks:
        place, length = chunks[b"INAM"]
        raw = np.fromfile(path, "u1", min(length, 256), offset=place).tobytes().split(b"\0")[0]
        name = "".join(letter for letter in raw.decode("latin-1") if letter.isprintable()).strip()
        if name:
            return name
    return path.stem.encode("utf-8", "replace").decode()


def _assembled(
    path: Path,
    digest: str,
    name: str,
    samples: npt.NDArray[np.int16],
    tables: Mapping[bytes, npt.NDArray[np.void]],
) -> SoundFont:
    headers = []
    for row in tables[b"shdr"][:-1]:
        header = SampleHeader(
            *(int(row[field]) for field in ("start", "end", "loop_start", "loop_end", "rate", "key", "cents"))
        )
        headers.append(header if not int(row["kind"]) & _ROM_OR_COMPRESSED else None)
    if headers and not any(headers):
        raise ValueError("its samples are compressed (SF3) or in a ROM; take one that ends in .sf2")
    instruments = [
        _zones(tables[b"ibag"], tables[b"igen"], int(a), int(b), SAMPLE)
        for a, b in zip(tables[b"inst"]["bag"][:-1], tables[b"inst"]["bag"][1:], strict=True)
    ]
    instruments = [
        [zone for zone in zones if _is_playable(headers[zone[SAMPLE]], len(samples))] for zones in instruments
    ]
    programs: dict[int, tuple[tuple[_Zone, tuple[_Zone, ...]], ...]] = {}
    presets = tables[b"phdr"]
    for row, following in pairwise(presets):
        if int(row["bank"]) == 0:
            zones = _zones(
                tables[b"pbag"], tables[b"pgen"], int(row["bag"]), int(following["bag"]), INSTRUMENT
            )
            programs.setdefault(
                int(row["program"]), tuple((zone, tuple(instruments[zone[INSTRUMENT]])) for zone in zones)
            )
    if not any(inner for zones in programs.values() for _, inner in zones):
        raise ValueError("it holds nothing that can be played")
    return SoundFont(path, name, digest, samples, programs, tuple(header or _NOTHING for header in headers))


_NOTHING = SampleHeader(0, 0, 0, 0, 0, 0, 0)


def _is_playable(header: SampleHeader | None, count: int) -> bool:
    if header is None:
        return False
    is_inside = header.start < header.end <= count and header.end - header.start <= _LONGEST_SAMPLE
    return is_inside and _SLOWEST_HZ <= header.rate <= _FASTEST_HZ


def _zones(
    bags: npt.NDArray[np.void], generators: npt.NDArray[np.void], first: int, last: int, target: int
) -> list[_Zone]:
    """The zones of one preset or instrument that lead to a target, what stands in their global zone filled in."""
    if not first <= last < len(bags):
        raise ValueError("its zones are out of order")
    common: _Zone = {}
    found: list[_Zone] = []
    for number in range(first, last):
        begin, end = int(bags["generator"][number]), int(bags["generator"][number + 1])
        if not begin <= end <= len(generators):
            raise ValueError("its generators are out of order")
        zone = {int(kind): int(amount) for kind, amount in generators[begin:end].tolist()}
        if target in zone:
            zone[target] &= 0xFFFF
            found.append({**common, **zone})
        elif number == first:
            common = zone
    return found


def _holds(zone: Mapping[int, int], key: int, velocity: int) -> bool:
    """Whether key and velocity lie in a zone's ranges: low byte to high byte."""
    for kind, value in ((KEY_RANGE, key), (VELOCITY_RANGE, velocity)):
        if kind in zone and not zone[kind] & 0xFF <= value <= zone[kind] >> 8 & 0xFF:
            return False
    return True
