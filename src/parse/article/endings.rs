//! How a text ends that goes on elsewhere.

/// What a text that goes on elsewhere ends in, lower case.
const ENDINGS: [&str; 18] = [
    "…",
    "...",
    "…]",
    "...]",
    "read more",
    "continue reading",
    "full story",
    "learn more",
    "weiterlesen",
    "lire la suite",
    "leer más",
    "seguir leyendo",
    "читать далее",
    "подробнее",
    "阅读全文",
    "閱讀全文",
    "続きを読む",
    "더보기",
];

/// Words that say the same as a whole line, or before a sign that points on: "More »".
const MORE: [&str; 9] = ["more", "mehr", "más", "suite", "meer", "mais", "altro", "więcej", "далее"];
/// Signs that point on.
const POINTERS: [char; 5] = ['>', '»', '→', '›', '＞'];

/// Whether a text says at its end that it goes on elsewhere.
pub fn goes_on(text: &str) -> bool {
    let is_closing = |c: char| c.is_whitespace() || POINTERS.contains(&c) || matches!(c, ')' | '）');
    let open = text.trim_end_matches(is_closing);
    // "Read more." ends in the words, "…" in the dots.
    let words = open.trim_end_matches(|c| is_closing(c) || c == '.');
    // Behind «, the sign ends a quotation.
    let is_quoted = words.rfind('«') > words.rfind('»');
    let is_pointed = text[words.len()..].contains(|c| POINTERS.contains(&c) && !(c == '»' && is_quoted));
    let (open, words) = (tail(open), tail(words));
    let is_more = MORE.iter().any(|more| {
        let before = words.strip_suffix(more);
        before.is_some_and(|before| {
            before.trim_end_matches([' ', '(']).ends_with(['\n', '\r'])
                || is_pointed && !before.ends_with(char::is_alphanumeric)
        })
    });
    is_more || ENDINGS.iter().any(|ending| open.ends_with(ending) || words.ends_with(ending))
}

/// The last characters of a text, lower case, as many as the longest ending has and a few
/// more.
fn tail(text: &str) -> String {
    let from = text.char_indices().rev().nth(23).map_or(0, |(at, _)| at);
    text[from..].to_lowercase()
}
