#!/usr/bin/env python3
"""A program under the name llama-server that does what ODD_SERVER says: the faults that a real one seldom shows.

ready             healthy, and describes every picture
slow:SECONDS      healthy after that time
never             listens and is never healthy
deaf              does not listen at all
exits:STATUS      ends at once, after two lines to its log
stubborn          healthy, and ignores SIGTERM
loud              writes 4 MB to its output before it is healthy
garbage           healthy, and answers questions with what is no JSON
words             answers with JSON of another shape
dies:N            healthy, and ends with status 3 at its Nth question; after a restart again
dies-once:N       the same, but after a second start it goes on
relapses:N        ends at its Nth question, and after a second start at once

ODD_MARK names a file that takes a line for each start, ODD_REPORT one that takes its command line and environment.
"""

from __future__ import annotations

import http.server
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

KIND, _, NUMBER = os.environ.get("ODD_SERVER", "ready").partition(":")
ASKED: list[str] = []
DESCRIPTION = {"visual_content": "a grey square", "mood": "calm", "action": "nothing", "setting": "a room"}


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/health":
            is_well = KIND != "never"
            self.answer(200 if is_well else 503, {"status": "ok" if is_well else "loading model"})
        elif self.headers.get("Authorization") != f"Bearer {os.environ['LLAMA_API_KEY']}":
            self.answer(401, {"error": {"message": "Invalid API Key"}})
        else:
            name = os.environ["LLAMA_ARG_ALIAS"].split(",")[0]  # the second name, our secret, is not repeated
            looks = {"input_modalities": ["text", "image"]}
            self.answer(200, {"data": [{"id": name, "architecture": looks}]})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        ASKED.append(self.path)
        if may_die() and len(ASKED) >= int(NUMBER):
            say("a last word before the end\n")
            os._exit(3)
        text = "no JSON at all" if KIND == "garbage" else '{"answer": 42}' if KIND == "words" else None
        text = text or json.dumps(DESCRIPTION)
        self.answer(200, {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]})

    def answer(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True


def may_die() -> bool:
    return KIND == "dies" or (KIND in {"dies-once", "relapses"} and is_first_start())


def is_first_start() -> bool:
    return Path(os.environ["ODD_MARK"]).read_text().count("started") == 1


def say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def main() -> None:
    if "--version" in sys.argv:
        sys.stderr.write("version: 1 (odd)\n")
        return
    report = os.environ.get("ODD_REPORT")
    if report:
        Path(report).write_text(json.dumps({"argv": sys.argv[1:], "environ": dict(os.environ)}))
    with Path(os.environ["ODD_MARK"]).open("a") as starts:
        starts.write("started\n")
    if KIND == "relapses" and not is_first_start():
        sys.exit(4)
    if KIND == "exits":
        say("a first line\na reason for the end\n")
        sys.exit(int(NUMBER))
    if KIND == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if KIND == "loud":
        say(f"{'.' * 1023}\n" * 4096)
    if KIND == "deaf":
        time.sleep(600)
    time.sleep(float(NUMBER) if KIND == "slow" else 0)
    server = Server(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main()
