//! A store moved to another place, which may be of another kind: row by row in the order of
//! keys, a page in each transaction, with how far that came beside it. So whatever cuts it
//! short, it goes on there. Until it is whole and was compared, nobody can open it.
//!
//! - `table`: what is copied
//! - `row`: rows in a form that every kind of store can tell
//! - `end`: what a kind of store does for it
//!
//! Numbers, ids, hashes and texts are the same afterwards, byte for byte, and so are the
//! documents that are made of them.

mod end;
mod row;
mod table;

use std::collections::HashMap;
use std::sync::Arc;

pub use end::{CopyBegun, CopyEnd, CopyOrigin, CopyStep, TableBegun, text_of};
pub use row::{Altered, CopiedRow, CopiedValue, Tallied};
pub use table::{COPIED, ColumnKind, CopiedColumn, CopiedTable, PAGE_BYTES};

use crate::store::{Error, Result};
use row::{key_text, made_fit, read_key};

/// Values that the new store does not hold as they were, of which no more are named.
const NAMED: usize = 50;

/// After so many pages, and before each table, it is looked whether somebody works on the first
/// store: it costs a look at all its sources.
const WATCHED: u32 = 200;

/// A copy under way.
pub struct Copying {
    from: Box<dyn CopyEnd>,
    to: Box<dyn CopyEnd>,
    origin: CopyOrigin,
    begun: HashMap<String, TableBegun>,
    /// Pages since it was looked whether somebody works on the first store.
    unwatched: u32,
    /// Rows that are to be copied.
    pub total: u64,
    /// Those that an earlier run has copied.
    pub earlier: u64,
}

/// A page that was copied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CopiedPage {
    /// Of this table.
    pub table: &'static str,
    /// So many rows.
    pub rows: usize,
}

/// What a table of both stores holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ComparedTable {
    /// Its name.
    pub table: &'static str,
    /// How many rows it has.
    pub rows: u64,
    /// The sum of the xxh3 of all rows: what a store cannot hold in a key may change the order.
    pub hash: u128,
}

/// What came of a copy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CopyReport {
    /// Each table, the same in both.
    pub tables: Vec<ComparedTable>,
    /// Values that the new store does not hold as they were: the first of them.
    pub altered: Vec<Altered>,
    /// How many there are.
    pub altered_in_all: usize,
}

impl Copying {
    /// Begins to copy, or goes on with a copy that was cut short.
    ///
    /// # Errors
    /// [`Error::Unusable`] says what is in the way: something else lies there, or somebody
    /// has worked on the first store since the copy began.
    pub async fn between(from: Box<dyn CopyEnd>, to: Box<dyn CopyEnd>) -> Result<Copying> {
        let origin = from.origin().await?;
        let begun = match to.begun().await? {
            Some(begun) => same_origin(begun, &origin, &*from, &*to)?,
            None => {
                to.begin(&origin).await?;
                Vec::new()
            }
        };
        let mut total = 0;
        for table in &COPIED {
            total += from.count(table).await?;
        }
        let earlier = begun.iter().map(|table| table.rows).sum();
        let begun = begun.into_iter().map(|table| (table.table.clone(), table)).collect();
        Ok(Copying { from, to, origin, begun, unwatched: 0, total, earlier })
    }

    /// Copies the next page; `None` when all are there.
    ///
    /// # Errors
    /// Those of both stores. A row that the other store cannot hold is named.
    pub async fn step(&mut self) -> Result<Option<CopiedPage>> {
        let is_whole = |table: &CopiedTable| self.begun.get(table.name).is_some_and(|begun| begun.is_whole);
        let Some(table) = COPIED.iter().find(|table| !is_whole(table)) else { return Ok(None) };
        let last = self.begun.get(table.name).and_then(|begun| begun.after.as_deref());
        let after = last.map(|key| read_key(table, key)).transpose()?;
        self.unwatched += 1;
        if after.is_none() || self.unwatched >= WATCHED {
            self.watch().await?;
        }
        let mut rows = self.from.page(table, after).await.map_err(|error| self.unread(table, error))?;
        // As they are read: what becomes of them may stand elsewhere in the order of keys.
        let keys = rows.iter().map(|row| key_text(table, row)).collect::<Result<Vec<String>>>()?;
        rows.iter_mut().for_each(|row| drop(made_fit(table, row)));
        let copied = CopiedPage { table: table.name, rows: rows.len() };
        self.put(table, keys, rows).await?;
        Ok(Some(copied))
    }

    /// Refuses to go on where somebody works on the first store: what is copied would be of two
    /// states of it.
    async fn watch(&mut self) -> Result<()> {
        self.unwatched = 0;
        match self.from.origin().await? == self.origin {
            true => Ok(()),
            false => Err(worked_on(&*self.from, &*self.to)),
        }
    }

