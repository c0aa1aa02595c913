"""How often a line's feeling is told right: by word lists alone, and with the encoder of sentences beside them.

python -m bench.felt_lines; needs the extra `feelings`. The lines and their feelings are marked by hand
(`tests/unit/felt_lines.toml`). Each is also asked about in capitals and without its marks.
"""

from __future__ import annotations

import sys
import time
import tomllib
from importlib.resources import files
from pathlib import Path

from tests.kept_places import KeptPlaces

from cinecore.language.feelings import FeelingReader, plain_words
from cinecore.language.lexicon import load_lexicon
from cinecore.language.sentences import HOW_TO_GET, find_encoder
from cinecut.ingestion.felt_lines import with_feelings
from cinecut.ingestion.parsing import parse_subtitles
from cinecut.ingestion.subtitles import Subtitles

MARKED = Path(__file__).parent.parent / "tests" / "unit" / "felt_lines.toml"
WITH_LIST = frozenset(load_lexicon().languages)


def read(lines: list[str]) -> Subtitles:
    """The lines as a file of subtitles would bring them."""
    blocks = [
        f"{at + 1}\n00:{at // 30:02}:{at % 30 * 2:02},000 --> 00:{at // 30:02}:{at % 30 * 2 + 1:02},500\n{line}\n"
        for at, line in enumerate(lines)
    ]
    found = parse_subtitles("\n".join(blocks).encode(), "marked.srt", film_duration_s=None)
    assert len(found.events) == len(lines)
    return found


def main() -> None:
    """Print the table."""
    encoder = find_encoder()
    if encoder is None:
        sys.exit(HOW_TO_GET)
    marked = tomllib.loads(MARKED.read_text("utf-8"))
    started = time.process_time()
    reader = FeelingReader(KeptPlaces(encoder, _all_sentences(marked)))
    loaded_s = time.process_time() - started
    print(
        "| language | list | lines | right, lists | right, with encoder | feelings right | neutral kept | wrong said | same in capitals, bare |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    sums: dict[str, list[int]] = {}
    missed: list[str] = []
    for language, by_name in marked.items():
        pairs = [(name, line) for name, lines in by_name.items() for line in lines]
        lists = read([line for _, line in pairs])
        both = with_feelings(lists, reader)
        ways = [[line.upper() for _, line in pairs], [plain_words(line) for _, line in pairs]]
        others = [with_feelings(read(way), reader) for way in ways]
        row = [0] * 8
        for at, (name, line) in enumerate(pairs):
            said = both.events[at].emotion
            row[0] += 1
            row[1] += lists.events[at].emotion == name
            row[2] += said == name
            row[3] += name != "neutral"
            row[4] += name != "neutral" and said == name
            row[5] += name == "neutral" and said == name
            row[6] += said not in {"neutral", name}
            row[7] += all(other.events[at].emotion == said for other in others)
            if said != name:
                missed.append(f"{language} {name} -> {said}: {line}")
        kind = "yes" if language in WITH_LIST else "no"
        print_row(language, kind, row)
        for total in (f"all {kind}", "all"):
            sums[total] = [a + b for a, b in zip(sums.get(total, [0] * 8), row, strict=True)]
    for name, row in sums.items():
        print_row(name, "", row)
    print(f"\nencoding took {loaded_s:.1f} CPU s; not told, or told otherwise:\n")
    print("\n".join(missed))


def _all_sentences(marked: dict[str, dict[str, list[str]]]) -> list[str]:
    """All that will be asked, so that the encoder is loaded once."""
    stand_for = tomllib.loads(files("cinecore.language").joinpath("feelings.toml").read_text("utf-8"))
    return [
        plain_words(way)
        for by_language in (stand_for, marked)
        for lists in by_language.values()
        for lines in lists.values()
        for line in lines
        for way in (line, line.upper())
    ]


def print_row(name: str, kind: str, row: list[int]) -> None:
    """One line of the table."""
    lines, lists, both, felt, right, kept, wrong, same = row
    print(
        f"| {name} | {kind} | {lines} | {lists / lines:.0%} | {both / lines:.0%} | {right}/{felt} | {kept}/{lines - felt} "
        f"| {wrong} | {same}/{lines} |"
    )


if __name__ == "__main__":
    main()
