"""From a film to its trailer: the stages called in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cinecore.errors import InputError
from cinecore.ffmpeg.probe import probe
from cinecore.ports import Describer, ProgressListener, SpeechRecogniser, TextModel
from cinecut.ingestion.recaps import without_recap
from cinecut.ingestion.subtitles import refuse_unusable
from cinecut.manifest.vibe import load_vibe, suggest_vibe
from cinecut.pipeline import plan, stages, story
from cinecut.pipeline.beforehand import check_tracks, look_ahead, require_programs
from cinecut.pipeline.brief import understand_brief
from cinecut.pipeline.captions import refuse_foreign_captions
from cinecut.pipeline.cuts import all_looked_at, each_made
from cinecut.pipeline.ending import ended, refuse_inputs
from cinecut.pipeline.found_music import with_found_music
from cinecut.pipeline.opening import open_run
from cinecut.pipeline.outcome import Outcome
from cinecut.pipeline.run import Run, Say
from cinecut.pipeline.wishes import refuse_unknown_wishes
from cinecut.settings import TrailerSettings

if TYPE_CHECKING:  # loaded when it is needed
    from cinecore.language.feelings import FeelingReader

ChooseVibe = Callable[[str, str], str]


def make_trailer(
    settings: TrailerSettings,
    describer: Describer,
    *,
    listen: ProgressListener,
    say: Say,
    choose_vibe: ChooseVibe | None = None,
    storyteller: TextModel | None = None,
    recogniser: SpeechRecogniser | None = None,
    feelings: FeelingReader | None = None,
) -> Outcome:
    """All seven stages over one film; what is done and unchanged is not done again.

    Raises:
        CineError: One of its kinds; each says what to do next.
    """
    if settings.film is None:
        raise InputError("No film was named.", None, "Name the film.")
    asked = load_vibe(settings.vibe, settings.vibe_folders) if settings.vibe else None
    require_programs()
    media = probe(settings.film)
    check_tracks(settings, media)
    # said before an hour of analysis, not after
    track = settings.subtitle_track
    refuse_unusable(settings.subtitle, media, None if track is None else track - 1)
    with open_run(settings, media, describer, listen, say) as run:
        run.storyteller = storyteller
        run.recogniser = recogniser
        run.feelings = feelings
        if asked is not None:
            # said before hours of work, not after
            for one in all_looked_at(run):
                place = one.place(asked.name)
                refuse_inputs(one, place.path)
                one.ledger.refuse_foreign(place.path, may_overwrite=settings.overwrite)
                refuse_foreign_captions(one, place.path)
        look_ahead(run)
        refuse_unknown_wishes(run)
        proxy = stages.proxy_inputs(run)
        subtitles = stages.subtitle_inputs(
            run, proxy
        )  # a file that cannot be read is said before hours of analysis
        analysis = stages.analyse(run, proxy)
        events = stages.read_lines(run, subtitles, analysis)
        analysis, said = without_recap(analysis, events)
        for notice in said:
            run.notice(notice)
        refuse_unknown_wishes(run, events)
        if asked is None:
            suggestion, reason = suggest_vibe(analysis, events)
            chosen = choose_vibe(suggestion, reason) if choose_vibe else suggestion
            if not choose_vibe:
                say(f"Vibe: {suggestion} ({reason}); --vibe names another.")
            asked = load_vibe(chosen, settings.vibe_folders)
        run.checkpoint.vibe = asked.name
        keyframes = stages.keyframe_inputs(proxy, subtitles)
        records = stages.pick_keyframes(run, keyframes, analysis, events)
        inference = stages.inference_inputs(run, keyframes)
        descriptions, eyes = stages.describe(run, inference, records, analysis)
        told = story.hear_story(run, subtitles, analysis, events)
        vibe = asked
        wanted = understand_brief(run, subtitles, inference, events, descriptions, eyes)

        def decide(one: Run) -> Outcome:
            """What follows the looking: planned, laid and rendered, once for each trailer."""
            one.settings, missing = with_found_music(one.settings, vibe)
            one.notice(missing)
            narrative = plan.narrative_inputs(one, vibe, proxy, subtitles, inference, told, wanted)
            if one is not run and "inference" in run.stages_run:  # its own is cleared where it must be
                one.checkpoint.clear_stage("narrative")
            manifest = plan.plan(one, narrative, vibe, analysis, events, descriptions, eyes, told, wanted)
            return ended(one, manifest, vibe)

        return each_made(run, decide)
