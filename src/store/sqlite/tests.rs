//! Every statement of the store, as SQLite compiles it.

use std::fs;
use std::path::Path;

use regex::{Captures, Regex};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, StatementStatus};

use crate::clock::Timestamp;
use crate::store::sqlite::file::{migrate, open};

/// The code of a folder's files, unit tests left out.
fn code(folder: &Path, all: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            code(&path, all);
        } else if !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).unwrap();
            all.push(text.split("#[cfg(test)]").next().unwrap_or_default().to_owned());
        }
    }
}

/// The texts of `code` in their order; what a macro stands for is found in `macros`.
fn texts(code: &str, macros: &[(String, String)]) -> Vec<String> {
    let token = Regex::new(r#""((?:[^"\\]|\\(?s:.))*)"|(\w+)!\(([^()]*)\)|\$window"#).unwrap();
    let read = |found: Captures<'_>| match (found.get(1), found.get(2)) {
        (Some(text), _) => Some(text.as_str().replace("\\\"", "\"")),
        (None, Some(name)) if name.as_str() == "concat" => Some(texts(&found[3], macros).concat()),
        (None, Some(name)) => {
            let (_, body) = macros.iter().find(|(known, _)| known == name.as_str())?;
            let given = if found[3].is_empty() { "\"window\"" } else { &found[3] };
            Some(texts(&body.replace("$window", given), macros).concat())
        }
        (None, None) => None,
    };
    token.captures_iter(code).filter_map(read).collect()
}

/// All statements, each with the name of its constant.
fn statements() -> Vec<(String, String)> {
    let mut files = Vec::new();
    code(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/sqlite"), &mut files);
    let defined = Regex::new(r"(?s)macro_rules! (\w+) \{(.*?)\n\}").unwrap();
    let arm = Regex::new(r"(?s).*=> \{(.*)\};?").unwrap();
    let macros: Vec<(String, String)> = files
        .iter()
        .flat_map(|file| defined.captures_iter(file))
        .map(|found| (found[1].to_owned(), arm.captures(&found[2]).unwrap()[1].to_owned()))
        .collect();
    let constant = Regex::new(r"(?s)\bconst ([A-Z_]+): (&str|\[&str; \d+]) =(.*?);\n").unwrap();
    let mut all = Vec::new();
    for found in files.iter().flat_map(|file| constant.captures_iter(file)) {
        let texts = texts(&found[3], &macros);
        let texts = if found[2].starts_with('[') { texts } else { vec![texts.concat()] };
        all.extend(texts.into_iter().map(|text| (found[1].to_owned(), text)));
    }
    let sql = Regex::new(r"^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s").unwrap();
    // Those of a copy are made of columns, or of tables that are there as long as it is.
    all.retain(|(_, text)| sql.is_match(text) && !text.contains('{') && !text.contains("copying"));
    all
}

fn connection() -> (tempfile::TempDir, Connection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = open::writing(&path).unwrap();
    migrate::migrate(&connection, "a.db", Timestamp::from_millis(1)).unwrap();
    (folder, connection)
}

/// Runs a statement with all its parameters bound to `value`, and undoes it. What it
/// comes to is of no interest: many cannot be run with that.
fn run(statement: &mut rusqlite::Statement<'_>, value: i64) {
    for n in 1..=statement.parameter_count() {
        statement.raw_bind_parameter(n, value).unwrap();
    }
    let mut rows = statement.raw_query();
    while let Ok(Some(_)) = rows.next() {}
}

/// How often a statement is compiled anew when it is run three times; `None` where it
/// cannot be compiled here: a migration's, or one for a copy that is attached.
fn compiled_anew(c: &Connection, sql: &str) -> Option<i32> {
    let mut statement = c.prepare(sql).ok()?;
    c.execute_batch("SAVEPOINT it").unwrap();
    (1..=3).for_each(|value| run(&mut statement, value));
    let times = statement.get_status(StatementStatus::RePrepare);
    drop(statement);
    c.execute_batch("ROLLBACK TO it; RELEASE it").unwrap();
    Some(times)
}

#[test]
fn no_statement_is_compiled_anew_when_it_is_bound() {
    let (_folder, c) = connection();
    let all = statements();
    let anew = || -> Vec<(&str, i32)> {
        all.iter().filter_map(|(name, sql)| Some((name.as_str(), compiled_anew(&c, sql)?))).collect()
    };
    let times = anew();
    assert!(times.len() > 170 && times.len() + 12 > all.len(), "{} of {}", times.len(), all.len());
    let compiled: Vec<_> = times.iter().filter(|(_, times)| *times > 0).collect();
    assert!(compiled.is_empty(), "{compiled:?}");
    // As it would be without: the test sees it.
    c.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, false).unwrap();
    assert!(anew().iter().any(|(name, times)| *name == "STARTABLE" && *times > 0));
}

/// Partial indexes are named by literals, so it costs no plan that values are not looked at.
#[test]
fn plans_do_not_hang_on_what_is_bound() {
    let (_folder, c) = connection();
    let plan = |sql: &str, stable: bool| -> Vec<String> {
        c.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, stable).unwrap();
        let Ok(mut statement) = c.prepare(&format!("EXPLAIN QUERY PLAN {sql}")) else { return Vec::new() };
        for n in 1..=statement.parameter_count() {
            statement.raw_bind_parameter(n, 100).unwrap();
        }
        let (mut rows, mut steps) = (statement.raw_query(), Vec::new());
        while let Some(row) = rows.next().unwrap() {
            steps.push(row.get("detail").unwrap());
        }
        steps
    };
    let mut seen = 0;
    for (name, sql) in statements() {
        let steps = plan(&sql, true);
        assert_eq!(steps, plan(&sql, false), "{name}: {sql}");
        seen += usize::from(!steps.is_empty());
    }
    assert!(seen > 100, "{seen} statements have a plan: the others were not compiled");
}
