-- What a feed's document of each format was when it was last made, and since when it has
-- been so. The dates of before are kept, or each reader would fetch each feed once.
CREATE TABLE document (
    feed_no INTEGER NOT NULL REFERENCES feed (no),
    format  TEXT    NOT NULL,                 -- as the end of its path says it: atom
    hash    BLOB    NOT NULL,                 -- xxh3, 128 bits
    at      INTEGER NOT NULL,                 -- store/documents.rs
    PRIMARY KEY (feed_no, format)
) STRICT, WITHOUT ROWID;

INSERT INTO document (feed_no, format, hash, at)
SELECT no, 'atom', document_hash, document_at
  FROM feed
 WHERE document_hash IS NOT NULL AND document_at IS NOT NULL;
