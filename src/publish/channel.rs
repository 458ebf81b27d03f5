//! A feed as its readers see it, and where its documents lie.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::model::{FeedId, Republish};

use super::access::FeedAccess;
use super::cursor::{self, PageAt};
use super::{ContentLevel, OutputFormat, SourceTerms, mint};

/// What of a query is written as it is (RFC 3986 §2.3).
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A feed as its readers see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Channel {
    /// Its permanent name.
    pub id: FeedId,
    /// Its title.
    pub title: String,
    /// Base of all public URLs (check O29), ending in `/`.
    pub public_url: Url,
    /// How much of an entry it publishes; a source's `republish` may permit less.
    pub content: ContentLevel,
    /// Whether the reasons why an entry is in it stand in what is published of the entry.
    pub reasons: bool,
    /// The filter, as written.
    pub expression: Option<String>,
    /// Who may read it.
    pub access: FeedAccess,
    /// Where its documents lie.
    pub place: ChannelPlace,
}

/// Where the documents of a feed lie.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChannelPlace {
    /// `feeds/ID`, with an archive.
    Feed {
        /// Which rules chose its entries. It stands in the links to the archive: with other rules
        /// that is another archive, which readers walk anew.
        edition: String,
    },
    /// `search`, with this query: what matches it at the moment, without an archive.
    Search {
        /// The query, as the reader wrote it.
        query: String,
    },
}

impl Channel {
    /// A public feed of everything, as excerpts.
    pub fn new(id: FeedId, title: impl Into<String>, public_url: Url) -> Channel {
        Channel {
            id,
            title: title.into(),
            public_url,
            content: ContentLevel::default(),
            reasons: false,
            expression: None,
            access: FeedAccess::Public,
            place: ChannelPlace::Feed { edition: String::new() },
        }
    }

    /// The feed's permanent id: the same whatever host, port or path it is served from (check
    /// O5).
    pub fn permanent_id(&self) -> String {
        match &self.place {
            ChannelPlace::Feed { .. } => mint(&format!("feed/{}", self.id)),
            ChannelPlace::Search { query } => mint(&format!("search/{query}")),
        }
    }

    /// Whether its older entries lie in archived documents.
    pub fn has_archive(&self) -> bool {
        matches!(self.place, ChannelPlace::Feed { .. })
    }

    /// The public URL of `path` under [`Channel::public_url`].
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    /// The public URL of one of its pages in a format.
    pub fn address_of(&self, format: OutputFormat, page: PageAt) -> String {
        self.address(&self.path_of(format, page))
    }

    /// Where the stylesheet of a document lies, seen from that document: the same under every
    /// public URL.
    pub(super) fn stylesheet(&self, format: OutputFormat, page: PageAt) -> String {
        let path = self.path_of(format, page);
        let folders = path.split('?').next().unwrap_or_default().matches('/').count();
        "../".repeat(folders) + "feed.css"
    }

    fn path_of(&self, format: OutputFormat, page: PageAt) -> String {
        let private = self.private_folder();
        match (&self.place, page) {
            (ChannelPlace::Feed { edition }, PageAt::Archived(place)) => {
                let (at, extension) = (cursor::write(place), format.extension());
                format!("{private}feeds/{}/archive/{at}.{edition}.{extension}", self.id)
            }
            (ChannelPlace::Feed { .. }, _) => private + &format.path(&self.id, page),
            (ChannelPlace::Search { .. }, _) => self.search_path(&format!(".{}", format.extension()), page),
        }
    }

    /// The folder in which its documents lie for who has its token.
    fn private_folder(&self) -> String {
        self.access.token().map(|token| format!("private/{}/", token.as_str())).unwrap_or_default()
    }

    fn search_path(&self, extension: &str, page: PageAt) -> String {
        let ChannelPlace::Search { query } = &self.place else { return String::new() };
        let query = utf8_percent_encode(query, IN_QUERY);
        let before = page.before().map(|place| format!("&before={}", cursor::write(place))).unwrap_or_default();
        format!("search{extension}?q={query}{before}")
    }

