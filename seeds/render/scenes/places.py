"""Places: a studded door, lanterns under eaves, a stair, a lane, a canal jetty, a laid table."""

from __future__ import annotations

import math

import materials as m
import props
from mesh import Mesh, arc, ground, smooth_path, wall

# Outlines (radius, height) of the vessels and where they stand, by the colour of their glaze.
VESSELS = {
    "#8fae97": (
        [
            (0.001, 0),
            (0.06, 0),
            (0.055, 0.02),
            (0.1, 0.12),
            (0.115, 0.19),
            (0.09, 0.27),
            (0.04, 0.32),
            (0.032, 0.37),
            (0.055, 0.42),
            (0.05, 0.42),
            (0.027, 0.37),
            (0.02, 0.2),
        ],
        (-0.42, -0.42),
    ),
    "#4a2c18": (
        [
            (0.001, 0),
            (0.09, 0),
            (0.14, 0.08),
            (0.155, 0.17),
            (0.13, 0.25),
            (0.085, 0.28),
            (0.1, 0.31),
            (0.092, 0.31),
            (0.075, 0.28),
            (0.06, 0.1),
        ],
        (-0.08, -0.36),
    ),
    "#c9c7bb": (
        [
            (0.001, 0),
            (0.045, 0),
            (0.045, 0.015),
            (0.09, 0.05),
            (0.11, 0.09),
            (0.105, 0.09),
            (0.085, 0.055),
            (0.001, 0.022),
        ],
        (0.1, -0.62),
    ),
    "#6d3a26": (
        [
            (0.001, 0),
            (0.055, 0),
            (0.09, 0.05),
            (0.09, 0.09),
            (0.06, 0.125),
            (0.03, 0.13),
            (0.012, 0.145),
            (0.016, 0.16),
            (0.001, 0.168),
        ],
        (0.38, -0.5),
    ),
}


def door() -> None:
    """Build a double plank door with ring pulls, a stone frame and faded paper couplets."""
    wall((-5, 5), 4.5, (-0.85, 0.85, -0.3, 2.4)).build(
        m.plaster("#bdb8aa", 0.4, bare=True, stain=1.0)
    )
    stone, planks, iron, red = Mesh(111), Mesh(112), Mesh(113), Mesh(114)
    for x in (-0.95, 0.95):
        stone.box((x, -0.03, 1.2), (0.22, 0.16, 2.4), jitter=0.004)
        red.box((x * 1.34, -0.004, 1.5), (0.2, 0.003, 1.35), (0, 0.012 * x, 0), jitter=0.006)
    stone.box((0, -0.04, 2.5), (2.3, 0.2, 0.22), jitter=0.004)
    stone.box((0, -0.08, 0.07), (2.1, 0.3, 0.18), jitter=0.006)
    stone.box((0, -0.4, 0.02), (2.4, 0.4, 0.12), jitter=0.006)
    for i in range(10):
        x = -0.76 + i * 0.169
        planks.box((x, 0.1 + planks.rng.gauss(0, 0.002), 1.25), (0.163, 0.05, 2.3))
    for z in (0.45, 1.25, 2.1):
        for x in (-0.42, 0.42):
            iron.box((x, 0.07, z), (0.76, 0.008, 0.05))
        for i in range(12):
            x = -0.77 + i * 0.14
            iron.lathe(
                [(0.018, -0.01), (0.016, 0.008), (0.008, 0.016), (0.001, 0.018)], (x, 0.066, z), 12
            )
    for x in (-0.12, 0.12):
        iron.tube(arc((x, 0.045, 1.12), 0.065, 0, 360, 28), 0.009)
        iron.tube([(x, 0.08, 1.19), (x, 0.03, 1.19)], [0.04, 0.028], 16)
    red.box((0, -0.145, 2.5), (0.9, 0.003, 0.18), jitter=0.006)
    stone.build(m.stone("#8d8880", 0.25), bevel=0.012)
    planks.build(m.wood("#6a4c35", "#6d2418", 0.5), bevel=0.005)
    iron.build(m.metal("#8a6a35", 0.4, 0.4, bare=True), smooth=True)
    red.build(m.paper("#b5322a"))
    props.paving((-5, 5, -6, -0.1), (0.8, 0.45), 115, moss=0.4)
    props.pot_plant((1.75, -0.4, 0), 0.38, 116)
    props.pot_plant((-1.8, -0.4, 0), 0.32, 117, "#3c5560")


