-- The time that the store believes in: it follows the machine's clock only as
-- fast as the desk runs, see store/trusted.rs. Absent until there is a history
-- that a clock could disagree with.
CREATE TABLE desk_clock (
    one                INTEGER PRIMARY KEY CHECK (one = 1),
    believed_at        INTEGER NOT NULL,
    since_at           INTEGER NOT NULL                 -- where the history begins that speaks for it
) STRICT;
