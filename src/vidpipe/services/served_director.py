"""A director whose text model is there only while it directs: no server waits, and no memory is held, beside it.

Deliberately not here: which model, and how it is served (`vidpipe.compose`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from cinecore.ports import TextModel
from vidpipe.schemas.script import Script
from vidpipe.schemas.storyboard import Storyboard
from vidpipe.schemas.wishes import Wishes
from vidpipe.services.model_director import ModelDirector


class ServedDirector:
    """A model's director that opens its model when it is asked, and closes it afterwards.

    Args:
        identity: Engine and model, as a fingerprint and a message name them.
        open_model: Has the model ready inside.
    """

    def __init__(self, identity: str, open_model: Callable[[], AbstractContextManager[TextModel]]) -> None:
        self._identity = identity
        self._open_model = open_model

    @property
    def identity(self) -> str:
        """Engine and model; nothing is started to know it."""
        return f"served-director/1 {self._identity}"

    def direct(self, script: Script, wishes: Wishes) -> Storyboard:
        """The storyboard of a script.

        Raises:
            ProviderError: The model's answers could not be used.
            SetupError: The model cannot be had here.
            RemoteError: It does not answer.
        """
        with self._open_model() as model:
            return ModelDirector(model).direct(script, wishes)
