//! Where feeds are served, and to whom.

use std::path::PathBuf;

use super::*;
use crate::config::ListenAt;

#[test]
fn a_server_listens_at_several_places_o179() {
    let listens = |written: &str| read(&format!("[server]\nlisten = {written}\n")).unwrap().server;
    let tcp = |text: &str| ListenAt::Tcp(text.parse().unwrap());
    let server = listens("[\"127.0.0.1:8470\", \"[::1]:80\", \"unix:run/desk.sock\", \"unix:/run/w.sock\"]");
    let unix = |path: &str| ListenAt::Unix(PathBuf::from(path));
    let expected = [tcp("127.0.0.1:8470"), tcp("[::1]:80"), unix("conf/run/desk.sock"), unix("/run/w.sock")];
    assert_eq!(server.listen, expected);
    assert_eq!(expected.map(|at| at.to_string())[1..3], ["[::1]:80", "unix:conf/run/desk.sock"]);
    assert_eq!(listens("\"unix:/run/w.sock\"").public_url.as_str(), "http://127.0.0.1:8470/");
    assert_eq!(listens("[\"unix:/run/w.sock\", \"127.0.0.1:99\"]").public_url.as_str(), "http://127.0.0.1:99/");
    check_in(
        "server",
        "listen = []",
        "10: server.listen: names no place to listen at (leave it out for \"127.0.0.1:8470\")",
    );
    check_in("server", "listen = [\"127.0.0.1:1\", \"127.0.0.1:1\"]", "26: server.listen[2]: stands here twice");
    check_in(
        "server",
        "listen = \"unix:\"",
        "10: server.listen: names no file for a socket (write \"unix:wiredesk.sock\")",
    );
    let long = format!("unix:/{}", "x".repeat(100));
    check_in(
        "server",
        &format!("listen = \"{long}\""),
        "10: server.listen: a socket's path has 100 bytes at most, and this one 101 \
         (write a shorter one, as \"unix:/run/wiredesk.sock\")",
    );
}

#[test]
fn a_feed_is_public_or_has_a_token_o178() {
    let feed = |keys: &str| format!("[[feed]]\nid = \"f\"\n{keys}\n");
    assert!(!read(&feed("access = \"public\"")).unwrap().feeds[0].channel.access.is_private());
    check(
        &feed("access = \"token\""),
        &["conf/w.toml:3:10: feed[f].access: the feed has no token \
           (write token_file = \"token.txt\", a file with a token in each line)"],
    );
    check(
        &feed("access = \"public\"\ntoken_file = \"t\""),
        &["conf/w.toml:4:14: feed[f].token_file: a feed of public access has no token \
           (leave it out, or write access = \"token\")"],
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.toml");
    let with = |tokens: &str| {
        std::fs::write(folder.path().join("t"), tokens).unwrap();
        Config::check(&path, feed("token_file = \"t\"")).map_err(|problems| problems.to_string())
    };
    let config = with("# for the board\nq7Xv-2mB9_tR4.kL8~wZ1c\n\nanother-token-of-theirs\n").unwrap();
    assert!(config.feeds[0].channel.access.admits(Some("another-token-of-theirs")));
    let hint = "make one: openssl rand -hex 16";
    for (tokens, said) in [
        ("short", "line 1 of the file is no token: a token has 20 to 128 characters, and this one 5"),
        ("# none", "the file has no token"),
        (&"q7Xv-2mB9_tR4.kL8~wZ1c\n".repeat(65), "the file has more than 64 tokens"),
    ] {
        let refused = with(tokens).err().unwrap();
        assert!(refused.contains(&format!("feed[f].token_file: {said} ({hint})")), "{refused}");
    }
}
