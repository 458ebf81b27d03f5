//! What stands beside the entries of a list and is not taken: told, so that no
//! part of a list is lost without a word.

use scraper::{ElementRef, Html};
use url::Url;

use crate::clock::Timestamp;
use crate::model::Work;
use crate::text::quote::in_quotes;

use super::super::date::{DateContext, DateVerdict, judge};
use super::super::notes::excerpt;
use super::day;
use taken::{MOST_WITHIN, Taken};

mod beside;
mod taken;
mod unscripted;
pub mod weight;

/// A list that was read, and the page that it stands on.
pub struct ListRead<'l, 'p> {
    /// The page.
    pub page: &'p Html,
    /// What the list's selector finds.
    pub entries: &'l [ElementRef<'p>],
    /// What links resolve against.
    pub base: &'l Url,
    /// Who waits for the reading.
    pub work: &'l Work,
}

/// What is to be told of siblings with a headline that are none of the entries, of those without
/// a link, of stories beside their list, and of what is there for browsers without scripts.
/// `is_dated` says which elements hold a day of news.
pub fn told(list: &ListRead<'_, '_>, is_dated: impl Fn(ElementRef<'_>) -> bool) -> Vec<String> {
    let ListRead { page, entries, base, work } = *list;
    let taken = Taken::of(entries, base);
    let left = taken.left_out(entries, base);
    let stories = beside::StoriesBeside { taken: &taken, base, is_dated: &is_dated }.stories(entries);
    let stories: Vec<String> = stories.into_iter().filter(|story| !left.contains(story)).collect();
    let unlinked = taken.unlinked(entries, &is_dated);
    let unscripted = unscripted::headlines(page, &taken, base, work);
    let kinds = [
        counted(
            &left,
            "entries",
            ["1 more with a headline", "more with headlines"],
            " that the selector does not match",
        ),
        counted(&stories, "list", ["a story", "stories"], " that the selector does not match"),
        counted(&unlinked, "entries", ["1 more", "more"], " without a link, which makes no entry"),
        counted(&unscripted, "list", ["1 more", "more"], " in <noscript>, which is not read"),
    ];
    kinds.into_iter().flatten().collect()
}

/// That `all` stand beside the entries or their list, one or several of a kind, and the first
/// of them.
fn counted(all: &[String], place: &str, [one, several]: [&str; 2], how: &str) -> Option<String> {
    let shown = in_quotes(excerpt(all.first()?));
    Some(match all.len() {
        1 => format!("beside the {place} stands {one}{how}: {shown}"),
        count => format!("beside the {place} stand {count} {several}{how}, as {shown}"),
    })
}

/// Whether a day that does not lie ahead stands in `element`, in an attribute or a short text.
pub fn holds_day(element: ElementRef<'_>, known: &DateContext<'_>, now: Timestamp) -> bool {
    let is_behind = |read: String| !matches!(judge(&read, known, now), DateVerdict::Ahead(_));
    let is_day = |text: &str| day::may_stand_alone(text) && day::read(text, None, known, now).is_some_and(is_behind);
    let within = element.descendants().take(MOST_WITHIN);
    within.into_iter().any(|node| {
        let stated = ElementRef::wrap(node).and_then(|element| element.attr("datetime"));
        stated.is_some_and(is_day) || node.value().as_text().is_some_and(|text| is_day(text.trim()))
    })
}
