-- What an account's identities are and what they may do: users, groups and roles, the policies they hold, identity
-- providers, aliases; whose an access key is and when it was last used.
-- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html

-- Users, groups and roles: what has a name, a path and policies. Names of a kind are unique in their account and not
-- told apart by case, so the index compares without it; IAM's names are ASCII.
CREATE TABLE entities (
  entity_id            TEXT NOT NULL PRIMARY KEY,
  account_id           TEXT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
  kind                 TEXT NOT NULL CHECK (kind IN ('user', 'group', 'role')),
  name                 TEXT NOT NULL COLLATE NOCASE,
  path                 TEXT NOT NULL,
  created_ms           INTEGER NOT NULL,
  boundary_arn         TEXT,
  tags                 TEXT NOT NULL DEFAULT '{}',
  trust_policy         TEXT,
  description          TEXT,
  max_session_seconds  INTEGER,
  last_used_ms         INTEGER,
  last_used_region     TEXT,
  CHECK ((kind = 'role') = (trust_policy IS NOT NULL AND max_session_seconds IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- One by its name, and lists by name.
CREATE UNIQUE INDEX entities_by_name ON entities (account_id, kind, name);
-- Whose boundary is this policy?
CREATE INDEX entities_by_boundary ON entities (account_id, boundary_arn, kind, name) WHERE boundary_arn IS NOT NULL;

CREATE TABLE group_members (
  group_id   TEXT NOT NULL REFERENCES entities (entity_id) ON DELETE CASCADE,
  user_id    TEXT NOT NULL REFERENCES entities (entity_id) ON DELETE CASCADE,
  joined_ms  INTEGER NOT NULL,
  PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;

-- Which groups is this user in?
CREATE INDEX group_members_by_user ON group_members (user_id, group_id);

-- Customer managed policies. Those that are built in are not here: src/iam/managed-policies.ts.
CREATE TABLE policies (
  policy_arn       TEXT NOT NULL PRIMARY KEY,
  policy_id        TEXT NOT NULL UNIQUE,
  account_id       TEXT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
  name             TEXT NOT NULL COLLATE NOCASE,
  path             TEXT NOT NULL,
  description      TEXT,
  created_ms       INTEGER NOT NULL,
  updated_ms       INTEGER NOT NULL,
  default_version  INTEGER NOT NULL,
  last_version     INTEGER NOT NULL,
  tags             TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX policies_by_name ON policies (account_id, name);

CREATE TABLE policy_versions (
  policy_arn  TEXT NOT NULL REFERENCES policies (policy_arn) ON DELETE CASCADE,
  version     INTEGER NOT NULL,
  document    TEXT NOT NULL,
  created_ms  INTEGER NOT NULL,
  PRIMARY KEY (policy_arn, version)
) STRICT, WITHOUT ROWID;

-- A built-in policy can be attached too, so policy_arn is no foreign key; DeletePolicy looks here first.
CREATE TABLE policy_attachments (
  entity_id    TEXT NOT NULL REFERENCES entities (entity_id) ON DELETE CASCADE,
  policy_arn   TEXT NOT NULL,
  account_id   TEXT NOT NULL,
  attached_ms  INTEGER NOT NULL,
  PRIMARY KEY (entity_id, policy_arn)
) STRICT, WITHOUT ROWID;

-- Who of the account holds this policy, and how many do?
CREATE INDEX policy_attachments_by_policy ON policy_attachments (account_id, policy_arn, entity_id);

-- Policies that are part of one user, group or role. `size` is characters without white space, as the quota counts.
CREATE TABLE inline_policies (
  entity_id  TEXT NOT NULL REFERENCES entities (entity_id) ON DELETE CASCADE,
  name       TEXT NOT NULL,
  document   TEXT NOT NULL,
  size       INTEGER NOT NULL,
  PRIMARY KEY (entity_id, name)
) STRICT, WITHOUT ROWID;

-- What an account may do at most; an account without a row is not bound.
CREATE TABLE service_control_policies (
  account_id  TEXT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
  name        TEXT NOT NULL,
  document    TEXT NOT NULL,
  updated_ms  INTEGER NOT NULL,
  PRIMARY KEY (account_id, name)
) STRICT, WITHOUT ROWID;

-- Issuers of web identity tokens: `url` without its scheme, as ARNs have it. client_ids and thumbprints are JSON lists.
CREATE TABLE oidc_providers (
  account_id   TEXT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
  url          TEXT NOT NULL,
  created_ms   INTEGER NOT NULL,
  client_ids   TEXT NOT NULL,
  thumbprints  TEXT NOT NULL,
  tags         TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (account_id, url)
) STRICT, WITHOUT ROWID;

-- An alias is unique in the deployment, and an account has one.
CREATE TABLE account_aliases (
  alias       TEXT NOT NULL PRIMARY KEY,
  account_id  TEXT NOT NULL UNIQUE REFERENCES accounts (account_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Null: the key of the account itself.
ALTER TABLE access_keys ADD COLUMN user_id TEXT REFERENCES entities (entity_id) ON DELETE CASCADE;
ALTER TABLE access_keys ADD COLUMN last_used_ms INTEGER;
ALTER TABLE access_keys ADD COLUMN last_used_service TEXT;
ALTER TABLE access_keys ADD COLUMN last_used_region TEXT;

-- The keys of one user, and those of the account itself.
CREATE INDEX access_keys_of_account_itself ON access_keys (account_id, access_key_id) WHERE user_id IS NULL;
CREATE INDEX access_keys_by_user ON access_keys (user_id, access_key_id) WHERE user_id IS NOT NULL;

-- Keys that stand for no person: a child of a user or of the account, bounded further by `policy` where it has one.
CREATE TABLE service_accounts (
  access_key_id  TEXT NOT NULL PRIMARY KEY REFERENCES access_keys (access_key_id) ON DELETE CASCADE,
  name           TEXT NOT NULL,
  description    TEXT NOT NULL,
  policy         TEXT
) STRICT, WITHOUT ROWID;
