"""How the lines of an editable storyboard text are written; reading compares with the same lines.

Deliberately not here: reading (`storyboard_reading`).
"""

from __future__ import annotations

from vidpipe.schemas.kinds import LineKind
from vidpipe.schemas.storyboard import AssetSpec, Line, Placement, SceneSpec, Storyboard

FIRST_LINE = "STORYBOARD"
HELP = """\
# Change what you like and read it back; a shot that you leave as it is will not be made again.
# A shot may be removed or moved; a new one begins with: SHOT NEW (4 s)
# Lines that begin with # are for you alone. Sizes: establishing wide two_shot medium close_up insert.
# Cameras: static push_in pull_out pan_left pan_right tilt_up tilt_down track_left track_right.
# Cuts: cut continuous crossfade. Who: TAG or label | role | position | facing | does … | looks … | wears … | color …
"""
ALWAYS_WRITTEN = frozenset({"Size", "Camera", "Place", "Action", "Cut", "Who", "Says", "Narrator"})
_BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
"""What a text editor may take for the end of a line."""

IN_LISTS, IN_SPEECH = "\\|", "\\:()<>"
"""Signs that part values, in fields with bars and before a spoken line's colon."""

Fields = list[tuple[str, str]]


def head_fields(board: Storyboard) -> Fields:
    """The lines above the cast: (name, value)."""
    style = board.style_guide
    return [
        ("Title", written(board.title)),
        ("Look", written(style.look)),
        ("Style", written(style.visual_style)),
        ("Palette", " ".join(style.palette)),
        ("Lens", written(style.camera)),
    ]


def asset_line(asset: AssetSpec) -> str:
    """The line of a member of the cast."""
    texts = (asset.name, asset.label, asset.description, asset.voice)
    return f"{asset.tag} " + " | ".join(written(text, IN_LISTS) for text in texts)


def scene_fields(scene: SceneSpec) -> Fields:
    """The lines of a shot: (name, value); those that say nothing are left out."""
    shot, audio = scene.shot, scene.audio
    place = (shot.setting, "inside" if shot.interior else "outside", shot.time_of_day, shot.weather)
    fields = [
        ("Heading", written(scene.heading)),
        ("Size", shot.shot_type.value),
        ("Camera", shot.camera_movement.value),
        ("Place", " | ".join(written(part, IN_LISTS) for part in place)),
        ("Focus", written(shot.focal_point)),
        *(("Who", placement_text(item)) for item in shot.placements),
        ("Action", written(scene.description)),
        *((spoken_name(line), spoken_text(line)) for line in audio.lines),
        ("Sounds", " | ".join(written(sound, IN_LISTS) for sound in audio.effects)),
        ("Ambience", written(audio.ambience)),
        ("Music", written(audio.music)),
        ("Continuity", written(audio.continuity)),
        ("Details", " | ".join(written(detail, IN_LISTS) for detail in scene.key_details)),
        ("Cut", scene.cut.value),
        ("Link", written(scene.transition_notes)),
    ]
    return [(name, value) for name, value in fields if value or name in ALWAYS_WRITTEN]


def seconds_text(value: float) -> str:
    """A length, as short as it is exact to a microsecond."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def placement_text(item: Placement) -> str:
    """`CHAR_01 girl | subject | left | right | does waves`."""
    label = written(item.label, IN_LISTS)
    parts = [
        f"{item.tag} {label}" if item.tag else label,
        item.role.value,
        item.position.value,
        item.facing.value,
    ]
    more = (
        ("does", item.action),
        ("looks", item.expression),
        ("wears", item.wardrobe),
        ("color", item.color),
    )
    return " | ".join(parts + [f"{word} {written(text, IN_LISTS)}" for word, text in more if text])


def spoken_name(line: Line) -> str:
    """What a spoken line begins with."""
    return "Says" if line.kind is LineKind.DIALOGUE else "Narrator"


def spoken_text(line: Line) -> str:
    """`MARA <CHAR_01> (whispering): Come here.`"""
    tag = f" <{line.tag}>" if line.tag else ""
    manner = f" ({written(line.manner, IN_SPEECH)})" if line.manner else ""
    return f"{written(line.speaker, IN_SPEECH)}{tag}{manner}: {written(line.text)}"


def written(text: str, signs: str = "\\") -> str:
    """The text on one line, a stroke before signs that would part it, spaces at its ends written out."""
    out = []
    for place, letter in enumerate(text):
        is_at_end = place in {0, len(text) - 1} and letter.isspace()
        if letter in signs:
            out.append(f"\\{letter}")
        elif letter in _BREAKS or is_at_end or ord(letter) < 32 or "\ud800" <= letter <= "\udfff":
            out.append(f"\\u{{{ord(letter):x}}}")
        else:
            out.append(letter)
    return "".join(out)
