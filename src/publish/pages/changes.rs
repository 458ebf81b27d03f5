//! What a version of an entry changed, word by word.

use maud::{Markup, html};

use crate::limits::COMPARED_TEXT;
use crate::model::{Content, Markup as ContentMarkup, Stored};
use crate::publish::ContentLevel;
use crate::publish::excerpt::{excerpt, headline};
use crate::text::diff::{DiffPiece, difference, words};
use crate::text::html;

use super::{nothing, shown};

/// So many words of what stayed are shown beside a change.
const BESIDE: usize = 10;

/// So many changes of one text are shown.
const MOST_CHANGES: usize = 40;

/// What `new` has changed of `old` in headline and text, as far as `level` lets them be shown.
pub fn changes(old: &Stored, new: &Stored, level: ContentLevel) -> Markup {
    let titles = [old, new].map(|entry| headline(entry, level));
    let [before, after] = [old, new].map(|entry| text_of(entry, level));
    let rest = old.fullest() != new.fullest() && before == after;
    html! {
        @if titles[0] != titles[1] { p.change { (marked(&difference(&titles[0], &titles[1]))) } }
        @if before != after { p.change { (marked(&difference(&before, &after))) } }
        @if rest { p.quiet { (unseen(level)) } }
    }
}

fn unseen(level: ContentLevel) -> &'static str {
    match level {
        ContentLevel::Title => "The text changed; the terms of the source let only headlines be shown.",
        ContentLevel::Summary => "The text changed behind the excerpt that the terms of the source let be shown.",
        ContentLevel::Full => "The text changed in its markup, or far behind its beginning.",
    }
}

fn text_of(entry: &Stored, level: ContentLevel) -> String {
    match (level, entry.fullest()) {
        (ContentLevel::Title, _) | (_, None) => String::new(),
        (ContentLevel::Summary, Some(content)) => excerpt(content),
        (ContentLevel::Full, Some(content)) => beginning(content),
    }
}

fn beginning(content: &Content) -> String {
    let text = content.markup.opening(COMPARED_TEXT.count());
    match content.markup {
        ContentMarkup::Html(_) => html::plain_line(text),
        ContentMarkup::Plain(_) => text.to_owned(),
    }
}

/// Changes with the words beside them; longer stretches that stayed are left out.
fn marked(pieces: &[DiffPiece<'_>]) -> Markup {
    let changed = |piece: &&DiffPiece<'_>| !matches!(piece, DiffPiece::Same(_));
    if !pieces.iter().any(|piece| changed(&piece)) {
        return nothing();
    }
    let last = pieces.iter().enumerate().filter(|(_, piece)| changed(piece)).nth(MOST_CHANGES).map(|(at, _)| at);
    let end = last.unwrap_or(pieces.len());
    html! {
        @for (at, piece) in pieces[..end].iter().enumerate() {
            @match piece {
                DiffPiece::Same(text) => (beside(text, at > 0, at + 1 < pieces.len())),
                DiffPiece::Gone(text) => { del { (shown(text)) } },
                DiffPiece::Come(text) => { ins { (shown(text)) } },
            }
        }
        @if last.is_some() { " … further changes are not shown" }
    }
}

/// Words that stayed: those behind a change, those before one, or both.
fn beside(text: &str, is_behind: bool, is_before: bool) -> String {
    let words = words(text);
    let kept = |wanted: bool| if wanted { BESIDE * 2 } else { 0 };
    let (behind, before) = (kept(is_behind), kept(is_before));
    if words.len() <= behind + before + 1 {
        return text.to_owned();
    }
    format!("{} … {}", words[..behind].concat(), words[words.len() - before..].concat())
}
