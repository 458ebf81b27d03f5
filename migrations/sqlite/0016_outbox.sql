-- Changes that a reader can see, in the order in which they were committed.
CREATE TABLE change (
    seq      INTEGER PRIMARY KEY,             -- never used again: the newest row is never pruned
    feed_no  INTEGER NOT NULL,                -- verify looks that it is there
    entry_id INTEGER,                         -- NULL: the feed as a whole
    kind     INTEGER NOT NULL,                -- store/sqlite/outbox.rs
    at       INTEGER NOT NULL
) STRICT;
