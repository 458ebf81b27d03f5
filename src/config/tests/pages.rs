use crate::model::Kind;

use super::*;

const HINT: &str = "(`wiredesk fetch URL --page` proposes selectors for a page)";

fn page(lines: &str, expected: &[&str]) {
    let source = "[[source]]\nid = \"a\"\nurl = \"https://news.example.org/a\"\n";
    check(&format!("{source}{lines}"), expected);
}

#[test]
fn pages_are_read_by_selectors_that_are_checked() {
    page(
        "kind = \"page\"\n",
        &[&format!(
            "conf/w.toml:1:1: source[a].page: a source of kind \"page\" needs [source.page] with selectors {HINT}"
        )],
    );
    page(
        "[source.page]\nentries = \"li\"\n",
        &["conf/w.toml:4:1: source[a].page: selectors are for kind = \"page\", not \"feed\" \
           (set kind = \"page\", or leave the selectors out)"],
    );
    page(
        "kind = \"page\"\n[source.page]\nlink = \"a[\"\ndate_format = \"%Q\"\nentires = \"li\"\n",
        &[
            "conf/w.toml:5:1: source[a].page.entries: is missing (write entries = \"ul.news > li\")",
            &format!("conf/w.toml:6:8: source[a].page.link: \"a[\" is no CSS selector: {} {HINT}", error_of("a[")),
            "conf/w.toml:7:15: source[a].page.date_format: \"%Q\" is no layout of dates: it holds an unknown conversion \
             (write it with the conversions of strftime: \"%Y-%m-%d\")",
            "conf/w.toml:8:1: source[a].page.entires: unknown key `entires` (did you mean `entries`?)",
        ],
    );
}

/// B200: only a date stands above several entries.
#[test]
fn only_dates_look_above_b200() {
    page(
        "kind = \"page\"\n[source.page]\nentries = \"li\"\nlink = \"^ h3\"\ndate = \"^ h3\"\n",
        &["conf/w.toml:7:8: source[a].page.link: \"^ h3\" looks above the entries, where only dates stand \
           (leave the `^` out, or write it in `date`)"],
    );
}

fn error_of(css: &str) -> String {
    crate::parse::page::Css::parse(css).unwrap_err()
}

#[test]
fn a_page_a_sitemap_and_full_text_are_taken_over() {
    let text = "[[source]]\nid = \"a\"\nurl = \"https://a.example/\"\nkind = \"page\"\nfull_text = true\n\
                [source.page]\nentries = \"ul.news > li\"\ndate = \"span.time\"\ndate_format = \"%Y-%m-%d\"\n\
                [[source]]\nid = \"b\"\nurl = \"https://b.example/sitemap.xml\"\nkind = \"sitemap\"\n";
    let config = Config::check(Path::new("conf/w.toml"), text.to_owned()).unwrap_or_else(|p| panic!("{:?}", p.0));
    let [a, b] = &config.sources[..] else { panic!() };
    assert!(a.source.kind == Kind::Page && a.source.full_text && !b.source.full_text && b.source.kind == Kind::Sitemap);
    let page = a.page.as_ref().unwrap();
    assert_eq!((page.entries.text(), page.date_format.as_deref()), ("ul.news > li", Some("%Y-%m-%d")));
    assert!(page.link.is_none() && b.page.is_none());
}

/// B182: a template is checked with the rest of the configuration.
#[test]
fn link_templates_are_checked_b182() {
    page(
        "link_template = \"https://news.example.org/\"\n",
        &[
            "conf/w.toml:4:17: source[a].link_template: \"https://news.example.org/\" makes no links: there is no {id} in it: \
           all entries would have one link (write {id} where the id of an entry goes)",
        ],
    );
    page(
        "link_template = \"https://{id}.example.org/\"\n",
        &[
            "conf/w.toml:4:17: source[a].link_template: \"https://{id}.example.org/\" makes no links: {id} stands before the \
           path: an entry would choose the host (write the host, and {id} behind it)",
        ],
    );
    page(
        "link_tempalte = \"https://news.example.org/{id}\"\n",
        &["conf/w.toml:4:1: source[a].link_tempalte: unknown key `link_tempalte` (did you mean `link_template`?)"],
    );
    page(
        "kind = \"sitemap\"\nlink_template = \"https://news.example.org/{id}\"\n",
        &[
            "conf/w.toml:5:17: source[a].link_template: a link template is for feeds: entries of kind \"sitemap\" have no ids \
           (leave it out)",
        ],
    );
    let text = "[[source]]\nid = \"a\"\nurl = \"https://a.example/f\"\nlink_template = \"https://a.example/n/{id}\"\n";
    let config = Config::check(Path::new("conf/w.toml"), text.to_owned()).unwrap_or_else(|p| panic!("{:?}", p.0));
    let made = config.sources[0].link_template.as_ref().and_then(|template| template.link("7/8"));
    assert_eq!(made.as_deref(), Some("https://a.example/n/7%2F8"));
}
