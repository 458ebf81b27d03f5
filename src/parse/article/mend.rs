//! Pictures that scripts would load, and readings beside characters: both made
//! such that they can be read without a script or a style sheet.

use dom_query::NodeRef;

/// Attributes in which scripts look for a picture, best first.
const ADDRESSES: [&str; 12] = [
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-original-src",
    "data-url",
    "data-image",
    "data-img-src",
    "data-hi-res-src",
    "data-full-src",
    "data-echo",
    "data-actualsrc",
    "lazysrc",
];
const SETS: [&str; 4] = ["data-srcset", "srcset", "data-lazy-srcset", "data-sizes-srcset"];
/// What files are called that stand in the place of a picture until it is loaded.
const PLACEHOLDERS: [&str; 7] = ["1x1", "blank", "loading", "pixel", "placeholder", "spacer", "transparent"];

/// Elements whose text, if they have one, is none of the page's.
const TEXTLESS: [&str; 20] = [
    "audio", "button", "canvas", "datalist", "dialog", "embed", "iframe", "input", "link", "map", "meta", "object",
    "option", "script", "select", "style", "svg", "template", "textarea", "video",
];

/// Mends pictures and ruby below `root` and takes out what has no text. Linear.
pub fn mend(root: NodeRef<'_>) {
    let elements: Vec<NodeRef<'_>> = root.descendants_it().filter(|node| !node.is_text()).collect();
    for node in elements {
        let name = node.qual_name_ref().map(|name| name.local.clone());
        match name.as_deref() {
            None => {
                if node.is_comment() {
                    node.remove_from_parent();
                }
            }
            Some("img" | "amp-img") => picture(node),
            Some("noscript") => unwrap(node),
            Some("rp") => node.remove_from_parent(),
            Some("rt") => bracket(node),
            Some(name) if TEXTLESS.contains(&name) => node.remove_from_parent(),
            Some(_) => {}
        }
    }
}

/// Puts what is read beside characters into brackets.
fn bracket(node: NodeRef<'_>) {
    let text = node.immediate_text();
    if text.trim().is_empty() {
        return node.remove_from_parent();
    }
    node.set_text(format!("({})", text.trim()));
    node.rename("span");
}

/// A picture's address is put where it belongs, if it can be found. One that may be a
/// placeholder's, as `news-placeholder.png`, is given up only for another.
fn picture(node: NodeRef<'_>) {
    let here = node.attr("src").filter(|src| is_address(src)).map(|src| src.to_string());
    let is_tiny = |name: &str| node.attr(name).is_some_and(|size| matches!(size.trim(), "0" | "1" | "1px"));
    if is_tiny("width") || is_tiny("height") {
        return node.remove_from_parent();
    }
    let later = || {
        let direct = ADDRESSES.iter().filter_map(|name| node.attr(name)).find(|src| is_address(src));
        direct.map(|src| src.to_string()).or_else(|| largest(node)).or_else(|| sibling_source(node))
    };
    let address = match here {
        Some(here) if !may_stand_in(&here) => Some(here),
        here => later().or(here),
    };
    match address {
        // What is shown without scripts takes its place.
        None if beside(node, |node| node.next_sibling()).is_some_and(|next| next.has_name("noscript")) => {}
        None => node.remove_from_parent(),
        Some(address) => {
            node.set_attr("src", &address);
            node.rename("img");
        }
    }
}

/// Whether a picture may stand at an address: it names a file, and not by the name of a
/// placeholder alone.
fn is_address(src: &str) -> bool {
    let src = src.trim();
    let is_inline = ["data:", "about:"]
        .iter()
        .any(|scheme| src.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)));
    !src.is_empty() && src != "#" && !is_inline && !PLACEHOLDERS.contains(&&*file_name(src))
}

/// Whether one of the words of a file's name is that of a placeholder.
fn may_stand_in(src: &str) -> bool {
    file_name(src).split(['-', '_']).any(|word| PLACEHOLDERS.contains(&word))
}

/// The name of the file at an address, lower case, up to the first dot: `1x1` of
/// `/img/1x1.trans.gif?v=2`.
fn file_name(src: &str) -> String {
    let path = src.split(['?', '#']).next().unwrap_or(src);
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split('.').next().unwrap_or(file).to_ascii_lowercase()
}

/// The largest picture of the first set that names one.
fn largest(node: NodeRef<'_>) -> Option<String> {
    SETS.iter().filter_map(|name| node.attr(name)).find_map(|set| largest_of(&set))
}

fn largest_of(set: &str) -> Option<String> {
    let sized = set.split(", ").flat_map(|part| part.split(",\n")).filter_map(|part| {
        let mut words = part.split_whitespace();
        let address = words.next()?.trim_end_matches(',');
        let size = words.next().and_then(|size| size.trim_end_matches(['w', 'x', ',']).parse::<f32>().ok());
        is_address(address).then(|| (size.unwrap_or(1.0), address.to_owned()))
    });
    sized.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, address)| address)
}

/// The picture that another element beside it names (`picture`).
fn sibling_source(node: NodeRef<'_>) -> Option<String> {
    let around = node.parent().filter(|parent| parent.has_name("picture"))?;
    around.children_it(false).take(12).filter(|child| child.has_name("source")).find_map(largest)
}

/// The element next to this one, a few texts and comments between them at most: a page
/// may have tens of thousands in a row.
fn beside<'a>(node: NodeRef<'a>, step: impl Fn(NodeRef<'a>) -> Option<NodeRef<'a>>) -> Option<NodeRef<'a>> {
    std::iter::successors(step(node), |at| step(*at)).take(4).find(NodeRef::is_element)
}

/// What is shown where no script runs stands for what a script would fill: its
/// pictures; everything else in it speaks of scripts.
fn unwrap(node: NodeRef<'_>) {
    let picture = node.descendants_it().take(8).find(|inner| inner.has_name("img"));
    let before = beside(node, |node| node.prev_sibling()).filter(|before| before.has_name("img"));
    // Without a picture here, one before it that was left for its sake has none to come.
    if let Some(before) =
        before.filter(|before| picture.is_some() || !before.attr("src").is_some_and(|src| is_address(&src)))
    {
        before.remove_from_parent();
    }
    if let Some(picture) = picture {
        node.insert_before(&picture);
    }
    node.remove_from_parent();
}

/// Attributes that a reader needs.
const KEPT: [&str; 13] = [
    "href", "src", "alt", "title", "datetime", "colspan", "rowspan", "lang", "dir", "cite", "start", "width", "height",
];

/// Leaves of every element's attributes those that a reader needs.
pub fn plain_attributes(root: NodeRef<'_>) {
    let elements: Vec<NodeRef<'_>> = root.descendants_it().filter(NodeRef::is_element).collect();
    for node in elements {
        node.retain_attrs(&KEPT);
    }
    root.retain_attrs(&KEPT);
}
