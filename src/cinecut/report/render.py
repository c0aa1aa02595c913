"""The facts of a report as one HTML page: styles and script inside, pictures as data, nothing fetched.

Every word of a film, a subtitle or a manifest is escaped by the template engine; the page's own policy lets a
browser load nothing from anywhere.
"""

from __future__ import annotations

import unicodedata
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from cinecore.files import digest_bytes
from cinecut import __version__
from cinecut.report import drawing, words
from cinecut.report.facts import ReportFacts, ShownCard, ShownClip

PAGE_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)
"""Content-Security-Policy of the page."""


def render_page(facts: ReportFacts) -> str:
    """The whole page; equal facts give equal text."""
    template = _environment().get_template("report.html")
    page: str = template.render(
        facts=facts,
        items=_in_order(facts),
        links=drawing.links(facts),
        marks=drawing.marks(facts),
        policy=PAGE_POLICY,
        version=__version__,
        headline=_headline(facts),
    )
    return page


def page_sources() -> str:
    """The page's own sources as one digest: another look is another page."""
    folder = files("cinecut.report") / "page"
    parts = [(folder / name).read_bytes() for name in ("report.html", "report.css", "report.js")]
    return digest_bytes(__version__.encode(), *parts)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("cinecut.report", "page"),
        autoescape=True,  # of every file, whatever it is called
        finalize=_readable,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "area": drawing.area,
        "clock": words.clock,
        "seconds": words.length,
    }
    environment.globals |= {
        "ACTS": words.ACT_NAMES,
        "counted": words.counted,
        "percent": drawing.percent,
        "placed": drawing.placed,
        "spoken": words.spoken,
        "ticks": drawing.ticks,
    }
    return environment


def _readable(value: object) -> object:
    """Text without what a page cannot hold: half letters of file names, and controls."""
    if not isinstance(value, str) or hasattr(
        value, "__html__"
    ):  # what is markup was readable when it was made
        return value
    return "".join(
        "\ufffd" if unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\t" else letter
        for letter in value
    )


def _in_order(facts: ReportFacts) -> list[tuple[str, ShownClip | ShownCard]]:
    """Clips and cards as they are seen."""
    both: list[tuple[float, int, str, ShownClip | ShownCard]] = [
        *((clip.cut_s, 0, "clip", clip) for clip in facts.clips),
        *((card.cut_s, 1, "card", card) for card in facts.cards),
    ]
    return [(kind, one) for _, _, kind, one in sorted(both, key=lambda item: item[:2])]


def _headline(facts: ReportFacts) -> tuple[tuple[str, str, str, bool | None], ...]:
    """The figures at the top: name, value, target, whether it is met."""
    by_name = {row.name: row for row in facts.measured}
    found = [
        (name, by_name[name].value, by_name[name].target, by_name[name].is_met)
        for name in ("Length", "Loudness", "True peak", "Picture")
        if name in by_name
    ]
    if not found:
        found.append(("Length", words.length(facts.trailer_s), "planned", None))
    pace = f"{facts.cuts_a_minute:.0f} a minute"
    return (*found, ("Cuts", pace, words.counted(len(facts.clips), "clip"), None))
