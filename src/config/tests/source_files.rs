//! `[[sources]]`: sources in files of their own.

use super::files::{check_files, folder};
use super::*;

const SHARED: &str = "[[sources]]\nfile = \"s.csv\"\ntags = [\"bulk\"]\nschedule = \"every 30m\"\nlanguage = \"de\"\n";

fn read_with(file: &str, text: &str, shared: &str) -> Config {
    let folder = folder(&[("w.toml", shared), (file, text)]);
    Config::load(&folder.path().join("w.toml")).unwrap_or_else(|problems| panic!("{problems}"))
}

/// What a source became: its id, schedule, language and tags.
fn told(source: &ConfiguredSource) -> String {
    let ConfiguredSource { source, schedule, .. } = source;
    format!("{} {schedule:?} {:?} {}", source.id, source.language.as_deref().unwrap_or("-"), source.tags.join("+"))
}

#[test]
fn what_a_line_says_stands_in_the_place_of_what_all_share_b260() {
    let csv = "\u{feff}id,url,schedule,language,tags,full_text\r\n\
               a,https://a.example/f,,,,\r\n\r\n\
               b,https://b.example/f,every 2h,fr,\"x; y;bulk\",TRUE\r\n";
    let config = read_with("s.csv", csv, SHARED);
    let [a, b] = &config.sources[..] else { panic!("{:?}", config.sources) };
    assert_eq!(told(a), format!("a {:?} \"de\" bulk", Policy::parse("every 30m", crate::clock::Zone::UTC).unwrap()));
    assert_eq!(told(b), format!("b {:?} \"fr\" bulk+x+y", Policy::parse("every 2h", crate::clock::Zone::UTC).unwrap()));
    assert_eq!((a.source.full_text, b.source.full_text), (false, true));
}

#[test]
fn one_source_is_the_same_however_it_is_written_b260() {
    let table = "[[source]]\nid = \"a\"\nurl = \"https://me:pw@a.example/f?x=1&y=2\"\ntags = [\"bulk\", \"x\"]\nlanguage = \"de\"\nschedule = \"every 30m\"\n";
    let expected = read(table).unwrap().sources;
    let shared =
        |name: &str| SHARED.replace("s.csv", name) + "basic_auth = { user = \"me\", password_file = \"pw\" }\n";
    let files = [
        ("s.csv", "url,id,tags\nhttps://a.example/f?x=1&y=2,a,x\n"),
        ("s.jsonl", "{\"id\": \"a\", \"url\": \"https://a.example/f?x=1&y=2\", \"wire\": null, \"tags\": [\"x\"]}\n"),
    ];
    for (name, text) in files {
        let folder = folder(&[("w.toml", &shared(name)), (name, text), ("pw", "pw\n")]);
        let config = Config::load(&folder.path().join("w.toml")).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(config.sources, expected, "{name}");
    }
    let opml = "<opml version=\"2.0\"><body><outline text=\"x\">\n\
                <outline type=\"rss\" text=\"A\" xmlUrl=\"https://a.example/f?x=1&amp;y=2\"/></outline></body></opml>";
    let config = read_with("s.opml", opml, &SHARED.replace("s.csv", "s.opml"));
    let read = &config.sources[0];
    assert_eq!((read.source.tags.join("+"), &read.schedule), ("bulk+x".to_owned(), &expected[0].schedule));
    assert!(read.source.id.as_str().starts_with("a-example-"), "{}", read.source.id);
    // A title is each source's own.
    assert_eq!(read.source.title.as_deref(), Some("A"));
    let config = read_with("s.csv", "url,title\nhttps://a.example/f,\"Køge, city\"\nhttps://b.example/f,\n", SHARED);
    let titles: Vec<_> = config.sources.iter().map(|s| s.source.title.as_deref()).collect();
    assert_eq!(titles, [Some("Køge, city"), None]);
}

#[test]
fn ids_that_are_made_of_urls_stay_when_others_come_and_go_b264() {
    let ids = |lines: &[&str]| {
        let config = read_with("s.csv", &format!("url\n{}\n", lines.join("\n")), SHARED);
        config.sources.iter().map(|source| source.source.id.to_string()).collect::<Vec<_>>()
    };
    let [a, b, c] = ["https://x.example/a", "https://x.example/b", "https://x.example/c"];
    let all = ids(&[a, b, c]);
    assert_eq!(ids(&[c, a]), [all[2].clone(), all[0].clone()]);
}