def lanterns() -> None:
    """Red silk lanterns, lit, in a row under wooden eaves."""
    silk, gold, wood = Mesh(121), Mesh(122), Mesh(123)
    for i, (x, y) in enumerate([(-1.5, -0.75), (-0.5, -0.78), (0.5, -0.74), (1.5, -0.77)]):
        z, r = 2.05 + 0.02 * math.sin(i * 2.1), 0.27
        profile = []
        for k in range(41):
            angle = math.pi * (0.12 + 0.76 * k / 40) - math.pi / 2
            profile.append(
                (
                    r * math.cos(angle) * (1 + 0.006 * math.cos(k * math.pi)),
                    r * 0.82 * math.sin(angle),
                )
            )
        silk.lathe(profile, (x, y, z), 56)
        for end in (-1, 1):
            gold.lathe([(0.105, -0.03), (0.11, 0), (0.105, 0.03)], (x, y, z + end * 0.225), 32)
        for _ in range(60):
            dx, dy = (gold.rng.gauss(0, 0.02) for _ in range(2))
            gold.tube(
                [(x + dx * 0.4, y + dy * 0.4, z - 0.25), (x + dx, y + dy, z - 0.5)], 0.0022, 4
            )
        wood.tube([(x, y, z + 0.25), (x, y, 2.75)], 0.005)
    silk.build(m.paper("#c0180f", glow=0.05), smooth=True)
    gold.build(m.paper("#b8862f", glow=0.02), smooth=True)
    wood.box((0, -0.75, 2.78), (9, 0.13, 0.15))
    for i in range(-22, 23):
        wood.box((i * 0.2, -0.4, 2.95 - 0.0), (0.07, 1.5, 0.09), (0.22, 0, 0))
    for x in (-2.6, 2.6):
        wood.tube([(x, -0.75, 0), (x, -0.75, 2.7)], 0.11, 24)
    for i in range(-14, 15):
        wood.box((i * 0.19, 0.0, 1.2), (0.183, 0.05, 2.9))
    wood.build(m.wood("#4a3020", "#4f1d14", 0.5), bevel=0.006)
    roof = Mesh(124)
    roof.box((0, -0.4, 3.03), (9, 1.7, 0.04), (0.22, 0, 0))
    roof.build(m.clay("#45423f", 0.2))
    props.paving((-5, 5, -7, 0.2), (0.8, 0.45), 125, polish=0.7)


