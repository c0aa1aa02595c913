"""A small cut with everything a report can tell, and its page read as a browser's parser would."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from tests.synthetic_film import line, make_film, rate_of

from cinecore.analysis.film import FilmAnalysis, Still
from cinecore.render.measure import Measurement, Stretch
from cinecut.assembly.assemble import beat_grid
from cinecut.manifest.layout import lay_out
from cinecut.manifest.schema import Manifest
from cinecut.manifest.vibe import load_vibe
from cinecut.report.gather import Told

FILM_S = 300.0

CLIPS: list[dict[str, Any]] = [
    {
        "source_start_s": 12.0,
        "source_end_s": 15.0,
        "beat_type": "character_introduction",
        "act": "act1",
        "narrative_zone": "BEGINNING",
        "transition": "crossfade",
        "transition_s": 1.0,
        "money_shot_score": 0.5,
        "sound": "line",
        "lines": [{"start_s": 12.5, "end_s": 14.0, "text": "We should not be here.", "speaker": "ADA"}],
        "reasoning": "sets the scene: words with feeling (0.80); score 0.50",
        "visual_analysis": "a woman at a door",
        "subtitle_analysis": "ADA: fear (0.80)",
        "alternates": [
            {"source_start_s": 20.0, "source_end_s": 23.0, "score": 0.45, "reason": "strong motion (0.70)"},
            {"source_start_s": 40.0, "source_end_s": 43.0, "score": 0.4, "reason": "rich colour (0.66)"},
        ],
    },
    {
        "source_start_s": 100.0,
        "source_end_s": 103.0,
        "beat_type": "escalation_beat",
        "act": "act2",
        "narrative_zone": "ESCALATION",
        "money_shot_score": 0.75,
        "reasoning": "escalates: strong motion (0.95); score 0.75",
    },
    {
        "source_start_s": 180.0,
        "source_end_s": 182.0,
        "beat_type": "climax_peak",
        "act": "act3",
        "narrative_zone": "CLIMAX",
        "money_shot_score": 0.9,
    },
]


def manifest(**changes: Any) -> Manifest:
    """Three clips and a title card; `changes` replace fields."""
    return Manifest.model_validate(
        {
            "source_file": "film.mkv",
            "vibe": "thriller",
            "title": "The Door",
            "seed": 7,
            "duration_s": 9.0,
            "clips": CLIPS,
            "titles": [{"kind": "title", "text": "The Door", "after_clip": 2, "duration_s": 2.0}],
            "structural_anchors": {
                "begin_t": 30.0,
                "change_of_plans_t": 80.0,
                "escalation_t": 150.0,
                "major_setback_t": 200.0,
                "climax_t": 260.0,
                "method": "signals",
                "reasons": ["new people", "burst of pace", "burst of music", "change of talk", "intensity"],
                "spoiler_limit_s": 200.0,
                "zone_borders_s": [80.0, 175.0],
            },
            "bpm_grid": {"bpm": 120, "offset_s": 0.0},
            "music_bed": {"kind": "composed", "seed": 7},
            "effects": [
                {"kind": "long_sweep", "time_s": 1.5, "duration_s": 1.0, "reason": "leads into act 2"}
            ],
            "voice_overs": [
                {"time_s": 5.0, "source_start_s": 60.0, "source_end_s": 61.5, "text": "It was too late."}
            ],
            "wishes": [
                {"wants": "keep", "text": "not be here", "meaning": "a line at 0:12.50", "clips": [1]},
                {"wants": "ban", "text": "the ending", "is_granted": False, "why_not": "nobody says that"},
            ],
            **changes,
        }
    )


def measured(**changes: Any) -> dict[str, Any]:
    """A finished file that keeps every promise but those that `changes` break."""
    figures = Measurement(
        frames=216,
        rate="24",
        duration_s=9.0,
        width=640,
        height=360,
        pixel_format="yuv420p",
        codec="h264",
        profile="High",
        color=("bt709", "bt709", "bt709", "tv"),
        is_constant_rate=True,
        is_moov_first=True,
        audio_codec="aac",
        audio_sample_rate=48_000,
        audio_skew_ms=0.0,
        length_skew_ms=-1.2,
        integrated_lufs=-16.04,
        true_peak_dbtp=-1.4,
        black=(Stretch(7.0, 7.5),),
        frozen=(),
    )
    return replace(figures, **changes).as_json()


def film_with_stills(
    folder: Path, *, every_s: float = 5.0, size: tuple[int, int] = (160, 90)
) -> FilmAnalysis:
    """A measured film of five minutes with a still of its own colour every few seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    stills = []
    for number in range(int(FILM_S / every_s)):
        name = f"still_{number:06d}.jpg"
        (folder / name).write_bytes(jpeg((number * 4 % 256, 90, 200 - number), size))
        stills.append(Still(number * every_s, 0, name, 0.5, 0.5))
    return replace(make_film(FILM_S)[0], stills=tuple(stills))


def jpeg(color: tuple[int, int, int], size: tuple[int, int], *, noise_seed: int | None = None) -> bytes:
    """A picture of one colour, or of noise, which no encoder makes small."""
    written = io.BytesIO()
    picture = Image.new("RGB", size, color)
    if noise_seed is not None:
        grains = np.random.default_rng(noise_seed).integers(0, 256, (size[1], size[0], 3), np.uint8)
        picture = Image.fromarray(grains)
    picture.save(written, "JPEG", quality=90)
    return written.getvalue()


def told(stills: Path | None = None, **changes: Any) -> Told:
    """What the page of the small cut is made from."""
    cut = changes.pop("manifest", None) or manifest()
    analysis = film_with_stills(stills) if stills is not None else None
    return replace(
        Told(
            manifest=cut,
            layout=lay_out(cut, rate_of()),
            grid=beat_grid(cut),
            vibe=load_vibe(cut.vibe),
            film_name="film.mkv",
            film_s=FILM_S,
            size=(640, 360),
            analysis=analysis,
            stills=stills,
            events=[line(12.5, 14.0, speaker="ADA")],
            engine="the embedded eyes",
            trailer_name="film_trailer_thriller.mp4",
            measured=measured(),
            notices=("The film has two sound tracks.",),
            swaps="film.mkv",
        ),
        **changes,
    )


@dataclass
class Page(HTMLParser):
    """A page's elements, their attributes, and its words."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag in {"script", "style"}:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside and data.strip():
            self.words.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        """All words that a person may read."""
        return " ".join(self.words)

    def having(self, name: str) -> list[tuple[str, str]]:
        """Tag and value of every element with this attribute."""
        return [(tag, found[name]) for tag, found in self.elements if name in found]


def parsed(html: str) -> Page:
    """The page as a parser reads it."""
    page = Page()
    page.feed(html)
    page.close()
    return page
