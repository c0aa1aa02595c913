"""Hair, beards and hats, on the paper of a head."""

from __future__ import annotations

from vidpipe.providers.draft.colors import mixed, scaled
from vidpipe.providers.draft.figures_sheet import HeadSheet


def hair_behind(head: HeadSheet) -> None:
    """What hair hangs behind the face."""
    hair, style = scaled(head.who.hair, 0.82), head.who.hair_style
    if style == "long":
        head.shape([(0, -0.54), (-0.38, -0.4), (-0.46, 0.05), (-0.46, 0.5), (-0.36, 0.72), (0, 0.66), (0.36, 0.72), (0.46, 0.5),
                    (0.46, 0.05), (0.38, -0.4)], hair, shade="down")  # fmt: skip
    elif style == "curly":
        for x, y, r in ((-0.36, -0.22, 0.2), (-0.4, 0.02, 0.17), (-0.36, 0.22, 0.14), (0.36, -0.22, 0.2), (0.4, 0.02, 0.17),
                        (0.37, 0.22, 0.14), (-0.2, -0.44, 0.2), (0.02, -0.5, 0.2), (0.22, -0.43, 0.2)):  # fmt: skip
            head.oval(x, y, r, r, hair, shade="round")
    elif style == "tail":
        head.pen.limb([head.at(0.3, -0.28), head.at(0.56, -0.2), head.at(0.58, 0.2), head.at(0.48, 0.52)],
                      [0.16 * head.size, 0.24 * head.size, 0.2 * head.size, 0.05 * head.size], hair, shade="side")  # fmt: skip
    elif style == "bun":
        head.oval(0.08, -0.53, 0.19, 0.16, hair, shade="round")
    elif style == "braids":
        for side in (-1, 1):
            for step in range(5):
                head.oval(
                    side * (0.4 + 0.015 * step),
                    0.1 + 0.13 * step,
                    0.085 - 0.008 * step,
                    0.085,
                    hair,
                    shade="round",
                )


def hair_before(head: HeadSheet) -> None:
    """The hair over forehead and temples."""
    s, hair, style = head.shift, head.who.hair, head.who.hair_style
    if style == "bald":
        for side in (-1, 1):
            if side > 0 or not s:
                head.shape(
                    [
                        (side * 0.37, -0.22),
                        (side * 0.42, -0.08),
                        (side * 0.39, 0.1),
                        (side * 0.33, 0.04),
                        (side * 0.33, -0.14),
                    ],
                    hair,
                )
        return
    low = -0.27 if style == "short" else -0.24
    head.shape([(-0.38, 0.0 if style != "short" else -0.1), (-0.43, -0.2), (-0.36, -0.46), (-0.12, -0.58), (0.16, -0.575), (0.38, -0.44),
                (0.435, -0.18), (0.38, 0.02), (0.345, -0.14), (0.27, low - 0.01), (0.1 + s * 0.5, low - 0.07), (-0.04 + s, low - 0.05),
                (-0.2 + s * 0.6, low + 0.01), (-0.345, -0.16)], hair, shade="round", depth=1.1)  # fmt: skip
    sheen = mixed(hair, (255, 250, 235), 0.28)
    for x in (-0.2, -0.08, 0.05):
        head.stroke([(x - 0.09, -0.4), (x - 0.02, -0.5), (x + 0.1, -0.52)], sheen, 0.013)


