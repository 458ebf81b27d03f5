//! `docs/first-hour.md`, done as it stands there (O167): every command in its order, and what
//! the page shows of their output. The publishers of the page are on loopback, the port is a
//! free one, `apt` installs the program that is tested; nothing else differs.

use std::fs;
use std::path::Path;

use crate::desk::{BINARY, free_port, is_there};
use crate::origin::Origin;
use crate::procedures::Machine;
use crate::reply::Reply;

/// A shell block of the page, and what it shows of the output.
struct Step {
    heading: String,
    commands: String,
    shown: Vec<String>,
}

/// The fenced blocks of a page: a `text` block belongs to the `sh` block before it.
fn steps(page: &str) -> Vec<Step> {
    let (mut found, mut heading, mut fence) = (Vec::<Step>::new(), String::new(), None);
    for line in page.lines() {
        match (fence, line) {
            (Some(_), "```") => fence = None,
            (Some("sh"), line) => found.last_mut().unwrap().commands.extend([line, "\n"]),
            (Some(_), line) => found.last_mut().unwrap().shown.push(line.to_owned()),
            (None, "```sh") => {
                found.push(Step { heading: heading.clone(), commands: String::new(), shown: Vec::new() });
                fence = Some("sh");
            }
            (None, "```text") => fence = Some("text"),
            (None, line) => heading = line.strip_prefix("## ").unwrap_or(&heading).to_owned(),
        }
    }
    found
}

fn document(title: &str, entries: &[(&str, &str)]) -> String {
    let item = |(link, headline): &(&str, &str)| {
        format!(
            "<item><title>{headline}</title><link>{link}</link><guid>{link}</guid>\
             <description>A text of the day.</description></item>"
        )
    };
    let items: String = entries.iter().map(item).collect();
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{title}</title>{items}</channel></rss>")
}

/// The city, its port and its paper, each below a folder of one server.
async fn publishers() -> Origin {
    let origin = Origin::start().await;
    let html = |text: &str| Reply::ok(text).header("content-type", "text/html");
    let page = |feed: &str| format!("<title>News</title><link rel=alternate type='application/rss+xml' href='{feed}'>");
    let put = |path: &str, title: &str, entries: &[(&str, &str)]| {
        let folder = path.rsplit_once('/').unwrap().0.to_owned();
        let links: Vec<(String, &str)> = entries
            .iter()
            .map(|(name, headline)| (origin.url(&format!("{folder}/{name}")).to_string(), *headline))
            .collect();
        let all: Vec<(&str, &str)> = links.iter().map(|(link, headline)| (link.as_str(), *headline)).collect();
        origin.set(path, Reply::ok(document(title, &all)));
    };
    origin.set("/robots.txt", Reply::status(404));
    origin.set("/city/news/", html(&page("/city/rss.xml")));
    let city = [
        ("quay", "New quay opens in Harbour"),
        ("budget", "Council passes budget"),
        ("mayor", "Mayor of Harbour receives envoy"),
    ];
    put("/city/rss.xml", "City of Harbour", &city);
    let port =
        [("ferry", "Ferry to start in May"), ("crane", "Second crane ordered"), ("fair", "Hafen hosts fair of pilots")];
    put("/port/press.xml", "Port of Harbour", &port);
    origin.set("/paper/harbour/", html(&page("/paper/harbour.xml")));
    put("/paper/harbour.xml", "Harbour Gazette", &[("prize", "Harbour wins prize"), ("cup", "Cup final is off")]);
    origin
}

/// The names of the page and of this machine for the same things.
struct Names(Vec<(String, String)>);

impl Names {
    /// The commands of the page, for this machine.
    fn here(&self, commands: &str) -> String {
        self.0.iter().fold(commands.to_owned(), |text, (page, here)| text.replace(page, here))
    }

