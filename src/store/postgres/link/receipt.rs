//! Receipts: how one who lost the connection while he committed learns whether he did.
//!
//! A transaction that must not happen twice writes a row of its own first. Where its COMMIT
//! was lost, a second try meets that row, or waits until the server has made up its mind
//! about it. This is exact after a change of servers too, where `pg_xact_status` can speak
//! of somebody else's transaction.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicI64, Ordering};

use super::tx::{Tx, Typed};
use crate::store::Result;

/// The receipts of one who has the store open.
pub struct Receipts {
    writer: i64,
    next: AtomicI64,
}

/// A receipt, for one piece of work and all tries at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// Who writes: a number by chance, which nobody else has.
    pub writer: i64,
    /// Which of his.
    pub number: i64,
}

/// Whether a piece of work is done already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Met {
    /// A try before was committed after all.
    Before,
    /// It is to be done.
    Not,
}

impl Receipts {
    /// Those of one who opens the store now.
    pub fn new() -> Receipts {
        let chance = RandomState::new().hash_one("receipts").cast_signed();
        Receipts { writer: chance, next: AtomicI64::new(1) }
    }

    /// Whose they are: a number by chance.
    pub fn writer(&self) -> i64 {
        self.writer
    }

    /// One for the next piece of work.
    pub fn next(&self) -> Receipt {
        Receipt { writer: self.writer, number: self.next.fetch_add(1, Ordering::Relaxed) }
    }
}

/// Waits for another transaction that has written it and has not ended.
const RECEIPT: &str = "
    INSERT INTO receipt (writer, number, at)
    VALUES ($1::bigint, $2::bigint, $3::bigint)
        ON CONFLICT DO NOTHING";

impl Receipt {
    /// Writes it, unless it is there.
    pub async fn write(self, tx: &Tx) -> Result<Met> {
        let at = tx.begun_at.millis();
        let row = [self.writer.param(), self.number.param(), at.param()];
        Ok(if tx.execute(RECEIPT, &row).await? == 0 { Met::Before } else { Met::Not })
    }
}
