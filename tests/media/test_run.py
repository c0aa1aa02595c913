"""Programs are run with their errors kept short, and found where they are."""

from __future__ import annotations

import gc
import os
import sys
import threading
from pathlib import Path

import pytest
from tests.stand_ins import script

from cinecore.errors import OutputError, SetupError, ToolError
from cinecore.ffmpeg import binaries
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.run import STDERR_LINE_BYTES, STDERR_TAIL_LINES, open_process, run, spawn_count

pytestmark = pytest.mark.media


def test_what_a_program_writes_comes_back() -> None:
    grey = [
        *PREAMBLE,
        "-f",
        "lavfi",
        "-i",
        "color=gray:s=8x4:d=0.2:r=10",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "gray",
        "-",
    ]
    assert len(run(grey)) == 8 * 4 * 2


def test_what_a_program_reads_may_be_larger_than_a_pipe() -> None:
    sent = os.urandom(3 * 48_000 * 2)
    pcm = ["-f", "s16le", "-ar", "48000", "-ac", "1"]
    assert run([*PREAMBLE, *pcm, "-i", "pipe:0", *pcm, "pipe:1"], input_bytes=sent) == sent


def test_frames_are_heard_as_they_are_written() -> None:
    heard: list[int] = []
    source = [*PREAMBLE, "-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=2", "-f", "null", "-"]
    run(source, on_frame=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 50


def test_a_failure_carries_the_last_lines_and_the_status() -> None:
    with pytest.raises(ToolError, match="failed with status") as caught:
        run([*PREAMBLE, *local_input(Path("/none.mp4")), "-f", "null", "-"])
    assert "No such file or directory" in caught.value.tail
    assert "No such file or directory" in str(caught.value)


def test_ten_megabytes_of_complaints_block_nothing_and_leave_forty_lines(stand_in: Path) -> None:
    stand_in.write_text(
        "import sys\n"
        "for n in range(200_000): sys.stderr.write(f'complaint {n} ' + 'x' * 40 + '\\n')\n"
        "sys.stdout.write('done')\n"
    )
    with open_process([]) as running:
        output = running.stdout.read()
        running.finish()
        assert len(running.tail) == STDERR_TAIL_LINES
        assert running.tail[-1].startswith("complaint 199999 ")
    assert output == b"done"


def test_ten_megabytes_on_one_line_stay_a_short_tail(stand_in: Path) -> None:
    stand_in.write_text("import sys\nsys.stderr.write('x' * 10_000_000)\nsys.exit(3)\n")
    with pytest.raises(ToolError, match="failed with status 3") as caught:
        run([])
    assert len(caught.value.tail) <= STDERR_TAIL_LINES * (STDERR_LINE_BYTES + 1)


def test_bytes_that_are_no_text_do_not_stop_the_reading(stand_in: Path) -> None:
    stand_in.write_text("import sys\nsys.stderr.buffer.write(b'\\xff\\xfe bad\\nlast\\n')\nsys.exit(1)\n")
    with pytest.raises(ToolError) as caught:
        run([])
    assert caught.value.tail.splitlines()[-1] == "last"


def test_a_program_that_finds_the_disk_full_is_one_clear_message(stand_in: Path) -> None:
    stand_in.write_text(
        "import sys\nprint('out.mp4: No space left on device', file=sys.stderr)\nsys.exit(1)\n"
    )
    with pytest.raises(OutputError, match="disk is full"):
        run([])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_ffmpegs_own_words_for_a_full_disk_are_understood() -> None:
    source = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1"]
    with pytest.raises(OutputError, match="disk is full"):
        run([*PREAMBLE, *source, "-c:v", "rawvideo", "-f", "nut", "file:/dev/full"])


def test_a_program_has_a_group_of_its_own_and_no_keyboard(stand_in: Path) -> None:
    stand_in.write_text("import os, sys\nprint(os.getpgid(0), os.getpid(), repr(sys.stdin.read()))\n")
    group, process, typed = run([]).split()
    assert group == process
    assert int(group) != os.getpgid(0)
    assert typed == b"''"


def test_extra_pipes_bring_what_is_written_to_them() -> None:
    source = [
        *PREAMBLE,
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=32x32:r=10:d=1",
        "-filter_complex",
        "[0:v]split[a][b]",
    ]
    grey = ["-f", "rawvideo", "-pix_fmt", "gray"]
    argv = [*source, "-map", "[a]", *grey, "{pipe0}", "-map", "[b]", *grey, "-s", "16x16", "{pipe1}"]
    with open_process(argv, extra_pipes=2) as running:
        found: dict[int, bytes] = {}
        threads = [
            threading.Thread(
                target=lambda number=number: found.update({number: running.pipes[number].read()})
            )
            for number in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        running.finish()
    assert (len(found[0]), len(found[1])) == (10 * 32 * 32, 10 * 16 * 16)


def test_a_film_called_like_a_pipe_is_still_that_film(tmp_path: Path) -> None:
    film = tmp_path / "{pipe0} {fd0}.mkv"
    run([*PREAMBLE, "-f", "lavfi", "-i", "testsrc2=s=32x32:r=10:d=0.3", f"file:{film}"])
    raw = ["-f", "rawvideo", "-pix_fmt", "gray", "{pipe0}"]
    with open_process([*PREAMBLE, *local_input(film), *raw], extra_pipes=1) as running:
        assert len(running.pipes[0].read()) == 3 * 32 * 32
        running.finish()


def test_every_start_is_counted_and_no_descriptor_is_left_open() -> None:
    folder = Path("/proc/self/fd")
    if not folder.exists():
        pytest.skip("this system lists no descriptors under /proc")
    run([*PREAMBLE, "-version"])
    gc.collect()
    open_before, spawned = len(list(folder.iterdir())), spawn_count()
    for _ in range(3):
        run([*PREAMBLE, "-version"])
    with pytest.raises(ToolError):
        run([*PREAMBLE, *local_input(Path("/none")), "-f", "null", "-"])
    with (
        pytest.raises(ValueError, match="null"),
        open_process(["\0"], extra_pipes=2),
    ):
        pytest.fail("started")
    gc.collect()
    assert spawn_count() == spawned + 4
    assert len(list(folder.iterdir())) == open_before


@pytest.mark.usefixtures("_forgetful")
class TestFinding:
    """Where the programs are looked for."""

    @pytest.fixture(autouse=True)
    def _unset(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CINECUT_FFMPEG", raising=False)
        monkeypatch.delenv("CINECUT_FFPROBE", raising=False)

    def test_a_program_on_the_path_is_found_and_asked_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log = tmp_path / "log"
        path = script(
            tmp_path / "bin", "ffmpeg", f'echo asked >> {log}; echo "ffmpeg version 7.1.1-full built"'
        )
        monkeypatch.setenv("PATH", f"{path.parent}:/bin:/usr/bin")
        found = binaries.find("ffmpeg")
        assert (found.path, found.origin, found.version_numbers) == (str(path), "PATH", (7, 1, 1))
        assert binaries.find("ffmpeg") is found
        assert log.read_text() == "asked\n"

    def test_the_setting_wins_over_the_path(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = script(tmp_path / "own", "my ffmpeg", 'echo "ffmpeg version n6.1-dev"')
        monkeypatch.setenv("CINECUT_FFMPEG", str(path))
        found = binaries.find("ffmpeg")
        assert (found.path, found.origin, found.version_numbers) == (str(path), "settings", (6, 1))

    @pytest.mark.parametrize("version", ["4.4.2-0ubuntu", "5.0.3", "n4.3", "0.8"])
    def test_a_version_too_old_is_refused_with_advice(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
    ) -> None:
        path = script(tmp_path / "bin", "ffmpeg", f'echo "ffmpeg version {version} Copyright"')
        monkeypatch.setenv("CINECUT_FFMPEG", str(path))
        with pytest.raises(SetupError, match="too old") as caught:
            binaries.find("ffmpeg")
        assert version in str(caught.value)
        assert "apt install ffmpeg" in caught.value.advice

    @pytest.mark.parametrize("version", ["N-112233-gabcdef", "2024-03-01-git-abc", "git-2023-11-01-abc"])
    def test_a_build_named_by_date_or_commit_is_taken(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
    ) -> None:
        path = script(tmp_path / "bin", "ffmpeg", f'echo "ffmpeg version {version} Copyright"')
        monkeypatch.setenv("CINECUT_FFMPEG", str(path))
        assert binaries.find("ffmpeg").version == version
        assert binaries.find("ffmpeg").version_numbers == ()

    @pytest.mark.parametrize(
        ("body", "mode", "words"),
        [
            ("exit 0", 0o755, "does not answer as ffmpeg"),
            ("echo hello", 0o755, "does not answer as ffmpeg"),
            ('echo "ffprobe version 6.0"', 0o755, "does not answer as ffmpeg"),
            ("exit 7", 0o755, "does not run"),
            ("exit 0", 0o644, "does not run"),
        ],
    )
    def test_what_is_no_ffmpeg_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, mode: int, words: str
    ) -> None:
        monkeypatch.setenv("CINECUT_FFMPEG", str(script(tmp_path / "bin", "ffmpeg", body, mode=mode)))
        with pytest.raises(SetupError, match=words) as caught:
            run(["-version"])
        assert caught.value.exit_status == 69

    def test_a_missing_program_says_how_to_get_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr(sys, "path", [str(tmp_path)])
        with pytest.raises(SetupError, match="ffmpeg was not found") as caught:
            run(["-version"])
        assert "Install ffmpeg 5.1 or newer" in caught.value.advice

    def test_the_package_is_used_unimported_where_the_path_has_none_or_an_old_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        packaged = tmp_path / "site" / "ffmpeg" / "binaries"
        packaged.mkdir(parents=True)
        (packaged.parent / "__init__.py").write_text("raise RuntimeError('imported')\n")
        path = script(packaged, "ffmpeg", 'echo "ffmpeg version 7.0"', mode=0o644)
        monkeypatch.setattr(sys, "path", [str(tmp_path / "site")])
        monkeypatch.setenv("PATH", str(tmp_path))
        found = binaries.find("ffmpeg")
        assert (found.path, found.origin) == (str(path), "package")
        assert "ffmpeg" not in sys.modules
        binaries.find.cache_clear()
        script(tmp_path / "old", "ffmpeg", 'echo "ffmpeg version 4.4"')
        monkeypatch.setenv("PATH", str(tmp_path / "old"))
        assert binaries.find("ffmpeg").origin == "package"


def test_this_machines_ffmpeg_lacks_nothing_that_a_trailer_needs() -> None:
    assert binaries.lacking() == ()
    assert binaries.has_filter("scale")
    assert not binaries.has_filter("scal")