def stair() -> None:
    """Build a worn stone stair between old walls, with an iron handrail."""
    steps = Mesh(131)
    for i in range(14):
        for x in (-0.62, 0.0, 0.62):
            steps.box(
                (x + steps.rng.gauss(0, 0.004), i * 0.3 + 0.2, i * 0.165 - 0.2),
                (0.612, 0.4, 0.565),
                (steps.rng.gauss(0, 0.005), 0, steps.rng.gauss(0, 0.004)),
                jitter=0.007,
            )
    steps.build(m.stone("#8d8779", 0.55), bevel=0.014)
    sides = Mesh(132)
    for x in (-1.13, 1.13):
        sides.box((x, 3, 2), (0.4, 12, 5))
    sides.build(m.plaster("#b7a583", 0.45, bare=True, stain=1.0), bevel=0.02)
    end = Mesh(133)
    end.box((0, 6.2, 3.2), (5, 0.3, 5.5))
    end.build(m.plaster("#8d9a8c", 0.4))
    rail = Mesh(134)
    rail.tube(
        [(0.82, -0.1, 0.0), (0.82, -0.1, 0.93), (0.82, 3.9, 3.13), (0.82, 4.6, 3.2)], 0.02, 12
    )
    for i in range(1, 7):
        rail.tube([(0.82, i * 0.6, i * 0.33 - 0.1), (0.82, i * 0.6, i * 0.33 + 0.98)], 0.012, 8)
    rail.build(m.metal("#3f5b52", 0.5), smooth=True)
    props.paving((-1, 1, -6, 0.05), (0.5, 0.5), 135, moss=0.3)
    props.pot_plant((-0.72, 0.2, 0.08), 0.24, 136)
    props.pot_plant((-0.72, 1.1, 0.575), 0.2, 137, "#3e5a66")
    props.litter((-0.9, 0.9, -1.5, 0), 60, 138)
    props.weeds([(-0.85, 0.02, 0), (-0.86, 0.62, 0.42), (-0.86, 1.52, 0.91)], 139)


def lane() -> None:
    """Build a narrow lane between whitewashed houses, tiled eaves and doors on both sides."""
    white, wood, roof = Mesh(141), Mesh(142), Mesh(143)
    for side in (-1, 1):
        y = -4.0
        while y < 24:
            long, high = white.rng.uniform(3, 5), white.rng.uniform(3.0, 4.6)
            x = side * (1.35 + white.rng.uniform(-0.08, 0.12))
            white.box((x + side * 0.5, y + long / 2, high / 2), (1.0, long, high))
            wood.box((x, y + long * 0.35, 1.05), (0.08, 0.95, 2.1))
            for k in range(5):
                wood.box(
                    (x - side * 0.045, y + long * 0.35 - 0.38 + k * 0.19, 1.05), (0.03, 0.17, 2.0)
                )
            wood.box((x, y + long * 0.75, 1.75), (0.08, 0.7, 0.85))
            for k in range(-2, 3):
                wood.box((x - side * 0.06, y + long * 0.75 + k * 0.13, 1.75), (0.03, 0.025, 0.8))
            for k in range(int(long / 0.17)):
                roof.tube(
                    [
                        (x - side * 0.42, y + k * 0.17 + 0.08, high - 0.12),
                        (x + side * 0.9, y + k * 0.17 + 0.08, high + 0.42),
                    ],
                    0.075,
                    8,
                )
            y += long
    white.box((0.6, 25.5, 2.4), (5, 0.4, 5))
    white.build(m.plaster("#cfccc3", 0.36, bare=True, stain=1.0), bevel=0.02)
    wood.build(m.wood("#4c3526", "#5a2a1c", 0.5), bevel=0.005)
    roof.build(m.clay("#43413f", 0.3), smooth=True)
    props.paving((-1.5, 1.5, -5, 26), (0.75, 0.42), 144, "#85817a", moss=0.35, polish=0.4)
    for i, (x, y) in enumerate([(-1.1, 0.9), (1.1, 2.3), (1.08, 2.75), (-1.1, 5.2), (1.1, 7)]):
        props.pot_plant((x, y, 0), 0.26 + 0.03 * (i % 3), 145 + i)
    props.cable([(-1.3, 1, 3.1), (0, 3, 2.9), (1.3, 5, 3.2)])
    props.cable([(-1.3, 8, 3.3), (1.3, 9, 3.2)])


