//! Where we differ from another parser, and why.

/// Why a document's expectation is not met.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The expectation is wrong, or another reading is as good: ours counts.
    Ours(&'static str),
    /// We fall short.
    Short(&'static str),
}

use Reason::{Ours, Short};

impl Reason {
    /// Whether ours counts.
    pub fn is_ours(self) -> bool {
        matches!(self, Ours(_))
    }
}

const CRAZY: Reason =
    Ours("what stands between script tags is a script: HTML parsing says where it ends, we drop all of it");
const NO_HREF: Reason = Ours("the suite itself asks for the alternate link, which feedparser 6 does not give");
const FIRST_LINK: Reason = Ours("of several links of one entry the first is its page; gofeed takes the last");
const WEBMASTER: Reason = Ours("RSS 2.0 means the webMaster for technical questions, not as an author");
const TWICE: Reason = Ours("a whole text of escaped tags was escaped twice: nobody means its tags to be read");
const IFRAME: Reason = Ours("a frame's content is what browsers without frames show; it goes with the frame");

/// Documents of feedparser's suite.
pub const FEEDPARSER: &[(&str, Reason)] = &[
    ("encoding/bozo_double-encoded-html.xml", Short("UTF-8 as three references to single bytes stays as it is")),
    ("encoding/bozo_linenoise.xml", Ours("stray bytes are windows-1252 (B47); the suite's own expectation fails too")),
    ("illformed/rss_incomplete_cdata.xml", Ours("an entry cut off before it says anything is none (B39)")),
    ("wellformed/atom/entry_link_no_href_link_priority.xml", NO_HREF),
    ("wellformed/atom/entry_link_rel_enclosure_no_href.xml", NO_HREF),
    ("wellformed/atom10/entry_link_no_href_link_priority.xml", NO_HREF),
    ("wellformed/atom10/entry_link_rel_enclosure_no_href.xml", NO_HREF),
    (
        "wellformed/base/http_feed_id_base_content_location.xml",
        Ours("an id is compared to the letter, never resolved (RFC 4287 §4.2.6.1)"),
    ),
    (
        "wellformed/itunes/itunes_channel_owner_name.xml",
        Ours("the suite asks for the publisher; the owner of a podcast is whom to write to, not who wrote"),
    ),
    ("wellformed/lang/http_content_language.xml", Short("Content-Language is not read")),
    ("wellformed/lang/http_content_language_entry_title_inherit.xml", Short("Content-Language is not read")),
    ("wellformed/node_precedence/atom10_id.xml", Ours("an id that is no address does not become a link")),
    ("wellformed/rss/item_category_image.xml", Short("an image inside a category ends the category")),
    ("wellformed/rss/item_description_not_a_doctype.xml", Ours("HTML reads `<!'` as a comment up to the next `>`")),
    ("wellformed/sanitize/entry_content_crazy.xml", CRAZY),
    ("wellformed/sanitize/entry_content_iframe.xml", IFRAME),
    ("wellformed/sanitize/entry_summary_crazy.xml", CRAZY),
    ("wellformed/sanitize/entry_summary_iframe.xml", IFRAME),
    ("wellformed/sanitize/entry_title_crazy.xml", CRAZY),
    ("wellformed/sanitize/feed_title_crazy.xml", CRAZY),
    ("wellformed/sanitize/item_content_encoded_crazy.xml", CRAZY),
    ("wellformed/sanitize/item_description_crazy.xml", CRAZY),
    ("wellformed/sanitize/item_fullitem_crazy.xml", CRAZY),
    (
        "wellformed/sanitize/xml_declaration_unexpected_character.xml",
        Ours("HTML reads `<!DOCTYPE ~` as a declaration; nothing of it is shown"),
    ),
];

/// Fixtures of feed-rs, against feedparser.
pub const FEEDRS: &[(&str, Reason)] = &[
    ("rss1/rss_1.0_spec_2.xml", Ours("`mailto:` is no part of a name")),
    ("rss2/rss_2.0_nbcny.xml", Ours("02:02:33 PM is in the afternoon")),
    (
        "rss2/rss_2.0_relurl_2.xml",
        Ours("a relative address belongs to the site, not to where the document was copied to"),
    ),
    ("rss2/rss_2.0_relurl_1.xml", Ours("the address ends in .industries, not in .indu")),
];

/// gofeed's suite.
pub const GOFEED: &[(&str, Reason)] = &[
    (
        "extensions/dublincore/dublincore_item_multiple_values.xml",
        Ours("two creators are two authors; gofeed takes the first"),
    ),
    (
        "parser/atom/atom10_feed_entry_content_html_div_escaped_markup.xml",
        Short("an element inside content of type html is kept, the escaped markup in it is text"),
    ),
    ("parser/atom/atom03_feed_entry_summary_base64_escaped_markup.xml", TWICE),
    ("parser/atom/atom03_feed_entry_summary_xhtml_escaped_markup.xml", TWICE),
    ("parser/atom/atom10_feed_entry_content_base64_escaped_markup.xml", TWICE),
    ("parser/atom/atom10_feed_entry_content_xhtml_escaped_markup.xml", TWICE),
    ("parser/atom/atom10_feed_entry_summary_base64_escaped_markup.xml", TWICE),
    ("parser/atom/atom10_feed_entry_summary_xhtml_escaped_markup.xml", TWICE),
    ("parser/rss/rdf_item_description_cdata_escaped_markup.xml", TWICE),
    ("parser/rss/rss_channel_item_description_cdata_escaped_markup.xml", TWICE),
    ("parser/atom/entry_id_xml_base.xml", Ours("an id is compared to the letter, never resolved (RFC 4287 §4.2.6.1)")),
    ("parser/rss/rdf_channel_links.xml", FIRST_LINK),
    ("parser/rss/rdf_item_links.xml", FIRST_LINK),
    ("parser/rss/rss_channel_item_guid_naked_markup.xml", Ours("elements inside a guid are no part of it")),
    ("parser/rss/rss_channel_item_links.xml", FIRST_LINK),
    ("parser/rss/rss_channel_links.xml", FIRST_LINK),
    ("translator/rss/feed_author_-_rss_channel_webMaster_email.xml", WEBMASTER),
    ("translator/rss/feed_author_-_rss_channel_webMaster_emailAndName.xml", WEBMASTER),
    ("translator/rss/feed_author_-_rss_channel_webMaster_name.xml", WEBMASTER),
    ("translator/rss/feed_author_-_rss_channel_webMaster_nameAndEmail.xml", WEBMASTER),
    ("translator/rss/feed_item_links_-_rss_channel_item_links.xml", FIRST_LINK),
    ("translator/rss/feed_links_-_rdf_channel_links.xml", FIRST_LINK),
    ("translator/rss/feed_links_-_rss_channel_links.xml", FIRST_LINK),
];

/// What is listed of `name`; a list that is behind the times fails.
pub fn known(list: &[(&str, Reason)], name: &str, missed: &[String]) -> Option<Reason> {
    let reason = list.iter().find(|(file, _)| *file == name).map(|(_, reason)| *reason);
    assert!(reason.is_none() || !missed.is_empty(), "{name} is listed as differing and does not");
    match reason {
        Some(Ours(why)) => eprintln!("{name}: differs, ours counts: {why}"),
        Some(Short(why)) => eprintln!("{name}: falls short: {why}"),
        None => missed.iter().for_each(|line| eprintln!("{name}: {line}")),
    }
    reason
}
