"""Trailers over all vibes and all deliveries, made by the whole program, their sound measured by a second meter.

    python -m bench.deliveries [--seconds 8] [--vibes 18] [--out FOLDER]

One drawn and spoken film, six sounds of it: as it is, at −9 LUFS, full of clipping, digital silence, no sound track, and
music without a word. Each vibe takes the next of them and is delivered four times.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from bench.second_meter import Opinion, second_opinion
from samples.film import FilmSpec, make_film

from cinecore.audio.loudness import normalise
from cinecore.audio.wave import Pcm, write_wav
from cinecore.render.presets import DELIVERIES, DeliveryPreset
from cinecut.compose import make_trailer
from cinecut.manifest.vibe import load_vibe, vibe_names
from cinecut.settings import TrailerSettings

FILM = FilmSpec(seed=31, length_seconds=75, width=320, height=180)
SILENT_EVERY = 12
"""One vibe in so many has no music and no effects either, so that a silent trailer is delivered too."""


@dataclass(frozen=True)
class Row:
    """One trailer as it was measured."""

    sound: str
    vibe: str
    preset: DeliveryPreset
    target: float
    reached: float | None
    opinion: Opinion
    short_term: float | None

    @property
    def second(self) -> float | None:
        """The second meter's figure on the preset's scale."""
        is_leq_m = self.preset.loudness_meter == "leq_m"
        return (
            self.opinion.leq_m_db
            if is_leq_m and self.opinion.integrated_lufs
            else self.opinion.integrated_lufs
        )

    def told(self) -> str:
        """As a row of a table."""
        second = "silent" if self.second is None else f"{self.second:.2f}"
        ours = "silent" if self.reached is None or self.second is None else f"{self.reached:.2f}"
        peak = "" if self.opinion.true_peak_dbtp is None else f"{self.opinion.true_peak_dbtp:.2f}"
        return f"| {self.sound} | {self.vibe} | {self.preset.name} | {self.target:g} | {ours} | {second} | {peak} |"


def off_target(row: Row, reached: float | None) -> float:
    """How far a figure is off; what stays under a limit is not."""
    if reached is None:
        return 0.0
    return max(0.0, reached - row.target) if row.preset.is_limit else abs(reached - row.target)


def sounds_of(film: Path, folder: Path) -> dict[str, Path]:
    """The film with each of the six sounds."""
    raw = _ffmpeg("-i", str(film), "-f", "f32le", "-ac", "2", "-ar", "48000", "-")
    plain: Pcm = np.frombuffer(raw, "<f4").reshape(-1, 2)
    at = np.arange(len(plain)) / 48_000
    chords = sum(
        np.sin(2 * np.pi * hertz * at) * (0.6 + 0.4 * np.sin(2 * np.pi * at / 4 + hertz))
        for hertz in (110, 165, 220, 277)
    )
    beat = np.exp(-((at % 0.5) / 0.06)) * np.sin(2 * np.pi * 60 * at)
    music = np.repeat((0.1 * chords + 0.4 * beat)[:, None], 2, axis=1).astype(np.float32)
    made = {
        "at −9 LUFS": normalise(plain, -9.0, -0.1).pcm,
        "clipped": np.clip(plain * 30, -1, 1).astype(np.float32),
        "silent": np.zeros_like(plain),
        "music only": music,
    }
    films = {"as it is": film}
    for name, pcm in made.items():
        wav = folder / "sound.wav"
        write_wav(wav, pcm)
        films[name] = folder / f"{len(films)}.mp4"
        _ffmpeg(
            "-i", str(film), "-i", str(wav), "-map", "0:v", "-map", "1:a", "-c:v", "copy", str(films[name])
        )
    films["no track"] = folder / "5.mp4"
    _ffmpeg("-i", str(film), "-an", "-c:v", "copy", str(films["no track"]))
    return films


def _ffmpeg(*arguments: str) -> bytes:
    command = ["ffmpeg", "-nostdin", "-y", "-v", "error", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


def delivered(
    film: Path, subtitle: Path | None, sound: str, vibe: str, seconds: int, *, is_bare: bool
) -> list[Row]:
    """One trailer in all its deliveries."""
    rows = []
    for preset in DELIVERIES.values():
        made = make_trailer(
            TrailerSettings(
                film,
                subtitle,
                vibe=vibe,
                duration_s=Fraction(seconds),
                durations=(Fraction(seconds),),
                spoilers="full",
                vision="none",
                deliver=preset.name,  # type: ignore[arg-type]  # one of the four by the table
                music="none" if is_bare else None,
                effects=not is_bare,
            ),
            listen=lambda _: None,
            say=lambda _: None,
        )
        assert made.output is not None
        measured = made.measured
        is_leq_m = preset.loudness_meter == "leq_m"
        row = Row(
            sound,
            vibe,
            preset,
            preset.target(load_vibe(vibe).loudness_lufs),
            measured["leq_m_db"] if is_leq_m else measured["integrated_lufs"],
            second_opinion(made.output),
            measured["short_term_max_lufs"],
        )
        rows.append(row)
        print(row.told(), file=sys.stderr, flush=True)
        made.output.unlink()
    return rows


def told(rows: list[Row]) -> str:
    """The table, worst figures of each delivery, and every row."""
    lines = [
        "| delivery | trailers | of them silent | furthest off target, our meter | the second meter | highest true peak (second meter) | allowed | loudest three seconds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for preset in DELIVERIES.values():
        own = [row for row in rows if row.preset is preset]
        heard = [row for row in own if row.second is not None]
        off = max((off_target(row, row.reached) for row in heard), default=0.0)
        off_second = max((off_target(row, row.second) for row in heard), default=0.0)
        peak = max((row.opinion.true_peak_dbtp or -99 for row in heard), default=0.0)
        short = max((row.short_term or -99 for row in heard), default=0.0)
        lines.append(
            f"| {preset.name} | {len(own)} | {len(own) - len(heard)} | {off:.2f} | {off_second:.2f} | {peak:.2f} dBTP "
            f"| {preset.true_peak_ceiling_dbtp:g} dBTP | {short:.1f} LUFS |"
        )
    lines += [
        "",
        "| sound | vibe | delivery | target | ours | second | true peak |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [row.told() for row in rows]
    return "\n".join(lines)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--vibes", type=int, default=18)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scraps:
        folder = asked.out or Path(scraps)
        srt, kept = folder / "film.srt", folder / "films.json"
        if kept.is_file():  # a bench that was broken off goes on with what its work folders hold
            films = [(name, Path(file)) for name, file in json.loads(kept.read_text("utf-8"))]
        else:
            films = list(sounds_of(make_film(FILM, folder).film, folder).items())
            kept.write_text(json.dumps([(name, str(file)) for name, file in films]), "utf-8")
        rows: list[Row] = []
        for number, vibe in enumerate(list(vibe_names(()))[: asked.vibes]):
            sound, file = films[number % len(films)]
            has_lines = sound in {"as it is", "at −9 LUFS", "clipped"}
            is_bare = sound == "silent" and number % SILENT_EVERY > len(films)
            rows += delivered(file, srt if has_lines else None, sound, vibe, asked.seconds, is_bare=is_bare)
        print(told(rows))


if __name__ == "__main__":
    main()
