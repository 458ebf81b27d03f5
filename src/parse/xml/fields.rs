//! Which element means what, by the place it stands in.

use super::names::Ns;

/// Where the reader is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inside {
    /// Inside the root of RSS: channel and items come here.
    Root,
    /// Inside the feed's own description.
    Feed,
    /// Inside an entry.
    Entry,
    /// Inside an entry's `media:group` or `media:content`.
    Media,
    /// Inside an entry's `atom:source`.
    Origin,
    /// Inside an author or contributor.
    Person,
    /// Inside `skipHours`.
    Hours,
    /// Inside `skipDays`.
    Days,
    /// Inside the root of a sitemap or of an index of them.
    Maps,
    /// Inside an index's `sitemap`.
    Map,
    /// Inside `news:news` or `image:image` of a sitemap's entry.
    News,
    /// Inside text that is being gathered.
    Text,
    /// Inside something that nobody here reads.
    Ignored,
}

/// A text that is gathered until its element ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextField {
    Title,
    /// A title if there is no other.
    TitleElse,
    Link,
    /// feedburner:origLink: what the feed's own links hide.
    TrueLink,
    Comments,
    Id,
    Summary,
    /// A summary if there is none of a lower number.
    SummaryElse(u8),
    Content,
    Author,
    /// An author if there is no other.
    AuthorElse,
    Contributor,
    /// A publication date; the highest number stands.
    Published(u8),
    Updated,
    Category,
    /// Categories with commas between them.
    Keywords,
    OriginName,
    Rights,
    Language,
    Ttl,
    Hour,
    Day,
    Period,
    Frequency,
    Name,
    Email,
    Uri,
    /// The name of the publication, which stands for the document's title.
    Publication,
    /// The URL of an image.
    Image,
}

impl TextField {
    /// Whether markup inside the field belongs to it.
    pub fn keeps_markup(self) -> bool {
        matches!(self, TextField::Summary | TextField::SummaryElse(_) | TextField::Content)
    }
}

/// A fact that stands in attributes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fact {
    /// `atom:link`.
    Link,
    /// `atom:category`, `itunes:category`.
    Category,
    Enclosure,
    /// `media:content`, and its children after it.
    MediaContent,
    /// `thr:in-reply-to`.
    InReplyTo,
}

/// What to do with an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meaning {
    /// Enter it.
    Enter(Inside),
    /// Enter an author's element.
    Author,
    /// Enter a contributor's element.
    Contributor,
    /// Gather its text.
    Gather(TextField),
    /// Read its attributes.
    Read(Fact),
    /// Pass it over with all it holds.
    Skip,
}

/// What the element `local` (lower case) of `ns` means in `place`.
pub fn step(place: Inside, ns: Ns, local: &str) -> Meaning {
    match place {
        Inside::Root => match local {
            "channel" => Meaning::Enter(Inside::Feed),
            _ => Meaning::Skip,
        },
        Inside::Feed => in_feed(ns, local),
        Inside::Entry => in_entry(ns, local),
        Inside::Media => in_media(ns, local),
        Inside::Origin => in_origin(ns, local),
        Inside::Person => in_person(ns, local),
        Inside::News => in_news(ns, local),
        Inside::Map => match (ns, local) {
            (Ns::Sitemap, "loc") => Meaning::Gather(TextField::Link),
            (Ns::Sitemap, "lastmod") => Meaning::Gather(TextField::Updated),
            _ => Meaning::Skip,
        },
        Inside::Maps if (ns, local) == (Ns::Sitemap, "sitemap") => Meaning::Enter(Inside::Map),
        Inside::Hours if local == "hour" => Meaning::Gather(TextField::Hour),
        Inside::Days if local == "day" => Meaning::Gather(TextField::Day),
        Inside::Hours | Inside::Days | Inside::Maps | Inside::Text | Inside::Ignored => Meaning::Skip,
    }
}

fn in_entry(ns: Ns, local: &str) -> Meaning {
    use TextField as F;
    let gather = match (ns, local) {
        (Ns::Rss | Ns::Atom, "title") => F::Title,
        (Ns::Rss, "link") | (Ns::Sitemap, "loc") => F::Link,
        (Ns::Sitemap, "lastmod") => F::Updated,
        (Ns::Rss, "guid") | (Ns::Rss | Ns::Atom, "id") => F::Id,
        (Ns::Rss, "description") | (Ns::Rss | Ns::Atom, "summary") | (Ns::Rss, "abstract") => F::Summary,
        (Ns::Content, "encoded")
        | (Ns::Atom, "content")
        | (Ns::Xhtml, "body" | "div")
        | (Ns::Rss, "body" | "fullitem") => F::Content,
        (Ns::Rss, "author") | (Ns::Dc, "creator" | "author") => F::Author,
        (Ns::Dc, "contributor") => F::Contributor,
        (Ns::Rss, "pubdate") => F::Published(5),
        (Ns::Rss | Ns::Atom, "published") => F::Published(4),
        (Ns::Atom | Ns::Dc, "issued") => F::Published(3),
        (Ns::Dc | Ns::Rss, "date") => F::Published(2),
        (Ns::Atom | Ns::Dc, "created") => F::Published(1),
        (Ns::Rss | Ns::Atom, "updated") | (Ns::Atom | Ns::Dc, "modified") | (Ns::Rss, "modified" | "lastbuilddate") => {
            F::Updated
        }
        (Ns::Rss, "category") | (Ns::Dc, "subject") | (Ns::Media, "category") => F::Category,
        (Ns::Itunes | Ns::Media, "keywords") => F::Keywords,
        (Ns::Rss, "source") => F::OriginName,
        (Ns::Atom | Ns::Dc, "rights") | (Ns::Rss | Ns::Atom, "copyright") => F::Rights,
        (Ns::Rss | Ns::Dc, "language") => F::Language,
        (Ns::Rss, "comments") => F::Comments,
        (Ns::Feedburner, "origlink") => F::TrueLink,
        (Ns::Dc | Ns::Media | Ns::Itunes, "title") => F::TitleElse,
        (Ns::Dc | Ns::Media, "description") => F::SummaryElse(1),
        (Ns::Itunes, "summary") => F::SummaryElse(2),
        (Ns::Itunes, "subtitle") => F::SummaryElse(3),
        (Ns::Itunes, "author") => F::AuthorElse,
        (Ns::Atom, "link") => return Meaning::Read(Fact::Link),
        (Ns::Atom | Ns::Itunes, "category") => return Meaning::Read(Fact::Category),
        (Ns::Rss | Ns::Atom, "enclosure") => return Meaning::Read(Fact::Enclosure),
        (Ns::Media, "content") => return Meaning::Read(Fact::MediaContent),
        (Ns::Thread, "in-reply-to") => return Meaning::Read(Fact::InReplyTo),
        (Ns::Media, "group") => return Meaning::Enter(Inside::Media),
        (Ns::News, "news") | (Ns::Image, "image") => return Meaning::Enter(Inside::News),
        (Ns::Atom, "source") => return Meaning::Enter(Inside::Origin),
        (Ns::Atom, "author") => return Meaning::Author,
        (Ns::Atom, "contributor") => return Meaning::Contributor,
        _ => return Meaning::Skip,
    };
    Meaning::Gather(gather)
}

