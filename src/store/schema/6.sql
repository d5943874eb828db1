-- Version 6: clocks that were wrong, keys with an end, files that may be damaged.

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

-- The file says whether its daemon ended well, and a day's mentions are found without
-- reading all others.
ALTER TABLE instance ADD COLUMN running INTEGER NOT NULL DEFAULT 0 CHECK (running IN (0, 1));
ALTER TABLE instance ADD COLUMN unchecked INTEGER NOT NULL DEFAULT 0
	CHECK (unchecked IN (0, 1));

-- And when its clock was taken as right last: one that has gone ahead removes nothing.
ALTER TABLE instance ADD COLUMN believed_utc TEXT;

CREATE INDEX mention_by_day ON mention (date(fetched_utc), stream_id);

-- Mails that nobody got are found without reading all of them.
CREATE INDEX delivery_failed ON delivery (attempts, queued_utc) WHERE state = 'failed';
