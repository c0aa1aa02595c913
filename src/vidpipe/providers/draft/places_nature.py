"""Places under the sky: shore, sea, wood, field, mountain, desert, snow, space."""

from __future__ import annotations

from functools import partial

from vidpipe.providers.draft import things_outdoors as outdoors
from vidpipe.providers.draft.colors import RGB, mixed, scaled
from vidpipe.providers.draft.pen import oval_points, smooth
from vidpipe.providers.draft.places import Scenery

SAND: RGB = (224, 202, 158)
WATER: RGB = (62, 124, 150)
GRASS: RGB = (112, 152, 82)
LEAF: RGB = (78, 128, 66)
FIR: RGB = (46, 92, 70)
STONE: RGB = (134, 132, 130)
EARTH: RGB = (150, 118, 84)


def water(s: Scenery, top: float, bottom: float, depth: float, name: str = "sea") -> None:
    """Water from one height to another, with crests that run along it."""
    base = scaled(WATER, 0.72) if s.hour.weather == "storm" else WATER
    lit = s.light(base)
    s.sheet(name, [(-9, top), (s.width + 9, top), (s.width + 9, bottom), (-9, bottom)],
            mixed(lit, s.sky_colors()[1], 0.45), scaled(lit, 0.92), depth, texture=1.2)  # fmt: skip
    rough = 2.6 if s.hour.weather in {"storm", "wind"} else 1.0
    crest = mixed(lit, (255, 255, 255), 0.42)
    rows = 7
    for row in range(rows):
        part = (row + 0.5) / rows
        y = top + (bottom - top) * part**1.4
        high = s.unit * (0.25 + 0.9 * part) * rough
        points = []
        steps = max(6, round(26 - 16 * part))
        for step in range(steps + 1):
            x = s.width * step / steps + s.chance.uniform(-6, 6)
            points.append((x, y - (high * s.chance.uniform(0.4, 1.0) if step % 2 else 0)))
        lower = [(x, py + high * 0.5) for x, py in reversed(points)]
        s.sheet(f"{name}.crest{row}", [*points, *lower], mixed(lit, crest, 0.35 + 0.4 * part), lit, depth + 0.02 * part,
                is_curved=True, texture=0.0, motion="shimmer", amount=rough)  # fmt: skip


def beach(s: Scenery) -> None:
    """Sky, sea, surf and sand, a palm or dunes aside."""
    s.sky()
    s.ridge("headland", s.horizon + s.unit, s.unit * 9, 2, (104, 128, 120), 0.12, 0.75)
    shore = s.horizon + (s.height - s.horizon) * 0.3
    water(s, s.horizon, shore + s.unit * 3, 0.25)
    sand = s.light(SAND)
    edge = [(s.width * at / 6, shore + s.unit * (1.4 if at % 2 else -0.8)) for at in range(7)]
    foam = [(x, y - s.unit * 1.1) for x, y in edge]
    rest = [(s.width + 9.0, s.height + 9.0), (-9.0, s.height + 9.0)]
    s.sheet("foam", [*foam, *rest], mixed(sand, (255, 255, 255), 0.75), mixed(sand, (255, 255, 255), 0.5), 0.4, is_curved=False,
            motion="shimmer", amount=0.6)  # fmt: skip
    s.sheet("sand", [*edge, *rest], scaled(sand, 0.92), scaled(sand, 1.02), 0.6, texture=2.0)
    for _ in range(5):
        x = s.width * s.chance.random()
        y = s.height * s.chance.uniform(0.74, 0.98)
        s.thing(
            "stone",
            partial(_stone, color=s.light(STONE)),
            (200, 132),
            (x, y),
            s.unit * s.chance.uniform(0.012, 0.03),
            0.62,
        )


def _stone(pen: object, color: RGB) -> None:
    outdoors.rock(pen, color)  # type: ignore[arg-type]  # a pen


def sea(s: Scenery) -> None:
    """Open water to the horizon."""
    s.sky()
    water(s, s.horizon, s.height + 9, 0.45)


