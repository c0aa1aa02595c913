"""What every describer promises, whichever engine is behind it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.model_server import DESCRIPTION, Asked, ModelServer, answers

from cinecore.errors import InputError
from cinecore.language.chat import ChatClient, ChatServer
from cinecore.ports import Describer, StillView
from cinecut.inference.embedded import EmbeddedDescriber
from cinecut.inference.models import validate_scene_description
from cinecut.inference.pixels import PixelDescriber
from cinecut.inference.vision_model import VisionModelDescriber

pytestmark = pytest.mark.service


def _by_the_picture(asked: Asked) -> dict[str, str]:
    """A description that follows from the picture, as a model at temperature 0 gives it."""
    mark = hashlib.sha256(asked.pictures[0].encode()).hexdigest()[:8]
    return {**DESCRIPTION, "visual_content": f"Picture {mark}"}


@contextmanager
def _vision_model() -> Iterator[Describer]:
    with (
        ModelServer(answers(_by_the_picture)) as server,
        ChatClient(ChatServer(server.url, "eyes", in_flight=3)) as client,
    ):
        yield VisionModelDescriber(client, name="a vision model")


DESCRIBERS: dict[str, Callable[[], AbstractContextManager[Describer]]] = {
    "pixels": lambda: nullcontext(PixelDescriber()),
    "embedded eyes": lambda: nullcontext(EmbeddedDescriber()),
    "vision model": _vision_model,
}
"""By engine: has one ready inside. An engine that must be installed skips where it is not."""


@pytest.fixture(params=DESCRIBERS, scope="module")
def describer(request: pytest.FixtureRequest) -> Iterator[Describer]:
    with DESCRIBERS[request.param]() as made, made.serving():
        yield made


@pytest.fixture(scope="module")
def stills(tmp_path_factory: pytest.TempPathFactory) -> list[StillView]:
    """Six small pictures, no two alike; the last is a PNG."""
    folder = tmp_path_factory.mktemp("stills")
    found = []
    for number in range(6):
        noise = np.random.default_rng(number).integers(0, 60, (96, 128, 3), dtype=np.uint8)
        path = folder / f"still {number}.{'png' if number == 5 else 'jpg'}"
        Image.fromarray(noise + np.uint8(30 * number)).save(path)
        found.append(StillView(float(number), path))
    return found


def test_a_still_is_told_in_four_texts_none_of_them_empty(
    describer: Describer, stills: list[StillView]
) -> None:
    for still in stills:
        seen = describer.describe(still)
        assert [text for text in astuple(seen) if not text.strip() or "\n" in text] == []
        validate_scene_description(vars(seen))


def test_the_same_still_gets_the_same_words_and_is_left_as_it_is(
    describer: Describer, stills: list[StillView]
) -> None:
    folder = stills[0].path.parent
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert describer.describe(stills[0]) == describer.describe(stills[0])
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_as_many_threads_as_it_bears_get_what_one_would(
    describer: Describer, stills: list[StillView]
) -> None:
    one_by_one = [describer.describe(still) for still in stills]
    with ThreadPoolExecutor(describer.in_flight) as pool:
        assert list(pool.map(describer.describe, stills)) == one_by_one
    assert len(set(one_by_one)) > 1


def test_it_has_a_name_for_people_and_one_for_fingerprints(describer: Describer) -> None:
    assert describer.name.strip()
    assert describer.identity == describer.identity.strip() != ""
    assert "://" not in describer.identity
    assert describer.in_flight >= 1


def test_another_one_of_the_same_kind_has_the_same_identity(request: pytest.FixtureRequest) -> None:
    for name, make in DESCRIBERS.items():
        with make() as one, make() as other:
            assert one.identity == other.identity, name


@pytest.mark.parametrize("kind", ["missing", "a folder", "empty", "text", "cut off"])
def test_what_is_no_picture_is_an_error_about_that_still_alone(
    kind: str, describer: Describer, stills: list[StillView], tmp_path: Path
) -> None:
    path = tmp_path / "odd\n still.jpg"
    whole = stills[0].path.read_bytes()
    if kind == "a folder":
        path.mkdir()
    elif kind != "missing":
        path.write_bytes({"empty": b"", "text": b"no picture", "cut off": whole[: len(whole) // 2]}[kind])
    with pytest.raises(InputError) as caught:
        describer.describe(StillView(1.0, path))
    assert caught.value.which == path
    assert describer.describe(stills[0])


def test_it_can_be_opened_and_closed_again(stills: list[StillView]) -> None:
    for name, make in DESCRIBERS.items():
        with make() as made:
            with made.serving():
                first = made.describe(stills[0])
            with made.serving():
                assert made.describe(stills[0]) == first, name
