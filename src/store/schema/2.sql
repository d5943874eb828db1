-- Version 2: a person switches a source off beside the settings, which say
-- nothing of who did it.  NULL: nobody has.

ALTER TABLE source ADD COLUMN switched_off_utc TEXT;
ALTER TABLE source ADD COLUMN switched_off_by TEXT;
ALTER TABLE source ADD COLUMN switched_off_why TEXT;
