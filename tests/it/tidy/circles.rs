//! No circle of files inside a room: what two files need lies in a third.
//!
//! A file uses another where a path leads to it: in `use`, in code, from a `mod`
//! file to its children. `mod` and `pub use` are a door and no use.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use regex::Regex;

use super::scan::{File, files, line};
use super::{Found, hold};

/// Files that are in a circle. To be emptied.
const IN_A_CIRCLE: &[(&str, usize)] = &[];

/// Where a file uses another: by the other's name, the line.
type Uses<'f> = BTreeMap<&'f str, usize>;

/// A path with the line in which it stands.
type Written = (usize, Vec<String>);

/// The crate's files as a tree of modules.
struct Tree<'f> {
    files: HashMap<Vec<String>, &'f File>,
    /// Names of types, functions and constants that each module defines.
    items: HashMap<Vec<String>, HashSet<String>>,
    /// Paths of `use` in each module, through which others may go.
    doors: HashMap<Vec<String>, Vec<Vec<String>>>,
}

/// The module that a file is.
fn module(name: &str) -> Vec<String> {
    let mut path: Vec<String> = name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if path.last().is_some_and(|last| last == "mod") {
        path.pop();
    }
    path
}

impl<'f> Tree<'f> {
    fn new(files: &'f [File]) -> Tree<'f> {
        let item = Regex::new(
            r"(?m)^[ \t]*(?:pub(?:\([^)]*\))? )?(?:async |const |unsafe )*(?:struct|enum|trait|type|fn|const|static|union) (\w+)",
        )
        .unwrap();
        let rooms = files.iter().filter(|file| !["lib.rs", "main.rs"].contains(&&*file.name));
        let by_module: HashMap<Vec<String>, &File> = rooms.map(|file| (module(&file.name), file)).collect();
        let items = by_module.iter().map(|(module, file)| {
            let names = item.captures_iter(&file.code).map(|found| found[1].to_owned());
            (module.clone(), names.collect())
        });
        let mut tree = Tree { items: items.collect(), files: by_module, doors: HashMap::new() };
        let door = Regex::new(r"\buse\s+([^;]*);").unwrap();
        let doors = tree.files.iter().map(|(module, file)| {
            let paths = door.captures_iter(&file.code).flat_map(|found| expand(&[], &found[1]));
            (module.clone(), paths.filter_map(|path| tree.absolute(module, path)).collect())
        });
        tree.doors = doors.collect();
        tree
    }

    /// `path` as written in `module`, from the crate's root; `None` when it leads
    /// out of the crate.
    fn absolute(&self, module: &[String], path: Vec<String>) -> Option<Vec<String>> {
        let first = path.first()?.clone();
        let child: Vec<String> = module.iter().chain([&first]).cloned().collect();
        let (mut base, mut rest) = (module.to_vec(), &path[..]);
        match first.as_str() {
            "crate" => (base, rest) = (Vec::new(), &rest[1..]),
            "self" => rest = &rest[1..],
            "super" => {
                while rest.first().is_some_and(|part| part == "super") {
                    base.pop();
                    rest = &rest[1..];
                }
            }
            _ if self.files.contains_key(&child) => {}
            _ => return None,
        }
        base.extend(rest.iter().cloned());
        Some(base)
    }

    /// The file that a path leads to, through the `use` of others where it must.
    fn file(&self, path: &[String], depth: usize) -> Option<&'f File> {
        let (module, file) = (1..=path.len()).rev().find_map(|n| Some((&path[..n], *self.files.get(&path[..n])?)))?;
        let Some(name) = path.get(module.len()).filter(|name| !self.items[module].contains(*name)) else {
            return Some(file);
        };
        if depth == 0 {
            return Some(file);
        }
        let through = self.doors[module].iter().find_map(|door| match door.last()?.as_str() {
            "*" => {
                let inside = &door[..door.len() - 1];
                self.items.get(inside)?.contains(name).then(|| self.files[inside])
            }
            last if last == name => self.file(door, depth - 1),
            _ => None,
        });
        through.or(Some(file))
    }

    /// The files of its own room that a file uses.
    fn uses(&self, file: &File) -> Uses<'f> {
        let module = module(&file.name);
        let mut uses = Uses::new();
        for (line, path) in paths(file, |name| {
            let child: Vec<String> = module.iter().map(String::as_str).chain([name]).map(str::to_owned).collect();
            self.files.contains_key(&child)
        }) {
            let target = self.absolute(&module, path).and_then(|path| self.file(&path, 4));
            if let Some(target) = target.filter(|target| target.room == file.room && target.name != file.name) {
                uses.entry(&target.name).or_insert(line);
            }
        }
        uses
    }
}

