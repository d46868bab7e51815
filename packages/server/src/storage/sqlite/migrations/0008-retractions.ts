/**
 * Retractions (XEP-0424) whose tombstones are still to be put in place: noted in the transaction that stores them. What is not there any
 * more must not be found by its words either.
 */
export const retractions = `
CREATE TABLE retraction (
  at INTEGER PRIMARY KEY,
  owner INTEGER NOT NULL,
  peer INTEGER NOT NULL,
  author TEXT NOT NULL,
  message_id TEXT NOT NULL,
  called TEXT NOT NULL
);
CREATE TRIGGER words_retracted AFTER UPDATE OF stanza ON message
WHEN old.id <= (SELECT value FROM setting WHERE name = 'searchable')
BEGIN
  DELETE FROM words WHERE rowid = old.id;
END;
`
