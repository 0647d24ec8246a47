"""Tags that are computed, explained, corrected once and given anew, on the sample camera folder."""

from __future__ import annotations

import shutil
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from propvault.errors import UsageError
from propvault.jobs import describe, set_facts
from propvault.jobs.decide import Decisions
from propvault.jobs.embed import EmbedReport, embed, select_model
from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.jobs.retag import RetagReport, retag
from propvault.jobs.tag_quality import tag_quality, tag_uses
from propvault.values import PhotoView
from propvault.vault.collections import collections
from propvault.vault.colours import with_colour
from propvault.vault.places import place_names, place_of, place_text, with_place
from propvault.vault.vault import Vault
from propvault.vault.views import photo_rows, photo_views, resolve

SEEDS = Path(__file__).parents[2] / "seeds"
BASE = Path("/")
FOLDERS = ("DCIM/100PROPV", "DCIM/101PROPV", "手机", "微信图片")
PLACES = {
    "DCIM/100PROPV": ["乔治市", "槟城", "马来西亚"],
    "DCIM/101PROPV": ["大溪", "桃园", "台湾"],
    "手机": None,  # the walk passes three towns, all of Shaoxing
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("made") / "vault"
    list(import_photos(ImportRequest(root, (SEEDS / "camera",), workers=0)))
    yield root


@pytest.fixture
def vault(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "vault")
    return tmp_path / "vault"


@pytest.fixture(scope="module")
def views(made: Path) -> dict[str, PhotoView]:
    """Return the photos by path below the camera folder."""
    with Vault(made) as opened:
        found = photo_views(opened, photo_rows(opened))
    root = SEEDS / "camera"
    return {
        str(sighting.path.relative_to(root).as_posix()): view
        for view in found
        for sighting in view.sightings
    }


def shots() -> list[str]:
    stated = tomllib.loads((SEEDS / "manifest.toml").read_text(encoding="utf-8"))
    roles = ("unique", "take", "same")
    return [f["path"] for f in stated["file"] if f["role"] in roles]


def truth(path: str) -> dict[str, list[str]]:
    stated = tomllib.loads((SEEDS / "manifest.toml").read_text(encoding="utf-8"))
    (found,) = [f for f in stated["file"] if f["path"] == path]
    return found


def names(view: PhotoView, source: str = "computed") -> set[str]:
    return {t.tag.name for t in view.tags if t.source == source}


def done(root: Path, **options: bool) -> RetagReport:
    report = list(retag(root, **options))[-1]
    assert isinstance(report, RetagReport)
    return report


@pytest.mark.parametrize("path", shots())
def test_computed_tags_are_those_of_the_seeds(path: str, views: dict[str, PhotoView]) -> None:
    view = views[path]
    found = names(view)
    shape = "vertical" if view.height > view.width else "horizontal"
    assert f"shot:{shape}" in found
    has_time = view.capture.taken_offset is not None
    assert ("origin:rendering" in found) is has_time
    assert ("origin:messenger" in found) is path.startswith("微信图片/")
    sunny = {"light:daylight", "light:night", "light:golden-hour", "light:blue-hour"}
    assert bool(found & sunny) is has_time, "light is claimed with an offset, and only then"
    if "light:dusk" in truth(path)["shows"]:
        assert found & sunny == {"light:golden-hour"}, "after sunset, before the blue hour"
    elif has_time:
        assert "light:daylight" in found
    assert all(tag.reason is not None for tag in view.tags)


@pytest.mark.parametrize("path", shots())
def test_places_are_those_of_the_seeds(path: str, views: dict[str, PhotoView], made: Path) -> None:
    folder = next(name for name in FOLDERS if path.startswith(name))
    with Vault(made) as opened:
        row = resolve(opened, views[path].id, BASE)
        place = place_of(opened.db, row)
        if folder not in PLACES:
            assert place is None
            return
        assert place is not None
        told = [part.zh for part in place.parts]
        if expected := PLACES[folder]:
            assert told == expected
        assert told[-2:] == ["浙江", "中国"] or expected
        if not expected:
            assert "绍兴" in told


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("槟城", "DCIM/100PROPV"), ("檳城", "DCIM/100PROPV"), ("Penang", "DCIM/100PROPV"),
        ("George Town", "DCIM/100PROPV"), ("george", "DCIM/100PROPV"),
        ("马来西亚", "DCIM/100PROPV"),
        ("绍兴", "手机"), ("紹興市", "手机"), ("Shaoxing", "手机"), ("浙江省", "手机"),
        ("China", "手机"),
        ("大溪", "DCIM/101PROPV"), ("台灣", "DCIM/101PROPV"), ("Atlantis", None), ("", None),
    ],
)  # fmt: skip
def test_with_place(text: str, folder: str | None, made: Path, views: dict[str, PhotoView]) -> None:
    with Vault(made) as opened:
        rows = with_place(opened.db, text)
        wanted = {
            resolve(opened, view.id, BASE)
            for path, view in views.items()
            if folder and path.startswith(folder)
        }
        assert rows == wanted
        for row in rows:
            assert text.split()[0].casefold()[:2] in place_text(opened.db, row).casefold()


