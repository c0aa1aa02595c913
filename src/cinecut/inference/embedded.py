"""The describer that needs no server: small networks find faces and things, and stated words say what was found."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from cinecore.analysis.film import FilmAnalysis
from cinecore.errors import InputError
from cinecore.ports import Description, StillView
from cinecore.vision.seeing import Eyes, eyes_identity
from cinecore.vision.sighting import Sighting
from cinecut.inference.clip_words import ClipWords, FilmWords
from cinecut.inference.eyes import FilmEyes
from cinecut.inference.looking import NAME, picture_of
from cinecut.inference.pixels import PIXELS_VERSION, measures_of_still
from cinecut.inference.seen_words import ShotSeen, described

METHOD = "embedded-eyes"
EMBEDDED_VERSION = f"{METHOD}/1"
"""Raised when a word or a rule changes, so that stored descriptions are made anew."""

WHOLE = (0.0, 0.0, 1.0, 1.0)


def is_of_embedded_eyes(identity: str) -> bool:
    """Whether descriptions bear this describer's identity, of whatever version."""
    return identity.startswith(f"{METHOD}/")


@dataclass(frozen=True, eq=False)
class EmbeddedDescriber:
    """Says what the shipped networks see; with `knowing` also what a shot shows beyond one still."""

    eyes: Eyes = field(default_factory=Eyes)
    film: FilmEyes | None = None
    analysis: FilmAnalysis | None = None
    clip: ClipWords | None = None
    """A model of the user's own that may add words; it is asked about a whole film, never about one still."""
    words: FilmWords | None = None
    """What it added to this film's stills."""

    @property
    def name(self) -> str:
        """The engine's name as a person reads it."""
        return NAME

    @property
    def identity(self) -> str:
        """Method, words' version and weights; where a CLIP adds words, that and the stills they stand out among."""
        parts = [EMBEDDED_VERSION, "weights", eyes_identity(), PIXELS_VERSION]
        if self.clip is not None:
            parts.append(self.clip.identity)
        if self.words is not None:
            parts += ["among", self.words.stills_digest[:16]]
        return " ".join(parts)

    @property
    def in_flight(self) -> int:
        """One: each network keeps a core busy."""
        return 1

    def serving(self) -> AbstractContextManager[None]:
        """Nothing has to be started."""
        return nullcontext()

    def knowing(
        self, film: FilmEyes, analysis: FilmAnalysis, words: FilmWords | None = None
    ) -> EmbeddedDescriber:
        """The same, for a film that was looked at: no still is looked at twice."""
        return replace(self, film=film, analysis=analysis, words=words)

    def describe(self, still: StillView) -> Description:
        """One still in measured words.

        Raises:
            InputError: The still cannot be read as a picture.
            SetupError: A model is missing or changed.
        """
        measures = measures_of_still(still.path)
        sighting = self._known(still)
        if sighting is None:
            sighting = self._look(still)
        said = described(sighting, measures, self._shot(still.time_s))
        return said if self.words is None else self.words.add_to(said, still.path.name)

    def _known(self, still: StillView) -> Sighting | None:
        if self.film is None:
            return None
        for seen in self.film.sightings_in(still.time_s, still.time_s + 1e-6):
            if seen.still == still.path.name:
                return seen.sighting
        return None

    def _look(self, still: StillView) -> Sighting:
        picture = picture_of(still.path.read_bytes(), WHOLE)
        if picture is None:
            raise InputError(
                "The still cannot be read as a picture.",
                still.path,
                "Run again; `cinecut clean` starts anew.",
            )
        return self.eyes.look(picture, still.time_s)

    def _shot(self, time_s: float) -> ShotSeen | None:
        if self.analysis is None or not self.analysis.shots or self.film is None:
            return None
        shot = self.analysis.shot_at(time_s)
        faces = tuple(seen.sighting.faces for seen in self.film.sightings if seen.shot == shot.index)
        return ShotSeen(shot.motion, shot.camera, faces)
