-- Where each entry was placed among those that carry the same release, and by what the next ones
-- find it. A story bears the number of its first entry.
CREATE TABLE story_copy (
    entry_id INTEGER PRIMARY KEY REFERENCES entry (id),
    story    INTEGER NOT NULL,
    at       INTEGER NOT NULL,                    -- published, else first seen
    title    INTEGER NOT NULL,                    -- the headline's key; 0 for none
    runs     INTEGER NOT NULL,                    -- how much text there is to compare
    relation TEXT    NOT NULL,                    -- to like_id
    like_id  INTEGER,                             -- the entry that it is most like
    score    INTEGER NOT NULL,                    -- in thousandths
    evidence TEXT    NOT NULL,                    -- sentences and links: store/codec/placement.rs
    reading  BLOB,                                -- what is compared; goes with the text
    keys     BLOB    NOT NULL,                    -- what it has in story_key
    sketch   BLOB                                 -- what it has in story_row; goes with the window
) STRICT;

-- A story's copies, the fullest last.
CREATE INDEX story_copy_story ON story_copy (story, runs);
-- What leaves the window.
CREATE INDEX story_copy_sketched ON story_copy (at) WHERE sketch IS NOT NULL;

-- Hashes of text, headline, number and link.
CREATE TABLE story_key (
    key      INTEGER NOT NULL,
    entry_id INTEGER NOT NULL,
    PRIMARY KEY (key, entry_id)
) STRICT, WITHOUT ROWID;

-- Hashes of runs of words, of 32 bits, as long as copies may follow.
CREATE TABLE story_row (
    row      INTEGER NOT NULL,
    entry_id INTEGER NOT NULL,
    PRIMARY KEY (row, entry_id)
) STRICT, WITHOUT ROWID;
