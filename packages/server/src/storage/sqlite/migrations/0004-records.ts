/** What is kept for the operator: the audit record, and who was here. */
export const records = `
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  role TEXT NOT NULL,
  command TEXT NOT NULL,
  about TEXT NOT NULL
);
-- It only grows, whoever asks.
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit record is not changed'); END;
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit record is not shortened'); END;

CREATE TABLE last_login (localpart TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE usage_day (localpart TEXT NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (localpart, day)) WITHOUT ROWID;
CREATE TABLE usage_count (day INTEGER PRIMARY KEY, people INTEGER NOT NULL, week INTEGER NOT NULL);
`
