//! Statements about the tables of a copy, made of their columns.

use crate::store::copy::{ColumnKind, CopiedColumn, CopiedTable, PAGE_BYTES};

/// What stands for a table where its columns are not in one of this name.
const DESK: &str = "
    (SELECT 1 AS one, believed_at, since_at, offline_at, changes_from
       FROM desk)";

const RULES: &str = "
    (SELECT 1 AS one, made_by
       FROM rules)";

const FIGURES: &str = "
    (SELECT 1 AS one, sources, failing, entries
       FROM figures)";

const SOURCE: &str = "
    (SELECT o.*, s.interval_ms, s.next_poll_at, s.because, s.lease, s.articles_at, s.host, s.site, s.proxy,
            s.stale_at, s.over_at
       FROM source o
       JOIN schedule s ON s.source_no = o.no)";

/// A row for each node.
const TALLY: &str = "
    (SELECT kind, sum(polls)::bigint AS polls
       FROM tally
      GROUP BY kind)";

fn from(table: &CopiedTable) -> &'static str {
    match table.name {
        "desk" => DESK,
        "rules" => RULES,
        "figures" => FIGURES,
        "source" => SOURCE,
        "tally" => TALLY,
        other => other,
    }
}

const COUNT: &str = "SELECT count(*) AS copied FROM {table} t";

/// Counts a table's rows, as `copied`.
pub fn count(table: &CopiedTable) -> String {
    COUNT.replace("{table}", from(table))
}

/// As many rows of a page as have their bytes. How long a value is, the server knows without
/// reading it.
const PAGE: &str = "
    SELECT {columns}
      FROM (SELECT p.*, sum({size}) OVER (ORDER BY {page_keys} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                   AS bytes_before
              FROM (SELECT *
                      FROM {table} t
                     {after}
                     ORDER BY {keys}
                     LIMIT {limit}) p) t
     WHERE coalesce(t.bytes_before, 0) < {bytes}
     ORDER BY {keys}";

const AFTER: &str = "WHERE ({keys}) > ({params})";

/// Which rows of a table a page has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PageBegins {
    /// The first.
    AtFirst,
    /// Those after a key, whose values are its parameters.
    AfterKey,
}

/// Reads a page of a table.
pub fn page(table: &CopiedTable, begins: PageBegins) -> String {
    let after = match begins {
        PageBegins::AtFirst => String::new(),
        PageBegins::AfterKey => AFTER.replace("{params}", &parameters(table.key(), "")),
    };
    PAGE.replace("{columns}", &joined(table.columns, selected))
        .replace("{table}", from(table))
        .replace("{after}", &after)
        .replace("{keys}", &joined(table.key(), |column| format!("t.{}", quoted(column))))
        .replace("{page_keys}", &joined(table.key(), |column| format!("p.{}", quoted(column))))
        .replace("{size}", &table.columns.iter().map(size).collect::<Vec<String>>().join(" + "))
        .replace("{bytes}", &PAGE_BYTES.to_string())
        .replace("{limit}", &table.page.to_string())
}

/// How many bytes a column has in a row.
fn size(column: &CopiedColumn) -> String {
    let name = format!("p.{}", quoted(column));
    match column.kind {
        ColumnKind::Text | ColumnKind::Bytes => format!("coalesce(octet_length({name}), 0)"),
        ColumnKind::Numbers => format!("coalesce(8 * cardinality({name}), 0)"),
        _ => "8".to_owned(),
    }
}

/// A column as it is read.
fn selected(column: &CopiedColumn) -> String {
    let name = format!("t.{}", quoted(column));
    match column.kind {
        ColumnKind::Flag => format!("{name}::int::bigint"),
        ColumnKind::Short | ColumnKind::Integer => format!("{name}::bigint"),
        _ => name,
    }
}

const PUT: &str = "
    INSERT INTO {table} ({columns})
    SELECT {values}
      FROM {rows}";

const PUT_DESK: &str = "
    UPDATE desk
       SET believed_at = q.believed_at, since_at = q.since_at, offline_at = q.offline_at,
           changes_from = q.changes_from
      FROM {rows}";

