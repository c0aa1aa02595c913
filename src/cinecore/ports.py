"""Every door to the outside world that has more than one maker behind it, on one page.

Adapters live in the rooms that need the library behind them; `cinecut.adapters` and `vidpipe.compose` name them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # for annotations alone: this page is read before a command line is
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True)
class Progress:
    """One step of work done: `done` of `total` `unit`s of `stage`."""

    stage: str
    done: int
    total: int
    unit: str
    message: str = ""


ProgressListener = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """A listener for callers that do not want to hear."""


@dataclass(frozen=True)
class StillView:
    """A still of the film, offered to a describer."""

    time_s: float
    path: Path


@dataclass(frozen=True)
class Description:
    """What a describer saw, in four short texts."""

    visual_content: str
    mood: str
    action: str
    setting: str


class Describer(Protocol):
    """Says in words what a still shows."""

    @property
    def name(self) -> str:
        """The engine's name as a person reads it."""
        ...

    @property
    def identity(self) -> str:
        """What a fingerprint must know: the method, its version, its weights' digest."""
        ...

    @property
    def in_flight(self) -> int:
        """How many stills may be asked about at once, each from a thread of its own."""
        ...

    def serving(self) -> AbstractContextManager[None]:
        """Have the engine ready inside; entered once a run, and only where something is to be asked.

        Raises:
            SetupError: It cannot be had here: no program, no weights, too little memory, a key is wanted.
            RemoteError: It does not start or does not answer.
        """
        ...

    def describe(self, still: StillView) -> Description:
        """The description of one still, inside `serving`.

        Raises:
            InputError: The still cannot be read; the next run tries it again.
            ReplyError, EngineLateError: No usable answer about this one; the next run tries it again.
            SetupError, RemoteError: The engine is gone for good; no other still will be answered.
        """
        ...


@dataclass(frozen=True)
class ReferencePicture:
    """A picture that a maker should keep to: which thing it shows, and where the file lies."""

    tag: str
    label: str
    """What it is, in one common noun."""
    role: str
    """face | body | place | prop."""
    path: Path
    description: str = ""
    is_photo: bool = False
    """Whether a person gave it, to be composed in as it is."""


@dataclass(frozen=True)
class PictureRequest:
    """One still to be made; two equal requests give equal bytes where the maker promises seeds."""

    prompt: str
    shot: Mapping[str, Any]
    """`vidpipe.schemas.storyboard.Shot` as JSON, for makers that compose from structure."""
    style: Mapping[str, Any]
    """`StyleGuide` as JSON."""
    cast: tuple[Mapping[str, Any], ...]
    """`AssetSpec`s of the placements, as JSON."""
    width: int
    height: int
    seed: int
    position: str = "start"
    """start | end: which end of the shot it shows."""
    references: tuple[ReferencePicture, ...] = ()
    conditioned_on: Path | None = None
    """A picture it must follow from: the start frame where this is the end."""
    duration_s: float = 4.0
    """Length of the shot whose end is shown."""


class ImageMaker(Protocol):
    """Makes stills."""

    @property
    def identity(self) -> str:
        """What a fingerprint must know: `provider:model`, version."""
        ...

    @property
    def references_at_most(self) -> int:
        """How many reference pictures one request may carry."""
        ...

    def make(self, request: PictureRequest, output: Path) -> None:
        """Write the still as PNG to `output`.

        Raises:
            RemoteError: The request was refused (the product says which kind that is), or something that may pass.
        """
        ...


@dataclass(frozen=True)
class ClipRequest:
    """One clip to be made; plain values, so that it can lie in a file and cross to another process."""

    key: str
    """Idempotency key: one per intended clip; a second submission under it must not make a second one."""
    scene_index: int
    prompt: str
    shot: Mapping[str, Any]
    style: Mapping[str, Any]
    cast: tuple[Mapping[str, Any], ...]
    start_frame: Path
    end_frame: Path | None
    duration_s: float
    frames_per_second: int
    width: int
    height: int
    seed: int
    references: tuple[ReferencePicture, ...] = ()
    is_continuous: bool = False
    """Whether the start frame is the last frame of the clip before."""
    safety: int = 0
    """0 as is, 1 gently safe, 2 strongly safe."""
    speaking: tuple[Mapping[str, Any], ...] = ()
    """Who speaks when: {tag, start_s, end_s}."""


