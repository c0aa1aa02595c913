"""Any text put into a filter graph arrives at the filter as it was; ffmpeg itself is asked."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.graph import Filter, Graph, filter_, print_chain
from cinecore.ffmpeg.run import run

pytestmark = pytest.mark.media

SOURCE = ("-f", "lavfi", "-i", "color=black:s=16x16:d=0.04:r=25")
AWKWARD = "':,[];\\%=| \n\t\r\"`$#@{}()<>&!?*~-+"

values = st.lists(
    st.text(st.sampled_from(AWKWARD + "aä語🎬"), min_size=1, max_size=12)
    | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=12),
    min_size=25,
    max_size=25,
)


def key(number: int) -> str:
    return f"k{number:02}"


def filters(texts: list[str]) -> list[Filter]:
    """Each text written into the frame's metadata by a filter of its own, then all of them printed."""
    steps = [
        filter_("metadata", mode="add", key=key(number), value=text) for number, text in enumerate(texts)
    ]
    return [
        *steps,
        filter_("metadata", mode="add", key="end", value="end"),
        filter_("metadata", mode="print", file="-"),
    ]


def read_back(printed: bytes, count: int) -> list[str]:
    """The texts between their keys, in order; a text may hold newlines and other texts' keys."""
    text = printed.decode("utf-8")
    names = [*(key(number) for number in range(count)), "end"]
    places = []
    at = 0
    for name in names:
        at = text.index(f"{name}=", at)
        places.append(at)
        at += len(name)
    return [
        text[place + len(name) + 1 : after - 1]
        for place, name, after in zip(places, names, places[1:], strict=False)
    ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.large_base_example, HealthCheck.data_too_large])
@given(values)
@example([*AWKWARD][:25])
@example([f" {letter} " for letter in AWKWARD][:25])
@example([f"{letter}{other}x" for letter in "\\':" for other in "\\':,;[] "])
@example(
    ["C:\\films\\it's [a] test; 100%, really = yes", "\\" * 9, "'" * 5, "\n\n", " ", *"abcdefghijklmnopqrst"]
)
def test_a_text_arrives_at_the_filter_as_it_was(texts: list[str]) -> None:
    printed = run([*PREAMBLE, *SOURCE, "-vf", print_chain(filters(texts)), "-f", "null", "-"])
    assert read_back(printed, len(texts)) == texts


def test_a_text_arrives_through_a_whole_graph_too() -> None:
    texts = ["it's: [one], two; three = 100 %\\", " blanks ", "naïve 語 🎬", "a\nb"]
    graph = Graph()
    graph.add("0:v", filters(texts), "out")
    printed = run([*PREAMBLE, *SOURCE, "-filter_complex", str(graph), "-map", "[out]", "-f", "null", "-"])
    assert read_back(printed, len(texts)) == texts


def test_a_text_cannot_add_a_filter_of_its_own() -> None:
    attack = "x,metadata=mode=add:key=stolen:value=yes"
    printed = run([*PREAMBLE, *SOURCE, "-vf", print_chain(filters([attack])), "-f", "null", "-"])
    assert read_back(printed, 1) == [attack]
    assert b"\nstolen=" not in printed
