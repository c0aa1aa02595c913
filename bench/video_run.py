"""What a video costs: wall seconds against its length, CPU by step, peak memory; and how well planted things are learnt.

    python -m bench.video_run [--total 30 --clip 6 --lines 720]
    python -m bench.video_run --planted 20

CPU is user and system time of this process and everything it started; peak memory is the largest sum, seen every
100 ms, of what they held.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.whole_run import Peak
from typer.testing import CliRunner

from vidpipe.cli import app

PROMPT = (
    "An old lighthouse keeper finds a red kite in a storm and mends it for a girl on the beach. "
    '"Whose kite is this?" the keeper asks. "It is mine," the girl says.'
)
COLORS = ("red", "blue", "green", "yellow")
LABELS = ("car", "truck", "dog", "umbrella", "boat")
PLACES = ("a wide empty field", "a beach", "a quiet park", "a desert", "a city street", "a snowy mountain")
PEOPLE = ("An old man", "A woman", "A girl", "A boy", "A man")


def ask(folder: Path, prompt: str, *words: object, faults: str = "") -> dict[str, Any]:
    """A project made in this process; what was printed of it."""
    environment = {"VIDPIPE_DRAFT_FAULTS": faults} if faults else {}
    done = CliRunner(env=environment).invoke(
        app,
        [
            str(word)
            for word in (
                *("generate", prompt, "--json", "--data-dir", folder / "data"),
                *("--output", folder / "video.mp4", *words),
            )
        ],
    )
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def whole_run(total_s: float, clip_s: float, lines: int) -> None:
    """Print what one video costs."""
    with tempfile.TemporaryDirectory() as folder, Peak() as peak:
        begin = time.monotonic()
        said = ask(Path(folder), PROMPT, "--total", total_s, "--clip-duration", clip_s, "--lines", lines)
        wall_s = time.monotonic() - begin
    length_s = said["project"]["measured"]["duration_s"]
    print(f"{length_s:.1f} s of video, {len(said['scenes'])} scenes, {said['project']['size']}")
    print(f"wall {wall_s:.1f} s: {wall_s / length_s:.2f} x its length (goal 2.5)")
    print(f"peak memory {peak.all_mib:.0f} MiB (goal 1024)")
    for step, seconds in said["last_run_s"].items():
        print(f"  {step:<12} {seconds:6.1f} s")
    print(f"registry: {[(item['tag'], item['label'], item['found_in_scene']) for item in said['registry']]}")


def planted(count: int, seed: int) -> None:
    """Print precision and recall of what scenes with one planted thing each teach."""
    chance = random.Random(seed)
    found = right = extra = 0
    for number in range(count):
        label, color = chance.choice(LABELS), chance.choice(COLORS)
        prompt = "\n".join(
            f"{scene}. {chance.choice(PEOPLE)} stands in {place}."
            for scene, place in enumerate(chance.sample(PLACES, 3), 1)
        )
        scene = chance.choice((1, 2, 3))
        order = {"scene": scene, "label": label, "color": color, "position": chance.choice(("left", "right"))}
        with tempfile.TemporaryDirectory() as folder:
            said = ask(
                Path(folder),
                prompt,
                *("--total", "6", "--clip-duration", "2", "--lines", "360", "--speech", "none"),
                *("--no-music", "--seed", number, "--style", chance.choice(("ink", "paper", "noir"))),
                faults=json.dumps({"plant": [order]}),
            )
            learnt = [item for item in said["registry"] if item["found_in_scene"] is not None]
            family = {"car": {"car", "truck", "bus"}, "truck": {"car", "truck", "bus"}}.get(label, {label})
            hits = [item for item in learnt if item["label"] in family and item["found_in_scene"] == scene]
            found += bool(hits)
            right += min(1, len(hits))
            extra += len(learnt) - min(1, len(hits))
            print(
                f"{number:>3} {color} {label} in scene {scene}: {[(i['tag'], i['label'], i['found_in_scene']) for i in learnt]}"
            )
    print(f"recall {found / count:.2f}, precision {right / max(1, right + extra):.2f} (goal .95)")


def main() -> None:
    """Print the table asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--total", type=float, default=30)
    parser.add_argument("--clip", type=float, default=6)
    parser.add_argument("--lines", type=int, default=720)
    parser.add_argument("--planted", type=int, default=0)
    parser.add_argument("--seed", type=int, default=2026)
    asked = parser.parse_args()
    if asked.planted:
        planted(asked.planted, asked.seed)
    else:
        whole_run(asked.total, asked.clip, asked.lines)


if __name__ == "__main__":
    main()
