"""The report of a real run: where it lies, whose it is, that it costs no trailer, and how a real browser shows it."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from samples.page_picture import find_browser, open_browser
from tests.command_line import cinecut, refused
from tests.durability.small_film import FILM, LINES, WORK, make_film
from tests.reports import parsed, told

from cinecut.report.gather import gather
from cinecut.report.render import render_page

pytestmark = pytest.mark.media

WORDS = ("--vibe", "action", "--duration", "8s", "--music", "none", "--vision", "embedded")
TRAILER = "film_trailer_action.mp4"
REPORT = "film_trailer_action.report.html"
SIZES = ((360, "light"), (360, "dark"), (1024, "light"), (1600, "dark"))


def run(folder: Path, *words: str) -> dict[str, Any]:
    """A run over the small film as `--json` tells of it."""
    done = cinecut(folder / FILM, "-s", folder / "film.srt", *WORDS, "--json", *words)
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small film, its trailer and its report; tests leave it as it was."""
    folder = tmp_path_factory.mktemp("made")
    make_film(folder / FILM)
    (folder / "film.srt").write_text(LINES, encoding="utf-8")
    said = run(folder)
    assert said["report"] == str(folder / REPORT)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Iterator[Path]:
    """That folder for a test that changes it; it is put back afterwards, since paths are remembered."""
    shutil.copytree(made, tmp_path / "kept")
    yield made
    shutil.rmtree(made)
    shutil.copytree(tmp_path / "kept", made)


def test_a_trailer_has_its_report_beside_it(made: Path) -> None:
    html = (made / REPORT).read_text("utf-8")
    page = parsed(html)
    clips = json.loads((made / WORK / "ASSEMBLY_MANIFEST.json").read_text())["clips"]
    measured = json.loads((made / WORK / "measured.json").read_text())
    assert len(html) < 3_000_000
    assert len([tag for tag, found in page.elements if found.get("class", "").startswith("clip ")]) == len(
        clips
    )
    assert f"{measured['width']} × {measured['height']}" in page.text
    assert f"{measured['true_peak_dbtp']:.1f} dBTP".replace("-", "−") in page.text
    assert ("a", f"./{TRAILER}") in page.having("href")
    assert str(made) not in html, "no folder of this machine stands in a page that may be sent on"
    for clip in clips:
        assert clip["reasoning"] in page.text
        for line in clip["lines"]:
            assert line["text"] in page.text


def test_what_did_not_change_is_not_written_and_what_is_made_again_is_the_same(folder: Path) -> None:
    page = folder / REPORT
    before, stamp = page.read_bytes(), page.stat().st_mtime_ns
    assert run(folder)["stages_run"] == []
    assert page.stat().st_mtime_ns == stamp
    page.unlink()
    again = cinecut("report", folder / FILM)
    assert again.exit_code == 0, again.output
    assert str(page) in again.stdout
    assert page.read_bytes() == before
    page.unlink()
    own = json.loads(cinecut("report", folder / WORK / "TRAILER_MANIFEST.json", "--json").stdout)
    assert own["report"] == str(page)
    assert page.read_bytes() == before
    elsewhere = folder / "elsewhere.html"
    assert cinecut("report", folder / FILM, "--output", elsewhere).exit_code == 0
    assert elsewhere.read_bytes() == before


def test_a_page_that_a_person_changed_is_left_alone(folder: Path) -> None:
    page = folder / REPORT
    page.write_bytes(page.read_bytes() + b"<p>My own notes.</p>\n")
    mine = page.read_bytes()
    said = run(folder)
    assert said["report"] == str(folder / WORK / "report.html")
    assert any(REPORT in notice and "changed since" in notice for notice in said["notices"])
    refused(cinecut("report", folder / FILM), 73, "--overwrite", REPORT)
    assert page.read_bytes() == mine
    assert cinecut("report", folder / FILM, "--overwrite").exit_code == 0
    assert page.read_bytes() != mine


def test_a_page_that_cannot_be_made_never_costs_the_trailer(folder: Path) -> None:
    for name in (REPORT, f"{WORK}/report.html", TRAILER):
        (folder / name).unlink(missing_ok=True)
    for name in (REPORT, f"{WORK}/report.html"):
        (folder / name).mkdir()
    said = run(folder)
    assert said["report"] is None
    assert (folder / TRAILER).is_file()
    assert any("The report could not be made: A folder is in the way" in notice for notice in said["notices"])
    refused(cinecut("report", folder / FILM), 73, "A folder is in the way of the report")


