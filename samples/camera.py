"""The shooting plan as pictures: sets, people, things, camera moves and transitions, frame by frame.

Deliberately not here: what a shot shows (`shooting`), how its parts are drawn, and the weather (`weather`).
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from samples import cards
from samples.drawing import LIGHTS, Light, tinted
from samples.figures import LOOKS, MOUTH_LEVELS, WALK_PHASES, Pose, draw_figure
from samples.frame_code import stamp
from samples.objects import draw_insert, draw_thing
from samples.places import GROUND_Y, LAYER_HEIGHT, Layers, paint_place
from samples.shooting import ShootingPlan, Shot, Standing, spoken_level
from samples.weather import Weather

CANVAS = LAYER_HEIGHT
"""A shot is composed this much larger than the picture, so that the camera can move inside."""
FAR_DEPTH, MIDDLE_DEPTH, NEAR_DEPTH, SOFT_DEPTH = 0.4, 1.0, 1.5, 0.5
"""How far a layer moves while the camera moves by one."""
PAN_WIDTHS_A_SECOND = 0.045
PUSH_A_SECOND = 0.03
WALK_CYCLES_A_SECOND = {"stand": 0.0, "walk": 1.1, "run": 2.1}
BACKGROUND_ZOOM = {"medium": 1.6, "close": 2.4}
BLUR_HEIGHTS = {"medium": 0.005, "close": 0.014}
HEAD_TOP = {"medium": 0.15, "close": 0.10}
"""Where the crown stands in nearer shots, picture heights from the canvas's top."""
LANTERN_GAINS = (0.50, 0.38, 0.24)
"""How people look in the dark beside a lantern."""
BLINK_EVERY_S, BLINK_S = 2.7, 0.12
FLASH_STRENGTH = 0.8
KEPT_SPRITES, KEPT_SETS, KEPT_PLACES = 200, 6, 4


@dataclass(frozen=True)
class _Set:
    """A shot's background layers with their depths, and what stands before the people."""

    layers: tuple[tuple[Image.Image, float], ...]
    near: Image.Image | None


