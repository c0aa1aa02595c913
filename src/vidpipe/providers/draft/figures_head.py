"""A person's face and what it expresses; units are parts of the head's height.

The origin is the middle of the head; a head that is turned looks to the left.
"""

from __future__ import annotations

from typing import Final

from vidpipe.providers.draft.colors import RGB, luminance, mixed, scaled
from vidpipe.providers.draft.figures_hair import beard, hair_before, hair_behind, hat
from vidpipe.providers.draft.figures_sheet import HeadSheet

EXPRESSIONS: Final[dict[str, tuple[str, ...]]] = {
    "joy": (
        "joy",
        "happ",
        "smil",
        "glad",
        "laugh",
        "delight",
        "cheer",
        "proud",
        "grin",
        "warm",
        "hope",
        "relie",
        "amus",
    ),
    "sad": (
        "sad",
        "sorrow",
        "grie",
        "cry",
        "tear",
        "lonel",
        "melanchol",
        "weep",
        "disappoint",
        "tired",
        "wistful",
    ),
    "anger": ("ang", "furious", "rage", "stern", "fierce", "determin", "resol", "frown", "scowl", "annoy"),
    "fear": ("fear", "afraid", "scared", "terri", "worr", "anxious", "nervous", "alarm"),
    "surprise": ("surpris", "astonish", "amaz", "wonder", "shock", "awe", "startl", "curious"),
}


def mood_of(expression: str) -> str:
    """Which of the faces that we can draw an expression asks for; `calm` where none."""
    said = expression.lower()
    return next((mood for mood, stems in EXPRESSIONS.items() if any(stem in said for stem in stems)), "calm")


