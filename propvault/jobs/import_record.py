"""Record what an import read: the only stage that writes to the vault."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from propvault import clock
from propvault.errors import PictureError
from propvault.events import Skipped
from propvault.jobs.computed import compute_tags
from propvault.jobs.import_copy import CopyPlanner
from propvault.jobs.import_report import ImportReport
from propvault.jobs.import_stages import Item
from propvault.jobs.import_walk import Found
from propvault.jobs.keywords import keyword_tags
from propvault.jobs.sidecars import is_own
from propvault.jobs.tagging_model import TaggingModel
from propvault.places import gazetteer
from propvault.reasons import Reason, printable
from propvault.values import Capture, PhotoTag, Role, TagSource
from propvault.vault import copying, photos, sightings
from propvault.vault.looks import store_look, store_origin
from propvault.vault.places import store_place
from propvault.vault.tags import replace_tags
from propvault.vault.text import index_photo
from propvault.vault.trash import discarded_file
from propvault.vault.vault import Database, Vault
from propvault.vault.vectors import add_vector
from propvault.vault.volumes import volume_of
from propvault.vision.formats import Kind
from propvault.vision.look import LOOK_VERSION
from propvault.vision.metadata import XmpFacts
from propvault.vision.model_folder import ModelInfo
from propvault.vision.reader import PictureFacts


@dataclass(frozen=True)
class _Described:
    """A photo's vector and automatic tags, ready to be recorded."""

    vector: np.ndarray[tuple[int], np.dtype[np.float32]]
    tags: tuple[PhotoTag, ...]