    /// The public URL of its page for people.
    pub fn page_address(&self) -> String {
        match self.place {
            ChannelPlace::Feed { .. } => self.address(&format!("{}feeds/{}", self.private_folder(), self.id)),
            ChannelPlace::Search { .. } => self.address(&self.search_path("", PageAt::Newest)),
        }
    }

    /// The public URL of an older page of that page.
    pub(super) fn older_page_address(&self, page: PageAt) -> String {
        let first = self.page_address();
        let joint = if first.contains('?') { '&' } else { '?' };
        page.before().map_or(first.clone(), |place| format!("{first}{joint}before={}", cursor::write(place)))
    }

    /// How much of an entry from a source under `terms` it publishes.
    pub(super) fn level(&self, terms: Option<&SourceTerms>) -> ContentLevel {
        match (self.content, terms.map_or(Republish::Excerpt, |t| t.republish)) {
            (ContentLevel::Title, _) | (_, Republish::Link) => ContentLevel::Title,
            (ContentLevel::Summary, _) | (_, Republish::Excerpt) => ContentLevel::Summary,
            (ContentLevel::Full, Republish::Full) => ContentLevel::Full,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::model::{EntryId, FeedPosition};
    use crate::publish::access::FeedToken;

    fn channel() -> Channel {
        let url = "https://desk.example/wire/".parse().unwrap();
        let place = ChannelPlace::Feed { edition: "1a2b".into() };
        Channel { place, ..Channel::new(FeedId::new("city").unwrap(), "City", url) }
    }

    fn pages() -> [PageAt; 3] {
        let place = FeedPosition { at: Timestamp::from_millis(1000), entry: EntryId(7) };
        [PageAt::Newest, PageAt::Before(place), PageAt::Archived(place)]
    }

    #[track_caller]
    fn check(channel: &Channel, expected: [(&str, &str); 3]) {
        for (page, (path, stylesheet)) in pages().into_iter().zip(expected) {
            assert_eq!(channel.address_of(OutputFormat::Atom, page), format!("https://desk.example/wire/{path}"));
            assert_eq!(channel.stylesheet(OutputFormat::Atom, page), stylesheet);
        }
    }

    #[test]
    fn documents_lie_where_their_feed_and_its_access_say_o175_o178_o180() {
        check(
            &channel(),
            [
                ("feeds/city.atom", "../feed.css"),
                ("feeds/city.atom?before=1000-7", "../feed.css"),
                ("feeds/city/archive/1000-7.1a2b.atom", "../../../feed.css"),
            ],
        );
        let token = "q7Xv-2mB9_tR4.kL8~wZ1c";
        let private = Channel { access: FeedAccess::ByToken(vec![FeedToken::new(token).unwrap()]), ..channel() };
        check(
            &private,
            [
                (&format!("private/{token}/feeds/city.atom"), "../../../feed.css"),
                (&format!("private/{token}/feeds/city.atom?before=1000-7"), "../../../feed.css"),
                (&format!("private/{token}/feeds/city/archive/1000-7.1a2b.atom"), "../../../../../feed.css"),
            ],
        );
        assert_eq!(private.permanent_id(), channel().permanent_id());
        let search = Channel { place: ChannelPlace::Search { query: "a & b/ü".into() }, ..channel() };
        check(
            &search,
            [
                ("search.atom?q=a%20%26%20b%2F%C3%BC", "feed.css"),
                ("search.atom?q=a%20%26%20b%2F%C3%BC&before=1000-7", "feed.css"),
                ("search.atom?q=a%20%26%20b%2F%C3%BC&before=1000-7", "feed.css"),
            ],
        );
        assert_eq!(search.page_address(), "https://desk.example/wire/search?q=a%20%26%20b%2F%C3%BC");
        assert!(search.permanent_id() != channel().permanent_id());
    }
}