def _hull(mesh: Mesh, centre: tuple[float, float, float], long: float, wide: float) -> None:
    """Build a narrow wooden hull: cross sections swept from bow to stern, open at the top."""
    sections, girth = 28, 12
    start, (cx, cy, cz) = len(mesh.points), centre
    for i in range(sections + 1):
        t = 2 * i / sections - 1
        half = wide / 2 * (1 - abs(t) ** 3.2) + 0.1
        sheer, keel = 0.28 + 0.34 * t * t, -0.2 + 0.36 * abs(t) ** 3
        for inner in (0, 1):
            for k in range(girth + 1):
                angle = math.pi * (1 - k / girth if not inner else k / girth)
                w, lift = half - 0.035 * inner, 0.03 * inner
                flare = max(math.sin(angle), 0) ** 0.6
                mesh.points.append(
                    (
                        cx + t * long / 2,
                        cy + w * math.cos(angle),
                        cz + sheer + (keel + lift - sheer) * flare,
                    )
                )
    ring = 2 * (girth + 1)
    for i in range(sections):
        for k in range(ring):
            a, b = start + i * ring + k, start + i * ring + (k + 1) % ring
            mesh.faces.append((a, b, b + ring, a + ring))
            u, v = i * long / sections, k * 0.12
            mesh.uvs.extend(
                ((u, v), (u, v + 0.12), (u + long / sections, v + 0.12), (u + long / sections, v))
            )


