"""A SoundFont of a few kilobytes, written from nothing: recorded sounds of known pitch, and who plays them.

Follows E-mu Systems, "SoundFont Technical Specification 2.04", chapters 4 to 8.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

RATE = 44_100
LOOPED = {54: 1}
"""sampleModes: goes round its loop for as long as the key is held."""


@dataclass(frozen=True)
class Recorded:
    """A recorded sound."""

    sound: np.ndarray[tuple[int], np.dtype[np.float64]]
    key: int
    """The MIDI pitch that it has."""
    loop: tuple[int, int] = (0, 0)
    cents: int = 0
    kind: int = 1
    """1 is mono; 0x11 says that it is compressed."""


@dataclass(frozen=True)
class Zone:
    """Which recorded sound an instrument plays where, and how: generators by number."""

    sample: int
    generators: Mapping[int, int] = field(default_factory=dict)


def cycles(key: int, count: int, harmonics: int = 1) -> Recorded:
    """So many whole cycles of a pitch near `key`, all of them the loop, with its difference written as cents."""
    samples = round(count * RATE / (440 * 2 ** ((key - 69) / 12)))
    at = np.arange(samples) / samples * count * 2 * np.pi
    sound = sum(np.sin(n * at) / n for n in range(1, harmonics + 1))
    exact = 69 + 12 * np.log2(count * RATE / samples / 440)
    sound = np.concatenate([sound, sound[:8]]) * 0.4
    return Recorded(sound, key, (0, samples), round(-100 * (exact - key)))


def struck(key: int, decay_s: float = 0.2) -> Recorded:
    """A fading tone of a second, without a loop."""
    at = np.arange(RATE) / RATE
    hertz = 440 * 2 ** ((key - 69) / 12)
    return Recorded(0.8 * np.sin(2 * np.pi * hertz * at) * np.exp(-at / decay_s), key)


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _generators(zone: Mapping[int, int], target: tuple[int, int]) -> list[tuple[int, int]]:
    """In the order that the format asks for: ranges first, what they lead to last."""
    ranges = [(kind, zone[kind]) for kind in (43, 44) if kind in zone]
    return [*ranges, *((k, v) for k, v in zone.items() if k not in {43, 44}), target]


def write_soundfont(
    path: Path,
    recorded: Sequence[Recorded],
    programs: Mapping[int, Sequence[Zone]],
    *,
    name: str = "Tiny",
    preset_generators: Mapping[int, int] | None = None,
) -> Path:
    """Write the file: each program is one preset with one instrument of these zones."""
    data, headers = b"", b""
    at = 0
    for number, one in enumerate(recorded):
        steps = np.round(np.clip(one.sound, -1, 1) * 32_767).astype("<i2")
        headers += struct.pack(
            "<20sIIIIIBbHH",
            f"sample {number}".encode(),
            at,
            at + len(steps),
            at + one.loop[0],
            at + one.loop[1],
            RATE,
            one.key,
            one.cents,
            0,
            one.kind,
        )
        data += steps.tobytes() + bytes(92)  # 46 samples of silence, as the format asks
        at += len(steps) + 46
    headers += struct.pack("<20sIIIIIBbHH", b"EOS", *[0] * 9)
    phdr, pbag, pgen, inst, ibag, igen = b"", b"", b"", b"", b"", b""
    bags, made, inner, inner_made = 0, 0, 0, 0
    for number, (program, zones) in enumerate(programs.items()):
        phdr += struct.pack("<20sHHHIII", f"program {program}".encode(), program, 0, bags, 0, 0, 0)
        pbag += struct.pack("<HH", made, 0)
        for kind, amount in _generators(preset_generators or {}, (41, number)):
            pgen += struct.pack("<Hh", kind, amount)
            made += 1
        bags += 1
        inst += struct.pack("<20sH", f"instrument {number}".encode(), inner)
        for zone in zones:
            ibag += struct.pack("<HH", inner_made, 0)
            for kind, amount in _generators(zone.generators, (53, zone.sample)):
                igen += struct.pack("<Hh", kind, amount if amount < 32_768 else amount - 65_536)
                inner_made += 1
            inner += 1
    phdr += struct.pack("<20sHHHIII", b"EOP", 0, 0, bags, 0, 0, 0)
    pbag += struct.pack("<HH", made, 0)
    inst += struct.pack("<20sH", b"EOI", inner)
    ibag += struct.pack("<HH", inner_made, 0)
    pgen, igen = pgen + bytes(4), igen + bytes(4)
    tables = (
        (b"phdr", phdr), (b"pbag", pbag), (b"pmod", bytes(10)), (b"pgen", pgen), (b"inst", inst),
        (b"ibag", ibag), (b"imod", bytes(10)), (b"igen", igen), (b"shdr", headers),
    )  # fmt: skip
    told = _chunk(b"ifil", struct.pack("<HH", 2, 4)) + _chunk(b"INAM", name.encode() + b"\0")
    body = (
        b"sfbk"
        + _chunk(b"LIST", b"INFO" + told)
        + _chunk(b"LIST", b"sdta" + _chunk(b"smpl", data))
        + _chunk(b"LIST", b"pdta" + b"".join(_chunk(*table) for table in tables))
    )
    path.write_bytes(_chunk(b"RIFF", body))
    return path


def band(path: Path, *, harmonics: int = 5, name: str = "Tiny band") -> Path:
    """What a drama's score asks for: a struck piano, looped strings and a looped solo string."""
    return write_soundfont(
        path,
        [struck(60), cycles(57, 20, harmonics)],
        {0: [Zone(0)], 42: [Zone(1, LOOPED)], 48: [Zone(1, LOOPED | {34: -3600})]},
        name=name,
    )