class _Memory:
    """The pictures drawn last; the longest unused is forgotten first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Image.Image] = OrderedDict()

    def get(self, key: Hashable, draw: Callable[[], Image.Image]) -> Image.Image:
        """The picture under this key, drawn now if it is not kept."""
        if key not in self._kept:
            self._kept[key] = draw()
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


class Projector:
    """Draws any frame of a film; frames asked for in order are cheap."""

    def __init__(self, plan: ShootingPlan, width: int, height: int, seed: int) -> None:
        self._plan, self._width, self._height, self._seed = plan, width, height, seed
        self._fps = float(plan.rate.fps)
        self._canvas = (round(width * CANVAS / 2) * 2, round(height * CANVAS / 2) * 2)
        self._sprites = _Memory(KEPT_SPRITES)
        self._cards = _Memory(4)
        self._sets: OrderedDict[Hashable, _Set] = OrderedDict()
        self._places: OrderedDict[Hashable, Layers] = OrderedDict()
        self._weather = Weather(*self._canvas, seed)
        self._lines_of = {
            index: [line for line in plan.lines if line.scene == index]
            for index in range(len(plan.outline.scenes))
        }

    def frames(self) -> Iterator[bytes]:
        """Every frame of the film as rgb24, its number written in."""
        shots = self._plan.shots
        for number, shot in enumerate(shots):
            for frame in range(shot.span.start, shot.span.end):
                picture = np.array(self._with_transitions(number, frame))
                stamp(picture, frame)
                yield picture.tobytes()

    def _with_transitions(self, number: int, frame: int) -> Image.Image:
        shots = self._plan.shots
        shot = shots[number]
        picture = self.shot_picture(shot, frame)
        later = shots[number + 1] if number + 1 < len(shots) else None
        for opened, before, after in ((shot, number - 1, number), (later, number, number + 1)):
            if opened is None or not opened.opening_span.contains(frame):
                continue
            span = opened.opening_span
            share = (frame - span.start + 0.5) / span.length
            if opened.opening == "dissolve":
                picture = Image.blend(
                    self.shot_picture(shots[before], frame), self.shot_picture(shots[after], frame), share
                )
            elif opened.opening == "fade":
                picture = Image.blend(self._flat((0, 0, 0)), picture, abs(2 * share - 1))
            elif opened.opening == "flash":
                picture = Image.blend(
                    picture, self._flat((255, 255, 255)), FLASH_STRENGTH * (1 - 0.4 * share)
                )
        if frame in shot.flashes:
            picture = Image.blend(picture, self._flat((236, 240, 255)), FLASH_STRENGTH * 0.85)
        return picture

    def _flat(self, paint: tuple[int, int, int]) -> Image.Image:
        return Image.new("RGB", (self._width, self._height), paint)

    def shot_picture(self, shot: Shot, frame: int) -> Image.Image:
        """A shot's picture (RGB) at a film frame, transitions left out; also just before and after the shot."""
        if shot.repeats is not None:
            source = self._plan.shots[shot.repeats]
            return self.shot_picture(source, source.span.start + frame - shot.span.start)
        if shot.size == "card":
            return self._card(shot, frame)
        seconds = (frame - shot.span.start) / self._fps
        length = shot.span.length / self._fps
        if shot.size == "insert":
            size = self._canvas
            canvas = self._cards.get(
                ("insert", shot.thing, shot.scene), lambda: self._insert(shot.thing, size, self._light(shot))
            )
        else:
            canvas = self._composed(shot, frame, seconds, length)
        return self._framed(shot, canvas, seconds, length)

    def _insert(self, name: str, size: tuple[int, int], light: Light) -> Image.Image:
        gains = LANTERN_GAINS if light.name == "dark" else light.gains
        return tinted(draw_insert(name, *size), gains)

    def _light(self, shot: Shot) -> Light:
        return LIGHTS[self._plan.outline.scenes[shot.scene].light]

    def _card(self, shot: Shot, frame: int) -> Image.Image:
        kind = self._plan.outline.scenes[shot.scene].kind
        share = (frame - shot.span.start) / shot.span.length
        width, height = self._width, self._height
        if kind == "logo":
            return cards.draw_logo(width, height, share)
        if kind == "test_card":
            return self._cards.get(kind, lambda: cards.draw_test_card(width, height))
        if kind == "credits":
            story = self._plan.story
            roll = self._cards.get(kind, lambda: cards.draw_credits(width, height, story.title, story.names))
            top = round((roll.height + height) * share - height * 0.9)
            picture = self._flat((0, 0, 0))
            picture.paste(roll, (0, -top))
            return picture
        return self._flat((0, 0, 0))

    def _composed(self, shot: Shot, frame: int, seconds: float, length: float) -> Image.Image:
        """The canvas of a shot with people: background, glow, thing, people, foreground, weather."""
        stage = self._set(shot)
        camera = self._travel(shot, seconds - length / 2)
        width, height = self._canvas
        canvas = Image.new("RGB", (width, height))
        for layer, depth in stage.layers:
            _lay(canvas, layer, self._offset(layer, camera * depth, shot))
        light = self._light(shot)
        if shot.size == "wide" and shot.thing:
            self._put_thing(canvas, shot, seconds - length / 2, camera, light)
        if light.name == "dark":
            self._weather.put_lantern(canvas, 0.5 * width, 0.6 * height)
        for person in sorted(shot.people, key=lambda one: (one.is_from_behind, one.height)):
            self._put_person(canvas, shot, person, frame, seconds - length / 2, camera, light)
        if stage.near is not None:
            _lay(canvas, stage.near, self._offset(stage.near, camera * NEAR_DEPTH, shot))
        for effect in shot.effects:
            self._weather.put(canvas, effect, frame / self._fps)
        return canvas

    def _travel(self, shot: Shot, seconds: float) -> float:
        """How far the camera stands right of its middle, picture widths, `seconds` after the shot's middle."""
        if shot.motion == "pan_left":
            return -PAN_WIDTHS_A_SECOND * seconds
        if shot.motion == "pan_right":
            return PAN_WIDTHS_A_SECOND * seconds
        speed = max((person.speed for person in shot.people), key=abs, default=0.0)
        return 0.8 * speed * seconds if speed else 0.0

    def _offset(self, layer: Image.Image, camera: float, shot: Shot) -> int:
        room = layer.width - self._canvas[0]
        base = 0.5 + 0.22 * math.sin(shot.span.start * 1.7 + shot.scene)
        return round(min(max(base * room + camera * self._width, 0), room))

    def _set(self, shot: Shot) -> _Set:
        scene = self._plan.outline.scenes[shot.scene]
        key = (shot.scene, shot.variant, shot.size)
        if key not in self._sets:
            place_key = (scene.place, scene.light, shot.variant)
            if place_key not in self._places:
                self._places[place_key] = paint_place(
                    scene.place, LIGHTS[scene.light], shot.variant, self._width, self._height, self._seed
                )
                if len(self._places) > KEPT_PLACES:
                    self._places.popitem(last=False)
            self._sets[key] = self._built(self._places[place_key], shot.size)
            if len(self._sets) > KEPT_SETS:
                self._sets.popitem(last=False)
        return self._sets[key]

    def _built(self, place: Layers, size: str) -> _Set:
        """Wide: three layers. Nearer: one, enlarged and out of focus."""
        fit = (round(place.far.width * self._canvas[1] / place.far.height), self._canvas[1])
        if size == "wide":
            far, middle, near = (
                layer if layer.size == fit else layer.resize(fit)
                for layer in (place.far, place.middle, place.near)
            )
            return _Set(((far.convert("RGB"), FAR_DEPTH), (middle, MIDDLE_DEPTH)), near)
        flat = Image.alpha_composite(place.far, place.middle).convert("RGB")
        zoom = BACKGROUND_ZOOM[size]
        across, down = flat.width / zoom, flat.height / zoom
        left, top = (flat.width - across) / 2, (flat.height - down) * 0.55
        # Enlarged in width less than in height is avoided: the cut-out keeps the layer's shape.
        soft = flat.resize(fit, Image.Resampling.BILINEAR, (left, top, left + across, top + down))
        soft = soft.filter(ImageFilter.GaussianBlur(BLUR_HEIGHTS[size] * self._height))
        return _Set(((soft, SOFT_DEPTH),), None)

    def _put_person(
        self,
        canvas: Image.Image,
        shot: Shot,
        person: Standing,
        frame: int,
        seconds: float,
        camera: float,
        light: Light,
    ) -> None:
        level = 0.0
        if not person.is_from_behind:
            level = spoken_level(self._lines_of[shot.scene], person.person, frame, self._plan.rate)
        cycles = WALK_CYCLES_A_SECOND[person.action] * frame / self._fps + 0.21 * person.person
        clock = frame / self._fps + 0.7 * person.person
        pose = Pose(
            person.action,
            int(cycles * WALK_PHASES) % WALK_PHASES if person.action != "stand" else 0,
            person.facing,
            min(MOUTH_LEVELS - 1, int(level * MOUTH_LEVELS)),
            person.emotion,
            clock % BLINK_EVERY_S < BLINK_S,
            person.is_from_behind,
        )
        height = round(person.height * self._height)
        visible = 1.04 if shot.size == "wide" else min(1.04, CANVAS / person.height)
        gains = LANTERN_GAINS if light.name == "dark" else light.gains
        key = (person.person, height, pose, visible, gains)
        sprite = self._sprites.get(
            key, lambda: tinted(draw_figure(LOOKS[person.person], height, pose, visible), gains)
        )
        x = person.x + person.speed * seconds - camera * (MIDDLE_DEPTH if shot.size == "wide" else 0.9)
        sway = 0.0 if person.action != "stand" else 0.003 * math.sin(1.9 * clock + person.person)
        left = (CANVAS - 1) / 2 * self._width + (x + sway) * self._width - sprite.width / 2
        if shot.size == "wide":
            ground = GROUND_Y + 0.035 * (0.5 - person.height)
            top = ground * self._height - height
        else:
            nod = 0.004 * math.sin(9 * clock) * min(1.0, level)
            top = (HEAD_TOP[shot.size] + nod + (0.02 if person.is_from_behind else 0.0)) * self._height
        canvas.paste(sprite, (round(left), round(top)), sprite)

    def _put_thing(
        self, canvas: Image.Image, shot: Shot, seconds: float, camera: float, light: Light
    ) -> None:
        width, height = self._width, self._height
        margin = (CANVAS - 1) / 2 * width
        side = 1 if shot.span.start % 2 else -1
        share, x, y = {
            "car": (0.25, 0.5 + side * 0.30 * seconds, GROUND_Y - 0.055),
            "boat": (0.34, 0.3 + side * 0.03 * seconds, 0.79 + 0.008 * math.sin(2 * seconds)),
            "train": (0.24 + 0.05 * max(-1.5, min(3.0, seconds)), 0.5, 0.93),
            "birds": (0.13, 0.5 + side * 0.12 * seconds, 0.30 + 0.02 * math.sin(3 * seconds)),
            "clock": (0.36, 0.80, 0.62),
        }[shot.thing]
        size = max(8, round(share * height / 4) * 4 if shot.thing == "train" else round(share * height))
        gains = LANTERN_GAINS if light.name == "dark" else light.gains

        def draw() -> Image.Image:
            picture = tinted(draw_thing(shot.thing, size), gains)
            return picture if side > 0 else picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)

        sprite = self._sprites.get((shot.thing, size, gains, side), draw)
        left = margin + (x - camera) * width - sprite.width / 2
        canvas.paste(sprite, (round(left), round(y * height - sprite.height)), sprite)

    def _framed(self, shot: Shot, canvas: Image.Image, seconds: float, length: float) -> Image.Image:
        """The picture cut out of the canvas: still, pushing in, pulling out or held by hand."""
        width, height = self._width, self._height
        room = self._canvas[0] - width
        if shot.motion in {"push_in", "pull_out"}:
            share = min(1.0, PUSH_A_SECOND * max(length, 1.0) / (CANVAS - 1))
            gone = min(1.0, max(0.0, seconds / length))
            zoom = share * (1 - gone if shot.motion == "push_in" else gone)
            cut_width = width + room * zoom
            cut_height = height + (self._canvas[1] - height) * zoom
            left, top = (self._canvas[0] - cut_width) / 2, (self._canvas[1] - cut_height) / 2
            box = (left, top, left + cut_width, top + cut_height)
            return canvas.resize((width, height), Image.Resampling.BILINEAR, box)
        left, top = room / 2, (self._canvas[1] - height) / 2
        if shot.motion == "handheld":
            clock = seconds + shot.span.start
            left += 0.012 * width * (math.sin(9.1 * clock) + 0.6 * math.sin(15.7 * clock + 1))
            top += 0.014 * height * (math.sin(11.3 * clock + 2) + 0.5 * math.sin(19.1 * clock))
        x, y = round(left), round(top)
        return canvas.crop((x, y, x + width, y + height))


def _lay(canvas: Image.Image, layer: Image.Image, offset: int) -> None:
    """Paste the part of a wide layer that starts at `offset`."""
    part = layer.crop((offset, 0, offset + canvas.width, canvas.height))
    if part.mode == "RGBA":
        canvas.paste(part, (0, 0), part)
    else:
        canvas.paste(part, (0, 0))
