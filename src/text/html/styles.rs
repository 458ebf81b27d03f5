//! What the style of an element says of whether its text is seen.

/// Pixels or letters beyond an edge at which nobody sees a text.
const FAR_OUTSIDE: f32 = -900.0;

/// Whether `style` keeps its element from being seen: not shown, or far outside of the page.
/// What is transparent at first is faded in by many pages.
pub fn hides(style: &str) -> bool {
    style.split(';').filter_map(declared).any(|(name, value)| match name.as_str() {
        "display" => value.starts_with("none"),
        "visibility" => value.starts_with("hidden"),
        "left" | "right" | "top" | "text-indent" | "margin-left" => number(&value).is_some_and(|at| at <= FAR_OUTSIDE),
        _ => false,
    })
}

/// Whether `style` makes the text of its element as good as nothing.
pub fn is_tiny(style: &str) -> bool {
    style.split(';').filter_map(declared).any(|(name, value)| name == "font-size" && number(&value) == Some(0.0))
}

/// The name and the value of a declaration, in lower case.
fn declared(declaration: &str) -> Option<(String, String)> {
    let (name, value) = declaration.split_once(':')?;
    Some((name.trim().to_ascii_lowercase(), value.trim().to_ascii_lowercase()))
}

/// A length or share without its unit.
fn number(value: &str) -> Option<f32> {
    value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%').trim().parse().ok()
}
