//! Whatever is put in a configuration's place, the one in force stays in force,
//! and the next good one is taken (checks B84, B120, B121).

use std::os::unix::fs::symlink;
use std::path::Path;

use crate::desk::{Desk, Running, quiet};

const REFUSED: &str = "the new configuration was refused";

fn feed(id: &str) -> String {
    format!("{}[[feed]]\nid = \"{id}\"\ntitle = \"Feed {id}\"\n\n", quiet())
}

/// Takes away what stands at `path`, whatever it is.
fn clear(path: &Path) {
    if path.is_dir() && !path.is_symlink() {
        std::fs::remove_dir_all(path).unwrap();
    } else {
        std::fs::remove_file(path).unwrap();
    }
}

fn pipe(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success(), "mkfifo {}", path.display());
}

/// Puts `bytes` in the place of the configuration at once, as by a rename.
fn put(desk: &Desk, bytes: &[u8]) {
    std::fs::write(desk.path("next"), bytes).unwrap();
    std::fs::rename(desk.path("next"), desk.config()).unwrap();
}

#[track_caller]
fn stands(running: &Running, feed: &str) {
    let got = running.get(&format!("/feeds/{feed}.atom"), &[]);
    assert_eq!(got.status, 200, "B84: {}", running.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_in_its_place_ends_the_daemon_b84_b120() {
    let desk = Desk::new(&feed("good"));
    let good = std::fs::read(desk.config()).unwrap();
    let mut running = desk.start();
    let deep = "more than 64 deep";
    let cases: [(&str, Vec<u8>, &str); 13] = [
        ("the brackets that ended it", format!("x = {{[ ], }}\n{}", "[".repeat(28_000)).into(), deep),
        ("nested brackets", format!("x = {}{}", "[".repeat(14_000), "]".repeat(14_000)).into(), deep),
        ("nested inline tables", format!("x = {}1{}", "{a = ".repeat(9_000), "}".repeat(9_000)).into(), deep),
        ("brackets that close nothing", format!("x = {}", "[}{]".repeat(9_000)).into(), deep),
        ("a dotted key", format!("{}x = 1", "a.".repeat(100_000)).into(), deep),
        ("a dotted heading", format!("[{}x]", "a.".repeat(100_000)).into(), deep),
        ("one key of 10 MB", format!("{} = 1", "k".repeat(10 << 20)).into(), "line 1 is longer than 1 MiB"),
        ("a large file", vec![b'\n'; (16 << 20) + 1], "is larger than 16 MiB"),
        ("a million words", "a ".repeat(4 << 20).replace("a a a a ", "a a a\n").into(), "words and signs"),
        ("signs", b"=]\n".repeat(500_000), "is no TOML"),
        ("invalid UTF-8", [&good[..], b"\n# \xff\xfe\n"].concat(), "is not UTF-8 in line"),
        ("a NUL", [&b"x = \"\0\"\n"[..], &good].concat(), "wiredesk.toml:1:6"),
        (
            "nothing but unknown keys",
            (0..90_000).map(|n| format!("key{n} = 1\n")).collect::<String>().into(),
            "unknown",
        ),
    ];
    for (what, bytes, why) in cases {
        put(&desk, &bytes);
        let said = running.wait_for(REFUSED);
        assert!(running.log().contains(why) || said.contains(why), "B120, {what}: {said}");
        stands(&running, "good");
    }
    desk.configure(&(feed("better") + "[[feed]]\nid = \"good\"\ntitle = \"Good\"\n"));
    running.until("/feeds/better.atom", |got| got.status == 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_kind_of_file_in_its_place_ends_or_stops_the_daemon_b84_b121() {
    let desk = Desk::new(&feed("good"));
    let good = std::fs::read(desk.config()).unwrap();
    let config = desk.config();
    let mut running = desk.start();
    let put: [(&str, &dyn Fn(), &str); 5] = [
        ("a folder", &|| std::fs::create_dir(&config).unwrap(), "is a folder"),
        ("a pipe that nobody writes", &|| pipe(&config), "is not a regular file"),
        ("a link to itself", &|| symlink(&config, &config).unwrap(), "cannot be read"),
        ("a device without an end", &|| symlink("/dev/zero", &config).unwrap(), "is not a regular file"),
        ("nothing", &|| std::fs::write(&config, "").unwrap(), "no source is configured"),
    ];
    for (what, make, why) in put {
        clear(&config);
        make();
        while !running.wait_for(REFUSED).contains(why) {}
        stands(&running, "good");
        println!("B121: {what} was refused");
    }
    // And what it names: pipes, folders of very many files, patterns of stars.
    let text = String::from_utf8(good).unwrap();
    let including = |patterns: &str| std::fs::write(&config, format!("include = [{patterns}]\n{text}")).unwrap();
    std::fs::create_dir(desk.path("many")).unwrap();
    pipe(&desk.path("many/0.toml"));
    including("\"many/0.toml\"");
    while !running.wait_for(REFUSED).contains("is not a regular file") {}
    for n in 1..=5_000 {
        std::fs::write(desk.path(&format!("many/{n}.toml")), "").unwrap();
    }
    including("\"many/****************************************.toml\"");
    while !running.wait_for(REFUSED).contains("more than 4096 files are included") {}
    including(&"\"many/*.toml\", ".repeat(300));
    while !running.wait_for(REFUSED).contains("more than 256 patterns") {}
    stands(&running, "good");
    std::fs::write(&config, &text).unwrap();
    running.wait_for("configuration in force");
}