/// All paths of a `use` tree: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(base: &[String], tree: &str) -> Vec<Vec<String>> {
    let parts = |text: &str| {
        let text = text.split(" as ").next().unwrap_or_default();
        text.split("::").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    let Some(open) = tree.find('{') else {
        let path: Vec<String> = base.iter().cloned().chain(parts(tree)).collect();
        return if path.len() > base.len() { vec![path] } else { Vec::new() };
    };
    let base: Vec<String> = base.iter().cloned().chain(parts(&tree[..open])).collect();
    let inside = &tree[open + 1..tree.rfind('}').unwrap_or(tree.len())];
    let (mut depth, mut start, mut all) = (0_usize, 0, Vec::new());
    for (at, c) in inside.char_indices().chain([(inside.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                all.extend(expand(&base, &inside[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    all
}

/// The paths that a file uses, `pub use` left out.
fn paths(file: &File, is_child: impl Fn(&str) -> bool) -> Vec<Written> {
    let used = Regex::new(r"\b(pub(?:\([^)]*\))? )?use\s+([^;]*);").unwrap();
    let inline = Regex::new(r"(?:^|[^\w$:])((?:crate|super|self)(?:::\w+)+)").unwrap();
    let child = Regex::new(r"(?:^|[^\w:.])([a-z_]\w*)::").unwrap();
    let mut all = Vec::new();
    let mut rest = file.code.clone();
    for found in used.captures_iter(&file.code) {
        let whole = found.get(0).unwrap();
        if found.get(1).is_none() {
            let tree = found[2].split_whitespace().collect::<Vec<_>>().join(" ");
            all.extend(expand(&[], &tree).into_iter().map(|path| (line(&file.code, whole.start()), path)));
        }
        let blank: String = whole.as_str().chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        rest.replace_range(whole.range(), &blank);
    }
    // Who may use an item is no use of another.
    let rest = Regex::new(r"pub\(in [^)]*\)").unwrap().replace_all(&rest, "pub");
    for found in inline.captures_iter(&rest) {
        let path = found.get(1).unwrap();
        all.push((line(&rest, path.start()), path.as_str().split("::").map(str::to_owned).collect()));
    }
    for name in child.captures_iter(&rest).map(|found| found.get(1).unwrap()) {
        if is_child(name.as_str()) {
            all.push((line(&rest, name.start()), vec![name.as_str().to_owned()]));
        }
    }
    all
}

/// The shortest way from `file` back to itself, by its stations' lines.
fn circle(file: &str, graph: &BTreeMap<&str, Uses<'_>>) -> Option<String> {
    let mut before: HashMap<&str, &str> = HashMap::new();
    let mut queue = VecDeque::from([file]);
    while let Some(from) = queue.pop_front() {
        for to in graph[from].keys() {
            if *to == file {
                let (mut way, mut at) = (vec![from], from);
                while at != file {
                    at = before[at];
                    way.push(at);
                }
                way.reverse();
                let next = way.iter().skip(1).chain([&file]);
                let stations = way.iter().zip(next).map(|(one, other)| format!("src/{one}:{}", graph[one][other]));
                return Some(format!("{} -> {file}", stations.collect::<Vec<_>>().join(" -> ")));
            }
            if !before.contains_key(to) {
                before.insert(to, from);
                queue.push_back(to);
            }
        }
    }
    None
}

/// The files of `files` that are in a circle, each with the shortest.
fn circles(files: &[File]) -> Found {
    let tree = Tree::new(files);
    let graph: BTreeMap<&str, Uses<'_>> = tree.files.values().map(|file| (&*file.name, tree.uses(file))).collect();
    graph.keys().filter_map(|file| Some(((*file).to_owned(), vec![circle(file, &graph)?]))).collect()
}

#[test]
fn no_files_of_a_room_go_in_circles() {
    hold(&circles(files()), IN_A_CIRCLE, "circles", "put what both need into a file of its own");
}

#[test]
fn circles_are_seen_through_doors() {
    let check = |files: &[(&str, &str)], expected: &[&str]| {
        let files: Vec<File> = files.iter().map(|(name, text)| File::new(name, text)).collect();
        let found: Vec<String> = circles(&files).into_values().flatten().collect();
        assert_eq!(found, expected);
    };
    let door = ("r/mod.rs", "mod a;\nmod b;\npub use a::{A, Other};\npub use b::*;\n");
    check(&[door, ("r/a.rs", "use super::B;\npub struct A;"), ("r/b.rs", "pub struct B;")], &[]);
    check(
        &[door, ("r/a.rs", "use super::{B, x};\npub struct A;"), ("r/b.rs", "pub struct B(crate::r::A);")],
        &["src/r/a.rs:1 -> src/r/b.rs:1 -> r/a.rs", "src/r/b.rs:1 -> src/r/a.rs:1 -> r/b.rs"],
    );
    // Who may use an item, a text, a comment, a unit test and another crate are no use.
    check(&[("r/mod.rs", "mod a;\nuse a::A;"), ("r/a.rs", "pub(in crate::r) struct A;")], &[]);
    let aside = "// super::B\nuse std::b::B;\nconst X: &str = \"super::B\";\n#[cfg(test)]\nmod tests {\n    use super::super::B;\n}\n";
    check(&[door, ("r/a.rs", aside), ("r/b.rs", "use super::a::A;\npub struct B;")], &[]);
    check(
        &[
            ("r/mod.rs", "mod a;\nfn f() {\n    a::g()\n}\npub struct R;"),
            ("r/a.rs", "use super::R as Q;\npub fn g() {}"),
        ],
        &["src/r/a.rs:1 -> src/r/mod.rs:3 -> r/a.rs", "src/r/mod.rs:3 -> src/r/a.rs:1 -> r/mod.rs"],
    );
    // Rooms are held apart by another test.
    check(&[("r/mod.rs", "use crate::s::S;\npub struct R;"), ("s/mod.rs", "use crate::r::R;\npub struct S;")], &[]);
}

#[test]
fn trees_of_use_are_expanded() {
    let check = |tree: &str, expected: &[&str]| {
        let paths: Vec<String> = expand(&[], tree).iter().map(|path| path.join("::")).collect();
        assert_eq!(paths, expected, "{tree}");
    };
    check("crate::a::B", &["crate::a::B"]);
    check("super::{self, a::{B as C, d::*}, E,}", &["super::self", "super::a::B", "super::a::d::*", "super::E"]);
}