def test_place_names_are_counted(made: Path) -> None:
    with Vault(made) as opened:
        counted = {found.name.en: found.count for found in place_names(opened.db)}
    assert counted["Penang"] == counted["Malaysia"] == counted["George Town"]
    assert counted["Shaoxing"] == counted["Zhejiang"]


def test_trips_are_collections(made: Path) -> None:
    with Vault(made) as opened:
        found = [(c.name, c.kind) for c in collections(opened.db)]
    assert found == [
        ("2025-03-08 乔治市 George Town", "trip"),
        ("2025-10-25 绍兴 Shaoxing", "trip"),
        ("2025-11-16 桃园 Taoyuan", "trip"),
    ]


def test_a_red_lantern_is_found_by_its_colour(made: Path) -> None:
    with Vault(made) as opened:
        found = with_colour(opened.db, (41.0, 55.0, 45.0), 15.0)
        (row,) = [resolve(opened, "IMG_20251025_172902", BASE)]
        assert row in found
        assert list(found.values()) == sorted(found.values())
        assert all(difference <= 15 for difference in found.values())
        assert not with_colour(opened.db, (60.0, 98.0, -60.0), 10.0), "nothing is magenta"


def test_a_person_outranks_what_is_computed(vault: Path) -> None:
    with Vault(vault) as opened:
        (view,) = photo_views(opened, [resolve(opened, "IMG_0005", BASE)])
    assert "light:daylight" in names(view)
    describe.tag(vault, BASE, ["IMG_0005"], ["light:night"], [])
    assert not {"light:daylight", "light:noon"} & tags_of(vault, "IMG_0005")
    done(vault)
    assert "light:daylight" not in tags_of(vault, "IMG_0005"), "retagging keeps to it"
    with Decisions(vault, BASE) as deciding:
        deciding.undo()
    assert {"light:daylight", "light:noon"} <= tags_of(vault, "IMG_0005")


def tags_of(root: Path, photo: str) -> set[str]:
    with Vault(root) as opened:
        (view,) = photo_views(opened, [resolve(opened, photo, BASE)])
    return {t.tag.name for t in view.tags if t.state != "rejected"}


def machine_rows(root: Path) -> list[tuple[object, ...]]:
    sql = "SELECT photo_id, tag_id, source, state, score, reason FROM photo_tag ORDER BY 1, 2, 3"
    with Vault(root) as opened:
        return opened.db.execute(sql).fetchall()


def test_retagging_right_after_an_import_changes_nothing(vault: Path) -> None:
    before = machine_rows(vault)
    assert done(vault).changed == 0
    assert machine_rows(vault) == before


def test_retag_touches_only_what_changed_and_a_dry_run_nothing(vault: Path) -> None:
    own = vault / "vocabulary"
    own.mkdir()
    (own / "object.toml").write_text(
        '[[concept]]\nslug = "flower-window"\nzh = "摆花的窗"\nen = "window with flowers"\n',
        encoding="utf-8",
    )
    before = machine_rows(vault)
    would = done(vault, dry_run=True)
    assert would.dry_run and would.gained["object:flower-window"] > 0
    assert machine_rows(vault) == before
    did = done(vault)
    assert (did.changed, did.gained, did.lost) == (would.changed, would.gained, would.lost)
    assert done(vault).looked == 0
    with Vault(vault) as opened:
        uses = {use.tag.name: use for use in tag_uses(opened)}
    assert uses["object:flower-window"].suggested == did.gained["object:flower-window"]
    assert uses["object:flower-window"].applied == 0, "nobody measured it"
    assert uses["object:flower-window"].tag.zh == "摆花的窗"


