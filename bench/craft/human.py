"""`python -m bench.craft.human FILM TRAILER [--ours FILE]`: where a trailer's shots are from, and how near ours is to it.

The trailer (a person's, say) and the film are looked at; each of the trailer's shots is found in the film by look, through
grade, letterbox and crop. `--ours` is our trailer of the same film: a manifest (.json) or a video, which is matched in the
same way. Told are precision, recall and F1 of the chosen film shots within 0, 1 and 2 shots, the order of the shared ones, and
the Levenshtein distance of the sequences. Where most shots are found nowhere the two are no pair, and it says so.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.craft.matching import FILM_RATE, TRAILER_RATE, LookedAt, Match, look_at, match_shots
from bench.craft.sequences import levenshtein, order_accuracy, overlap

from cinecut.manifest.io import read_manifest

PAIR_SHARE = 0.4
"""Of a trailer's shots that must be found for the two to be called a pair; cards and shots that a film left out are not."""


def shots_of_ours(ours: Path, film: LookedAt) -> list[int]:
    """The film shots of our trailer, in order: of each clip's middle, or found by look in a video."""
    if ours.suffix == ".json":
        clips = read_manifest(ours).clips
        return [film.analysis.shot_at((clip.source_start_s + clip.source_end_s) / 2).index for clip in clips]
    return in_order(match_shots(film, look_at(ours, TRAILER_RATE)))


def in_order(matches: Sequence[Match]) -> list[int]:
    """The film shots that were found, in trailer order."""
    return [match.film_shot for match in matches if match.film_shot is not None]


def match_table(matches: Sequence[Match]) -> list[str]:
    """One line a shot of the trailer."""
    lines = ["| trailer, s | film, s | film shot | likeness |", "|---|---|---|---|"]
    for match in matches:
        where = "—" if match.film_s is None else f"{match.film_s:.2f}"
        shot = "—" if match.film_shot is None else str(match.film_shot)
        lines.append(f"| {match.start_s:.2f}–{match.end_s:.2f} | {where} | {shot} | {match.likeness:.2f} |")
    return lines


def compared(ours: Sequence[int], theirs: Sequence[int]) -> list[str]:
    """The figures of two sequences of film shots."""
    lines = ["| within | precision | recall | F1 | order |", "|---|---|---|---|---|"]
    for within in (0, 1, 2):
        found = overlap(ours, theirs, within)
        order = order_accuracy(ours, theirs, within)
        lines.append(
            f"| ±{within} shots | {found.precision:.3f} | {found.recall:.3f} | {found.f1:.3f} | "
            f"{'—' if order is None else f'{order:.3f}'} |"
        )
    far = levenshtein(ours, theirs)
    longest = max(len(ours), len(theirs), 1)
    lines += ["", f"Levenshtein distance {far} of at most {longest} ({far / longest:.2f})."]
    return lines


def main() -> int:
    """Print where the trailer's shots are from, and how near ours is."""
    parser = argparse.ArgumentParser(prog="python -m bench.craft.human", description=__doc__)
    parser.add_argument("film", type=Path)
    parser.add_argument("trailer", type=Path)
    parser.add_argument("--ours", type=Path, help="our trailer of the film: a manifest or a video")
    asked = parser.parse_args()
    film = look_at(asked.film, FILM_RATE)
    matches = match_shots(film, look_at(asked.trailer, TRAILER_RATE))
    theirs = in_order(matches)
    print(*match_table(matches), "", sep="\n")
    print(f"{len(theirs)} of {len(matches)} shots found in the film's {len(film.shots)}.")
    if len(theirs) < PAIR_SHARE * len(matches):
        print(
            "These are hardly a film and its trailer: most of the trailer's shots are found nowhere in the film."
        )
    if asked.ours:
        print("", *compared(shots_of_ours(asked.ours, film), theirs), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
