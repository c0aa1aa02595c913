"""Descriptions that an engine left in the work folder, honoured while it is away: a describer that has said it all.

Deliberately not here: when that is wanted (adapters), and whether they still hold (the pipeline's fingerprints).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from cinecore.errors import EngineGoneError
from cinecore.ports import Description, StillView
from cinecut.inference.cache import cached_engine


class KeptDescriber:
    """Stands for the engine that made the descriptions in a work folder; it can be asked nothing new."""

    in_flight = 1

    def __init__(self, identity: str) -> None:
        self._identity = identity

    @property
    def name(self) -> str:
        """The model's name where its identity holds one behind the method's, else the method's."""
        method, _, rest = self._identity.partition(" ")
        model = rest.partition(" ")[0]
        return method.partition("/")[0] if model in {"", "weights"} else model

    @property
    def identity(self) -> str:
        """The engine's, so that what it said counts as said."""
        return self._identity

    def serving(self) -> AbstractContextManager[None]:
        """Nothing can be served.

        Raises:
            EngineGoneError: Always.
        """
        raise EngineGoneError(
            "The engine that described this film before is not there.",
            self.name,
            "Start it, or choose another with --vision.",
        )

    def describe(self, still: StillView) -> Description:  # noqa: ARG002 - the port's signature
        """Nothing new can be described.

        Raises:
            EngineGoneError: Always.
        """
        raise EngineGoneError("The engine that described this film before is not there.", self.name)


def kept_describer(film: Path, work_dir: Path) -> KeptDescriber | None:
    """Who made the descriptions in a work folder; None where there are none that can be read."""
    engine = cached_engine(film, work_dir)
    return KeptDescriber(engine) if engine else None
