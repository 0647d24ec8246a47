"""Origin from what a file states, the strongest evidence first; nothing is guessed."""

from __future__ import annotations

import pytest

from propvault.origin import Evidence, origin_of
from propvault.reasons import word

COMPOSITE = "compositeWithTrainedAlgorithmicMedia"
RECIPE = (
    "a lane at dusk\nNegative prompt: people\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1"
)


@pytest.mark.parametrize(
    ("evidence", "slug"),
    [
        (Evidence("a.jpg", "Canon EOS R6"), "camera"),
        (Evidence("a.jpg", "FUJIFILM X100V"), "camera"),
        (Evidence("a.jpg", "SONY ILCE-7M4"), "camera"),
        (Evidence("a.jpg", "Apple iPhone 15 Pro"), "phone"),
        (Evidence("a.jpg", "samsung SM-S918B"), "phone"),
        (Evidence("a.jpg", "HUAWEI ELE-AL00"), "phone"),
        (Evidence("a.jpg", "Google Pixel 8"), "phone"),
        (Evidence("a.jpg", "samsung NX500"), "camera"),
        (Evidence("a.jpg", "EPSON Perfection V600"), "scan"),
        (Evidence("a.tif", software="VueScan 9 x64"), "scan"),
        (Evidence("a.tif", "Nikon X", file_source=1), "scan"),
        (Evidence("a.jpg", "Canon EOS R6", file_source=3), "camera"),
        (Evidence("Screenshot_20260113-174205.png"), "screenshot"),
        (Evidence("截屏2026-01-13 17.42.05.png"), "screenshot"),
        (Evidence("IMG_1.PNG", comment="Screenshot"), "screenshot"),
        (Evidence("mmexport1762029360844.jpg"), "messenger"),
        (Evidence("Snapchat-1234567.jpg"), "messenger"),
        (Evidence("IMG-20260113-WA0007.jpg"), "messenger"),
        (Evidence("微信图片_20260113.jpg"), "messenger"),
        # A name proves no messenger where the camera is still named.
        (Evidence("微信图片_20260113.jpg", "Canon EOS R6"), "camera"),
        (Evidence("a.png", texts={"parameters": RECIPE}), "generated"),
        (Evidence("a.png", texts={"prompt": '{"3": {"class_type": "KSampler"}}'}), "generated"),
        (Evidence("a.png", texts={"workflow": "{}"}), "generated"),
        (Evidence("a.jpg", comment=RECIPE), "generated"),
        (Evidence("a.png", software="Midjourney"), "generated"),
        (Evidence("ChatGPT Image Jan 13, 2026.png"), "generated"),
        (Evidence("DALL·E 2026-01-13 12.33 - a lane.png"), "generated"),
        (Evidence("Gemini_Generated_Image_x.png"), "generated"),
        (Evidence("ComfyUI_00001_.png"), "generated"),
        (Evidence("ComfyUI_00001_.png", "Canon EOS R6"), "camera"),
        (Evidence("a.jpg", source_types=("trainedAlgorithmicMedia",)), "generated"),
        (Evidence("a.jpg", c2pa=("trainedAlgorithmicMedia",)), "generated"),
        (Evidence("a.jpg", c2pa=("digitalCapture", COMPOSITE)), "generated"),
        (Evidence("a.jpg", "Apple iPhone 15", c2pa=("trainedAlgorithmicMedia",)), "generated"),
        # A manifest alone says nothing: cameras sign too.
        (Evidence("a.jpg", "Leica M11-P", c2pa=()), "camera"),
        (Evidence("a.jpg", "Leica M11-P", c2pa=("digitalCapture",)), "camera"),
        (Evidence("a.jpg", "X render", source_types=("digitalCreation",)), "rendering"),
        (Evidence("a.png", software="Blender 4.5"), "rendering"),
        (Evidence("a.jpg", source_types=("print",)), "scan"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)  # fmt: skip
def test_origin(evidence: Evidence, slug: str) -> None:
    found = origin_of(evidence)
    assert found is not None
    assert found.slug == slug
    assert word(found.why) != found.why.code, "the evidence is worded"


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence("wall.tif"),
        Evidence("prompt.png", texts={"prompt": "my notes on light"}),
        Evidence("a.jpg", software="Adobe Lightroom Classic"),
        Evidence("steps.jpg", comment="Steps: 39 up to the temple"),
        Evidence("a.jpg", c2pa=()),
        Evidence("a.jpg", source_types=("humanEdits",)),
    ],
    ids=lambda evidence: evidence.name,
)
def test_nothing_is_guessed(evidence: Evidence) -> None:
    assert origin_of(evidence) is None
