//! How much a text says.

/// Bytes of letters and digits, counted up to [`Weight::TELLING`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Weight(usize);

impl Weight {
    /// "See the attached file" and "Read more on our site" weigh less than this, a sentence
    /// of news weighs more: a text that weighs less may be that of any item.
    const TELLING: usize = 40;

    /// The weight of `text`.
    pub fn of(text: &str) -> Self {
        let mut bytes = 0;
        for letter in text.chars().filter(|c| c.is_alphanumeric()) {
            bytes += letter.len_utf8();
            if bytes >= Weight::TELLING {
                break;
            }
        }
        Weight(bytes)
    }

    /// The weight of both.
    pub fn with(self, other: Weight) -> Self {
        Weight(self.0 + other.0)
    }

    /// Whether a text of this weight can identify an item by itself.
    pub fn is_telling(self) -> bool {
        self.0 >= Weight::TELLING
    }
}