fn in_media(ns: Ns, local: &str) -> Meaning {
    match (ns, local) {
        (Ns::Media, "content") => Meaning::Read(Fact::MediaContent),
        (Ns::Media, "description") => Meaning::Gather(TextField::SummaryElse(4)),
        (Ns::Media, "title") => Meaning::Gather(TextField::TitleElse),
        (Ns::Media, "category") => Meaning::Gather(TextField::Category),
        (Ns::Media, "keywords") => Meaning::Gather(TextField::Keywords),
        _ => Meaning::Skip,
    }
}

/// Google's extensions: what they say of a page.
fn in_news(ns: Ns, local: &str) -> Meaning {
    match (ns, local) {
        (Ns::News, "publication") => Meaning::Enter(Inside::News),
        (Ns::News, "name") => Meaning::Gather(TextField::Publication),
        (Ns::News, "language") => Meaning::Gather(TextField::Language),
        (Ns::News, "title") => Meaning::Gather(TextField::Title),
        (Ns::News, "publication_date") => Meaning::Gather(TextField::Published(5)),
        (Ns::News, "keywords") => Meaning::Gather(TextField::Keywords),
        (Ns::Image, "loc") => Meaning::Gather(TextField::Image),
        _ => Meaning::Skip,
    }
}

fn in_feed(ns: Ns, local: &str) -> Meaning {
    use TextField as F;
    let gather = match (ns, local) {
        (Ns::Rss | Ns::Atom, "title") => F::Title,
        (Ns::Dc, "title") => F::TitleElse,
        (Ns::Rss, "link") => F::Link,
        (Ns::Rss | Ns::Atom, "id") => F::Id,
        (Ns::Rss | Ns::Dc, "language") => F::Language,
        (Ns::Atom | Ns::Dc, "rights") | (Ns::Rss | Ns::Atom, "copyright") => F::Rights,
        (Ns::Rss, "managingeditor" | "author") | (Ns::Dc, "creator" | "author") => F::Author,
        (Ns::Itunes, "author") => F::AuthorElse,
        (Ns::Rss, "lastbuilddate" | "updated") | (Ns::Atom, "updated" | "modified") => F::Updated,
        (Ns::Rss, "pubdate") | (Ns::Dc, "date" | "modified") => F::Published(1),
        (Ns::Rss, "ttl") => F::Ttl,
        (Ns::Syndication, "updateperiod") => F::Period,
        (Ns::Syndication, "updatefrequency") => F::Frequency,
        (Ns::Rss, "skiphours") => return Meaning::Enter(Inside::Hours),
        (Ns::Rss, "skipdays") => return Meaning::Enter(Inside::Days),
        (Ns::Atom, "link") => return Meaning::Read(Fact::Link),
        (Ns::Atom, "author") => return Meaning::Author,
        _ => return Meaning::Skip,
    };
    Meaning::Gather(gather)
}

fn in_origin(ns: Ns, local: &str) -> Meaning {
    match (ns, local) {
        (Ns::Atom, "title") => Meaning::Gather(TextField::Title),
        (Ns::Atom, "id") => Meaning::Gather(TextField::Id),
        (Ns::Atom, "updated" | "modified") => Meaning::Gather(TextField::Updated),
        (Ns::Atom, "rights" | "copyright") => Meaning::Gather(TextField::Rights),
        (Ns::Atom, "link") => Meaning::Read(Fact::Link),
        (Ns::Atom, "author") => Meaning::Author,
        _ => Meaning::Skip,
    }
}

fn in_person(ns: Ns, local: &str) -> Meaning {
    match local {
        // What RDF puts around the elements of a person.
        "person" | "agent" => Meaning::Enter(Inside::Person),
        "description" if ns == Ns::Rdf => Meaning::Enter(Inside::Person),
        "link" => Meaning::Gather(TextField::Uri),
        "name" => Meaning::Gather(TextField::Name),
        "email" => Meaning::Gather(TextField::Email),
        "uri" | "url" | "homepage" => Meaning::Gather(TextField::Uri),
        _ => Meaning::Skip,
    }
}
