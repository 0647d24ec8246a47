"""Groups and stacks as they are shown, and what other keeper rules would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from propvault.grouping import Group, undecided
from propvault.jobs.find_duplicates import regroup
from propvault.jobs.keeper_facts import KeeperOrder, rules_of
from propvault.likeness import Kind
from propvault.reasons import Reason
from propvault.settings import set_setting
from propvault.values import PhotoView
from propvault.vault import relations
from propvault.vault.relations import Membership
from propvault.vault.vault import Vault
from propvault.vault.views import photo_views
from propvault.vision.comparison import COMPARER


@dataclass(frozen=True)
class GroupView:
    """One group or stack."""

    kind: Kind
    """``same`` or ``take``."""
    rows: tuple[int, ...]
    """Photo rows, the keeper first."""
    photos: tuple[PhotoView, ...]
    """The photos, the keeper first."""
    why: Reason
    """Why the keeper is the keeper."""


@dataclass(frozen=True)
class KeeperChange:
    """A group that would have another keeper."""

    group: GroupView
    """The group as it is."""
    keeper: PhotoView
    """Who would be kept."""
    why: Reason
    """Why."""


def is_pending(vault: Vault) -> bool:
    """Return whether some photo has not been compared yet."""
    return bool(relations.pending(vault.db, COMPARER))


def list_groups(vault: Vault, kind: Kind | None = None) -> list[GroupView]:
    """Return groups of one exposure and stacks of takes."""
    return [_view(vault, found) for found in relations.memberships(vault.db, kind)]


def group_of(vault: Vault, kind: Kind, row: int) -> GroupView | None:
    """Return the group or stack that a photo is in."""
    found = relations.membership_of(vault.db, kind, row)
    return None if found is None else _view(vault, found)


def open_groups(vault: Vault, kind: Kind | None = None) -> list[GroupView]:
    """Return groups that a person has not looked at yet."""
    known = relations.known_pairs(vault.db)
    return [
        group
        for group in list_groups(vault, kind)
        if undecided(Group(_hex(group.photos[0]), tuple(map(_hex, group.photos[1:]))), known)
    ]


def preview_rules(vault: Vault, rules: str) -> list[KeeperChange]:
    """Return what other keeper rules would change, over the whole vault.

    Raises:
        UsageError: a rule is unknown or named twice.
    """
    order = KeeperOrder(vault, rules_of(rules))
    changes = []
    for group in list_groups(vault, "same"):
        best = order.best_first([_hex(photo) for photo in group.photos])
        if best[0] != _hex(group.photos[0]):
            keeper = next(photo for photo in group.photos if _hex(photo) == best[0])
            why = order.why(Group(best[0], tuple(best[1:])))
            changes.append(KeeperChange(group, keeper, why))
    return changes


def apply_rules(vault: Vault, rules: str) -> None:
    """Set the vault's keeper rules and choose keepers by them; a person's choices stay."""
    set_setting(vault.folder.settings, "keeper_rules", ", ".join(rules_of(rules)))
    with Vault(vault.folder.root, "write") as changed:
        regroup(changed)


def _view(vault: Vault, found: Membership) -> GroupView:
    photos: Sequence[PhotoView] = photo_views(vault, found.rows)
    why = found.why or Reason.of("keeper.first_take")
    if found.kind == "take" and _hex(photos[0]) in relations.chosen(vault.db):
        why = Reason.of("keeper.chosen")
    return GroupView(found.kind, found.rows, tuple(photos), why)


def _hex(photo: PhotoView) -> str:
    return photo.id.removeprefix("sha256:")
