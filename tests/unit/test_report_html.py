"""The report's page: what it says, that strangers' words stay words, and that it can fetch nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from tests.reports import CLIPS, manifest, measured, parsed, told

from cinecut.report.gather import gather
from cinecut.report.render import PAGE_POLICY, render_page

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)' x='",
    "</style></script><iframe src=http://127.0.0.1:9></iframe>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "<!-- <plaintext>",
    "]]>&amp;&#x3C;svg/onload=alert(1)>",
)


def hostile(number: int) -> str:
    return f"{HOSTILE[number % len(HOSTILE)]} no. {number}"


def test_words_from_strangers_stay_words(tmp_path: Path) -> None:
    clips = [
        {
            **clip,
            "reasoning": hostile(1),
            "visual_analysis": hostile(at),
            "subtitle_analysis": hostile(3),
            "lines": [
                {
                    "start_s": clip["source_start_s"],
                    "end_s": clip["source_end_s"],
                    "text": hostile(at + 4),
                    "speaker": hostile(at + 5),
                }
            ],
            "alternates": [
                {"source_start_s": 50, "source_end_s": 52, "score": 0.4, "reason": hostile(kind)}
                for kind in range(6)
            ],
        }
        for at, clip in enumerate(CLIPS)
    ]
    cut = manifest(
        clips=clips,
        title=hostile(0),
        titles=[{"kind": "title", "text": hostile(1), "after_clip": 2, "duration_s": 2}],
        effects=[{"kind": hostile(2), "time_s": 1, "duration_s": 1, "reason": hostile(3)}],
        voice_overs=[{"time_s": 1, "source_start_s": 5, "source_end_s": 6, "text": hostile(4)}],
        structural_anchors={
            "begin_t": 1,
            "escalation_t": 2,
            "climax_t": 3,
            "method": hostile(5),
            "reasons": [hostile(6)],
        },
        wishes=[
            {"wants": "keep", "text": hostile(1), "meaning": hostile(2), "clips": [1, 99]},
            {"wants": "ban", "text": hostile(4), "is_granted": False, "why_not": hostile(3)},
        ],
        music_bed={"kind": "file", "path": "a.wav", "title": hostile(7), "artist": hostile(0)},
    )
    facts = gather(
        told(
            tmp_path / "stills",
            manifest=cut,
            film_name=hostile(1),
            trailer_name=hostile(5),
            engine=hostile(2),
            notices=[hostile(kind) for kind in range(8)],
            swaps=hostile(2),
            next_steps=[(hostile(0), hostile(1))],
        )
    )
    page = parsed(render_page(facts))
    tags = [tag for tag, _ in page.elements]
    assert tags.count("script") == tags.count("style") == 1
    assert not {"iframe", "plaintext", "object", "embed", "form", "base"} & set(tags)
    assert [name for _, found in page.elements for name in found if name.startswith("on")] == []
    assert all(source.startswith("data:image/jpeg;base64,") for _, source in page.having("src"))
    assert [found for found in page.having("href") if not re.match(r"#|\./|data:,$", found[1])] == []
    for one in HOSTILE:
        assert one in page.text, one
    assert "49" not in page.text.replace("0.49", ""), "no word is a template"


def test_the_page_can_fetch_nothing(tmp_path: Path) -> None:
    html = render_page(gather(told(tmp_path / "stills")))
    page = parsed(html)
    assert ("meta", PAGE_POLICY) in page.having("content")
    assert PAGE_POLICY.startswith("default-src 'none'; img-src data:;")
    assert "://" not in html
    assert re.findall(r"url\(|@import", html) == []
    assert html.index("Content-Security-Policy") < html.index("<style>")


def test_a_page_tells_what_was_cut_from_where_and_why(tmp_path: Path) -> None:
    text = parsed(render_page(gather(told(tmp_path / "stills")))).text
    for said in (
        "The Door",
        "3 clips of film.mkv",
        "0:12.00 – 0:15.00",
        "We should not be here.",
        "ADA",
        "words with feeling (0.80)",
        "a woman at a door",
        "crossfade, 1.00 s",
        "2 runners-up",
        "cinecut swap 1 2 film.mkv",
        "Found by the film's own measures",
        "burst of music",
        "change of plans",
        "−16.0 LUFS",
        "−16 ± 0.3 LUFS",
        "at most −1.0 dBTP",
        "The film has two sound tracks.",
        "the embedded eyes",
        "It was too late.",
        "long sweep",
        "--keep not be here a line at 0:12.50 clip 1",
        "--ban the ending nobody says that",
    ):
        assert said in text, said


def test_a_plan_without_a_trailer_says_that_nothing_is_measured() -> None:
    page = parsed(render_page(gather(told(trailer_name="", measured={}))))
    assert "No trailer yet." in page.text
    assert "Nothing is measured yet." in page.text
    assert "dBTP" not in page.text
    assert [found for found in page.having("href") if found[1].startswith("./")] == []


def test_a_missed_promise_is_seen_as_missed() -> None:
    kept = parsed(render_page(gather(told()))).text
    missed = parsed(render_page(gather(told(measured=measured(integrated_lufs=-12.3))))).text
    assert kept.count("✕") == 1, "a wish that was not granted"
    assert missed.count("✕") == 3, "and at the top, and in the table"


def test_equal_facts_give_equal_text_and_other_facts_another(tmp_path: Path) -> None:
    one, same = (render_page(gather(told(tmp_path / "stills"))) for _ in range(2))
    assert one == same
    assert render_page(gather(told(tmp_path / "stills", notices=("Another.",)))) != one


def test_links_inside_the_page_lead_somewhere_and_no_id_stands_twice(tmp_path: Path) -> None:
    page = parsed(render_page(gather(told(tmp_path / "stills"))))
    ids = [value for _, value in page.having("id")]
    assert len(ids) == len(set(ids))
    targets = {value[1:] for _, value in page.having("href") if value.startswith("#")}
    targets |= {value for _, value in page.having("aria-labelledby")}
    assert targets <= set(ids)
    assert {"clip-1", "clip-2", "clip-3"} <= targets


def test_every_picture_has_words_or_is_an_ornament_and_headings_go_down_step_by_step(tmp_path: Path) -> None:
    page = parsed(render_page(gather(told(tmp_path / "stills"))))
    pictures = [found for tag, found in page.elements if tag == "img"]
    assert len(pictures) == 3 + 3 + 2, "a still and a thumb for each clip, and the runners-up"
    assert all("alt" in found for found in pictures)
    assert sum(found["alt"] != "" for found in pictures) == 5
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_a_film_without_analysis_has_a_page_without_curves_and_stills() -> None:
    page = parsed(render_page(gather(told())))
    assert "The film's analysis is not in the work folder any more" in page.text
    assert page.text.count("no still kept") == 3
    assert [tag for tag, _ in page.elements if tag == "img"] == []


@pytest.mark.parametrize("text", ["a\x00b", "half \ud83d letter", "bell\x07", "\x1b[2J"])
def test_what_no_page_can_hold_is_replaced(text: str) -> None:
    facts = replace(gather(told()), title=text)
    html = render_page(facts)
    html.encode("utf-8")
    assert "\ufffd" in html
    assert not set(html) & {"\x00", "\x07", "\x1b"}


def test_a_manifest_with_nothing_but_a_clip_has_a_page() -> None:
    cut = manifest(
        clips=CLIPS[1:2],
        titles=[],
        title="",
        structural_anchors=None,
        bpm_grid=None,
        music_bed=None,
        effects=[],
        voice_overs=[],
        duration_s=None,
    )
    page = parsed(render_page(gather(told(manifest=cut, notices=(), swaps="", engine=""))))
    assert "There are none: nothing had to be left out" in page.text
    assert "No runners-up" in page.text
    assert "Where the story turns" not in page.text
