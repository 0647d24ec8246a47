"""Materials of the scenes: each is a stack of layers with wear and dirt on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import bpy
from layers import (
    Layer,
    brickwork,
    close,
    finish,
    flaking,
    mottled,
    over,
    render_coat,
    rust,
    timber,
    weather,
)
from nodes import Shader, rgb


def plaster(
    colour: str, worn: float = 0.4, bare: bool = False, stain: float = 0.5
) -> bpy.types.Material:
    """Painted plaster that flakes to lime, and with ``bare`` on to the bricks below."""
    s = Shader("plaster")
    lime = render_coat(s, "#b9b0a0", 0.003, 0.3)
    paint = render_coat(s, colour)
    paint = replace(paint, relief=s.math("ADD", paint.relief, 0.0015))
    base = lime
    if bare:
        thick = replace(lime, relief=s.math("ADD", lime.relief, 0.014))
        base = over(s, flaking(s, worn * 1.05, 1.1), brickwork(s), thick)
    coat = over(s, flaking(s, worn, 1.7 if not bare else 1.25), base, paint)
    return finish(s, weather(s, coat, splash=0.9, streaks=stain, corners=0.5, reach=0.25))


def concrete(colour: str = "#8d8a83", wet: float = 0.0) -> bpy.types.Material:
    """Cast or trowelled concrete with cracks; ``wet`` adds puddles of damp."""
    s = Shader("concrete")
    base = render_coat(s, colour, 0.003, 0.3)
    crack = s.between(s.cells(0.9, "DISTANCE_TO_EDGE", None), 0.006, 0.0)
    broken = s.math("MULTIPLY", crack, s.between(s.noise(1.3, 3), 0.45, 0.6))
    tint = s.mix(s.math("MULTIPLY", broken, 0.8), base.colour, rgb("#2c2924"))
    spots = s.between(s.noise(5, 8, 0.75), 0.5, 0.75)
    tint = s.mix(s.math("MULTIPLY", spots, 0.5), tint, rgb("#4a453c"))
    damp = s.math("MULTIPLY", s.between(s.noise(0.8, 4), 0.42, 0.6), wet)
    tint = s.mix(s.math("MULTIPLY", damp, 0.55), tint, rgb("#26241f"))
    layer = Layer(tint, s.lerp(damp, 0.88, 0.25), base.relief)
    return finish(s, weather(s, layer, splash=0.0, streaks=0.3, corners=0.8, reach=0.2))


def stone(colour: str = "#8f8b84", moss: float = 0.0, polish: float = 0.0) -> bpy.types.Material:
    """Worn stone; every slab has its own tone, ``moss`` grows in joints."""
    s = Shader("stone")
    pits = s.math("MULTIPLY", s.noise(22, 8, 0.75), 0.008)
    slow = s.math("MULTIPLY", s.noise(4, 4), 0.02)
    base = rgb(colour)
    own = s.mix(s.island(), tuple(c * 0.6 for c in base), tuple(min(1, c * 1.3) for c in base))
    tint = s.mix(0.55, own, mottled(s, colour, 0.4, 6))
    layer = Layer(tint, 0.82 - 0.4 * polish, s.math("ADD", pits, slow))
    if moss:
        where = s.math("MAXIMUM", s.crevice(0.1), s.between(s.noise(2.5, 7, 0.7), 0.6, 0.72))
        green = Layer(mottled(s, "#4d5a24", 0.5, 20), 0.95, s.math("MULTIPLY", s.noise(120), 0.012))
        layer = over(s, s.math("MULTIPLY", where, moss), layer, green)
    return finish(s, weather(s, layer, splash=0.0, streaks=0.2, corners=0.8))


def clay(colour: str = "#8e4b36", spread: float = 0.45) -> bpy.types.Material:
    """Make fired bricks or roof tiles as separate pieces."""
    s = Shader("clay")
    base = rgb(colour)
    shades = [tuple(c * k for c in base) for k in (1 - spread, 0.8, 1.0, 1.0 + spread * 0.5)]
    own = s.mix(0.5, s.pick(s.island(), shades), mottled(s, colour, 0.45, 9))
    chalk = s.math("MULTIPLY", s.between(s.noise(6, 7, 0.72), 0.55, 0.75), 0.45)
    tint = s.mix(chalk, own, rgb("#b5aca0"))
    soot = s.math("MULTIPLY", s.between(s.noise(1.7, 7, 0.7), 0.5, 0.7), 0.6)
    tint = s.mix(soot, tint, rgb("#2a2420"))
    layer = Layer(tint, 0.92, s.math("MULTIPLY", s.noise(75, 7, 0.75), 0.006))
    return finish(s, weather(s, layer, splash=0.7, streaks=0.4, corners=0.5, reach=0.06))


def wood(
    colour: str, paint: str | None = None, worn: float = 0.45, gloss: float = 0.0
) -> bpy.types.Material:
    """Bare, oiled or painted wood; paint flakes off along the grain."""
    s = Shader("wood")
    layer = timber(s, colour)
    if gloss:
        layer = replace(layer, rough=s.math("SUBTRACT", layer.rough, gloss))
    if paint:
        film = Layer(mottled(s, paint, 0.25, 4), 0.5, 0.0016)
        along = s.noise(2.2, 7, 0.68, s.stretch(s.uv(), (2.5, 14, 1)))
        holds = s.math(
            "ADD", s.math("MULTIPLY", along, 0.5), s.math("MULTIPLY", s.noise(5, 7), 0.5)
        )
        edge = 0.30 + 0.28 * worn
        layer = over(s, s.between(holds, edge - 0.01, edge + 0.01), layer, film)
    return finish(s, weather(s, layer, splash=0.7, streaks=0.15, corners=0.75, reach=0.05))


def metal(
    colour: str, worn: float = 0.4, rough: float = 0.45, bare: bool = False
) -> bpy.types.Material:
    """Painted iron (or ``bare`` metal) with rust breaking through."""
    s = Shader("metal")
    skin = Layer(mottled(s, colour, 0.2, 6), rough, 0.001, 1.0 if bare else 0.0)
    layer = over(s, flaking(s, worn, 7), rust(s), skin)
    return finish(s, weather(s, layer, splash=0.4, streaks=0.3, corners=0.7, reach=0.05))


def plastic(colour: str) -> bpy.types.Material:
    """Cheap moulded plastic: scratched, sun-bleached on top, grubby below."""
    s = Shader("plastic")
    base = rgb(colour)
    pale = tuple(min(1, c * 0.8 + 0.12) for c in base)
    facing = s.add("SeparateXYZ", s.add("NewGeometry", out="Normal"), out=2)
    worn = s.math("MULTIPLY", s.between(facing, 0.2, 1.0), s.between(s.noise(9, 6), 0.3, 0.7))
    tint = s.mix(s.math("MULTIPLY", worn, 0.5), base, pale)
    scratch = s.noise(1.0, 4, 0.7, s.stretch(s.position(), (30, 240, 60)))
    layer = Layer(tint, s.lerp(scratch, 0.2, 0.55), s.math("MULTIPLY", scratch, 0.0003))
    layer = weather(s, layer, splash=0.35, streaks=0.0, corners=0.5, reach=0.04)
    return finish(s, layer, Subsurface_Weight=0.05)


def ceramic(
    colour: str, crackle: float = 0.0, soil: float = 0.3, rough: float = 0.12
) -> bpy.types.Material:
    """Glazed pottery, the glaze pooled unevenly; ``crackle`` draws its fine cracks."""
    s = Shader("ceramic")
    tint = mottled(s, colour, 0.22, 6)
    if crackle:
        lines = s.between(s.cells(28, "DISTANCE_TO_EDGE"), 0.02, 0.0)
        tint = s.mix(s.math("MULTIPLY", lines, crackle), tint, rgb("#4a3b2a"))
    relief = s.math("MULTIPLY", s.noise(14, 3), 0.003)
    layer = Layer(tint, s.lerp(s.noise(7, 6), rough, rough + 0.2), relief)
    return finish(s, weather(s, layer, splash=0, streaks=0, corners=soil, reach=0.05), coat=0.3)


def glaze(palette: Sequence[str], grime: float = 0.6) -> bpy.types.Material:
    """Small glazed tiles, each of one colour of the palette."""
    s = Shader("glaze")
    own = s.pick(s.island(), [rgb(c) for c in palette])
    tint = s.mix(0.18, own, mottled(s, palette[0], 0.6, 15))
    dull = s.between(s.noise(4, 6), 0.35, 0.65)
    layer = Layer(tint, s.lerp(dull, 0.16, 0.5), s.math("MULTIPLY", s.noise(40, 4), 0.0012))
    return finish(s, weather(s, layer, splash=0.9, streaks=grime, corners=0.8, reach=0.02))


def paper(colour: str, glow: float = 0.0) -> bpy.types.Material:
    """Thin paper or silk that lets light through; ``glow`` is a lamp behind it."""
    s = Shader("paper")
    fibre = s.between(s.noise(25, 6, 0.7), 0.3, 0.7)
    spots = s.between(s.noise(3, 7, 0.7), 0.55, 0.75)
    tint = s.mix(s.math("MULTIPLY", spots, 0.4), mottled(s, colour, 0.2, 5), rgb("#6b5a40"))
    front = s.add("BsdfPrincipled", Base_Color=tint, Roughness=0.9)
    through = s.add("BsdfTranslucent", tint)
    surface = s.add("MixShader", 0.45, front, through)
    if glow:
        light = s.add("Emission", tint, s.math("MULTIPLY", s.lerp(fibre, 0.8, 1.1), glow))
        surface = s.add("AddShader", surface, light)
    return close(s, surface)


def glass(dirt: float = 0.4) -> bpy.types.Material:
    """Make a thin window pane: see-through and mirror by angle, clouded by dust."""
    s = Shader("glass")
    wavy = s.add("Bump", Height=s.math("MULTIPLY", s.noise(3, 2), 0.004), Distance=1.0)
    mirror = s.add("BsdfGlossy", (1, 1, 1), 0.02, Normal=wavy)
    clear = s.add("BsdfTransparent", (0.9, 0.94, 0.92))
    pane = s.add("MixShader", s.add("Fresnel", 1.75, wavy), clear, mirror)
    dusty = s.math("MULTIPLY", s.between(s.noise(5, 7, 0.7), 0.2, 0.75), dirt)
    dusty = s.math("MAXIMUM", dusty, s.math("MULTIPLY", s.crevice(0.12), dirt * 1.4))
    film = s.add("BsdfDiffuse", rgb("#a49c8c"))
    return close(s, s.add("MixShader", dusty, pane, film))


def water(colour: str = "#2f3a2c") -> bpy.types.Material:
    """Canal water: murky, with small wind ripples."""
    s = Shader("water")
    long = s.noise(1.0, 4, 0.5, s.stretch(s.position(), (2.2, 5.5, 1)), 0.6)
    short = s.noise(1.0, 4, 0.6, s.stretch(s.position(), (9, 20, 1)))
    calm = s.between(s.noise(0.35, 3), 0.35, 0.65)
    relief = s.math("ADD", s.math("MULTIPLY", long, 0.02), s.math("MULTIPLY", short, 0.006))
    layer = Layer(
        mottled(s, colour, 0.3, 0.7), 0.04, s.math("MULTIPLY", relief, s.lerp(calm, 0.25, 1))
    )
    return finish(s, layer, IOR=1.33)


def leaf(colour: str = "#4f6b2a") -> bpy.types.Material:
    """Leaves: each of its own green, some yellowed, light coming through."""
    s = Shader("leaf")
    base = rgb(colour)
    shades = [tuple(c * k for c in base) for k in (0.5, 0.75, 1.0, 1.35)]
    tint = s.pick(s.island(), [*shades, rgb("#8a7a30")])
    front = s.add("BsdfPrincipled", Base_Color=tint, Roughness=0.45)
    return close(s, s.add("MixShader", 0.3, front, s.add("BsdfTranslucent", tint)))


def cane(colour: str, gloss: float = 0.2) -> bpy.types.Material:
    """Bamboo or rattan: pieces of different age, fine fibres, darker where hands went."""
    s = Shader("cane")
    fibre = s.noise(1.0, 5, 0.7, s.stretch(s.uv(), (4, 260, 1)))
    base = rgb(colour)
    own = s.mix(s.island(), tuple(c * 0.6 for c in base), tuple(min(1, c * 1.25) for c in base))
    tint = s.mix(0.5, own, s.mix(fibre, tuple(c * 0.5 for c in base), base))
    old = s.math("MULTIPLY", s.between(s.noise(5, 7, 0.7), 0.5, 0.7), 0.6)
    tint = s.mix(old, tint, rgb("#4a331c"))
    layer = Layer(tint, s.lerp(fibre, 0.6 - gloss, 0.75 - gloss), s.math("MULTIPLY", fibre, 0.0008))
    return finish(s, weather(s, layer, splash=0.4, streaks=0, corners=0.7, reach=0.03))


def dark(colour: str = "#0a0908") -> bpy.types.Material:
    """Make an unlit room seen from outside."""
    s = Shader("dark")
    return finish(s, Layer(rgb(colour), 1.0, 0.0))
