-- Which process holds a claim: what a killed one held is free at once, and not
-- when its lease lapses.
ALTER TABLE source ADD COLUMN holder TEXT NOT NULL DEFAULT '';   -- store/sqlite/holder.rs

CREATE INDEX source_leased ON source (holder) WHERE lease_until_at > 0;
