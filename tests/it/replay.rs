//! `wiredesk replay` (checks O149, O152 to O154).

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::desk::{Desk, Ran};

/// Two sources, one of them of a wire, and two feeds: one of all, one of a term in one language.
const CONFIG: &str = r#"
[[source]]
id = "hall"
url = "http://127.0.0.1:9/hall"
wire = "PR Newswire"
tags = ["city"]

[[source]]
id = "port"
url = "http://127.0.0.1:9/port"

[[feed]]
id = "all"
backfill = "3d"

[[feed]]
id = "mayors"
sources = ["tag:city"]
languages = ["en"]
match = 'SCORE/1(+1 title:mayor BECAUSE "a mayor")'
"#;

fn line(id: &str, source: &str, title: &str, published: Option<&str>) -> Value {
    json!({ "id": id, "source": source, "title": title, "text": "In the town hall.", "published": published })
}

fn written(desk: &Desk, lines: &[String]) -> String {
    let path = desk.path("archive.jsonl");
    std::fs::write(&path, lines.join("\n")).unwrap();
    path.display().to_string()
}

fn replayed(desk: &Desk, lines: &[Value]) -> Ran {
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    let path = written(desk, &lines);
    desk.run(&["replay", &path])
}

/// O149, O152: whatever the order of the archive, each line says what became of its entry, and a
/// source may have any name.
#[tokio::test(flavor = "multi_thread")]
async fn entries_go_through_the_pipeline_and_come_out_in_their_order() {
    let desk = Desk::new(CONFIG);
    let german = json!({
        "id": "5", "source": "hall", "title": "Mayor", "html": "<p>Hallo</p>", "language": "de",
        "link": "https://hall.example/5", "published": "2026-11-21",
    });
    let lines = [
        line("3", "hall", "The mayor in 2026", Some("2026-11-20T12:00:00Z")),
        line("1", "port", "The mayor in 1999", Some("1999-01-02T12:00:00+08:00")),
        line("2", "nobody-knows", "Another mayor", None),
        line("3", "hall", "The mayor, corrected", Some("2026-11-20T13:00:00Z")),
        german,
        line("4", "hall", "A market", None),
        line("1", "The Port", "Archives name their sources as they like", None),
        line("1", "the-port", "Another source", None),
    ];
    let ran = replayed(&desk, &lines);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    let out = ran.json();
    let ids: Vec<&str> = out.iter().map(|line| line["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["3", "1", "2", "3", "5", "4", "1", "1"]);
    let wires: Vec<&Value> = out.iter().map(|line| &line["wire"]).collect();
    let (none, wire) = (Value::Null, json!("PR Newswire"));
    assert_eq!(wires, [&wire, &none, &none, &wire, &wire, &wire, &none, &none]);
    assert!(out.iter().all(|line| line["story"].is_null() && line["feeds"]["all"]["in"] == true), "{out:?}");
    let of = |n: usize| &out[n]["feeds"]["mayors"];
    assert_eq!(*of(0), json!({ "in": true, "score": 1, "because": ["+1 a mayor"] }));
    assert_eq!(of(1)["because"], json!(["its source port is not among the feed's sources"]));
    let named = of(6)["because"][0].as_str().unwrap();
    assert!(named.starts_with("its source the-port-") && named.ends_with(" is not among the feed's sources"));
    assert_eq!(of(7)["because"], json!(["its source the-port is not among the feed's sources"]));
    assert_eq!(of(2)["because"], json!(["its source nobody-knows is not among the feed's sources"]));
    assert_eq!((&of(3)["in"], &of(5)["in"]), (&json!(true), &json!(false)));
    assert_eq!(of(4)["because"], json!(["language de is not among en"]));
    assert_eq!(of(5)["because"], json!(["no term of the filter was found"]));
    assert_eq!(replayed(&desk, &lines).out, ran.out, "the same bytes each time");
    assert!(!desk.path("desk.db").exists(), "its own store is not touched");
    let files = std::fs::read_dir(desk.config().parent().unwrap()).unwrap().count();
    assert_eq!(files, 2, "the configuration and the archive");
}

/// O153: what cannot be read is named with its line, and costs nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn bad_lines_cost_themselves_alone() {
    let desk = Desk::new(CONFIG);
    let good = line("1", "hall", "The mayor", None).to_string();
    let bad = [
        ("{\"id\": \"2\"", "EOF while parsing"),
        ("{\"id\": \"2\", \"title\": \"A\"}", "missing field `source`"),
        ("{\"id\": \"2\", \"source\": \"hall\"}", "has neither a title nor a text"),
        ("{\"id\": \" \", \"source\": \"hall\", \"title\": \"A\"}", "its id is empty"),
        ("{\"id\": \"2\", \"source\": \" \", \"title\": \"A\"}", "its source is empty"),
        ("{\"id\": \"2\", \"source\": \"hall\", \"title\": \"A\", \"published\": \"soon\"}", "write it as 2026-11-21T"),
    ];
    for (text, expected) in bad {
        let path = written(&desk, &[good.clone(), text.to_owned(), String::new(), good.replace("\"1\"", "\"3\"")]);
        let ran = desk.run(&["replay", &path]);
        assert_eq!(ran.code, Some(1), "{text}: {ran:?}");
        assert!(ran.err.starts_with("line 2: ") && ran.err.contains(expected), "{text}: {}", ran.err);
        assert_eq!(ran.json().len(), 2, "{text}");
    }
    let nothing = desk.run(&["replay", &written(&desk, &[])]);
    assert_eq!((nothing.code, nothing.out.as_str()), (Some(0), ""));
    let none = desk.run(&["replay", "/nowhere/archive.jsonl"]);
    assert!(none.code == Some(2) && none.err.contains("/nowhere/archive.jsonl cannot be read"), "{none:?}");
    let stories = desk.run(&["replay", "--stories", &written(&desk, &[good])]);
    assert!(stories.code == Some(2) && stories.err.contains("stories"), "{stories:?}");
}

/// O154: an archive that is piped in, longer than what is brought at once.
#[tokio::test(flavor = "multi_thread")]
async fn an_archive_is_read_from_standard_input() {
    let desk = Desk::new(CONFIG);
    // Each other entry is of another source, and the newest come first.
    let entry = |n: u32| {
        let at = format!("2026-11-{:02}T{:02}:00:00Z", 28 - n / 24 % 28, 23 - n % 24);
        line(&format!("e{n}"), if n.is_multiple_of(2) { "hall" } else { "port" }, "The mayor", Some(&at)).to_string()
    };
    let text: String = (0..1_000).map(|n| entry(n) + "\n").collect();
    let ran = tokio::task::block_in_place(|| {
        let mut command = desk.command(&["replay", "-"]);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let writing = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
        let done = child.wait_with_output().unwrap();
        writing.join().unwrap().unwrap();
        done
    });
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let out = String::from_utf8(ran.stdout).unwrap();
    let ids: Vec<String> = out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids, (0..1_000).map(|n| format!("e{n}")).collect::<Vec<_>>());
}

/// O152: what is broken off leaves nothing behind.
#[tokio::test(flavor = "multi_thread")]
async fn a_replay_that_is_broken_off_leaves_nothing() {
    let desk = Desk::new(CONFIG);
    let lines: Vec<String> =
        (0..20_000).map(|n| line(&format!("e{n}"), "hall", "The mayor", None).to_string()).collect();
    let path = written(&desk, &lines);
    let scratch = desk.path("scratch");
    std::fs::create_dir(&scratch).unwrap();
    let ran = tokio::task::block_in_place(|| {
        let mut command = desk.command(&["replay", &path]);
        let command = command.env("TMPDIR", &scratch).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut String::new()).unwrap();
        let killed = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap();
        assert!(killed.success());
        std::io::copy(&mut out, &mut std::io::sink()).unwrap();
        child.wait_with_output().unwrap()
    });
    let said = String::from_utf8(ran.stderr).unwrap();
    assert!(ran.status.code() == Some(1) && said.contains("the replay was broken off"), "{said}");
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0);
}
