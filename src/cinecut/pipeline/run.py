"""One run over one film: the state that the seven stages share, and the rule by which a stage is done or reused.

What the stages do stands in `stages.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from cinecore.errors import InputError
from cinecore.files import film_identity, write_error
from cinecore.media import MediaFile
from cinecore.ports import Describer, ProgressListener, SpeechRecogniser, TextModel
from cinecore.render.presets import DELIVERIES, PREVIEW, DeliveryPreset
from cinecore.work.freed_memory import give_back_memory
from cinecut.checkpoint import CHECKPOINT_FILENAME, STAGES, PipelineCheckpoint, save_checkpoint
from cinecut.narrative.versions import Earlier
from cinecut.pipeline.inputs import StageInputs, record, why_stale
from cinecut.pipeline.ledger import OutputLedger
from cinecut.places import Place, trailer_file
from cinecut.settings import TrailerSettings

if TYPE_CHECKING:  # the one is loaded when it is needed, the other needs a run itself
    from cinecore.language.feelings import FeelingReader
    from cinecut.pipeline.room import DiskNeed

Say = Callable[[str], None]

TITLES = {
    "proxy": "Analysing the film",
    "subtitles": "Reading subtitles",
    "keyframes": "Choosing stills",
    "inference": "{engine} inference",
    "narrative": "Planning the trailer",
    "assembly": "Assembling the timeline",
    "conform": "Rendering the trailer",
}


@dataclass
class Run:
    """What the stages of one run share."""

    settings: TrailerSettings
    media: MediaFile
    identity: str
    """Digest of the film's identity."""
    work_dir: Path
    checkpoint: PipelineCheckpoint
    describer: Describer
    listen: ProgressListener
    say: Say
    notices: list[str] = field(default_factory=list)
    stages_run: list[str] = field(default_factory=list)
    stages_reused: list[str] = field(default_factory=list)
    recogniser: SpeechRecogniser | None = None
    """Who writes down what is said where there are no subtitles; None: nobody."""
    feelings: FeelingReader | None = None
    """Who tells feelings where word lists are not sure; None: nobody."""
    version: str = ""
    """The letter of one version of several; empty where there is one."""
    cut: str = ""
    """The name of one trailer of several lengths or shapes; empty where there is one."""
    earlier: tuple[Earlier, ...] = ()
    """What the versions before it were planned to show."""
    shared_dir: Path | None = None
    """Of a version: the film's work folder, with what all versions share."""
    storyteller: TextModel | None = None
    """Who is asked where the story turns; None: nobody."""
    disk: DiskNeed | None = None
    """What a run from nothing would fill, once it was looked at."""

    @property
    def ledger(self) -> OutputLedger:
        """Which outputs are ours."""
        return OutputLedger(self.work_dir)

    @property
    def preset(self) -> DeliveryPreset:
        """How the trailer is encoded, and how loud it is."""
        return PREVIEW if self.settings.preview else DELIVERIES[self.settings.deliver]

    def place(self, vibe: str) -> Place:
        """Where the trailer of a vibe goes.

        Raises:
            InputError: The asked name is none for a trailer.
            OutputError: Its folder is not there or cannot be written.
        """
        settings = self.settings
        return trailer_file(
            self.film,
            vibe,
            settings.output,
            is_preview=settings.preview,
            version=self.version,
            cut=self.cut,
            preset=self.preset,
        )

    @property
    def film(self) -> Path:
        """The film."""
        return self.media.path

    def notice(self, text: str) -> None:
        """Remember something the person should know; said once, at the end."""
        if text and text not in self.notices:
            self.notices.append(text)

    def stage(self, inputs: StageInputs, do: Callable[[], None], *, is_there: bool = True) -> bool:
        """Do a stage, unless the checkpoint says it is done with these inputs and its result is there.

        Returns whether it had to be done. The checkpoint is saved before and after: a run killed in
        the middle finds the stage undone.

        Raises:
            OutputError: The checkpoint cannot be written.
        """
        name = inputs.stage
        title = TITLES[name].format(engine=self.describer.name)
        one = " ".join(part for part in (self.cut.replace("_", " "), self.version) if part)
        which = f" ({one})" if one else ""
        self.say(f"Stage {STAGES.index(name) + 1}/{len(STAGES)}: {title}{which}...")
        if is_there and not why_stale(self.checkpoint, inputs):
            self.stages_reused.append(name)
            return False
        self.checkpoint.clear_stage(name)
        self.save()
        do()
        give_back_memory()  # of what a stage reckons with, little is kept; the next begins beside its rest
        record(self.checkpoint, inputs)
        self.save()
        self.stages_run.append(name)
        return True

    def save(self) -> None:
        """Write the checkpoint.

        Raises:
            OutputError: The work folder cannot be written.
        """
        try:
            save_checkpoint(self.checkpoint, self.work_dir)
        except OSError as error:
            raise write_error(error, self.work_dir / CHECKPOINT_FILENAME) from error

    def span(self) -> tuple[Fraction | None, Fraction | None]:
        """The part of the film that `--in` and `--out` leave, checked against its length.

        Raises:
            InputError: Nothing of the film is left.
        """
        in_s, out_s = self.settings.in_s, self.settings.out_s
        if in_s is not None and in_s >= self.media.duration:
            raise InputError(
                "--in lies past the film's end.",
                f"{float(in_s):g} s of {float(self.media.duration):.1f} s",
                "Give an earlier time.",
            )
        return in_s, out_s


def identify(film: Path) -> str:
    """The film's identity as one digest.

    Raises:
        InputError: The film cannot be read.
    """
    return film_identity(film).digest
