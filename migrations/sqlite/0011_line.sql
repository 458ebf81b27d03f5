-- The desk's own line: since when no source can be reached.
CREATE TABLE line (
    one                INTEGER PRIMARY KEY CHECK (one = 1),
    offline_at         INTEGER
) STRICT;
