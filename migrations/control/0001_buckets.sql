-- Every bucket of the deployment: one row a name, because names are unique over all accounts.
-- WITHOUT ROWID: the name is the key of nearly every read, so the row lies in that one tree.
-- The index answers ListBuckets and the bucket quota of an account; bucket_id is unique so that
-- a catalogue or a shard can never serve two buckets.
CREATE TABLE buckets (
  name         TEXT NOT NULL PRIMARY KEY,
  bucket_id    TEXT NOT NULL UNIQUE,
  account_id   TEXT NOT NULL,
  location     TEXT NOT NULL,
  created_ms   INTEGER NOT NULL,
  shards       INTEGER NOT NULL CHECK (shards > 0),
  catalog      TEXT NOT NULL,
  versioning   TEXT NOT NULL CHECK (versioning IN ('unversioned', 'enabled', 'suspended')),
  object_lock  INTEGER NOT NULL CHECK (object_lock IN (0, 1)),
  ownership    TEXT NOT NULL,
  configs      TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;

CREATE INDEX buckets_by_account ON buckets (account_id, name);
