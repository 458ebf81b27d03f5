//! The rules in force, and entries about which other rules have decided since.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::model::EntryId;
use crate::store::rules::Decider;
use crate::store::{Error, Result, RulesId};

const RULES: &str = "SELECT made_by FROM rules";

/// See [`Rematches::rules`](crate::store::Rematches::rules).
pub fn rules(c: &Connection) -> rusqlite::Result<Option<RulesId>> {
    c.prepare_cached(RULES)?.query_row([], |r| r.get(0).map(RulesId::stored)).optional()
}

const SET_RULES: &str = "
    INSERT INTO rules (one, made_by)
    VALUES (1, :made_by)
    ON CONFLICT (one)
    DO UPDATE SET made_by = excluded.made_by";

/// Puts rules in force.
pub fn set(c: &Connection, rules: &RulesId) -> rusqlite::Result<()> {
    c.prepare_cached(SET_RULES)?.execute(named_params! { ":made_by": rules.as_str() }).map(drop)
}

/// Ends whoever decides by rules that are no longer in force.
pub fn check(c: &Connection, by: &RulesId) -> Result<()> {
    match decider(c, by)? {
        Decider::InForce => Ok(()),
        Decider::Others => Err(Error::Superseded),
    }
}

const QUEUE: &str = "INSERT OR IGNORE INTO decide_again VALUES (:entry)";

/// Who these rules are by now.
pub fn decider(c: &Connection, by: &RulesId) -> rusqlite::Result<Decider> {
    Ok(Decider::of(rules(c)?.as_ref(), by))
}

/// Has feeds decide again about an entry that these rules decided about, where they have to.
pub fn queue(c: &Connection, by: Decider, entry: EntryId) -> rusqlite::Result<()> {
    match by {
        Decider::InForce => Ok(()),
        Decider::Others => decide(c, entry),
    }
}

/// Has feeds decide again about an entry, whoever has decided.
pub fn decide(c: &Connection, entry: EntryId) -> rusqlite::Result<()> {
    c.prepare_cached(QUEUE)?.execute(named_params! { ":entry": entry.0 }).map(drop)
}

const DECIDED: &str = "DELETE FROM decide_again WHERE entry_id = :entry";

/// Notes that the rules in force have decided about an entry.
pub fn decided(c: &Connection, entry: EntryId) -> rusqlite::Result<()> {
    c.prepare_cached(DECIDED)?.execute(named_params! { ":entry": entry.0 }).map(drop)
}

const DECIDE_AGAIN: &str = "
    SELECT entry_id
      FROM decide_again
     WHERE entry_id > :after
     ORDER BY entry_id
     LIMIT :limit";

/// See [`Rematches::decide_again`](crate::store::Rematches::decide_again).
pub fn decide_again(c: &Connection, after: Option<EntryId>, limit: usize) -> Result<Vec<EntryId>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let page = named_params! { ":after": after.map_or(0, |id| id.0), ":limit": limit };
    Ok(c.prepare_cached(DECIDE_AGAIN)?.query_map(page, |r| r.get(0).map(EntryId))?.collect::<rusqlite::Result<_>>()?)
}
