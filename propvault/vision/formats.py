"""Tell what a file is from its first bytes; its name only decides what content cannot."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath

HEAD_BYTES = 64
"""How much of a file `sniff` needs."""


class Kind(StrEnum):
    """What to do with a file met on a walk."""

    PICTURE = "picture"
    SIDECAR = "sidecar"
    VIDEO = "video"
    COMPANION = "companion"
    OTHER = "other"
    BROKEN = "broken"
    """Named like a picture, but its content is none."""


RAW_SUFFIXES = frozenset(
    ".3fr .arw .cr2 .cr3 .crw .dcr .dng .erf .fff .iiq .kdc .mef .mos .mrw .nef .nrw .orf .pef "
    ".raf .raw .rw2 .rwl .sr2 .srf .srw .x3f".split()
)
PICTURE_SUFFIXES = RAW_SUFFIXES | frozenset(
    ".jpg .jpeg .jpe .jfif .mpo .png .webp .tif .tiff .bmp .dib .gif .avif .heic .heif .hif "
    ".jp2 .j2k .jpx .jpf .j2c".split()
)
VIDEO_SUFFIXES = frozenset(
    ".3g2 .3gp .asf .avi .flv .insv .lrv .m2ts .m2v .m4v .mkv .mov .mp4 .mpeg .mpg .mts .mxf .ogv "
    ".ts .webm .wmv".split()
)
COMPANION_SUFFIXES = frozenset(".thm .aae .ctg .ind .dop .pp3 .cpi .bdm .mpl".split())
COMPANION_NAMES = frozenset(
    "thumbs.db ehthumbs.db .ds_store desktop.ini .picasa.ini .nomedia .localized icon\r".split(" ")
)
_RAW_MAGICS = (b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\x00", b"FOVb", b"\x00MRM")
_VIDEO_MAGICS = (b"\x1aE\xdf\xa3", b"FLV\x01", b"\x30\x26\xb2\x75", b"\x00\x00\x01\xba")
_HEIF_BRANDS = frozenset((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"))
_SIMPLE_MAGICS = {
    b"\xff\xd8\xff": "jpeg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
    b"\x00\x00\x00\x0cjP  ": "jpeg2000",
    b"\xff\x4f\xff\x51": "jpeg2000",
}


def companion_kind(name: str) -> Kind | None:
    """Return what a file is by its name alone, None when its content must be looked at."""
    suffix = PurePath(name).suffix.lower()
    if name.startswith("._") or name.lower() in COMPANION_NAMES or suffix in COMPANION_SUFFIXES:
        return Kind.COMPANION
    return Kind.SIDECAR if suffix == ".xmp" else None


def classify(name: str, head: bytes) -> Kind:
    """Return what to do with a file called ``name`` that starts with ``head``."""
    by_name = companion_kind(name)
    if by_name is not None:
        return by_name
    if picture_format(head, name) is not None:
        return Kind.PICTURE
    suffix = PurePath(name).suffix.lower()
    if suffix in PICTURE_SUFFIXES:
        return Kind.BROKEN
    if suffix in VIDEO_SUFFIXES or head.startswith(_VIDEO_MAGICS) or _container(head) == "video":
        return Kind.VIDEO
    return Kind.OTHER


def picture_format(head: bytes, name: str = "") -> str | None:
    """Return the picture format of a file, None when it is not one that we read.

    One of ``jpeg png webp tiff bmp gif avif heif jpeg2000 raw``. TIFF-based camera RAW (NEF, ARW,
    DNG, …) shares TIFF's first bytes, so there the suffix decides.
    """
    for magic, name_of in _SIMPLE_MAGICS.items():
        if head.startswith(magic):
            return name_of
    if head.startswith(_RAW_MAGICS) or (head[8:10] == b"CR" and head.startswith(b"II*\x00")):
        return "raw"
    if head.startswith((b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")):
        return "raw" if PurePath(name).suffix.lower() in RAW_SUFFIXES else "tiff"
    if head.startswith(b"BM") and _is_bitmap(head):
        return "bmp"
    container = _container(head)
    return container if container != "video" else None


def _is_bitmap(head: bytes) -> bool:
    # Two letters are too little evidence: the header size that follows is one of a known few.
    return int.from_bytes(head[14:18], "little") in (12, 16, 40, 52, 56, 64, 108, 124)


def _container(head: bytes) -> str | None:
    if head.startswith(b"RIFF"):
        return {b"WEBP": "webp", b"AVI ": "video"}.get(head[8:12])
    if head[4:8] != b"ftyp":
        return "video" if head[4:8] in (b"moov", b"mdat", b"wide", b"free") else None
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[i : i + 4] for i in range(16, size - 3, 4))]
    if b"avif" in brands or b"avis" in brands[:1]:
        return "avif"
    if brands[0] == b"crx ":
        return "raw"
    if brands[0] in _HEIF_BRANDS:
        return "heif"
    return "video"