def boat() -> None:
    """Build a black-awning boat moored at a plank jetty on a canal, houses on the far bank."""
    ground(m.water(), 120)
    hull, mat, deck, bank, houses, roofs = (Mesh(151 + i) for i in range(6))
    _hull(hull, (0.3, 0.2, 0.1), 5.6, 1.25)
    for t in (-1.5, -0.75, 0, 0.75, 1.5):
        hull.box((0.3 + t, 0.2, 0.25), (0.18, 1.1, 0.03))
    for k, (a, b) in enumerate([(-1.25, -0.35), (-0.45, 0.55), (0.45, 1.35)]):
        r = 0.6 + 0.025 * (k % 2)
        for i in range(30):
            x = 0.3 + a + (b - a) * i / 29
            mat.tube(
                [
                    (px, 0.2 + (py - 0.2), pz)
                    for px, py, pz in arc((x, 0.2, 0.36), r, 0, 180, 24, "yz")
                ],
                0.019,
                6,
            )
    for i in range(19):
        deck.box(
            (-3.4 + i * 0.19 + deck.rng.gauss(0, 0.004), -1.35, 0.5 + deck.rng.gauss(0, 0.004)),
            (0.175, 1.5, 0.045),
            (0, 0, deck.rng.gauss(0, 0.012)),
        )
    for x in (-3.3, -1.8, -0.1):
        for y in (-1.95, -0.72):
            deck.tube([(x, y, -1), (x + 0.02, y, 0.95)], 0.07, 14)
    for y in (-1.9, -0.8):
        deck.box((-1.7, y, 0.43), (3.7, 0.1, 0.1))
    deck.tube(smooth_path([(-0.1, -0.7, 0.75), (0.4, -0.4, 0.42), (1.1, -0.25, 0.5)]), 0.018)
    bank.box((0, 12.5, 0.2), (160, 3, 1.6), jitter=0.05)
    for i in range(7):
        bank.box((3.2, 10.9 - i * 0.28, 0.75 - i * 0.14), (2.4, 0.3, 0.3), jitter=0.01)
    x = -60.0
    while x < 26:
        wide, high = houses.rng.uniform(3.2, 5.5), houses.rng.uniform(3.2, 5.4)
        houses.box((x + wide / 2, 15, 1 + high / 2), (wide - 0.05, 3, high))
        for k in range(int(wide / 0.2)):
            roofs.tube(
                [(x + k * 0.2, 13.1, 1 + high - 0.1), (x + k * 0.2, 15.2, 1.9 + high)], 0.1, 6
            )
        for k in range(int(wide // 1.6)):
            roofs.box((x + 0.9 + k * 1.6, 13.5, 2.3), (0.8, 0.1, 1.0))
        x += wide
    hull.build(m.wood("#3a2a1e", "#241d18", 0.42), smooth=True, angle=50)
    mat.build(m.cane("#2b2824", 0.1), smooth=True)
    deck.build(m.wood("#7d6c58"), bevel=0.005)
    bank.build(m.stone("#8b867a", 0.5), bevel=0.03)
    houses.build(m.plaster("#cdc9be", 0.36, stain=1.0))
    roofs.build(m.clay("#413f3d", 0.3))
    for i, x in enumerate((-11, -5.5, 8, 15)):
        props.bush((x, 13.0, 3.6), 1.9, 1300, 0.34, 158 + i)


def _vessels() -> None:
    """Turn the vessels and cups that stand on the table."""
    for colour, (profile, (x, y)) in VESSELS.items():
        mesh = Mesh(172)
        mesh.lathe([(r, z + 0.82) for r, z in profile], (x, y, 0), 56)
        if colour == "#6d3a26":
            mesh.tube(
                smooth_path([(x - 0.08, y, 0.87), (x - 0.14, y, 0.89), (x - 0.17, y, 0.94)]),
                [0.022] * 8 + [0.014] * 9,
                12,
            )
            mesh.tube(
                smooth_path(
                    [
                        (x + 0.08, y, 0.93),
                        (x + 0.14, y, 0.94),
                        (x + 0.14, y, 0.87),
                        (x + 0.085, y, 0.86),
                    ]
                ),
                0.009,
                10,
            )
        mesh.build(m.ceramic(colour, 0.3 if colour == "#8fae97" else 0.0), smooth=True, angle=60)
    cups = Mesh(173)
    for x, y in ((0.3, -0.7), (0.45, -0.68), (-0.25, -0.66)):
        cups.lathe(
            [
                (0.001, 0.82),
                (0.022, 0.82),
                (0.036, 0.865),
                (0.033, 0.865),
                (0.02, 0.83),
                (0.001, 0.828),
            ],
            (x, y, 0),
            32,
        )
    cups.build(m.ceramic("#d5d3c6"), smooth=True)


def _twigs() -> None:
    """Put a few leafy twigs into the vase."""
    twigs = Mesh(174)
    for _ in range(7):
        tip = (
            -0.42 + twigs.rng.gauss(0, 0.13),
            -0.42 + twigs.rng.gauss(0, 0.1),
            1.62 + twigs.rng.uniform(-0.15, 0.12),
        )
        twigs.tube(
            smooth_path([(-0.42, -0.42, 1.1), (-0.42 + (tip[0] + 0.42) * 0.3, -0.42, 1.38), tip]),
            0.0035,
            6,
        )
        for level in range(4):
            props.leaf_blade(
                twigs,
                (tip[0] + twigs.rng.gauss(0, 0.02), tip[1], tip[2] - level * 0.05),
                0.07,
                0.03,
                props.Euler((0, -0.5, twigs.rng.uniform(0, 6.3))),
            )
    twigs.build(m.leaf("#5b6a2c"))


def table() -> None:
    """Build a wooden table by a wall, laid with a vase, a jar, a teapot, bowls and cups."""
    wood, rng = Mesh(171), Mesh(171).rng
    for i in range(5):
        wood.box((0, -0.75 + i * 0.135, 0.8 + rng.gauss(0, 0.0008)), (1.5, 0.132, 0.04))
    for x in (-0.68, 0.68):
        for y in (-0.74, -0.26):
            wood.box((x, y, 0.39), (0.07, 0.07, 0.78))
    for y in (-0.77, -0.22):
        wood.box((0, y, 0.72), (1.4, 0.03, 0.1))
    wood.build(m.wood("#5d3a22", gloss=0.2), bevel=0.005)
    _vessels()
    _twigs()
    wall((-5, 5), 4).build(m.plaster("#a99f86", 0.32, stain=0.5))
    side = Mesh(175)
    side.box((-2.3, -2.5, 2), (0.2, 5, 4))
    side.box((0, -1.4, 3.05), (6, 3.2, 0.1))
    side.build(m.plaster("#a99f86", 0.3))
    ground(m.concrete("#6f675c"))
