"""Sun, sky, camera, exposure and render settings."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from mathutils import Vector


@dataclass(frozen=True)
class Sun:
    """Where the sun stands and what the air is like."""

    height: float  # degrees above the horizon
    bearing: float  # degrees, 0 = behind the camera of a front view, 90 = from its right
    disc: float = 1.0  # strength of the direct sun; 0 is an overcast or shaded sky
    dust: float = 1.0
    key: float = 0.23  # grey that the average of the frame is exposed to
    spread: float = 1.2  # apparent size of the sun in degrees: haze softens shadows


SUNS = {
    "noon": Sun(68, 35),
    "morning": Sun(34, -50),
    "low": Sun(15, 62, dust=2.5, key=0.2),
    "raking": Sun(38, 80),
    "backlit": Sun(22, 158, dust=3.0, key=0.25),
    "overcast": Sun(50, 20, disc=0.0, dust=5.0, key=0.26),
    "shade": Sun(55, 170, dust=2.0, key=0.24),
    "dusk": Sun(-1.5, 120, disc=0.0, dust=2.5, key=0.09),
}


@dataclass(frozen=True)
class View:
    """One camera: where it stands, what it looks at, its lens and its frame."""

    eye: tuple[float, float, float]
    aim: tuple[float, float, float]
    lens: float = 35.0
    stop: float = 8.0
    tilt: float = 0.0
    size: tuple[int, int] = (1280, 853)


def reset() -> None:
    """Start an empty file, dropping every datablock of the scene before."""
    bpy.ops.wm.read_factory_settings(use_empty=True)


def light(sun: Sun) -> None:
    """Fill the world with a physical sky and its sun."""
    scene = bpy.context.scene
    world = scene.world or bpy.data.worlds.new("world")
    scene.world = world
    world.use_nodes = True
    tree = world.node_tree
    tree.nodes.clear()
    sky = tree.nodes.new("ShaderNodeTexSky")
    sky.sky_type = "NISHITA"
    sky.sun_elevation = math.radians(sun.height)
    sky.sun_rotation = math.radians(180 - sun.bearing)
    sky.sun_size = math.radians(sun.spread)
    sky.sun_disc = sun.disc > 0
    sky.sun_intensity = sun.disc
    sky.dust_density = sun.dust
    background = tree.nodes.new("ShaderNodeBackground")
    output = tree.nodes.new("ShaderNodeOutputWorld")
    colour = sky.outputs[0]
    if sun.height > 0 and sun.disc == 0:
        # Nishita has no clouds: an overcast sky is the same light with most blue taken out.
        grey = tree.nodes.new("ShaderNodeHueSaturation")
        grey.inputs["Saturation"].default_value = 0.3
        tree.links.new(colour, grey.inputs["Color"])
        colour = grey.outputs[0]
    tree.links.new(colour, background.inputs["Color"])
    background.inputs["Strength"].default_value = 0.2
    tree.links.new(background.outputs[0], output.inputs["Surface"])


def frame(view: View) -> None:
    """Place the camera."""
    scene = bpy.context.scene
    if scene.camera is None:
        scene.camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
        scene.collection.objects.link(scene.camera)
    body, eye, aim = scene.camera, Vector(view.eye), Vector(view.aim)
    body.location = eye
    turn = (aim - eye).to_track_quat("-Z", "Y").to_euler()
    turn.rotate_axis("Z", math.radians(view.tilt))
    body.rotation_euler = turn
    body.data.lens = view.lens
    body.data.sensor_width = 36 if view.size[0] >= view.size[1] else 24
    body.data.clip_start = 0.02
    body.data.dof.use_dof = True
    body.data.dof.focus_distance = (aim - eye).length
    body.data.dof.aperture_fstop = view.stop
    scene.render.resolution_x, scene.render.resolution_y = view.size


def settings(samples: int, percent: int) -> None:
    """Cycles on the CPU: few samples and bounces, denoised."""
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.resolution_percentage = percent
    scene.render.use_persistent_data = True
    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.samples, cycles.seed = samples, 7
    cycles.use_adaptive_sampling, cycles.adaptive_threshold = True, 0.03
    cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 5, 3, 2
    cycles.transmission_bounces, cycles.transparent_max_bounces = 3, 6
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect = 4.0
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = "AgX - Medium High Contrast"


def meter(key: float) -> float:
    """Expose like a camera: a thumbnail's average, highlights held, becomes ``key`` grey."""
    scene = bpy.context.scene
    render, image_settings = scene.render, scene.render.image_settings
    percent, samples = render.resolution_percentage, scene.cycles.samples
    render.resolution_percentage = max(1, round(9600 / scene.render.resolution_x))
    scene.cycles.samples, scene.view_settings.exposure = 6, 0.0
    image_settings.file_format, image_settings.color_depth = "OPEN_EXR", "32"
    with tempfile.TemporaryDirectory() as folder:
        render.filepath = str(Path(folder) / "meter.exr")
        bpy.ops.render.render(write_still=True)
        image = bpy.data.images.load(render.filepath)
        pixels = np.array(image.pixels[:]).reshape(-1, 4)[:, :3]
        bpy.data.images.remove(image)
    grey = pixels @ (0.2126, 0.7152, 0.0722) + 1e-5
    average = math.exp(float(np.log(grey).mean()) * 0.7) * float(grey.mean()) ** 0.3
    stops = math.log2(key / average)
    # Holding the brightest five per cent keeps sunlit whitewash from burning out.
    ceiling = math.log2(1.6 / float(np.percentile(grey, 95)))
    render.resolution_percentage, scene.cycles.samples = percent, samples
    scene.view_settings.exposure = min(stops, ceiling)
    return scene.view_settings.exposure


def shoot(path: Path) -> None:
    """Render the frame to a 16-bit PNG."""
    render = bpy.context.scene.render
    render.image_settings.file_format = "PNG"
    render.image_settings.color_mode = "RGB"
    render.image_settings.color_depth = "16"
    render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
