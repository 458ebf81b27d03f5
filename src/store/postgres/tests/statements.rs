//! All statements, as the server reads them.

use crate::store::postgres::server::server;
use regex::Regex;
use std::fs;
use std::path::{Path, PathBuf};

use super::prepared;

/// The statements of all constants below this folder.
fn statements() -> Vec<(String, String)> {
    let constant = Regex::new(r#"const ([A-Z_]+): &str =\s*"((?:[^"\\]|\\.)*)";"#).unwrap();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/postgres")];
    let mut all = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                let found = constant
                    .captures_iter(&text)
                    .map(|found| (format!("{} {}", path.display(), &found[1]), found[2].replace("\\\"", "\"")));
                all.extend(found);
            }
        }
    }
    all.retain(|(_, sql)| !sql.contains("{rows}") && !sql.contains("{table}"));
    all
}

/// How a statement begins that can be prepared.
const PREPARED: [&str; 5] = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];

/// The table that is there only while a store is copied.
const COPYING: &str = "CREATE TABLE copying";

#[tokio::test]
async fn every_statement_is_one_that_the_server_takes() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let client = database.client().await;
    let all = statements();
    assert!(all.len() >= 10, "only {} statements are seen", all.len());
    let copying = all.iter().find(|(_, sql)| sql.trim_start().starts_with(COPYING)).expect(COPYING);
    client.batch_execute(&copying.1).await.unwrap();
    let mut wrong = Vec::new();
    let is_prepared = |sql: &str| sql.split_whitespace().next().is_some_and(|word| PREPARED.contains(&word));
    for (name, sql) in all.iter().filter(|(_, sql)| is_prepared(sql)) {
        if let Err(error) = client.prepare(sql).await {
            wrong.push(format!("{name}: {}", error.as_db_error().map_or(error.to_string(), ToString::to_string)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
