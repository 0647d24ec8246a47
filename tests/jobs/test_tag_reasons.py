"""What is told of a photo beside its tags: where it comes from, and why a tag is only likely."""

from __future__ import annotations

from pathlib import Path

from propvault.jobs import describe
from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.jobs.tagging_model import TaggingModel
from propvault.values import Role, TagState
from propvault.vault.looks import generated_rows
from propvault.vault.vault import Vault
from propvault.vault.views import photo_views
from tests.conftest import PictureMaker

BASE = Path("/")


def test_generated_pictures_are_told(make_picture: PictureMaker, tmp_path: Path) -> None:
    from PIL import PngImagePlugin

    info = PngImagePlugin.PngInfo()
    info.add_text("parameters", "a lane\nSteps: 20, Sampler: Euler, Seed: 1")
    make_picture("a.png", 1, pnginfo=info, exif=b"")
    make_picture("b.jpg", 2)
    root = tmp_path / "vault"
    list(import_photos(ImportRequest(root, (tmp_path / "card",), workers=0)))
    with Vault(root) as opened:
        rows = generated_rows(opened.db)
        assert [view.name for view in photo_views(opened, sorted(rows))] == ["a.png"]
        assert all(
            f.role is Role.ORIGINAL for v in photo_views(opened, sorted(rows)) for f in v.files
        )
    describe.tag(root, BASE, ["a.png"], [], ["origin:generated"])
    with Vault(root) as opened:
        assert not generated_rows(opened.db)


def test_what_keeps_a_tag_from_being_applied_is_said() -> None:
    """Among all names as if they were photos, some tags stand over their line but are outdone."""
    model = TaggingModel("mini")
    applied = dict(zip((c.tag for c in model.concepts), model.thresholds.applied, strict=True))
    outdone = 0
    for tags in model.tags(model._tag_vectors):
        for tag in tags:
            if tag.state is TagState.SUGGESTED and tag.reason and tag.score is not None:
                is_over = tag.score >= applied[tag.tag.name]
                assert (tag.reason.code == "tagged.outdone") == is_over, tag
                outdone += is_over
    assert outdone > 0
