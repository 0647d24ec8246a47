"""Which tags labelled pictures stand for, which of them judge a tag, which threshold they prove."""

import numpy as np
import pytest

from training.data import Pack
from training.labelled import judges, read_pack_labels
from training.tag_thresholds import Evidence, chosen_threshold, judged_apart


def pack_of(*said: tuple[str, str]) -> Pack:
    """Return a pack of (name, caption); a name may come again with another caption."""
    names = tuple(dict.fromkeys(name for name, _ in said))
    return Pack(
        features=np.zeros((len(names), 1), np.float32),
        names=names,
        part=np.full(len(names), -1, np.int8),
        captions=tuple(caption for _, caption in said),
        caption_picture=np.array([names.index(name) for name, _ in said]),
        caption_source=tuple(name.partition("/")[0] for name, _ in said),
    )


@pytest.mark.parametrize(
    ("name", "caption", "tags"),
    [
        ("caltech101/a", "a photo of a grand piano.", {"object:piano"}),
        ("caltech101/a", "a photo of a human face.", {"people:face", "object:person"}),
        ("caltech101/a", "a photo of a trilobite.", set()),
        ("ikea/a", "table lamp, white.", {"object:table-lamp"}),
        ("ikea/a", "wardrobe with mirror: Roomy.", {"object:wardrobe"}),
        ("ikea/a", "chest of 3 drawers: Of pine.", {"object:drawers"}),
        ("ikea/a", "two-seat sofa with cover, white.", {"object:sofa"}),
        ("ikea/a", "hand towel.", set()),
        ("houses/a", "a kitchen interior.", {"setting:kitchen"}),
        (
            "doordetect/a",
            "a photo with a door and a handle and a cabinet door.",
            {"object:door", "object:door-handle", "object:cabinet-door"},
        ),
        ("doordetect/a", "a photo with a refrigerator door.", {"object:refrigerator"}),
    ],
)
def test_labels_of_the_pack(name: str, caption: str, tags: set[str]) -> None:
    assert read_pack_labels(pack_of((name, caption))) == {name: tags}


def test_rooms_of_a_shop_and_unlabelled_pictures_judge_nothing() -> None:
    pack = pack_of(
        ("ikea/room", "a bedroom with wardrobe."),
        ("ikea/room", "wardrobe, white."),
        ("flickr8k/a", "a dog runs."),
    )
    assert read_pack_labels(pack) == {}


def test_a_tag_is_judged_where_it_is_a_label() -> None:
    labels = {
        "objects/a": frozenset({"object:chair"}),
        "objects/b": frozenset({"object:lamp"}),
        "rooms/a": frozenset({"setting:kitchen"}),
        "doors/a": frozenset({"object:door", "object:chair"}),
    }
    assert judges("object:chair", labels).tolist() == [True, True, False, False]
    assert judges("object:door", labels).tolist() == [True, True, True, True]


def test_in_the_pack_every_set_judges() -> None:
    labels = {
        "intel_scenes/a": frozenset({"setting:sea"}),
        "caltech101/a": frozenset({"object:ketch"}),
        "clothing/a": frozenset({"object:hat"}),
        "doordetect/a": frozenset({"object:door"}),
    }
    assert judges("object:hat", labels).tolist() == [True, True, True, False]
    assert judges("object:door", labels).tolist() == [True, True, True, True]


def evidence(right: int, wrong: int) -> Evidence:
    """Return right pictures at scores from 2 to 1 and wrong ones from 0.5 down."""
    scores = np.concatenate([np.linspace(2, 1, right), np.linspace(0.5, 0, wrong)])
    return Evidence(scores.astype(np.float32), np.arange(right + wrong) < right, frozenset({"x"}))


def test_a_threshold_proven_elsewhere_serves_unless_disproven_here() -> None:
    few, many = evidence(3, 5), evidence(20, 5)
    assert chosen_threshold(few, None) == np.inf
    assert chosen_threshold(few, many) == chosen_threshold(many, None) < np.inf
    wrong_here = Evidence(many.scores, ~many.right, frozenset({"x"}))
    assert chosen_threshold(wrong_here, many) == np.inf


def test_no_picture_judges_a_threshold_it_helped_to_choose() -> None:
    """Seven right ones prove a threshold; without the one that judges there are six."""
    assert not judged_apart(evidence(7, 5), None).any()
    assert judged_apart(evidence(7, 5), evidence(20, 5))[:, :7].all()
