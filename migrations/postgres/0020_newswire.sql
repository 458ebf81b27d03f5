-- What was read of entries as wire copy, beside their texts: it is read again by better rules
-- without a text being written, and goes with the text.
CREATE TABLE newswire (
    entry_id           bigint   PRIMARY KEY,
    version            bigint   NOT NULL,             -- text.version: of another text it is nothing
    edition            bigint   NOT NULL,             -- the rules that it was read by
    wire               text,
    release_number     text,
    notice             text     COLLATE "C",          -- what kind of notice it is
    reading            bytea    NOT NULL              -- all of it: store/codec/newswire.rs
) WITH (fillfactor = 90);

ALTER TABLE newswire ALTER COLUMN reading SET STORAGE EXTERNAL;   -- zstd has been there

-- Copies of a release, whatever their language.
CREATE INDEX newswire_release ON newswire (release_number, wire) WHERE release_number IS NOT NULL;
-- Notices are few.
CREATE INDEX newswire_notice ON newswire (notice, entry_id) WHERE notice IS NOT NULL;

-- How far what is stored has been gone through to be read anew by the rules in force.
CREATE TABLE rereading (
    one                boolean  PRIMARY KEY CHECK (one),
    rules              bigint   NOT NULL,             -- those of all sources together
    done_to            bigint,                        -- entries from this one on are done; NULL: none yet
    looked             bigint   NOT NULL,             -- entries gone through
    read               bigint   NOT NULL,             -- those of them that were read anew
    began_at           bigint   NOT NULL,
    ended_at           bigint                         -- when it came to the end
);
