"""Windows: louvred shutters, a Chinese lattice, a steel frame with cracked panes."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import materials as m
import props
from mesh import Mesh, Point, ground, wall

Placer = Callable[..., None]  # (mesh, centre, size, lean): adds a box to a hung leaf


def _leaf_frame(mesh: Mesh, width: float, height: float, place: Placer) -> None:
    """One shutter leaf; ``place`` turns (across, out, up) of the leaf into a world box."""
    stile, thick = 0.075, 0.04
    place(mesh, (stile / 2, 0, height / 2), (stile, thick, height))
    place(mesh, (width - stile / 2, 0, height / 2), (stile, thick, height))
    for level in (0.05, height * 0.5, height - 0.05):
        place(mesh, (width / 2, 0, level), (width - 2 * stile, thick * 0.9, 0.1))
    rng = mesh.rng
    level = 0.13
    while level < height - 0.11:
        if abs(level - height * 0.5) > 0.07 and rng.random() > 0.02:
            lean = 0.75 + rng.gauss(0, 0.05)
            place(mesh, (width / 2, 0, level), (width - 2 * stile, 0.05, 0.009), lean)
        level += 0.041


def _hinged(hinge: tuple[float, float, float], swing: float, side: int) -> Placer:
    """Build a placer for a leaf hung on one side and swung outwards by some degrees."""
    angle = math.radians(swing) * side

    def place(mesh: Mesh, centre: Point, size: Point, lean: float = 0.0) -> None:
        across, out, up = centre
        across *= side
        x = hinge[0] + across * math.cos(angle) + out * math.sin(angle)
        y = hinge[1] - across * math.sin(angle) * 1.0 - out * math.cos(angle)
        mesh.box((x, y, hinge[2] + up), size, (lean, 0, -angle))

    return place


def shutters() -> None:
    """Build a window of two louvred shutters, one ajar, in an ochre wall."""
    wall((-4, 4), 4, (-0.62, 0.62, 1.0, 2.55)).build(
        m.plaster("#c9a25a", 0.42, bare=True, stain=0.8), bevel=0.012
    )
    trim = Mesh(51)
    for x in (-0.7, 0.7):
        trim.box((x, -0.015, 1.78), (0.16, 0.07, 1.56))
    trim.box((0, -0.03, 2.64), (1.7, 0.1, 0.17))
    trim.box((0, -0.05, 2.75), (1.8, 0.14, 0.06))
    trim.box((0, -0.06, 0.95), (1.75, 0.18, 0.1))
    trim.build(m.plaster("#d8cfb8", 0.38, stain=0.9), bevel=0.012)
    wood = Mesh(52)
    for x in (-0.59, 0.59):
        wood.box((x, 0.06, 1.78), (0.06, 0.1, 1.55))
    wood.box((0, 0.06, 2.52), (1.24, 0.1, 0.06))
    wood.box((0, 0.06, 1.03), (1.24, 0.12, 0.05))
    _leaf_frame(wood, 0.555, 1.44, _hinged((-0.56, 0.02, 1.06), 4, 1))
    _leaf_frame(wood, 0.555, 1.44, _hinged((0.56, 0.02, 1.06), 38, -1))
    wood.build(m.wood("#7a6a55", "#2f6152", 0.42), bevel=0.004)
    iron = Mesh(53)
    for x in (-0.58, 0.58):
        for z in (1.25, 2.3):
            iron.tube([(x, -0.01, z - 0.05), (x, -0.01, z + 0.05)], 0.012)
    iron.tube([(-0.05, -0.035, 1.7), (-0.05, -0.035, 1.95)], 0.009)
    iron.build(m.metal("#33302c", 0.6), smooth=True)
    room = Mesh()
    room.box((0, 1.2, 1.8), (3, 0.05, 3))
    room.build(m.dark("#14110e"))
    props.cable([(-4, -0.02, 3.1), (-1.1, -0.03, 2.95), (1.0, -0.03, 3.0), (4, -0.03, 2.85)])
    props.pipe(1.55, -0.08, 4, 54, "#8d7f62")
    props.paving((-4, 4, -5, -0.02), (0.6, 0.6), 55)
    props.pot_plant((-1.3, -0.4, 0), 0.36, 56)


def _lattice(mesh: Mesh, left: float, right: float, low: float, high: float) -> None:
    """Build a stepped lattice: nested rectangles tied by short bars."""
    width, height, bar, y = right - left, high - low, 0.018, 0.0
    rng = mesh.rng

    def line(x0: float, z0: float, x1: float, z1: float) -> None:
        depth = 0.03 + rng.uniform(-0.001, 0.001)
        mesh.bar((x0, y, z0), (x1, y, z1), depth, bar + rng.uniform(-0.001, 0.001))

    columns, rows = 5, 9
    dx, dz = width / columns, height / rows
    for i in range(1, columns):
        x = left + i * dx + rng.gauss(0, 0.001)
        line(x, low, x, high)
    for j in range(1, rows):
        z = low + j * dz + rng.gauss(0, 0.001)
        line(left, z, right, z)
    for i in range(columns):
        for j in range(rows):
            if (i + j) % 2:
                continue
            x, z = left + i * dx, low + j * dz
            ax, az = dx * 0.28, dz * 0.28
            line(x + ax, z + az, x + dx - ax, z + az)
            line(x + ax, z + dz - az, x + dx - ax, z + dz - az)
            line(x + ax, z + az, x + ax, z + dz - az)
            line(x + dx - ax, z + az, x + dx - ax, z + dz - az)
            for a, b in (((x, z), (x + ax, z + az)), ((x + dx, z), (x + dx - ax, z + az))):
                line(*a, *b)
            for a, b in (
                ((x, z + dz), (x + ax, z + dz - az)),
                ((x + dx, z + dz), (x + dx - ax, z + dz - az)),
            ):
                line(*a, *b)


def lattice() -> None:
    """Build a wooden lattice window backed with paper in a stained whitewashed wall."""
    wall((-4, 4), 4, (-0.95, 0.95, 0.95, 2.45)).build(
        m.plaster("#cfccc2", 0.33, stain=1.0), bevel=0.012
    )
    frame, bars = Mesh(61), Mesh(62)
    for x in (-0.97, -0.31, 0.31, 0.97):
        frame.box((x, 0.03, 1.7), (0.07, 0.09, 1.52))
    for z in (0.97, 2.43):
        frame.box((0, 0.03, z), (2.0, 0.09, 0.08))
    frame.box((0, -0.02, 0.9), (2.3, 0.2, 0.06))
    frame.box((0, -0.01, 2.53), (2.3, 0.12, 0.1))
    for left in (-0.935, -0.275, 0.345):
        for x in (left + 0.02, left + 0.57):
            frame.box((x, 0.005, 1.7), (0.045, 0.05, 1.4))
        for z in (1.02, 2.38):
            frame.box((left + 0.295, 0.005, z), (0.55, 0.05, 0.05))
        _lattice(bars, left + 0.04, left + 0.55, 1.04, 2.36)
    frame.build(m.wood("#5b3a26", "#6b2f1f", 0.5), bevel=0.005)
    bars.build(m.wood("#4f3323", "#66301f", 0.5), bevel=0.0025)
    sheet = Mesh(63)
    for left in (-0.935, -0.275, 0.345):
        sheet.box((left + 0.295, 0.03, 1.7), (0.56, 0.002, 1.36))
    sheet.build(m.paper("#d6c9a6"))
    eaves = Mesh(64)
    for i in range(-26, 27):
        eaves.tube([(i * 0.15, -0.62, 2.98), (i * 0.15, 0.2, 3.3)], 0.045, 10)
    eaves.build(m.wood("#5a4633"), smooth=True)
    roof = Mesh(65)
    roof.box((0, -0.25, 3.24), (8, 1.1, 0.04), (0.37, 0, 0))
    roof.build(m.clay("#4a4846", 0.3))
    props.paving((-4, 4, -5, 0), (0.9, 0.45), 66, moss=0.5)
    props.bush((1.7, -0.45, 0.45), 0.5, 500, 0.13, 67)


def _shards(
    mesh: Mesh, box: tuple[float, float, float, float], rng: random.Random, gone: float
) -> None:
    """Break a pane by rays and a ring about a point of impact; drop some pieces."""
    left, right, low, high = box
    cx = left + (right - left) * rng.uniform(0.3, 0.7)
    cz = low + (high - low) * rng.uniform(0.35, 0.7)
    count = rng.randint(8, 11)
    turns = sorted((i + rng.uniform(-0.3, 0.3)) * 2 * math.pi / count for i in range(count))
    corners = [
        math.atan2(z - cz, x - cx) % (2 * math.pi) for x in (left, right) for z in (low, high)
    ]

    def edge(angle: float) -> tuple[float, float]:
        dx, dz = math.cos(angle), math.sin(angle)
        reach = min(
            (right - cx) / dx if dx > 1e-6 else (left - cx) / dx if dx < -1e-6 else 9,
            (high - cz) / dz if dz > 1e-6 else (low - cz) / dz if dz < -1e-6 else 9,
        )
        return cx + dx * reach, cz + dz * reach

    rings = [rng.uniform(0.12, 0.4) for _ in turns]
    for i, start in enumerate(turns):
        stop = turns[(i + 1) % count] + (2 * math.pi if i == count - 1 else 0)
        between = sorted(a + k for a in corners for k in (0, 2 * math.pi) if start < a + k < stop)
        rim = [edge(a) for a in (start, *between, stop)]
        inner = [
            (cx + (rim[0][0] - cx) * rings[i], cz + (rim[0][1] - cz) * rings[i]),
            (
                cx + (rim[-1][0] - cx) * rings[(i + 1) % count],
                cz + (rim[-1][1] - cz) * rings[(i + 1) % count],
            ),
        ]
        for piece, lost in (([*rim, inner[1], inner[0]], gone * 0.5), ([(cx, cz), *inner], gone)):
            if rng.random() < lost:
                continue
            mid = [sum(p[k] for p in piece) / len(piece) for k in (0, 1)]
            lean = rng.gauss(0, 0.012)
            shrunk = [
                (mid[0] + (x - mid[0]) * 0.985, mid[1] + (z - mid[1]) * 0.985) for x, z in piece
            ]
            mesh.face(
                [(x, 0.045 + lean * (z - mid[1]), z) for x, z in shrunk], [(0, 0)] * len(shrunk)
            )


def panes() -> None:
    """Build a steel workshop window; some panes are cracked, some have lost their glass."""
    wall((-4, 4), 4, (-0.9, 0.9, 0.95, 2.5)).build(
        m.plaster("#a9a898", 0.4, bare=True, stain=1.0), bevel=0.012
    )
    sill = Mesh(71)
    sill.box((0, -0.04, 0.92), (2.0, 0.2, 0.07), (0.06, 0, 0))
    sill.box((0, -0.02, 2.56), (2.1, 0.14, 0.1))
    sill.build(m.concrete("#857f74"), bevel=0.01)
    steel, glass, rng = Mesh(72), Mesh(73), random.Random(6)
    xs = [-0.88 + i * 0.44 for i in range(5)]
    zs = [0.97 + j * 0.38 for j in range(5)]
    for i, x in enumerate(xs):
        steel.box((x, 0.04, 1.73), (0.045 if i in (0, 4) else 0.026, 0.045, 1.55))
    for j, z in enumerate(zs):
        steel.box((0, 0.04, z), (1.78, 0.045, 0.045 if j in (0, 4) else 0.026))
    steel.build(m.metal("#5d6f66", 0.52), bevel=0.003)
    broken = {(1, 1): 0.25, (2, 2): 0.6, (0, 3): 0.0, (3, 0): 0.3, (2, 1): 0.0, (1, 3): 0.75}
    for i in range(4):
        for j in range(4):
            box = (xs[i] + 0.012, xs[i + 1] - 0.012, zs[j] + 0.012, zs[j + 1] - 0.012)
            if (i, j) in broken:
                _shards(glass, box, rng, broken[i, j])
                continue
            lean, left, right, low, high = rng.gauss(0, 0.004), *box
            rim = [(left, 0.045 + lean, low), (right, 0.045 - lean, low)]
            rim += [(right, 0.045, high), (left, 0.045 + lean, high)]
            glass.face(rim, [(0, 0)] * 4)
    glass.build(m.glass(0.5))
    room = Mesh(74)
    room.box((0, 2.6, 1.7), (6, 0.05, 4))
    room.box((-0.5, 0.6, 1.2), (0.35, 0.3, 0.5))
    room.box((0.35, 0.7, 1.05), (0.5, 0.3, 0.25), (0, 0, 0.3))
    room.build(m.concrete("#2a2723"))
    facing = Mesh(75)
    facing.box((2.5, -9, 1.5), (6, 2, 5))
    facing.box((-5, -11, 2), (5, 2, 8))
    facing.build(m.plaster("#8a7f6a", 0.3))
    props.pipe(-1.45, -0.08, 4, 76, "#6f6b62", 0.055)
    ground(m.concrete("#77726a"))
    props.weeds([(-0.7, -0.1, 0), (0.9, -0.1, 0), (1.3, -0.12, 0)], 77, 0.3)
    props.cable([(-1.45, -0.05, 2.9), (0, -0.03, 2.75), (4, -0.03, 2.95)])
