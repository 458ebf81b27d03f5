-- What stored decisions were made by: a feed whose decisions are all made by one
-- rule names it, and a source the labels that filters read of it.
ALTER TABLE feed ADD COLUMN made_by TEXT;
ALTER TABLE source ADD COLUMN labels TEXT;              -- store/rematch.rs

UPDATE feed
   SET made_by = (SELECT edition.value
                    FROM memory m, json_each(iif(json_valid(m.value), m.value, '{}'), '$.feeds') edition
                   WHERE m.name = 'decided-by' AND edition.key = feed.id);

UPDATE source
   SET labels = (SELECT label.value
                   FROM memory m, json_each(iif(json_valid(m.value), m.value, '{}'), '$.sources') label
                  WHERE m.name = 'decided-by' AND label.key = source.id);

-- A rematch that is under way, or was cut short. Whoever goes on with it takes
-- another number, so that one that is no longer wanted writes nothing more.
CREATE TABLE rematch (
    run                INTEGER PRIMARY KEY AUTOINCREMENT,
    name               TEXT    NOT NULL UNIQUE,
    decided_by         TEXT    NOT NULL,                -- store/rematch.rs
    began_at           INTEGER NOT NULL,
    newest             INTEGER NOT NULL,                -- the newest entry when it began
    done_to            INTEGER,                         -- from there on down to this one all are decided
    entries            INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE rematch_feed (
    run                INTEGER NOT NULL REFERENCES rematch (run),
    feed               TEXT    NOT NULL,
    settles            INTEGER NOT NULL,                -- whether its decisions stand at the end
    gained             INTEGER NOT NULL DEFAULT 0,
    lost               INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run, feed)
) STRICT, WITHOUT ROWID;

-- Entries whose text changed while a rematch was under way: a poll that began
-- before it may have decided about them by the old rule.
CREATE TABLE decide_again (
    entry_id           INTEGER PRIMARY KEY REFERENCES entry (id)
) STRICT;

DROP TABLE memory;
