-- Texts whose words the search index lacks (store/index.rs): a queue. A number up to
-- which all are in the index says nothing where a lower one may be stored later.
CREATE TABLE unindexed (
    entry_id           INTEGER PRIMARY KEY REFERENCES entry (id)
) STRICT;

INSERT INTO unindexed
SELECT entry_id FROM text
 WHERE entry_id > coalesce((SELECT indexed_to FROM index_state), 0);

INSERT OR IGNORE INTO unindexed
SELECT q.entry_id FROM reindex q JOIN text t ON t.entry_id = q.entry_id;

DROP TABLE reindex;
DROP TABLE index_state;

-- The rules in force (store/rematches.rs), once some are. What is decided by others is
-- decided again by these.
CREATE TABLE rules (
    one                INTEGER PRIMARY KEY CHECK (one = 1),
    made_by            TEXT    NOT NULL
) STRICT;

-- Entries that wait to be decided again stay queued. A rematch that is under way came to
-- those that arrived since it began at its end; from now on these wait, too.
INSERT OR IGNORE INTO decide_again
SELECT entry_id FROM text
 WHERE entry_id > (SELECT min(newest) FROM rematch);

-- Without a text nobody can decide.
DELETE FROM decide_again
 WHERE NOT EXISTS (SELECT 1 FROM text t WHERE t.entry_id = decide_again.entry_id);

ALTER TABLE rematch DROP COLUMN newest;
