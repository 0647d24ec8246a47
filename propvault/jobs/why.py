"""Why a photo is a hit, in reasons that a person can check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from propvault.jobs.sentence import Sentence
from propvault.jobs.sources import Sources
from propvault.language.segment import match_phrases
from propvault.query.tree import And, Field, Free, Node, Term, walk
from propvault.query.wording import written
from propvault.reasons import Reason
from propvault.values import PhotoView, Tag, TagState
from propvault.vault.text import holds


class Reasons:
    """Says why photos are hits of one query."""

    def __init__(self, tree: Node, sentence: Sentence, sources: Sources) -> None:
        self._texts = sentence.texts
        # (what names may say, its phrases, whether tags say it already) of each text.
        self._said = [
            (said, match_phrases(said), bool(sources.vocabulary.called(text.text)))
            for text in sentence.texts
            for said in sources.vocabulary.wordings(text.text)
        ]
        self._likes = sentence.likes
        called = [tag for text in sentence.texts for tag in sources.vocabulary.called(text.text)]
        terms = [tag for n in walk(tree) if isinstance(n, Term) for tag in sources.tags_of(n)]
        self.named: list[Tag] = list({tag.name: tag for tag in (*called, *terms)}.values())
        kinds = sources.vocabulary.kinds
        self._names = {tag.name for tag in self.named}
        self._names |= {kind.name for tag in terms for kind in kinds.get(tag.name, ())}
        # What every hit fits: the parts that must hold together, not one of alternatives.
        parts = tree.nodes if isinstance(tree, And) else (tree,)
        self._filters = [n for n in parts if not isinstance(n, Free | Term) and n != And()]

    def of(
        self, view: PhotoView, words: Mapping[str, str], cosine: float | None
    ) -> tuple[Reason, ...]:
        """Return the reasons for one hit: tags, words, likeness, filters.

        Args:
            view: the photo.
            words: what is written of it, by column (`propvault.vault.text.texts_of`).
            cosine: how near it is to the sentence; None without one.
        """
        found = [*self._tagged(view), *self._worded(words), *self._alike(cosine)]
        found += [Reason.of("why.filter", name=written(n)) for n in self._filters if _narrows(n)]
        return tuple(dict.fromkeys(found))

    def _tagged(self, view: PhotoView) -> Iterator[Reason]:
        codes = {TagState.SUGGESTED: "why.likely", TagState.CONFIRMED: "why.confirmed"}
        for photo_tag in view.tags:
            if photo_tag.tag.name in self._names and photo_tag.state is not TagState.REJECTED:
                name = photo_tag.tag.both_names
                yield Reason.of(codes.get(photo_tag.state, "why.tag"), name=name)

    def _worded(self, words: Mapping[str, str]) -> Iterator[Reason]:
        for said, phrases, is_tag in self._said:
            for column, written_there in words.items():
                if holds(written_there, phrases) and not (is_tag and column == "tags"):
                    yield Reason.of(f"why.{column}", text=said)

    def _alike(self, cosine: float | None) -> Iterator[Reason]:
        if cosine is None:
            return
        likeness = f"{cosine:.2f}"
        shown = [like.photo for like in self._likes if like.weight > 0]
        told = [text.text for text in self._texts]
        if shown:
            yield Reason.of("why.alike", name=" + ".join([*shown, *told]), likeness=likeness)
        else:
            yield Reason.of("why.similar", likeness=likeness)


def _narrows(node: Node) -> bool:
    return not (isinstance(node, Field) and (node.name, node.value) == ("is", "any"))
