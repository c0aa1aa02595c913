"""Who and what was seen over a whole film, as values: the sightings by still, the cast, and how stills look.

Deliberately not here: looking (`looking`), telling people apart (`cast`), and the file it is kept in.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cinecore.vision.panels import Box
from cinecore.vision.sighting import SHOT_SIZES, Sighting

BY_FACE, BY_FIGURE, BY_LOOK = "face", "hair and clothes", "palette and shape"
"""What it can rest on that two sightings are one person's."""

WHITENING_FLOOR = 0.1
"""Part of the largest spread that is added to each: what hardly differs in a film must not decide."""

FEWEST_TO_WHITEN = 3


@dataclass(frozen=True, eq=False)
class StillSighting:
    """What was seen in one still, and where that still lies in the film."""

    shot: int
    """Index of the shot in the analysis."""
    sighting: Sighting
    start_s: float = 0.0
    """From here to `end_s` it is the nearest looked-at still of its shot, and speaks for it."""
    end_s: float = 0.0
    still: str = ""
    """Name of the picture that was looked at."""

    @property
    def time_s(self) -> float:
        """When the still is shown, in the film's own seconds."""
        return self.sighting.time_s

    @property
    def stands_for_s(self) -> float:
        """Seconds of the film that it speaks for."""
        return max(0.0, self.end_s - self.start_s)

    def speaks_for(self, seconds: float) -> bool:
        """Whether a moment lies in the stretch of its shot that it is nearest to."""
        return self.start_s <= seconds < self.end_s


@dataclass(frozen=True)
class CastMember:
    """Somebody who is seen again and again; nobody's name is known."""

    id: str
    """`person 1` is seen longest."""
    screen_time_s: float
    """Seconds of the film for which a still that shows them stands."""
    first_seen_s: float
    still_times_s: tuple[float, ...]
    shots: tuple[int, ...]
    """Indexes of shots, each once, in order."""
    with_whom: Mapping[str, float] = field(default_factory=dict)
    """Others by id: seconds in which both are in the picture."""
    areas: tuple[Box, ...] = ()
    """For each of `still_times_s` where in the frame the face (or the figure) is."""
    rests_on: str = BY_FACE
    """By what they are known again: `face` | `hair and clothes` | `palette and shape`."""
    certainty: float = 0.0
    """0..1, from how often they were seen and how alike that was."""
    is_drawn: bool = False


@dataclass(frozen=True, eq=False)
class FilmEyes:
    """All that was seen of a film."""

    sightings: tuple[StillSighting, ...]
    """By time."""
    cast: tuple[CastMember, ...] = ()
    """By screen time, the longest first."""
    is_drawn: bool = False
    """Whether most faces of the film are drawn ones."""
    notices: tuple[str, ...] = ()

    def people_in(self, start_s: float, end_s: float) -> tuple[str, ...]:
        """Ids of the cast seen in a stretch; of one without a looked-at still, in the one that speaks for its middle."""
        chosen = {self.sightings[place].time_s for place in self._stills_of(start_s, end_s)}
        return tuple(member.id for member in self.cast if chosen.intersection(member.still_times_s))

    def size_in(self, start_s: float, end_s: float) -> str:
        """The shot size of the stretch's stills, by the same rule; of several the one nearest to the camera."""
        told = {self.sightings[place].sighting.shot_size for place in self._stills_of(start_s, end_s)}
        return next((size for size in SHOT_SIZES if size in told), "")

    def sightings_in(self, start_s: float, end_s: float) -> tuple[StillSighting, ...]:
        """What was seen in a stretch, by the same rule."""
        return tuple(self.sightings[place] for place in self._stills_of(start_s, end_s))

    @cached_property
    def looks(self) -> npt.NDArray[np.float32]:
        """One row of unit length a sighting, centred and whitened on this film.

        Near 1 in dot product: the same look; near 0: as unlike as two stills of this film usually are. A still in
        which faces alone were looked for has a row of zeros.
        """
        looks = [seen.sighting.look for seen in self.sightings]
        has_look = np.array([len(look) > 0 for look in looks], bool)
        if not has_look.any():
            return np.zeros((len(looks), 0), np.float32)
        raw = np.stack([look for look in looks if len(look)]).astype(np.float64)
        centered = raw - raw.mean(axis=0)
        if len(raw) >= FEWEST_TO_WHITEN:
            spread, axes = np.linalg.eigh(centered.T @ centered / len(raw))
            gain = 1 / np.sqrt(np.maximum(spread, 0) + WHITENING_FLOOR * max(float(spread[-1]), 1e-12))
            centered = (centered @ axes) * gain
        length = np.linalg.norm(centered, axis=1, keepdims=True)
        rows = np.zeros((len(looks), raw.shape[1]), np.float32)
        rows[has_look] = centered / np.maximum(length, 1e-9)
        return rows

    @cached_property
    def _times(self) -> list[float]:
        return [seen.time_s for seen in self.sightings]

    def _stills_of(self, start_s: float, end_s: float) -> list[int]:
        inside = list(range(bisect_left(self._times, start_s), bisect_left(self._times, end_s)))
        if inside or not self.sightings:
            return inside
        middle = (start_s + end_s) / 2
        after = bisect_left(self._times, middle)
        near = [place for place in (after - 1, after) if 0 <= place < len(self.sightings)]
        return [place for place in near if self.sightings[place].speaks_for(middle)][:1]
