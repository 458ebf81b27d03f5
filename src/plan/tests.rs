//! A small configuration for unit tests of what is decided by one.

use std::path::Path;

use super::Plan;
use crate::config::Config;
use crate::model::{Source, SourceId};

const CONFIG: &str = r#"
[[source]]
id = "port"
url = "https://port.example/"
tags = ["docks"]

[[source]]
id = "hall"
url = "https://hall.example/"
language = "de"

[[feed]]
id = "all"
backfill = "3d"

[[feed]]
id = "docks"
sources = ["tag:docks"]
languages = ["en"]
backfill = "7d"

[[feed]]
id = "harbour"
backfill = "1d"
match = "harbour"

[[feed]]
id = "recent"
backfill = "30d"
match = "harbour AND age:<2d"
"#;

/// Its plan.
pub fn plan() -> Plan {
    Plan::of(&Config::check(Path::new("w.toml"), CONFIG.to_owned()).unwrap_or_else(|e| panic!("{e}")))
}

/// A source with the labels of `port` where it is that one, else with none.
pub fn source(id: &str) -> Source {
    let id = SourceId::new(id).unwrap();
    let tags = if id.as_str() == "port" { vec!["docks".to_owned()] } else { Vec::new() };
    Source { tags, ..Source::retired(id) }
}
