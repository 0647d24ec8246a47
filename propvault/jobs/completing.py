"""What a search bar can offer in a vault: tags, places, cameras, collections, with counts."""

from __future__ import annotations

from collections.abc import Mapping

from propvault.jobs.sources import Sources
from propvault.language.concepts import Vocabulary, name_key
from propvault.query.completion import Candidate, Completion, Known, completions
from propvault.vault.collections import collections, saved_searches
from propvault.vault.places import place_names
from propvault.vault.tags import tag_counts
from propvault.vault.vault import Database


def known_names(sources: Sources, counts: Mapping[str, int] | None = None) -> Known:
    """Gather the names that a query on a vault may hold; make it anew when the vault changed.

    ``counts``, how many photos have each tag, are read from the vault unless they are at hand: for
    600,000 tags that is a second.
    """
    db, vocabulary = sources.db, sources.vocabulary
    counts = tag_counts(db) if counts is None else counts
    return Known(vocabulary.facet_names, {**_concepts(vocabulary, counts), **_fields(db)})


def complete(known: Known, text: str, cursor: int, *, limit: int = 12) -> list[Completion]:
    """Return how the word at the cursor may go on, best first."""
    return completions(text, cursor, known, limit=limit, folded=name_key)


def _concepts(vocabulary: Vocabulary, counts: Mapping[str, int]) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = {}
    for concept in vocabulary.concepts.values():
        names = (concept.zh, concept.en, *concept.aliases_zh, *concept.aliases_en)
        found.setdefault(concept.facet, []).append(Candidate(names, counts.get(concept.tag, 0)))
    return found


def _fields(db: Database) -> dict[str, list[Candidate]]:
    found = {
        column: [
            Candidate((name,), count)
            for name, count in db.execute(
                f"SELECT {column}, count(*) FROM photo WHERE {column} IS NOT NULL GROUP BY 1"
                " ORDER BY 2 DESC"
            ).fetchall()
        ]
        for column in ("camera", "lens")
    }
    towns = [
        Candidate((one.name.zh or one.name.en, one.name.en), one.count) for one in place_names(db)
    ]
    sets = [*collections(db), *saved_searches(db)]
    return found | {"place": towns, "in": [Candidate((one.name,), one.count) for one in sets]}
