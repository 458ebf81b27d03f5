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

-- How far what is stored has been gone through to be read anew by the rules in force.
CREATE TABLE rereading (
    one            INTEGER PRIMARY KEY CHECK (one = 1),
    rules          INTEGER NOT NULL,              -- those of all sources together
    done_to        INTEGER,                       -- entries from this one on are done; NULL: none yet
    looked         INTEGER NOT NULL,              -- entries gone through
    read           INTEGER NOT NULL,              -- those of them that were read anew
    began_at       INTEGER NOT NULL,
    ended_at       INTEGER                        -- when it came to the end
) STRICT;
