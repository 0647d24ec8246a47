"""Small things that make a place look lived in: plants, weeds, pipes, cables, paving."""

from __future__ import annotations

import math
import random

import materials as m
from mathutils import Euler, Vector, noise
from mesh import Mesh, Point, smooth_path


def leaf_blade(mesh: Mesh, root: Point, length: float, width: float, turn: Euler) -> None:
    """One bent leaf, made of two joined quads per half."""
    rows = [(0.0, 0.15, 0.0), (0.35, 1.0, 0.06), (0.7, 0.75, 0.02), (1.0, 0.05, -0.14)]
    rotation = turn.to_matrix()
    edge = []
    for along, wide, lift in rows:
        for side in (-1, 0, 1):
            local = Vector(
                (along * length, side * wide * width / 2, (lift + 0.05 * abs(side)) * length)
            )
            edge.append(tuple(rotation @ local + Vector(root)))
    start = len(mesh.points)
    mesh.points.extend(edge)
    for row in range(len(rows) - 1):
        for side in range(2):
            a = start + row * 3 + side
            mesh.faces.append((a, a + 1, a + 4, a + 3))
            mesh.uvs.extend(((0, 0), (0, 1), (1, 1), (1, 0)))


def bush(
    centre: Point, radius: float, leaves: int, size: float, seed: int, flat: float = 1.0
) -> None:
    """Build a mass of leaves: a potted shrub, or a tree's crown when large."""
    rng = random.Random(seed)
    mesh, twigs = Mesh(seed), Mesh(seed)
    for index in range(leaves):
        way = Vector((rng.gauss(0, 1), rng.gauss(0, 1), rng.gauss(0.25, 0.9) * flat)).normalized()
        reach = (
            radius
            * rng.uniform(0.35, 1.0)
            * (0.8 + 0.5 * noise.noise(way * 2 + Vector((seed, 0, 0))))
        )
        spot = Vector(centre) + way * reach
        turn = Euler((rng.uniform(-0.6, 0.6), rng.uniform(-0.5, 0.9), rng.uniform(0, 2 * math.pi)))
        leaf_blade(mesh, spot, size * rng.uniform(0.6, 1.2), size * rng.uniform(0.25, 0.45), turn)
        if index % 9 == 0:
            base = Vector(centre) - Vector((0, 0, radius * 0.9 * flat))
            twigs.tube(
                [base, (base + spot) / 2 + Vector((0, 0, radius * 0.1)), spot],
                0.006 * radius / 0.3,
                5,
            )
    mesh.build(m.leaf())
    twigs.build(m.wood("#4b3a28"), smooth=True)


def pot_plant(spot: Point, height: float, seed: int, colour: str = "#8a4d35") -> None:
    """Build a shrub in a clay or glazed pot."""
    x, y, z = spot
    mesh, r = Mesh(seed), height * 0.38
    mesh.lathe(
        [
            (0.01, 0),
            (r * 0.62, 0),
            (r * 0.95, height * 0.82),
            (r * 1.1, height * 0.83),
            (r * 1.12, height),
            (r * 0.98, height),
            (r * 0.92, height * 0.85),
            (0.01, height * 0.84),
        ],
        (x, y, z),
    )
    mesh.build(m.clay(colour, 0.1), bevel=0.004, smooth=True)
    bush((x, y, z + height * 1.75), height * 0.85, 260, height * 0.5, seed)


def weeds(places: list[Point], seed: int, size: float = 0.12) -> None:
    """Tufts of grass in joints."""
    rng, mesh = random.Random(seed), Mesh(seed)
    for place in places:
        for _ in range(rng.randint(9, 20)):
            root = Vector(place) + Vector((rng.gauss(0, 0.03), rng.gauss(0, 0.012), 0))
            turn = Euler((0, -rng.uniform(0.5, 1.45), rng.uniform(0, 2 * math.pi)))
            leaf_blade(mesh, root, size * rng.uniform(0.4, 1.3), size * 0.09, turn)
    mesh.build(m.leaf("#66782f"))


