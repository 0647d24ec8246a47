"""Seats: a bamboo chair, a rattan armchair, plastic stools at a folding table."""

from __future__ import annotations

import math

import bpy
import materials as m
import props
from mathutils import Matrix
from mesh import Mesh, Point, arc, ground, smooth_path, wall


def _turned(items: list[bpy.types.Object], spot: tuple[float, float], degrees: float) -> None:
    """Move finished furniture to its place and turn it, as nobody sets chairs square."""
    move = Matrix.Translation((*spot, 0)) @ Matrix.Rotation(math.radians(degrees), 4, "Z")
    for item in items:
        item.matrix_world = move @ item.matrix_world


def _culm(mesh: Mesh, start: Point, end: Point, radius: float) -> None:
    """Build a bamboo pole with its swollen nodes."""
    length = math.dist(start, end)
    count = max(1, round(length / 0.17))
    stops, radii = [0.0], [radius]
    for k in range(count):
        node = (k + mesh.rng.uniform(0.35, 0.65)) / count
        for offset, swell in ((-0.012, 1.0), (0.0, 1.17), (0.004, 1.02), (0.012, 1.0)):
            stops.append(min(0.995, max(0.005, node + offset / length)))
            radii.append(radius * swell)
    stops.append(1.0)
    radii.append(radius * 0.97)
    path = [tuple(a + (b - a) * t for a, b in zip(start, end, strict=True)) for t in stops]
    mesh.tube(path, radii, 14)


def bamboo() -> None:
    """Build an old bamboo chair on stone slabs before a whitewashed wall."""
    frame, seat, ties = Mesh(81), Mesh(82), Mesh(83)
    w, d, r = 0.24, 0.21, 0.019
    for x in (-w, w):
        _culm(frame, (x, -d, 0), (x, -d, 0.40), r)
        _culm(frame, (x, d, 0), (x * 0.97, d + 0.1, 0.88), r)
        for z in (0.14, 0.375):
            _culm(frame, (x, -d - 0.02, z), (x, d + 0.05, z + 0.005), r * 0.8)
    for z in (0.2, 0.375):
        _culm(frame, (-w - 0.03, -d, z), (w + 0.03, -d, z), r * 0.85)
        _culm(frame, (-w - 0.02, d + 0.02, z), (w + 0.02, d + 0.02, z), r * 0.8)
    for z, back in ((0.86, 0.1), (0.79, 0.09), (0.5, 0.035)):
        _culm(frame, (-w - 0.02, d + back, z), (w + 0.02, d + back, z), r * 0.85)
    for i in range(-4, 5):
        x = i * 0.05 + frame.rng.gauss(0, 0.002)
        _culm(frame, (x, d + 0.036, 0.5), (x, d + 0.088, 0.79), 0.0085)
    for i in range(17):
        y = -d - 0.005 + i * 0.0262
        wide = 2 * w + frame.rng.uniform(0.01, 0.04)
        seat.box(
            (0, y, 0.4 + seat.rng.gauss(0, 0.0012)),
            (wide, 0.0225, 0.009),
            (seat.rng.gauss(0, 0.05), 0, seat.rng.gauss(0, 0.004)),
        )
    for x in (-w, w):
        for y, z in ((-d, 0.375), (d + 0.035, 0.375), (d + 0.09, 0.79)):
            for k in range(3):
                ties.tube(arc((x, y, z - 0.014 + k * 0.014), r * 1.25, 0, 360, 14, "xy"), 0.004, 6)
    cane = m.cane("#b58a4c")
    chair = [
        frame.build(cane, smooth=True),
        seat.build(cane, bevel=0.002),
        ties.build(m.cane("#7a5a30"), smooth=True),
    ]
    _turned(chair, (0.0, -0.75), 24)
    wall((-5, 5), 4).build(m.plaster("#d2cfc4", 0.36, bare=True, stain=1.0))
    step = Mesh(84)
    step.box((0, -0.1, 0.06), (10, 0.26, 0.16), jitter=0.01)
    step.build(m.stone("#8c877c", 0.5), bevel=0.015)
    props.paving((-5, 5, -6, -0.1), (0.75, 0.42), 85, "#8f8a80", moss=0.45)
    props.pot_plant((-0.85, -0.45, 0), 0.3, 86, "#3e3a37")
    props.pot_plant((-1.25, -0.5, 0), 0.38, 87)
    props.litter((-2, 2, -2.2, -0.2), 120, 88)
    broom = Mesh(89)
    broom.tube([(1.05, -0.42, 0.05), (0.86, -0.04, 1.35)], 0.012)
    for _ in range(80):
        spread = (1.07 + broom.rng.gauss(0, 0.05), -0.47 + broom.rng.gauss(0, 0.03), 0.0)
        broom.tube([(1.02, -0.36, 0.42), spread], 0.0025, 4)
    broom.build(m.cane("#9a7c46"), smooth=True)


