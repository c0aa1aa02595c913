"""A director behind the port of text models: the same storyboards, asked for, checked, and asked for again.

Exactly as many scenes as wished: an over-long answer is cut, a short one asked again; known tags stay, unknown
ones are mapped or declared. The script is data in the prompt, fenced, never instructions.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from importlib import resources

from cinecore.errors import ReplyError
from cinecore.ports import TextModel
from vidpipe.errors import ProviderError
from vidpipe.schemas.kinds import TAG_PREFIXES, AssetType, LineKind
from vidpipe.schemas.pacing import line_s, share_out, split_line, surplus_s
from vidpipe.schemas.script import Script, ScriptKind
from vidpipe.schemas.storyboard import (
    LONGEST_SCENE_S,
    SCENES_AT_MOST,
    AssetSpec,
    Line,
    Placement,
    SceneAudio,
    SceneSpec,
    Shot,
    Storyboard,
    StyleGuide,
)
from vidpipe.schemas.wishes import LONGEST_TOTAL_S, Wishes
from vidpipe.schemas.wording import with_prompts
from vidpipe.services.model_reply import (
    AssetAnswer,
    PlacementAnswer,
    SceneAnswer,
    StoryboardAnswer,
    read_reply,
    reply_schema,
)

TEMPERATURES = (0.7, 0.4, 0.1)
"""One for each try; what failed in freedom may succeed in order."""

SPEECH_SHARE = 0.97
LONGEST_LINE_S = 12.0
"""A line that takes longer is parted."""

FACTS_AT_MOST = 60
DETAILS_AT_MOST = 12
_TAG = re.compile(r"^(CHAR|OBJ|ENV|PROP|STYLE|VEH|OTHER)[_\- ]?(\d{1,4})$")
_PALETTES = {
    "ink": ("#20242c", "#4a6d8c", "#c8b48c", "#e9e2d0", "#b5483a"),
    "paper": ("#2d3a4b", "#5c8a8a", "#e0b15c", "#f3ead7", "#c25a3c"),
    "noir": ("#0e0f12", "#3a3d44", "#8b8f98", "#d9dade", "#c8102e"),
}
_FACT = re.compile(r"\b\d[\d.,:]*\d\b|\b\d+\b|(?<=[a-z,;] )[A-ZÀ-Þ][^\W\d_]{2,}")


class ModelDirector:
    """A director that asks a text model."""

    def __init__(self, text_model: TextModel) -> None:
        self._model = text_model

    @property
    def identity(self) -> str:
        """What a fingerprint must know: the model, and the words it is asked with."""
        digest = hashlib.sha256(_template().encode()).hexdigest()[:12]
        return f"model-director/1 {self._model.identity} {digest}"

    def direct(self, script: Script, wishes: Wishes) -> Storyboard:
        """The storyboard of a script, as many scenes and as long as wished.

        Raises:
            ProviderError: Three answers in a row could not be used; the message says why the last could not.
            RemoteError: The model does not answer.
        """
        count, total = _count_and_total(script, wishes)
        complaint = ""
        for temperature in TEMPERATURES:
            instruction, text = _asked(script, wishes, count, total, complaint)
            try:
                answer, wrong = read_reply(self._model.answer(instruction, text, reply_schema(), temperature))
            except (
                ReplyError
            ) as error:  # nothing came, or half of it: another try, as for what cannot be read
                answer, wrong = None, error.happened
            if answer is not None and len(answer.scenes) < count:
                wrong = f"The answer had {len(answer.scenes)} scenes; it must have exactly {count}."
            elif answer is not None:
                return _storyboard(answer, script, wishes, count, total)
            complaint = f"Your answer before this one could not be used. {wrong}"
        raise ProviderError(
            f"The model's storyboard could not be used after {len(TEMPERATURES)} tries: {wrong}",
            self._model.identity,
            "Try again, ask for fewer scenes, or use the rule-based director.",
        )


@lru_cache(maxsize=1)
def _template() -> str:
    return resources.files("vidpipe").joinpath("prompts/direct_storyboard.md").read_text("utf-8")


def _count_and_total(script: Script, wishes: Wishes) -> tuple[int, float]:
    """How many scenes are asked for, and how long they are together."""
    if wishes.scene_count is not None and wishes.total_s is not None:
        return wishes.scene_count, wishes.total_s
    speech = sum(line_s(line.text) for line in script.lines())
    actions = sum(
        len(re.findall(r"[.!?…](?:\s|$)", action)) or 1 for scene in script.scenes for action in scene.actions
    )
    if script.kind in {ScriptKind.LIST, ScriptKind.SHOT_LIST}:
        actions = len(script.scenes)
    count = min(SCENES_AT_MOST, max(1, actions, round(speech / wishes.clip_duration_s)))
    total = max(count * wishes.clip_duration_s, speech / SPEECH_SHARE)
    return count, min(total, LONGEST_TOTAL_S)


def _asked(script: Script, wishes: Wishes, count: int, total_s: float, complaint: str) -> tuple[str, str]:
    """The instruction, and the script between fences that it cannot hold itself."""
    fence = f"=====SCRIPT {hashlib.sha256(script.text.encode()).hexdigest()[:16]}====="
    known = [
        {"tag": asset.tag, "name": asset.name, "label": asset.label, "description": asset.description}
        for asset in wishes.known
    ]
    words = {
        "fence": fence,
        "count": str(count),
        "seconds": f"{total_s / count:.1f}",
        "total": f"{total_s:g}",
        "known": json.dumps(known, ensure_ascii=False) if known else "none",
        "complaint": complaint,
    }
    # One pass, so that nothing inside a value is taken for a placeholder.
    instruction = re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], found[0]), _template())
    return instruction.strip(), f"{fence}\n{script.text.replace(fence, '')}\n{fence}"


def _storyboard(
    answer: StoryboardAnswer, script: Script, wishes: Wishes, count: int, total_s: float
) -> Storyboard:
    notices = list(script.notices)
    answers = answer.scenes[:count]
    if len(answer.scenes) > count:
        notices.append(f"The model made {len(answer.scenes)} scenes; the first {count} are kept.")
    cast = _Cast(wishes.known, answer.assets)
    lines = [cast.lines(scene, total_s) for scene in answers]
    lines, dropped = _that_fit(lines, total_s)
    if dropped:
        notices.append(f"{dropped} spoken lines do not fit into {total_s:g} s and are left out.")
    needs = [_speech(said) for said in lines]
    lengths = share_out(total_s, needs, [scene.seconds or total_s / count for scene in answers])
    details = _details(script.text, answers)
    style = StyleGuide(
        look=wishes.look,
        visual_style=answer.visual_style,
        palette=_PALETTES.get(wishes.look, _PALETTES["ink"]),
        camera="eye level, one move a shot and never without a reason",
    )
    scenes = [
        _scene(number, scene, said, length, kept, cast)
        for number, (scene, said, length, kept) in enumerate(
            zip(answers, lines, lengths, details, strict=True)
        )
    ]
    assets = cast.assets
    return Storyboard(
        title=(answer.title or script.title)[:300],
        style_guide=style,
        assets=assets,
        scenes=tuple(with_prompts(scene, style, assets) for scene in scenes),
        notices=tuple(notices),
    )


def _scene(
    number: int,
    answer: SceneAnswer,
    lines: list[Line],
    length_s: float,
    details: tuple[str, ...],
    cast: _Cast,
) -> SceneSpec:
    return SceneSpec(
        scene_index=number,
        heading=answer.heading,
        description=answer.description,
        duration_s=length_s,
        start_frame_prompt="",
        end_frame_prompt="",
        motion_prompt="",
        cut=answer.cut if number else type(answer.cut).CUT,
        key_details=details,
        shot=Shot(
            shot_type=answer.shot_type,
            camera_movement=answer.camera_movement,
            focal_point=answer.placements[0].label if answer.placements else answer.setting,
            setting=answer.setting,
            interior=answer.interior,
            time_of_day=answer.time_of_day or "day",
            weather=answer.weather,
            placements=tuple(cast.placement(item) for item in answer.placements),
        ),
        audio=SceneAudio(
            lines=tuple(lines), effects=tuple(answer.effects), ambience=answer.ambience, music=answer.music
        ),
    )


def _that_fit(lines: list[list[Line]], total_s: float) -> tuple[list[list[Line]], int]:
    """Whole lines from the beginning on, as many as there is time for; and how many were left out.

    What is too long for one scene is said in the next.
    """
    room_s = total_s * SPEECH_SHARE
    kept: list[list[Line]] = []
    waiting: list[Line] = []
    left_out = 0
    for said in lines:
        waiting += said
        fitting: list[Line] = []
        here_s = LONGEST_SCENE_S
        while waiting and (needed_s := line_s(waiting[0].text)) <= here_s:
            line = waiting.pop(0)
            if left_out or needed_s > room_s:
                left_out += 1
                continue
            room_s, here_s = room_s - needed_s, here_s - needed_s
            fitting.append(line)
        kept.append(fitting)
    left_out += len(waiting)
    while surplus_s(total_s, [_speech(said) for said in kept]) > 0 and any(kept):
        next(said for said in reversed(kept) if said).pop()
        left_out += 1
    return kept, left_out


def _speech(lines: list[Line]) -> float:
    return sum(line_s(line.text) for line in lines)


def _details(text: str, answers: list[SceneAnswer]) -> list[tuple[str, ...]]:
    """What must survive in each scene: what the model says, and names and numbers of the script that it lost."""
    details = [list(dict.fromkeys(answer.key_details)) for answer in answers]
    told = " ".join(answer.model_dump_json() for answer in answers).lower()
    for found in list(_FACT.finditer(text))[:FACTS_AT_MOST]:
        if found[0].lower() not in told:
            place = min(len(answers) - 1, found.start() * len(answers) // max(1, len(text)))
            if found[0] not in details[place]:
                details[place].append(found[0])
    return [tuple(kept[:DETAILS_AT_MOST]) for kept in details]


class _Cast:
    """The assets, and who is meant by a tag, a name or a label."""

    def __init__(self, known: tuple[AssetSpec, ...], declared: list[AssetAnswer]) -> None:
        self._assets = {asset.tag: asset for asset in known}
        self._tags = {asset.tag: asset.tag for asset in known}
        """As the model writes it → as it is."""
        for answer in declared:
            self._declare(answer)

    @property
    def assets(self) -> tuple[AssetSpec, ...]:
        """All of them, those known first."""
        return tuple(self._assets.values())

    def placement(self, answer: PlacementAnswer) -> Placement:
        """A placement whose tag is one of ours, or none."""
        tag = self._tag_of(answer)
        label = answer.label or (self._assets[tag].label if tag else "thing")
        return Placement(
            tag=tag,
            label=label,
            role=answer.role,
            position=answer.position,
            facing=answer.facing,
            action=answer.action,
            expression=answer.expression,
            wardrobe=answer.wardrobe,
            color=answer.color,
        )

    def lines(self, scene: SceneAnswer, total_s: float) -> list[Line]:
        """The spoken lines with the tags of who speaks; what no scene could hold is parted."""
        return [
            Line(
                speaker="" if (is_told := _is_told(line.speaker)) else line.speaker,
                tag=None if is_told else self._by_name(line.speaker),
                text=text,
                kind=LineKind.NARRATION if is_told else LineKind.DIALOGUE,
                manner=line.manner,
            )
            for line in scene.lines
            for text in split_line(line.text, min(LONGEST_LINE_S, max(2.0, total_s)))
        ]

    def _declare(self, answer: AssetAnswer) -> str:
        tag = _normal(answer.tag)
        if tag in self._assets:
            same = self._assets[tag]
            is_same = same.label == answer.label or _words(same.name) & _words(answer.name)
            if is_same:
                self._tags[answer.tag] = tag
                return tag
            tag = ""
        elif (same_name := self._by_name(answer.name)) is not None:
            self._tags[answer.tag] = same_name
            return same_name
        kind = _kind(tag or _normal(answer.tag))
        tag = tag or self._free(kind)
        self._tags[answer.tag] = tag
        self._assets[tag] = AssetSpec(
            tag=tag,
            asset_type=kind,
            name=answer.name or answer.label,
            label=answer.label or answer.name,
            description=answer.description,
            voice=answer.label if kind is AssetType.CHARACTER else "",
        )
        return tag

    def _tag_of(self, answer: PlacementAnswer) -> str | None:
        if not answer.tag:
            return None
        if (tag := self._tags.get(answer.tag)) or (tag := self._tags.get(_normal(answer.tag))):
            return tag
        if (tag := self._by_name(answer.tag.replace("_", " "))) is not None:
            return tag
        if not _normal(answer.tag) or not answer.label:
            return None
        return self._declare(
            AssetAnswer(tag=answer.tag, name=answer.label, label=answer.label, description=answer.wardrobe)
        )

    def _by_name(self, name: str) -> str | None:
        wanted = _words(name)
        for tag, asset in self._assets.items():
            if wanted and wanted == _words(asset.name):
                return tag
        for tag, asset in self._assets.items():
            if wanted and asset.asset_type is AssetType.CHARACTER and wanted & _words(asset.name):
                return tag
        return None

    def _free(self, kind: AssetType) -> str:
        prefix = TAG_PREFIXES[kind]
        used = [int(tag.rsplit("_", 1)[1]) for tag in self._assets if tag.startswith(f"{prefix}_")]
        return f"{prefix}_{max(used, default=0) + 1:02d}"


def _is_told(speaker: str) -> bool:
    """Whether nobody in the story says it."""
    return not speaker or speaker.lower() in {"narrator", "narration"}


def _normal(tag: str) -> str:
    """A tag as ours are written; empty where it is none."""
    found = _TAG.match(tag.strip().upper())
    return f"{found[1]}_{int(found[2]):02d}" if found else ""


def _kind(tag: str) -> AssetType:
    prefix = tag.rsplit("_", 1)[0]
    return next((kind for kind, name in TAG_PREFIXES.items() if name == prefix), AssetType.OBJECT)


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", name.lower())) - {"the", "a", "an"}