def litter(
    area: tuple[float, float, float, float], count: int, seed: int, z: float = 0.006
) -> None:
    """Dry leaves and crumbs on the ground."""
    rng, leaves, crumbs = random.Random(seed), Mesh(seed), Mesh(seed)
    for _ in range(count):
        spot = (rng.uniform(area[0], area[1]), rng.uniform(area[2], area[3]), z)
        if rng.random() < 0.35:
            turn = Euler((rng.gauss(0, 0.3), rng.gauss(0, 0.2), rng.uniform(0, 6.3)))
            leaf_blade(leaves, spot, rng.uniform(0.03, 0.08), rng.uniform(0.015, 0.035), turn)
        else:
            size = [rng.uniform(0.004, 0.02) for _ in range(3)]
            crumbs.box(spot, size, tuple(rng.uniform(0, 3) for _ in range(3)), jitter=0.003)
    leaves.build(m.leaf("#7a5a2a"))
    crumbs.build(m.stone("#8d8578"))


def paving(
    area: tuple[float, float, float, float],
    slab: tuple[float, float],
    seed: int,
    colour: str = "#8b867d",
    moss: float = 0.0,
    z: float = 0.0,
    polish: float = 0.0,
) -> None:
    """Slabs with uneven joints over dark earth."""
    mesh, (left, right, near, far) = Mesh(seed), area
    rng, y = mesh.rng, near
    while y < far:
        deep = slab[1] * rng.uniform(0.85, 1.15)
        x = left - rng.uniform(0, slab[0])
        while x < right:
            wide = slab[0] * rng.uniform(0.8, 1.25)
            lift = rng.gauss(0, 0.003)
            mesh.box(
                (x + wide / 2, y + deep / 2, z - 0.06 + lift),
                (wide - 0.012, deep - 0.012, 0.12),
                (rng.gauss(0, 0.004), rng.gauss(0, 0.004), rng.gauss(0, 0.003)),
                jitter=0.005,
            )
            x += wide
        y += deep
    mesh.build(m.stone(colour, moss, polish), bevel=0.009)
    bed = Mesh()
    bed.box(
        ((left + right) / 2, (near + far) / 2, z - 0.07), (right - left + 2, far - near + 2, 0.1)
    )
    bed.build(m.stone("#4a4338", moss))


def pipe(
    x: float, y: float, top: float, seed: int, colour: str = "#77736a", radius: float = 0.045
) -> None:
    """Build a drain pipe with collars and wall clamps."""
    mesh, clamps = Mesh(seed), Mesh(seed)
    mesh.tube([(x, y, 0.12), (x, y, top)], radius, 20)
    mesh.tube([(x, y, 0.2), (x, y, 0.12), (x, y - 0.05, 0.07), (x, y - 0.16, 0.04)], radius, 20)
    for level in range(1, int(top / 0.9) + 1):
        mesh.tube([(x, y, level * 0.9 - 0.05), (x, y, level * 0.9 + 0.05)], radius * 1.22, 20)
        clamps.box((x, y + 0.03, level * 0.9 + 0.2), (radius * 3.2, 0.05, 0.025))
    mesh.build(m.metal(colour, 0.42), smooth=True)
    clamps.build(m.metal("#5c4a3c", 0.7), bevel=0.003)


def cable(points: list[Point], radius: float = 0.006, colour: str = "#1d1c1b") -> None:
    """Build a cable that sags through some points."""
    mesh = Mesh()
    mesh.tube(smooth_path(points, 10), radius, 8)
    mesh.build(m.plastic(colour), smooth=True)


def meter_box(spot: Point, seed: int) -> None:
    """Build a grey electricity box with conduit, as on every old wall."""
    x, y, z = spot
    mesh = Mesh(seed)
    mesh.box((x, y - 0.06, z), (0.26, 0.12, 0.36))
    mesh.box((x, y - 0.123, z), (0.22, 0.012, 0.32))
    mesh.build(m.metal("#8b8f8c", 0.35), bevel=0.006)
    tube = Mesh(seed)
    tube.tube([(x, y - 0.03, z + 0.15), (x, y - 0.03, z + 2.4)], 0.014)
    tube.tube([(x + 0.07, y - 0.03, z - 0.15), (x + 0.07, y - 0.03, 0)], 0.014)
    tube.build(m.plastic("#a9a79d"), smooth=True)
