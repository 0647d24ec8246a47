"""Terms of a facet within a query text: the sidebar and the search bar show one thing.

The text is the truth; choosing a value in the sidebar only edits it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from propvault.reasons import Language

if TYPE_CHECKING:
    from propvault.language.concepts import Vocabulary

# A term: facet, colon (half or full width), value; quoted where it has spaces.
_TERM = re.compile(r"(?<!\S)([-!]?)(\w+)[:：](\"[^\"]*\"|[^\s\"]+)(?!\S)")


@dataclass(frozen=True)
class Term:
    """One term as it stands in the text."""

    facet: str
    """Stable name of the facet."""
    value: str
    """As typed, without quotes."""
    is_out: bool
    """Whether photos with it are left out."""
    span: tuple[int, int]
    """Where it stands."""


def terms_in(query: str, facets: Mapping[str, str]) -> Iterator[Term]:
    """Yield the facet terms of a query; ``facets`` maps every folded name to the stable one."""
    for match in _TERM.finditer(query):
        facet = facets.get(match[2].casefold())
        if facet is not None:
            yield Term(facet, match[3].strip('"'), bool(match[1]), match.span())


def without(query: str, terms: Iterable[Term]) -> str:
    """Return the query without some of its terms."""
    for term in sorted(terms, key=lambda t: -t.span[0]):
        query = query[: term.span[0]].rstrip() + " " + query[term.span[1] :].lstrip()
    return query.strip()


def with_term(query: str, facet: str, value: str, *, is_out: bool) -> str:
    """Return the query narrowed to a value of a facet, or with the value left out."""
    quoted = f'"{value}"' if re.search(r"\s", value) else value
    return f"{query.strip()} {'-' if is_out else ''}{facet}:{quoted}".strip()


def chosen_in(query: str, vocabulary: Vocabulary) -> dict[str, str]:
    """Return which tags a query narrows to (``in``) and leaves out (``out``)."""
    return {
        concept.tag: "out" if term.is_out else "in"
        for term in terms_in(query, vocabulary.facet_names)
        for concept in vocabulary.find(term.value, term.facet)
    }


def choosing(
    query: str, vocabulary: Vocabulary, tag: str, state: str, *, language: Language
) -> str:
    """Return the query with a tag narrowed to (``in``), left out (``out``) or not named at all."""
    concept = vocabulary.concepts[tag]
    terms = terms_in(query, vocabulary.facet_names)
    old = [t for t in terms if concept in vocabulary.find(t.value, t.facet)]
    query = without(query, old)
    if not state:
        return query
    name = concept.zh if language == "zh" else concept.en
    return with_term(query, concept.facet, name, is_out=state == "out")
