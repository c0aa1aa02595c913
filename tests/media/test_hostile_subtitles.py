"""Subtitles that real people have: any encoding, format, time and rubbish; the right letters at the right times."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scenes import encode, scene
from typer.testing import CliRunner, Result

from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run as run_ffmpeg
from cinecut.cli import app
from cinecut.ingestion.encodings import decode

pytestmark = pytest.mark.media

SCENES, SCENE_FRAMES, FPS = 12, 96, 24
FILM_S = SCENES * SCENE_FRAMES / FPS
"""Twelve places of four seconds each: 48 s."""

ASK = ("--vibe", "comedy", "--duration", "8s", "--seed", "3", "--json")

Line = tuple[int, int, str]


def cinecut(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mkv"
    pictures = np.concatenate(
        [np.repeat(scene(number, SCENE_FRAMES // 2), 2, axis=0) for number in range(SCENES)]
    )
    noise = ("-f", "lavfi", "-t", str(FILM_S - 0.1), "-i", "anoisesrc=r=48000:a=0.05:seed=1")
    return encode(path, pictures, "-map", "0:v", "-map", "1:a", "-c:a", "aac", "-g", "24", inputs=noise)


@pytest.fixture(scope="module")
def work(film: Path) -> Path:
    """A work folder in which the film is analysed already: what differs below are the subtitles alone."""
    assert cinecut(film, *ASK, "--review").exit_code == 0
    return film.with_name("film_cinecut_work")


def manifest_with(
    film: Path, work: Path, subtitles: Path, *words: object
) -> tuple[dict[str, Any], list[Line]]:
    """What a run with these subtitles says, and the lines it read; heard lines are checked against those."""
    done = cinecut(film, *ASK, "--subtitle", subtitles, "--review", *words)
    assert done.exit_code == 0, done.output
    lines = lines_read(work)
    heard = heard_lines(work)
    assert set(heard) <= set(lines)
    return json.loads(done.stdout), lines


def lines_read(work: Path) -> list[Line]:
    events = json.loads((work / "subtitles.json").read_text("utf-8"))["events"]
    return [(event["start_ms"], event["end_ms"], event["text"]) for event in events]


def heard_lines(work: Path) -> list[Line]:
    clips = json.loads((work / "TRAILER_MANIFEST.json").read_text("utf-8"))["clips"]
    for clip in clips:
        for line in clip["lines"]:
            assert clip["source_start_s"] <= line["start_s"] < line["end_s"] <= clip["source_end_s"]
    return [
        (round(line["start_s"] * 1000), round(line["end_s"] * 1000), line["text"])
        for clip in clips
        for line in clip["lines"]
    ]


def clock(ms: int, dot: str = ",") -> str:
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}{dot}{ms % 1000:03d}"


def srt(lines: Sequence[Line]) -> str:
    return "".join(
        f"{number}\n{clock(start)} --> {clock(end)}\n{text}\n\n"
        for number, (start, end, text) in enumerate(lines, 1)
    )


def at_places(text: str) -> list[Line]:
    """Lines of one second, four seconds apart, each in the middle of a shot; the texts come in turn."""
    texts = text.split("|")
    return [(1300 + 4000 * n, 2300 + 4000 * n, texts[n % len(texts)]) for n in range(SCENES)]


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
WORLD = "Zażółć gęślą jaźń.|Мы здесь. Δεν ξέρω.|なぜ来たのか。 我知道。|שלום, مرحبا 👋"
UNICODE = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
    "utf-16-be with a mark",
)


@pytest.mark.parametrize("codec", [*TEXTS, *UNICODE])
def test_lines_in_any_encoding_have_their_letters_and_their_times(
    codec: str, film: Path, work: Path, tmp_path: Path
) -> None:
    lines = at_places(TEXTS.get(codec, WORLD))
    text = ("\ufeff" if codec.endswith("mark") else "") + srt(lines)
    file = tmp_path / "lines.srt"
    file.write_bytes(text.encode(codec.split(maxsplit=1)[0]))
    said, read = manifest_with(film, work, file)
    assert read == lines
    assert heard_lines(work)
    guess = decode(file.read_bytes())
    assert guess.is_guess == (codec in TEXTS)
    assert guess.is_guess == ("read best as" in " ".join(said["notices"]))


ENGLISH = at_places(
    "We must go before night.|Nobody will ever know.|Why did you come here?|I will never leave you."
)


def ass(lines: Sequence[Line], kind: str) -> str:
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
    return "WEBVTT - told\n\nSTYLE\n::cue { color: red }\n\nNOTE not spoken\n\n" + "".join(
        f"name {n}\n{clock(start, '.')} --> {clock(end, '.')} align:start line:0%\n<c.loud><b>{text}</b></c>\n\n"
        for n, (start, end, text) in enumerate(lines)
    )


FORMATS = {
    "srt": srt([(start, end, f'<font color="#fff"><i>{text}</i></font>') for start, end, text in ENGLISH]),
    "ass": ass(ENGLISH, "ass"),
    "ssa": ass(ENGLISH, "ssa"),
    "vtt": vtt(ENGLISH),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_each_format_gives_the_same_lines_whatever_the_file_is_called(
    kind: str, film: Path, work: Path, tmp_path: Path
) -> None:
    file = tmp_path / "lines, [1]; it's 100%.txt"
    file.write_text(FORMATS[kind], "utf-8")
    _, read = manifest_with(film, work, file)
    assert read == ENGLISH
    assert heard_lines(work)


PAST = int(FILM_S * 1000)
TIMES: dict[str, tuple[list[Line], list[Line], str]] = {
    "wholly past": (
        [(start + 3_600_000, end + 3_600_000, text) for start, end, text in ENGLISH],
        [],
        "12 subtitle lines lay past the film's end and were left out.",
    ),
    "partly past": (
        [*ENGLISH, (PAST - 500, PAST + 5000, "Over the end."), (PAST + 200, PAST + 900, "Gone.")],
        [*ENGLISH, (PAST - 500, PAST + 5000, "Over the end.")],
        "1 subtitle line lay past the film's end and was left out.",
    ),
    "out of order": (ENGLISH[::-1], ENGLISH, "11 subtitle lines stood out of order and were sorted."),
    "backwards": (
        [(2300, 1300, "This line has its times swapped."), *ENGLISH[1:]],
        [(2300, 4220, "This line has its times swapped."), *ENGLISH[1:]],
        "1 subtitle line ended before or as it started and was given the time it takes to read.",
    ),
    "two at once": (
        [*ENGLISH, (1800, 3900, "I speak while you speak.")],
        sorted([*ENGLISH, (1800, 3900, "I speak while you speak.")]),
        "",
    ),
    "all day long": (
        [*ENGLISH[:3], (17_300, 23_000_000, "I will never leave you.")],
        [*ENGLISH[:3], (17_300, 37_300, "I will never leave you.")],
        "1 subtitle line stood on for far longer than reading takes and was shortened.",
    ),
}


@pytest.mark.parametrize("name", TIMES)
def test_impossible_times_are_mended_or_left_out_and_it_is_said(
    name: str, film: Path, work: Path, tmp_path: Path
) -> None:
    given, meant, notice = TIMES[name]
    file = tmp_path / "lines.srt"
    file.write_text(srt(given), "utf-8")
    said, read = manifest_with(film, work, file)
    film_ms = int(probe(film).duration * 1000)
    assert read == [(start, min(end, film_ms), text) for start, end, text in meant]
    assert notice in " ".join(said["notices"])
    if not meant:
        assert "these may be the subtitles of another film" in " ".join(said["notices"])
        assert heard_lines(work) == []


def test_rubbish_inside_lines_reaches_neither_the_trailer_nor_the_terminal(
    film: Path, tmp_path: Path
) -> None:
    """A whole trailer: control characters, marks of direction, markup, and lines of 100,000 letters."""
    texts = (
        "We \x1b]0;owned\x07must\x08 \x1b[31mgo\u202e before\u200f \u2066night\u2069.\x00",
        "{\\an8}<b onclick='x'>Nobody</b> will <script>ever</script> know &lt;i&gt;now&lt;/i&gt;.",
        "Never " * 20_000,
        "x" * 100_000,
        "$(reboot) `id` %s %n {0} ' ; -- \\' v;a, drawtext=text=hi",
    )
    lines = [(start, end, text) for (start, end, _), text in zip(ENGLISH, texts, strict=False)]
    file = tmp_path / "lines.srt"
    file.write_text(srt(lines), "utf-8")
    own = tmp_path / "work"
    done = cinecut(
        film, *ASK[:-1], "-s", file, "--work-dir", own, "--output", tmp_path / "t.mp4", "--explain"
    )
    assert done.exit_code == 0, done.output
    read = [text for _, _, text in lines_read(own)]
    assert read[0] == "We ]0;ownedmust [31mgo before night."
    assert read[1] == "Nobody will ever know now."
    assert [len(text) <= 2000 for text in read] == [True] * 5
    assert read[4] == lines[4][2]
    assert all(letter == "\n" or letter.isprintable() for letter in done.output)
    assert heard_lines(own)
    measured = json.loads(
        cinecut(film, *ASK, "-s", file, "--work-dir", own, "--output", tmp_path / "t.mp4").stdout
    )
    assert abs(measured["measured"]["duration_s"] - 8) <= 0.5


def with_track(film: Path, made: Path, *words: object, inputs: Sequence[Path]) -> Path:
    files = [word for path in inputs for word in ("-i", f"file:{path}")]
    maps = [word for n in range(len(inputs)) for word in ("-map", str(n + 1))]
    run_ffmpeg(
        [*PREAMBLE, "-i", f"file:{film}", *files, "-map", "0", *maps, "-c", "copy", *words, f"file:{made}"]
    )
    return made


@pytest.fixture
def tracks(tmp_path: Path) -> dict[str, Path]:
    files = {"srt": srt(ENGLISH), "ass": ass(ENGLISH, "ass"), "fr": srt(at_places(TEXTS["cp1252"]))}
    files["forced"] = srt([(9000, 10_000, "[A sign]")])
    found = {}
    for name, text in files.items():
        found[name] = tmp_path / f"{name}.{'ass' if name == 'ass' else 'srt'}"
        found[name].write_text(text, "utf-8")
    return found


LANGUAGES = ("-metadata:s:a:0", "language=eng")
EMBEDDED: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "mov_text.mp4": (("srt",), ("-c:s", "mov_text"), "track 1 inside the film"),
    "subrip.mkv": (("srt",), (), "track 1 inside the film"),
    "ass.mkv": (("ass",), (), "track 1 inside the film"),
    "many.mkv": (
        ("forced", "fr", "srt"),
        (
            *("-metadata:s:s:0", "language=eng", "-disposition:s:0", "default+forced"),
            *("-metadata:s:s:1", "language=fra", "-disposition:s:1", "0"),
            *("-metadata:s:s:2", "language=eng", "-metadata:s:s:2", "title=Full", "-disposition:s:2", "0"),
        ),
        "track 3 inside the film (eng, Full)",
    ),
}


@pytest.mark.parametrize("name", EMBEDDED)
def test_the_track_inside_a_film_gives_a_trailer_with_its_lines(
    name: str, film: Path, tracks: dict[str, Path], tmp_path: Path
) -> None:
    inputs, words, notice = EMBEDDED[name]
    made = with_track(film, tmp_path / name, *LANGUAGES, *words, inputs=[tracks[key] for key in inputs])
    done = cinecut(made, *ASK, *(() if name == "many.mkv" else ("--review",)))
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert notice in " ".join(said["notices"])
    work = Path(said["work_dir"])
    assert lines_read(work) == ENGLISH
    assert set(heard_lines(work)) <= set(ENGLISH)
    assert heard_lines(work)
    if name == "many.mkv":
        assert said["measured"]["frames"] == 192
        french = cinecut(made, *ASK, "--review", "--subtitle-track", "2")
        assert french.exit_code == 0, french.output
        assert lines_read(work) == at_places(TEXTS["cp1252"])


def picture_track(path: Path) -> Path:
    """A Blu-ray's picture subtitles: one empty screen, shown for a second."""

    def segment(kind: int, at_s: float, body: bytes) -> bytes:
        return b"PG" + struct.pack(">IIBH", int(at_s * 90_000), 0, kind, len(body)) + body

    shown = b""
    for number, at_s in enumerate((2.0, 3.0)):
        screen = struct.pack(">HHBHBBBB", 320, 180, 0x10, number, 0x80, 0, 0, 0)
        window = struct.pack(">BBHHHH", 1, 0, 0, 0, 320, 180)
        shown += segment(0x16, at_s, screen) + segment(0x17, at_s, window) + segment(0x80, at_s, b"")
    path.write_bytes(shown)
    return path


