"""Layers of matter (colour, roughness, relief) that are laid over each other by masks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import bpy
from nodes import Shader, Value, rgb


@dataclass(frozen=True)
class Layer:
    """What a surface is like; ``relief`` is a height in metres for bump mapping."""

    colour: Value
    rough: Value = 0.8
    relief: Value = 0.0
    metal: Value = 0.0


def over(s: Shader, mask: Value, under: Layer, top: Layer) -> Layer:
    """Lay ``top`` over ``under`` where ``mask`` is 1."""
    return Layer(
        s.mix(mask, under.colour, top.colour),
        s.lerp(mask, under.rough, top.rough),
        s.lerp(mask, under.relief, top.relief),
        s.lerp(mask, under.metal, top.metal),
    )


def mottled(s: Shader, colour: str, amount: float = 0.25, scale: float = 3.0) -> Value:
    """Make a colour that is nowhere quite the same, as nothing real is."""
    base = rgb(colour)
    dark = tuple(c * (1 - amount) for c in base)
    pale = tuple(min(1.0, c * (1 + amount) + 0.01 * amount) for c in base)
    coarse = s.mix(s.between(s.noise(scale, 6, 0.65), 0.3, 0.7), dark, pale)
    fine = s.between(s.noise(scale * 14, 4, 0.7), 0.25, 0.75)
    return s.mix(amount * 0.6, coarse, s.mix(fine, dark, pale))


def render_coat(s: Shader, colour: str, grain: float = 0.0012, amount: float = 0.22) -> Layer:
    """Trowelled plaster, lime wash or concrete."""
    waves = s.math("MULTIPLY", s.noise(2.5, 3), 0.012)
    grit = s.math("MULTIPLY", s.noise(90, 5, 0.7), grain)
    return Layer(mottled(s, colour, amount), 0.88, s.math("ADD", waves, grit))


def brickwork(s: Shader, clay: str = "#8a4a35", mortar: str = "#9a9286") -> Layer:
    """Bricks drawn by texture, for where a broken coat lets them be seen."""
    x_z = s.add("CombineXYZ", *(s.add("SeparateXYZ", s.position(), out=i) for i in (0, 2, 1)))
    # Hand-laid courses are never straight: shift the pattern by a little noise.
    push = s.add("TexNoise", x_z, Scale=9, out=1)
    wavy = s.add("VectorMath", push, (0.014, 0.014, 0), x_z, props={"operation": "MULTIPLY_ADD"})
    base = rgb(clay)
    node = s.add(
        "TexBrick",
        wavy,
        tuple(c * 1.25 for c in base),
        tuple(c * 0.65 for c in base),
        rgb(mortar),
        Scale=1.0,
        Mortar_Size=0.009,
        Mortar_Smooth=0.35,
        Brick_Width=0.225,
        Row_Height=0.072,
    ).node
    rough = s.math("MULTIPLY", s.noise(60, 6, 0.7), 0.004)
    joint = s.math("MULTIPLY", node.outputs[1], -0.008)
    tint = s.mix(0.35, node.outputs[0], mottled(s, clay, 0.5, 7))
    return Layer(tint, 0.93, s.math("ADD", joint, rough))


def timber(s: Shader, colour: str, amount: float = 0.45) -> Layer:
    """Bare wood; the grain follows each piece's UV map, shifted from piece to piece."""
    shift = s.add("CombineXYZ", *(s.math("MULTIPLY", s.island(), k) for k in (31.0, 17.0, 5.0)))
    along = s.stretch(s.uv(), (1.4, 30, 1), shift)
    fibre = s.noise(3.0, 7, 0.65, along, 0.4)
    pores = s.noise(1.0, 3, 0.7, s.stretch(s.uv(), (9, 420, 1), shift))
    base = rgb(colour)
    light = tuple(min(1.0, c * (1 + amount)) for c in base)
    dark = tuple(c * (1 - amount) for c in base)
    tint = s.mix(s.between(fibre, 0.3, 0.7), dark, light)
    piece = s.mix(0.5, tint, s.mix(s.island(), dark, light))
    relief = s.math("ADD", s.math("MULTIPLY", fibre, 0.0016), s.math("MULTIPLY", pores, 0.0007))
    return Layer(piece, s.lerp(fibre, 0.75, 0.6), relief)


def rust(s: Shader) -> Layer:
    """Rust in crusts."""
    fleck = s.noise(45, 6, 0.75)
    tint = s.mix(s.between(fleck, 0.35, 0.65), rgb("#3d2013"), rgb("#8c4a22"))
    return Layer(tint, 0.9, s.math("MULTIPLY", fleck, 0.002))


def flaking(s: Shader, worn: float, scale: float = 2.2) -> Value:
    """Mask of a coat that still holds (1) and where it has fallen off in ragged islands (0)."""
    big = s.noise(scale, 8, 0.62, twist=0.3)
    small = s.noise(scale * 9, 5, 0.7)
    both = s.math("ADD", s.math("MULTIPLY", big, 0.75), s.math("MULTIPLY", small, 0.25))
    edge = 0.30 + 0.28 * worn
    return s.between(both, edge - 0.006, edge + 0.006)


def weather(
    s: Shader,
    layer: Layer,
    splash: float = 0.6,
    streaks: float = 0.4,
    corners: float = 0.6,
    soil: str = "#3b342b",
    reach: float = 0.12,
) -> Layer:
    """Add what years add: splashed dirt near the ground, rain streaks, dust in corners."""
    patchy = s.between(s.noise(3.5, 7, 0.7), 0.25, 0.75)
    mask: Value = 0.0
    if splash:
        low = s.math("MULTIPLY", s.between(s.height(), 0.9, -0.1), patchy)
        mask = s.math("MAXIMUM", mask, s.math("MULTIPLY", low, splash))
    if streaks:
        runs = s.noise(1.0, 5, 0.6, s.stretch(s.position(), (9, 9, 0.35)))
        wet = s.math("MULTIPLY", s.between(runs, 0.5, 0.72), s.between(s.noise(0.9, 4), 0.4, 0.65))
        mask = s.math("MAXIMUM", mask, s.math("MULTIPLY", wet, streaks))
    if corners:
        held = s.math("MULTIPLY", s.crevice(reach), s.lerp(patchy, 0.5, 1.0))
        mask = s.math("MAXIMUM", mask, s.math("MULTIPLY", held, corners))
    dirty = s.mix(mask, layer.colour, s.mix(0.25, rgb(soil), layer.colour))
    return replace(layer, colour=dirty, rough=s.lerp(mask, layer.rough, 0.92))


def finish(s: Shader, layer: Layer, coat: float = 0.0, **more: Value) -> bpy.types.Material:
    """Close a material: one Principled shader over the layer."""
    normal = s.add("Bump", Height=layer.relief, Distance=1.0, Strength=1.0)
    surface = s.add(
        "BsdfPrincipled",
        Base_Color=layer.colour,
        Roughness=layer.rough,
        Metallic=layer.metal,
        Normal=normal,
        Coat_Weight=coat,
        **more,
    )
    return close(s, surface)


def close(s: Shader, surface: Value) -> bpy.types.Material:
    """Connect a finished surface shader to the material's output."""
    node = s.tree.nodes.new("ShaderNodeOutputMaterial")
    s.tree.links.new(surface, node.inputs["Surface"])
    return s.material
