//! Cases in the manner of RFC 9309's own and of Google's parser.

use super::*;

fn allows(file: &str, path: &str) -> bool {
    RobotsRules::read(file.as_bytes()).allow(path)
}

/// Rules for everybody, and the paths that they allow and forbid.
fn check(rules: &str, allowed: &[&str], forbidden: &[&str]) {
    let file = format!("User-agent: *\n{rules}\n");
    for (paths, expected) in [(allowed, true), (forbidden, false)] {
        for path in paths {
            assert_eq!(allows(&file, path), expected, "{path} by {rules:?}");
        }
    }
}

#[test]
fn the_longest_match_decides_and_allows_on_ties_p35() {
    check("Allow: /p\nDisallow: /", &["/page"], &["/other", "/"]);
    check("Disallow: /folder\nAllow: /folder", &["/folder/page"], &[]);
    check("Allow: /page\nDisallow: /*.htm", &["/page", "/x"], &["/page.htm", "/x.htm"]);
    check("Allow: /$\nDisallow: /", &["/"], &["/page.htm", "/?x"]);
    check("Disallow: /x/page.html\nAllow: /x/", &["/x/", "/x/page.htm"], &["/x/page.html"]);
    check("Disallow: /\nAllow:\nDisallow:", &[], &["/", "/x"]);
    check("Allow: /page/\nDisallow: /page/picture.gif", &["/page/"], &["/page/picture.gif"]);
}

#[test]
fn paths_are_matched_from_their_beginning_p35() {
    let fish = ["/fish", "/fish.html", "/fish/salmon.html", "/fishheads", "/fish.php?id=anything"];
    check("Disallow: /fish", &["/Fish.asp", "/catfish", "/?id=fish", "/desert/fish"], &fish);
    check("Disallow: /fish/", &["/fish", "/fish.html"], &["/fish/", "/fish/?id=x", "/fish/salmon.htm"]);
    check("Disallow: fish/", &["/fish/", "/fish"], &[]);
    check("Disallow: /", &["/robots.txt"], &["/robots.txt2", "/x"]);
}

#[test]
fn stars_and_the_end_p35() {
    check("Disallow: /*.php", &["/", "/windows.PHP"], &["/index.php", "/folder/a.php?x", "/folder/any.php.file.html"]);
    let longer = ["/filename.php?parameters", "/filename.php/", "/filename.php5"];
    check("Disallow: /*.php$", &longer, &["/filename.php", "/folder/filename.php"]);
    check("Disallow: /fish*.php", &["/Fish.PHP"], &["/fish.php", "/fishheads/catfish.php?parameters"]);
    check("Disallow: /foo/bar$", &["/foo/bar/qux", "/foo/bar/", "/foo/barz"], &["/foo/bar"]);
    check("Disallow: /a*b*c$", &["/abcd", "/acb"], &["/abc", "/axxbyyc", "/abcbc"]);
    check("Disallow: *private", &["/priv"], &["/a/private", "/private"]);
    check("Disallow: /a**$", &["/b"], &["/a", "/abc"]);
    // A `$` elsewhere is one, and so are both where they are encoded.
    check("Disallow: /a$b", &["/a", "/ab"], &["/a$b", "/a%24bc"]);
    let marks = ["/file-*.html", "/file-%2a.html", "/foo-$", "/foo-%24x"];
    check("Disallow: /file-%2A.html\nDisallow: /foo-%24", &["/file-x.html", "/foo-"], &marks);
}

#[test]
fn percent_encoding_is_compared_in_one_form_p35() {
    check("Disallow: /foo/bar/ツ", &["/foo/bar/"], &["/foo/bar/%E3%83%84", "/foo/bar/%e3%83%84", "/foo/bar/ツ"]);
    check("Disallow: /foo/bar/%E3%83%84", &[], &["/foo/bar/ツ"]);
    check("Disallow: /foo/bar/%62%61%7A", &["/foo/bar/%62%61"], &["/foo/bar/baz", "/foo/bar/b%61z"]);
    let query = "/foo/bar?baz=https://foo.bar";
    check(&format!("Disallow: {query}"), &["/foo/bar%3Fbaz=https://foo.bar"], &[query]);
    check("Disallow: /a b\nDisallow: /%7Ejoe/\nDisallow: /100%", &["/100", "/ab"], &["/a%20b", "/~joe/x", "/100%"]);
}

#[test]
fn groups_are_found_by_name_p35() {
    let ours = |file: &str, expected: bool| assert_eq!(allows(file, "/x"), expected, "{file:?}");
    ours("User-agent: *\nDisallow: /\nUser-agent: wiredesk\nAllow: /x\n", true);
    ours("User-agent: WireDesk/2.0 (news)\nDisallow: /\n", false);
    ours("User-agent: wiredesk News\nDisallow: /\n", false);
    ours("User-agent: wiredesk-images\nDisallow: /\nUser-agent: wired\nDisallow: /\n", true);
    ours("User-agent: *bot\nDisallow: /\n", true);
    ours("User-agent: * # all\nDisallow: /\n", false);
    // A group that names us without a rule frees us of those for everybody.
    ours("User-agent: wiredesk\nDisallow:\nUser-agent: *\nDisallow: /\n", true);
    ours("User-agent: wiredesk\n\nUser-agent: *\nDisallow: /\n", false);
    // Groups of one name count as one, and several names may share a group.
    ours(
        "User-agent: wiredesk\nAllow: /y\nUser-agent: other\nDisallow: /\nUser-agent: wiredesk\nDisallow: /x\n",
        false,
    );
    ours("User-agent: other\nUser-agent: wiredesk\nDisallow: /\n", false);
    ours("User-agent: wiredesk\nUser-agent: other\nDisallow: /\n", false);
    ours("User-agent: other\nDisallow: /\n", true);
    // What is no rule ends no list of names.
    ours("User-agent: wiredesk\nSitemap: https://x/s.xml\nNonsense: 1\nUser-agent: other\nDisallow: /\n", false);
    ours("Disallow: /\nUser-agent: other\nDisallow: /\n", true);
}

