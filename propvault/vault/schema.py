"""The database's numbered steps; a step is never edited once released.

Conventions: times are ISO 8601 UTC to the second; hashes are lower-case hex; a photo's public id
is ``sha256:`` and its ``sha256`` column, its integer ``id`` never leaves the vault layer.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("propvault")

_TABLES = """
CREATE TABLE photo (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  format TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  taken_local TEXT,
  taken_offset INTEGER,
  offset_source TEXT NOT NULL DEFAULT 'none'
    CHECK (offset_source IN ('exif', 'gps', 'place', 'person', 'none')),
  latitude REAL, longitude REAL, altitude REAL, bearing REAL,
  camera TEXT, lens TEXT,
  exposure REAL, f_number REAL, iso INTEGER, focal REAL,
  rating INTEGER CHECK (rating BETWEEN 0 AND 5),
  rating_source TEXT CHECK (rating_source IN ('person', 'sidecar')),
  dropped TEXT,
  import_run INTEGER REFERENCES import_run (id)
) STRICT;
CREATE INDEX photo_taken ON photo (taken_local);

CREATE TABLE file (
  sha256 TEXT PRIMARY KEY,
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  role TEXT NOT NULL CHECK (role IN ('original', 'raw', 'jpeg', 'live', 'edited', 'sidecar')),
  pixel_digest TEXT,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  stored TEXT,
  stored_key TEXT UNIQUE
) STRICT, WITHOUT ROWID;
CREATE INDEX file_photo ON file (photo_id);
CREATE INDEX file_pixels ON file (pixel_digest);

CREATE TABLE volume (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  last_mount TEXT NOT NULL
) STRICT;

CREATE TABLE sighting (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL REFERENCES file (sha256),
  volume_id INTEGER NOT NULL REFERENCES volume (id),
  path_raw BLOB NOT NULL,
  path TEXT NOT NULL,
  stem TEXT NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  last_seen TEXT NOT NULL,
  gone_at TEXT
) STRICT;
CREATE UNIQUE INDEX sighting_present ON sighting (volume_id, path_raw) WHERE gone_at IS NULL;
CREATE INDEX sighting_stem ON sighting (volume_id, stem) WHERE gone_at IS NULL;
CREATE INDEX sighting_file ON sighting (sha256);

