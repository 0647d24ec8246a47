"""Build the built-in model: text tower, sentence vectors, head, ONNX files, ``model.toml``.

``python -m training.build_mini --pack ../shared/data/training --out propvault/vision/mini``

Each stage leaves its result in the work folder and is skipped when that is there, so a stopped
build goes on where it was; delete the folder to begin anew.
"""

from __future__ import annotations

import argparse
import copy
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from propvault.language.normalise import has_han
from propvault.vision.model import Model, read_info
from propvault.vision.model_folder import write_info
from training.bilingual import (
    Distillation,
    Schedule,
    Student,
    all_characters,
    lesson,
    student_tower,
    tokenizer_with,
    with_traditional,
)
from training.blind import EMPHASIS as MEMBERS_HEAR
from training.blind import NAMED, SENTENCES, fit_members, together, unseen_vectors
from training.by_heart import ByHeart, learn_by_heart
from training.calibrate import calibrated, head_vectors
from training.data import DEVELOPMENT, HOLDOUT, WORK, Pack, read_pack
from training.export import (
    Facts,
    export_picture,
    export_text,
    store_in_8_bits,
    tokenizer_json,
    write_manifest,
)
from training.figures import recall_at, text_to_picture_ranks
from training.heads import Fit, Options, PictureHead, part_way, train
from training.joint import Joint, material, read_back, teach
from training.names import visible_names
from training.texts import Judged, Said, judged_texts, labelled_texts, training_texts
from training.towers import class_names, picture_tower, text_tower
from training.tuning import Course, tune
from training.unseen import told_by_name
from training.upper import EMPHASIS as UPPER_HEARS
from training.upper import Lessons, Prepared, Upper, teach_upper, with_upper

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.joint import Material


