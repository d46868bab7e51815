/** Nodes of publish-subscribe (XEP-0060): those of accounts, and those of services, whose owner is `@` and their domain. */
export const nodes = `
CREATE TABLE node (
  id INTEGER PRIMARY KEY,
  owner INTEGER NOT NULL,
  name TEXT NOT NULL,
  creator TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  config TEXT NOT NULL,
  expire INTEGER,
  -- Kept by the triggers below, so that nobody has to count.
  items INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  UNIQUE (owner, name)
);
CREATE INDEX node_by_creator ON node (creator, owner);
CREATE INDEX node_by_expiry ON node (expire) WHERE expire IS NOT NULL;

-- In order of publication.
CREATE TABLE node_item (
  place INTEGER PRIMARY KEY,
  node INTEGER NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  publisher TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  payload TEXT NOT NULL,
  UNIQUE (node, id)
);
CREATE INDEX node_item_by_place ON node_item (node, place);
CREATE TABLE node_affiliation (
  node INTEGER NOT NULL,
  bare TEXT NOT NULL,
  affiliation TEXT NOT NULL,
  PRIMARY KEY (node, bare)
) WITHOUT ROWID;
CREATE INDEX node_affiliation_by_bare ON node_affiliation (bare);
CREATE TABLE node_subscription (
  node INTEGER NOT NULL,
  subid TEXT NOT NULL,
  jid TEXT NOT NULL,
  bare TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'subscribed')),
  options TEXT NOT NULL,
  PRIMARY KEY (node, subid)
) WITHOUT ROWID;
CREATE INDEX node_subscription_by_bare ON node_subscription (bare);

CREATE TRIGGER node_item_came AFTER INSERT ON node_item BEGIN
  UPDATE node SET items = items + 1, bytes = bytes + NEW.bytes WHERE id = NEW.node;
END;
CREATE TRIGGER node_item_went AFTER DELETE ON node_item BEGIN
  UPDATE node SET items = items - 1, bytes = bytes - OLD.bytes WHERE id = OLD.node;
END;
CREATE TRIGGER node_went AFTER DELETE ON node BEGIN
  DELETE FROM node_item WHERE node = OLD.id;
  DELETE FROM node_affiliation WHERE node = OLD.id;
  DELETE FROM node_subscription WHERE node = OLD.id;
END;
`
