"""What looking at a clip costs in CPU and memory, on a 4 s clip of 1280 × 720 made here; loading models told apart.

    python -m bench.clip_analysis [--clip FILE] [--repeat 3]

CPU is user and system time of this process and its children. The made clip shows a drawn person and a drawn car
before a panning camera; a clip before it is given, as there is one in every scene but the first.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

from bench.analysis_cost import cpu_seconds
from tests.vidpipe.drawn_frames import DUSK, RED, Car, Person, coded, frame, panned

from vidpipe.artefacts import ArtefactStore
from vidpipe.schemas.kinds import AssetType
from vidpipe.services.clip_frames import decode_clip
from vidpipe.services.cv_analysis_service import CVAnalysisService

FRAMES = 96


def known(tag: str, kind: AssetType, label: str) -> SimpleNamespace:
    """An asset of which nothing is known but its kind."""
    return SimpleNamespace(
        id=tag, tag=tag, asset_type=kind, name=label, label=label, visual_description="", reference_image=None,
        face_embedding=None, face_embedding_space=None, image_embedding=None, image_embedding_space=None,
    )  # fmt: skip


def make_clips(folder: Path) -> None:
    """The clip and the one before it."""
    coded(folder / "before.mp4", panned(frame([Person("keeper")]), FRAMES, 1))
    things = [Car(RED, 60, 430), Person("keeper", 900, 600, "left")]
    coded(folder / "clip.mp4", panned(frame(things, ground=DUSK), FRAMES, 1.5))


def main() -> None:
    """Print CPU seconds and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clip", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.make:
        make_clips(asked.make)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        # in a process of its own: drawing clips takes more memory than looking at them
        subprocess.run([sys.executable, "-m", "bench.clip_analysis", "--make", folder], check=True)
        before, clip = folder / "before.mp4", asked.clip or folder / "clip.mp4"
        shot = {"shot_type": "wide", "setting": "beach", "placements": [{"tag": "CHAR_01", "label": "man"}]}
        manifest = {
            "shot": shot,
            "cut": "cut",
            "previous": {"clip_path": str(before), "shot": shot, "cut": "cut"},
        }
        assets = [known("CHAR_01", AssetType.CHARACTER, "man")]
        service = CVAnalysisService(ArtefactStore(folder / "data"))

        Path("/proc/self/clear_refs").write_text(
            "5", encoding="utf-8"
        )  # the peak so far was making the clips

        def look(path: Path) -> float:
            start = cpu_seconds()
            asyncio.run(service.analyze_generated_content(1, [], path, manifest, assets))
            return cpu_seconds() - start

        loading = look(before)
        start = cpu_seconds()
        decode_clip(clip)
        decoding = cpu_seconds() - start
        costs = [look(clip) for _ in range(asked.repeat)]
        print(f"first clip of a process, models loaded: {loading:.2f} CPU s")
        print(
            f"a clip after another: {min(costs):.2f} to {max(costs):.2f} CPU s, of which decoding {decoding:.2f}"
        )
        print(f"largest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
