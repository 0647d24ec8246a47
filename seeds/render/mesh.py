"""Geometry: pieces gathered into one mesh, each with a UV map in metres along its length."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence

import bpy
import numpy as np
from mathutils import Euler, Vector

Point = Sequence[float]
BOX_FACES = ((0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5))


class Mesh:
    """Collects boxes, tubes and turned shapes, then makes one object of them."""

    def __init__(self, seed: int = 0) -> None:
        self.rng = random.Random(seed)
        self.points: list[Point] = []
        self.faces: list[tuple[int, ...]] = []
        self.uvs: list[tuple[float, float]] = []

    def face(self, corners: Sequence[Point], uv: Sequence[tuple[float, float]]) -> None:
        """Add one polygon of its own corners."""
        start = len(self.points)
        self.points.extend(corners)
        self.faces.append(tuple(range(start, start + len(corners))))
        self.uvs.extend(uv)

    def box(
        self,
        centre: Point,
        size: Point,
        turn: Point = (0, 0, 0),
        jitter: float = 0.0,
        taper: float = 1,
    ) -> None:
        """Add a box; ``jitter`` moves each corner a little, ``taper`` narrows its top."""
        rotation = Euler(turn).to_matrix()
        local = []
        for corner in range(8):
            signs = [1 if corner >> axis & 1 else -1 for axis in range(3)]
            wide = (taper, taper, 1) if signs[2] > 0 else (1, 1, 1)
            local.append(
                [
                    s * d / 2 * w + self.rng.uniform(-jitter, jitter)
                    for s, d, w in zip(signs, size, wide, strict=True)
                ]
            )
        start = len(self.points)
        self.points.extend(tuple(rotation @ Vector(p) + Vector(centre)) for p in local)
        long, *rest = sorted(range(3), key=lambda axis: -size[axis])
        for corners in BOX_FACES:
            self.faces.append(tuple(start + c for c in corners))
            spread = [a for a in rest if len({round(local[c][a], 2) for c in corners}) > 1] or rest
            self.uvs.extend((local[c][long], local[c][spread[0]]) for c in corners)

    def bar(self, start: Point, end: Point, width: float, depth: float, roll: float = 0) -> None:
        """Add a straight rectangular bar between two points."""
        a, b = Vector(start), Vector(end)
        turn = (b - a).to_track_quat("X", "Z") @ Euler((roll, 0, 0)).to_quaternion()
        self.box((a + b) / 2, ((b - a).length, width, depth), tuple(turn.to_euler()))

    def tube(self, path: Sequence[Point], radius: float | Sequence[float], sides: int = 10) -> None:
        """Add a round tube along a path, closed at both ends."""
        spine = [Vector(p) for p in path]
        radii = [radius] * len(spine) if isinstance(radius, (int, float)) else list(radius)
        start, along, side = len(self.points), 0.0, None
        lengths = []
        for index, centre in enumerate(spine):
            ahead = spine[min(index + 1, len(spine) - 1)] - spine[max(index - 1, 0)]
            ahead.normalize()
            if side is None:
                side = ahead.orthogonal().normalized()
            # Carrying one side vector along keeps the tube from twisting at bends.
            side = (side - ahead * side.dot(ahead)).normalized()
            across = ahead.cross(side)
            along += (centre - spine[index - 1]).length if index else 0.0
            lengths.append(along)
            for step in range(sides):
                angle = 2 * math.pi * step / sides
                ring = side * math.cos(angle) + across * math.sin(angle)
                self.points.append(tuple(centre + ring * radii[index]))
        self.skin(start, len(spine), sides, lengths, max(radii) * 2 * math.pi)
        self._cap(start, sides, flip=True)
        self._cap(start + (len(spine) - 1) * sides, sides)

    def lathe(
        self, profile: Sequence[tuple[float, float]], centre: Point = (0, 0, 0), steps: int = 48
    ) -> None:
        """Turn a profile of (radius, height) pairs about the vertical."""
        start, along = len(self.points), 0.0
        lengths = []
        for index, (radius, height) in enumerate(profile):
            if index:
                before = profile[index - 1]
                along += math.hypot(radius - before[0], height - before[1])
            lengths.append(along)
            for step in range(steps):
                angle = 2 * math.pi * step / steps
                self.points.append(
                    (
                        centre[0] + radius * math.cos(angle),
                        centre[1] + radius * math.sin(angle),
                        centre[2] + height,
                    )
                )
        self.skin(start, len(profile), steps, lengths, 2 * math.pi * max(r for r, _ in profile))

    def skin(self, start: int, rings: int, sides: int, along: list[float], girth: float) -> None:
        """Join rings of points, added from index ``start`` on, into a closed skin."""
        for ring in range(rings - 1):
            for step in range(sides):
                left, right = start + ring * sides + step, start + ring * sides + (step + 1) % sides
                self.faces.append((left, right, right + sides, left + sides))
                v0, v1 = girth * step / sides, girth * (step + 1) / sides
                u0, u1 = along[ring], along[ring + 1]
                self.uvs.extend(((u0, v0), (u0, v1), (u1, v1), (u1, v0)))

    def _cap(self, first: int, sides: int, flip: bool = False) -> None:
        ring = tuple(range(first, first + sides))
        self.faces.append(ring[::-1] if flip else ring)
        self.uvs.extend((0.0, 0.0) for _ in ring)

    def build(
        self,
        material: bpy.types.Material,
        bevel: float = 0.0,
        smooth: bool = False,
        angle: float = 40,
        segments: int = 2,
    ) -> bpy.types.Object:
        """Make the object; ``bevel`` rounds hard edges, ``smooth`` shades curved shapes."""
        data = bpy.data.meshes.new("mesh")
        data.from_pydata(self.points, [], self.faces)
        layer = data.uv_layers.new(name="UVMap")
        layer.data.foreach_set("uv", np.array(self.uvs, dtype=np.float32).ravel())
        data.materials.append(material)
        if smooth:
            data.shade_smooth()
            data.set_sharp_from_angle(angle=math.radians(angle))
        item = bpy.data.objects.new("item", data)
        bpy.context.scene.collection.objects.link(item)
        if bevel:
            rounding = item.modifiers.new("bevel", "BEVEL")
            rounding.width, rounding.segments = bevel, segments
            rounding.angle_limit = math.radians(50)
        return item


def wall(
    width: tuple[float, float],
    height: float,
    opening: tuple[float, float, float, float] | None = None,
    depth: float = 0.3,
    y: float = 0.0,
) -> Mesh:
    """Build a wall facing -Y with at most one opening (left, right, bottom, top)."""
    mesh = Mesh()
    left, right = width
    pieces = [(left, right, -0.3, height)]
    if opening:
        o_left, o_right, low, high = opening
        pieces = [
            (left, o_left, -0.3, height),
            (o_right, right, -0.3, height),
            (o_left, o_right, high, height),
        ]
        if low > 0:
            pieces.append((o_left, o_right, -0.3, low))
    for x0, x1, z0, z1 in pieces:
        mesh.box(((x0 + x1) / 2, y + depth / 2, (z0 + z1) / 2), (x1 - x0, depth, z1 - z0))
    return mesh


def ground(material: bpy.types.Material, size: float = 40, z: float = 0.0) -> bpy.types.Object:
    """Build a flat ground far beyond what a camera sees."""
    mesh = Mesh()
    half = size / 2
    corners = [(-half, -half, z), (half, -half, z), (half, half, z), (-half, half, z)]
    mesh.face(corners, [(x, y) for x, y, _ in corners])
    return mesh.build(material)


def arc(
    centre: Point, radius: float, start: float, stop: float, steps: int, plane: str = "xz"
) -> list[tuple[float, float, float]]:
    """Points on a circle in a plane, from one angle in degrees to another."""
    first, second = ("xyz".index(axis) for axis in plane)
    points = []
    for step in range(steps + 1):
        angle = math.radians(start + (stop - start) * step / steps)
        point = list(centre)
        point[first] += radius * math.cos(angle)
        point[second] += radius * math.sin(angle)
        points.append(tuple(point))
    return points


def smooth_path(points: Iterable[Point], steps: int = 8) -> list[tuple[float, float, float]]:
    """Build a Catmull-Rom curve through points, for bent cane, cables and ropes."""
    knots = [np.array(p, dtype=float) for p in points]
    knots = [2 * knots[0] - knots[1], *knots, 2 * knots[-1] - knots[-2]]
    result = []
    for i in range(1, len(knots) - 2):
        a, b, c, d = knots[i - 1 : i + 3]
        for step in range(steps):
            t = step / steps
            spot = b * 2 + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
            spot = (spot + (3 * b - a - 3 * c + d) * t**3) / 2
            result.append(tuple(spot))
    result.append(tuple(knots[-2]))
    return result
