-- The index keeps where words stand, so that phrases and proximity are looked up
-- in it: the filter evaluates nearly nothing in vain. It is filled anew behind
-- the polls.
DROP TABLE search;

CREATE VIRTUAL TABLE search USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = 'ascii', detail = full
);

-- Fewer, larger segments and merges: faster to fill, and no slower to ask.
INSERT INTO search (search, rank) VALUES ('automerge', 16);
INSERT INTO search (search, rank) VALUES ('hashsize', 8388608);

DELETE FROM reindex;
UPDATE index_state SET indexed_to = 0;
