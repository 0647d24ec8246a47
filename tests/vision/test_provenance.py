"""What picture files say of their origin, in every container that can carry it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags, Image, PngImagePlugin

from propvault.origin import Evidence, origin_of
from propvault.vision.metadata import embedded_xmp, read_capture
from propvault.vision.pixels import opened
from propvault.vision.provenance import read_evidence
from tests.conftest import exif, picture

TYPE = b"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
MANIFEST = b"\x00\x00\x00\x20jumbc2pa" + b"\x00" * 9 + b"digitalSourceType" + TYPE
CAMERA = MANIFEST.replace(b"trainedAlgorithmicMedia", b"digitalCapture")
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" {attributes}>{elements}'
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
)
SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def read(path: Path) -> Evidence:
    with opened(path) as found:
        return read_evidence(path, found.format, found.image, embedded_xmp(found.image))


def slug(path: Path) -> str | None:
    found = origin_of(read(path))
    return found and found.slug


def jpeg(path: Path, **options: object) -> Path:
    picture(1).save(path, "JPEG", **options)
    return path


def with_jpeg_manifest(path: Path, manifest: bytes) -> Path:
    data = jpeg(path).read_bytes()
    halves = manifest[:40], manifest[40:]
    segments = b"".join(
        b"\xff\xeb"
        + (len(part) + 10).to_bytes(2, "big")
        + b"JP\x00\x01\x00\x00\x00"
        + bytes([n])
        + part
        for n, part in enumerate(halves, 1)
    )
    path.write_bytes(data[:2] + segments + data[2:])
    return path


def with_png_manifest(path: Path, manifest: bytes) -> Path:
    info = PngImagePlugin.PngInfo()
    info.add(b"caBX", manifest)
    picture(1).save(path, "PNG", pnginfo=info)
    return path


def with_webp_manifest(path: Path, manifest: bytes) -> Path:
    buffer = BytesIO()
    picture(1).save(buffer, "WEBP", exif=exif(gps=None))
    padded = manifest + b"\x00" * (len(manifest) % 2)
    data = buffer.getvalue() + b"C2PA" + len(manifest).to_bytes(4, "little") + padded
    path.write_bytes(data[:4] + (len(data) - 8).to_bytes(4, "little") + data[8:])
    return path


def with_avif_manifest(path: Path, manifest: bytes) -> Path:
    picture(1).save(path, "AVIF")
    box = b"uuid" + bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + manifest
    path.write_bytes(path.read_bytes() + (len(box) + 4).to_bytes(4, "big") + box)
    return path


@pytest.mark.parametrize(
    "write", [with_jpeg_manifest, with_png_manifest, with_webp_manifest, with_avif_manifest]
)
def test_a_manifest_is_found_in_each_container(write: object, tmp_path: Path) -> None:
    assert callable(write)
    assert read(write(tmp_path / "a", MANIFEST)).c2pa == ("trainedAlgorithmicMedia",)
    assert slug(write(tmp_path / "b", MANIFEST)) == "generated"
    assert read(write(tmp_path / "c", CAMERA)).c2pa == ("digitalCapture",)
    assert slug(write(tmp_path / "d", CAMERA)) != "generated"


def test_without_a_manifest_there_is_none(tmp_path: Path) -> None:
    assert read(jpeg(tmp_path / "a.jpg")).c2pa is None
    # A segment of JPEG XT that is no manifest.
    assert read(with_jpeg_manifest(tmp_path / "b.jpg", b"x" * 60)).c2pa is None


@pytest.mark.parametrize("at", [0, 3, 20, 60, 100])
def test_a_cut_manifest_does_no_harm(at: int, tmp_path: Path) -> None:
    whole = with_png_manifest(tmp_path / "a.png", MANIFEST).read_bytes()
    cut = tmp_path / "b.png"
    cut.write_bytes(whole[: whole.index(b"caBX") + at])
    from propvault.vision.provenance import _manifest_types

    found = _manifest_types(cut, "png")
    assert not found or "trainedAlgorithmicMedia".startswith(found[0])


@pytest.mark.parametrize(
    ("attributes", "elements", "expected"),
    [
        (f'e:DigitalSourceType="{SOURCE}trainedAlgorithmicMedia"', "", "generated"),
        ("", f"<e:DigitalSourceType>{SOURCE}print</e:DigitalSourceType>", "scan"),
        ("", f'<e:DigitalSourceType rdf:resource="{SOURCE}digitalCreation"/>', "rendering"),
        ("", "<e:DigitalSourceType>unheard-of</e:DigitalSourceType>", None),
    ],
)
def test_iptc_source_type(
    attributes: str, elements: str, expected: str | None, tmp_path: Path
) -> None:
    packet = XMP.format(attributes=attributes, elements=elements).encode()
    assert slug(jpeg(tmp_path / "a.jpg", xmp=packet)) == expected


def test_png_texts_of_generators(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("parameters", "a lane\nSteps: 20, Sampler: Euler, Seed: 1")
    picture(1).save(tmp_path / "a.png", pnginfo=info)
    assert slug(tmp_path / "a.png") == "generated"


def test_a_recipe_in_the_exif_comment(tmp_path: Path) -> None:
    block = Image.Exif()
    text = "a lane\nSteps: 20, Sampler: Euler, Seed: 1".encode("utf-16-be")
    block.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = b"UNICODE\x00" + text
    assert slug(jpeg(tmp_path / "a.jpg", exif=block)) == "generated"


def test_camera_and_rights(tmp_path: Path) -> None:
    block = exif()
    block[ExifTags.Base.Artist], block[ExifTags.Base.Copyright] = "Lin Wei", "CC0"
    path = jpeg(tmp_path / "a.jpg", exif=block)
    assert slug(path) == "camera"
    with opened(path) as found:
        capture = read_capture(found.image)
    assert (capture.creator, capture.rights) == ("Lin Wei", "CC0")


def test_rights_in_xmp_win(tmp_path: Path) -> None:
    block = exif()
    block[ExifTags.Base.Artist] = "PICASA"
    elements = (
        "<dc:creator><rdf:Seq><rdf:li>林薇</rdf:li><rdf:li>A. Tan</rdf:li></rdf:Seq></dc:creator>"
        '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">CC BY 4.0</rdf:li></rdf:Alt></dc:rights>'
    )
    packet = XMP.format(attributes="", elements=elements).encode()
    with opened(jpeg(tmp_path / "a.jpg", exif=block, xmp=packet)) as found:
        capture = read_capture(found.image)
    assert (capture.creator, capture.rights) == ("林薇, A. Tan", "CC BY 4.0")
