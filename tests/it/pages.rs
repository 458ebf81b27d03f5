//! Pages in a real browser: Debian's chromium, headless.

use std::process::Command;

use crate::desk::{Desk, EVERYTHING, free_port, is_there, rss, source};
use crate::origin::Origin;

/// The DOM that chromium makes of an address, and what it complained of.
fn browse(desk: &Desk, url: &str, extra: &[&str]) -> (String, String) {
    let profile = format!("--user-data-dir={}", desk.path("profile").display());
    let done = tokio::task::block_in_place(|| {
        Command::new("chromium")
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--disable-dev-shm-usage", "--enable-logging=stderr", "--hide-scrollbars", "--timeout=20000"])
            .arg(profile)
            .args(extra)
            .arg(url)
            .output()
            .unwrap()
    });
    (String::from_utf8_lossy(&done.stdout).into_owned(), String::from_utf8_lossy(&done.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_open_in_a_browser_with_their_style_and_break_no_policy_o28() {
    if !is_there("chromium") {
        return;
    }
    let origin = Origin::start().await;
    origin.document("/a.rss", rss("harbour", 0..20));
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + EVERYTHING));
    // The pages' own addresses have to lead back to this daemon.
    let port = free_port();
    desk.listen_on(port);
    let mut running = desk.start();
    running.until("/feeds/all.atom", |got| got.text().contains("harbour 19<"));
    for (path, shown) in
        [("", "Everything"), ("feeds/all", "harbour 19"), ("sources", "20 entries"), ("entries/1", "Decisions")]
    {
        let url = format!("http://127.0.0.1:{port}/{path}");
        let (dom, said) = browse(&desk, &url, &["--dump-dom"]);
        assert!(dom.contains(shown), "{path}: {dom}\n{said}");
        assert!(!said.contains("Content Security Policy") && !said.contains("Refused to"), "{path}: {said}");
        for width in ["390,900", "1200,900"] {
            let shot = desk.path("shot.png");
            browse(&desk, &url, &[&format!("--screenshot={}", shot.display()), &format!("--window-size={width}")]);
            let png = std::fs::read(&shot).unwrap();
            assert!(png.starts_with(b"\x89PNG") && png.len() > 5_000, "{path} at {width}: {} bytes", png.len());
            std::fs::remove_file(&shot).unwrap();
        }
    }
    // The style is asked for once a page and answered: without it pages are bare.
    assert_eq!(running.get("/style.css", &[]).header("content-type").as_deref(), Some("text/css; charset=utf-8"));
}
