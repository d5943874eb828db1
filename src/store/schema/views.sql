-- The views: the promise to everybody who reads the file.  Made anew with each
-- version of the tables; a column may be added, none goes away.
--
-- What a view groups by is what it shows (a day, a name, a word), so that a
-- condition on it is looked at before the rows are grouped; and what would read
-- another table for each row is a subquery of its own, which is run only where its
-- column is asked for.

DROP VIEW IF EXISTS v_mention;
CREATE VIEW v_mention AS
SELECT
	m.id AS mention_id,
	m.post_id,
	st.name AS stream,
	st.kind AS stream_kind,
	so.name AS source,
	p.published_utc,
	m.fetched_utc,
	(SELECT min(alerted_utc) FROM alert AS a WHERE a.mention_id = m.id) AS alerted_utc,
	p.edited_utc,
	p.author,
	p.author_handle,
	p.author_url,
	p.title,
	p.text,
	p.url,
	p.reply_to,
	p.lang,
	p.country,
	p.place,
	p.lat,
	p.lon,
	p.location_via,
	m.label,
	m.labelled_by,
	m.labelled_utc,
	m.compound,
	m.anger,
	m.angry,
	m.complaint,
	m.churn,
	m.legal,
	m.profanity,
	m.urgent,
	m.sarcasm,
	m.coverage,
	(SELECT group_concat(term, ', ') FROM
		(SELECT DISTINCT t.text AS term FROM mention_term AS t WHERE t.mention_id = m.id))
		AS matched,
	(SELECT group_concat(term, '; ') FROM
		(SELECT t.text || ' ' || printf('%+.2f', t.valence)
			|| coalesce(' (' || t.why || ')', '') AS term
			FROM score_term AS t WHERE t.mention_id = m.id ORDER BY t.position))
		AS why,
	p.story_id,
	-- Of a flood of copies each would count all: v_story counts them once.
	(SELECT count(*) FROM
		(SELECT 1 FROM post AS copy WHERE copy.story_id = p.story_id LIMIT 1000))
		AS copies,
	EXISTS (SELECT 1 FROM post AS o WHERE o.story_id = p.story_id
		AND (coalesce(o.published_utc, o.fetched_utc), o.id)
			< (coalesce(p.published_utc, p.fetched_utc), p.id)) AS is_copy,
	p.likes,
	p.shares,
	p.replies,
	p.comments,
	p.views,
	p.followers,
	p.rating,
	(SELECT max(a.incident_id) FROM alert AS a WHERE a.mention_id = m.id) AS incident_id
FROM mention AS m
	JOIN post AS p ON p.id = m.post_id
	JOIN stream AS st ON st.id = m.stream_id
	JOIN source AS so ON so.id = p.source_id;

DROP VIEW IF EXISTS v_correction;
CREATE VIEW v_correction AS
SELECT
	c.at_utc,
	c.actor,
	c.mention_id,
	st.name AS stream,
	coalesce(p.title || ': ', '') || coalesce(p.text, '') AS quote,
	m.scored_lang,
	m.scored_label,
	c.label,
	m.scored_angry,
	c.angry,
	m.compound,
	m.anger
FROM correction AS c
JOIN mention AS m ON m.id = c.mention_id
JOIN post AS p ON p.id = m.post_id
JOIN stream AS st ON st.id = m.stream_id;

