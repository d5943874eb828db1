-- Version 5: what people say of a mention is kept, with who and when.

CREATE TABLE correction (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	mention_id INTEGER NOT NULL REFERENCES mention (id) ON DELETE CASCADE,
	at_utc TEXT NOT NULL,
	actor TEXT NOT NULL,
	label TEXT NOT NULL CHECK (label IN ('positive', 'neutral', 'negative', 'unknown')),
	angry INTEGER NOT NULL CHECK (angry IN (0, 1))
) STRICT;
CREATE INDEX correction_by_mention ON correction (mention_id);

ALTER TABLE mention ADD COLUMN labelled_utc TEXT;
ALTER TABLE mention ADD COLUMN scored_angry INTEGER NOT NULL DEFAULT 0
	CHECK (scored_angry IN (0, 1));
UPDATE mention SET scored_angry = angry;
INSERT INTO correction (mention_id, at_utc, actor, label, angry)
	SELECT id, found_utc, labelled_by, label, angry FROM mention WHERE labelled_by IS NOT NULL;
