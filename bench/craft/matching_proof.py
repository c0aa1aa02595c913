"""Whether look alone finds the right film shot: our own trailers against their films, graded as they are and disguised more.

A disguise cuts off the strip that the frame codes stand in, so that nothing but pictures is left to go by.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.craft.matching import FILM_RATE, TRAILER_RATE, LookedAt, Match, look_at, match_shots
from bench.craft.rendered import Rendered, true_shot

from cinecore.ffmpeg import run
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.graph import Filter, filter_, print_chain

DISGUISES: dict[str, tuple[Filter, ...]] = {
    "darker, greyer, cut to 2.2:1, letterboxed": (
        filter_("crop", w="iw*0.92", h="ih*0.78"),
        filter_("eq", contrast="1.25", brightness="-0.03", saturation="0.3"),
        filter_("hue", h="30"),
        filter_("scale", w="640", h="288"),
        filter_("pad", w="640", h="360", x="0", y="36"),
    ),
    "flatter, brighter, square, pushed in": (
        filter_("crop", w="ih*0.9", h="ih*0.9", x="(iw-ih*0.9)/2", y="ih*0.1"),
        filter_("eq", contrast="0.8", brightness="0.05", gamma="1.3"),
        filter_("scale", w="360", h="360"),
    ),
}


def disguised(trailer: Path, filters: Sequence[Filter], output: Path) -> Path:
    """The trailer with other colours and another frame, encoded once more, coarsely."""
    encode = ["-an", "-c:v", "libx264", "-preset", "veryfast", "-crf", "28", "-threads", "1"]
    run.run([*PREAMBLE, *local_input(trailer), "-vf", print_chain(list(filters)), *encode, str(output)])
    return output


def shows_same(made: Rendered, frame: int, other: int) -> bool:
    """Whether two film frames lie in one shot, or in a shot and the memory of it."""
    shots = made.film.truth.shots

    def first_seen(at: int) -> int:
        index = true_shot(made.film.truth, at)
        repeats = shots[index].repeats
        return index if repeats is None else repeats

    return first_seen(frame) == first_seen(other)


def right_and_wrong(made: Rendered, matches: Sequence[Match]) -> tuple[int, int, list[str]]:
    """How many shots with a readable film frame in their middle were found where they are from, of how many; the misses."""
    fps = float(made.rate.fps)
    right = known = 0
    misses = []
    for match in matches:
        middle = min(int((match.start_s + match.end_s) / 2 * fps), len(made.seen) - 1)
        frame = made.seen[middle]
        if frame is None:
            if match.film_s is not None:
                misses.append(f"a card at {match.start_s:.2f} s found at {match.film_s:.2f} s")
            continue
        known += 1
        if match.film_s is not None and shows_same(made, frame, round(match.film_s * fps)):
            right += 1
        else:
            found = "found nowhere" if match.film_s is None else f"found at {match.film_s:.2f} s"
            misses.append(f"{frame / fps:.2f} s of the film is {found}")
    return right, known, misses


def proof_table(made: Sequence[Rendered], folder: Path) -> list[str]:
    """One line a kind of trailer: shots found right over all films, with every miss under the table."""
    films: list[LookedAt] = [look_at(one.film.film, FILM_RATE) for one in made]
    lines = ["| our trailers | shots matched right |", "|---|---|"]
    told: list[str] = []
    for name, filters in {"as rendered, with the vibe's grade": (), **DISGUISES}.items():
        right = known = 0
        for one, film in zip(made, films, strict=True):
            path = disguised(one.trailer, filters, folder / "disguised.mp4") if filters else one.trailer
            good, of, misses = right_and_wrong(one, match_shots(film, look_at(path, TRAILER_RATE)))
            right, known = right + good, known + of
            told += [f"- {name}; {one.name}: {miss}" for miss in misses]
        lines.append(f"| {name} | {right} of {known} ({100 * right / known:.1f} %) |")
    return [*lines, "", *told]
