r"""How well the analysis finds shot changes, by kind, beside other detectors on the same films; tunes nothing.

    python -m bench.analysis_shots --seeds 1010 1011 --length 100 --keep FOLDER --shared MEDIA_FOLDER \
        --peers PEERS/bin/python --transnet transnetv2.onnx

`bench.shot_scores` says what counts. The peers run in an environment of their own (`bench/peers/requirements.txt`);
without `--peers` only ours is scored. What they answered is kept beside the films in FOLDER and asked once.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from bench.shot_scores import Film, Found, Score, sample_truth, shared_truth, table
from samples.film import FilmSpec, make_film

from cinecore.analysis.onepass import analyse_film
from cinecore.ffmpeg.probe import probe

OURS = "ours"
PEERS = Path(__file__).parent / "peers" / "shots.py"

SHARED = (("big_buck_bunny_448x252", "big_buck_bunny"), ("sintel_trailer-720p", "sintel_trailer"))

NOT_IN_THE_TRUTH: dict[str, list[tuple[int, int]]] = {"big_buck_bunny": [(744, 811)]}
"""Its truth holds hard cuts only; here one sees a dissolve from a burrow to its inside."""


def ours(film: Path, work: Path) -> Found:
    """What the analysis tells of the film at hand."""
    return [(shot.first_frame, shot.opens_with) for shot in analyse_film(probe(film), work).shots[1:]]


def peers(film: Path, answer: Path, python: Path | None, transnet: Path | None) -> dict[str, Found]:
    """What each peer tells; they tell no kinds."""
    if python is None:
        return {}
    if not answer.exists():
        command = [str(python), str(PEERS), str(film), *(["--transnet", str(transnet)] if transnet else [])]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        answer.write_bytes(done.stdout)
    told: dict[str, Any] = json.loads(answer.read_text())
    return {name: [(cut, "hard") for cut in item["cuts"]] for name, item in told.items()}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="*", default=[1000])
    parser.add_argument("--length", type=int, default=100)
    parser.add_argument(
        "--keep", type=Path, help="keep films and peers' answers here and use those that are there"
    )
    parser.add_argument("--shared", type=Path, help="folder of hand-checked films")
    parser.add_argument("--peers", type=Path, help="the Python of the peers' environment")
    parser.add_argument("--transnet", type=Path, help="transnetv2.onnx")
    parser.add_argument(
        "--slack", type=int, default=0, help="frames by which a sample film's hard cut may be missed"
    )
    parser.add_argument("--notes", action="store_true", help="name what was missed and what is wrong")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        keep = asked.keep or work

        def show(title: str, films: list[tuple[Film, Path, Path]]) -> None:
            scores: dict[str, Score] = {}
            for truth, film, answer in films:
                told = {
                    OURS: ours(film, work / "analysis"),
                    **peers(film, answer, asked.peers, asked.transnet),
                }
                for name, found in told.items():
                    scores.setdefault(name, Score()).add(truth, found)
            print(f"\n{title}\n\n{table(scores)}")
            if asked.notes:
                for name, score in scores.items():
                    print(f"\n{name}:", *score.notes, sep="\n- ")

        made = []
        for seed in asked.seeds:
            folder = keep / f"film{seed}"
            if not (folder / "truth.json").exists():
                make_film(FilmSpec(seed, asked.length), folder)
            truth = sample_truth(f"seed {seed}", json.loads((folder / "truth.json").read_text()), asked.slack)
            made.append((truth, folder / "film.mp4", folder / "peers.json"))
        if made:
            show(f"Sample films, seeds {', '.join(map(str, asked.seeds))}, {asked.length} s each", made)
        for file, name in SHARED if asked.shared else ():
            read = json.loads((asked.shared / "sbd" / f"{name}.shots.json").read_text())
            truth = shared_truth(name, read, NOT_IN_THE_TRUTH.get(name, ()))
            show(name, [(truth, asked.shared / "video" / f"{file}.mp4", keep / f"{name}.peers.json")])


if __name__ == "__main__":
    main()
