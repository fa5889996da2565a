-- Two live secrets of one access key: a key keeps its id when its secret is changed, and the secret before counts until
-- previous_ends_ms, so that clients can be given the new one in turn. Both are stored encrypted.
ALTER TABLE access_keys ADD COLUMN previous_secret_encrypted TEXT;
ALTER TABLE access_keys ADD COLUMN previous_ends_ms INTEGER;
