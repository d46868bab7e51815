/** XEP-0333: up to which message of a room somebody has read, where the room keeps that: one row a person. */
export const roomMarks = `
CREATE TABLE room_mark (
  room INTEGER NOT NULL,
  person TEXT NOT NULL,
  mark INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (room, person)
) WITHOUT ROWID;
CREATE INDEX room_mark_by_person ON room_mark (person);
CREATE TRIGGER room_marks_went AFTER DELETE ON room BEGIN
  DELETE FROM room_mark WHERE room = OLD.id;
END;
`
