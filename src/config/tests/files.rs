//! Files of the configuration, and the example.

use super::*;

/// A folder with the files given as name and text, `w.toml` among them.
pub fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Every problem of the files, a line each, the folder's name left out.
#[track_caller]
pub fn check_files(files: &[(&str, &str)], expected: &[&str]) {
    let folder = folder(files);
    let problems = Config::load(&folder.path().join("w.toml")).err().map(|p| p.to_string()).unwrap_or_default();
    let problems = problems.replace(&format!("{}/", folder.path().display()), "");
    assert_eq!(problems.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn included_files_are_read_in_order_and_named() {
    let files = [
        ("w.toml", "include = [\"feeds/*.toml\", \"feeds/b.toml\", \"none/../*.x\"]\n"),
        ("feeds/b.toml", "[[feed]]\nid = \"b\"\n"),
        (
            "feeds/a.toml",
            "[[feed]]\nid = \"a\"\nsources = [\"s\"]\n[[source]]\nid = \"s\"\nurl = \"https://a.example/\"\n",
        ),
        ("feeds/.hidden.toml", "?"),
        ("feeds/a.toml~", "?"),
        ("none/x", ""),
    ];
    let folder = folder(&files);
    let config = Config::load(&folder.path().join("w.toml")).unwrap();
    let ids: Vec<&str> = config.feeds.iter().map(|f| f.channel.id.as_str()).collect();
    assert_eq!(ids, ["a", "b"]);
    let names: Vec<_> = config.files.iter().map(|f| f.strip_prefix(folder.path()).unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["w.toml", "feeds/a.toml", "feeds/b.toml"]);
    assert_eq!(config.warnings[0].key, "include[3]");
}

#[test]
fn problems_of_included_files_name_them() {
    check_files(
        &[
            (
                "w.toml",
                "include = [\"feeds/*.toml\", \"gone.toml\", \"nowhere/*\", \"*/x.toml\"]\n[[feed]]\nid = \"f\"\n",
            ),
            ("feeds/a.toml", "[[feed]]\nid = \"f\"\n[server]\n"),
            ("feeds/b.toml", "x ="),
        ],
        &[
            "w.toml:1:28: include[2]: no such file: gone.toml",
            "w.toml:1:41: include[3]: no such folder: nowhere",
            "w.toml:1:54: include[4]: * stands for names of files only (name the folders in full)",
            "feeds/a.toml:2:6: feed[f].id: the id is taken by the feed at w.toml:3:6 (ids are permanent: give the newer one another)",
            "feeds/a.toml:3:1: server: `server` cannot stand in an included file (move it to the main file)",
            "feeds/b.toml:1:4: a value is missing",
        ],
    );
    check_files(&[("other.toml", "")], &["w.toml: no such file: w.toml (`wiredesk init` makes one)"]);
}

#[test]
fn lists_are_arrays_files_or_tables() {
    let files = [
        ("conf/w.toml", "include = [\"more/*.toml\"]\n[lists]\na = [\"x|y\"]\nb = \"lists/b.txt\"\n"),
        ("conf/more/c.toml", "[lists.c]\nfile = \"../lists/c.txt\"\nnot_inside = [\"z\"]\n"),
        ("conf/lists/b.txt", "# cities\n\n 友好城市|友城 \r\nsister cit{y,ies}\n"),
        ("conf/lists/c.txt", "\u{feff}one"),
    ];
    let folder = folder(&files);
    let config = Config::load(&folder.path().join("conf/w.toml")).unwrap();
    let terms: Vec<(&str, Vec<&str>)> =
        config.lists.iter().map(|l| (l.name.as_str(), l.terms.iter().map(String::as_str).collect())).collect();
    let expected = [("a", vec!["x|y"]), ("b", vec!["友好城市|友城", "sister cit{y,ies}"]), ("c", vec!["one"])];
    assert_eq!(terms, expected);
    assert_eq!(config.files.len(), 4);
}

#[test]
fn lists_that_cannot_be_read_are_refused() {
    check_files(
        &[(
            "w.toml",
            "[lists]\n\"bad name\" = [\"x\"]\nb = \"gone.txt\"\nc = { terms = [\"x\"], file = \"y.txt\" }\nd = [\"\"]\ne = 1\n",
        )],
        &[
            "w.toml:2:1: lists.bad name: \"bad name\" cannot name a list (use letters, digits, - and _)",
            "w.toml:3:5: lists.b: no such file: gone.txt",
            "w.toml:4:29: lists.c.file: a list has terms or a file, not both (move the terms into one)",
            "w.toml:5:6: lists.d[1]: is empty (leave it out or write some text)",
            "w.toml:6:5: lists.e: must be an array, not the number 1 (write [\"sister cit{y,ies}\"])",
        ],
    );
    check_files(
        &[("w.toml", "include = [\"a.toml\"]\nlists.x = [\"a\"]\n"), ("a.toml", "lists.x = [\"b\"]\n")],
        &["a.toml:1:7: lists.x: the list `x` is already defined at w.toml:2:7 (give one of them another name)"],
    );
}

#[test]
fn places_stand_in_a_file_of_lines_b304() {
    let files = [("w.toml", "[places]\nfile = \"own.csv\"\n"), ("own.csv", "# ours\nWeener, DE, 15700, Wener\r\n")];
    let folder = folder(&files);
    let config = Config::load(&folder.path().join("w.toml")).unwrap();
    assert_eq!(config.places.named("Wener").iter().map(|place| place.name).collect::<Vec<_>>(), ["Weener"]);
    assert_eq!(config.files.len(), 2);
    check_files(
        &[("w.toml", "[places]\nfile = \"own.csv\"\n"), ("own.csv", "Weener, DE\nAville, XX\nBville, FR, many\n")],
        &[
            "own.csv:2:1: places.file: \"XX\" is no country (give its two letters (ISO 3166-1), such as CN)",
            "own.csv:3:1: places.file: \"many\" is no number of people (write digits alone, or leave the field empty)",
        ],
    );
    check_files(
        &[("w.toml", "include = [\"a.toml\"]\n[places]\n"), ("a.toml", "[places]\nfile = \"x\"\n")],
        &[
            "w.toml:2:1: places.file: is missing (write file = \"places.csv\")",
            "a.toml:1:1: places: `places` cannot stand in an included file (move it to the main file)",
        ],
    );
}

#[test]
fn files_that_are_no_text_are_refused() {
    let folder = folder(&[("lists/x", "")]);
    let path = folder.path().join("w.toml");
    fs::write(&path, b"[server]\nlisten = \"\xff\"\n").unwrap();
    let problem = Config::load(&path).err().unwrap().to_string();
    assert!(problem.ends_with("w.toml is not UTF-8 in line 2 (save it as UTF-8)"), "{problem}");
    let problem = Config::load(&folder.path().join("lists")).err().unwrap().to_string();
    assert!(problem.ends_with("lists is a folder, not a file"), "{problem}");
}

#[test]
fn the_example_loads_and_its_samples_hold() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/wiredesk.toml");
    let config = Config::load(&path).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(config.sources.len() >= 15 && config.feeds.len() >= 2 && config.lists.len() >= 15);
    let unset: Vec<&str> = config.warnings.iter().map(|w| w.key.as_str()).collect();
    assert_eq!(unset, ["polling.contact"]);
    let samples: usize = config.feeds.iter().map(|feed| feed.samples.len()).sum();
    assert!(samples >= 6);
    let failures: Vec<String> = config.run_samples().iter().map(|f| f.problem().to_string()).collect();
    assert_eq!(failures, Vec::<String>::new());
}

#[test]
fn the_example_shows_the_defaults() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/wiredesk.toml");
    let text = fs::read_to_string(&path).unwrap();
    let no_defaults = ["contact", "terms", "file", "not_inside", "language", "country"];
    let keys = |line: &str| Some(line.strip_prefix("# ")?.split_once(" = ")?.0.to_owned());
    let shown = |line: &&str| {
        keys(line).is_some_and(|key| {
            !key.contains(|c: char| c != '_' && !c.is_ascii_lowercase()) && !no_defaults.contains(&&*key)
        })
    };
    assert!(text.lines().filter(shown).count() >= 20);
    let lines = text.lines().map(|line| if shown(&line) { &line[2..] } else { line });
    let mut written = Config::check(&path, lines.collect::<Vec<_>>().join("\n")).unwrap_or_else(|p| panic!("{p}"));
    let left_out = Config::check(&path, text.clone()).unwrap_or_else(|p| panic!("{p}"));
    assert_eq!(written.server, left_out.server);
    assert_eq!(written.store, left_out.store);
    assert_eq!(written.polling, left_out.polling);
    // A number that the operator writes binds a source's first document, too.
    for source in written.sources.iter_mut().map(Arc::make_mut) {
        source.budget.first = crate::schedule::FirstDocument::Spared;
    }
    assert!(written.sources == left_out.sources, "the sources' defaults differ from those of the example");
    assert_eq!(written.feeds, left_out.feeds);
}

