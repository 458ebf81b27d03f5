-- Days that figures count are kept by their number, not by how far they lie before the
-- latest: a day to come is a clock's that was ahead. It is shown nowhere, and takes no true
-- day with it. 62 days are twice what pages show (store/sqlite/status.rs).
DROP TRIGGER source_day_begun;
DROP TRIGGER feed_day_begun;

-- What such a clock has cost is counted anew.
DELETE FROM source_day;

INSERT INTO source_day
SELECT source_no, day, entries
  FROM (SELECT source_no, first_seen_at / 86400000 AS day, count(*) AS entries,
               row_number() OVER (PARTITION BY source_no ORDER BY first_seen_at / 86400000 DESC) AS place
          FROM entry
         GROUP BY 1, 2)
 WHERE place <= 62;

DELETE FROM feed_day;

INSERT INTO feed_day
SELECT feed_no, day, entries
  FROM (SELECT feed_no, sort_at / 86400000 AS day, count(*) AS entries,
               row_number() OVER (PARTITION BY feed_no ORDER BY sort_at / 86400000 DESC) AS place
          FROM route
         WHERE admitted = 1
         GROUP BY 1, 2)
 WHERE place <= 62;

CREATE TRIGGER source_day_begun AFTER INSERT ON source_day
BEGIN
    DELETE FROM source_day
     WHERE source_no = new.source_no
       AND day < (SELECT min(day)
                    FROM (SELECT day FROM source_day WHERE source_no = new.source_no ORDER BY day DESC LIMIT 62));
END;

CREATE TRIGGER feed_day_begun AFTER INSERT ON feed_day
BEGIN
    DELETE FROM feed_day
     WHERE feed_no = new.feed_no
       AND day < (SELECT min(day)
                    FROM (SELECT day FROM feed_day WHERE feed_no = new.feed_no ORDER BY day DESC LIMIT 62));
END;

-- When articles of a source were last claimed: it waits behind others from then on.
ALTER TABLE source ADD COLUMN articles_at INTEGER NOT NULL DEFAULT 0;
