"""Keep trips in line with when and where photos were taken."""

from __future__ import annotations

from propvault.jobs.vocabulary import reindex
from propvault.trips import find_trips
from propvault.vault.trips import decided_names, kept_trips, replace_trips, stops
from propvault.vault.vault import Vault


def refresh_trips(vault: Vault) -> None:
    """Make trips anew; only those that changed are written, each with its text at once."""
    decided = decided_names(vault.db)
    trips = {trip.name: trip.rows for trip in find_trips(stops(vault.db))}
    found = {name: rows for name, rows in trips.items() if name not in decided}
    kept = kept_trips(vault.db)
    for name in [name for name in kept if name not in found and name not in decided]:
        with vault.transaction() as db:
            reindex(db, replace_trips(db, {name: None}))
    for name, rows in found.items():
        if kept.get(name) != rows:
            with vault.transaction() as db:
                reindex(db, replace_trips(db, {name: rows}))
