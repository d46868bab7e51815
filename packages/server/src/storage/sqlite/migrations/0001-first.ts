/** The first tables. `message` is the truth of the archive, appended in order of id; `block` is its index (docs/decisions/0003). */
export const first = `
CREATE TABLE setting (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

-- Localparts as numbers. Without a localpart: the account was removed and what it owned is being cleared away.
CREATE TABLE owner (
  id INTEGER PRIMARY KEY,
  localpart TEXT UNIQUE,
  mark INTEGER NOT NULL DEFAULT 0,
  roster_version INTEGER NOT NULL DEFAULT 0,
  -- Removals at or before this version are forgotten: changes since an older version cannot be told.
  roster_floor INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE peer (id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE);

CREATE TABLE account (
  localpart TEXT PRIMARY KEY,
  source TEXT NOT NULL CHECK (source IN ('local', 'feed')),
  name TEXT,
  created_at INTEGER NOT NULL,
  locked_at INTEGER,
  hash TEXT,
  verifiers TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE roster (
  owner INTEGER NOT NULL,
  contact TEXT NOT NULL,
  name TEXT,
  groups TEXT NOT NULL,
  subscription TEXT NOT NULL CHECK (subscription IN ('none', 'to', 'from', 'both')),
  ask INTEGER NOT NULL,
  approved INTEGER NOT NULL,
  listed INTEGER NOT NULL,
  pending_in TEXT,
  version INTEGER NOT NULL,
  PRIMARY KEY (owner, contact)
) WITHOUT ROWID;
CREATE TABLE roster_removal (
  owner INTEGER NOT NULL,
  contact TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (owner, contact)
) WITHOUT ROWID;

CREATE TABLE document (
  owner INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (owner, kind, name)
) WITHOUT ROWID;

-- Two sides at most. sides: 1 = a received it, 2 = a keeps it, 4 = b received it, 8 = b keeps it.
CREATE TABLE message (
  id INTEGER PRIMARY KEY,
  a INTEGER,
  a_peer INTEGER,
  b INTEGER,
  b_peer INTEGER,
  sides INTEGER NOT NULL,
  stanza TEXT NOT NULL
);
-- A stretch of what one owner keeps, oldest first; peers is a set of 768 bits (see block.ts).
CREATE TABLE block (
  owner INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  count INTEGER NOT NULL,
  peers TEXT NOT NULL,
  entries BLOB NOT NULL,
  PRIMARY KEY (owner, first)
) WITHOUT ROWID;
-- Received, not kept: here until delivered.
CREATE TABLE waiting (owner INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (owner, id)) WITHOUT ROWID;
`