DROP VIEW IF EXISTS v_response_time;
CREATE VIEW v_response_time AS
SELECT
	i.id AS incident_id,
	i.rule,
	st.name AS stream,
	i.state,
	i.assignee,
	i.opened_utc,
	i.deadline_utc,
	(SELECT min(at_utc) FROM incident_event AS e
		WHERE e.incident_id = i.id AND e.what = 'acknowledged') AS acknowledged_utc,
	(SELECT min(at_utc) FROM incident_event AS e
		WHERE e.incident_id = i.id AND e.what = 'responded') AS first_response_utc,
	(SELECT max(at_utc) FROM incident_event AS e
		WHERE e.incident_id = i.id AND e.what IN ('resolved', 'dismissed')
		AND i.state IN ('resolved', 'dismissed')) AS closed_utc,
	(SELECT round((julianday(min(at_utc)) - julianday(i.opened_utc)) * 1440, 1)
		FROM incident_event AS e
		WHERE e.incident_id = i.id AND e.what = 'acknowledged') AS minutes_to_acknowledge,
	(SELECT round((julianday(min(at_utc)) - julianday(i.opened_utc)) * 1440, 1)
		FROM incident_event AS e
		WHERE e.incident_id = i.id AND e.what = 'responded') AS minutes_to_response,
	(SELECT round((julianday(max(at_utc)) - julianday(i.opened_utc)) * 1440, 1)
		FROM incident_event AS e
		WHERE e.incident_id = i.id AND e.what IN ('resolved', 'dismissed')
		AND i.state IN ('resolved', 'dismissed')) AS minutes_to_close,
	CASE WHEN i.deadline_utc IS NULL OR i.state = 'dismissed' THEN NULL
		ELSE coalesce((SELECT min(at_utc) FROM incident_event AS e
			WHERE e.incident_id = i.id AND e.what = 'responded'), datetime('now'))
			<= i.deadline_utc
		END AS in_time,
	(SELECT count(*) FROM alert AS a WHERE a.incident_id = i.id) AS alerts
FROM incident AS i
	JOIN stream AS st ON st.id = i.stream_id;

