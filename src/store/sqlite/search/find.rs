//! The search index: words in, candidates out.

use rusqlite::{Connection, named_params};

use crate::model::{Entry, EntryId};
use crate::store::codec::{Decoder, whole};
use crate::store::sqlite::past::history;
use crate::store::sqlite::read::row;
use crate::store::{Kept, Lookup, PORTION, Result, TextHash, Unindexed, WordRun, Words};

const WAITING: &str = "
    SELECT e.id, e.key, t.body
      FROM unindexed q
      JOIN entry e ON e.id = q.entry_id
      JOIN text t ON t.entry_id = q.entry_id
     WHERE q.entry_id > :after
     ORDER BY q.entry_id
     LIMIT :limit";

/// See [`Index::waiting`](crate::store::Index::waiting).
pub fn waiting(c: &Connection, after: Option<EntryId>, limit: usize) -> Result<Vec<Unindexed>> {
    let mut decoder = Decoder::new();
    let mut found = Vec::new();
    let mut statement = c.prepare_cached(WAITING)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(named_params! { ":after": after.map_or(0, |id| id.0), ":limit": limit })?;
    let mut bytes = 0;
    while bytes < PORTION
        && let Some(r) = rows.next()?
    {
        let id = r.get("id")?;
        let key = row::key(r, id)?;
        let body = r.get_ref("body")?.as_blob().unwrap_or_default();
        // A damaged text is gone past once, not at every pass.
        let entry = whole(id, decoder.stored(body, key))?.unwrap_or_else(|| Entry::new(key).into());
        bytes += entry.size_bytes();
        found.push(Unindexed { id: EntryId(id), entry, version: history::version(body) });
    }
    Ok(found)
}

/// Has the words of an entry's text indexed.
pub const QUEUE: &str = "INSERT OR IGNORE INTO unindexed VALUES (:entry)";

const INDEXED: &str = "DELETE FROM unindexed WHERE entry_id = :entry";

/// Asked of the index's own table: to delete what is not there costs as much as to delete.
const HAS_WORDS: &str = "SELECT 1 FROM search_docsize WHERE id = :entry";

const DROP_WORDS: &str = "DELETE FROM search WHERE rowid = :entry";

const ADD_WORDS: &str = "
    INSERT INTO search (rowid, words)
    VALUES (:entry, :words)";

/// See [`Index::index`](crate::store::Index::index).
pub fn index(c: &Connection, words: &[Words]) -> Result<()> {
    for w in words {
        let it = named_params! { ":entry": w.entry.0 };
        let current = history::current(c, w.entry)?;
        // A newer text waits for words of its own, which take the place of older ones.
        if current.is_some_and(|version| version != w.version) {
            continue;
        }
        if c.prepare_cached(HAS_WORDS)?.exists(it)? {
            c.prepare_cached(DROP_WORDS)?.execute(it)?;
        }
        c.prepare_cached(INDEXED)?.execute(it)?;
        if current.is_some() {
            c.prepare_cached(ADD_WORDS)?.execute(named_params! { ":entry": w.entry.0, ":words": w.words })?;
        }
    }
    Ok(())
}

/// The word of a text that is set aside. No letters of it are anybody's: U+F8FF is for
/// private use.
const ASIDE: &str = "\u{f8ff}aside";

/// See [`Index::set_aside`](crate::store::Index::set_aside).
pub fn set_aside(c: &Connection, entry: EntryId, version: TextHash) -> Result<()> {
    index(c, &[Words { entry, version, words: ASIDE.to_owned() }])
}

const SEARCH: &str = "
    SELECT e.id, e.source_no, e.key, e.first_seen_at, t.body,
           w.version AS read_version, w.edition AS read_edition, w.reading
      FROM search f
     CROSS JOIN entry e ON e.id = f.rowid
      JOIN text t ON t.entry_id = e.id
      LEFT JOIN newswire w ON w.entry_id = e.id
     WHERE search MATCH :words AND f.rowid < :before
     ORDER BY f.rowid DESC
     LIMIT :limit";

