//! Rows of a file in the form of a copy.

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, Statement};

use crate::store::Result;
use crate::store::copy::{CopiedColumn, CopiedRow, CopiedTable, CopiedValue, PAGE_BYTES};

/// What stands for a table where its columns are not in one of this name.
const DESK: &str = "
    (SELECT 1 AS one, (SELECT believed_at FROM desk_clock) AS believed_at,
            (SELECT since_at FROM desk_clock) AS since_at, (SELECT offline_at FROM line) AS offline_at,
            coalesce((SELECT min(seq) FROM change), 1) - 1 AS changes_from)";

const SOURCE: &str = "
    (SELECT s.*, (SELECT p.first_at FROM poll p WHERE p.id = s.last_run) AS last_run_at
       FROM source s)";

/// A text that is gone leaves its entry in the month of its last change.
const ENTRY: &str = "
    (SELECT e.*, coalesce(t.seen_at, e.updated_at) AS text_at
       FROM entry e
       LEFT JOIN text t ON t.entry_id = e.id)";

fn from(table: &CopiedTable) -> &'static str {
    match table.name {
        "desk" => DESK,
        "source" => SOURCE,
        "entry" => ENTRY,
        other => other,
    }
}

fn names(columns: &[CopiedColumn], mark: &str) -> String {
    columns.iter().map(|column| format!("{mark}{}", column.name)).collect::<Vec<String>>().join(", ")
}

fn quoted(columns: &[CopiedColumn]) -> String {
    columns.iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<String>>().join(", ")
}

const COUNT: &str = "SELECT count(*) FROM {table}";

/// See [`CopyEnd::count`](crate::store::copy::CopyEnd::count).
pub fn count(c: &Connection, table: &CopiedTable) -> Result<u64> {
    let table = if table.name == "desk" { DESK } else { table.name };
    Ok(c.query_row(&COUNT.replace("{table}", table), [], |r| r.get(0))?)
}

const FIRST: &str = "
    SELECT {columns}
      FROM {table}
     ORDER BY {keys}
     LIMIT :limit";

const NEXT: &str = "
    SELECT {columns}
      FROM {table}
     WHERE ({keys}) > ({after})
     ORDER BY {keys}
     LIMIT :limit";

/// See [`CopyEnd::page`](crate::store::copy::CopyEnd::page).
pub fn page(c: &Connection, table: &CopiedTable, after: Option<&[CopiedValue]>) -> Result<Vec<CopiedRow>> {
    let sql = if after.is_some() { NEXT } else { FIRST };
    let sql = sql
        .replace("{columns}", &quoted(table.columns))
        .replace("{table}", from(table))
        .replace("{keys}", &quoted(table.key()))
        .replace("{after}", &names(table.key(), ":"));
    let mut statement = c.prepare_cached(&sql)?;
    if let Some(after) = after {
        bind(&mut statement, table.key(), after)?;
    }
    let limit = i64::try_from(table.page).unwrap_or(i64::MAX);
    let at = statement.parameter_index(":limit")?.unwrap_or_default();
    statement.raw_bind_parameter(at, limit)?;
    let mut found = statement.raw_query();
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while bytes < PAGE_BYTES
        && let Some(row) = found.next()?
    {
        let row = read(row, table)?;
        bytes += row.iter().map(size).sum::<usize>();
        rows.push(row);
    }
    Ok(rows)
}

fn read(row: &Row<'_>, table: &CopiedTable) -> Result<CopiedRow> {
    let value = |at: usize| {
        Ok(match row.get_ref(at)? {
            ValueRef::Null => CopiedValue::Null,
            ValueRef::Integer(number) => CopiedValue::Number(number),
            ValueRef::Real(real) => CopiedValue::Real(real),
            ValueRef::Text(text) => CopiedValue::Text(text.to_vec()),
            ValueRef::Blob(bytes) => CopiedValue::Bytes(bytes.to_vec()),
        })
    };
    (0..table.columns.len()).map(value).collect()
}

fn size(value: &CopiedValue) -> usize {
    match value {
        CopiedValue::Text(bytes) | CopiedValue::Bytes(bytes) => bytes.len(),
        _ => 8,
    }
}

