"""A film of twelve places, subtitle files of known lines for it, and what a run made of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tests.media.scenes import encode, scene

SCENES, SCENE_FRAMES, FPS = 12, 96, 24

FILM_S = SCENES * SCENE_FRAMES / FPS
"""Twelve places of four seconds each: 48 s."""

ASK = ("--vibe", "comedy", "--duration", "8s", "--seed", "3", "--json")
"""A short trailer that lets lines be heard."""

Line = tuple[int, int, str]
"""Start and end in milliseconds, text."""

TEXTS = {
    "cp1250": "Nevím, proč jsi přišel.|Všechno je v pořádku.|Můžeš mi říct, co se stalo?|Když to neuděláš, zemřeme.",
    "cp1251": "Я не знаю, зачем ты пришёл.|Всё будет хорошо.|Что здесь случилось?|Мы должны уйти до ночи.",
    "cp1252": "Je ne sais pas pourquoi tu es venu.|Ça va être très beau.|Où étais-tu passé, mon cœur ?|C’était déjà là.",
    "cp1253": "Δεν ξέρω γιατί ήρθες.|Όλα θα πάνε καλά.|Μπορείς να μου πεις τι έγινε;|Πρέπει να φύγουμε.",
    "cp1254": "Neden geldiğini bilmiyorum.|Her şey yoluna girecek.|Teşekkür ederim, çok iyisin.|Hayır, gitmeyeceğim!",
    "cp1255": "אני לא יודע למה באת.|הכול יהיה בסדר.|אתה יכול להגיד לי מה קרה?|אנחנו חייבים ללכת.",
    "cp1256": "لا أعرف لماذا أتيت.|كل شيء سيكون على ما يرام.|هل يمكنك أن تقول لي ماذا حدث؟|يجب أن نذهب الآن.",
    "cp932": "なぜ来たのか分からない。|すべてうまくいく。|何があったのか教えてくれ。|夜になる前に行こう。",
    "gb18030": "我不知道你为什么来。|一切都会好起来的。|你能告诉我发生了什么事吗？|我们必须在天黑前离开。",
    "latin-1": "Ich weiß nicht, warum du hier bist.|Alles wird schön für dich.|Könntest du mir helfen?|Wir müssen früh gehen.",
}
"""What is said in the places, by the encoding that old files of the language have."""


def film_of_places(path: Path) -> Path:
    """A film of twelve moving places, a soft noise in all of them."""
    pictures = np.concatenate(
        [np.repeat(scene(number, SCENE_FRAMES // 2), 2, axis=0) for number in range(SCENES)]
    )
    noise = ("-f", "lavfi", "-t", str(FILM_S - 0.1), "-i", "anoisesrc=r=48000:a=0.05:seed=1")
    return encode(path, pictures, "-map", "0:v", "-map", "1:a", "-c:a", "aac", "-g", "24", inputs=noise)


def at_places(text: str) -> list[Line]:
    """Lines of one second, four seconds apart, each in the middle of a shot; the texts come in turn."""
    texts = text.split("|")
    return [(1300 + 4000 * n, 2300 + 4000 * n, texts[n % len(texts)]) for n in range(SCENES)]


ENGLISH = at_places(
    "We must go before night.|Nobody will ever know.|Why did you come here?|I will never leave you."
)


def clock(ms: int, dot: str = ",") -> str:
    """Milliseconds as subtitles write them."""
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}{dot}{ms % 1000:03d}"


def srt(lines: Sequence[Line]) -> str:
    """An SRT file with these lines."""
    return "".join(
        f"{number}\n{clock(start)} --> {clock(end)}\n{text}\n\n"
        for number, (start, end, text) in enumerate(lines, 1)
    )


def ass(lines: Sequence[Line], kind: str) -> str:
    """An ASS or SSA file with these lines, and one that is never spoken."""

    def time(ms: int) -> str:
        return f"{ms // 3_600_000}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000 // 10:02d}"

    style = "V4 Styles" if kind == "ssa" else "V4+ Styles"
    first = "Marked=0" if kind == "ssa" else "0"
    head = (
        f"[Script Info]\nScriptType: {'v4.00' if kind == 'ssa' else 'v4.00+'}\n\n[{style}]\n"
        "Format: Name, Fontname, Fontsize\nStyle: Default,Arial,20\n\n[Events]\n"
        f"Format: {'Marked' if kind == 'ssa' else 'Layer'}, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        f"Comment: {first},0:00:01.00,0:00:02.00,Default,,0,0,0,,Never spoken\n"
    )
    return head + "".join(
        f"Dialogue: {first},{time(start)},{time(end)},Default,,0,0,0,,{{\\i1\\pos(10,20)}}{text}{{\\i0}}\n"
        for start, end, text in lines
    )


def vtt(lines: Sequence[Line]) -> str:
    """A VTT file with these lines, with a style, a note and markup."""
    return "WEBVTT - told\n\nSTYLE\n::cue { color: red }\n\nNOTE not spoken\n\n" + "".join(
        f"name {n}\n{clock(start, '.')} --> {clock(end, '.')} align:start line:0%\n<c.loud><b>{text}</b></c>\n\n"
        for n, (start, end, text) in enumerate(lines)
    )


def lines_read(work: Path) -> list[Line]:
    """The lines that a run read from its subtitles: start and end in milliseconds, text."""
    events = json.loads((work / "subtitles.json").read_text("utf-8"))["events"]
    return [(event["start_ms"], event["end_ms"], event["text"]) for event in events]


def heard_lines(work: Path) -> list[Line]:
    """The lines that are heard in the trailer, each of them whole."""
    clips = json.loads((work / "TRAILER_MANIFEST.json").read_text("utf-8"))["clips"]
    for clip in clips:
        for line in clip["lines"]:
            assert clip["source_start_s"] <= line["start_s"] < line["end_s"] <= clip["source_end_s"]
    return [
        (round(line["start_s"] * 1000), round(line["end_s"] * 1000), line["text"])
        for clip in clips
        for line in clip["lines"]
    ]
