"""A film of many still views, and runs over it that ask a model's server about each, up to the finished plan."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image
from tests.command_line import start as command_line
from tests.model_server import Asked, Behaviour, Exchange, answers

from cinecore.ffmpeg.run import run as run_ffmpeg
from cinecore.language.chat import ChatClient, ChatServer
from cinecore.ports import Describer
from cinecut.inference.cache import _cache_path, load_cache
from cinecut.inference.journal import (
    JOURNAL_SUFFIX,
    DescriptionJournal,
    JournalHead,
    journal_path,
    view_key,
)
from cinecut.inference.vision_model import VisionModelDescriber
from cinecut.models import SceneDescription
from cinecut.pipeline.outcome import Outcome
from cinecut.pipeline.trailer import make_trailer
from cinecut.settings import TrailerSettings

MODEL = "stand-in"
VIEWS = 30
VIEW_S = 1.5


def make_film(path: Path, views: int = VIEWS) -> Path:
    """A film of `views` patchworks without sound, each shown for a second and a half."""
    folder = path.parent / "views"
    folder.mkdir()
    for number in range(views):
        patches = np.random.default_rng(number).integers(20, 236, (6, 9, 3), dtype=np.uint8)
        Image.fromarray(patches).resize((192, 108), Image.Resampling.BICUBIC).save(
            folder / f"{number:03d}.png"
        )
    run_ffmpeg(
        [
            *(
                "-nostdin",
                "-loglevel",
                "error",
                "-y",
                "-framerate",
                str(1 / VIEW_S),
                "-i",
                folder / "%03d.png",
            ),
            *(
                "-r",
                "12",
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-threads",
                "1",
                "-pix_fmt",
                "yuv420p",
                path,
            ),
        ]
    )
    return path


def settings_of(film: Path) -> TrailerSettings:
    """A plan for a short trailer, nothing rendered."""
    return TrailerSettings(film, None, "drama", Fraction(12), jobs=1, review=True)


def asking(url: str, *, in_flight: int = 2, model: str = MODEL) -> VisionModelDescriber:
    """A describer that asks the server at `url`."""
    server = ChatServer(url, model=model, timeout_s=60, in_flight=in_flight)
    return VisionModelDescriber(ChatClient(server), name="Stand-in")


def planned(film: Path, describer: Describer, say: Callable[[str], None] = lambda _: None) -> Outcome:
    """What a run in this process came to."""
    return make_trailer(settings_of(film), describer, listen=lambda _: None, say=say)


ASK = ("--vibe", "drama", "--duration", "12s", "--jobs", "1", "--review", "--json")


def start(film: Path, url: str, *, in_flight: int = 2, model: str = MODEL) -> subprocess.Popen[str]:
    """The same by the command line, in a process of its own."""
    engine = ("--vision", "openai", "--endpoint", url, "--model", model)
    return command_line(film.parent, film, *ASK, *engine, CINECUT_CONCURRENCY=str(in_flight))


def start_ours(film: Path, program: str, weights: tuple[Path, Path]) -> subprocess.Popen[str]:
    """A run whose describer starts a llama-server of its own, with one slot."""
    engine = ("--vision", "llama", "--cpu", "--model", weights[0], "--mmproj", weights[1])
    return command_line(
        film.parent, film, *ASK, *engine, CINECUT_LLAMA_SERVER=program, CINECUT_CONCURRENCY="1"
    )


def said_of(picture: bytes, model: str = MODEL) -> dict[str, str]:
    """What the stand-in model says of a picture: always the same of the same, never the same of two."""
    mark = hashlib.sha256(model.encode() + picture).hexdigest()[:12]
    moods = ("calm", "tense", "cheerful", "sombre")
    return {
        "visual_content": f"View {mark} by {model}",
        "mood": moods[int(mark, 16) % len(moods)],
        "action": "nothing moves",
        "setting": "a room",
    }


def picture_of(asked: Asked) -> bytes:
    """The picture that was sent."""
    (address,) = asked.pictures
    return base64.b64decode(address.partition(",")[2])


def looks_at_pictures(seconds: float = 0.0) -> Behaviour:
    """Answers about the picture it was sent, after a while."""

    def act(exchange: Exchange) -> None:
        if not exchange.server.is_ending.wait(seconds):
            answers(said_of(picture_of(exchange.asked), exchange.asked.document["model"]))(exchange)

    return act


@dataclass(frozen=True)
class Place:
    """A folder with the film, and what a run leaves in it."""

    film: Path
    engine: str

    @property
    def work(self) -> Path:
        return self.film.parent / f"{self.film.stem}_cinecut_work"

    @property
    def cache(self) -> Path:
        return _cache_path(self.film, self.work)

    def results(self) -> dict[str, bytes]:
        """The bytes that must not depend on what happened on the way."""
        return {path.name: path.read_bytes() for path in (self.cache, self.work / "TRAILER_MANIFEST.json")}

    def is_whole_or_absent(self) -> bool:
        """Whether the cache fits the schema where it is."""
        return not self.cache.exists() or load_cache(self.film, self.work, engine=self.engine) is not None

    def descriptions(self) -> list[SceneDescription | None]:
        """What the cache holds, checked against the schema."""
        kept = load_cache(self.film, self.work, engine=self.engine)
        assert kept is not None, "the cache is missing or broken"
        return [description for _, description in kept]

    def forget(self) -> None:
        """Leave of a run only what came before the descriptions."""
        made = (self.cache, *self.work.glob(f"*{JOURNAL_SUFFIX}"))
        for path in (*made, *(self.work / name for name in ("TRAILER_MANIFEST.json", "narrative.json"))):
            path.unlink(missing_ok=True)

    def journaled(self) -> set[str]:
        """Keys of the stills that were written down; a copy is read, since a run may be writing."""
        path = journal_path(self.film, self.work, self.engine)
        if not path.exists():
            return set()
        copy = Path(shutil.copy(path, self.film.parent / "copy.journal"))
        with DescriptionJournal(copy, JournalHead.of(self.film, self.engine)) as journal:
            return set(journal.known)


def keys_of(chats: list[Asked]) -> list[str]:
    """By which key the journal knows each picture that was asked about."""
    return [view_key(picture_of(asked)) for asked in chats]