def coast(s: Scenery) -> None:
    """A lighthouse on a rock above the sea, and the cliff that one stands on."""
    s.sky()
    water(s, s.horizon, s.height, 0.25)
    x = s.width * 0.69
    rocks = s.light((104, 102, 104), 0.15)
    foot = s.horizon + s.unit * 5
    s.sheet("rock", [(x - s.unit * 34, foot + s.unit * 3), (x - s.unit * 20, foot - s.unit * 4), (x - s.unit * 9, foot - s.unit * 9),
                     (x + s.unit * 9, foot - s.unit * 9.5), (x + s.unit * 22, foot - s.unit * 2), (x + s.unit * 30, foot + s.unit * 3)],
            rocks, scaled(rocks, 0.62), 0.34, texture=2.0)  # fmt: skip
    s.thing("lighthouse", partial(outdoors.lighthouse, color=(190, 54, 46), is_lit=s.hour.is_dark), (380, 1100),
            (x, foot - s.unit * 8), s.unit * 0.042, 0.34)  # fmt: skip
    top = s.horizon + (s.height - s.horizon) * 0.42
    cliff = s.light((112, 124, 92))
    edge = [
        (-9.0, top + s.unit * 2),
        (s.width * 0.25, top - s.unit),
        (s.width * 0.6, top + s.unit * 3),
        (s.width + 9.0, top + s.unit),
    ]
    s.sheet(
        "cliff",
        [*edge, (s.width + 9.0, s.height + 9.0), (-9.0, s.height + 9.0)],
        cliff,
        scaled(cliff, 0.78),
        0.6,
        texture=2.2,
    )
    _tufts(s, top + s.unit * 4, (104, 120, 80))


def _tufts(s: Scenery, top: float, color: RGB, count: int = 26) -> None:
    """Grass here and there, on one sheet."""
    image, draw_at = s.blank(top)
    for _ in range(count):
        x, part = s.chance.random() * s.width, s.chance.random()
        y = top + (s.height - top) * part
        tall = s.unit * (0.8 + 2.2 * part)
        for blade in range(5):
            draw_at.line([(x + blade * tall * 0.16, y - top), (x + (blade - 2) * tall * 0.4, y - top - tall * s.chance.uniform(0.6, 1))],
                         fill=(*s.shade(scaled(s.light(color), 0.86 + 0.06 * blade)), 255), width=max(1, round(tall * 0.09)))  # fmt: skip
    s.add("tufts", image, 0.64, 0, top)


def _flanks(s: Scenery, base: float, size: float) -> None:
    """A near fir at each side, taller than the picture, as a frame is."""
    for part, down, grow in ((0.1, 1.0, 1.0), (0.91, 2.5, 1.15)):
        s.thing("near pine", partial(outdoors.pine, color=scaled(FIR, 0.9)), (260, 620), (s.width * part, base + s.unit * down),
                size * grow / 620, 0.5, motion="sway", is_mirrored=part > 0.5)  # fmt: skip


def _trees(
    s: Scenery,
    kind: str,
    base: float,
    size: float,
    count: int,
    depth: float,
    distance: float,
    *,
    gap: float = 0.0,
) -> None:
    """A row of trees; `gap` leaves the middle free."""
    draw, box, color = {
        "tree": (outdoors.tree, (420.0, 560.0), LEAF),
        "pine": (outdoors.pine, (260.0, 620.0), FIR),
        "palm": (outdoors.palm, (420.0, 620.0), LEAF),
        "bush": (outdoors.bush, (240.0, 130.0), LEAF),
    }[kind]
    line = s.light(scaled(color, 0.92), min(1.0, distance + 0.1))
    if distance > 0.2:
        # Far trees are one wood: each for itself, small and dark on the sky, they are birds and people to the eyes.
        for row, (low, high) in enumerate(((0.66, 1.0), (0.4, 0.7))):
            steps = count * (5 if kind == "pine" else 3)
            wood = []
            for at in range(steps + 1):
                up = (
                    s.chance.uniform(low, high)
                    if at % 2 or kind != "pine"
                    else s.chance.uniform(low * 0.7, low)
                )
                wood.append((s.width * at / steps, base - size * up))
            tone = mixed(line, s.light(color, distance * 0.5), 0.5 * row)
            s.sheet(f"{kind} wood{row}", [(-9.0, base), *wood, (s.width + 9.0, base)], tone, scaled(tone, 0.94), depth - 0.02 + 0.01 * row,
                    is_curved=kind != "pine")  # fmt: skip
        return
    for at in range(count):
        x = s.width * ((at + s.chance.uniform(0.2, 0.8)) / count)
        if gap and abs(x / s.width - 0.5) < gap / 2:
            continue
        scale = size / box[1] * s.chance.uniform(0.8, 1.15)
        tone = mixed(scaled(color, s.chance.uniform(0.9, 1.1)), line, 0.3)
        s.thing(f"{kind}{at}", partial(draw, color=tone), box, (x, base + s.chance.uniform(-0.6, 0.6) * s.unit), scale, depth,
                motion="sway" if depth > 0.45 else "still", is_mirrored=bool(at % 2))  # fmt: skip


