"""A film looked at with a CLIP of the user's own, in a run like a person's: used, kept, changed, broken, gone."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from tests.small_clip import PACKAGE, write_clip

from cinecore.errors import SetupError
from cinecore.ffmpeg.run import run as run_ffmpeg
from cinecore.ports import Progress
from cinecut.compose import make_trailer
from cinecut.inference.cache import cached_engine, load_cache
from cinecut.inference.clip_words import vocabulary
from cinecut.pipeline.outcome import Outcome
from cinecut.settings import TrailerSettings

pytestmark = [pytest.mark.media, pytest.mark.model]

SAYS_CLIP = " clip "

GREEN, BLUE = "0x14be14", "0x1414c8"
SHOTS = [f"0x{level:02x}{level:02x}{level:02x}" for level in range(60, 180, 8)]
SHOTS[4:4], SHOTS[11:11] = [GREEN], [BLUE]
SHOT_S = 1.5


def film_of_colours(path: Path) -> Path:
    """Grey shots, each of its own light, and among them one green and one blue."""
    inputs = [
        word
        for color in SHOTS
        for word in ("-f", "lavfi", "-t", str(SHOT_S), "-i", f"color=c={color}:s=160x90:r=12")
    ]
    grained = "".join(f"[{at}:v]noise=alls=12:allf=t:all_seed=1,setsar=1[v{at}];" for at in range(len(SHOTS)))
    joined = "".join(f"[v{at}]" for at in range(len(SHOTS))) + f"concat=n={len(SHOTS)},format=yuv420p[v]"
    run_ffmpeg(
        [
            *("-nostdin", "-loglevel", "error", "-y", *inputs, "-filter_complex", grained + joined),
            *("-map", "[v]", "-c:v", "libx264", "-preset", "ultrafast", "-threads", "1", path),
        ]
    )
    return path


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrailerSettings:
    if importlib.util.find_spec("tokenizers") is None:
        (tmp_path / "packages").mkdir()
        (tmp_path / "packages/tokenizers.py").write_text(PACKAGE, "utf-8")
        monkeypatch.delitem(sys.modules, "tokenizers", raising=False)
        monkeypatch.syspath_prepend(tmp_path / "packages")
    film = film_of_colours(tmp_path / "film.mp4")
    write_clip(tmp_path / "models" / "clip-small")
    return TrailerSettings(
        film,
        None,
        "thriller",
        Fraction(8),
        vision="embedded",
        review=True,
        jobs=1,
        models_dir=tmp_path / "models",
    )


def run(settings: TrailerSettings) -> tuple[Outcome, str, list[tuple[str, str, str]], list[Progress]]:
    """The outcome, who described, what was said of each still, and what was heard of the way."""
    heard: list[Progress] = []
    made = make_trailer(settings, listen=heard.append, say=lambda _: None)
    assert settings.film is not None
    kept = load_cache(settings.film, made.work_dir)
    assert kept is not None
    said = [(one.mood, one.action, one.setting) for _, one in kept if one is not None]
    return made, cached_engine(settings.film, made.work_dir) or "", said, heard


def added(said: list[tuple[str, str, str]]) -> list[str]:
    """Words of the CLIP, told by their place before what was measured."""
    known = {(one.kind, one.word) for one in vocabulary()}
    kinds = ("mood", "action", "setting")
    return [
        text
        for texts in said
        for kind, text in zip(kinds, texts, strict=True)
        if (kind, text.partition(";")[0]) in known
    ]


def test_a_films_words_are_kept_follow_the_model_and_outlive_it(settings: TrailerSettings) -> None:
    _, engine, said, heard = run(settings)
    assert SAYS_CLIP in engine
    assert {"a forest", "the sea"} <= {text.partition(";")[0] for text in added(said)}
    assert [one for one in heard if one.message == "CLIP"][-1].done == len(said)
    again, _, same, heard = run(settings)
    assert again.stages_run == ()
    assert same == said
    assert not [one for one in heard if one.message == "CLIP"], "nothing is looked at again"

    folder = write_clip(settings.models_dir / "clip-small", tokens=16)
    other, changed, _, _ = run(settings)
    assert "inference" in other.stages_run
    assert changed != engine

    (folder / "vision_model.onnx").write_bytes(b"no network")
    without, plain, bare, _ = run(settings)
    assert any("CLIP" in notice and "not used" in notice for notice in without.notices)
    assert SAYS_CLIP not in plain
    assert added(bare) == []
    assert len(bare) == len(said)

    with pytest.raises(SetupError, match="cannot be loaded"):
        run(replace(settings, clip=folder))
    write_clip(folder)
    back, first, once_more, _ = run(settings)
    assert "inference" in back.stages_run
    assert (first, once_more) == (engine, said)
