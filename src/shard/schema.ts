// The SQLite schema of a KeyShard, as numbered upgrade steps. `PRAGMA user_version` is refused in Durable Objects, so
// the reached step is a row of `meta`.

/** Each entry upgrades by one step; entries are never changed once deployed. */
const STEPS: string[] = [
  `
  -- Small facts of the shard itself: schema step, bucket, reserved sequence numbers, scrub position.
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- Every version of every key of this shard, newest = highest seq. A rowid table, since rows may hold small bodies.
  CREATE TABLE versions (
    seq INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    version_id TEXT NOT NULL,        -- 'null' where versioning made none
    write_id TEXT NOT NULL,          -- of the command that made it
    marker INTEGER NOT NULL,         -- 1: delete marker
    etag TEXT NOT NULL,
    size INTEGER NOT NULL,           -- bytes
    modified INTEGER NOT NULL,       -- ms since 1970
    facts TEXT NOT NULL,             -- JSON: headers, tags, checksum, storage class, owner
    content TEXT NOT NULL,           -- content id of its segments; '' when the bytes are inline
    parts INTEGER NOT NULL,          -- parts of a multipart upload; 0 for one write
    inline BLOB                      -- the body itself, up to inlineBytesMax
  ) STRICT;
  CREATE UNIQUE INDEX versions_by_key ON versions (key, seq, version_id);

  -- Where the bytes of a content lie, in order. A content is a version's body or an upload in progress.
  CREATE TABLE segments (
    content TEXT NOT NULL,
    part INTEGER NOT NULL,           -- part number; 1 for one write
    n INTEGER NOT NULL,              -- position within the part
    extent TEXT NOT NULL,
    offset INTEGER NOT NULL,         -- bytes into the extent
    length INTEGER NOT NULL,         -- bytes
    PRIMARY KEY (content, part, n)
  ) STRICT, WITHOUT ROWID;

  -- Parts of uploads, and of the versions completed from them (content = upload id).
  CREATE TABLE parts (
    content TEXT NOT NULL,
    part INTEGER NOT NULL,
    etag TEXT NOT NULL,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    checksum TEXT,                   -- JSON Checksum
    PRIMARY KEY (content, part)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE uploads (
    upload_id TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    facts TEXT NOT NULL,             -- JSON UploadFacts
    completed TEXT                   -- JSON of the answer, so that a repeated Complete gets it again
  ) STRICT, WITHOUT ROWID;

  -- Extents this shard reserved (home '') or borrowed by a copy (home = the shard that reserved them).
  CREATE TABLE extents (
    extent TEXT PRIMARY KEY,
    store TEXT NOT NULL,
    size INTEGER NOT NULL,           -- bytes
    crcs BLOB NOT NULL,              -- CRC32 of each block
    home TEXT NOT NULL,
    token TEXT NOT NULL,             -- a borrowed extent's entry in its home's owner set
    owner TEXT NOT NULL,             -- the first content that owns it; '' for none
    state TEXT NOT NULL,             -- provisional | live | released | damaged
    due INTEGER NOT NULL             -- ms: when a provisional or released extent is collected; 0 for live ones
  ) STRICT;
  CREATE INDEX extents_due ON extents (due) WHERE due > 0;

  -- Further owners of an extent: contents of this shard, or borrowers ('shard|token').
  CREATE TABLE extent_owners (
    extent TEXT NOT NULL,
    owner TEXT NOT NULL,
    due INTEGER NOT NULL,            -- ms: when a borrower is asked whether it kept the copy; 0 once it said so
    PRIMARY KEY (extent, owner)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX extent_owners_due ON extent_owners (due) WHERE due > 0;

  -- Bytes of extents whose store is 'shard': small parts and what a copy brought along.
  CREATE TABLE extent_bytes (extent TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;

  -- What the catalogue and other shards still have to hear, in order.
  CREATE TABLE outbox (seq INTEGER PRIMARY KEY, mutation TEXT NOT NULL) STRICT;
  CREATE TABLE returns (extent TEXT NOT NULL, home TEXT NOT NULL, token TEXT NOT NULL, PRIMARY KEY (extent, token))
    STRICT, WITHOUT ROWID;
  `,
]

/** Brings the shard's database to the newest step. Idempotent; called by the constructor. */
export function upgradeSchema(storage: DurableObjectStorage): void {
  const { sql } = storage
  const hasMeta = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'meta'").toArray().length > 0
  const row = hasMeta
    ? sql.exec<{ value: string }>("SELECT value FROM meta WHERE name = 'schema'").toArray()[0]
    : undefined
  const reached = Number(row?.value ?? 0)
  if (reached >= STEPS.length) return
  storage.transactionSync(() => {
    for (const step of STEPS.slice(reached)) sql.exec(step)
    sql.exec("INSERT OR REPLACE INTO meta VALUES ('schema', ?)", String(STEPS.length))
  })
}