def forest(s: Scenery) -> None:
    """Trunks and firs, light between them."""
    s.sky(has_clouds=False)
    s.ridge("wood", s.horizon + s.unit * 2, s.unit * 22, 9, (70, 110, 84), 0.12, 0.65, is_sharp=True)
    _trees(s, "pine", s.horizon + s.unit * 3, s.unit * 40, 11, 0.28, 0.45)
    s.ground((104, 112, 70))
    _flanks(s, s.horizon + s.unit * 10, s.unit * 100)
    _tufts(s, s.horizon + s.unit * 12, (96, 124, 66), 34)


def park(s: Scenery) -> None:
    """Lawn, a path, trees, the town behind."""
    s.sky()
    skyline(s, s.horizon + s.unit, 0.1, 0.7, 16)
    _trees(s, "tree", s.horizon + s.unit * 2, s.unit * 24, 9, 0.26, 0.35)
    s.ground(GRASS)
    path = mixed(s.light((206, 190, 156)), s.light(GRASS), 0.45)
    y = s.horizon
    bends = ((0.62, 0.04, 0.008), (0.5, 0.14, 0.016), (0.6, 0.3, 0.04), (0.42, 0.55, 0.08), (0.3, 1.02, 0.16))
    left = [(s.width * (x - half), y + (s.height - y) * down) for x, down, half in bends]
    right = [(s.width * (x + half), y + (s.height - y) * down) for x, down, half in bends]
    s.sheet(
        "path",
        [*smooth(left, is_closed=False), *reversed(smooth(right, is_closed=False))],
        mixed(path, s.sky_colors()[1], 0.2),
        path,
        0.6,
    )
    _hedge(s, s.horizon + s.unit * 5, s.unit * 5)
    s.thing("lamp post", partial(outdoors.lamp_post, color=(58, 62, 66), is_lit=s.hour.is_dark), (90, 420),
            (s.width * 0.34, s.horizon + s.unit * 8), s.unit * 0.07, 0.5)  # fmt: skip
    _tufts(s, s.horizon + s.unit * 9, (96, 136, 70), 22)


def _hedge(s: Scenery, foot: float, rise: float) -> RGB:
    """A hedge from side to side; its colour."""
    leaf = s.light(scaled(LEAF, 0.95))
    crest = [(s.width * at / 14, foot - rise * s.chance.uniform(0.72, 1.0)) for at in range(15)]
    s.sheet(
        "hedge",
        [(-9.0, foot), *crest, (s.width + 9.0, foot)],
        mixed(leaf, (255, 255, 240), 0.06),
        scaled(leaf, 0.86),
        0.5,
        is_curved=True,
    )
    return leaf


def skyline(s: Scenery, base: float, depth: float, distance: float, count: int) -> None:
    """The outline of a town far away."""
    points = [(-9.0, base)]
    for at in range(count):
        x0, x1 = s.width * at / count, s.width * (at + 1) / count
        high = s.unit * s.chance.uniform(5, 20)
        points += [(x0, base - high), (x1 + 1, base - high)]
    lit = s.light((120, 124, 136), distance)
    s.sheet(
        "skyline",
        [*points, (s.width + 9.0, base), (s.width + 9.0, base + s.unit * 4), (-9.0, base + s.unit * 4)],
        lit,
        scaled(lit, 0.9),
        depth,
    )


def field(s: Scenery) -> None:
    """Rolling fields under a wide sky."""
    s.sky()
    s.ridge("hills", s.horizon + s.unit * 2, s.unit * 12, 3, (112, 140, 104), 0.12, 0.6)
    s.ridge("near hills", s.horizon + s.unit * 4, s.unit * 6, 2, (128, 154, 92), 0.26, 0.3)
    _trees(s, "tree", s.horizon + s.unit * 4, s.unit * 7, 9, 0.3, 0.3)
    s.ground((166, 170, 88))
    # No furrows: bands that run towards the horizon are a runway to the eyes, and the picture an airplane.
    s.ridge("crop", s.horizon + s.unit * 8, s.unit * 3, 5, (150, 160, 78), 0.58, 0.0)
    _tufts(s, s.horizon + s.unit * 9, (150, 150, 70), 22)


def mountain(s: Scenery) -> None:
    """Peaks behind peaks, firs and a meadow."""
    s.sky()
    s.ridge("peaks", s.horizon + s.unit * 2, s.unit * 42, 3, (136, 146, 168), 0.1, 0.55, is_sharp=True)
    s.ridge("near peaks", s.horizon + s.unit * 3, s.unit * 26, 4, (104, 118, 128), 0.2, 0.3, is_sharp=True)
    _trees(s, "pine", s.horizon + s.unit * 3, s.unit * 17, 14, 0.34, 0.25)
    s.ground((118, 140, 88))
    _rocks(s, 6)
    _tufts(s, s.horizon + s.unit * 6, (100, 122, 74), 30)


