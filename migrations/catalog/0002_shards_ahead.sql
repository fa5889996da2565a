-- A shard under a stream of writes answers its clients before the catalogue has heard of them, and says so here first:
-- who lists the bucket, or deletes it, asks the shards that are ahead. See src/shard/write-behind.ts.
ALTER TABLE shards ADD COLUMN ahead INTEGER NOT NULL DEFAULT 0 CHECK (ahead IN (0, 1));

-- The view and its trigger are made anew, with `ahead` in both; the rest of them is as it was.
DROP TRIGGER flush_batch_apply;
DROP VIEW flush_batch;

-- Where a shard puts a batch. The view has no rows; its columns are the parameters of the trigger below. Each list is
-- a JSON array of rows, NULL for none, and each row an array that starts with the sequence number of its mutation;
-- src/store/tables/catalogue.ts writes them and has at most one row for each thing they name.
CREATE VIEW flush_batch (
  shard_id, bucket_id, last_seq, objects, removed_objects, versions, removed_versions, uploads, removed_uploads, ahead
) AS
SELECT '', '', 0, '', '', '', '', '', '', 0 WHERE FALSE;

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

  -- What a replayed or late batch says of `ahead` is as old as the rest of it.
  INSERT INTO shards (shard_id, applied, ahead) VALUES (NEW.shard_id, NEW.last_seq, ifnull(NEW.ahead, 0))
  ON CONFLICT (shard_id) DO UPDATE SET applied = excluded.applied, ahead = excluded.ahead
  WHERE excluded.applied > applied;
END;
