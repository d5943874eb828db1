-- Version 6: how long a poll was to be waited for, beside the time of the clock that it
-- was planned by, which may have been wrong.

ALTER TABLE source ADD COLUMN wait_s INTEGER;
-- Where the server itself asked for patience it goes on getting it, two days at the most.
UPDATE source SET wait_s = strftime('%s', next_poll_utc) - strftime('%s', last_poll_utc)
	WHERE last_status IN (429, 503)
	AND strftime('%s', next_poll_utc) - strftime('%s', last_poll_utc) BETWEEN 0 AND 172800;