    /// Writes a page; where a row of it cannot be held, all before that one.
    async fn put(&mut self, table: &'static CopiedTable, keys: Vec<String>, rows: Vec<CopiedRow>) -> Result<()> {
        let is_whole = rows.is_empty();
        let mut waiting = vec![(keys, rows)];
        while let Some((keys, rows)) = waiting.pop() {
            let begun = self.begun.get(table.name);
            let before = begun.map_or(0, |begun| begun.rows);
            let after = keys.last().cloned().or_else(|| begun.and_then(|begun| begun.after.clone()));
            let written = before + rows.len() as u64;
            let (rows, step) = (Arc::new(rows), CopyStep { before, after: after.clone(), is_whole });
            match self.to.put(table, Arc::clone(&rows), step).await {
                Ok(()) => {
                    let done = TableBegun { table: table.name.to_owned(), after, rows: written, is_whole };
                    self.begun.insert(done.table.clone(), done);
                }
                Err(Error::Unfit(_)) if rows.len() > 1 => {
                    let half = rows.len() / 2;
                    let part = |range: std::ops::Range<usize>| (keys[range.clone()].to_vec(), rows[range].to_vec());
                    waiting.extend([part(half..rows.len()), part(0..half)]);
                }
                Err(Error::Unfit(said)) => {
                    let row = format!("row {} of {}", after.unwrap_or_default(), table.name);
                    let (from, to) = (self.from.place(), self.to.place());
                    let remedy = "nothing was left out: check it with wiredesk verify, mend it or restore a backup, \
                                  and copy again";
                    return Err(Error::Unusable(format!("store {from}: {to} cannot hold its {row}: {said}; {remedy}")));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn unread(&self, table: &CopiedTable, error: Error) -> Error {
        let from = self.from.place();
        match error {
            Error::Corrupt(said) => Error::Corrupt(format!(
                "store {from}: its table {} cannot be read on: {said}; restore a backup, and copy that",
                table.name
            )),
            other => other,
        }
    }

    /// Compares both stores when all is copied, and opens the new one to everybody where
    /// they agree. `on` hears of rows as they are compared.
    ///
    /// # Errors
    /// They differ: the new one stays closed, and the tables are named.
    pub async fn finish(mut self, mut on: impl FnMut(u64) + Send) -> Result<CopyReport> {
        let mut report = CopyReport { tables: Vec::new(), altered: Vec::new(), altered_in_all: 0 };
        let mut differ = Vec::new();
        self.watch().await?;
        for table in &COPIED {
            let first = tallied(&*self.from, table, &mut on, |altered| {
                report.altered_in_all += altered.len();
                let room = NAMED.saturating_sub(report.altered.len());
                report.altered.extend(altered.into_iter().take(room));
            });
            let first = first.await?;
            let second = tallied(&*self.to, table, |_| (), |_| ()).await?;
            if (first.rows, first.hash()) != (second.rows, second.hash()) {
                differ.push(match first.rows == second.rows {
                    true => format!("{} (other values)", table.name),
                    false => format!("{} ({} rows, {} in the copy)", table.name, first.rows, second.rows),
                });
            }
            report.tables.push(ComparedTable { table: table.name, rows: first.rows, hash: first.hash() });
        }
        self.watch().await?;
        if !differ.is_empty() {
            let (to, differ, remedy) = (self.to.place(), differ.join(", "), self.to.remedy());
            let why = format!("the copy differs in {differ}: somebody worked on a store meanwhile");
            return Err(Error::Unusable(format!("store {to}: {why}; {remedy}, and copy again")));
        }
        self.to.finish().await?;
        Ok(report)
    }
}

/// All rows of a table, as they are copied.
async fn tallied(
    end: &dyn CopyEnd,
    table: &'static CopiedTable,
    mut on: impl FnMut(u64),
    mut hear: impl FnMut(Vec<Altered>),
) -> Result<Tallied> {
    let (mut tallied, mut after) = (Tallied::default(), None);
    loop {
        let mut rows = end.page(table, after).await?;
        let Some(last) = rows.last() else { return Ok(tallied) };
        after = Some(last[..table.keys].to_vec());
        for row in &mut rows {
            hear(made_fit(table, row));
            tallied.add(table, row);
        }
        on(rows.len() as u64);
    }
}

/// How far a copy has come, where it is one of that store as it is now.
fn same_origin(begun: CopyBegun, origin: &CopyOrigin, from: &dyn CopyEnd, to: &dyn CopyEnd) -> Result<Vec<TableBegun>> {
    if begun.origin.store != origin.store {
        let (place, remedy) = (to.place(), to.remedy());
        let said = format!("store {place}: a copy of another store was begun there; go on with that, or {remedy}");
        return Err(Error::Unusable(said));
    }
    if begun.origin.state != origin.state {
        return Err(worked_on(from, to));
    }
    Ok(begun.tables)
}

fn worked_on(from: &dyn CopyEnd, to: &dyn CopyEnd) -> Error {
    let (from, to, remedy) = (from.place(), to.place(), to.remedy());
    Error::Unusable(format!(
        "store {from}: somebody worked on it since its copy to {to} began; stop all that do, {remedy}, and copy again"
    ))
}
