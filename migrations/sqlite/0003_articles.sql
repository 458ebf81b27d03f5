-- Pages that entries of sources with full_text = true link to: once a revision.

CREATE TABLE article (
    entry_id    INTEGER PRIMARY KEY REFERENCES entry (id),
    source_no   INTEGER NOT NULL REFERENCES source (no),
    due_at      INTEGER,                             -- NULL: settled, as said tells
    tries       INTEGER NOT NULL DEFAULT 0,
    said        TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX article_due ON article (due_at, source_no) WHERE due_at IS NOT NULL;
