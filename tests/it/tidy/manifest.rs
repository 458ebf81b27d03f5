//! What the project is built of: licences, sources, nothing twice, nothing unused.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use regex::Regex;

use super::scan::{files_below, root};

/// Packages that are in the lock with several versions, each with a reason.
const TWICE: [(&str, &str); 8] = [
    ("base64", "postgres-protocol wants 0.22, which is linked nowhere else"),
    ("fallible-iterator", "postgres-protocol wants 0.2, rusqlite 0.3; a trait and its adapters"),
    ("getrandom", "ring wants 0.2, tempfile and uuid newer ones; it is a shim over the system"),
    ("phf", "tokio-postgres wants 0.13 for its table of error codes, cssparser 0.14"),
    ("phf_shared", "as phf"),
    ("syn", "maud's and derive macros of different age; at build time alone"),
    ("wasi", "for WebAssembly alone, where nothing of ours is built"),
    ("windows-sys", "on Windows alone, where nothing of ours is built"),
];

/// Packages that only features or other targets of ours need by name.
const UNNAMED: [(&str, &str); 0] = [];

/// A table of `Cargo.toml`: names with what stands behind `=`.
fn table(manifest: &str, name: &str) -> Vec<(usize, String, String)> {
    let mut inside = false;
    let mut all = Vec::new();
    for (number, line) in (1..).zip(manifest.lines()) {
        if line.starts_with('[') {
            inside = line == format!("[{name}]");
        } else if let Some((key, value)) = line.split_once(" = ").filter(|_| inside && !line.starts_with('#')) {
            all.push((number, key.to_owned(), value.to_owned()));
        }
    }
    all
}

/// Whether `licence`, an SPDX expression, can be met by what is `allowed`.
fn is_allowed(licence: &str, allowed: &BTreeSet<String>) -> bool {
    let licence = licence.replace('/', " OR ").replace(['(', ')'], " ( ").replace("  ", " ");
    // Every expression met so far is a chain of alternatives, each of parts.
    licence.split(" ( ").filter(|part| !part.trim().is_empty()).all(|part| {
        let part = part.trim().trim_start_matches("AND ").trim_end_matches(" AND");
        part.split(" OR ").any(|one| one.split(" AND ").all(|name| allowed.contains(name.trim())))
    })
}

fn manifest() -> String {
    fs::read_to_string(root().join("Cargo.toml")).unwrap()
}

#[test]
fn dependencies_come_from_the_registry_once() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let package =
        Regex::new(r#"\[\[package\]\]\nname = "([^"]+)"\nversion = "([^"]+)"\n(?:source = "([^"]+)")?"#).unwrap();
    let mut versions = BTreeMap::<&str, Vec<&str>>::new();
    let mut wrong = Vec::new();
    for found in package.captures_iter(&lock) {
        let [name, version] = [1, 2].map(|n| found.get(n).unwrap().as_str());
        versions.entry(name).or_default().push(version);
        let source = found.get(3).map_or("", |source| source.as_str());
        if name != "wiredesk" && source != "registry+https://github.com/rust-lang/crates.io-index" {
            wrong.push(format!("Cargo.lock: {name} {version} comes from {source:?}: crates.io alone"));
        }
    }
    assert!(versions.len() > 200, "only {} packages are seen", versions.len());
    for (name, all) in versions.iter().filter(|(_, all)| all.len() > 1) {
        if !TWICE.iter().any(|(known, _)| known == name) {
            wrong.push(format!(
                "Cargo.lock: {name} {}: bring what needs it to one version, or say why not",
                all.join(", ")
            ));
        }
    }
    let in_vain = TWICE.iter().filter(|(name, _)| versions.get(name).is_none_or(|all| all.len() < 2));
    wrong
        .extend(in_vain.map(|(name, _)| format!("tests/it/tidy/manifest.rs: {name} is there once: take it off TWICE")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn licences_are_those_of_deny_toml() {
    let deny = fs::read_to_string(root().join("deny.toml")).unwrap();
    let list = deny.split("allow = [").nth(1).and_then(|rest| rest.split(']').next()).expect("a list of licences");
    let quoted = Regex::new("\"([^\"]+)\"").unwrap();
    let allowed: BTreeSet<String> = quoted.captures_iter(list).map(|found| found[1].to_owned()).collect();
    let host = Command::new(env!("CARGO")).args(["-vV"]).output().unwrap();
    let host = String::from_utf8(host.stdout).unwrap();
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).expect("cargo names its host").to_owned();
    // What other systems need may not be on this disk.
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", &host])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 200, "only {} packages are seen", packages.len());
    let licence = |package: &serde_json::Value| package["license"].as_str().unwrap_or("none").to_owned();
    let wrong: Vec<String> = packages
        .iter()
        .filter(|package| !is_allowed(&licence(package), &allowed))
        .map(|package| format!("Cargo.toml: {} is under {}", package["name"], licence(package)))
        .collect();
    assert!(wrong.is_empty(), "take another package, or add the licence to deny.toml\n{}", wrong.join("\n"));
}

#[test]
fn licences_are_read_as_they_are_written() {
    let allowed = BTreeSet::from(["MIT", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned));
    let check = |licence: &str, expected: bool| assert_eq!(is_allowed(licence, &allowed), expected, "{licence}");
    check("MIT", true);
    check("MIT/Apache-2.0", true);
    check("Apache-2.0 OR MIT", true);
    check("(MIT OR Apache-2.0) AND Unicode-3.0", true);
    check("Unicode-3.0 AND (MIT OR Apache-2.0)", true);
    check("Apache-2.0 WITH LLVM-exception OR GPL-3.0", true);
    check("MIT AND GPL-3.0", false);
    check("(GPL-2.0 OR GPL-3.0) AND MIT", false);
    check("none", false);
}

#[test]
fn every_dependency_is_used() {
    let manifest = manifest();
    let read = |folders: &[&str]| {
        let mut paths = Vec::new();
        folders.iter().for_each(|folder| files_below(&root().join(folder), &["rs"], &mut paths));
        paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect::<String>()
    };
    let (ours, tests) = (read(&["src"]), read(&["src", "tests", "benches"]));
    let mut wrong = Vec::new();
    for (kind, code) in [("dependencies", &ours), ("dev-dependencies", &tests)] {
        let all = table(&manifest, kind);
        assert!(all.len() > 2, "{kind} are not seen");
        for (line, name, _) in all {
            let used = Regex::new(&format!(r"\b{}(::|;|!)", name.replace('-', "_"))).unwrap();
            if !used.is_match(code) && !UNNAMED.iter().any(|(known, _)| *known == name) {
                wrong.push(format!("Cargo.toml:{line}: nothing uses {name}: take it out"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lints_stand_in_the_manifest() {
    let manifest = manifest();
    let lints: Vec<String> = ["lints.rust", "lints.clippy"]
        .iter()
        .flat_map(|name| table(&manifest, name))
        .map(|(_, name, level)| format!("{name} {level}"))
        .collect();
    for expected in [
        "missing_docs \"warn\"",
        "unsafe_code \"deny\"",
        "disallowed_methods \"warn\"",
        "print_stderr \"warn\"",
        "print_stdout \"warn\"",
        "unwrap_used \"warn\"",
    ] {
        assert!(lints.iter().any(|lint| lint == expected), "Cargo.toml: {expected} is missing in {lints:?}");
    }
}