/// What is shown commented and indented loads when it is pasted.
#[test]
fn the_examples_of_pages_and_sitemaps_load() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/wiredesk.toml");
    let text = fs::read_to_string(&path).unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("#     "));
    let config = read(&lines.collect::<Vec<_>>().join("\n")).unwrap_or_else(|p| panic!("{p}"));
    let kinds: Vec<&str> = config.sources.iter().map(|s| s.source.kind.as_str()).collect();
    assert_eq!(kinds, ["page", "sitemap"]);
    assert!(config.sources[0].page.as_ref().unwrap().summary.is_some());
}

#[test]
fn samples_that_come_out_otherwise_are_told() {
    let config = read("[[feed]]\nid = \"f\"\nmatch = \"title:peace\"\n[[feed.sample]]\ntitle = \"War\"\nin_feed = true\n[[feed.sample]]\ntitle = \"Peace\"\nin_feed = true\n[[feed.sample]]\ntitle = \"Peace\"\ntext = \"x\"\nin_feed = false\n").unwrap();
    let failures = config.run_samples();
    let numbers: Vec<(usize, bool)> = failures.iter().map(|f| (f.number, f.route.is_some())).collect();
    assert_eq!(numbers, [(1, true), (3, true)]);
    let told = failures[0].problem().to_string();
    let expected = "conf/w.toml:4:1: feed[f].sample[1]: the sample \"War\" is left out, but in_feed = true";
    assert!(told.starts_with(expected), "{told}");
}

#[test]
fn no_text_brings_the_reader_down() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("config/wiredesk.toml")).unwrap();
    let text = text.replace("include = ", "x = ");
    let cuts = (0..text.len()).step_by(61).filter(|at| text.is_char_boundary(*at));
    for cut in cuts {
        let problems = read(&text[..cut]).err().map_or(vec![], |problems| problems.0);
        problems.iter().for_each(|problem| assert!(!problem.render("error").is_empty()));
    }
    for deep in ["[", "{a=", "[{a="].map(|open| "x = ".to_owned() + &open.repeat(50_000)) {
        assert!(read(&deep).is_err());
    }
    assert!(read(&"[a.".repeat(50_000)).is_err());
}
