"""What became of a person's wishes: which are in the plan, said in the manifest and in notices; nothing is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from cinecore.errors import InputError
from cinecut.manifest.schema import AskedFor, Clip, Manifest
from cinecut.narrative.brief import Brief
from cinecut.narrative.judgement import Judged
from cinecut.narrative.kept import Kept
from cinecut.narrative.trailer_state import Chosen

NO_ROOM = "there was no room beside the rest"


def unfulfilled(kept: Sequence[Kept], chosen: Sequence[Chosen], judged: Sequence[Judged]) -> tuple[int, ...]:
    """Indices of the wishes that could be fulfilled and are not."""
    return tuple(
        number for number, one in enumerate(kept) if not one.why_not and not _places(one, chosen, judged)
    )


def _places(
    one: Kept, chosen: Sequence[Chosen], judged: Sequence[Judged], brief: Brief | None = None
) -> list[int]:
    """Which of the clips (cards left out), counted from 1, fulfil a wish."""
    clips = [item for item in chosen if item.judged >= 0 or item.lock >= 0]
    return [
        number
        for number, item in enumerate(clips, 1)
        if (
            brief is not None and _is_in(one, brief.locked[item.lock].clip, brief)
            if item.lock >= 0
            else one.is_fulfilled_by(judged[item.judged], is_heard=item.is_heard)
        )
    ]


def _is_in(one: Kept, clip: Clip, brief: Brief) -> bool:
    """Whether a locked clip is what was asked for."""
    wish = one.wish
    if wish.kind == "range":
        return clip.source_start_s <= sum(wish.span_s) / 2 < clip.source_end_s
    heard = {round(line.start_s, 3) for line in clip.lines}
    wanted = {round(brief.events[i].start_s, 3) for i in wish.lines}
    if wish.kind == "line":
        return wanted <= heard
    seen = brief.eyes.people_in(clip.source_start_s, clip.source_end_s) if brief.eyes is not None else ()
    return not wanted.isdisjoint(heard) or (bool(wish.person) and wish.person in seen)


def with_wishes(
    manifest: Manifest,
    brief: Brief,
    kept: Sequence[Kept],
    chosen: Sequence[Chosen],
    judged: Sequence[Judged],
) -> Manifest:
    """The manifest with what was asked for and what became of it."""
    if brief.asked is not None:
        said = brief.asked.in_words()
        update = {"brief": brief.words, "brief_meaning": said, "notices": (*manifest.notices, said)}
        manifest = manifest.model_copy(update=update)
    if not brief.keep and not brief.ban:
        return manifest
    found: list[AskedFor] = []
    notices = list(manifest.notices)
    lost: list[str] = []
    past: list[str] = []
    for one in kept:
        clips = _places(one, chosen, judged, brief)
        why_not = "" if clips else one.why_not or NO_ROOM
        found.append(
            AskedFor(
                wants="keep",
                text=one.wish.text,
                meaning=one.wish.meaning,
                is_granted=bool(clips),
                clips=tuple(clips),
                why_not=why_not,
            )
        )
        if not clips:
            lost.append(f"{one.wish.meaning} ({why_not})")
        elif one.is_past_limit:
            past.append(one.wish.meaning)
    if past:
        notices.append(f"Shown though past the spoiler limit, since --keep asks for it: {'; '.join(past)}.")
    if lost:
        notices.append(f"Not kept, though --keep asks for it: {'; '.join(lost)}.")
    found += [AskedFor(wants="ban", text=wish.text, meaning=wish.meaning) for wish in brief.ban]
    return manifest.model_copy(update={"wishes": tuple(found), "notices": tuple(notices)})


def all_banned(brief: Brief) -> InputError:
    """Why there is no trailer: the bans leave too little of the film."""
    named = ", ".join(wish.meaning for wish in brief.ban[:3])
    more = f" and {len(brief.ban) - 3} more" if len(brief.ban) > 3 else ""
    return InputError(
        "What is banned leaves too little footage for a trailer.",
        brief.source_file,
        f"Ban less than {named}{more}, ask for a shorter trailer, or widen --in, --out and --spoilers.",
    )