def test_a_picture_track_is_said_to_hold_no_letters(film: Path, tmp_path: Path) -> None:
    made = with_track(film, tmp_path / "pictures.mkv", inputs=[picture_track(tmp_path / "p.sup")])
    asked = cinecut(made, *ASK, "--subtitle-track", "1")
    refused(asked, 65, "Track 1 holds pictures of letters (hdmv_pgs_subtitle), no text.", "--subtitle")
    assert not (tmp_path / "pictures_cinecut_work").exists()  # said before the film was analysed
    for more in ((), ("--dry-run",)):
        refused(cinecut(made, *ASK, "--subtitle-track", "9", *more), 65, "no subtitle track 9 (it has 1)")
    done = cinecut(made, *ASK, "--review")
    assert done.exit_code == 0, done.output
    assert "The film's own subtitles are not used" in done.stdout
    assert lines_read(tmp_path / "pictures_cinecut_work") == []


def refused(done: Result, status: int, *words: str) -> None:
    """One message, a status, no traceback."""
    assert done.exit_code == status, done.output
    assert "Traceback" not in done.output
    assert "Unexpected" not in done.output
    assert done.stderr.count("Error: ") == 1
    for word in words:
        assert word in done.stderr, done.stderr


NO_SUBTITLES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "The file is empty."),
    "blank": (b"\xef\xbb\xbf \r\n\r\n\t", "The file is empty."),
    "zeros": (bytes(5000), "The file is empty."),
    "noise": (np.random.default_rng(1).bytes(9000), "The file is not text."),
    "archive": (b"PK\x03\x04" + bytes(99), "It is a zip archive"),
    "film": (b"\x1aE\xdf\xa3" + bytes(99), "It is a Matroska film"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(99), "It is a picture."),
    "prose": (b"Once upon a time there was a film.\n" * 99, "Nothing in it looks like the times"),
    "microdvd": (b"{10}{60}We must go.\n" * 9, "MicroDVD"),
    "vobsub": (b"# VobSub index file, v7\nsize: 720x576\n", "no letters in it"),
}


