/**
 * The index of words for full-text search (docs/decisions/0007). It holds no texts: those stay in `message`. The setting `searchable`
 * is the last message it knows; what is newer is read as it is. Whatever leaves the archive leaves it by the trigger.
 */
export const search = `
CREATE VIRTUAL TABLE words USING fts5(text, content='', contentless_delete=1, tokenize='ascii');
CREATE TRIGGER words_forgotten AFTER DELETE ON message
WHEN old.id <= (SELECT value FROM setting WHERE name = 'searchable')
BEGIN
  DELETE FROM words WHERE rowid = old.id;
END;
`
