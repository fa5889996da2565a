-- The object catalogue: what LIST and everything that walks a bucket reads. The truth of each key is in its KeyShard;
-- a shard brings its changes here in batches, each by one INSERT into the view flush_batch.
--
-- All tables are WITHOUT ROWID with the listing's own order as primary key: a page is one range of one tree, and a
-- write is billed as one row. There is no secondary index: each would be one more row written for every PUT.
-- Keys are TEXT with the BINARY collation, which is UTF-8 byte order, the order S3 lists in.

-- A bucket that is not live takes no batch. Rows stay as tombstones: ids are never used again.
CREATE TABLE buckets (
  bucket_id  TEXT NOT NULL PRIMARY KEY,
  state      TEXT NOT NULL CHECK (state IN ('live', 'deleted'))
) STRICT, WITHOUT ROWID;

-- The current object of each key that has one.
CREATE TABLE objects (
  bucket_id           TEXT NOT NULL,
  key                 TEXT NOT NULL,
  seq                 INTEGER NOT NULL,
  version_id          TEXT NOT NULL,
  etag                TEXT NOT NULL,
  size                INTEGER NOT NULL,
  modified_ms         INTEGER NOT NULL,
  storage_class       TEXT NOT NULL,
  checksum_algorithm  TEXT,
  checksum_type       TEXT,
  owner               TEXT NOT NULL,
  tags                TEXT,
  PRIMARY KEY (bucket_id, key)
) STRICT, WITHOUT ROWID;

-- Noncurrent versions and all delete markers, newest first within a key.
CREATE TABLE versions (
  bucket_id           TEXT NOT NULL,
  key                 TEXT NOT NULL,
  seq                 INTEGER NOT NULL,
  version_id          TEXT NOT NULL,
  marker              INTEGER NOT NULL CHECK (marker IN (0, 1)),
  latest              INTEGER NOT NULL CHECK (latest IN (0, 1)),
  etag                TEXT NOT NULL,
  size                INTEGER NOT NULL,
  modified_ms         INTEGER NOT NULL,
  storage_class       TEXT NOT NULL,
  checksum_algorithm  TEXT,
  checksum_type       TEXT,
  owner               TEXT NOT NULL,
  tags                TEXT,
  PRIMARY KEY (bucket_id, key, seq DESC)
) STRICT, WITHOUT ROWID;

-- Multipart uploads in progress.
CREATE TABLE uploads (
  bucket_id           TEXT NOT NULL,
  key                 TEXT NOT NULL,
  upload_id           TEXT NOT NULL,
  initiated_ms        INTEGER NOT NULL,
  storage_class       TEXT NOT NULL,
  checksum_algorithm  TEXT,
  checksum_type       TEXT,
  owner               TEXT NOT NULL,
  PRIMARY KEY (bucket_id, key, upload_id)
) STRICT, WITHOUT ROWID;

-- How far each shard's outbox has been applied: what makes a replayed batch harmless.
CREATE TABLE shards (
  shard_id  TEXT NOT NULL PRIMARY KEY,
  applied   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Where a shard puts a batch. The view has no rows; its columns are the parameters of the trigger below. Each list is
-- a JSON array of rows, NULL for none, and each row an array that starts with the sequence number of its mutation;
-- src/store/tables/catalogue.ts writes them and has at most one row for each thing they name.
CREATE VIEW flush_batch (
  shard_id, bucket_id, last_seq, objects, removed_objects, versions, removed_versions, uploads, removed_uploads
) AS
SELECT '', '', 0, '', '', '', '', '', '' WHERE FALSE;

CREATE TRIGGER flush_batch_apply INSTEAD OF INSERT ON flush_batch
BEGIN
  -- Is the bucket gone? A batch applied before is let through: all its rows are skipped, and a shard that asks again
  -- because the first answer was lost must not hear of what happened to the bucket since.
  SELECT RAISE(ABORT, 'bucket-gone')
  WHERE NOT EXISTS (SELECT 1 FROM buckets WHERE bucket_id = NEW.bucket_id AND state = 'live')
    AND NEW.last_seq > ifnull((SELECT applied FROM shards WHERE shard_id = NEW.shard_id), 0);

  -- REPLACE, not an upsert: with the primary key as only index SQLite overwrites in place, without reading first.
  INSERT OR REPLACE INTO objects (
    bucket_id, key, seq, etag, size, modified_ms, owner, checksum_algorithm, checksum_type,
    version_id, storage_class, tags
  )
  SELECT
    NEW.bucket_id, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
    value ->> 8, ifnull(value ->> 9, 'null'), ifnull(value ->> 10, 'STANDARD'), value -> 11
  FROM json_each(NEW.objects)
  WHERE value ->> 0 > ifnull((SELECT applied FROM shards WHERE shard_id = NEW.shard_id), 0);

  DELETE FROM objects
  WHERE bucket_id = NEW.bucket_id AND key IN (
    SELECT value ->> 1 FROM json_each(NEW.removed_objects)
    WHERE value ->> 0 > ifnull((SELECT applied FROM shards WHERE shard_id = NEW.shard_id), 0)
  );

  INSERT OR REPLACE INTO versions (
    bucket_id, key, seq, etag, size, modified_ms, owner, checksum_algorithm, checksum_type,
    version_id, storage_class, tags, marker, latest
  )
  SELECT
    NEW.bucket_id, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
    value ->> 8, value ->> 9, value ->> 10, nullif(value -> 11, 'null'), value ->> 12, value ->> 13
  FROM json_each(NEW.versions)
  WHERE value ->> 0 > ifnull((SELECT applied FROM shards WHERE shard_id = NEW.shard_id), 0);

  DELETE FROM versions
  WHERE bucket_id = NEW.bucket_id AND (key, seq) IN (
    SELECT value ->> 1, value ->> 2 FROM json_each(NEW.removed_versions)
    WHERE value ->> 0 > ifnull((SELECT applied FROM shards WHERE shard_id = NEW.shard_id), 0)
  );

  INSERT OR REPLACE INTO uploads (
    bucket_id, key, upload_id, initiated_ms, owner, storage_class, checksum_algorithm, checksum_type
  )
  SELECT
    NEW.bucket_id, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
  FROM json_each(NEW.uploads)
  WHERE value ->> 0 > ifnull((SELECT applied FROM shards WHERE shard_id = NEW.shard_id), 0);

  DELETE FROM uploads
  WHERE bucket_id = NEW.bucket_id AND (key, upload_id) IN (
    SELECT value ->> 1, value ->> 2 FROM json_each(NEW.removed_uploads)
    WHERE value ->> 0 > ifnull((SELECT applied FROM shards WHERE shard_id = NEW.shard_id), 0)
  );

  INSERT INTO shards (shard_id, applied) VALUES (NEW.shard_id, NEW.last_seq)
  ON CONFLICT (shard_id) DO UPDATE SET applied = max(applied, excluded.applied);
END;
