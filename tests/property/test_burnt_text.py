"""Whatever a line says, nothing in it is a command to who draws it, and its rows stay inside the safe area."""

from __future__ import annotations

import re
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cinecore.language.captions import captions_of
from cinecore.render.burnt_captions import ass_of_frames, caption_zone, escaped, letters_in_a_row
from cinecore.timebase import FrameRate
from cinecore.timeline import Card, Picture, Timeline
from cinecut.assembly.captions import HeardLine

RATE = FrameRate(Fraction(24))
HOSTILE = st.text(st.sampled_from("\\{}Nnh,;:&<>'\" \tab()1ä\n"), max_size=60) | st.text(max_size=60)


@given(HOSTILE)
def test_no_text_holds_a_command(text: str) -> None:
    drawn = escaped(text)
    assert "\n" not in drawn
    # a backslash stands before a brace that we escaped, or before the joiner that parts it from what follows
    assert re.search(r"\\(?![{}\u2060])", drawn) is None
    assert re.search(r"(?<!\\)[{}]", drawn) is None
    assert drawn.replace("\\\u2060", "\\").replace("\\{", "{").replace("\\}", "}") == " ".join(text.split())


@given(HOSTILE, st.integers(0, 60), st.integers(1, 60))
def test_each_event_is_one_line_inside_its_segment(text: str, first: int, count: int) -> None:
    timeline = Timeline(RATE, 320, 180, (), (Picture(0, 120, Card()),))
    captions = captions_of([HeardLine(0.5, 3.0, text)], 5.0)
    made = ass_of_frames(captions, timeline, first, count)
    events = [line for line in made.splitlines() if line.startswith("Dialogue:")]
    assert len(made.split("[Events]")) <= 2
    for event in events:
        times = re.match(r"Dialogue: 0,0:00:(\d\d\.\d\d),0:00:(\d\d\.\d\d),Said,,0,0,0,,.", event)
        assert times is not None
        assert 0 <= float(times[1]) < float(times[2]) <= count / 24
    is_said_here = any(
        one.start_s * 24 < first + count - 1 and one.end_s * 24 > first + 1 for one in captions
    )
    assert bool(events) or not is_said_here


@given(st.integers(64, 2160), st.integers(64, 2160))
def test_captions_have_room_low_inside_the_safe_area_of_any_shape(width: int, height: int) -> None:
    top, below = caption_zone(width, height)
    assert 0 < top < below <= height * 0.95 + 1
    assert 5 <= letters_in_a_row(width, height) <= 42
