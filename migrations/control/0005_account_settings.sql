-- What holds for all buckets of an account: its public access block, as JSON (src/iam/public-access-block.ts). Null where
-- none was put. It is read with every bucket's record, by the join that is there already.
ALTER TABLE accounts ADD COLUMN public_access_block TEXT;
