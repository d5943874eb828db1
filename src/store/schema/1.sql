-- The tables, version 1.  What each table and column holds is told in doc.sql;
-- here stand the rules.  A later version is a file of its own that changes
-- these tables: this one never changes again.

CREATE TABLE instance (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	uuid TEXT NOT NULL,
	started_utc TEXT
) STRICT;

-- What is configured; rows stay when they are configured no more.

CREATE TABLE source (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	url TEXT,
	configured INTEGER NOT NULL DEFAULT 1 CHECK (configured IN (0, 1)),
	enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
	added_utc TEXT NOT NULL,
	asked_url TEXT,
	etag TEXT,
	last_modified TEXT,
	cursor TEXT,
	next_poll_utc TEXT,
	last_poll_utc TEXT,
	last_success_utc TEXT,
	last_new_post_utc TEXT,
	interval_s INTEGER,
	failures INTEGER NOT NULL DEFAULT 0,
	last_error TEXT,
	last_status INTEGER,
	gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1))
) STRICT;

CREATE TABLE stream (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	label TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('brand', 'competitor', 'topic')),
	query TEXT NOT NULL,
	configured INTEGER NOT NULL DEFAULT 1 CHECK (configured IN (0, 1)),
	added_utc TEXT NOT NULL
) STRICT;

CREATE TABLE recipient (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	configured INTEGER NOT NULL DEFAULT 1 CHECK (configured IN (0, 1)),
	max_per_hour INTEGER,
	digest_at TEXT,
	digest_timezone TEXT,
	added_utc TEXT NOT NULL
) STRICT;

-- What was fetched.

CREATE TABLE fetch_log (
	id INTEGER PRIMARY KEY,
	source_id INTEGER NOT NULL REFERENCES source (id),
	at_utc TEXT NOT NULL,
	status INTEGER,
	error TEXT,
	elapsed_ms INTEGER NOT NULL,
	bytes INTEGER NOT NULL,
	posts INTEGER NOT NULL,
	new_posts INTEGER NOT NULL,
	mentions INTEGER NOT NULL,
	dropped INTEGER NOT NULL
) STRICT;
CREATE INDEX fetch_log_by_source ON fetch_log (source_id, at_utc);

CREATE TABLE story (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	began_utc TEXT NOT NULL
) STRICT;

-- AUTOINCREMENT: the id of a deleted post is never given again, because it is
-- the rowid in the full-text tables too.
CREATE TABLE post (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	source_id INTEGER NOT NULL REFERENCES source (id),
	id_key TEXT NOT NULL,
	url_key TEXT,
	content_hash INTEGER NOT NULL,
	copy_hash INTEGER,
	fingerprint INTEGER,
	story_id INTEGER REFERENCES story (id),
	source_post_id TEXT,
	url TEXT,
	title TEXT,
	text TEXT,
	author TEXT,
	author_handle TEXT,
	author_url TEXT,
	published_utc TEXT,
	updated_utc TEXT,
	fetched_utc TEXT NOT NULL,
	edited_utc TEXT,
	lang TEXT,
	place TEXT,
	country TEXT,
	lat REAL,
	lon REAL,
	location_via TEXT CHECK (location_via IN ('geotag', 'profile', 'source', 'inferred')),
	reply_to TEXT,
	likes REAL,
	shares REAL,
	replies REAL,
	comments REAL,
	views REAL,
	followers REAL,
	rating REAL,
	UNIQUE (source_id, id_key)
) STRICT;
CREATE INDEX post_by_copy ON post (copy_hash) WHERE copy_hash IS NOT NULL;
CREATE INDEX post_by_fetch ON post (fetched_utc);
CREATE INDEX post_by_story ON post (story_id) WHERE story_id IS NOT NULL;
-- Every mention's post has a story; the others go after a while.
CREATE INDEX post_unmatched ON post (fetched_utc) WHERE story_id IS NULL;