def _rocks(s: Scenery, count: int, color: RGB = STONE) -> None:
    for _ in range(count):
        x, y = s.width * s.chance.random(), s.horizon + (s.height - s.horizon) * s.chance.uniform(0.12, 0.9)
        near = (y - s.horizon) / (s.height - s.horizon)
        s.thing(
            "stone", partial(_stone, color=color), (200, 132), (x, y), s.unit * (0.015 + 0.05 * near), 0.6
        )


def desert(s: Scenery) -> None:
    """Dunes in the sun."""
    s.sky(has_clouds=False)
    s.ridge("mesa", s.horizon + s.unit * 2, s.unit * 16, 3, (190, 134, 100), 0.12, 0.5, is_sharp=True)
    for at, (rise, color) in enumerate(((8, (226, 182, 122)), (6, (220, 172, 110)))):
        s.ridge(
            f"dune{at}",
            s.horizon + s.unit * (3 + 4 * at),
            s.unit * rise,
            2,
            color,
            0.25 + 0.12 * at,
            0.25 - 0.1 * at,
        )
    s.ground((224, 180, 120), top=s.horizon + s.unit * 8)
    _rocks(s, 4, (176, 132, 98))


def snow(s: Scenery) -> None:
    """A white plain, firs in snow."""
    s.sky()
    s.ridge("peaks", s.horizon + s.unit * 2, s.unit * 26, 4, (176, 190, 208), 0.1, 0.5, is_sharp=True)
    _trees(s, "pine", s.horizon + s.unit * 3, s.unit * 24, 12, 0.3, 0.5)
    s.ground((236, 240, 246))
    s.ridge("drift", s.horizon + s.unit * 12, s.unit * 4, 3, (230, 236, 244), 0.62, 0.0)


def space(s: Scenery) -> None:
    """Stars, a planet, and its grey ground."""
    s.sky_of(((8, 10, 24), (30, 26, 58)))
    s.thing("planet", _planet, (400, 400), (s.width * 0.68, s.horizon * 0.84), s.unit * 0.075, 0.05)
    s.ridge("craters", s.horizon + s.unit * 3, s.unit * 7, 5, (110, 110, 122), 0.3, 0.0)
    s.ground((140, 140, 150), top=s.horizon + s.unit * 3)
    _rocks(s, 7, (120, 120, 130))


def _planet(pen: object) -> None:
    pen.oval(200, 200, 190, 190, (70, 116, 170), shade="round", depth=1.6)  # type: ignore[attr-defined]  # a pen
    for x, y, a, d in ((150, 140, 70, 40), (250, 230, 60, 52), (150, 280, 50, 26)):
        pen.oval(x, y, a, d, (110, 150, 100), shade="flat", outline=0, opacity=0.75)  # type: ignore[attr-defined]  # a pen, known here as an object


def sky(s: Scenery) -> None:
    """Nothing but the sky, and clouds below."""
    s.sky()
    for at in range(3):
        s.ridge(
            f"bank{at}",
            s.height * (0.86 + 0.07 * at),
            s.unit * 12,
            6,
            (236, 240, 246),
            0.3 + 0.15 * at,
            0.35 - 0.1 * at,
        )


def garden(s: Scenery) -> None:
    """A house, a hedge, flowers, a lawn."""
    s.sky()
    _trees(s, "tree", s.horizon + s.unit * 2, s.unit * 24, 6, 0.2, 0.35)
    s.thing("house", partial(outdoors.house, color=(188, 112, 84), is_lit=s.hour.is_dark), (700, 520),
            (s.width * 0.3, s.horizon + s.unit * 6), s.unit * 0.062, 0.34)  # fmt: skip
    s.ground((118, 160, 84))
    top = s.horizon + s.unit * 8
    leaf = _hedge(s, top, s.unit * 6)
    # Blossoms in beds, not single flowers: one on a stalk is a bird or a person to the eyes.
    for color in ((214, 96, 96), (226, 190, 96), (190, 130, 184), (238, 236, 228)):
        beds = []
        for _ in range(26):
            x, y, r = (
                s.width * s.chance.random(),
                top + s.unit * s.chance.uniform(0.2, 3.0),
                s.unit * s.chance.uniform(0.25, 0.5),
            )
            beds.append(oval_points(x, y, r, r * 0.8, 10))
        s.marks("blossoms", beds, mixed(s.light(color), leaf, 0.25), 0.56)
