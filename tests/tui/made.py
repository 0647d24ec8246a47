"""A small vault whose screenshots never change: fixed tags, dates and flat pictures, no vectors."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from propvault.jobs.tagging_model import TaggingModel
from propvault.values import Capture, PhotoTag, Role, TagSource, TagState
from propvault.vault import photos, sightings
from propvault.vault.tags import replace_tags
from propvault.vault.text import index_photo
from propvault.vault.vault import Vault
from propvault.vault.vectors import add_vector


@dataclass(frozen=True)
class Made:
    """What to make."""

    photos: int
    """Photos."""
    previews: int = 0
    """How many of them, the newest, have a preview."""
    vectors: bool = True
    """Whether each has a vector of the built-in model."""
    tags: int = 8
    """Tags of each photo."""
    concepts: tuple[str, ...] = ()
    """Tags to choose from; empty for the whole vocabulary."""
    is_flat: bool = False
    """Whether previews are few flat blocks, which make small screenshots."""


def make_vault(root: Path, made: Made) -> None:
    """Make a vault at ``root``; the same each time."""
    random = np.random.default_rng(3)
    model = TaggingModel("mini")
    known = model.vocabulary.concepts
    concepts = [known[name] for name in made.concepts or known]
    with Vault.create(root) as vault, vault.transaction() as db:
        db.execute("INSERT INTO volume (uuid, label, last_mount) VALUES ('card', 'card', '/card')")
        db.execute("INSERT INTO import_run (started, roots) VALUES ('2026-01-01T00:00:00Z', '[]')")
        for index in range(made.photos):
            sha256 = f"{index:064x}"
            name = f"IMG_{index:05}.JPG"
            new = photos.NewPhoto(sha256, name, "jpeg", 6000, 4000, _capture(index), {})
            row = photos.add_photo(db, new, 1)
            photos.add_file(db, row, photos.NewFile(sha256, Role.ORIGINAL, 1, 1, sha256))
            place = sightings.Place(1, f"DCIM/{index // 1000}CANON/{name}".encode())
            sightings.record(db, sightings.Seen(place, sha256, 1, 1), "2026-01-01T00:00:00Z")
            if made.vectors:
                vector = random.normal(size=model.info.dim).astype(np.float32)
                add_vector(db, row, model.info.id, vector / np.linalg.norm(vector))
            chosen = random.choice(len(concepts), made.tags, replace=False)
            states = [TagState.APPLIED, *[TagState.SUGGESTED] * made.tags]
            tags = [
                PhotoTag(concepts[i].as_tag(), TagSource.AUTO, state, score, model.info.id)
                for i, state, score in zip(
                    chosen, states, np.linspace(0.9, 0.5, made.tags).tolist(), strict=False
                )
            ]
            replace_tags(db, row, TagSource.AUTO, tags)
            index_photo(db, row, model.words)
            if index >= made.photos - made.previews:
                file = vault.folder.preview(sha256)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(_preview(index, made.is_flat))


def _capture(index: int) -> Capture:
    month, day = divmod(index // 400, 28)
    taken = (
        f"{2000 + month // 12}-{month % 12 + 1:02}-{day + 1:02}T{index % 24:02}:00:{index % 60:02}"
    )
    return Capture(
        taken_local=taken,
        latitude=5.4 + index % 100 / 1000,
        longitude=100.3,
        camera="Canon EOS R6",
        focal=35.0,
        f_number=2.8,
        exposure=0.004,
        iso=400,
    )


def _preview(index: int, is_flat: bool) -> bytes:
    blocks = np.random.default_rng(index).integers(0, 255, (2, 3, 3), dtype=np.uint8)
    stream = io.BytesIO()
    how = Image.Resampling.NEAREST if is_flat else Image.Resampling.BICUBIC
    Image.fromarray(blocks).resize((512, 341), how).save(stream, "WEBP", lossless=is_flat)
    return stream.getvalue()
