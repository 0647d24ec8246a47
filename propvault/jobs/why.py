"""Why a photo is a hit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from propvault.jobs.sentence import Sentence
from propvault.language.concepts import Vocabulary
from propvault.query.tree import Node, Term, walk
from propvault.reasons import Reason
from propvault.values import PhotoView, Tag, TagState

if TYPE_CHECKING:
    from propvault.jobs.search import Searcher


class Reasons:
    """Says why a photo is a hit."""

    def __init__(self, tree: Node, sentence: Sentence, searcher: Searcher) -> None:
        self._tags = {
            tag.name: tag
            for text in sentence.texts
            for tag in tags_called(text.text, searcher.vocabulary)
        }
        terms = [t for n in walk(tree) if isinstance(n, Term) for t in searcher.tags_of(n)]
        self._terms = {tag.name for tag in terms}
        self.named = [*self._tags.values(), *(t for t in terms if t.name not in self._tags)]
        self._words = {
            row
            for text in sentence.texts
            for row in searcher.text_matches(text.text, in_tags=False)
        }

    def of(self, row: int, view: PhotoView, score: float | None) -> tuple[Reason, ...]:
        """Return the reasons for one hit."""
        reasons = []
        for photo_tag in view.tags:
            if photo_tag.tag.name in self._tags or photo_tag.tag.name in self._terms:
                likely = photo_tag.state is TagState.SUGGESTED
                name = f"{photo_tag.tag.zh} {photo_tag.tag.en}".strip()
                reasons.append(Reason.of("why.likely" if likely else "why.tag", name=name))
        if row in self._words:
            reasons.append(Reason.of("why.text"))
        if score is not None:
            reasons.append(Reason.of("why.similar"))
        return tuple(dict.fromkeys(reasons))


def tags_called(text: str, vocabulary: Vocabulary) -> list[Tag]:
    """Return the tags that a whole text names."""
    return [concept.as_tag() for concept in vocabulary.find(text)]
