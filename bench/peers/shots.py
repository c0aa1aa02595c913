"""Where other detectors see shots change, as JSON; runs in an environment of its own and knows nothing of ours.

    PEERS/bin/python bench/peers/shots.py FILM [--transnet transnetv2.onnx] [--ffmpeg ffmpeg]

PySceneDetect's ContentDetector and AdaptiveDetector run at their defaults on the film as OpenCV decodes it.
TransNetV2 sees windows of 100 frames at 48×27, 50 further each time, of which the middle 50 are kept; a run of
frames over .5 is a change, and the next shot begins after the run's strongest frame (after its only one at a hard
cut). The answer maps each name to frame numbers (the first of each next shot) and to the user CPU it took.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

WIDTH, HEIGHT = 48, 27
WINDOW, STEP, MARGIN = 100, 50, 25
THRESHOLD = 0.5
SCENEDETECT = ("ContentDetector", "AdaptiveDetector")


def scenedetect_cuts(film: str, name: str) -> list[int]:
    """The first frame of every scene but the first."""
    import scenedetect

    detector = getattr(scenedetect, name)()
    return [begin.frame_num for begin, _ in scenedetect.detect(film, detector)][1:]


def small_frames(film: str, ffmpeg: str) -> np.ndarray:
    """Every frame as the network wants it, (frames, 27, 48, 3)."""
    command = [ffmpeg, "-v", "error", "-nostdin", "-i", film, "-map", "0:v:0", "-fps_mode", "passthrough"]
    command += ["-vf", f"scale={WIDTH}:{HEIGHT}", "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"]
    raw = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)


def transnet_likelihoods(frames: np.ndarray, model: str) -> np.ndarray:
    """How likely each frame is the last of a shot, or the middle of a gradual change: (frames,)."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # waiting threads spin, and would count as work
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    end = MARGIN + STEP - (len(frames) % STEP or STEP)
    padded = np.concatenate([frames[:1].repeat(MARGIN, 0), frames, frames[-1:].repeat(end, 0)])
    kept = []
    for first in range(0, len(padded) - WINDOW + 1, STEP):
        single = session.run(["single"], {"frames": padded[None, first : first + WINDOW]})[0]
        kept.append(1 / (1 + np.exp(-single.reshape(-1)[MARGIN : MARGIN + STEP])))
    return np.concatenate(kept)[: len(frames)]


def transnet_cuts(likelihoods: np.ndarray) -> list[int]:
    """The frame after the strongest of every run over the threshold."""
    is_over = np.concatenate([[False], likelihoods > THRESHOLD, [False]]).astype(np.int8)
    edges = np.flatnonzero(np.diff(is_over))
    cuts = [int(a + np.argmax(likelihoods[a:b])) + 1 for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return [cut for cut in cuts if cut < len(likelihoods)]


def cpu_seconds() -> float:
    """User time so far, of this process and of its children that have ended."""
    return sum(resource.getrusage(who).ru_utime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def main() -> None:
    """Print the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("film", type=Path)
    parser.add_argument("--transnet", type=Path)
    parser.add_argument("--ffmpeg", default="ffmpeg")
    parser.add_argument("--only", choices=SCENEDETECT, help="ask this detector alone")
    asked = parser.parse_args()
    film = str(asked.film)
    answer: dict[str, Any] = {}
    for name in (asked.only,) if asked.only else SCENEDETECT:
        begin = cpu_seconds()
        cuts = scenedetect_cuts(film, name)
        answer[name] = {"cuts": cuts, "cpu_s": round(cpu_seconds() - begin, 2)}
    if asked.transnet:
        begin = cpu_seconds()
        cuts = transnet_cuts(transnet_likelihoods(small_frames(film, asked.ffmpeg), str(asked.transnet)))
        answer["TransNetV2"] = {"cuts": cuts, "cpu_s": round(cpu_seconds() - begin, 2)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