const PUT_FIGURES: &str = "
    UPDATE figures
       SET sources = q.sources, failing = q.failing, entries = q.entries
      FROM {rows}";

/// Of a source, what a claim writes.
const SCHEDULE: [&str; 10] =
    ["interval_ms", "next_poll_at", "because", "lease", "articles_at", "host", "site", "proxy", "stale_at", "over_at"];

const VERSION: CopiedColumn = CopiedColumn { name: "version", kind: ColumnKind::Number };

/// Columns and what is written to them.
type Assignments = Vec<(String, String)>;

/// The columns of the rows that [`puts`] writes: those of the table, and of texts their
/// version.
pub fn written(table: &CopiedTable) -> Vec<CopiedColumn> {
    let version = (table.name == "text").then_some(VERSION);
    table.columns.iter().copied().chain(version).collect()
}

/// Statements that write rows of a table, each with an array for each of [`written`].
pub fn puts(table: &CopiedTable) -> Vec<String> {
    let columns = written(table);
    let rows = format!("unnest({}) AS q ({})", parameters(&columns, "[]"), joined(&columns, quoted));
    let put = |into: &str, assigned: Assignments| {
        let (names, values): (Vec<String>, Vec<String>) = assigned.into_iter().unzip();
        PUT.replace("{table}", into)
            .replace("{columns}", &names.join(", "))
            .replace("{values}", &values.join(", "))
            .replace("{rows}", &rows)
    };
    let given = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut own: Assignments = columns.iter().map(assigned).collect();
    match table.name {
        "desk" => vec![PUT_DESK.replace("{rows}", &rows)],
        "figures" => vec![PUT_FIGURES.replace("{rows}", &rows)],
        "source" => {
            let of_schedule = |(name, _): &(String, String)| SCHEDULE.contains(&name.trim_matches('"'));
            let (mut schedule, source): (Assignments, Assignments) = own.into_iter().partition(of_schedule);
            schedule.extend([
                given("source_no", "q.no"),
                given("active", "q.active <> 0"),
                given("failing", "q.failures > 0"),
            ]);
            vec![put("source", source), put("schedule", schedule)]
        }
        "entry" => {
            own.push(given("published_id_sha", "sha256(convert_to(q.published_id, 'UTF8'))"));
            vec![put("entry", own)]
        }
        "tally" => {
            own.push(given("node_no", "0"));
            vec![put("tally", own)]
        }
        // The index is made of the texts again.
        "text" => vec![put("text", own), put("unindexed", vec![given("entry_id", "q.entry_id")])],
        name => vec![put(name, own)],
    }
}

fn assigned(column: &CopiedColumn) -> (String, String) {
    let (name, value) = (quoted(column), format!("q.{}", quoted(column)));
    let value = match column.kind {
        ColumnKind::Flag => format!("{value} <> 0"),
        ColumnKind::Short => format!("{value}::smallint"),
        ColumnKind::Integer => format!("{value}::int"),
        ColumnKind::Numbers => format!("{value}::bigint[]"),
        _ => value,
    };
    (name, value)
}

fn quoted(column: &CopiedColumn) -> String {
    format!("\"{}\"", column.name)
}

fn joined(columns: &[CopiedColumn], each: impl Fn(&CopiedColumn) -> String) -> String {
    columns.iter().map(each).collect::<Vec<String>>().join(", ")
}

/// A parameter for each column.
fn parameters(columns: &[CopiedColumn], array: &str) -> String {
    let of_kind = |kind: ColumnKind| match kind {
        ColumnKind::Number | ColumnKind::Integer | ColumnKind::Short | ColumnKind::Flag => "bigint",
        ColumnKind::Real => "float8",
        ColumnKind::Text | ColumnKind::Numbers => "text",
        ColumnKind::Bytes => "bytea",
    };
    let each = (1..).zip(columns).map(|(n, column)| format!("${n}::{}{array}", of_kind(column.kind)));
    each.collect::<Vec<String>>().join(", ")
}