@pytest.mark.parametrize("kind", NO_SUBTITLES)
def test_what_is_no_subtitle_file_is_refused_before_the_film_is_analysed(
    kind: str, film: Path, tmp_path: Path
) -> None:
    body, message = NO_SUBTITLES[kind]
    file = tmp_path / "lines.srt"
    file.write_bytes(body)
    done = cinecut(film, *ASK[:-1], "-s", file, "--work-dir", tmp_path / "work")
    refused(done, 65, "The subtitles cannot be read.", message, "Check: ", "Tip: ")
    assert [path.name for path in tmp_path.iterdir()] == ["lines.srt"]


def test_what_cannot_be_opened_is_refused_and_nothing_waits(film: Path, tmp_path: Path) -> None:
    pipe, folder = tmp_path / "pipe.srt", tmp_path / "folder.srt"
    os.mkfifo(pipe)
    folder.mkdir()
    missing = tmp_path / "none.srt"
    for file, words in (
        (pipe, "What --subtitle names is no regular file."),
        (folder, "What --subtitle names is a folder."),
        (Path("/dev/zero"), "What --subtitle names is no regular file."),
        (missing, "There is no such file for --subtitle."),
        (tmp_path / ("x" * 300), "There is no such file for --subtitle."),
    ):
        done = cinecut(film, *ASK[:-1], "-s", file, "--work-dir", tmp_path / "work")
        refused(done, 65, words, "Which: ", "Tip: ")
    assert not (tmp_path / "work").exists()


