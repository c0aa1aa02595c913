"""Planned shots to scenes: size, sides, camera, who stands where doing what, in words that stand by themselves.

Deliberately not here: how many shots there are, and how long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vidpipe.providers.draft.director_beats import Beat, Figure, Place
from vidpipe.providers.draft.director_plan import Planned
from vidpipe.providers.draft.figures_poses import STAND, pose_of
from vidpipe.providers.draft.grammar import Line as SideLine
from vidpipe.providers.draft.grammar import camera_move, move_in_words, next_size, positions, size_in_words
from vidpipe.providers.draft.words import Verb, load_lexicon
from vidpipe.schemas.kinds import CameraMove, Cut, Facing, LineKind, Position, Role, ShotType
from vidpipe.schemas.storyboard import Line, Placement, SceneAudio, SceneSpec, Shot

PLACEMENTS_AT_MOST = 6
DESCRIPTION_LETTERS, SHORT_LETTERS, DETAILS_AT_MOST = 3500, 300, 8
_CROWD_LABELS = ("woman", "man", "girl")
_WEATHER_WORDS = {
    "rain": "in the rain",
    "storm": "in a storm",
    "snow": "in the snow",
    "fog": "in fog",
    "wind": "in the wind",
}
_TIME_WORDS = {"dawn": "at dawn", "dusk": "at dusk", "night": "at night"}


@dataclass
class Staging:
    """What carries over from shot to shot while a storyboard is made."""

    figures: Sequence[Figure]
    tags: Mapping[int, str]
    clothes: Mapping[int, str]
    sides: SideLine = field(default_factory=SideLine)
    size: ShotType | None = None
    move: CameraMove | None = None
    place: Place | None = None
    subjects: frozenset[int] = frozenset()
    unit: int = -1
    inserted: set[int] = field(default_factory=set)
    beat: int = 0

    def stage(self, planned: Planned, number: int, count: int, duration_s: float) -> SceneSpec:
        """One planned shot as a scene; its prompts are left empty."""
        beat = planned.beats[0]
        subjects, things, others = self._who(planned)
        thing = next((n for n in (*things, *others) if not self.figures[n].acts), None)
        size = self._size(planned, subjects, thing, number, count)
        if size is ShotType.INSERT and thing is None:
            size = ShotType.CLOSE_UP if subjects else ShotType.WIDE
        if planned.kind == "insert" and size is ShotType.INSERT:
            subjects, others, things = (), (), (thing,) if thing is not None else ()
        elif size is ShotType.CLOSE_UP and subjects:
            subjects, others, things = subjects[:1], (), ()
        elif planned.kind == "establish":
            things = ()
        placements, facing = self._placements(planned, size, subjects, things, others)
        move = self._move(planned, size, facing, subjects, thing, number, count)
        focal = self._focal(size, subjects, thing, beat)
        spec = SceneSpec(
            scene_index=number,
            heading=beat.heading[:SHORT_LETTERS],
            description=self._description(planned, size, subjects, thing),
            duration_s=duration_s,
            start_frame_prompt="",
            end_frame_prompt="",
            motion_prompt="",
            cut=self._cut(planned, size, subjects, number),
            key_details=tuple(dict.fromkeys(d for part in planned.beats for d in part.details))[
                :DETAILS_AT_MOST
            ],
            shot=Shot(
                shot_type=size,
                camera_movement=move,
                focal_point=focal[:SHORT_LETTERS],
                setting=beat.place.setting[:SHORT_LETTERS],
                interior=beat.place.is_interior,
                time_of_day=beat.place.time_of_day,
                weather=beat.place.weather,
                placements=placements,
            ),
            audio=self._audio(planned, beat),
        )
        self._remember(planned, spec, subjects, thing)
        return spec

    def _who(self, planned: Planned) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        """Who acts, what they have to do with, and what else is there."""
        figures = self.figures
        speaking = [n for beat in planned.beats for line, n in zip(beat.lines, beat.speakers, strict=True) if n is not None and not line.is_off_screen]  # fmt: skip
        named = [n for beat in planned.beats for n in beat.subjects]
        met = [n for beat in planned.beats for n in beat.objects]
        behind = [n for beat in planned.beats for n in beat.others]
        if planned.lines and speaking:
            named = [*speaking, *named]
        scenery = planned.beats[0].place.setting if planned.kind != "insert" else ""
        met, behind = ([n for n in some if figures[n].label != scenery] for some in (met, behind))
        acting = list(dict.fromkeys(n for n in (*named, *met, *behind) if figures[n].acts))
        things = list(dict.fromkeys(n for n in (*named, *met) if not figures[n].acts))
        others = [n for n in dict.fromkeys(behind) if n not in things and n not in acting]
        return tuple(acting[:3]), tuple(things[:2]), tuple(others[:2])

    def _size(
        self, planned: Planned, subjects: tuple[int, ...], thing: int | None, number: int, count: int
    ) -> ShotType:
        beat = planned.beats[0]
        if planned.kind in {"main", "establish"}:
            hinted = size_in_words(beat.hints.size) or size_in_words(beat.hints.camera)
            if hinted is not None and planned.kind == "main":
                return hinted
        wanted = self._wanted(planned, subjects, thing)
        if number == 0 and count > 1 and not planned.lines:
            wanted = [ShotType.ESTABLISHING, ShotType.WIDE]
        return next_size(wanted, self.size)

    def _wanted(self, planned: Planned, subjects: tuple[int, ...], thing: int | None) -> list[ShotType]:
        """Sizes for a shot, the best first."""
        beat = planned.beats[0]
        is_new_place = self.place is None or self.place.key != beat.place.key
        two = len(subjects) > 1
        kinds = {
            "establish": [ShotType.ESTABLISHING, ShotType.WIDE],
            "close": [ShotType.CLOSE_UP, ShotType.MEDIUM] if subjects else [ShotType.INSERT, ShotType.MEDIUM],
            "insert": [ShotType.INSERT, ShotType.CLOSE_UP, ShotType.MEDIUM],
            "two": [ShotType.TWO_SHOT, ShotType.MEDIUM] if two else [ShotType.MEDIUM, ShotType.WIDE],
            "tail": [ShotType.WIDE, ShotType.ESTABLISHING],
            "wide": [ShotType.WIDE, ShotType.ESTABLISHING],
            "medium": [ShotType.MEDIUM, ShotType.CLOSE_UP],
        }
        if planned.kind != "main":
            return kinds[planned.kind]
        flags = frozenset(flag for part in planned.beats for flag in part.flags)
        if planned.lines:
            several = len({speaker for _, speaker in planned.lines}) > 1
            if two and (
                several or (is_new_place and self.size not in {ShotType.TWO_SHOT, ShotType.ESTABLISHING})
            ):
                return [ShotType.TWO_SHOT, ShotType.MEDIUM]
            return [ShotType.MEDIUM, ShotType.CLOSE_UP] if subjects else [ShotType.WIDE, ShotType.MEDIUM]
        if two and ("join" in flags or not is_new_place):
            wanted = [ShotType.TWO_SHOT, ShotType.MEDIUM, ShotType.WIDE]
        elif is_new_place or "travel" in flags:
            wanted = [ShotType.WIDE, ShotType.TWO_SHOT if two else ShotType.MEDIUM, ShotType.ESTABLISHING]
        elif not subjects:
            wanted = [ShotType.WIDE, ShotType.INSERT if thing is not None else ShotType.ESTABLISHING]
        elif "think" in flags and beat.expression:
            wanted = [ShotType.CLOSE_UP, ShotType.MEDIUM]
        else:
            wanted = [ShotType.MEDIUM, ShotType.WIDE, ShotType.CLOSE_UP]
        return wanted

    def _placements(
        self,
        planned: Planned,
        size: ShotType,
        subjects: tuple[int, ...],
        things: tuple[int, ...],
        others: tuple[int, ...],
    ) -> tuple[tuple[Placement, ...], Facing | None]:
        flags = frozenset(flag for part in planned.beats for flag in part.flags)
        together = len(subjects) > 1 and any(
            "travel" in part.flags and len({*part.subjects, *part.objects} & set(subjects)) > 1
            for part in planned.beats
        )
        leaves = "away" in flags and size in {ShotType.WIDE, ShotType.ESTABLISHING} and planned.kind == "main"
        facings = self.sides.facings(subjects, all_one_way=together, away=leaves)
        self.sides.neutral(n for n in range(len(self.figures)) if n not in facings)
        stands = positions(facings, size, all_one_way=together)
        placed = [
            self._placement(
                figure,
                planned,
                Role.SUBJECT if place == 0 else Role.SECONDARY,
                stands[figure],
                facings[figure],
            )
            for place, figure in enumerate(subjects)
        ]
        first = facings[subjects[0]] if subjects else None
        free = _across(stands, subjects)
        for place, figure in enumerate(things):
            alone = not subjects and place == 0
            position = Position.CENTER if alone or len(subjects) > 1 else free
            role = Role.SUBJECT if alone else Role.PROP
            placed.append(self._placement(figure, planned, role, position, Facing.CAMERA))
        placed += [
            self._placement(figure, planned, Role.BACKGROUND, free, Facing.CAMERA) for figure in others
        ]
        if size not in {ShotType.INSERT, ShotType.CLOSE_UP}:
            have = {item.label for item in placed}
            behind = planned.beats[0].place.behind
            placed += [
                Placement(label=label, role=Role.BACKGROUND, position=Position.RIGHT)
                for label in behind
                if label not in have
            ]
        return tuple(_without_crowds(placed)[:PLACEMENTS_AT_MOST]), first

    def _placement(
        self, number: int, planned: Planned, role: Role, position: Position, facing: Facing
    ) -> Placement:
        figure = self.figures[number]
        action, pose, expression = "", "", ""
        for beat in planned.beats:
            if number in beat.subjects and beat.verb is not None and not action:
                action, pose = beat.action, beat.verb.pose
            if beat.expression and figure.acts and not expression:
                expression = beat.expression
            if number in beat.speakers and (not action or (beat.verb and "speak" in beat.verb.flags)):
                action, pose = "speaks", "talk"
            if number in beat.objects and figure.acts and beat.verb is not None and not action:
                action = _answer(beat.verb, self.figures, beat)
        if planned.kind == "tail":
            action = ""
        elif action and pose in _POSES and pose_of(action) is STAND:
            action = f"{action}, {_POSES[pose]}"
        if not action and figure.acts:
            action = "stands"
        return Placement(
            tag=self.tags.get(number),
            label=figure.label[:SHORT_LETTERS],
            role=role,
            position=position,
            facing=facing,
            action=action[:SHORT_LETTERS] if figure.acts or role is Role.SUBJECT else "",
            expression=expression,
            wardrobe=(figure.worn_at(self.beat) or self.clothes.get(number, ""))[:SHORT_LETTERS],
            color=figure.color,
        )

    def _move(
        self,
        planned: Planned,
        size: ShotType,
        facing: Facing | None,
        subjects: tuple[int, ...],
        thing: int | None,
        number: int,
        count: int,
    ) -> CameraMove:
        beat = planned.beats[0]
        if planned.kind == "main" and beat.hints.camera and (asked := move_in_words(beat.hints.camera)):
            return asked
        flags = (
            frozenset(flag for part in planned.beats for flag in part.flags)
            if planned.kind == "main"
            else frozenset()
        )
        return camera_move(
            size=size,
            flags=flags,
            expression=next((part.expression for part in planned.beats if part.expression), ""),
            facing=facing,
            text=" ".join(part.text for part in planned.beats) if planned.kind == "main" else "",
            people=len(subjects),
            is_first=number == 0,
            is_last=number == count - 1 and count > 1,
            is_payoff=thing in self.inserted,
            before=self.move,
        )

    def _focal(self, size: ShotType, subjects: tuple[int, ...], thing: int | None, beat: Beat) -> str:
        number = thing if size is ShotType.INSERT or not subjects else subjects[0]
        if number is None:
            return beat.place.words or beat.place.setting
        return self.figures[number].shown.removeprefix("the ")

    def _description(
        self, planned: Planned, size: ShotType, subjects: tuple[int, ...], thing: int | None
    ) -> str:
        beat = planned.beats[0]
        told = " ".join(part.text for part in planned.beats if part.text)
        who = _listed([self.figures[number].shown for number in subjects])
        if planned.kind == "main":
            text = told or self._speaking(planned, who)
        elif planned.kind == "establish":
            text = _capital(f"{_where(beat.place)}, the whole of the place") + (
                f"; {who} small in it." if who else "."
            )
        elif size is ShotType.INSERT and thing is not None:
            text = _capital(f"{self.figures[thing].shown}, close.")
        elif planned.kind == "tail":
            text = _capital(f"{who or _where(beat.place)}, seen from further away, as it ends.")
        elif size is ShotType.CLOSE_UP and who:
            feeling = next((part.expression for part in planned.beats if part.expression), "")
            text = _capital(f"{who}, close" + (f": {feeling}." if feeling else "."))
        else:
            text = _capital(f"{who or _where(beat.place)}, from another side") + (
                f": {told}" if told else "."
            )
        return text[:DESCRIPTION_LETTERS] or _capital(f"{_where(beat.place)}.")

    def _speaking(self, planned: Planned, who: str) -> str:
        beat = planned.beats[0]
        if not planned.lines:
            return _capital(f"{_where(beat.place)}.")
        speaking = list(
            dict.fromkeys(n for line, n in planned.lines if n is not None and not line.is_off_screen)
        )
        if not speaking:
            heard = _listed(list(dict.fromkeys(line.speaker or "a narrator" for line, _ in planned.lines)))
            seen = f"{who}, " if who else ""
            return _capital(f"{seen}{_where(beat.place)}, while {heard} is heard.")
        names = _listed([self.figures[number].shown for number in speaking])
        manner = next((line.manner for line, _ in planned.lines if line.manner), "")
        verb = "speak" if len(speaking) > 1 else "speaks"
        return _capital(f"{names} {verb}" + (f", {manner}." if manner else "."))

    def _cut(self, planned: Planned, size: ShotType, subjects: tuple[int, ...], number: int) -> Cut:
        if number == 0:
            return Cut.CUT
        beat = planned.beats[0]
        asked = beat.transition.upper()
        if planned.kind in {"main", "establish"} and ("DISSOLVE" in asked or "FADE" in asked):
            is_first_of_unit = planned.unit != self.unit
            if is_first_of_unit:
                return Cut.CROSSFADE
        apart = {ShotType.INSERT, ShotType.ESTABLISHING}
        goes_on = planned.unit == self.unit and self.place is not None and self.place == beat.place
        if goes_on and size not in apart and self.size not in apart and self.subjects == frozenset(subjects):
            return Cut.CONTINUOUS
        return Cut.CUT

    def _audio(self, planned: Planned, beat: Beat) -> SceneAudio:
        tables = load_lexicon().tables
        lines = tuple(
            Line(
                speaker=line.speaker[:SHORT_LETTERS],
                tag=self.tags.get(speaker) if speaker is not None else None,
                text=line.text,
                kind=LineKind.DIALOGUE if line.speaker else LineKind.NARRATION,
                manner=line.manner[:SHORT_LETTERS],
            )
            for line, speaker in planned.lines
        )
        expression = next((part.expression for part in planned.beats if part.expression), "")
        sounds = [sound for part in planned.beats for sound in part.sounds]
        if beat.hints.sound:
            sounds.append(beat.hints.sound)
        place = tables["ambience"].get(beat.place.setting, "")
        weather = "" if beat.place.is_interior else tables["ambience_of_weather"].get(beat.place.weather, "")
        same = self.place is not None and self.place.key == beat.place.key
        return SceneAudio(
            lines=lines,
            effects=tuple(dict.fromkeys(sound[:SHORT_LETTERS] for sound in sounds))[:6],
            ambience=" and ".join(dict.fromkeys(part for part in (weather, place) if part))[:SHORT_LETTERS],
            music=tables["moods"].get(expression, ""),
            continuity="same place, same sound of it" if same else "",
        )

    def _remember(
        self, planned: Planned, spec: SceneSpec, subjects: tuple[int, ...], thing: int | None
    ) -> None:
        if spec.shot.shot_type is ShotType.INSERT and thing is not None:
            self.inserted.add(thing)
        self.size, self.move = spec.shot.shot_type, spec.shot.camera_movement
        self.place, self.subjects, self.unit = planned.beats[0].place, frozenset(subjects), planned.unit


_POSES = {
    "walk": "walking", "run": "running", "sit": "sitting", "kneel": "kneeling", "hold": "holding it",
    "wave": "waving", "point": "pointing", "look up": "looking up",
}  # fmt: skip


def _details(planned: Planned) -> tuple[str, ...]:
    """What must survive every rewriting: told where it is told, not in every view of it."""
    if planned.kind != "main":
        return ()
    return tuple(dict.fromkeys(detail for beat in planned.beats for detail in beat.details))[:DETAILS_AT_MOST]


def _answer(verb: Verb, figures: Sequence[Figure], beat: Beat) -> str:
    """What somebody does to whom something is done: goes along, takes what is given."""
    if "travel" in verb.flags and "away" not in verb.flags:
        return "runs along" if verb.pose == "run" else "walks along"
    if "give" in verb.flags and (things := [n for n in beat.objects if not figures[n].acts]):
        return f"takes {figures[things[0]].shown}"
    return ""


def _across(stands: Mapping[int, Position], subjects: tuple[int, ...]) -> Position:
    """Where a thing stands: before the eyes of whoever has to do with it."""
    if not subjects:
        return Position.CENTER
    return {Position.LEFT: Position.RIGHT, Position.RIGHT: Position.LEFT}.get(
        stands[subjects[0]], Position.RIGHT
    )


def _without_crowds(placed: Sequence[Placement]) -> list[Placement]:
    """The placements with each crowd as a few people in the background."""
    found: list[Placement] = []
    for item in placed:
        if item.label != "people":
            found.append(item)
            continue
        spots = (Position.LEFT, Position.RIGHT, Position.CENTER)
        found += [
            item.model_copy(update={"label": label, "position": spot, "role": Role.BACKGROUND, "tag": None})
            for label, spot in zip(_CROWD_LABELS, spots, strict=True)
        ]
    return found


def _where(place: Place) -> str:
    words = place.words or f"the {place.setting}"
    when = _TIME_WORDS.get(place.time_of_day, "")
    weather = "" if place.is_interior else _WEATHER_WORDS.get(place.weather, "")
    return " ".join(part for part in (words, when, weather) if part)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _listed(names: list[str]) -> str:
    if len(names) < 2:
        return names[0] if names else ""
    return f"{', '.join(names[:-1])} and {names[-1]}"
