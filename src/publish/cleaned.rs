//! Sanitised HTML that is kept, so that a text is sanitised once and not at each
//! rendering of each feed that has it.
//!
//! The texts that were used last are kept, up to [`CLEANED_KEPT`]. Everything published that
//! has to be sanitised goes through [`Cleaned::html_of`].

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use xxhash_rust::xxh3::Xxh3;

use crate::limits::CLEANED_KEPT;
use crate::model::web::address::Opened;
use crate::model::{Content, Markup};

use super::sanitize::Sanitizer;

/// What one text costs besides its bytes.
const OVERHEAD: usize = 128;

/// Sanitised texts, by what they were made from.
pub struct Cleaned {
    sanitizer: Sanitizer,
    /// A secret of this process, so that no publisher can make two texts with one key.
    seed: u64,
    most: usize,
    kept: Mutex<KeptTexts>,
}

#[derive(Default)]
struct KeptTexts {
    texts: HashMap<u128, (Arc<str>, u64)>,
    /// Keys in the order of their last use.
    used: BTreeMap<u64, u128>,
    uses: u64,
    bytes: usize,
}

impl Cleaned {
    /// Keeps as much as [`CLEANED_KEPT`] allows.
    pub fn new() -> Self {
        Cleaned::keeping(CLEANED_KEPT.count())
    }

    fn keeping(most: usize) -> Self {
        let seed = RandomState::new().hash_one(0);
        Cleaned { sanitizer: Sanitizer::new(), seed, most, kept: Mutex::default() }
    }

    /// `content` as HTML that may be published.
    pub fn html(&self, content: &Content) -> Arc<str> {
        self.html_of(content, &Opened::default())
    }

    /// The same for a source that may name what is `opened` for it: another source may have to
    /// publish the same text differently.
    pub fn html_of(&self, content: &Content, opened: &Opened) -> Arc<str> {
        let key = self.key(content, opened);
        if let Some(html) = self.kept().take_up(key) {
            return html;
        }
        // Without the lock: two that need the same text at once both sanitise it.
        let html: Arc<str> = self.sanitizer.html_of(content, opened).into();
        self.kept().keep(key, &html, self.most);
        html
    }

    fn key(&self, content: &Content, opened: &Opened) -> u128 {
        let (kind, text) = match &content.markup {
            Markup::Plain(text) => (0, text),
            Markup::Html(text) => (1, text),
        };
        let base = content.base.as_deref().unwrap_or_default();
        let mut hash = Xxh3::with_seed(self.seed);
        hash.update(&[kind]);
        let opened = if opened.is_empty() { String::new() } else { format!("{opened:?}") };
        hash.update(&opened.len().to_le_bytes());
        hash.update(opened.as_bytes());
        hash.update(&base.len().to_le_bytes());
        hash.update(base.as_bytes());
        hash.update(text.as_bytes());
        hash.digest128()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, KeptTexts> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Cleaned {
    fn default() -> Self {
        Cleaned::new()
    }
}

impl KeptTexts {
    fn take_up(&mut self, key: u128) -> Option<Arc<str>> {
        let (html, use_before) = self.texts.get_mut(&key)?;
        self.uses += 1;
        self.used.remove(use_before);
        self.used.insert(self.uses, key);
        *use_before = self.uses;
        Some(Arc::clone(html))
    }

    fn keep(&mut self, key: u128, html: &Arc<str>, most: usize) {
        let weight = html.len() + OVERHEAD;
        if weight > most || self.texts.contains_key(&key) {
            return;
        }
        while self.bytes + weight > most
            && let Some((_, oldest)) = self.used.pop_first()
        {
            self.bytes -= self.texts.remove(&oldest).map_or(0, |(html, _)| html.len() + OVERHEAD);
        }
        self.uses += 1;
        self.bytes += weight;
        self.used.insert(self.uses, key);
        self.texts.insert(key, (Arc::clone(html), self.uses));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str, base: &str) -> Content {
        Content { markup: Markup::Html(text.to_owned()), base: Some(base.to_owned()) }
    }

    /// The very text that was kept, or another of the same letters.
    fn is_kept(cleaned: &Cleaned, content: &Content, before: &Arc<str>) -> bool {
        Arc::ptr_eq(&cleaned.html(content), before)
    }

    #[test]
    fn a_text_is_sanitised_once_and_told_from_others_b110() {
        let cleaned = Cleaned::new();
        let one = html("<p onclick=x>Mayor</p><a href=\"b\">b</a>", "https://a.example/");
        let first = cleaned.html(&one);
        assert_eq!(&*first, Sanitizer::new().html(&one));
        assert!(is_kept(&cleaned, &one, &first));
        // Another base, another kind: another text.
        let moved = html("<p onclick=x>Mayor</p><a href=\"b\">b</a>", "https://b.example/");
        assert_eq!(&*cleaned.html(&moved), Sanitizer::new().html(&moved));
        let plain =
            Content { markup: Markup::Plain("<p onclick=x>Mayor</p><a href=\"b\">b</a>".into()), ..one.clone() };
        assert_eq!(&*cleaned.html(&plain), Sanitizer::new().html(&plain));
        assert!(is_kept(&cleaned, &one, &first));
    }

    #[test]
    fn what_was_used_the_longest_ago_goes_first_and_the_bound_holds_b110() {
        let cleaned = Cleaned::keeping(10 * (OVERHEAD + 1000));
        let text = |n: usize| html(&format!("{n:01000}"), "https://a.example/");
        let first = cleaned.html(&text(0));
        for n in 1..200 {
            cleaned.html(&text(n));
            assert!(is_kept(&cleaned, &text(0), &first), "used all the while, it stays: {n}");
        }
        let kept = cleaned.kept();
        assert!(kept.bytes <= cleaned.most && kept.texts.len() == 10 && kept.used.len() == 10, "{}", kept.bytes);
        drop(kept);
        // One that is larger than all that is kept drives nothing out.
        cleaned.html(&html(&"x".repeat(20_000), "https://a.example/"));
        assert!(is_kept(&cleaned, &text(0), &first));
    }
}
