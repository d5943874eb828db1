-- Version 3: stories are found by features of the text instead of one
-- fingerprint, streams are applied to the posts that were here before them, and
-- the full-text tables know every spelling under which a query looks.

-- No foreign key: it would want an index by post, as large as the table.  A
-- post's own list says which rows are its.
CREATE TABLE story_feature (
	feature INTEGER NOT NULL,
	post_id INTEGER NOT NULL,
	PRIMARY KEY (feature, post_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE post DROP COLUMN fingerprint;
ALTER TABLE post ADD COLUMN features BLOB;

-- Posts with an id up to this are still to be judged by the stream's query, the
-- latest first; NULL: none; 0: the stream is not configured, nobody judges.
ALTER TABLE stream ADD COLUMN apply_upto INTEGER;

INSERT OR IGNORE INTO search_todo (post_id) SELECT post_id FROM mention;
