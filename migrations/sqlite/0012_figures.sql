-- Figures that pages show, kept in the transaction that changes what they count:
-- no page counts entries, decisions or sources.

-- From when on a source is stale, unless it is read before (store/records.rs); NULL: never.
ALTER TABLE source ADD COLUMN stale_at INTEGER;

UPDATE source
   SET stale_at = CASE WHEN last_success_at IS NOT NULL THEN last_success_at + 3 * interval_ms
                       WHEN failures >= 3 THEN 0 END;

CREATE INDEX source_active  ON source (id) WHERE active = 1;
CREATE INDEX source_failing ON source (id) WHERE active = 1 AND failures > 0;
CREATE INDEX source_stale   ON source (stale_at) WHERE active = 1 AND stale_at IS NOT NULL;

CREATE TABLE figures (
    one                INTEGER PRIMARY KEY CHECK (one = 1),
    sources            INTEGER NOT NULL,                -- those that are polled
    failing            INTEGER NOT NULL,                -- of these, those whose last poll failed
    entries            INTEGER NOT NULL                 -- of all sources, retired ones too
) STRICT;

INSERT INTO figures
SELECT 1, coalesce(sum(active), 0), coalesce(sum(active = 1 AND failures > 0), 0), coalesce(sum(entries), 0)
  FROM source;

CREATE TRIGGER source_added AFTER INSERT ON source
BEGIN
    UPDATE figures
       SET sources = sources + new.active,
           failing = failing + (new.active = 1 AND new.failures > 0),
           entries = entries + new.entries;
END;

CREATE TRIGGER source_changed AFTER UPDATE OF active, failures, entries ON source
WHEN old.active <> new.active OR (old.failures > 0) <> (new.failures > 0) OR old.entries <> new.entries
BEGIN
    UPDATE figures
       SET sources = sources + new.active - old.active,
           failing = failing + (new.active = 1 AND new.failures > 0) - (old.active = 1 AND old.failures > 0),
           entries = entries + new.entries - old.entries;
END;

CREATE TRIGGER source_removed AFTER DELETE ON source
BEGIN
    UPDATE figures
       SET sources = sources - old.active,
           failing = failing - (old.active = 1 AND old.failures > 0),
           entries = entries - old.entries;
END;

-- Entries of a source by the day on which they were first seen, and of a feed by the
-- day at which they stand; days are UTC's. What no page shows any more goes with the
-- first entry of a later day.
CREATE TABLE source_day (
    source_no          INTEGER NOT NULL REFERENCES source (no),
    day                INTEGER NOT NULL,                -- since 1970
    entries            INTEGER NOT NULL,
    PRIMARY KEY (source_no, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE feed_day (
    feed_no            INTEGER NOT NULL REFERENCES feed (no),
    day                INTEGER NOT NULL,
    entries            INTEGER NOT NULL,
    PRIMARY KEY (feed_no, day)
) STRICT, WITHOUT ROWID;

INSERT INTO source_day
SELECT source_no, first_seen_at / 86400000, count(*)
  FROM entry
 WHERE first_seen_at > (SELECT max(first_seen_at) FROM entry) - 31 * 86400000
 GROUP BY 1, 2;

INSERT INTO feed_day
SELECT feed_no, sort_at / 86400000, count(*)
  FROM route
 WHERE admitted = 1 AND sort_at > (SELECT max(first_seen_at) FROM entry) - 31 * 86400000
 GROUP BY 1, 2;

CREATE TRIGGER source_day_begun AFTER INSERT ON source_day
BEGIN
    DELETE FROM source_day WHERE source_no = new.source_no AND day < new.day - 31;
END;

CREATE TRIGGER feed_day_begun AFTER INSERT ON feed_day
BEGIN
    DELETE FROM feed_day WHERE feed_no = new.feed_no AND day < new.day - 31;
END;

CREATE TRIGGER entry_added AFTER INSERT ON entry
BEGIN
    INSERT INTO source_day VALUES (new.source_no, new.first_seen_at / 86400000, 1)
    ON CONFLICT (source_no, day) DO UPDATE SET entries = entries + 1;
END;

-- A clock that was ahead dated it.
CREATE TRIGGER entry_redated AFTER UPDATE OF first_seen_at ON entry
WHEN old.first_seen_at / 86400000 <> new.first_seen_at / 86400000
BEGIN
    UPDATE source_day
       SET entries = max(entries - 1, 0)
     WHERE source_no = old.source_no AND day = old.first_seen_at / 86400000;
    INSERT INTO source_day VALUES (new.source_no, new.first_seen_at / 86400000, 1)
    ON CONFLICT (source_no, day) DO UPDATE SET entries = entries + 1;
END;

CREATE TRIGGER route_added AFTER INSERT ON route WHEN new.admitted = 1
BEGIN
    INSERT INTO feed_day VALUES (new.feed_no, new.sort_at / 86400000, 1)
    ON CONFLICT (feed_no, day) DO UPDATE SET entries = entries + 1;
END;

CREATE TRIGGER route_changed AFTER UPDATE OF admitted, sort_at ON route
WHEN old.admitted <> new.admitted OR old.sort_at / 86400000 <> new.sort_at / 86400000
BEGIN
    UPDATE feed_day
       SET entries = max(entries - 1, 0)
     WHERE old.admitted = 1 AND feed_no = old.feed_no AND day = old.sort_at / 86400000;
    INSERT INTO feed_day
    SELECT new.feed_no, new.sort_at / 86400000, 1
     WHERE new.admitted = 1
    ON CONFLICT (feed_no, day) DO UPDATE SET entries = entries + 1;
END;

CREATE TRIGGER route_removed AFTER DELETE ON route WHEN old.admitted = 1
BEGIN
    UPDATE feed_day
       SET entries = max(entries - 1, 0)
     WHERE feed_no = old.feed_no AND day = old.sort_at / 86400000;
END;
