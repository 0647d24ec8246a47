"""Tell where a picture comes from by what its file says; what nothing says is not guessed.

Source types are IPTC's NewsCodes (cv.iptc.org/newscodes/digitalsourcetype), which C2PA uses too.
A C2PA manifest alone proves nothing: cameras sign their pictures as generators do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from propvault.reasons import Reason

_SOURCE_TYPES: Mapping[str, str] = {
    "trainedAlgorithmicMedia": "generated",
    "compositeWithTrainedAlgorithmicMedia": "generated",
    "compositeSynthetic": "generated",
    "algorithmicMedia": "rendering",
    "algorithmicallyEnhanced": "",
    "virtualRecording": "rendering",
    "digitalCreation": "rendering",
    "digitalArt": "artwork",
    "screenCapture": "screenshot",
    "negativeFilm": "scan",
    "positiveFilm": "scan",
    "print": "scan",
    "digitalCapture": "camera",
    "computationalCapture": "phone",
}
"""IPTC digital source types that say an origin of ours."""
_GENERATOR_KEYS = frozenset(
    "parameters workflow sd-metadata invokeai_metadata dream generation_data fooocus_scheme".split()
)
"""PNG text keys of generators alone: Stable Diffusion web UIs, ComfyUI, InvokeAI, Fooocus."""
_GENERATORS = re.compile(
    r"midjourney|dall-?e|stable diffusion|novelai|comfyui|automatic1111|adobe firefly|invokeai"
    r"|fooocus|ideogram|jimeng|dreamina|\bflux\b|gpt-image|imagen",
    re.IGNORECASE,
)
_RECIPE = re.compile(r"\bSteps: \d+.*\b(?:Sampler|CFG scale|Seed): ", re.DOTALL)
_RENDERERS = re.compile(
    r"\bblender\b|\bcycles\b|unreal ?engine|cinema ?4d|\bv-?ray\b|octane|houdini|keyshot|redshift",
    re.IGNORECASE,
)
_SCANNERS = re.compile(
    r"silverfast|vuescan|epson scan|scansnap|canoscan|coolscan|plustek|noritsu|frontier|scanner"
    r"|perfection v|opticfilm|imacon|flextight|naps2",
    re.IGNORECASE,
)
_PHONES = re.compile(
    r"^(?:apple (?:iphone|ipad|ipod)|iphone|ipad|huawei|honor|xiaomi|redmi|poco|oppo|vivo|oneplus"
    r"|realme|meizu|zte|nubia|motorola|samsung (?:sm-|galaxy|gt-)|sm-|google pixel|pixel "
    r"|sony (?:xq|so-|xperia|[a-z]\d{4})|lge |lg-|htc|nothing|fairphone|tecno|infinix"
    r"|smartisan|lenovo )",
    re.IGNORECASE,
)
_SCREENSHOTS = re.compile(
    r"^(?:screen[ _-]?shot|screen[ _-]?capture|screenrec|scrn|bildschirmfoto|capture d.?.cran"
    r"|captura de pantalla|截屏|截图|屏幕截图|屏幕快照|螢幕截圖|螢幕快照|スクリーンショット)",
    re.IGNORECASE,
)
_MESSENGER_NAMES = re.compile(
    r"^(?:mmexport\d|wx_camera_|微信图片|微信圖片|微信截图|wechat ?img|weixin|qq图片|img-\d{8}-wa\d"
    r"|whatsapp image|photo_\d{4}-\d\d-\d\d_|signal-\d{4}-|fb_img_|received_\d|line_\d{9}|viber_"
    r"|snapchat-\d|telegram-cloud-photo)",
    re.IGNORECASE,
)
_GENERATOR_NAMES = re.compile(
    r"^(?:chatgpt image |dall[·.-]?e[ _]\d{4}-|gemini_generated_image|comfyui_\d{5}_"
    r"|jimeng-\d{4}-)",
    re.IGNORECASE,
)
"""Names under which generators hand out their pictures; what was written inside may be gone."""
_FILM_SCANNER, _PRINT_SCANNER = 1, 2


@dataclass(frozen=True)
class Evidence:
    """What a file says that bears on its origin."""

    name: str
    """File name."""
    camera: str | None = None
    """Make and model."""
    software: str = ""
    """EXIF Software, PNG Software, XMP CreatorTool and the make's own words, joined."""
    comment: str = ""
    """EXIF UserComment or XMP exif:UserComment."""
    file_source: int | None = None
    """EXIF FileSource: 1 film scanner, 2 print scanner, 3 camera."""
    source_types: tuple[str, ...] = ()
    """IPTC digital source types from XMP, without the prefix."""
    c2pa: tuple[str, ...] | None = None
    """Digital source types in the C2PA manifest; None without a manifest."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """PNG text chunks by key."""


@dataclass(frozen=True)
class Origin:
    """Where a picture comes from and what says so."""

    slug: str
    """Value of the facet ``origin``."""
    why: Reason
    """The evidence."""


def origin_of(evidence: Evidence) -> Origin | None:
    """Return the origin that the file states, the strongest evidence first; None without any."""
    for find in (_stated, _recipe, _screenshot, _rendered, _messenger, _scanned, _camera):
        found = find(evidence)
        if found is not None:
            return found
    return None


def _stated(evidence: Evidence) -> Origin | None:
    """Read source types; a generated part outranks whatever else the file says."""
    stated = [("origin.c2pa", kind) for kind in evidence.c2pa or ()]
    stated += [("origin.iptc", kind) for kind in evidence.source_types]
    known = [(code, kind, _SOURCE_TYPES.get(kind, "")) for code, kind in stated]
    for code, kind, slug in sorted(known, key=lambda item: item[2] != "generated"):
        # A phone's manifest says "digitalCapture" as a camera's does: the make tells them apart.
        if slug and slug not in ("camera", "phone"):
            return Origin(slug, Reason.of(code, kind=kind))
    return None


def _recipe(evidence: Evidence) -> Origin | None:
    for key, text in evidence.texts.items():
        comfy = key == "prompt" and '"class_type"' in text
        if key.lower() in _GENERATOR_KEYS or comfy:
            return Origin("generated", Reason.of("origin.png", key=key))
    if _RECIPE.search(evidence.comment):
        return Origin("generated", Reason.of("origin.recipe"))
    words = [evidence.software, evidence.texts.get("Description", "")]
    named = next((match for text in words if (match := _GENERATORS.search(text))), None)
    if named:
        return Origin("generated", Reason.of("origin.software", name=named[0]))
    if evidence.camera is None and _GENERATOR_NAMES.match(evidence.name):
        return Origin("generated", Reason.of("origin.name", name=evidence.name))
    return None


def _screenshot(evidence: Evidence) -> Origin | None:
    if evidence.comment.strip().lower() == "screenshot":
        return Origin("screenshot", Reason.of("origin.comment", text="Screenshot"))
    if _SCREENSHOTS.match(evidence.name):
        return Origin("screenshot", Reason.of("origin.name", name=evidence.name))
    return None


def _rendered(evidence: Evidence) -> Origin | None:
    named = _RENDERERS.search(evidence.software)
    return Origin("rendering", Reason.of("origin.software", name=named[0])) if named else None


def _messenger(evidence: Evidence) -> Origin | None:
    if evidence.camera is None and _MESSENGER_NAMES.match(evidence.name):
        return Origin("messenger", Reason.of("origin.name", name=evidence.name))
    return None


def _scanned(evidence: Evidence) -> Origin | None:
    if evidence.file_source in (_FILM_SCANNER, _PRINT_SCANNER):
        return Origin("scan", Reason.of("origin.file_source", number=evidence.file_source))
    named = _SCANNERS.search(f"{evidence.camera or ''} {evidence.software}")
    return Origin("scan", Reason.of("origin.software", name=named[0])) if named else None


def _camera(evidence: Evidence) -> Origin | None:
    if evidence.camera is None:
        return None
    slug = "phone" if _PHONES.match(evidence.camera) else "camera"
    return Origin(slug, Reason.of("origin.camera", name=evidence.camera))