def hat(head: HeadSheet) -> None:
    """What is worn on the head."""
    hat, color = head.who.hat, head.who.hat_color
    if hat in {"hood", "headscarf"}:
        head.shape([(0, -0.62), (-0.36, -0.5), (-0.5, -0.1), (-0.46, 0.4), (-0.3, 0.62), (-0.26, 0.42), (-0.37, 0.1), (-0.34, -0.2),
                    (-0.2, -0.36), (0, -0.4), (0.2, -0.36), (0.34, -0.2), (0.37, 0.1), (0.26, 0.42), (0.3, 0.62), (0.46, 0.4),
                    (0.5, -0.1), (0.36, -0.5)], color, shade="round")  # fmt: skip
    elif hat == "crown":
        head.shape([(-0.36, -0.36), (-0.4, -0.68), (-0.2, -0.5), (0, -0.74), (0.2, -0.5), (0.4, -0.68), (0.36, -0.36)], color,
                   is_smooth=False)  # fmt: skip
    elif hat in {"beanie", "helmet", "turban", "bonnet"}:
        head.shape(
            [
                (-0.42, -0.22),
                (-0.42, -0.42),
                (-0.2, -0.64),
                (0.2, -0.64),
                (0.42, -0.42),
                (0.42, -0.22),
                (0, -0.3),
            ],
            color,
            shade="round",
        )
        head.shape(
            [(-0.43, -0.3), (0, -0.36), (0.43, -0.3), (0.43, -0.19), (0, -0.26), (-0.43, -0.19)],
            scaled(color, 0.8),
            shade="side",
        )
    elif hat in {"cap", "beret"}:
        head.shape(
            [
                (-0.4, -0.28),
                (-0.4, -0.5),
                (-0.16, -0.66),
                (0.2, -0.64),
                (0.42, -0.48),
                (0.41, -0.26),
                (0, -0.32),
            ],
            color,
            shade="round",
        )
        head.shape([(-0.42 + head.shift * 2, -0.24), (-0.1 + head.shift, -0.36), (0.34, -0.31), (0.16, -0.24), (-0.1 + head.shift, -0.22)],
                   scaled(color, 0.62), shade="down")  # fmt: skip
    else:
        head.shape(
            [
                (-0.36, -0.34),
                (-0.32, -0.68),
                (-0.1, -0.76),
                (0.02, -0.71),
                (0.14, -0.76),
                (0.33, -0.66),
                (0.36, -0.34),
            ],
            color,
            shade="side",
        )
        head.shape(
            [(-0.36, -0.46), (0, -0.41), (0.36, -0.46), (0.37, -0.34), (0, -0.28), (-0.37, -0.34)],
            scaled(color, 0.45),
            shade="flat",
            outline=0,
        )
        head.shape([(-0.62, -0.34), (-0.3, -0.39), (0, -0.36), (0.3, -0.39), (0.62, -0.34), (0.3, -0.25), (0, -0.22), (-0.3, -0.25)],
                   scaled(color, 0.9), shade="down")  # fmt: skip


def beard(head: HeadSheet) -> None:
    """Full beard, moustache or stubble."""
    s, hair = head.shift, head.who.hair
    if head.who.beard == "stubble":
        head.shape([(-0.34, 0.12), (-0.26 + s, 0.4), (s, 0.51), (0.26 + s, 0.4), (0.34, 0.12), (0.16 + s, 0.2), (-0.16 + s, 0.2)],
                   scaled(hair, 0.9), shade="flat", outline=0, opacity=0.2)  # fmt: skip
        return
    if head.who.beard == "full":
        head.shape([(-0.37, 0.0), (-0.37 + s * 0.3, 0.24), (-0.25 + s, 0.5), (s * 1.2, 0.64), (0.25 + s, 0.5), (0.37, 0.24), (0.37, 0.0),
                    (0.28, 0.16), (0.15 + s, 0.225), (s, 0.235), (-0.15 + s, 0.225), (-0.28, 0.16)], hair, shade="down", depth=head.relief)  # fmt: skip
        for x in (-0.2, -0.09, 0.03, 0.14, 0.24):
            head.stroke([(x + s, 0.33), (x * 0.9 + s, 0.42), (x * 0.75 + s, 0.5)], scaled(hair, 0.8), 0.011)
    x = s * 1.4
    head.shape([(x, 0.195), (x - 0.1, 0.2), (x - 0.19, 0.27), (x - 0.1, 0.262), (x, 0.245), (x + 0.1, 0.262), (x + 0.19, 0.27),
                (x + 0.1, 0.2)], scaled(hair, 0.94), shade="down", outline=0.6)  # fmt: skip
