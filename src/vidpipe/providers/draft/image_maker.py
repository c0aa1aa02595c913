"""Stills of the draft provider: the board as its camera sees it at the start or the end of the shot."""

from __future__ import annotations

from pathlib import Path

from cinecore.files import write_atomic
from cinecore.ports import PictureRequest
from cinecore.work.fingerprint import fingerprint
from vidpipe.providers.draft import artist, camera
from vidpipe.providers.draft.board import Board


class DraftImageMaker:
    """Makes keyframes (port `ImageMaker`)."""

    def __init__(self) -> None:
        self._begun: tuple[str, Board] | None = None
        """The board of a shot whose start was drawn: its end, asked for next, is the same world."""

    @property
    def identity(self) -> str:
        """`draft:boards` and the versions of artist and camera."""
        return f"draft:boards/{artist.VERSION}.{camera.VERSION}"

    @property
    def references_at_most(self) -> int:
        """The artist looks at so many pictures."""
        return 6

    def make(self, request: PictureRequest, output: Path) -> None:
        """Write the still as PNG to `output`.

        Raises:
            InputError: A reference photograph cannot be read.
            OutputError: The still cannot be written.
        """
        import io

        from PIL import Image

        board = self._board(request)
        part = 1.0 if request.position == "end" else 0.0
        frame = camera.frame_at(board, request.shot, part, request.duration_s)
        data = io.BytesIO()
        Image.fromarray(frame).save(data, "PNG", compress_level=4)
        write_atomic(output, data.getvalue())

    def _board(self, request: PictureRequest) -> Board:
        drawn = (request.shot, request.style, request.cast, request.references)
        mark = fingerprint(drawn=drawn, size=[request.width, request.height], seed=request.seed)
        begun, self._begun = self._begun, None
        if begun is not None and begun[0] == mark:
            return begun[1]
        board = artist.draw_board(*drawn, request.width, request.height, request.seed)
        if request.position == "start":
            self._begun = (mark, board)  # let go at the end: a board takes tens of megabytes
        return board
