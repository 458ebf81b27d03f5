//! Stands between a tokeniser and a tree, and enforces the bounds.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};

use super::super::pieces::{is_costly, pieces};
use super::bounds::{DEEPEST, MOST_ELEMENTS, MOST_STEPS, Overrun};
use super::counted::{CountedTree, Tracked};

/// What kind of text comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RawTextKind {
    Markup,
    /// The text of a title: it cannot hold comments.
    Title,
    /// The text of a script: it cannot hold references either.
    Script,
}

/// Hands tokens on until a bound is exceeded, and none from then on.
pub struct Gate<S: TreeSink> {
    builder: TreeBuilder<Tracked<S::Handle>, CountedTree<S>>,
    /// Text not handed on yet. Some trees copy a whole text to append to it, and a
    /// tokeniser makes a piece for each `&` and `<`.
    text: RefCell<StrTendril>,
    /// Whether a token came since this was asked last.
    emitted: Cell<bool>,
    overrun: Cell<Option<Overrun>>,
    kind: Cell<RawTextKind>,
}

impl<S: TreeSink> Gate<S> {
    pub fn new(sink: CountedTree<S>, scripting_enabled: bool) -> Self {
        let builder = TreeBuilder::new(sink, TreeBuilderOpts { scripting_enabled, ..TreeBuilderOpts::default() });
        Gate {
            builder,
            text: RefCell::default(),
            emitted: Cell::new(false),
            overrun: Cell::new(None),
            kind: Cell::new(RawTextKind::Markup),
        }
    }

    /// Whether any token came since this was asked last.
    pub fn emitted(&self) -> bool {
        self.emitted.take()
    }

    /// The bound that was exceeded, if any.
    pub fn overrun(&self) -> Option<Overrun> {
        self.overrun.get()
    }

    /// What was counted so far.
    #[cfg(test)]
    pub fn counts(&self) -> super::counted::Counts {
        self.builder.sink.counts()
    }

    /// The tree.
    pub fn finish(self) -> S::Output {
        self.builder.sink.finish()
    }

    fn hand_on_text(&self, line: u64) {
        let text = self.text.take();
        if text.is_empty() || self.overrun.get().is_some() {
            return;
        }
        // A tree always answers text with Continue.
        let kind = self.kind.get();
        if kind == RawTextKind::Script || !is_costly(&text) {
            let _ = self.builder.process_token(Token::CharacterTokens(text), line);
            return;
        }
        // No title is so long.
        let most = if kind == RawTextKind::Title { 1 } else { usize::MAX };
        for (at, piece) in pieces(&text).take(most).enumerate() {
            if at > 0 {
                let _ = self.builder.process_token(Token::CommentToken(StrTendril::new()), line);
            }
            let _ = self.builder.process_token(Token::CharacterTokens(StrTendril::from(piece)), line);
        }
    }

    fn look(&self) {
        let counts = self.builder.sink.counts();
        let overrun = match () {
            () if counts.depth > DEEPEST + 2 => Overrun::Depth,
            () if counts.elements > MOST_ELEMENTS => Overrun::Elements,
            () if counts.steps > MOST_STEPS => Overrun::Steps,
            () => return,
        };
        self.overrun.set(Some(overrun));
    }
}

impl<S: TreeSink> TokenSink for Gate<S> {
    type Handle = Tracked<S::Handle>;

    fn process_token(&self, mut token: Token, line: u64) -> TokenSinkResult<Self::Handle> {
        let mut formatting = None;
        match &mut token {
            Token::ParseError(_) => return TokenSinkResult::Continue,
            Token::CharacterTokens(text) => {
                self.emitted.set(true);
                if self.overrun.get().is_none() {
                    self.text.borrow_mut().push_tendril(text);
                }
                return TokenSinkResult::Continue;
            }
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                for attribute in tag.attrs.iter_mut().filter(|attribute| is_costly(&attribute.value)) {
                    attribute.value.clear();
                }
                formatting = Some(tag.attrs.len());
            }
            _ => {}
        }
        self.emitted.set(true);
        self.hand_on_text(line);
        self.kind.set(RawTextKind::Markup);
        if self.overrun.get().is_some() {
            return TokenSinkResult::Continue;
        }
        let answer = self.builder.process_token(token, line);
        self.kind.set(match answer {
            TokenSinkResult::RawData(RawKind::Rcdata) => RawTextKind::Title,
            TokenSinkResult::RawData(_) | TokenSinkResult::Plaintext => RawTextKind::Script,
            _ => RawTextKind::Markup,
        });
        if let Some(attributes) = formatting {
            // Each is compared with all open ones, attribute by attribute.
            self.builder.sink.compared(attributes);
        }
        self.look();
        answer
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.hand_on_text(1);
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}
