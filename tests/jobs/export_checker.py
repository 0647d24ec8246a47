"""What each target takes, written down from the vendors' facts a second time, and a checker.

It shares nothing with the preset loader or the exporter: pictures are opened with Pillow and
measured, texts are counted here. A number that is wrong in a preset does not agree with this one.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

SUFFIX = {".jpg": "JPEG", ".png": "PNG"}
NAME = re.compile(r"\d{2,}(-[a-z0-9]+)+\.(jpg|png)")


@dataclass(frozen=True)
class Target:
    """The facts of one target; None where there is no rule or nobody knows it."""

    most: int | None
    formats: str = "JPEG PNG"
    mb: float | None = None
    uri: float | None = None
    side: tuple[int | None, int | None] = (None, None)
    aspect: tuple[float, float] | None = None
    token: dict[str, str] | None = None
    prompt: tuple[tuple[str, str, int], ...] = ()
    exact: tuple[tuple[int, int], ...] = ()
    least: int = 1
    folder: str = ""
    captions: tuple[str, ...] = ()
    gps: bool = False


def ordinal(en: str, zh: str | None = None) -> dict[str, str]:
    return {"en": en, "zh": zh or en}


KLING = {"formats": "JPEG PNG", "mb": 10, "side": (300, None), "aspect": (0.4, 2.5)}
RUNWAY = {"mb": 16, "uri": 5e6, "side": (None, 7999), "aspect": (0.5, 2.0)}
SEEDANCE = {"mb": 30, "side": (300, 6000), "aspect": (0.4, 2.5)}
APP_PROMPT = (("zh", "characters", 500), ("en", "words", 1000))
DREAM = {"mb": 10, "aspect": (1 / 3, 3.0), "token": ordinal("Figure {n}", "图{n}"),
         "prompt": (("zh", "characters", 300), ("en", "words", 600))}  # fmt: skip
GOOGLE = {"mb": 7, "token": ordinal("image {n}", "图{n}")}
TRAINER = {"captions": ("en",), "least": 4}

TARGETS: dict[str, Target] = {
    "openai-gpt-image": Target(16, mb=50, uri=20_971_520, token=ordinal("Image {n}", "图{n}"),
                               prompt=(("", "characters", 32_000),)),
    "sora-2": Target(1, exact=((1280, 720), (720, 1280)), prompt=(("", "characters", 32_000),)),
    "runway-gen4-image": Target(3, **RUNWAY, token=ordinal("@{tag}"),
                                prompt=(("", "utf16", 1000),)),
    "runway-gen4-video": Target(1, **RUNWAY, prompt=(("", "utf16", 1000),)),
    "runway-aleph-2": Target(5, **RUNWAY),
    "pika-2-2-scenes": Target(5),
    "pika-2-2-pikaframes": Target(5, least=2),
    "gemini-2-5-flash-image": Target(3, **GOOGLE),
    "gemini-3-pro-image": Target(14, **GOOGLE),
    "gemini-3-1-flash-image": Target(14, **GOOGLE),
    "gemini-omni-flash": Target(14, token=ordinal("image {n}", "图{n}")),
    "veo-3-1": Target(3),
    "kling-omni-image": Target(10, **KLING, token=ordinal("<<<image_{n}>>>"),
                               prompt=(("", "characters", 2500),)),
    "kling-omni-video": Target(7, **KLING, token=ordinal("<<<image_{n}>>>"),
                               prompt=(("", "characters", 2500),)),
    "kling-element": Target(4, **KLING, least=2),
    "vidu-reference": Target(7, mb=50, uri=10e6, side=(128, None), aspect=(0.25, 4.0),
                             token=ordinal("@{any}"), prompt=(("", "characters", 1500),)),
    "minimax-s2v-01": Target(1, mb=20, side=(301, None), aspect=(0.4, 2.5)),
    "hailuo-03": Target(9, side=(256, None), aspect=(0.4, 2.5),
                        token=ordinal("Image {n}", "图{n}")),
    "seedance-2": Target(9, **SEEDANCE, token=ordinal("Image {n}", "图片{n}"),
                         prompt=APP_PROMPT),
    "seedance-2-5": Target(30, token=ordinal("Image {n}", "图片{n}")),
    "jimeng-app": Target(9, mb=30, token=ordinal("@Image {n}", "@图片{n}"),
                         prompt=APP_PROMPT),
    "seedream-4-5": Target(10, **DREAM),
    "seedream-5": Target(14, **DREAM),
    "happyhorse-1-1": Target(9, mb=10, side=(300, None), aspect=(0.4, 2.5),
                             token=ordinal("[Image {n}]")),
    "wan-2-7-r2v": Target(5, mb=20, side=(240, 8000), aspect=(1 / 8, 8.0),
                          token=ordinal("Image {n}", "图{n}"),
                          prompt=(("", "characters", 5000),)),
    "hunyuan-image-3": Target(2, token=ordinal("image {n}", "图{n}"),
                              prompt=(("", "characters", 1024),)),
    "hunyuan-custom": Target(1, exact=((1280, 720), (720, 1280))),
    "midjourney-sref": Target(None),
    "midjourney-oref": Target(1),
    "luma-photon": Target(4),
    "luma-uni-1": Target(9, token=ordinal("IMAGE{n}"), prompt=(("", "characters", 6000),)),
    "flux-2": Target(8, side=(64, None), aspect=(1 / 8, 8.0),
                     token=ordinal("image {n}", "图{n}")),
    "flux-1-kontext": Target(1, aspect=(0.25, 4.0)),
    "qwen-image-edit": Target(3, token=ordinal("image {n}", "图{n}")),
    "ip-adapter-square": Target(None, exact=((1024, 1024),), folder="images/"),
    "kohya": Target(None, folder="train/10_{trigger}/", **TRAINER),
    "musubi": Target(None, folder="images/", **TRAINER),
    "ai-toolkit": Target(None, folder="images/", **TRAINER),
    "onetrainer": Target(None, folder="images/", **TRAINER),
    "simpletuner": Target(None, folder="images/", **TRAINER),
    "diffusers": Target(None, folder="train/", least=4),
    "imagefolder": Target(None, folder="train/", least=4),
    "webdataset": Target(None, **TRAINER),
    "zip": Target(None, **TRAINER),
    "folder": Target(None, token=ordinal("Image {n}", "图{n}"), captions=("en", "zh"), gps=True),
    "api-safe": Target(None, formats="JPEG", mb=7, uri=5e6, side=(301, 2048), aspect=(0.5, 2.0),
                       token=ordinal("Image {n}", "图{n}"), captions=("en", "zh")),
    "contact-sheet": Target(None, formats="JPEG"),
    "prop-sheet": Target(None, formats="JPEG"),
    "comfyui": Target(None, folder="input/propvault-{slug}/", captions=("en",)),
}  # fmt: skip


def check_pictures(target: Target, files: dict[str, bytes]) -> None:
    """Measure every picture of a set against the facts of its target."""
    assert len(files) >= 1
    assert target.most is None or len(files) <= target.most
    for place, (name, data) in enumerate(files.items()):
        assert NAME.fullmatch(name), name
        assert name.count("_") == 0 and len(name) <= 64
        if place:
            assert int(name.split("-")[0]) == int(list(files)[place - 1].split("-")[0]) + 1
        check_picture(target, name, data)


def check_picture(target: Target, name: str, data: bytes) -> None:
    """Open one picture and measure it."""
    import io

    image = Image.open(io.BytesIO(data))
    image.load()
    assert image.format == SUFFIX[Path(name).suffix] and image.format in target.formats.split()
    width, height = image.size
    if target.mb is not None:
        assert len(data) < target.mb * 1_000_000
    if target.uri is not None:
        kind = "image/jpeg" if image.format == "JPEG" else "image/png"
        assert len(f"data:{kind};base64,".encode() + base64.b64encode(data)) <= target.uri
    low, high = target.side
    assert min(width, height) >= (low or 1) and max(width, height) <= (high or 10**9)
    if target.aspect is not None:
        assert target.aspect[0] <= width / height <= target.aspect[1]
    if target.exact:
        assert (width, height) in target.exact
    exif = image.getexif()
    assert ImageOps.exif_transpose(image).size == image.size and exif.get(0x0112, 1) == 1
    assert image.mode == "RGB" or (image.mode == "RGBA" and target.gps)
    profile = image.info.get("icc_profile")
    assert not profile or b"sRGB" in profile
    if not target.gps:
        assert not exif.get_ifd(0x8825) and b"SERIAL-77" not in data and b"5.41" not in data


def check_prompts(target: Target, prompts: dict[str, str], names: list[dict[str, Any]]) -> None:
    """Count each prompt and look for the name of every picture in it, in order."""
    for language, text in prompts.items():
        for only, unit, most in target.prompt:
            if only in ("", language):
                assert length(text, unit) <= most, (language, unit)
        pattern = (target.token or {}).get(language)
        if pattern is None:
            continue
        place = -1
        for number, about in enumerate(names, start=1):
            if "{any}" in pattern:
                token = about["tokens"][language]
                assert re.fullmatch(r"@\w+", token)
            elif "{tag}" in pattern:
                token = about["tokens"][language]
                assert re.fullmatch(r"@[A-Za-z][A-Za-z0-9_]{2,15}", token)
            else:
                token = pattern.replace("{n}", str(number))
            found = text.find(token)
            assert found >= 0 and ("{any}" in pattern or found > place), (token, text)
            place = found


def length(text: str, unit: str) -> int:
    """Count as vendors do."""
    if unit == "utf16":
        return sum(2 if ord(c) > 0xFFFF else 1 for c in text)
    if unit == "words":
        return len(text.split())
    return len(text)