-- Each incident with its clock and the mention to answer: the angriest, the
-- first of those that are as angry; `mentionctl alerts list' names the same.  For a
-- rate there is none: what it saw is in the alert's evidence.
DROP VIEW IF EXISTS v_incident_open;
CREATE VIEW v_incident_open AS
SELECT
	i.id AS incident_id,
	i.state,
	i.rule,
	st.name AS stream,
	i.assignee,
	i.opened_utc,
	i.deadline_utc,
	CAST(round((julianday('now') - julianday(i.opened_utc)) * 1440) AS INTEGER)
		AS age_minutes,
	CAST(round((julianday(i.deadline_utc) - julianday('now')) * 1440) AS INTEGER)
		AS minutes_left,
	i.deadline_utc < datetime('now') AND i.state IN ('open', 'acknowledged') AS overdue,
	(SELECT count(*) FROM alert AS a WHERE a.incident_id = i.id) AS alerts,
	m.id AS mention_id,
	p.author,
	p.author_handle,
	p.author_url,
	substr(coalesce(p.text, p.title), 1, 280) AS quote,
	p.url,
	m.label,
	m.compound,
	m.anger,
	told.evidence
FROM incident AS i
	JOIN stream AS st ON st.id = i.stream_id
	LEFT JOIN alert AS told ON told.id =
		(SELECT a.id FROM alert AS a LEFT JOIN mention AS said ON said.id = a.mention_id
			WHERE a.incident_id = i.id
			ORDER BY said.id IS NULL, said.angry DESC, said.anger DESC, said.id, a.id
			LIMIT 1)
	LEFT JOIN mention AS m ON m.id = told.mention_id
	LEFT JOIN post AS p ON p.id = m.post_id
WHERE i.state IN ('open', 'acknowledged', 'responded');

DROP VIEW IF EXISTS v_needs_answer;
CREATE VIEW v_needs_answer AS
SELECT
	incident_id,
	state,
	rule,
	stream,
	assignee,
	opened_utc,
	deadline_utc,
	minutes_left,
	overdue,
	alerts,
	mention_id,
	author,
	author_handle,
	author_url,
	quote,
	url,
	anger
FROM v_incident_open
WHERE state IN ('open', 'acknowledged')
ORDER BY coalesce(deadline_utc, '9999'), opened_utc;

DROP VIEW IF EXISTS v_daily;
CREATE VIEW v_daily AS
SELECT
	g.day_utc,
	g.stream,
	g.stream_kind,
	g.mentions,
	(SELECT count(DISTINCT p.story_id) FROM mention AS m JOIN post AS p ON p.id = m.post_id
		WHERE m.stream_id = g.stream_id AND m.fetched_utc >= g.day_utc
		AND m.fetched_utc < date(g.day_utc, '+1 day')) AS stories,
	g.positive,
	g.neutral,
	g.negative,
	g.unknown,
	g.angry,
	round(100.0 * (g.positive - g.negative) / g.mentions, 1) AS net_sentiment,
	round(g.mean_compound, 4) AS mean_compound
FROM (SELECT
		date(m.fetched_utc) AS day_utc,
		m.stream_id,
		st.name AS stream,
		st.kind AS stream_kind,
		count(*) AS mentions,
		sum(m.label = 'positive') AS positive,
		sum(m.label = 'neutral') AS neutral,
		sum(m.label = 'negative') AS negative,
		sum(m.label = 'unknown') AS unknown,
		sum(m.angry) AS angry,
		avg(CASE WHEN m.label <> 'unknown' THEN m.compound END) AS mean_compound
	FROM mention AS m
		JOIN stream AS st ON st.id = m.stream_id
	GROUP BY date(m.fetched_utc), m.stream_id, st.name, st.kind) AS g;

DROP VIEW IF EXISTS v_share_of_voice;
CREATE VIEW v_share_of_voice AS
SELECT
	day_utc,
	stream,
	stream_kind,
	mentions,
	sum(mentions) OVER (PARTITION BY day_utc) AS mentions_of_all,
	round(100.0 * mentions / sum(mentions) OVER (PARTITION BY day_utc), 1) AS share_percent,
	stories,
	sum(stories) OVER (PARTITION BY day_utc) AS stories_of_all,
	round(100.0 * stories / sum(stories) OVER (PARTITION BY day_utc), 1)
		AS story_share_percent
FROM v_daily
WHERE stream_kind IN ('brand', 'competitor');

DROP VIEW IF EXISTS v_story;
CREATE VIEW v_story AS
SELECT
	g.story_id,
	coalesce(o.title, substr(o.text, 1, 120)) AS headline,
	o.url,
	(SELECT min(p.fetched_utc) FROM post AS p WHERE p.story_id = g.story_id)
		AS first_fetched_utc,
	(SELECT max(p.fetched_utc) FROM post AS p WHERE p.story_id = g.story_id)
		AS last_fetched_utc,
	g.copies,
	(SELECT count(DISTINCT p.source_id) FROM post AS p WHERE p.story_id = g.story_id)
		AS sources,
	(SELECT count(DISTINCT coalesce(p.author_url, p.author_handle, p.author))
		FROM post AS p WHERE p.story_id = g.story_id) AS authors,
	(SELECT group_concat(name, ', ') FROM (SELECT DISTINCT st.name FROM post AS p
		JOIN mention AS m ON m.post_id = p.id
		JOIN stream AS st ON st.id = m.stream_id
		WHERE p.story_id = g.story_id ORDER BY st.name)) AS streams,
	g.post_id,
	o.published_utc
FROM (SELECT
		s.story_id,
		s.copies,
		(SELECT p.id FROM post AS p WHERE p.story_id = s.story_id
			ORDER BY coalesce(p.published_utc, p.fetched_utc), p.id LIMIT 1) AS post_id
	FROM (SELECT p.story_id, count(*) AS copies FROM post AS p
		WHERE p.story_id IS NOT NULL GROUP BY p.story_id) AS s) AS g
	LEFT JOIN post AS o ON o.id = g.post_id;

DROP VIEW IF EXISTS v_author;
CREATE VIEW v_author AS
SELECT
	coalesce(p.author_url, p.author_handle, p.author) AS author_key,
	max(p.author) AS author,
	max(p.author_handle) AS author_handle,
	max(p.author_url) AS author_url,
	st.name AS stream,
	count(*) AS mentions,
	sum(m.label = 'positive') AS positive,
	sum(m.label = 'negative') AS negative,
	sum(m.angry) AS angry,
	round(avg(CASE WHEN m.label <> 'unknown' THEN m.compound END), 4) AS mean_compound,
	max(p.followers) AS followers,
	min(m.fetched_utc) AS first_fetched_utc,
	max(m.fetched_utc) AS last_fetched_utc
FROM mention AS m
	JOIN post AS p ON p.id = m.post_id
	JOIN stream AS st ON st.id = m.stream_id
WHERE coalesce(p.author_url, p.author_handle, p.author) IS NOT NULL
GROUP BY coalesce(p.author_url, p.author_handle, p.author), st.name;

DROP VIEW IF EXISTS v_hashtag;
CREATE VIEW v_hashtag AS
SELECT
	date(m.fetched_utc) AS day_utc,
	st.name AS stream,
	lower(t.text) AS hashtag,
	count(DISTINCT m.id) AS mentions,
	count(DISTINCT CASE WHEN m.label = 'negative' THEN m.id END) AS negative,
	count(DISTINCT CASE WHEN m.label = 'positive' THEN m.id END) AS positive
FROM post_tag AS t
	JOIN mention AS m ON m.post_id = t.post_id
	JOIN stream AS st ON st.id = m.stream_id
WHERE t.kind = 'hashtag'
GROUP BY date(m.fetched_utc), st.name, lower(t.text);

DROP VIEW IF EXISTS v_word;
CREATE VIEW v_word AS
SELECT
	date(m.fetched_utc) AS day_utc,
	st.name AS stream,
	lower(t.text) AS word,
	count(DISTINCT m.id) AS mentions,
	round(avg(t.valence), 4) AS mean_valence,
	round(avg(t.anger), 4) AS mean_anger
FROM score_term AS t
	JOIN mention AS m ON m.id = t.mention_id
	JOIN stream AS st ON st.id = m.stream_id
GROUP BY date(m.fetched_utc), st.name, lower(t.text);

-- Each mail, with what it tells of.
DROP VIEW IF EXISTS v_delivery;
CREATE VIEW v_delivery AS
SELECT
	d.id AS delivery_id,
	d.kind,
	r.name AS recipient,
	d.channel,
	d.target,
	d.target AS address,
	a.rule,
	st.name AS stream,
	so.name AS source,
	a.incident_id,
	a.mention_id,
	d.state,
	d.queued_utc,
	d.tried_utc,
	d.sent_utc,
	d.attempts,
	d.last_code,
	d.last_text
FROM delivery AS d
	JOIN recipient AS r ON r.id = d.recipient_id
	LEFT JOIN alert AS a ON a.id = d.alert_id
	LEFT JOIN stream AS st ON st.id = a.stream_id
	LEFT JOIN mention AS m ON m.id = a.mention_id
	LEFT JOIN post AS p ON p.id = m.post_id
	LEFT JOIN source AS so ON so.id = p.source_id;

DROP VIEW IF EXISTS v_undelivered;
CREATE VIEW v_undelivered AS
SELECT
	delivery_id,
	coalesce(tried_utc, queued_utc) AS at_utc,
	kind,
	recipient,
	channel,
	target,
	address,
	rule,
	stream,
	source,
	incident_id,
	coalesce(last_text, 'no reason given') AS why
FROM v_delivery
WHERE state = 'failed';

-- How right each rule is: what people dismissed was no alert.
DROP VIEW IF EXISTS v_rule;
CREATE VIEW v_rule AS
SELECT
	i.rule,
	st.name AS stream,
	count(*) AS incidents,
	sum(i.state IN ('open', 'acknowledged', 'responded')) AS live,
	sum(i.state = 'resolved') AS resolved,
	sum(i.state = 'dismissed') AS dismissed,
	round(100.0 * sum(i.state IN ('responded', 'resolved'))
		/ nullif(sum(i.state IN ('responded', 'resolved', 'dismissed')), 0), 1)
		AS precision_percent,
	max(i.opened_utc) AS last_opened_utc
FROM incident AS i
	JOIN stream AS st ON st.id = i.stream_id
GROUP BY i.rule, i.stream_id;

-- How right streams, rules and terms are: what people dismissed was no matter.
-- Streams and rules count incidents, terms the mentions that they stand in.
DROP VIEW IF EXISTS v_precision;
CREATE VIEW v_precision AS
WITH judged AS (
	SELECT 'stream' AS kind, i.stream_id, NULL AS name, i.state FROM incident AS i
	UNION ALL
	SELECT 'rule', i.stream_id, i.rule, i.state FROM incident AS i
	UNION ALL
	SELECT 'term', m.stream_id, t.term, i.state
	FROM (SELECT DISTINCT mention_id, term FROM mention_term WHERE term IS NOT NULL) AS t
		JOIN mention AS m ON m.id = t.mention_id
		LEFT JOIN incident AS i ON i.id =
			(SELECT max(a.incident_id) FROM alert AS a WHERE a.mention_id = m.id)
)
SELECT
	j.kind,
	st.name AS stream,
	j.name,
	count(*) AS total,
	coalesce(sum(j.state IN ('responded', 'resolved')), 0) AS handled,
	coalesce(sum(j.state = 'dismissed'), 0) AS dismissed,
	round(100.0 * sum(j.state = 'dismissed')
		/ nullif(sum(j.state IN ('responded', 'resolved', 'dismissed')), 0), 1)
		AS dismissed_percent
FROM judged AS j
	JOIN stream AS st ON st.id = j.stream_id
GROUP BY j.kind, j.stream_id, j.name;

-- Of an address with a parameter that base/mask.c takes for a secret the whole query is
-- hidden: what stands before it tells the source apart.
DROP VIEW IF EXISTS v_source_health;
CREATE VIEW v_source_health AS
SELECT
	s.name AS source,
	CASE
		WHEN NOT s.configured THEN 'not configured'
		WHEN NOT s.enabled OR s.switched_off_utc IS NOT NULL THEN 'disabled'
		WHEN s.gone THEN 'gone'
		WHEN s.last_poll_utc IS NULL THEN 'not polled yet'
		WHEN s.failures >= 3 THEN 'failing'
		WHEN s.failures > 0 THEN 'retrying'
		ELSE 'ok'
	END AS state,
	s.last_poll_utc,
	s.last_success_utc,
	s.last_new_post_utc,
	s.next_poll_utc,
	s.failures,
	s.last_status,
	s.last_error,
	coalesce(sum(f.via = 'poll'), 0) AS polls_week,
	coalesce(sum(f.error IS NOT NULL AND f.via = 'poll'), 0) AS failed_polls_week,
	coalesce(sum(f.new_posts), 0) AS new_posts_week,
	coalesce(sum(f.mentions), 0) AS mentions_week,
	coalesce(sum(f.dropped), 0) AS dropped_week,
	CASE
		WHEN instr(s.url, '?') > 0 AND EXISTS (SELECT 1 FROM json_each('["%key=_%", "%token%=_%",
			"%secret%=_%", "%passw%=_%", "%signature%=_%", "%credential%=_%", "%&auth=_%",
			"%&hmac=_%", "%&jwt=_%", "%&pass=_%", "%&pwd=_%", "%&sig=_%"]') AS name
			WHERE replace(replace(substr(s.url, instr(s.url, '?')), '?', '&'), ';', '&')
				LIKE name.value)
		THEN substr(s.url, 1, instr(s.url, '?')) || '(secret)'
		ELSE s.url
	END AS url,
	s.switched_off_utc,
	s.switched_off_by,
	s.switched_off_why,
	p.kind AS push_kind,
	p.state AS push_state,
	CASE
		WHEN instr(p.hub, '?') > 0 AND EXISTS (SELECT 1 FROM json_each('["%key=_%", "%token%=_%",
			"%secret%=_%", "%passw%=_%", "%signature%=_%", "%credential%=_%", "%&auth=_%",
			"%&hmac=_%", "%&jwt=_%", "%&pass=_%", "%&pwd=_%", "%&sig=_%"]') AS name
			WHERE replace(replace(substr(p.hub, instr(p.hub, '?')), '?', '&'), ';', '&')
				LIKE name.value)
		THEN substr(p.hub, 1, instr(p.hub, '?')) || '(secret)'
		ELSE p.hub
	END AS push_from,
	p.until_utc AS push_until_utc,
	p.last_push_utc,
	coalesce(sum(f.via <> 'poll'), 0) AS pushes_week,
	p.forged AS forged_pushes,
	p.last_error AS push_error
FROM source AS s
	LEFT JOIN subscription AS p ON p.source_id = s.id AND p.state <> 'leaving'
	LEFT JOIN fetch_log AS f ON f.source_id = s.id
		AND f.at_utc >= datetime('now', '-7 days')
GROUP BY s.id;

DROP VIEW IF EXISTS v_digest_run;
CREATE VIEW v_digest_run AS
SELECT
	d.id AS digest_run_id,
	r.name AS recipient,
	d.from_utc,
	d.until_utc,
	d.timezone,
	d.made_utc,
	d.mentions,
	d.negative,
	d.positive,
	d.angry,
	d.needs_answer,
	d.still_open,
	d.troubled_sources,
	count(l.id) AS mails,
	coalesce(sum(l.state = 'sent'), 0) AS mails_sent,
	coalesce(sum(l.state = 'failed'), 0) AS mails_failed,
	max(l.sent_utc) AS last_sent_utc
FROM digest_run AS d
	JOIN recipient AS r ON r.id = d.recipient_id
	LEFT JOIN delivery AS l ON l.digest_run_id = d.id
GROUP BY d.id;
