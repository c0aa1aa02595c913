"""Making a sample film: story, voices, shooting plan, sound, pictures, subtitles and truth, in this order.

TUNING_SEEDS are for looking and adjusting; TEST_SEEDS are kept for tests and were never tuned on. What a seed
gives is frozen by `GRAMMAR_VERSION`: a change that alters a film's truth raises it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from cinecore.errors import InputError
from cinecore.files import write_json
from cinecore.timebase import FrameRate
from samples.camera import Projector
from samples.cues import trouble_cues
from samples.encode import open_film, write_wav
from samples.frame_code import MAXIMUM_FRAME
from samples.score import mix_film
from samples.screenplay import Story, outline_film
from samples.shooting import ShootingPlan, shoot
from samples.subtitles import SubtitleLine, write_ass, write_srt
from samples.truth import Truth, truth_of
from samples.voices import Engine, Speech, choose_engine

GRAMMAR_VERSION = 1
TUNING_SEEDS = range(100)
TEST_SEEDS = range(1000, 1100)

FILM_RATE = FrameRate(Fraction(24))
SHORTEST_SECONDS, LONGEST_SECONDS = 60, 600
SMALLEST_HEIGHT = 144
NARROWEST_ASPECT = 1.2


@dataclass(frozen=True)
class FilmSpec:
    """Which film to make; equal specs give equal films on one machine."""

    seed: int = 7
    length_seconds: int = 120
    width: int = 640
    height: int = 360
    rate: FrameRate = FILM_RATE
    voice: str = "auto"
    """auto, espeak-ng, flite or tones."""
    turn_spread: float = 1.0
    """How many times the usual jitter the turning points have, 0 to 5."""
    has_troubled_cues: bool = False
    """Whether cues of the turning points are missing here and contradictory there (`samples.cues`)."""

    def __post_init__(self) -> None:
        if not SHORTEST_SECONDS <= self.length_seconds <= LONGEST_SECONDS:
            raise InputError(
                "A sample film has 60 to 600 seconds.", f"{self.length_seconds} s", "Choose another length."
            )
        if self.width % 2 or self.height % 2 or self.height < SMALLEST_HEIGHT:
            raise InputError(
                "A sample film has even sides and at least 144 lines.",
                f"{self.width}x{self.height}",
                "Choose another size.",
            )
        if self.width < NARROWEST_ASPECT * self.height:
            raise InputError(
                "A sample film is wider than high.", f"{self.width}x{self.height}", "Choose another size."
            )
        if self.frames > MAXIMUM_FRAME:
            raise InputError(
                f"The frame code counts to {MAXIMUM_FRAME}.", f"{self.frames} frames", "Choose a lower rate."
            )
        if self.seed < 0:
            raise InputError("A seed is not negative.", str(self.seed), "Choose another.")

    @property
    def frames(self) -> int:
        """Frames in the film."""
        return self.rate.frames_nearest(Fraction(self.length_seconds))


@dataclass(frozen=True)
class SampleFilm:
    """The files that were made and what is known of them."""

    film: Path
    srt: Path
    ass: Path
    truth_path: Path
    truth: Truth


def plan_film(spec: FilmSpec) -> tuple[ShootingPlan, Engine]:
    """The film before anything is drawn, and the voice that speaks in it."""
    engine = choose_engine(spec.voice)
    story = Story.of(spec.seed)
    length_s = float(spec.rate.seconds(spec.frames))
    outline = outline_film(story, spec.seed, length_s, turn_spread=spec.turn_spread)
    if spec.has_troubled_cues:
        outline = trouble_cues(outline, story, spec.seed)
    return shoot(story, outline, spec.seed, spec.frames, spec.rate, Speech(engine)), engine


def make_film(spec: FilmSpec, folder: Path) -> SampleFilm:
    """Make `film.mp4`, `film.srt`, `film.ass` and `truth.json` in `folder`.

    Raises:
        InputError: The film cannot be made.
        SetupError: The asked voice is not installed.
        ToolError: A program failed.
    """
    plan, engine = plan_film(spec)
    folder.mkdir(parents=True, exist_ok=True)
    wav = folder / ".film.wav"
    film = folder / "film.mp4"
    try:
        write_wav(wav, mix_film(plan, spec.seed))
        with open_film(film, wav, spec.width, spec.height, spec.rate) as write:
            for picture in Projector(plan, spec.width, spec.height, spec.seed).frames():
                write(picture)
    finally:
        wav.unlink(missing_ok=True)
    truth = truth_of(plan, spec.seed, spec.width, spec.height, engine)
    lines = [SubtitleLine(line.start_s, line.end_s, line.text, line.speaker) for line in truth.lines]
    result = SampleFilm(film, folder / "film.srt", folder / "film.ass", folder / "truth.json", truth)
    write_srt(result.srt, lines)
    write_ass(result.ass, lines, truth.title)
    write_json(result.truth_path, truth.as_json())
    return result
