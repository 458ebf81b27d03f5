//! Feeds a page to a tokeniser piece by piece, without surplus attributes: the tokeniser
//! compares each attribute of a tag with all before it.

use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tokenizer};
use html5ever::tree_builder::TreeSink;
use memchr::memchr;

use super::bounds::{MOST_ATTRIBUTES, Overrun};
use super::gate::Gate;
use crate::model::Work;

/// The longest piece: how much is read between checks whether to go on.
const PIECE: usize = 256;

/// Feeds `html` until a bound is exceeded.
///
/// A tokeniser does not say whether it is inside a tag. But pieces end before each `<`, and
/// a piece that yields no token is not finished: then the last `<` began a tag, a comment,
/// or a text that waits for a byte or two.
pub fn feed<S: TreeSink>(html: &str, tokenizer: &Tokenizer<Gate<S>>, work: &Work) -> Result<(), Overrun> {
    let whole = StrTendril::from(html);
    let queue = BufferQueue::default();
    let bytes = html.as_bytes();
    // Where markup began that has yielded no token yet, and the last `<`.
    let (mut at, mut open, mut began) = (0, None, None);
    // The last tag that was looked at, so as not to look twice.
    let mut seen = None;
    while at < bytes.len() {
        let end = piece(html, at);
        if bytes[at] == b'<' {
            began = Some(at);
        }
        queue.push_back(whole.subtendril(short(at), short(end - at)));
        while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
        if tokenizer.sink.emitted() {
            open = None;
        } else {
            open = open.or(began);
        }
        at = end;
        if let Some(overrun) = tokenizer.sink.overrun() {
            return Err(overrun);
        }
        if work.is_given_up() {
            return Err(Overrun::GivenUp);
        }
        if let Some(start) = open.filter(|start| seen != Some(*start) && is_tag(&bytes[*start..])) {
            seen = Some(start);
            if let Some((cut, close)) = surplus(&bytes[start..], at - start) {
                let cut = start + cut;
                while at < cut {
                    let end = piece(html, at).min(cut);
                    queue.push_back(whole.subtendril(short(at), short(end - at)));
                    while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
                    at = end;
                }
                at = start + close;
            }
        }
    }
    Ok(())
}

/// Where the piece that begins at `at` ends: before the next `<`.
fn piece(html: &str, at: usize) -> usize {
    let bytes = html.as_bytes();
    let most = (at + PIECE).min(bytes.len());
    let mut end = memchr(b'<', &bytes[at + 1..most]).map_or(most, |found| at + 1 + found);
    // Characters stay whole, and so do line breaks of two.
    while !html.is_char_boundary(end) || end < bytes.len() && bytes[end] == b'\n' && bytes[end - 1] == b'\r' {
        end += 1;
    }
    end
}

fn short(length: usize) -> u32 {
    u32::try_from(length).expect("pages are at most some megabytes long")
}

fn is_tag(markup: &[u8]) -> bool {
    let name = if markup.get(1) == Some(&b'/') { 2 } else { 1 };
    markup.get(name).is_some_and(u8::is_ascii_alphabetic)
}

/// For the tag at the start of `markup`: where the first surplus attribute at or after
/// `from` begins, and where the tag's `>` is. `None` if there is no such attribute, or the
/// tag ends before `from`.
fn surplus(markup: &[u8], from: usize) -> Option<(usize, usize)> {
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c');
    let until =
        |at: usize, ends: &dyn Fn(&u8) -> bool| at + markup[at..].iter().position(ends).unwrap_or(markup.len() - at);
    let mut at = until(1 + usize::from(markup.get(1) == Some(&b'/')), &|b| blank(b) || matches!(b, b'/' | b'>'));
    let (mut count, mut cut) = (0, None);
    loop {
        at = until(at, &|b| !blank(b) && *b != b'/');
        if markup.get(at).is_none_or(|b| *b == b'>') {
            return cut.map(|cut| (cut, at)).filter(|_| at > from);
        }
        count += 1;
        if count > MOST_ATTRIBUTES && at >= from {
            cut = cut.or(Some(at));
        }
        // An `=` in the first place belongs to the name.
        at = until(at + 1, &|b| blank(b) || matches!(b, b'/' | b'>' | b'='));
        let equals = until(at, &|b| !blank(b));
        if markup.get(equals) != Some(&b'=') {
            continue;
        }
        let value = until(equals + 1, &|b| !blank(b));
        at = match markup.get(value) {
            Some(quote @ (b'"' | b'\'')) => (until(value + 1, &|b| b == quote) + 1).min(markup.len()),
            _ => until(value, &|b| blank(b) || *b == b'>'),
        };
    }
}