def _weave(mesh: Mesh, half: float, z: float, count: int, round_to: float) -> None:
    """Build a plain weave of cane inside a round seat."""
    pitch = 2 * half / count
    for axis in (0, 1):
        for i in range(count + 1):
            off = -half + i * pitch
            reach = math.sqrt(max(0.0, round_to**2 - off**2))
            if reach < 0.02:
                continue
            path = []
            steps = max(4, int(2 * reach / pitch * 2))
            for k in range(steps + 1):
                t = -reach + 2 * reach * k / steps
                lift = 0.0028 * math.cos(math.pi * (t + half) / pitch + math.pi * (i + axis))
                path.append((off, t, z + lift) if axis else (t, off, z + lift))
            mesh.tube(path, pitch * 0.3, 5)


def _rattan_chair() -> None:
    """Bend the frame of the armchair, weave its seat and back."""
    frame, weave = Mesh(91), Mesh(92)
    r, rim = 0.016, 0.27
    frame.tube(arc((0, 0, 0.40), rim, 0, 360, 48, "xy"), 0.018, 12)
    frame.tube(arc((0, 0, 0.375), rim * 0.97, 0, 360, 48, "xy"), 0.012, 10)
    frame.tube(arc((0, 0, 0.16), rim * 0.9, 0, 360, 40, "xy"), 0.011, 10)
    for angle in (45, 135, 225, 315):
        x, y = (rim * f(math.radians(angle)) for f in (math.cos, math.sin))
        frame.tube(
            smooth_path([(x * 1.08, y * 1.08, 0), (x * 0.9, y * 0.9, 0.18), (x, y, 0.4)]), r, 12
        )
    hoop = [
        (-0.27, -0.2, 0.4),
        (-0.33, -0.12, 0.6),
        (-0.34, 0.08, 0.68),
        (-0.27, 0.26, 0.80),
        (0, 0.36, 0.9),
        (0.27, 0.26, 0.80),
        (0.34, 0.08, 0.68),
        (0.33, -0.12, 0.6),
        (0.27, -0.2, 0.4),
    ]
    path = smooth_path(hoop, 10)
    frame.tube(path, 0.019, 12)
    frame.tube([(x * 0.93, y * 0.93, z - 0.05) for x, y, z in path[6:-6]], 0.009, 8)
    for k in range(10, len(path) - 9, 2):
        x, y, z = path[k]
        angle = math.atan2(y * 0.9, x)
        foot = (rim * math.cos(angle), rim * math.sin(angle), 0.4)
        weave.tube(
            smooth_path(
                [foot, ((x + foot[0]) * 0.52, (y + foot[1]) * 0.52, (z + 0.4) / 2), (x, y, z)], 4
            ),
            0.0048,
            6,
        )
    for level in (0.5, 0.56, 0.62):
        t = (level - 0.4) / 0.42
        ring = [
            (
                rim * (1 + 0.22 * t) * math.cos(math.radians(a)),
                rim * (1 + 0.22 * t) * math.sin(math.radians(a)) + 0.03 * t,
                level + 0.012 * math.sin(a / 7),
            )
            for a in range(-8, 189, 4)
        ]
        weave.tube(ring, 0.006, 6)
    _weave(weave, 0.262, 0.402, 42, 0.262)
    for angle in range(0, 360, 9):
        x, y = (rim * f(math.radians(angle)) for f in (math.cos, math.sin))
        weave.tube(
            arc((x, y, 0.40), 0.0215, 0, 360, 10, "xz" if abs(y) > abs(x) else "yz"), 0.004, 5
        )
    chair = [
        frame.build(m.cane("#a06a34", 0.35), smooth=True),
        weave.build(m.cane("#b9853f", 0.3), smooth=True),
    ]
    _turned(chair, (0.05, -0.85), -28)


def rattan() -> None:
    """Build a round-backed rattan armchair on floor tiles by a pale green wall."""
    _rattan_chair()
    wall((-5, 5), 4).build(m.plaster("#93a890", 0.38, stain=0.6))
    skirting = Mesh(93)
    skirting.box((0, -0.015, 0.08), (10, 0.03, 0.16))
    skirting.build(m.plaster("#6d4438", 0.3), bevel=0.006)
    floor, other = Mesh(94), Mesh(95)
    for i in range(-16, 17):
        for j in range(-20, 1):
            mesh = floor if (i + j) % 2 else other
            mesh.box(
                (i * 0.203, j * 0.203 - 0.12, -0.02), (0.2, 0.2, 0.04 + mesh.rng.gauss(0, 0.0008))
            )
    floor.build(m.ceramic("#8c3d30", 0.3, 0.6, 0.25), bevel=0.002)
    other.build(m.ceramic("#c4b48f", 0.3, 0.6, 0.25), bevel=0.002)
    props.pot_plant((0.95, -0.4, 0), 0.34, 96, "#41606b")
    props.meter_box((-1.1, 0, 1.75), 97)


