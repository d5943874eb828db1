-- Questions that a marketing team asks, each with the SQL that answers it.
-- Every one is run as a test (tests/unit/test_store_schema.c).  Ask them with
--
--	sqlite3 -readonly -box /var/lib/mentiond/mentions.db

-- Who waits for an answer, and until when?
SELECT deadline_utc, minutes_left, stream, author, quote, url
FROM v_needs_answer;

-- Which incidents has nobody taken?
SELECT incident_id, stream, author, age_minutes, quote
FROM v_incident_open
WHERE assignee IS NULL
ORDER BY age_minutes DESC;

-- How did people feel about our brands, day by day?
SELECT day_utc, stream, mentions, positive, negative, angry, net_sentiment
FROM v_daily
WHERE stream_kind = 'brand'
ORDER BY day_utc DESC
LIMIT 30;

-- Is this week better than the last one?
SELECT stream,
	sum(day_utc > date(latest, '-7 days')) AS days,
	sum(mentions) FILTER (WHERE day_utc > date(latest, '-7 days')) AS mentions_this_week,
	sum(mentions) FILTER (WHERE day_utc <= date(latest, '-7 days')) AS mentions_last_week,
	sum(negative) FILTER (WHERE day_utc > date(latest, '-7 days')) AS negative_this_week,
	sum(negative) FILTER (WHERE day_utc <= date(latest, '-7 days')) AS negative_last_week
FROM v_daily, (SELECT max(day_utc) AS latest FROM v_daily)
WHERE day_utc > date(latest, '-14 days')
GROUP BY stream;

-- What part of the talk is about us, and what about competitors?
SELECT stream, stream_kind, sum(mentions) AS mentions,
	round(100.0 * sum(mentions) / sum(sum(mentions)) OVER (), 1) AS share_percent
FROM v_share_of_voice
GROUP BY stream
ORDER BY mentions DESC;

-- What do people blame us for?
SELECT word, sum(mentions) AS mentions, round(avg(mean_valence), 2) AS weight
FROM v_word
WHERE stream = 'acme' AND mean_valence < 0
GROUP BY word
ORDER BY sum(mentions * mean_valence)
LIMIT 20;

-- What do people praise?
SELECT word, sum(mentions) AS mentions, round(avg(mean_valence), 2) AS weight
FROM v_word
WHERE stream = 'acme' AND mean_valence > 0
GROUP BY word
ORDER BY sum(mentions * mean_valence) DESC
LIMIT 20;

-- Which hashtags go with complaints?
SELECT hashtag, sum(negative) AS negative, sum(mentions) AS mentions
FROM v_hashtag
GROUP BY hashtag
HAVING sum(negative) > 0
ORDER BY negative DESC
LIMIT 20;

-- Who is unhappy again and again?
SELECT author, author_url, stream, negative, mentions, last_fetched_utc
FROM v_author
WHERE negative > 0
ORDER BY negative DESC, last_fetched_utc DESC
LIMIT 20;

-- Who speaks well of us, and could be asked for a quote?
SELECT published_utc, author, text, url
FROM v_mention
WHERE stream = 'acme' AND label = 'positive' AND sarcasm = 0
ORDER BY compound DESC
LIMIT 10;

-- Who is about to leave us?
SELECT fetched_utc, author, text, url
FROM v_mention
WHERE churn = 1 AND stream_kind = 'brand'
ORDER BY fetched_utc DESC;

-- Who compares us with a competitor?
SELECT ours.fetched_utc, ours.author, ours.text, theirs.stream AS competitor
FROM v_mention AS ours
	JOIN v_mention AS theirs ON theirs.post_id = ours.post_id
WHERE ours.stream_kind = 'brand' AND theirs.stream_kind = 'competitor';

-- Which stories went round?
SELECT headline, copies, sources, authors, streams, first_fetched_utc, url
FROM v_story
ORDER BY copies DESC
LIMIT 10;

-- How fast do we answer?
SELECT rule, count(minutes_to_response) AS answered,
	round(avg(minutes_to_response), 1) AS mean_minutes,
	max(minutes_to_response) AS slowest_minutes
FROM v_response_time
GROUP BY rule;

-- Who keeps the deadlines?
SELECT assignee, count(*) AS incidents, sum(in_time) AS in_time,
	round(100.0 * sum(in_time) / count(*), 1) AS in_time_percent
FROM v_response_time
WHERE in_time IS NOT NULL AND assignee IS NOT NULL
GROUP BY assignee;

-- Which rules cry wolf?
SELECT rule, stream, incidents, dismissed, precision_percent
FROM v_rule
ORDER BY precision_percent;

-- When do people write about us?
SELECT strftime('%H', fetched_utc) AS hour_utc, count(*) AS mentions, sum(angry) AS angry
FROM v_mention
WHERE stream = 'acme'
GROUP BY hour_utc;

-- In which languages and countries?
SELECT coalesce(lang, 'unknown') AS lang, coalesce(country, 'unknown') AS country,
	count(*) AS mentions, sum(label = 'negative') AS negative
FROM v_mention
GROUP BY lang, country
ORDER BY mentions DESC;

-- How long does it take from the words to us, and from us to an alert?
SELECT source, count(*) AS mentions,
	round(avg(julianday(fetched_utc) - julianday(published_utc)) * 1440, 1)
		AS minutes_until_seen,
	round(avg(julianday(alerted_utc) - julianday(fetched_utc)) * 1440, 1)
		AS minutes_until_alert
FROM v_mention
GROUP BY source;

-- How much could not be scored, and in which languages?
SELECT coalesce(lang, 'unknown') AS lang, sum(label = 'unknown') AS unknown,
	count(*) AS mentions, round(avg(coverage), 2) AS coverage
FROM v_mention
GROUP BY lang;

-- Which sources are worth their polls?
SELECT source, state, polls_week, new_posts_week, mentions_week
FROM v_source_health
ORDER BY mentions_week DESC;

-- Which sources need an administrator?
SELECT source, state, failures, last_error, last_success_utc, last_new_post_utc
FROM v_source_health
WHERE state <> 'ok';

-- Did the digests arrive?
SELECT recipient, until_utc, mentions, angry, mails, mails_sent, last_sent_utc
FROM v_digest_run
ORDER BY until_utc DESC;

-- What did people say of parcels, in any script?
-- parcel* finds all that begins so; Khmer or Thai, written without spaces, is
-- found by any three characters in a row: ask post_runs in place of post_words.
SELECT m.fetched_utc, m.stream, m.author, m.text
FROM post_words
	JOIN v_mention AS m ON m.post_id = post_words.rowid
WHERE post_words MATCH 'parcel*'
ORDER BY m.fetched_utc DESC;

-- What has happened to an incident?
SELECT e.at_utc, e.actor, e.what, e.text
FROM incident_event AS e
WHERE e.incident_id = 1
ORDER BY e.id;
