/** Browsers that are signed in at the web tier, and those that were until just now: they must not come back. */
export const webSessions = `
CREATE TABLE web_session (
  owner INTEGER NOT NULL,
  id TEXT NOT NULL,
  name TEXT,
  address TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'revoked', 'over')),
  PRIMARY KEY (owner, id)
) WITHOUT ROWID;
CREATE INDEX web_session_by_end ON web_session (until);
CREATE INDEX web_session_revoked ON web_session (state) WHERE state = 'revoked';
`