class Recorder:
    """Writes batches of read files into a vault, one transaction each."""

    def __init__(self, vault: Vault, model: TaggingModel, *, in_place: bool) -> None:
        self._vault = vault
        self._db = vault.db
        self._model = model
        self._in_place = in_place
        self.copies = CopyPlanner(vault, self.place, in_place=in_place)
        self._run = 0
        self._now = ""
        self._touched: list[sightings.Place] = []
        self._volumes: dict[str, int] = {}
        self._new: list[int] = []

    @property
    def info(self) -> ModelInfo | None:
        """Return the model whose input decoders should make."""
        return self._model.info

    def begin(self, roots: Sequence[Path]) -> None:
        """Open the log entry of this import and clear away part files of a killed one."""
        self._now = clock.now()
        shutil.rmtree(self._vault.folder.incoming, ignore_errors=True)
        with self._vault.transaction() as db:
            listed = json.dumps([printable(str(root)) for root in roots], ensure_ascii=False)
            sql = "INSERT INTO import_run (started, roots) VALUES (?, ?)"
            self._run = int(db.execute(sql, (self._now, listed)).lastrowid or 0)

    def finish(self, report: ImportReport) -> None:
        """Close the log entry."""
        tally = {
            "new": report.new,
            "known": report.known,
            "ignored": report.ignored.total(),
            "skipped": len(report.skipped),
            "stopped": report.stopped,
        }
        with self._vault.transaction() as db:
            sightings.touch(db, self._touched, self._now)
            db.execute(
                "UPDATE import_run SET finished = ?, report = ? WHERE id = ?",
                (clock.now(), json.dumps(tally), self._run),
            )
        shutil.rmtree(self._vault.folder.incoming, ignore_errors=True)

    def count_repeats(self, repeats: set[int], report: ImportReport) -> None:
        """Count the new photos among those that are the same as a better one."""
        report.near_duplicate = len(repeats & set(self._new))

    def seen_unchanged(self, found: Found) -> bool:
        """Return whether this path was seen with this size and mtime, and needs no copy."""
        place = self.place(found)
        sha256 = sightings.unchanged(self._db, place, found.size, found.mtime_ns)
        if sha256 is None:
            return False
        known = photos.known_file(self._db, sha256)
        kept = known is not None and (known.stored is not None or self._in_place)
        if not kept and not discarded_file(self._db, sha256):
            return False
        self._touched.append(place)
        return True

    def has(self, sha256: str) -> bool:
        """Return whether the vault has a file with these bytes."""
        return photos.known_file(self._db, sha256) is not None

    def record(self, batch: Sequence[Item], report: ImportReport) -> None:
        """Encode, tag and record a batch in one transaction."""
        if not batch:
            return
        described = self._describe([item for item in batch if item.facts is not None])
        changed: set[int] = set()
        with self._vault.transaction() as db:
            for item in batch:
                if item.kind is Kind.PICTURE:
                    self._record_picture(db, item, described.get(item.sha256), report, changed)
            self._index(db, changed)
        # Sidecars follow in a transaction of their own: only now do their photos have rows.
        for item in batch:
            if item.kind is Kind.SIDECAR:
                self._record_sidecar(item, report)
        self.copies.release(batch)

    def mark_gone(
        self, roots: Sequence[Path], files: Sequence[Found], report: ImportReport
    ) -> None:
        """End sightings below the roots whose files are no longer there."""
        met = {(p.volume_id, p.raw) for p in map(self.place, files)}
        with self._vault.transaction() as db:
            for root in roots:
                volume = volume_of(root)
                volume_id = self._volume_id(root)
                below = sightings.present_below(db, sightings.place_of(root, volume, volume_id))
                gone = [raw for raw in below if (volume_id, raw) not in met]
                sightings.mark_gone(db, volume_id, gone, self._now)
                report.gone += len(gone)

    def _describe(self, items: Sequence[Item]) -> dict[str, _Described]:
        inputs = [item.facts.model_input for item in items if item.facts is not None]
        stacked = [array for array in inputs if array is not None]
        if not stacked:
            return {}
        vectors = self._model.encode(np.stack(stacked))
        # From vectors as they are stored, so that retagging gives the very same tags.
        tags = self._model.tags(vectors.astype(np.float16).astype(np.float32))
        return {
            item.sha256: _Described(vector, tag)
            for item, vector, tag in zip(items, vectors, tags, strict=True)
        }

    def _record_picture(
        self,
        db: Database,
        item: Item,
        described: _Described | None,
        report: ImportReport,
        changed: set[int],
    ) -> None:
        known = photos.known_file(db, item.sha256)
        if known is not None:
            photo_id = known.photo_id
            report.known += 1
            if item.stored:
                photos.add_file(db, photo_id, self._file(item, known.role))
        elif item.facts is not None:
            photo_id = self._photo_of(db, item, item.facts, described, report)
        else:
            reason = Reason.of("picture.twin_failed", path=str(item.found.path))
            report.skipped.append(Skipped(str(item.found.path), reason))
            return
        self._sight(db, item)
        changed.add(photo_id)

    def _photo_of(
        self,
        db: Database,
        item: Item,
        facts: PictureFacts,
        described: _Described | None,
        report: ImportReport,
    ) -> int:
        """Return the photo of a file that the vault does not have, made when it is new."""
        is_raw = facts.format == "raw"
        place = self.place(item.found)
        photo_id = photos.same_pixels(db, facts.pixel_digest)
        role = Role.EDITED
        if photo_id is None:
            taken = facts.capture.taken_local
            photo_id = photos.partner(db, place.volume_id, place.stem, taken, is_raw=is_raw)
            role = Role.RAW if is_raw else Role.JPEG
        if photo_id is not None:
            report.known += 1
            photos.add_file(db, photo_id, self._file(item, role))
            return photo_id
        copying.write_whole(self._vault.folder.preview(item.sha256), facts.preview)
        photo_id = photos.add_photo(db, _new_photo(item, facts), self._run)
        photos.add_file(db, photo_id, self._file(item, Role.RAW if is_raw else Role.ORIGINAL))
        if described is not None and self.info is not None:
            add_vector(db, photo_id, self.info.id, described.vector)
            replace_tags(db, photo_id, TagSource.AUTO, described.tags)
        self._take_subjects(db, photo_id, facts.capture)
        self._compute(db, photo_id, facts)
        self._new.append(photo_id)
        report.new += 1
        report.notes += bool(facts.capture.notes)
        return photo_id

    def _compute(self, db: Database, photo_id: int, facts: PictureFacts) -> None:
        """Keep what was measured and read, and give the tags that follow from it."""
        capture = facts.capture
        store_look(db, photo_id, facts.look, LOOK_VERSION)
        store_origin(db, photo_id, facts.origin)
        if capture.latitude is not None and capture.longitude is not None:
            store_place(db, photo_id, gazetteer().find(capture.latitude, capture.longitude))
        compute_tags(db, [photo_id], self._model.vocabulary)
        self._model.note_tagged(db, photo_id)

    def _record_sidecar(self, item: Item, report: ImportReport) -> None:
        place = self.place(item.found)
        photo_id = photos.photo_of_sidecar(self._db, place.volume_id, place.stem)
        if photo_id is None or item.sidecar is None or is_own(self._vault, item.found.path):
            report.ignored[Kind.COMPANION] += 1
            return
        facts, copy = item.sidecar, self.copies.plan(item)
        try:
            item = copy() if copy else item
        except PictureError as error:  # it went, or changed, while its pictures were read
            report.skipped.append(Skipped(str(item.found.path), error.reason))
            return
        report.known += 1
        with self._vault.transaction() as db:
            photos.add_file(db, photo_id, self._file(item, Role.SIDECAR))
            photos.set_sidecar_rating(db, photo_id, facts.rating)
            photos.set_sidecar_rights(db, photo_id, facts.creator, facts.rights)
            self._take_subjects(db, photo_id, facts)
            compute_tags(db, [photo_id], self._model.vocabulary)
            self._sight(db, item)
            self._index(db, {photo_id})

    def _index(self, db: Database, changed: Iterable[int]) -> None:
        for photo_id in sorted(changed):
            index_photo(db, photo_id, self._model.words)

    def _take_subjects(self, db: Database, photo_id: int, said: Capture | XmpFacts) -> None:
        tags = keyword_tags(self._model.vocabulary, said.subjects, said.hierarchies)
        replace_tags(db, photo_id, TagSource.SIDECAR, tags)

    def _sight(self, db: Database, item: Item) -> None:
        found = item.found
        seen = sightings.Seen(self.place(found), item.sha256, found.size, found.mtime_ns)
        sightings.record(db, seen, self._now)

    def _file(self, item: Item, role: Role) -> photos.NewFile:
        digest = item.facts.pixel_digest if item.facts else None
        found = item.found
        return photos.NewFile(item.sha256, role, found.size, found.mtime_ns, digest, item.stored)

    def place(self, found: Found) -> sightings.Place:
        """Return where a file is, as the database keeps it."""
        volume = volume_of(found.path.parent)
        return sightings.place_of(found.path, volume, self._volume_id(found.path.parent))

    def _volume_id(self, path: Path) -> int:
        volume = volume_of(path)
        if volume.uuid not in self._volumes:
            with self._vault.transaction() as db:
                self._volumes[volume.uuid] = sightings.volume_row(db, volume)
        return self._volumes[volume.uuid]


def _new_photo(item: Item, facts: PictureFacts) -> photos.NewPhoto:
    return photos.NewPhoto(
        item.sha256,
        printable(item.found.path.name),
        facts.format,
        facts.width,
        facts.height,
        facts.capture,
        facts.fingerprints,
    )
