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
