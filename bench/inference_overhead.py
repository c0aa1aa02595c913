"""What describing costs beside the model: our time a still, and memory over a thousand of them.

python -m bench.inference_overhead [STILLS] [IN_FLIGHT]

A chat server in a process of its own answers each request after a fixed time, as a model would, and counts how
long it was really busy. Ours is what the run took beyond that: reading, comparing, encoding, HTTP, the journal.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
from PIL import Image

from cinecore.language.chat import ChatClient, ChatServer
from cinecut.inference.cache import save_cache
from cinecut.inference.journal import DescriptionJournal, JournalHead
from cinecut.inference.stage import describe_keyframes
from cinecut.inference.vision_model import VisionModelDescriber
from cinecut.models import KeyframeRecord

LIMIT_MS = 5.0
THINKING_MS = 20.0
"""Far quicker than any model, so that nothing of ours can hide behind it."""

SEEN = {
    "visual_content": "A red car on a wet road",
    "mood": "tense",
    "action": "turns",
    "setting": "a street",
}
SIZE = (746, 420)
"""Of a keyframe of a film in 16:9."""

GRAIN = 3.5
"""Of 255; makes a JPEG as heavy as the heaviest keyframe of the Sintel trailer (36 KB; they have 19 on average)."""


def make_stills(folder: Path, count: int) -> list[KeyframeRecord]:
    """JPEGs of the size and weight of real ones, no two alike."""
    rng = np.random.default_rng(1)
    grain = rng.normal(0, GRAIN, (SIZE[1], SIZE[0], 3))
    records = []
    for number in range(count):
        patches = rng.integers(20, 236, (6, 9, 3), dtype=np.uint8)
        soft = np.asarray(Image.fromarray(patches).resize(SIZE, Image.Resampling.BICUBIC), dtype=np.float32)
        path = folder / f"kf_{number:06d}.jpg"
        Image.fromarray((soft + grain).clip(0, 255).astype(np.uint8)).save(path, quality=88)
        records.append(KeyframeRecord(float(number), str(path), "scene_change"))
    return records


def serve() -> None:
    """The stand-in for a model's server; prints its port, answers until it is killed."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._send({"data": [{"id": "stand-in"}]})

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(THINKING_MS / 1000)
            message = {"role": "assistant", "content": json.dumps(SEEN)}
            self._send({"choices": [{"finish_reason": "stop", "message": message}]})

        def _send(self, document: object) -> None:
            body = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


class Memory:
    """The process's resident memory, looked at as stills are described."""

    def __init__(self) -> None:
        self.mib: list[float] = []

    def look(self, *_: object) -> None:
        """Take a reading."""
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        self.mib.append(pages * resource.getpagesize() / (1 << 20))


def main() -> None:
    """Prints the figures."""
    if sys.argv[1:] == ["--serve"]:
        serve()
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    in_flight = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    with (
        tempfile.TemporaryDirectory() as name,
        subprocess.Popen(
            [sys.executable, "-m", "bench.inference_overhead", "--serve"], stdout=subprocess.PIPE, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            measure(Path(name), port, count, in_flight)
        finally:
            process.kill()


def measure(folder: Path, port: int, count: int, in_flight: int) -> None:
    """Describe the stills and print what it took."""
    records = make_stills(folder, count)
    weight = sum(Path(record.frame_path).stat().st_size for record in records) / count / 1024
    film = folder / "film.mkv"
    film.write_bytes(b"film")
    server = ChatServer(f"http://127.0.0.1:{port}/v1", model="stand-in", in_flight=in_flight)
    describer = VisionModelDescriber(ChatClient(server), name="stand-in")
    head = JournalHead.of(film, describer.identity)
    memory = Memory()
    for run in ("asked", "known"):
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        with DescriptionJournal(folder / "film.journal", head) as journal:
            results = describe_keyframes(records, describer, journal=journal, progress=memory.look)
        save_cache(results, film, folder, engine=describer.identity)
        wall_ms = (time.perf_counter() - wall_s) * 1000 / count
        cpu_ms = (time.process_time() - cpu_s) * 1000 / count
        assert all(description for _, description in results)
        model_ms = THINKING_MS / in_flight if run == "asked" else 0.0
        print(
            f"{run}: {count} stills of {weight:.0f} KiB, {in_flight} in flight: wall {wall_ms:.2f} ms a still, "
            f"of which the stand-in model {model_ms:.2f}; ours {wall_ms - model_ms:.2f} ms, CPU {cpu_ms:.2f} ms "
            f"(limit {LIMIT_MS:g})"
        )
    tenth = max(1, len(memory.mib) // 10)
    print(
        f"memory: {memory.mib[tenth]:.1f} MiB after a tenth of the stills, {memory.mib[-2]:.1f} MiB after the last; "
        f"most ever {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.1f} MiB; "
        f"threads left: {threading.active_count() - 1}"
    )


if __name__ == "__main__":
    main()
