"""Order photos of a group by what is known of them; looks at files only when a group needs it."""

from __future__ import annotations

from collections.abc import Sequence

from propvault.errors import PictureError
from propvault.grouping import Group
from propvault.keeping import KeeperFacts, best_first, check_rules, why_kept
from propvault.reasons import Reason
from propvault.vault import relations
from propvault.vault.vault import Database, Vault
from propvault.vault.views import photo_views
from propvault.vision.quality import coarseness, sharpness
from propvault.vision.reader import decode_preview


def rules_of(text: str) -> tuple[str, ...]:
    """Return the rules that a comma-separated setting names.

    Raises:
        UsageError: a rule is unknown or named twice.
    """
    return check_rules([part.strip() for part in text.split(",") if part.strip()])


class KeeperOrder:
    """Orders photos by the vault's rules; facts read from files are remembered."""

    def __init__(self, vault: Vault, rules: Sequence[str] | None = None) -> None:
        self._vault = vault
        self._rules = rules_of(vault.settings.keeper_rules) if rules is None else rules
        self._chosen = relations.chosen(vault.db)
        self._stored = relations.stored_facts(vault.db)
        self._known = relations.keeper_facts(vault.db)
        self._read: dict[int, tuple[float | None, float | None]] = {}

    def best_first(self, photos: Sequence[str]) -> list[str]:
        """Return photos in the order in which they would be kept."""
        return [fact.sha256 for fact in best_first(self._facts(photos), self._rules)]

    def why(self, group: Group) -> Reason:
        """Return why a group's keeper is kept."""
        facts = self._facts((group.keeper, *group.others))
        return why_kept(best_first(facts, self._rules), self._rules)

    def remember(self, db: Database) -> None:
        """Store what was read, inside the caller's transaction."""
        relations.add_keeper_facts(db, self._read)

    def _facts(self, photos: Sequence[str]) -> list[KeeperFacts]:
        shown = dict.fromkeys(photos, 1.0)
        for found in relations.shared(self._vault.db, photos):
            # What the other lies on, this one shows of it.
            for photo, share in zip(found.pair, reversed(found.shares), strict=True):
                shown[photo] = min(shown[photo], share)
        return [self._fact(photo, shown[photo]) for photo in photos]

    def _fact(self, photo: str, shown: float) -> KeeperFacts:
        fact = self._stored[photo]
        row = fact.row
        if row not in self._known:
            (view,) = photo_views(self._vault, [row])
            table = coarseness(view.path) if view.path is not None else None
            self._known[row] = self._read[row] = (table, self._sharpness(photo))
        table, sharp = self._known[row]
        return KeeperFacts(
            photo,
            is_chosen=photo in self._chosen,
            is_raw=fact.is_raw,
            has_camera=fact.has_camera,
            coarseness=table,
            pixels=fact.pixels,
            sharpness=sharp,
            shown=shown,
            taken=fact.taken,
            modified=fact.modified,
        )

    def _sharpness(self, photo: str) -> float | None:
        try:
            return sharpness(decode_preview(self._vault.folder.preview(photo).read_bytes()))
        except (OSError, PictureError):
            return None
