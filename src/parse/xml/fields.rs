//! Which element means what, by the place it stands in.

use super::names::Ns;

/// Where the reader is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
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
pub enum Field {
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
    /// The address of an image.
    Image,
}

impl Field {
    /// Whether markup inside the field belongs to it.
    pub fn keeps_markup(self) -> bool {
        matches!(self, Field::Summary | Field::SummaryElse(_) | Field::Content)
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
pub enum Step {
    /// Enter it.
    Enter(Place),
    /// Enter an author's element.
    Author,
    /// Enter a contributor's element.
    Contributor,
    /// Gather its text.
    Gather(Field),
    /// Read its attributes.
    Read(Fact),
    /// Pass it over with all it holds.
    Skip,
}

/// What the element `local` (lower case) of `ns` means in `place`.
pub fn step(place: Place, ns: Ns, local: &str) -> Step {
    match place {
        Place::Root => match local {
            "channel" => Step::Enter(Place::Feed),
            _ => Step::Skip,
        },
        Place::Feed => in_feed(ns, local),
        Place::Entry => in_entry(ns, local),
        Place::Media => in_media(ns, local),
        Place::Origin => in_origin(ns, local),
        Place::Person => in_person(ns, local),
        Place::News => in_news(ns, local),
        Place::Map => match (ns, local) {
            (Ns::Sitemap, "loc") => Step::Gather(Field::Link),
            (Ns::Sitemap, "lastmod") => Step::Gather(Field::Updated),
            _ => Step::Skip,
        },
        Place::Maps if (ns, local) == (Ns::Sitemap, "sitemap") => Step::Enter(Place::Map),
        Place::Hours if local == "hour" => Step::Gather(Field::Hour),
        Place::Days if local == "day" => Step::Gather(Field::Day),
        Place::Hours | Place::Days | Place::Maps | Place::Text | Place::Ignored => Step::Skip,
    }
}

fn in_entry(ns: Ns, local: &str) -> Step {
    use Field as F;
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
        (Ns::Atom, "link") => return Step::Read(Fact::Link),
        (Ns::Atom | Ns::Itunes, "category") => return Step::Read(Fact::Category),
        (Ns::Rss | Ns::Atom, "enclosure") => return Step::Read(Fact::Enclosure),
        (Ns::Media, "content") => return Step::Read(Fact::MediaContent),
        (Ns::Thread, "in-reply-to") => return Step::Read(Fact::InReplyTo),
        (Ns::Media, "group") => return Step::Enter(Place::Media),
        (Ns::News, "news") | (Ns::Image, "image") => return Step::Enter(Place::News),
        (Ns::Atom, "source") => return Step::Enter(Place::Origin),
        (Ns::Atom, "author") => return Step::Author,
        (Ns::Atom, "contributor") => return Step::Contributor,
        _ => return Step::Skip,
    };
    Step::Gather(gather)
}

fn in_media(ns: Ns, local: &str) -> Step {
    match (ns, local) {
        (Ns::Media, "content") => Step::Read(Fact::MediaContent),
        (Ns::Media, "description") => Step::Gather(Field::SummaryElse(4)),
        (Ns::Media, "title") => Step::Gather(Field::TitleElse),
        (Ns::Media, "category") => Step::Gather(Field::Category),
        (Ns::Media, "keywords") => Step::Gather(Field::Keywords),
        _ => Step::Skip,
    }
}

/// Google's extensions: what they say of a page.
fn in_news(ns: Ns, local: &str) -> Step {
    match (ns, local) {
        (Ns::News, "publication") => Step::Enter(Place::News),
        (Ns::News, "name") => Step::Gather(Field::Publication),
        (Ns::News, "language") => Step::Gather(Field::Language),
        (Ns::News, "title") => Step::Gather(Field::Title),
        (Ns::News, "publication_date") => Step::Gather(Field::Published(5)),
        (Ns::News, "keywords") => Step::Gather(Field::Keywords),
        (Ns::Image, "loc") => Step::Gather(Field::Image),
        _ => Step::Skip,
    }
}

fn in_feed(ns: Ns, local: &str) -> Step {
    use Field as F;
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
        (Ns::Rss, "skiphours") => return Step::Enter(Place::Hours),
        (Ns::Rss, "skipdays") => return Step::Enter(Place::Days),
        (Ns::Atom, "link") => return Step::Read(Fact::Link),
        (Ns::Atom, "author") => return Step::Author,
        _ => return Step::Skip,
    };
    Step::Gather(gather)
}

fn in_origin(ns: Ns, local: &str) -> Step {
    match (ns, local) {
        (Ns::Atom, "title") => Step::Gather(Field::Title),
        (Ns::Atom, "id") => Step::Gather(Field::Id),
        (Ns::Atom, "updated" | "modified") => Step::Gather(Field::Updated),
        (Ns::Atom, "rights" | "copyright") => Step::Gather(Field::Rights),
        (Ns::Atom, "link") => Step::Read(Fact::Link),
        (Ns::Atom, "author") => Step::Author,
        _ => Step::Skip,
    }
}

fn in_person(ns: Ns, local: &str) -> Step {
    match local {
        // What RDF puts around the elements of a person.
        "person" | "agent" => Step::Enter(Place::Person),
        "description" if ns == Ns::Rdf => Step::Enter(Place::Person),
        "link" => Step::Gather(Field::Uri),
        "name" => Step::Gather(Field::Name),
        "email" => Step::Gather(Field::Email),
        "uri" | "url" | "homepage" => Step::Gather(Field::Uri),
        _ => Step::Skip,
    }
}