/// See [`Index::search`](crate::store::Index::search).
pub fn search(c: &Connection, lookup: &Lookup, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>> {
    let Some(words) = expression(lookup, DEEPEST) else { return history::history(c, before, limit) };
    let words = format!("{words} OR \"{ASIDE}\"");
    let mut statement = c.prepare_cached(SEARCH)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let page = named_params! { ":words": words, ":before": before.map_or(i64::MAX, |id| id.0), ":limit": limit };
    history::kept(c, &mut statement, page)
}

/// How deep an FTS5 expression may nest: its parser's stack holds some more.
const DEEPEST: usize = 24;

/// The FTS5 expression of a look-up; `None` when it narrows nothing, or what
/// it asks for lies too deep. Words are quoted, so nothing in them can be an
/// operator (check B80).
fn expression(lookup: &Lookup, deepest: usize) -> Option<String> {
    let joined = |parts: Vec<String>, with: &str| format!("({})", parts.join(with));
    let below = |part: &Lookup| expression(part, deepest.checked_sub(1)?);
    match lookup {
        Lookup::Everything => None,
        Lookup::Run(words) => Some(row(words)),
        Lookup::Near(left, right, between) => Some(format!("NEAR({} {}, {between})", row(left), row(right))),
        Lookup::And(parts) => {
            let parts: Vec<String> = parts.iter().filter_map(below).collect();
            (!parts.is_empty()).then(|| joined(parts, " AND "))
        }
        Lookup::Or(parts) => {
            let parts: Option<Vec<String>> = parts.iter().map(below).collect();
            parts.filter(|parts| !parts.is_empty()).map(|parts| joined(parts, " OR "))
        }
    }
}

fn row(row: &WordRun) -> String {
    let quoted = format!("\"{}\"", row.words.join(" ").replace('"', "\"\""));
    if row.open { format!("{quoted} *") } else { quoted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_ups_become_expressions_b80() {
        let words = |words: &[&str], open| WordRun { words: words.iter().map(|w| (*w).to_owned()).collect(), open };
        let word = |w: &str| Lookup::Run(words(&[w], false));
        let check =
            |lookup: Lookup, expected: Option<&str>| assert_eq!(expression(&lookup, DEEPEST).as_deref(), expected);
        check(Lookup::Everything, None);
        check(word("a\" OR b"), Some("\"a\"\" OR b\""));
        check(Lookup::Run(words(&["a", "por"], true)), Some("\"a por\" *"));
        check(Lookup::Near(words(&["a", "b"], false), words(&["c"], true), 7), Some("NEAR(\"a b\" \"c\" *, 7)"));
        check(Lookup::And(vec![word("a"), Lookup::Everything]), Some("(\"a\")"));
        check(Lookup::Or(vec![word("a"), Lookup::Everything]), None);
        check(Lookup::Or(vec![word("a"), word("b")]), Some("(\"a\" OR \"b\")"));
    }

    #[test]
    fn what_nests_deep_is_looked_up_as_far_as_can_be() {
        let word = |w: &str| Lookup::Run(WordRun { words: vec![w.to_owned()], open: false });
        let mut deep = word("mayor");
        for n in 0..64 {
            deep = match n % 2 {
                0 => Lookup::And(vec![word("mayor"), deep]),
                _ => Lookup::Or(vec![word("none"), deep]),
            };
        }
        let found = expression(&Lookup::And(vec![word("mayor"), deep]), DEEPEST).expect("something to look up");
        let c = Connection::open_in_memory().unwrap();
        c.execute_batch("CREATE VIRTUAL TABLE search USING fts5 (words); INSERT INTO search VALUES ('a mayor')")
            .unwrap();
        let count = c.query_row("SELECT count(*) FROM search WHERE search MATCH ?1", [found], |r| r.get::<_, i64>(0));
        assert_eq!(count.unwrap(), 1);
    }
}
