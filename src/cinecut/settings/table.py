"""The table of everything that may be set: name, default, how it is read, and whether it is a matter of taste.

Deliberately not here: where a value comes from, and what becomes of it.
"""

from __future__ import annotations

from cinecore.language.server_settings import ENGINE_PORT, address
from cinecore.language.weights import usual_models_folder
from cinecore.render.presets import DELIVERIES
from cinecore.setting_values import length_of_time, one_of, path, switch, text, whole_number
from cinecore.settings import Knob, processors
from cinecut.settings import reading
from cinecut.settings.folders import user_folder

NAME_LETTERS_AT_MOST = 1000
BRIEF_LETTERS_AT_MOST = 2000


def knobs() -> tuple[Knob, ...]:
    """Every setting, in the order `cinecut config` prints them."""
    return (
        Knob("vibe", None, text(reading.TEXT_LETTERS_AT_MOST), is_taste=True),
        Knob("duration", None, reading.several(reading.trailer_length), is_taste=True),
        Knob("title", None, text(reading.TEXT_LETTERS_AT_MOST), is_taste=True),
        Knob("tagline", None, text(reading.TEXT_LETTERS_AT_MOST), is_taste=True),
        Knob("aspect", None, reading.several(one_of("16:9", "9:16", "1:1", "4:5")), is_taste=True),
        Knob("letterbox", None, one_of("keep", "remove"), is_taste=True),
        Knob("deliver", "web", one_of(*DELIVERIES)),
        Knob("captions", "files", one_of("none", "files", "burnt"), is_taste=True),
        Knob("lut", None, path),
        Knob("lut_strength", 1.0, reading.share),
        Knob("spoilers", "mild", one_of("none", "mild", "full"), is_taste=True),
        Knob("music", None, reading.music, is_taste=True, read_taste=reading.music_without_files),
        Knob("soundfont", "auto", reading.soundfont),
        Knob("effects", True, switch, is_taste=True),
        Knob("voice_over", True, switch, is_taste=True),
        Knob("enhance", "auto", one_of("auto", "on", "off")),
        Knob("stems", False, switch),
        Knob("seed", 0, whole_number(0, 2**32 - 1), is_taste=True),
        Knob("brief", None, text(BRIEF_LETTERS_AT_MOST), is_taste=True),
        Knob("versions", 1, whole_number(1, 9)),
        Knob("keep", (), reading.wishes, is_taste=True),
        Knob("ban", (), reading.wishes, is_taste=True),
        Knob("in", None, length_of_time, is_taste=True),
        Knob("out", None, length_of_time, is_taste=True),
        Knob("audio_track", None, whole_number(1, 999), is_taste=True),
        Knob("subtitle_track", None, whole_number(1, 999), is_taste=True),
        Knob("subtitle", None, path),
        Knob("vision", "auto", one_of("auto", "llama", "openai", "embedded", "none")),
        Knob("story", "auto", one_of("auto", "signals", "text", "rule")),
        Knob("model", None, text(NAME_LETTERS_AT_MOST)),
        Knob("mmproj", None, path),
        Knob("endpoint", None, address),
        Knob("cpu", False, switch),
        Knob("concurrency", None, whole_number(1, 256)),
        Knob("port", ENGINE_PORT, whole_number(1024, 65535)),
        Knob("llama_server", None, path),
        Knob("models_dir", usual_models_folder(), path),
        Knob("models_list", None, path),
        Knob("clip", None, reading.clip_place),
        Knob("asr_model", None, path),
        Knob("hwaccel", "none", one_of("auto", "none")),
        Knob("preview", False, switch),
        Knob("output", None, path),
        Knob("work_dir", None, path),
        Knob("jobs", processors(), whole_number(1, 256)),
        Knob("review", False, switch),
        Knob("replan", False, switch),
        Knob("overwrite", False, switch),
        Knob("dry_run", False, switch),
        Knob("explain", False, switch),
        Knob("json", False, switch),
        Knob("quiet", False, switch),
        Knob("vibe_folders", (user_folder() / "vibes",), reading.folders),
    )
