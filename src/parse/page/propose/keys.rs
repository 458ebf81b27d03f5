//! CSS by which elements are alike.

use std::collections::HashMap;

use ego_tree::NodeId;
use scraper::ElementRef;

use super::judged::FEWEST;
use super::seen::is_lasting;

/// Classes of an element that it may share with others.
const MOST_CLASSES: usize = crate::limits::PROPOSAL_CLASSES.count();
/// Elements before another among which its place is counted.
const MOST_BEFORE: usize = 40;

/// CSS that an element answers to, alone and with those above it, of which `held` counts the
/// links.
pub fn keys(element: ElementRef<'_>, held: &HashMap<NodeId, usize>) -> Vec<String> {
    let name = element.value().name();
    let mut own: Vec<String> = vec![name.to_owned()];
    let classes = element.value().classes().filter(|class| is_lasting(class)).take(MOST_CLASSES);
    own.extend(classes.map(|class| format!("{name}.{class}")));
    let mut found: Vec<String> = own[1..].to_vec();
    let mut path = String::new();
    for (level, above) in element.ancestors().filter_map(ElementRef::wrap).take(3).enumerate() {
        if above.value().name() == "html" {
            break;
        }
        let mut within = places(above);
        // What holds a single entry is no list.
        if held.get(&above.id()).is_some_and(|links| *links >= FEWEST) {
            within.extend(by_place(above));
        }
        for own in own.iter().take(if level == 0 { own.len() } else { 1 }) {
            found.extend(within.iter().map(|place| format!("{place} > {path}{own}")));
        }
        if level > 0 {
            found.push(format!("{} > {path}{name}", above.value().name()));
        }
        path = format!("{} > {path}", above.value().name());
    }
    found
}

/// How an element above the entries is told from others.
fn places(element: ElementRef<'_>) -> Vec<String> {
    let value = element.value();
    let mut found: Vec<String> =
        value.id().filter(|id| is_lasting(id)).map(|id| format!("#{id}")).into_iter().collect();
    let classes = value.classes().filter(|class| is_lasting(class)).take(MOST_CLASSES - 1);
    found.extend(classes.map(|class| format!("{}.{class}", value.name())));
    if found.is_empty() {
        // Tables of old have neither.
        let told = ["width", "cellpadding", "bgcolor", "align", "valign"].into_iter().find_map(|name| {
            let value = element.attr(name)?;
            value
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"%#".contains(&b))
                .then(|| format!("[{name}=\"{value}\"]"))
        });
        found.extend(told.map(|told| format!("{}{told}", value.name())));
    }
    found
}

/// Where an element stands among others that are written like it: cells of a page's
/// layout, and lists of one class.
fn by_place(element: ElementRef<'_>) -> Option<String> {
    let (value, name) = (element.value(), element.value().name());
    let class = value.classes().find(|class| is_lasting(class));
    if class.is_none() && !matches!(name, "td" | "ul" | "ol" | "table") {
        return None;
    }
    let is_like = |other: &ElementRef<'_>| other.value().name() == name && other.value().classes().eq(value.classes());
    let mut others = element
        .prev_siblings()
        .filter_map(ElementRef::wrap)
        .take(MOST_BEFORE)
        .chain(element.next_siblings().filter_map(ElementRef::wrap).take(MOST_BEFORE));
    if !others.any(|other| is_like(&other)) {
        return None;
    }
    let before = element.prev_siblings().filter(|other| other.value().is_element()).take(MOST_BEFORE + 1).count();
    let class = class.map(|class| format!(".{class}")).unwrap_or_default();
    (before <= MOST_BEFORE).then(|| format!("{name}{class}:nth-child({})", before + 1))
}

/// Names that people gave last longest; a bare name of an element is too little.
pub fn rank(text: &str) -> usize {
    let named = text.contains(['.', '#']);
    let own = text.rsplit(" > ").next().is_some_and(|own| own.contains('.'));
    if text.contains(":nth") {
        return 4;
    }
    match (named, own) {
        (true, true) if !text.contains('>') => 0,
        (true, _) => 1,
        (false, _) if text.contains('[') => 2,
        (false, _) => 3,
    }
}
