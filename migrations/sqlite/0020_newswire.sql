-- What was read of entries as wire copy, beside their texts: it is read again by better rules
-- without a text being written, and goes with the text.
CREATE TABLE newswire (
    entry_id       INTEGER PRIMARY KEY REFERENCES entry (id),
    version        INTEGER NOT NULL,              -- xxh3 of the text's body, as TextHash has it
    edition        INTEGER NOT NULL,              -- the rules that it was read by
    wire           TEXT,
    release_number TEXT,
    notice         TEXT,                          -- what kind of notice it is
    reading        BLOB    NOT NULL               -- all of it: store/codec/newswire.rs
) STRICT;

-- Copies of a release, whatever their language.
CREATE INDEX newswire_release ON newswire (release_number, wire) WHERE release_number IS NOT NULL;
-- Notices are few.
CREATE INDEX newswire_notice ON newswire (notice, entry_id) WHERE notice IS NOT NULL;