def main() -> None:
    """Run all stages."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pack", type=Path, default=Path("../shared/data/training"))
    arguments.add_argument("--out", type=Path, default=Path("propvault/vision/mini"))
    arguments.add_argument("--work", type=Path, default=WORK)
    arguments.add_argument(
        "--start", type=Path, help="model folder to start the last two courses and the heads from"
    )
    given = arguments.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    given.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(Options().seed)
    pack = read_pack(given.pack)
    if given.start:
        student, head = read_back(given.start)
    else:
        student = _student(pack, given.pack, given.work)
        head = _head(pack, training_texts(pack, given.pack), student, given.work)
        student, head = _together(pack, given.pack, student, head, given.work)
    drawn = material(pack, given.pack)
    student = _by_heart(pack, student, drawn, given.work)
    named = [Said(row, zh, NAMED * weight) for row, zh, weight in drawn.named]
    members = _members(pack, given.pack, student, head, named, given.work)
    student = _upper(pack, student, members, drawn, given.work)
    head = together(members)
    judged = judged_texts(pack, given.pack, DEVELOPMENT)
    exact = head(torch.from_numpy(pack.features)).numpy()
    unseen = unseen_vectors(members, pack).numpy()
    names = told_by_name(pack, unseen, lambda texts: head.text(student.encode(texts)).numpy())
    print("unseen pictures told by name:", {name: round(part, 3) for name, part in names.items()})
    precise = [
        _recall(pack, DEVELOPMENT, exact, head.text(student.encode(j.texts)).numpy(), j)
        for j in judged
    ]
    print("float32, development, English and Chinese R@1/5/10:", *map(_words, precise))
    _export(student, head, given.out)
    write_manifest(given.out, Facts("", ""))  # so that it can be opened and measured
    model = Model(read_info(given.out))
    pictures = head_vectors(model.info, pack.features)
    shipped = [_recall(pack, DEVELOPMENT, pictures, model.encode_texts(j.texts), j) for j in judged]
    print("int8, development, English and Chinese R@1/5/10:", *map(_words, shipped))
    check = (
        "Flickr8k development text to picture R@1/5/10, English and Chinese: "
        f"{' and '.join(map(_words, precise))} in float32, "
        f"{' and '.join(map(_words, shipped))} as stored"
    )
    stored = "int8 weights per output channel in both towers, computed in float32"
    print(write_manifest(given.out, Facts(stored, check)), check)
    info = calibrated(read_info(given.out), pack, given.pack)
    write_info(info)
    # What thresholds of tags are chosen on:
    np.save(given.work / f"unseen-{info.id}.npy", unseen.astype(np.float16))


def _student(pack: Pack, folder: Path, work: Path) -> Student:
    """Return the text tower that reads both languages, trained first unless it was before."""
    learned = training_texts(pack, folder)
    english = [s.text for s in learned if not has_han(s.text)]
    lessons = lesson(folder, english)
    added = all_characters(lessons)
    path = work / "student.pt"
    if not path.exists():
        run = Distillation(lessons, added, Schedule())
        taught = run.run(work / "distillation.pt")
        torch.save(tune(taught, run.tokenizer, pack, folder, Course()).state_dict(), path)
    model = student_tower(added)
    model.load_state_dict(torch.load(path))
    model, added = with_traditional(model.eval(), added)
    return Student(model, tokenizer_with(text_tower()[2], added))


def _sentence_vectors(student: Student, texts: list[str], path: Path) -> dict[str, torch.Tensor]:
    """Return the vector [384] of each text."""
    unique = list(dict.fromkeys(texts))
    if not path.exists():
        torch.save(student.encode(unique), path)
    return dict(zip(unique, torch.load(path), strict=True))


def _head(pack: Pack, said: list[Said], student: Student, work: Path) -> PictureHead:
    """Return the head, trained first unless it was before."""
    seen = torch.from_numpy(pack.features[(pack.part != DEVELOPMENT) & (pack.part != HOLDOUT)])
    torch.manual_seed(Options().seed)
    names = student.encode([f"a photo of a {name}" for name in class_names()])
    head = PictureHead(picture_tower().classifier, names, seen.mean(0), seen.std(0) + 1e-6)
    path = work / "head.pt"
    if not path.exists():
        vectors = _sentence_vectors(student, [s.text for s in said], work / "sentences.pt")
        features = torch.from_numpy(pack.features)
        torch.save(train([Fit(head, features, said, vectors, Options())])[0], path)
    head.load_state_dict(torch.load(path))
    return head.eval().requires_grad_(False)


def _together(
    pack: Pack, folder: Path, student: Student, head: PictureHead, work: Path
) -> tuple[Student, PictureHead]:
    """Return tower and head after their course together, taken first unless it was before."""
    path, course = work / "joint.pt", Joint()
    if not path.exists():
        torch.manual_seed(course.seed)
        before = copy.deepcopy(head.state_dict())
        model, end = teach(student, head, pack, material(pack, folder), course)
        torch.save((model.state_dict(), part_way(before, end.state_dict(), course.keep)), path)
    tower, trained = torch.load(path)
    student.model.load_state_dict(tower)
    head.load_state_dict(trained)
    return student, head.eval().requires_grad_(False)


def _by_heart(pack: Pack, student: Student, drawn: Material, work: Path) -> Student:
    """Return the tower that knows names by heart, taught first unless it was before."""
    path, course = work / "by-heart.pt", ByHeart()
    if not path.exists():
        chinese = [
            text
            for said in (drawn.written, drawn.translated)
            for texts in said.values()
            for text in texts
        ]
        english = [text for row in drawn.written for text in drawn.english[row]]
        names = visible_names([pack.captions[i] for i in pack.training_pairs()])
        taught = learn_by_heart(student, names, (chinese, english), course)
        torch.save(taught.state_dict(), path)
    student.model.load_state_dict(torch.load(path))
    return student


def _members(
    pack: Pack, folder: Path, student: Student, head: PictureHead, named: list[Said], work: Path
) -> list[PictureHead]:
    """Return heads that are each blind to a quarter of the pictures, trained unless they were."""
    path = work / "members.pt"
    if not path.exists():
        said = [*training_texts(pack, folder, MEMBERS_HEAR, SENTENCES), *named]
        texts = [s.text for s in said]
        vectors = _sentence_vectors(student, texts, work / "sentences-members.pt")
        torch.save(fit_members(head, pack, said, vectors), path)
    members: list[PictureHead] = torch.load(path, weights_only=False)
    return members


def _upper(
    pack: Pack, student: Student, members: list[PictureHead], drawn: Material, work: Path
) -> Student:
    """Return the tower with its upper layers taught, by the runs that are not there yet."""
    course = Upper()
    paths = {seed: work / f"upper-{seed}.pt" for seed in course.seeds}
    lacking = [seed for seed, path in paths.items() if not path.exists()]
    if lacking:
        lessons = Lessons(
            chinese=[(row, text) for row, texts in drawn.written.items() for text in texts],
            translated=[(row, text) for row, texts in drawn.translated.items() for text in texts],
            english=[(row, text) for row in drawn.written for text in drawn.english[row]],
            labelled=labelled_texts(pack, UPPER_HEARS),
            named=[Said(*one) for one in drawn.named],
            names=visible_names([pack.captions[i] for i in pack.training_pairs()]),
            pictures=unseen_vectors(members, pack),
            text_map=members[0].text_map,
        )
        texts = Prepared(student, lessons)
        for seed in lacking:
            torch.save(teach_upper(texts, course, seed), paths[seed])
    taught = with_upper(student.model, [torch.load(path) for path in paths.values()])
    return Student(taught, student.tokenizer)


def _export(student: Student, head: PictureHead, out: Path) -> None:
    """Write the two towers and the tokenizer."""
    picture = store_in_8_bits(export_picture(picture_tower(), head))
    (out / "picture.onnx").write_bytes(picture.SerializeToString(deterministic=True))
    text = store_in_8_bits(export_text(student.model, head))
    (out / "text.onnx").write_bytes(text.SerializeToString(deterministic=True))
    (out / "tokenizer.json").write_bytes(tokenizer_json(student.tokenizer).encode())


def _recall(
    pack: Pack, part: int, pictures: NDArray[np.float32], texts: NDArray[np.float32], judged: Judged
) -> tuple[float, ...]:
    """Return R@1/5/10 of judged sentences among the pictures of their part."""
    rows = np.flatnonzero(pack.part == part)
    right = np.searchsorted(rows, judged.rows)
    return recall_at(text_to_picture_ranks(texts, pictures[rows], right))


def _words(figures: tuple[float, ...]) -> str:
    return "/".join(f"{figure:.3f}".lstrip("0") for figure in figures)


if __name__ == "__main__":
    main()
