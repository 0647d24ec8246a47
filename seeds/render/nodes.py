"""Shader nodes written as expressions instead of links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import bpy

Value = Any  # a node socket, a number or a colour: what a shader input accepts


def rgb(code: str) -> tuple[float, float, float]:
    """Turn ``"#c8b89a"`` as read off a photograph into the linear colour that shaders use."""
    parts = [int(code.lstrip("#")[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return red, green, blue


class Shader:
    """One material under construction; every method returns an output socket."""

    def __init__(self, name: str) -> None:
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.tree.nodes.clear()

    def add(
        self,
        kind: str,
        *args: Value,
        out: int | str = 0,
        props: dict[str, Any] | None = None,
        **named: Value,
    ) -> Any:
        """Add a node; inputs go by position or by name with ``_`` for a space."""
        node = self.tree.nodes.new("ShaderNode" + kind)
        for key, value in (props or {}).items():
            setattr(node, key, value)
        for index, value in enumerate(args):
            self._feed(node.inputs[index], value)
        for key, value in named.items():
            self._feed(node.inputs[key.replace("_", " ")], value)
        return node.outputs[out]

    def _feed(self, socket: Any, value: Value) -> None:
        if value is None:
            return
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        elif socket.type == "RGBA" and len(value) == 3:
            socket.default_value = (*value, 1.0)
        else:
            socket.default_value = value

    def position(self) -> Any:
        """World position in metres, so that grain size never depends on an object's size."""
        return self.add("NewGeometry", out="Position")

    def height(self) -> Any:
        """World height in metres."""
        return self.add("SeparateXYZ", self.position(), out=2)

    def island(self) -> Any:
        """Return a random number per separate piece (tile, brick, slat) of a mesh."""
        return self.add("NewGeometry", out="Random Per Island")

    def uv(self) -> Any:
        """Return the UV map: along and across a piece, in metres."""
        return self.add("UVMap")

    def stretch(self, vector: Value, scale: Sequence[float], offset: Value = None) -> Any:
        """Scale a vector per axis, then shift it."""
        return self.add("Mapping", vector, offset, (0, 0, 0), tuple(scale))

    def noise(
        self,
        scale: float,
        detail: float = 5,
        rough: float = 0.6,
        at: Value = None,
        twist: float = 0,
    ) -> Any:
        """Fractal noise from 0 to 1, about 0.5 on average."""
        where = self.position() if at is None else at
        return self.add(
            "TexNoise", where, Scale=scale, Detail=detail, Roughness=rough, Distortion=twist
        )

    def cells(self, scale: float, feature: str = "F1", at: Value = None) -> Any:
        """Distance inside Voronoi cells; ``DISTANCE_TO_EDGE`` gives crack lines."""
        where = self.position() if at is None else at
        return self.add("TexVoronoi", where, Scale=scale, props={"feature": feature})

    def between(self, value: Value, low: float, high: float) -> Any:
        """Smooth step: 0 below ``low``, 1 above ``high`` (or reversed if ``low > high``)."""
        props = {"interpolation_type": "SMOOTHSTEP"}
        if low > high:
            return self.add("MapRange", value, high, low, 1.0, 0.0, props=props)
        return self.add("MapRange", value, low, high, 0.0, 1.0, props=props)

    def math(self, operation: str, left: Value, right: Value = 0.0) -> Any:
        """One arithmetic operation, by Blender's name for it."""
        return self.add("Math", left, right, props={"operation": operation})

    def mix(self, factor: Value, left: Value, right: Value, blend: str = "MIX") -> Any:
        """Mix two colours."""
        node = self.add("Mix", props={"data_type": "RGBA", "blend_type": blend}).node
        for index, value in ((0, factor), (6, left), (7, right)):
            self._feed(node.inputs[index], value)
        return node.outputs[2]

    def lerp(self, factor: Value, left: Value, right: Value) -> Any:
        """Mix two numbers."""
        return self.add("Mix", factor, None, left, right, props={"data_type": "FLOAT"})

    def pick(self, value: Value, colours: Sequence[Sequence[float]]) -> Any:
        """Choose one of some colours by a number from 0 to 1."""
        node = self.add("ValToRGB", value).node
        ramp = node.color_ramp
        ramp.interpolation = "CONSTANT"
        while len(ramp.elements) < len(colours):
            ramp.elements.new(0.5)
        for index, colour in enumerate(colours):
            ramp.elements[index].position = index / len(colours)
            ramp.elements[index].color = (*colour, 1.0)
        return node.outputs[0]

    def crevice(self, reach: float) -> Any:
        """1 in corners and gaps where dirt stays, 0 on open faces."""
        open_sky = self.add("AmbientOcclusion", Distance=reach, out=1, props={"samples": 1})
        return self.between(open_sky, 0.85, 0.35)
