"""An encoder of sentences that asks another one once for all it will be asked: loading costs two seconds each time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from cinecore.ports import SentenceEncoder


class KeptPlaces:
    """The places of `sentences`, asked for once; others are not known."""

    def __init__(self, encoder: SentenceEncoder, sentences: Sequence[str]) -> None:
        known = list(dict.fromkeys(sentences))
        places = np.concatenate(list(encoder.encode(known)))
        self._places = dict(zip(known, places, strict=True))
        self.identity = encoder.identity

    def encode(self, sentences: Sequence[str]) -> Iterator[npt.NDArray[np.float32]]:
        """The places in their order, all at once."""
        if sentences:
            yield np.stack([self._places[sentence] for sentence in sentences])
