-- What a filter's expression looks like as a tree, once for all routes that it made:
-- a route's evidence names it by its hash. Earlier evidence holds its own.
CREATE TABLE tree (
    hash               INTEGER PRIMARY KEY,
    parts              TEXT    NOT NULL             -- store/codec/evidence.rs
) STRICT;