impl ToSql for CopiedValue {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            CopiedValue::Null => ValueRef::Null,
            CopiedValue::Number(number) => ValueRef::Integer(*number),
            CopiedValue::Real(real) => ValueRef::Real(*real),
            CopiedValue::Text(text) => ValueRef::Text(text),
            CopiedValue::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// Binds each value by its column's name, where the statement asks for it.
fn bind(statement: &mut Statement<'_>, columns: &[CopiedColumn], values: &[CopiedValue]) -> Result<()> {
    for (column, value) in columns.iter().zip(values) {
        if let Some(at) = statement.parameter_index(&format!(":{}", column.name))? {
            statement.raw_bind_parameter(at, value)?;
        }
    }
    Ok(())
}

const PUT: &str = "INSERT INTO {table} ({columns}) VALUES ({values})";

const PUT_CLOCK: &str = "
    INSERT INTO desk_clock (one, believed_at, since_at)
    SELECT :one, :believed_at, :since_at
     WHERE :believed_at IS NOT NULL";

const PUT_LINE: &str = "INSERT INTO line (one, offline_at) VALUES (:one, :offline_at)";

const PUT_FIGURES: &str = "
    INSERT OR REPLACE INTO figures (one, sources, failing, entries)
    VALUES (:one, :sources, :failing, :entries)";

/// The index is made of the texts again.
const PUT_UNINDEXED: &str = "INSERT INTO unindexed (entry_id) VALUES (:entry_id)";

/// Writes rows of a table.
pub fn put(c: &Connection, table: &CopiedTable, rows: &[CopiedRow]) -> Result<()> {
    let plain = PUT
        .replace("{table}", table.name)
        .replace("{columns}", &quoted(table.compared()))
        .replace("{values}", &names(table.compared(), ":"));
    let statements: &[&str] = match table.name {
        "desk" => &[PUT_CLOCK, PUT_LINE],
        "figures" => &[PUT_FIGURES],
        "text" => &[&plain, PUT_UNINDEXED],
        _ => &[&plain],
    };
    for sql in statements {
        let mut statement = c.prepare_cached(sql)?;
        for row in rows {
            bind(&mut statement, table.columns, row)?;
            statement.raw_execute()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::clock::Timestamp;
    use crate::store::copy::COPIED;
    use crate::store::sqlite::file::migrate;

    /// What a copy leaves behind, by its table; a table alone stands for all its columns.
    const LEFT: [&str; 11] = [
        "migration",
        "turn",
        "node",
        "unindexed",
        "rereading",
        "source.lease_until_at",
        "source.holder",
        // Of before migration 19; `document` has them.
        "feed.document_hash",
        "feed.document_at",
        // These two are `desk` in a copy.
        "desk_clock",
        "line",
    ];

    const COLUMNS: &str = "
        SELECT m.name AS tbl, p.name AS col
          FROM sqlite_schema m
          JOIN pragma_table_info(m.name) p
         WHERE m.type = 'table' AND m.name NOT LIKE 'search%' AND m.name NOT LIKE 'sqlite%'";

    #[test]
    fn every_column_is_copied_or_left_on_purpose_o60() {
        let c = Connection::open_in_memory().unwrap();
        migrate::migrate(&c, "x", Timestamp::EPOCH).unwrap();
        let mut statement = c.prepare(COLUMNS).unwrap();
        let all = statement.query_map([], |r| Ok((r.get("tbl")?, r.get("col")?))).unwrap();
        let all = all.collect::<rusqlite::Result<BTreeSet<(String, String)>>>().unwrap();
        assert!(all.len() > 100, "{}", all.len());
        let is_copied = |table: &str, column: &str| {
            COPIED.iter().any(|t| t.name == table && t.columns.iter().any(|c| c.name == column))
        };
        let is_left = |table: &str, column: &str| LEFT.iter().any(|l| *l == table || *l == format!("{table}.{column}"));
        let lost: Vec<_> = all.iter().filter(|(t, c)| !is_copied(t, c) && !is_left(t, c)).collect();
        assert!(lost.is_empty(), "name them in store/copy/table.rs, or here with the reason: {lost:?}");
    }
}
