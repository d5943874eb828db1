-- Version 7: several ways out.

-- By which channel a delivery goes, and what names its target there: of mails the mailbox.
ALTER TABLE delivery RENAME COLUMN address TO target;
ALTER TABLE delivery ADD COLUMN channel TEXT NOT NULL DEFAULT 'mail';
DROP INDEX delivery_queue;
CREATE INDEX delivery_queue ON delivery (channel, due_utc) WHERE state = 'queued';

-- The last digest is found without reading all of them.
CREATE INDEX digest_run_until ON digest_run (until_utc);