def test_a_plan_has_its_page_in_the_work_folder_until_its_trailer_is_made(folder: Path) -> None:
    plan_page = folder / WORK / "report.html"
    before = (folder / REPORT).read_bytes()
    said = run(folder, "--seed", "5", "--review")
    assert said["report"] == str(plan_page)
    assert "No trailer yet." in parsed(plan_page.read_text("utf-8")).text
    assert (folder / REPORT).read_bytes() == before, "the old trailer's page goes on telling about it"
    run(folder, "--seed", "5")
    assert not plan_page.exists()
    assert (folder / REPORT).read_bytes() != before


def test_an_edited_manifest_has_a_page_of_the_plan_again(folder: Path) -> None:
    file = folder / WORK / "TRAILER_MANIFEST.json"
    cut = json.loads(file.read_text())
    cut["clips"][0]["reasoning"] = "because I say so"
    file.write_text(json.dumps(cut))
    said = json.loads(cinecut("report", folder / FILM, "--json").stdout)
    assert said["trailer"] is None
    assert said["report"] == str(folder / WORK / "report.html")
    assert "because I say so" in parsed(Path(said["report"]).read_text("utf-8")).text


def test_each_version_has_a_page_of_its_own(folder: Path) -> None:
    said = run(folder, "--duration", "6s", "--versions", "2", "--review")
    pages = [Path(one["report"]) for one in said["versions"]]
    assert pages == [folder / WORK / f"version_{letter}" / "report.html" for letter in "AB"]
    assert pages[0].read_bytes() != pages[1].read_bytes()
    html = pages[1].read_text("utf-8")
    assert "no still kept" not in parsed(html).text
    assert f"cinecut render {WORK}/version_B/TRAILER_MANIFEST.json" in parsed(html).text
    pages[1].unlink()
    again = cinecut("report", folder / WORK / "version_B" / "TRAILER_MANIFEST.json", "--json")
    assert json.loads(again.stdout)["report"] == str(pages[1]), again.output
    assert "no still kept" not in parsed(pages[1].read_text("utf-8")).text


