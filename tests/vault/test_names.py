"""Names of stored copies: safe for Linux, macOS and Windows, whatever the camera called them."""

from __future__ import annotations

import unicodedata
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propvault.vault.names import MAX_NAME_BYTES, name_key, safe_name, stored_names

HASH = "1a2b3c4d5e6f" + "0" * 52


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("IMG_2041.JPG", "IMG_2041.JPG"),
        ("竹椅.heic", "竹椅.heic"),
        ('a/b\\c:d*e?f"g<h>i|j.jpg', "a_b_c_d_e_f_g_h_i_j.jpg"),
        ("CON.jpg", "_CON.jpg"),
        ("com1", "_com1"),
        ("lpt9.tar.gz", "_lpt9.tar.gz"),
        ("console.jpg", "console.jpg"),
        (".hidden.png", "_hidden.png"),
        ("trailing. . ", "trailing"),
        ("bell\x07.jpg", "bell_.jpg"),
        ("rtl\u202egpj.jpg", "rtl_gpj.jpg"),
        ("raw\udcff.jpg", "raw_.jpg"),
        ("cafe\u0301.jpg", "café.jpg"),
        ("...", "_"),
        ("", "_"),
    ],
)
def test_safe_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=300))
def test_every_name_is_safe_everywhere(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe.encode()) <= MAX_NAME_BYTES
    assert not set(safe) & set('<>:"/\\|?*') and safe[-1] not in ". " and safe[0] != "."
    assert safe == unicodedata.normalize("NFC", safe)
    assert safe_name(safe) == safe


def test_a_long_name_keeps_its_suffix() -> None:
    assert safe_name("窗" * 200 + ".JPEG").endswith(".JPEG")


def test_clashes_get_more_and_more_of_the_hash() -> None:
    assert list(islice(stored_names("IMG_1.JPG", "2026-01-13T17:42:05", HASH), 3)) == [
        "2026/01-13/IMG_1.JPG",
        "2026/01-13/IMG_1~1a2b3c.JPG",
        "2026/01-13/IMG_1~1a2b3c4d5e6f.JPG",
    ]
    assert next(stored_names("x.jpg", None, HASH)) == "undated/x.jpg"


def test_names_that_some_disk_cannot_tell_apart_share_a_key() -> None:
    assert name_key("A/IMG.JPG") == name_key("a/img.jpg")
    assert name_key("cafe\u0301.jpg") == name_key("café.jpg")
    assert name_key("a.jpg") != name_key("b.jpg")
