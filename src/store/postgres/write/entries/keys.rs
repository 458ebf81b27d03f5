//! Keys of a source's entries while a document is written: which entry ends with which.
//!
//! All entries of a source are written by one who holds its row in `schedule`. So what is
//! looked up once is true until the commit, and keys are settled in memory, one wish after
//! another, before any is written.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::keys::spare_key;
use crate::model::{EntryId, EntryKey};
use crate::store::postgres::link::tx::{Tx, Typed, column};
use crate::store::{Error, Result};

/// What is wanted of keys, in the order of the document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyWish {
    /// A known entry lets go of its key.
    Release(EntryId),
    /// A known entry is to have this one; should another have it, it keeps its own.
    Rekey(EntryId, EntryKey),
    /// A new entry is to have this one; should another have it, one in its place.
    Add(EntryKey),
}

/// The key of an entry that let go of its own.
fn released(entry: EntryId) -> EntryKey {
    EntryKey::of("released", &[&entry.to_string()])
}

/// What the store knows of keys.
#[derive(Default, Debug)]
pub struct KeysHeld {
    /// Who has each key that was looked up; `None`: nobody.
    holders: HashMap<EntryKey, Option<EntryId>>,
}

/// Who has which key when all wishes are settled.
#[derive(Default, PartialEq, Eq, Debug)]
pub struct SettledKeys {
    /// Those of known entries whose key changes.
    pub changed: BTreeMap<EntryId, EntryKey>,
    /// Those of new entries, in the order of their wishes.
    pub added: Vec<EntryKey>,
    /// Known entries among `changed` whose old key another gets: they let go of it first.
    pub vacating: Vec<EntryId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Holder {
    Known(EntryId),
    Added,
}

impl KeysHeld {
    /// Notes that these were looked up, and who has some of them.
    pub fn learn(&mut self, asked: &[EntryKey], held: &[(EntryId, EntryKey)]) {
        for key in asked {
            self.holders.entry(*key).or_default();
        }
        self.holders.extend(held.iter().map(|(entry, key)| (*key, Some(*entry))));
    }

    /// Settles wishes one after another.
    ///
    /// # Errors
    /// The keys that have to be looked up before that can be done.
    pub fn settle(&self, wishes: &[KeyWish]) -> std::result::Result<SettledKeys, Vec<EntryKey>> {
        let known = self.holders.iter().filter_map(|(key, holder)| Some((*key, Holder::Known((*holder)?))));
        let mut settling = Settling { held: self, holders: known.collect(), of: self.keys(), unknown: HashSet::new() };
        let mut added = Vec::new();
        for wish in wishes {
            match *wish {
                KeyWish::Release(entry) => settling.rekey(entry, released(entry)),
                KeyWish::Rekey(entry, key) => settling.rekey(entry, key),
                KeyWish::Add(key) => added.push(settling.add(key)),
            }
        }
        if !settling.unknown.is_empty() {
            return Err(settling.unknown.into_iter().collect());
        }
        let before = self.keys();
        let is_changed = |entry: &EntryId, key: &EntryKey| before.get(entry) != Some(key);
        let changed: BTreeMap<EntryId, EntryKey> =
            settling.of.into_iter().filter(|(entry, key)| is_changed(entry, key)).collect();
        let taken: HashSet<EntryKey> = changed.values().chain(&added).copied().collect();
        let gets_taken = |entry: &&EntryId| before.get(entry).is_some_and(|key| taken.contains(key));
        let vacating = changed.keys().filter(gets_taken).copied().collect();
        Ok(SettledKeys { changed, added, vacating })
    }

    fn keys(&self) -> HashMap<EntryId, EntryKey> {
        self.holders.iter().filter_map(|(key, holder)| Some(((*holder)?, *key))).collect()
    }
}

/// Wishes being settled. A key that nobody has looked up counts as free and is noted.
struct Settling<'a> {
    held: &'a KeysHeld,
    holders: HashMap<EntryKey, Holder>,
    of: HashMap<EntryId, EntryKey>,
    unknown: HashSet<EntryKey>,
}

impl Settling<'_> {
    fn holder(&mut self, key: EntryKey) -> Option<Holder> {
        let holder = self.holders.get(&key).copied();
        if holder.is_none() && !self.held.holders.contains_key(&key) {
            self.unknown.insert(key);
        }
        holder
    }

    fn rekey(&mut self, entry: EntryId, key: EntryKey) {
        if self.holder(key).is_some() {
            return;
        }
        if let Some(old) = self.of.insert(entry, key) {
            self.holders.remove(&old);
        }
        self.holders.insert(key, Holder::Known(entry));
    }

    fn add(&mut self, wanted: EntryKey) -> EntryKey {
        let mut key = wanted;
        for n in 0.. {
            if self.holder(key).is_none() {
                break;
            }
            key = spare_key(wanted, n);
        }
        self.holders.insert(key, Holder::Added);
        key
    }
}

const HELD: &str = "
    SELECT id, key
      FROM entry
     WHERE source_no = $1::bigint AND key = ANY($2::bytea[])";

const OWN: &str = "SELECT id, key FROM entry WHERE id = ANY($1::bigint[])";

