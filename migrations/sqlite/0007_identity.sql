-- Fingerprints of edition 1 (model/known.rs): entries get theirs when they are met
-- again. Of these, link_hash is NULL; page_hash stands for it.
ALTER TABLE entry ADD COLUMN edition     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN id_hash     INTEGER;
ALTER TABLE entry ADD COLUMN page_hash   INTEGER;
ALTER TABLE entry ADD COLUMN labels_hash INTEGER;
ALTER TABLE entry ADD COLUMN rest_hash   INTEGER;
ALTER TABLE entry ADD COLUMN said_at     INTEGER;

CREATE INDEX entry_page ON entry (page_hash, source_no) WHERE page_hash IS NOT NULL;

-- A hash can be met on purpose: published ids are compared as they are.
DROP INDEX entry_published_id;
CREATE UNIQUE INDEX entry_published_id ON entry (published_id);

-- Why an entry stands where it does: NULL not told, 0 by its date, 1 by its arrival,
-- 2 brought back by a revision, 3 left in its place by one.
ALTER TABLE route ADD COLUMN standing INTEGER;