#[test]
fn what_is_wrong_with_a_line_is_told_with_its_place_b261() {
    let csv = "id,url,schedule,tags\n\
               a,https://a.example/,evry 30m,\n\
               B!,https://b.example/,,\n\
               c,ftp://c.example/,,\n\
               d,https://d.example/,\n\
               e,\"https://e.example/,,\n\
               ,,,\n\
               a,https://f.example/,,\n\
               g,https://a.example/,,\n";
    check_files(
        &[("w.toml", "[[sources]]\nfile = \"s.csv\"\n"), ("s.csv", csv)],
        &[
            "s.csv:2:22: source[a].schedule: \"evry 30m\" is not a schedule (write \"adaptive\", \"every 30m\", or cron: minute hour day month weekday, as \"*/30 8-20 * * 1-5\")",
            "s.csv:3:1: id: \"B!\" is not an id: use 1 to 64 of a-z, 0-9 and - (write \"b\"; a `title` may hold anything)",
            "s.csv:4:3: source[c].url: `ftp:` is not polled (use http:// or https://)",
            "s.csv:5:1: has 3 fields, and the first line names 4 (leave a field empty by commas alone; a line cannot be a comment)",
            "s.csv:6:3: a quoted field does not end on its line (close it by \")",
            "s.csv:7:1: url: is missing (write url = \"https://…\")",
            "s.csv:8:1: source[a].id: the id \"a\" is taken by the source at s.csv:2:1 (ids are permanent: give the newer one another)",
            "s.csv:9:3: source[g].url: the source `a` at s.csv:2:3 polls the same URL (leave one of them out)",
        ],
    );
    check_files(
        &[("w.toml", "[[sources]]\nfile = \"s.csv\"\n"), ("s.csv", "id,url,tgas\n?,?,?\n")],
        &["s.csv:1:8: no key is called \"tgas\" (did you mean `tags`?)"],
    );
    let jsonl = "{\"url\": \"https://a.example/\", \"headers\": 7}\n\
                 [1]\n\
                 {\"url\": \"https://b.example/\", \"url\": \"https://c.example/\"}\n\
                 {\"url\": 7}\n\
                 {\"url\": \"https://d.example/\", \"kind\": \"fed\"}\n";
    let known = KNOWN;
    check_files(
        &[("w.toml", "[[sources]]\nfile = \"s.jsonl\"\n"), ("s.jsonl", jsonl)],
        &[
            &format!("s.jsonl:1:31: no key is called \"headers\" ({known})"),
            "s.jsonl:2:1: invalid type: sequence, expected an object: {\"url\": \"https://…\"} (write {\"url\": \"https://…\"} on a line of its own)",
            "s.jsonl:3:31: `url` is there twice (leave one out)",
            "s.jsonl:4:2: `url` is neither text, true or false, nor a list of texts (put it in quotes)",
            "s.jsonl:5:31: kind: \"fed\" is not known (did you mean \"feed\"?)",
        ],
    );
}

const KNOWN: &str = "known are: id, url, kind, title, schedule, timezone, language, wire, country, tags, republish, full_text, \
                     link_template; the rest stands beside the file's name";

#[test]
fn what_is_wrong_with_a_file_is_told_b261() {
    let check = |toml: &str, expected: &str| {
        check_files(
            &[("w.toml", &format!("[[sources]]\n{toml}\n")), ("s.csv", "url\n"), ("s.txt", "url\n")],
            &[expected],
        );
    };
    check(
        "file = \"s.csv\"\ntitle = \"City\"",
        "w.toml:3:9: sources[1].title: a title is one source's own, and this would be that of all \
         (write it in the line of each)",
    );
    check("tags = [\"a\"]", "w.toml:1:1: sources[1].file: is missing (write file = \"sources.csv\")");
    check(
        "file = \"s.txt\"",
        "w.toml:2:8: sources[1].file: the name does not say how sources are written in it \
         (name it .csv, .jsonl or .opml, or write format = \"csv\" beside it)",
    );
    let folder = folder(&[("w.toml", "[[sources]]\nfile = \"gone.csv\"\n")]);
    let said = Config::load(&folder.path().join("w.toml")).err().unwrap().to_string();
    assert!(said.contains("w.toml:2:8: sources[1].file: no such file: "), "{said}");
}

