//! Rows of a server in the form of a copy.

use tokio_postgres::Row;
use tokio_postgres::types::FromSql;
use xxhash_rust::xxh3::xxh3_64;

use super::statements::{self, PageBegins};
use crate::store::copy::{ColumnKind, CopiedColumn, CopiedRow, CopiedTable, CopiedValue, text_of};
use crate::store::postgres::link::tx::{Param, SqlText, Tx, Typed, column};
use crate::store::{Error, Result};

/// See [`CopyEnd::count`](crate::store::copy::CopyEnd::count).
pub async fn count(tx: &Tx, table: &CopiedTable) -> Result<u64> {
    let rows = tx.composed(&statements::count(table), &[]).await?;
    let counted: i64 = rows.first().map_or(Ok(0), |row| column(row, "copied"))?;
    Ok(u64::try_from(counted).unwrap_or_default())
}

/// See [`CopyEnd::page`](crate::store::copy::CopyEnd::page).
pub async fn page(tx: &Tx, table: &CopiedTable, after: Option<&[CopiedValue]>) -> Result<Vec<CopiedRow>> {
    let begins = if after.is_some() { PageBegins::AfterKey } else { PageBegins::AtFirst };
    let key: Vec<KeyValue<'_>> = after.unwrap_or_default().iter().map(KeyValue::of).collect();
    let params: Vec<Param<'_>> = key.iter().map(KeyValue::param).collect();
    let rows = tx.composed(&statements::page(table, begins), &params).await?;
    rows.iter().map(|row| read(row, table)).collect()
}

/// A value of a key.
enum KeyValue<'a> {
    Number(i64),
    Text(SqlText<'a>),
}

impl KeyValue<'_> {
    fn of(value: &CopiedValue) -> KeyValue<'_> {
        match value {
            CopiedValue::Number(number) => KeyValue::Number(*number),
            other => KeyValue::Text(SqlText(text_of(other).unwrap_or_default())),
        }
    }

    fn param(&self) -> Param<'_> {
        match self {
            KeyValue::Number(number) => number.param(),
            KeyValue::Text(text) => text.param(),
        }
    }
}

fn read(row: &Row, table: &CopiedTable) -> Result<CopiedRow> {
    table.columns.iter().enumerate().map(|(at, column)| value(row, at, column)).collect()
}

fn value(row: &Row, at: usize, column: &CopiedColumn) -> Result<CopiedValue> {
    Ok(match column.kind {
        ColumnKind::Number | ColumnKind::Integer | ColumnKind::Short | ColumnKind::Flag => {
            get(row, at, column)?.map_or(CopiedValue::Null, CopiedValue::Number)
        }
        ColumnKind::Real => get(row, at, column)?.map_or(CopiedValue::Null, CopiedValue::Real),
        ColumnKind::Text => {
            let text: Option<String> = get(row, at, column)?;
            text.map_or(CopiedValue::Null, |text| CopiedValue::Text(text.into_bytes()))
        }
        ColumnKind::Bytes => get(row, at, column)?.map_or(CopiedValue::Null, CopiedValue::Bytes),
        ColumnKind::Numbers => {
            let numbers: Option<Vec<i64>> = get(row, at, column)?;
            numbers.map_or(CopiedValue::Null, |all| {
                CopiedValue::Bytes(all.into_iter().flat_map(i64::to_be_bytes).collect())
            })
        }
    })
}

fn get<'r, T: FromSql<'r>>(row: &'r Row, at: usize, column: &CopiedColumn) -> Result<Option<T>> {
    row.try_get(at).map_err(|e| Error::Corrupt(format!("{}: {e}", column.name)))
}

/// A column of many rows.
enum ColumnArray<'a> {
    Numbers(Vec<Option<i64>>),
    Reals(Vec<Option<f64>>),
    Texts(Vec<Option<SqlText<'a>>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

impl ColumnArray<'_> {
    fn param(&self) -> Param<'_> {
        match self {
            ColumnArray::Numbers(all) => all.param(),
            ColumnArray::Reals(all) => all.param(),
            ColumnArray::Texts(all) => all.param(),
            ColumnArray::Bytes(all) => all.param(),
        }
    }
}

/// Writes rows of a table.
pub async fn put(tx: &Tx, table: &CopiedTable, rows: &[CopiedRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let lists: Vec<Vec<Option<String>>> = (0..table.columns.len()).map(|at| lists(table, rows, at)).collect();
    let mut arrays: Vec<ColumnArray<'_>> = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| match column.kind {
            ColumnKind::Numbers => {
                ColumnArray::Texts(lists[at].iter().map(|list| list.as_deref().map(SqlText)).collect())
            }
            _ => array(rows, at, column),
        })
        .collect();
    if table.name == "text" {
        arrays.push(versions(table, rows));
    }
    let params: Vec<Param<'_>> = arrays.iter().map(ColumnArray::param).collect();
    for sql in statements::puts(table) {
        tx.composed(&sql, &params).await?;
    }
    Ok(())
}

fn array<'a>(rows: &'a [CopiedRow], at: usize, column: &CopiedColumn) -> ColumnArray<'a> {
    let values = rows.iter().map(|row| &row[at]);
    match column.kind {
        ColumnKind::Real => ColumnArray::Reals(
            values
                .map(|value| match value {
                    CopiedValue::Real(real) => Some(*real),
                    _ => None,
                })
                .collect(),
        ),
        ColumnKind::Text | ColumnKind::Numbers => {
            ColumnArray::Texts(values.map(|value| text_of(value).map(SqlText)).collect())
        }
        ColumnKind::Bytes => ColumnArray::Bytes(
            values
                .map(|value| match value {
                    CopiedValue::Bytes(bytes) => Some(bytes.clone()),
                    _ => None,
                })
                .collect(),
        ),
        _ => ColumnArray::Numbers(
            values
                .map(|value| match value {
                    CopiedValue::Number(number) => Some(*number),
                    _ => None,
                })
                .collect(),
        ),
    }
}

/// The list of numbers in a column of each row, as the server reads one.
fn lists(table: &CopiedTable, rows: &[CopiedRow], at: usize) -> Vec<Option<String>> {
    if table.columns[at].kind != ColumnKind::Numbers {
        return Vec::new();
    }
    let list = |row: &CopiedRow| match &row[at] {
        CopiedValue::Bytes(bytes) => {
            let numbers = bytes.as_chunks::<8>().0.iter().map(|eight| i64::from_be_bytes(*eight).to_string());
            Some(format!("{{{}}}", numbers.collect::<Vec<String>>().join(",")))
        }
        _ => None,
    };
    rows.iter().map(list).collect()
}

/// Which version a text is: a hash of it.
fn versions<'a>(table: &CopiedTable, rows: &[CopiedRow]) -> ColumnArray<'a> {
    let at = table.columns.iter().position(|column| column.kind == ColumnKind::Bytes);
    let version = |row: &CopiedRow| match at.map(|at| &row[at]) {
        Some(CopiedValue::Bytes(body)) => Some(xxh3_64(body).cast_signed()),
        _ => None,
    };
    ColumnArray::Numbers(rows.iter().map(version).collect())
}
