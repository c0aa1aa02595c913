"""Which lines of a trailer are buried in the film's own sound, found by listening to them, where an enhancer is installed.

What a person wrote into the manifest stays. Deliberately not here: when a line is buried (`cinecore.audio.buried_speech`).
"""

from __future__ import annotations

from cinecore.audio.buried_speech import BURIED_UNDER_DB, REMOVED_DB, over_the_rest_db, removal_db
from cinecore.audio.enhancement import HOW_TO_GET, find_enhancer
from cinecore.timebase import SAMPLE_RATE, FrameRate
from cinecore.timeline import AudioCue, Stem
from cinecut.assembly.compile import heard_of_film
from cinecut.conform.voices import KeptVoices
from cinecut.manifest.layout import lay_out
from cinecut.manifest.schema import Manifest
from cinecut.pipeline.run import Run

DECISION_VERSION = 1
"""Part of assembly's fingerprint: another rule, another decision."""


def kept_voices(run: Run) -> KeptVoices | None:
    """Who finds voices in this run's film; None where nobody is installed, or nobody is to. A preview does without.

    Raises:
        SetupError: `--enhance on` asks for an enhancer that is not installed.
    """
    enhancer = None if run.settings.preview else find_enhancer(run.settings.enhance)
    if enhancer is None:
        return None
    return KeptVoices(run.media, run.identity, enhancer, run.shared_dir or run.work_dir)


def enhancement_parts(run: Run) -> dict[str, object]:
    """What the decision reads, for the fingerprint of assembly; nothing where nobody listens."""
    enhancer = None if run.settings.preview else find_enhancer(run.settings.enhance)
    if enhancer is None:
        return {}
    rule = (DECISION_VERSION, BURIED_UNDER_DB, REMOVED_DB)
    return {"enhance": (enhancer.identity, rule, run.settings.audio_track)}


def voices_parts(run: Run, assembled: Manifest) -> dict[str, object]:
    """Who frees the lines that are to be enhanced, for the fingerprint of what is rendered; nothing where none is."""
    if not _wanted(assembled):
        return {}
    enhancer = None if run.settings.preview else find_enhancer(run.settings.enhance)
    return {"enhance": "nobody" if enhancer is None else enhancer.identity}


def enhanced(run: Run, manifest: Manifest, rate: FrameRate, audio_track: int) -> Manifest:
    """The manifest in which each clip with lines and each voice-over says how far it is enhanced.

    Raises:
        ToolError: The film's sound cannot be read, or the enhancer failed.
        SetupError: The enhancer cannot be loaded.
    """
    voices = kept_voices(run)
    if voices is None:
        return manifest
    layout = lay_out(manifest, rate)
    asked: dict[tuple[str, int], list[AudioCue]] = {}
    begun = {round(voice.time_s, 3): number for number, voice in enumerate(manifest.voice_overs)}
    for cue in heard_of_film(manifest, layout, run.media, audio_track):
        if cue.stem is Stem.DIALOGUE and cue.picture is not None:
            index = layout.items[cue.picture].index
            if manifest.clips[index].enhance_db is None:
                asked.setdefault(("clip", index), []).append(cue)
        elif cue.stem is Stem.NARRATION:
            number = begun.get(round(cue.start / SAMPLE_RATE, 3))
            if number is not None and manifest.voice_overs[number].enhance_db is None:
                asked.setdefault(("voice", number), []).append(cue)
    flat = [cue for cues in asked.values() for cue in cues]
    heard = iter(voices.lines(flat) if flat else ())
    amounts = {key: removal_db(over_the_rest_db([next(heard) for _ in cues])) for key, cues in asked.items()}
    clips = tuple(
        clip.model_copy(update={"enhance_db": amounts.get(("clip", index), clip.enhance_db)})
        for index, clip in enumerate(manifest.clips)
    )
    spoken = tuple(
        voice.model_copy(update={"enhance_db": amounts.get(("voice", number), voice.enhance_db)})
        for number, voice in enumerate(manifest.voice_overs)
    )
    notices = (*manifest.notices, *_told([key for key, by_db in amounts.items() if by_db > 0]))
    return manifest.model_copy(
        update={"clips": clips, "voice_overs": spoken, "notices": tuple(dict.fromkeys(notices))}
    )


def lacking_notice(manifest: Manifest) -> str:
    """What to say where a manifest wants voices found and nobody is there to find them; empty where it wants none."""
    count = _wanted(manifest)
    if not count:
        return ""
    return f"The manifest has {count} {_lines(count)} to be enhanced (enhance_db), heard here as the film has them. {HOW_TO_GET}"


def _wanted(manifest: Manifest) -> int:
    """How many clips and voice-overs are to be enhanced."""
    amounts = [clip.enhance_db for clip in manifest.clips]
    amounts += [voice.enhance_db for voice in manifest.voice_overs]
    return sum(map(bool, amounts))


def _told(keys: list[tuple[str, int]]) -> tuple[str, ...]:
    """One notice with what was enhanced; none where nothing was."""
    if not keys:
        return ()
    clips = ", ".join(str(index + 1) for kind, index in keys if kind == "clip")
    voices = sum(kind == "voice" for kind, _ in keys)
    places = [f"clip {clips}" if clips else "", f"{voices} of the voice-overs" if voices else ""]
    where = " and ".join(filter(None, places))
    how = f"the rest {REMOVED_DB:g} dB lower (enhance_db in the manifest; --enhance off leaves it)"
    return (f"Speech is enhanced where it was buried: {where}, {how}.",)


def _lines(count: int) -> str:
    return "passage" if count == 1 else "passages"
