"""The shipped model, with its real weights: what it promises and how it fails."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from propvault.errors import ModelError
from propvault.vision.model import Model, built_in_folder, check_files, model_input, read_info
from propvault.vision.model_folder import write_info

INFO = read_info(built_in_folder())


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(INFO, threads=1)


def noise(count: int, seed: int = 1) -> np.ndarray:
    """Smooth random pictures, so that vectors differ but are not all "static"."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (count, 5, 5, 3), dtype=np.uint8)
    return np.stack([model_input(Image.fromarray(picture), INFO) for picture in coarse])


def copied(tmp_path: Path) -> Path:
    return shutil.copytree(built_in_folder(), tmp_path / "mini")


def test_the_manifest_names_the_files_it_lies_beside():
    check_files(INFO)
    assert INFO.id.startswith("mini-")
    assert (INFO.dim, INFO.size, INFO.languages) == (384, (260, 260), ("en", "zh"))


def test_both_towers_fit_in_45_mb():
    sizes = [(built_in_folder() / name).stat().st_size for name in ("picture.onnx", "text.onnx")]
    assert sum(sizes) <= 45e6


def test_pictures_become_unit_vectors(model: Model):
    vectors = model.encode_pictures(noise(3))
    assert vectors.shape == (3, INFO.dim)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_texts_become_unit_vectors(model: Model):
    vectors = model.encode_texts(["a wooden door", "", "斑驳的墙"])
    assert vectors.shape == (3, INFO.dim)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_vector_does_not_depend_on_its_neighbours(model: Model):
    """More than one internal run, texts of mixed length: order and values must hold."""
    pictures = noise(19)
    alone = np.concatenate([model.encode_pictures(pictures[i : i + 1]) for i in (0, 7, 18)])
    assert ((model.encode_pictures(pictures)[[0, 7, 18]] * alone).sum(1) > 0.9999).all()
    texts = [f"{'a very ' * (i % 7)}old chair number {i}" for i in range(70)]
    alone = np.concatenate([model.encode_texts([texts[i]]) for i in (0, 33, 69)])
    assert ((model.encode_texts(texts)[[0, 33, 69]] * alone).sum(1) > 0.9999).all()


def test_the_same_input_gives_the_same_bytes(model: Model):
    again = Model(INFO, threads=1)
    pictures = noise(2)
    assert np.array_equal(model.encode_pictures(pictures), again.encode_pictures(pictures))
    assert np.array_equal(model.encode_texts(["a lamp"]), again.encode_texts(["a lamp"]))


def test_it_knows_a_ball_from_a_chessboard(model: Model):
    """Drawn here, so that a swapped channel, a wrong scale or a wrong map is noticed."""
    ball = Image.new("RGB", (512, 384), (120, 170, 90))
    ImageDraw.Draw(ball).ellipse((156, 92, 356, 292), fill=(235, 120, 30))
    board = Image.new("RGB", (512, 384), "white")
    for x in range(8):
        for y in range(8):
            if (x + y) % 2:
                board.paste("black", (x * 64, y * 48, x * 64 + 64, y * 48 + 48))
    pictures = model.encode_pictures(np.stack([model_input(p, INFO) for p in (ball, board)]))
    texts = model.encode_texts(["an orange ball", "a black and white chequered pattern"])
    cosine = pictures @ texts.T
    assert cosine[0, 0] > cosine[0, 1]
    assert cosine[1, 1] > cosine[1, 0]


def test_words_of_like_meaning_are_near(model: Model):
    sofa, couch, bridge = model.encode_texts(["a sofa", "a couch", "a stone bridge"])
    assert sofa @ couch > sofa @ bridge + 0.2


def test_empty_batches_work(model: Model):
    assert model.encode_pictures(np.empty((0, 260, 260, 3), np.uint8)).shape == (0, INFO.dim)
    assert model.encode_texts([]).shape == (0, INFO.dim)


def test_a_text_beyond_the_context_is_cut_off(model: Model):
    word = "window "
    fits = INFO.context_length - 2
    longest, longer = model.encode_texts([word * fits, word * (fits * 5)])
    assert longest @ longer > 0.99999


def test_a_batch_of_another_shape_is_refused(model: Model):
    with pytest.raises(ValueError, match="260"):
        model.encode_pictures(np.zeros((1, 224, 224, 3), np.uint8))


def test_the_score_rises_from_0_to_1(model: Model):
    score = model.score(np.array([-1, 0, 0.2, 0.4, 0.6, 1], np.float32))
    assert (np.diff(score) > 0).all()
    assert score[0] < 0.05
    assert score[-1] > 0.5


