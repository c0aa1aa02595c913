"""The benchmark of the choice: what a trailer shows is held against what is known of its sample film.

It measures; it tunes nothing, and nothing under `src/` may import it. Names, definitions, directions and goals are
frozen in `docs/decisions/0015-the-benchmark-of-the-choice.md`.
"""