-- A post that came from a second source too, under that source's id.
CREATE TABLE post_alias (
	source_id INTEGER NOT NULL REFERENCES source (id),
	id_key TEXT NOT NULL,
	post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
	PRIMARY KEY (source_id, id_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_alias_by_post ON post_alias (post_id);

-- Posts that were erased at a person's request and must not come again; hashes,
-- because the keys themselves may name the person.
CREATE TABLE erased (
	source_id INTEGER NOT NULL REFERENCES source (id),
	key_hash INTEGER NOT NULL,
	erased_utc TEXT NOT NULL,
	PRIMARY KEY (source_id, key_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE post_tag (
	post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
	kind TEXT NOT NULL CHECK (kind IN ('tag', 'hashtag', 'handle', 'link')),
	position INTEGER NOT NULL,
	text TEXT NOT NULL,
	PRIMARY KEY (post_id, kind, position)
) STRICT, WITHOUT ROWID;

-- What was matched.

CREATE TABLE mention (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
	stream_id INTEGER NOT NULL REFERENCES stream (id),
	fetched_utc TEXT NOT NULL,
	found_utc TEXT NOT NULL,
	label TEXT NOT NULL CHECK (label IN ('positive', 'neutral', 'negative', 'unknown')),
	labelled_by TEXT,
	scored_label TEXT NOT NULL
		CHECK (scored_label IN ('positive', 'neutral', 'negative', 'unknown')),
	compound REAL NOT NULL,
	pos REAL NOT NULL,
	neu REAL NOT NULL,
	neg REAL NOT NULL,
	anger REAL NOT NULL,
	angry INTEGER NOT NULL CHECK (angry IN (0, 1)),
	complaint INTEGER NOT NULL CHECK (complaint IN (0, 1)),
	churn INTEGER NOT NULL CHECK (churn IN (0, 1)),
	legal INTEGER NOT NULL CHECK (legal IN (0, 1)),
	profanity INTEGER NOT NULL CHECK (profanity IN (0, 1)),
	urgent INTEGER NOT NULL CHECK (urgent IN (0, 1)),
	sarcasm INTEGER NOT NULL CHECK (sarcasm IN (0, 1)),
	scored_lang TEXT,
	coverage REAL NOT NULL,
	post_label TEXT NOT NULL
		CHECK (post_label IN ('positive', 'neutral', 'negative', 'unknown')),
	post_compound REAL NOT NULL,
	post_anger REAL NOT NULL,
	UNIQUE (post_id, stream_id)
) STRICT;
CREATE INDEX mention_by_fetch ON mention (fetched_utc);
CREATE INDEX mention_by_stream ON mention (stream_id, fetched_utc);

CREATE TABLE mention_term (
	mention_id INTEGER NOT NULL REFERENCES mention (id) ON DELETE CASCADE,
	position INTEGER NOT NULL,
	field TEXT NOT NULL CHECK (field IN ('title', 'text')),
	starts INTEGER NOT NULL,
	ends INTEGER NOT NULL,
	text TEXT NOT NULL,
	term TEXT,
	PRIMARY KEY (mention_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE score_term (
	mention_id INTEGER NOT NULL REFERENCES mention (id) ON DELETE CASCADE,
	position INTEGER NOT NULL,
	field TEXT NOT NULL CHECK (field IN ('title', 'text')),
	starts INTEGER NOT NULL,
	ends INTEGER NOT NULL,
	text TEXT NOT NULL,
	valence REAL NOT NULL,
	anger REAL NOT NULL,
	raises TEXT,
	why TEXT,
	PRIMARY KEY (mention_id, position)
) STRICT, WITHOUT ROWID;

-- What people work on.

CREATE TABLE incident (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	rule TEXT NOT NULL,
	stream_id INTEGER NOT NULL REFERENCES stream (id),
	state TEXT NOT NULL
		CHECK (state IN ('open', 'acknowledged', 'responded', 'resolved', 'dismissed')),
	assignee TEXT,
	opened_utc TEXT NOT NULL,
	deadline_utc TEXT
) STRICT;
CREATE INDEX incident_live ON incident (rule, stream_id)
	WHERE state IN ('open', 'acknowledged', 'responded');
CREATE INDEX incident_by_opening ON incident (opened_utc);

-- By what a further alert is known to belong to an incident.
CREATE TABLE incident_key (
	kind TEXT NOT NULL CHECK (kind IN ('author', 'story', 'thread', 'rate')),
	key TEXT NOT NULL,
	incident_id INTEGER NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
	PRIMARY KEY (kind, key, incident_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE alert (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	incident_id INTEGER NOT NULL REFERENCES incident (id),
	rule TEXT NOT NULL,
	stream_id INTEGER NOT NULL REFERENCES stream (id),
	mention_id INTEGER REFERENCES mention (id) ON DELETE SET NULL,
	alerted_utc TEXT NOT NULL,
	evidence TEXT NOT NULL,
	UNIQUE (mention_id, rule)
) STRICT;
CREATE INDEX alert_by_incident ON alert (incident_id);

CREATE TABLE incident_event (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	incident_id INTEGER NOT NULL REFERENCES incident (id),
	at_utc TEXT NOT NULL,
	actor TEXT NOT NULL,
	what TEXT NOT NULL CHECK (what IN ('opened', 'joined', 'acknowledged', 'assigned',
		'noted', 'responded', 'resolved', 'dismissed', 'reopened')),
	text TEXT,
	alert_id INTEGER REFERENCES alert (id)
) STRICT;
CREATE INDEX incident_event_by_incident ON incident_event (incident_id);

CREATE TABLE mute (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	rule TEXT,
	stream TEXT,
	until_utc TEXT NOT NULL,
	made_utc TEXT NOT NULL,
	actor TEXT NOT NULL,
	why TEXT
) STRICT;

-- What was told.

CREATE TABLE digest_run (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	recipient_id INTEGER NOT NULL REFERENCES recipient (id),
	from_utc TEXT NOT NULL,
	until_utc TEXT NOT NULL,
	timezone TEXT,
	made_utc TEXT NOT NULL,
	mentions INTEGER NOT NULL,
	negative INTEGER NOT NULL,
	positive INTEGER NOT NULL,
	angry INTEGER NOT NULL,
	needs_answer INTEGER NOT NULL,
	still_open INTEGER NOT NULL,
	troubled_sources INTEGER NOT NULL,
	UNIQUE (recipient_id, until_utc)
) STRICT;

CREATE TABLE delivery (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	kind TEXT NOT NULL CHECK (kind IN ('alert', 'digest')),
	recipient_id INTEGER NOT NULL REFERENCES recipient (id),
	address TEXT NOT NULL,
	alert_id INTEGER REFERENCES alert (id),
	digest_run_id INTEGER REFERENCES digest_run (id),
	message_id TEXT NOT NULL UNIQUE,
	message BLOB NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
	queued_utc TEXT NOT NULL,
	due_utc TEXT NOT NULL,
	attempts INTEGER NOT NULL DEFAULT 0,
	tried_utc TEXT,
	sent_utc TEXT,
	last_code INTEGER,
	last_text TEXT,
	CHECK ((kind = 'alert') = (alert_id IS NOT NULL)),
	CHECK ((kind = 'digest') = (digest_run_id IS NOT NULL)),
	UNIQUE (alert_id, recipient_id, address),
	UNIQUE (digest_run_id, recipient_id, address)
) STRICT;
CREATE INDEX delivery_queue ON delivery (due_utc) WHERE state = 'queued';
CREATE INDEX delivery_with_message ON delivery (queued_utc) WHERE message <> x'';
CREATE INDEX delivery_by_recipient ON delivery (recipient_id, queued_utc);

-- Alerts that were not mailed at once, and the mail that told them later.
CREATE TABLE held_back (
	alert_id INTEGER NOT NULL REFERENCES alert (id),
	recipient_id INTEGER NOT NULL REFERENCES recipient (id),
	held_utc TEXT NOT NULL,
	why TEXT NOT NULL,
	told_by INTEGER REFERENCES delivery (id),
	PRIMARY KEY (alert_id, recipient_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_back_untold ON held_back (recipient_id, held_utc) WHERE told_by IS NULL;

-- Full-text search.  Words are written by mentiond: normalised, one space
-- between words, each emoji apart, then #tags and @names, then spellings that
-- the tokeniser does not fold.  Runs hold texts of scripts without spaces.
-- The tables are filled in idle time; search_todo says what is missing.

CREATE VIRTUAL TABLE post_words USING fts5 (words,
	tokenize = "unicode61 remove_diacritics 2 categories 'L* M* N* So Co' tokenchars '#@_'");
CREATE VIRTUAL TABLE post_runs USING fts5 (runs, tokenize = 'trigram');

CREATE TABLE search_todo (
	post_id INTEGER PRIMARY KEY
) STRICT;

-- What everything here means, for people.

CREATE TABLE doc (
	object TEXT NOT NULL,
	column_name TEXT NOT NULL DEFAULT '',
	description TEXT NOT NULL,
	example TEXT,
	PRIMARY KEY (object, column_name)
) STRICT, WITHOUT ROWID;
