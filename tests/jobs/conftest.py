"""Fixtures of jobs: a second model."""

from __future__ import annotations

import re
import shutil

import pytest

from propvault.jobs.models import models_folder
from propvault.vision.model import built_in_folder


@pytest.fixture
def other() -> str:
    """Install a second model: the built-in weights with a tokenizer of other bytes."""
    folder = models_folder() / "other"
    shutil.copytree(built_in_folder(), folder)
    tokenizer = folder / "tokenizer.json"
    tokenizer.write_bytes(tokenizer.read_bytes() + b"\n")
    from hashlib import sha256

    digest = sha256()
    for name in ("picture.onnx", "text.onnx", "tokenizer.json"):
        digest.update((folder / name).read_bytes())
    manifest = folder / "model.toml"
    text = manifest.read_text(encoding="utf-8")
    text = re.sub(r'^id = ".*"', f'id = "other-{digest.hexdigest()[:8]}"', text, flags=re.M)
    text = text.replace('name = "mini"', 'name = "other"')
    text = re.sub(
        r'tokenizer_sha256 = ".*"',
        f'tokenizer_sha256 = "{sha256(tokenizer.read_bytes()).hexdigest()}"',
        text,
    )
    manifest.write_text(text, encoding="utf-8")
    return "other"