def _stool(mesh: Mesh, z: float = 0.0) -> None:
    """Build a square plastic stool: a dished top, an apron and four splayed legs."""

    def ring(half: float, height: float, power: float = 5.0, steps: int = 48) -> list:
        points = []
        for k in range(steps):
            a = 2 * math.pi * k / steps
            c, s = math.cos(a), math.sin(a)
            size = (abs(c) ** power + abs(s) ** power) ** (-1 / power)
            points.append((half * size * c, half * size * s, z + height))
        return points

    shape = [
        (0.024, 0.425, 2),
        (0.03, 0.432, 2),
        (0.06, 0.436, 3),
        (0.13, 0.443, 5),
        (0.142, 0.446, 6),
        (0.15, 0.441, 6),
        (0.153, 0.43, 6),
        (0.158, 0.37, 6),
        (0.163, 0.369, 6),
        (0.163, 0.361, 6),
        (0.154, 0.361, 6),
        (0.148, 0.42, 6),
        (0.02, 0.42, 2),
    ]
    start = len(mesh.points)
    for half, height, power in shape:
        mesh.points.extend(ring(half, height, power))
    mesh.skin(start, len(shape), 48, [0.0] * len(shape), 1.0)
    for sx in (-1, 1):
        for sy in (-1, 1):
            for along, across in ((1, 0), (0, 1)):
                top = (sx * (0.15 - 0.03 * along), sy * (0.15 - 0.03 * across), z + 0.38)
                foot = (sx * (0.185 - 0.022 * along), sy * (0.185 - 0.022 * across), z)
                wide = (0.062, 0.006) if along else (0.006, 0.062)
                corners = []
                for (px, py, pz), k in ((foot, 0.75), (top, 1.0)):
                    hx, hy = wide[0] / 2 * k, wide[1] / 2 * k
                    corners.append(
                        [
                            (px + a * hx, py + b * hy, pz)
                            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
                        ]
                    )
                low, high = corners
                for i in range(4):
                    j = (i + 1) % 4
                    mesh.face([low[i], low[j], high[j], high[i]], [(0, 0)] * 4)
                mesh.face(low[::-1], [(0, 0)] * 4)


def _folding_table() -> None:
    """Build a round tin table on crossed legs, with a cup and a bowl on it."""
    top, legs = Mesh(105), Mesh(106)
    top.lathe(
        [
            (0.001, 0.735),
            (0.44, 0.735),
            (0.46, 0.738),
            (0.463, 0.75),
            (0.455, 0.757),
            (0.001, 0.757),
        ],
        steps=64,
    )
    for side in (-1, 1):
        for x in (-0.27, 0.27):
            legs.tube([(x, side * 0.3, 0), (x, -side * 0.26, 0.735)], 0.012)
        legs.tube([(-0.27, side * 0.24, 0.07), (0.27, side * 0.24, 0.07)], 0.01)
    _turned(
        [
            top.build(m.metal("#b9bbb8", 0.3, 0.3, bare=True), smooth=True),
            legs.build(m.metal("#4d5a60", 0.45), smooth=True),
        ],
        (-0.1, -0.72),
        15,
    )
    cups = Mesh(107)
    cups.lathe(
        [
            (0.001, 0.757),
            (0.028, 0.757),
            (0.04, 0.82),
            (0.037, 0.82),
            (0.026, 0.765),
            (0.001, 0.765),
        ],
        (-0.2, -0.8, 0),
        32,
    )
    cups.lathe(
        [(0.001, 0.757), (0.07, 0.757), (0.085, 0.79), (0.08, 0.79), (0.06, 0.765), (0.001, 0.765)],
        (0.08, -0.66, 0),
        40,
    )
    cups.build(m.ceramic("#d9d6c8"), smooth=True)


def stools() -> None:
    """Build red and blue plastic stools round a folding table on a pavement."""
    for seed, (x, y, turn, colour, pile) in enumerate(
        [
            (-0.35, -1.5, 12, "#a81f1c", 1),
            (0.62, -1.35, -24, "#a81f1c", 1),
            (1.35, -0.55, 8, "#1c4f86", 4),
        ]
    ):
        mesh = Mesh(101 + seed)
        for level in range(pile):
            _stool(mesh, level * 0.055)
        _turned([mesh.build(m.plastic(colour), smooth=True, angle=50)], (x, y), turn)
    _folding_table()
    wall((-5, 5), 4).build(m.plaster("#c2b28c", 0.4, bare=True, stain=0.8))
    dado = Mesh(108)
    dado.box((0, -0.008, 0.5), (10, 0.03, 1.0))
    dado.build(m.plaster("#4f7a74", 0.38))
    ground(m.concrete("#8a8780", wet=0.8))
    props.litter((-2, 2, -2.6, -0.1), 90, 109)
    props.pipe(-1.25, -0.1, 4, 110)
