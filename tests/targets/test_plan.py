"""Plans: who is taken, who is refused and why, under which names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from propvault.reasons import Reason
from propvault.targets.candidates import Candidate
from propvault.targets.plan import PlanOptions, plan_set
from propvault.targets.presets import find_preset
from propvault.targets.texts import set_texts

Make = Callable[..., Candidate]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, None),
        ({"path": None}, "target.offline"),
        ({"width": 299, "height": 400}, "target.too_small"),
        ({"width": 0, "height": 0}, "target.too_small"),
        ({"width": 2500, "height": 1000}, None),
        ({"width": 2501, "height": 1000}, "target.aspect"),
        ({"width": 1000, "height": 2600}, "target.aspect"),
    ],
)
def test_refusals(candidate: Make, facts: dict[str, int], code: str | None) -> None:
    plan = plan_set(find_preset("seedance-2"), [candidate(1, **facts)])
    assert [r.reason.code for r in plan.refused] == ([code] if code else [])
    assert len(plan.photos) == (0 if code else 1)


def test_rank_order_up_to_the_maximum(candidate: Make) -> None:
    photos = [candidate(n) for n in (1, 1, 2, 3, 4, 5)]
    plan = plan_set(find_preset("runway-gen4-image"), photos)
    assert [p.candidate.id for p in plan.photos] == [photos[i].id for i in (0, 2, 3)]
    codes = [r.reason.code for r in plan.refused]
    assert codes == ["target.over_count", "target.over_count", "target.repeated"]
    assert len({p.tokens["en"] for p in plan.photos}) == 3


def test_the_next_takes_the_place_of_a_failed_one(candidate: Make) -> None:
    photos = [candidate(n) for n in range(1, 6)]
    failed = {photos[1].id: Reason.of("picture.truncated")}
    plan = plan_set(find_preset("runway-gen4-image"), photos, PlanOptions(failed=failed))
    assert [p.candidate.id for p in plan.photos] == [photos[i].id for i in (0, 2, 3)]
    assert [p.number for p in plan.photos] == [1, 2, 3]


def test_a_narrow_picture_is_not_reduced_below_the_least_side(candidate: Make) -> None:
    preset = find_preset("seedance-2")
    strict = replace(preset, limits=replace(preset.limits, min_side=900))
    plan = plan_set(strict, [candidate(1, width=4000, height=1600)])
    assert [r.reason.code for r in plan.refused] == ["target.too_small"]


def test_names_words_and_texts(candidate: Make) -> None:
    photo = candidate(1, "object:window", "structure:wall", "pattern:lattice")
    plan = plan_set(find_preset("folder"), [photo, replace(candidate(2), format="png")])
    assert [p.file for p in plan.photos] == ["01-main-lattice-window-wall.jpg", "02-photo.png"]
    texts = set_texts(plan)
    assert sorted(texts) == [
        "01-main-lattice-window-wall.txt", "02-photo.txt", "prompt.en.txt", "prompt.zh.txt",
    ]  # fmt: skip
    assert texts["02-photo.txt"] == "Reference photo.\n参考照片。\n"
    assert plan.photos[0].why[0].code == "target.in_order"


def test_asked_languages_win(candidate: Make) -> None:
    plan = plan_set(find_preset("folder"), [candidate(1)], PlanOptions(languages=("zh",)))
    assert set(plan.prompts) == {"zh"}
    assert set_texts(plan)["01-main-photo.txt"] == "参考照片。\n"


def test_a_long_prompt_is_shortened_with_a_warning(candidate: Make) -> None:
    names = ["object:window", "structure:wall", "material:brick", "light:backlit", "setting:lane"]
    photos = [candidate(n, *names) for n in range(9)]
    plan = plan_set(
        find_preset("seedance-2"), photos, PlanOptions(scene={"zh": "雨" * 200, "en": "rain " * 40})
    )
    assert len(plan.prompts["zh"]) <= 500
    assert "图片9" in plan.prompts["zh"]
    assert [w.get("language") for w in plan.warnings if w.code == "target.prompt_shortened"]


def test_too_few_is_a_warning(candidate: Make) -> None:
    preset = find_preset("folder")
    preset = replace(preset, counts=replace(preset.counts, min=4))
    assert "target.too_few" in [w.code for w in plan_set(preset, [candidate(1)]).warnings]
