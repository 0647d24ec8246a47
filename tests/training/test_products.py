"""What the products of the training pack's shop are called."""

import numpy as np
import pytest

from tests.training.test_labelled import pack_of
from training.texts import product_names, products


@pytest.mark.parametrize(
    ("caption", "names"),
    [
        (
            "two-seat sofa with cover, white.",
            ["two-seat sofa with cover", "two-seat sofa", "sofa"],
        ),
        ("chest of 3 drawers: Of pine.", ["chest of drawers", "drawers"]),
        ("floor,reading lamp, nickel-plated.", ["floor,reading lamp", "lamp"]),
        ("rug.", ["rug"]),
    ],
)
def test_names_a_shop_text_begins_with(caption: str, names: list[str]) -> None:
    assert product_names(caption) == names


@pytest.mark.parametrize(
    ("caption", "names"),
    [
        ("chair with armrests, black.", ["chair with armrests", "armchair"]),
        ("tv bench: Hides cables.", ["tv bench", "tv stand"]),  # no bench
        ("led work,wall lamp, white.", ["led work,wall lamp", "wall lamp"]),
        ("frame, set of 4, white.", ["frame", "picture frame", "photo frame"]),
        ("rug, high pile, red.", ["rug", "carpet"]),
        ("storage combination, pine.", ["storage combination"]),  # "combination" shows nothing
    ],
)
def test_what_people_call_a_product(caption: str, names: list[str]) -> None:
    assert [said.text for said in products(pack_of(("ikea/objects/a", caption)))] == names


def test_a_common_name_is_drawn_less_often_for_each_picture() -> None:
    jars = [(f"ikea/objects/{i}", "jar.") for i in range(4)]
    pack = pack_of(*jars, ("ikea/objects/v", "vase."))
    weights = {said.text: said.weight for said in products(pack, weight=0.5)}
    assert weights["vase"] == pytest.approx(2 * weights["jar"])
    assert np.mean([said.weight for said in products(pack, weight=0.5)]) == pytest.approx(0.5)


def test_slogans_of_rooms_name_nothing() -> None:
    slogan = ("ikea/images/room_scenes/a", "a cosy space for coffee.")
    pack = pack_of(slogan, ("ikea/images/objects/b", "vase."))
    assert [said.text for said in products(pack)] == ["vase"]
