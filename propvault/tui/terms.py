"""Terms of a facet within a query text: the sidebar and the search bar show one thing.

The text is the truth; choosing a value in the sidebar only edits it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

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


def without(query: str, terms: Iterator[Term] | list[Term]) -> str:
    """Return the query without some of its terms."""
    for term in sorted(terms, key=lambda t: -t.span[0]):
        query = query[: term.span[0]].rstrip() + " " + query[term.span[1] :].lstrip()
    return query.strip()


def with_term(query: str, facet: str, value: str, *, is_out: bool) -> str:
    """Return the query narrowed to a value of a facet, or with the value left out."""
    quoted = f'"{value}"' if re.search(r"\s", value) else value
    return f"{query.strip()} {'-' if is_out else ''}{facet}:{quoted}".strip()
