-- What a source has brought in one day: its budgets of a day count in it.
ALTER TABLE source ADD COLUMN spent_day      INTEGER NOT NULL DEFAULT 0;   -- days since 1970, UTC
ALTER TABLE source ADD COLUMN spent_entries  INTEGER NOT NULL DEFAULT 0;   -- new entries stored
ALTER TABLE source ADD COLUMN spent_bytes    INTEGER NOT NULL DEFAULT 0;   -- of their texts, and of earlier ones kept
ALTER TABLE source ADD COLUMN spent_warnings INTEGER NOT NULL DEFAULT 0;   -- told
