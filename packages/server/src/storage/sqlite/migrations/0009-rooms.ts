/** Rooms (XEP-0045), and who is what in them. Their history is in the archive, owned by the room's address. */
export const rooms = `
CREATE TABLE room (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  title TEXT NOT NULL,
  public INTEGER NOT NULL,
  settings TEXT NOT NULL,
  subject TEXT,
  subject_at INTEGER
);
CREATE TABLE room_person (
  room INTEGER NOT NULL,
  person TEXT NOT NULL,
  affiliation TEXT NOT NULL CHECK (affiliation IN ('owner', 'admin', 'member', 'none', 'outcast')),
  nick TEXT,
  PRIMARY KEY (room, person)
) WITHOUT ROWID;
CREATE INDEX room_by_person ON room_person (person, affiliation);
CREATE TRIGGER room_went AFTER DELETE ON room BEGIN
  DELETE FROM room_person WHERE room = OLD.id;
END;
`
