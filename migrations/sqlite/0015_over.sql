-- Since when a source is over a budget of a day, for the list and the count of such sources.
ALTER TABLE source ADD COLUMN over_at INTEGER;

CREATE INDEX source_over ON source (id) WHERE active = 1 AND over_at IS NOT NULL;