/// Settles wishes about keys of a source; `entries` are the known ones among them, which
/// are held.
pub async fn settled(tx: &Tx, source: i64, entries: &Vec<i64>, wishes: &[KeyWish]) -> Result<SettledKeys> {
    let mut held = KeysHeld::default();
    if !entries.is_empty() {
        let own = rows(&tx.rows(OWN, &[entries.param()]).await?)?;
        let keys: Vec<EntryKey> = own.iter().map(|(_, key)| *key).collect();
        held.learn(&keys, &own);
    }
    loop {
        let unknown = match held.settle(wishes) {
            Ok(settled) => return Ok(settled),
            Err(unknown) => unknown,
        };
        let asked: Vec<&[u8]> = unknown.iter().map(|key| &key.0[..]).collect();
        let found = rows(&tx.rows(HELD, &[source.param(), asked.param()]).await?)?;
        held.learn(&unknown, &found);
    }
}

/// A key that is none is a damaged row's: nobody asks for it, and it may be written over.
fn rows(rows: &[tokio_postgres::Row]) -> Result<Vec<(EntryId, EntryKey)>> {
    let mut found = Vec::new();
    for row in rows {
        let key: Vec<u8> = column(row, "key")?;
        if let Ok(key) = <[u8; 16]>::try_from(key) {
            found.push((EntryId(column(row, "id")?), EntryKey(key)));
        }
    }
    Ok::<_, Error>(found)
}

const SET_KEY: &str = "
    UPDATE entry e
       SET key = q.key
      FROM unnest($1::bigint[], $2::bytea[]) AS q (id, key)
     WHERE e.id = q.id";

impl SettledKeys {
    /// Has those let go of their keys that another gets.
    pub async fn vacate(&self, tx: &Tx) -> Result<()> {
        set(tx, self.vacating.iter().map(|entry| (*entry, released(*entry)))).await
    }

    /// Gives known entries their keys.
    pub async fn give(&self, tx: &Tx) -> Result<()> {
        set(tx, self.changed.iter().map(|(entry, key)| (*entry, *key))).await
    }
}

async fn set(tx: &Tx, keys: impl Iterator<Item = (EntryId, EntryKey)>) -> Result<()> {
    let (ids, keys): (Vec<i64>, Vec<Vec<u8>>) = keys.map(|(entry, key)| (entry.0, key.0.to_vec())).unzip();
    tx.over(ids.len(), SET_KEY, &[ids.param(), keys.param()]).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> EntryKey {
        EntryKey::of("id", &[name])
    }

    /// Settles as a store would that holds `held`, and says how often it was looked up.
    fn settle(held: &[(i64, &str)], wishes: &[KeyWish]) -> (SettledKeys, usize) {
        let table: Vec<(EntryId, EntryKey)> = held.iter().map(|(id, name)| (EntryId(*id), key(name))).collect();
        let mut known = KeysHeld::default();
        let own: Vec<EntryKey> = table.iter().map(|(_, key)| *key).collect();
        known.learn(&own, &table);
        for looks in 0.. {
            match known.settle(wishes) {
                Ok(settled) => return (settled, looks),
                Err(unknown) => known.learn(&unknown, &[]),
            }
        }
        unreachable!()
    }

    fn changed(settled: &SettledKeys) -> Vec<(i64, EntryKey)> {
        settled.changed.iter().map(|(entry, key)| (entry.0, *key)).collect()
    }

    #[test]
    fn keys_that_are_free_are_given() {
        let (settled, looks) = settle(&[], &[KeyWish::Add(key("a")), KeyWish::Add(key("b"))]);
        assert_eq!((settled.added, looks), (vec![key("a"), key("b")], 1));
        let (settled, _) = settle(&[(1, "a")], &[KeyWish::Rekey(EntryId(1), key("b")), KeyWish::Add(key("a"))]);
        assert_eq!((changed(&settled), &settled.added[..]), (vec![(1, key("b"))], &[key("a")][..]));
        assert_eq!(settled.vacating, [EntryId(1)]);
    }

    #[test]
    fn a_key_that_another_has_stays_its_r1() {
        let (settled, looks) = settle(&[(1, "a"), (2, "b")], &[KeyWish::Rekey(EntryId(1), key("b"))]);
        assert_eq!((settled, looks), (SettledKeys::default(), 0));
        let wishes = [key("a"), key("a"), key("a")].map(KeyWish::Add);
        let (settled, _) = settle(&[(1, "a")], &wishes);
        assert_eq!(settled.added, [0, 1, 2].map(|n| spare_key(key("a"), n)));
        // One that lets go of it later is too late for those before it.
        let wishes = [KeyWish::Add(key("a")), KeyWish::Rekey(EntryId(1), key("b"))];
        let (settled, _) = settle(&[(1, "a")], &wishes);
        assert_eq!((changed(&settled), &settled.added[..]), (vec![(1, key("b"))], &[spare_key(key("a"), 0)][..]));
        assert!(settled.vacating.is_empty(), "nobody gets what it had");
    }

    #[test]
    fn keys_change_places_once_they_are_let_go_of_r1() {
        let (one, two) = (EntryId(1), EntryId(2));
        let swap = [KeyWish::Rekey(one, key("b")), KeyWish::Rekey(two, key("a"))];
        assert_eq!(settle(&[(1, "a"), (2, "b")], &swap).0, SettledKeys::default());
        let wishes: Vec<KeyWish> = [KeyWish::Release(one), KeyWish::Release(two)].into_iter().chain(swap).collect();
        let (settled, _) = settle(&[(1, "a"), (2, "b")], &wishes);
        assert_eq!(changed(&settled), [(1, key("b")), (2, key("a"))]);
        assert_eq!(settled.vacating, [one, two]);
        // One that nothing else is given to keeps what stands for none.
        let (settled, _) = settle(&[(1, "a")], &[KeyWish::Release(one)]);
        assert_eq!((changed(&settled), &settled.vacating[..]), (vec![(1, released(one))], &[][..]));
    }
}
