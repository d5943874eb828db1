-- Version 4: what comes to us without being asked for each time: hubs that push
-- (WebSub) and streams of events.  A source has one such way at most, beside
-- those that it is about to leave.

CREATE TABLE subscription (
	id INTEGER PRIMARY KEY,
	source_id INTEGER NOT NULL REFERENCES source (id),
	kind TEXT NOT NULL CHECK (kind IN ('hub', 'stream')),
	hub TEXT NOT NULL,
	topic TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('offered', 'asked', 'live', 'refused', 'leaving')),
	address_mark TEXT,
	asked_utc TEXT,
	until_utc TEXT,
	next_try_utc TEXT,
	failures INTEGER NOT NULL DEFAULT 0,
	last_push_utc TEXT,
	pushes INTEGER NOT NULL DEFAULT 0,
	forged INTEGER NOT NULL DEFAULT 0,
	last_event_id TEXT,
	last_error TEXT,
	UNIQUE (source_id, kind, hub, topic)
) STRICT;
CREATE UNIQUE INDEX subscription_by_source ON subscription (source_id) WHERE state <> 'leaving';

ALTER TABLE fetch_log ADD COLUMN via TEXT NOT NULL DEFAULT 'poll'
	CHECK (via IN ('poll', 'push', 'stream'));