@dataclass(frozen=True)
class ClipJob:
    """What a provider says of a job now."""

    state: str
    """queued | running | done | refused | failed."""
    progress: float = 0.0
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class VideoAbilities:
    """What a maker of clips can do."""

    durations_s: tuple[float, ...] = ()
    """Lengths it makes; empty: any from `shortest_s` to `longest_s`."""
    shortest_s: float = 1.0
    longest_s: float = 60.0
    references_at_most: int = 3
    has_end_frame: bool = True
    references_with_end_frame: bool = True
    has_seeds: bool = True
    has_audio: bool = False
    can_find: bool = True
    """Whether a job can be found by its key after the reply was lost."""
    price_per_second: float = 0.0


class VideoMaker(Protocol):
    """Makes clips as jobs: submit, poll, fetch."""

    @property
    def identity(self) -> str:
        """What a fingerprint must know: `provider:model`, version."""
        ...

    @property
    def abilities(self) -> VideoAbilities:
        """What it can do."""
        ...

    def submit(self, request: ClipRequest) -> str:
        """The operation id of a new job, or of the one that bears the request's key already.

        Raises:
            RemoteError: The request was refused (the product says which kind that is), or something that may
                pass, where it is not known whether the job was taken.
        """
        ...

    def find(self, key: str) -> str | None:
        """The operation id of the job that was submitted under a key; None where there is none."""
        ...

    def poll(self, operation: str) -> ClipJob:
        """How far a job is.

        Raises:
            RemoteError: Nobody knows the job, or the provider does not answer.
        """
        ...

    def fetch(self, operation: str, output: Path) -> None:
        """Write a finished job's clip to `output`.

        Raises:
            RemoteError: It is not finished, or gone.
        """
        ...

    def cancel(self, operation: str) -> None:
        """Ask that a job be given up; finished or unknown jobs are left alone."""
        ...

    def release(self, operation: str) -> None:
        """Say that a job's clip was fetched and is kept: the maker need not hold it; unknown jobs are left alone."""
        ...


class TextModel(Protocol):
    """Answers in JSON."""

    @property
    def identity(self) -> str:
        """What a fingerprint must know: `provider:model`, version."""
        ...

    def answer(self, instruction: str, text: str, schema: Mapping[str, Any], temperature: float) -> str:
        """What the model wrote; meant to fit the JSON Schema, not certain to.

        Raises:
            RemoteError: It does not answer.
        """
        ...


@dataclass(frozen=True)
class VoiceHint:
    """How a speaker sounds, as far as a story tells."""

    name: str
    words: str = ""
    """`old man`, `girl`; empty: a voice chosen by the name."""
    manner: str = ""
    """As in a parenthetical: `whispering`."""
    number: int | None = None
    """Which of the voices of its kind, counted from 0, where a cast was dealt them; None: by the name."""


@dataclass(frozen=True)
class RecognisedLine:
    """What was heard to be said, in seconds from the start of the sound it was heard in."""

    start_s: float
    end_s: float
    text: str


class SpeechRecogniser(Protocol):
    """Writes down what is said."""

    @property
    def identity(self) -> str:
        """What a fingerprint must know: engine, version, model."""
        ...

    def recognise(self, sound: npt.NDArray[np.float32]) -> tuple[RecognisedLine, ...]:
        """What is said in up to half a minute of sound, one channel at 16 kHz, -1..1.

        Raises:
            SetupError: Its model cannot be loaded.
            ToolError: It failed.
        """
        ...


class SpeechEnhancer(Protocol):
    """Takes a voice out of what lies under it."""

    @property
    def identity(self) -> str:
        """What a fingerprint must know: engine, version, weights."""
        ...

    def voice(self, sound: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The voice in a sound of one channel at 48 kHz: as long, as loud as in it, in step with it to the sample.

        Raises:
            SetupError: What it needs cannot be loaded.
            ToolError: It failed.
        """
        ...


class SentenceEncoder(Protocol):
    """Puts sentences where those of like meaning lie near, whatever their language."""

    @property
    def identity(self) -> str:
        """What a fingerprint must know: engine, version, weights."""
        ...

    def encode(self, sentences: Sequence[str]) -> Iterator[npt.NDArray[np.float32]]:
        """The sentences' places in their order, a few hundred at a time: n×d, each row of length 1.

        What it needs is loaded at the first and let go after the last.

        Raises:
            SetupError: Its weights cannot be loaded.
            ToolError: It failed.
        """
        ...


class SpeechMaker(Protocol):
    """Speaks lines."""

    @property
    def identity(self) -> str:
        """What a fingerprint must know: engine, version, voices."""
        ...

    def speak(self, text: str, voice: VoiceHint, output: Path) -> float:
        """Write the spoken line as a WAV at 48 kHz; its length in seconds.

        Raises:
            ToolError: The engine failed or said nothing.
        """
        ...
