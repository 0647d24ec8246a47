"""Walls: mosaic losing its tiles, brick, glazed flower tiles, peeling plaster."""

from __future__ import annotations

import bpy
import materials as m
import props
from layers import Layer, finish, mottled, weather
from mathutils import Vector, noise
from mesh import Mesh, ground, wall
from nodes import Shader, Value, rgb


def mosaic() -> None:
    """Small glazed tiles on cement; patches have fallen, some tiles hang askew."""
    wall((-4, 4), 3.6).build(m.concrete("#a39a8b"))
    tiles, pitch = Mesh(11), 0.047
    rng = tiles.rng
    for column in range(-58, 59):
        for row in range(1, 62):
            x, z = column * pitch, row * pitch + 0.05
            patch = noise.fractal(Vector((x * 0.95 + 3, z * 0.95, 7.7)), 0.9, 2.1, 5)
            if patch > 0.26 or rng.random() < 0.012:
                continue
            loose = max(0.0, patch - 0.12) * 0.9
            tiles.box(
                (
                    x + rng.gauss(0, 0.0006),
                    -0.004 - loose * 0.02,
                    z + rng.gauss(0, 0.0006) - loose * 0.02,
                ),
                (pitch - 0.0045, 0.008, pitch - 0.0045),
                tuple(rng.gauss(0, 0.012 + loose) for _ in range(3)),
            )
    tiles.build(
        m.glaze(["#b9c4b4", "#9fb3a8", "#c9c8b2", "#86a39b", "#b4bfae", "#d2cdb8"]), bevel=0.0014
    )
    base = Mesh(12)
    base.box((0, -0.04, 0.03), (8, 0.1, 0.16))
    base.build(m.concrete("#7d776c"), bevel=0.012)
    fallen = Mesh(13)
    for _ in range(90):
        spot = (fallen.rng.gauss(0, 1.2), -0.13 - abs(fallen.rng.gauss(0, 0.12)), 0.006)
        turn = (fallen.rng.gauss(0, 0.2), fallen.rng.gauss(0, 0.2), fallen.rng.uniform(0, 3))
        fallen.box(spot, (0.042, 0.042, 0.008), turn, jitter=0.002)
    fallen.build(m.glaze(["#b9c4b4", "#9fb3a8", "#c9c8b2"], 0.9), bevel=0.0014)
    props.paving((-4, 4, -5, 0), (0.6, 0.6), 14, "#8a857b")
    props.litter((-2.5, 2.5, -0.8, -0.1), 160, 15)
    props.weeds([(-1.6, -0.1, 0), (0.4, -0.11, 0), (1.9, -0.1, 0), (2.1, -0.1, 0)], 16)
    props.pipe(1.75, -0.08, 3.4, 17)


def brick() -> None:
    """Build a brick wall laid by hand, some bricks proud, chipped or gone."""
    bricks = Mesh(21)
    rng, long, high, joint = bricks.rng, 0.215, 0.062, 0.011
    for row in range(48):
        z = row * (high + joint) + high / 2 + rng.gauss(0, 0.001)
        x, header = -3.4 - (row % 2) * 0.115, row % 6 == 5
        while x < 3.4:
            size = (long / 2 - joint / 2 if header else long) * rng.uniform(0.97, 1.02)
            if rng.random() > 0.005:
                proud = rng.gauss(0, 0.0025)
                bricks.box(
                    (x + size / 2, 0.05 + proud, z),
                    (size, 0.1, high * rng.uniform(0.96, 1.02)),
                    (rng.gauss(0, 0.006), rng.gauss(0, 0.006), rng.gauss(0, 0.008)),
                    jitter=0.0028,
                )
            x += size + joint * rng.uniform(0.8, 1.3)
    bricks.build(m.clay("#85503f"), bevel=0.006, segments=2)
    mortar = Mesh()
    mortar.box((0, 0.118, 1.7), (7, 0.21, 3.7))
    mortar.build(m.concrete("#8f8678"))
    props.paving((-4, 4, -5, -0.02), (0.45, 0.3), 22, "#807a70", moss=0.4)
    props.weeds([(-1.9, -0.04, 0), (-0.3, -0.05, 0), (0.2, -0.04, 0), (1.5, -0.05, 0)], 23, 0.17)
    props.litter((-2.5, 2.5, -0.9, -0.05), 140, 24)
    props.cable([(-3.4, -0.02, 2.62), (-1.2, -0.03, 2.5), (0.9, -0.02, 2.58), (3.4, -0.03, 2.46)])


def _flower(s: Shader) -> tuple[Value, Value]:
    """Masks of a rosette and of its corner leaves, in one tile's UV square."""
    u, v = (s.math("SUBTRACT", s.add("SeparateXYZ", s.uv(), out=i), 0.5) for i in (0, 1))
    radius = s.math("SQRT", s.math("ADD", s.math("MULTIPLY", u, u), s.math("MULTIPLY", v, v)))
    angle = s.math("ARCTAN2", v, u)
    petals = s.math("ABSOLUTE", s.math("COSINE", s.math("MULTIPLY", angle, 4.0)))
    rim = s.math("ADD", s.math("MULTIPLY", petals, 0.13), 0.17)
    bloom = s.between(s.math("SUBTRACT", rim, radius), -0.006, 0.006)
    heart = s.between(radius, 0.085, 0.075)
    ring = s.between(s.math("ABSOLUTE", s.math("SUBTRACT", radius, 0.43)), 0.03, 0.02)
    corner = s.between(radius, 0.56, 0.58)
    return s.math("SUBTRACT", bloom, heart), s.math(
        "MAXIMUM", s.math("MAXIMUM", ring, corner), heart
    )


