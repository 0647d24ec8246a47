"""What is known of each tag: how often it is used and how well it was measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from propvault.jobs.tagging_model import TaggingModel, scored_verdicts
from propvault.jobs.vocabulary import open_vocabulary
from propvault.reasons import Reason
from propvault.tagging import wilson
from propvault.values import Tag
from propvault.vault.retagging import tag_counts
from propvault.vault.vault import Vault


@dataclass(frozen=True)
class TagUse:
    """One tag of a vault."""

    tag: Tag
    """The concept."""
    applied: int
    """Photos that have it: confirmed, from a sidecar, computed or applied."""
    suggested: int
    """Photos that likely have it."""


@dataclass(frozen=True)
class TagQuality:
    """How well the automatic tagging of one concept is known to work."""

    tag: Tag
    """The concept."""
    verdict: Reason
    """What was measured, or that nothing was."""
    is_applied: bool
    """Whether it is ever applied without a person; else it is only suggested."""
    precision: float | None = None
    """Of applied ones, measured by five-fold cross-validation."""
    recall: float | None = None
    """Of the photos that have it."""
    positives: int = 0
    """Labelled photos that have it."""
    precision_at_least: float | None = None
    """Lower Wilson bound of the precision, one-sided at 90 %."""
    right: int = 0
    """Photos of this vault on which a person confirmed it."""
    wrong: int = 0
    """Photos of this vault on which a person rejected it."""


def tag_uses(vault: Vault) -> list[TagUse]:
    """Return the tags in use, in the order of the vocabulary and then by name."""
    vocabulary = open_vocabulary(vault.folder.root)
    counts: dict[tuple[str, str], list[int]] = {}
    for facet, slug, _source, state, count in tag_counts(vault.db):
        pair = counts.setdefault((facet, slug), [0, 0])
        if state != "rejected":
            pair[state == "suggested"] += count
    order = {facet: number for number, facet in enumerate(vocabulary.facets)}
    found = []
    for (facet, slug), (applied, suggested) in counts.items():
        concept = vocabulary.get(f"{facet}:{slug}")
        tag = concept.as_tag() if concept else Tag(facet, slug, slug, slug)
        if applied or suggested:
            found.append(TagUse(tag, applied, suggested))
    last = len(order)
    return sorted(
        found, key=lambda u: (order.get(u.tag.facet, last), u.tag.facet, -u.applied, u.tag.slug)
    )


def tag_quality(vault: Vault) -> Iterator[TagQuality]:
    """Yield every concept that the selected model is asked for, measured ones first."""
    model = TaggingModel(vault.settings.model, vault)
    verdicts = scored_verdicts(model, vault)
    found = [_quality(model, at, verdicts) for at in range(len(model.concepts))]
    yield from sorted(found, key=lambda q: (not q.is_applied, q.precision is None))


def _quality(
    model: TaggingModel, index: int, verdicts: dict[int, tuple[np.ndarray, np.ndarray]]
) -> TagQuality:
    concept = model.concepts[index]
    row = model.measured_of(concept.tag)
    is_applied = bool(np.isfinite(model.thresholds.applied[index]))
    right = int(verdicts[index][1].sum()) if index in verdicts else 0
    wrong = len(verdicts[index][1]) - right if index in verdicts else 0
    precision, recall, positives = (row.get(k) for k in ("precision", "recall", "positives"))
    if index in model.in_force[1]:
        code = "tags.adapted" if is_applied else "tags.rejected"
        verdict = Reason.of(code, right=right, wrong=wrong)
    elif precision is None and positives and not is_applied:
        verdict = Reason.of("tags.unproven", number=positives)
    elif precision is None:
        verdict = Reason.of("tags.carried" if is_applied else "tags.unmeasured")
    else:
        told = {"precision": f"{precision:.2f}", "recall": f"{recall:.2f}"}
        code = "tags.measured" if is_applied else "tags.below"
        verdict = Reason.of(code, number=int(positives or 0), **told)
    chosen = row.get("chosen")
    bound = (
        None
        if precision is None or not chosen
        else float(wilson(round(precision * chosen), chosen)[0])
    )
    return TagQuality(
        concept.as_tag(),
        verdict,
        is_applied,
        precision,
        recall,
        int(positives or 0),
        bound,
        right,
        wrong,
    )
