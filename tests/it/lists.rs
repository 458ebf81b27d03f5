//! Lists of feeds in and out: `wiredesk import` and `export`.

use std::os::unix::fs::PermissionsExt;

use crate::desk::{Desk, EVERYTHING, source};

const SUBSCRIPTIONS: &str = r#"<?xml version="1.0" encoding="windows-1252"?>
<opml version="1.1"><head><title>Abonn&eacute;s</title></head><body>
  <outline text="Rant boards"><outline text="Asia">
    <outline type="rss" text="Caf&eacute; News" xmlUrl="https://a.example/feed?x=1&amp;y=2" category="/wire,china"/>
  </outline></outline>
  <outline text="Known" xmlUrl="http://known.example/feed#top"/>
  <outline text="Caf&eacute; news!" xmlUrl="feed://b.example/rss"/>
  <outline text="Again" xmlUrl="http://b.example/rss"/>
  <outline text="Router" xmlUrl="http://192.168.1.1/feed"/>
  <outline text="Loopback" xmlUrl="http://127.0.0.1:9/feed"/>
  <outline text="Metadata" xmlUrl="http://169.254.169.254/latest"/>
  <outline text="Shell" xmlUrl="|~/run.sh"/>
  <outline type="include" text="More" url="https://c.example/more.opml"/>
  <outline text="Page" htmlUrl="https://d.example/"/>
</body>"#;

/// A configuration with comments, odd spacing and no line end.
fn commented() -> String {
    let known = source("known", "https://me:hush@known.example/feed").trim_end().to_owned();
    format!("# mine\n\n{EVERYTHING}{known}   # do not touch\n# the end, without a line end")
}

fn written(desk: &Desk) -> String {
    std::fs::read_to_string(desk.config()).unwrap()
}

