-- Version 6: clocks that were wrong, and keys with an end.

-- How long a poll was to be waited for, beside the time of the clock that it was planned
-- by.  Where the server itself asked for patience it goes on getting it, two days at the
-- most.
ALTER TABLE source ADD COLUMN wait_s INTEGER;
UPDATE source SET wait_s = strftime('%s', next_poll_utc) - strftime('%s', last_poll_utc)
	WHERE last_status IN (429, 503)
	AND strftime('%s', next_poll_utc) - strftime('%s', last_poll_utc) BETWEEN 0 AND 172800;

-- Keys that come from outside have at most 512 bytes; a longer one is "#" and its SHA-256.
-- Hashes of erased posts' keys stay as they are: both are looked up.
UPDATE post SET id_key = short_key(id_key) WHERE length(CAST(id_key AS BLOB)) > 512;
UPDATE post_alias SET id_key = short_key(id_key) WHERE length(CAST(id_key AS BLOB)) > 512;
UPDATE incident_key SET key = short_key(key) WHERE length(CAST(key AS BLOB)) > 512;