#[test]
fn of_many_problems_fifty_are_told_and_the_rest_is_counted_b262() {
    let bad: String = (0..120).map(|n| format!("s{n},ftp://s{n}.example/\n")).collect();
    let folder = folder(&[
        ("w.toml", "[[sources]]\nfile = \"s.csv\"\n[[source]]\nid = \"?\"\nurl = \"https://x.example/\"\n"),
        ("s.csv", &format!("id,url\n{bad}")),
    ]);
    let problems = Config::load(&folder.path().join("w.toml")).err().unwrap();
    let told: Vec<String> = problems.0.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 52, "{told:#?}");
    assert!(
        told[51].ends_with("s.csv:121:1: and 70 more problems of this file") && told[50].contains("s.csv:51:"),
        "{told:#?}"
    );
}

#[test]
fn a_line_without_an_end_costs_itself_alone_b263() {
    let long = "x".repeat(70_000);
    let bytes =
        [b"url\nhttps://a.example/\n", long.as_bytes(), b"\nhttps://b.example/\xff\nhttps://c.example/"].concat();
    let folder = folder(&[("w.toml", "[[sources]]\nfile = \"s.csv\"\n")]);
    fs::write(folder.path().join("s.csv"), bytes).unwrap();
    let said = Config::load(&folder.path().join("w.toml")).err().unwrap().to_string();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(lines[0].contains("s.csv:3:1: the line is longer than 64 KiB"), "{said}");
    assert!(lines[1].contains("s.csv:4:1: the line is not UTF-8 from byte 19"), "{said}");
}

#[test]
fn a_line_of_one_byte_too_many_costs_no_other_b263() {
    let long = "x".repeat(64 * 1024 + 1);
    for end in ["\n", "\r\n"] {
        let text = format!("url{end}{long}{end}ftp://b.example/{end}https://c.example/{end}");
        let folder = folder(&[("w.toml", "[[sources]]\nfile = \"s.csv\"\n"), ("s.csv", &text)]);
        let said = Config::load(&folder.path().join("w.toml")).err().unwrap().to_string();
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), 2, "{said}");
        assert!(lines[0].contains("s.csv:2:1: the line is longer") && lines[1].contains("s.csv:3:1: "), "{said}");
    }
}

#[test]
fn credentials_of_a_file_go_to_one_host_b261() {
    let check = |key: &str, csv: &str, expected: &[&str]| {
        let shared = format!("[[sources]]\nfile = \"s.csv\"\n{key}\n");
        let folder = folder(&[("w.toml", &shared), ("s.csv", csv), ("pw", "hush\n")]);
        let said = Config::load(&folder.path().join("w.toml")).err().map(|problems| problems.to_string());
        let said = said.unwrap_or_default();
        assert!(!said.contains("hush") && said.lines().count() == expected.len(), "{said}");
        said.lines().zip(expected).for_each(|(line, expected)| assert!(line.contains(expected), "{said}"));
    };
    let auth = "basic_auth = { user = \"me\", password_file = \"pw\" }";
    check(auth, "url\nhttps://a.example/1\nhttps://a.example/2\n", &[]);
    check(
        auth,
        "url\nhttps://a.example/1\nhttps://b.example/2\n",
        &["s.csv:3:1: url: basic_auth beside the file is a secret for a.example, and would be sent to b.example"],
    );
    check(
        auth,
        "url\nhttps://you:own@a.example/1\n",
        &["s.csv:2:1: url: the source has basic_auth and credentials in its url (leave one of them out)"],
    );
    let two = "url\nhttps://a.example/1\nhttps://b.example/2\n";
    let sent = "headers beside the file is a secret for a.example, and would be sent to b.example";
    check("headers = { X-Key = { file = \"pw\" } }", two, &[sent]);
    check("headers = { Accept-Language = \"de\" }", two, &[]);
}

