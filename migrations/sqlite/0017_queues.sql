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
