-- Nodes: who works on this store. What a claim and a turn are held by is a node's id, a
-- blank and its generation; what an earlier program held is free.
CREATE TABLE node (
    id          TEXT    PRIMARY KEY,
    generation  INTEGER NOT NULL,                   -- none is used twice, by whatever node
    kind        INTEGER NOT NULL,                   -- store/sqlite/nodes.rs
    process     TEXT    NOT NULL,                   -- store/process.rs
    joined_at   INTEGER NOT NULL,
    beat_at     INTEGER NOT NULL,
    left_at     INTEGER                             -- NULL: it is at work
) STRICT, WITHOUT ROWID;

DELETE FROM turn;
ALTER TABLE turn RENAME COLUMN worker TO holder;

UPDATE source SET lease = lease + 1, lease_until_at = 0 WHERE lease_until_at > 0;
UPDATE source SET holder = '' WHERE holder <> '';