#[test]
fn what_a_list_names_and_is_no_source_is_refused_b261() {
    let opml = "<opml version=\"2.0\"><body>\n\
                <outline type=\"rss\" xmlUrl=\"https://a.example/f\"/>\n\
                <outline type=\"include\" url=\"https://b.example/more.opml\"/>\n\
                <outline type=\"link\" url=\"https://c.example/page\"/>\n\
                <outline type=\"rss\" xmlUrl=\"ftp://d.example/f\"/></body></opml>";
    let folder_of = |opml: &str| folder(&[("w.toml", "[[sources]]\nfile = \"s.opml\"\n"), ("s.opml", opml)]);
    let refused = |opml: &str| {
        let folder = folder_of(opml);
        Config::load(&folder.path().join("w.toml")).err().unwrap().to_string()
    };
    let said = refused(opml);
    for expected in [
        "s.opml:1:1: \"ftp://d.example/f\" is not an http URL",
        "s.opml:3:1: \"https://b.example/more.opml\" is another list",
        "s.opml:4:1: \"https://c.example/page\" is a page without a feed",
    ] {
        assert!(said.contains(expected), "{said}");
    }
    let many: String = (0..10_001).map(|n| format!("<outline xmlUrl=\"https://a.example/{n}\"/>")).collect();
    let said = refused(&format!("<opml><body>{many}</body></opml>"));
    assert!(said.contains("s.opml:1:1: more than 10000 URLs"), "{said}");
}

#[test]
fn a_file_that_looks_cut_short_is_refused_or_warned_of_b290_b291() {
    let whole =
        "<opml><body><outline xmlUrl=\"https://a.example/1\"/><outline xmlUrl=\"https://a.example/2\"/></body></opml>";
    let (beside, at) = ("[[source]]\nid = \"b\"\nurl = \"https://b.example/\"\n", "w.toml:5:8: sources[1].file");
    let load = |name: &str, text: &str| {
        let toml = format!("{beside}[[sources]]\nfile = \"{name}\"\n");
        let folder = folder(&[("w.toml", &toml), (name, text)]);
        let config = Config::load(&folder.path().join("w.toml"));
        let told = config.map(|config| config.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
        let plain = |text: String| text.replace(&format!("{}/", folder.path().display()), "");
        told.map(plain).map_err(|problems| plain(problems.to_string()))
    };
    let refused = |name: &str, text: &str, expected: &str| {
        assert_eq!(load(name, text).unwrap_err().trim_end(), format!("{at}: {expected}"), "{text}");
    };
    let anew = "copy it anew: it is cut short, or still being written";
    for cut in [whole.len() - 1, whole.len() - 10, whole.len() / 2] {
        refused("s.opml", &whole[..cut], &format!("s.opml does not end: its </opml> is missing ({anew})"));
    }
    refused("s.opml", "", "s.opml: empty: there is nothing but blanks");
    let hint = "take its [[sources]] out if it is meant to be empty";
    for (name, text) in [("s.csv", ""), ("s.jsonl", ""), ("s.csv", "\n \n"), ("s.jsonl", "\n")] {
        refused(name, text, &format!("{name} is empty ({hint})"));
    }
    let warned = |name: &str, text: &str, expected: &str| {
        let told = load(name, text).unwrap();
        let of_file: Vec<&str> = told.lines().filter(|line| line.starts_with(name)).collect();
        assert_eq!(of_file, expected.lines().collect::<Vec<_>>(), "{text}");
    };
    let open = "the last line has no end: is the file cut short? (end it by a line break)";
    warned("s.csv", "url\nhttps://a.example/1\nhttps://a.exa", &format!("s.csv:3:1: {open}"));
    warned("s.jsonl", "{\"url\": \"https://a.example/1\"}", &format!("s.jsonl:1:1: {open}"));
    warned("s.csv", "url\nhttps://a.example/1\r\n\n", "");
    warned("s.csv", "url\n", "s.csv:1:1: the file names no source, but only columns");
    warned("s.opml", whole, "");
}

#[test]
fn an_entity_in_a_list_is_refused_b293() {
    let opml = "<!DOCTYPE opml [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n\
                <opml><body><outline xmlUrl=\"https://a.example/&x;\"/></body></opml>";
    let folder = folder(&[("w.toml", "[[sources]]\nfile = \"s.opml\"\n"), ("s.opml", opml)]);
    let said = Config::load(&folder.path().join("w.toml")).err().unwrap().to_string();
    assert!(said.contains("\"https://a.example/&x\" holds &x;, an entity, and none is expanded"), "{said}");
}

#[test]
fn a_format_that_is_misspelt_is_told_once_b261() {
    check_files(
        &[("w.toml", "[[sources]]\nfile = \"list.txt\"\nformat = \"cvs\"\n")],
        &["w.toml:3:10: sources[1].format: \"cvs\" is not known (did you mean \"csv\"?)"],
    );
    check_files(
        &[("w.toml", "[[sources]]\nfile = \"s.csv\"\n"), ("s.csv", "id;url\n")],
        &["s.csv:1:1: fields are separated by ; (separate them by commas)"],
    );
}