    /// What was printed, as the page has it: spaces alone are no difference.
    fn there(&self, said: &str) -> String {
        let said = self.0.iter().fold(said.to_owned(), |text, (page, here)| text.replace(here, page));
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Whether `said` has the pieces of a line one after the other; `…` parts them.
fn has(said: &str, line: &str) -> bool {
    let mut rest = Some(said);
    for piece in line.split('…') {
        let piece = piece.split_whitespace().collect::<Vec<_>>().join(" ");
        rest = rest.and_then(|rest| rest.split_once(&piece)).map(|(_, after)| after);
    }
    rest.is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_hour_goes_as_its_page_says_o167() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/first-hour.md")).unwrap();
    let steps = steps(&page);
    assert_eq!(
        (page.matches("```sh\n").count(), steps.len()),
        (14, 14),
        "a command more or less: say here what it waits for"
    );
    let origin = publishers().await;
    let machine = Machine::new();
    fs::create_dir_all(machine.at("etc/wiredesk")).unwrap();
    let program = machine.at("usr/local/bin/wiredesk");
    machine.script("apt", &format!("#!/bin/sh\n[ \"$1\" = install ] && cp '{BINARY}' '{}'\n", program.display()));
    let port = free_port();
    let base = |folder: &str| origin.url(folder).to_string();
    let names = Names(vec![
        ("https://www.harbour.example/".to_owned(), base("/city/")),
        ("https://port.example/".to_owned(), base("/port/")),
        ("https://paper.example/".to_owned(), base("/paper/")),
        ("127.0.0.1:8470".to_owned(), format!("127.0.0.1:{port}")),
        // Addresses of this machine's own have to be allowed.
        ("wiredesk init ".to_owned(), "wiredesk init --allow-address 127.0.0.1 ".to_owned()),
    ]);
    let work = machine.at("work");
    let config = machine.at("etc/wiredesk/wiredesk.toml");
    for step in &steps {
        if step.commands.contains("newsboat") && !is_there("newsboat") {
            continue;
        }
        let mut ran = machine.run(&names.here(&step.commands), &work);
        // A person reads a sentence before they ask for what the daemon takes up meanwhile.
        for _ in 0..200 {
            if ran.status.success() || !step.commands.contains(" poll harbour-gazette") {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            ran = machine.run(&names.here(&step.commands), &work);
        }
        let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{}:\n{}\n{said}", step.heading, step.commands);
        let told = names.there(&said.replace(&machine.at("").display().to_string(), "/"));
        for line in &step.shown {
            assert!(has(&told, line), "{}: {line:?} is not in: {said}", step.heading);
        }
        // What a person does meanwhile: they read on, and the daemon works.
        match step.commands.as_str() {
            commands if commands.contains(" init ") => {
                let text = fs::read_to_string(&config).unwrap().replace("127.0.0.1:8470", &format!("127.0.0.1:{port}"));
                // Several publishers share one host here.
                fs::write(&config, text.replace("[polling]\n", "[polling]\nhost_gap = \"0s\"\n")).unwrap();
            }
            commands if commands.contains("enable --now") => served(port, &["quay", "envoy", "pilots"]).await,
            commands if commands.contains("sudo mv ") => served(port, &["Ferry"]).await,
            commands if commands.contains(" poll harbour") => served(port, &["prize"]).await,
            _ => {}
        }
    }
    assert!(work.join("harbour.atom").exists());
}

/// Waits until the feed has these words.
async fn served(port: u16, words: &[&str]) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    for _ in 0..1_200 {
        let mut got = Vec::new();
        if let Ok(mut stream) = tokio::net::TcpStream::connect(("127.0.0.1", port)).await {
            let request = b"GET /feeds/harbour.atom HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n";
            if stream.write_all(request).await.is_ok() {
                let _ = stream.read_to_end(&mut got).await;
            }
        }
        let got = String::from_utf8_lossy(&got);
        if words.iter().all(|word| got.contains(word)) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the feed never had {words:?}");
}
