"""What a person says of photos: tags and stars. Each action can be undone."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path

from propvault.errors import UsageError
from propvault.jobs.vocabulary import open_vocabulary, reindex
from propvault.language.concepts import Vocabulary
from propvault.values import Tag, TagSource, TagState
from propvault.vault.journal import Action
from propvault.vault.tags import outranked, sources_of, tag_row
from propvault.vault.vault import Database, Vault
from propvault.vault.views import photo_views, resolve


def rate(root: Path, base: Path, photos: Sequence[str], stars: int | None) -> int:
    """Give photos 0 to 5 stars, None takes them away; return how many photos.

    Raises:
        UsageError: a photo is unknown or ambiguous.
    """
    with Vault(root, "write") as vault:
        rows = rows_of(vault, base, photos)
        code, told = ("done.unrate", "") if stars is None else ("done.rate", str(stars))
        with vault.transaction() as db:
            action = Action(db, code, count=len(rows), name=name_of(vault, rows), stars=told)
            for row in rows:
                # Taken away by a person, too: a sidecar does not bring them back.
                action.put("photo", {"id": row, "rating": stars, "rating_source": "person"})
    return len(rows)


def note(root: Path, base: Path, photos: Sequence[str], text: str) -> int:
    """Note a text on photos in place of what was noted, an empty one takes it away.

    Returns:
        How many photos.

    Raises:
        UsageError: a photo is unknown or ambiguous.
    """
    with Vault(root, "write") as vault:
        rows = rows_of(vault, base, photos)
        with vault.transaction() as db:
            told = {"name": name_of(vault, rows), "text": text.strip()}
            action = Action(db, "done.note", count=len(rows), **told)
            for row in rows:
                action.put("photo", {"id": row, "note": text.strip() or None})
            reindex(db, rows)
    return len(rows)


def tag(
    root: Path, base: Path, photos: Sequence[str], add: Sequence[str], remove: Sequence[str]
) -> int:
    """Confirm tags on photos and take others away; return how many photos.

    A tag that only a person gave is forgotten. Any other is rejected, so that no machine gives it
    there and, where it has kinds, none of them counts for it.

    Args:
        root: the vault.
        base: the folder that relative paths start from.
        photos: hash prefixes, paths, names or stems.
        add: tags to confirm, each ``facet:value`` in either language.
        remove: tags to take away.

    Raises:
        UsageError: a photo or a tag is unknown or ambiguous.
    """
    vocabulary = open_vocabulary(root)
    added, removed = (_tags(vocabulary, names) for names in (add, remove))
    with Vault(root, "write") as vault:
        rows = rows_of(vault, base, photos)
        names = " ".join([*(f"+{t.name}" for t in added), *(f"-{t.name}" for t in removed)])
        with vault.transaction() as db:
            action = Action(db, "done.tag", count=len(rows), name=name_of(vault, rows), tags=names)
            for row in rows:
                for one in added:
                    _say(action, row, tag_row(db, one), TagState.CONFIRMED)
                for one in removed:
                    _take_away(db, action, row, tag_row(db, one))
                for tag_id, source in outranked(db, row, vocabulary.exclusions):
                    key = {"photo_id": row, "tag_id": tag_id, "source": source.value}
                    action.remove("photo_tag", key)
            reindex(db, rows)
    return len(rows)


def _say(action: Action, row: int, tag_id: int, state: TagState) -> None:
    action.put(
        "photo_tag",
        {
            "photo_id": row,
            "tag_id": tag_id,
            "source": TagSource.PERSON.value,
            "model_id": None,
            "state": state.value,
            "score": None,
        },
    )


def _take_away(db: Database, action: Action, row: int, tag_id: int) -> None:
    if sources_of(db, row, tag_id) == {TagSource.PERSON}:
        source = TagSource.PERSON.value
        action.remove("photo_tag", {"photo_id": row, "tag_id": tag_id, "source": source})
    else:
        _say(action, row, tag_id, TagState.REJECTED)


def _tags(vocabulary: Vocabulary, names: Iterable[str]) -> list[Tag]:
    return [_tag(vocabulary, name) for name in names]


def _tag(vocabulary: Vocabulary, name: str) -> Tag:
    facet_name, separator, value = name.replace("：", ":").partition(":")
    facet = vocabulary.facet_of(facet_name) if separator else None
    if facet is None and (meant := vocabulary.find(name)):
        raise UsageError("tag.which", found=name, tags=", ".join(c.tag for c in meant))
    if facet is None:
        raise UsageError("tag.no_facet", found=name, known=", ".join(vocabulary.facets))
    found = vocabulary.find(value, facet)
    if not found:
        known = [word for c in vocabulary.of_facet(facet) for word in (c.zh, c.en)]
        near = difflib.get_close_matches(value, known, 1, 0.5) or known[:1]
        raise UsageError("tag.no_value", found=value, facet=facet, near=near[0] if near else "-")
    return found[0].as_tag()


def rows_of(vault: Vault, base: Path, photos: Sequence[str]) -> list[int]:
    """Return the rows of photos as a person names them, each once.

    Raises:
        UsageError: a photo is unknown or ambiguous.
    """
    return list(dict.fromkeys(resolve(vault, photo, base) for photo in photos))


def name_of(vault: Vault, rows: Sequence[int]) -> str:
    """Return the file name of the first of some photos, for the history."""
    return photo_views(vault, rows[:1])[0].name
