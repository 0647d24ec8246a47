"""Every preset, from a vault of real pictures to a folder, held against the vendors' facts."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image

from propvault.jobs.collect import Placement, collect
from propvault.jobs.describe import tag
from propvault.jobs.export_pick import Selection, gather
from propvault.jobs.export_set import ExportReport, ExportRequest, export_set
from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.resources import seeds_folder
from propvault.targets.plan import capacity
from propvault.targets.planned import PlanOptions
from propvault.targets.presets import find_preset, preset_files
from propvault.values import BoardRole, BoardView
from propvault.vault.vault import Vault
from tests.jobs.export_checker import TARGETS, check_pictures, check_prompts

SEEDS = ("IMG_0001", "IMG_0004", "IMG_0008", "IMG_0010", "IMG_0016", "IMG_0017")
"""A few sample pictures; the rest of the vault is made to be difficult."""


@pytest.fixture(scope="session")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Import once for all presets: sample pictures and ones that break every rule there is."""
    home = tmp_path_factory.mktemp("targets")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "USERPROFILE", "APPDATA"):
            patch.setenv(name, str(home))
        patch.setenv("PROPVAULT_CACHE", str(home / "cache"))
        patch.setenv("PROPVAULT_LANG", "en")
        card = home / "card"
        card.mkdir()
        for stem in SEEDS:
            source = seeds_folder() / "camera" / "DCIM" / "100PROPV" / f"{stem}.JPG"
            (card / source.name).write_bytes(source.read_bytes())
        _difficult(card)
        list(import_photos(ImportRequest(home / "vault", (card,))))
        _board(home / "vault")
    yield home / "vault"