def test_a_subtitle_file_that_may_not_be_read_is_refused_with_the_reason(film: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed.srt"
    closed.write_text(srt(ENGLISH))
    closed.chmod(0)
    # who reads everything is refused by a file that answers nobody
    file = Path("/proc/self/mem") if os.access(closed, os.R_OK) else closed
    if not file.exists():
        pytest.skip("this user may read everything")
    done = cinecut(film, *ASK[:-1], "-s", file, "--work-dir", tmp_path / "work")
    refused(done, 65, "The file cannot be opened: ", "check its rights")
    assert not (tmp_path / "work").exists()


def many_lines(count: int, step_ms: float) -> str:
    words = [
        "We",
        "must",
        "go",
        "before",
        "night",
        "falls",
        "and",
        "nobody",
        "will",
        "ever",
        "know",
        "what",
        "happened",
        "here",
    ]
    return srt(
        [
            (int(n * step_ms) + 500, int(n * step_ms) + 1700, " ".join(words[(n + k) % 14] for k in range(5)))
            for n in range(count)
        ]
    )


def test_fifty_thousand_lines_give_what_those_inside_the_film_give(
    film: Path, work: Path, tmp_path: Path
) -> None:
    few, many = tmp_path / "few.srt", tmp_path / "many.srt"
    few.write_text(many_lines(16, 3000))
    many.write_text(many_lines(50_000, 3000))
    _, read = manifest_with(film, work, few)
    alone = (work / "TRAILER_MANIFEST.json").read_bytes()
    said, again = manifest_with(film, work, many)
    assert len(read) == 16
    assert again == read
    assert (work / "TRAILER_MANIFEST.json").read_bytes() == alone
    assert "49984 subtitle lines lay past the film's end and were left out." in said["notices"]


def test_lines_that_leave_no_place_for_a_cut_are_one_message(film: Path, work: Path, tmp_path: Path) -> None:
    file = tmp_path / "all at once.srt"
    file.write_text(many_lines(50_000, 0.96))
    done = cinecut(film, *ASK[:-1], "-s", file, "--review")
    refused(done, 65, "The subtitle lines leave no place for cuts", "--subtitle")
    assert 1000 < len(lines_read(work)) < 5000


@pytest.mark.sweep
@pytest.mark.parametrize("step_ms", [3000, 0.048])
def test_a_million_lines_are_read(step_ms: float, film: Path, work: Path, tmp_path: Path) -> None:
    file = tmp_path / "million.srt"
    file.write_text(many_lines(1_000_000, step_ms))
    done = cinecut(film, *ASK[:-1], "-s", file, "--review")
    assert done.exit_code == (0 if step_ms > 1 else 65), done.output
    assert 16 <= len(lines_read(work)) < 5000
