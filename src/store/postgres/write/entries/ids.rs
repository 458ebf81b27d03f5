//! Published ids of new entries: none that another entry has.

use std::collections::{BTreeMap, HashSet};

use crate::model::{EntryKey, SourceId};
use crate::store::Result;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::rules::nth_id;

/// A new entry that wants an id.
#[derive(Clone, Copy, Debug)]
pub struct IdWish<'a> {
    /// Which one.
    pub wanted: &'a str,
    /// The key of the entry, as its document has it.
    pub key: EntryKey,
}

/// Ids that were looked up, and those of them that another entry has.
#[derive(Default, Debug)]
pub struct IdsTaken {
    looked_up: HashSet<String>,
    taken: HashSet<String>,
}

impl IdsTaken {
    /// The first id for each wish that nobody has, the wishes before it included.
    ///
    /// # Errors
    /// The ids that have to be looked up before that can be said.
    fn assign(&self, source: &SourceId, wishes: &[IdWish<'_>]) -> std::result::Result<Vec<String>, HashSet<String>> {
        let (mut given, mut unknown, mut all) = (HashSet::new(), HashSet::new(), Vec::new());
        for wish in wishes {
            let mut n = 0;
            let id = loop {
                let id = nth_id(wish.wanted, source, wish.key, n);
                if !self.taken.contains(&id) && !given.contains(&id) {
                    break id;
                }
                n += 1;
            };
            if !self.looked_up.contains(&id) {
                unknown.insert(id.clone());
            }
            given.insert(id.clone());
            all.push(id);
        }
        if unknown.is_empty() { Ok(all) } else { Err(unknown) }
    }

    fn learn(&mut self, asked: HashSet<String>, taken: Vec<String>) {
        self.looked_up.extend(asked);
        self.taken.extend(taken);
    }

    /// Notes that another entry has come by one of them meanwhile.
    pub fn lose(&mut self, id: &str) {
        self.taken.insert(id.to_owned());
    }
}

/// Compared by their hashes: an id may be longer than an index takes.
const TAKEN: &str = "
    SELECT q.id
      FROM unnest($1::text[]) AS q (id)
      JOIN entry e ON e.published_id_sha = sha256(convert_to(q.id, 'UTF8'))";

/// Finds an id for each wish.
pub async fn assigned(tx: &Tx, source: &SourceId, wishes: &[IdWish<'_>], known: &mut IdsTaken) -> Result<Vec<String>> {
    loop {
        let unknown = match known.assign(source, wishes) {
            Ok(assigned) => return Ok(assigned),
            Err(unknown) => unknown,
        };
        // What comes back is as the server has it, which cannot hold all that a text can.
        let sent: BTreeMap<String, &String> = unknown.iter().map(|id| (stored(id), id)).collect();
        let asked: Vec<SqlText<'_>> = sent.keys().map(|id| SqlText(id)).collect();
        let rows = tx.rows(TAKEN, &[asked.param()]).await?;
        let taken = rows.iter().map(|row| column(row, "id")).collect::<Result<Vec<String>>>()?;
        let taken = taken.iter().filter_map(|id| sent.get(id)).map(|id| String::clone(id)).collect();
        drop(sent);
        known.learn(unknown, taken);
    }
}

/// An id as the server keeps it.
pub fn stored(id: &str) -> String {
    id.replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::rules::minted_id;

    fn source() -> SourceId {
        SourceId::new("a").unwrap()
    }

    fn assign(taken: &[&str], wanted: &[&str]) -> Vec<String> {
        let keys: Vec<EntryKey> =
            wanted.iter().enumerate().map(|(n, _)| EntryKey::of("id", &[&n.to_string()])).collect();
        let wishes: Vec<IdWish<'_>> = wanted.iter().zip(keys).map(|(wanted, key)| IdWish { wanted, key }).collect();
        let mut known = IdsTaken::default();
        loop {
            match known.assign(&source(), &wishes) {
                Ok(all) => return all,
                Err(unknown) => {
                    let taken = unknown.iter().filter(|id| taken.contains(&id.as_str())).cloned().collect();
                    known.learn(unknown, taken);
                }
            }
        }
    }

    #[test]
    fn no_two_entries_get_one_id_o5() {
        let nth = |at: usize, n| minted_id(&source(), EntryKey::of("id", &[&at.to_string()]), n);
        assert_eq!(assign(&[], &["urn:x:1", "urn:x:2"]), ["urn:x:1", "urn:x:2"]);
        assert_eq!(assign(&[], &["urn:x:1", "urn:x:1"]), ["urn:x:1".to_owned(), nth(1, 0)]);
        assert_eq!(assign(&["urn:x:1"], &["urn:x:1", "urn:x:1"]), [nth(0, 0), nth(1, 0)]);
        let (first, second) = (nth(0, 0), nth(0, 1));
        assert_eq!(assign(&["urn:x:1", &first, &second], &["urn:x:1"]), [nth(0, 2)]);
        // The one before it in the document asks for what is minted for it.
        assert_eq!(assign(&["urn:x:1"], &[&nth(1, 0), "urn:x:1"]), [nth(1, 0), nth(1, 1)]);
    }
}