def test_each_language_has_its_own_line(model: Model):
    """The same likeness is worth more in the language that the model reads better."""
    cosine = np.array([0.4], np.float32)
    english, chinese = model.score(cosine, "en"), model.score(cosine, "zh")
    assert chinese < model.score(cosine) < english
    lines = {line.language: line for line in INFO.lines}
    expected = 1 / (1 + np.exp(-(0.4 * lines["zh"].scale + lines["zh"].bias)))
    assert chinese == pytest.approx(expected, abs=1e-6)
    assert model.score(cosine, "fr") == model.score(cosine)


def test_a_manifest_without_lines_reads_and_scores_as_before(tmp_path: Path):
    stated = (built_in_folder() / "model.toml").read_text(encoding="utf-8")
    before, _, rest = stated.partition("[score.en]")
    (tmp_path / "model.toml").write_text(before + rest[rest.index("[precision]") :], "utf-8")
    info = read_info(tmp_path)
    assert info == replace(INFO, folder=tmp_path, lines=())
    cosine = np.array([0.1, 0.4], np.float32)
    plain = Model(info)
    assert (plain.score(cosine, "zh") == plain.score(cosine)).all()


def test_a_manifest_is_written_as_it_is_read(tmp_path: Path):
    info = replace(INFO, folder=tmp_path)
    write_info(info)
    assert read_info(tmp_path) == info


@pytest.mark.parametrize(
    ("resize", "expected"),
    [("squash", [(255, 0, 0), (0, 0, 255)]), ("crop", [(0, 255, 0), (0, 255, 0)])],
)
def test_model_input_squashes_or_crops(resize: str, expected: list[tuple[int, int, int]]):
    """Red, green, blue thirds of a wide picture: a squash keeps the ends, a crop the middle."""
    wide = Image.new("RGB", (900, 260), (0, 255, 0))
    wide.paste((255, 0, 0), (0, 0, 300, 260))
    wide.paste((0, 0, 255), (600, 0, 900, 260))
    array = model_input(wide, replace(INFO, resize=resize))
    assert array.shape == (260, 260, 3)
    assert [tuple(array[130, x]) for x in (2, 257)] == expected


@pytest.mark.parametrize("name", ["picture.onnx", "text.onnx", "tokenizer.json", "model.toml"])
@pytest.mark.parametrize("damage", ["missing", "truncated", "garbage"])
def test_a_damaged_folder_says_so_in_one_sentence(tmp_path: Path, name: str, damage: str):
    folder = copied(tmp_path)
    path = folder / name
    if damage == "missing":
        path.unlink()
    else:
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2] if damage == "truncated" else b"\x89garbage" * 9)
    with pytest.raises(ModelError) as caught:
        broken = Model(read_info(folder), threads=1)
        broken.encode_pictures(noise(1))
        broken.encode_texts(["a door"])
    sentence = str(caught.value)
    assert str(folder) in sentence
    assert "\n" not in sentence
    assert caught.value.reason.code.startswith("model.")


def test_a_changed_weight_is_found_by_the_check(tmp_path: Path):
    folder = copied(tmp_path)
    with (folder / "text.onnx").open("r+b") as file:
        file.seek(5_000_000)
        file.write(b"\x01\x02\x03")
    with pytest.raises(ModelError) as caught:
        check_files(read_info(folder))
    assert caught.value.reason.code == "model.changed"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('resize = "squash"', 'resize = "stretch"'),
        ("dim = 384", 'dim = "wide"'),
        ("size = [260, 260]", "size = [260]"),
        ("[score]", "[scores]"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(tmp_path: Path, before: str, after: str):
    stated = (built_in_folder() / "model.toml").read_text(encoding="utf-8")
    assert before in stated
    (tmp_path / "model.toml").write_text(stated.replace(before, after), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        read_info(tmp_path)
    assert caught.value.reason.code == "model.bad_info"


def test_importing_the_module_and_searching_stay_cheap():
    """A search loads the text tower only; the import alone loads no runtime at all."""
    code = (
        "import sys; from propvault.vision.model import *;"
        "heavy = {'torch', 'onnxruntime', 'tokenizers'} & set(sys.modules);"
        "assert not heavy, heavy;"
        "m = Model(read_info(built_in_folder())); m.encode_texts(['a door']);"
        "assert 'torch' not in sys.modules; assert '_pictures' not in vars(m)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_model_leaves_nothing_in_the_home_folder_and_reports_nothing(tmp_path: Path) -> None:
    program = (
        "from propvault.vision.model import *;"
        "Model(read_info(built_in_folder())).encode_texts(['a door'])"
    )
    environment = {k: v for k, v in os.environ.items() if k != "ORT_DISABLE_TELEMETRY"}
    environment |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
