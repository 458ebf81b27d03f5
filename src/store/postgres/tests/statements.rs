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
    let first = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];
    all.retain(|(_, sql)| {
        sql.split_whitespace().next().is_some_and(|word| first.contains(&word))
            && !sql.contains("{copying}")
            && !sql.contains("{rows}")
            && !sql.contains("{table}")
    });
    all
}

#[tokio::test]
async fn every_statement_is_one_that_the_server_takes() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let client = database.client().await;
    let all = statements();
    assert!(all.len() >= 10, "only {} statements are seen", all.len());
    let mut wrong = Vec::new();
    for (name, sql) in all {
        if let Err(error) = client.prepare(&sql).await {
            wrong.push(format!("{name}: {}", error.as_db_error().map_or(error.to_string(), ToString::to_string)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
