/** What people uploaded (XEP-0363). */
export const uploads = `
CREATE TABLE upload (
  id TEXT PRIMARY KEY,
  owner INTEGER NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  size INTEGER NOT NULL,
  hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER
) WITHOUT ROWID;
CREATE INDEX upload_by_owner ON upload (owner, created_at, id, size);
CREATE INDEX upload_by_hash ON upload (hash);
CREATE INDEX upload_by_expiry ON upload (expires_at) WHERE expires_at IS NOT NULL;

-- Of all uploads, so that nobody has to count.
CREATE TABLE upload_total (files INTEGER NOT NULL, bytes INTEGER NOT NULL);
INSERT INTO upload_total VALUES (0, 0);
-- Hashes that lost an upload: perhaps nobody needs their file any more.
CREATE TABLE upload_loose (hash TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TRIGGER upload_made AFTER INSERT ON upload BEGIN
  UPDATE upload_total SET files = files + 1, bytes = bytes + NEW.size;
END;
CREATE TRIGGER upload_gone AFTER DELETE ON upload BEGIN
  UPDATE upload_total SET files = files - 1, bytes = bytes - OLD.size;
  INSERT OR IGNORE INTO upload_loose VALUES (OLD.hash);
END;
`
