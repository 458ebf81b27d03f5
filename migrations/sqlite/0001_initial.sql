-- Instants are UTC milliseconds; hashes are xxh3, 64 bits as a signed integer
-- or 128 bits as a blob.

CREATE TABLE source (
    no                 INTEGER PRIMARY KEY,
    id                 TEXT    NOT NULL UNIQUE,
    url_hash           INTEGER NOT NULL,            -- a hash, for an address may hold credentials
    active             INTEGER NOT NULL,
    interval_ms        INTEGER NOT NULL,            -- what a claim moves the due time on by
    next_poll_at       INTEGER NOT NULL,
    because            TEXT    NOT NULL,
    lease              INTEGER NOT NULL DEFAULT 0,
    lease_until_at     INTEGER NOT NULL DEFAULT 0,
    polls              INTEGER NOT NULL DEFAULT 0,
    documents          INTEGER NOT NULL DEFAULT 0,
    entries            INTEGER NOT NULL DEFAULT 0,
    last_poll_at       INTEGER,
    last_success_at    INTEGER,
    last_new_at        INTEGER,
    last_outcome       TEXT    NOT NULL DEFAULT '',
    failures           INTEGER NOT NULL DEFAULT 0,
    ever_validated     INTEGER NOT NULL DEFAULT 0,
    etag               BLOB,
    last_modified      BLOB,
    validators_url     TEXT,
    body_hash          BLOB,
    window             BLOB,                        -- numbers of the last document's entries, 8 bytes each
    rhythm_entries     REAL    NOT NULL DEFAULT 0,
    rhythm_span_ms     REAL    NOT NULL DEFAULT 0,
    ttl_ms             INTEGER,
    update_period_ms   INTEGER,
    skip_hours         INTEGER NOT NULL DEFAULT 0,
    skip_days          INTEGER NOT NULL DEFAULT 0,
    unstable_ids       INTEGER NOT NULL DEFAULT 0,
    warnings           TEXT    NOT NULL DEFAULT '[]',
    carrier            TEXT    NOT NULL DEFAULT '{}',
    last_run           INTEGER                      -- its latest row in poll
) STRICT;

CREATE INDEX source_due ON source (next_poll_at) WHERE active = 1;

-- An entry's identity, kept for ever; its text lies in text and may be pruned.
CREATE TABLE entry (
    id                 INTEGER PRIMARY KEY,
    source_no          INTEGER NOT NULL REFERENCES source (no),
    key                BLOB    NOT NULL,
    link_hash          INTEGER,
    path_hash          INTEGER,
    title_hash         INTEGER NOT NULL,
    material_hash      INTEGER NOT NULL,
    form_hash          INTEGER NOT NULL,
    published_id       TEXT    NOT NULL,
    published_id_hash  INTEGER NOT NULL,
    first_seen_at      INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    revisions          INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE UNIQUE INDEX entry_key ON entry (source_no, key);
CREATE INDEX entry_link ON entry (link_hash, source_no) WHERE link_hash IS NOT NULL;
CREATE UNIQUE INDEX entry_published_id ON entry (published_id_hash);

-- The current version of an entry's text.
CREATE TABLE text (
    entry_id           INTEGER PRIMARY KEY REFERENCES entry (id),
    seen_at            INTEGER NOT NULL,
    change             INTEGER,                     -- what brought it: NULL first, 0 cosmetic, 1 material
    body               BLOB    NOT NULL             -- store/codec.rs
) STRICT;

-- Earlier versions.
CREATE TABLE revision (
    entry_id           INTEGER NOT NULL REFERENCES entry (id),
    number             INTEGER NOT NULL,            -- 1 is the first version
    seen_at            INTEGER NOT NULL,
    change             INTEGER,
    body               BLOB    NOT NULL,
    PRIMARY KEY (entry_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE feed (
    no                 INTEGER PRIMARY KEY,
    id                 TEXT    NOT NULL UNIQUE,
    active             INTEGER NOT NULL,
    entries            INTEGER NOT NULL DEFAULT 0,  -- admitted now
    updated_at         INTEGER,                     -- newest change of an entry in it
    changed_at         INTEGER                      -- when its document last changed
) STRICT;

-- Decisions of feeds about entries. An entry that a feed considered without
-- finding any term of its filter has no row: that is the commonest decision.
CREATE TABLE route (
    entry_id           INTEGER NOT NULL REFERENCES entry (id),
    feed_no            INTEGER NOT NULL REFERENCES feed (no),
    admitted           INTEGER NOT NULL,
    sort_at            INTEGER NOT NULL,
    evidence           TEXT    NOT NULL,            -- store/codec.rs
    PRIMARY KEY (entry_id, feed_no)
) STRICT, WITHOUT ROWID;

CREATE INDEX route_order ON route (feed_no, sort_at, entry_id) WHERE admitted = 1;

-- The ledger of polls. Like polls in a row that brought nothing share a row.
CREATE TABLE poll (
    id                 INTEGER PRIMARY KEY,
    source_no          INTEGER NOT NULL REFERENCES source (no),
    kind               TEXT    NOT NULL,
    text               TEXT    NOT NULL,
    status             INTEGER,
    first_at           INTEGER NOT NULL,
    last_at            INTEGER NOT NULL,
    count              INTEGER NOT NULL,
    duration_ms        INTEGER NOT NULL,
    wire_bytes         INTEGER NOT NULL,
    new                INTEGER NOT NULL,
    revised            INTEGER NOT NULL
) STRICT;

CREATE INDEX poll_source ON poll (source_no, id);

CREATE TABLE tally (
    kind               TEXT    PRIMARY KEY,
    polls              INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Words for the search index arrive behind the polls: entries up to indexed_to
-- are in it, but for those that changed since and wait in reindex.
CREATE TABLE index_state (
    one                INTEGER PRIMARY KEY CHECK (one = 1),
    indexed_to         INTEGER NOT NULL
) STRICT;

INSERT INTO index_state VALUES (1, 0);

CREATE TABLE reindex (
    entry_id           INTEGER PRIMARY KEY REFERENCES entry (id)
) STRICT;

-- Words come folded and each once an entry (text::fold), so that neither
-- positions nor columns need keeping: the filter evaluates candidates exactly.
CREATE VIRTUAL TABLE search USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = 'ascii', detail = none
);

CREATE TABLE memory (
    name               TEXT    PRIMARY KEY,
    value              TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
