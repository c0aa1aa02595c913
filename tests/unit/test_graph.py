"""Filter graphs and command lines as values: printed once, numbers without loss, names of any shape as local files."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from cinecore.ffmpeg.command import PREAMBLE, decimal, local_input
from cinecore.ffmpeg.graph import Filter, Graph, escape, filter_, print_chain, print_filter


def test_a_filter_is_printed_with_its_options_in_order() -> None:
    assert print_filter(filter_("null")) == "null"
    assert print_filter(filter_("scale", w=320, h=180, flags="bicubic")) == "scale=w=320:h=180:flags=bicubic"
    assert print_filter(Filter("fps", (("fps", Fraction(24000, 1001)),))) == "fps=fps=24000/1001"


def test_a_python_word_may_name_an_option() -> None:
    assert print_filter(filter_("overlay", eval_="frame")) == "overlay=eval=frame"


def test_numbers_lose_nothing_that_a_filter_could_use() -> None:
    assert print_filter(filter_("volume", volume=0.1)) == "volume=volume=0.1"
    assert float(print_filter(filter_("volume", volume=1 / 3)).split("=")[2]) == pytest.approx(
        1 / 3, rel=1e-8
    )


def test_a_graph_joins_chains_by_their_labels() -> None:
    graph = Graph()
    graph.add("0:v", [filter_("split", outputs=2)], ("a", "b"))
    graph.add("", [filter_("color", c="black"), filter_("null")], "c")
    graph.add(("a", "b", "c"), [filter_("concat", n=3)], "out")
    assert str(graph) == "[0:v]split=outputs=2[a][b];color=c=black,null[c];[a][b][c]concat=n=3[out]"
    assert print_chain([filter_("null"), filter_("hflip")]) == "null,hflip"


def test_plain_values_stay_readable() -> None:
    for value in ("bt709", "if(gte(n/2)*3)", "floor(1.0*val+0.5)", "a b"):
        assert escape(value) == value


@pytest.mark.parametrize("value", ["it's", "a:b", "a,b", "a;b", "[a]", "a\\b", " a", "a ", "a\nb"])
def test_what_a_graph_would_read_as_its_own_is_escaped(value: str) -> None:
    assert escape(value) != value
    assert len({escape(value), escape(escape(value)), value}) == 3


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (Fraction(0), "0.000000000"),
        (Fraction(1, 3), "0.333333333"),
        (Fraction(-1, 2), "-0.500000000"),
        (Fraction(7200) + Fraction(1001, 24000), "7200.041708333"),
        (Fraction(999_999_999_9, 10_000_000_000), "1.000000000"),
    ],
)
def test_seconds_are_written_with_nine_decimals(seconds: Fraction, text: str) -> None:
    assert decimal(seconds) == text


def test_an_input_is_a_local_file_whatever_its_name_looks_like() -> None:
    for name in ("-i.mp4", "http:film.mp4", "concat:a|b", "pipe:0", "data:x"):
        arguments = local_input(Path(name))
        assert arguments[:2] == ["-protocol_whitelist", "file,pipe"]
        assert arguments[2] == "-i"
        assert arguments[3].startswith("file:/")
        assert arguments[3].endswith(f"/{name}")


def test_an_input_may_begin_late_and_end_early() -> None:
    arguments = local_input(Path("/f.mp4"), start_s=Fraction(3, 2), length_s=Fraction(2))
    assert arguments[2:] == ["-ss", "1.500000000", "-t", "2.000000000", "-i", "file:/f.mp4"]
    assert "-ss" not in local_input(Path("/f.mp4"), start_s=Fraction(0))


def test_no_command_waits_for_a_person() -> None:
    assert {"-nostdin", "-y"} <= set(PREAMBLE)
