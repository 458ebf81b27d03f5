//! HTML of strangers goes through bounds before it meets a parser.

use super::scan::{File, files};

/// Comments may name what code may not.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines()).filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Whoever went to an HTML parser past its bounds could be held up by any page.
#[test]
fn html_meets_a_parser_in_two_places_b106() {
    const WAYS: [(&str, &str); 8] = [
        ("html5ever", "text/tree"),
        ("Tokenizer::new(", "text/tree"),
        ("dom_query::Document", "text/tree"),
        ("Html::parse", "text/tree"),
        ("Html::new", "text/tree"),
        ("Readability::with_document(page", "parse/article/extract.rs"),
        ("Readability::new", ""),
        // What is sanitised is written anew before.
        ("clean(&nested(", "publish/sanitize.rs"),
    ];
    let mut met = vec![0; WAYS.len()];
    for File { name: file, text, .. } in files() {
        for (at, line) in code(text) {
            for (n, (way, place)) in WAYS.iter().enumerate().filter(|(_, (way, _))| line.contains(way)) {
                // The article's tree is made in one place and named where it is used.
                let named = file.starts_with("parse/article/") && line.starts_with("use dom_query::Document");
                assert!(
                    !place.is_empty() && file.starts_with(place) || named,
                    "{file}:{at} goes past the bounds: {way}"
                );
                met[n] += 1;
            }
            assert!(!line.contains("ammonia") || file == "publish/sanitize.rs", "{file}:{at} names the sanitiser");
            assert!(!line.contains(".clean(") || line.contains(".clean(&nested("), "{file}:{at}: {line}");
            assert!(!line.contains("Document::from") && !line.contains("Document::fragment"), "{file}:{at}: {line}");
        }
    }
    let unmet: Vec<&str> = WAYS.iter().zip(met).filter(|(_, met)| *met == 0).map(|((way, _), _)| *way).collect();
    assert_eq!(unmet, ["Html::parse", "Readability::new"], "what this looks for has another name now");
}
