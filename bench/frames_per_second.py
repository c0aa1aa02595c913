"""Stills described a second by a llama-server: one slot and one request beside our settings, in the same run.

python -m bench.frames_per_second [--frames N] [--slots N] [--model M.gguf --mmproj P.gguf [--cpu]]

Without weights the tests' model without knowledge is taken, on the processor. With a GPU:
`python -m samples.tiny_llava DIR --shape llava-7b` writes weights with the sizes of LLaVA 1.5 7B, whose values do
not matter for speed; name them with --model and --mmproj.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image
from samples.tiny_llava import write_pair
from tests.llama.serving import server_program

from cinecore.language.chat import ChatClient
from cinecore.language.llama_server import Device, LlamaServer
from cinecore.ports import StillView
from cinecut.inference.vision_model import VisionModelDescriber

GOAL = 4.0
"""On a GPU with LLaVA 1.5 7B."""

WARM_UP = 2
TICKS = os.sysconf("SC_CLK_TCK")


def make_stills(folder: Path, count: int) -> list[StillView]:
    """Pictures of a film's size with something in them, no two alike."""
    generator = np.random.default_rng(5)
    stills = []
    for number in range(count):
        rough = generator.integers(0, 256, (9, 16, 3), dtype=np.uint8)
        path = folder / f"still_{number:03}.jpg"
        Image.fromarray(rough).resize((746, 420), Image.Resampling.BICUBIC).save(path, quality=88)
        stills.append(StillView(float(number), path))
    return stills


def cpu_seconds(process: int) -> float:
    """Processor time that a process has taken."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measure(
    label: str, pair: tuple[Path, Path], stills: list[StillView], device: Device, n_slots: int | None
) -> float:
    """Stills a second, printed with what they cost."""
    server = LlamaServer(
        *pair,
        port=0,
        device=device,
        n_slots=n_slots,
        has_prompt_cache=True,
        program=server_program(),
        on_wait=print,
    )
    begun = time.perf_counter()
    with server, ChatClient(server.chat_server()) as client:
        ready = time.perf_counter() - begun
        describer = VisionModelDescriber(client, name=label)
        process = server.server.process.pid if server.server else 0
        with ThreadPoolExecutor(server.n_slots) as threads:
            list(threads.map(describer.describe, stills[:WARM_UP]))
            cpu = cpu_seconds(process)
            begun = time.perf_counter()
            letters = sum(
                len(found.visual_content + found.mood + found.action + found.setting)
                for found in threads.map(describer.describe, stills[WARM_UP:])
            )
            seconds = time.perf_counter() - begun
        count = len(stills) - WARM_UP
        print(
            f"{label:<34} {server.n_slots:2} slots   {count / seconds:7.2f} stills/s   "
            f"{(cpu_seconds(process) - cpu) / count * 1000:7.0f} ms CPU a still   "
            f"{letters / count:4.0f} letters each   ready in {ready:.1f} s"
        )
    return count / seconds


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="Stills described a second.")
    parser.add_argument("--frames", type=int, default=48)
    parser.add_argument("--slots", type=int, help="instead of as many as the free memory takes")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--mmproj", type=Path)
    parser.add_argument("--cpu", action="store_true", help="weights that are named, on the processor")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        is_named = asked.model is not None and asked.mmproj is not None
        pair = (asked.model, asked.mmproj) if is_named else write_pair(Path(folder))
        device: Device = "gpu" if is_named and not asked.cpu else "cpu"
        stills = make_stills(Path(folder), asked.frames + WARM_UP)
        plain = measure("one slot, one request, -c 2048", pair, stills, device, 1)
        ours = measure("our settings", pair, stills, device, asked.slots)
    goal = f"   goal {GOAL:g} x" if device == "gpu" else "   (the goal of 4 x is a GPU's with LLaVA 1.5 7B)"
    print(f"ratio {ours / plain:.2f} x{goal}")


if __name__ == "__main__":
    main()
