"""Planned shots to scenes: who is in each, how near it is, how the camera moves, how it is cut to, what is heard.

Deliberately not here: how many shots there are and how long; who stands where (`director_standing`); words
(`director_telling`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vidpipe.providers.draft.director_beats import Beat, Figure, Place
from vidpipe.providers.draft.director_plan import Planned
from vidpipe.providers.draft.director_standing import SHORT_LETTERS, Standing
from vidpipe.providers.draft.director_telling import description, focal_point
from vidpipe.providers.draft.grammar import camera_move, move_in_words, next_size, size_in_words
from vidpipe.providers.draft.words import load_lexicon
from vidpipe.schemas.kinds import CameraMove, Cut, Facing, LineKind, ShotType
from vidpipe.schemas.storyboard import Line, SceneAudio, SceneSpec, Shot

DETAILS_AT_MOST = 8


@dataclass
class Staging:
    """What carries over from shot to shot while a storyboard is made."""

    figures: Sequence[Figure]
    tags: Mapping[int, str]
    clothes: Mapping[int, str]
    size: ShotType | None = None
    move: CameraMove | None = None
    place: Place | None = None
    subjects: frozenset[int] = frozenset()
    unit: int = -1
    inserted: set[int] = field(default_factory=set)
    beat: int = 0
    """The story's beat that is reached: clothes are those worn at it."""
    standing: Standing = field(init=False)

    def __post_init__(self) -> None:
        self.standing = Standing(self.figures, self.tags, self.clothes)

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
        placements, facing = self.standing.placements(planned, size, subjects, things, others, self.beat)
        move = self._move(planned, size, facing, subjects, thing, number, count)
        focal = focal_point(self.figures, size, subjects, thing, beat)
        spec = SceneSpec(
            scene_index=number,
            heading=beat.heading[:SHORT_LETTERS],
            description=description(self.figures, planned, size, subjects, thing),
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
