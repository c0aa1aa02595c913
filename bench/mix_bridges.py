"""How many spoken clips of acts 1 and 2 are J- or L-cuts, and how many voice-overs there are, over films of known truth.

    python -m bench.mix_bridges [FILMS]

The films are those of `bench.craft`, as analysis, ears and eyes would give them; vibes in turn.
"""

from __future__ import annotations

import sys

from bench.craft.films import bench_films

from cinecut.assembly.assemble import assemble
from cinecut.assembly.bridges import ACTS
from cinecut.narrative.plan import plan_trailer
from cinecut.narrative.sound_facts import with_sound


def main() -> None:
    """Print one line a film and the sums."""
    spoken = bridged = rolled = third = voices = with_voice = 0
    films = bench_films(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
    for film in films:
        planned = with_sound(plan_trailer(film.brief), film.brief)
        made = assemble(planned, film.vibe, film.spec.rate)
        own = [clip for clip in made.clips if clip.act in ACTS and clip.sound == "line" and clip.lines]
        over = [clip for clip in own if clip.sound_lead_s or clip.sound_tail_s]
        off = sum(not clip.on_beat for clip in made.clips) - sum(not clip.on_beat for clip in planned.clips)
        print(
            f"{film.name}: {len(over)} of {len(own)} spoken clips, {off} rolled, {len(made.voice_overs)} voice-overs"
        )
        spoken, bridged, rolled = spoken + len(own), bridged + len(over), rolled + off
        third += 3 * len(over) >= len(own)
        voices, with_voice = voices + len(made.voice_overs), with_voice + bool(made.voice_overs)
    print(
        f"{len(films)} films: {bridged} of {spoken} spoken clips ({100 * bridged / max(1, spoken):.0f} %), {rolled} by a rolled cut; "
        f"a third or more in {third}; {voices} voice-overs in {with_voice} films"
    )


if __name__ == "__main__":
    main()
