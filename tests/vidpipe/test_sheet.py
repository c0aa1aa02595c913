"""The storyboard sheet: every panel with its words, as PDF pages or one PNG, the same bytes each time."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cinecore.errors import InputError, OutputError
from vidpipe.providers.draft.director import RuleDirector
from vidpipe.schemas.storyboard import Storyboard
from vidpipe.schemas.wishes import Wishes
from vidpipe.services.scripts import read_script
from vidpipe.services.storyboard_sheet import PAGE, write_sheet

STORY = 'Mara walks along the pier at night. "Where is my boat?" she says. She finds a red letter.'


@pytest.fixture(scope="module")
def board() -> Storyboard:
    return RuleDirector().direct(read_script(STORY), Wishes(total_s=48))


def panel(folder: Path, color: tuple[int, int, int], size: tuple[int, int] = (1280, 720)) -> Path:
    path = folder / f"{color[0]}-{size[0]}.png"
    Image.new("RGB", size, color).save(path)
    return path


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def count(picture: np.ndarray, color: tuple[int, int, int]) -> int:
    return int((np.abs(picture - np.array(color)).max(axis=2) <= 2).sum())


def test_every_panel_stands_on_the_sheet_whole(board: Storyboard, tmp_path: Path) -> None:
    colors = {number: (10 + 25 * number, 90, 200) for number in range(len(board.scenes))}
    panels = {number: panel(tmp_path, color) for number, color in colors.items()}
    write_sheet(board, panels, tmp_path / "sheet.png")
    picture = pixels(tmp_path / "sheet.png")
    assert picture.shape == (PAGE[1] * 2, PAGE[0], 3)
    sizes = {number: count(picture, color) for number, color in colors.items()}
    assert len(sizes) == 8
    assert min(sizes.values()) > 130_000, sizes
    assert max(sizes.values()) - min(sizes.values()) < 2_000


def test_words_stand_under_the_panels_and_speech_in_its_own_colour(board: Storyboard, tmp_path: Path) -> None:
    write_sheet(board, {}, tmp_path / "with.png")
    silent = board.model_copy(
        update={
            "scenes": tuple(
                scene.model_copy(update={"audio": scene.audio.model_copy(update={"lines": ()})})
                for scene in board.scenes
            )
        }
    )
    write_sheet(silent, {}, tmp_path / "without.png")
    accent = (0xA8, 0x32, 0x1F)
    assert (
        count(pixels(tmp_path / "with.png"), accent) > count(pixels(tmp_path / "without.png"), accent) + 200
    )
    assert count(pixels(tmp_path / "without.png"), (0x1C, 0x1F, 0x26)) > 5_000


def test_a_tall_panel_keeps_its_shape(board: Storyboard, tmp_path: Path) -> None:
    tall = panel(tmp_path, (20, 200, 30), (400, 800))
    write_sheet(board, {0: tall}, tmp_path / "sheet.png")
    rows, columns = np.nonzero(
        np.abs(pixels(tmp_path / "sheet.png") - np.array((20, 200, 30))).max(axis=2) <= 2
    )
    height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
    assert height / width == pytest.approx(2, abs=0.05)


def test_a_pdf_has_a_page_for_six_panels_and_the_same_bytes_each_time(
    board: Storyboard, tmp_path: Path
) -> None:
    first, second = tmp_path / "one.pdf", tmp_path / "two.pdf"
    write_sheet(board, {0: panel(tmp_path, (90, 90, 90))}, first)
    write_sheet(board, {0: panel(tmp_path, (90, 90, 90))}, second)
    data = first.read_bytes()
    assert data == second.read_bytes()
    assert data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", data)) == 2


def test_long_words_and_foreign_letters_do_not_break_the_sheet(board: Storyboard, tmp_path: Path) -> None:
    scene = board.scenes[0].model_copy(
        update={
            "description": "w" * 900 + " فتاة 少女 🎈 " + "and so on " * 200,
            "heading": "INT. " + "X" * 290,
        }
    )
    odd = board.model_copy(update={"scenes": (scene,), "title": "T" * 300})
    write_sheet(odd, {}, tmp_path / "odd.png")
    picture = pixels(tmp_path / "odd.png")
    assert picture.shape == (PAGE[1], PAGE[0], 3)
    right_of_the_first_column = picture[300 : PAGE[1] - 20, PAGE[0] // 2 :]
    assert (
        count(right_of_the_first_column, (255, 255, 255))
        == right_of_the_first_column.shape[0] * right_of_the_first_column.shape[1]
    )


def test_bad_panels_and_names_get_one_message_and_no_file(board: Storyboard, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"<html>no picture</html>")
    with pytest.raises(InputError, match="cannot be read"):
        write_sheet(board, {0: broken}, tmp_path / "sheet.pdf")
    with pytest.raises(InputError, match="PDF or a PNG"):
        write_sheet(board, {}, tmp_path / "sheet.docx")
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(OutputError):
        write_sheet(board, {}, tmp_path / "taken" / "sheet.pdf")
    assert not list(tmp_path.glob("*sheet*"))
