//! Messages show text as a person reads it.

use super::scan::files;

/// What is made there is hashed or compared, and never shown.
const HASHED: [&str; 5] =
    ["config/digests.rs", "filter/frozen.rs", "plan/edition.rs", "publish/cleaned.rs", "store/editions.rs"];

/// `{:?}` shows vowel signs of many scripts as numbers, so no message is made with it:
/// whatever is quoted goes through `text::quote`.
#[test]
fn no_message_shows_text_as_programmers_see_it_b136() {
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| !HASHED.contains(&&*file.name)) {
        for text in &file.texts {
            let written = &file.text[text.clone()];
            let ways = [":?}", ":#?}"].iter().flat_map(|way| written.match_indices(way));
            wrong.extend(ways.map(|(at, _)| file.place(text.start + at)));
        }
        for way in ["escape_debug", "escape_default", "escape_unicode"] {
            wrong.extend(file.code.match_indices(way).map(|(at, _)| file.place(at)));
        }
    }
    assert!(wrong.is_empty(), "quote it with text::quote\n{}", wrong.join("\n"));
}