def _difficult(card: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Canon", "Canon EOS R6"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.BodySerialNumber] = "SERIAL-77"
    place = {1: "N", 2: (5.0, 24.0, 36.0), 3: "E", 4: (100.0, 20.0, 1.0)}
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(place)
    noise(2600, 2400, 1).save(card / "noise.jpg", quality=97, exif=exif)
    noise(2400, 700, 2, 60).save(card / "panorama.jpg", exif=exif)
    noise(900, 1200, 3, 60).save(card / "tall.jpg")
    noise(240, 200, 4, 20).save(card / "tiny.jpg")
    cut_out = noise(1200, 900, 5, 60).convert("RGBA")
    cut_out.putalpha(Image.linear_gradient("L").resize(cut_out.size))
    cut_out.save(card / "cut-out.png")


def noise(width: int, height: int, seed: int, block: int = 1) -> Image.Image:
    shape = (height // block, width // block, 3)
    values = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    return Image.fromarray(values).resize((width, height), Image.Resampling.BICUBIC)


def _board(root: Path) -> None:
    views = {"IMG_0016": BoardView.FRONT, "IMG_0017": BoardView.DETAIL}
    for stem, view in views.items():
        placement = Placement(BoardRole.SUBJECT, "老花窗", view)
        collect(root, root, "黄昏的巷子", [stem], placement)
    collect(root, root, "黄昏的巷子", ["IMG_0001"], Placement(BoardRole.MATERIAL))
    collect(root, root, "黄昏的巷子", ["IMG_0010"], Placement(BoardRole.STYLE))
    tag(root, root, ["tall"], ["people:one"], [])


def export(
    root: Path, preset_name: str, to: Path, query: str | None = "", **asked: Any
) -> ExportReport:
    preset = find_preset(preset_name)
    options = asked.pop("options", PlanOptions())
    with Vault(root) as vault:
        found = gather(vault, Selection(query, **asked), capacity(preset, options), root)
    request = ExportRequest(
        preset, found.photos, to, query=found.title, scene=found.scene, options=options
    )
    *_, report = export_set(request)
    assert isinstance(report, ExportReport)
    return report


def pictures_of(to: Path, manifest: dict[str, Any]) -> dict[str, bytes]:
    """Return the pictures by name, wherever the layout has put them."""
    names = [photo["file"] for photo in manifest["photos"]]
    if (to / "set.zip").is_file():
        with zipfile.ZipFile(to / "set.zip") as archive:
            return {name: archive.read(name) for name in names}
    if (to / "000000.tar").is_file():
        with tarfile.open(to / "000000.tar") as archive:
            return {name: archive.extractfile(name).read() for name in names}  # type: ignore[union-attr]
    return {name.rsplit("/", 1)[-1]: (to / name).read_bytes() for name in names}


def test_each_preset_has_facts_to_be_held_against() -> None:
    assert set(TARGETS) == set(preset_files())


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_a_set_is_what_the_target_takes(name: str, vault: Path, tmp_path: Path) -> None:
    target, to = TARGETS[name], tmp_path / "set"
    export(vault, name, to)
    manifest = json.loads((to / "manifest.json").read_text("utf-8"))
    files = pictures_of(to, manifest)
    check_pictures(target, files)
    prompts = {
        path.name.split(".")[1]: path.read_text("utf-8").removesuffix("\n")
        for path in to.glob("prompt.*.txt")
    }
    check_prompts(target, prompts, manifest["photos"])
    folder = target.folder.format(trigger="pv_set", slug="set")
    assert all(photo["file"].startswith(folder) for photo in manifest["photos"])
    assert {photo["sha256"] for photo in manifest["photos"]} == {digest(d) for d in files.values()}
    for photo in manifest["photos"]:
        check_caption(to, photo["file"], target.captions)
    rows = table(to / "manifest.csv")
    assert [row["sha256"] for row in rows] == [photo["sha256"] for photo in manifest["photos"]]
    with Image.open(to / "contact-sheet.png") as sheet:
        sheet.verify()
    assert "http://" not in (to / "contact-sheet.html").read_text("utf-8")


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def digest(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def check_caption(to: Path, picture: str, languages: tuple[str, ...]) -> None:
    name = picture.rsplit(".", 1)[0] + ".txt"
    if (to / "set.zip").is_file():
        data = zipfile.ZipFile(to / "set.zip").read(name)
    elif (to / "000000.tar").is_file():
        with tarfile.open(to / "000000.tar") as archive:
            data = archive.extractfile(name).read()  # type: ignore[union-attr]
    elif languages:
        data = (to / name).read_bytes()
    else:
        assert not (to / name).exists()
        return
    text = data.decode("utf-8")  # no mark at the start, no carriage returns
    assert not text.startswith("\ufeff") and "\r" not in text
    assert text.count("\n") == len(languages) and all(text.splitlines())


@pytest.mark.parametrize("name", ["kohya", "musubi"])
def test_dataset_files_have_only_documented_keys(name: str, vault: Path, tmp_path: Path) -> None:
    export(vault, name, tmp_path / "set")
    config = tomllib.loads((tmp_path / "set" / "dataset.toml").read_text("utf-8"))
    known = {
        "kohya": {"caption_extension", "enable_bucket", "bucket_no_upscale", "bucket_reso_steps",
                  "resolution", "batch_size", "subsets", "image_dir", "class_tokens",
                  "num_repeats"},
        "musubi": {"resolution", "caption_extension", "batch_size", "num_repeats",
                   "enable_bucket", "bucket_no_upscale", "image_directory", "cache_directory"},
    }[name]  # fmt: skip
    (dataset,) = config["datasets"]
    subset = dataset["subsets"][0] if name == "kohya" else dataset
    assert {*config["general"], *dataset, *subset} <= known
    folder = tmp_path / "set" / subset["image_dir" if name == "kohya" else "image_directory"]
    pictures = {p.stem for p in folder.iterdir() if p.suffix != ".txt"}
    assert pictures and pictures == {p.stem for p in folder.glob("*.txt")}
    for caption in folder.glob("*.txt"):
        assert caption.read_text("utf-8").startswith("pv_set")


def test_ai_toolkit_reads_yaml(vault: Path, tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    export(vault, "ai-toolkit", tmp_path / "set")
    config = yaml.safe_load((tmp_path / "set" / "config.yaml").read_text("utf-8"))
    assert config["trigger_word"] == "pv_set"
    (dataset,) = config["datasets"]
    folder = tmp_path / "set" / dataset["folder_path"]
    assert dataset["resolution"] == [512, 768, 1024] and dataset["caption_ext"] == "txt"
    assert all(p.read_text("utf-8").startswith("[trigger]") for p in folder.glob("*.txt"))


def test_onetrainer_and_simpletuner_read_json(vault: Path, tmp_path: Path) -> None:
    export(vault, "onetrainer", tmp_path / "one")
    (concept,) = json.loads((tmp_path / "one" / "concepts.json").read_text("utf-8"))
    assert concept["type"] == "STANDARD" and concept["text"]["prompt_source"] == "sample"
    assert any((tmp_path / "one" / concept["path"]).glob("*.jpg"))
    export(vault, "simpletuner", tmp_path / "simple")
    images, texts = json.loads((tmp_path / "simple" / "multidatabackend.json").read_text("utf-8"))
    assert images["dataset_type"] == "image" and images["caption_strategy"] == "textfile"
    assert texts["dataset_type"] == "text_embeds" and texts["default"] is True
    assert images["id"] != texts["id"]


def test_imagefolder_by_its_documented_schema(vault: Path, tmp_path: Path) -> None:
    export(vault, "imagefolder", tmp_path / "set")
    folder = tmp_path / "set" / "train"
    rows = table(folder / "metadata.csv")
    assert {row["file_name"] for row in rows} == {p.name for p in folder.glob("*.[jp][pn]g")}
    assert all(row["text"] and row["text_zh"] for row in rows)


def test_webdataset_groups_samples_by_key(vault: Path, tmp_path: Path) -> None:
    export(vault, "webdataset", tmp_path / "set")
    with tarfile.open(tmp_path / "set" / "000000.tar") as archive:
        members = archive.getmembers()
    keys = [member.name.split(".", 1)[0] for member in members]
    assert keys == sorted(keys) and all(keys.count(key) == 3 for key in keys)
    assert {m.mtime for m in members} == {0} and {m.uid for m in members} == {0}


@pytest.mark.filterwarnings("ignore")  # the reader's own, of how it opens its shards
def test_webdataset_reads_its_shard(vault: Path, tmp_path: Path) -> None:
    webdataset = pytest.importorskip("webdataset")
    export(vault, "webdataset", tmp_path / "set")
    shard = str(tmp_path / "set" / "000000.tar")
    samples = list(webdataset.WebDataset(shard, shardshuffle=False).decode("pil"))
    manifest = json.loads((tmp_path / "set" / "manifest.json").read_text("utf-8"))
    assert [s["json"]["photo"] for s in samples] == [p["photo"] for p in manifest["photos"]]
    for sample, entry in zip(samples, manifest["photos"], strict=True):
        assert sample["jpg"].size == (entry["width"], entry["height"])
        assert sample["txt"].strip() == entry["caption_en"]


def test_datasets_reads_the_imagefolder(vault: Path, tmp_path: Path) -> None:
    export(vault, "imagefolder", tmp_path / "set")
    # In a process of its own: the reader leaves files open, and here warnings are errors.
    code = (
        "import json, sys, datasets\n"
        "found = datasets.load_dataset('imagefolder', data_dir=sys.argv[1], split='train')\n"
        "sizes = [picture.size for picture in found['image']]\n"
        "print(json.dumps({'texts': found['text'], 'sizes': sizes}, default=list))"
    )
    offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hub")}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "set")],
        env=os.environ | offline, check=True, capture_output=True, text=True,
    )  # fmt: skip
    loaded = json.loads(done.stdout.splitlines()[-1])
    rows = table(tmp_path / "set" / "train" / "metadata.csv")
    assert sorted(loaded["texts"]) == sorted(row["text"] for row in rows)
    assert len(loaded["sizes"]) == len(rows) and all(min(size) > 0 for size in loaded["sizes"])


HOSTILE = ["../../up", "a/b\\c", "🪟🧱", "\u202egnp.exe", "x" * 300, "CON", "=1+1", "窗\n@x"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_boards_stay_in_the_folder(vault: Path, tmp_path: Path, text: str) -> None:
    preset = find_preset("vidu-reference")
    with Vault(vault) as opened:
        found = gather(opened, Selection(None, collection="黄昏的巷子"), 7, vault)
    photos = tuple(
        replace(chosen, subject=text if n < 2 else f"{text}{n}", note=text, place=text)
        for n, chosen in enumerate(found.photos)
    )
    to = tmp_path / "out" / "set"
    *_, report = export_set(ExportRequest(preset, photos, to, query=text, scene={"en": text}))
    assert isinstance(report, ExportReport) and report.plan.photos
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["set"]
    for file in to.rglob("*"):
        assert file.name.isascii() and len(file.name) <= 64 and file.stem.upper() != "CON"
    names = [p["tokens"]["zh"] for p in json.loads((to / "manifest.json").read_text())["photos"]]
    assert all(re.fullmatch(r"@\w{1,20}", name) for name in names) and len(set(names)) == 3
    page = (to / "contact-sheet.html").read_text("utf-8")
    assert "\u202e" not in page + (to / "prompt.zh.txt").read_text("utf-8")
    for row in table(to / "manifest.csv"):
        assert not any(value.startswith(("=", "@", "+")) for value in row.values() if value)


def test_comfyui_workflow_loads_what_is_there(vault: Path, tmp_path: Path) -> None:
    export(vault, "comfyui", tmp_path / "set")
    nodes = json.loads((tmp_path / "set" / "workflow.json").read_text("utf-8"))
    loads = [n for n in nodes.values() if n["class_type"] == "LoadImage"]
    assert loads and all((tmp_path / "set" / "input" / n["inputs"]["image"]).is_file()
                         for n in loads)  # fmt: skip
    for node in nodes.values():
        if node["class_type"] == "PreviewImage":
            source, output = node["inputs"]["images"]
            assert nodes[source]["class_type"] == "LoadImage" and output == 0


def test_ip_adapter_training_file(vault: Path, tmp_path: Path) -> None:
    export(vault, "ip-adapter-square", tmp_path / "set")
    rows = json.loads((tmp_path / "set" / "data.json").read_text("utf-8"))
    assert rows and all((tmp_path / "set" / row["image_file"]).is_file() for row in rows)
    assert all(set(row) == {"image_file", "text"} for row in rows)


def test_a_board_fills_the_slots_by_subject_and_view(vault: Path, tmp_path: Path) -> None:
    report = export(vault, "kling-element", tmp_path / "set", None, collection="黄昏的巷子")
    assert [p.candidate.seen_from for p in report.plan.photos] == ["front", "detail"]
    assert [p.stem.split("-")[1] for p in report.plan.photos] == ["front", "detail"]
    body = json.loads((tmp_path / "set" / "request.json").read_text("utf-8"))["body"]
    assert body["element_name"] == "老花窗" and len(body["element_description"]) <= 100
    assert body["element_image_list"]["frontal_image"].startswith("file:01-front")
    assert len(body["element_image_list"]["refer_images"]) == 1
    codes = {r.reason.code for r in report.plan.refused}
    assert codes == {"pick.other_subject"}


def test_roles_go_to_their_fields(vault: Path, tmp_path: Path) -> None:
    export(vault, "luma-photon", tmp_path / "set", None, collection="黄昏的巷子")
    body = json.loads((tmp_path / "set" / "request.json").read_text("utf-8"))["body"]
    assert len(body["style_ref"]) == 1 and len(body["image_ref"]) == 3
    urls = table(tmp_path / "set" / "urls.csv")
    assert len(urls) == 4 and all(row["url"] == "" for row in urls)
    export(vault, "vidu-reference", tmp_path / "vidu", None, collection="黄昏的巷子")
    body = json.loads((tmp_path / "vidu" / "request.json").read_text("utf-8"))["body"]
    assert body["subjects"][0]["name"] == "老花窗" and len(body["subjects"][0]["images"]) == 2
    assert "@老花窗" in (tmp_path / "vidu" / "prompt.zh.txt").read_text("utf-8")


def test_people_are_a_gate(vault: Path, tmp_path: Path) -> None:
    refused = {r.photo: r.reason.code for r in export(vault, "sora-2", tmp_path / "a").plan.refused}
    assert "people.refused" in refused.values()
    report = export(vault, "minimax-s2v-01", tmp_path / "b")
    assert [p.candidate.name for p in report.plan.photos] == ["tall.jpg"]
    assert "people.none" in {r.reason.code for r in report.plan.refused}


def test_too_wide_is_refused_padded_or_cut(vault: Path, tmp_path: Path) -> None:
    refused = export(vault, "runway-gen4-image", tmp_path / "a", None, asked=("panorama",))
    assert [r.reason.code for r in refused.plan.refused] == ["target.aspect"]
    assert not (tmp_path / "a").exists() and refused.exit_status == 1
    for fit in ("pad", "crop"):
        options = PlanOptions(fit=fit)
        report = export(
            vault, "runway-gen4-image", tmp_path / fit, None, asked=("panorama",), options=options
        )
        (planned,) = report.plan.photos
        assert f"fix.{fit}" in {f.reason.code for f in planned.findings}
        width, height = planned.size
        assert 0.5 <= width / height <= 2.0