CREATE TABLE fingerprint (
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  algorithm TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (photo_id, algorithm)
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: the vector cache recognises new rows by the largest id ever given
CREATE TABLE embedding (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  model_id TEXT NOT NULL,
  vector BLOB NOT NULL,
  UNIQUE (model_id, photo_id)
) STRICT;

CREATE TABLE tag (
  id INTEGER PRIMARY KEY,
  facet TEXT NOT NULL,
  slug TEXT NOT NULL,
  zh TEXT NOT NULL DEFAULT '',
  en TEXT NOT NULL DEFAULT '',
  UNIQUE (facet, slug)
) STRICT;

CREATE TABLE photo_tag (
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  tag_id INTEGER NOT NULL REFERENCES tag (id),
  source TEXT NOT NULL CHECK (source IN ('person', 'sidecar', 'computed', 'auto')),
  model_id TEXT,
  state TEXT NOT NULL CHECK (state IN ('applied', 'suggested', 'confirmed', 'rejected')),
  score REAL,
  PRIMARY KEY (photo_id, tag_id, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX photo_tag_tag ON photo_tag (tag_id, photo_id);

CREATE VIRTUAL TABLE photo_text USING fts5 (names, tags, notes, tokenize = 'unicode61');

CREATE TABLE import_run (
  id INTEGER PRIMARY KEY,
  started TEXT NOT NULL,
  finished TEXT,
  roots TEXT NOT NULL,
  report TEXT
) STRICT;

CREATE TABLE export (
  id INTEGER PRIMARY KEY,
  made TEXT NOT NULL,
  preset TEXT NOT NULL,
  target TEXT NOT NULL,
  query TEXT
) STRICT;

CREATE TABLE export_photo (
  export_id INTEGER NOT NULL REFERENCES export (id),
  position INTEGER NOT NULL,
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  file TEXT NOT NULL,
  PRIMARY KEY (export_id, position)
) STRICT, WITHOUT ROWID;
"""


def _run(db: Database, statements: str) -> None:
    """Run statements one by one: a script would end the migration's transaction."""
    for statement in statements.split(";\n"):
        if statement.strip():
            db.execute(statement)


@migrations()
def m001_first(db: Database) -> None:
    """Create photos, files, sightings, fingerprints, embeddings, tags, text and logs."""
    _run(db, _TABLES)


_MODEL_TABLES = """
-- AUTOINCREMENT: a later selection always has the larger id
CREATE TABLE model_selection (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id TEXT NOT NULL,
  selected_at TEXT NOT NULL
) STRICT;

CREATE TABLE unembeddable (
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  model_id TEXT NOT NULL,
  PRIMARY KEY (photo_id, model_id)
) STRICT, WITHOUT ROWID;
"""


@migrations()
def m002_models(db: Database) -> None:
    """Remember which models were selected, and photos no model can see."""
    _run(db, _MODEL_TABLES)


_GROUP_TABLES = """
-- by hash and without foreign keys: what a person said outlives the photo's row
CREATE TABLE relation (
  sha256_a TEXT NOT NULL,
  sha256_b TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('person', 'machine')),
  kind TEXT NOT NULL CHECK (kind IN ('same', 'take', 'different')),
  comparer INTEGER,
  inliers INTEGER, agreement REAL, shift REAL,
  share_a REAL, share_b REAL,
  PRIMARY KEY (sha256_a, sha256_b, source),
  CHECK (sha256_a < sha256_b)
) STRICT, WITHOUT ROWID;
CREATE INDEX relation_other ON relation (sha256_b);

-- photos whose candidates have all been looked at
CREATE TABLE compared (
  photo_id INTEGER PRIMARY KEY REFERENCES photo (id),
  comparer INTEGER NOT NULL
) STRICT;

CREATE TABLE chosen_keeper (sha256 TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE discarded (
  sha256 TEXT PRIMARY KEY,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- made from relations, choices and discards; can be made again at any time
CREATE TABLE grouped (
  kind TEXT NOT NULL CHECK (kind IN ('same', 'take')),
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  keeper_id INTEGER NOT NULL REFERENCES photo (id),
  position INTEGER NOT NULL,
  why TEXT,
  PRIMARY KEY (kind, photo_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX grouped_keeper ON grouped (keeper_id);

CREATE TABLE keeper_fact (
  photo_id INTEGER PRIMARY KEY REFERENCES photo (id),
  coarseness REAL,
  sharpness REAL
) STRICT;

CREATE TABLE journal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  action TEXT NOT NULL,
  arguments TEXT NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE journal_change (
  journal_id INTEGER NOT NULL REFERENCES journal (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  "table" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  before TEXT,
  after TEXT,
  PRIMARY KEY (journal_id, position)
) STRICT, WITHOUT ROWID;
"""


@migrations()
def m003_groups(db: Database) -> None:
    """Remember relations, choices, discards and groups, and what a person did to undo it."""
    _run(db, _GROUP_TABLES)


_COLLECTION_TABLES = """
ALTER TABLE photo ADD COLUMN note TEXT;
CREATE INDEX photo_rating ON photo (rating) WHERE rating IS NOT NULL;

-- by folded name: a name means one collection in any case, width or script
CREATE TABLE collection (
  "key" TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('hand', 'trip')),
  made TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE collection_photo (
  collection_key TEXT NOT NULL REFERENCES collection ("key"),
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  position INTEGER NOT NULL,
  role TEXT CHECK (role IN
    ('subject', 'material', 'palette', 'light', 'composition', 'style', 'scene')),
  subject TEXT NOT NULL DEFAULT '',
  view TEXT CHECK (view IN ('front', 'side', 'back', 'oblique', 'detail', 'context')),
  note TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (collection_key, photo_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX collection_photo_photo ON collection_photo (photo_id);

CREATE TABLE saved_search (
  "key" TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  made TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- FTS5 takes no new columns: a wider table takes over what was indexed
CREATE VIRTUAL TABLE photo_text_wider USING fts5
  (names, tags, notes, places, collections, tokenize = 'unicode61');
INSERT INTO photo_text_wider (rowid, names, tags, notes, places, collections)
  SELECT rowid, names, tags, notes, '', '' FROM photo_text;
DROP TABLE photo_text;
ALTER TABLE photo_text_wider RENAME TO photo_text;
"""


@migrations()
def m004_collections(db: Database) -> None:
    """Keep notes, collections and saved searches; index notes, places and collections."""
    _run(db, _COLLECTION_TABLES)


_COMPUTED_TABLES = """
-- centres of a preview's colours in CIELAB (D65), largest share first
CREATE TABLE photo_colour (
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  position INTEGER NOT NULL,
  lightness REAL NOT NULL,
  a REAL NOT NULL,
  b REAL NOT NULL,
  share REAL NOT NULL,
  PRIMARY KEY (photo_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX photo_colour_lightness ON photo_colour (lightness);

-- photos whose pixels have been measured, by which version of the measuring
CREATE TABLE photo_look (
  photo_id INTEGER PRIMARY KEY REFERENCES photo (id),
  version INTEGER NOT NULL,
  brightness REAL NOT NULL,
  contrast REAL NOT NULL,
  sharpness REAL NOT NULL,
  colourfulness REAL NOT NULL,
  is_grey INTEGER NOT NULL
) STRICT;

CREATE TABLE place (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  names TEXT NOT NULL,
  facts TEXT NOT NULL
) STRICT;

-- place_id NULL: looked up, and nothing is near
CREATE TABLE photo_place (
  photo_id INTEGER PRIMARY KEY REFERENCES photo (id),
  version INTEGER NOT NULL,
  place_id INTEGER REFERENCES place (id),
  metres REAL
) STRICT;
CREATE INDEX photo_place_place ON photo_place (place_id);

-- what a photo's automatic tags were made from: model, vocabulary and thresholds
CREATE TABLE tagged_with (
  photo_id INTEGER PRIMARY KEY REFERENCES photo (id),
  state TEXT NOT NULL
) STRICT;

ALTER TABLE photo ADD COLUMN creator TEXT;
ALTER TABLE photo ADD COLUMN creator_source TEXT CHECK (creator_source IN ('person', 'sidecar'));
ALTER TABLE photo ADD COLUMN rights TEXT;
ALTER TABLE photo ADD COLUMN rights_source TEXT CHECK (rights_source IN ('person', 'sidecar'));
ALTER TABLE photo ADD COLUMN release TEXT;
ALTER TABLE photo ADD COLUMN origin TEXT;
-- what the camera wrote, where a person mended its clock
ALTER TABLE photo ADD COLUMN taken_camera TEXT;
ALTER TABLE photo_tag ADD COLUMN reason TEXT;
"""


@migrations()
def m005_computed(db: Database) -> None:
    """Remember colours, measures, places, rights, where a picture comes from, and reasons."""
    _run(db, _COMPUTED_TABLES)


_FILTER_INDEXES = """
-- a filter reads one of these instead of every photo
CREATE INDEX photo_camera ON photo (camera) WHERE camera IS NOT NULL;
CREATE INDEX photo_lens ON photo (lens) WHERE lens IS NOT NULL;
CREATE INDEX photo_iso ON photo (iso) WHERE iso IS NOT NULL;
CREATE INDEX photo_position ON photo (latitude, longitude) WHERE longitude IS NOT NULL;
"""


@migrations()
def m006_filters(db: Database) -> None:
    """Index what queries narrow by."""
    _run(db, _FILTER_INDEXES)


_EXPORT_RECORD = """
ALTER TABLE export ADD COLUMN collection TEXT;
CREATE INDEX export_photo_photo ON export_photo (photo_id);
"""


@migrations()
def m007_exports(db: Database) -> None:
    """Say of a set which collection it was made of, and find the sets of a photo."""
    _run(db, _EXPORT_RECORD)
