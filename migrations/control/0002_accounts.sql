-- Who may ask: accounts, and the access keys they sign with.
-- A key's secret is stored encrypted (src/store/sealed-secret.ts): a copy of this database holds no usable key.
-- The root account is a row like the others, so that buckets join to their owner; its key is in the environment only.
CREATE TABLE accounts (
  account_id    TEXT NOT NULL PRIMARY KEY,
  canonical_id  TEXT NOT NULL UNIQUE,
  display_name  TEXT NOT NULL,
  email         TEXT NOT NULL,
  created_ms    INTEGER NOT NULL,
  disabled      INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Several keys of one account live at the same time while they are rotated: the old one until expires_ms.
CREATE TABLE access_keys (
  access_key_id     TEXT NOT NULL PRIMARY KEY,
  account_id        TEXT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
  secret_encrypted  TEXT NOT NULL,
  status            TEXT NOT NULL CHECK (status IN ('active', 'disabled')),
  created_ms        INTEGER NOT NULL,
  expires_ms        INTEGER
) STRICT, WITHOUT ROWID;

-- The keys of one account, in order.
CREATE INDEX access_keys_by_account ON access_keys (account_id, access_key_id);
