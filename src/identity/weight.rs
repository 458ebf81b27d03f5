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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forty_bytes_of_letters_tell_and_set_phrases_do_not_b92() {
        for (text, expected) in [
            ("", false),
            ("See the attached file", false),
            ("Read more on our site", false),
            ("Quay Street is closed for repairs until Friday at noon.", true),
            ("x".repeat(39).as_str(), false),
            ("x".repeat(40).as_str(), true),
            // Neither spaces nor marks count.
            ("x . ".repeat(39).as_str(), false),
            // A character of Chinese says as much as three letters.
            ("港".repeat(13).as_str(), false),
            ("港".repeat(14).as_str(), true),
        ] {
            assert_eq!(Weight::of(text).is_telling(), expected, "{text}");
        }
    }

    #[test]
    fn a_headline_and_a_text_tell_together_b92() {
        let letters = |count: usize| Weight::of(&"x".repeat(count));
        for (headline, text, expected) in [(20, 19, false), (20, 20, true), (0, 40, true), (40, 0, true), (8, 8, false)]
        {
            assert_eq!(letters(headline).with(letters(text)).is_telling(), expected, "{headline} {text}");
        }
    }
}
