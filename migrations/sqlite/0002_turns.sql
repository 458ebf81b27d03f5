-- Whose turn it is, who asked to be left alone, and how we stand with servers.

ALTER TABLE source ADD COLUMN host     TEXT NOT NULL DEFAULT '';   -- where it is asked next
ALTER TABLE source ADD COLUMN proxy    TEXT NOT NULL DEFAULT '';   -- the way there, without credentials
ALTER TABLE source ADD COLUMN site     TEXT NOT NULL DEFAULT '';   -- registrable domain of host
ALTER TABLE source ADD COLUMN standing TEXT NOT NULL DEFAULT '{}'; -- store/codec/standing.rs

CREATE INDEX source_site ON source (site) WHERE active = 1;

-- Requests under way. One that is not ended lapses with its claim.
CREATE TABLE turn (
    host        TEXT    NOT NULL,
    source_no   INTEGER NOT NULL REFERENCES source (no),
    worker      TEXT    NOT NULL,
    until_at    INTEGER NOT NULL,
    PRIMARY KEY (host, source_no)
) STRICT, WITHOUT ROWID;

-- When a request was last started on a registrable domain.
CREATE TABLE site (
    site        TEXT    PRIMARY KEY,
    started_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Hosts that asked to be left alone; host '' stands for the whole site.
CREATE TABLE hold (
    site        TEXT    NOT NULL,
    host        TEXT    NOT NULL,
    proxy       TEXT    NOT NULL,
    asked_at    INTEGER NOT NULL,
    until_at    INTEGER NOT NULL,
    strikes     INTEGER NOT NULL,
    because     TEXT    NOT NULL,
    PRIMARY KEY (site, host, proxy)
) STRICT, WITHOUT ROWID;
