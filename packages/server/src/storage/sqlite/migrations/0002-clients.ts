/** Which client software each account is used with, and the tokens that let it in (XEP-0484). `ways` is a list with spaces. */
export const clients = `
CREATE TABLE client (
  owner INTEGER NOT NULL,
  id TEXT NOT NULL,
  user_agent TEXT,
  software TEXT,
  device TEXT,
  address TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  ways TEXT NOT NULL,
  app_password TEXT,
  PRIMARY KEY (owner, id)
) WITHOUT ROWID;
CREATE TABLE fast_token (
  owner INTEGER NOT NULL,
  client TEXT NOT NULL,
  slot TEXT NOT NULL CHECK (slot IN ('new', 'current')),
  mechanism TEXT NOT NULL,
  secret TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (owner, client, slot)
) WITHOUT ROWID;
`
