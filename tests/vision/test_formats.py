"""What a file is comes from its content; its name only decides what content cannot."""

from __future__ import annotations

import pytest

from propvault.vision.formats import Kind, classify, picture_format

BOX = (24).to_bytes(4, "big") + b"ftyp"


@pytest.mark.parametrize(
    ("name", "head", "kind", "format_"),
    [
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF", Kind.PICTURE, "jpeg"),
        ("a.png", b"\xff\xd8\xff\xe0\x00\x10JFIF", Kind.PICTURE, "jpeg"),
        ("no suffix", b"\x89PNG\r\n\x1a\n", Kind.PICTURE, "png"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", Kind.PICTURE, "webp"),
        ("a.avi", b"RIFF\x00\x00\x00\x00AVI LIST", Kind.VIDEO, None),
        ("a.tif", b"II*\x00\x08\x00\x00\x00", Kind.PICTURE, "tiff"),
        ("a.NEF", b"MM\x00*\x00\x00\x00\x08", Kind.PICTURE, "raw"),
        ("a.cr2", b"II*\x00\x10\x00\x00\x00CR\x02\x00", Kind.PICTURE, "raw"),
        ("a.raf", b"FUJIFILMCCD-RAW 0201", Kind.PICTURE, "raw"),
        ("a.cr3", BOX + b"crx \x00\x00\x00\x01crx isom", Kind.PICTURE, "raw"),
        ("a.heic", BOX + b"heic\x00\x00\x00\x00mif1heic", Kind.PICTURE, "heif"),
        ("a.avif", BOX + b"mif1\x00\x00\x00\x00mif1avif", Kind.PICTURE, "avif"),
        ("a.mp4", BOX + b"isom\x00\x00\x02\x00isomiso2", Kind.VIDEO, None),
        ("a.mov", b"\x00\x00\x00\x08wide\x00\x00", Kind.VIDEO, None),
        ("a.gif", b"GIF89a\x01\x00", Kind.PICTURE, "gif"),
        ("a.bmp", b"BM" + b"\x00" * 12 + b"\x28\x00\x00\x00", Kind.PICTURE, "bmp"),
        ("BMW.txt", b"BMW is a car maker from Munich", Kind.OTHER, None),
        ("a.jp2", b"\x00\x00\x00\x0cjP  \r\n\x87\n", Kind.PICTURE, "jpeg2000"),
        ("a.jpg", b"hello", Kind.BROKEN, None),
        ("a.jpg", b"", Kind.BROKEN, None),
        ("a.mp4", b"", Kind.VIDEO, None),
        ("a.pdf", b"%PDF-1.7", Kind.OTHER, None),
        ("._a.jpg", b"\x00\x05\x16\x07", Kind.COMPANION, None),
        ("Thumbs.db", b"\xd0\xcf\x11\xe0", Kind.COMPANION, None),
        ("MVI_1.THM", b"\xff\xd8\xff\xe0", Kind.COMPANION, "jpeg"),
        (".DS_Store", b"\x00\x00\x00\x01Bud1", Kind.COMPANION, None),
        ("a.XMP", b"<x:xmpmeta", Kind.SIDECAR, None),
    ],
)
def test_classify(name: str, head: bytes, kind: Kind, format_: str | None) -> None:
    assert classify(name, head) is kind
    assert picture_format(head, name) == format_