def test_retag_goes_on_where_it_was_stopped(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("propvault.jobs.retag._BATCH", 8)
    with Vault(vault, "write") as opened, opened.transaction() as db:
        db.execute("DELETE FROM tagged_with")
        db.execute("DELETE FROM photo_tag WHERE source <> 'person'")
        count = len(photo_rows(opened))
    answers = iter([False, False, True])
    report = list(retag(vault, stop=lambda: next(answers)))[-1]
    assert isinstance(report, RetagReport) and report.stopped and report.looked == 16
    assert done(vault).looked == count - 16


def test_an_old_vault_catches_up_from_its_previews(vault: Path, made: Path) -> None:
    with Vault(vault, "write") as opened, opened.transaction() as db:
        for table in ("photo_colour", "photo_look", "photo_place", "place", "tagged_with"):
            db.execute(f"DELETE FROM {table}")
        db.execute("DELETE FROM photo_tag WHERE source = 'computed'")
        db.execute("UPDATE photo SET origin = NULL")
    report = done(vault)
    assert report.measured == report.looked > 40

    def computed(root: Path) -> list[tuple[object, ...]]:
        with Vault(root) as opened:
            sql = (
                "SELECT name, facet, slug, score FROM photo_tag JOIN tag ON tag.id = tag_id JOIN"
                " photo ON photo.id = photo_id WHERE source = 'computed' ORDER BY 1, 2, 3"
            )
            return opened.db.execute(sql).fetchall()

    # A copy under another name says another origin; everything else comes out the same.
    assert computed(vault) == computed(made)


def test_corrections_outlive_model_vocabulary_and_a_move(vault: Path, tmp_path: Path) -> None:
    photos = ["IMG_0005", "IMG_0010"]
    guessed = automatic_tag_of(vault, "IMG_0005")
    describe.tag(vault, BASE, photos, ["material:bamboo", "colour:red"], [guessed])
    said = verdict_rows(vault)
    assert {row[3] for row in said} == {"confirmed", "rejected"}
    with Vault(vault, "write") as opened, opened.transaction() as db:
        db.execute("UPDATE tagged_with SET state = 'another model'")
        db.execute("UPDATE photo_tag SET model_id = 'another-model' WHERE source = 'auto'")
    (vault / "vocabulary").mkdir()
    (vault / "vocabulary" / "material.toml").write_text(
        '[[concept]]\nslug = "bamboo"\nzh = "竹材"\nen = "bamboo cane"\n', encoding="utf-8"
    )
    moved = tmp_path / "elsewhere" / "vault"
    moved.parent.mkdir()
    vault.rename(moved)
    done(moved)
    assert verdict_rows(moved) == said
    with Vault(moved) as opened:  # and the word for it is the new one
        zh = opened.db.execute("SELECT zh FROM tag WHERE slug = 'bamboo'").fetchone()[0]
    assert zh == "竹材"
    found = tags_of(moved, "IMG_0005")
    assert {"material:bamboo", "colour:red"} <= found
    assert guessed not in found


def automatic_tag_of(root: Path, name: str) -> str:
    """Return what the model finds likeliest to be in a photo."""
    with Vault(root) as opened:
        (tag,) = opened.db.execute(
            "SELECT facet || ':' || slug FROM photo_tag JOIN tag ON tag.id = tag_id JOIN photo"
            " ON photo.id = photo_id WHERE source = 'auto' AND name LIKE ? ORDER BY score DESC",
            [f"{name}%"],
        ).fetchone()
    return str(tag)


def verdict_rows(root: Path) -> list[tuple[object, ...]]:
    with Vault(root) as opened:
        sql = (
            "SELECT sha256, facet, slug, state FROM photo_tag JOIN tag ON tag.id = tag_id"
            " JOIN photo ON photo.id = photo_id WHERE source = 'person' ORDER BY 1, 2, 3"
        )
        return opened.db.execute(sql).fetchall()


def test_a_model_nobody_measured_keeps_each_tags_share(vault: Path, other: str) -> None:
    """The second model has the same weights; its unit comes from the vault, not from the world."""

    def applied(root: Path) -> set[tuple[object, ...]]:
        sql = "SELECT photo_id, tag_id FROM photo_tag WHERE source = 'auto' AND state = 'applied'"
        with Vault(root) as opened:
            return set(opened.db.execute(sql).fetchall())

    describe.tag(vault, BASE, ["IMG_0005"], ["material:bamboo"], [])
    said, before = verdict_rows(vault), applied(vault)
    info = select_model(vault, other)
    report = list(embed(vault, info))[-1]
    assert isinstance(report, EmbedReport) and report.retagged == report.new
    after = applied(vault)
    assert len(before & after) >= 0.5 * len(before)
    assert len(after) <= 1.2 * len(before)
    assert verdict_rows(vault) == said
    assert done(vault).changed == 0
    with Vault(vault) as opened:
        (view,) = photo_views(opened, [resolve(opened, "IMG_0018", BASE)])
        codes = {t.reason.code for t in view.tags if t.source == "auto" and t.reason}
        assert codes <= {"tagged.carried", "tagged.unmeasured", "tagged.likely"}
        verdicts = {q.verdict.code for q in tag_quality(opened)}
    assert verdicts == {"tags.carried", "tags.unmeasured"}


def test_verdicts_move_a_threshold_of_this_vault(vault: Path) -> None:
    with Vault(vault) as opened:
        unproven = {q.tag.name for q in tag_quality(opened) if not q.is_applied}
        suggested = defaultdict(list)
        for name, tag in opened.db.execute(
            "SELECT photo.name, facet || ':' || slug FROM photo_tag JOIN tag ON tag.id = tag_id"
            " JOIN photo ON photo.id = photo_id WHERE state = 'suggested'"
            " AND photo.id IN (SELECT min(id) FROM photo GROUP BY name)"
        ):
            suggested[tag].append(name)
    name = max(unproven & suggested.keys(), key=lambda tag: len(suggested[tag]))
    likely = suggested[name]
    assert len(likely) >= 7  # what a proof needs when none is wrong
    describe.tag(vault, BASE, likely, [name], [])
    with Vault(vault) as opened:
        after = {q.tag.name: q for q in tag_quality(opened)}[name]
    assert after.is_applied
    assert (after.right, after.wrong) == (len(likely), 0)
    assert after.verdict.code == "tags.adapted"


def test_a_wrong_clock_is_mended_and_taken_back(vault: Path) -> None:
    before = tags_of(vault, "IMG_0005")
    set_facts.shift_time(vault, set_facts.Chosen(BASE, ("IMG_0005",)), "-6:30")
    after = tags_of(vault, "IMG_0005")
    assert "light:night" in after and not {"light:noon", "light:daylight"} & after
    with Vault(vault) as opened:
        (view,) = photo_views(opened, [resolve(opened, "IMG_0005", BASE)])
        assert view.capture.taken_local == "2025-03-08T05:41:25"
    with Decisions(vault, BASE) as deciding:
        deciding.undo()
        assert tags_of(vault, "IMG_0005") == before
        deciding.redo()
    assert tags_of(vault, "IMG_0005") == after
    set_facts.shift_time(vault, set_facts.Chosen(BASE, ("IMG_0005",)), "+6:30")
    assert tags_of(vault, "IMG_0005") == before


def test_rights_are_set_for_an_import_and_taken_back(vault: Path) -> None:
    chosen = set_facts.Chosen(BASE, (), 0)
    with Vault(vault) as opened:
        count = len(photo_rows(opened))
    assert set_facts.set_rights(vault, chosen, creator="林薇", release="signed") == count
    with Vault(vault) as opened:
        (view,) = photo_views(opened, [resolve(opened, "IMG_0005", BASE)])
        assert (view.capture.creator, view.capture.rights) == ("林薇", "CC0-1.0")
    with Decisions(vault, BASE) as deciding:
        deciding.undo()
    with Vault(vault) as opened:
        (view,) = photo_views(opened, [resolve(opened, "IMG_0005", BASE)])
        assert view.capture.creator is None


@pytest.mark.parametrize(
    ("chosen", "shift", "code"),
    [
        (set_facts.Chosen(BASE, ("IMG_0005",)), "1h", "set.bad_shift"),
        (set_facts.Chosen(BASE, ("IMG_0005",)), "+1:75", "set.bad_shift"),
        (set_facts.Chosen(BASE), "+1:00", "set.no_photos"),
        (set_facts.Chosen(BASE, (), 99), "+1:00", "set.no_import"),
        (set_facts.Chosen(BASE, ("mmexport1762029360844",)), "+1:00", "set.no_time"),
    ],
)
def test_what_cannot_be_set(chosen: set_facts.Chosen, shift: str, code: str, made: Path) -> None:
    with pytest.raises(UsageError) as caught:
        set_facts.shift_time(made, chosen, shift)
    assert caught.value.reason.code == code
