"""Lines against heard speech, with real voices: edges, shifts, stretches, other films' lines, and what hearing costs.

    python bench/line_edges.py [--films 20] [--over-music 8] [--seconds 180]

Makes the sound of films (`samples.spoken_track`: espeak-ng and flite; a composed score under them or none), hears it as
the pass over a film does, and gives the product lines that a careless hand has set. Prints tables of markdown.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from samples.spoken_track import make_spoken_track

from cinecore.analysis.film import SoundCurves
from cinecore.analysis.sound import SoundMeter
from cinecut.ingestion.alignment import Alignment, Verdict, align_lines
from cinecut.models import DialogueEvent

Spans = list[tuple[float, float]]
PAL, FILM = Fraction(25), Fraction(24000, 1001)


@dataclass(frozen=True)
class Heard:
    """One film: its truth and what was heard."""

    words: Spans
    sound: SoundCurves


def hear(seed: int, seconds: float, music_db: float | None) -> Heard:
    """A film's sound made and measured."""
    track = make_spoken_track(seed, seconds, music_db=music_db)
    meter = SoundMeter(1)
    meter.add(track.sound[:, None])
    meter.close()
    curves = meter.curves()
    assert curves is not None
    return Heard([(line.start_s, line.end_s) for line in track.lines], curves)


def careless(words: Spans, seed: int, by_s: float) -> Spans:
    """Lines whose edges are off by up to `by_s`, evenly; one still follows the other."""
    dice = random.Random(seed)
    lines: Spans = []
    for start_s, end_s in words:
        start = max(lines[-1][1] if lines else 0.0, start_s + dice.uniform(-by_s, by_s))
        lines.append((start, max(start + 0.15, end_s + dice.uniform(-by_s, by_s))))
    return lines


def as_events(spans: Spans) -> list[DialogueEvent]:
    """Lines as the program reads them: whole milliseconds."""
    events = []
    for index, span in enumerate(spans):
        start, end = round(span[0] * 1000), round(span[1] * 1000)
        events.append(
            DialogueEvent(
                start, end, start / 1000, end / 1000, (start + end) / 2000, "Words.", "neutral", index=index
            )
        )
    return events


def align(lines: Spans, film: Heard, seconds: float) -> Alignment:
    """The product's answer."""
    return align_lines(as_events(lines), film.sound, 0.0, seconds)


def off(events: tuple[DialogueEvent, ...], words: Spans) -> npt.NDArray[np.float64]:
    """How far each edge is from its word, in seconds."""
    at = np.array([(event.start_s, event.end_s) for event in sorted(events, key=lambda one: one.index)])
    return np.asarray(np.abs(at - np.array(words)).ravel())


def edges(films: list[Heard], label: str, seconds: float) -> Iterator[str]:
    """A row for each carelessness."""
    for by_s in (0.0, 0.1, 0.2, 0.4):
        before, after, worse_films = [], [], 0
        for seed, film in enumerate(films):
            lines = careless(film.words, seed, by_s)
            given = off(tuple(as_events(lines)), film.words)
            got = off(align(lines, film, seconds).events, film.words)
            worse_films += bool(got.mean() > given.mean() + 1e-9)
            before.append(given)
            after.append(got)
        given, got = np.concatenate(before), np.concatenate(after)
        yield (
            f"| {label} | ±{by_s:.1f} s | {len(got)} | {share(given < 0.08)} | {share(got < 0.08)} | "
            f"{share(given < 0.1)} | {share(got < 0.1)} | {given.mean() * 1000:.0f} → {got.mean() * 1000:.0f} ms | "
            f"{share(got > given + 0.08)} | {worse_films} of {len(films)} |"
        )


def moved_together(films: list[Heard], seconds: float) -> Iterator[str]:
    """A row for each shift and stretch; a film counts as corrected where nine edges in ten are within 150 ms."""
    cases = [(Fraction(1), shift) for shift in (-3.0, -1.0, 1.0, 3.0)]
    cases += [(stretch, shift) for stretch in (PAL / FILM, FILM / PAL) for shift in (-3.0, 0.0, 3.0)]
    for stretch, shift in cases:
        corrected, rate_found, errors = 0, 0, []
        for seed, film in enumerate(films):
            kept = [span for span in film.words if span[0] - shift > 0.5]
            lines = [
                tuple((at - shift) / float(stretch) for at in span) for span in careless(kept, seed, 0.2)
            ]
            found = align(lines, film, seconds)  # type: ignore[arg-type]  # pairs, built just above
            rate_found += found.fit is not None and found.fit.stretch == stretch
            if len(found.events) == len(kept):
                error = off(found.events, kept)
                errors.append(float(np.median(error)))
                corrected += bool(found.verdict is Verdict.MOVED and (error < 0.15).mean() >= 0.9)
        yield (
            f"| {float(stretch):.5f} | {shift:+.0f} s | {corrected} of {len(films)} | {rate_found} of {len(films)} | "
            f"{np.median(errors) * 1000:.0f} ms |"
        )


def other_films(films: list[Heard], seconds: float) -> str:
    """Lines of each film over the speech of the next three."""
    verdicts: dict[str, int] = {}
    for place, film in enumerate(films):
        for step in (1, 2, 3):
            found = align(careless(films[(place + step) % len(films)].words, place, 0.1), film, seconds)
            verdicts[found.verdict.value] = verdicts.get(found.verdict.value, 0) + 1
    return ", ".join(f"{name}: {count}" for name, count in sorted(verdicts.items()))


def share(hits: npt.NDArray[np.bool_]) -> str:
    """A share in percent."""
    return f"{hits.mean() * 100:.1f} %"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=20)
    parser.add_argument("--over-music", type=int, default=8, help="films at each level of music")
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--seed", type=int, default=1000, help="first seed; tuned on seeds 1 to 3")
    asked = parser.parse_args()
    print("| sound | edges off by up to | edges | within 80 ms before | after | within 100 ms before | after "
          "| mean | edges worse by 80 ms | films worse in the mean |")  # fmt: skip
    print("|" + "---|" * 10)
    clean: list[Heard] = []
    for label, music_db in (("clean", None), ("12 dB over music", 12.0), ("6 dB over music", 6.0)):
        count = asked.films if music_db is None else asked.over_music
        films = [hear(seed, asked.seconds, music_db) for seed in range(asked.seed, asked.seed + count)]
        clean = clean or films
        for row in edges(films, label, asked.seconds):
            print(row, flush=True)
    print("\n| stretch | shift | corrected | rate found | median edge after |\n|---|---|---|---|---|")
    for row in moved_together(clean, asked.seconds):
        print(row, flush=True)
    print(f"\nOther films' lines ({3 * len(clean)} pairs): {other_films(clean, asked.seconds)}")
    before = time.process_time()
    for film in clean:
        align(careless(film.words, 1, 0.3), film, asked.seconds)
    print(
        f"\nAligning a film of {asked.seconds:.0f} s: {(time.process_time() - before) / len(clean):.2f} CPU s"
    )
    track = make_spoken_track(asked.seed, asked.seconds, music_db=12.0)
    for channels in (2, 6):
        meter = SoundMeter(channels)
        sound = np.repeat(track.sound[:, None], channels, axis=1)
        before = time.process_time()
        meter.add(sound)
        meter.close()
        meter.curves()
        spent = time.process_time() - before
        print(
            f"All sound measures, {channels} channels: {spent / asked.seconds * 1000:.1f} CPU ms a second of sound"
        )


if __name__ == "__main__":
    main()
