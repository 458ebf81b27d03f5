-- Where each entry was placed among those that carry the same release, and by what the next ones
-- find it. A story bears the number of its first entry.
CREATE TABLE story_copy (
    entry_id           bigint   PRIMARY KEY,
    story              bigint   NOT NULL,
    at                 bigint   NOT NULL,             -- published, else first seen
    title              bigint   NOT NULL,             -- the headline's key; 0 for none
    runs               bigint   NOT NULL,             -- how much text there is to compare
    relation           text     COLLATE "C" NOT NULL, -- to like_id
    like_id            bigint,                        -- the entry that it is most like
    score              bigint   NOT NULL,             -- in thousandths
    evidence           text     NOT NULL,             -- sentences and links: store/codec/placement.rs
    reading            bytea,                         -- what is compared; goes with the text
    keys               bigint[] NOT NULL,             -- hashes of text, headline, number and link
    sketch             bigint[]                       -- hashes of runs of words; goes with the window
);

ALTER TABLE story_copy ALTER COLUMN reading SET STORAGE EXTERNAL;   -- zstd has been there

-- A story's copies, the fullest last.
CREATE INDEX story_copy_story ON story_copy (story, runs);
-- What leaves the window.
CREATE INDEX story_copy_sketched ON story_copy (at) WHERE sketch IS NOT NULL;
CREATE INDEX story_copy_keys ON story_copy USING gin (keys);
CREATE INDEX story_copy_sketch ON story_copy USING gin (sketch);

-- One row, held by whoever places entries until his transaction ends: the next sees what he placed.
CREATE TABLE story_turn (
    one                boolean  PRIMARY KEY DEFAULT true CHECK (one)
);
INSERT INTO story_turn DEFAULT VALUES;
