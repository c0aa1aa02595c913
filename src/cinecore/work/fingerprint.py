"""Fingerprints: one short string for all that a piece of work read.

Two pieces of work with equal fingerprints have equal results on one machine; nothing else is promised.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from enum import Enum
from fractions import Fraction
from pathlib import PurePath

from cinecore.files import digest_bytes


def canonical(value: object) -> object:
    """`value` in JSON's own types with one spelling for each: fractions, enums, paths, dataclasses.

    Raises:
        TypeError: A value that has no stable spelling (a set, a function).
    """
    if value is None or (isinstance(value, bool | int | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, float):
        return {"float": value.hex()}
    if isinstance(value, Enum):
        return canonical(value.value)
    if isinstance(value, Fraction):
        return {"fraction": str(value)}
    if isinstance(value, PurePath):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            type(value).__name__: {
                field.name: canonical(getattr(value, field.name)) for field in dataclasses.fields(value)
            }
        }
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("a fingerprint takes mappings with string keys only: 1 and '1' would be one")
        # a mapping of its own kind: a film's tags could spell what stands for a fraction here
        return {"mapping": {str(key): canonical(item) for key, item in value.items()}}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [canonical(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no stable spelling for a fingerprint")


def canonical_json(value: object) -> str:
    """One line of JSON with sorted keys: the same text for equal values."""
    return json.dumps(canonical(value), sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def fingerprint(**parts: object) -> str:
    """32 hex digits that change when any named part changes."""
    return digest_bytes(canonical_json(parts).encode())
