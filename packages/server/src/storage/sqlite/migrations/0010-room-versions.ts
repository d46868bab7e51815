/** XEP-0463: the state that a room's affiliations are in, under its name, and the changes that led there. */
export const roomVersions = `
ALTER TABLE room ADD COLUMN version TEXT NOT NULL DEFAULT '';
UPDATE room SET version = lower(hex(randomblob(9)));
CREATE TABLE room_change (
  id INTEGER PRIMARY KEY,
  room INTEGER NOT NULL,
  version TEXT NOT NULL,
  person TEXT NOT NULL,
  before TEXT NOT NULL
);
CREATE INDEX room_change_by_room ON room_change (room);
CREATE INDEX room_change_by_person ON room_change (person);
CREATE TRIGGER room_changes_went AFTER DELETE ON room BEGIN
  DELETE FROM room_change WHERE room = OLD.id;
END;
`