def test_a_manifest_from_elsewhere_has_its_page_beside_it(folder: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "sent.json"
    shutil.copy(folder / WORK / "TRAILER_MANIFEST.json", manifest)
    said = cinecut("report", manifest, "--film", folder / FILM)
    assert said.exit_code == 0, said.output
    assert "about the plan" in said.stdout
    text = parsed((tmp_path / "sent.report.html").read_text("utf-8")).text
    assert "No trailer yet." in text
    assert "Nothing is measured yet." in text


def test_a_report_of_nothing_is_one_clear_message(made: Path, tmp_path: Path) -> None:
    shutil.copy2(made / FILM, tmp_path / FILM)
    refused(cinecut("report", tmp_path / FILM), 65, "Nothing has been planned", "--review")
    refused(cinecut("report", tmp_path / "gone.mp4"), 65, "no such film")
    refused(cinecut("report", tmp_path / "gone.json"), 65, "no such file")
    refused(cinecut("report", made / FILM, "--output", tmp_path / "a.txt"), 65, ".html")
    refused(cinecut("report", made / FILM, "--output", tmp_path / "nowhere" / "a.html"), 73, "nowhere")
    assert [path.name for path in tmp_path.iterdir()] == [FILM]


@pytest.mark.parametrize(("extra", "is_shown"), [((), True), (("--json",), False)])
def test_review_shows_its_page_to_somebody_who_sits_there(
    folder: Path, tmp_path: Path, extra: tuple[str, ...], is_shown: bool
) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > "{tmp_path}/shown"\n', encoding="utf-8")
    browser.chmod(0o755)
    ours, theirs = pty.openpty()
    words = [str(folder / FILM), "-s", str(folder / "film.srt"), *WORDS, "--review", *extra]
    with subprocess.Popen(
        [sys.executable, "-m", "cinecut", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "BROWSER": str(browser), "TERM": "dumb"},
    ) as running:
        os.close(theirs)
        said = b""
        try:
            while block := os.read(ours, 1 << 16):
                said += block
        except OSError:  # the other end is closed
            pass
        os.close(ours)
        assert running.wait(120) == 0, said
    shown = tmp_path / "shown"
    assert shown.exists() == is_shown, said
    if is_shown:
        assert shown.read_text("utf-8") == (folder / WORK / "report.html").as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The installed Chromium."""
    program = find_browser()
    if program is None:
        pytest.skip("no Chromium is installed (scripts/setup_browser.sh gets one where it may)")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        chromium = open_browser(driver, program)
        yield chromium
        chromium.close()


@pytest.mark.service
@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_a_browser_shows_the_page_whole_and_asks_nobody(
    made: Path, browser: Any, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((made / REPORT).as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert complaints == []
    assert [url for url in asked if not url.startswith("data:")] == [(made / REPORT).as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    stills = page.evaluate(
        "[...document.querySelectorAll('article.clip')].map(one => one.querySelector('.pic img')?.naturalWidth ?? 0)"
    )
    clips = json.loads((made / WORK / "ASSEMBLY_MANIFEST.json").read_text())["clips"]
    assert len(stills) == len(clips) > 2
    assert min(stills) > 0
    assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)")
    too_wide = page.evaluate(WORDS_PAST_THEIR_PLACE)
    assert too_wide == []
    context.close()


WORDS_PAST_THEIR_PLACE = """
[...document.querySelectorAll('main p, main dd, main dt, main td, main th, main h2, main h3, main h4, main li, main code, header *')]
  .filter(one => getComputedStyle(one).overflowX !== 'hidden' && !one.closest('.scroller, .plot, .away'))
  .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(one => one.tagName + ': ' + one.textContent.trim().slice(0, 60))
"""


@pytest.mark.service
def test_a_clip_that_is_chosen_is_marked_in_the_film_and_arrows_go_on(made: Path, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((made / REPORT).as_uri())
    chosen = "[...document.querySelectorAll('.source .is-chosen')].map(one => one.dataset.clip)"
    assert page.evaluate(chosen) == []
    page.click('.shot[data-clip="2"]')
    assert page.evaluate(chosen) == ["2"]
    clip = json.loads((made / WORK / "ASSEMBLY_MANIFEST.json").read_text())["clips"][1]
    left = page.evaluate("parseFloat(document.querySelector('.source .is-chosen').style.left)")
    assert left == pytest.approx(100 * clip["source_start_s"] / 24.0, abs=0.1)
    assert page.is_visible("#player")
    assert "Clip 2" in page.inner_text("#player")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(chosen) == ["3"]
    assert page.evaluate("document.activeElement.dataset.clip") == "3"
    page.click('#player [data-step="-1"]')
    assert page.evaluate(chosen) == ["2"]
    page.keyboard.press("Escape")
    assert page.evaluate(chosen) == []
    assert not page.is_visible("#player")
    page.click('.links path[data-clip="1"]', force=True)
    assert len(page.evaluate(chosen)) == 1, "a ribbon leads to a clip too"
    page.close()


@pytest.mark.service
def test_the_page_works_without_its_script(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text(render_page(gather(told(tmp_path / "stills"))), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1024, "height": 800})
    page = context.new_page()
    page.goto(file.as_uri())
    page.click('.shot[data-clip="1"]')
    assert page.url.endswith("#clip-1")
    assert page.is_visible("#clip-1")
    assert not page.is_visible("#player")
    assert not page.is_visible(".live-only")
    assert not page.is_visible("#clip-1 .others")
    page.click("#clip-1 summary")
    assert page.is_visible("#clip-1 .others")
    context.close()


@pytest.mark.service
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(made: Path, browser: Any, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto((made / REPORT).as_uri())
    faint = page.evaluate(FAINT_WORDS)
    assert faint == []
    context.close()


FAINT_WORDS = """
(() => {
  const paint = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = color => { paint.clearRect(0, 0, 1, 1); paint.fillStyle = color; paint.fillRect(0, 0, 1, 1); return [...paint.getImageData(0, 0, 1, 1).data]; };
  const light = color => { const [r, g, b] = color.slice(0, 3).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const ground = one => { for (; one; one = one.parentElement) { const found = rgba(getComputedStyle(one).backgroundColor); if (found[3] > 250) return found; } return rgba('Canvas'); };
  return [...document.querySelectorAll('body *')].filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()) && one.getClientRects().length && !one.closest('script, style, .field, .away, .skip'))
    .map(one => { const [a, b] = [light(rgba(getComputedStyle(one).color)), light(ground(one))].sort((x, y) => y - x); return [(a + .05) / (b + .05), one]; })
    .filter(([ratio]) => ratio < 4.5).map(([ratio, one]) => ratio.toFixed(2) + ' ' + one.tagName + '.' + one.className + ': ' + one.textContent.trim().slice(0, 40));
})()
"""
"""WCAG 2.2, 1.4.3: words have a contrast of at least 4.5 to 1."""
