-- Words are folded otherwise (text/fold): Arabic without its vowel marks, and no mark of trade or
-- number of a note sticks to the word before it. All texts wait for the search index again;
-- until it has come to one, its earlier words are found.
INSERT OR IGNORE INTO unindexed SELECT entry_id FROM text;