#[test]
fn lines_are_read_as_people_write_them_p35() {
    let forbids = |file: &[u8]| assert!(!RobotsRules::read(file).allow("/x"), "{:?}", String::from_utf8_lossy(file));
    forbids(b"\xef\xbb\xbfUser-agent: *\nDisallow: /");
    forbids(b"\xef\xbbUser-agent: *\nDisallow: /");
    forbids(b"user-AGENT : *\r\ndisALLOW:/\r\n");
    forbids(b"User-agent: *\rDisallow: /\r");
    forbids(b"User-agent: *\n\n\nDisallow: / # all of it\n");
    forbids(b"User-agent *\nDisallow /x\n");
    forbids(b"  User-agent:\t*  \n\tDisallow:  /x \n");
    forbids(b"garbage\n<html>\n:\nUser-agent: *\n\xff\xfe: \xff\nDisallow: /x\n");
    for key in ["dissallow", "dissalow", "disalow", "diasllow", "disallaw"] {
        forbids(format!("User agent: *\n{key}: /\n").as_bytes());
        forbids(format!("useragent: *\n{key}: /\n").as_bytes());
    }
    let free = |file: &[u8]| assert!(RobotsRules::read(file).allow("/x"), "{:?}", String::from_utf8_lossy(file));
    free(b"");
    free(b"\n\n");
    free(b"\xef\x11\xbfUser-agent: *\nDisallow: /\n");
    free(b"foo: wiredesk\nbar: /\n");
    free(b"User-agent: *\nDisallow: # /x\n");
    free(b"User-agent: *\nDisallow /x y\n");
    free(b"<html><body>User-agent: * Disallow: /</body></html>");
}

#[test]
fn a_delay_is_that_of_our_group_else_of_the_file_p35() {
    let check = |file: &str, expected: Option<f64>| {
        assert_eq!(RobotsRules::read(file.as_bytes()).delay(), expected.map(Duration::from_secs_f64), "{file:?}");
    };
    check("User-agent: *\nCrawl-delay: 2.5\n", Some(2.5));
    check("User-agent: *\nCrawl-delay: 2\nUser-agent: wiredesk\nCrawl-delay: 7\nDisallow: /x\n", Some(7.0));
    check("Crawl-delay: 4\nUser-agent: *\nDisallow: /x\n", Some(4.0));
    check("User-agent: other\nCrawl-delay: 9\n", None);
    for odd in ["-1", "0", "soon", "NaN", "inf", "1e400", ""] {
        check(&format!("User-agent: *\nCrawl-delay: {odd}\n"), None);
    }
}

#[test]
fn a_file_is_read_to_its_limit_and_lines_to_theirs_b105() {
    let rules = "Disallow: /late\n";
    let full = format!("User-agent: *\n{}{rules}", "#\n".repeat((MOST_BYTES - 14 - rules.len()) / 2));
    assert!(full.len() == MOST_BYTES && !allows(&full, "/late"));
    // A line that the limit cuts would forbid what nobody meant.
    assert!(allows(&full.replacen("#\n", "####\n", 1), "/late"));
    let long = format!("/{}", "x".repeat(2 * LONGEST_LINE));
    check(&format!("Disallow: {long}y"), &["/x"], &[&long]);
    check(&format!("Disallow: /xx\nAllow: {long}"), &[], &[&long]);
}

/// 505 KB of wildcards took 2.9 s per poll: each rule may pass the path once.
#[test]
fn wildcards_are_matched_without_going_back_b105() {
    let path = format!("/{}", "a".repeat(4_000));
    for pattern in ["/*a*a*a*a*a*a*a*a*b", "*a*a*a*a*a*a*a*a*a$b", "/**************b$"] {
        let file = format!("User-agent: *\n{}", format!("Disallow: {pattern}\n").repeat(17_000));
        let rules = RobotsRules::read(file.as_bytes());
        assert!(rules.rules.len() > 10_000 && rules.allow(&path), "{pattern}");
    }
    // Tried at every place anew, this one would not end.
    let one = format!("User-agent: *\nDisallow: /{}b\n", "*a".repeat(LONGEST_LINE / 2 - 8));
    assert!(allows(&one, &path) && !allows(&one, &format!("/{}b", "a".repeat(LONGEST_LINE))));
}

#[test]
fn no_bytes_break_the_reader_b105() {
    let mut seed = 7_u64;
    for _ in 0..2_000 {
        let mut bytes = Vec::new();
        while bytes.len() < 80 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let any = [seed.to_le_bytes()[7]];
            let words: [&[u8]; 8] = [b"User-agent: *\n", b"Disallow:", b"Allow: /", b"*", b"$", b"%", b"\r", &any];
            bytes.extend(words[usize::from(seed.to_le_bytes()[5]) % words.len()]);
        }
        let rules = RobotsRules::read(&bytes);
        rules.allow("/a/b?c=%");
        assert!(rules.allow("/robots.txt"));
    }
}