class HeadPen(HeadSheet):
    """Draws one head on a pen, around a place and at a size."""

    def draw(self) -> None:
        """The whole head from the front or turned, its eyes open and its mouth shut."""
        hair_behind(self)
        self._neck()
        self._ears()
        self._face()
        self._eyes()
        self._nose()
        if self.who.beard:
            beard(self)
        self._mouth()
        if self.who.has_glasses:
            self._glasses()
        hair_before(self)
        if self.who.hat:
            hat(self)

    def draw_from_behind(self) -> None:
        """The back of the head."""
        self._neck()
        if self.who.hair_style == "bald":
            self._skull(self.who.skin)
            self.shape(
                [(-0.37, 0.02), (-0.3, 0.3), (0.3, 0.3), (0.37, 0.02), (0.2, 0.12), (-0.2, 0.12)],
                self.who.hair,
            )
        else:
            self._skull(self.who.hair)
            hair_behind(self)
            if self.who.hair_style in {"long", "curly"}:
                self.shape(
                    [(-0.42, -0.1), (-0.46, 0.6), (0.46, 0.6), (0.42, -0.1)], self.who.hair, shade="side"
                )
        if self.who.hat:
            hat(self)

    def draw_open_mouth(self) -> None:
        """The mouth of one who speaks, over the shut one."""
        x = self.shift * 1.25
        self.oval(x, 0.3, 0.115, 0.085, mixed(scaled(self.who.skin, 0.6), (150, 50, 50), 0.5), outline=0)
        self.oval(x, 0.305, 0.09, 0.062, (58, 20, 24), shade="flat", outline=0)
        self.shape([(x - 0.07, 0.265), (x + 0.07, 0.265), (x + 0.055, 0.285), (x - 0.055, 0.285)], (240, 236, 228),
                   shade="flat", outline=0, is_smooth=False)  # fmt: skip
        self.oval(x, 0.345, 0.05, 0.022, (186, 84, 84), shade="flat", outline=0)

    def draw_closed_eyes(self) -> None:
        """Lids over the open eyes."""
        for side in (-1, 1):
            x = self.eye_x(side)
            self.oval(
                x, -0.035, 0.094, 0.062, mixed(self.who.skin, self.skin_shadow, 0.25), shade="down", outline=0
            )
            self.stroke([(x - 0.085, -0.02), (x, 0.01), (x + 0.085, -0.02)], (40, 28, 28), 0.018)

    def _jaw(self) -> float:
        return 0.21 if self.who.is_female or self.who.is_child else 0.25

    def _neck(self) -> None:
        width = 0.3 if self.who.is_female or self.who.is_child else 0.38
        self.pen.limb([self.at(0.02, 0.3), self.at(0.02, 0.78)], [width * self.size, width * 1.25 * self.size],
                      mixed(self.who.skin, self.skin_shadow, 0.45), shade="up")  # fmt: skip

    def _ears(self) -> None:
        if self.shift == 0:
            self.oval(-0.375, 0.0, 0.06, 0.105, self.who.skin, shade="round")
        self.oval(0.375 + self.shift * 0.5, 0.0, 0.065, 0.11, self.who.skin, shade="round")
        self.oval(
            0.38 + self.shift * 0.5, 0.01, 0.03, 0.06, self.skin_shadow, shade="flat", outline=0, opacity=0.5
        )

    def _skull(self, color: RGB) -> None:
        self.shape([(0, -0.5), (-0.28, -0.4), (-0.38, -0.1), (-0.34, 0.18), (-0.2, 0.36), (0.2, 0.36), (0.34, 0.18),
                    (0.38, -0.1), (0.28, -0.4)], color, shade="round")  # fmt: skip

    def _face(self) -> None:
        jaw, s = self._jaw(), self.shift * 0.35
        full = 0.02 if self.who.is_child else 0.0
        self.shape([(0, -0.5), (-0.25, -0.44), (-0.37, -0.2), (-0.365, 0.04), (-0.33 - full + s * 0.3, 0.2), (-jaw + s, 0.4),
                    (s * 1.4, 0.5), (jaw + s, 0.4), (0.33 + full, 0.2), (0.365, 0.04), (0.37, -0.2), (0.25, -0.44)],
                   self.who.skin, shade="round", depth=self.relief)  # fmt: skip
        # Sockets, cheeks, and the side of a turned face that the light does not reach.
        for side in (-1, 1):
            x = self.eye_x(side)
            self.oval(x, -0.06, 0.13, 0.085, self.skin_shadow, shade="flat", outline=0, opacity=0.22)
            self.oval(x + side * 0.06, 0.14, 0.1, 0.07, (214, 96, 84), shade="flat", outline=0, opacity=0.16)
        self.shape([(-0.13 + self.shift, 0.385), (self.shift, 0.405), (0.13 + self.shift, 0.385), (self.shift, 0.44)],
                   self.skin_shadow, shade="flat", outline=0, opacity=0.25)  # fmt: skip
        if self.who.is_old:
            tone = mixed(self.who.skin, self.skin_shadow, 0.6)
            for side in (-1, 1):
                x = self.eye_x(side)
                self.stroke([(x - 0.07, 0.065), (x, 0.085), (x + 0.07, 0.06)], tone, 0.01)
                nose = self.shift * 1.3 + side * 0.1
                self.stroke(
                    [(nose, 0.15), (nose + side * 0.06, 0.22), (nose + side * 0.06, 0.28)], tone, 0.012
                )
            for y in (-0.3, -0.25):
                self.stroke(
                    [(self.shift - 0.17, y), (self.shift, y - 0.012), (self.shift + 0.17, y)], tone, 0.009
                )

    def _eyes(self) -> None:
        wide = {"surprise": 1.35, "fear": 1.3, "joy": 0.85, "anger": 0.85, "sad": 0.9}.get(self.mood, 1.0)
        size = 1.22 if self.who.is_child else 1.06 if self.who.is_female else 0.95
        for side in (-1, 1):
            x = self.eye_x(side)
            across, down = 0.076 * size, 0.041 * size * wide
            self.shape([(x - across, -0.03), (x - across * 0.3, -0.03 - down), (x + across * 0.4, -0.03 - down * 0.95),
                        (x + across, -0.03), (x + across * 0.3, -0.03 + down * 0.8), (x - across * 0.4, -0.03 + down * 0.8)],
                       (244, 242, 238), shade="up", outline=0)  # fmt: skip
            iris = x + self.shift * 0.22
            self.oval(
                iris,
                -0.032,
                0.038 * size,
                min(0.038 * size, down * 1.05),
                self.who.eyes,
                shade="flat",
                outline=0,
            )
            self.oval(
                iris, -0.032, 0.02 * size, min(0.02 * size, down), (18, 14, 16), shade="flat", outline=0
            )
            self.oval(iris + 0.012, -0.045, 0.009, 0.009, (252, 252, 252), shade="flat", outline=0)
            lid = 0.022 if self.who.is_female else 0.017
            self.stroke([(x - across * 1.05, -0.028), (x - across * 0.3, -0.034 - down), (x + across * 0.4, -0.034 - down * 0.95),
                         (x + across * 1.08, -0.03)], (34, 24, 26), lid)  # fmt: skip
            self.stroke([(x - across * 0.8, -0.02 + down * 0.5), (x, -0.02 + down), (x + across * 0.8, -0.02 + down * 0.5)],
                        mixed(self.who.skin, self.skin_shadow, 0.8), 0.009)  # fmt: skip
            self._brow(x, side)

    def _brow(self, x: float, side: int) -> None:
        raise_by = {"surprise": -0.06, "fear": -0.045, "joy": -0.015, "anger": 0.025}.get(self.mood, 0.0)
        inner = {"anger": 0.04, "sad": -0.045, "fear": -0.04}.get(self.mood, 0.0)
        y = -0.135 + raise_by
        thick = 0.024 if self.who.is_female or self.who.is_child else 0.036
        color = (
            scaled(self.who.hair, 0.75) if luminance(self.who.hair) < 0.75 else scaled(self.who.hair, 0.82)
        )
        self.stroke([(x - side * 0.085, y + inner + 0.012), (x, y - 0.016 + inner * 0.4), (x + side * 0.1, y + 0.014)],
                    color, thick)  # fmt: skip

    def _nose(self) -> None:
        x, tone = self.shift * 1.5, mixed(self.who.skin, self.skin_shadow, 0.75)
        self.shape([(self.shift + 0.035, -0.06), (x + 0.045, 0.06), (x + 0.075, 0.14), (x + 0.03, 0.165), (x - 0.05, 0.165),
                    (x + 0.005, 0.1), (self.shift + 0.01, 0.0)], self.skin_shadow, shade="flat", outline=0, opacity=0.34)  # fmt: skip
        self.oval(
            x,
            0.125,
            0.038,
            0.032,
            mixed(self.who.skin, (255, 250, 240), 0.35),
            shade="flat",
            outline=0,
            opacity=0.55,
        )
        self.stroke(
            [(x - 0.06, 0.14), (x - 0.045, 0.168), (x, 0.175), (x + 0.045, 0.168), (x + 0.06, 0.14)],
            tone,
            0.014,
        )
        for side in (-1, 1):
            self.oval(
                x + side * 0.03, 0.163, 0.016, 0.009, scaled(self.skin_shadow, 0.55), shade="flat", outline=0
            )

    def _mouth(self) -> None:
        x, y = self.shift * 1.25, 0.29
        lips = mixed(self.who.skin, (186, 62, 66), 0.62 if self.who.is_female else 0.36)
        dark = scaled(mixed(self.who.skin, (110, 30, 34), 0.75), 0.7)
        w = 0.125 if not self.who.is_child else 0.105
        if self.mood in {"surprise", "fear"}:
            self.oval(x, y + 0.015, w * 0.55, 0.062, lips, outline=0)
            self.oval(x, y + 0.015, w * 0.38, 0.044, (70, 24, 28), shade="flat", outline=0)
            return
        if self.mood == "joy":
            self._laugh(x, y, w * 1.12, lips, dark)
            return
        bend = {"sad": -0.035, "anger": -0.022}.get(self.mood, 0.008)
        ends, middle = y - bend, y + bend * 0.6
        upper = [
            (x - w, ends),
            (x - w * 0.35, middle - 0.026),
            (x, middle - 0.018),
            (x + w * 0.35, middle - 0.026),
        ]
        self.shape([*upper, (x + w, ends), (x, middle + 0.006)], scaled(lips, 0.88), shade="flat", outline=0)
        lower = [(x - w * 0.8, ends + 0.012), (x, middle + 0.002), (x + w * 0.8, ends + 0.012)]
        self.shape(
            [*lower, (x + w * 0.4, middle + 0.042), (x - w * 0.4, middle + 0.042)],
            lips,
            shade="up",
            outline=0,
        )
        between = (ends + middle) / 2
        self.stroke(
            [(x - w, ends), (x - w * 0.4, between), (x, middle), (x + w * 0.4, between), (x + w, ends)],
            dark,
            0.012,
        )

    def _laugh(self, x: float, y: float, w: float, lips: RGB, dark: RGB) -> None:
        """A smile that shows the upper teeth."""
        rise = 0.045
        across = (-1.0, -0.6, -0.2, 0.2, 0.6, 1.0)
        edge = [(x + w * part, y - rise + 0.05 * (1 - part * part)) for part in across]
        deep = [
            (x + w * part * 0.96, y - rise + 0.1 * (1 - part * part) + 0.004) for part in reversed(across)
        ]
        full = [
            (x + w * part * 1.04, y - rise + 0.128 * (1 - part * part) + 0.004) for part in reversed(across)
        ]
        above = [(x + w * part * 1.04, y - rise + 0.03 * (1 - part * part) - 0.004) for part in across]
        self.shape([*above, *full], lips, shade="up", outline=0)
        self.shape([*edge, *deep], (246, 242, 236), shade="flat", outline=0)
        self.stroke(edge, dark, 0.008)
        self.stroke(list(reversed(deep)), dark, 0.009)

    def _glasses(self) -> None:
        for side in (-1, 1):
            x = self.eye_x(side)
            self.oval(x, -0.03, 0.115, 0.095, (210, 226, 236), shade="flat", outline=0, opacity=0.18)
            ring = [(x - 0.115, -0.03), (x - 0.08, -0.1), (x, -0.125), (x + 0.08, -0.1), (x + 0.115, -0.03), (x + 0.08, 0.045),
                    (x, 0.065), (x - 0.08, 0.045), (x - 0.115, -0.03)]  # fmt: skip
            self.stroke(ring, (44, 40, 44), 0.016)
        self.stroke(
            [(self.eye_x(-1) + 0.11, -0.04), (self.shift, -0.06), (self.eye_x(1) - 0.11, -0.04)],
            (44, 40, 44),
            0.016,
        )
