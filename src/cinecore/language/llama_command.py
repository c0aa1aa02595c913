"""How a llama-server is told what to do: its command line and its environment, as values.

Deliberately not here: starting it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cinecore.language.listeners import LOOPBACK

FOREIGN_VARIABLES = ("LLAMA_", "GGML_", "MTMD_")
"""Settings of llama.cpp in a person's environment, which would change results unseen; they do not reach it."""

THREADS_SLEEP = {"OMP_WAIT_POLICY": "passive"}
"""Its threads wait for each other thousands of times a second, by default at full speed: on a machine that has other
work too, one that was put aside is then waited for by all. Measured on two busy cores: twelve times as slow."""


@dataclass(frozen=True)
class LlamaCommand:
    """One llama-server of ours."""

    model: Path
    eyes: Path | None
    port: int
    n_slots: int
    context: int
    """Tokens of each slot."""
    is_on_gpu: bool
    has_log: bool
    has_prompt_cache: bool
    key: str = field(repr=False)
    """Whoever asks must know it."""
    alias: str
    """A second name of the model; where the system does not tell who listens on a port, it shows that the server is
    ours."""

    @property
    def name(self) -> str:
        """The model's name among those that the server lists: its file's, without what would part it in two."""
        return self.model.stem.replace(",", "_")

    def arguments(self) -> list[str]:
        """The command line behind the program's name."""
        return [
            *("-m", os.fspath(self.model)),
            *(() if self.eyes is None else ("--mmproj", os.fspath(self.eyes))),
            *("--port", str(self.port), "--host", LOOPBACK),
            *("-ngl", "99" if self.is_on_gpu else "0"),
            *("-c", str(self.context * self.n_slots), "-np", str(self.n_slots)),
            *(() if self.has_log else ("--log-disable",)),
        ]

    def variables(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Its environment: ours, and what the command line does not hold, the key above all (`ps` shows that)."""
        kept = {name: value for name, value in environment.items() if not name.startswith(FOREIGN_VARIABLES)}
        ours = {
            "LLAMA_API_KEY": self.key,
            "LLAMA_ARG_ALIAS": f"{self.name},{self.alias}",
            "LLAMA_ARG_OFFLINE": "1",
            # each request is another picture: a store of old ones (8 GiB by default) would only be copied to
            "LLAMA_ARG_CACHE_RAM": "0",
            "LLAMA_ARG_CACHE_PROMPT": "1" if self.has_prompt_cache else "0",
            "LLAMA_ARG_UI": "0",
        }
        if not self.is_on_gpu:  # else a GPU build puts the eyes and large products there in spite of -ngl 0
            ours |= {"LLAMA_ARG_DEVICE": "none", "LLAMA_ARG_MMPROJ_OFFLOAD": "0", "CUDA_VISIBLE_DEVICES": ""}
        return {**THREADS_SLEEP, **kept, **ours}