def _flower_tile(ground_colour: str, bloom_colour: str, leaf_colour: str) -> bpy.types.Material:
    s = Shader("flower tile")
    bloom, leaves = _flower(s)
    tint = s.mix(bloom, mottled(s, ground_colour, 0.12, 5), rgb(bloom_colour))
    tint = s.mix(leaves, tint, rgb(leaf_colour))
    cracks = s.between(s.cells(34, "DISTANCE_TO_EDGE"), 0.018, 0.0)
    some = s.between(s.noise(2.1, 3), 0.42, 0.6)
    tint = s.mix(s.math("MULTIPLY", s.math("MULTIPLY", cracks, some), 0.5), tint, rgb("#5a4c3a"))
    tint = s.mix(s.math("MULTIPLY", s.island(), 0.25), tint, rgb("#6e6455"))
    relief = s.math("MULTIPLY", s.math("ADD", bloom, leaves), 0.0012)
    rough = s.lerp(s.between(s.noise(6, 6), 0.35, 0.7), 0.08, 0.35)
    layer = weather(
        s, Layer(tint, rough, relief), splash=0.7, streaks=0.35, corners=0.9, reach=0.02
    )
    return finish(s, layer, coat=0.4)


def _square(mesh: Mesh, x: float, z: float, size: float, tilt: float) -> None:
    """Build a tile with its whole face mapped to the unit square."""
    first = len(mesh.uvs)
    mesh.box((x, -0.006, z), (size, 0.012, size), (tilt, 0, tilt * 0.7))
    unit = {(-1, -1): (0, 0), (1, -1): (1, 0), (1, 1): (1, 1), (-1, 1): (0, 1)}
    for index, corner in enumerate(i for face in mesh.faces[-6:] for i in face):
        px, _, pz = mesh.points[corner]
        mesh.uvs[first + index] = unit[(1 if px > x else -1, 1 if pz > z else -1)]


def tiles() -> None:
    """Build a dado of flower tiles under a band and painted plaster, a few tiles gone."""
    wall((-4, 4), 3.6, y=0.001).build(m.plaster("#c7b48a", 0.22, stain=0.7))
    flowers, plain, edge = Mesh(31), Mesh(32), Mesh(33)
    rng, pitch = flowers.rng, 0.203
    for column in range(-16, 17):
        for row in range(6):
            if (column, row) in {(-3, 0), (-2, 0), (-3, 1), (4, 3), (5, 0), (9, 1)}:
                continue
            mesh = flowers if (column + row) % 2 else plain
            _square(mesh, column * pitch, 0.25 + row * pitch, pitch - 0.003, rng.gauss(0, 0.006))
        for z in (0.115, 1.4):
            edge.box(
                (column * pitch, -0.012, z),
                (pitch - 0.003, 0.025, 0.06),
                (rng.gauss(0, 0.01), 0, 0),
            )
    flowers.build(_flower_tile("#d8cfae", "#a03c46", "#2f6a4c"), bevel=0.0016)
    plain.build(_flower_tile("#2f6f68", "#dccb96", "#a8483c"), bevel=0.0016)
    edge.build(m.glaze(["#6b2b2a", "#7a3330", "#5f2726"]), bevel=0.006)
    base = Mesh(34)
    base.box((0, -0.02, 0.04), (8, 0.06, 0.09))
    base.build(m.concrete("#6f6a60"), bevel=0.01)
    bed = Mesh(35)
    bed.box((0, 0.0, 0.75), (7, 0.004, 1.3))
    bed.build(m.concrete("#8f887b"))
    ground(m.concrete("#86786a"))
    props.litter((-2, 2, -0.8, -0.06), 80, 36)
    props.pot_plant((1.35, -0.32, 0), 0.33, 37)


def peeling() -> None:
    """Blue lime wash flaking from plaster, and plaster from bricks, by a drain pipe."""
    wall((-5, 5), 4).build(m.plaster("#6f93a5", 0.52, bare=True, stain=0.7))
    base = Mesh(41)
    base.box((0, -0.02, 0.12), (10, 0.08, 0.34))
    base.build(m.concrete("#77726a"), bevel=0.02)
    props.paving((-5, 5, -5, -0.05), (0.7, 0.5), 42, "#8b867d")
    props.pipe(-1.3, -0.08, 4, 43, "#8b8a80")
    props.meter_box((1.25, 0, 1.7), 44)
    props.cable([(1.25, -0.02, 3.2), (0.2, -0.03, 2.95), (-1.2, -0.03, 3.1), (-5, -0.03, 2.9)])
    props.pot_plant((0.75, -0.4, 0), 0.3, 45)
    props.pot_plant((1.2, -0.36, 0), 0.24, 46, "#3d5663")
    props.weeds([(-1.5, -0.1, 0), (-0.6, -0.08, 0), (2.2, -0.09, 0)], 47)
    props.litter((-2.5, 2.5, -0.9, -0.1), 160, 48)