fn list(desk: &Desk, text: impl AsRef<[u8]>) -> String {
    let path = desk.path("subs.opml");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// B81, B34, B36: previewed, within the guard, without secrets.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_imported_and_the_configuration_kept() {
    let desk = Desk::new(&commented());
    std::fs::set_permissions(desk.config(), std::fs::Permissions::from_mode(0o640)).unwrap();
    let before = written(&desk);
    let file = list(&desk, SUBSCRIPTIONS);

    let preview = desk.runs(&["import", "--dry-run", &file]);
    assert_eq!(written(&desk), before);
    for said in [
        "Abonnés, 6 feeds",
        "+ cafe-news  https://a.example/feed?x=1&y=2  [wire, china, Rant-boards, Asia]",
        "= http://known.example/feed: polled already as known",
        "+ cafe-news-2  http://b.example/rss",
        "! http://192.168.1.1/feed: refused: 192.168.1.1 is not public (private)",
        // The desk of these tests opens 127.0.0.0/8.
        "+ loopback  http://127.0.0.1:9/feed",
        "! http://169.254.169.254/latest: refused: 169.254.169.254 is a cloud's metadata service",
        "https://c.example/more.opml: a further list, not read",
        "https://d.example/: a page without a feed",
        "3 would be added to",
    ] {
        assert!(preview.out.contains(said), "{said}\n{}", preview.out);
    }
    assert!(preview.err.contains("\"|~/run.sh\" is not an http URL"), "{}", preview.err);
    assert!(!preview.out.contains("hush"));

    let ran = desk.runs(&["import", &file]);
    assert!(ran.out.contains("3 added to"), "{}", ran.out);
    let after = written(&desk);
    let added = "\n\n[[source]]\nid = \"cafe-news\"\nurl = \"https://a.example/feed?x=1&y=2\"\n\
                 title = \"Café News\"\ntags = [\"wire\", \"china\", \"Rant-boards\", \"Asia\"]\n";
    assert!(after.strip_prefix(&before).unwrap().starts_with(added), "{after}");
    assert_eq!(std::fs::metadata(desk.config()).unwrap().permissions().mode() & 0o7777, 0o640);
    assert!(desk.runs(&["check"]).out.starts_with("4 sources, 1 feed,"));

    let again = desk.runs(&["--json", "import", &file]);
    assert_eq!(written(&desk), after);
    let report = &again.json()[0];
    let count = |key: &str| report[key].as_array().unwrap().len();
    assert_eq!([count("added"), count("known"), count("refused"), count("lists"), count("pages")], [0, 4, 2, 1, 1]);
    assert_eq!((report["written"].as_bool(), report["known"][0]["source"].as_str()), (Some(false), Some("cafe-news")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_imported_leaves_the_configuration_alone() {
    let desk = Desk::new(&commented());
    let before = written(&desk);
    let check = |text: &[u8], said: &str| {
        let ran = desk.run(&["import", &list(&desk, text)]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!((ran.out.clone() + &ran.err).contains(said), "{said}: {ran:?}");
        assert_eq!(written(&desk), before);
    };
    check(b"", "empty: there is nothing but blanks");
    check(b"\x1f\x8b\x08junk", "not a list of feeds");
    check(b"<rss><channel/></rss>", "not a list of feeds: an XML document with the root element \"rss\"");
    let rss1 = b"<rdf:RDF><channel rdf:about='http://a.example/'><title>t</title></channel><item><title>x</title></item></rdf:RDF>";
    check(rss1, "not a list of feeds: an XML document with the root element \"rdf:RDF\"");
    check(b"<opml/>", "0 feeds");
    check(b"<opml><outline xmlUrl='http://10.0.0.1/'/></opml>", "nothing to add");
    let absent = desk.run(&["import", "/nowhere/at-all.opml"]);
    assert!(absent.code == Some(1) && absent.err.contains("/nowhere/at-all.opml cannot be read"), "{absent:?}");

    // A configuration that does not run is not appended to.
    let wrong = before.replace("[server]", "[sever]") + "\n[[source]]\nid = \"x\"\n";
    std::fs::write(desk.config(), &wrong).unwrap();
    let ran = desk.run(&["import", &list(&desk, SUBSCRIPTIONS)]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("did you mean `server`?") && ran.err.contains("source[x]"), "{}", ran.err);
    assert_eq!(written(&desk), wrong);

    // Nor one whose sources stand where no table can be appended.
    let inline = "source = [{ id = \"x\", url = \"https://x.example/\" }]\n";
    std::fs::write(desk.config(), inline).unwrap();
    let ran = desk.run(&["import", &list(&desk, SUBSCRIPTIONS)]);
    assert_eq!((ran.code, written(&desk)), (Some(2), inline.to_owned()), "{ran:?}");
}

/// B36: what is exported is for strangers; what is imported again is the same.
#[tokio::test(flavor = "multi_thread")]
async fn an_export_imports_again() {
    let tagged = |id: &str, url: &str, tags: &str| format!("{}\ntags = [{tags}]\n\n", source(id, url).trim_end());
    let sources = tagged("un-news", "https://un.example/feed?a=1&b=%22", "\"wire\", \"Official\"")
        + &tagged("secret", "https://me:hush@login.example/feed", "\"wire\"")
        + &source("keyed", "https://key.example/feed?api_key=hush")
        + &tagged("xin", "https://例え.example/ü", "\"新/华\"");
    let desk = Desk::new(&(sources + EVERYTHING));
    let exported = desk.runs(&["export"]);
    assert!(!exported.out.contains("hush") && !exported.out.contains("key.example"), "{}", exported.out);
    assert!(exported.err.contains("keyed is left out: its URL holds a key"), "{}", exported.err);
    assert!(
        exported.out.contains("<outline text=\"wire\">\n<outline type=\"rss\" text=\"un-news\""),
        "{}",
        exported.out
    );

    let other = Desk::new(EVERYTHING);
    let ran = other.runs(&["--json", "import", &list(&other, &exported.out)]);
    let added = ran.json()[0]["added"].clone();
    let expected = serde_json::json!([
        {"id": "un-news", "url": "https://un.example/feed?a=1&b=%22", "title": "un-news", "tags": ["wire", "Official"]},
        {"id": "secret", "url": "https://login.example/feed", "title": "secret", "tags": ["wire"]},
        {"id": "xin", "url": "https://xn--r8jz45g.example/%C3%BC", "title": "xin", "tags": ["新/华"]},
    ]);
    assert_eq!(added, expected);
    assert_eq!(other.runs(&["export"]).out, exported.out, "the same list comes out again");
}

/// B181: two sources of one page are two, and the one that cannot be taken is named.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_source_of_one_page_is_told_b181() {
    let outline = |name: &str, class: &str| {
        format!(
            "<outline text='{name}' type='HTML+XPath' xmlUrl='https://a.example/news#{class}' \
             frss:xPathItem='//li[@class=\"{class}\"]' frss:xPathItemUri='./a/@href'/>"
        )
    };
    let text = format!("<opml><body>{}{}</body></opml>", outline("Board A", "a"), outline("Board B", "b"));
    let desk = Desk::new(EVERYTHING);
    let file = list(&desk, &text);
    let second = "! https://a.example/news: cannot be taken: board-a polls that URL, and reads it differently";
    let ran = desk.runs(&["import", &file]);
    for said in ["2 feeds", "+ board-a  https://a.example/news", second, "1 added to", "0 known, 1 refused"] {
        assert!(ran.out.contains(said), "{said}\n{}", ran.out);
    }
    let again = desk.runs(&["import", &file]);
    assert!(again.out.contains(second) && again.out.contains("1 known, 1 refused"), "{}", again.out);
    let one = desk.runs(&["import", &list(&desk, format!("<opml><body>{}</body></opml>", outline("A", "a")))]);
    assert!(one.out.contains("untitled, 1 feed\n"), "{}", one.out);
}

/// B181: what FreshRSS reads by XPath becomes a page where CSS says the same; the rest is
/// named with its reason.
#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_readers_become_pages_b181() {
    let outline = |name: &str, kind: &str, more: &str| {
        format!("<outline text='{name}' type='{kind}' xmlUrl='https://{name}.example/news' {more}/>")
    };
    let text = "<opml><body>".to_owned()
        + &outline(
            "city",
            "HTML+XPath",
            "frss:xPathItem='//ul[@class=\"news\"]/li' frss:xPathItemTitle='.//h3' frss:xPathItemUri='./a/@href' \
             frss:xPathItemTimestamp='./span' frss:xPathItemTimeFormat='d.m.Y' frss:xPathItemContent='p[contains(., 1)]'",
        )
        + &outline("port", "HTML+XPath", "frss:xPathItem='//a/..'")
        + &outline("data", "JSON+DotNotation", "frss:jsonItem='items'")
        + &outline("mixed", "HTML+XPath+JSON+DotNotation", "frss:xPathToJson='//script' frss:jsonItem='items'")
        + "</body></opml>";
    let desk = Desk::new(EVERYTHING);
    let ran = desk.runs(&["import", &list(&desk, &text)]);
    for said in [
        "+ city  https://city.example/news  (a page, by selectors)",
        "https://city.example/news: summary is left out: its text is found by \"p[contains(., 1)]\": it compares a text",
        "! https://port.example/news: cannot be taken: an entry is found by \"//a/..\": `..` goes up",
        "! https://data.example/news: cannot be taken: JSON+DotNotation is not read",
        "! https://mixed.example/news: cannot be taken: HTML+XPath+JSON+DotNotation is not read",
        "1 added to",
    ] {
        assert!(ran.out.contains(said), "{said}\n{}", ran.out);
    }
    let after = written(&desk);
    let added = "url = \"https://city.example/news\"\ntitle = \"city\"\nkind = \"page\"\n[source.page]\nentries = \"ul[class=\\\"news\\\"] > li\"\n\
                 link = \":scope > a\"\ntitle = \"h3\"\ndate = \":scope > span\"\ndate_format = \"%d.%m.%Y\"\n";
    assert!(after.ends_with(added), "{after}");
    desk.runs(&["check"]);
}

/// O89: what goes out comes back: titles, tags and pages, by standard input and over the web.
#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_taken_over_as_it_was_o89() {
    use crate::origin::Origin;
    use crate::reply::Reply;
    use std::io::Write;
    use std::process::Stdio;

    let origin = Origin::start().await;
    origin.set("/rss", Reply::ok(crate::desk::rss("harbour", 0..2)));
    let page = "kind = \"page\"\ntitle = \"Council, by its page\"\n[source.page]\nentries = \"ul.news > li\"\n\
                link = \"a.more\"\ndate = \"span.time\"\ndate_format = \"%d.%m.%Y\"\n\n";
    let sources = source("harbour", origin.url("/rss"))
        + &format!("{}\ntitle = \"Cork & Cóbh\"\n\n", source("city", "https://city.example/rss").trim_end())
        + &format!("{}\n{page}", source("council", "https://council.example/news").trim_end());
    let desk = Desk::new(&(sources + EVERYTHING));
    // What a source calls itself is known once it was read; a title of the operator's comes first.
    let before = desk.runs(&["export"]).out;
    assert!(before.contains("text=\"harbour\"") && before.contains("text=\"Cork &amp; Cóbh\""), "{before}");
    desk.runs(&["poll", "harbour"]);
    let exported = desk.runs(&["export"]).out;
    let outline = "type=\"HTML+CSS\" text=\"Council, by its page\" title=\"Council, by its page\" \
                   xmlUrl=\"https://council.example/news\" scrape:cssItem=\"ul.news &gt; li\" scrape:cssItemUri=\"a.more\"";
    assert!(exported.contains(outline), "{exported}");

    let other = Desk::new(EVERYTHING);
    let mut child = other.command(&["import", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(exported.as_bytes()).unwrap();
    let done = tokio::task::block_in_place(|| child.wait_with_output().unwrap());
    assert!(done.status.success(), "{done:?}");
    let text = written(&other);
    for line in ["title = \"Cork & Cóbh\"", "entries = \"ul.news > li\"", "date_format = \"%d.%m.%Y\""] {
        assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    }
    other.runs(&["check"]);
    assert_eq!(other.runs(&["export"]).out, exported, "the same list comes out again");
    // From the web, by the rules of polls.
    origin.set("/list.opml", Reply::ok(&exported));
    let third = Desk::new(EVERYTHING);
    let ran = third.runs(&["import", origin.url("/list.opml").as_ref()]);
    assert!(ran.out.contains("3 added to"), "{ran:?}");
    third.edit(|text| text.replace("allow_addresses = [\"127.0.0.0/8\"]\n", ""));
    let refused = third.run(&["import", origin.url("/list.opml").as_ref()]);
    assert!(refused.code == Some(1) && refused.err.contains("is not public"), "{refused:?}");
}

/// O148: the wire and the country of a source go along with a list, whatever takes it.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_says_which_wire_a_source_carries_and_where_it_is_at_home_o148() {
    let said = "wire = \"PR Newswire\"\ncountry = \"CN\"\n";
    let sources = source("xin", "https://xin.example/feed").trim_end().to_owned() + "\n" + said + "\n";
    let desk = Desk::new(&(sources + &source("un", "https://un.example/feed") + EVERYTHING));
    let exported = desk.runs(&["export"]).out;
    let attributes = "carriage:wire=\"PR Newswire\" carriage:country=\"CN\"";
    assert!(exported.contains(attributes) && exported.contains("xmlns:carriage="), "{exported}");
    let other = Desk::new(EVERYTHING);
    other.runs(&["import", &list(&other, &exported)]);
    let block = "url = \"https://xin.example/feed\"\ntitle = \"xin\"\n".to_owned() + said;
    assert!(written(&other).contains(&block), "{}", written(&other));
    assert_eq!(other.runs(&["export"]).out, exported);
    // As a file of sources.
    let third = Desk::new(&("[[sources]]\nfile = \"subs.opml\"\n\n".to_owned() + EVERYTHING));
    std::fs::write(third.path("subs.opml"), &exported).unwrap();
    assert_eq!(third.runs(&["export"]).out, exported);
    // Of a country that is none, an import says so; a file of sources is refused.
    let wrong = exported.replace("country=\"CN\"", "country=\"China\"");
    let ran = other.runs(&["import", &list(&other, wrong.replace("xin.example", "new.example"))]);
    assert!((ran.out + &ran.err).contains("country is left out: \"China\" is no country's code"));
    std::fs::write(third.path("subs.opml"), &wrong).unwrap();
    let ran = third.run(&["check"]);
    assert!(ran.code == Some(1) && (ran.out + &ran.err).contains("write \"CN\" for China"));
}
